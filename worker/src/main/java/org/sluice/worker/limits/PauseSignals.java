package org.sluice.worker.limits;

import org.jline.utils.Signals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pausing and resuming by signal: SIGTSTP, which Ctrl-Z sends too, and SIGCONT.
 *
 * <p>SIGTSTP would stop the process; then it would keep its work without hashing it, and be taken for dead after a while. So
 * the worker hands back instead and goes on listening. Java keeps SIGUSR1 and SIGUSR2 for itself.
 */
public final class PauseSignals {
    private static final Logger LOG = LoggerFactory.getLogger(PauseSignals.class);

    private PauseSignals() {}

    /** Has the signals do this from now on, on threads of their own. */
    public static void handle(Runnable pause, Runnable resume) {
        if (Signals.register("TSTP", pause) == null || Signals.register("CONT", resume) == null) {
            LOG.debug("this system has no signals for pausing and resuming");
        }
    }
}

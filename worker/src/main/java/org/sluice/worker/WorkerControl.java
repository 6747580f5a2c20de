package org.sluice.worker;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.sluice.worker.limits.ControlSocket;
import org.sluice.worker.limits.LocalWorkers;
import org.sluice.worker.limits.NoSuchWorkerException;
import org.sluice.worker.limits.WorkerStatus;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What people tell a worker that runs on this machine: {@code ./sluice worker pause}, {@code resume} and {@code status}. */
abstract class WorkerControl implements Callable<Integer> {
    private static final int OK = 0;
    private static final int NO_SUCH_WORKER = 3;

    @Option(names = "--name", paramLabel = "NAME",
            description = "Which worker: what it was called with --name, or its whole identity (default: the only one here).")
    private Optional<String> name = Optional.empty();

    @Spec
    private @Nullable CommandSpec spec;

    /** Hands back a worker's work and lets it take none. */
    @Command(name = "pause", sortOptions = false, description = {
            "Lets a worker of yours on this machine hash no more until it is told to resume.",
            "It hands back its work at once and stays in the network.", "SIGTSTP (Ctrl-Z) does the same."},
            footer = {"", "Exit status: 2 wrong usage, 3 no such worker, or it is not clear which."})
    static final class Pause extends WorkerControl {
        @Override
        public Integer call() throws InterruptedException {
            return tell(ControlSocket.Command.PAUSE);
        }
    }

    /** Lets a paused worker hash again. */
    @Command(name = "resume", sortOptions = false, description = {
            "Lets a paused worker of yours on this machine hash again.",
            "Its schedule and --only-when-idle go on to hold.", "SIGCONT does the same."},
            footer = {"", "Exit status: 2 wrong usage, 3 no such worker, or it is not clear which."})
    static final class Resume extends WorkerControl {
        @Override
        public Integer call() throws InterruptedException {
            return tell(ControlSocket.Command.RESUME);
        }
    }

    /** Says how the workers are. */
    @Command(name = "status", sortOptions = false,
            description = "Says of each worker of yours on this machine whether it hashes, and if not, why.",
            footer = {"", "Exit status: 2 wrong usage, 3 no such worker."})
    static final class Status extends WorkerControl {
        @Override
        public Integer call() throws InterruptedException {
            return status();
        }
    }

    final int tell(ControlSocket.Command command) throws InterruptedException {
        try {
            say(new LocalWorkers().tell(command, name));
            return OK;
        } catch (NoSuchWorkerException e) {
            return complain(String.valueOf(e.getMessage()));
        }
    }

    final int status() throws InterruptedException {
        List<WorkerStatus> workers = new LocalWorkers().all()
                .stream()
                .filter(worker -> name.isEmpty() || worker.isCalled(name.get()))
                .toList();
        workers.forEach(this::say);
        return workers.isEmpty() ? complain("this user runs no such worker on this machine") : OK;
    }

    private void say(WorkerStatus worker) {
        PrintWriter out = commandLine().getOut();
        out.println(worker.inWords());
        out.flush();
    }

    private int complain(String message) {
        PrintWriter err = commandLine().getErr();
        err.println("sluice: " + message);
        err.flush();
        return NO_SUCH_WORKER;
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}

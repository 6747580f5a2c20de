package org.sluice.submitter;

/** Tells when the user wants to end the command early (Ctrl-C). */
public interface Interrupts {
    /** Begins to watch. */
    Watch watch();

    /** Watches until it is closed. */
    interface Watch extends AutoCloseable {
        /**
         * Says what is to be done when the user interrupts. From then on the process does not end before the watch is
         * closed, or not before some seconds have passed; without an action an interrupt ends it at once. Runs on another
         * thread, or on the caller's if the user has interrupted already.
         */
        void onInterrupt(Runnable action);

        /** Whether the user has interrupted. */
        boolean interrupted();

        @Override
        void close();
    }
}

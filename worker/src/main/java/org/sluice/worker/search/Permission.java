package org.sluice.worker.search;

/** Whether a worker may hash now; its user, his schedule or the machine's other uses may forbid it. May be asked by any thread. */
public interface Permission {
    /** Nothing forbids it, ever. */
    Permission ALWAYS = new Permission() {
        @Override
        public boolean isGiven() {
            return true;
        }

        @Override
        public void await() {
            // There is nothing to wait for.
        }
    };

    /** Whether nothing forbids it now. */
    boolean isGiven();

    /** Waits until nothing forbids it. */
    void await() throws InterruptedException;
}

package org.sluice.worker.limits;

/** Says that it is not clear which worker is meant, or that there is none; the message is one line. */
public final class NoSuchWorkerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoSuchWorkerException(String message) {
        super(message);
    }
}

package org.sluice.worker.search;

/** A kernel has told of something that is not so: what it computes cannot be relied on. */
final class WrongResultException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    WrongResultException(String message) {
        super(message);
    }
}

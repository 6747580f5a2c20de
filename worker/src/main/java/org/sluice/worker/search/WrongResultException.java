package org.sluice.worker.search;

/** A kernel has told of something that is not so: what it computes cannot be relied on. */
public final class WrongResultException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public WrongResultException(String message) {
        super(message);
    }
}

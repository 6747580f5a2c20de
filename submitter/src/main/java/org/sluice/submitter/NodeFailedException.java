package org.sluice.submitter;

/** A Bitcoin node cannot be mined for; the message is one line that says why and, where somebody can do something, what. */
public final class NodeFailedException extends RuntimeException {
    /** The same for who may not know the node's own exceptions. */
    public NodeFailedException(Exception cause) {
        super(cause.getMessage(), cause);
    }
}

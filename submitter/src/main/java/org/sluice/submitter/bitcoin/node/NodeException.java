package org.sluice.submitter.bitcoin.node;

/** A node did not do what it was asked; the message is one line that says why and, where somebody can do something, what. */
public final class NodeException extends Exception {
    private final Fault fault;

    /** Why a node did not do what it was asked. */
    public enum Fault {
        /** Nothing answers at its address, or the answer broke off. */
        UNREACHABLE(true),
        /** It has not answered in time. */
        SILENT(true),
        /** The cookie is not there, or it does not accept it: when it starts it writes another. */
        NO_COOKIE(true),
        /** It does not accept user and password, or there is none. */
        UNAUTHORIZED(false),
        /** It is starting and does not answer questions yet. */
        STARTING(true),
        /** It is still downloading the chain. */
        SYNCING(true),
        /** It is connected to no other node. */
        ALONE(true),
        /** It has more to do than it can. */
        BUSY(true),
        /** It understood and says no. */
        REFUSED(false),
        /** What answers is no Bitcoin node, or says what Sluice does not understand. */
        GARBLED(false);

        private final boolean passes;

        Fault(boolean passes) {
            this.passes = passes;
        }

        /** Whether the same question may be answered after a while. */
        public boolean passes() {
            return passes;
        }
    }

    public NodeException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    NodeException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** Why. */
    public Fault fault() {
        return fault;
    }
}

package org.sluice.simulator;

/** Something that must never happen has happened in a simulation. */
final class InvariantBroken extends IllegalStateException {
    private static final long serialVersionUID = 1;

    InvariantBroken(String what) {
        super(what);
    }
}

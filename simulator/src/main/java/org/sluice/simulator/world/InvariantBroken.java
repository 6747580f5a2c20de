package org.sluice.simulator.world;

/** Something that must never happen has happened in a simulation. */
public final class InvariantBroken extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public InvariantBroken(String what) {
        super(what);
    }
}

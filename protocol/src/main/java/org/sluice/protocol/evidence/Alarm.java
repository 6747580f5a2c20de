package org.sluice.protocol.evidence;

/** Why a peer's shares are too few for one that has hashed what it claims. */
public sealed interface Alarm {
    /**
     * It has too few, all together.
     *
     * @param expected how many were expected of all that it has claimed
     * @param proven how many it has proven
     * @param logRatio by how much likelier they are with something skipped, as a natural logarithm
     */
    record TooFew(double expected, long proven, double logRatio) implements Alarm {}

    /**
     * There is a long piece without one.
     *
     * @param expected how many were expected in that piece
     * @param limit how many would have been too many for it to be chance
     */
    record TooFarApart(double expected, double limit) implements Alarm {}
}

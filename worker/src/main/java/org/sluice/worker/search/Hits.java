package org.sluice.worker.search;

/** Whoever wants to know the integers whose digest meets the goal. */
@FunctionalInterface
public interface Hits {
    /**
     * A hit was found.
     *
     * @param integer the integer, greater than those told of before in the same run
     * @return whether to go on searching behind it
     */
    boolean found(long integer);
}

package org.sluice.worker.search.measure;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;

/** Whether rates that were measured one after the other agree. */
final class Steadiness {
    private static final int LATEST = 5;
    private static final double AGREE = 0.9;

    private final Deque<Double> rates = new ArrayDeque<>();

    /** No rates. */
    Steadiness() {}

    /** Takes another rate into account; returns whether the latest agree within a tenth. */
    boolean isReachedWith(double rate) {
        rates.add(rate);
        if (rates.size() > LATEST) {
            rates.remove();
        }
        // A device whose driver is still compiling does nothing, and that steadily.
        return rates.size() == LATEST && Collections.min(rates) > 0
                && Collections.min(rates) >= AGREE * Collections.max(rates);
    }
}

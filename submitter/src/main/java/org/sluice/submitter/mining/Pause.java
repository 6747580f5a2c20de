package org.sluice.submitter.mining;

import java.time.Duration;

/** What the helpers of a miner do between two attempts. */
final class Pause {
    private Pause() {}

    /** Whether so much time has passed, and mining has not ended. */
    static boolean of(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

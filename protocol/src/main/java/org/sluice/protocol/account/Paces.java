package org.sluice.protocol.account;

import java.util.HashMap;
import java.util.Map;

/** How fast the slots of this machine hash one job. */
public final class Paces {
    private final Slots slots;
    private final String algorithm;
    private final Map<Integer, Pace> paces = new HashMap<>();

    /** @param algorithm what the job computes, upper case */
    public Paces(Slots slots, String algorithm) {
        this.slots = slots;
        this.algorithm = algorithm;
    }

    /** What is measured of a slot. */
    public Pace of(int slot) {
        return paces.computeIfAbsent(slot, _ -> new Pace());
    }

    /** How fast a slot really hashes the job, in hashes/s; 0 if it cannot. */
    public double speed(int slot) {
        return slots.isAble(slot, algorithm) ? of(slot).hashesPerSecond(slots.rate(slot)) : 0;
    }

    /** How fast all slots really hash the job, in hashes/s. */
    public double speed() {
        double speed = 0;
        for (int slot = 0; slot < slots.count(); slot++) {
            speed += speed(slot);
        }
        return speed;
    }
}

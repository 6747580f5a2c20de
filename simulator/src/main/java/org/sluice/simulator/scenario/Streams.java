package org.sluice.simulator.scenario;

import java.util.SplittableRandom;

/** Independent streams of chance, all drawn from one seed. */
public final class Streams {
    private final long seed;

    public Streams(long seed) {
        this.seed = seed;
    }

    /** The stream of this name; asked for again, it begins anew. */
    public SplittableRandom stream(String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        return new SplittableRandom(Digest.mix(seed ^ Digest.mix(hash)));
    }

    /** A time until the next of events that come {@code perHour} times in an hour on average, in nanoseconds. */
    public static long untilNext(SplittableRandom random, double perHour) {
        return (long) (-Math.log(1 - random.nextDouble()) / perHour * 3600e9) + 1;
    }

    /** A number between the two, all magnitudes equally likely. */
    public static double logUniform(SplittableRandom random, double least, double most) {
        return least * Math.pow(most / least, random.nextDouble());
    }
}

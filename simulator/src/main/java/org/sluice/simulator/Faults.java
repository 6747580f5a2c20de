package org.sluice.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * What goes wrong, and how often.
 *
 * @param loss part of the messages that get lost, 0 to 1
 * @param duplicate part of the messages that arrive twice
 * @param late part of the messages that arrive up to 10 s late, overtaken by others
 * @param crash how often a worker dies without a word, per worker and hour
 * @param leave how often a worker is told to stop and hands back, per worker and hour
 * @param join how many workers join, per worker of the beginning and hour
 * @param stall how often a worker stands still for 1 to 40 s, per worker and hour
 * @param cut how often a worker's messages get through in one direction only, for 2 to 60 s, per worker and hour
 * @param brokerOutages how often no message gets through, for 2 to 180 s, per hour
 * @param trackerOutages how often the list of peers stands still, for 5 to 180 s, per hour
 * @param drift by what part the clocks run too fast or too slow at most
 */
public record Faults(double loss, double duplicate, double late, double crash, double leave, double join, double stall,
        double cut, double brokerOutages, double trackerOutages, double drift) {
    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final Map<String, BiFunction<Faults, Double, Faults>> OPTIONS = new LinkedHashMap<>();

    static {
        OPTIONS.put("loss", Faults::withLoss);
        OPTIONS.put("duplicate", Faults::withDuplicate);
        OPTIONS.put("late", Faults::withLate);
        OPTIONS.put("crash", Faults::withCrash);
        OPTIONS.put("leave", Faults::withLeave);
        OPTIONS.put("join", Faults::withJoin);
        OPTIONS.put("churn", (faults, rate) -> faults.withCrash(rate).withJoin(rate));
        OPTIONS.put("stall", Faults::withStall);
        OPTIONS.put("cut", Faults::withCut);
        OPTIONS.put("broker", Faults::withBrokerOutages);
        OPTIONS.put("tracker", Faults::withTrackerOutages);
        OPTIONS.put("drift", Faults::withDrift);
    }

    /** The names that {@link #parse} knows. */
    public static List<String> names() {
        return List.copyOf(OPTIONS.keySet());
    }

    /**
     * Reads {@code none}, or a list like {@code loss=0.01,churn=0.1}; {@code churn} is crash and join together.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static Faults parse(String text) {
        Faults faults = NONE;
        if (text.equals("none")) {
            return faults;
        }
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            BiFunction<Faults, Double, Faults> option = OPTIONS.get(name);
            if (equals < 0 || option == null) {
                throw new IllegalArgumentException(
                        "a fault is name=number with a name of " + names() + ", not '" + part + "'");
            }
            double number;
            try {
                number = Double.parseDouble(part.substring(equals + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + part + "' has no number", e);
            }
            if (!(number >= 0)) {
                throw new IllegalArgumentException("'" + part + "' must not be negative");
            }
            faults = option.apply(faults, number);
        }
        return faults;
    }

    /** Draws what goes wrong: each kind in about every second network, mildly or badly. */
    static Faults draw(SplittableRandom random) {
        double[] most = random.nextInt(4) == 0
                ? new double[]{0, 0.1, 0, 60, 30, 60, 0, 0, 60, 60, 0.05}
                : new double[]{0.1, 0.1, 0.1, 60, 30, 60, 30, 30, 30, 30, 0.05};
        double[] drawn = new double[most.length];
        for (int i = 0; i < most.length; i++) {
            drawn[i] = most[i] == 0 || random.nextInt(2) == 0 ? 0 : Streams.logUniform(random, most[i] / 50, most[i]);
        }
        return new Faults(drawn[0], drawn[1], drawn[2], drawn[3], drawn[4], drawn[5], drawn[6], drawn[7], drawn[8],
                drawn[9], drawn[10]);
    }

    /** Whether whoever is asked can answer in time, as long as the broker is up. */
    boolean isFair() {
        return loss == 0 && late == 0 && stall == 0 && cut == 0;
    }

    Faults withLoss(double value) {
        return new Faults(value, duplicate, late, crash, leave, join, stall, cut, brokerOutages, trackerOutages, drift);
    }

    Faults withDuplicate(double value) {
        return new Faults(loss, value, late, crash, leave, join, stall, cut, brokerOutages, trackerOutages, drift);
    }

    Faults withLate(double value) {
        return new Faults(loss, duplicate, value, crash, leave, join, stall, cut, brokerOutages, trackerOutages, drift);
    }

    Faults withCrash(double value) {
        return new Faults(loss, duplicate, late, value, leave, join, stall, cut, brokerOutages, trackerOutages, drift);
    }

    Faults withLeave(double value) {
        return new Faults(loss, duplicate, late, crash, value, join, stall, cut, brokerOutages, trackerOutages, drift);
    }

    Faults withJoin(double value) {
        return new Faults(loss, duplicate, late, crash, leave, value, stall, cut, brokerOutages, trackerOutages, drift);
    }

    Faults withStall(double value) {
        return new Faults(loss, duplicate, late, crash, leave, join, value, cut, brokerOutages, trackerOutages, drift);
    }

    Faults withCut(double value) {
        return new Faults(loss, duplicate, late, crash, leave, join, stall, value, brokerOutages, trackerOutages,
                drift);
    }

    Faults withBrokerOutages(double value) {
        return new Faults(loss, duplicate, late, crash, leave, join, stall, cut, value, trackerOutages, drift);
    }

    Faults withTrackerOutages(double value) {
        return new Faults(loss, duplicate, late, crash, leave, join, stall, cut, brokerOutages, value, drift);
    }

    Faults withDrift(double value) {
        return new Faults(loss, duplicate, late, crash, leave, join, stall, cut, brokerOutages, trackerOutages, value);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        double[] values = {loss, duplicate, late, crash, leave, join, stall, cut, brokerOutages, trackerOutages, drift};
        String[] names = {"loss", "duplicate", "late", "crash", "leave", "join", "stall", "cut", "broker", "tracker",
                "drift"};
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                parts.add(String.format(Locale.ROOT, "%s=%s", names[i], values[i]));
            }
        }
        return parts.isEmpty() ? "none" : String.join(",", parts);
    }
}

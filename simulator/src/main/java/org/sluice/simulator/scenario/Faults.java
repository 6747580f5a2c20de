package org.sluice.simulator.scenario;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What goes wrong, and how often. */
public final class Faults {
    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(Map.of());

    private final Map<Fault, Double> values;

    private Faults(Map<Fault, Double> values) {
        this.values = values;
    }

    /** How often it happens, or how much of it, 0 if it does not. */
    public double of(Fault fault) {
        return values.getOrDefault(fault, 0.0);
    }

    Faults with(Fault fault, double value) {
        Map<Fault, Double> changed = new EnumMap<>(Fault.class);
        changed.putAll(values);
        changed.put(fault, value);
        return new Faults(changed);
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
            if (equals < 0) {
                throw unreadable(part);
            }
            double value = number(part.substring(equals + 1), part);
            if (part.startsWith("churn=")) {
                faults = faults.with(Fault.CRASH, value).with(Fault.JOIN, value);
            } else {
                faults = faults.with(named(part.substring(0, equals), part), value);
            }
        }
        return faults;
    }

    private static Fault named(String name, String part) {
        for (Fault fault : Fault.values()) {
            if (fault.text().equals(name)) {
                return fault;
            }
        }
        throw unreadable(part);
    }

    private static double number(String text, String part) {
        double number;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + part + "' has no number", e);
        }
        if (!(number >= 0)) {
            throw new IllegalArgumentException("'" + part + "' must not be negative");
        }
        return number;
    }

    private static IllegalArgumentException unreadable(String part) {
        List<String> names = new ArrayList<>(List.of("churn"));
        for (Fault fault : Fault.values()) {
            names.add(fault.text());
        }
        return new IllegalArgumentException("a fault is name=number with a name of " + names + ", not '" + part + "'");
    }

    /** Draws what goes wrong: each kind in about every second network, mildly or badly; some networks are fair. */
    static Faults draw(SplittableRandom random, Streams streams) {
        boolean fair = random.nextInt(4) == 0;
        Faults faults = NONE;
        for (Fault fault : Fault.values()) {
            SplittableRandom chance = fault.compareTo(Fault.LAST_IN_SEQUENCE) <= 0
                    ? random
                    : streams.stream("drawn " + fault.text());
            boolean isDrawn = chance.nextInt(2) == 0;
            double value = fault.most == 0 ? 0 : Streams.logUniform(chance, fault.most / 50, fault.most);
            if (isDrawn && value > 0 && !(fair && fault.isUnfair)) {
                faults = faults.with(fault, value);
            }
        }
        return faults;
    }

    /** Whether nothing goes wrong. */
    public boolean areNone() {
        return values.values().stream().allMatch(value -> value == 0);
    }

    /** Whether whoever is asked can answer in time, as long as the broker is up. */
    public boolean areFair() {
        return values.entrySet().stream().noneMatch(entry -> entry.getKey().isUnfair && entry.getValue() > 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Faults faults && toString().equals(faults.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            if (of(fault) > 0) {
                parts.add(fault.text() + "=" + of(fault));
            }
        }
        return parts.isEmpty() ? "none" : String.join(",", parts);
    }
}

package org.sluice.worker;

import java.util.Optional;

import org.sluice.worker.limits.Schedule;
import org.sluice.worker.limits.UsageReader;
import org.sluice.worker.runtime.HashingPriority;
import org.sluice.worker.search.measure.CpuAffinity;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of a worker by which a volunteer says how much of the machine it may use, and when. */
final class LimitOptions {
    @Option(names = "--threads", paramLabel = "N",
            description = "How many integers to hash at a time (default: one for each core); 0 leaves all to --gpu.")
    private Optional<Integer> threads = Optional.empty();

    @Mixin
    private AffinityOption bound = new AffinityOption();

    @Option(names = "--cpu-limit", paramLabel = "PERCENT", defaultValue = "100",
            description = "How much of a core's time each hashing thread may use, 1 to 100 (default: ${DEFAULT-VALUE}). GPUs have no part in it.")
    private int cpuLimit;

    @Option(names = "--normal-priority",
            description = "Hash with the priority of other programs (default: the lowest, so that they go first).")
    private boolean normalPriority;

    @Option(names = "--schedule", paramLabel = "HH:MM-HH:MM[,...]", converter = ScheduleConverter.class, description = {
            "Hash only in these hours, local time, also over midnight; weekdays may stand before a window:",
            "22:00-07:00 or \"Mon-Fri 19:00-07:00, Sat-Sun 00:00-24:00\"."})
    private Optional<Schedule> schedule = Optional.empty();

    @Option(names = "--only-when-idle", description = {
            "Pause while somebody types here, or has in the last 3 minutes, and while other programs",
            "need much of the processors. Linux only."})
    private boolean onlyWhenIdle;

    /** Reads a schedule, or says what is wrong with it. */
    static final class ScheduleConverter implements ITypeConverter<Schedule> {
        @Override
        public Schedule convert(String value) {
            try {
                return Schedule.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    int threads() {
        return threads.orElseGet(affinity()::processors);
    }

    CpuAffinity affinity() {
        return bound.affinity();
    }

    /** 0 to 1. */
    double share() {
        return cpuLimit / 100.0;
    }

    HashingPriority priority() {
        return normalPriority ? HashingPriority.NORMAL : HashingPriority.LOWEST;
    }

    Optional<Schedule> schedule() {
        return schedule;
    }

    /**
     * What is wrong with the options together, if anything.
     *
     * @param devices whether something else than threads hashes too
     */
    Optional<String> complaint(boolean devices) {
        if (threads() < (devices ? 0 : 1) || threads() > 1024) {
            return Optional.of("--threads must be 1 to 1024, not " + threads());
        }
        if (cpuLimit < 1 || cpuLimit > 100) {
            return Optional.of("--cpu-limit must be 1 to 100, not " + cpuLimit);
        }
        return Optional.empty();
    }

    /**
     * Reads the machine's usage, if the worker is to keep out of the way of others.
     *
     * @throws IllegalArgumentException if this machine does not tell
     */
    Optional<UsageReader> usage() {
        if (!onlyWhenIdle) {
            return Optional.empty();
        }
        Optional<UsageReader> reader = UsageReader.ofThisMachine();
        if (reader.isEmpty()) {
            throw new IllegalArgumentException("--only-when-idle needs Linux's /proc, which is not here");
        }
        return reader;
    }

    /** In a few words, for the banner. */
    String inWords() {
        StringBuilder words = new StringBuilder().append(threads() == 0 ? "none" : threads())
                .append(" hashing")
                .append(bound.inWords())
                .append(limitInWords());
        schedule.ifPresent(hours -> words.append(", ").append(hours));
        return words.append(onlyWhenIdle ? ", only when idle" : "").toString();
    }

    /** What comes behind a number of threads if they are limited. */
    String limitInWords() {
        return cpuLimit < 100 ? " at " + cpuLimit + " %" : "";
    }
}

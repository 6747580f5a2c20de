package org.sluice.worker.limits;

import java.util.Optional;

/**
 * How Linux accounts for the processors' time since the machine was started, in clock ticks (proc(5)).
 *
 * @param busy of all processors, for whatever process
 * @param idle of all processors, waiting for disks counted in
 * @param own of this process, all its threads
 */
record ProcessorTimes(long busy, long idle, long own) {
    /** Of the numbers behind {@code cpu}: user, nice, system, idle, iowait, irq, softirq, steal; guest is part of user. */
    private static final int NUMBERS = 8;
    private static final int IDLE = 3;
    private static final int IOWAIT = 4;
    /** Of the fields behind the name of a process, utime; stime follows. */
    private static final int UTIME = 11;

    /**
     * Reads the two files.
     *
     * @param stat {@code /proc/stat}
     * @param self {@code /proc/self/stat}
     * @return empty if they are not as documented
     */
    static Optional<ProcessorTimes> parse(String stat, String self) {
        String all = stat.lines().findFirst().orElse("");
        // The name stands in parentheses and may hold blanks and parentheses of its own.
        String[] fields = self.substring(self.lastIndexOf(')') + 1).strip().split("\\s+");
        String[] numbers = all.split("\\s+");
        if (!all.startsWith("cpu ") || numbers.length <= NUMBERS || fields.length <= UTIME + 1) {
            return Optional.empty();
        }
        try {
            long busy = 0;
            long idle = 0;
            for (int i = 0; i < NUMBERS; i++) {
                long ticks = Long.parseLong(numbers[i + 1]);
                if (i == IDLE || i == IOWAIT) {
                    idle += ticks;
                } else {
                    busy += ticks;
                }
            }
            long own = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
            return Optional.of(new ProcessorTimes(busy, idle, own));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The part of all processors' time that other processes took since an earlier reading, 0 to 1. */
    double foreignLoadSince(ProcessorTimes earlier) {
        // The files are read one after the other, and counters of a virtual machine may run backwards.
        long all = busy + idle - earlier.busy - earlier.idle;
        long foreign = busy - earlier.busy - (own - earlier.own);
        return all <= 0 ? 0 : Math.clamp((double) foreign / all, 0, 1);
    }
}

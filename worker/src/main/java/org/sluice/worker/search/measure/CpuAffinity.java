package org.sluice.worker.search.measure;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which CPUs hashing threads are bound to: each thread to one of them, or none to any, so that the system chooses.
 *
 * <p>CPUs are numbered as Linux does.
 */
public final class CpuAffinity {
    /** The system chooses. */
    public static final CpuAffinity NONE = new CpuAffinity(List.of());

    private static final Logger LOG = LoggerFactory.getLogger(CpuAffinity.class);
    /** A CPU or a range of them, of which every so many is meant, as taskset(1) has it. */
    private static final Pattern PART = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4})(?::(\\d{1,4}))?)?");

    private final List<Integer> cpus;

    private CpuAffinity(List<Integer> cpus) {
        this.cpus = cpus;
    }

    /**
     * Reads a list as taskset(1) takes it, such as {@code 0,2-4} or {@code 0-6:2}, which is 0, 2, 4 and 6. Threads are bound in its order.
     *
     * @throws IllegalArgumentException if the text is none, if a CPU is not one that the calling thread may use, or if threads cannot be
     *     bound on this system
     */
    public static CpuAffinity parse(String text) {
        Set<Integer> cpus = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("'" + text + "' is no list of CPUs such as 0 or 0,2-4");
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = Optional.ofNullable(matcher.group(2)).map(Integer::parseInt).orElse(first);
            int step = Optional.ofNullable(matcher.group(3)).map(Integer::parseInt).orElse(1);
            if (last < first || step < 1) {
                throw new IllegalArgumentException("'" + part + "' is no range of CPUs such as 2-4 or 0-6:2");
            }
            for (int cpu = first; cpu <= last; cpu += step) {
                cpus.add(cpu);
            }
        }
        BitSet allowed = ThreadCpus.ofSystem()
                .flatMap(ThreadCpus::allowed)
                .orElseThrow(() -> new IllegalArgumentException("threads can be bound to CPUs on Linux only"));
        cpus.stream().filter(cpu -> !allowed.get(cpu)).findFirst().ifPresent(cpu -> {
            throw new IllegalArgumentException("CPU " + cpu + " is not one that this process may use; these are "
                    + allowed.stream().mapToObj(String::valueOf).collect(Collectors.joining(",")));
        });
        return new CpuAffinity(List.copyOf(cpus));
    }

    /** The CPUs in the order in which threads are bound to them; empty if the system chooses. */
    public List<Integer> cpus() {
        return cpus;
    }

    /** How many CPUs threads can have at a time. */
    public int processors() {
        return cpus.isEmpty() ? Runtime.getRuntime().availableProcessors() : cpus.size();
    }

    /**
     * Binds the calling thread. A CPU that the system has withdrawn meanwhile is no reason not to hash: then the system chooses.
     *
     * @param thread its number among those that hash together, from 0 on; where there are more than CPUs, they begin again at the first
     */
    public void bind(int thread) {
        if (cpus.isEmpty()) {
            return;
        }
        int cpu = cpus.get(thread % cpus.size());
        if (!ThreadCpus.ofSystem().map(threads -> threads.allowOnly(cpu)).orElse(false)) {
            LOG.warn("hashing thread {} cannot be bound to CPU {} any more", thread, cpu);
        }
    }

    @Override
    public String toString() {
        return cpus.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}

package org.sluice.worker.search.choice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.foreign.CacheFolder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that remembers which kernel was the fastest for each kind of work and number of threads, and how fast, for one
 * machine and JDK.
 *
 * <p>A line for each of them: {@code KIND KERNEL THREADS HASHES_PER_SECOND}. It is a hint and no more: it says what to try
 * first and what to expect of it. Whatever is wrong with the file, nothing is remembered then.
 */
public final class KernelMemory {
    private static final int FIELDS = 4;
    private static final Logger LOG = LoggerFactory.getLogger(KernelMemory.class);

    private final Path file;

    /** @param file what is remembered; need not exist */
    public KernelMemory(Path file) {
        this.file = file;
    }

    /**
     * The memory for this CPU model, this JDK and the kernels among which it chooses, in the user's cache folder (XDG Base
     * Directory Specification); none if the user has no such folder.
     */
    public static Optional<KernelMemory> ofThisMachine() {
        return CacheFolder.ofUser().map(folder -> new KernelMemory(folder.resolve("kernel-" + machine())));
    }

    /**
     * What was measured last of the fastest kernel for each kind of work, on so many threads; where it was measured only on
     * other numbers of them, what to expect after that.
     */
    public List<Measurement> recall(int threads) {
        Map<WorkKind, Measurement> known = new EnumMap<>(WorkKind.class);
        for (Measurement measured : all()) {
            known.merge(measured.work(), measured, (one, other) -> other.threads() == threads ? other : one);
        }
        return known.values().stream().map(measured -> measured.expectedOn(threads)).toList();
    }

    private List<Measurement> all() {
        try {
            return Files.exists(file) ? Files.readAllLines(file).stream().map(KernelMemory::read).toList() : List.of();
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("cannot read {}", file, e);
            return List.of();
        }
    }

    /**
     * Remembers measurements beside those on other numbers of threads, in one step: whoever reads meanwhile finds the old ones
     * or the new ones.
     */
    public void remember(Collection<Measurement> measurements) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder == null) {
                return;
            }
            Map<List<Object>, Measurement> known = new LinkedHashMap<>();
            Stream.concat(all().stream(), measurements.stream())
                    .forEach(one -> known.put(List.of(one.work(), one.threads()), one));
            Files.createDirectories(folder);
            Path next = Files.createTempFile(folder, "kernel", ".next");
            Files.write(next, known.values().stream().map(KernelMemory::write).toList());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.debug("cannot write {}", file, e);
        }
    }

    private static String write(Measurement measured) {
        return String.join(" ", measured.work().label(), measured.kernel(), String.valueOf(measured.threads()),
                String.valueOf(measured.hashesPerSecond()));
    }

    private static Measurement read(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("not a measurement: " + line);
        }
        int threads = Integer.parseInt(fields[2]);
        long hashesPerSecond = Long.parseLong(fields[3]);
        if (threads < 1 || hashesPerSecond < 1) {
            throw new IllegalArgumentException("not a measurement: " + line);
        }
        return new Measurement(fields[1], WorkKind.labelled(fields[0]), threads, hashesPerSecond);
    }

    /** What the choice depends on, as a part of a file's name. */
    private static String machine() {
        String kernels = Kernels.candidates().stream().map(SearchKernel::name).collect(Collectors.joining("-"));
        String machine = String.join(" ", cpuModel(), System.getProperty("os.arch"),
                System.getProperty("java.vm.version"), kernels);
        return machine.replaceAll("[^A-Za-z0-9.]+", "-");
    }

    /** The CPU's name where Linux tells it. */
    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("model"))
                    .limit(2) // its number and its name
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .collect(Collectors.joining(" "));
        } catch (IOException e) {
            return "unknown";
        }
    }
}

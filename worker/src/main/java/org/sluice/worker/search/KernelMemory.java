package org.sluice.worker.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that remembers which kernel was the fastest, for one machine and JDK.
 *
 * <p>It is a hint and no more: it says which kernel to try first. Whatever is wrong with the file, nothing is
 * remembered then.
 */
public final class KernelMemory {
    private static final Logger LOG = LoggerFactory.getLogger(KernelMemory.class);

    private final Path file;

    /** @param file what is remembered; need not exist */
    public KernelMemory(Path file) {
        this.file = file;
    }

    /**
     * The memory for this CPU model, this JDK and the kernels that it can run, in the user's cache folder (XDG Base
     * Directory Specification); none if the user has no such folder.
     */
    public static Optional<KernelMemory> ofThisMachine() {
        return Stream.of(Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).filter(path -> path.startsWith("/")),
                Optional.ofNullable(System.getProperty("user.home")).map(home -> home + "/.cache"))
                .flatMap(Optional::stream)
                .findFirst()
                .map(folder -> new KernelMemory(Path.of(folder, "sluice", "kernel-" + machine())));
    }

    /** The kernel that was the fastest for most kinds of work, if it is among those given. */
    public Optional<SearchKernel> recall(List<SearchKernel> kernels) {
        try {
            String name = Files.exists(file) ? Files.readString(file).strip() : "";
            return kernels.stream().filter(kernel -> kernel.name().equals(name)).findFirst();
        } catch (IOException e) {
            LOG.debug("cannot read {}", file, e);
            return Optional.empty();
        }
    }

    /** Remembers a kernel, in one step: whoever reads meanwhile finds the old name or the new one. */
    public void remember(SearchKernel kernel) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder == null) {
                return;
            }
            Files.createDirectories(folder);
            Path next = Files.createTempFile(folder, "kernel", ".next");
            Files.writeString(next, kernel.name() + System.lineSeparator());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.debug("cannot write {}", file, e);
        }
    }

    /** What the choice depends on, as a part of a file's name. */
    private static String machine() {
        String kernels = Kernels.all().stream().map(SearchKernel::name).collect(Collectors.joining("-"));
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

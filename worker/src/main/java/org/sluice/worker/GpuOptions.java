package org.sluice.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.runtime.HashingPriority;
import org.sluice.worker.search.device.GpuChoice;
import org.sluice.worker.search.device.OpenClKernel;
import org.sluice.worker.search.measure.Benchmark;
import org.sluice.worker.search.thread.Device;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of a worker by which a volunteer says which GPUs it may use, and how much of them. */
final class GpuOptions {
    private static final int LONGEST_BATCH = 500;

    @Option(names = "--gpu", paramLabel = "all|none|N[,N...]", defaultValue = "none", converter = Converter.class,
            description = {
                    "Hash with these devices too, as 'sluice devices' numbers them, or with all GPUs (default: none).",
                    "With --threads 0 they alone hash. OpenCL and the drivers are loaded only when asked for.",
                    "Processors that OpenCL knows as a device are taken by number alone, and not with --cpu-limit",
                    "or --cpu-affinity, which their driver does not keep to."})
    private GpuChoice choice = new GpuChoice.None();

    @Option(names = "--gpu-intensity", paramLabel = "MILLISECONDS", defaultValue = "20",
            description = "How long a GPU hashes at a time before others may use it, 1 to 500 (default: ${DEFAULT-VALUE}). "
                    + "Longer is a little faster, but what the GPU draws on a screen waits for it.")
    private int batchMillis;

    /** Reads a choice, or says what is wrong with it. */
    static final class Converter implements ITypeConverter<GpuChoice> {
        @Override
        public GpuChoice convert(String text) {
            try {
                return GpuChoice.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** What is wrong with the options, if anything. */
    Optional<String> complaint() {
        return batchMillis < 1 || batchMillis > LONGEST_BATCH
                ? Optional.of("--gpu-intensity must be 1 to " + LONGEST_BATCH + ", not " + batchMillis)
                : Optional.empty();
    }

    boolean areNone() {
        return choice instanceof GpuChoice.None;
    }

    /**
     * Begins to check and measure the devices that are meant, see {@link GpuChoice#kernels} and {@link Device#start}.
     *
     * @param priority of all threads that this begins, those of drivers for processors too
     * @param terms of the user's
     * @param failures is told, in one line each, of drivers and devices that cannot be looked at
     * @throws IllegalArgumentException if the terms do not allow a device that is meant
     * @throws org.sluice.worker.opencl.OpenClException if there are no devices here, or a driver fails
     */
    List<Device> begin(HashingPriority priority, Benchmark benchmark, Benchmark.Terms terms, RandomGenerator random,
            Consumer<String> failures) throws InterruptedException {
        if (areNone()) {
            return List.of();
        }
        return priority.begin(() -> {
            List<OpenClKernel> kernels = choice.kernels(Duration.ofMillis(batchMillis), failures);
            for (OpenClKernel kernel : kernels) {
                if (kernel.device().type() == OpenClDevice.Type.CPU) {
                    refuse(kernel.device(), terms.share() < 1, "--cpu-limit");
                    refuse(kernel.device(), !terms.affinity().cpus().isEmpty(), "--cpu-affinity");
                }
            }
            return kernels.stream()
                    .map(kernel -> Device.start(kernel, benchmark, terms.permission(), random))
                    .toList();
        });
    }

    private static void refuse(OpenClDevice processors, boolean isLimited, String option) {
        if (isLimited) {
            throw new IllegalArgumentException(
                    "device " + processors.number() + " is the processors, and its driver keeps to no "
                            + option + ": leave out one of the two");
        }
    }
}

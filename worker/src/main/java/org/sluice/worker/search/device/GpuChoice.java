package org.sluice.worker.search.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.opencl.OpenClUnavailableException;

/**
 * Which of OpenCL's devices are to hash, as people say it: {@code none}, {@code all} or the numbers under which the devices are listed.
 *
 * <p>A processor is a device too, where a driver for it is installed. As it hashes anyway, and faster, {@code all} does not mean it:
 * who wants it so names it by its number.
 */
public sealed interface GpuChoice {
    /** What the names of devices' kernels begin with. */
    String KERNEL_PREFIX = "opencl:";

    /** No device; OpenCL is not even loaded. */
    record None() implements GpuChoice {}

    /** All that can be used and are no processors. */
    record All() implements GpuChoice {}

    /**
     * Some.
     *
     * @param numbers of the devices, each once, in the order of their slots
     */
    record Numbered(List<Integer> numbers) implements GpuChoice {
        public Numbered {
            numbers = List.copyOf(numbers);
        }
    }

    /**
     * Reads a choice.
     *
     * @throws IllegalArgumentException if the text is none
     */
    static GpuChoice parse(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "none" -> new None();
            case "all" -> new All();
            default -> {
                if (!text.matches("\\d{1,4}(,\\d{1,4})*")) {
                    throw new IllegalArgumentException(
                            "'" + text + "' is none of all, none, or numbers such as 0 or 0,2");
                }
                yield new Numbered(Arrays.stream(text.split(",")).map(Integer::valueOf).distinct().toList());
            }
        };
    }

    /**
     * Kernels for the devices that are meant.
     *
     * @param batch how long a device is busy at a time
     * @param failures is told, in one line each, of drivers and devices that cannot be looked at
     * @throws OpenClUnavailableException if all GPUs are meant and there are none here, or there is no OpenCL
     * @throws IllegalArgumentException if a number is that of no device which can be used
     * @throws org.sluice.worker.opencl.OpenClException if the drivers cannot be listed
     */
    default List<OpenClKernel> kernels(Duration batch, Consumer<String> failures) {
        if (this instanceof None) {
            return List.of();
        }
        OpenCl openCl = OpenCl.load();
        List<OpenClDevice> devices = openCl.devices(failures);
        List<OpenClKernel> kernels = new ArrayList<>();
        Map<String, Integer> sameNames = new HashMap<>();
        for (OpenClDevice device : devices) {
            String name = kernelName(device);
            int same = sameNames.merge(name, 1, Integer::sum);
            kernels.add(new OpenClKernel(openCl, device, same == 1 ? name : name + "-" + same, batch));
        }
        return chosenFrom(kernels);
    }

    private List<OpenClKernel> chosenFrom(List<OpenClKernel> all) {
        return switch (this) {
            case None _ -> List.of();
            case All _ -> {
                List<OpenClKernel> usable = those(all, OpenClDevice::isUsable);
                List<OpenClKernel> gpus = those(usable, device -> device.type() != OpenClDevice.Type.CPU);
                if (gpus.isEmpty()) {
                    throw usable.isEmpty()
                            ? OpenClUnavailableException.noDevice()
                            : OpenClUnavailableException.processorsAlone(usable.getFirst().device());
                }
                yield gpus;
            }
            case Numbered(var numbers) -> {
                List<OpenClKernel> chosen = new ArrayList<>();
                for (int number : numbers) {
                    if (number >= all.size()) {
                        throw new IllegalArgumentException(
                                "there is no device " + number + " here; 'sluice devices' lists them");
                    }
                    OpenClDevice device = all.get(number).device();
                    if (!device.isUsable()) {
                        throw new IllegalArgumentException(
                                "device " + number + " cannot be used: " + device.obstacle());
                    }
                    chosen.add(all.get(number));
                }
                yield chosen;
            }
        };
    }

    private static List<OpenClKernel> those(List<OpenClKernel> kernels, Predicate<OpenClDevice> wanted) {
        return kernels.stream().filter(kernel -> wanted.test(kernel.device())).toList();
    }

    /** The device's name, in characters that a kernel's may have. */
    private static String kernelName(OpenClDevice device) {
        String name = device.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return KERNEL_PREFIX + (name.isEmpty() ? "device" : name);
    }
}

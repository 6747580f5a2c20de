package org.sluice.worker;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.device.GpuChoice;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option of a command by which its user says with which kernel to hash. */
public final class KernelOption {
    @Option(names = "--kernel", paramLabel = "NAME", converter = ByName.class,
            description = "Hash with this kernel for processors of those that benchmark lists (default: the fastest). "
                    + "Those of devices, opencl:..., are what --gpu names.")
    private Optional<SearchKernel> kernel = Optional.empty();

    /** An option for picocli to fill in. */
    public KernelOption() {}

    /** Finds a kernel, or says which there are. */
    static final class ByName implements ITypeConverter<SearchKernel> {
        @Override
        public SearchKernel convert(String name) {
            if (name.startsWith(GpuChoice.KERNEL_PREFIX)) {
                throw new TypeConversionException("'" + name + "' is a device's and not for processors: worker --gpu"
                        + " takes the device's number, which 'sluice devices' tells");
            }
            return Kernels.named(name)
                    .orElseThrow(() -> new TypeConversionException("there is no kernel '" + name + "' here; there are "
                            + Kernels.all().stream().map(SearchKernel::name).collect(Collectors.joining(", "))));
        }
    }

    /** Whether one was named. */
    boolean isNamed() {
        return kernel.isPresent();
    }

    /** The one that was named, else those that may be the fastest here. */
    public List<SearchKernel> candidates() {
        return kernel.map(List::of).orElseGet(Kernels::candidates);
    }

    /** The one that was named, else all. */
    List<SearchKernel> all() {
        return kernel.map(List::of).orElseGet(Kernels::all);
    }
}

package org.sluice.worker.search;

import java.util.List;

import org.sluice.worker.opencl.OpenClUnavailableException;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

/** OpenCL's devices for tests: any that there are, such as the processors by Debian's pocl-opencl-icd. */
final class Devices {
    private static final List<OpenClKernel> KERNELS = find();

    private Devices() {}

    private static List<OpenClKernel> find() {
        try {
            return new GpuChoice.All().kernels(OpenClKernel.BATCH);
        } catch (OpenClUnavailableException e) {
            return List.of();
        }
    }

    /** One for each device. */
    static List<OpenClKernel> kernels() {
        return KERNELS;
    }

    /** The kernel of a device; where there is none the test is skipped. */
    static OpenClKernel any() {
        assumeFalse(KERNELS.isEmpty(), "no OpenCL device here (Debian: apt install pocl-opencl-icd)");
        return KERNELS.getFirst();
    }
}

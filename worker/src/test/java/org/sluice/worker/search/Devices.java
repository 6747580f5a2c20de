package org.sluice.worker.search;

import java.util.List;

import org.sluice.worker.DevicesHere;
import org.sluice.worker.search.device.GpuChoice;
import org.sluice.worker.search.device.OpenClKernel;

/** OpenCL's devices for tests, if there are any. */
final class Devices {
    private static final List<OpenClKernel> KERNELS = DevicesHere.areThere()
            ? new GpuChoice.Numbered(DevicesHere.numbers()).kernels(OpenClKernel.BATCH, _ -> {})
            : List.of();

    private Devices() {}

    /** One for each device. */
    static List<OpenClKernel> kernels() {
        return KERNELS;
    }
}

package org.sluice.worker;

import java.util.List;

import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.opencl.OpenClUnavailableException;

/** Whether there are devices of OpenCL for tests, such as the processors by Debian's pocl-opencl-icd. */
public final class DevicesHere {
    /** Why a test is skipped that needs one. */
    public static final String NONE = "no OpenCL device here (Debian: apt install pocl-opencl-icd)";

    private DevicesHere() {}

    /** Whether there is one that can be used. */
    public static boolean areThere() {
        return !numbers().isEmpty();
    }

    /** The numbers of all that can be used, processors too. */
    public static List<Integer> numbers() {
        try {
            return OpenCl.load()
                    .devices(_ -> {})
                    .stream()
                    .filter(OpenClDevice::isUsable)
                    .map(OpenClDevice::number)
                    .toList();
        } catch (OpenClUnavailableException e) {
            return List.of();
        }
    }
}

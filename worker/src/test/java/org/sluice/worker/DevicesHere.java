package org.sluice.worker;

import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClUnavailableException;

/** Whether there are devices of OpenCL for tests, such as the processors by Debian's pocl-opencl-icd. */
public final class DevicesHere {
    /** Why a test is skipped that needs one. */
    public static final String NONE = "no OpenCL device here (Debian: apt install pocl-opencl-icd)";

    private DevicesHere() {}

    /** Whether there is one that can be used. */
    public static boolean areThere() {
        try {
            return OpenCl.load().devices().stream().anyMatch(device -> device.isUsable());
        } catch (OpenClUnavailableException e) {
            return false;
        }
    }
}

package org.sluice.worker.opencl;

import java.lang.foreign.MemorySegment;

/**
 * A device, as its driver describes it. What texts hold is the driver's choice.
 *
 * @param number its place among this machine's devices, from 0 on: the same as long as the same drivers are installed and work
 * @param name what its maker calls it
 * @param platform what its driver calls itself
 * @param version the OpenCL that it offers, such as {@code OpenCL 3.0 CUDA}
 * @param driver the driver's version
 * @param type what kind of device it is
 * @param computeUnits how many parts it has that work at the same time
 * @param memory bytes that kernels can use
 * @param vectorWidth how many 32-bit integers kernels best handle as one vector: 1, 2, 4, 8 or 16
 * @param obstacle why it cannot be used, empty if it can
 * @param handles by which the library knows it
 */
public record OpenClDevice(int number, String name, String platform, String version, String driver, Type type,
        int computeUnits, long memory, int vectorWidth, String obstacle, Handles handles) {
    /** What the library calls a device and its platform. */
    record Handles(MemorySegment platform, MemorySegment device) {}

    /** The kinds of devices. */
    public enum Type {
        /** A graphics processor. */
        GPU("GPU"),
        /** This machine's processors. */
        CPU("CPU"),
        /** Anything else that computes. */
        ACCELERATOR("accelerator");

        private final String label;

        Type(String label) {
            this.label = label;
        }

        /** The kind as people read it. */
        public String label() {
            return label;
        }
    }

    /** Whether kernels can be built for it and run on it. */
    public boolean isUsable() {
        return obstacle.isEmpty();
    }

    /** The same, as if it preferred vectors of another width. */
    public OpenClDevice withVectorWidth(int width) {
        return new OpenClDevice(number, name, platform, version, driver, type, computeUnits, memory, width, obstacle,
                handles);
    }
}

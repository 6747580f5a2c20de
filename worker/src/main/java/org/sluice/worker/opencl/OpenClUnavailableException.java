package org.sluice.worker.opencl;

import org.jspecify.annotations.Nullable;

/** There is no OpenCL on this machine, or no device. The message is one line that says what to install. */
public final class OpenClUnavailableException extends OpenClException {
    private static final long serialVersionUID = 1;

    OpenClUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** There is no GPU, but a driver that makes a device of the processors. */
    public static OpenClUnavailableException processorsAlone(OpenClDevice processors) {
        return new OpenClUnavailableException("there is no GPU here that can be used; device " + processors.number()
                + " is the processors, which hash without OpenCL, and faster: --gpu " + processors.number()
                + " takes them all the same", null);
    }

    /** The library is there, but has no device to offer. */
    public static OpenClUnavailableException noDevice() {
        return new OpenClUnavailableException(
                "there is no OpenCL device here that can be used: install the driver of your"
                        + " GPU, with its part for OpenCL (a processor counts as one with Debian's pocl-opencl-icd)",
                null);
    }
}

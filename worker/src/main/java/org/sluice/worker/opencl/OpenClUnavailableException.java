package org.sluice.worker.opencl;

import org.jspecify.annotations.Nullable;

/** There is no OpenCL on this machine, or no device. The message is one line that says what to install. */
public final class OpenClUnavailableException extends OpenClException {
    private static final long serialVersionUID = 1;

    OpenClUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The library is there, but has no device to offer. */
    public static OpenClUnavailableException noDevice() {
        return new OpenClUnavailableException(
                "there is no OpenCL device here that can be used: install the driver of your"
                        + " GPU, with its part for OpenCL (a processor counts as one with Debian's pocl-opencl-icd)",
                null);
    }
}

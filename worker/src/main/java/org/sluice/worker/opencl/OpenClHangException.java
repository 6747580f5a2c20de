package org.sluice.worker.opencl;

/** A driver, or the device behind it, has not answered for so long that it is not waited for any more. */
public final class OpenClHangException extends OpenClException {
    private static final long serialVersionUID = 1;

    /** Something hangs; the message says for how long it was waited for. */
    public OpenClHangException(String message) {
        super(message);
    }
}

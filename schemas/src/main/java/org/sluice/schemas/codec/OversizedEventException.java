package org.sluice.schemas.codec;

/** Says that an event is too large to be sent (below 512 KiB each); it has to be divided. */
public final class OversizedEventException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    OversizedEventException(String type, int bytes) {
        super("a " + type + " of " + bytes + " bytes is larger than the " + EventCodec.MAX_BYTES
                + " bytes that an event may have");
    }
}

package org.sluice.submitter.bitcoin.address;

/** A text is no address to which a block's reward can be paid; the message is one line that says why. */
public final class InvalidAddressException extends Exception {
    public InvalidAddressException(String message) {
        super(message);
    }
}

package org.sluice.submitter.bitcoin.template;

/** A block template is none, or none that Sluice can mine; the message is one line that says why. */
public final class InvalidTemplateException extends Exception {
    public InvalidTemplateException(String message) {
        super(message);
    }
}

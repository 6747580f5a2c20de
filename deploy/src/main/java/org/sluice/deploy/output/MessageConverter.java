package org.sluice.deploy.output;

import org.sluice.schemas.codec.Printable;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** What {@code logback.xml} calls {@code %printable}: an event's message as a single printable line. */
public final class MessageConverter extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return Printable.line(event.getFormattedMessage());
    }
}

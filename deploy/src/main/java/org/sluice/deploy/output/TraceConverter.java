package org.sluice.deploy.output;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;

/** What {@code logback.xml} calls {@code %trace}: the {@link Trace} of an event's failure, if it has one. */
public final class TraceConverter extends ThrowableHandlingConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return event.getThrowableProxy() instanceof ThrowableProxy proxy
                ? String.join(System.lineSeparator(), Trace.lines(proxy.getThrowable())) + System.lineSeparator()
                : "";
    }
}

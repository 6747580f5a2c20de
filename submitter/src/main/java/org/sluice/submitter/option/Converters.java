package org.sluice.submitter.option;

import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

import org.sluice.protocol.value.Mode;
import org.sluice.submitter.request.DigestAlgorithm;
import org.sluice.submitter.request.DurationText;
import org.sluice.submitter.request.IntegerText;
import org.sluice.submitter.request.UsageException;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Hands the readers of {@link org.sluice.submitter.request} to picocli. */
public final class Converters {
    private Converters() {}

    abstract static class Reading<T> implements ITypeConverter<T> {
        private final Function<String, T> reader;

        Reading(Function<String, T> reader) {
            this.reader = reader;
        }

        @Override
        public T convert(String text) {
            try {
                return reader.apply(text);
            } catch (UsageException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    public static final class OfInteger extends Reading<BigInteger> {
        OfInteger() {
            super(IntegerText::parse);
        }
    }

    public static final class OfDuration extends Reading<Duration> {
        OfDuration() {
            super(DurationText::parse);
        }
    }

    public static final class OfAlgorithm extends Reading<DigestAlgorithm> {
        OfAlgorithm() {
            super(DigestAlgorithm::parse);
        }
    }

    static final class OfMode extends Reading<Mode> {
        OfMode() {
            super(OfMode::parse);
        }

        private static Mode parse(String text) {
            for (Mode mode : Mode.values()) {
                if (mode.name().equalsIgnoreCase(text)) {
                    return mode;
                }
            }
            throw new UsageException("'" + text + "' is no mode; use first or all");
        }
    }

    /** An address that may have a password in it, by mistake: what is wrong is told without it. */
    public static final class OfUrl extends Reading<URI> {
        OfUrl() {
            super(OfUrl::parse);
        }

        private static URI parse(String text) {
            try {
                return new URI(text);
            } catch (URISyntaxException e) {
                throw new UsageException("that is no address such as http://127.0.0.1:8332");
            }
        }
    }

    /** The algorithms, for shell completion. */
    public static final class Algorithms implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return DigestAlgorithm.known().keySet().iterator();
        }
    }

    /** The modes, for shell completion. */
    static final class Modes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("first", "all").iterator();
        }
    }
}

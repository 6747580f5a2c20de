package org.sluice.submitter.events;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Merges streams that are each in order of time into one.
 *
 * @param <S> what names a stream
 * @param <T> what the streams consist of
 */
final class TimeOrder<S, T> {
    private static final int MOST_WAITING = 1_000;

    private final ToLongFunction<T> time;
    private final Map<S, Deque<T>> waiting = new LinkedHashMap<>();
    private final Set<S> expected = new HashSet<>();

    TimeOrder(ToLongFunction<T> time) {
        this.time = time;
    }

    /** Nothing is handed over that might be later than what this stream brings next. */
    void expect(S stream) {
        expected.add(stream);
    }

    /** The stream need not be waited for any more. */
    void expectNoMore(S stream) {
        expected.remove(stream);
    }

    /** Takes the next element of a stream. */
    void add(S stream, T element) {
        waiting.computeIfAbsent(stream, _ -> new ArrayDeque<>()).add(element);
    }

    /** Hands over all elements of which it is sure that no earlier one comes. */
    void drain(Consumer<T> taker) {
        while (waiting.keySet().containsAll(expected)) {
            Optional<Map.Entry<S, Deque<T>>> earliest = waiting.entrySet()
                    .stream()
                    .min(Comparator.comparingLong(stream -> time.applyAsLong(stream.getValue().getFirst())));
            if (earliest.isEmpty()) {
                return;
            }
            Deque<T> stream = earliest.get().getValue();
            taker.accept(stream.removeFirst());
            if (stream.isEmpty()) {
                waiting.remove(earliest.get().getKey());
            }
        }
    }

    /** Streams of which so much is waiting that they should bring no more for now. */
    Set<S> full() {
        return waiting.entrySet()
                .stream()
                .filter(stream -> stream.getValue().size() >= MOST_WAITING)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}

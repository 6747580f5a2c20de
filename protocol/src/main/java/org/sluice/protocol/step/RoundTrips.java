package org.sluice.protocol.step;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.PeerId;

/**
 * Measures theta, the mean of 5 round trips to up to 5 other workers.
 *
 * <p>One ping after the other: what they would wait for each other at the receiver is no part of the round trip.
 */
public final class RoundTrips {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration UNTIL_NEXT = Duration.ofMinutes(10);

    private final Context context;
    private final LongSupplier nonces;
    private final Duration first;
    private final Map<Long, Instant> sent = new HashMap<>();
    private final List<Duration> measured = new ArrayList<>();
    private List<PeerId> targets = List.of();
    private int next;

    /**
     * Nothing measured yet.
     *
     * @param first how long the first measurement waits, for one whose life may be over before it needs to know
     */
    public RoundTrips(Context context, LongSupplier nonces, Duration first) {
        this.first = first;
        this.context = context;
        this.nonces = nonces;
    }

    /** The list of peers is known: a first measurement can begin. */
    public void peersKnown() {
        Timer timer = new Timer.MeasureRoundTrip();
        if (!context.timers().isRunning(timer)) {
            if (first.isZero()) {
                measure();
            } else {
                context.timers().set(timer, context.in(first));
            }
        }
    }

    /** Sends the next ping, of this measurement or of a new one. */
    public void measure() {
        if (next >= Parameters.ROUND_TRIPS || targets.isEmpty()) {
            begin();
        }
        if (targets.isEmpty()) {
            return;
        }
        long nonce = nonces.getAsLong();
        sent.put(nonce, context.now());
        context.send(targets.get(next % targets.size()),
                new Message.Ping(context.self(), nonce, Optional.empty(), List.of()));
        next++;
        boolean last = next >= Parameters.ROUND_TRIPS;
        context.timers().set(new Timer.MeasureRoundTrip(), context.in(last ? UNTIL_NEXT : PATIENCE));
    }

    private void begin() {
        targets = context.peers().anyWorkers(Parameters.ROUND_TRIPS, context.random());
        next = 0;
        sent.clear();
        measured.clear();
    }

    public void ponged(Message.Pong pong) {
        Instant since = sent.remove(pong.nonce());
        if (since == null) {
            return;
        }
        Duration roundTrip = Duration.between(since, context.now());
        if (roundTrip.compareTo(PATIENCE) > 0) {
            // It waited for the end of an outage: timeouts made of that would let every failure go unnoticed.
            return;
        }
        measured.add(roundTrip);
        Duration sum = measured.stream().reduce(Duration.ZERO, Duration::plus);
        context.roundTrip(sum.dividedBy(measured.size()));
        if (next < Parameters.ROUND_TRIPS) {
            measure();
        } else {
            context.tell(new Notice.RoundTripMeasured(context.roundTrip()));
        }
    }
}

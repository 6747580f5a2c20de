package org.sluice.protocol.step;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;

import org.jspecify.annotations.Nullable;

/** What all parts of one state machine share: its address, its clock, its timers, its view of the others. */
public final class Context {
    private final Address self;
    private final Parameters parameters;
    private final RandomGenerator random;
    private final Timers timers = new Timers();
    private final Peers peers;
    private Duration roundTrip = Duration.ofMillis(50);
    private Instant now = Instant.EPOCH;
    private @Nullable Consumer<Effect> receiver;
    /** What this step has commanded; nobody outside hears of it before the step is done. */
    private final List<Effect> effects = new ArrayList<>();
    private @Nullable Instant wakeAt;

    public Context(Address self, Parameters parameters, RandomGenerator random) {
        this.self = self;
        this.parameters = parameters;
        this.random = random;
        this.peers = new Peers(self);
    }

    /** Begins a step. */
    public void begin(Instant time, Consumer<Effect> effectReceiver) {
        if (time.isBefore(now)) {
            throw new IllegalStateException("the clock of " + self + " ran backwards, from " + now + " to " + time);
        }
        now = time;
        receiver = effectReceiver;
    }

    /**
     * What happens in a step: an input is taken, and what follows from it settled; then what is due is done, and what follows
     * from that is settled, until nothing is due.
     */
    public void run(Runnable input, Runnable settle, Consumer<Timer> due) {
        input.run();
        settle.run();
        Optional<Timer> timer = timers.poll(now);
        while (timer.isPresent()) {
            due.accept(timer.get());
            timer = timers.poll(now);
            if (timer.isEmpty()) {
                settle.run();
                timer = timers.poll(now);
            }
        }
    }

    /** The time that was last asked for has come: the driver waits for nothing now. */
    public void woken() {
        wakeAt = null;
    }

    /**
     * Ends a step: asks to be woken when the next timer is due, if that has changed, and hands over what was commanded. What
     * the receiver throws is its own fault and meets no job.
     */
    public void end() {
        timers.next().ifPresent(next -> {
            if (!next.equals(wakeAt)) {
                wakeAt = next;
                emit(new Effect.WakeAt(next));
            }
        });
        Consumer<Effect> handedTo = receiver;
        List<Effect> commanded = List.copyOf(effects);
        receiver = null;
        effects.clear();
        if (handedTo != null) {
            commanded.forEach(handedTo);
        }
    }

    public void emit(Effect effect) {
        if (receiver == null) {
            throw new IllegalStateException("an effect outside of a step: " + effect);
        }
        effects.add(effect);
    }

    public void send(Address to, Message message) {
        emit(new Effect.Send(to, message));
    }

    public void tell(Notice notice) {
        emit(new Effect.Tell(notice));
    }

    public Address self() {
        return self;
    }

    public Instant now() {
        return now;
    }

    public Instant in(Duration delay) {
        return now.plus(delay);
    }

    public Parameters parameters() {
        return parameters;
    }

    public RandomGenerator random() {
        return random;
    }

    public Timers timers() {
        return timers;
    }

    public Peers peers() {
        return peers;
    }

    /** Theta, the mean round trip to other peers. */
    public Duration roundTrip() {
        return roundTrip;
    }

    public void roundTrip(Duration measured) {
        roundTrip = measured;
    }

    /** How long to wait for an answer before asking again. */
    public Duration ackTimeout() {
        return longer(parameters.minimumAckTimeout(), roundTrip.multipliedBy(4));
    }

    /** How long to wait for a Pong before its sender counts as dead. */
    Duration pingTimeout() {
        return longer(parameters.minimumPingTimeout(), roundTrip.multipliedBy(4));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}

package org.sluice.simulator.world;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

import org.sluice.protocol.Input;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.scenario.Streams;

import org.jspecify.annotations.Nullable;

/**
 * The broker as peers see it: inboxes in which messages arrive after a while, mostly.
 *
 * <p>A message takes half the median delay and an exponential rest, so most are quick and a few take long. What one peer
 * sends arrives in that order, as one producer writes it, except when {@link Fault#LATE} holds a message up. While the
 * broker is down, or a peer is cut off, what was sent waits in the sender's outbox, which dies with the sender; what was
 * stored waits in the inbox. Both wait for as long as it takes. Nobody can say that an inbox does not exist before the
 * broker can be asked.
 */
public final class Broker {
    private static final long LATEST = 10_000_000_000L;

    private final Agenda agenda;
    private final SplittableRandom random;
    private final SplittableRandom misfortune;
    private final double loss;
    private final double duplicate;
    private final double late;
    private final long faultsEnd;
    private final long median;
    private final Map<Address, Participant> processes = new HashMap<>();
    private final long[] sent = new long[Kind.values().length];
    private long sentInAll;
    private long slipped;
    private long downUntil;

    public Broker(Agenda agenda, Streams streams, Scenario scenario) {
        this.agenda = agenda;
        this.random = streams.stream("network");
        this.misfortune = streams.stream("faults of the network");
        this.loss = scenario.faults().of(Fault.LOSS);
        this.duplicate = scenario.faults().of(Fault.DUPLICATE);
        this.late = scenario.faults().of(Fault.LATE);
        this.faultsEnd = scenario.faultsEnd().toNanos();
        this.median = scenario.delay().toNanos();
    }

    public void add(Participant process) {
        processes.put(process.address, process);
    }

    @Nullable
    public Participant process(Address address) {
        return processes.get(address);
    }

    /** The inbox is deleted, and whoever writes to it is told. */
    public void deleteInbox(Participant process) {
        process.hasInbox = false;
        processes.remove(process.address);
    }

    /** No message gets through before then. */
    public void breakDown(long until) {
        downUntil = Math.max(downUntil, until);
    }

    /** When messages get through, now if they do. */
    public long upAt() {
        return Math.max(agenda.now(), downUntil);
    }

    public long sent() {
        return sentInAll;
    }

    /** How many messages came from somebody who is no peer. */
    public long slipped() {
        return slipped;
    }

    public long sent(Kind kind) {
        return sent[kind.code];
    }

    private long delay() {
        // The median of an exponential delay is ln 2 of its mean.
        return (long) (median * (0.5 - 0.5 / Math.log(2) * Math.log(1 - random.nextDouble()))) + 1;
    }

    public void send(Participant from, Address to, Message message) {
        sentInAll++;
        sent[Kind.of(message).code]++;
        long delay = delay();
        whenReached(from, () -> store(from, to, message, delay));
    }

    /** A root writes into the journal of its job; what it sends later is not stored before. */
    public void journal(Participant from, RootEvent event) {
        whenReached(from, () -> {
            if (from.journal != null) {
                from.journal.write(from, event);
            }
        });
    }

    /** Something is handed in, which happens as soon as the broker can be reached, in the order of handing in. */
    private void whenReached(Participant from, Runnable stored) {
        long reached = reachedAt(from);
        if (reached == agenda.now() && from.outbox.isEmpty()) {
            stored.run();
            return;
        }
        from.outbox.add(stored);
        if (from.outbox.size() == 1) {
            agenda.at(reached, () -> empty(from));
        }
    }

    private long reachedAt(Participant from) {
        return Math.max(upAt(), from.muteUntil);
    }

    private void empty(Participant from) {
        long reached = reachedAt(from);
        if (!from.alive && !from.left) {
            from.outbox.clear();
        } else if (reached > agenda.now()) {
            agenda.at(reached, () -> empty(from));
        } else {
            from.outbox.forEach(Runnable::run);
            from.outbox.clear();
        }
    }

    private void store(Participant from, Address to, Message message, long delay) {
        if (from.journal != null && from.journal.hasFailed(from)) {
            return;
        }
        long now = agenda.now();
        Participant receiver = processes.get(to);
        if (receiver == null || (receiver.inbox != null && receiver.inbox.isLost())) {
            agenda.in(delay, () -> from.tell(new Input.DestinationGone(to)));
            return;
        }
        long arrival = Math.max(from.lastArrival, now + delay);
        from.lastArrival = arrival;
        boolean troubled = now < faultsEnd;
        if (troubled && late > 0 && misfortune.nextDouble() < late) {
            arrival += (long) (misfortune.nextDouble() * LATEST);
        }
        Input input = new Input.MessageReceived(message);
        if (troubled && duplicate > 0 && misfortune.nextDouble() < duplicate) {
            agenda.at(arrival + (long) (misfortune.nextDouble() * LATEST), () -> arrive(receiver, input));
        }
        if (troubled && loss > 0 && misfortune.nextDouble() < loss) {
            return;
        }
        agenda.at(arrival, () -> arrive(receiver, input));
    }

    /** A message from somebody who is no peer arrives, unless there is nobody to read it. */
    void slip(Address to, Message message) {
        slipped++;
        Participant receiver = processes.get(to);
        if (receiver != null) {
            agenda.in(delay(), () -> arrive(receiver, new Input.MessageReceived(message)));
        }
    }

    private void arrive(Participant receiver, Input input) {
        long open = Math.max(downUntil, receiver.deafUntil);
        if (agenda.now() < open) {
            agenda.at(open, () -> arrive(receiver, input));
            return;
        }
        if (receiver.inbox == null) {
            receiver.tell(input);
        } else {
            receiver.inbox.store(input);
        }
    }
}

package org.sluice.deploy.transport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.StateMachine;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.simulator.scenario.Digest;
import org.sluice.simulator.scenario.Faults;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.scenario.Streams;
import org.sluice.simulator.world.Agenda;
import org.sluice.simulator.world.Broker;
import org.sluice.simulator.world.Clock;
import org.sluice.simulator.world.Participant;
import org.sluice.simulator.world.Topic;

/** The simulator's network, in which nothing goes wrong but what a case lets go wrong. */
final class SimulatedTransport implements Transport, Participant.Carrier {
    private static final long BOUND = Duration.ofHours(1).toNanos();
    /** The longest that the simulator draws. */
    private static final long OUTAGE = Duration.ofMinutes(3).toNanos();
    private static final long ENDURED = Duration.ofSeconds(170).toNanos();

    private final Agenda agenda = new Agenda();
    private final Broker broker;
    private final Map<Address, Member> processes = new HashMap<>();
    private final Map<JobId, Topic> journals = new HashMap<>();
    private final Map<JobId, Topic> inboxes = new HashMap<>();
    private final Streams streams;

    /** Notes what it is told. */
    private static final class Member implements StateMachine {
        final List<Input> told = new ArrayList<>();

        @Override
        public void step(Instant now, Input input, Consumer<Effect> effects) {
            told.add(input);
        }
    }

    SimulatedTransport(long seed) {
        streams = new Streams(seed);
        broker = new Broker(agenda, streams, Scenario.of(1, seed, Duration.ofHours(1), Faults.NONE));
    }

    @Override
    public void join(Address address) {
        Member process = new Member();
        Participant participant = new Participant(processes.size(), address, process, new Clock(0, 0), agenda,
                new Digest(), this);
        if (address instanceof JobId job) {
            Topic journal = new Topic(agenda, streams.stream("journal of " + job), true);
            Topic inbox = new Topic(agenda, null, true);
            journal.read(participant, 0);
            inbox.read(participant, 0);
            participant.journal = journal;
            participant.inbox = inbox;
            journals.put(job, journal);
            inboxes.put(job, inbox);
        }
        processes.put(address, process);
        broker.add(participant);
    }

    private Participant participant(Address address) {
        return Objects.requireNonNull(broker.process(address));
    }

    private Topic journal(JobId job) {
        return Objects.requireNonNull(journals.get(job));
    }

    private Topic inbox(JobId job) {
        return Objects.requireNonNull(inboxes.get(job));
    }

    @Override
    public void delete(Address address) {
        if (address instanceof JobId job) {
            journal(job).lose();
            inbox(job).lose();
        } else {
            broker.deleteInbox(participant(address));
        }
    }

    @Override
    public void replace(JobId job) {
        journal(job).replace();
        inbox(job).replace();
    }

    @Override
    public void kill(Address address) {
        participant(address).alive = false;
    }

    @Override
    public void send(Address from, Address to, Message message) {
        broker.send(participant(from), to, message);
    }

    @Override
    public void journal(JobId job, RootEvent event) {
        broker.journal(participant(job), event);
    }

    private List<Input> told(Address address) {
        return Objects.requireNonNull(processes.get(address)).told;
    }

    @Override
    public List<Input> arrived(Address address) {
        return told(address).stream().filter(input -> !(input instanceof Input.DestinationGone)).toList();
    }

    @Override
    public List<Address> gone(Address sender) {
        List<Address> gone = new ArrayList<>();
        for (Input input : told(sender)) {
            if (input instanceof Input.DestinationGone(Address destination)) {
                gone.add(destination);
            }
        }
        return gone;
    }

    @Override
    public List<Input> stored(JobId job) {
        List<Input> stored = new ArrayList<>();
        journal(job).replay((input, _) -> stored.add(input));
        inbox(job).replay((input, _) -> stored.add(input));
        return stored;
    }

    @Override
    public void breakDown() {
        broker.breakDown(agenda.now() + OUTAGE);
    }

    @Override
    public void endure() {
        pass(agenda.now() + ENDURED);
    }

    @Override
    public void repair() {
        pass(broker.upAt());
    }

    private void pass(long until) {
        agenda.at(until, () -> {
            // Something that happens then.
        });
        while (agenda.now() < until) {
            agenda.next();
        }
    }

    @Override
    public void until(BooleanSupplier condition, Supplier<String> what) {
        long end = agenda.now() + BOUND;
        agenda.at(end, () -> {
            throw new AssertionError("in vain: " + what.get());
        });
        while (!condition.getAsBoolean()) {
            agenda.next();
        }
    }

    @Override
    public void close() {
        // Nothing runs any more.
    }

    @Override
    public void before(Participant process, Input input) {
        // Only what it was told counts.
    }

    @Override
    public void after(Participant process) {
        // Only what it was told counts.
    }

    @Override
    public void carryOut(Participant process, Effect effect) {
        throw new IllegalStateException("a process that commands nothing has commanded " + effect);
    }
}

package org.sluice.schemas.codec;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.StateMachine;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.root.History;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;
import org.sluice.protocol.worker.Coordinator;

import org.jspecify.annotations.Nullable;

/**
 * A worker with jobs that run and the root of another, to which strangers write what they like.
 *
 * <p>Both work in earnest beside that: their own messages to each other arrive, by way of the codec, slots hash, time passes.
 * A step that throws is what tests look for.
 */
final class UnderFire {
    private static final PeerId WORKER = new PeerId("worker.00000000");
    private static final int SLOTS = 2;
    private static final long RATE = 1_000;
    private static final List<PeerInfo> ALL = List.of(worker("worker"), worker("a"), worker("b"), worker("c"));

    private final EventCodec codec;
    private final RandomGenerator random;
    private final JobSpec small = job("small", 0, 1_000_000, Mode.ALL);
    private final JobSpec whole = job("whole", 0, Long.MAX_VALUE, Mode.ALL);
    private final JobSpec high = job("high", Long.MAX_VALUE - 100_000, Long.MAX_VALUE, Mode.FIRST);
    private final HostileEvents strangers;
    private final Map<Address, StateMachine> machines = new HashMap<>();
    private final Map<Address, @Nullable Instant> wakes = new HashMap<>();
    private final Map<Integer, Effect.StartHashing> slots = new HashMap<>();
    private final Deque<Effect.Send> own = new ArrayDeque<>();
    private @Nullable Coordinator worker;
    private Instant now = Instant.EPOCH;

    /**
     * Peers that have not begun.
     *
     * @param ids what the codec's registry calls the schemas
     */
    UnderFire(EventCodec codec, Map<String, Integer> ids, RandomGenerator random) {
        this.codec = codec;
        this.random = random;
        strangers = new HostileEvents(random, ids, List.of(small, whole, high),
                List.of("worker.00000000", "a.00000000", "b.00000000", "c.00000000", "gone.00000000"));
    }

    /** What is over, as strangers can bring about, begins anew; so there is always something to be broken. */
    private void begin() {
        if (!machines.containsKey(small.id())) {
            machines.put(small.id(), random.nextBoolean() ? newRoot() : resumedRoot());
            step(small.id(), new Input.PeersChanged(ALL));
        }
        if (worker == null || worker.isAtRest()) {
            slots.clear();
            worker = new Coordinator(WORKER, SLOTS, Set.of("SHA-256"), UnderFire::isEven,
                    Parameters.defaults(), random);
            machines.put(WORKER, worker);
            step(WORKER, new Input.RateMeasured(SLOTS, RATE));
            step(WORKER, new Input.PeersChanged(ALL));
            PeerId parent = new PeerId("a.00000000");
            give(parent, whole, List.of(parent, new PeerId("b.00000000"), whole.id()));
            give(high.id(), high, List.of(high.id()));
        }
        settle();
    }

    private Root newRoot() {
        return new Root(new PeerId("submitter.00000000"), small, Duration.ofHours(1), UnderFire::isEven,
                Parameters.defaults(),
                random);
    }

    /** The root of a job on whose topic strangers have written before. */
    private Root resumedRoot() {
        History history = new History(small.id(), UnderFire::isEven);
        history.journaled(new RootEvent.Started(small, 1, new PeerId("submitter.00000000"), Duration.ofHours(1)), now);
        for (int i = 0; i < 20; i++) {
            try {
                switch (codec.decode(strangers.next())) {
                    case Event.Addressed addressed -> history.received(addressed.message());
                    case Event.Journaled journaled ->
                        history.journaled(journaled.event(), Instant.ofEpochMilli(random.nextLong()));
                }
            } catch (MalformedEventException refused) {
                // It does not come further than that.
            }
        }
        return Root.resume(history, 2 + random.nextInt(3), history.remaining(), Parameters.defaults(), random);
    }

    private static boolean isEven(JobSpec job, Solution claimed) {
        return job.range().contains(claimed.integer()) && claimed.integer() % 2 == 0;
    }

    private void give(Address parent, JobSpec spec, List<Address> lineage) {
        step(WORKER, new Input.MessageReceived(new Message.SubjobRequest(parent, spec,
                new SubjobId(parent.value() + "-1"), RangeSet.of(spec.range()),
                List.of(new RosterEntry(new PeerId("b.00000000"), RATE),
                        new RosterEntry(new PeerId("c.00000000"), RATE)),
                lineage, 1, 1,
                Duration.ofHours(1), List.of())));
    }

    /** The next record of a stranger. */
    byte[] drawn() {
        return strangers.next();
    }

    /**
     * A record arrives.
     *
     * @return whether it was an event
     */
    boolean receive(byte[] record) {
        begin();
        Event event;
        try {
            event = codec.decode(record);
        } catch (MalformedEventException refused) {
            return false;
        }
        for (Address address : List.copyOf(machines.keySet())) {
            switch (event) {
                case Event.Addressed addressed -> step(address, new Input.MessageReceived(addressed.message()));
                case Event.Journaled journaled -> {
                    // A worker's inbox takes no entries of journals.
                    if (address instanceof JobId) {
                        step(address, new Input.Journaled(journaled.event()));
                    }
                }
            }
        }
        settle();
        return true;
    }

    /** Something else happens that is not of a stranger's making. */
    void goOn() {
        switch (random.nextInt(8)) {
            case 0 -> pass(Duration.ofMillis(random.nextInt(3_000)));
            case 1 -> pass(Duration.ofSeconds(random.nextInt(100)));
            case 2 -> step(WORKER, new Input.DestinationGone(new PeerId("c.00000000")));
            case 3 -> {
                List<PeerInfo> live = new ArrayList<>(List.of(worker("worker"), worker("a")));
                if (random.nextBoolean()) {
                    live.add(worker("b"));
                    live.add(worker("c"));
                }
                List.copyOf(machines.keySet()).forEach(address -> step(address, new Input.PeersChanged(live)));
            }
            default -> List.copyOf(slots.keySet()).forEach(this::hash);
        }
        settle();
    }

    private void pass(Duration time) {
        Instant end = now.plus(time);
        for (Address address : List.copyOf(machines.keySet())) {
            Instant wake = wakes.remove(address);
            if (wake != null && !wake.isAfter(end)) {
                now = wake.isAfter(now) ? wake : now;
                step(address, new Input.TimePassed());
            }
        }
        now = end;
    }

    private void hash(int slot) {
        Effect.StartHashing start = slots.remove(slot);
        if (start != null) {
            Range range = start.range();
            RangeSet hashed = RangeSet.of(range).lowest(1 + random.nextLong(range.size()));
            step(WORKER, new Input.HashingEnded(slot, start.job().id(), hashed,
                    random.nextInt(5) > 0 ? List.of() : List.of(new Solution(range.start(), Bytes.EMPTY, WORKER))));
        }
    }

    /** What the two say to each other and to themselves arrives. */
    private void settle() {
        for (int i = 0; i < 1_000 && !own.isEmpty(); i++) {
            Effect.Send send = own.remove();
            if (machines.containsKey(send.to())) {
                step(send.to(), new Input.MessageReceived(send.message()));
            }
        }
        own.clear();
    }

    private void step(Address address, Input input) {
        StateMachine machine = machines.get(address);
        if (machine != null) {
            machine.step(now, input, effect -> carryOut(address, effect));
        }
    }

    private void carryOut(Address address, Effect effect) {
        switch (effect) {
            case Effect.Send send -> {
                own.add(arrived(send));
                learn(send.message());
            }
            case Effect.StartHashing start -> slots.put(start.slot(), start);
            case Effect.WakeAt wake -> wakes.put(address, wake.time());
            case Effect.Leave _ -> machines.remove(address);
            case Effect.Journal journal -> encoded(new Event.Journaled(journal.event()));
            case Effect.Tell tell -> {
                if (tell.notice() instanceof Notice.JobBroken broken) {
                    throw new AssertionError(address + " has given up " + broken.job(), broken.fault());
                }
            }
            case Effect.StopHashing _ -> {
            }
        }
    }

    /** What a peer sends is legal too. */
    private Effect.Send arrived(Effect.Send send) {
        return encoded(new Event.Addressed(send.message())) instanceof Event.Addressed arrived
                ? new Effect.Send(send.to(), arrived.message())
                : send;
    }

    private Event encoded(Event event) {
        try {
            return codec.decode(codec.encode(event));
        } catch (OversizedEventException | MalformedEventException illegal) {
            throw new AssertionError("a peer sends what no peer may: " + event, illegal);
        }
    }

    private void learn(Message message) {
        switch (message) {
            case Message.SubjobRequest request -> strangers.know(request.subjob());
            case Message.Ping ping -> strangers.know(ping.nonce());
            case Message.SubjobResult result -> {
                strangers.know(result.number());
                result.edges().forEach(edge -> strangers.know(edge.subjob()));
            }
            case Message.Adopt adopt -> {
                strangers.know(adopt.number());
                adopt.holdings().forEach(holding -> strangers.know(holding.subjob()));
            }
            case Message.SubjobAck _,Message.ResultAck _,Message.Pong _,Message.AdoptAck _,Message.Cancel _,Message.WorkWanted _ ->
                {
                }
        }
    }

    private static JobSpec job(String name, long start, long end, Mode mode) {
        return new JobSpec(new JobId("anna." + name), new Range(start, end), new Work.Integers("SHA-256", Bytes.EMPTY),
                new Goal.TrailingZeroBits(8), mode, 3);
    }

    private static PeerInfo worker(String name) {
        return new PeerInfo(new PeerId(name + ".00000000"), PeerInfo.Role.WORKER, RATE, Set.of("SHA-256"));
    }
}

package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.root.History;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.worker.Coordinator;

import org.jspecify.annotations.Nullable;

/**
 * One state machine on the bench: a test tells it facts and looks at what it commands.
 *
 * <p>The bench keeps the clock, and with it the wake-ups, and sets notices apart; all other effects go to the test. It
 * plays the network as far as the machine talks to itself (the pulse) and answers the pings that measure round trips.
 * Hashing ends only when the test says so.
 */
public final class Bench {
    /** The rate of a worker on the bench: one slot with so many hashes/s, so a capacity is 500. */
    static final long RATE = 1_000;
    /** Believes what is claimed for even integers. */
    public static final Verifier EVEN = (_, claimed) -> claimed.integer() % 2 == 0;

    public final List<Notice> notices = new ArrayList<>();
    private final StateMachine machine;
    private final Address self;
    private final Map<Integer, Effect.StartHashing> slots = new TreeMap<>();
    private Instant now = Instant.EPOCH;
    private @Nullable Instant wakeAt;
    private boolean pulse = true;
    private boolean mayBreak;

    private Bench(StateMachine machine, Address self) {
        this.machine = machine;
        this.self = self;
    }

    /** A worker with one slot, among the given peers and itself. */
    public static Bench worker(String name, PeerInfo... others) {
        return worker(Parameters.defaults(), 1, name, others);
    }

    public static Bench worker(Parameters parameters, int slots, String name, PeerInfo... others) {
        return worker(parameters, Collections.nCopies(slots, Set.of(Given.ALGORITHM)),
                Collections.nCopies(slots, RATE), name, others);
    }

    /** A worker whose slots differ in what they can do, and how fast. */
    public static Bench worker(Parameters parameters, List<Set<String>> slots, List<Long> rates, String name,
            PeerInfo... others) {
        Bench bench = new Bench(new Coordinator(Given.peer(name), slots, EVEN, parameters, new SplittableRandom(1)),
                Given.peer(name));
        bench.tell(new Input.RateMeasured(rates));
        List<PeerInfo> live = new ArrayList<>(Arrays.asList(others));
        live.add(Given.worker(name, rates.stream().mapToLong(Long::longValue).sum()));
        bench.peers(live.toArray(new PeerInfo[0]));
        return bench;
    }

    /** The root of a job, whose verifier believes what is claimed for even integers. */
    public static Bench root(JobSpec spec, PeerInfo... workers) {
        Bench bench = new Bench(new Root(Given.peer("submitter"), spec, Duration.ofHours(1),
                EVEN, Parameters.defaults(), new SplittableRandom(1)), spec.id());
        if (workers.length > 0) {
            bench.peers(workers);
        }
        return bench;
    }

    /** The root that goes on with a job, in its second life or a later one, among workers. */
    public static Bench resumed(History history, long rootEpoch) {
        return new Bench(
                Root.resume(history, rootEpoch, history.remaining(), Parameters.defaults(), new SplittableRandom(1)),
                Given.ROOT);
    }

    public Root root() {
        return (Root) machine;
    }

    /** Of how many separate ranges all that the worker keeps consists. */
    int rangeCount() {
        return ((Coordinator) machine).rangeCount();
    }

    /** Tells one fact. */
    public List<Effect> tell(Input input) {
        List<Effect> commanded = new ArrayList<>();
        machine.step(now, input, commanded::add);
        List<Effect> seen = new ArrayList<>();
        List<Message> toItself = new ArrayList<>();
        for (Effect effect : commanded) {
            switch (effect) {
                case Effect.WakeAt wake -> wakeAt = wake.time();
                case Effect.Tell tell -> noticed(tell.notice());
                case Effect.StartHashing start -> {
                    slots.put(start.slot(), start);
                    seen.add(start);
                }
                case Effect.Send send when send.to().equals(self) -> toItself.add(send.message());
                case Effect.Send _,Effect.Journal _,Effect.StopHashing _,Effect.Leave _ -> seen.add(effect);
            }
        }
        if (pulse) {
            toItself.forEach(message -> seen.addAll(receive(message)));
        }
        return seen;
    }

    /** Nothing that a test tells may break a job, unless it is meant to. */
    void mayBreak() {
        mayBreak = true;
    }

    private void noticed(Notice notice) {
        if (notice instanceof Notice.JobBroken broken && !mayBreak) {
            throw new AssertionError("a job is broken", broken.fault());
        }
        notices.add(notice);
    }

    /** A message arrives. */
    public List<Effect> receive(Message message) {
        return tell(new Input.MessageReceived(message));
    }

    /** The list of live peers changes; round trips are measured on the way, in no time. */
    public List<Effect> peers(PeerInfo... live) {
        List<Effect> seen = new ArrayList<>();
        List<Effect> next = tell(new Input.PeersChanged(List.of(live)));
        while (!next.isEmpty()) {
            List<Effect> answers = new ArrayList<>();
            for (Effect effect : next) {
                if (effect instanceof Effect.Send send && send.message() instanceof Message.Ping ping
                        && ping.job().isEmpty()) {
                    answers.addAll(receive(new Message.Pong(send.to(), ping.nonce(), Optional.empty(), List.of())));
                } else {
                    seen.add(effect);
                }
            }
            next = answers;
        }
        return seen;
    }

    /** Time passes, and whatever is due in it happens. */
    public List<Effect> pass(Duration time) {
        Instant end = now.plus(time);
        List<Effect> seen = new ArrayList<>();
        for (Instant wake = wakeAt; wake != null && !wake.isAfter(end); wake = wakeAt) {
            now = wake;
            wakeAt = null;
            seen.addAll(tell(new Input.TimePassed()));
        }
        now = end;
        return seen;
    }

    /** The process stands still: time passes and nothing happens in it. */
    public void sleep(Duration time) {
        now = now.plus(time);
    }

    /** A slot has hashed all it was given. */
    public List<Effect> hashed(int slot, Solution... solutions) {
        Effect.StartHashing start = slots.get(slot);
        return hashed(slot, start == null ? RangeSet.EMPTY : RangeSet.of(start.range()), solutions);
    }

    /** A slot has hashed only some of what it was given. */
    public List<Effect> hashed(int slot, RangeSet hashed, Solution... solutions) {
        Effect.StartHashing start = slots.remove(slot);
        if (start == null) {
            throw new IllegalStateException("slot " + slot + " is idle");
        }
        return tell(new Input.HashingEnded(slot, start.job().id(), hashed, List.of(solutions)));
    }

    /** The only slot hashes until nothing is left, or so many chunks. */
    public List<Effect> hashedAll(int chunks) {
        List<Effect> seen = new ArrayList<>();
        for (int i = 0; i < chunks && slots.containsKey(0); i++) {
            seen.addAll(hashed(0));
        }
        return seen;
    }

    /** What a slot is busy with. */
    public RangeSet busy(int slot) {
        Effect.StartHashing start = slots.get(slot);
        return start == null ? RangeSet.EMPTY : RangeSet.of(start.range());
    }

    /** Whether what the machine sends to itself arrives. */
    public void pulse(boolean arrives) {
        pulse = arrives;
    }

    public Instant now() {
        return now;
    }

    PeerId peer() {
        return (PeerId) self;
    }

    /** The messages of one kind among effects. */
    public static <T extends Message> List<T> sent(Class<T> kind, List<Effect> effects) {
        List<T> messages = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send && kind.isInstance(send.message())) {
                messages.add(kind.cast(send.message()));
            }
        }
        return messages;
    }

    /** The messages to one address among effects. */
    public static List<Message> sentTo(Address to, List<Effect> effects) {
        List<Message> messages = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send && send.to().equals(to)) {
                messages.add(send.message());
            }
        }
        return messages;
    }
}

package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.Campaign;
import org.sluice.protocol.root.History;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.worker.Coordinator;

import org.jspecify.annotations.Nullable;

/**
 * One root and a few workers in virtual time, with messages that are late, lost or doubled as a seed decides.
 *
 * <p>Every 997th integer is a solution. Each worker has one slot.
 */
final class TinyNetwork {
    private static final Verifier VERIFIER = (_, claimed) -> claimed.integer() % 997 == 0;

    /** What may happen to a message. */
    record Faults(double loss, double repetition, Duration longestDelay) {
        static final Faults NONE = new Faults(0, 0, Duration.ofMillis(40));
    }

    private record Event(Instant at, long order, Runnable action) {}

    private final class Peer {
        final Address address;
        final StateMachine machine;
        final long rate;
        final Map<Integer, Hashing> slots = new HashMap<>();
        final Set<JobId> jobs = new HashSet<>();
        boolean gone;
        @Nullable
        Instant wakeAt;

        Peer(Address address, StateMachine machine, long rate) {
            this.address = address;
            this.machine = machine;
            this.rate = rate;
        }

        void step(Input input) {
            if (!gone) {
                machine.step(now, input, this::carryOut);
            }
        }

        private void carryOut(Effect effect) {
            switch (effect) {
                case Effect.Send send -> transmit(send.to(), send.message());
                case Effect.Journal journal -> journaled(journal.event());
                case Effect.StartHashing start -> start(start);
                case Effect.StopHashing stop -> {
                    Hashing hashing = slots.get(stop.slot());
                    if (hashing != null) {
                        after(Duration.ofMillis(1), () -> end(stop.slot(), hashing));
                    }
                }
                case Effect.WakeAt wake -> {
                    wakeAt = wake.time();
                    at(wake.time(), () -> {
                        if (wake.time().equals(wakeAt)) {
                            step(new Input.TimePassed());
                        }
                    });
                }
                case Effect.Tell tell -> noticed(tell.notice());
                case Effect.Leave _ -> gone = true;
            }
        }

        private void noticed(Notice notice) {
            switch (notice) {
                case Notice.SubjobAccepted accepted -> accepted(accepted.job().id());
                case Notice.JobEnded ended -> jobs.remove(ended.job());
                case Notice.PeerDied died -> deaths.add(died.peer());
                case Notice.JobBroken broken ->
                    throw new AssertionError(address + " has given up a job", broken.fault());
                case Notice.SubjobRefused _,Notice.SubjobGiven _,Notice.SolutionFound _,Notice.JobResumed _,Notice.PeerDistrusted _,Notice.JournalReplaced _,Notice.JournalFailed _,Notice.NoWorkers _,Notice.NobodyTakes _,Notice.EndDoubted _,Notice.RoundTripMeasured _ ->
                    {}
            }
        }

        /** From here on until it has ended; a template's others must end with the step in which it is accepted. */
        private void accepted(JobId job) {
            jobs.add(job);
            after(Duration.ZERO, () -> {
                if (jobs.contains(job) && jobs.stream().anyMatch(job::isBeside)) {
                    throw new AssertionError(address + " works for " + jobs + " at a time");
                }
            });
        }

        private void start(Effect.StartHashing start) {
            Hashing hashing = new Hashing(start, now);
            if (slots.put(start.slot(), hashing) != null) {
                throw new IllegalStateException("slot " + start.slot() + " of " + address + " is busy");
            }
            long nanos = (long) Math.ceil(start.range().size() * 1e9 / rate);
            after(Duration.ofNanos(nanos), () -> end(start.slot(), hashing));
        }

        private void end(int slot, Hashing hashing) {
            if (gone || !hashing.equals(slots.get(slot))) {
                return;
            }
            slots.remove(slot);
            Range range = hashing.start.range();
            long most = (long) (Duration.between(hashing.since, now).toNanos() / 1e9 * rate);
            long end = Math.min(range.end(), range.start() + most);
            List<Solution> solutions = new ArrayList<>();
            for (long integer = range.start(); integer < end; integer++) {
                if (integer % 997 == 0) {
                    solutions.add(new Solution(integer, Bytes.EMPTY, (PeerId) address));
                    if (hashing.start.job().mode() == Mode.FIRST) {
                        end = integer + 1;
                    }
                }
            }
            RangeSet done = RangeSet.of(range.start(), Math.max(range.start(), end));
            hashes += done.size();
            hashed.merge(hashing.start.job().id(), done, RangeSet::plus);
            step(new Input.HashingEnded(slot, hashing.start.job().id(), done, solutions));
        }
    }

    private record Hashing(Effect.StartHashing start, Instant since) {}

    /** What stands in the journal of the only job, each told to a history with the time at which it was stored. */
    private final List<Consumer<History>> journal = new ArrayList<>();
    /** What stands in the inbox of the job's root. */
    private final List<Message> inbox = new ArrayList<>();
    private final Set<Address> cutOff = new HashSet<>();
    final List<PeerId> deaths = new ArrayList<>();
    final Map<Class<?>, Integer> messages = new HashMap<>();
    long hashes;
    /** What was really hashed of each job, by anybody. */
    final Map<JobId, RangeSet> hashed = new HashMap<>();
    private final Map<Address, Peer> peers = new LinkedHashMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> {
        int byTime = a.at.compareTo(b.at);
        return byTime != 0 ? byTime : Long.compare(a.order, b.order);
    });
    private final SplittableRandom random;
    private final Faults faults;
    private Instant now = Instant.EPOCH;
    private long order;

    TinyNetwork(long seed, Faults faults) {
        this.random = new SplittableRandom(seed);
        this.faults = faults;
    }

    void worker(String name, long rate) {
        Peer peer = new Peer(Given.peer(name), new Coordinator(Given.peer(name), 1, Set.of(Given.ALGORITHM), VERIFIER,
                Parameters.defaults(), random.split()), rate);
        peers.put(peer.address, peer);
        peer.step(new Input.RateMeasured(1, rate));
    }

    Root root(JobSpec spec, Duration timeout) {
        Root root = new Root(Given.peer("submitter"), spec, timeout, VERIFIER,
                Parameters.defaults(), random.split());
        Peer peer = new Peer(spec.id(), root, 0);
        peers.put(peer.address, peer);
        return root;
    }

    /** The roots of a campaign, which has no templates yet. */
    Campaign campaign(JobId id) {
        Campaign campaign = new Campaign(id, Given.peer("submitter"), VERIFIER, Parameters.defaults(), random.split());
        peers.put(id, new Peer(id, campaign, 0));
        return campaign;
    }

    /** The campaign is told something. */
    void tell(JobId campaign, Input input) {
        Objects.requireNonNull(peers.get(campaign)).step(input);
    }

    private void journaled(RootEvent event) {
        Instant storedAt = now;
        journal.add(history -> history.journaled(event, storedAt));
    }

    /** The submitter is switched off without a word; what is sent to its job waits. */
    void killRoot(JobSpec spec, Duration when) {
        after(when, () -> Objects.requireNonNull(peers.get(spec.id())).gone = true);
    }

    /** Another submitter goes on with the job, with what its topics tell. */
    Root resume(JobSpec spec, long rootEpoch) {
        journaled(new RootEvent.Resumed(spec.id(), rootEpoch, Given.peer("heir")));
        History history = new History(spec.id(), VERIFIER);
        journal.forEach(entry -> entry.accept(history));
        inbox.forEach(history::received);
        Root root = Root.resume(history, rootEpoch, history.remaining(),
                Parameters.defaults(), random.split());
        peers.put(spec.id(), new Peer(spec.id(), root, 0));
        announce();
        return root;
    }

    /** Everyone hears who is alive. */
    void announce() {
        List<PeerInfo> live = new ArrayList<>();
        for (Peer peer : peers.values()) {
            if (peer.address instanceof PeerId id && !peer.gone) {
                live.add(Given.worker(id.name(), peer.rate));
            }
        }
        for (Peer peer : List.copyOf(peers.values())) {
            after(Duration.ofMillis(random.nextInt(50)), () -> peer.step(new Input.PeersChanged(live)));
        }
    }

    /** The peer is switched off without a word; the others hear of it later. */
    void kill(String name, Duration when, Duration noticedAfter) {
        after(when, () -> peer(name).gone = true);
        after(when.plus(noticedAfter), this::announce);
    }

    /** For so long nothing that is sent to the peer arrives, and nothing that it sends. */
    void cutOff(String name, Duration time) {
        Peer peer = peer(name);
        cutOff.add(peer.address);
        after(time, () -> cutOff.remove(peer.address));
    }

    /** The peer is asked to stop. */
    void stop(String name, Duration when) {
        after(when, () -> peer(name).step(new Input.StopRequested()));
        after(when.plusSeconds(2), this::announce);
    }

    private Peer peer(String name) {
        Peer peer = peers.get(Given.peer(name));
        if (peer == null) {
            throw new IllegalArgumentException("no peer " + name);
        }
        return peer;
    }

    /** Runs until nothing is left to happen, or the time is over. */
    void run(Duration time) {
        Instant end = now.plus(time);
        while (!events.isEmpty() && !events.element().at.isAfter(end)) {
            Event event = events.remove();
            now = event.at;
            event.action.run();
        }
        now = end;
    }

    /** Workers that still hash or hold a job. */
    List<Address> busy() {
        return peers.values()
                .stream()
                .filter(peer -> !peer.gone && !(peer.slots.isEmpty() && peer.jobs.isEmpty()))
                .map(peer -> peer.address)
                .toList();
    }

    /** How many workers hold something of a job. */
    long busyWith(JobId job) {
        return peers.values().stream().filter(peer -> !peer.gone && peer.jobs.contains(job)).count();
    }

    /** A stranger writes something to somebody. */
    void inject(Address to, Message message) {
        deliver(to, message);
    }

    /** Of how many ranges all that workers keep consists. */
    int rangeCount() {
        return peers.values()
                .stream()
                .map(peer -> peer.machine)
                .filter(Coordinator.class::isInstance)
                .mapToInt(machine -> ((Coordinator) machine).rangeCount())
                .sum();
    }

    private void transmit(Address to, Message message) {
        messages.merge(message.getClass(), 1, Integer::sum);
        if (random.nextDouble() < faults.loss) {
            return;
        }
        deliver(to, message);
        if (random.nextDouble() < faults.repetition) {
            deliver(to, message);
        }
    }

    private void deliver(Address to, Message message) {
        if (cutOff.contains(to) || cutOff.contains(message.sender())) {
            return;
        }
        Duration delay = Duration.ofNanos(1 + random.nextLong(faults.longestDelay.toNanos()));
        after(delay, () -> {
            Peer peer = peers.get(to instanceof JobId job ? job.campaign() : to);
            if (to instanceof JobId) {
                inbox.add(message);
            }
            if (peer != null) {
                peer.step(new Input.MessageReceived(message));
            }
        });
    }

    private void after(Duration delay, Runnable action) {
        at(now.plus(delay), action);
    }

    private void at(Instant time, Runnable action) {
        events.add(new Event(time, order++, action));
    }
}

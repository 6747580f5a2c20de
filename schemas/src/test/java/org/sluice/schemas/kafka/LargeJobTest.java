package org.sluice.schemas.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.PeerList;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.message.Verdict;
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
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;
import org.sluice.protocol.worker.Coordinator;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.EventCodecTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What peers with very many parts of a job have to say goes through a real broker: nothing is refused, dropped or lost. */
@Tag("slow")
class LargeJobTest {
    private static final int CHILDREN = 1_000;
    private static final int SUBJOBS = 100;
    private static final int PARTS = CHILDREN * SUBJOBS;
    private static final long SUBJOB = 1_000_000_000L;
    private static final JobId ROOT = new JobId("anna.large");
    private static final PeerId WORKER = new PeerId("a.00000000");
    private static final JobSpec JOB = new JobSpec(ROOT, new Range(0, SUBJOBS * SUBJOB),
            new Work.Integers("SHA-256", Bytes.EMPTY), new Goal.TrailingZeroBits(60), Mode.ALL, 1_000);
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path data = Path.of("");
    private EmbeddedBroker broker;
    private EventCodec codec;
    private Outbox outbox;
    private Inboxes inboxes;
    private final Queue<Event> arrived = new ConcurrentLinkedQueue<>();
    private final List<String> trouble = new ArrayList<>();
    private long sent;
    /** What of the worker's parts is not hashed. */
    private RangeSet given = RangeSet.EMPTY;
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.started(data.resolve("kafka"));
        Servers servers = new Servers(broker.bootstrapServers(), "mock://large-job-test");
        codec = EventCodecTest.registered("large-job-test");
        try (Topics topics = Topics.connect(servers, Map.of())) {
            topics.create(Topic.ofJob(ROOT), Topics.INBOX_RETENTION);
        }
        outbox = Outbox.connect(servers, Map.of(), codec);
        outbox.onJournalLost(job -> trouble.add("the journal of " + job + " is lost"));
        inboxes = Inboxes.connect(servers, Map.of(), codec);
        for (Topic topic : Topic.ofJob(ROOT)) {
            inboxes.open(topic, Inboxes.From.BEGINNING, (event, _, _) -> arrived.add(event));
        }
    }

    @AfterEach
    void stop() {
        inboxes.close();
        outbox.close();
        codec.close();
        broker.close();
    }

    /** What has been handed in since it was last asked for arrives: the entries first, each kind in order. */
    private List<Event> arrived() {
        assertTrue(outbox.flush(LONG), () -> "not stored: " + trouble);
        assertEquals(0, outbox.dropped());
        Eventually.until(() -> arrived.size() >= sent, () -> arrived.size() + " of " + sent + " have arrived");
        List<Event> all = arrived.stream()
                .sorted(Comparator.comparing(event -> event instanceof Event.Addressed))
                .toList();
        arrived.clear();
        sent = 0;
        return all;
    }

    private void journal(RootEvent event) {
        sent++;
        outbox.journal(ROOT, event);
    }

    private List<Effect> tell(Coordinator worker, Input input) {
        List<Effect> effects = new ArrayList<>();
        worker.step(now, input, effects::add);
        return effects;
    }

    private List<Effect> tell(Coordinator worker, Message message) {
        return tell(worker, new Input.MessageReceived(message));
    }

    private static PeerId child(int number) {
        return new PeerId("c" + number + ".00000000");
    }

    private static PeerInfo worker(PeerId peer) {
        return new PeerInfo(peer, PeerInfo.Role.WORKER, 1_000, Set.of("SHA-256"));
    }

    /** It has cut a hundred subjobs into a thousand parts each, and hears of ten integers of each that they are hashed. */
    private List<Effect> grown(Coordinator worker) {
        List<PeerInfo> peers = new ArrayList<>(List.of(worker(WORKER)));
        List<RosterEntry> roster = new ArrayList<>();
        for (int i = 0; i < CHILDREN; i++) {
            peers.add(worker(child(i)));
            roster.add(new RosterEntry(child(i), 1_000));
        }
        tell(worker, new Input.RateMeasured(1, 1_000));
        tell(worker, new Input.PeersChanged(PeerList.of(peers)));
        List<Effect> effects = new ArrayList<>();
        for (long i = 0; i < SUBJOBS; i++) {
            SubjobId subjob = new SubjobId("s" + i);
            RangeSet ranges = RangeSet.of(i * SUBJOB, (i + 1) * SUBJOB);
            journal(new RootEvent.Assigned(ROOT, 1, new Holding(subjob, 1, ranges), WORKER));
            effects.addAll(tell(worker, new Message.SubjobRequest(ROOT, JOB, subjob, ranges, roster, List.of(ROOT), 1,
                    1, Duration.ofHours(1), List.of())));
        }
        List<Range> parts = new ArrayList<>();
        Map<Address, List<Range>> hashed = new HashMap<>();
        for (Effect effect : List.copyOf(effects)) {
            if (effect instanceof Effect.Send(Address to, Message.SubjobRequest request)) {
                effects.addAll(tell(worker,
                        new Message.SubjobAck(to, ROOT, request.subjob(), 1, new Verdict.Accepted())));
                parts.addAll(request.ranges().ranges());
                long start = request.ranges().first().start();
                hashed.computeIfAbsent(to, _ -> new ArrayList<>()).add(new Range(start + 10, start + 20));
            }
        }
        given = RangeSet.of(parts);
        hashed.values().forEach(crumbs -> given = given.minus(RangeSet.of(crumbs)));
        hashed.forEach((to, crumbs) -> effects.addAll(tell(worker,
                new Message.SubjobResult(to, ROOT, 1, List.of(),
                        List.of(new Coverage((PeerId) to, RangeSet.of(crumbs))), List.of(), List.of(), List.of(),
                        false))));
        return effects;
    }

    @Test
    void whatAWorkerWithAHundredThousandPartsKnowsArrivesAtTheRootAndAtTheNextOne() {
        journal(new RootEvent.Started(JOB, 1, new PeerId("submitter.00000000"), Duration.ofHours(1)));
        Coordinator worker = new Coordinator(WORKER, 1, Set.of("SHA-256"), (_, _) -> true, Parameters.defaults(),
                new SplittableRandom(1));
        History history = new History(ROOT, (_, _) -> true);
        Map<SubjobId, List<Delegated>> below = new HashMap<>();
        Deque<Effect> left = new ArrayDeque<>(grown(worker));
        Instant end = now.plusSeconds(20);
        while (now.isBefore(end)) {
            if (left.isEmpty()) {
                now = now.plusSeconds(1);
                left.addAll(tell(worker, new Input.TimePassed()));
            }
            while (!left.isEmpty()) {
                if (left.remove() instanceof Effect.Send(Address to, Message.SubjobResult result) && to.equals(ROOT)) {
                    sent++;
                    outbox.send(ROOT, result);
                }
            }
            for (Event event : arrived()) {
                switch (event) {
                    case Event.Journaled(RootEvent entry) -> history.journaled(entry, now);
                    case Event.Addressed(Message message) -> {
                        history.received(message);
                        Message.SubjobResult result = (Message.SubjobResult) message;
                        Map<SubjobId, List<Delegated>> page = Delegated.byHolding(result.delegations());
                        for (Edge edge : result.edges()) {
                            below.merge(edge.subjob(), page.getOrDefault(edge.subjob(), List.of()),
                                    (known, news) -> Delegated.updated(RangeSet.of(JOB.range()), known, news,
                                            result.within()));
                        }
                        if (result.number() > 0) {
                            left.addAll(tell(worker, new Message.ResultAck(ROOT, ROOT, result.number())));
                        }
                    }
                }
            }
        }

        List<Range> out = new ArrayList<>();
        below.values().forEach(all -> all.forEach(part -> out.addAll(part.ranges().ranges())));
        RangeSet told = RangeSet.of(out);
        assertTrue(told.containsAll(given), () -> given.minus(told).rangeCount() + " ranges are not out");
        List<Notice> notices = new ArrayList<>();
        history.journaled(new RootEvent.Resumed(ROOT, 4_097, new PeerId("heir.00000000")), now);
        Root heir = Root.resume(history, 4_097, Duration.ofHours(1), Parameters.defaults(), new SplittableRandom(2));
        heir.step(now, new Input.TimePassed(), effect -> {
            if (effect instanceof Effect.Tell(Notice notice)) {
                notices.add(notice);
            }
        });
        assertEquals(List.of(new Notice.JobResumed(ROOT, 10L * PARTS, SUBJOBS)), notices);
    }

    @Test
    void aRootThatHasGivenAwayVeryManyPartsCanBeSucceeded() {
        journal(new RootEvent.Started(JOB, 1, new PeerId("submitter.00000000"), Duration.ofHours(1)));
        int parts = 12_000;
        long size = JOB.range().size() / parts;
        for (int i = 0; i < parts; i++) {
            Holding holding = new Holding(new SubjobId("s" + i), 1, RangeSet.of(i * size, (i + 1) * size));
            journal(new RootEvent.Assigned(ROOT, 1, holding, child(i % CHILDREN)));
        }
        journal(new RootEvent.Resumed(ROOT, 4_097, new PeerId("heir.00000000")));
        History history = new History(ROOT, (_, _) -> true);
        arrived().forEach(event -> history.journaled(((Event.Journaled) event).event(), now));

        Root heir = Root.resume(history, 4_097, Duration.ofHours(1), Parameters.defaults(), new SplittableRandom(2));
        List<Notice> notices = new ArrayList<>();
        heir.step(now, new Input.TimePassed(), effect -> {
            switch (effect) {
                case Effect.Journal(RootEvent event) -> journal(event);
                case Effect.Tell(Notice notice) -> notices.add(notice);
                default -> {
                    // Nobody is there to get it.
                }
            }
        });

        assertEquals(List.of(new Notice.JobResumed(ROOT, 0, parts)), notices);
        assertEquals(parts, arrived().size(), "each part is given anew");
    }
}

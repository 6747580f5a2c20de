package org.sluice.schemas.codec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Evidence;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Identifier;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.MerklePath;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;

/** Makes random valid events of every type, edge values among them; the same seed makes the same. */
public final class RandomMessages {
    private static final String ID_CHARACTERS = "abcXYZ0189-_.";
    private static final String NAME_CHARACTERS = "-abcz0189";

    private final Random random;
    private final Map<Class<?>, Supplier<Event>> makers = new LinkedHashMap<>();

    public RandomMessages(long seed) {
        random = new Random(seed);
        message(Message.SubjobRequest.class, this::subjobRequest);
        message(Message.SubjobAck.class, () -> new Message.SubjobAck(address(), job(), subjob(), epoch(), verdict()));
        message(Message.SubjobResult.class,
                () -> new Message.SubjobResult(address(), job(), number(), list(5, this::edge), list(5, this::coverage),
                        list(5, this::solution), list(3, this::evidence), list(5, this::delegated),
                        optional(this::range), random.nextBoolean(), optional(this::fingerprint)));
        message(Message.ResultAck.class, () -> new Message.ResultAck(address(), job(), number()));
        message(Message.Ping.class,
                () -> new Message.Ping(address(), random.nextLong(), optional(this::job), list(5, this::edge)));
        message(Message.Pong.class,
                () -> new Message.Pong(address(), random.nextLong(), optional(this::job), list(5, this::edge)));
        message(Message.Adopt.class,
                () -> new Message.Adopt(address(), job(), number(), list(5, this::holding), list(5, this::coverage),
                        list(5, this::solution), list(3, this::evidence), list(5, this::delegated),
                        optional(this::range), address(), optional(this::fingerprint)));
        message(Message.AdoptAck.class, () -> new Message.AdoptAck(address(), job(), number(), list(5, this::holding),
                list(5, this::address), rootEpoch(), random.nextBoolean(), optional(this::fingerprint)));
        message(Message.Cancel.class,
                () -> new Message.Cancel(address(), job(), cancelScope(), one(CancelReason.values())));
        message(Message.WorkWanted.class, () -> new Message.WorkWanted(address(), peer(), number(), rates(),
                random.nextBoolean() ? random.nextInt(7) : Limits.MAX_HOPS));
        journal(RootEvent.Started.class, () -> new RootEvent.Started(spec(), rootEpoch(), peer(), duration()));
        journal(RootEvent.Assigned.class, () -> new RootEvent.Assigned(job(), rootEpoch(), holding(), peer()));
        journal(RootEvent.Distrusted.class, () -> new RootEvent.Distrusted(job(), rootEpoch(), peer(), ranges(true)));
        journal(RootEvent.Resumed.class, () -> new RootEvent.Resumed(job(), rootEpoch(), peer()));
        journal(RootEvent.CancelRequested.class, () -> new RootEvent.CancelRequested(job(), rootEpoch()));
        journal(RootEvent.Ended.class, () -> new RootEvent.Ended(job(), rootEpoch(), one(Outcome.values())));
    }

    private Fingerprint fingerprint() {
        return new Fingerprint(random.nextLong());
    }

    private <T extends Message> void message(Class<T> type, Supplier<T> maker) {
        makers.put(type, () -> new Event.Addressed(maker.get()));
    }

    private <T extends RootEvent> void journal(Class<T> type, Supplier<T> maker) {
        makers.put(type, () -> new Event.Journaled(maker.get()));
    }

    /** The types of messages and journal entries that can be made. */
    public Set<Class<?>> types() {
        return makers.keySet();
    }

    /** An event of a type. */
    public Event event(Class<?> type) {
        Supplier<Event> maker = makers.get(type);
        if (maker == null) {
            throw new IllegalArgumentException("no maker of " + type);
        }
        return maker.get();
    }

    /** An event of any type. */
    public Event event() {
        return event(List.copyOf(makers.keySet()).get(random.nextInt(makers.size())));
    }

    private Message.SubjobRequest subjobRequest() {
        Address sender = address();
        List<Address> lineage = new ArrayList<>(List.of(sender));
        lineage.addAll(list(4, this::address));
        JobSpec spec = spec();
        RangeSet whole = RangeSet.of(spec.range());
        RangeSet some = ranges(false).intersection(whole);
        return new Message.SubjobRequest(sender, spec, subjob(), some.isEmpty() ? whole : some,
                list(5, () -> new RosterEntry(peer(), rate(1))), lineage, epoch(), rootEpoch(), duration(),
                list(3, this::peer));
    }

    public JobSpec spec() {
        Work work = work();
        long limit = work.limit();
        long start = (long) (random.nextDouble() * (limit - 1));
        long end = random.nextInt(4) == 0 ? limit : start + 1 + (long) (random.nextDouble() * (limit - start - 1));
        return new JobSpec(job(), new Range(start, Math.min(limit, Math.max(start + 1, end))), work, goal(),
                one(Mode.values()), 1 + random.nextInt(1024));
    }

    private Work work() {
        return switch (random.nextInt(4)) {
            case 0 -> new Work.Header(bytes(Work.Header.LENGTH), random.nextBoolean());
            case 3 -> new Work.Block(BlockSpace.of(new Work.Header(bytes(Work.Header.LENGTH), random.nextBoolean()),
                    bytes(random.nextInt(100)), bytes(random.nextInt(100)), new MerklePath(list(16, () -> bytes(32)))));
            case 1 -> new Work.Integers("SHA-256", Bytes.EMPTY);
            default -> new Work.Integers("SHA-512/256", bytes(random.nextInt(200)));
        };
    }

    private Goal goal() {
        return random.nextBoolean()
                ? new Goal.TrailingZeroBits(one(new Integer[]{0, 1, 12, 4096}))
                : new Goal.Target(bytes(32));
    }

    public Address address() {
        return random.nextBoolean() ? peer() : job();
    }

    public PeerId peer() {
        return new PeerId(name() + "." + word(NAME_CHARACTERS.substring(1), PeerId.INCARNATION_LENGTH));
    }

    public JobId job() {
        JobId job = new JobId(name() + "." + name());
        return random.nextInt(4) == 0 ? job.template(random.nextInt(1, JobId.MAX_NUMBER)) : job;
    }

    private SubjobId subjob() {
        return new SubjobId(identifier(130));
    }

    private String identifier(int longest) {
        return "p" + word(ID_CHARACTERS, random.nextInt(20) == 0 ? longest - 1 : random.nextInt(24));
    }

    private String name() {
        return word(NAME_CHARACTERS, random.nextInt(20) == 0 ? Identifier.MAX_NAME : 1 + random.nextInt(24));
    }

    private String word(String characters, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }

    /** Sets of ranges: none, one, all integers, some at both ends, many close together. */
    public RangeSet ranges(boolean mayBeEmpty) {
        return switch (random.nextInt(mayBeEmpty ? 5 : 4)) {
            case 0 -> RangeSet.of(0, Long.MAX_VALUE);
            case 1 -> RangeSet.of(List.of(new Range(0, 1), new Range(Long.MAX_VALUE - 1, Long.MAX_VALUE)));
            case 2 -> RangeSet.of(integer() / 2, Long.MAX_VALUE / 2 + 1 + integer() / 2);
            case 3 -> {
                List<Range> ranges = new ArrayList<>();
                long at = integer() / 4;
                for (int i = random.nextInt(30); i >= 0; i--) {
                    long start = at + 1 + random.nextInt(1_000_000);
                    at = start + 1 + random.nextInt(1_000_000);
                    ranges.add(new Range(start, at));
                }
                yield RangeSet.of(ranges);
            }
            default -> RangeSet.EMPTY;
        };
    }

    private Range range() {
        return ranges(false).first();
    }

    private Edge edge() {
        return new Edge(subjob(), epoch());
    }

    private Holding holding() {
        return new Holding(subjob(), epoch(), ranges(true));
    }

    private Coverage coverage() {
        return new Coverage(peer(), ranges(true));
    }

    private Solution solution() {
        return new Solution(integer(), bytes(random.nextInt(2) == 0 ? 32 : random.nextInt(65)), peer());
    }

    private Evidence evidence() {
        return new Evidence(peer(), random.nextInt(64), list(40, this::integer).stream().sorted().toList());
    }

    private Delegated delegated() {
        return new Delegated(subjob(), subjob(), peer(), ranges(true));
    }

    private Verdict verdict() {
        return random.nextBoolean()
                ? new Verdict.Accepted()
                : new Verdict.Refused(one(Verdict.Reason.values()), duration());
    }

    private CancelScope cancelScope() {
        return switch (random.nextInt(3)) {
            case 0 -> new CancelScope.WholeJob(rootEpoch());
            case 1 -> new CancelScope.WholeSubjob(edge());
            default -> new CancelScope.Ranges(edge(), ranges(true));
        };
    }

    /** Whole milliseconds: what is finer does not travel. */
    private Duration duration() {
        return one(new Duration[]{Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(random.nextInt(1 << 30)),
                Limits.MAX_DURATION});
    }

    private long integer() {
        return upTo(Long.MAX_VALUE);
    }

    private long number() {
        return upTo(Limits.MAX_NUMBER);
    }

    private long epoch() {
        return upTo(Limits.MAX_EPOCH);
    }

    private long rootEpoch() {
        return upTo(Limits.MAX_ROOT_EPOCH);
    }

    private Rates rates() {
        Map<String, Long> others = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            others.put("ALGORITHM-" + i, rate(0));
        }
        return new Rates(rate(0), others);
    }

    private long rate(long least) {
        return Math.max(least, upTo(Limits.MAX_RATE));
    }

    /** 0 or more, often at the edges. */
    private long upTo(long most) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> most;
            case 2 -> (random.nextLong() >>> 1) % most;
            default -> random.nextInt(1_000);
        };
    }

    private Bytes bytes(int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        return Bytes.of(content);
    }

    private <T> T one(T[] choice) {
        return choice[random.nextInt(choice.length)];
    }

    private <T> Optional<T> optional(Supplier<T> maker) {
        return random.nextBoolean() ? Optional.of(maker.get()) : Optional.empty();
    }

    private <T> List<T> list(int max, Supplier<T> maker) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            list.add(maker.get());
        }
        return list;
    }
}

package org.sluice.simulator.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;
import org.sluice.simulator.world.Broker;
import org.sluice.simulator.world.Ledger;
import org.sluice.simulator.world.Participant;

import org.jspecify.annotations.Nullable;

/**
 * How long it takes from a worker's death until its range is being hashed again.
 *
 * <p>A dead worker leaves its own part: what it was given and had not given away, and of what it had hashed the part that
 * it had told nobody. While its parent lives, somebody is to begin with that as soon as the death is known. When the parent
 * is dead too, it lies in what the parent had delegated, and goes out again when nobody has claimed it in the adoption
 * window.
 */
public final class RecoveryTimes {
    /** A worker of a job. */
    private record Part(Address worker, JobId job) {}

    /** What a worker was given last, and by whom. */
    private record Gift(RangeSet ranges, Address giver) {}

    /** What a dead worker left of a job. */
    private record Legacy(JobId job, RangeSet ranges, @Nullable Address parent, long since) {}

    private final Broker broker;
    private final Map<Part, List<Gift>> gifts = new HashMap<>();
    private final Map<Part, RangeSet> kept = new HashMap<>();
    private final Map<Part, Ledger.Intervals> told = new HashMap<>();
    private final Set<SubjobId> subjobs = new HashSet<>();
    private final List<Legacy> open = new ArrayList<>();
    private final List<Double> own = new ArrayList<>();
    private final List<Double> delegated = new ArrayList<>();

    RecoveryTimes(Broker broker) {
        this.broker = broker;
    }

    /** Of what dead workers had for themselves, while their parents were alive. */
    public Recoveries own() {
        return Recoveries.of(own);
    }

    /** Of what they had from parents that were dead too. */
    public Recoveries delegated() {
        return Recoveries.of(delegated);
    }

    /** Somebody sends something. */
    void sent(Participant from, Address to, Message message) {
        switch (message) {
            case Message.SubjobRequest request -> {
                if (subjobs.add(request.subjob())) {
                    given(from.address, to, request.job(), request.ranges());
                    kept.computeIfPresent(new Part(from.address, request.job()),
                            (_, ranges) -> ranges.minus(request.ranges()));
                    kept.merge(new Part(to, request.job()), request.ranges(), RangeSet::plus);
                }
            }
            case Message.AdoptAck ack -> {
                for (Holding holding : ack.holdings()) {
                    given(from.address, to, ack.job(), holding.ranges());
                }
            }
            case Message.SubjobResult result -> tells(from, result.job(), result.coverage());
            case Message.Adopt adopt -> tells(from, adopt.job(), adopt.coverage());
            case Message.Cancel cancel -> {
                if (cancel.scope() instanceof CancelScope.Ranges part) {
                    kept.computeIfPresent(new Part(to, cancel.job()), (_, ranges) -> ranges.minus(part.ranges()));
                }
            }
            case Message.SubjobAck _,Message.ResultAck _,Message.Ping _,Message.Pong _,Message.WorkWanted _ -> {
                // They neither give nor report.
            }
        }
    }

    private void given(Address giver, Address to, JobId job, RangeSet ranges) {
        if (!ranges.isEmpty()) {
            gifts.computeIfAbsent(new Part(to, job), _ -> new ArrayList<>(1)).add(new Gift(ranges, giver));
        }
    }

    private void tells(Participant from, JobId job, List<Coverage> coverage) {
        for (Coverage claim : coverage) {
            if (claim.peer().equals(from.address)) {
                Ledger.Intervals known = told.computeIfAbsent(new Part(from.address, job),
                        _ -> new Ledger.Intervals());
                claim.ranges().forEach(known::add);
            }
        }
    }

    /** A worker dies while it hashes these ranges. */
    void died(PeerId dead, Ledger ledger, List<Range> executing, long now) {
        Part part = new Part(dead, ledger.spec().id());
        RangeSet known = told.getOrDefault(part, new Ledger.Intervals()).toRangeSet();
        RangeSet left = kept.getOrDefault(part, RangeSet.EMPTY)
                .plus(ledger.hashedBy(dead))
                .plus(RangeSet.of(executing))
                .minus(known);
        if (!left.isEmpty()) {
            open.add(new Legacy(part.job, left, parent(part, left), now));
        }
    }

    private @Nullable Address parent(Part part, RangeSet left) {
        List<Gift> all = gifts.getOrDefault(part, List.of());
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).ranges.intersects(left)) {
                return all.get(i).giver;
            }
        }
        return null;
    }

    /** Somebody begins to hash. */
    void hashing(JobId job, Range range, long now) {
        if (!open.isEmpty()) {
            RangeSet begun = RangeSet.of(range);
            open.removeIf(legacy -> {
                boolean isRecovered = legacy.job.equals(job) && legacy.ranges.intersects(begun);
                if (isRecovered) {
                    (isAlive(legacy.parent) ? own : delegated).add((now - legacy.since) / 1e9);
                }
                return isRecovered;
            });
        }
    }

    private boolean isAlive(@Nullable Address parent) {
        return parent instanceof JobId || (parent != null
                && broker.process(parent) != null && Objects.requireNonNull(broker.process(parent)).alive);
    }
}

package org.sluice.protocol.root;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.sluice.protocol.Verifier;
import org.sluice.protocol.account.Assignment;
import org.sluice.protocol.account.Facts;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;

/**
 * What a job's topics tell of the job: the journal of its roots, and the facts in the messages that were sent to them.
 *
 * <p>It is told every entry of the journal in order, from the first to the {@link RootEvent.Resumed} of the root that is to
 * go on, and then the messages that the root's inbox holds; what comes later in either is that root's to receive. What a former
 * root wrote after it had been succeeded does not count. Times are the broker's, so they agree whoever reads them.
 *
 * <p>Nobody knows in what order messages came and entries were written, for they stand in two topics, and nothing depends on it:
 * facts unite in any order. What peers say of their parts is held to what the journal gave them last, and counts with the
 * number of the message.
 */
public final class History {
    private final JobId job;
    private final Verifier verifier;
    private final Map<SubjobId, Assignment> assignments = new LinkedHashMap<>();
    private final Set<PeerId> reached = new LinkedHashSet<>();
    /** All that was ever given to anybody. */
    private RangeSet given = RangeSet.EMPTY;
    private final NavigableMap<Long, Solution> solutions = new TreeMap<>();
    private @Nullable Beginning beginning;
    private @Nullable PeerId submitter;
    private Instant last = Instant.MIN;
    private long rootEpoch;
    private boolean cancelRequested;
    private @Nullable Outcome recorded;

    private record Beginning(RootEvent.Started started, Fingerprint job, Facts facts, Instant at) {}

    /**
     * The history of a job of which nothing is known yet.
     *
     * @param verifier checks the solutions that were claimed
     */
    public History(JobId job, Verifier verifier) {
        this.job = job;
        this.verifier = verifier;
    }

    /**
     * An entry of the journal comes next.
     *
     * @param storedAt when it was stored, by the broker's clock
     */
    public void journaled(RootEvent event, Instant storedAt) {
        if (!event.job().equals(job)) {
            return;
        }
        if (beginning == null && event instanceof RootEvent.Started started) {
            beginning = new Beginning(started, Fingerprint.of(started.spec()),
                    new Facts(started.spec(), verifier), storedAt);
        }
        if (event instanceof RootEvent.CancelRequested) {
            cancelRequested = true;
        } else if (event.rootEpoch() >= rootEpoch) {
            if (event instanceof RootEvent.Started || event instanceof RootEvent.Resumed) {
                // With any other entry a stranger would make the roots that follow seem former ones.
                rootEpoch = event.rootEpoch();
            }
            written(event);
        }
        if (storedAt.isAfter(last)) {
            last = storedAt;
        }
    }

    private void written(RootEvent event) {
        switch (event) {
            case RootEvent.Assigned assigned -> assigned(assigned);
            case RootEvent.Ended ended -> recorded(ended.outcome());
            case RootEvent.Started started -> submitter = started.submitter();
            case RootEvent.Resumed resumed -> submitter = resumed.submitter();
            case RootEvent.CancelRequested _,RootEvent.Distrusted _ -> {
                // Their epoch is all they tell here: who has lied is seen from what he said.
            }
        }
    }

    /** What is given anew is with nobody else any more, and of the same subjob nothing else. */
    private void assigned(RootEvent.Assigned assigned) {
        Holding holding = assigned.holding();
        Assignment before = assignments.remove(holding.subjob());
        boolean isWithNobodyElse = before == null
                ? !given.intersects(holding.ranges())
                : before.ranges().containsAll(holding.ranges());
        if (!isWithNobodyElse) {
            for (Assignment earlier : List.copyOf(assignments.values())) {
                keep(earlier.withRanges(earlier.ranges().minus(holding.ranges())));
            }
        }
        given = given.plus(holding.ranges());
        assignments.put(holding.subjob(), Assignment.of(holding, assigned.peer()));
        reached.add(assigned.peer());
    }

    private void keep(Assignment assignment) {
        if (assignment.ranges().isEmpty()) {
            assignments.remove(assignment.subjob());
        } else {
            assignments.put(assignment.subjob(), assignment);
        }
    }

    /** A message to the root comes next; of the journal there is nothing more to come. */
    public void received(Message message) {
        switch (message) {
            case Message.SubjobResult result when isOfThisJob(result) -> {
                learn(result.sender(), result.coverage(), result.solutions());
                Map<SubjobId, List<Delegated>> below = Delegated.byHolding(result.delegations());
                result.edges()
                        .forEach(edge -> told(result.sender(), edge.subjob(), result.number(), below, result.within(),
                                result.leaving()));
            }
            case Message.Adopt adopt when isOfThisJob(adopt) -> {
                learn(adopt.sender(), adopt.coverage(), adopt.solutions());
                Map<SubjobId, List<Delegated>> below = Delegated.byHolding(adopt.delegations());
                adopt.holdings()
                        .forEach(holding -> told(adopt.sender(), holding.subjob(), adopt.number(), below,
                                adopt.within(), false));
            }
            case Message.SubjobResult _,Message.Adopt _ -> {
                // Somebody takes another job for the one of this name.
            }
            case Message.SubjobAck _,Message.Ping _,Message.Pong _,Message.WorkWanted _,Message.SubjobRequest _,Message.ResultAck _,Message.AdoptAck _,Message.Cancel _ -> {
                // Questions and answers of a conversation that is over.
            }
        }
    }

    /** Whether a peer may mean this job by its name: it does not say otherwise, or it is not known yet what the job is. */
    private boolean isOfThisJob(Message.OfMeantJob message) {
        return beginning == null || message.mayMean(beginning.job);
    }

    /** As the root that was told this has learned it, or would have. */
    private void learn(Address teller, Collection<Coverage> coverage, Collection<Solution> claimed) {
        if (beginning == null || beginning.facts.isDistrusted(teller)) {
            return;
        }
        Optional<Solution> lie = beginning.facts.firstLie(claimed);
        if (lie.isEmpty()) {
            beginning.facts.unite(coverage, claimed)
                    .solutions()
                    .forEach(solution -> solutions.put(solution.integer(), solution));
        } else if (teller instanceof PeerId liar && (beginning.facts.hasRoomForLiar(liar) || hasPart(liar))) {
            beginning.facts.caught(liar, lie.get());
            beginning.facts.distrust(liar);
            assignments.values().removeIf(assignment -> assignment.peer().equals(liar));
        }
    }

    private boolean hasPart(PeerId peer) {
        return assignments.values().stream().anyMatch(assignment -> assignment.peer().equals(peer));
    }

    private void told(Address teller, SubjobId subjob, long number, Map<SubjobId, List<Delegated>> told,
            Optional<Range> within, boolean leaving) {
        Assignment assignment = assignments.get(subjob);
        if (assignment == null || !assignment.peer().equals(teller) || number <= assignment.belowNumber()) {
            return;
        }
        List<Delegated> below = Delegated.updated(assignment.ranges(), assignment.below(),
                told.getOrDefault(subjob, List.of()), within);
        Assignment informed = assignment.withBelow(below, number);
        if (leaving) {
            List<Range> passedOn = new ArrayList<>();
            below.forEach(part -> passedOn.addAll(part.ranges().ranges()));
            informed = informed.withRanges(informed.ranges().intersection(RangeSet.of(passedOn)));
        }
        keep(informed);
    }

    /** The job; empty if the journal does not have its beginning any more. */
    public Optional<JobSpec> spec() {
        return Optional.ofNullable(beginning).map(begun -> begun.started.spec());
    }

    /** Who plays the root, or did so last. */
    PeerId submitter() {
        if (submitter == null) {
            throw new IllegalStateException("the beginning of " + job + " is not known");
        }
        return submitter;
    }

    /** An entry of the journal, or of the tracker, says that the job has ended so. It need not be true. */
    public void recorded(Outcome outcome) {
        recorded = outcome;
    }

    /** How it is recorded that the job has ended; empty if it is not. */
    Optional<Outcome> recorded() {
        return Optional.ofNullable(recorded);
    }

    /**
     * How it ended, as coverage and solutions, wishes and time tell, whatever is recorded; empty if it has not.
     */
    public Optional<Outcome> outcome() {
        Optional<Outcome> proven = facts().proven(!solutions.isEmpty());
        if (proven.isPresent()) {
            return proven;
        }
        if (cancelRequested) {
            return Optional.of(Outcome.CANCELLED);
        }
        return remaining().isZero() ? Optional.of(Outcome.EXPIRED) : Optional.empty();
    }

    /** How long before the last entry of the journal the job began. */
    public Duration age() {
        Duration age = begun().started.elapsed().plus(known());
        return age.compareTo(Limits.MAX_DURATION) < 0 ? age : Limits.MAX_DURATION;
    }

    /** The time from the first entry of the journal to the last. */
    private Duration known() {
        Duration known = Duration.between(begun().at, last);
        return known.isNegative() ? Duration.ZERO : known;
    }

    /** How much time was left to the job at the last entry of the journal. */
    public Duration remaining() {
        Duration left = begun().started.remaining().minus(known());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * What came of a job that has ended.
     *
     * @param how it ended
     * @param isAlive whether a peer is alive now
     */
    public Answer answer(Outcome how, Predicate<PeerId> isAlive) {
        return Answer.of(begun().started.spec(), how, solutions.values(), facts(), isAlive, age());
    }

    private Beginning begun() {
        if (beginning == null) {
            throw new IllegalStateException("the beginning of " + job + " is not known");
        }
        return beginning;
    }

    /** Who has hashed what, without those who are not believed. */
    Facts facts() {
        return begun().facts;
    }

    /** Every solution, also of a peer that was found to be a liar later: it is true whoever says so. */
    Collection<Solution> solutions() {
        return solutions.values();
    }

    Verifier verifier() {
        return verifier;
    }

    /** What roots have given away and have not got back, whether it is covered or not. */
    Collection<Assignment> assignments() {
        return assignments.values();
    }

    /** Everyone to whom a root has given anything. */
    Set<PeerId> reached() {
        return reached;
    }
}

package org.sluice.protocol.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.Set;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.Verifier;
import org.sluice.protocol.account.Facts;
import org.sluice.protocol.account.KnownRoot;
import org.sluice.protocol.account.Paces;
import org.sluice.protocol.account.Slots;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;

/**
 * One peer's part in one job: what it holds, what it knows, what it has given away.
 *
 * <p>Each uncovered integer of a held subjob is in exactly one place: in a slot that hashes it, with a child
 * ({@link Distribution}), or in the {@link Pool}. The pool is therefore not kept but derived: what is left of the {@link HeldSubjobs},
 * less what is executing, less what is out. What was given away can come back from below, as a subjob of its own, when
 * this peer asks for work: so a held subjob is diminished only by what was cut from it, and by what was given away later.
 * What is known flows up through {@link Reporting}.
 */
public final class JobNode {
    private final JobSpec spec;
    private final KnownRoot root;
    private final Context context;
    private final Host host;
    private final Slots slots;
    private Instant deadline;
    private final Facts facts;
    private final Distribution distribution;
    private final ChildReports childReports;
    private final Pool pool;
    private final Offers offers;
    private final Claims claims;
    private final Reporting reporting;
    private final Paces paces;
    private final Orphan orphan;
    private final Commands commands;
    private final HeldSubjobs held = new HeldSubjobs();
    /** The solutions of which the machine that this node lives in has not heard. */
    private final List<Solution> found = new ArrayList<>();
    private boolean hasLearned;
    private long order;

    /**
     * What a node has learned since it was asked last.
     *
     * @param isAnything whether it is anything at all
     * @param found the solutions among it
     */
    public record Learned(boolean isAnything, List<Solution> found) {}

    public JobNode(JobSpec spec, Context context, Host host, Slots slots, Verifier verifier, Duration remaining) {
        this.spec = spec;
        this.root = new KnownRoot(spec, context.self());
        this.context = context;
        this.host = host;
        this.slots = slots;
        this.paces = new Paces(slots, spec.work().algorithm());
        this.deadline = context.in(remaining);
        this.facts = new Facts(spec, verifier);
        this.distribution = new Distribution(this, context, host);
        this.childReports = new ChildReports(this, distribution, context, host);
        this.pool = new Pool(this, held, distribution, slots);
        this.offers = new Offers(this, distribution, context, host);
        this.claims = new Claims(this, distribution, context, host);
        this.reporting = new Reporting(this, context, host);
        this.orphan = new Orphan(this, reporting, context, host);
        this.commands = new Commands(this, held, reporting, context);
    }

    /** The root's node holds the whole job from nobody, and hashes nothing of it. */
    public static JobNode root(JobSpec spec, Context context, Host host, Verifier verifier, Duration remaining,
            long rootEpoch) {
        JobNode node = new JobNode(spec, context, host, new Slots(List.of()), verifier, remaining);
        node.root.named(spec.id(), rootEpoch);
        SubjobId whole = new SubjobId(spec.id().value());
        node.held.add(
                new HeldSubjob(whole, node.nextOrder(), spec.id(), 0, List.of(), RangeSet.of(spec.range()),
                        RangeSet.EMPTY));
        return node;
    }

    public JobSpec spec() {
        return spec;
    }

    public JobId id() {
        return spec.id();
    }

    /** Whether it does not make room for another job by the same name, unless the root says that this is the one. */
    public boolean isToBeKept() {
        return isActive() || root.hasSpoken() || reporting.hasNews();
    }

    /** What is known of the job's root. */
    public KnownRoot root() {
        return root;
    }

    public Facts facts() {
        return facts;
    }

    public Commands commands() {
        return commands;
    }

    public Distribution distribution() {
        return distribution;
    }

    public ChildReports childReports() {
        return childReports;
    }

    public Pool pool() {
        return pool;
    }

    public Offers offers() {
        return offers;
    }

    public Claims claims() {
        return claims;
    }

    public Reporting reporting() {
        return reporting;
    }

    public Orphan orphan() {
        return orphan;
    }

    HeldSubjobs heldSubjobs() {
        return held;
    }

    /** The parents from which this peer holds something that is not complete. */
    List<Address> parents() {
        return held.parents();
    }

    /** The subjobs that it holds, the first that came first. */
    public SequencedCollection<HeldSubjob> held() {
        return held.all();
    }

    public Optional<HeldSubjob> held(SubjobId subjob) {
        return held.find(subjob);
    }

    /** How fast this machine's slots hash the job. */
    public Paces paces() {
        return paces;
    }

    /** This machine's own hash rate for what the job is, in hashes/s; 0 if it does not hash. */
    long rate() {
        return slots.together().of(spec.work().algorithm());
    }

    public Instant deadline() {
        return deadline;
    }

    /** The job's time begins to run now, for one who was made before the clock could be read. */
    public void expireIn(Duration remaining) {
        deadline = context.in(remaining);
        context.timers().set(new Timer.DeadlinePassed(spec.id()), deadline);
    }

    public Duration remaining() {
        Duration left = Duration.between(context.now(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The next number in the order of what this peer is given and gives. */
    long nextOrder() {
        return ++order;
    }

    /**
     * A result brings facts. What it says of another job by this name is here neither true nor a lie. One without a number is
     * not from a child, so nothing is taken back from others for it.
     */
    public void told(Message.SubjobResult result) {
        if (root.isMeantBy(result)) {
            told(result.sender(), result.coverage(), result.solutions(), result.number() > 0);
        }
    }

    /** An orphan brings facts. */
    public void told(Message.Adopt adopt) {
        if (root.isMeantBy(adopt)) {
            told(adopt.sender(), adopt.coverage(), adopt.solutions(), true);
        }
    }

    /**
     * A message's solutions are checked before anything of it is believed. Whose solution is none, or was none before, is not
     * believed at all; those whom it names have no part in that.
     */
    private void told(Address sender, List<Coverage> coverage, List<Solution> solutions, boolean asChild) {
        PeerId teller = sender instanceof PeerId peer ? peer : null;
        if (facts.isDistrusted(sender)) {
            return;
        }
        Optional<Solution> lie = facts.firstLie(solutions);
        if (lie.isEmpty()) {
            learn(coverage, solutions, asChild ? teller : null);
        } else if (teller != null && (facts.hasRoomForLiar(teller) || distribution.isParentOf(teller))) {
            facts.caught(teller, lie.get());
            host.lied(this, teller);
        }
    }

    /** Unites what this peer knows with what is so, and lets everything follow from that. */
    public void learn(List<Coverage> coverage, List<Solution> solutions, @Nullable PeerId from) {
        Facts.News news = facts.unite(coverage, solutions);
        if (news.isEmpty()) {
            return;
        }
        if (!news.covered().isEmpty()) {
            pool.cover(news.covered(), () -> {
                distribution.covered(news.covered(), from);
                held.cover(news.covered());
            });
        }
        reporting.learn(news);
        if (!root.isSelf()) {
            held.takeComplete().forEach(reporting::finished);
        }
        hasLearned = true;
        found.addAll(news.solutions());
    }

    /** What has become known since this was asked last. */
    public Learned takeLearned() {
        Learned learned = new Learned(hasLearned, List.copyOf(found));
        hasLearned = false;
        found.clear();
        return learned;
    }

    /** Whether somebody is to go on hashing these integers here. */
    public boolean wants(RangeSet ranges) {
        return !isDecided() && held.all().stream().anyMatch(subjob -> subjob.left.intersects(ranges));
    }

    /** Whether no integer need be hashed any more: in mode FIRST one solution decides the job, and its root is told of it. */
    public boolean isDecided() {
        return spec.mode() == Mode.FIRST && !facts.solutions().isEmpty();
    }

    /** A slot of this peer has hashed integers that {@link Pool#take} gave out. */
    public void hashed(PeerId self, RangeSet ranges, List<Solution> solutions) {
        if (!ranges.isEmpty()) {
            learn(List.of(new Coverage(self, ranges)), solutions, self);
        }
    }

    /** A slot had been busy when the job ended: what it did is a fact, from which nothing follows here any more. */
    public void hashedLast(PeerId self, RangeSet ranges, List<Solution> solutions) {
        if (!ranges.isEmpty()) {
            facts.unite(List.of(new Coverage(self, ranges)), solutions);
        }
    }

    /** A peer was caught lying: nothing it said counts, and what only it has hashed is left to do again. */
    public RangeSet distrust(PeerId peer) {
        if (facts.distrusted().contains(peer)) {
            return RangeSet.EMPTY;
        }
        RangeSet uncovered = facts.distrust(peer);
        held.uncover(uncovered);
        reporting.distrust(peer);
        distribution.takeBack(peer, RangeSet.of(spec.range()));
        return uncovered;
    }

    /** Gives up ranges of a held subjob, here and below. */
    void revoke(HeldSubjob subjob, RangeSet ranges, CancelReason reason) {
        if (held.revoke(subjob, ranges)) {
            reporting.finished(subjob);
        }
        distribution.revoke(subjob, ranges, reason);
        reporting.soon(subjob.parent());
    }

    /** Whether a subjob of this name is held. */
    public boolean holds(SubjobId subjob) {
        return held.find(subjob).isPresent();
    }

    /**
     * Hands back to the parents what is neither covered nor with a child; what children have stays held, and is reported
     * on, until they have done it. What waits for an ancestor to adopt it is handed back when it has got one.
     */
    public void handBack() {
        if (pool.isEmpty() && slots.executing(spec.id()).isEmpty()) {
            return;
        }
        for (HeldSubjob subjob : List.copyOf(held.all())) {
            RangeSet kept = subjob.left.minus(distribution.outstanding(subjob));
            if (!subjob.isOrphaned() && !kept.isEmpty()) {
                reporting.handBack(subjob);
                if (held.revoke(subjob, kept)) {
                    reporting.finished(subjob);
                }
            }
        }
    }

    /** A held subjob becomes part of another that it lies within. */
    void dissolve(HeldSubjob subjob, HeldSubjob into) {
        held.remove(subjob);
        distribution.reattach(subjob.subjob, into.subjob);
        claims.claimed(subjob.left);
    }

    /** The bonds with one other peer, upwards and downwards. */
    public List<Edge> edgesWith(Address other) {
        List<Edge> edges = held.edgesWith(other);
        edges.addAll(distribution.edgesWith(other));
        return edges;
    }

    /** Whether it matters here if the other peer dies: also who has been told the last of a subjob may not have passed it on. */
    public boolean isBoundTo(Address other) {
        return reporting.hasReportedTo(other) || !edgesWith(other).isEmpty();
    }

    /** The peers whose death matters here. */
    Set<PeerId> bound() {
        Set<PeerId> bound = new LinkedHashSet<>();
        for (Address parent : reporting.parents()) {
            if (parent instanceof PeerId peer) {
                bound.add(peer);
            }
        }
        for (Delegation delegation : distribution.delegations()) {
            if (delegation.isWithChild()) {
                bound.add(delegation.child);
            }
        }
        return bound;
    }

    /** Whether there is anything left to do here, or to wait for. */
    public boolean isActive() {
        return held.count() > 0 || !distribution.delegations().isEmpty();
    }

    /** Somebody has answered which of the bonds with it it knows. */
    public void ponged(Message.Pong pong, List<Edge> asked) {
        reporting.heard(pong.sender());
        if (pong.sender() instanceof PeerId peer) {
            if (pong.nonce() == 0) {
                claims.moved(peer, pong.edges());
            } else {
                distribution.confirmed(peer, pong.edges(), asked);
            }
        }
    }

    /** A timer of this node is due. */
    public void due(Timer.OfNode timer) {
        switch (timer) {
            case Timer.Report report -> reporting.reportDue(report.parent());
            case Timer.RequestUnanswered request -> offers.requestUnanswered(request.subjob());
            case Timer.AdoptionWindowOver window -> claims.adoptionWindowOver(window.subjob());
            case Timer.AdoptUnanswered adopt -> orphan.askToAdopt(adopt.ancestor());
            case Timer.ChildSilent silent -> distribution.childSilent(silent.child());
        }
    }

    /** The list of peers has changed: those whose death matters here and who are on it no more are asked. */
    public void peersChanged() {
        for (PeerId peer : bound()) {
            if (context.peers().hasVanished(peer)) {
                host.liveness().suspect(peer, 1);
            }
        }
    }

    /** A peer is dead that may be parent or child. */
    public void died(Address peer) {
        switch (peer) {
            case PeerId child -> distribution.childDied(child);
            case JobId _ -> {}
        }
        orphan.parentDied(peer);
    }

    /**
     * Ranges as a message can tell them: where they are too many the gaps between them that are covered anyway are told too,
     * and what is too much even then is left out.
     */
    RangeSet fitting(RangeSet ranges) {
        int room = context.parameters().messageBytes() / Parameters.RANGES_PART;
        if (EncodedSize.atMost(ranges) <= room || EncodedSize.of(ranges) <= room) {
            return ranges;
        }
        return EncodedSize.parts(ranges.filled(facts.covered()), room).getFirst();
    }

    /** Of how many separate ranges all that is kept here consists. */
    public int rangeCount() {
        return facts.rangeCount() + distribution.rangeCount() + reporting.rangeCount() + held.rangeCount();
    }

    /** Stops all timers of the job. */
    public void forget() {
        context.timers().cancel(new Timer.DeadlinePassed(spec.id()));
        context.timers().cancel(new Timer.OfferPool(spec.id()));
        distribution.forget();
        reporting.forget();
        orphan.forget();
    }
}

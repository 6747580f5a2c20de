package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.Set;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
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
final class JobNode {
    private final JobSpec spec;
    private final Optional<Fingerprint> meant;
    private final Context context;
    private final Host host;
    private final Slots slots;
    private Instant deadline;
    private final Facts facts;
    private final Distribution distribution;
    private final Pool pool;
    private final Offers offers;
    private final Claims claims;
    private final Reporting reporting;
    private final Map<Integer, Pace> paces = new HashMap<>();
    private final Orphan orphan;
    private final HeldSubjobs held = new HeldSubjobs();
    /** The solutions of which the machine that this node lives in has not heard. */
    private final List<Solution> found = new ArrayList<>();
    private boolean hasLearned;
    private long rootEpoch;
    /** Whether it is the root that has named its epoch, and not only others. */
    private boolean isEpochFromRoot;
    private long order;

    JobNode(JobSpec spec, Context context, Host host, Slots slots, Verifier verifier, Duration remaining) {
        this.spec = spec;
        this.meant = Optional.of(Fingerprint.of(spec));
        this.context = context;
        this.host = host;
        this.slots = slots;
        this.deadline = context.in(remaining);
        this.facts = new Facts(spec, verifier);
        this.distribution = new Distribution(this, context, host);
        this.pool = new Pool(this, held, distribution, slots);
        this.offers = new Offers(this, distribution, context, host);
        this.claims = new Claims(this, distribution, context, host);
        this.reporting = new Reporting(this, context, host);
        this.orphan = new Orphan(this, reporting, context, host);
    }

    /** The root's node holds the whole job from nobody, and hashes nothing of it. */
    static JobNode root(JobSpec spec, Context context, Host host, Verifier verifier, Duration remaining,
            long rootEpoch) {
        JobNode node = new JobNode(spec, context, host, new Slots(List.of()), verifier, remaining);
        node.sawRootEpoch(spec.id(), rootEpoch);
        SubjobId whole = new SubjobId(spec.id().value());
        node.held.add(
                new HeldSubjob(whole, node.nextOrder(), spec.id(), 0, List.of(), RangeSet.of(spec.range()),
                        RangeSet.EMPTY));
        return node;
    }

    JobSpec spec() {
        return spec;
    }

    JobId id() {
        return spec.id();
    }

    /** Whether the root itself has told this peer what it takes for the job, or has not contradicted when it spoke. */
    boolean isFromRoot() {
        return isEpochFromRoot;
    }

    /** Whether another means something else by the job's name, and this peer cannot know which of the two is right. */
    boolean isInDoubtBy(Message.OfMeantJob message) {
        return !isMeantBy(message) && !isFromRoot();
    }

    /** Whether it does not make room for another job by the same name, unless the root says that this is the one. */
    boolean isToBeKept() {
        return isActive() || isFromRoot() || reporting.hasNews();
    }

    /** What this peer takes for the job, as its messages say. */
    Optional<Fingerprint> meant() {
        return meant;
    }

    /** Whether the sender takes the same for the job; one that does not say what it takes for it is taken to do. */
    boolean isMeantBy(Message.OfMeantJob message) {
        return message.meant().isEmpty() || message.meant().equals(meant);
    }

    Facts facts() {
        return facts;
    }

    Distribution distribution() {
        return distribution;
    }

    Pool pool() {
        return pool;
    }

    Offers offers() {
        return offers;
    }

    Claims claims() {
        return claims;
    }

    Reporting reporting() {
        return reporting;
    }

    Orphan orphan() {
        return orphan;
    }

    /** The subjobs that it holds, the first that came first. */
    SequencedCollection<HeldSubjob> held() {
        return held.all();
    }

    Optional<HeldSubjob> held(SubjobId subjob) {
        return held.find(subjob);
    }

    /** How fast one of this machine's slots hashes the job. */
    Pace pace(int slot) {
        return paces.computeIfAbsent(slot, _ -> new Pace());
    }

    /** This machine's own hash rate for what the job is, in hashes/s; 0 if it does not hash. */
    long rate() {
        return slots.together().of(spec.work().algorithm());
    }

    /** How fast a slot really hashes the job, in hashes/s; 0 if it cannot. */
    double speed(int slot) {
        return slots.isAble(slot, spec.work().algorithm()) ? pace(slot).hashesPerSecond(slots.rate(slot)) : 0;
    }

    /** How fast all slots really hash the job, in hashes/s. */
    double speed() {
        double speed = 0;
        for (int slot = 0; slot < slots.count(); slot++) {
            speed += speed(slot);
        }
        return speed;
    }

    long rootEpoch() {
        return rootEpoch;
    }

    Instant deadline() {
        return deadline;
    }

    /** The job's time begins to run now, for one who was made before the clock could be read. */
    void expireIn(Duration remaining) {
        deadline = context.in(remaining);
        context.timers().set(new Timer.DeadlinePassed(spec.id()), deadline);
    }

    Duration remaining() {
        Duration left = Duration.between(context.now(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Somebody names the epoch of the job's root. What the root itself names counts; what others name counts only as long as
     * the root has named none, so that nobody else can make a peer deaf to it.
     */
    void sawRootEpoch(Address teller, long epoch) {
        boolean isRoot = teller.equals(spec.id());
        if (isRoot && !isEpochFromRoot) {
            isEpochFromRoot = true;
            rootEpoch = epoch;
        } else if (isRoot == isEpochFromRoot) {
            rootEpoch = Math.max(rootEpoch, epoch);
        }
    }

    /** The epoch that the root has named to this peer, 0 if it has named none. */
    long epochFromRoot() {
        return isEpochFromRoot ? rootEpoch : 0;
    }

    /** Whether somebody who says that the job is over by the word of a root may mean the one that this peer works for. */
    boolean isEndedBy(long epoch) {
        return epoch >= epochFromRoot();
    }

    /**
     * An epoch for an edge that had this one. Those that a root makes lie beyond all that a former root, which does not know
     * yet that it is one, may make at the same time: none of its commands is taken for one of this root. The highest has
     * nothing above it; only who lies about an edge has that, and harms that edge alone.
     */
    long laterEpoch(long epoch) {
        long before = isRoot() ? Math.max(epoch, (rootEpoch - 1) << Limits.EPOCH_BITS) : epoch;
        return Math.min(before, Limits.MAX_EPOCH - 1) + 1;
    }

    /** Whether a command comes from a root that has been succeeded by another: it is not obeyed. */
    boolean isOfFormerRoot(Address sender, long epoch) {
        return sender.equals(spec.id()) && epoch < epochFromRoot();
    }

    /** The next number in the order of what this peer is given and gives. */
    long nextOrder() {
        return ++order;
    }

    /** Whether the subjob of a request is held already, or may be: what is held, and from how many, has an end. */
    boolean hasRoomFor(Message.SubjobRequest request) {
        return holds(request.subjob())
                || (held.count() < Parameters.MAX_HELD && reporting.hasRoomFor(request.sender()));
    }

    /** Takes on the subjob of a request, or says again that it is taken. */
    void accept(Message.SubjobRequest request) {
        if (isOfFormerRoot(request.sender(), request.rootEpoch())) {
            return;
        }
        sawRootEpoch(request.sender(), request.rootEpoch());
        HeldSubjob known = held.find(request.subjob()).orElse(null);
        if (known != null) {
            if (request.sender().equals(spec.id()) && known.parent.equals(spec.id())
                    && request.epoch() > known.epoch) {
                succeed(known, request);
            }
            if (isCommandOfParent(known, request.sender(), request.epoch())) {
                // All of them may not have fitted in one request.
                distrustAsToldIn(request);
                acknowledge(request, new Verdict.Accepted());
            }
            return;
        }
        distrustAsToldIn(request);
        HeldSubjob subjob = new HeldSubjob(request.subjob(), nextOrder(), request.sender(), request.epoch(),
                request.lineage(),
                request.ranges().intersection(RangeSet.of(spec.range())), facts.covered());
        acknowledge(request, new Verdict.Accepted());
        context.tell(new Notice.SubjobAccepted(spec, subjob.subjob, subjob.parent, subjob.ranges));
        reporting.hold(subjob);
        if (subjob.isComplete()) {
            reporting.finished(subjob);
            return;
        }
        held.add(subjob);
        if (!request.roster().isEmpty()) {
            offers.split(subjob, request.roster());
            reporting.soon(subjob.parent);
        }
    }

    /** Only the root says whose word does not count: anybody else could make honest peers forget each other. */
    private void distrustAsToldIn(Message.SubjobRequest request) {
        if (request.sender().equals(spec.id())) {
            request.distrusted().stream().filter(peer -> !peer.equals(context.self())).forEach(this::distrust);
        }
    }

    /** Another root says what this peer holds from it, which may differ from what the former meant when it went. */
    private void succeed(HeldSubjob subjob, Message.SubjobRequest request) {
        subjob.epoch = request.epoch();
        subjob.lineage = request.lineage();
        subjob.adopting = false;
        RangeSet missing = request.ranges().minus(subjob.ranges);
        if (!missing.isEmpty()) {
            held.extend(subjob, missing, facts.covered());
            reporting.hold(subjob);
        }
        RangeSet elsewhere = subjob.left.minus(request.ranges());
        if (!elsewhere.isEmpty()) {
            revoke(subjob, elsewhere, CancelReason.SUPERSEDED);
        }
        reporting.soon(subjob.parent);
    }

    private void acknowledge(Message.SubjobRequest request, Verdict verdict) {
        context.send(request.sender(), new Message.SubjobAck(context.self(), spec.id(), request.subjob(),
                request.epoch(), verdict));
    }

    /**
     * A result brings facts. What it says of another job by this name is here neither true nor a lie. One without a number is
     * not from a child, so nothing is taken back from others for it.
     */
    void told(Message.SubjobResult result) {
        if (isMeantBy(result)) {
            told(result.sender(), result.coverage(), result.solutions(), result.number() > 0);
        }
    }

    /** An orphan brings facts. */
    void told(Message.Adopt adopt) {
        if (isMeantBy(adopt)) {
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
    void learn(List<Coverage> coverage, List<Solution> solutions, @Nullable PeerId from) {
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
        if (!isRoot()) {
            held.takeComplete().forEach(reporting::finished);
        }
        hasLearned = true;
        found.addAll(news.solutions());
    }

    /** Whether anything has become known since this was asked last. */
    boolean takeHasLearned() {
        boolean learned = hasLearned;
        hasLearned = false;
        return learned;
    }

    /** The solutions that have become known since this was asked last. */
    List<Solution> takeFound() {
        List<Solution> taken = List.copyOf(found);
        found.clear();
        return taken;
    }

    /** Whether somebody is to go on hashing these integers here. */
    boolean wants(RangeSet ranges) {
        return !isDecided() && held.all().stream().anyMatch(subjob -> subjob.left.intersects(ranges));
    }

    private boolean isRoot() {
        return context.self().equals(spec.id());
    }

    /** Whether no integer need be hashed any more: in mode FIRST one solution decides the job, and its root is told of it. */
    boolean isDecided() {
        return spec.mode() == Mode.FIRST && !facts.solutions().isEmpty();
    }

    /** A slot of this peer has hashed integers that {@link Pool#take} gave out. */
    void hashed(PeerId self, RangeSet ranges, List<Solution> solutions) {
        if (!ranges.isEmpty()) {
            learn(List.of(new Coverage(self, ranges)), solutions, self);
        }
    }

    /** A slot had been busy when the job ended: what it did is a fact, from which nothing follows here any more. */
    void hashedLast(PeerId self, RangeSet ranges, List<Solution> solutions) {
        if (!ranges.isEmpty()) {
            facts.unite(List.of(new Coverage(self, ranges)), solutions);
        }
    }

    /** A peer was caught lying: nothing it said counts, and what only it has hashed is left to do again. */
    RangeSet distrust(PeerId peer) {
        if (facts.distrusted().contains(peer)) {
            return RangeSet.EMPTY;
        }
        RangeSet uncovered = facts.distrust(peer);
        held.uncover(uncovered);
        reporting.distrust(peer);
        distribution.takeBack(peer);
        return uncovered;
    }

    /** A parent takes a subjob, or ranges of it, back. */
    void cancelled(Message.Cancel cancel) {
        switch (cancel.scope()) {
            case CancelScope.WholeSubjob whole -> obey(cancel, whole.edge(), null);
            case CancelScope.Ranges part -> obey(cancel, part.edge(), part.ranges());
            case CancelScope.WholeJob _ -> throw new IllegalStateException("the whole job is the host's to end");
        }
    }

    private void obey(Message.Cancel cancel, Edge edge, @Nullable RangeSet part) {
        HeldSubjob subjob = held.find(edge.subjob()).orElse(null);
        if (subjob != null && isCommandOfParent(subjob, cancel.sender(), edge.epoch())) {
            revoke(subjob, part == null ? subjob.ranges : part, cancel.reason());
        }
    }

    /** A former parent's command is not obeyed; it is told the current epoch instead. */
    private boolean isCommandOfParent(HeldSubjob subjob, Address sender, long epoch) {
        if (subjob.parent.equals(sender) && subjob.epoch == epoch) {
            return true;
        }
        context.send(sender, new Message.Pong(context.self(), 0, Optional.of(spec.id()), List.of(subjob.edge())));
        return false;
    }

    /** Gives up ranges of a held subjob, here and below. */
    void revoke(HeldSubjob subjob, RangeSet ranges, CancelReason reason) {
        if (held.revoke(subjob, ranges)) {
            reporting.finished(subjob);
        }
        distribution.revoke(subjob, ranges, reason);
        reporting.soon(subjob.parent);
    }

    /** Whether a subjob of this name is held. */
    boolean holds(SubjobId subjob) {
        return held.find(subjob).isPresent();
    }

    /**
     * Hands back to the parents what is neither covered nor with a child; what children have stays held, and is reported
     * on, until they have done it. What waits for an ancestor to adopt it is handed back when it has got one.
     */
    void handBack() {
        if (pool.isEmpty() && slots.executing(spec.id()).isEmpty()) {
            return;
        }
        for (HeldSubjob subjob : List.copyOf(held.all())) {
            RangeSet kept = subjob.left.minus(distribution.outstanding(subjob));
            if (!subjob.adopting && !kept.isEmpty()) {
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

    /** The parents from which this peer holds something that is not complete. */
    List<Address> parents() {
        List<Address> parents = new ArrayList<>();
        for (HeldSubjob subjob : held.all()) {
            if (!parents.contains(subjob.parent)) {
                parents.add(subjob.parent);
            }
        }
        return parents;
    }

    /** What a child was given and has, itself or those below it, given back: the usual results tell it of that. */
    RangeSet returned(Delegation delegation) {
        RangeSet returned = RangeSet.EMPTY;
        for (HeldSubjob subjob : held.all()) {
            // A lineage names the nearest ancestors only: the child may be one of those that it leaves out.
            boolean isLong = subjob.lineage.size() > Parameters.LINEAGE_LENGTH;
            if (subjob.order > delegation.order && (isLong || subjob.lineage.contains(delegation.child))) {
                returned = returned.plus(subjob.ranges);
            }
        }
        return returned;
    }

    /** The bonds with one other peer, upwards and downwards. */
    List<Edge> edgesWith(Address other) {
        List<Edge> edges = new ArrayList<>();
        for (HeldSubjob subjob : held.all()) {
            if (subjob.parent.equals(other)) {
                edges.add(subjob.edge());
            }
        }
        edges.addAll(distribution.edgesWith(other));
        return edges;
    }

    /** Whether it matters here if the other peer dies: also who has been told the last of a subjob may not have passed it on. */
    boolean isBoundTo(Address other) {
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
    boolean isActive() {
        return held.count() > 0 || !distribution.delegations().isEmpty();
    }

    /** Somebody has answered which of the bonds with it it knows. */
    void ponged(Message.Pong pong, List<Edge> asked) {
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
    void due(Timer.OfNode timer) {
        switch (timer) {
            case Timer.Report report -> reporting.reportDue(report.parent());
            case Timer.RequestUnanswered request -> offers.requestUnanswered(request.subjob());
            case Timer.AdoptionWindowOver window -> claims.adoptionWindowOver(window.subjob());
            case Timer.AdoptUnanswered adopt -> orphan.askToAdopt(adopt.ancestor());
            case Timer.ChildSilent silent -> distribution.childSilent(silent.child());
        }
    }

    /** The list of peers has changed: those whose death matters here and who are on it no more are asked. */
    void peersChanged() {
        for (PeerId peer : bound()) {
            if (context.peers().hasVanished(peer)) {
                host.liveness().suspect(peer, 1);
            }
        }
    }

    /** A peer is dead that may be parent or child. */
    void died(Address peer) {
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
    int rangeCount() {
        return facts.rangeCount() + distribution.rangeCount() + reporting.rangeCount() + held.rangeCount();
    }

    /** Stops all timers of the job. */
    void forget() {
        context.timers().cancel(new Timer.DeadlinePassed(spec.id()));
        context.timers().cancel(new Timer.OfferPool(spec.id()));
        distribution.forget();
        reporting.forget();
        orphan.forget();
    }
}

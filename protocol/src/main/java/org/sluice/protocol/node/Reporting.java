package org.sluice.protocol.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.account.Facts;
import org.sluice.protocol.account.Uplink;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

import org.jspecify.annotations.Nullable;

/**
 * Tells a {@link JobNode}'s parents what has become of the subjobs that they gave it, again and again until they acknowledge it.
 *
 * <p>One result per parent carries the news of all subjobs held from it. Results come often at first, so that a short job
 * shows progress, then every R; a completed subjob is told at once, and so is the solution that decides a job in mode FIRST.
 */
public final class Reporting {
    private final JobNode node;
    private final Context context;
    private final Host host;
    private final Map<Address, Uplink> uplinks = new LinkedHashMap<>();
    /** By parent. */
    private final Map<Address, Finished> finished = new LinkedHashMap<>();
    /** Solutions found here that the root has not been told of directly. */
    private final List<Solution> fresh = new ArrayList<>();
    private Instant askedWhetherMeantAt = Instant.MIN;

    /** What was held from a parent and is complete, and the parent's ancestors. */
    record Finished(RangeSet ranges, List<Address> lineage) {}

    Reporting(JobNode node, Context context, Host host) {
        this.node = node;
        this.context = context;
        this.host = host;
    }

    Uplink uplink(Address parent) {
        return uplinks.computeIfAbsent(parent,
                address -> new Uplink(address, context.parameters().firstReport()));
    }

    /** Whether a parent is known or may be one more; those to whom nothing is to be said any more make room for it. */
    boolean hasRoomFor(Address parent) {
        if (!uplinks.containsKey(parent) && uplinks.size() >= Parameters.MAX_PARENTS) {
            Set<Address> needed = Set.copyOf(node.parents());
            uplinks.values().removeIf(uplink -> !uplink.hasNews() && !needed.contains(uplink.parent()));
            finished.keySet().retainAll(uplinks.keySet());
        }
        return uplinks.containsKey(parent) || uplinks.size() < Parameters.MAX_PARENTS;
    }

    Timer reportTimer(Address parent) {
        return new Timer.Report(node.id(), parent);
    }

    /** A subjob is held from now on. */
    void hold(HeldSubjob subjob) {
        Uplink uplink = uplink(subjob.parent());
        uplink.give(subjob.ranges, node.facts());
        if (!subjob.isComplete()) {
            context.timers()
                    .setNoLater(reportTimer(subjob.parent()),
                            context.in(uplink.nextInterval(context.parameters().reportInterval())));
        }
    }

    /** A subjob is complete: its parent is told at once. */
    void finished(HeldSubjob subjob) {
        finished(subjob.parent(), subjob.ranges, subjob.lineage());
    }

    void finished(Address parent, RangeSet ranges, List<Address> lineage) {
        Finished known = finished.get(parent);
        finished.put(parent, new Finished(known == null ? ranges : known.ranges.plus(ranges), lineage));
        soon(parent);
    }

    /** What is neither covered nor passed on of a subjob goes back to its parent, at once. */
    void handBack(HeldSubjob subjob) {
        uplink(subjob.parent()).handBack(subjob.edge());
        soon(subjob.parent());
    }

    /** Whether a subjob that was held from this parent is complete, or any is held. */
    boolean hasReportedTo(Address parent) {
        return uplinks.containsKey(parent);
    }

    /** Everyone to whom anything was ever reported. */
    Set<Address> parents() {
        return uplinks.keySet();
    }

    /** The next result to a parent goes out with this step's end. */
    void soon(Address parent) {
        if (uplinks.containsKey(parent)) {
            hurry(uplinks.get(parent), context.now());
        }
    }

    private void hurry(Uplink uplink, Instant at) {
        uplink.hurry(at);
        context.timers().setNoLater(reportTimer(uplink.parent()), at);
    }

    /** What has become known is to be told. */
    void learn(Facts.News news) {
        for (Uplink uplink : uplinks.values()) {
            uplink.learn(news);
            if (uplink.hasNews() && !context.timers().isRunning(reportTimer(uplink.parent()))) {
                // What a slot had done of a subjob that has ended in the meantime.
                hurry(uplink, context.now());
            }
        }
        boolean decides = node.facts().solutions().size() == news.solutions().size();
        if (news.solutions().isEmpty() || (node.isDecided() && !decides)) {
            return;
        }
        for (Solution solution : news.solutions()) {
            if (solution.peer().equals(context.self())) {
                fresh.add(solution);
            }
        }
        for (Uplink uplink : uplinks.values()) {
            if (uplink.hasNews()) {
                switch (node.spec().mode()) {
                    case FIRST -> hurry(uplink, context.now());
                    case ALL -> context.timers()
                            .setNoLater(reportTimer(uplink.parent()), uplink.solutionDueBy(context.now(),
                                    context.parameters().solutionDelay(), context.parameters().reportInterval()));
                }
            }
        }
    }

    void distrust(PeerId peer) {
        uplinks.values().forEach(uplink -> uplink.distrust(peer));
    }

    /** Takes out what was told of subjobs that are complete, when the parent that was told is dead. */
    @Nullable
    Finished forgetFinished(Address parent) {
        return finished.remove(parent);
    }

    /** The next result to a parent after an adoption, or one that could not be sent while it was dead. */
    void later(Address parent, Duration delay) {
        context.timers().setNoLater(reportTimer(parent), context.in(delay));
    }

    /** The time for a result has come, or for one that was not acknowledged to be sent again. */
    void reportDue(Address parent) {
        Uplink uplink = uplink(parent);
        List<HeldSubjob> open = open(parent);
        if (open.isEmpty() && !uplink.hasNews()) {
            return;
        }
        if (uplink.unanswered() >= Parameters.UNANSWERED_RESULTS) {
            host.liveness().suspect(parent, 2);
            askWhetherOver(parent);
        }
        send(uplink, open, false);
        Duration retry = context.ackTimeout().multipliedBy(1L << Math.min(uplink.unanswered() - 1, 10));
        Duration longest = context.parameters().reportInterval();
        context.timers().set(reportTimer(parent), context.in(retry.compareTo(longest) < 0 ? retry : longest));
    }

    /**
     * Sends the next result. One that hands back speaks of what is handed back alone, unless this peer leaves altogether:
     * the parent takes all subjobs in it to be given up. So it comes when all else has been told.
     */
    private void send(Uplink uplink, List<HeldSubjob> open, boolean leaving) {
        boolean returns = leaving || !uplink.handedBack().isEmpty();
        Bonds bonds = Bonds.of(node.distribution(), open, returns ? uplink.handedBack() : Map.of(),
                leaving || !returns);
        int room = context.parameters().messageBytes() - EncodedSize.of(result(0, List.of(), List.of(), false));
        int reserved = (int) Math.min(bonds.size(), room / 2);
        Uplink.Delta delta = uplink.next(node.facts(), context.now(), room - reserved);
        tellRootOfFresh(uplink.parent(), delta);
        if (returns && uplink.isTruncated()) {
            context.send(uplink.parent(), result(delta.number(), delta.coverage(), delta.solutions(), false));
            return;
        }
        Bonds.Page page = bonds.page(uplink.position(), room - delta.size());
        boolean handsBack = returns && page.isWhole();
        uplink.told(handsBack ? page.subjobs() : Set.of(), page.next(), page.isLast());
        context.send(uplink.parent(), new Message.SubjobResult(context.self(), node.id(), delta.number(), page.edges(),
                delta.coverage(), delta.solutions(), List.of(), page.delegations(), page.within(), handsBack,
                node.root().meant()));
    }

    /** A result that tells of no subjob. */
    private Message.SubjobResult result(long number, List<Coverage> coverage, List<Solution> solutions,
            boolean leaving) {
        return new Message.SubjobResult(context.self(), node.id(), number, List.of(), coverage, solutions, List.of(),
                List.of(), Optional.empty(), leaving, node.root().meant());
    }

    /** Held from the parent, not complete, and not just waiting for the parent to adopt it. */
    private List<HeldSubjob> open(Address parent) {
        return node.held()
                .stream()
                .filter(subjob -> subjob.parent().equals(parent) && !subjob.isOrphaned())
                .toList();
    }

    /** Solutions found here go to the root directly too, unless this very message brings them to it. */
    private void tellRootOfFresh(Address parent, Uplink.Delta delta) {
        if (parent.equals(node.id())) {
            fresh.removeAll(Set.copyOf(delta.solutions()));
        }
        if (!fresh.isEmpty() && context.self() instanceof PeerId) {
            List<Solution> first = fresh.subList(0, Math.min(fresh.size(), Parameters.MAX_SOLUTIONS));
            int room = context.parameters().messageBytes() - EncodedSize.of(result(0, List.of(), List.of(), false));
            // What does not fit comes through the parents.
            List<Solution> told = EncodedSize.pages(first, EncodedSize::of, room).getFirst();
            context.send(node.id(), result(0, List.of(), told, false));
        }
        fresh.clear();
    }

    /** The job has ended: the root is told directly what this peer has hashed of it. */
    public void close() {
        if (context.self() instanceof PeerId self) {
            Uplink last = new Uplink(node.id(), Duration.ZERO);
            RangeSet hashed = node.facts().byPeer().getOrDefault(self, RangeSet.EMPTY);
            if (!hashed.isEmpty()) {
                last.add(new Coverage(self, hashed));
            }
            int room = context.parameters().messageBytes() - EncodedSize.of(result(0, List.of(), List.of(), true));
            Uplink.Delta delta = last.next(node.facts(), context.now(), room);
            // What does not fit is only missing from who has done how much: many such messages are not worth it.
            context.send(node.id(), result(0, delta.coverage(), delta.solutions(), true));
        }
    }

    /** This peer leaves: every parent gets what it has not been told, and with it what was not hashed. */
    public void leave() {
        for (Uplink uplink : uplinks.values()) {
            List<HeldSubjob> open = open(uplink.parent());
            uplink.beginRound();
            boolean more = !open.isEmpty() || uplink.hasNews();
            while (more) {
                send(uplink, open, true);
                more = uplink.isUnfinished();
                uplink.forgetTold();
            }
        }
    }

    public void acknowledged(Address parent, long number) {
        Uplink uplink = uplinks.get(parent);
        boolean handedBack = uplink != null && !uplink.handedBack().isEmpty();
        if (uplink == null || !uplink.acknowledge(number)) {
            return;
        }
        boolean open = !open(parent).isEmpty();
        // What remains of what was handed back is with children; the parent must hear at once that it has not to wait
        // for them to claim it.
        boolean stays = open && handedBack && uplink.handedBack().isEmpty();
        if (stays || uplink.isUnfinished() || (uplink.hasNews() && !open)) {
            context.timers().set(reportTimer(parent), context.now());
        } else if (open) {
            // Counted from the sending: on its way to and fro a result must not make the next one later.
            Instant regular = uplink.nextRegular(context.parameters().reportInterval());
            context.timers().set(reportTimer(parent), uplink.notAfter(regular));
        } else {
            context.timers().cancel(reportTimer(parent));
        }
    }

    /**
     * A parent is dead: nothing more is sent to it. Only the root may come back as another process, under the same address,
     * so it goes on getting what it has not acknowledged.
     */
    void retire(Address parent) {
        Uplink former = uplinks.get(parent);
        if (former == null) {
            return;
        }
        if (!parent.equals(node.id())) {
            former.retire();
        } else if (former.hasNews()) {
            later(parent, context.parameters().reportInterval());
        }
    }

    /** A parent has said something, so it is alive. */
    void heard(Address parent) {
        Uplink uplink = uplinks.get(parent);
        if (uplink != null) {
            uplink.answered();
        }
    }

    /** Tells the root what this peer takes for the job, not too often, so that it contradicts if that is something else. */
    public void askWhetherMeant() {
        if (!askedWhetherMeantAt.plus(context.ackTimeout()).isAfter(context.now())) {
            askedWhetherMeantAt = context.now();
            context.send(node.id(), result(0, List.of(), List.of(), false));
        }
    }

    /** When the root itself does not answer the job may be over: another worker, any one, may know. */
    void askWhetherOver(Address ancestor) {
        if (ancestor.equals(node.id())) {
            context.peers()
                    .anyWorker(context.random())
                    .ifPresent(worker -> context.send(worker,
                            new Message.Ping(context.self(), 0, Optional.of(node.id()), List.of())));
        }
    }

    /** Whether a parent has yet to be told or to acknowledge something. */
    public boolean hasNews() {
        return uplinks.values().stream().anyMatch(Uplink::hasNews);
    }

    int rangeCount() {
        return uplinks.values().stream().mapToInt(Uplink::rangeCount).sum();
    }

    void forget() {
        for (Address parent : uplinks.keySet()) {
            context.timers().cancel(reportTimer(parent));
        }
    }
}

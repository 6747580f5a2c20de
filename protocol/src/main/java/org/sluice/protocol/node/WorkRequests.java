package org.sluice.protocol.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;

import org.jspecify.annotations.Nullable;

/**
 * How an idle worker gets work, and how others help it.
 *
 * <p>It asks its last parent and one random worker, again after a wait that grows, with jitter. Who has enough divides its
 * pool with the asker; who has not passes the question on, towards the child with the most time left, else upwards.
 */
public final class WorkRequests {
    private final Context context;
    private final Address self;
    /** By asker, the oldest first. */
    private final SequencedMap<PeerId, Long> lastRequests = new LinkedHashMap<>();
    private @Nullable Address lastParent;
    private Duration wait;
    private Instant notBefore = Instant.EPOCH;
    private long requests;

    public WorkRequests(Context context, Address self) {
        this.context = context;
        this.self = self;
        this.wait = context.parameters().askFirst();
    }

    /** Somebody has given this worker something. */
    public void gotWork(Address parent) {
        lastParent = parent;
        beginAnew();
    }

    /** The next question need not wait, and the waits are short again. */
    public void beginAnew() {
        wait = context.parameters().askFirst();
        notBefore = context.now();
    }

    /** The next question waits: what there is to do will be told. */
    public void notBefore(Duration delay) {
        Instant earliest = context.in(delay);
        if (earliest.isAfter(notBefore)) {
            notBefore = earliest;
            context.timers().cancel(new Timer.AskForWork());
        }
    }

    /** A slot has nothing to do. */
    public void idle() {
        Instant now = context.now();
        context.timers().setNoLater(new Timer.AskForWork(), notBefore.isAfter(now) ? notBefore : now);
    }

    /** The list of peers has changed: what those who are gone asked last need not be known any more. */
    public void peersChanged() {
        lastRequests.keySet().removeIf(asker -> !context.peers().isListed(asker));
    }

    /** All slots are busy. */
    public void busy() {
        context.timers().cancel(new Timer.AskForWork());
    }

    /** There is a submitter that was not there before: should its job not reach this worker, it asks for it. */
    public void jobExpected() {
        Instant soon = context.in(context.parameters().askLongest());
        if (notBefore.isAfter(soon)) {
            wait = context.parameters().askFirst();
            notBefore = soon;
        }
    }

    /** Asks, and sets the time to ask again. */
    public void ask(Collection<JobNode> nodes, Rates rates) {
        requests++;
        Set<Address> asked = new LinkedHashSet<>();
        if (lastParent != null && (lastParent instanceof PeerId || serves(nodes, lastParent))) {
            asked.add(lastParent);
        }
        context.peers().anyWorker(context.random()).ifPresent(asked::add);
        if (self instanceof PeerId asker) {
            for (Address address : asked) {
                if (context.peers().isUsable(address)) {
                    context.send(address, new Message.WorkWanted(self, asker, requests, rates,
                            context.parameters().hops()));
                }
            }
        }
        double jitter = 0.75 + 0.5 * context.random().nextDouble();
        notBefore = context.in(Duration.ofNanos((long) (wait.toNanos() * jitter)));
        Duration grown = Duration.ofNanos((long) (wait.toNanos() * context.parameters().askGrowth()));
        // Without a job here or a submitter anywhere there is nothing to be had, most likely.
        boolean isQuiet = nodes.isEmpty() && !context.peers().hasSubmitter();
        Duration longest = isQuiet ? context.parameters().askQuiet() : context.parameters().askLongest();
        wait = grown.compareTo(longest) < 0 ? grown : longest;
    }

    /** Whether the root's job is still known here. */
    private static boolean serves(Collection<JobNode> nodes, Address root) {
        return nodes.stream().anyMatch(node -> node.id().equals(root));
    }

    /** Somebody is idle: divide with it, or pass it on. */
    public void wanted(Message.WorkWanted wanted, Collection<JobNode> nodes) {
        PeerId asker = wanted.asker();
        Long last = lastRequests.get(asker);
        if (asker.equals(self) || (last != null && last >= wanted.request())) {
            return;
        }
        lastRequests.put(asker, wanted.request());
        if (lastRequests.size() > Parameters.REMEMBERED_PEERS) {
            lastRequests.pollFirstEntry();
        }
        // It may be taken for dead here; its question came by way of another, but it is its own.
        context.peers().markAlive(asker);
        List<JobNode> richestFirst = new ArrayList<>(nodes);
        richestFirst.sort(Comparator.comparingLong((JobNode node) -> node.pool().size()).reversed());
        for (JobNode node : richestFirst) {
            if (node.offers().grant(asker, wanted.rates())) {
                return;
            }
        }
        if (wanted.hopsLeft() > 0) {
            next(wanted, nodes).ifPresent(address -> context.send(address, new Message.WorkWanted(self, asker,
                    wanted.request(), wanted.rates(), wanted.hopsLeft() - 1)));
        }
    }

    /** Towards the child with the most left to do, else upwards; never back to where it came from. */
    private Optional<Address> next(Message.WorkWanted wanted, Collection<JobNode> nodes) {
        PeerId busiest = null;
        double most = -1;
        for (JobNode node : nodes) {
            for (Delegation delegation : node.distribution().delegations()) {
                double left = secondsLeft(node, delegation);
                if (left > most && delegation.accepted().isPresent() && isNext(wanted, delegation.child)) {
                    busiest = delegation.child;
                    most = left;
                }
            }
        }
        if (busiest != null) {
            return Optional.of(busiest);
        }
        Stream<Address> parents = nodes.stream().flatMap(node -> node.parents().stream());
        return parents.filter(parent -> isNext(wanted, parent)).findFirst();
    }

    private double secondsLeft(JobNode node, Delegation delegation) {
        long rate = context.peers().rate(delegation.child, node.spec().work());
        return delegation.outstanding.size() / (double) Math.max(1, rate);
    }

    private boolean isNext(Message.WorkWanted wanted, Address address) {
        boolean usable = switch (address) {
            case PeerId _ -> context.peers().isUsable(address);
            case JobId _ -> true;
        };
        return usable && !address.equals(wanted.asker()) && !address.equals(wanted.sender())
                && !address.equals(self);
    }
}

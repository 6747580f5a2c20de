package org.sluice.protocol.worker;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.sluice.protocol.Effect;
import org.sluice.protocol.account.Slots;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.node.WorkRequests;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.RangeSet;

/** Feeds a worker's slots: each takes its next integers from the pool of one job after the other. */
final class SlotFeeder {
    /** The algorithms whose rate alpha is. */
    private static final Set<String> BENCHMARKED = Set.of("SHA-256", "SHA-256D");
    /** Of a full step, the length of the first where the rate is not known. */
    private static final double FIRST_STEP = 1.0 / 16;
    /** Of a full step, the length that none falls below. */
    private static final double SMALLEST_STEP = 1.0 / 8;

    private final Slots slots;
    private final Jobs jobs;
    private final WorkRequests workRequests;
    private final Context context;

    SlotFeeder(Slots slots, Jobs jobs, WorkRequests workRequests, Context context) {
        this.slots = slots;
        this.jobs = jobs;
        this.workRequests = workRequests;
        this.context = context;
    }

    /** Gives every idle slot something to hash, from each job in turn. Where there is not enough, others are asked for work. */
    void fill() {
        boolean isIdle = false;
        for (int slot = 0; slot < slots.count(); slot++) {
            isIdle |= slots.rate(slot) > 0 && !slots.isBusy(slot) && !start(slot) && isWanted(slot);
        }
        if (isIdle) {
            workRequests.idle();
        } else {
            workRequests.busy();
        }
    }

    /** Whether more of the jobs at hand would help a slot: one that can do none of them would ask for them for ever. */
    private boolean isWanted(int slot) {
        List<JobNode> active = jobs.all().stream().filter(JobNode::isActive).toList();
        return active.isEmpty()
                || active.stream().anyMatch(node -> slots.isAble(slot, node.spec().work().algorithm()));
    }

    private boolean start(int slot) {
        for (JobNode node : List.copyOf(jobs.all())) {
            if (slots.isAble(slot, node.spec().work().algorithm())) {
                jobs.on(node, _ -> node.pool().take(step(node, slot)).ifPresent(taken -> {
                    jobs.hadItsTurn(node);
                    slots.start(slot, node.spec(), taken, context.now());
                    context.emit(new Effect.StartHashing(slot, node.spec(), taken));
                }));
            }
            if (slots.isBusy(slot)) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many integers of a job a slot takes next: its capacity, at the pace that the job really has. The first step of
     * an algorithm that no benchmark has measured is short, to find that out; near the end of a pool steps get shorter, so
     * that all slots end together.
     */
    private long step(JobNode node, int slot) {
        double speed = node.paces().speed(slot);
        double capacity = speed * stepSeconds();
        if (!node.paces().of(slot).isKnown() && !BENCHMARKED.contains(node.spec().work().algorithm())) {
            return Math.max(1, (long) (capacity * FIRST_STEP));
        }
        double fair = node.pool().size() * (speed / node.paces().speed());
        return Math.max(1, (long) Math.max(Math.min(capacity, fair), capacity * SMALLEST_STEP));
    }

    private double stepSeconds() {
        Duration byRoundTrip = Duration
                .ofNanos((long) (context.roundTrip().toNanos() * context.parameters().roundTripFactor()));
        Duration shortest = context.parameters().minimumSubjobTime();
        Duration time = byRoundTrip.compareTo(shortest) > 0 ? byRoundTrip : shortest;
        return time.toNanos() / 1e9;
    }

    /** Stops each slot whose integers are covered by now, or are to be hashed by another. */
    void stopWhatNobodyWants() {
        for (int slot = 0; slot < slots.count(); slot++) {
            Slots.Execution execution = slots.execution(slot);
            if (execution != null) {
                int running = slot;
                jobs.on(execution.spec().id(), node -> {
                    if (!node.wants(RangeSet.of(execution.range()))) {
                        stop(running, node.id());
                    }
                });
            }
        }
    }

    /** Stops all slots that work for a job. */
    void stop(JobId job) {
        for (int slot = 0; slot < slots.count(); slot++) {
            stop(slot, job);
        }
    }

    private void stop(int slot, JobId job) {
        if (slots.stop(slot, job)) {
            context.emit(new Effect.StopHashing(slot));
        }
    }
}

package org.sluice.protocol.account;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Rates;

import org.jspecify.annotations.Nullable;

/** A worker's slots, the subjob processes of the original document: what each can do, and what it is doing. */
public final class Slots {
    public record Execution(JobSpec spec, Range range, Instant since) {
        boolean isFor(JobId job) {
            return spec.id().equals(job);
        }
    }

    private final List<Set<String>> algorithms;
    private final @Nullable Execution[] executions;
    private final boolean[] stopping;
    private List<Long> rates;
    private long changes;
    private boolean paused;

    /** Slots whose rates are not known yet. */
    public Slots(List<Set<String>> algorithms) {
        this.algorithms = List.copyOf(algorithms);
        executions = new Execution[algorithms.size()];
        stopping = new boolean[algorithms.size()];
        rates = Collections.nCopies(algorithms.size(), 0L);
    }

    /** From now on the slots have these rates. */
    public void measured(List<Long> hashesPerSecond) {
        if (hashesPerSecond.size() != count()) {
            throw new IllegalStateException(count() + " slots cannot have the rates " + hashesPerSecond);
        }
        rates = hashesPerSecond;
    }

    /** Alpha, the rate of a slot in hashes/s; 0 while it must not hash. */
    public long rate(int slot) {
        return rates.get(slot);
    }

    /**
     * How often any of them has ended without having done all that it began with, so that some of it is to be done again. What
     * they begin with was taken from a pool, and what they end with is covered.
     */
    public long changes() {
        return changes;
    }

    /** What they do counts as nothing from now on, or again. */
    public void pause(boolean isPaused) {
        paused = isPaused;
    }

    /** What they do together, at least 1 hash/s of everything; 0 without slots or while they are paused. */
    public Rates together() {
        return paused || algorithms.isEmpty() ? Rates.same(0) : Rates.of(algorithms, rates).atLeast(1);
    }

    /** Whether the slot may hash now, and can do this algorithm. */
    public boolean isAble(int slot, String algorithm) {
        return rates.get(slot) > 0 && algorithms.get(slot).contains(algorithm);
    }

    public int count() {
        return executions.length;
    }

    public boolean isBusy(int slot) {
        return executions[slot] != null;
    }

    public boolean areAllIdle() {
        return Arrays.stream(executions).allMatch(execution -> execution == null);
    }

    public void start(int slot, JobSpec spec, Range range, Instant now) {
        if (executions[slot] != null) {
            throw new IllegalStateException("slot " + slot + " is busy with " + executions[slot]);
        }
        executions[slot] = new Execution(spec, range, now);
        stopping[slot] = false;
    }

    /** The slot is idle again and has hashed so many integers; says what it was doing. */
    public Execution end(int slot, long hashed) {
        Execution execution = executions[slot];
        if (execution == null) {
            throw new IllegalStateException("slot " + slot + " ended without having been started");
        }
        executions[slot] = null;
        if (hashed < execution.range.size()) {
            changes++;
        }
        return execution;
    }

    /** Whether the slot works for the job and has not been told to stop; it counts as told from now on. */
    public boolean stop(int slot, JobId job) {
        Execution execution = executions[slot];
        if (execution == null || !execution.isFor(job) || stopping[slot]) {
            return false;
        }
        stopping[slot] = true;
        return true;
    }

    public boolean isBusyWith(JobId job) {
        return Arrays.stream(executions).anyMatch(execution -> execution != null && execution.isFor(job));
    }

    /** What the slot is doing, null if it is idle. */
    @Nullable
    public Execution execution(int slot) {
        return executions[slot];
    }

    /** What the slot is hashing for the job, empty if it is not. */
    RangeSet range(int slot, JobId job) {
        Execution execution = executions[slot];
        return execution != null && execution.isFor(job) ? RangeSet.of(execution.range) : RangeSet.EMPTY;
    }

    /** Which integers of the job are being hashed. */
    public RangeSet executing(JobId job) {
        RangeSet all = RangeSet.EMPTY;
        for (int slot = 0; slot < executions.length; slot++) {
            all = all.plus(range(slot, job));
        }
        return all;
    }
}

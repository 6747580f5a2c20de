package org.sluice.protocol;

import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalInt;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

import org.jspecify.annotations.Nullable;

/** What each of a worker's slots, the subjob processes of the original document, is doing. */
final class Slots {
    record Execution(JobId job, Range range, Instant since) {}

    private final @Nullable Execution[] executions;
    private final boolean[] stopping;

    Slots(int count) {
        executions = new Execution[count];
        stopping = new boolean[count];
    }

    int count() {
        return executions.length;
    }

    OptionalInt idle() {
        for (int slot = 0; slot < executions.length; slot++) {
            if (executions[slot] == null) {
                return OptionalInt.of(slot);
            }
        }
        return OptionalInt.empty();
    }

    boolean isBusy(int slot) {
        return executions[slot] != null;
    }

    boolean areAllIdle() {
        return Arrays.stream(executions).allMatch(execution -> execution == null);
    }

    void start(int slot, JobId job, Range range, Instant now) {
        if (executions[slot] != null) {
            throw new IllegalStateException("slot " + slot + " is busy with " + executions[slot]);
        }
        executions[slot] = new Execution(job, range, now);
        stopping[slot] = false;
    }

    /** The slot is idle again; says what it was doing. */
    Execution end(int slot) {
        Execution execution = executions[slot];
        if (execution == null) {
            throw new IllegalStateException("slot " + slot + " ended without having been started");
        }
        executions[slot] = null;
        return execution;
    }

    /** Whether the slot works for the job and has not been told to stop; it counts as told from now on. */
    boolean stop(int slot, JobId job) {
        Execution execution = executions[slot];
        if (execution == null || !execution.job.equals(job) || stopping[slot]) {
            return false;
        }
        stopping[slot] = true;
        return true;
    }

    boolean isBusyWith(JobId job) {
        return Arrays.stream(executions).anyMatch(execution -> execution != null && execution.job.equals(job));
    }

    /** What the slot is hashing for the job, empty if it is not. */
    RangeSet range(int slot, JobId job) {
        Execution execution = executions[slot];
        return execution != null && execution.job.equals(job) ? RangeSet.of(execution.range) : RangeSet.EMPTY;
    }

    /** Which integers of the job are being hashed. */
    RangeSet executing(JobId job) {
        RangeSet all = RangeSet.EMPTY;
        for (int slot = 0; slot < executions.length; slot++) {
            all = all.plus(range(slot, job));
        }
        return all;
    }
}

package org.sluice.simulator.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;

import org.sluice.protocol.Input;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.simulator.scenario.Scenario;

import org.jspecify.annotations.Nullable;

/** What a worker hashes with: slots that get through so many integers in a second. */
public final class Machine {
    private final Participant process;
    private final PeerId peer;
    private final Agenda agenda;
    private final double measuredRate;
    private final long overhead;
    private double slotRate;
    private final @Nullable Execution[] executions;
    private final Map<Ledger, Ledger.Intervals> hashed = new HashMap<>(4);
    private int running;
    /** Since when no slot has hashed anything. */
    private long idleSince;

    public Machine(Participant process, PeerId peer, Agenda agenda, Scenario scenario, double rate) {
        this.process = process;
        this.peer = peer;
        this.agenda = agenda;
        this.measuredRate = rate / scenario.slots();
        this.slotRate = measuredRate;
        this.overhead = scenario.stepOverhead().toNanos();
        this.executions = new Execution[scenario.slots()];
        this.idleSince = agenda.now();
    }

    /** What a slot is doing. */
    public static final class Execution {
        private final Ledger ledger;
        private final Range range;
        /** What was hashed before the rate last changed. */
        private long done;
        /** Counts how often its end was planned: only the last counts. */
        private int plan;
        /** When the rate last changed, or hashing began. */
        private long since;

        private Execution(Ledger ledger, Range range, long since) {
            this.ledger = ledger;
            this.range = range;
            this.since = since;
        }

        public Ledger ledger() {
            return ledger;
        }

        public Range range() {
            return range;
        }
    }

    public double rate() {
        return slotRate * executions.length;
    }

    /** The rate of the slots that are hashing, in hashes/s. */
    public double busyRate() {
        return slotRate * running;
    }

    /** Alpha, as the benchmark measures it. */
    public long alpha() {
        return Math.max(1, (long) measuredRate);
    }

    public boolean isIdle() {
        return running == 0;
    }

    public long idleSince() {
        return idleSince;
    }

    Participant process() {
        return process;
    }

    public PeerId peer() {
        return peer;
    }

    public void start(int slot, Ledger ledger, Range range) {
        Execution execution = new Execution(ledger, range, agenda.now() + overhead);
        if (executions[slot] != null) {
            throw new InvariantBroken(process + " starts hashing on slot " + slot + ", which is busy");
        }
        executions[slot] = execution;
        running++;
        planEnd(slot, execution);
    }

    private void planEnd(int slot, Execution execution) {
        int mine = ++execution.plan;
        long size = end(execution) - execution.range.start() - execution.done;
        agenda.at(execution.since + (long) Math.ceil(size / slotRate * 1e9), () -> {
            if (execution.plan == mine) {
                ended(slot, execution);
            }
        });
    }

    /** From now on the machine hashes at so much of the rate that was measured. */
    public void changeTempo(double factor) {
        for (Execution execution : executions) {
            if (execution != null) {
                execution.done = reached(execution) - execution.range.start();
                execution.since = Math.max(execution.since, agenda.now());
            }
        }
        slotRate = measuredRate * factor;
        for (int slot = 0; slot < executions.length; slot++) {
            Execution execution = executions[slot];
            if (execution != null) {
                planEnd(slot, execution);
            }
        }
    }

    /** Behind the last integer that will be hashed: in mode FIRST that is the first solution. */
    private static long end(Execution execution) {
        Range range = execution.range;
        JobSpec spec = execution.ledger.spec();
        if (spec.mode() == Mode.FIRST) {
            Long first = execution.ledger.solutions().ceiling(range.start());
            if (first != null && first < range.end()) {
                return first + 1;
            }
        }
        return range.end();
    }

    private void ended(int slot, Execution execution) {
        if (process.alive && executions[slot] == execution) {
            if (agenda.now() < process.stalledUntil) {
                agenda.at(process.stalledUntil, () -> ended(slot, execution));
                return;
            }
            finish(slot, execution, end(execution));
        }
    }

    /** The slot stops with what it has got through by now. */
    public void stop(int slot) {
        Execution execution = executions[slot];
        if (execution != null) {
            finish(slot, execution, reached(execution));
        }
    }

    /** Behind the last integer that is hashed by now. */
    private long reached(Execution execution) {
        long size = end(execution) - execution.range.start();
        long done = execution.done + (long) (Math.max(0, agenda.now() - execution.since) / 1e9 * slotRate);
        return execution.range.start() + Math.min(size, done);
    }

    private void finish(int slot, Execution execution, long end) {
        executions[slot] = null;
        running--;
        if (running == 0) {
            idleSince = agenda.now();
        }
        RangeSet done = RangeSet.of(execution.range.start(), end);
        record(execution, end);
        List<Solution> found = new ArrayList<>();
        if (!done.isEmpty()) {
            NavigableSet<Long> all = execution.ledger.solutions();
            for (long integer : all.subSet(execution.range.start(), end)) {
                found.add(new Solution(integer, digestOf(integer), peer));
            }
        }
        Input input = new Input.HashingEnded(slot, execution.ledger.spec().id(), done, found);
        agenda.in(0, () -> process.tell(input));
    }

    private void record(Execution execution, long end) {
        Ledger ledger = execution.ledger;
        ledger.hashed(hashed.computeIfAbsent(ledger, _ -> ledger.of(peer)), execution.range.start(), end);
    }

    /** What stands for the digest of a solution. */
    static Bytes digestOf(long integer) {
        byte[] digest = new byte[32];
        for (int i = 0; i < 8; i++) {
            digest[i] = (byte) (integer >>> (8 * i));
        }
        return Bytes.of(digest);
    }

    /** The process dies: what its slots have got through is hashed and nobody will hear of it. */
    public List<Execution> die() {
        List<Execution> lost = new ArrayList<>();
        for (int slot = 0; slot < executions.length; slot++) {
            Execution execution = executions[slot];
            if (execution != null) {
                executions[slot] = null;
                record(execution, reached(execution));
                lost.add(execution);
            }
        }
        running = 0;
        return lost;
    }

    /** For how many jobs slots are hashing. */
    public long jobs() {
        return Arrays.stream(executions).filter(Objects::nonNull).map(execution -> execution.ledger).distinct().count();
    }
}

package org.sluice.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.sluice.protocol.Answer;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Solution;

/**
 * What must hold in every simulation, checked while it runs and at its end.
 *
 * <p>Safety at each event: nobody reports as hashed what was not hashed by the one to whom it is credited; nobody hashes
 * outside of a job, or for more jobs than the limit; no message is larger than allowed. Liveness, looked at every second:
 * while nothing is wrong and there is work for all, nobody stays idle for more than 10 s. At the end: every job ends in
 * bounded time with exactly its range covered and all its solutions, and then everything comes to rest.
 */
final class Invariants {
    private static final long SECOND = 1_000_000_000L;
    private static final long LONGEST_IDLE = 10 * SECOND;
    /** Silence limit, pings and adoption window: until then the protocol may not know yet that it has lost something. */
    private static final long CALM = 90 * SECOND;

    private final Agenda agenda;
    private final Scenario scenario;
    private final Network network;
    private final Workforce workforce;
    private final List<Submission> submissions;
    private final Recovery recovery = new Recovery();
    private final Depth depth = new Depth();
    private final Knowledge knowledge = new Knowledge();
    private final Fencing fencing = new Fencing();
    private final List<Machine> crashed = new ArrayList<>();
    private long lastJobMessage;
    private String lastJobMessageText = "";
    private double longestIdle;
    /** Since when there has been work for all. */
    private long enoughSince;

    Invariants(Agenda agenda, Scenario scenario, Network network, Workforce workforce, List<Submission> submissions) {
        this.agenda = agenda;
        this.scenario = scenario;
        this.network = network;
        this.workforce = workforce;
        this.submissions = submissions;
    }

    Recovery recovery() {
        return recovery;
    }

    Depth depth() {
        return depth;
    }

    double longestIdle() {
        return longestIdle;
    }

    void begin() {
        agenda.in(SECOND, this::everySecond);
    }

    private void everySecond() {
        checkIdle();
        if (submissions.stream().anyMatch(submission -> !submission.isOver())) {
            checkPatience();
        }
        agenda.in(SECOND, this::everySecond);
    }

    /** A process is about to be told something. */
    void told(Participant process, Input input) {
        if (!scenario.isToSettle()) {
            return;
        }
        fencing.told(process, input);
        if (input instanceof Input.MessageReceived received && received.message() instanceof Message.OfJob message
                && !process.isForgetful(message.job())) {
            knowledge.told(process, message);
        }
    }

    void stepped(Participant process) {
        if (scenario.isToSettle()) {
            fencing.stepped(process);
        }
    }

    /** Nobody alive is taken for dead unless messages got lost or were late. */
    void noticed(Participant process, Notice notice) {
        switch (notice) {
            case Notice.SubjobAccepted accepted -> process.serves(accepted.job().id());
            case Notice.JobEnded ended -> knowledge.forget(process, ended.job());
            case Notice.PeerDied died -> {
                Participant dead = network.process(died.peer());
                if (scenario.faults().isFair() && dead != null && dead.alive) {
                    throw new InvariantBroken(process + " takes " + dead + " for dead, which is alive");
                }
            }
            case Notice.SubjobRefused _,Notice.SubjobGiven _,Notice.SolutionFound _,Notice.JobResumed _,Notice.PeerDistrusted _,Notice.NoWorkers _,Notice.RoundTripMeasured _ -> {
                // Nothing follows from that.
            }
        }
    }

    void sent(Participant from, Address to, Message message) {
        if (scenario.isToSettle()) {
            fencing.sent(from, to, message);
            if (message instanceof Message.SubjobRequest request) {
                knowledge.uses(from, request.job(), request.ranges());
            }
        }
        switch (message) {
            case Message.SubjobResult result -> {
                checkClaims(from, result, result.coverage(), result.solutions());
                result.delegations().forEach(depth::delegated);
                if (result.delegations().size() > 10_000) {
                    throw new InvariantBroken(from + " sends " + result.delegations().size() + " delegations at once");
                }
            }
            case Message.Adopt adopt -> {
                checkClaims(from, adopt, adopt.coverage(), adopt.solutions());
                adopt.delegations().forEach(depth::delegated);
            }
            case Message.SubjobRequest request -> depth.given(from.address, request);
            case Message.SubjobAck _,Message.ResultAck _,Message.Ping _,Message.Pong _,Message.AdoptAck _,Message.Cancel _,Message.WorkWanted _ -> {
                // They claim nothing.
            }
        }
        if (scenario.isToSettle() && message instanceof Message.OfJob of) {
            lastJobMessage = agenda.now();
            lastJobMessageText = Kind.of(of) + " of " + of.job() + " from " + from + " to " + to;
        }
    }

    private void checkClaims(Participant from, Message.OfJob message, List<Coverage> coverage,
            List<Solution> solutions) {
        Ledger ledger = ledger(message);
        int ranges = 0;
        for (Coverage claim : coverage) {
            ranges += claim.ranges().rangeCount();
            if (!ledger.hasHashed(claim.peer(), claim.ranges())) {
                throw new InvariantBroken(from + " reports of " + message.job() + " that " + claim.peer()
                        + " has hashed " + claim.ranges() + ", which it has not");
            }
        }
        if (ranges > 8_000 || solutions.size() > 1_000) {
            throw new InvariantBroken(from + " sends a message that is too large: " + ranges + " ranges and "
                    + solutions.size() + " solutions");
        }
        for (Solution solution : solutions) {
            if (!ledger.solutions().contains(solution.integer())) {
                throw new InvariantBroken(from + " reports a solution that is none: " + solution);
            }
        }
    }

    private Ledger ledger(Message.OfJob message) {
        for (Submission submission : submissions) {
            if (submission.ledger().spec().id().equals(message.job())) {
                return submission.ledger();
            }
        }
        throw new InvariantBroken("a message is about the unknown job " + message.job());
    }

    void startsHashing(Participant process, Ledger ledger, Range range) {
        Range whole = ledger.spec().range();
        if (range.start() < whole.start() || range.end() > whole.end()) {
            throw new InvariantBroken(process + " hashes " + range + " outside of " + whole);
        }
        recovery.hashing(range, agenda.now());
        knowledge.uses(process, ledger.spec().id(), List.of(range));
    }

    void crashed(Machine machine, List<Machine.Execution> lost) {
        crashed.add(machine);
        workforce.crashed();
        lost.forEach(execution -> recovery.lost(execution.range(), agenda.now()));
    }

    /** While there is work for all and nothing is wrong, nobody is idle for long. */
    private void checkIdle() {
        long now = agenda.now();
        double rest = 0;
        boolean isYoung = false;
        for (Submission submission : submissions) {
            if (submission.isRunning()) {
                rest += submission.ledger().spec().range().size() - submission.ledger().covered();
                isYoung |= now < submission.begun() + LONGEST_IDLE;
            }
        }
        if (rest / workforce.currentRate() < 2 * LONGEST_IDLE / 1e9 || isYoung) {
            enoughSince = now;
            return;
        }
        boolean calm = scenario.faults().equals(Faults.NONE) || now > scenario.faultsEnd().toNanos() + CALM;
        for (Participant worker : workforce.alive()) {
            Machine machine = worker.hardware;
            if (machine != null && machine.isIdle()) {
                long idle = now - Math.max(machine.idleSince(), enoughSince);
                longestIdle = Math.max(longestIdle, idle / 1e9);
                if (calm && idle > LONGEST_IDLE) {
                    throw new InvariantBroken(worker + " is idle for " + idle / 1e9 + " s at " + now / 1e9
                            + " s, though there is work for " + rest / workforce.currentRate() + " s");
                }
            }
        }
    }

    /** Every job ends in bounded time once nothing is wrong any more. */
    private void checkPatience() {
        double limit = 0;
        double work = 0;
        for (Submission submission : submissions) {
            limit = Math.max(limit, submission.job().start().toNanos() / 1e9);
            work += submission.ledger().spec().range().size();
        }
        if (scenario.isToSettle() && !scenario.faults().equals(Faults.NONE)) {
            limit = Math.max(limit, scenario.faultsEnd().toNanos() / 1e9);
        }
        limit += 240 + 3 * work / workforce.rate();
        boolean isLate = agenda.now() / 1e9 > limit;
        if (isLate && workforce.work() > 3 * work + 240 * workforce.currentRate()) {
            StringBuilder text = new StringBuilder();
            for (Submission submission : submissions) {
                if (!submission.isOver()) {
                    text.append(submission)
                            .append(" has not ended after ")
                            .append(agenda.now() / 1e9)
                            .append(" s; covered are ")
                            .append(submission.root().progress().covered())
                            .append(" of ")
                            .append(submission.ledger().spec().range().size())
                            .append(", hashed ")
                            .append(submission.ledger().covered())
                            .append("; ");
                }
            }
            throw new InvariantBroken(text.toString());
        }
    }

    /** What the root answers is true. */
    void ended(Submission submission) {
        Answer answer = submission.answer();
        Ledger ledger = submission.ledger();
        Range whole = ledger.spec().range();
        boolean all = ledger.spec().mode() == Mode.ALL || answer.outcome() == Outcome.EXHAUSTED;
        if (all && (!answer.gaps().isEmpty() || ledger.covered() != whole.size())) {
            throw new InvariantBroken(submission + " ended " + answer.outcome() + " with the gaps " + answer.gaps()
                    + ", hashed are " + ledger.covered() + " of " + whole.size());
        }
        Set<Long> found = new TreeSet<>();
        answer.solutions().forEach(solution -> found.add(solution.integer()));
        if (all ? !found.equals(ledger.solutions()) : found.isEmpty()) {
            throw new InvariantBroken(submission + " ended " + answer.outcome() + " with " + found.size() + " of "
                    + ledger.solutions().size() + " solutions");
        }
        if (answer.hashes().longValueExact() > ledger.hashes()) {
            throw new InvariantBroken(submission + " counts " + answer.hashes() + " hashes of " + ledger.hashes());
        }
        if (scenario.faults().equals(Faults.NONE) && all && ledger.hashes() != whole.size()) {
            throw new InvariantBroken(submission + " was hashed in part twice, though nothing was wrong: "
                    + (ledger.hashes() - whole.size()) + " of " + whole.size());
        }
        answer.shares().forEach(share -> {
            if (share.hashes() > ledger.hashedBy(share.peer())) {
                throw new InvariantBroken(submission + " credits " + share + ", which has hashed only "
                        + ledger.hashedBy(share.peer()));
            }
        });
    }

    /** Long after the end nobody works for a job or talks of it. */
    void settled(Scenario settled) {
        for (Participant worker : workforce.alive()) {
            Machine machine = worker.hardware;
            if (machine != null && !machine.isIdle()) {
                throw new InvariantBroken(worker + " still hashes though every job has ended");
            }
        }
        if (lastJobMessage > agenda.now() - 15 * SECOND) {
            throw new InvariantBroken(
                    "a minute after " + (settled.faults().equals(Faults.NONE) ? "" : "all faults and ")
                            + "the end of every job there is still a " + lastJobMessageText);
        }
    }

    /** What each dead worker had hashed and nobody knows. */
    List<Loss> losses() {
        List<Map<PeerId, Long>> reported = new ArrayList<>();
        for (Submission submission : submissions) {
            Map<PeerId, Long> shares = new HashMap<>();
            submission.answer().shares().forEach(share -> shares.put(share.peer(), share.hashes()));
            reported.add(shares);
        }
        List<Loss> losses = new ArrayList<>();
        for (Machine dead : crashed) {
            double hashes = 0;
            for (int i = 0; i < submissions.size(); i++) {
                hashes += submissions.get(i).ledger().hashedBy(dead.peer())
                        - reported.get(i).getOrDefault(dead.peer(), 0L);
            }
            losses.add(new Loss(hashes, hashes / dead.rate()));
        }
        return losses;
    }

    /**
     * What one dead worker had hashed and nobody knows.
     *
     * @param hashes how many hashes
     * @param seconds how long it had hashed for them
     */
    record Loss(double hashes, double seconds) {}

    /** How long it takes until somebody hashes what a dead worker was hashing. */
    static final class Recovery {
        private record Orphaned(long end, long since) {}

        private final NavigableMap<Long, Orphaned> lost = new TreeMap<>();
        private final List<Double> seconds = new ArrayList<>();

        void lost(Range range, long now) {
            lost.put(range.start(), new Orphaned(range.end(), now));
        }

        void hashing(Range range, long now) {
            if (lost.isEmpty()) {
                return;
            }
            for (var entry : List.copyOf(lost.subMap(range.start(), range.end()).entrySet())) {
                seconds.add((now - entry.getValue().since) / 1e9);
                lost.remove(entry.getKey());
            }
        }

        /** The part of recoveries that were as quick as this, in seconds; 0 if there was none. */
        double quantile(double part) {
            if (seconds.isEmpty()) {
                return 0;
            }
            List<Double> sorted = seconds.stream().sorted().toList();
            return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(part * sorted.size())));
        }
    }
}

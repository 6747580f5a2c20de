package org.sluice.simulator.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.worker.Coordinator;
import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.world.Agenda;
import org.sluice.simulator.world.Broker;
import org.sluice.simulator.world.InvariantBroken;
import org.sluice.simulator.world.Kind;
import org.sluice.simulator.world.Ledger;
import org.sluice.simulator.world.Ledgers;
import org.sluice.simulator.world.Machine;
import org.sluice.simulator.world.Participant;
import org.sluice.simulator.world.Stranger;
import org.sluice.simulator.world.SubmittedJob;
import org.sluice.simulator.world.Workforce;

/**
 * What must hold in every simulation, checked while it runs and at its end.
 *
 * <p>Safety at each event: nobody but a liar reports as hashed what was not hashed by the one to whom it is credited, or a
 * solution that is none; nobody but a liar is distrusted; nobody hashes
 * outside of a job, for one that it has decided itself, or for more jobs than the limit; no message is larger than allowed. At the end: every job
 * ends with exactly its range covered and all its solutions, and then everything comes to rest. What is looked at every
 * second stands in {@link Lookout}.
 */
public final class Invariants {
    private static final long SECOND = 1_000_000_000L;
    /** Of a job that ends within a second. */
    private static final long MESSAGES_PER_PEER = 12;
    private static final long MESSAGES_AFTER_END = 2;

    private final Agenda agenda;
    private final Scenario scenario;
    private final Broker broker;
    private final Workforce workforce;
    private final List<SubmittedJob> submissions;
    private final Ledgers ledgers;
    private final RecoveryTimes recovery;
    private final Depth depth = new Depth();
    private final Set<PeerId> liars = new HashSet<>(Set.of(Stranger.NAME));
    private final Knowledge knowledge = new Knowledge(liars);
    private final Fencing fencing = new Fencing();
    private final List<Machine> crashed = new ArrayList<>();
    /** What has been asked for once. */
    private final Set<SubjobId> requested = new HashSet<>();
    /** The jobs in mode FIRST of which a worker has found a solution itself. */
    private final Map<Participant, Set<JobId>> decided = new HashMap<>();
    private long lastJobMessage;
    private String lastJobMessageText = "";
    private final boolean mayDie;

    public Invariants(Agenda agenda, Scenario scenario, Broker broker, Workforce workforce,
            List<SubmittedJob> submissions,
            Ledgers ledgers) {
        this.agenda = agenda;
        this.scenario = scenario;
        this.broker = broker;
        this.workforce = workforce;
        this.submissions = submissions;
        this.ledgers = ledgers;
        this.recovery = new RecoveryTimes(broker);
        this.mayDie = scenario.faults().of(Fault.CRASH) + scenario.faults().of(Fault.RESTART) > 0;
    }

    public RecoveryTimes recovery() {
        return recovery;
    }

    public Depth depth() {
        return depth;
    }

    /** A peer claims solutions that are none. */
    public void disbelieve(PeerId liar) {
        liars.add(liar);
    }

    /** A process is about to be told something. */
    public void told(Participant process, Input input) {
        if (!scenario.isToSettle()) {
            return;
        }
        fencing.told(process, input);
        if (input instanceof Input.HashingEnded hashed && !hashed.solutions().isEmpty()
                && ledgers.of(hashed.job()).spec().mode() == Mode.FIRST) {
            decided.computeIfAbsent(process, _ -> new HashSet<>()).add(hashed.job());
        }
        if (input instanceof Input.MessageReceived received && received.message() instanceof Message.OfJob message
                && !process.isForgetful(message.job())) {
            told(process, message);
        }
    }

    private void told(Participant process, Message.OfJob message) {
        if (!(message instanceof Message.OfMeantJob meant) || !process.servesOther(meant.job(), meant.meant())) {
            knowledge.told(process, message);
        } else if (message.sender().equals(message.job())) {
            // The root contradicts, and what the process has of the other job it gives up.
            forgets(process, message.job());
        }
    }

    private void forgets(Participant process, JobId job) {
        knowledge.forget(process, job);
        decided.getOrDefault(process, new HashSet<>()).remove(job);
        process.forgets(job);
    }

    public void stepped(Participant process) {
        if (scenario.isToSettle()) {
            fencing.stepped(process);
        }
    }

    /** Nobody alive is taken for dead unless messages got lost or were late. */
    public void noticed(Participant process, Notice notice) {
        switch (notice) {
            case Notice.SubjobAccepted accepted -> {
                JobId job = accepted.job().id();
                if (process.servesOther(job, Optional.of(Fingerprint.of(accepted.job())))) {
                    forgets(process, job);
                }
                process.serves(accepted.job());
            }
            case Notice.JobEnded ended -> {
                forgets(process, ended.job());
                // What was only passed off as the job has not ended with it.
                if (ended.reason() != CancelReason.SUPERSEDED) {
                    submissions.stream()
                            .filter(submission -> submission.isOf(ended.job()))
                            .forEach(submission -> submission.knowsEnd(process));
                }
            }
            case Notice.PeerDistrusted distrusted -> {
                if (!liars.contains(distrusted.peer())) {
                    throw new InvariantBroken(process + " distrusts " + distrusted.peer() + ", which is honest");
                }
            }
            case Notice.PeerDied died -> {
                Participant dead = broker.process(died.peer());
                if (scenario.faults().areFair() && dead != null && dead.alive) {
                    throw new InvariantBroken(process + " takes " + dead + " for dead, which is alive");
                }
            }
            case Notice.JobBroken broken ->
                throw new InvariantBroken(process + " gives " + broken.job() + " up: " + broken.fault());
            case Notice.SubjobRefused _,Notice.SubjobGiven _,Notice.SolutionFound _,Notice.JobResumed _,Notice.JournalReplaced _,Notice.JournalFailed _,Notice.NoWorkers _,Notice.NobodyTakes _,Notice.EndDoubted _,Notice.RoundTripMeasured _ -> {
                // Nothing follows from that.
            }
        }
    }

    public void sent(Participant from, Address to, Message message) {
        if (scenario.isToSettle()) {
            fencing.sent(from, to, message);
            // What is asked for again may be told in fewer ranges, with gaps that are hashed.
            if (message instanceof Message.SubjobRequest request
                    && (requested.add(request.subjob())
                            || scenario.parameters().messageBytes() == EncodedSize.MAX_BYTES)) {
                knowledge.uses(from, request.job(), request.ranges());
            }
        }
        count(from, to, message);
        if (mayDie) {
            recovery.sent(from, to, message);
        }
        int size = from.isLiar ? 0 : EncodedSize.of(message);
        if (size > scenario.parameters().messageBytes()) {
            throw new InvariantBroken(from + " sends a message that is too large: " + size + " bytes, " + message);
        }
        switch (message) {
            case Message.SubjobResult result -> {
                if (!isEvidence(from, to, result)) {
                    checkClaims(from, result, result.coverage(), result.solutions());
                }
                result.delegations().forEach(depth::delegated);
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
        // What is stored for a root that may come back disturbs nobody.
        if (scenario.isToSettle() && message instanceof Message.OfJob of && !(to instanceof JobId)) {
            lastJobMessage = agenda.now();
            lastJobMessageText = Kind.of(of) + " of " + of.job() + " from " + from + " to " + to;
        }
    }

    /** Of a job is what names it, and what is stored in its topic. */
    private void count(Participant from, Address to, Message message) {
        for (SubmittedJob submission : submissions) {
            JobId job = submission.ledger().spec().id();
            if (to.equals(job) || (message instanceof Message.OfJob of && of.job().equals(job))) {
                submission.sent(from, message);
            }
        }
    }

    /** While nothing is wrong, messages are bounded by peers and time: how many solutions there are makes no difference. */
    private void checkTraffic(SubmittedJob submission) {
        long peers = scenario.peers();
        boolean isShort = submission.end() - submission.begun() <= SECOND;
        if (isShort && submission.messages() > MESSAGES_PER_PEER * peers) {
            throw new InvariantBroken(submission + " took " + submission.messages() + " messages among " + peers
                    + " peers, though it ended within a second");
        }
        // The root tells those again whom the news has not reached through the tree when the closing time is over.
        boolean isLate = submission.closed() - submission.end() >= scenario.parameters().closingTime().toNanos();
        if (submission.messagesAfterEnd() > MESSAGES_AFTER_END * peers + (isLate ? peers : 0)) {
            throw new InvariantBroken(submission.messagesAfterEnd() + " messages were sent among " + peers
                    + " peers after the end of " + submission);
        }
    }

    public void journaled(Participant root, RootEvent event) {
        if (EncodedSize.of(event) > scenario.parameters().messageBytes()) {
            throw new InvariantBroken(root + " writes an entry that is too large: " + event);
        }
    }

    /** A root whose journal is lost writes down what liars have told it, as they did. */
    private boolean isEvidence(Participant from, Address to, Message.SubjobResult result) {
        return to.equals(from.address) && result.coverage().isEmpty() && liars.contains(result.sender());
    }

    private void checkClaims(Participant from, Message.OfMeantJob message, List<Coverage> coverage,
            List<Solution> solutions) {
        Ledger ledger = ledgers.of(message);
        for (Coverage claim : coverage) {
            if (!from.isLiar && !ledger.hasHashed(claim.peer(), claim.ranges())) {
                throw new InvariantBroken(from + " reports of " + message.job() + " that " + claim.peer()
                        + " has hashed " + claim.ranges() + ", which it has not");
            }
        }
        if (solutions.size() > Parameters.MAX_SOLUTIONS) {
            throw new InvariantBroken(from + " sends " + solutions.size() + " solutions at once");
        }
        for (Solution solution : solutions) {
            if (!from.isLiar && !ledger.solutions().contains(solution.integer())) {
                throw new InvariantBroken(from + " reports a solution that is none: " + solution);
            }
        }
    }

    public void startsHashing(Participant process, Ledger ledger, Range range) {
        Range whole = ledger.spec().range();
        if (range.start() < whole.start() || range.end() > whole.end()) {
            throw new InvariantBroken(process + " hashes " + range + " outside of " + whole);
        }
        Machine machine = process.hardware;
        if (scenario.isToSettle() && machine != null && machine.jobs() > scenario.parameters().jobLimit()) {
            throw new InvariantBroken(process + " hashes for " + machine.jobs() + " jobs");
        }
        // A stranger can pass off something else as the job, of which the peer then knows nothing.
        if (decided.getOrDefault(process, Set.of()).contains(ledger.spec().id())
                && scenario.faults().of(Fault.STRANGER) == 0) {
            throw new InvariantBroken(process + " hashes on for " + ledger.spec().id() + ", which it has decided");
        }
        recovery.hashing(ledger.spec().id(), range, agenda.now());
        knowledge.begins(process, ledger.spec());
        knowledge.uses(process, ledger.spec().id(), List.of(range));
    }

    public void crashed(Machine machine, List<Machine.Execution> lost) {
        crashed.add(machine);
        workforce.crashed();
        for (SubmittedJob submission : submissions) {
            if (submission.isRunning()) {
                Ledger ledger = submission.ledger();
                List<Range> executing = lost.stream()
                        .filter(execution -> execution.ledger() == ledger)
                        .map(Machine.Execution::range)
                        .toList();
                recovery.died(machine.peer(), ledger, executing, agenda.now());
            }
        }
    }

    /** What the root answers is true. */
    public void ended(SubmittedJob submission) {
        boolean isWhole = scenario.parameters().messageBytes() == EncodedSize.MAX_BYTES;
        if (scenario.isToSettle() && scenario.faults().areNone() && isWhole) {
            checkTraffic(submission);
        }
        Answer answer = submission.answer();
        Ledger ledger = submission.ledger();
        Range whole = ledger.spec().range();
        boolean isExpired = answer.outcome() == Outcome.EXPIRED;
        if (isExpired && answer.elapsed().compareTo(submission.job().timeout()) < 0) {
            throw new InvariantBroken(submission + " expired after " + answer.elapsed());
        }
        boolean all = !isExpired && (ledger.spec().mode() == Mode.ALL || answer.outcome() == Outcome.EXHAUSTED);
        if (all && (!answer.gaps().isEmpty() || ledger.covered() != whole.size())) {
            throw new InvariantBroken(submission + " ended " + answer.outcome() + " with the gaps " + answer.gaps()
                    + ", hashed are " + ledger.covered() + " of " + whole.size());
        }
        Set<Long> found = new TreeSet<>();
        answer.solutions().forEach(solution -> found.add(solution.integer()));
        boolean isRight = all
                ? found.equals(ledger.solutions())
                : ledger.solutions().containsAll(found) && (isExpired || !found.isEmpty());
        if (!isRight) {
            throw new InvariantBroken(submission + " ended " + answer.outcome() + " with " + found.size() + " of "
                    + ledger.solutions().size() + " solutions");
        }
        if (answer.hashes().longValueExact() > ledger.hashes()) {
            throw new InvariantBroken(submission + " counts " + answer.hashes() + " hashes of " + ledger.hashes());
        }
        if (scenario.faults().areNone() && all && ledger.hashes() != whole.size()) {
            throw new InvariantBroken(submission + " was hashed in part twice, though nothing was wrong: "
                    + (ledger.hashes() - whole.size()) + " of " + whole.size());
        }
        answer.shares().forEach(share -> {
            if (share.hashes() > ledger.hashedBy(share.peer()).size()) {
                throw new InvariantBroken(submission + " credits " + share + ", which has hashed only "
                        + ledger.hashedBy(share.peer()).size());
            }
        });
    }

    /** Long after the end nobody works for a job or talks of it. */
    public void settled(Scenario settled) {
        for (Participant worker : workforce.alive()) {
            Machine machine = worker.hardware;
            if (machine != null && !machine.isIdle()) {
                throw new InvariantBroken(worker + " still hashes though every job has ended");
            }
            Coordinator coordinator = worker.worker();
            if (coordinator != null && !coordinator.isAtRest()) {
                throw new InvariantBroken(worker + " still waits for something though every job has ended");
            }
        }
        if (lastJobMessage > agenda.now() - 15 * SECOND) {
            throw new InvariantBroken(
                    "long after " + (settled.faults().areNone() ? "" : "all faults and ")
                            + "the end of every job there is still a " + lastJobMessageText);
        }
    }

    /** What each dead worker had hashed and nobody knows. */
    public List<Loss> losses() {
        List<Map<PeerId, Long>> reported = new ArrayList<>();
        for (SubmittedJob submission : submissions) {
            Map<PeerId, Long> shares = new HashMap<>();
            submission.answer().shares().forEach(share -> shares.put(share.peer(), share.hashes()));
            reported.add(shares);
        }
        List<Loss> losses = new ArrayList<>();
        for (Machine dead : crashed) {
            double hashes = 0;
            for (int i = 0; i < submissions.size(); i++) {
                hashes += submissions.get(i).ledger().hashedBy(dead.peer()).size()
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
    public record Loss(double hashes, double seconds) {}
}

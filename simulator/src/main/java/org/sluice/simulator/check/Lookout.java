package org.sluice.simulator.check;

import java.util.List;

import org.sluice.protocol.worker.Coordinator;
import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.world.Agenda;
import org.sluice.simulator.world.Broker;
import org.sluice.simulator.world.InvariantBroken;
import org.sluice.simulator.world.Kind;
import org.sluice.simulator.world.Machine;
import org.sluice.simulator.world.Participant;
import org.sluice.simulator.world.SubmittedJob;
import org.sluice.simulator.world.Workforce;

/**
 * What must hold in every simulation and is looked at every second.
 *
 * <p>While nothing is wrong and there is work for all, nobody stays idle for more than 10 s. Every job ends in bounded time.
 * What a worker keeps of its jobs stays bounded.
 */
public final class Lookout {
    private static final long SECOND = 1_000_000_000L;
    private static final long LONGEST_IDLE = 10 * SECOND;
    /** Silence limit, pings and adoption window: until then the protocol may not know yet that it has lost something. */
    private static final long CALM = 90 * SECOND;
    /** A resumed root waits so much longer for claims, and the resumption may come when all other faults are over. */
    private static final long CALM_AFTER_RESUMPTION = CALM + 120 * SECOND;
    private static final long RANGES_AT_LEAST = 50;
    private static final long RANGES_PER_DIVISION = 4;

    private final Agenda agenda;
    private final Scenario scenario;
    private final Broker broker;
    private final Workforce workforce;
    private final List<SubmittedJob> submissions;
    private double longestIdle;
    /** Since when there has been work for all. */
    private long enoughSince;

    public Lookout(Agenda agenda, Scenario scenario, Broker broker, Workforce workforce,
            List<SubmittedJob> submissions) {
        this.agenda = agenda;
        this.scenario = scenario;
        this.broker = broker;
        this.workforce = workforce;
        this.submissions = submissions;
    }

    /** The longest time in seconds that somebody was idle while there was work for all. */
    public double longestIdle() {
        return longestIdle;
    }

    public void begin() {
        agenda.in(SECOND, this::everySecond);
    }

    private void everySecond() {
        checkIdle();
        if (scenario.isToSettle()) {
            checkMemory();
        }
        if (submissions.stream().anyMatch(submission -> !submission.isOver())) {
            checkPatience();
        }
        agenda.in(SECOND, this::everySecond);
    }

    /** What a worker keeps grows with how often ranges were divided, and not with how much was hashed. */
    private void checkMemory() {
        long divisions = broker.sent(Kind.SUBJOB_REQUEST) + broker.sent(Kind.CANCEL) + broker.sent(Kind.ADOPT)
                + broker.slipped() + solutions();
        long limit = RANGES_AT_LEAST + RANGES_PER_DIVISION * divisions;
        for (Participant process : workforce.alive()) {
            Coordinator worker = process.worker();
            if (worker != null && worker.rangeCount() > limit) {
                throw new InvariantBroken(process + " keeps " + worker.rangeCount() + " ranges after " + divisions
                        + " divisions");
            }
        }
    }

    private long solutions() {
        return submissions.stream().mapToLong(submission -> submission.ledger().solutions().size()).sum();
    }

    /** While there is work for all and nothing is wrong, nobody is idle for long. */
    private void checkIdle() {
        long now = agenda.now();
        double rest = 0;
        boolean isYoung = false;
        for (SubmittedJob submission : submissions) {
            if (submission.isRunning()) {
                // What was hashed twice makes this a little less than what is left.
                rest += submission.ledger().spec().range().size() - submission.ledger().hashes();
                isYoung |= now < submission.begun() + LONGEST_IDLE;
            }
        }
        // At its limit a worker does not take what another job has for it.
        boolean mayServeAll = scenario.parameters().jobLimit() >= submissions.size();
        if (rest / workforce.currentRate() < 2 * LONGEST_IDLE / 1e9 || isYoung || !mayServeAll) {
            enoughSince = now;
            return;
        }
        boolean mayResume = scenario.faults().of(Fault.SUBMITTER) > 0;
        boolean calm = scenario.faults().areNone()
                || now > scenario.faultsEnd().toNanos() + (mayResume ? CALM_AFTER_RESUMPTION : CALM);
        for (Participant worker : workforce.alive()) {
            Machine machine = worker.hardware;
            if (machine != null && machine.isIdle() && !worker.isLiar) {
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
        for (SubmittedJob submission : submissions) {
            limit = Math.max(limit, submission.job().start().toNanos() / 1e9);
            work += submission.ledger().spec().range().size();
        }
        if (scenario.isToSettle() && !scenario.faults().areNone()) {
            limit = Math.max(limit, scenario.faultsEnd().toNanos() / 1e9);
        }
        limit += 240 + 3 * work / workforce.rate();
        boolean isLate = agenda.now() / 1e9 > limit;
        if (isLate && workforce.work() > 3 * work + 240 * workforce.currentRate()) {
            StringBuilder text = new StringBuilder();
            for (SubmittedJob submission : submissions) {
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
}

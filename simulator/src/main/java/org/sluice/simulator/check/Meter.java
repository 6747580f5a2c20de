package org.sluice.simulator.check;

import org.sluice.simulator.world.Agenda;
import org.sluice.simulator.world.Broker;
import org.sluice.simulator.world.SubmittedJob;
import org.sluice.simulator.world.Workforce;

/** Measures the steady state of the first job: from 30 s after its start until 90% of its ideal time. */
public final class Meter {
    private static final long SETTLING = 30_000_000_000L;

    private final Agenda agenda;
    private final Broker broker;
    private final Workforce workforce;
    private double workAtStart;
    private double workAtEnd;
    private long sentAtStart;
    private double peerSecondsAtStart;
    private double sentInSteadyState;
    private double peerSecondsInSteadyState;
    private boolean measuring;

    public Meter(Agenda agenda, Broker broker, Workforce workforce) {
        this.agenda = agenda;
        this.broker = broker;
        this.workforce = workforce;
    }

    public void begin(SubmittedJob submission, double rate) {
        if (measuring) {
            return;
        }
        measuring = true;
        workAtStart = workforce.work();
        double ideal = submission.ledger().spec().range().size() / rate * 1e9;
        if (0.9 * ideal > SETTLING) {
            agenda.in(SETTLING, () -> {
                sentAtStart = broker.sent();
                peerSecondsAtStart = workforce.peerSeconds();
            });
            agenda.in((long) (0.9 * ideal), () -> {
                sentInSteadyState = broker.sent() - sentAtStart;
                peerSecondsInSteadyState = workforce.peerSeconds() - peerSecondsAtStart;
            });
        }
    }

    /** A job has ended. */
    public void end() {
        workAtEnd = workforce.work();
    }

    /** How much the workers alive could have hashed from the first job's start to the last one's end. */
    public double possibleWork() {
        return workAtEnd - workAtStart;
    }

    /** Messages per peer and minute in the steady state, 0 if there was none. */
    public double messagesPerPeerMinute() {
        return peerSecondsInSteadyState == 0 ? 0 : sentInSteadyState / (peerSecondsInSteadyState / 60);
    }
}

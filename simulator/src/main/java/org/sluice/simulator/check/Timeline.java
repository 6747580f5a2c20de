package org.sluice.simulator.check;

import java.util.ArrayList;
import java.util.List;

import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.world.Agenda;
import org.sluice.simulator.world.Machine;
import org.sluice.simulator.world.Participant;
import org.sluice.simulator.world.SubmittedJob;
import org.sluice.simulator.world.Workforce;

/** Looks again and again at how much of the workers' rate is in use, from the first job's start to the last one's end. */
public final class Timeline {
    private static final int SAMPLES = 240;

    private final Agenda agenda;
    private final Workforce workforce;
    private final List<SubmittedJob> submissions;
    private final List<Sample> samples = new ArrayList<>();

    public Timeline(Agenda agenda, Workforce workforce, List<SubmittedJob> submissions) {
        this.agenda = agenda;
        this.workforce = workforce;
        this.submissions = submissions;
    }

    /**
     * A look at one moment.
     *
     * @param seconds since the first job's start
     * @param utilisation part of the rate of those alive that hashes, 0 to 1
     * @param workers how many are alive
     */
    public record Sample(double seconds, double utilisation, int workers) {}

    public void begin(Scenario scenario) {
        Scenario.Job first = scenario.jobs().getFirst();
        long start = first.start().toNanos();
        long interval = Math.max(1_000_000, first.ideal().toNanos() / SAMPLES);
        agenda.at(start, () -> look(start, interval));
    }

    private void look(long start, long interval) {
        if (submissions.stream().anyMatch(submission -> submission.end() < 0)) {
            samples.add(new Sample((agenda.now() - start) / 1e9, busy(), workforce.alive().size()));
            agenda.in(interval, () -> look(start, interval));
        }
    }

    private double busy() {
        double all = 0;
        double busy = 0;
        for (Participant worker : workforce.alive()) {
            Machine machine = worker.hardware;
            if (machine != null && !worker.isLiar) {
                all += machine.rate();
                busy += machine.busyRate();
            }
        }
        return all == 0 ? 0 : busy / all;
    }

    public List<Sample> samples() {
        return samples;
    }
}

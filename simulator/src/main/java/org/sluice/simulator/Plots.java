package org.sluice.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.sluice.simulator.check.Timeline;
import org.sluice.simulator.scenario.Faults;
import org.sluice.simulator.scenario.Scenario;

/** The plots of single runs, and of runs of several sizes. */
final class Plots {
    private Plots() {}

    /** How much of the rate of those alive hashed, over time, and how many were alive. */
    static String utilisation(Report report) {
        List<Chart.Point> used = new ArrayList<>();
        List<Chart.Point> alive = new ArrayList<>();
        for (Timeline.Sample sample : report.timeline()) {
            used.add(new Chart.Point(sample.seconds(), 100 * sample.utilisation()));
            alive.add(new Chart.Point(sample.seconds(), 100.0 * sample.workers() / report.peers()));
        }
        return new Chart(report.peers() + " peers, seed " + report.seed() + ", faults " + report.faults(),
                new Chart.Axis("virtual time since the job's start in s", false, 0,
                        Math.max(1, report.makespanSeconds())),
                new Chart.Axis("percent", false, 0, 120))
                .line("hash rate in use, percent of the rate of the peers alive", used)
                .reference("peers alive, percent of those at the beginning", alive)
                .svg();
    }

    /** One size of a network, and how long it took for the same work as all others. */
    record Scaled(int peers, Report report) {}

    /** Lets networks of several sizes, of equal peers, do the same work; the largest would ideally need so long. */
    static List<Scaled> scaled(List<Integer> sizes, long seed, Duration idealOfLargest, Faults faults) {
        int largest = sizes.stream().mapToInt(Integer::intValue).max().orElseThrow();
        List<Scaled> scaled = new ArrayList<>();
        for (int size : sizes) {
            Duration ideal = idealOfLargest.multipliedBy(largest).dividedBy(size);
            scaled.add(new Scaled(size, Simulation.run(Scenario.of(size, seed, ideal, faults).withEqualRates(10e6))));
        }
        return scaled;
    }

    /** Elapsed time over the number of peers, beside the ideal. */
    static String scaling(List<Scaled> scaled) {
        List<Chart.Point> elapsed = new ArrayList<>();
        List<Chart.Point> ideal = new ArrayList<>();
        double least = Double.MAX_VALUE;
        double most = 0;
        for (Scaled each : scaled) {
            elapsed.add(new Chart.Point(each.peers(), each.report().makespanSeconds()));
            ideal.add(new Chart.Point(each.peers(), each.report().idealSeconds()));
            least = Math.min(least, each.report().idealSeconds());
            most = Math.max(most, each.report().makespanSeconds());
        }
        double last = scaled.getLast().peers();
        return new Chart("The same work for more and more peers of equal rate",
                new Chart.Axis("peers", true, scaled.getFirst().peers(), Math.max(last, scaled.getFirst().peers() + 1)),
                new Chart.Axis("elapsed virtual time in s", true, least * 0.8, most * 1.25))
                .line("elapsed", elapsed)
                .reference("ideal: the work through the sum of the rates", ideal)
                .svg();
    }
}

package org.sluice.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

import org.sluice.simulator.check.Recoveries;
import org.sluice.simulator.scenario.Faults;
import org.sluice.simulator.scenario.Scenario;

/**
 * The original document's evaluation, done by simulation, and the targets that Sluice was to reach.
 *
 * <p>It writes tables and plots into a folder. All figures but times of this machine are the same wherever it runs.
 */
final class Evaluation {
    private static final String COMMAND = "./sluice simulate";

    /** As of one with GPUs. */
    private static final int GIANT_MEGAHASHES = 10_000;

    private final Path folder;
    private final PrintWriter progress;
    private final boolean isQuick;
    private final StringBuilder page = new StringBuilder();
    private final Formatter out = new Formatter(page, Locale.ROOT);

    /**
     * An evaluation.
     *
     * @param folder where its tables and plots go
     * @param progress is told what is being done
     * @param isQuick whether small networks and few seeds do, to see whether it works
     */
    Evaluation(Path folder, PrintWriter progress, boolean isQuick) {
        this.folder = folder;
        this.progress = progress;
        this.isQuick = isQuick;
    }

    void run() throws IOException {
        Files.createDirectories(folder);
        page.append(
                """
                        # Evaluation

                        By simulation: the protocol's own classes in virtual time, every figure the same for the same seed. Made with

                        ```
                        %s evaluation%s
                        ```

                        which writes this page and its plots. Time is virtual unless it says otherwise. A peer's rate is drawn between 1 and 50 MH/s,
                        all magnitudes alike, except where peers are said to be equal; messages take 20 ms in the median.

                        """
                        .formatted(COMMAND, isQuick ? " --quick" : ""));
        loss();
        scaling();
        granularity();
        utilisation();
        targets();
        Files.writeString(folder.resolve("README.md"), page);
    }

    private void section(String title) {
        progress.println(title);
        progress.flush();
        page.append("## ").append(title).append("\n\n");
    }

    /** What a dead device costs, against the original document's own estimate. */
    private void loss() throws IOException {
        section("Work lost per failed device");
        out.format(
                """
                        When a parent dies in the original document's tree, everything below it is lost; it estimates 74%% of the hashes per failed
                        device with 5 devices, and 0.06%% with 100. In Sluice orphans go on under the next ancestor alive, and a dead device loses
                        what it had hashed since its last report. Peers die without a word and others join, as often as they die.

                        | peers | job | churn | seeds | failures | lost per failure, mean | its own work, mean | its own work, worst |
                        |---|---|---|---|---|---|---|---|
                        """);
        List<Integer> sizes = isQuick ? List.of(5) : List.of(5, 10, 20, 50, 100);
        Chart chart = new Chart("Work lost per failed device", new Chart.Axis("peers", true, 5, 100),
                new Chart.Axis("part of the job in percent", true, 0.001, 100))
                .reference("the original document's estimate", List.of(new Chart.Point(5, 74),
                        new Chart.Point(100, 0.06)));
        for (Duration ideal : List.of(Duration.ofMinutes(10), Duration.ofHours(1))) {
            List<Chart.Point> points = new ArrayList<>();
            for (int peers : sizes) {
                points.add(new Chart.Point(peers, Math.max(0.001, loss(peers, ideal))));
            }
            chart.line("Sluice, a job of " + ideal.toMinutes() + " minutes", points);
        }
        Files.writeString(folder.resolve("loss.svg"), chart.svg());
        out.format(
                """

                        ![Work lost per failed device](loss.svg)

                        Each row: `%s --peers P --job-hours H --faults churn=C --seed S` with that many seeds from 1. More than a report interval
                        (20 s) and an execution step (0.5 s) is lost where the dead peer's parent died too, before it had passed on what it had
                        been told.

                        """,
                COMMAND);
    }

    private double loss(int peers, Duration ideal) {
        int failures = 0;
        double lost = 0;
        double seconds = 0;
        double worst = 0;
        // As many deaths of each size as make a mean worth something.
        int seeds = isQuick ? 1 : Math.max(2, 60 / peers);
        double churn = ideal.toMinutes() < 60 ? 4 : 1;
        for (int seed = 1; seed <= seeds; seed++) {
            Report report = Simulation.run(Scenario.of(peers, seed, ideal, Faults.parse("churn=" + churn)));
            failures += report.failures();
            lost += report.failures() * report.lostPerFailure();
            seconds += report.failures() * report.lostSecondsPerFailure();
            worst = Math.max(worst, report.mostLostSeconds());
        }
        int most = Math.max(1, failures);
        out.format("| %d | %d min | %.0f per peer and hour | %d | %d | %.4f%% | %.1f s | %.1f s |%n", peers,
                ideal.toMinutes(),
                churn, seeds, failures, 100 * lost / most, seconds / most, worst);
        return 100 * lost / most;
    }

    private int few(int count) {
        return isQuick ? 1 : count;
    }

    private void scaling() throws IOException {
        section("Elapsed time over number of peers");
        List<Integer> sizes = isQuick
                ? List.of(1, 2, 5)
                : List.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000);
        List<Plots.Scaled> scaled = Plots.scaled(sizes, 1, Duration.ofMinutes(isQuick ? 1 : 2), Faults.NONE);
        Files.writeString(folder.resolve("scaling.svg"), Plots.scaling(scaled));
        out.format("""
                The same work for more and more peers of equal rate: `%s --scaling %s --job-hours %s --plot scaling.svg`

                ![Elapsed time over the number of peers](scaling.svg)

                | peers | elapsed | ideal | of the ideal | messages per peer and minute | deepest tree |
                |---|---|---|---|---|---|
                """, COMMAND, sizes.toString().replaceAll("[\\[\\] ]", ""), isQuick ? "0.01667" : "0.03334");
        for (Plots.Scaled each : scaled) {
            Report report = each.report();
            out.format("| %,d | %,.1f s | %,.1f s | %.1f%% | %.1f | %d |%n", each.peers(), report.makespanSeconds(),
                    report.idealSeconds(), 100 * report.idealSeconds() / report.makespanSeconds(),
                    report.messagesPerPeerMinute(), report.maxDepth());
        }
        out.format(
                "%nThe difference to the ideal is the start, until everybody has its share, and the end, when little is left to divide.%n%n");
    }

    /** How long an execution step should be. */
    private void granularity() throws IOException {
        section("Granularity");
        List<Integer> delays = isQuick ? List.of(20) : List.of(1, 5, 20, 50, 100, 200, 500);
        List<Integer> steps = isQuick ? List.of(100, 1_000) : List.of(20, 50, 100, 200, 500, 1_000, 2_000, 5_000);
        Duration overhead = Duration.ofMillis(1);
        List<Chart.Point> best = new ArrayList<>();
        Chart chart = new Chart("50 peers, a job of 2 minutes, 1 ms lost with each step",
                new Chart.Axis("minimum subjob time in s", true, 0.02, 5),
                new Chart.Axis("utilisation in percent", false, 80, 100));
        out.format(
                """
                        A step's length is `max(theta x 2, minimum)`, theta being the mean round trip. Short steps balance better at the job's end, and lose
                        less when a peer dies; but each costs the time in which a core is told what comes next, assumed to be 1 ms. Utilisation with
                        50 peers spread 1:50, a job of two minutes, over the median delay of a message:

                        | delay | %s | best minimum |
                        |---|%s---|
                        """,
                String.join(" | ", steps.stream().map(step -> step / 1000.0 + " s").toList()),
                "---|".repeat(steps.size()));
        for (int delay : delays) {
            List<Chart.Point> points = new ArrayList<>();
            StringBuilder row = new StringBuilder();
            Chart.Point top = new Chart.Point(0, 0);
            for (int step : steps) {
                double sum = 0;
                for (int seed = 1; seed <= few(3); seed++) {
                    Scenario scenario = Scenario.of(50, seed, Duration.ofMinutes(2), Faults.NONE)
                            .withGranularity(Duration.ofMillis(delay), Duration.ofMillis(step), overhead);
                    sum += 100 * Simulation.run(scenario).utilisation();
                }
                Chart.Point point = new Chart.Point(step / 1000.0, sum / few(3));
                points.add(point);
                row.append(String.format(Locale.ROOT, " %.2f%% |", point.y()));
                top = point.y() > top.y() ? point : top;
            }
            chart.line("messages take " + delay + " ms", points);
            best.add(new Chart.Point(delay, top.x()));
            out.format("| %d ms |%s %s s |%n", delay, row, top.x());
        }
        Files.writeString(folder.resolve("granularity.svg"), chart.svg());
        Files.writeString(folder.resolve("best-minimum.svg"),
                new Chart("The best minimum subjob time over the delay of messages",
                        new Chart.Axis("median delay of a message in ms", true, 1, 500),
                        new Chart.Axis("best minimum subjob time in s", true, 0.02, 5)).line("best minimum", best)
                        .svg());
        out.format(
                "%n![Utilisation over granularity](granularity.svg)%n%n![The best minimum over delay](best-minimum.svg)%n%n");
    }

    private void utilisation() throws IOException {
        section("Utilisation over time");
        int peers = isQuick ? 20 : 300;
        Report report = Simulation.run(Scenario.of(peers, 7, Duration.ofMinutes(isQuick ? 2 : 30),
                Faults.parse("churn=1,tempo=1")));
        Files.writeString(folder.resolve("utilisation.svg"), Plots.utilisation(report));
        out.format(
                """
                        One run in which every peer dies once an hour on average, as many join, and rates change:
                        `%s --peers %d --seed 7 --job-hours %s --faults churn=1,tempo=1 --plot utilisation.svg`

                        ![Utilisation over time](utilisation.svg)

                        %.2f%% of what the peers alive could hash was used; %d died, and each lost %.4f%% of the job. What a dead peer had for itself was
                        being hashed again after %.1f s in the median and %.1f s at most (%d), with a parent that was dead too after %.1f s at most (%d).

                        """,
                COMMAND, peers, isQuick ? "0.03334" : "0.5", 100 * report.utilisation(), report.failures(),
                100 * report.lostPerFailure(), report.ownRecovery().medianSeconds(),
                report.ownRecovery().slowestSeconds(), report.ownRecovery().count(),
                report.delegatedRecovery().slowestSeconds(), report.delegatedRecovery().count());
    }

    private void targets() {
        section("Targets");
        int peers = isQuick ? 50 : 1000;
        Report calm = target(peers, 7, Duration.ofMinutes(10), "none");
        Report giant = Simulation
                .run(Scenario.of(peers, 7, Duration.ofMinutes(10), Faults.NONE).withGiant(GIANT_MEGAHASHES * 1e6));
        Report churn = target(peers, 7, Duration.ofMinutes(10), "churn=0.1");
        Report storm = target(peers, 7, Duration.ofMinutes(30), "churn=1");
        long wall = System.nanoTime();
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Report large = target(isQuick ? 100 : 10_000, 1, Duration.ofHours(1), "none");
        double cpuSeconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e9;
        double wallSeconds = (System.nanoTime() - wall) / 1e9;
        out.format("""
                | measure | to reach | measured | command |
                |---|---|---|---|
                """);
        row("peers in one simulation", "10,000 and an hour of virtual time in 2 minutes on 2 cores",
                String.format(Locale.ROOT,
                        "%,d peers, %,.0f s of virtual time, in %.0f s of one core (%.0f s with the machine shared)",
                        large.peers(), large.makespanSeconds(), cpuSeconds, wallSeconds),
                large, "1");
        row("utilisation, rates spread 1:50, 10 minutes", "97%",
                String.format(Locale.ROOT, "%.2f%%", 100 * calm.utilisation()), calm,
                "0.1667");
        row("the same beside one worker of 10 GH/s", "98%",
                String.format(Locale.ROOT, "%.2f%%", 100 * giant.utilisation()), giant,
                "0.1667 --giant " + GIANT_MEGAHASHES);
        row("without it, 10% leaving and joining per hour", "93%",
                String.format(Locale.ROOT, "%.2f%%", 100 * churn.utilisation()), churn,
                "0.1667");
        row("overlap without faults", "0", String.format(Locale.ROOT, "%s%%", 100 * calm.hashedTwice()), calm,
                "0.1667");
        row("overlap with churn of 10% per hour", "below 0.1%", overlap(churn), churn, "0.1667");
        row("overlap with churn of 100% per hour", "below 0.5%", overlap(storm), storm, "0.5");
        row("recovery, own part", "detection (session of 10 s, ping) + 1 s", recovery(storm.ownRecovery()), storm,
                "0.5");
        row("recovery, unclaimed delegated part", "detection + adoption window (15 s)",
                recovery(storm.delegatedRecovery()), storm, "0.5");
        row("messages per peer and minute", "10", String.format(Locale.ROOT, "%.1f", calm.messagesPerPeerMinute()),
                calm, "0.1667");
        out.format(
                """

                        Work lost per failure stands in the first table. Overlap: reported twice, and in brackets hashed twice, reported or not.
                        Recovery is over when somebody begins to hash what the dead peer had: given to it, not given away by it, and not reported.
                        """);
    }

    private static Report target(int peers, long seed, Duration ideal, String faults) {
        return Simulation.run(Scenario.of(peers, seed, ideal, Faults.parse(faults)));
    }

    private static String overlap(Report report) {
        return String.format(Locale.ROOT, "%.4f%% (%.4f%%)", 100 * report.overlap(), 100 * report.hashedTwice());
    }

    private static String recovery(Recoveries recoveries) {
        return recoveries.count() == 0
                ? "none happened"
                : String.format(Locale.ROOT, "median %.1f s, p99 %.1f s, slowest of %d %.1f s",
                        recoveries.medianSeconds(),
                        recoveries.p99Seconds(), recoveries.count(), recoveries.slowestSeconds());
    }

    /** @param hours the job's, and options that come behind them */
    private void row(String measure, String toReach, String measured, Report report, String hours) {
        String faults = report.faults().equals("none") ? "" : " --faults " + report.faults();
        page.append("| ").append(measure).append(" | ").append(toReach).append(" | ").append(measured).append(" | `");
        out.format("%s --peers %d --job-hours %s --seed %d%s` |%n", COMMAND, report.peers(), hours, report.seed(),
                faults);
    }
}

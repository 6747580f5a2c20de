package org.sluice.submitter;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

import org.sluice.protocol.Answer;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Progress;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.report.AnswerJson;
import org.sluice.submitter.report.AnswerText;
import org.sluice.submitter.report.JobBar;
import org.sluice.submitter.report.JobText;
import org.sluice.submitter.report.NoticeText;
import org.sluice.submitter.report.ProgressLines;
import org.sluice.submitter.report.ProgressView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a {@code submit} command: finds a network, runs the job on it, shows its progress and prints its answer. */
final class Submission {
    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final NetworkOptions network;
    private final JobOptions job;
    private final PrintWriter out;
    private final PrintWriter err;
    /** Takes remarks; while progress is shown, they must not tear it. Other threads make remarks too. */
    private volatile Consumer<String> remarks = this::printRemark;

    Submission(Surroundings surroundings, NetworkOptions network, JobOptions job) {
        this.surroundings = surroundings;
        this.network = network;
        this.job = job;
        out = network.commandLine().getOut();
        err = network.commandLine().getErr();
    }

    /** Runs a job that is known to be right, and returns the exit status. */
    int run(Range range, Work work, Goal goal) throws InterruptedException {
        JobSpec spec = new JobSpec(JobText.newId(work, surroundings.clock().instant(), surroundings.random()), range,
                work, goal, job.mode(), job.fanOut());
        Duration timeToLive = job.timeout();
        // The watch is closed last, so that an interrupted process does not end before it has left the network.
        try (Interrupts.Watch watch = surroundings.interrupts().watch(); Network joined = join(watch)) {
            say("job " + spec.id() + ": " + JobText.description(spec));
            Answer answer = run(spec, timeToLive, joined, watch);
            print(answer);
            return watch.interrupted() ? ExitStatus.INTERRUPTED : ExitStatus.of(answer.outcome());
        }
    }

    /** A network that is interrupted while it starts takes down what there is of it. */
    private Network join(Interrupts.Watch watch) {
        watch.onInterrupt(Thread.currentThread()::interrupt);
        Optional<String> tracker = network.tracker(surroundings.environment());
        Network joined = tracker.isPresent()
                ? surroundings.networks().connect(tracker.get(), NetworkOptions.PATIENCE)
                : surroundings.networks().embedded(this::say);
        watch.onInterrupt(() -> {}); // From here on the network is left in order, whatever happens.
        var _ = Thread.interrupted(); // The watch remembers it.
        return joined;
    }

    private Answer run(JobSpec spec, Duration timeToLive, Network joined, Interrupts.Watch watch)
            throws InterruptedException {
        try (ProgressView view = view(spec.mode())) {
            remarks = view::say;
            Observer observer = new Observer(view, joined.tracker());
            RunningJob running = joined.runner().start(spec, timeToLive, observer);
            watch.onInterrupt(() -> {
                view.say("interrupted: cancelling the job at its peers");
                running.cancel();
            });
            return running.await();
        } finally {
            remarks = this::printRemark;
        }
    }

    private ProgressView view(Mode mode) {
        if (network.quiet()) {
            return ProgressView.none();
        }
        OptionalInt columns = surroundings.terminalColumns().get();
        return columns.isPresent()
                ? new JobBar(err, mode, columns.getAsInt())
                : new ProgressLines(err, mode, LINE_INTERVAL);
    }

    private void print(Answer answer) {
        if (network.json()) {
            AnswerJson.write(answer, out);
        } else {
            AnswerText.lines(answer).forEach(out::println);
            out.flush();
        }
    }

    private void say(String line) {
        if (!network.quiet()) {
            remarks.accept(line);
        }
    }

    private void printRemark(String line) {
        err.println(line);
        err.flush();
    }

    private record Observer(ProgressView view, String tracker) implements JobRunner.Observer {
        @Override
        public void progressed(Progress progress) {
            view.show(progress);
        }

        @Override
        public void noticed(Notice notice) {
            NoticeText text = NoticeText.of(notice, tracker);
            if (text.important()) {
                view.say(text.line());
            } else {
                LOG.debug("{}", text.line());
            }
        }
    }
}

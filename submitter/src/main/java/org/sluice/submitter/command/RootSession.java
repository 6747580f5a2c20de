package org.sluice.submitter.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.sluice.protocol.Notice;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.Interrupts;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.Network;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.submitter.report.AnswerJson;
import org.sluice.submitter.report.AnswerText;
import org.sluice.submitter.report.JobBar;
import org.sluice.submitter.report.JobText;
import org.sluice.submitter.report.NoticeText;
import org.sluice.submitter.report.ProgressLines;
import org.sluice.submitter.report.ProgressView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a command that plays a job's root: shows the job's progress, cancels it on Ctrl-C, prints its answer. */
final class RootSession {
    private static final Logger LOG = LoggerFactory.getLogger(RootSession.class);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

    private final CommandContext context;
    private final NetworkOptions options;
    private final PrintWriter out;
    private final PrintWriter err;
    /** Takes remarks; while progress is shown, they must not tear it. Other threads make remarks too. */
    private volatile Consumer<String> remarks = this::printRemark;

    RootSession(CommandContext context, NetworkOptions options) {
        this.context = context;
        this.options = options;
        out = options.commandLine().getOut();
        err = options.commandLine().getErr();
    }

    /** Starts a job or takes one over. */
    interface Beginning {
        RunningJob begin(JobRunner runner, JobRunner.Observer observer) throws InterruptedException;
    }

    /** Plays the root until there is an answer, and returns the exit status. */
    int run(Supplier<Network> network, Beginning beginning) throws InterruptedException {
        // The watch is closed last, so that an interrupted process does not end before it has left the network.
        try (Interrupts.Watch watch = context.interrupts().watch(); Network joined = join(network, watch)) {
            Answer answer = follow(joined, beginning, watch);
            print(answer);
            return watch.interrupted() ? ExitStatus.INTERRUPTED : ExitStatus.of(answer.outcome());
        }
    }

    /** A network that is interrupted while it starts takes down what there is of it. */
    static Network join(Supplier<Network> network, Interrupts.Watch watch) {
        watch.onInterrupt(Thread.currentThread()::interrupt);
        Network joined = network.get();
        watch.onInterrupt(() -> {}); // From here on the network is left in order, whatever happens.
        var _ = Thread.interrupted(); // The watch remembers it.
        return joined;
    }

    private Answer follow(Network joined, Beginning beginning, Interrupts.Watch watch) throws InterruptedException {
        try (Observer observer = new Observer(joined.tracker())) {
            RunningJob running = beginning.begin(joined.runner(), observer);
            watch.onInterrupt(() -> {
                observer.view.say("interrupted: cancelling the job at its peers");
                running.cancel();
            });
            return running.await();
        } finally {
            remarks = this::printRemark;
        }
    }

    private ProgressView view(Mode mode) {
        if (options.quiet()) {
            return ProgressView.none();
        }
        OptionalInt columns = context.terminalColumns().get();
        return columns.isPresent()
                ? new JobBar(err, mode, columns.getAsInt())
                : new ProgressLines(err, mode, LINE_INTERVAL);
    }

    private void print(Answer answer) {
        if (options.json()) {
            AnswerJson.write(answer, out);
        } else {
            AnswerText.lines(answer).forEach(out::println);
            out.flush();
        }
    }

    /** Tells a person something that is not part of the answer. */
    void say(String line) {
        if (!options.quiet()) {
            remarks.accept(line);
        }
    }

    private void printRemark(String line) {
        err.println(line);
        err.flush();
    }

    private final class Observer implements JobRunner.Observer, AutoCloseable {
        private final String tracker;
        private ProgressView view = ProgressView.none();

        Observer(String tracker) {
            this.tracker = tracker;
        }

        @Override
        public void began(JobSpec spec) {
            say("job " + spec.id() + ": " + JobText.description(spec));
            view = view(spec.mode());
            remarks = view::say;
        }

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

        @Override
        public void connected(boolean connected) {
            view.connected(connected);
            view.say(connected
                    ? "the network answers again"
                    : "the network does not answer; its workers hash on, and what they find waits until it does");
        }

        @Override
        public void close() {
            view.close();
        }
    }
}

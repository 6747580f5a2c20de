package org.sluice.submitter;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.sluice.protocol.Answer;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

/** A runner whose jobs end at once, as the test says. */
final class FakeRunner implements JobRunner {
    final List<String> happened;
    Function<JobSpec, Answer> answers = spec -> ended(spec, Outcome.EXHAUSTED, List.of());
    Runnable whileRunning = () -> {};
    Optional<JobSpec> spec = Optional.empty();
    Optional<Duration> timeToLive = Optional.empty();
    Optional<Observer> observer = Optional.empty();
    private boolean cancelled;

    FakeRunner(List<String> happened) {
        this.happened = happened;
    }

    static Answer ended(JobSpec spec, Outcome outcome, List<Solution> solutions) {
        return new Answer(spec, outcome, solutions, BigInteger.valueOf(spec.range().size()), BigInteger.ZERO,
                RangeSet.EMPTY, List.of(), Duration.ofSeconds(2));
    }

    JobSpec spec() {
        return spec.orElseThrow();
    }

    @Override
    public RunningJob start(JobSpec started, Duration timeout, Observer watching) {
        spec = Optional.of(started);
        timeToLive = Optional.of(timeout);
        observer = Optional.of(watching);
        happened.add("start");
        return new RunningJob() {
            @Override
            public Answer await() {
                whileRunning.run();
                return cancelled ? ended(started, Outcome.CANCELLED, List.of()) : answers.apply(started);
            }

            @Override
            public void cancel() {
                happened.add("cancel");
                cancelled = true;
            }
        };
    }
}

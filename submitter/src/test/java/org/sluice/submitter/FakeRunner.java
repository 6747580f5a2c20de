package org.sluice.submitter;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;

/** A runner whose jobs end at once, as the test says. */
public final class FakeRunner implements JobRunner {
    final List<String> happened;
    public Function<JobSpec, Answer> answers = spec -> ended(spec, Outcome.EXHAUSTED, List.of());
    public Runnable whileRunning = () -> {};
    Runnable onRestore = () -> {};
    Optional<JobSpec> spec = Optional.empty();
    public Optional<Duration> timeToLive = Optional.empty();
    public Optional<Observer> observer = Optional.empty();
    public Optional<RuntimeException> refusal = Optional.empty();
    private boolean cancelled;

    FakeRunner(List<String> happened) {
        this.happened = happened;
    }

    public static Answer ended(JobSpec spec, Outcome outcome, List<Solution> solutions) {
        return new Answer(spec, outcome, solutions, BigInteger.valueOf(spec.range().size()), BigInteger.ZERO,
                RangeSet.EMPTY, List.of(), Duration.ofSeconds(2));
    }

    public JobSpec spec() {
        return spec.orElseThrow();
    }

    @Override
    public RunningJob start(JobSpec started, Duration timeout, Observer watching) {
        spec = Optional.of(started);
        timeToLive = Optional.of(timeout);
        happened.add("start");
        return running(started, watching);
    }

    @Override
    public RunningCampaign open(JobId campaign, String description, Duration timeout,
            RunningCampaign.Observer watching) {
        throw new UnsupportedOperationException("no test mines with this");
    }

    @Override
    public RunningJob resume(JobId job, Optional<Duration> longest, Observer watching) {
        happened.add("resume " + job + longest.map(timeout -> " " + timeout).orElse(""));
        refusal.ifPresent(refused -> {
            throw refused;
        });
        return running(new JobSpec(job, new Range(0, 10), new Work.Integers("MD5", Bytes.EMPTY),
                new Goal.TrailingZeroBits(1), Mode.ALL, 16), watching);
    }

    @Override
    public void restore(JobId job) {
        happened.add("restore " + job);
        onRestore.run();
    }

    private RunningJob running(JobSpec job, Observer watching) {
        observer = Optional.of(watching);
        watching.began(job);
        return new RunningJob() {
            @Override
            public Answer await() {
                whileRunning.run();
                return cancelled ? ended(job, Outcome.CANCELLED, List.of()) : answers.apply(job);
            }

            @Override
            public void cancel() {
                happened.add("cancel");
                cancelled = true;
            }
        };
    }
}

package org.sluice.submitter.command;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.Network;
import org.sluice.submitter.option.JobOptions;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.submitter.report.JobText;
import org.sluice.worker.runtime.NetworkAddress;

/** One run of a {@code submit} command: makes a job of what was typed, and finds a network for it. */
final class Submission {
    private final CommandContext context;
    private final NetworkOptions network;
    private final JobOptions job;

    Submission(CommandContext context, NetworkOptions network, JobOptions job) {
        this.context = context;
        this.network = network;
        this.job = job;
    }

    /** Runs a job that is known to be right, and returns the exit status. */
    int run(Range range, Work work, Goal goal) throws InterruptedException {
        JobSpec spec = new JobSpec(JobText.newId(job.owner(), work, context.random()), range,
                work, goal, job.mode(), job.fanOut());
        Duration timeToLive = job.timeout();
        RootSession session = new RootSession(context, network);
        return session.run(() -> join(context, network, session::say),
                (runner, observer) -> runner.start(spec, timeToLive, observer));
    }

    /** Tells what may be wrong with the job. */
    void warn(String doubt) {
        new RootSession(context, network).say("sluice: " + doubt);
    }

    /**
     * The network that was named, else one of its own.
     *
     * @param says takes lines that tell the user what is going on
     */
    static Network join(CommandContext context, NetworkOptions network, Consumer<String> says) {
        Optional<NetworkAddress> address = network.address(context.environment());
        return address.isPresent()
                ? context.networks().connect(address.get(), NetworkOptions.PATIENCE)
                : context.networks().embedded(says);
    }
}

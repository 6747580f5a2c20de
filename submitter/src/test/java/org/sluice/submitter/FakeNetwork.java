package org.sluice.submitter;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.sluice.protocol.value.JobId;
import org.sluice.submitter.events.EventLog;
import org.sluice.submitter.events.StoredRecord;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.PeerRecord;
import org.sluice.worker.runtime.NetworkAddress;

/** A network of lists, and the source that hands it out; remembers what was asked of it. */
public final class FakeNetwork implements Network, NetworkSource, NetworkView {
    /** What the tracker's clock says, a day ahead of that of the commands. */
    static final Instant TIME = CommandFixture.NOW.plus(Duration.ofDays(1));

    final List<PeerRecord> peers = new ArrayList<>();
    final List<JobRecord> jobs = new ArrayList<>();
    final List<JobId> owned = new ArrayList<>();
    final List<StoredRecord> records = new ArrayList<>();
    /** What happened, in order. */
    public final List<String> happened = new ArrayList<>();
    Optional<JobRecord> endsAs = Optional.empty();
    public Optional<RuntimeException> failure = Optional.empty();
    public Runnable whileStarting = () -> {};
    public FakeRunner runner = new FakeRunner(happened);

    @Override
    public Network connect(NetworkAddress address, Duration patience) {
        return open(address, patience);
    }

    FakeNetwork open(NetworkAddress address, Duration patience) {
        happened.add("connect " + address);
        failure.ifPresent(e -> {
            throw e;
        });
        return this;
    }

    @Override
    public Network embedded(Consumer<String> says) {
        happened.add("embedded");
        whileStarting.run();
        says.accept("starting a network with 2 workers");
        return this;
    }

    @Override
    public String tracker() {
        return "localhost:4711";
    }

    @Override
    public JobRunner runner() {
        return runner;
    }

    @Override
    public Instant time() {
        return TIME;
    }

    @Override
    public List<PeerRecord> peers() {
        return peers;
    }

    @Override
    public List<JobRecord> jobs() {
        return jobs;
    }

    @Override
    public Optional<JobRecord> job(JobId job) {
        return jobs.stream().filter(record -> record.job().equals(job)).findFirst();
    }

    @Override
    public boolean owned(JobId job) {
        return owned.contains(job);
    }

    @Override
    public void requestCancel(JobRecord job) {
        happened.add("request cancel " + job.job());
    }

    @Override
    public void recordCancelled(JobRecord campaign) {
        happened.add("record cancelled " + campaign.job());
    }

    @Override
    public Optional<JobRecord> awaitEnd(JobId job, Duration patience) {
        happened.add("await end " + job + " " + patience);
        return endsAs;
    }

    @Override
    public EventLog events() {
        return new EventLog() {
            @Override
            public void read(Topics topics, From from, Until until, Consumer<StoredRecord> taker) {
                happened.add("read " + topics + " " + from + " " + until);
                records.forEach(taker);
            }

            @Override
            public void close() {
                happened.add("close events");
            }
        };
    }

    @Override
    public void close() {
        happened.add("close");
    }
}

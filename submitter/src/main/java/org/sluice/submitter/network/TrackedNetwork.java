package org.sluice.submitter.network;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.Outbox;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.Network;
import org.sluice.submitter.NetworkException;
import org.sluice.submitter.events.EventLog;
import org.sluice.submitter.events.KafkaEventLog;
import org.sluice.tracker.JobRecord;
import org.sluice.tracker.JobState;
import org.sluice.tracker.PeerRecord;
import org.sluice.tracker.Subscription;
import org.sluice.tracker.Tracker;
import org.sluice.worker.runtime.Connections;

import org.jspecify.annotations.Nullable;

/** A network that is reached through its tracker. */
public final class TrackedNetwork implements Network {
    private static final Duration SEND_PATIENCE = Duration.ofSeconds(10);

    private final Tracker tracker;
    private final String version;
    private final Deque<Runnable> first = new ConcurrentLinkedDeque<>();
    private final Deque<Runnable> last = new ConcurrentLinkedDeque<>();
    /** Made when first needed: a list of peers needs the tracker alone. */
    private @Nullable Connections connections;

    private TrackedNetwork(Tracker tracker, String version) {
        this.tracker = tracker;
        this.version = version;
    }

    /**
     * Joins a network.
     *
     * @param addresses the tracker's: {@code host:port[,host:port...]}, or a DNS name
     * @param patience how long to wait for the tracker
     * @param version the version of Sluice that this process runs
     */
    public static TrackedNetwork join(String addresses, Duration patience, String version) {
        return new TrackedNetwork(Tracker.connect(addresses, patience), version);
    }

    /** What this process reaches the others with, for peers that live in it too. */
    public synchronized Connections connections() {
        if (connections == null) {
            connections = Connections.to(tracker);
        }
        return connections;
    }

    @Override
    public String tracker() {
        return tracker.address();
    }

    @Override
    public JobRunner runner() {
        return (spec, timeToLive, observer) -> SubmittedJob.start(connections(), spec, timeToLive, version, observer,
                new SecureRandom());
    }

    @Override
    public List<PeerRecord> peers() {
        return tracker.directory().describe();
    }

    @Override
    public List<JobRecord> jobs() {
        return tracker.jobs().list();
    }

    @Override
    public Optional<JobRecord> job(JobId job) {
        return tracker.jobs().find(job);
    }

    @Override
    public boolean owned(JobId job) {
        return tracker.jobs().owned(job);
    }

    @Override
    public void requestCancel(JobRecord job) {
        Outbox outbox = connections().outbox();
        outbox.journal(job.job(), new RootEvent.CancelRequested(job.job(), job.rootEpoch()));
        if (!outbox.flush(SEND_PATIENCE)) {
            throw new NetworkException("the request could not be stored, for Kafka at "
                    + connections().servers().bootstrapServers() + " did not answer within "
                    + SEND_PATIENCE.toSeconds() + " s; is the network running?", null);
        }
    }

    @Override
    public Optional<JobRecord> awaitEnd(JobId job, Duration patience) throws InterruptedException {
        CompletableFuture<JobRecord> ended = new CompletableFuture<>();
        try (Subscription _ = tracker.jobs().watch(job, record -> {
            if (record.state() != JobState.RUNNING) {
                ended.complete(record);
            }
        })) {
            return Optional.of(ended.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody completes this with an exception", e);
        }
    }

    @Override
    public EventLog events() {
        return KafkaEventLog.connect(tracker.network(), Map.of());
    }

    /** Something of this process that is to be closed with the network, but before it: a peer in it. */
    public void closeFirst(Runnable close) {
        first.addFirst(close);
    }

    /** Something of this process that is to be closed behind the network: the servers that it runs on. */
    public void closeLast(Runnable close) {
        last.addLast(close);
    }

    @Override
    public synchronized void close() {
        first.forEach(Runnable::run);
        if (connections == null) {
            tracker.close();
        } else {
            connections.close();
        }
        last.forEach(Runnable::run);
    }
}

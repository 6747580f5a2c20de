package org.sluice.submitter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.kafka.Outbox;
import org.sluice.schemas.kafka.Servers;
import org.sluice.submitter.events.EventLog;
import org.sluice.submitter.events.KafkaEventLog;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.PeerRecord;
import org.sluice.tracker.node.Subscription;
import org.sluice.worker.runtime.ClientProperties;
import org.sluice.worker.runtime.NetworkAddress;

/** A network as its tracker and its topics show it. */
final class TrackedView implements NetworkView {
    private static final Duration SEND_PATIENCE = Duration.ofSeconds(10);

    private final Tracker tracker;
    private final ClientProperties properties;

    private TrackedView(Tracker tracker, ClientProperties properties) {
        this.tracker = tracker;
        this.properties = properties;
    }

    /** Looks at a network. */
    static TrackedView open(NetworkAddress address, Duration patience) {
        return new TrackedView(Tracker.connect(address.tracker(), patience, address.properties().tracker()),
                address.properties());
    }

    @Override
    public String tracker() {
        return tracker.address();
    }

    @Override
    public Instant time() {
        return tracker.time();
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
        Servers servers = tracker.network();
        try (EventCodec codec = EventCodec.connect(servers.registryUrl(), properties.forRegistry())) {
            codec.lookUpAll();
            try (Outbox outbox = Outbox.connect(servers, properties.forKafka(), codec)) {
                outbox.store(job.job(), new RootEvent.CancelRequested(job.job(), job.rootEpoch()), SEND_PATIENCE);
            }
        }
    }

    @Override
    public void recordCancelled(JobRecord campaign) {
        tracker.jobs().update(campaign.withState(JobState.CANCELLED));
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
        return KafkaEventLog.connect(tracker.network(), properties);
    }

    @Override
    public void close() {
        tracker.close();
    }
}

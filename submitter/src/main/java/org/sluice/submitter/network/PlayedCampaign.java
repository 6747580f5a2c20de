package org.sluice.submitter.network;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Campaign;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.submitter.RunningCampaign;
import org.sluice.tracker.node.JobRecord;
import org.sluice.worker.runtime.Connections;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roots of a campaign's templates as this process plays them. */
final class PlayedCampaign implements RunningCampaign {
    private static final Logger LOG = LoggerFactory.getLogger(PlayedCampaign.class);
    /** How long templates may take to end when their campaign does. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final JobId id;
    private final Campaign campaign;
    private final Observer observer;
    private final ProgressClock clock = new ProgressClock();
    private final Stage stage;
    private final Tenancy tenancy;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Of the driver's thread. */
    private boolean saidCancelled;

    /**
     * A campaign that has not begun.
     *
     * @param version the version of Sluice that this process runs
     * @param record the campaign's, with the epoch with which this process has claimed it
     * @param timeToLive how long its record and what its topics hold outlive this process
     */
    PlayedCampaign(Connections connections, String version, JobRecord record, Duration timeToLive, Campaign campaign,
            Observer observer) {
        this.id = record.job();
        this.campaign = campaign;
        this.observer = observer;
        stage = new Stage(connections, version, record, timeToLive, campaign, new Player());
        tenancy = new Tenancy(connections.tracker(), record, timeToLive);
    }

    PlayedCampaign begin() {
        stage.begin(0, 0);
        tenancy.begin();
        Thread.ofVirtual().name("sluice-campaign-end").start(this::watchEnd);
        return this;
    }

    @Override
    public void start(JobSpec spec, Duration timeToLive) {
        stage.tell(new Input.TemplateSubmitted(spec, timeToLive));
    }

    @Override
    public void withdraw(JobId template) {
        stage.tell(new Input.TemplateWithdrawn(template));
    }

    @Override
    public void close(Outcome outcome) {
        closed.set(true);
        stage.tell(new Input.StopRequested());
        try {
            stage.awaitLeft(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException broken) {
            LOG.debug("{} had failed before, which was told", id, broken);
        } finally {
            tenancy.close();
            stage.close(Optional.of(outcome));
        }
    }

    /** It should not end before it is closed. */
    private void watchEnd() {
        RuntimeException why;
        try {
            stage.awaitLeft();
            why = stage.failure()
                    .or(() -> campaign.failure()
                            .map(reason -> new ServersUnavailableException(
                                    "the topics of " + id + " are lost: " + reason, null)))
                    .orElseGet(() -> new IllegalStateException(id + " has ended by itself"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            why = e;
        }
        if (!closed.get()) {
            observer.failed(why);
        }
    }

    private final class Player implements Stage.Player {
        @Override
        public void carryOut(Effect effect) {
            if (effect instanceof Effect.Tell(Notice notice)) {
                observer.noticed(notice);
            }
        }

        @Override
        public void stepped() {
            if (clock.isDue()) {
                campaign.progress(observer::progressed);
            }
            campaign.takeEnded().forEach(ended -> observer.ended(ended.job(), ended.answer()));
            if (campaign.isCancelled() && !saidCancelled) {
                saidCancelled = true;
                observer.cancelled();
            }
        }

        @Override
        public void connected(boolean connected) {
            observer.connected(connected);
        }
    }
}

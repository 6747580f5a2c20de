package org.sluice.submitter.mining;

import java.util.Optional;
import java.util.random.RandomGenerator;

import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningCampaign;
import org.sluice.submitter.report.JobText;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;
import org.sluice.worker.runtime.Trouble;

import org.jspecify.annotations.Nullable;

/**
 * How a miner's campaign is opened, on a thread that waits for the network as long as it is away, and closed, on another thread, whether it
 * is open by then or not.
 */
final class CampaignOpening {
    private static final String DESCRIPTION = "blocks of a Bitcoin node, one template after the other";

    private final JobRunner runner;
    private final String owner;
    private final RunningCampaign.Observer observer;
    private final RandomGenerator random;
    private final Trouble network;
    // Both guarded by this.
    private @Nullable RunningCampaign opened;
    private @Nullable Outcome closedWith;

    CampaignOpening(JobRunner runner, String owner, MiningListener listener, RunningCampaign.Observer observer,
            RandomGenerator random) {
        this.runner = runner;
        this.owner = owner;
        this.observer = observer;
        this.random = random;
        network = new Trouble(line -> listener.remarked(line + "; trying again"));
    }

    /**
     * Opens it; waits until that is possible.
     *
     * @return empty if it was closed meanwhile
     * @throws AccessRefusedException if the servers do not let this process
     * @throws TrackerRefusedException if the tracker does not
     */
    Optional<OpenCampaign> open() {
        do {
            // Another at each attempt: of one that failed something may be left.
            JobId id = JobText.newCampaignId(owner, random);
            try {
                RunningCampaign campaign = runner.open(id, DESCRIPTION, OpenCampaign.TIME_TO_LIVE, observer);
                return isTaken(campaign) ? Optional.of(new OpenCampaign(id, campaign)) : Optional.empty();
            } catch (AccessRefusedException | TrackerRefusedException e) {
                throw e; // That will not pass.
            } catch (ServersUnavailableException | TrackerException e) {
                network.tell(String.valueOf(e.getMessage()));
            }
        } while (Pause.of(TipWatch.POLL));
        return Optional.empty();
    }

    private synchronized boolean isTaken(RunningCampaign campaign) {
        if (closedWith != null) {
            campaign.close(closedWith);
            return false;
        }
        opened = campaign;
        return true;
    }

    /** Mining has ended. */
    synchronized void close(MiningResult.End end) {
        closedWith = switch (end) {
            case DONE -> Outcome.FOUND;
            case STOPPED, CANCELLED -> Outcome.CANCELLED;
            case FAILED -> Outcome.FAILED;
        };
        if (opened != null) {
            opened.close(closedWith);
        }
    }
}

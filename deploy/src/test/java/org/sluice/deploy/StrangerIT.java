package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;
import org.sluice.worker.runtime.Connections;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Somebody who is no peer writes to the topics of a network of real processes: the job's answer is exact all the same. */
class StrangerIT {
    private static final PeerId STRANGER = new PeerId("stranger.00000001");

    @TempDir
    private Path data = Path.of(".");

    private RealNetwork network = RealNetwork.nowhere();

    @AfterEach
    void stopAll() {
        network.close();
    }

    /** Work of the job by the word of the latest root there can be, who does not believe the workers. */
    private static Message gift(JobId job, List<PeerId> workers) {
        JobSpec spec = new JobSpec(job, new Range(0, 1_000), new Work.Integers(RealNetwork.ALGORITHM, Bytes.EMPTY),
                new Goal.TrailingZeroBits(200), Mode.ALL, 16);
        return new Message.SubjobRequest(STRANGER, spec, new SubjobId("stranger-1-1"), RangeSet.of(0, 1_000), List.of(),
                List.of(STRANGER, job), Limits.MAX_EPOCH, Limits.MAX_ROOT_EPOCH, Duration.ofHours(1), workers);
    }

    @Test
    void falseEndsAndFalseWorkTakeNothingFromAJob() throws Exception {
        network = RealNetwork.start(data);
        network.startWorker("ada");
        network.startWorker("bob");
        SluiceProcess submit = network.submitLongJob(2);
        JobId job = new JobId(submit.awaitError("^job (\\S+):").group(1));
        RealNetwork.awaitProgress(submit, 0);
        try (Connections stranger = Connections.join(network.tracker(), Duration.ofMinutes(1))) {
            List<PeerId> workers = stranger.tracker().directory().live().stream().map(PeerInfo::peer).toList();
            for (PeerId worker : workers) {
                stranger.outbox().send(worker, gift(job, workers));
                stranger.outbox()
                        .send(worker, new Message.Cancel(job, job, new CancelScope.WholeJob(Limits.MAX_ROOT_EPOCH),
                                CancelReason.EXHAUSTED));
                stranger.outbox().send(worker, gift(job, workers));
            }
            assertTrue(stranger.outbox().flush(Duration.ofMinutes(1)));
            RealNetwork.awaitProgress(submit, RealNetwork.awaitProgress(submit, 0));
            submit.kill();
            stranger.outbox().journal(job, new RootEvent.Ended(job, Limits.MAX_ROOT_EPOCH, Outcome.EXHAUSTED));
            assertTrue(stranger.outbox().flush(Duration.ofMinutes(1)));
        }

        SluiceProcess resumer = network.resumeAsSoonAsPossible(job.value());

        resumer.awaitError("a record says that the job has ended EXHAUSTED, but only");
        JsonNode answer = RealNetwork.answer(resumer);
        assertEquals(1, resumer.exitCode(), resumer::toString);
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
    }
}

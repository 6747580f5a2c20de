package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.kafka.Topic;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertThrows;

/** A peer that cannot live on is in nobody's list. */
class BrokenWorkerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Two in one JVM: the other goes on. */
    @Test
    @Timeout(180)
    void leavesTheTracker(@TempDir Path folder) throws Exception {
        RandomGenerator random = new Random();
        try (EmbeddedNetwork network = EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(folder));
                Connections connections = Connections.join(network.trackerAddress(), PATIENCE);
                KernelSelection kernels = KernelSelection.begin(() -> List.of(Kernels.portable()), 1,
                        Duration.ofMillis(1), random);
                WorkerPeer other = WorkerPeer.start(connections,
                        new WorkerPeer.Options("other", 1, "test", Parameters.defaults()), kernels, _ -> {}, random);
                WorkerPeer broken = WorkerPeer.start(connections,
                        new WorkerPeer.Options("broken", 1, "test", Parameters.defaults()), kernels, notice -> {
                            if (notice instanceof Notice.SubjobRefused) {
                                throw new IllegalStateException("nobody wants to hear that");
                            }
                        }, random)) {
            Workers.await(connections.tracker(), "broken", "other");

            connections.outbox().send(broken.id(), unknownAlgorithm());

            Workers.await(connections.tracker(), "other");
            Await.that("its inbox is gone", () -> !connections.topics().exists(new Topic.Inbox(broken.id())));
            assertThrows(IllegalStateException.class, () -> broken.awaitClosed(PATIENCE));
            Await.that("the other lives", () -> connections.topics().exists(new Topic.Inbox(other.id())));
        }
    }

    /** It is refused, and a notice says so. */
    private static Message unknownAlgorithm() {
        PeerId parent = new PeerId("parent.00000000");
        JobSpec spec = new JobSpec(new JobId("anna.job"), new Range(0, 100), new Work.Integers("NONE", Bytes.EMPTY),
                new Goal.TrailingZeroBits(8), Mode.ALL, 2);
        return new Message.SubjobRequest(parent, spec, new SubjobId("s"), RangeSet.of(0, 100), List.of(),
                List.of(parent), 1, 1, Duration.ofMinutes(1), List.of());
    }
}

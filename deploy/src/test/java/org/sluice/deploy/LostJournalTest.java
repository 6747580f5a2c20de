package org.sluice.deploy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A running job of which topics vanish: its root makes new ones, and from these the job can be resumed. */
@Tag("slow")
@Timeout(240)
class LostJournalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JobId JOB = new JobId("anna.lost-journal");

    /** Too large to be done while the test lasts. */
    private static final JobSpec ENDLESS = new JobSpec(JOB, new Range(0, 1L << 45),
            new Work.Integers("SHA3-512", Bytes.of(new byte[0])), new Goal.TrailingZeroBits(200), Mode.ALL, 16);

    private static final class Heard implements JobRunner.Observer {
        final List<Notice> notices = new CopyOnWriteArrayList<>();
        final CountDownLatch hashed = new CountDownLatch(1);

        @Override
        public void began(JobSpec spec) {}

        @Override
        public void progressed(Progress progress) {
            if (progress.covered() > 0) {
                hashed.countDown();
            }
        }

        @Override
        public void noticed(Notice notice) {
            notices.add(notice);
        }
    }

    static List<List<Topic>> lost() {
        return List.of(List.of(new Topic.Journal(JOB)), List.of(new Topic.RootInbox(JOB)), Topic.ofJob(JOB));
    }

    @ParameterizedTest
    @MethodSource("lost")
    void theJobGoesOnAndCanBeResumed(List<Topic> lost) throws Exception {
        try (EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
                Connections connections = Connections.join(network.trackerAddress(), PATIENCE);
                KernelSelection kernels = KernelSelection.begin(() -> List.of(Kernels.portable()), 1,
                        Duration.ofMillis(10),
                        new SplittableRandom(1));
                WorkerPeer _ = WorkerPeer.start(connections,
                        new WorkerPeer.Options("ada", 1, "test", Parameters.defaults()), kernels, _ -> {},
                        new SplittableRandom(2))) {
            Heard heard = new Heard();
            try (JoinedNetwork first = JoinedNetwork.join(network.trackerAddress(), PATIENCE, "test")) {
                // It is never waited for: the submitter dies without a word when its connections are closed.
                RunningJob _ = first.runner().start(ENDLESS, Duration.ofHours(1), heard);
                heard.hashed.await();
                connections.topics().delete(lost);
                Await.that("the journal is written anew",
                        () -> heard.notices.contains(new Notice.JournalReplaced(JOB)));
                assertTrue(connections.topics().exist(Topic.ofJob(JOB)));
                assertTrue(first.connections().outbox().flush(PATIENCE));
            }
            Heard heir = new Heard();
            try (JoinedNetwork second = JoinedNetwork.join(network.trackerAddress(), PATIENCE, "test")) {
                RunningJob resumed = second.runner().resume(JOB, Optional.empty(), heir);
                heir.hashed.await();
                assertTrue(heir.notices.stream()
                        .anyMatch(notice -> notice instanceof Notice.JobResumed told && told.covered() > 0
                                && told.subjobs() > 0),
                        heir.notices::toString);
                resumed.cancel();
                Answer answer = resumed.await();
                assertEquals(Outcome.CANCELLED, answer.outcome());
                assertEquals(Set.of("ada"), answer.shares()
                        .stream()
                        .map(share -> Workers.name(share.peer().value()))
                        .collect(Collectors.toSet()));
            }
        }
    }
}

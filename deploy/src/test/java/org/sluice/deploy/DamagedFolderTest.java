package org.sluice.deploy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.deploy.failure.NetworkException;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.kafka.Topic;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.worker.runtime.Connections;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A network starts on a data folder that was damaged, or says in one line what is damaged; it loses no job unseen. */
@Tag("slow")
@Timeout(180)
class DamagedFolderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Set<JobId> JOBS = new TreeSet<>(
            Set.of(new JobId("anna.job-1"), new JobId("anna.job-2"), new JobId("anna.job-3")));
    private static final PeerId SUBMITTER = new PeerId("submitter.00000001");
    private static final Duration HOUR = Duration.ofHours(1);
    /** Of a file of ZooKeeper's log: magic number, version, database. */
    private static final int LOG_HEADER = 4 + 4 + 8;

    @TempDir
    private Path folder;

    /** Without its snapshots ZooKeeper refuses its log. */
    @Test
    void truncatedSnapshotsOfTheTrackerAreNamed() throws Exception {
        runWithJobs();
        for (Path snapshot : trackerFiles("snapshot.")) {
            truncate(snapshot, Files.size(snapshot) / 2);
        }
        assertRefuses(folder.resolve("tracker/data/version-2"));
    }

    /** As after a block of the disk was lost: what ZooKeeper reads ends there, and it does not say so. */
    @Test
    void jobsThatTheTrackerLostAreAdoptedFromTheirJournals() throws Exception {
        runWithJobs();
        damageJob("anna/job-2", true);

        try (EmbeddedNetwork network = start()) {
            assertEquals(1, network.remarks().size());
            String remark = network.remarks().getFirst();
            assertFalse(remark.contains("anna.job-1"), remark);
            assertTrue(remark.contains("anna.job-2, anna.job-3"), remark);
            assertAllAreThere(network);
        }
        try (EmbeddedNetwork network = start()) {
            assertEquals(List.of(), network.remarks());
            assertAllAreThere(network);
        }
    }

    @Test
    void aDamagedLogOfTheTrackerIsNamedAndJobsAreAdoptedWhenItIsMovedAway() throws Exception {
        runWithJobs();
        damageJob("anna/job-2", false);
        assertRefuses(folder.resolve("tracker/data/version-2"));

        Files.move(folder.resolve("tracker"), folder.resolve("moved-away"));
        try (EmbeddedNetwork network = start()) {
            String remark = network.remarks().getFirst();
            JOBS.forEach(job -> assertTrue(remark.contains(job.value()), remark));
            assertAllAreThere(network);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ports.properties", "kafka/meta.properties"})
    void aFileOfNonsenseIsNamed(String file) throws Exception {
        start().close();
        Files.writeString(folder.resolve(file), "kafka=\\u00zz nonsense");
        assertRefuses(folder.resolve(file));
    }

    @Test
    void aPortThatIsNoneIsNamed() throws Exception {
        start().close();
        Files.writeString(folder.resolve("ports.properties"), "kafka=99999");
        assertRefuses(folder.resolve("ports.properties"));
    }

    private EmbeddedNetwork start() {
        return EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(folder));
    }

    private void assertRefuses(Path damaged) {
        String refusal = String.valueOf(assertThrows(NetworkException.class, this::start).getMessage());
        assertTrue(refusal.contains(damaged.toString()), refusal);
        assertTrue(refusal.contains("damaged"), refusal);
        assertTrue(refusal.contains(";"), refusal);
    }

    /** Each with a record in the tracker, a topic and the beginning of a journal. */
    private void runWithJobs() {
        try (EmbeddedNetwork network = start();
                Connections connections = Connections.join(network.trackerAddress(), PATIENCE)) {
            for (JobId job : JOBS) {
                connections.topics().create(Topic.ofJob(job), HOUR);
                var now = connections.tracker().time();
                connections.tracker()
                        .jobs()
                        .create(new JobRecord(job, JobState.RUNNING, now, now.plus(HOUR), "", SUBMITTER, 0));
                assertTrue(connections.tracker().jobs().claim(job).isPresent());
                connections.outbox().journal(job, new RootEvent.Started(spec(job), 1, SUBMITTER, HOUR));
            }
            assertTrue(connections.outbox().flush(PATIENCE));
        }
    }

    private static JobSpec spec(JobId job) {
        return new JobSpec(job, new Range(0, 1_000), new Work.Integers("SHA-256", Bytes.of(new byte[0])),
                new Goal.TrailingZeroBits(200), Mode.ALL, 16);
    }

    private static void assertAllAreThere(EmbeddedNetwork network) {
        try (Tracker tracker = Tracker.connect(network.trackerAddress(), PATIENCE)) {
            List<JobRecord> jobs = tracker.jobs().list();
            assertEquals(JOBS, new TreeSet<>(jobs.stream().map(JobRecord::job).toList()));
            for (JobRecord job : jobs) {
                assertEquals(JobState.RUNNING, job.state());
                assertEquals(SUBMITTER, job.submitter());
                assertEquals(1, job.rootEpoch());
                assertTrue(job.expires().isAfter(tracker.time()), job::toString);
            }
        }
    }

    private List<Path> trackerFiles(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tracker/data/version-2"))) {
            List<Path> found = files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix)).toList();
            assertFalse(found.isEmpty());
            return found;
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    /**
     * Damages the tracker's log where a job was entered.
     *
     * @param wholly whether nothing is left of that transaction and of the next thousand bytes, or it only differs
     */
    private void damageJob(String job, boolean wholly) throws IOException {
        byte[] path = ("/sluice/jobs/" + job).getBytes(StandardCharsets.US_ASCII);
        for (Path file : trackerFiles("log.")) {
            ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(file));
            // Each transaction: checksum (8 bytes), length (4), data, and an end mark (1).
            for (int at = LOG_HEADER; log.getInt(at + 8) > 0; at += 8 + 4 + log.getInt(at + 8) + 1) {
                int length = log.getInt(at + 8);
                if (new String(log.array(), at, length, StandardCharsets.ISO_8859_1)
                        .contains(new String(path, StandardCharsets.ISO_8859_1))) {
                    write(file, wholly ? at : at + 12 + length / 2, new byte[wholly ? length + 1_000 : 8]);
                    return;
                }
            }
        }
        throw new AssertionError("the log does not tell of " + job);
    }

    private static void write(Path file, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertEquals(bytes.length, channel.write(ByteBuffer.wrap(bytes), position));
        }
    }
}

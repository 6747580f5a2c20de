package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.sluice.deploy.containers.Await;
import org.sluice.protocol.value.JobId;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * A network on servers of one's own, and what happens to its jobs when something happens to them: three of ZooKeeper's, three of
 * Kafka's and a registry that is not ours, with five workers and two stewards, each a process.
 *
 * <p>Whatever happens, each job covers its range exactly, finds every planted solution, and leaves nothing but what belongs to
 * it until it expires.
 */
@Isolated("it has a dozen processes of its own")
final class ClusterIT {
    /** How long a job takes if nothing else needs the processors. */
    private static final Duration LENGTH = Duration.ofSeconds(12);
    /** Beyond this a job may end before what happens to it has had its effect, and the next one begins first. */
    private static final double LATE_PERCENT = 60;
    private static final Duration UNDISTURBED = Duration.ofSeconds(2);

    @TempDir
    private static Path folder = Path.of("");

    private static Cluster cluster = Cluster.none();
    private static JobId shortLived = new JobId("nobody.none");

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start(folder);
        JsonNode answer = RealNetwork.answer(cluster.network()
                .submit("--from", "0", "--to", "1000", "--zeros", "1", "--mode", "all", "--timeout", "30s"));
        shortLived = new JobId(answer.get("job").asText());
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    /** What happens to servers and workers in the middle of a job. */
    @FunctionalInterface
    private interface Fault {
        void happen(SluiceProcess submit) throws Exception;
    }

    /** Lets things happen in the middle of jobs, of as many as it takes, one after the other. */
    private static void loseNothing(Fault... faults) throws Exception {
        SluiceProcess submit = begin();
        for (Fault fault : faults) {
            if (!submit.isAlive() || RealNetwork.progress(submit) > LATE_PERCENT) {
                end(submit);
                submit = begin();
            }
            fault.happen(submit);
        }
        end(submit);
    }

    private static SluiceProcess begin() throws Exception {
        cluster.awaitWorkers();
        SluiceProcess submit = cluster.submit(LENGTH);
        RealNetwork.awaitProgress(submit, 0);
        return submit;
    }

    private static void end(SluiceProcess submit) throws Exception {
        JsonNode answer = RealNetwork.answer(submit);
        assertEquals(0, submit.exitCode(), submit::toString);
        RealNetwork.assertCoversEverything(answer, "FOUND");
        Set<Long> found = new HashSet<>();
        answer.get("solutions").forEach(solution -> found.add(solution.get("integer").asLong()));
        assertEquals(Set.copyOf(PlantedSolutions.below(answer.get("range").get("end").asLong())), found,
                answer::toString);
        cluster.awaitNothingLeft();
    }

    /** Waits until the job has gone on for a while, so that it feels what has happened, or has ended. */
    private static void goOn(SluiceProcess submit) throws Exception {
        SluiceProcess worker = cluster.worker("ada");
        Duration enough = worker.processorTime().plus(UNDISTURBED);
        Await.that("the job goes on",
                () -> !submit.isAlive() || worker.processorTime().compareTo(enough) > 0);
    }

    @Test
    void aJobLosesNothingWhenEachServerIsKilledOnce() throws Exception {
        List<Fault> faults = new ArrayList<>();
        faults.add(submit -> {
            OwnServers.Server leader = cluster.leader();
            leader.kill();
            goOn(submit);
            leader.restart();
            cluster.awaitTrackers();
        });
        for (OwnServers.Server broker : cluster.servers().brokers()) {
            faults.add(submit -> {
                broker.kill();
                goOn(submit);
                broker.restart();
                cluster.awaitAllInSync();
            });
        }
        faults.add(submit -> {
            for (OwnServers.Server tracker : cluster.servers().trackers()) {
                tracker.restart();
            }
            cluster.awaitTrackers();
        });
        loseNothing(faults.toArray(Fault[]::new));
    }

    @Test
    void aJobLosesNothingWhenAllServersAreRestartedOneByOne() throws Exception {
        List<Fault> faults = new ArrayList<>();
        for (OwnServers.Server tracker : cluster.servers().trackers()) {
            faults.add(submit -> {
                tracker.restartGently();
                cluster.awaitTrackers();
            });
        }
        for (OwnServers.Server broker : cluster.servers().brokers()) {
            faults.add(submit -> {
                broker.restartGently();
                cluster.awaitAllInSync();
            });
        }
        loseNothing(faults.toArray(Fault[]::new));
    }

    @Test
    void aJobLosesNothingWhenTheDiskOfABrokerIsFull() throws Exception {
        OwnServers.Server broker = cluster.servers().brokers().getLast();
        SmallDisk disk = cluster.disk();
        loseNothing(submit -> {
            disk.fill();
            cluster.awaitFallenBehind(broker);
            goOn(submit);
            disk.clear();
            broker.restart();
            cluster.awaitAllInSync();
        });
    }

    @Test
    void aJobLosesNothingWhenAWorkerIsCutOff() throws Exception {
        List<Fault> faults = new ArrayList<>();
        for (List<Cable> cables : List.of(List.of(cluster.toTrackers()), List.of(cluster.toBrokers()),
                List.of(cluster.toTrackers(), cluster.toBrokers()))) {
            faults.add(submit -> {
                cables.forEach(Cable::cut);
                if (cables.contains(cluster.toTrackers())) {
                    cluster.awaitMissing(Cluster.CUT_OFF);
                } else {
                    goOn(submit);
                }
                cables.forEach(Cable::mend);
                cluster.awaitWorkers();
            });
        }
        loseNothing(faults.toArray(Fault[]::new));
        Await.that("who was cut off takes part again", () -> {
            JsonNode answer = RealNetwork.answer(cluster.submit(Duration.ofSeconds(5)));
            return RealNetwork.names(answer).equals(Cluster.WORKERS);
        });
    }

    @Test
    void aJobLosesNothingWhenTheRegistryIsAwayAndWhoComesMeanwhileWaitsForIt() throws Exception {
        loseNothing(submit -> {
            cluster.toRegistry().cut();
            SluiceProcess newcomer = cluster.network().beginWorker("fay", cluster.network().tracker(), List.of());
            newcomer.awaitError("waiting for it");
            cluster.toRegistry().mend();
            RealNetwork.awaitJoined(newcomer);
            newcomer.terminate();
            newcomer.awaitEnd();
        });
    }

    @Test
    void anotherStewardTakesOverAndNothingIsLeftOfAJobThatHasExpired() throws Exception {
        loseNothing(submit -> {
            SluiceProcess successor = cluster.killSteward();
            successor.awaitOutput("Looking after the network");
        });
        Await.that(shortLived + " has expired and is gone with its topics", () -> !cluster.isKnown(shortLived));
    }

    @Test
    void theNetworkIsUsableAndKeepsEachRecordThreeTimes() throws Exception {
        SluiceProcess check = cluster.network().run("network", "check", "--tracker", cluster.network().tracker());
        assertEquals(0, check.exitCode(), check::toString);
        JsonNode shown = RealNetwork
                .answer(cluster.network().run("network", "show", "--tracker", cluster.network().tracker(), "--json"));
        assertEquals(3, shown.get("replication").asInt(), shown::toString);
        assertEquals(2, shown.get("minInSyncReplicas").asInt(), shown::toString);
    }
}

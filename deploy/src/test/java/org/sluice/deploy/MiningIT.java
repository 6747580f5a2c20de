package org.sluice.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.sluice.deploy.bitcoin.FullNode;
import org.sluice.deploy.containers.Await;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.worker.runtime.Connections;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code sluice submit bitcoin} mines the blocks of a real node. */
class MiningIT {
    private static final String ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static SluiceProcess mine(FullNode full, String address, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("submit", "bitcoin", "--rpc", full.url().toString(), "--cookie",
                full.chainFolder().resolve(".cookie").toString(), "--address", address));
        command.addAll(List.of(options));
        return SluiceProcess.start(command.toArray(String[]::new));
    }

    @Test
    void minesAsManyBlocksAsAreWantedWithTheirTransactions() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder)) {
            full.createWallet();
            full.generate(1, full.newAddress("bech32"));
            full.generate(100, ADDRESS);
            String paid = full.askWallet("sendtoaddress", ADDRESS, 20).textValue();
            try (SluiceProcess miner = mine(full, full.newAddress("bech32m"), "--blocks", "3", "--json")) {
                assertEquals(0, miner.exitCode(), miner::toString);

                JsonNode mined = JSON.readTree(miner.output());
                assertEquals("DONE", mined.get("status").asText());
                assertEquals(3, mined.get("accepted").asInt());
                assertEquals(104, full.height());
                List<String> accepted = new ArrayList<>();
                mined.get("blocks").forEach(block -> {
                    if (block.get("outcome").asText().equals("ACCEPTED")) {
                        accepted.add(block.get("hash").asText());
                    }
                });
                assertEquals(full.ask("getbestblockhash").textValue(), accepted.getLast());
                JsonNode first = full.ask("getblock", accepted.getFirst());
                assertEquals(paid, first.get("tx").get(1).textValue());
            }
        }
    }

    /** On regtest a block takes no time, so tips change all the time too; and the node makes a new cookie when it is started again. */
    @Test
    void goesOnThroughANewTipAndARestartedNodeUntilItIsTerminated() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder);
                SluiceProcess miner = mine(full, ADDRESS)) {
            Await.that("two blocks are mined", () -> full.height() >= 2);
            full.stop();
            miner.awaitError("cookie .* is not there|no node answers|broke off");
            full.startAgain();
            long before = full.height();
            Await.that("it goes on", () -> full.height() >= before + 2);

            miner.signal("TERM"); // A test that runs in the background could not send Ctrl-C.

            assertNotEquals(0, miner.exitCode(), miner::toString);
            assertTrue(miner.output().contains(" mined, "), miner::toString);
        }
    }

    /** On a network of others it is one job, whatever number of blocks it mines, and a dead miner's is not resumed. */
    @Test
    void isOneJobThatOthersCanCancel(@TempDir Path data) throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); RealNetwork network = RealNetwork.start(data)) {
            SluiceProcess miner = mineOn(network, full);
            Await.that("ten blocks are mined", () -> full.height() >= 10);

            JsonNode job = onlyJob(network);
            assertEquals("RUNNING", job.get("state").asText());
            Set<Topic> topics = topics(network);
            assertEquals(Set.copyOf(Topic.ofJob(new JobId(job.get("job").asText()))), topics);

            SluiceProcess cancel = network.run("cancel", job.get("job").asText(), "--tracker", network.tracker());
            assertEquals(0, cancel.exitCode(), cancel::toString);
            assertEquals(4, miner.exitCode(), miner::toString);
            assertTrue(miner.output().contains(" mined, "), miner::toString);
            assertTrue(miner.errors().contains("mining was cancelled by somebody else"), miner::toString);
            assertEquals("CANCELLED", onlyJob(network).get("state").asText());
        }
    }

    /** Mines on a network of others, which has one worker. */
    private static SluiceProcess mineOn(RealNetwork network, FullNode full) throws Exception {
        network.startWorker("ada");
        SluiceProcess miner = mine(full, ADDRESS, "--tracker", network.tracker());
        network.add(miner);
        return miner;
    }

    private static JsonNode onlyJob(RealNetwork network) throws Exception {
        SluiceProcess jobs = network.run("jobs", "--tracker", network.tracker(), "--json");
        assertEquals(0, jobs.exitCode(), jobs::toString);
        JsonNode listed = JSON.readTree(jobs.output()).get("jobs");
        assertEquals(1, listed.size(), jobs::toString);
        return listed.get(0);
    }

    /** Those of jobs. */
    private static Set<Topic> topics(RealNetwork network) {
        try (Connections connections = Connections.join(network.tracker(), Connections.PATIENCE)) {
            return connections.topics()
                    .list()
                    .stream()
                    .filter(topic -> topic.ofWhichJob().isPresent())
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void aDeadMinersJobIsCancelledOrLeftToItsExpiryAndNotResumed(@TempDir Path data) throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); RealNetwork network = RealNetwork.start(data)) {
            SluiceProcess miner = mineOn(network, full);
            Await.that("a block is mined", () -> full.height() >= 1);
            String job = onlyJob(network).get("job").asText();

            miner.kill();

            Await.that("it has no owner", () -> !onlyJob(network).get("owned").asBoolean());
            SluiceProcess resume = network.run("resume", job, "--tracker", network.tracker());
            assertEquals(2, resume.exitCode(), resume::toString);
            assertTrue(resume.errors().contains("start it again with sluice submit bitcoin"), resume::toString);
            SluiceProcess cancel = network.run("cancel", job, "--tracker", network.tracker());
            assertEquals(0, cancel.exitCode(), cancel::toString);
            assertEquals("CANCELLED", onlyJob(network).get("state").asText());
        }
    }

    @Test
    void saysWhatIsWrongBeforeItBegins() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder);
                SluiceProcess wrong = mine(full, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")) {
            assertEquals(2, wrong.exitCode(), wrong::toString);
            assertEquals(1, wrong.errors().lines().count(), wrong::toString);
        }
    }
}

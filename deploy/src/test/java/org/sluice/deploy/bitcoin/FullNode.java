package org.sluice.deploy.bitcoin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.sluice.deploy.containers.Await;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.node.BitcoinNode;
import org.sluice.submitter.bitcoin.node.NodeClient;
import org.sluice.submitter.bitcoin.node.NodeCredentials;
import org.sluice.submitter.bitcoin.node.NodeException;

import com.fasterxml.jackson.databind.JsonNode;
import org.opentest4j.TestAbortedException;

/** A real Bitcoin node that is connected to no other: a process with a folder of its own, as {@code build/bitcoin-node} fetches it. */
public final class FullNode implements AutoCloseable {
    private static final Path PROGRAM = Path
            .of(System.getProperty("sluice.bitcoind", "../target/bitcoin-node/bin/bitcoind"))
            .toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String WALLET = "miner";

    private final Chain chain;
    private final List<String> command;
    private final Path folder;
    private final URI url;
    private final NodeClient rpc;
    private final NodeClient wallet;
    private Process process;

    private FullNode(Chain chain, Path folder, String... options) throws Exception {
        this.chain = chain;
        this.folder = folder;
        int port = freePort();
        this.url = URI.create("http://127.0.0.1:" + port);
        this.command = new ArrayList<>(List.of(PROGRAM.toString(), "-" + chain.nodesName(), "-datadir=" + folder,
                "-rpcport=" + port, "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", "-listen=0", "-connect=0",
                "-dnsseed=0", "-fallbackfee=0.0001", "-par=1", "-printtoconsole=0"));
        this.command.addAll(List.of(options));
        this.rpc = new NodeClient(url, credentials());
        this.wallet = new NodeClient(url.resolve("/wallet/" + WALLET), credentials());
        this.process = launch();
        awaitAnswer();
    }

    /**
     * Starts one, or skips the test that asks for it where there is none.
     *
     * @param folder an empty one
     * @param options more of its own options
     */
    public static FullNode start(Chain chain, Path folder, String... options) throws Exception {
        if (!Files.isExecutable(PROGRAM)) {
            String why = "there is no Bitcoin node; build/bitcoin-node fetches one where Debian's packages can be had";
            System.out.println("[bitcoin] a test is skipped: " + why);
            throw new TestAbortedException(why);
        }
        return new FullNode(chain, folder, options);
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile())
                .start();
    }

    private void awaitAnswer() throws Exception {
        try {
            Await.that("the node answers", () -> {
                try {
                    rpc.call("getblockcount", List.of(), PATIENCE);
                    return true;
                } catch (NodeException e) {
                    if (!process.isAlive() || !e.fault().passes()) {
                        throw new AssertionError(Files.readString(folder.resolve("output.log")), e);
                    }
                    return false;
                }
            });
        } catch (Exception | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The folder of its chain, where its cookie is. */
    public Path chainFolder() {
        return folder.resolve(chain.nodesName());
    }

    NodeCredentials credentials() {
        return new NodeCredentials.CookieFile(chainFolder().resolve(".cookie"));
    }

    public URI url() {
        return url;
    }

    /** A connection to it as the submitter has one. */
    BitcoinNode connect() {
        return new BitcoinNode(url, credentials());
    }

    /** Asks it anything. */
    public JsonNode ask(String method, Object... params) throws Exception {
        return rpc.call(method, List.of(params), PATIENCE);
    }

    public void createWallet() throws Exception {
        ask("createwallet", WALLET);
    }

    /** Asks its wallet. */
    public JsonNode askWallet(String method, Object... params) throws Exception {
        return wallet.call(method, List.of(params), PATIENCE);
    }

    /** A new address of the wallet: {@code legacy}, {@code p2sh-segwit}, {@code bech32} or {@code bech32m}. */
    public String newAddress(String type) throws Exception {
        return askWallet("getnewaddress", "", type).textValue();
    }

    public long height() throws Exception {
        return ask("getblockcount").longValue();
    }

    /** Lets it mine blocks itself, on regtest. */
    public void generate(int blocks, String address) throws Exception {
        ask("generatetoaddress", blocks, address);
    }

    public void stop() throws Exception {
        ask("stop");
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the node does not stop");
        }
    }

    /** Starts it again on the same data. */
    public void startAgain() throws Exception {
        process = launch();
        awaitAnswer();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        wallet.close();
        rpc.close();
    }
}

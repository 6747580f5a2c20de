package org.sluice.submitter.command;

import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.Interrupts;
import org.sluice.submitter.Network;
import org.sluice.submitter.NodeFailedException;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.address.InvalidAddressException;
import org.sluice.submitter.bitcoin.address.PayoutAddress;
import org.sluice.submitter.bitcoin.node.BackOff;
import org.sluice.submitter.bitcoin.node.BitcoinNode;
import org.sluice.submitter.bitcoin.node.BitcoinNode.ChainState;
import org.sluice.submitter.bitcoin.node.BlockVerdict.Outcome;
import org.sluice.submitter.bitcoin.node.NodeCredentials;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.mining.Miner;
import org.sluice.submitter.mining.MiningJson;
import org.sluice.submitter.mining.MiningLines;
import org.sluice.submitter.mining.MiningResult;
import org.sluice.submitter.mining.Node;
import org.sluice.submitter.option.Converters;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.submitter.option.OwnerOption;
import org.sluice.submitter.report.Quantity;
import org.sluice.submitter.request.IntegerText;
import org.sluice.submitter.request.UsageException;
import org.sluice.worker.runtime.Trouble;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice submit bitcoin}: mines the blocks of a Bitcoin node. */
@Command(name = "bitcoin", sortOptions = false, sortSynopsis = false, description = {
        "Mine blocks for a Bitcoin node: take its block templates, have the network search them, hand in what is found.",
        "It goes on until so many blocks are mined as are wanted, or until Ctrl-C.", SubmitCommand.WHERE},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {
                "  0:so many blocks as were wanted are part of the node's chain",
                "  2:wrong usage, and nothing was started",
                "  3:the node, the network or another part of the infrastructure failed",
                "  4:mining was cancelled by somebody else",
                "130:interrupted with Ctrl-C; what was mined so far is printed"},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice submit bitcoin --rpc http://127.0.0.1:8332 --cookie ~/.bitcoin/.cookie --address bc1q...",
                "  sluice submit bitcoin --rpc http://127.0.0.1:38332 --user anna --password-file secret --address tb1q... --blocks 1 --json"})
final class BitcoinCommand implements Callable<Integer> {
    private static final int FAN_OUT = 16;
    private static final int MOST_BLOCKS = 1_000_000_000;

    private final CommandContext context;

    @Option(names = "--rpc", paramLabel = "URL", order = 1, required = true, converter = Converters.OfUrl.class,
            description = "The node's RPC address, such as http://127.0.0.1:8332.")
    private URI rpc = URI.create("");

    @ArgGroup(exclusive = true, multiplicity = "1", order = 2)
    private Credentials credentials = new Credentials();

    @Option(names = "--address", paramLabel = "ADDRESS", order = 6, required = true,
            description = "Whom the blocks' rewards are paid to; it must be of the node's chain.")
    private String address = "";

    @Option(names = "--blocks", paramLabel = "N", order = 7, converter = Converters.OfInteger.class,
            description = "How many blocks are enough. Default: no number is.")
    private Optional<BigInteger> blocks = Optional.empty();

    @Mixin
    private OwnerOption owner = new OwnerOption();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    /** By what the node lets us in. */
    static final class Credentials {
        @Option(names = "--cookie", paramLabel = "FILE", order = 3,
                description = "The node's cookie: .cookie in its data folder, or in the folder of its chain there.")
        private Optional<Path> cookie = Optional.empty();

        @ArgGroup(exclusive = false)
        private @Nullable User user;
    }

    /** A user of the node. */
    static final class User {
        @Option(names = "--user", paramLabel = "NAME", order = 4, required = true,
                description = "The node's user (rpcuser or rpcauth).")
        private String name = "";

        @Option(names = "--password-file", paramLabel = "FILE", order = 5,
                description = "A file with the user's password. Default: the password is in the environment variable "
                        + NodeCredentials.PASSWORD_VARIABLE + ".")
        private Optional<Path> passwordFile = Optional.empty();
    }

    BitcoinCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Optional<Integer> wanted = blocks.map(count -> IntegerText.between("--blocks", count, 1, MOST_BLOCKS));
        Miner.Terms terms = new Miner.Terms(owner.owner(), wanted, FAN_OUT);
        try (Interrupts.Watch watch = context.interrupts().watch(); BitcoinNode node = node()) {
            watch.onInterrupt(Thread.currentThread()::interrupt);
            ChainState chain = state(node);
            PayoutAddress payout = payout(chain.chain());
            network.say("mining for the node at " + node + " on the chain " + chain.chain() + ", whose block "
                    + chain.height() + " is the last");
            try (Network joined = RootSession.join(() -> Submission.join(context, network, network::say), watch)) {
                MiningResult result = mine(joined, Node.of(node, chain.chain()), payout, terms, watch);
                print(result);
                if (result.failure().isPresent()) {
                    throw failure(result.failure().get());
                }
                return watch.interrupted() ? ExitStatus.INTERRUPTED : status(result.end());
            }
        } catch (NodeException e) {
            throw new NodeFailedException(e);
        }
    }

    private BitcoinNode node() throws NodeException {
        User user = credentials.user;
        NodeCredentials by = user == null
                ? new NodeCredentials.CookieFile(credentials.cookie.orElseThrow())
                : credentialsOf(user);
        try {
            return new BitcoinNode(rpc, by);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--rpc: " + e.getMessage());
        }
    }

    private NodeCredentials credentialsOf(User user) {
        try {
            return NodeCredentials.ofUser(user.name, user.passwordFile, context.environment());
        } catch (NodeException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Where the node is; one that starts, or is not there yet, is waited for. */
    private ChainState state(BitcoinNode node) throws NodeException, InterruptedException {
        BackOff backOff = new BackOff(context.random());
        Trouble away = new Trouble(line -> network.say(line + "; waiting for it"));
        while (true) {
            try {
                return node.chainState();
            } catch (NodeException e) {
                if (!e.fault().passes()) {
                    throw e;
                }
                away.tell(String.valueOf(e.getMessage()));
            }
            Thread.sleep(backOff.next());
        }
    }

    private PayoutAddress payout(Chain chain) {
        try {
            return PayoutAddress.parse(address, chain);
        } catch (InvalidAddressException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private MiningResult mine(Network joined, Node node, PayoutAddress payout, Miner.Terms terms,
            Interrupts.Watch watch) throws NodeException, InterruptedException {
        PrintWriter err = network.commandLine().getErr();
        try (MiningLines lines = new MiningLines(network.quiet() ? new PrintWriter(Writer.nullWriter()) : err,
                joined.tracker())) {
            Miner miner = new Miner(node, joined.runner(), payout, terms, lines, context.random());
            watch.onInterrupt(() -> {
                lines.remarked("interrupted: cancelling the search at its peers");
                miner.stop();
            });
            return miner.mine();
        }
    }

    private void print(MiningResult result) {
        PrintWriter out = network.commandLine().getOut();
        if (network.json()) {
            MiningJson.write(result, out);
            return;
        }
        out.println(Quantity.count(result.count(Outcome.ACCEPTED), "block") + " mined, "
                + result.count(Outcome.STALE) + " stale, " + result.count(Outcome.REJECTED) + " rejected; "
                + Quantity.count(result.hashes()) + " hashes in " + Quantity.duration(result.elapsed()));
        out.flush();
    }

    /** What mining could not go on after; what it came to until then is printed. */
    private static RuntimeException failure(Exception why) {
        return switch (why) {
            case NodeException node -> new NodeFailedException(node);
            case RuntimeException other -> other;
            default -> new IllegalStateException(why);
        };
    }

    private static int status(MiningResult.End end) {
        return switch (end) {
            case DONE -> ExitStatus.FOUND;
            case STOPPED -> ExitStatus.INTERRUPTED;
            case CANCELLED -> ExitStatus.ENDED_EARLY;
            case FAILED -> ExitStatus.INFRASTRUCTURE;
        };
    }
}

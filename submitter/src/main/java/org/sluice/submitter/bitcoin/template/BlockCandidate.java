package org.sluice.submitter.bitcoin.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.MerklePath;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.bitcoin.BlockHeader;
import org.sluice.submitter.bitcoin.address.PayoutAddress;

/**
 * A template made into a block that only lacks its proof of work: the coinbase is built, and what peers must know to search is ready.
 *
 * <p>Each candidate has a random salt in its coinbase. Without it two submitters with one address, or one that was started again, would
 * have the same hashes computed twice.
 */
public final class BlockCandidate {
    /** What stands in the coinbase of every block that Sluice has mined. */
    static final Bytes TAG = Bytes.of("/Sluice/".getBytes(StandardCharsets.US_ASCII));
    /** Random bytes in each coinbase. */
    static final int SALT_BYTES = 8;

    /** How much more a byte without witness, or a signature check outside of it, counts (BIP 141). */
    private static final int WITNESS_SCALE = 4;

    private final BlockTemplate template;
    private final Coinbase coinbase;
    private final BlockSpace space;

    private BlockCandidate(BlockTemplate template, Coinbase coinbase, BlockSpace space) {
        this.template = template;
        this.coinbase = coinbase;
        this.space = space;
    }

    /**
     * Makes a candidate.
     *
     * @param payout whom the whole reward is paid to
     * @param random where the salt comes from
     * @throws InvalidTemplateException if the template leaves no room for the coinbase
     */
    public static BlockCandidate of(BlockTemplate template, PayoutAddress payout, RandomGenerator random)
            throws InvalidTemplateException {
        List<Coinbase.Output> outputs = new ArrayList<>();
        outputs.add(new Coinbase.Output(template.coinbaseValue(), payout.script()));
        template.witnessCommitment().ifPresent(script -> outputs.add(new Coinbase.Output(0, script)));
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Bytes tagAndSalt = new ByteWriter().bytes(TAG).bytes(Bytes.of(salt)).toBytes();
        Coinbase coinbase = Coinbase.of(template.height(), template.coinbaseExtras(), tagAndSalt, outputs,
                template.witnessCommitment().isPresent());
        requireRoom(template, coinbase, payout);
        BlockHeader blank = new BlockHeader(template.version(), template.previousBlock(), Bytes.of(new byte[32]),
                template.time(), template.target().bits(), 0);
        MerklePath path = MerklePath.ofFirst(template.transactions().stream().map(TemplateTransaction::id).toList());
        BlockSpace space = BlockSpace.of(new Work.Header(blank.withoutNonce(), template.rollsVersion()),
                coinbase.prefix(), coinbase.suffix(), path);
        return new BlockCandidate(template, coinbase, space);
    }

    private static void requireRoom(BlockTemplate template, Coinbase coinbase, PayoutAddress payout)
            throws InvalidTemplateException {
        List<TemplateTransaction> transactions = template.transactions();
        int headerAndCount = BlockHeader.LENGTH + new ByteWriter().compactSize(transactions.size() + 1)
                .toBytes()
                .length();
        requireRoom("weight", template.weightLimit(),
                WITNESS_SCALE * (long) headerAndCount + coinbase.weight(),
                transactions.stream().mapToLong(TemplateTransaction::weight).sum());
        requireRoom("signature checks", template.sigopLimit(), WITNESS_SCALE * (long) payout.kind().sigops(),
                transactions.stream().mapToLong(TemplateTransaction::sigops).sum());
    }

    private static void requireRoom(String what, long limit, long own, long transactions)
            throws InvalidTemplateException {
        if (own + transactions > limit) {
            throw new InvalidTemplateException("the template's transactions take " + transactions + " of the "
                    + limit + " " + what + " that a block may have and leave no room for the " + own
                    + " of header and coinbase: let the node reserve more");
        }
    }

    /** What it was made of. */
    public BlockTemplate template() {
        return template;
    }

    /** What is searched. */
    public BlockSpace space() {
        return space;
    }

    /** What is searched for. */
    public Goal goal() {
        return template.target().goal();
    }

    /** The header that an integer of the {@link #space()} stands for. */
    public BlockHeader header(long integer) {
        return BlockHeader.of(space.header(space.extranonce(integer)), space.headerInteger(integer));
    }

    /** The whole block that an integer of the {@link #space()} stands for, with its witnesses, as it is handed in. */
    public Bytes block(long integer) {
        ByteWriter block = new ByteWriter().bytes(header(integer).toBytes())
                .compactSize(template.transactions().size() + 1)
                .bytes(coinbase.inBlock(space.coinbase(space.extranonce(integer))));
        template.transactions().forEach(transaction -> block.bytes(transaction.data()));
        return block.toBytes();
    }
}

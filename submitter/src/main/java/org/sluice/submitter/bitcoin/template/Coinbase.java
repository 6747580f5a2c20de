package org.sluice.submitter.bitcoin.template;

import java.util.Arrays;
import java.util.List;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;

/**
 * A block's first transaction, which pays its reward, with a place in its script for the extranonce.
 *
 * <p>The script is the block's height (BIP 34), what the node wants in it, and one push of tag, salt and extranonce: pushes
 * alone, so that no byte of it counts for a signature check. Lock time and sequence are what BIP 54 will ask for: they name the height before this one, so that no two
 * coinbases have the same id.
 */
final class Coinbase {
    /** Bytes that a coinbase's script has at least and at most. */
    static final int MIN_SCRIPT = 2;
    static final int MAX_SCRIPT = 100;

    /** The longest push whose opcode is its length. */
    private static final int MAX_PUSH = 75;
    private static final int VERSION = 2;
    private static final long NO_OUTPUT = 0xffff_ffffL;
    private static final long SEQUENCE = 0xffff_fffeL;
    private static final int VERSION_BYTES = 4;
    private static final int LOCK_TIME_BYTES = 4;
    private static final Bytes MARKER_AND_FLAG = Bytes.fromHex("0001");

    private final Bytes prefix;
    private final Bytes suffix;
    private final boolean hasWitness;

    private Coinbase(Bytes prefix, Bytes suffix, boolean hasWitness) {
        this.prefix = prefix;
        this.suffix = suffix;
        this.hasWitness = hasWitness;
    }

    /**
     * What a coinbase pays.
     *
     * @param value in satoshi
     */
    record Output(long value, Bytes script) {}

    /**
     * A coinbase.
     *
     * @param height the block's, 1 or more
     * @param extras pushed behind the height, one by one
     * @param tagAndSalt pushed together with the extranonce
     * @param outputs in their order
     * @param hasWitness whether one of the outputs commits to witnesses, so that the coinbase has one itself
     */
    static Coinbase of(long height, List<Bytes> extras, Bytes tagAndSalt, List<Output> outputs, boolean hasWitness)
            throws InvalidTemplateException {
        ByteWriter script = new ByteWriter().bytes(height(height));
        for (Bytes extra : extras) {
            push(script, extra.length()).bytes(extra);
        }
        push(script, tagAndSalt.length() + BlockSpace.EXTRANONCE_BYTES).bytes(tagAndSalt);
        Bytes beforeExtranonce = script.toBytes();
        int length = beforeExtranonce.length() + BlockSpace.EXTRANONCE_BYTES;
        if (length < MIN_SCRIPT || length > MAX_SCRIPT) {
            throw new InvalidTemplateException("the coinbase's script would have " + length + " bytes, but may have "
                    + MIN_SCRIPT + " to " + MAX_SCRIPT + ": too much is to stand in it");
        }
        Bytes prefix = new ByteWriter().int32(VERSION)
                .compactSize(1)
                .bytes(Bytes.of(new byte[32]))
                .int32(NO_OUTPUT)
                .compactSize(length)
                .bytes(beforeExtranonce)
                .toBytes();
        ByteWriter suffix = new ByteWriter().int32(SEQUENCE).compactSize(outputs.size());
        outputs.forEach(output -> suffix.int64(output.value()).sized(output.script()));
        return new Coinbase(prefix, suffix.int32(height - 1).toBytes(), hasWitness);
    }

    /**
     * The push of a number in a script as BIP 34 wants it: OP_1 to OP_16 for 1 to 16, else the least number of bytes, little-endian, whose highest bit, a
     * sign, is not set.
     *
     * @param height 1 to 2^31-1
     */
    static Bytes height(long height) {
        if (height <= 16) {
            return Bytes.of(new byte[]{(byte) (0x50 + height)});
        }
        int length = (Long.SIZE - Long.numberOfLeadingZeros(height)) / 8 + 1;
        ByteWriter push = new ByteWriter().int8(length);
        for (int i = 0; i < length; i++) {
            push.int8((int) (height >>> (8 * i)));
        }
        return push.toBytes();
    }

    private static ByteWriter push(ByteWriter script, int length) throws InvalidTemplateException {
        if (length > MAX_PUSH) {
            throw new InvalidTemplateException(
                    "a part of the coinbase's script would have " + length + " bytes, but may have " + MAX_PUSH);
        }
        return script.int8(length);
    }

    /** The bytes before the extranonce, without the witness. */
    Bytes prefix() {
        return prefix;
    }

    /** The bytes behind the extranonce, without the witness. */
    Bytes suffix() {
        return suffix;
    }

    /** In weight units: a byte counts four, one of the witness counts one (BIP 141). */
    long weight() {
        long base = prefix.length() + BlockSpace.EXTRANONCE_BYTES + (long) suffix.length();
        return 4 * base + (hasWitness ? MARKER_AND_FLAG.length() + witness().length() : 0);
    }

    /**
     * The coinbase as it stands in a block, with the witness if it has one (BIP 144).
     *
     * @param withoutWitness the coinbase with its extranonce, whose hash is its id
     */
    Bytes inBlock(Bytes withoutWitness) {
        if (!hasWitness) {
            return withoutWitness;
        }
        int lockTime = withoutWitness.length() - LOCK_TIME_BYTES;
        return new ByteWriter().bytes(part(withoutWitness, 0, VERSION_BYTES))
                .bytes(MARKER_AND_FLAG)
                .bytes(part(withoutWitness, VERSION_BYTES, lockTime))
                .bytes(witness())
                .bytes(part(withoutWitness, lockTime, withoutWitness.length()))
                .toBytes();
    }

    private static Bytes witness() {
        return new ByteWriter().compactSize(1).sized(WitnessCommitment.RESERVED_VALUE).toBytes();
    }

    private static Bytes part(Bytes bytes, int begin, int end) {
        return Bytes.of(Arrays.copyOfRange(bytes.toArray(), begin, end));
    }
}

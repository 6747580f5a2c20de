package org.sluice.worker.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

import org.jspecify.annotations.Nullable;

/**
 * A search that hashes one integer after the other with the JDK's {@link MessageDigest}.
 *
 * <p>The message is laid out once; per integer only the bytes that depend on it are written. Where a message begins
 * with more than a few bytes that never change, the state behind them is computed once and cloned for each integer: a
 * clone is then cheaper than hashing them again, although it is the one thing here that allocates.
 *
 * <p>What is written while hashing is made anew by the thread that hashes, again and again: the garbage collector moves the
 * objects of several searches next to each other, and two threads that write to one cache line take turns. Two of them were
 * together slower than one.
 */
public final class MessageDigestSearch implements Search {
    /** Between two looks at the stop signal this many integers are hashed: 0.2 ms for SHA-256, 2 ms for a slow MD2. */
    private static final int STRIDE = 1_024;

    /**
     * From this length on cloning the state behind the constant bytes is faster than hashing them, or at least as fast:
     * SHA-256, SHA-1 and MD5 have a whole block by then, and SHA-512 and SHA3-256, which have one at 128 and 136 bytes,
     * lose nothing.
     */
    private static final int WORTH_CLONING = 64;

    private final String algorithm;
    private final byte[] message;
    private final boolean twice;
    private final Placement placement;
    private final GoalMatcher goal;
    private final Hasher own;

    public MessageDigestSearch(Work.Plain work, Goal goal) {
        this.algorithm = work.algorithm();
        this.message = Reference.message(work, 0);
        this.twice = Reference.isDouble(work);
        this.placement = Placement.of(work, message);
        this.goal = GoalMatcher.of(goal, Reference.messageDigest(algorithm).getDigestLength());
        this.own = new Hasher();
    }

    @Override
    public long run(long start, long end, Hits hits, BooleanSupplier stop) {
        long next = start;
        while (next < end && !stop.getAsBoolean()) {
            Hasher hasher = new Hasher();
            long pause = end - next > STRIDE ? next + STRIDE : end;
            while (next < pause) {
                boolean hit = hasher.isHit(next);
                next++;
                if (hit && !hits.found(next - 1)) {
                    return next;
                }
            }
        }
        return next;
    }

    /** Whether the integer's digest meets the goal. */
    public boolean isHit(long integer) {
        return own.isHit(integer);
    }

    /** All that is written while hashing. */
    private final class Hasher {
        private final MessageDigest digest = Reference.messageDigest(algorithm);
        private final byte[] bytes = message.clone();
        private final byte[] output = new byte[digest.getDigestLength()];
        private final @Nullable MessageDigest begun = begin(digest, bytes, placement.constantBytes());
        private final int from = begun == null ? 0 : placement.constantBytes();

        boolean isHit(long integer) {
            placement.put(integer, bytes);
            try {
                MessageDigest current = begun == null ? digest : (MessageDigest) begun.clone();
                current.update(bytes, from, bytes.length - from);
                current.digest(output, 0, output.length);
                if (twice) {
                    digest.update(output, 0, output.length);
                    digest.digest(output, 0, output.length);
                }
            } catch (DigestException | CloneNotSupportedException e) {
                throw new IllegalStateException("a digest that was tried before fails: " + digest, e);
            }
            return goal.matches(output);
        }
    }

    private static @Nullable MessageDigest begin(MessageDigest digest, byte[] message, int constantBytes) {
        if (constantBytes < WORTH_CLONING) {
            return null;
        }
        try {
            MessageDigest begun = (MessageDigest) digest.clone();
            begun.update(message, 0, constantBytes);
            return begun;
        } catch (CloneNotSupportedException _) {
            return null; // A provider need not support it; then the whole message is hashed each time.
        }
    }

    /** Where an integer stands in the message. */
    private interface Placement {
        /** How many of the message's first bytes are the same for every integer. */
        int constantBytes();

        /** Writes the integer into the message. */
        void put(long integer, byte[] message);

        static Placement of(Work.Plain work, byte[] message) {
            return switch (work) {
                case Work.Integers(var _, var prefix) -> new BigEndian(prefix.length());
                case Work.Header(var _, boolean rollVersion) ->
                    rollVersion ? new NonceAndVersion((int) LITTLE_ENDIAN_INT.get(message, 0)) : new Nonce();
            };
        }
    }

    private static final VarHandle BIG_ENDIAN_LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
            ByteOrder.BIG_ENDIAN);
    private static final VarHandle LITTLE_ENDIAN_INT = MethodHandles.byteArrayViewVarHandle(int[].class,
            ByteOrder.LITTLE_ENDIAN);

    /** Eight bytes behind the prefix. */
    private record BigEndian(int constantBytes) implements Placement {
        @Override
        public void put(long integer, byte[] message) {
            BIG_ENDIAN_LONG.set(message, constantBytes, integer);
        }
    }

    /** A header's last four bytes. */
    private record Nonce() implements Placement {
        @Override
        public int constantBytes() {
            return Work.Header.LENGTH;
        }

        @Override
        public void put(long integer, byte[] message) {
            LITTLE_ENDIAN_INT.set(message, Work.Header.LENGTH, (int) integer);
        }
    }

    /** A header's last four bytes, and the version in its first four, as it is where its bits are not rolled. */
    private record NonceAndVersion(int version) implements Placement {
        @Override
        public int constantBytes() {
            return 0;
        }

        @Override
        public void put(long integer, byte[] message) {
            int rolled = ((int) integer << Reference.ROLLED_VERSION_SHIFT) & Reference.ROLLED_VERSION_BITS;
            LITTLE_ENDIAN_INT.set(message, 0, (version & ~Reference.ROLLED_VERSION_BITS) | rolled);
            LITTLE_ENDIAN_INT.set(message, Work.Header.LENGTH, (int) (integer >>> Reference.VERSION_INDEX_BITS));
        }
    }
}

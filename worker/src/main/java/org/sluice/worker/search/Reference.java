package org.sluice.worker.search;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;

/**
 * The plain definition of an integer's digest, by which kernels are checked and claimed solutions are believed.
 *
 * <p>It is written to be obviously right, not fast: {@link Work} says what the kinds of work are, BIP 320 for version
 * rolling.
 */
public final class Reference {
    /** The name of SHA-256 applied twice, which the JDK does not know. */
    public static final String DOUBLE_SHA_256 = "SHA-256D";

    /** Bits 13 to 28 of a block's version, which BIP 320 leaves to miners. */
    public static final int ROLLED_VERSION_BITS = 0x1fffe000;
    /** The lowest of the {@link #ROLLED_VERSION_BITS}. */
    public static final int ROLLED_VERSION_SHIFT = 13;
    /** How many of an integer's low bits are the version index when the version is rolled. */
    public static final int VERSION_INDEX_BITS = 16;

    private static final Set<String> ALGORITHMS = findAlgorithms();

    private Reference() {}

    /** The hash algorithms that this machine can compute, in upper case as {@link Work#algorithm()} has them. */
    public static Set<String> algorithms() {
        return ALGORITHMS;
    }

    /**
     * The length in bytes of the work's digests.
     *
     * @throws IllegalArgumentException if this machine does not know the algorithm
     */
    public static int digestLength(Work work) {
        return messageDigest(work.algorithm()).getDigestLength();
    }

    /**
     * The bytes that are hashed for an integer.
     *
     * @throws IllegalArgumentException if the integer lies outside of {@code [0, work.limit())}
     */
    public static byte[] message(Work work, long integer) {
        if (integer < 0 || integer >= work.limit()) {
            throw new IllegalArgumentException("the integer must be 0 to " + (work.limit() - 1) + ", not " + integer);
        }
        return switch (work) {
            case Work.Integers(String _, Bytes prefix) ->
                ByteBuffer.allocate(prefix.length() + Long.BYTES).put(prefix.toArray()).putLong(integer).array();
            case Work.Header(Bytes header, boolean rollVersion) -> {
                ByteBuffer message = ByteBuffer.allocate(Work.Header.LENGTH + Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
                message.put(header.toArray());
                if (rollVersion) {
                    int index = (int) integer & ((1 << VERSION_INDEX_BITS) - 1);
                    int version = (message.getInt(0) & ~ROLLED_VERSION_BITS) | (index << ROLLED_VERSION_SHIFT);
                    message.putInt(0, version).putInt((int) (integer >>> VERSION_INDEX_BITS));
                } else {
                    message.putInt((int) integer);
                }
                yield message.array();
            }
            case Work.Block block -> message(block.piece(integer), block.inPiece(integer));
        };
    }

    /**
     * The digest of an integer, in the order in which the hash function delivers it.
     *
     * @throws IllegalArgumentException if this machine does not know the algorithm, or the integer lies outside of
     *     {@code [0, work.limit())}
     */
    public static byte[] digest(Work work, long integer) {
        MessageDigest digest = messageDigest(work.algorithm());
        byte[] once = digest.digest(message(work, integer));
        return isDouble(work) ? digest.digest(once) : once;
    }

    /**
     * Whether a claimed solution is one: its integer belongs to the work, its digest is the integer's and meets the
     * goal.
     *
     * @throws IllegalArgumentException if this machine does not know the algorithm
     */
    public static boolean verifies(Work work, Goal goal, Solution solution) {
        if (solution.integer() >= work.limit()) {
            return false;
        }
        byte[] digest = digest(work, solution.integer());
        return Bytes.of(digest).equals(solution.digest()) && goal.isMetBy(digest);
    }

    /** The same of a job's solution. */
    public static boolean verifies(JobSpec job, Solution claimed) {
        return verifies(job.work(), job.goal(), claimed);
    }

    /** Whether the algorithm is applied twice. */
    public static boolean isDouble(Work work) {
        return work.algorithm().equals(DOUBLE_SHA_256);
    }

    /**
     * A fresh digest for the algorithm; one for SHA-256 if that is to be applied twice.
     *
     * @throws IllegalArgumentException if this machine does not know the algorithm
     */
    static MessageDigest messageDigest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.equals(DOUBLE_SHA_256) ? "SHA-256" : algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException(
                    "unknown algorithm '" + algorithm + "': this machine has " + String.join(", ", ALGORITHMS), e);
        }
    }

    private static Set<String> findAlgorithms() {
        Set<String> algorithms = new TreeSet<>(Security.getAlgorithms("MessageDigest"));
        algorithms.add(DOUBLE_SHA_256);
        return Collections.unmodifiableSet(algorithms);
    }
}

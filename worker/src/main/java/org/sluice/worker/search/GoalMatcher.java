package org.sluice.worker.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

import org.sluice.protocol.value.Goal;

/**
 * {@link Goal#isMetBy} for hot loops: the digest's last 64 bits decide nearly always, without allocating.
 *
 * <p>Both kinds of goal look at a digest's last bytes first. Only what those cannot decide is handed to the goal
 * itself.
 */
@FunctionalInterface
interface GoalMatcher {
    /** Whether the digest meets the goal. */
    boolean matches(byte[] digest);

    /** The matcher for a goal on digests of the given length in bytes. */
    static GoalMatcher of(Goal goal, int digestLength) {
        if (digestLength < Long.BYTES) {
            return goal::isMetBy;
        }
        return switch (goal) {
            case Goal.TrailingZeroBits zeros -> trailingZeroBits(zeros, digestLength);
            case Goal.Target target -> digestLength == 32 ? target(target) : _ -> false;
        };
    }

    private static GoalMatcher trailingZeroBits(Goal.TrailingZeroBits goal, int digestLength) {
        VarHandle bigEndian = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
        int at = digestLength - Long.BYTES;
        long mask = goal.bits() >= Long.SIZE ? -1 : (1L << goal.bits()) - 1;
        if (goal.bits() <= Long.SIZE) {
            return digest -> ((long) bigEndian.get(digest, at) & mask) == 0;
        }
        return digest -> (long) bigEndian.get(digest, at) == 0 && goal.isMetBy(digest);
    }

    private static GoalMatcher target(Goal.Target goal) {
        VarHandle littleEndian = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
        VarHandle bigEndian = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
        int at = 32 - Long.BYTES;
        long limit = (long) bigEndian.get(goal.target().toArray(), 0);
        return digest -> {
            int order = Long.compareUnsigned((long) littleEndian.get(digest, at), limit);
            return order < 0 || (order == 0 && goal.isMetBy(digest));
        };
    }
}

package org.sluice.submitter.request;

import java.math.BigInteger;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.submitter.bitcoin.CompactTarget;
import org.sluice.submitter.bitcoin.InvalidTargetException;

/** Goals as people type them: {@code --zeros}, {@code --bits} and {@code --target}. */
public final class GoalText {
    private static final int TARGET_DIGITS = 64;

    private GoalText() {}

    /** The last bits of the digest are zero. */
    public static Goal zeros(BigInteger count, DigestAlgorithm algorithm) {
        if (count.signum() < 0 || count.compareTo(BigInteger.valueOf(algorithm.bits())) > 0) {
            throw new UsageException("--zeros must be 0 to " + algorithm.bits() + ", not " + count + ": "
                    + algorithm.name() + " has only " + algorithm.bits() + " bits");
        }
        return new Goal.TrailingZeroBits(count.intValueExact());
    }

    /** The target that Bitcoin's compact form stands for. */
    public static Goal bits(String text) {
        String digits = HexText.digits("--bits", text);
        if (digits.isEmpty() || digits.length() > 8) {
            throw new UsageException("--bits has 1 to 8 hex digits, such as 1d00ffff, not " + digits.length());
        }
        try {
            return CompactTarget.of(Long.parseLong(digits, 16)).goal();
        } catch (InvalidTargetException e) {
            throw new UsageException("--bits: " + e.getMessage());
        }
    }

    /** The target itself, as a number whose leading zeroes may be left out. */
    public static Goal target(String text) {
        String digits = HexText.digits("--target", text);
        if (digits.isEmpty() || digits.length() > TARGET_DIGITS) {
            throw new UsageException("--target has 1 to " + TARGET_DIGITS + " hex digits, not " + digits.length());
        }
        Bytes target = Bytes.fromHex("0".repeat(TARGET_DIGITS - digits.length()) + digits);
        if (new BigInteger(1, target.toArray()).signum() == 0) {
            throw new UsageException("--target is zero, and nobody will find a digest that is; give a larger one");
        }
        return new Goal.Target(target);
    }
}

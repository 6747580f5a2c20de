package org.sluice.submitter.bitcoin.address;

import java.math.BigInteger;
import java.util.Arrays;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.DoubleSha256;

/** The encoding of Bitcoin's older addresses: a number to the base 58 whose last four bytes are a checksum. */
final class Base58Check {
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(ALPHABET.length());
    private static final int CHECKSUM = 4;

    private Base58Check() {}

    /** The bytes before the checksum. */
    static Bytes decode(String text) throws InvalidAddressException {
        BigInteger number = BigInteger.ZERO;
        for (int i = 0; i < text.length(); i++) {
            int digit = ALPHABET.indexOf(text.charAt(i));
            if (digit < 0) {
                throw new InvalidAddressException(
                        "has '" + text.charAt(i) + "' as character " + (i + 1) + ", which no such address has");
            }
            number = number.multiply(BASE).add(BigInteger.valueOf(digit));
        }
        byte[] bytes = withLeadingZeros(number, leadingOnes(text));
        int length = bytes.length - CHECKSUM;
        if (length < 0) {
            throw new InvalidAddressException("is too short");
        }
        Bytes content = Bytes.of(Arrays.copyOf(bytes, length));
        byte[] checksum = Arrays.copyOf(DoubleSha256.of(content).toArray(), CHECKSUM);
        if (!Arrays.equals(checksum, 0, CHECKSUM, bytes, length, bytes.length)) {
            throw new InvalidAddressException("has a wrong checksum: something in it is mistyped");
        }
        return content;
    }

    /** The digit 1 stands for zero, and each one in front for a whole byte. */
    private static int leadingOnes(String text) {
        int ones = 0;
        while (ones < text.length() && text.charAt(ones) == ALPHABET.charAt(0)) {
            ones++;
        }
        return ones;
    }

    private static byte[] withLeadingZeros(BigInteger number, int zeros) {
        int length = (number.bitLength() + 7) / 8;
        byte[] signed = number.toByteArray();
        byte[] bytes = new byte[zeros + length];
        System.arraycopy(signed, signed.length - length, bytes, zeros, length);
        return bytes;
    }
}

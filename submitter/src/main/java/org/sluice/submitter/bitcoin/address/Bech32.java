package org.sluice.submitter.bitcoin.address;

import java.io.ByteArrayOutputStream;
import java.util.Locale;

import org.sluice.protocol.value.Bytes;

/**
 * The encoding of segwit addresses: a prefix, the separator 1, and groups of five bits of which the last six are a checksum.
 *
 * <p>Bech32 (BIP 173) belongs to witness version 0, Bech32m (BIP 350) to all later ones; they differ in what the checksum comes out at.
 */
final class Bech32 {
    private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    private static final int CHECKSUM = 6;
    private static final int LONGEST = 90;
    private static final int BECH32 = 1;
    private static final int BECH32M = 0x2bc830a3;

    private Bech32() {}

    /**
     * What a segwit address says.
     *
     * @param prefix its human-readable part, in lower case
     * @param version the witness version, 0 to 16
     * @param program 2 to 40 bytes; 20 or 32 of version 0
     */
    record WitnessProgram(String prefix, int version, Bytes program) {}

    /** Whether the text begins with the prefix and the separator, in whatever case. */
    static boolean hasPrefix(String text, String prefix) {
        return text.toLowerCase(Locale.ROOT).startsWith(prefix + "1");
    }

    /** Reads a segwit address of any chain. */
    static WitnessProgram decode(String text) throws InvalidAddressException {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT))) {
            throw new InvalidAddressException("mixes capital and small letters");
        }
        int separator = lower.lastIndexOf('1');
        if (separator < 1 || lower.length() - separator - 1 <= CHECKSUM || lower.length() > LONGEST) {
            throw new InvalidAddressException("has a wrong length");
        }
        String prefix = lower.substring(0, separator);
        byte[] groups = groups(lower, separator + 1);
        int version = groups[0];
        int checksum = checksum(prefix, groups);
        if (checksum != BECH32 && checksum != BECH32M) {
            throw new InvalidAddressException("has a wrong checksum: something in it is mistyped");
        }
        if (version > 16) {
            throw new InvalidAddressException("has the witness version " + version + ", but there are 0 to 16");
        }
        if (checksum != (version == 0 ? BECH32 : BECH32M)) {
            throw new InvalidAddressException("has a checksum in " + (version == 0 ? "Bech32m" : "Bech32")
                    + ", which its witness version " + version + " does not have (BIP 350)");
        }
        return new WitnessProgram(prefix, version, program(groups, version));
    }

    private static byte[] groups(String lower, int begin) throws InvalidAddressException {
        byte[] groups = new byte[lower.length() - begin];
        for (int i = 0; i < groups.length; i++) {
            int group = ALPHABET.indexOf(lower.charAt(begin + i));
            if (group < 0) {
                throw new InvalidAddressException("has '" + lower.charAt(begin + i) + "' as character "
                        + (begin + i + 1) + ", which no such address has");
            }
            groups[i] = (byte) group;
        }
        return groups;
    }

    private static Bytes program(byte[] groups, int version) throws InvalidAddressException {
        ByteArrayOutputStream program = new ByteArrayOutputStream();
        int bits = 0;
        int held = 0;
        for (int i = 1; i < groups.length - CHECKSUM; i++) {
            held = (held << 5 | groups[i]) & 0xfff;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                program.write(held >>> bits);
            }
        }
        if (bits >= 5 || (held & ((1 << bits) - 1)) != 0) {
            throw new InvalidAddressException("ends with bits that belong to nothing");
        }
        int length = program.size();
        if (length < 2 || length > 40 || (version == 0 && length != 20 && length != 32)) {
            throw new InvalidAddressException("has a witness program of " + length + " bytes, which there is not");
        }
        return Bytes.of(program.toByteArray());
    }

    private static int checksum(String prefix, byte[] groups) {
        int checksum = 1;
        for (int i = 0; i < prefix.length(); i++) {
            checksum = step(checksum, prefix.charAt(i) >>> 5);
        }
        checksum = step(checksum, 0);
        for (int i = 0; i < prefix.length(); i++) {
            checksum = step(checksum, prefix.charAt(i) & 0x1f);
        }
        for (byte group : groups) {
            checksum = step(checksum, group);
        }
        return checksum;
    }

    private static int step(int checksum, int group) {
        int top = checksum >>> 25;
        int next = (checksum & 0x1ff_ffff) << 5 ^ group;
        for (int i = 0; i < GENERATOR.length; i++) {
            if ((top >>> i & 1) != 0) {
                next ^= GENERATOR[i];
            }
        }
        return next;
    }
}

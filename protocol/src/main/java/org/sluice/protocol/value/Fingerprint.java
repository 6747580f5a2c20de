package org.sluice.protocol.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Tells one job from another that has the same name: the first 8 bytes of the SHA-256 (FIPS 180-4) of all that a
 * {@link JobSpec} says, as a big-endian number.
 *
 * @param value any number
 */
public record Fingerprint(long value) {
    /** The fingerprint of a job. */
    public static Fingerprint of(JobSpec spec) {
        String work = switch (spec.work()) {
            case Work.Integers integers -> "integers " + integers.algorithm() + " " + integers.prefix().toHex();
            case Work.Header header -> header(header);
            case Work.Block(BlockSpace space) ->
                "block " + header(space.header()) + " " + space.coinbasePrefix().toHex()
                        + " " + space.coinbaseSuffix().toHex() + " "
                        + space.merklePath().siblings().stream().map(Bytes::toHex).collect(Collectors.joining(","));
        };
        String goal = switch (spec.goal()) {
            case Goal.TrailingZeroBits zeros -> "zeros " + zeros.bits();
            case Goal.Target target -> "target " + target.target().toHex();
        };
        String all = String.join("\n", spec.id().value(), Long.toString(spec.range().start()),
                Long.toString(spec.range().end()), work, goal, spec.mode().name(), Integer.toString(spec.fanOut()));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return new Fingerprint(ByteBuffer.wrap(digest).getLong());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static String header(Work.Header header) {
        return "header " + header.header().toHex() + " " + header.rollVersion();
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}

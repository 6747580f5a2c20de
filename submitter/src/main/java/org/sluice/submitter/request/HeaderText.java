package org.sluice.submitter.request;

import java.util.Arrays;
import java.util.Optional;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.bitcoin.BlockHeader;
import org.sluice.submitter.bitcoin.HeaderOrder;

/** Block headers as people type them: all 80 bytes, or the 76 before the nonce. */
public final class HeaderText {
    /** What SHA-256 appends to 80 bytes: a bit, zeroes, and their length in bits. */
    private static final String PADDING = "80" + "00".repeat(45) + "0280";
    /** The same as getwork shows it. */
    private static final String PADDING_IN_WORDS = "00000080" + "00".repeat(40) + "80020000";

    private HeaderText() {}

    /** Reads a header; without a nonce it gets the nonce 0. One whose nonce shows that it is in another order is refused. */
    public static BlockHeader parse(String text) {
        String digits = HexText.digits("the header", text);
        refusePadding(digits);
        if (digits.length() != 2 * BlockHeader.LENGTH && digits.length() != 2 * Work.Header.LENGTH) {
            throw new UsageException("a block header has 80 bytes (160 hex digits), or 76 (152) without its nonce, not "
                    + (digits.length() % 2 == 0
                            ? digits.length() / 2 + " (" + digits.length() + ")"
                            : digits.length() + " hex digits"));
        }
        Bytes header = Bytes.of(Arrays.copyOf(Bytes.fromHex(digits).toArray(), BlockHeader.LENGTH));
        BlockHeader parsed = BlockHeader.parse(header);
        if (parsed.nonce() != 0) {
            HeaderOrder.of(header).ifPresent(order -> {
                throw new UsageException("the header seems to have " + order.inWords()
                        + "; as it is hashed it is " + order.asHashed(header).toHex());
            });
        }
        return parsed;
    }

    /** Getwork's 128 bytes are a header in words of the other order, and padding behind it. */
    private static void refusePadding(String digits) {
        boolean inWords = digits.endsWith(PADDING_IN_WORDS);
        if (digits.length() != 2 * BlockHeader.LENGTH + PADDING.length() || !(inWords || digits.endsWith(PADDING))) {
            return;
        }
        Bytes header = Bytes.fromHex(digits.substring(0, 2 * BlockHeader.LENGTH));
        Optional<HeaderOrder> order = HeaderOrder.of(header)
                .or(() -> inWords ? Optional.of(HeaderOrder.WORDS) : Optional.empty());
        throw new UsageException("the header has SHA-256's padding behind its 80 bytes"
                + order.map(one -> ", and " + one.inWords()).orElse("") + "; as it is hashed it is "
                + order.map(one -> one.asHashed(header)).orElse(header).toHex());
    }

    /** What is odd about a header that is not refused, if anything: it has a nonce, but not one that was ever found for it. */
    public static Optional<String> doubt(BlockHeader header) {
        return header.nonce() == 0 || !header.hasGoal() || header.meetsItsGoal()
                ? Optional.empty()
                : Optional.of("the header's nonce " + header.nonce()
                        + " does not meet the goal that its bits set; is the header typed right?");
    }
}

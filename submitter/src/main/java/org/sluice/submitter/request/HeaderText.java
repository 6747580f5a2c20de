package org.sluice.submitter.request;

import java.util.Arrays;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.bitcoin.BlockHeader;

/** Block headers as people type them: all 80 bytes, or the 76 before the nonce. */
public final class HeaderText {
    private HeaderText() {}

    /** Reads a header; without a nonce it gets the nonce 0. */
    public static BlockHeader parse(String text) {
        String digits = HexText.digits("the header", text);
        if (digits.length() != 2 * BlockHeader.LENGTH && digits.length() != 2 * Work.Header.LENGTH) {
            throw new UsageException("a block header has 80 bytes (160 hex digits), or 76 (152) without its nonce, not "
                    + (digits.length() % 2 == 0
                            ? digits.length() / 2 + " (" + digits.length() + ")"
                            : digits.length() + " hex digits"));
        }
        return BlockHeader.parse(Bytes.of(Arrays.copyOf(Bytes.fromHex(digits).toArray(), BlockHeader.LENGTH)));
    }
}

package org.sluice.deploy.output;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

import org.sluice.schemas.codec.Printable;

/** How a terminal, or what else reads the output, wants its characters; those that it does not know are escaped. */
record Encoding(Charset charset) {
    byte[] encode(String text) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return text.getBytes(charset);
        }
        CharsetEncoder encoder = charset.newEncoder();
        if (encoder.canEncode(text)) {
            return text.getBytes(charset);
        }
        StringBuilder known = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(codePoint -> {
            String character = Character.toString(codePoint);
            if (encoder.canEncode(character)) {
                known.append(character);
            } else {
                character.chars().forEach(unit -> Printable.append(known, (char) unit));
            }
        });
        return known.toString().getBytes(charset);
    }
}

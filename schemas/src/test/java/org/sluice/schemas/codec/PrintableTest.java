package org.sluice.schemas.codec;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class PrintableTest {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build();

    @ParameterizedTest
    @ValueSource(
            ints = {0x00, 0x07, 0x08, 0x09, 0x0a, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9d, 0x9f, 0xad, 0x61c,
                    0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d,
                    0x202e, 0x2060,
                    0x2066, 0x2067, 0x2068, 0x2069, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfeff, 0xfff9, 0xffff})
    void whatATerminalObeysOrHidesIsEscaped(int character) {
        String text = "a" + (char) character + "b";
        assertEquals(String.format("a\\u%04xb", character), Printable.line(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "oak-1", "Größe 3 µs", "日本語", "🌲 oak", "e\u0301", "C:\\users"})
    void whatCanBeReadStays(String text) {
        assertEquals(text, Printable.line(text));
        assertEquals(text, Printable.text(text));
    }

    @Test
    void whatIsEscapedOnceStays() {
        String once = Printable.line("a\u202eb\u001b[31m");
        assertEquals(once, Printable.line(once));
    }

    @Test
    void theHiddenHalvesOfLargeCharactersAreEscapedToo() {
        // A tag, which nobody sees.
        assertEquals("a\\udb40\\udc41", Printable.line("a" + Character.toString(0xE0041)));
    }

    @Test
    void anEscapedDocumentSaysTheSame() throws Exception {
        for (int character = 0; character <= 0xFFFF; character++) {
            String text = "a" + (char) character + "b";
            String document = Printable.line(JSON.createObjectNode().put("name", text).toString());
            assertEquals(text, JSON.readTree(document).path("name").textValue(), () -> document);
            assertTrue(document.codePoints().noneMatch(Character::isISOControl), document);
        }
    }

    @Test
    void theProgramsOwnTextHasLinesAndColoursAndNothingElse() {
        assertEquals("a\n\tb", Printable.text("a\n\tb"));
        assertEquals("\u001b[1;31mbold\u001b[0m", Printable.text("\u001b[1;31mbold\u001b[0m"));
        assertEquals("\\u001b[2Jx", Printable.text("\u001b[2Jx"));
        assertEquals(Printable.ERASE_LINE + "50%", Printable.text(Printable.ERASE_LINE + "50%"));
        assertEquals("50%\\u000d\\u001b[K", Printable.text("50%" + Printable.ERASE_LINE));
    }
}

package org.sluice.worker.runtime;

import java.util.SplittableRandom;

import org.sluice.protocol.value.Identifier;
import org.sluice.protocol.value.PeerId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How processes are called. */
class PeerNamesTest {
    @ParameterizedTest
    @CsvSource({"oak, oak", "Anna_Maria, anna-maria", "'CORP\\anna.b', corp-anna-b", "_x_, x", "'', other", "?, other",
            "\u00e4\u00f6, other",
            "123456789012345678901234567890123456789012345, 1234567890123456789012345678901234567890"})
    void whatIsNoNameIsMadeToFit(String text, String name) {
        assertEquals(name, PeerNames.fitted(text, "other"));
        assertTrue(Identifier.isName(name));
    }

    @Test
    void aMachineAndAUserHaveNames() {
        assertTrue(Identifier.isName(PeerNames.ofMachine()), PeerNames.ofMachine());
        assertTrue(Identifier.isName(PeerNames.ofUser()), PeerNames.ofUser());
    }

    @Test
    void eachStartIsAnotherIncarnation() {
        SplittableRandom random = new SplittableRandom(1);
        PeerId first = PeerNames.incarnation("oak", random);
        assertEquals("oak", first.name());
        assertNotEquals(first, PeerNames.incarnation("oak", random));
        assertThrows(IllegalArgumentException.class, () -> PeerNames.incarnation("Oak", random));
    }
}

package org.sluice.protocol.value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What peers and jobs can be called. */
class IdentifierTest {
    private static final String LONGEST = "n".repeat(40);

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "-", "oak-3", "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"})
    void theseAreNames(String name) {
        assertTrue(Identifier.isName(name));
        assertEquals(name, new PeerId(name + ".k3x09a7b").name());
        assertEquals(name, new JobId(name + ".job").owner());
        assertEquals(name, new JobId("anna." + name).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a_b", "a.b", "a b", "ä", "a\n", "a/b",
            "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"})
    void theseAreNot(String text) {
        assertFalse(Identifier.isName(text));
        assertThrows(IllegalArgumentException.class, () -> Identifier.checkedName("it", text));
        assertThrows(IllegalArgumentException.class, () -> new PeerId(text + ".k3x09a7b"));
        assertThrows(IllegalArgumentException.class, () -> new JobId(text + ".job"));
        assertThrows(IllegalArgumentException.class, () -> new JobId("anna." + text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"oak", "oak.", "oak.k3x09a7", "oak.k3x09a7b0", "oak.k3x09a7B", "oak.k3x-9a7b", "oak-k3x09a7b",
                    "oak.1.k3x09a7b", ".k3x09a7b"})
    void thesePeersThereAreNot(String id) {
        assertThrows(IllegalArgumentException.class, () -> new PeerId(id));
    }

    @Test
    void aPeerHasANameAndAnIncarnation() {
        PeerId peer = new PeerId(LONGEST + ".k3x09a7b");
        assertEquals(LONGEST, peer.name());
        assertEquals("k3x09a7b", peer.incarnation());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10, 999_999_999})
    void aTemplateIsItsCampaignWithANumber(int number) {
        JobId campaign = new JobId("anna." + LONGEST);
        JobId template = campaign.template(number);

        assertEquals(new JobId("anna." + LONGEST + "." + number), template);
        assertEquals(number, template.number());
        assertEquals(campaign, template.campaign());
        assertEquals("anna", template.owner());
        assertEquals(LONGEST, template.name());
        assertTrue(template.isTemplate());
        assertFalse(campaign.isTemplate());
        assertEquals(0, campaign.number());
        assertEquals(campaign, campaign.campaign());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"anna.job.", "anna.job.0", "anna.job.01", "anna.job.1000000000", "anna.job.-1", "anna.job.x",
                    "anna.job.1.1", "anna.job.+1", "anna..1", ".job.1", "anna.job.1 "})
    void theseTemplatesThereAreNot(String id) {
        assertThrows(IllegalArgumentException.class, () -> new JobId(id));
    }

    @Test
    void aTemplateReplacesThoseBeforeItInItsCampaign() {
        JobId campaign = new JobId("anna.job");
        JobId tenth = campaign.template(10);

        assertTrue(tenth.replaces(campaign.template(9)));
        assertFalse(campaign.template(9).replaces(tenth));
        assertFalse(tenth.replaces(tenth));
        assertFalse(tenth.replaces(campaign));
        assertFalse(tenth.replaces(new JobId("anna.other.9")));
        assertFalse(tenth.replaces(new JobId("bea.job.9")));
        assertTrue(campaign.template(9).isBeside(tenth));
        assertFalse(campaign.isBeside(tenth));
        assertThrows(IllegalArgumentException.class, () -> campaign.template(0));
    }

    @Test
    void theRefusalOfANameSaysWhatANameIs() {
        assertEquals("--owner is 1 to 40 of the characters a-z, 0-9 and -, not 'Anna'",
                assertThrows(IllegalArgumentException.class, () -> Identifier.checkedName("--owner", "Anna"))
                        .getMessage());
    }
}

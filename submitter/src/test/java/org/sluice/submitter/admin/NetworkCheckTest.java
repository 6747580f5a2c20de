package org.sluice.submitter.admin;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NetworkCheckTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.1.1", "::1", "localhost", "LocalHost", "broker.localhost"})
    void leadsNowhereFromOtherMachines(String host) {
        assertTrue(NetworkCheck.isHereOnly(host));
    }

    /** A name is asked of each machine's own resolver, which may call that machine 127.0.1.1. */
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "2001:db8::1", "localhost.example.org", "kafka1", "localhosts"})
    void mayLeadThereFromOtherMachines(String host) {
        assertFalse(NetworkCheck.isHereOnly(host));
    }
}

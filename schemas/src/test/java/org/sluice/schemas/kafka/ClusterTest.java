package org.sluice.schemas.kafka;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ClusterTest {
    /** The numbers of Kafka's feature {@code metadata.version}. */
    @ParameterizedTest
    @CsvSource({"25, 4.0", "27, 4.1", "30, 4.3", "999, 4.4 or later"})
    void aClustersVersionIsToldAsARelease(short level, String release) {
        assertEquals(release, Cluster.release(level));
    }
}

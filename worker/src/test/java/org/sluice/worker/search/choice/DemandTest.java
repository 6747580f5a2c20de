package org.sluice.worker.search.choice;

import java.util.EnumSet;
import java.util.Set;

import org.sluice.worker.search.WorkKind;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class DemandTest {
    private final Demand demand = new Demand();

    @Test
    void theFirstComesFirstWhereNothingIsAskedFor() throws InterruptedException {
        assertEquals(WorkKind.HEADER, demand.next(EnumSet.allOf(WorkKind.class)));
    }

    @Test
    void whatIsAskedForComesBeforeTheFirst() throws InterruptedException {
        demand.of(WorkKind.HEADER);
        demand.of(WorkKind.INTEGER);
        assertEquals(WorkKind.INTEGER, demand.next(EnumSet.allOf(WorkKind.class)));
    }

    @Test
    void theOthersWaitUntilNothingIsAskedForOrOneOfThemIs() throws InterruptedException {
        demand.of(WorkKind.INTEGER);
        assertEquals(WorkKind.HEADER, demand.next(Set.of(WorkKind.HEADER)), "nothing has been asked for of late");

        demand.of(WorkKind.INTEGER);
        Thread hashing = Thread.ofPlatform().start(() -> demand.of(WorkKind.HEADER_ROLLING));
        assertEquals(WorkKind.HEADER_ROLLING, demand.next(EnumSet.of(WorkKind.HEADER_ROLLING)));
        hashing.join();
    }
}

package org.sluice.worker.search.vector;

import java.lang.management.ManagementFactory;

import javax.management.ObjectName;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class StraightToC2Test {
    @Test
    void theCompilerIsAskedOnce() throws Exception {
        StraightToC2.ask();
        StraightToC2.ask();

        String directives = String.valueOf(ManagementFactory.getPlatformMBeanServer()
                .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "compilerDirectivesPrint", null,
                        null));
        assertEquals(2, directives.split("org/sluice/worker/search/vector/WrittenRounds", -1).length, directives);
    }
}

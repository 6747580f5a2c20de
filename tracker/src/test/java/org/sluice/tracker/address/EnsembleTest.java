package org.sluice.tracker.address;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.sluice.protocol.value.JobId;
import org.sluice.tracker.Await;
import org.sluice.tracker.Samples;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.server.TrackerProcess;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Three processes of {@code sluice tracker}, of which some are killed. */
@Tag("slow")
public class EnsembleTest {
    private final List<TrackerProcess> members = new ArrayList<>();

    @AfterEach
    void stop() {
        members.forEach(TrackerProcess::close);
    }

    @Test
    void theLossOfAnyOneOfThreeIsSurvived(@TempDir Path folder) throws Exception {
        List<String> servers = TrackerProcess.members(3);
        for (int id = 1; id <= 3; id++) {
            members.add(TrackerProcess.start(folder, id, servers));
        }
        members.forEach(TrackerProcess::awaitServing);
        String addresses = members.stream().map(TrackerProcess::address).collect(Collectors.joining(","));
        try (Tracker ours = Samples.connect(addresses); Tracker theirs = Samples.connect(addresses)) {
            ours.jobs().create(Samples.job("job-1"));
            var _ = ours.directory().register(Samples.worker("anna.00000001"));
            Await.that("anna is seen", () -> names(theirs).equals(List.of("anna.00000001")));

            int leader = Await.until("one leads", this::leader, index -> index >= 0);
            members.get(leader).kill();

            var _ = Await.until("berta can register", () -> ours.directory().register(Samples.worker("berta.00000001")),
                    presence -> true);
            Await.that("both are seen", () -> names(theirs).equals(List.of("anna.00000001", "berta.00000001")));

            members.set(leader, TrackerProcess.start(folder, leader + 1, servers));
            members.get(leader).awaitServing();
            int next = Await.until("another leads", this::leader, index -> index >= 0);
            assertEquals(143, members.get(next).terminate());

            Await.that("clara can register", () -> ours.directory().register(Samples.worker("clara.00000001")) != null);
            Await.that("all are seen",
                    () -> names(theirs).equals(List.of("anna.00000001", "berta.00000001", "clara.00000001")));
            assertTrue(theirs.jobs().find(new JobId("anna.job-1")).isPresent());
        }
    }

    @Test
    void aSingleServerIsTheWholeTracker(@TempDir Path folder) throws Exception {
        List<String> servers = TrackerProcess.members(1);
        TrackerProcess first = TrackerProcess.start(folder, 1, servers);
        members.add(first);
        first.awaitServing();
        try (Tracker tracker = Samples.connect(first.address())) {
            tracker.jobs().create(Samples.job("job-1"));
        }
        assertEquals(143, first.terminate());
        assertEquals(1, first.output().lines().count(), first.output());

        TrackerProcess second = TrackerProcess.start(folder, 1, servers);
        members.add(second);
        second.awaitServing();
        try (Tracker tracker = Samples.connect(second.address())) {
            assertNotNull(tracker.jobs().find(new JobId("anna.job-1")).orElse(null));
        }
    }

    private int leader() {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).leads()) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> names(Tracker tracker) {
        return tracker.directory().live().stream().map(peer -> peer.peer().value()).toList();
    }
}

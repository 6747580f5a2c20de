package org.sluice.protocol.worker;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.Request;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Mode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.worker;

/** A worker that runs for weeks, through thousands of jobs with ever new peers, retains no more than at first. */
class LongLifeTest {
    private static final PeerInfo STEADY = worker("steady");

    private final Bench worker = Bench.worker("a", STEADY);
    private int lives;

    @Test
    void whatIsRetainedDoesNotGrowWithJobsAndPeersThatHaveGone() {
        // The thousand jobs and questions that are remembered on purpose, and some more.
        live(1_500);
        long before = retained(worker);

        live(3_000);
        long after = retained(worker);

        assertTrue(after <= before * 1.02 + 50, () -> "it held " + before + " objects and holds " + after);
    }

    private void live(int jobs) {
        for (int i = 0; i < jobs; i++) {
            switch (lives++ % 4) {
                case 0 -> oneJob(false);
                case 1 -> oneJob(true);
                case 2 -> paused();
                default -> orphaned();
            }
            worker.notices.clear();
        }
    }

    private String name(String role) {
        return role + lives;
    }

    private JobId begin() {
        worker.peers(STEADY, worker("a"), worker(name("p")), worker(name("c")), worker(name("q")));
        JobId job = new JobId("anna." + name("job"));
        worker.receive(Request.from(peer(name("p")), name("s"))
                .of(Given.called(job, Given.in(Mode.ALL, Given.job(0, 1_000_000))))
                .lineage(peer(name("p")), job)
                .ranges(0, 30_000)
                .roster(entry(name("c"), 1_000))
                .remaining(Duration.ofDays(7))
                .message());
        worker.receive(new Message.SubjobAck(peer(name("c")), job, Given.subjob("a-1"), 1, new Verdict.Accepted()));
        worker.receive(new Message.WorkWanted(peer(name("q")), peer(name("q")), 1, 1_000, 3));
        worker.pass(Duration.ofMillis(500));
        worker.hashed(0);
        return job;
    }

    private void end(JobId job) {
        worker.receive(new Message.Cancel(peer("steady"), job, new CancelScope.WholeJob(1), CancelReason.EXHAUSTED));
        if (!worker.busy(0).isEmpty()) {
            worker.hashed(0, Given.range(0, 0));
        }
        // Peers go as jobs do.
        worker.peers(STEADY, worker("a"));
        worker.peers(STEADY, worker("a"));
        worker.pass(Duration.ofSeconds(30));
    }

    private void oneJob(boolean childDies) {
        JobId job = begin();
        if (childDies) {
            worker.peers(STEADY, worker("a"), worker(name("p")));
            worker.pass(Duration.ofSeconds(5));
        }
        end(job);
    }

    private void paused() {
        JobId job = begin();
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, Given.range(0, 0));
        worker.pass(Duration.ofSeconds(3));
        worker.tell(new Input.ResumeRequested());
        end(job);
    }

    private void orphaned() {
        JobId job = begin();
        worker.tell(new Input.DestinationGone(peer(name("p"))));
        // The root is asked to adopt and does not answer either.
        worker.pass(Duration.ofMinutes(3));
        end(job);
    }

    /** How many objects of the protocol, and elements of its collections, are held by one. */
    private static long retained(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> left = new ArrayDeque<>(List.of(root));
        long elements = 0;
        while (!left.isEmpty()) {
            Object next = left.pop();
            if (!seen.add(next)) {
                continue;
            }
            List<@Nullable Object> held = switch (next) {
                case Map<?, ?> map -> {
                    List<@Nullable Object> all = new ArrayList<>(map.keySet());
                    all.addAll(map.values());
                    yield all;
                }
                case Collection<?> collection -> new ArrayList<>(collection);
                case Enum<?> _ -> List.of();
                case Object other when other.getClass().getName().startsWith("org.sluice") -> fields(other);
                default -> List.of();
            };
            elements += held.size();
            held.stream().filter(one -> one != null).forEach(left::push);
        }
        return elements;
    }

    private static List<@Nullable Object> fields(Object object) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Class<?> type = object.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    try {
                        values.add(field.get(object));
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
        return values;
    }
}

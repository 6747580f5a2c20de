package org.sluice.protocol.worker;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.value.JobId;

/**
 * The jobs of which a worker has a part, the one whose turn is next first.
 *
 * <p>A job in which it holds nothing any more is kept for what is known of it, until the job's end is heard; of those that end
 * unheard the oldest are forgotten. And a fault of ours in one job is that job's alone: what {@link #on} is given may
 * throw, and then the job is given up for good while all others go on.
 */
final class Jobs {
    private final SequencedMap<JobId, JobNode> nodes = new LinkedHashMap<>();
    private final SequencedSet<JobId> broken = new LinkedHashSet<>();
    private final BiConsumer<JobNode, RuntimeException> whenBroken;
    private final Consumer<JobNode> whenForgotten;

    /**
     * No jobs yet.
     *
     * @param whenBroken is told of a job that is given up, and why
     * @param whenForgotten is told of a job that nobody has spoken of for long
     */
    Jobs(BiConsumer<JobNode, RuntimeException> whenBroken, Consumer<JobNode> whenForgotten) {
        this.whenBroken = whenBroken;
        this.whenForgotten = whenForgotten;
    }

    /** All of them, to look at. */
    Collection<JobNode> all() {
        return Collections.unmodifiableCollection(nodes.values());
    }

    /** Those that are other templates of the job's campaign. */
    List<JobNode> beside(JobId job) {
        return nodes.values().stream().filter(node -> node.id().isBeside(job)).toList();
    }

    Optional<JobNode> find(JobId job) {
        return Optional.ofNullable(nodes.get(job));
    }

    /** How many of them there is something to do in, or to wait for. */
    int active() {
        return (int) nodes.values().stream().filter(JobNode::isActive).count();
    }

    /** The same without those that make room for the given one. */
    int activeBut(JobId job) {
        return active() - (int) beside(job).stream().filter(JobNode::isActive).count();
    }

    /** One more; the oldest in which nothing is held may have to make room for it. */
    void add(JobNode node) {
        List<JobNode> idle = nodes.values().stream().filter(other -> !other.isActive()).toList();
        if (idle.size() >= Parameters.MAX_IDLE_JOBS) {
            // One that has not been acknowledged everything may still be of use.
            JobNode oldest = idle.stream()
                    .filter(other -> !other.reporting().hasNews())
                    .findFirst()
                    .orElse(idle.getFirst());
            nodes.remove(oldest.id());
            whenForgotten.accept(oldest);
        }
        nodes.put(node.id(), node);
    }

    void remove(JobNode node) {
        nodes.remove(node.id(), node);
    }

    void clear() {
        nodes.clear();
    }

    /** All others come before it the next time. */
    void hadItsTurn(JobNode node) {
        nodes.putLast(node.id(), node);
    }

    /** Whether the job was given up. */
    boolean isBroken(JobId job) {
        return broken.contains(job);
    }

    /** Does something in one job, if there is a part of it here. */
    void on(JobId job, Consumer<JobNode> action) {
        find(job).ifPresent(node -> on(node, action));
    }

    /** Does something in each job. */
    void each(Consumer<JobNode> action) {
        List.copyOf(nodes.values()).forEach(node -> on(node, action));
    }

    /** Does something in one job, which is given up if that throws. */
    void on(JobNode node, Consumer<JobNode> action) {
        try {
            action.accept(node);
        } catch (RuntimeException fault) {
            if (nodes.remove(node.id(), node)) {
                broken.addLast(node.id());
                if (broken.size() > Parameters.REMEMBERED_JOBS) {
                    broken.removeFirst();
                }
                whenBroken.accept(node, fault);
            }
        }
    }
}

package org.sluice.protocol.root;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.node.Delegation;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

/**
 * All that a root knows of its job, written once more when its journal or its inbox is lost: who resumes the job from there
 * goes on as from what was lost. Of which of the two has nothing of it the root does not know; what stands in it twice does no
 * harm.
 *
 * <p>Facts are no entries of the journal. They were in the messages that stood in the inbox, so the root sends itself some:
 * {@link History} believes them as it believed those, and the root itself ignores what comes from its own address.
 */
final class Rewriting {
    private final JobSpec spec;
    private final JobNode node;
    private final Context context;

    Rewriting(JobSpec spec, JobNode node, Context context) {
        this.spec = spec;
        this.node = node;
        this.context = context;
    }

    /**
     * Writes it.
     *
     * @param elapsed how long the job has been running
     * @param verified the solutions that the root has verified
     */
    void write(PeerId submitter, Duration elapsed, Collection<Solution> verified) {
        journal(new RootEvent.Started(spec, node.root().epoch(), submitter, node.remaining(), elapsed));
        for (PeerId liar : node.facts().distrusted()) {
            journal(new RootEvent.Distrusted(spec.id(), node.root().epoch(), liar, RangeSet.EMPTY));
        }
        // Before what was covered, lest that counts without them.
        solutions(verified);
        coverage();
        // After the solutions, which are true also where a liar has found them.
        node.facts().lies().forEach(this::lie);
        for (Delegation delegation : node.distribution().delegations()) {
            journal(new RootEvent.Assigned(spec.id(), node.root().epoch(), node.distribution().given(delegation),
                    delegation.child));
        }
    }

    private void journal(RootEvent event) {
        context.emit(new Effect.Journal(event));
    }

    private void solutions(Collection<Solution> solutions) {
        List<Solution> all = List.copyOf(solutions);
        for (int from = 0; from < all.size(); from += Parameters.MAX_SOLUTIONS) {
            List<Solution> some = all.subList(from, Math.min(all.size(), from + Parameters.MAX_SOLUTIONS));
            EncodedSize.pages(some, EncodedSize::of, room()).forEach(page -> tell(List.of(), page));
        }
    }

    /** The lie itself, as the liar has told it: who reads the journal believes no accusation that nothing proves. */
    private void lie(PeerId liar, Solution lie) {
        context.send(spec.id(), new Message.SubjobResult(liar, spec.id(), 0, List.of(), List.of(), List.of(lie),
                List.of(), List.of(), false));
    }

    private void coverage() {
        List<Coverage> parts = new ArrayList<>();
        for (Coverage coverage : node.facts().of(RangeSet.of(spec.range()))) {
            for (RangeSet part : EncodedSize.parts(coverage.ranges(), room() / Parameters.RANGES_PART)) {
                parts.add(new Coverage(coverage.peer(), part));
            }
        }
        if (!parts.isEmpty()) {
            EncodedSize.pages(parts, EncodedSize::of, room()).forEach(page -> tell(page, List.of()));
        }
    }

    /** What a message that tells nothing leaves for what is to be told. */
    private int room() {
        return context.parameters().messageBytes() - EncodedSize.of(result(List.of(), List.of()));
    }

    private void tell(List<Coverage> coverage, List<Solution> solutions) {
        context.send(spec.id(), result(coverage, solutions));
    }

    private Message.SubjobResult result(List<Coverage> coverage, List<Solution> solutions) {
        return new Message.SubjobResult(spec.id(), spec.id(), 0, List.of(), coverage, solutions, List.of(), List.of(),
                Optional.empty(), false, Optional.empty());
    }
}

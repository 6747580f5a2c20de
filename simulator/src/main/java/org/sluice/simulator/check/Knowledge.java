package org.sluice.simulator.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Solution;
import org.sluice.simulator.world.InvariantBroken;
import org.sluice.simulator.world.Ledger;
import org.sluice.simulator.world.Participant;

/**
 * What each process has been told to be hashed: a fact, however late and from whomever, stays known, so nobody hashes or
 * gives away what it has been told. Nor does anybody hash on who was told of the solution that decides a job.
 */
final class Knowledge {
    private record Part(Participant process, JobId job) {}

    private final Map<Part, Ledger.Intervals> known = new HashMap<>();
    private final Set<Part> solved = new HashSet<>();
    private final Set<PeerId> liars;

    /** What everybody knows who does not believe these. */
    Knowledge(Set<PeerId> liars) {
        this.liars = liars;
    }

    /** The process is told by a message. */
    void told(Participant process, Message message) {
        switch (message) {
            case Message.SubjobResult result ->
                add(process, result.sender(), result.job(), result.coverage(), result.solutions());
            case Message.Adopt adopt -> add(process, adopt.sender(), adopt.job(), adopt.coverage(), adopt.solutions());
            case Message.SubjobRequest _,Message.SubjobAck _,Message.ResultAck _,Message.Ping _,Message.Pong _,Message.AdoptAck _,Message.Cancel _,Message.WorkWanted _ -> {
                // They tell of nothing hashed.
            }
        }
    }

    private void add(Participant process, Address teller, JobId job, List<Coverage> coverage,
            List<Solution> solutions) {
        if (teller instanceof PeerId peer && liars.contains(peer)) {
            return;
        }
        Ledger.Intervals intervals = known.computeIfAbsent(new Part(process, job), _ -> new Ledger.Intervals());
        for (Coverage told : coverage) {
            if (!liars.contains(told.peer())) {
                told.ranges().forEach(intervals::add);
            }
        }
        if (solutions.stream().anyMatch(solution -> !liars.contains(solution.peer()))) {
            solved.add(new Part(process, job));
        }
    }

    /** The process begins to hash for a job. */
    void begins(Participant process, JobSpec job) {
        if (job.mode() == Mode.FIRST && solved.contains(new Part(process, job.id()))) {
            throw new InvariantBroken(process + " hashes on for " + job.id()
                    + " though it was told of a solution, and one is enough");
        }
    }

    /** The process hashes these integers, or gives them away. */
    void uses(Participant process, JobId job, Iterable<Range> ranges) {
        Ledger.Intervals intervals = known.get(new Part(process, job));
        if (intervals == null) {
            return;
        }
        for (Range range : ranges) {
            if (intervals.intersects(range)) {
                throw new InvariantBroken(process + " uses " + range + " of " + job
                        + " though it was told that some of it is hashed");
            }
        }
    }

    /** The process does not know the job yet, or not any more: what it is told then it need not remember. */
    void forget(Participant process, JobId job) {
        known.remove(new Part(process, job));
        solved.remove(new Part(process, job));
    }
}

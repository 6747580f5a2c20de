package org.sluice.protocol;

import java.util.List;
import java.util.Optional;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Solution;

/** A {@link Message.SubjobResult} in the making. */
public final class Result {
    private final PeerId child;
    private final long number;
    private List<Edge> edges = List.of();
    private List<Coverage> coverage = List.of();
    private List<Solution> solutions = List.of();
    private List<Delegated> delegations = List.of();
    private boolean leaving;
    private Optional<Fingerprint> meant = Optional.empty();

    private Result(PeerId child, long number) {
        this.child = child;
        this.number = number;
    }

    public static Result from(String child, long number) {
        return new Result(Given.peer(child), number);
    }

    /** What the worker a says of the job of a {@link Request} that names no other. */
    public static Result ofWorker(long number) {
        return from("a", number).of(Request.JOB);
    }

    public Result edges(Edge... open) {
        edges = List.of(open);
        return this;
    }

    public Result covered(Coverage... hashed) {
        coverage = List.of(hashed);
        return this;
    }

    public Result solutions(Solution... found) {
        solutions = List.of(found);
        return this;
    }

    public Result delegations(Delegated... given) {
        delegations = List.of(given);
        return this;
    }

    public Result leaving() {
        leaving = true;
        return this;
    }

    /** The child says that it takes this for the job. */
    public Result of(JobSpec job) {
        meant = Optional.of(Fingerprint.of(job));
        return this;
    }

    public Message.SubjobResult message() {
        return new Message.SubjobResult(child, Given.ROOT, number, edges, coverage, solutions, List.of(), delegations,
                Optional.empty(), leaving, meant);
    }
}

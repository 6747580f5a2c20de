package org.sluice.protocol;

import java.util.List;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Solution;

/** A {@link Message.SubjobResult} in the making. */
final class Result {
    private final PeerId child;
    private final long number;
    private List<Edge> edges = List.of();
    private List<Coverage> coverage = List.of();
    private List<Solution> solutions = List.of();
    private List<Delegated> delegations = List.of();
    private boolean leaving;

    private Result(PeerId child, long number) {
        this.child = child;
        this.number = number;
    }

    static Result from(String child, long number) {
        return new Result(Given.peer(child), number);
    }

    Result edges(Edge... open) {
        edges = List.of(open);
        return this;
    }

    Result covered(Coverage... hashed) {
        coverage = List.of(hashed);
        return this;
    }

    Result solutions(Solution... found) {
        solutions = List.of(found);
        return this;
    }

    Result delegations(Delegated... given) {
        delegations = List.of(given);
        return this;
    }

    Result leaving() {
        leaving = true;
        return this;
    }

    Message.SubjobResult message() {
        return new Message.SubjobResult(child, Given.ROOT, number, edges, coverage, solutions, List.of(), delegations,
                leaving);
    }
}

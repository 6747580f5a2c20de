package org.sluice.simulator;

import java.util.ArrayList;
import java.util.List;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Solution;

/** What a worker says that claims solutions where there are none. */
final class Liar {
    private Liar() {}

    /** The message as the liar sends it: a result that tells what it has hashed itself claims a solution in that. */
    static Message twist(PeerId liar, Message message, Ledger ledger) {
        if (!(message instanceof Message.SubjobResult result)
                || result.solutions().size() >= 1_000) {
            return message;
        }
        for (Coverage coverage : result.coverage()) {
            long integer = coverage.ranges().first().start();
            if (coverage.peer().equals(liar) && !ledger.solutions().contains(integer)) {
                List<Solution> claimed = new ArrayList<>(result.solutions());
                claimed.add(new Solution(integer, Machine.digestOf(integer), liar));
                return new Message.SubjobResult(result.sender(), result.job(), result.number(), result.edges(),
                        result.coverage(), claimed, result.evidence(), result.delegations(), result.leaving());
            }
        }
        return message;
    }
}

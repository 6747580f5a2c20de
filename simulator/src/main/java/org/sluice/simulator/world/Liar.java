package org.sluice.simulator.world;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Solution;
import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Faults;
import org.sluice.simulator.scenario.Streams;

/** What workers say that claim solutions where there are none, in their own name or in another's. */
public final class Liar {
    private final SplittableRandom random;
    private final double slander;

    public Liar(Streams streams, Faults faults) {
        this.random = streams.stream("fault slander");
        this.slander = faults.of(Fault.SLANDER);
    }

    /**
     * The message as a liar sends it: a result that tells what it has hashed itself claims a solution in that.
     *
     * @param others in whose name it may lie
     */
    public Message twist(PeerId liar, Message.SubjobResult result, Ledger ledger, List<Participant> others) {
        if (result.solutions().size() >= 1_000) {
            return result;
        }
        for (Coverage coverage : result.coverage()) {
            long integer = coverage.ranges().first().start();
            if (coverage.peer().equals(liar) && !ledger.solutions().contains(integer)) {
                PeerId named = slander > 0 && random.nextDouble() < slander ? any(others, liar) : liar;
                List<Coverage> told = new ArrayList<>(result.coverage());
                told.replaceAll(own -> own.equals(coverage) ? new Coverage(named, own.ranges()) : own);
                List<Solution> claimed = new ArrayList<>(result.solutions());
                claimed.add(new Solution(integer, Machine.digestOf(integer), named));
                return new Message.SubjobResult(result.sender(), result.job(), result.number(), result.edges(), told,
                        claimed, result.evidence(), result.delegations(), result.within(), result.leaving(),
                        result.meant());
            }
        }
        return result;
    }

    private PeerId any(List<Participant> others, PeerId liar) {
        Participant named = others.get(random.nextInt(others.size()));
        return named.address instanceof PeerId peer ? peer : liar;
    }
}

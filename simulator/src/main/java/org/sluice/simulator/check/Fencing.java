package org.sluice.simulator.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.sluice.protocol.Input;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.SubjobId;
import org.sluice.simulator.world.InvariantBroken;
import org.sluice.simulator.world.Participant;

import org.jspecify.annotations.Nullable;

/**
 * A former parent's command is not obeyed but answered with the epoch of the parent that there is now.
 *
 * <p>Looked at are subjobs that were adopted and that the child itself names in its results, as long as its present parent
 * cancels nothing of them.
 */
final class Fencing {
    private record Bond(Participant child, JobId job, SubjobId subjob) {}

    private record Adopted(Address parent, long epoch) {}

    private final Set<Bond> ownAncestors = new HashSet<>();
    private final Map<Bond, Adopted> epochs = new HashMap<>();
    /** Who was ever asked to adopt by a process: it may be the parent again. */
    private final Map<Participant, Set<Address>> asked = new HashMap<>();
    private Message.@Nullable Cancel expected;

    /** The process is about to be told. */
    void told(Participant process, Input input) {
        expected = null;
        if (!(input instanceof Input.MessageReceived received)) {
            return;
        }
        switch (received.message()) {
            case Message.AdoptAck ack -> {
                if (ack.lineage().contains(process.address)) {
                    // It may dissolve into another one without a word when its parent dies.
                    ack.holdings()
                            .forEach(holding -> ownAncestors.add(new Bond(process, ack.job(), holding.subjob())));
                }
            }
            case Message.Cancel cancel -> cancelled(process, cancel);
            case Message.SubjobRequest _,Message.SubjobAck _,Message.SubjobResult _,Message.ResultAck _,Message.Ping _,Message.Pong _,Message.Adopt _,Message.WorkWanted _ -> {
                // They command nothing.
            }
        }
    }

    private void cancelled(Participant process, Message.Cancel cancel) {
        switch (cancel.scope()) {
            case CancelScope.WholeJob _ ->
                epochs.keySet().removeIf(bond -> bond.child == process && bond.job.equals(cancel.job()));
            case CancelScope.WholeSubjob whole -> cancelled(process, cancel, whole.edge());
            case CancelScope.Ranges part -> cancelled(process, cancel, part.edge());
        }
    }

    private void cancelled(Participant process, Message.Cancel cancel, Edge edge) {
        Bond bond = new Bond(process, cancel.job(), edge.subjob());
        Adopted adopted = epochs.get(bond);
        if (adopted == null) {
            return;
        }
        if (edge.epoch() >= adopted.epoch || asked.getOrDefault(process, Set.of()).contains(cancel.sender())) {
            epochs.remove(bond);
        } else {
            expected = cancel;
        }
    }

    /** The process sends something while it is told. */
    void sent(Participant process, Address to, Message message) {
        if (message instanceof Message.Adopt adopt) {
            asked.computeIfAbsent(process, _ -> new HashSet<>()).add(to);
            // Its parent has died: whether it keeps what it held is open.
            adopt.holdings().forEach(holding -> epochs.remove(new Bond(process, adopt.job(), holding.subjob())));
        }
        if (message instanceof Message.SubjobResult result) {
            Set<SubjobId> open = new HashSet<>();
            for (Edge edge : result.edges()) {
                open.add(edge.subjob());
                Bond bond = new Bond(process, result.job(), edge.subjob());
                if (edge.epoch() > 1 && !ownAncestors.contains(bond)) {
                    epochs.put(bond, new Adopted(to, edge.epoch()));
                }
            }
            // What it does not report any more is complete.
            epochs.entrySet()
                    .removeIf(entry -> entry.getKey().child == process && entry.getKey().job.equals(result.job())
                            && entry.getValue().parent.equals(to)
                            && !open.contains(entry.getKey().subjob));
        }
        if (expected != null && message instanceof Message.Pong pong && pong.nonce() == 0
                && to.equals(expected.sender())) {
            expected = null;
        }
    }

    /** The process has been told. */
    void stepped(Participant process) {
        if (expected != null && process.alive) {
            throw new InvariantBroken(process + " obeys a former parent: " + expected);
        }
    }
}

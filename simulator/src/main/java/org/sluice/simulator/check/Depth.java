package org.sluice.simulator.check;

import java.util.HashMap;
import java.util.Map;

import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.SubjobId;

/** How deep the trees are: how many subjobs lie one within the other. */
public final class Depth {
    /** Beyond so many subjobs nothing more is remembered, to spare memory. */
    private static final int MOST = 2_000_000;

    private final Map<SubjobId, SubjobId> cutFrom = new HashMap<>();

    /** A worker says what it has cut from what. */
    void delegated(Delegated delegated) {
        if (cutFrom.size() < MOST) {
            cutFrom.putIfAbsent(delegated.subjob(), delegated.holding());
        }
    }

    /** What a root gives is cut from the whole. */
    void given(Address giver, Message.SubjobRequest request) {
        if (giver instanceof JobId job) {
            cutFrom.putIfAbsent(request.subjob(), new SubjobId(job.value()));
        }
    }

    public int deepest() {
        Map<SubjobId, Integer> depths = new HashMap<>();
        int deepest = 0;
        for (SubjobId subjob : cutFrom.keySet()) {
            deepest = Math.max(deepest, depth(subjob, depths));
        }
        return deepest;
    }

    private int depth(SubjobId subjob, Map<SubjobId, Integer> depths) {
        int steps = 0;
        SubjobId at = subjob;
        Integer known = depths.get(at);
        while (known == null) {
            SubjobId above = cutFrom.get(at);
            if (above == null || steps > 10_000) {
                known = 0;
                break;
            }
            steps++;
            at = above;
            known = depths.get(at);
        }
        int depth = known + steps;
        depths.put(subjob, depth);
        return depth;
    }
}

package org.sluice.protocol;

import java.util.LinkedHashMap;
import java.util.Map;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;

/** How jobs ended, of the last {@value Parameters#REMEMBERED_JOBS}: whoever still works for one of them is told so. */
final class EndedJobs {
    private final Context context;
    private final Map<JobId, End> ends = new LinkedHashMap<>();

    /** How a job ended, and by the word of which root. */
    private record End(CancelReason reason, long rootEpoch) {}

    EndedJobs(Context context) {
        this.context = context;
    }

    /** A job has ended; what a later root said of it counts. */
    void remember(JobId job, CancelReason reason, long rootEpoch) {
        ends.merge(job, new End(reason, rootEpoch), (old, now) -> now.rootEpoch > old.rootEpoch ? now : old);
        if (ends.size() > Parameters.REMEMBERED_JOBS) {
            ends.remove(ends.keySet().iterator().next());
        }
    }

    /** Whether a job has ended by the word of a root that this one has not succeeded. */
    boolean isOver(JobId job, long rootEpoch) {
        End end = ends.get(job);
        return end != null && end.rootEpoch >= rootEpoch;
    }

    /**
     * Tells a peer who works for a job that it has ended, if it has.
     *
     * @return whether it has, as far as is known
     */
    boolean tell(JobId job, Address peer) {
        End end = ends.get(job);
        if (end != null) {
            context.send(peer,
                    new Message.Cancel(context.self(), job, new CancelScope.WholeJob(end.rootEpoch), end.reason));
        }
        return end != null;
    }
}

package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;

import org.jspecify.annotations.Nullable;

/** How jobs ended, of the last {@value Parameters#REMEMBERED_JOBS}: whoever still works for one of them is told so. */
final class EndedJobs {
    private final Context context;
    private final Map<JobId, End> ends = new LinkedHashMap<>();

    /** How a job ended, by the word of which root, and the latest root that asked this peer itself to work for it, 0 if none. */
    private record End(CancelReason reason, long rootEpoch, long known, Map<Address, Instant> told) {
        End with(long rootThatAsked) {
            return new End(reason, rootEpoch, Math.max(known, rootThatAsked), told);
        }

        /** Whether the peer is to be told now: what it sends before the last telling can have reached it says nothing. */
        boolean isToBeTold(Address peer, Instant now, Duration patience) {
            Instant last = told.get(peer);
            return last == null || !last.plus(patience).isAfter(now);
        }
    }

    EndedJobs(Context context) {
        this.context = context;
    }

    /** A job has ended of which this peer had nothing. */
    void remember(JobId job, CancelReason reason, long rootEpoch) {
        remember(job, reason, rootEpoch, 0);
    }

    /**
     * A job has ended; what a later root said of it counts.
     *
     * @param known the epoch that the root has named to this peer, 0 if none
     */
    void remember(JobId job, CancelReason reason, long rootEpoch, long known) {
        ends.merge(job, new End(reason, rootEpoch, known, new LinkedHashMap<>()),
                (old, now) -> (now.rootEpoch > old.rootEpoch ? now : old).with(Math.max(old.known, now.known)));
        if (ends.size() > Parameters.REMEMBERED_JOBS) {
            ends.remove(ends.keySet().iterator().next());
        }
    }

    /**
     * How the job of a request has ended, null if it goes on. Anybody may have said that it has ended; a root that knows better
     * asks again with a higher epoch, which is to count whatever epoch others named; from others none counts to whom it has
     * spoken itself.
     */
    @Nullable
    CancelReason end(Message.SubjobRequest request) {
        End end = ends.get(request.job());
        if (end == null) {
            return null;
        }
        boolean isFromRoot = request.sender().equals(request.job());
        if (end.known > 0 ? isFromRoot && request.rootEpoch() > end.known : request.rootEpoch() > end.rootEpoch) {
            return null;
        }
        if (isFromRoot) {
            ends.put(request.job(), end.with(request.rootEpoch()));
        }
        return end.reason;
    }

    /** Whether a job is remembered as ended. */
    boolean isRemembered(JobId job) {
        return ends.containsKey(job);
    }

    /** A root says that its job goes on: that counts against what was said before with the epochs that were known then. */
    void goesOn(JobId job, long rootEpoch) {
        End end = ends.get(job);
        if (end != null && rootEpoch > end.known) {
            ends.remove(job);
        }
    }

    /**
     * Tells a peer who works for a job that it has ended, if it has.
     *
     * @return whether it has, as far as is known
     */
    boolean tell(JobId job, Address peer) {
        End end = ends.get(job);
        if (end != null && end.isToBeTold(peer, context.now(), context.ackTimeout())) {
            end.told.put(peer, context.now());
            if (end.told.size() > Parameters.REMEMBERED_PEERS) {
                end.told.remove(end.told.keySet().iterator().next());
            }
            context.send(peer,
                    new Message.Cancel(context.self(), job, new CancelScope.WholeJob(end.rootEpoch), end.reason));
        }
        return end != null;
    }
}

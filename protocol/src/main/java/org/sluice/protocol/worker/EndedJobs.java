package org.sluice.protocol.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

import org.jspecify.annotations.Nullable;

/** How jobs ended, of the last {@value Parameters#REMEMBERED_JOBS}: whoever still works for one of them is told so. */
final class EndedJobs {
    private final Context context;
    private final Map<JobId, End> ends = new LinkedHashMap<>();

    /** How a job ended, by the word of which root, and the latest root that asked this peer itself to work for it, 0 if none. */
    private record End(CancelReason reason, long rootEpoch, long known, Instant since, Map<Address, Instant> told) {
        End with(long rootThatAsked) {
            return new End(reason, rootEpoch, Math.max(known, rootThatAsked), since, told);
        }

        /**
         * Whether the peer is to be told now. What it sends before the last telling can have reached it says nothing; nor does
         * what it sends while the news of the end is on its way to it through the job's tree.
         */
        boolean isToBeTold(Address peer, Instant now, Duration patience) {
            return !told.getOrDefault(peer, since).plus(patience).isAfter(now);
        }

        /** The same, in place of another end, which others know of. */
        End after(End before) {
            return new End(reason, rootEpoch, Math.max(known, before.known), before.since, before.told);
        }

        void note(Address peer, Instant now) {
            told.put(peer, now);
            if (told.size() > Parameters.REMEMBERED_PEERS) {
                told.remove(told.keySet().iterator().next());
            }
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
        ends.merge(job, new End(reason, rootEpoch, known, context.now(), new LinkedHashMap<>()),
                (old, now) -> (now.rootEpoch > old.rootEpoch ? now.after(old) : old).with(now.known));
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
            send(job, end, peer);
        }
        return end != null;
    }

    /** Passes the news of a job's end on to a descendant. */
    void passOn(JobId job, PeerId descendant) {
        End end = ends.get(job);
        if (end != null) {
            send(job, end, descendant);
        }
    }

    private void send(JobId job, End end, Address peer) {
        end.note(peer, context.now());
        context.send(peer,
                new Message.Cancel(context.self(), job, new CancelScope.WholeJob(end.rootEpoch), end.reason));
    }

    /** The root of a job that has ended gets the last result. */
    void answered(JobId root) {
        End end = ends.get(root);
        if (end != null) {
            end.note(root, context.now());
        }
    }

    /** Whether a root that says that its job is over has not got the last result, and asks for it again. */
    boolean isAskedAgain(JobId root) {
        End end = ends.get(root);
        return end != null
                && (!end.told.containsKey(root) || end.isToBeTold(root, context.now(), context.ackTimeout()));
    }
}

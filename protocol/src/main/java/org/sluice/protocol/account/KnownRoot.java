package org.sluice.protocol.account;

import java.util.Optional;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;

/**
 * What a peer knows of the root of its job, and what it takes for the job. Only the root is believed about itself: what others
 * say of it counts until it has spoken.
 */
public final class KnownRoot {
    private final JobId job;
    private final boolean isSelf;
    private final Fingerprint meant;
    private long epoch;
    /** Whether it is the root that has named its epoch, and not only others. */
    private boolean hasSpoken;

    /**
     * A root that has not spoken.
     *
     * @param self who knows this of it, perhaps the root itself
     */
    public KnownRoot(JobSpec spec, Address self) {
        this.job = spec.id();
        this.isSelf = self.equals(job);
        this.meant = Fingerprint.of(spec);
    }

    /** Whether this peer is the root. */
    public boolean isSelf() {
        return isSelf;
    }

    /** Its epoch, as far as is known. */
    public long epoch() {
        return epoch;
    }

    /** The epoch that it has named to this peer, 0 if it has named none. */
    public long namedEpoch() {
        return hasSpoken ? epoch : 0;
    }

    /** Whether it has told this peer what it takes for the job, or has not contradicted when it spoke. */
    public boolean hasSpoken() {
        return hasSpoken;
    }

    /**
     * Somebody names its epoch. What the root itself names counts; what others name counts only as long as the root has named
     * none, so that nobody else can make a peer deaf to it.
     */
    public void named(Address teller, long namedEpoch) {
        boolean isRoot = teller.equals(job);
        if (isRoot && !hasSpoken) {
            hasSpoken = true;
            epoch = namedEpoch;
        } else if (isRoot == hasSpoken) {
            epoch = Math.max(epoch, namedEpoch);
        }
    }

    /** Whether a command comes from a root that has been succeeded by another: it is not obeyed. */
    public boolean isFormer(Address sender, long senderEpoch) {
        return sender.equals(job) && senderEpoch < namedEpoch();
    }

    /** Whether somebody who says that the job is over by the word of a root may mean the one that this peer works for. */
    public boolean mayHaveEnded(long endEpoch) {
        return endEpoch >= namedEpoch();
    }

    /**
     * An epoch for an edge that had this one. Those that a root makes lie beyond all that a former root, which does not know
     * yet that it is one, may make at the same time: none of its commands is taken for one of this root. The highest has
     * nothing above it; only who lies about an edge has that, and harms that edge alone.
     */
    public long laterEpoch(long edgeEpoch) {
        long before = isSelf ? Math.max(edgeEpoch, (epoch - 1) << Limits.EPOCH_BITS) : edgeEpoch;
        return Math.min(before, Limits.MAX_EPOCH - 1) + 1;
    }

    /** What this peer takes for the job, as its messages say. */
    public Optional<Fingerprint> meant() {
        return Optional.of(meant);
    }

    /** Whether the sender takes the same for the job, or does not say what it takes for it. */
    public boolean isMeantBy(Message.OfMeantJob message) {
        return message.mayMean(meant);
    }

    /** Whether the sender takes something else for the job, and this peer cannot know which of the two is right. */
    public boolean isInDoubtBy(Message.OfMeantJob message) {
        return !isMeantBy(message) && !hasSpoken;
    }
}

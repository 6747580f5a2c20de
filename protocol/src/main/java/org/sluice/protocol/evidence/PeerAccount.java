package org.sluice.protocol.evidence;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

/** What one peer has claimed in one job, and what is thought of it. */
final class PeerAccount {
    /** A claim of whose shares each is still known. Each is itself alone, whatever it has. */
    static final class Kept {
        final PeerAccount owner;
        final Shares shares;

        Kept(PeerAccount owner, Shares shares) {
            this.owner = owner;
            this.shares = shares;
        }

        /** What it takes of the memory, in numbers of 8 bytes. */
        int cost() {
            return shares.count() + 2 * shares.ranges().rangeCount() + 16;
        }
    }

    final PeerId peer;
    final SkipTest test;
    /** The oldest first. */
    final SequencedSet<Kept> kept = new LinkedHashSet<>();
    Standing standing = new Standing.Trusted();
    Credit credit = Credit.NONE;
    long copied;
    /** All that it has claimed. */
    RangeSet claimed = RangeSet.EMPTY;
    /** Of that, what it was tested by. */
    RangeSet attested = RangeSet.EMPTY;
    long keptCost;

    PeerAccount(PeerId peer, SkipTest test) {
        this.peer = peer;
        this.test = test;
    }

    boolean isTrusted() {
        return standing instanceof Standing.Trusted;
    }

    /** The claims still known that have something of the ranges, each with only that. */
    List<Shares> within(RangeSet ranges) {
        List<Shares> common = new ArrayList<>();
        for (Kept one : kept) {
            if (one.shares.ranges().intersects(ranges)) {
                common.add(one.shares.within(ranges));
            }
        }
        return common;
    }

    /**
     * Those of the separate ranges that say something about the peer: all but what others have proven from end to end.
     *
     * <p>Who has read another's shares could claim them with the ranges around them, and would look as diligent as the other. If, on
     * the other hand, the shares alone that others had first were not counted, whoever was quick enough could make an honest peer
     * a suspect. So a range counts in whole or not at all, and how far it reaches its claimant alone has said.
     */
    static RangeSet telling(RangeSet fresh, RangeSet proven) {
        if (!fresh.intersects(proven)) {
            return fresh;
        }
        List<Range> telling = new ArrayList<>();
        for (Range range : fresh) {
            if (!proven.containsAll(RangeSet.of(range))) {
                telling.add(range);
            }
        }
        return RangeSet.of(telling);
    }
}

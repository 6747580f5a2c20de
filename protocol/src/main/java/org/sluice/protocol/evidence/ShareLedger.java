package org.sluice.protocol.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

/**
 * Who has proven what of a job: an account that its root keeps of all peers' claims.
 *
 * <p>A claim is worth something for its peer and about its peer alone. So whoever hands claims in must know that they are the
 * peer's own word, and each claim is checked in whole before anything of it is entered:
 * <ol>
 * <li>Each share is hashed again. One that is none convicts the peer.
 * <li>Where another peer has claimed the same integers, both must have the same shares, of the greater of their strengths. Whoever lacks one
 * that the other has, and that was hashed again, is convicted. So a suspect is convicted when others redo what it has skipped.
 * <li>What the peer has not claimed before is put to its {@linkplain SkipTest test}, except for ranges that others have proven from end
 * to end: these are not held against the peer, nor do they prove anything.
 * </ol>
 *
 * <p>A share belongs to the first claim that has it, as credit. What a peer has claimed that lost its trust must be redone,
 * unless others have proven it too. Its proven shares remain proven: somebody has hashed them.
 *
 * <p>Memory is bounded: of the oldest claims only the ranges are remembered. Shares claimed there later are not credited, and are
 * compared with nothing.
 */
public final class ShareLedger {
    /** Whether an integer's digest meets the share goal of a strength; asked of integers of the job's range alone. */
    @FunctionalInterface
    public interface ShareCheck {
        boolean isShare(long integer, int strength);
    }

    /**
     * Whether a peer may claim shares of this strength: if it were too high, hardly any would be expected of it, and if too low, it
     * would be paid for the root's work.
     */
    @FunctionalInterface
    public interface Permission {
        boolean permits(PeerId peer, int strength);
    }

    /** How much a ledger remembers at most. */
    record Capacity(int peers, int rangesOfAPeer, int ranges, long numbers) {
        /** 100,000 peers, and 32 MB of shares: those of four minutes of the largest jobs, of days of small ones. */
        static final Capacity DEFAULT = new Capacity(100_000, 50_000, 2_000_000, 4_000_000);
    }

    private final Goal goal;
    private final RangeSet whole;
    private final ShareCheck check;
    private final Permission permission;
    private final Capacity capacity;
    private final Map<PeerId, PeerAccount> peers = new LinkedHashMap<>();
    /** The claims of whose shares each is still known, the oldest first. */
    private final SequencedSet<PeerAccount.Kept> kept = new LinkedHashSet<>();
    private long keptCost;
    private int ranges;
    /** What anybody has claimed. */
    private RangeSet claimed = RangeSet.EMPTY;
    /** What those have proven who are trusted. */
    private RangeSet proven = RangeSet.EMPTY;

    /** An empty ledger of a job with this range and goal. */
    public ShareLedger(Range range, Goal goal, ShareCheck check, Permission permission) {
        this(range, goal, check, permission, Capacity.DEFAULT);
    }

    ShareLedger(Range range, Goal goal, ShareCheck check, Permission permission, Capacity capacity) {
        this.whole = RangeSet.of(range);
        this.goal = goal;
        this.check = check;
        this.permission = permission;
        this.capacity = capacity;
    }

    /** Takes in what a peer has claimed in its own name. */
    public Receipt take(PeerId peer, Shares claim) {
        PeerAccount known = peers.get(peer);
        if (known != null && !known.isTrusted()) {
            return new Receipt.Ignored();
        }
        if (!permission.permits(peer, claim.strength())) {
            return new Receipt.Refused("shares of strength " + claim.strength() + " are not wanted of it");
        }
        if (!whole.containsAll(claim.ranges())) {
            return new Receipt.Refused("its ranges are not all in the job's");
        }
        if (known == null && peers.size() >= capacity.peers()) {
            return new Receipt.Refused("too many peers have claimed something");
        }
        PeerAccount own = known == null ? new PeerAccount(peer, new SkipTest()) : known;
        Shares fresh = claim.within(claim.ranges().minus(own.claimed));
        int more = 2 * fresh.ranges().rangeCount();
        if (own.claimed.rangeCount() + more > capacity.rangesOfAPeer() || ranges + more > capacity.ranges()) {
            return new Receipt.Refused("too many separate ranges were claimed");
        }
        peers.putIfAbsent(peer, own);
        Optional<Standing.Proof> proof = falseShare(fresh).or(() -> compare(own, fresh));
        if (proof.isPresent()) {
            claim(own, fresh.ranges());
            return incriminate(own, new Standing.Convicted(proof.get()));
        }
        return enter(own, fresh);
    }

    private Optional<Standing.Proof> falseShare(Shares claim) {
        return claim.integers()
                .filter(integer -> !check.isShare(integer, claim.strength()))
                .mapToObj(integer -> (Standing.Proof) new Standing.Proof.FalseShare(integer))
                .findFirst();
    }

    /** Convicts those whose claims lack shares that this one has, and tells of one that it lacks itself. */
    private Optional<Standing.Proof> compare(PeerAccount own, Shares claim) {
        Optional<Standing.Proof> missed = Optional.empty();
        for (PeerAccount other : othersWithin(own, claim.ranges())) {
            for (Shares theirs : other.within(claim.ranges())) {
                int strength = Math.max(theirs.strength(), claim.strength());
                Shares ours = claim.within(theirs.ranges());
                lacking(theirs, ours, strength).ifPresent(share -> incriminate(other,
                        new Standing.Convicted(new Standing.Proof.MissedShare(share, own.peer))));
                Optional<Long> lacking = lacking(ours, theirs, strength);
                missed = missed.or(() -> lacking.map(share -> new Standing.Proof.MissedShare(share, other.peer)));
            }
        }
        return missed;
    }

    private List<PeerAccount> othersWithin(PeerAccount own, RangeSet ranges) {
        if (!claimed.intersects(ranges)) {
            return List.of();
        }
        return peers.values().stream().filter(one -> one != own && one.claimed.intersects(ranges)).toList();
    }

    private Optional<Long> lacking(Shares claim, Shares others, int strength) {
        return others.integers()
                .filter(integer -> !claim.holds(integer) && check.isShare(integer, strength))
                .boxed()
                .findFirst();
    }

    private Receipt enter(PeerAccount own, Shares fresh) {
        List<Shares> theirs = new ArrayList<>();
        RangeSet forgotten = RangeSet.EMPTY;
        for (PeerAccount other : othersWithin(own, fresh.ranges())) {
            List<Shares> known = other.within(fresh.ranges());
            List<Range> remembered = known.stream().flatMap(claim -> claim.ranges().ranges().stream()).toList();
            RangeSet common = other.claimed.intersection(fresh.ranges());
            forgotten = forgotten.plus(common.minus(RangeSet.of(remembered)));
            theirs.addAll(known);
        }
        int credited = 0;
        int copied = 0;
        for (long integer : fresh.integers().toArray()) {
            if (theirs.stream().anyMatch(claim -> claim.holds(integer))) {
                copied++;
            } else if (!forgotten.contains(integer)) {
                credited++;
            }
        }
        ShareGoal shareGoal = ShareGoal.of(goal, fresh.strength());
        RangeSet telling = PeerAccount.telling(fresh.ranges(), proven);
        own.credit = own.credit.plus(credited, shareGoal.hashesPerShare());
        own.copied += copied;
        claim(own, fresh.ranges());
        ranges -= own.attested.rangeCount();
        own.attested = own.attested.plus(telling);
        ranges += own.attested.rangeCount();
        own.test.add(shareGoal, telling, fresh);
        keep(own, fresh);
        if (own.test.alarm().isPresent()) {
            return incriminate(own, new Standing.Suspect(own.test.alarm().get()));
        }
        proven = proven.plus(telling);
        return new Receipt.Entered(credited, copied, telling);
    }

    private void claim(PeerAccount own, RangeSet fresh) {
        ranges -= own.claimed.rangeCount();
        own.claimed = own.claimed.plus(fresh);
        ranges += own.claimed.rangeCount();
        claimed = claimed.plus(fresh);
    }

    /** Who keeps more than its part gives way first: nobody makes others' claims be forgotten by many of its own. */
    private void keep(PeerAccount own, Shares fresh) {
        if (fresh.ranges().isEmpty()) {
            return;
        }
        PeerAccount.Kept added = new PeerAccount.Kept(own, fresh);
        kept.add(added);
        own.kept.add(added);
        own.keptCost += added.cost();
        keptCost += added.cost();
        while (keptCost > capacity.numbers()) {
            boolean isGreedy = own.keptCost > capacity.numbers() / peers.size();
            PeerAccount.Kept oldest = isGreedy ? own.kept.getFirst() : kept.getFirst();
            kept.remove(oldest);
            oldest.owner.kept.remove(oldest);
            oldest.owner.keptCost -= oldest.cost();
            keptCost -= oldest.cost();
        }
    }

    private Receipt incriminate(PeerAccount whose, Standing standing) {
        boolean wasTrusted = whose.isTrusted();
        if (!(whose.standing instanceof Standing.Convicted)) {
            whose.standing = standing;
        }
        if (wasTrusted && !whose.attested.isEmpty()) {
            List<Range> rest = new ArrayList<>();
            peers.values().stream().filter(PeerAccount::isTrusted).forEach(one -> rest.addAll(one.attested.ranges()));
            proven = RangeSet.of(rest);
        }
        return new Receipt.Incriminating(whose.standing);
    }

    /** What is thought of the peer. */
    public Standing standing(PeerId peer) {
        PeerAccount known = peers.get(peer);
        return known == null ? new Standing.Trusted() : known.standing;
    }

    /** Those who have lost their trust, and why. */
    public Map<PeerId, Standing> accused() {
        Map<PeerId, Standing> accused = new LinkedHashMap<>();
        peers.forEach((peer, claims) -> {
            if (!claims.isTrusted()) {
                accused.put(peer, claims.standing);
            }
        });
        return accused;
    }

    /** What is proven hashed, by peers that are trusted. */
    public RangeSet proven() {
        return proven;
    }

    /** What was claimed by those who have lost their trust, and proven by nobody else. */
    public RangeSet toRedo() {
        List<Range> doubtful = new ArrayList<>();
        peers.values().stream().filter(one -> !one.isTrusted()).forEach(one -> doubtful.addAll(one.claimed.ranges()));
        return RangeSet.of(doubtful).minus(proven);
    }

    /** What the peer has contributed. */
    public Credit credit(PeerId peer) {
        PeerAccount known = peers.get(peer);
        return known == null ? Credit.NONE : known.credit;
    }

    /** What each peer has contributed of whom there is any claim, in the order of their first ones. */
    public Map<PeerId, Credit> credits() {
        Map<PeerId, Credit> credits = new LinkedHashMap<>();
        peers.forEach((peer, claims) -> credits.put(peer, claims.credit));
        return credits;
    }

    /** How many shares the peer has claimed that another had claimed before; much more than others is suspicious. */
    public long copied(PeerId peer) {
        PeerAccount known = peers.get(peer);
        return known == null ? 0 : known.copied;
    }

    /** How many numbers of 8 bytes the claims take of whose shares each is still known. */
    long kept() {
        return keptCost;
    }
}

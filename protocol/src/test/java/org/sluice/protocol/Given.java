package org.sluice.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;

/** The values that tests speak of, in few words. */
public final class Given {
    public static final String ALGORITHM = "SHA-256";
    public static final JobId ROOT = new JobId("anna.job");
    public static final JobId OTHER_ROOT = new JobId("anna.other-job");

    private static final String INCARNATION = ".00000000";

    private Given() {}

    /** The first peer of a name. */
    public static PeerId peer(String name) {
        return new PeerId(name + INCARNATION);
    }

    /** A job over {@code [start, end)} in mode ALL with fan-out 2. */
    public static JobSpec job(long start, long end) {
        return new JobSpec(ROOT, new Range(start, end), work(ALGORITHM), new Goal.TrailingZeroBits(8), Mode.ALL, 2);
    }

    public static JobSpec in(Mode mode, JobSpec spec) {
        return new JobSpec(spec.id(), spec.range(), spec.work(), spec.goal(), mode, spec.fanOut());
    }

    static JobSpec withFanOut(int fanOut, JobSpec spec) {
        return new JobSpec(spec.id(), spec.range(), spec.work(), spec.goal(), spec.mode(), fanOut);
    }

    public static JobSpec called(JobId id, JobSpec spec) {
        return new JobSpec(id, spec.range(), spec.work(), spec.goal(), spec.mode(), spec.fanOut());
    }

    public static Work work(String algorithm) {
        return new Work.Integers(algorithm, Bytes.EMPTY);
    }

    /** A live worker with 1,000 hashes/s. */
    public static PeerInfo worker(String name) {
        return worker(name, 1_000);
    }

    public static PeerInfo worker(String name, long hashesPerSecond) {
        return new PeerInfo(peer(name), PeerInfo.Role.WORKER, hashesPerSecond, Set.of(ALGORITHM));
    }

    public static RosterEntry entry(String name, long hashesPerSecond) {
        return new RosterEntry(peer(name), hashesPerSecond);
    }

    public static RangeSet range(long start, long end) {
        return RangeSet.of(start, end);
    }

    /** A subjob by its name, or {@code GIVER-NUMBER} by that of who gave it, where {@code job} is the root. */
    public static SubjobId subjob(String name) {
        int number = name.indexOf('-');
        if (number < 0) {
            return new SubjobId(name);
        }
        String giver = name.substring(0, number);
        String whole = giver.equals(ROOT.name()) ? ROOT.value() : giver + INCARNATION;
        return new SubjobId(whole + name.substring(number));
    }

    public static Edge edge(String subjob, long epoch) {
        return new Edge(subjob(subjob), epoch);
    }

    public static Coverage covered(String peer, long start, long end) {
        return new Coverage(peer(peer), range(start, end));
    }

    public static Delegated delegated(String holding, String subjob, String peer, long start, long end) {
        return new Delegated(subjob(holding), subjob(subjob), peer(peer), range(start, end));
    }

    public static Solution solution(long integer, String peer) {
        return new Solution(integer, Bytes.fromHex("00"), peer(peer));
    }

    /** What a peer that knows the job says in answer to an orphan. */
    public static Message.AdoptAck adoptAck(JobSpec job, Address sender, long number, List<Holding> holdings,
            List<Address> lineage, long rootEpoch) {
        return new Message.AdoptAck(sender, job.id(), number, holdings, lineage, rootEpoch, true,
                Optional.of(Fingerprint.of(job)));
    }

    /** The seeds to try: {@code -Dseeds=N} sets how many, {@code -Dseed=S} tries one alone. */
    public static List<Long> seeds(int count) {
        Long single = Long.getLong("seed");
        if (single != null) {
            return List.of(single);
        }
        List<Long> seeds = new ArrayList<>();
        for (long seed = 0; seed < Integer.getInteger("seeds", count); seed++) {
            seeds.add(seed);
        }
        return seeds;
    }
}

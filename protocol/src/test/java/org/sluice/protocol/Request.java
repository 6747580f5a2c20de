package org.sluice.protocol;

import java.time.Duration;
import java.util.List;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/** A {@link Message.SubjobRequest} in the making. */
public final class Request {
    private final Address parent;
    private final SubjobId subjob;
    /** The job of a request that names no other. */
    static final JobSpec JOB = Given.job(0, 1_000_000);

    private JobSpec spec = JOB;
    private RangeSet ranges = Given.range(0, 1_000);
    private List<RosterEntry> roster = List.of();
    private List<Address> lineage;
    private long epoch = 1;
    private long rootEpoch = 1;
    private Duration remaining = Duration.ofHours(1);
    private List<PeerId> distrusted = List.of();

    private Request(Address parent, String subjob) {
        this.parent = parent;
        this.subjob = Given.subjob(subjob);
        this.lineage = parent.equals(Given.ROOT) ? List.of(parent) : List.of(parent, Given.ROOT);
    }

    public static Request from(Address parent, String subjob) {
        return new Request(parent, subjob);
    }

    public Request ranges(long start, long end) {
        ranges = Given.range(start, end);
        return this;
    }

    public Request of(JobSpec job) {
        spec = job;
        if (lineage.size() == 1 && parent.equals(Given.OTHER_ROOT)) {
            lineage = List.of(parent);
        }
        return this;
    }

    public Request roster(RosterEntry... entries) {
        roster = List.of(entries);
        return this;
    }

    public Request lineage(Address... ancestors) {
        lineage = List.of(ancestors);
        return this;
    }

    public Request epoch(long number) {
        epoch = number;
        return this;
    }

    public Request rootEpoch(long number) {
        rootEpoch = number;
        return this;
    }

    public Request remaining(Duration time) {
        remaining = time;
        return this;
    }

    Request distrusted(PeerId... peers) {
        distrusted = List.of(peers);
        return this;
    }

    public Message.SubjobRequest message() {
        return new Message.SubjobRequest(parent, spec, subjob, ranges, roster, lineage, epoch, rootEpoch, remaining,
                distrusted);
    }
}

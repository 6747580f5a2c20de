package org.sluice.worker.search.thread;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.worker.search.Hits;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.WrongResultException;

/**
 * The solutions found while one range is hashed, each hashed again by the {@link Reference} before it is believed.
 *
 * <p>A kernel that breaks {@link Search}'s rules is caught here and answered with a {@link WrongResultException}.
 */
final class Finds implements Hits {
    /** A search that has found so many ends, so that an easy goal cannot fill the memory. */
    static final int MAX_SOLUTIONS = 100_000;

    private final JobSpec job;
    private final Range range;
    private final PeerId self;
    private final BooleanSupplier stop;
    private final List<Solution> solutions = new ArrayList<>();
    private long lowest;
    private boolean enough;

    Finds(JobSpec job, Range range, PeerId self, BooleanSupplier stop) {
        this.job = job;
        this.range = range;
        this.self = self;
        this.stop = stop;
        this.lowest = range.start();
    }

    @Override
    public boolean found(long integer) {
        if (enough || integer < lowest || integer >= range.end()) {
            throw new WrongResultException("a hit at " + integer + " where none can come any more, in " + range);
        }
        byte[] digest = Reference.digest(job.work(), integer);
        if (!job.goal().isMetBy(digest)) {
            throw new WrongResultException(integer + " was told to be a hit and is none");
        }
        solutions.add(new Solution(integer, Bytes.of(digest), self));
        lowest = integer + 1;
        // The kernel looks at the stop signal in strides of hashes; with a hit at every one of them these take long.
        enough = job.mode() == Mode.FIRST || solutions.size() == MAX_SOLUTIONS || stop.getAsBoolean();
        return !enough;
    }

    /** What was hashed, if the search says that {@code next} is the first integer that was not. */
    RangeSet endedBefore(long next) {
        if (next < lowest || next > range.end() || (enough && next != lowest)) {
            throw new WrongResultException("a search of " + range + " ended at " + next);
        }
        return RangeSet.of(range.start(), next);
    }

    /** The solutions in rising order. */
    List<Solution> solutions() {
        return solutions;
    }
}

package org.sluice.worker.search.device;

import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Hits;
import org.sluice.worker.search.LastWord;
import org.sluice.worker.search.MessageDigestSearch;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.WrongResultException;

/**
 * A search by a device; what it tells of is hashed once more by the portable kernel, which decides.
 *
 * <p>It holds nothing of the device's own, so there may be any number of them.
 */
final class OpenClSearch implements Search {
    private final OpenClKernel kernel;
    private final Work.Plain work;
    private final Goal goal;
    private final LastWord lastWord;
    private final MessageDigestSearch portable;
    private final BatchSize batchSize;

    OpenClSearch(OpenClKernel kernel, Work.Plain work, Goal goal, BatchSize batchSize) {
        this.kernel = kernel;
        this.work = work;
        this.goal = goal;
        this.lastWord = LastWord.of(goal);
        this.portable = new MessageDigestSearch(work, goal);
        this.batchSize = batchSize;
    }

    Work.Plain work() {
        return work;
    }

    Goal goal() {
        return goal;
    }

    BatchSize batchSize() {
        return batchSize;
    }

    /**
     * Whether an integer that the device told of meets the goal.
     *
     * @throws WrongResultException if it does not even have the last word for which the device should have told of it
     */
    boolean isHit(long integer) {
        if (portable.isHit(integer)) {
            return true;
        }
        if (!lastWord.isMetBy(Reference.digest(work, integer))) {
            throw new WrongResultException("it told of " + integer + ", whose digest is another");
        }
        return false;
    }

    @Override
    public long run(long start, long end, Hits hits, BooleanSupplier stop) {
        return kernel.run(this, start, end, hits, stop);
    }
}

package org.sluice.worker.search;

import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Work;

import org.jspecify.annotations.Nullable;

/**
 * A search of a block's integers by one of headers: each extranonce makes a header of its own, which is prepared when its first integer comes.
 *
 * <p>Preparing one takes some ten hashes and the kernel's midstates, and there are 2^32 or 2^48 integers to an extranonce. So any kernel that searches
 * headers searches a block at the same rate.
 */
public final class BlockSearch implements Search {
    private final BlockSpace space;
    private final Function<Work.Header, Search> headers;
    private @Nullable Search current;
    private long extranonce;

    /** @param headers prepares the search of a header */
    public BlockSearch(BlockSpace space, Function<Work.Header, Search> headers) {
        this.space = space;
        this.headers = headers;
    }

    @Override
    public long run(long start, long end, Hits hits, BooleanSupplier stop) {
        Wanted wanted = new Wanted(hits);
        long next = start;
        while (next < end && wanted.more) {
            wanted.base = next - space.headerInteger(next);
            long partEnd = Math.min(end, space.endOfExtranonce(next));
            next = wanted.base + search(next).run(next - wanted.base, partEnd - wanted.base, wanted, stop);
            if (next < partEnd) {
                return next;
            }
        }
        return next;
    }

    private Search search(long integer) {
        long wanted = space.extranonce(integer);
        Search search = current;
        if (search == null || extranonce != wanted) {
            current = null; // Should preparing fail, the next time must not find another extranonce's search.
            search = headers.apply(space.header(wanted));
            current = search;
            extranonce = wanted;
        }
        return search;
    }

    /** Tells of a header's integers as those of the block, and remembers whether that was enough. */
    private static final class Wanted implements Hits {
        private final Hits hits;
        private long base;
        private boolean more = true;

        Wanted(Hits hits) {
            this.hits = hits;
        }

        @Override
        public boolean found(long integer) {
            more = hits.found(base + integer);
            return more;
        }
    }
}

package org.sluice.worker.search.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

import org.sluice.protocol.value.Work;
import org.sluice.worker.opencl.CommandQueue;
import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.opencl.OpenClHangException;
import org.sluice.worker.search.PaddedMessage;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Sha256;
import org.sluice.worker.search.WrongResultException;

import org.jspecify.annotations.Nullable;

/**
 * A device at work for a kernel: its queue, its buffers and the programs that were built for it.
 *
 * <p>All of it belongs to one thread, the only one that enters the driver. Two batches are enqueued at a time, so that the device has the
 * next one while the hits of the last are looked at. Integers of a batch differ only in their low halves, of 32 bits. The thread does not
 * wait in the driver, where some spin, but looks every millisecond or sooner whether a batch is done.
 */
final class OpenClSession implements AutoCloseable {
    /** How many hits of a batch the device can tell of. */
    static final int ROOM = 4_096;

    private static final String SOURCE = "search.cl";
    private static final int IN_FLIGHT = 2;
    /** How many work-items work together, if the kernel may have so many. */
    static final long ITEMS_IN_GROUP = 128;
    private static final int VERSIONS = 1 << Reference.VERSION_INDEX_BITS;
    private static final long SHORTEST_WAIT_NANOS = 20_000;
    private static final long LONGEST_WAIT_NANOS = 1_000_000;

    private final CommandQueue queue;
    private final int lanes;
    private final CommandQueue.Buffer struct;
    private final MemorySegment structHere;
    private final Deque<Room> free = new ArrayDeque<>();
    private final Map<OpenClForm, Built> built = new EnumMap<>(OpenClForm.class);
    private final Deque<Batch> flying = new ArrayDeque<>();
    private final Duration patience;
    private long next;
    private CommandQueue.@Nullable Buffer versions;
    private @Nullable OpenClSearch current;
    private int currentHigh;

    /** Where the hits of one batch are told, on the device and here. */
    private record Room(CommandQueue.Buffer buffer, MemorySegment here) {}

    /** A kernel of a program, and how many of its work-items work together. */
    private record Launch(CommandQueue.Kernel kernel, long inGroup) {
        Launch(CommandQueue.Kernel kernel) {
            this(kernel, Long.highestOneBit(Math.clamp(kernel.mostItemsInGroup(), 1, ITEMS_IN_GROUP)));
        }

        CommandQueue.Event run(long items) {
            return kernel.run((items + inGroup - 1) / inGroup * inGroup, inGroup);
        }
    }

    /** What was built for a form of messages; only one whose versions are rolled has something to prepare. */
    private record Built(Launch search, @Nullable Launch prepareVersions) {}

    /** Integers that the device is to hash. */
    private record Batch(long first, int count, Room room, CommandQueue.Event hashed, CommandQueue.Event told) {}

    /**
     * A batch that is done.
     *
     * @param end the integer behind its last
     * @param told the integers that the device has told of, in rising order
     */
    record Landing(long end, List<Long> told) {}

    /**
     * A session.
     *
     * @param patience after how long a device that does not answer is taken to hang
     */
    OpenClSession(OpenCl openCl, OpenClDevice device, Duration patience) {
        this.patience = patience;
        queue = new CommandQueue(openCl, device);
        lanes = device.vectorWidth();
        try {
            struct = queue.buffer(OpenClMessage.BYTES);
            structHere = queue.allocate(OpenClMessage.BYTES);
            for (int i = 0; i < IN_FLIGHT; i++) {
                long bytes = (1L + ROOM) * Integer.BYTES;
                free.add(new Room(queue.buffer(bytes), queue.allocate(bytes)));
            }
        } catch (RuntimeException fault) { // A device without memory is asked again later, and must not have less then.
            queue.close();
            throw fault;
        }
    }

    /** Begins to search anew, from an integer on. */
    void begin(long start) {
        drain();
        next = start;
    }

    /**
     * Has the device go on, and waits for what it began first.
     *
     * @param goesOn whether it is to be given more
     * @return what it did; null if it has nothing to do any more
     */
    @Nullable
    Landing advance(OpenClSearch search, long end, boolean goesOn) {
        while (true) {
            while (goesOn && flying.size() < IN_FLIGHT && next < end) {
                Batch batch = enqueue(search, next, end);
                flying.add(batch);
                next += batch.count;
            }
            Batch batch = flying.peek();
            if (batch == null) {
                return null;
            }
            await(batch.told);
            search.batchSize().took(batch.count, batch.hashed.nanos());
            int[] found = found(batch);
            land();
            if (found.length <= ROOM) {
                return new Landing(batch.first + batch.count,
                        Arrays.stream(found).mapToObj(distance -> batch.first + distance).toList());
            }
            search.batchSize().overflowed(batch.count);
            drain();
            next = batch.first;
        }
    }

    private Batch enqueue(OpenClSearch search, long first, long end) {
        Launch launch = prepare(search, (int) (first >>> Integer.SIZE));
        long endOfHalf = search.work() instanceof Work.Integers ? (first | 0xFFFFFFFFL) + 1 : end;
        long inHalf = endOfHalf < first ? end - first : Math.min(end, endOfHalf) - first; // Beyond 2^63 - 1 it is negative.
        int count = (int) Math.min(search.batchSize().current(), inHalf);
        Room room = free.remove();
        room.buffer.clearFirstWord();
        launch.kernel.set(1, first);
        launch.kernel.set(2, count);
        launch.kernel.set(3, room.buffer);
        CommandQueue.Event hashed = launch.run((count + lanes - 1L) / lanes);
        Batch batch = new Batch(first, count, room, hashed, room.buffer.read(room.here));
        queue.flush();
        return batch;
    }

    /** Has the device know the search and the high half of its next integers. */
    private Launch prepare(OpenClSearch search, int high) {
        Built program = built.computeIfAbsent(OpenClForm.of(search.work()), this::build);
        int part = search.work() instanceof Work.Integers ? high : 0;
        if (!search.equals(current) || part != currentHigh) {
            current = null; // Until all of it is known.
            if (program.prepareVersions != null && search.work() instanceof Work.Header header) {
                prepareVersions(program.prepareVersions, header);
            }
            OpenClMessage.write(search.work(), search.goal(), part, structHere);
            write(structHere);
            current = search;
            currentHigh = part;
        }
        return program.search;
    }

    private void prepareVersions(Launch launch, Work.Header header) {
        MemorySegment.copy(PaddedMessage.firstBlock(header), 0, structHere, ValueLayout.JAVA_INT, 0,
                Sha256.BLOCK_WORDS);
        write(structHere);
        launch.run((VERSIONS + lanes) / lanes).close();
    }

    private void write(MemorySegment words) {
        try (CommandQueue.Event written = struct.write(words)) {
            queue.flush();
            await(written);
        }
    }

    private Built build(OpenClForm form) {
        CommandQueue.Program program = queue.build(source(), "-D LANES=" + lanes + " -D " + form);
        Launch search = new Launch(program.kernel("search_integers"));
        search.kernel.set(0, struct);
        search.kernel.set(4, ROOM);
        search.kernel.set(5, versions());
        if (form != OpenClForm.ROLLED) {
            return new Built(search, null);
        }
        Launch prepareVersions = new Launch(program.kernel("prepare_versions"));
        prepareVersions.kernel.set(0, struct);
        prepareVersions.kernel.set(1, versions());
        return new Built(search, prepareVersions);
    }

    private CommandQueue.Buffer versions() {
        CommandQueue.Buffer buffer = versions;
        if (buffer == null) {
            buffer = queue.buffer((VERSIONS + (long) lanes) * Sha256.STATE_WORDS * Integer.BYTES);
            versions = buffer;
        }
        return buffer;
    }

    private static String source() {
        try (InputStream stream = Objects.requireNonNull(OpenClSession.class.getResourceAsStream(SOURCE))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The distances that the device has told of, in rising order; more than there is room for if there were more. */
    private static int[] found(Batch batch) {
        int found = batch.room.here.get(ValueLayout.JAVA_INT, 0);
        if (Integer.compareUnsigned(found, batch.count) > 0) {
            throw new WrongResultException("it told of " + Integer.toUnsignedString(found) + " of " + batch.count
                    + " integers");
        }
        int[] distances = new int[Math.min(found, ROOM + 1)];
        if (found <= ROOM) {
            MemorySegment.copy(batch.room.here, ValueLayout.JAVA_INT, Integer.BYTES, distances, 0, found);
            Arrays.sort(distances);
            for (int i = 0; i < found; i++) {
                if (distances[i] < 0 || distances[i] >= batch.count || (i > 0 && distances[i] == distances[i - 1])) {
                    throw new WrongResultException("it told of an integer twice, or of one that it was not given");
                }
            }
        }
        return distances;
    }

    /** The first of the batches is done. */
    private void land() {
        Batch batch = flying.remove();
        free.add(batch.room);
        batch.hashed.close();
        batch.told.close();
    }

    /** Waits until the device has nothing to do; what it did meanwhile is nobody's. */
    void drain() {
        while (!flying.isEmpty()) {
            await(flying.element().told);
            land();
        }
    }

    private void await(CommandQueue.Event event) {
        long begin = System.nanoTime();
        long wait = SHORTEST_WAIT_NANOS;
        while (!event.isDone()) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new OpenClHangException("it has not answered for " + patience.toSeconds() + " s");
            }
            LockSupport.parkNanos(this, wait);
            wait = Math.min(LONGEST_WAIT_NANOS, 2 * wait);
        }
    }

    /** Gives back what it has of the device. */
    @Override
    public void close() {
        queue.close();
    }
}

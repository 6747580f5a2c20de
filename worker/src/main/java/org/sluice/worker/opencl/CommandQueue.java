package org.sluice.worker.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A context with one device, and the queue in which that device does one thing after the other.
 *
 * <p>It belongs to one thread at a time, with all that was made of it, and all that ends with it. That should be a {@link DriverThread}: any
 * method may wait for a device that hangs. Every method throws an {@link OpenClException} if a function of OpenCL fails; then nothing
 * should be done with it but to close it.
 */
public final class CommandQueue implements AutoCloseable {
    private static final long QUEUE_PROFILING_ENABLE = 1 << 1;
    private static final int CONTEXT_PLATFORM = 0x1084;
    private static final int PROGRAM_BUILD_LOG = 0x1183;
    private static final int LONGEST_LOG = 500;
    private static final int FALSE = 0;

    private final Functions functions;
    private final MemorySegment device;
    private final Releases releases = new Releases();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment context;
    private final MemorySegment queue;

    /** A context and a queue on the device. */
    public CommandQueue(OpenCl openCl, OpenClDevice of) {
        this.functions = openCl.functions();
        this.device = of.handles().device();
        releases.add(arena::close);
        try {
            MemorySegment properties = arena.allocateFrom(ValueLayout.JAVA_LONG, CONTEXT_PLATFORM,
                    of.handles().platform().address(), 0);
            MemorySegment devices = arena.allocateFrom(ValueLayout.ADDRESS, device);
            context = create(Function.RELEASE_CONTEXT, Function.CREATE_CONTEXT, properties, 1, devices,
                    MemorySegment.NULL, MemorySegment.NULL);
            queue = create(Function.RELEASE_COMMAND_QUEUE, Function.CREATE_COMMAND_QUEUE, context, device,
                    QUEUE_PROFILING_ENABLE);
        } catch (OpenClException e) {
            releases.close();
            throw e;
        }
    }

    /** Creates something that is released with the queue. */
    private MemorySegment create(Function release, Function function, Object... arguments) {
        MemorySegment created = functions.create(function, arguments);
        releases.add(() -> functions.code(release, created));
        return created;
    }

    /** Memory of the host that the device may write to and read from until the queue is closed. */
    public MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, Long.BYTES);
    }

    /** Memory of the device. */
    public Buffer buffer(long bytes) {
        return new Buffer(create(Function.RELEASE_MEM_OBJECT, Function.CREATE_BUFFER, context, 0L, bytes,
                MemorySegment.NULL));
    }

    /**
     * Builds a program for the device.
     *
     * @param source in OpenCL C
     * @param options as the specification's section 5.6.4 has them
     */
    public Program build(String source, String options) {
        try (Arena texts = Arena.ofConfined()) {
            MemorySegment sources = texts.allocateFrom(ValueLayout.ADDRESS, texts.allocateFrom(source));
            MemorySegment program = create(Function.RELEASE_PROGRAM, Function.CREATE_PROGRAM_WITH_SOURCE, context, 1,
                    sources, MemorySegment.NULL);
            try {
                functions.call(Function.BUILD_PROGRAM, program, 1, texts.allocateFrom(ValueLayout.ADDRESS, device),
                        texts.allocateFrom(options), MemorySegment.NULL, MemorySegment.NULL);
            } catch (OpenClException e) {
                throw new OpenClException(e.getMessage() + ": " + buildLog(program));
            }
            return new Program(program);
        }
    }

    private String buildLog(MemorySegment program) {
        String log = QueryResult
                .text(functions.ask(Function.GET_PROGRAM_BUILD_INFO, program, device, PROGRAM_BUILD_LOG))
                .replaceAll("\\s+", " ");
        return log.length() <= LONGEST_LOG ? log : log.substring(0, LONGEST_LOG) + "...";
    }

    /** Sees to it that the device begins with what it was told to do. */
    public void flush() {
        functions.call(Function.FLUSH, queue);
    }

    /**
     * Waits for the device, for as long as that takes, and releases all that was made of it; errors in that are of no interest any more.
     */
    @Override
    public void close() {
        functions.code(Function.FINISH, queue);
        releases.close();
    }

    /** Memory of the device. */
    public final class Buffer {
        private final MemorySegment handle;

        private Buffer(MemorySegment handle) {
            this.handle = handle;
        }

        /**
         * Has its beginning written, when all before is done.
         *
         * @param from memory that was allocated here, and stays as it is until that is done
         */
        public Event write(MemorySegment from) {
            return event(event -> functions.call(Function.ENQUEUE_WRITE_BUFFER, queue, handle, FALSE, 0L,
                    from.byteSize(), from, 0, MemorySegment.NULL, event));
        }

        /** Has its first four bytes made zero, when all before is done. */
        public void clearFirstWord() {
            try (Arena zero = Arena.ofConfined()) {
                functions.call(Function.ENQUEUE_FILL_BUFFER, queue, handle, zero.allocate(ValueLayout.JAVA_INT),
                        (long) Integer.BYTES, 0L, (long) Integer.BYTES, 0, MemorySegment.NULL, MemorySegment.NULL);
            }
        }

        /**
         * Has its beginning read, when all before is done.
         *
         * @param into memory that was allocated here
         */
        public Event read(MemorySegment into) {
            return event(event -> functions.call(Function.ENQUEUE_READ_BUFFER, queue, handle, FALSE, 0L,
                    into.byteSize(), into, 0, MemorySegment.NULL, event));
        }
    }

    /** Kernels that were built together. */
    public final class Program {
        private final MemorySegment handle;

        private Program(MemorySegment handle) {
            this.handle = handle;
        }

        /** The kernel of that name. */
        public Kernel kernel(String name) {
            try (Arena text = Arena.ofConfined()) {
                return new Kernel(
                        create(Function.RELEASE_KERNEL, Function.CREATE_KERNEL, handle, text.allocateFrom(name)));
            }
        }
    }

    /** A kernel and its arguments, which stay until others are set. */
    public final class Kernel {
        private static final int KERNEL_WORK_GROUP_SIZE = 0x11B0;

        private final MemorySegment handle;
        private final long mostItemsInGroup;

        private Kernel(MemorySegment handle) {
            this.handle = handle;
            this.mostItemsInGroup = QueryResult
                    .number(functions.ask(Function.GET_KERNEL_WORK_GROUP_INFO, handle, device, KERNEL_WORK_GROUP_SIZE));
        }

        /** How many work-items a group of this kernel may have. */
        public long mostItemsInGroup() {
            return mostItemsInGroup;
        }

        /** Sets an argument that is a pointer to memory of the device. */
        public void set(int index, Buffer buffer) {
            try (Arena value = Arena.ofConfined()) {
                set(index, value.allocateFrom(ValueLayout.ADDRESS, buffer.handle));
            }
        }

        /** Sets an argument of 32 bits. */
        public void set(int index, int number) {
            try (Arena value = Arena.ofConfined()) {
                set(index, value.allocateFrom(ValueLayout.JAVA_INT, number));
            }
        }

        /** Sets an argument of 64 bits. */
        public void set(int index, long number) {
            try (Arena value = Arena.ofConfined()) {
                set(index, value.allocateFrom(ValueLayout.JAVA_LONG, number));
            }
        }

        private void set(int index, MemorySegment value) {
            functions.call(Function.SET_KERNEL_ARG, handle, index, value.byteSize(), value);
        }

        /**
         * Has it run, when all before is done.
         *
         * @param items how many work-items, a multiple of those in a group
         * @param inGroup how many of them work together, at most {@link #mostItemsInGroup}
         */
        public Event run(long items, long inGroup) {
            try (Arena sizes = Arena.ofConfined()) {
                MemorySegment global = sizes.allocateFrom(ValueLayout.JAVA_LONG, items);
                MemorySegment local = sizes.allocateFrom(ValueLayout.JAVA_LONG, inGroup);
                return event(event -> functions.call(Function.ENQUEUE_ND_RANGE_KERNEL, queue, handle, 1,
                        MemorySegment.NULL, global, local, 0, MemorySegment.NULL, event));
            }
        }
    }

    private interface Enqueuing {
        void writeEventTo(MemorySegment event);
    }

    private Event event(Enqueuing enqueuing) {
        try (Arena pointer = Arena.ofConfined()) {
            MemorySegment event = pointer.allocate(ValueLayout.ADDRESS);
            enqueuing.writeEventTo(event);
            return new Event(event.get(ValueLayout.ADDRESS, 0));
        }
    }

    /** Something that the device was told to do. It may be closed at any time. */
    public final class Event implements AutoCloseable {
        private static final int COMMAND_EXECUTION_STATUS = 0x11D3;
        private static final int PROFILING_COMMAND_START = 0x1282;
        private static final int PROFILING_COMMAND_END = 0x1283;

        private final MemorySegment handle;

        private Event(MemorySegment handle) {
            this.handle = handle;
        }

        /** Whether it is done; the question does not wait. */
        public boolean isDone() {
            int status = (int) QueryResult
                    .number(functions.ask(Function.GET_EVENT_INFO, handle, COMMAND_EXECUTION_STATUS));
            if (status < 0) {
                throw new OpenClException("what was enqueued has failed", status);
            }
            return status == 0;
        }

        /** How long the device was busy with it, once it is done. */
        public long nanos() {
            return time(PROFILING_COMMAND_END) - time(PROFILING_COMMAND_START);
        }

        private long time(int of) {
            return QueryResult.number(functions.ask(Function.GET_EVENT_PROFILING_INFO, handle, of));
        }

        @Override
        public void close() {
            functions.call(Function.RELEASE_EVENT, handle);
        }
    }
}

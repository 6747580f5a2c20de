package org.sluice.worker.search;

import java.io.InputStream;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * SHA-256 and SHA-256d in vectors of one width.
 *
 * <p>The compiler makes instructions of the Vector API's calls only where the width is a constant of the class. So
 * {@link VectorSearch} is written once, and defined as a hidden class for each width, which it reads from its class
 * data. This class must not be touched where the module {@code jdk.incubator.vector} is missing.
 */
final class VectorKernel implements SearchKernel {
    private static final List<String> ALGORITHMS = List.of("SHA-256", Reference.DOUBLE_SHA_256);

    private final String name;
    private final MethodHandle constructor;

    private VectorKernel(VectorSpecies<Integer> species) {
        this.name = "vector-" + species.vectorBitSize();
        this.constructor = constructor(species);
    }

    /** The kernels for the widths that this machine has, widest first. */
    static List<SearchKernel> all() {
        int widest = IntVector.SPECIES_PREFERRED.vectorBitSize();
        return Stream.of(IntVector.SPECIES_512, IntVector.SPECIES_256, IntVector.SPECIES_128)
                .filter(species -> species.vectorBitSize() <= widest)
                .<SearchKernel>map(VectorKernel::new)
                .toList();
    }

    /** What the calling hidden class was defined for. */
    static VectorSearch.Width width(MethodHandles.Lookup caller) {
        try {
            return MethodHandles.classData(caller, ConstantDescs.DEFAULT_NAME, VectorSearch.Width.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a vector search without a width: " + caller, e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean supports(Work work) {
        return ALGORITHMS.contains(work.algorithm());
    }

    @Override
    public Search prepare(Work work, Goal goal) {
        if (!supports(work)) {
            throw new IllegalArgumentException("kernel " + name + " does not compute " + work.algorithm());
        }
        try {
            return (Search) constructor.invokeExact(work, goal);
        } catch (Throwable e) {
            throw new IllegalStateException("kernel " + name + " cannot be prepared", e);
        }
    }

    private static MethodHandle constructor(VectorSpecies<Integer> species) {
        String resource = VectorSearch.class.getSimpleName() + ".class";
        try (InputStream bytes = VectorKernel.class.getResourceAsStream(resource)) {
            if (bytes == null) {
                throw new IllegalStateException(resource + " is missing beside " + VectorKernel.class);
            }
            VectorSearch.Width width = width(species);
            MethodHandles.Lookup search = MethodHandles.lookup()
                    .defineHiddenClassWithClassData(bytes.readAllBytes(), width, false);
            return search
                    .findConstructor(search.lookupClass(), MethodType.methodType(void.class, Work.class, Goal.class))
                    .asType(MethodType.methodType(Search.class, Work.class, Goal.class));
        } catch (Throwable e) {
            throw new IllegalStateException("cannot define kernel classes for " + species, e);
        }
    }

    /** The memory for a width and an object of the class that {@link RoundsWriter} writes for it. */
    static VectorSearch.Width width(VectorSpecies<Integer> species) throws Throwable {
        StraightToC2.ask();
        int groups = VectorSearch.Width.groups(species);
        LaneMemory memory = new LaneMemory(species.vectorByteSize(), groups * VectorSearch.GROUP);
        for (int round = 0; round < Sha256.ROUNDS; round++) {
            IntVector.broadcast(species, Sha256.k(round))
                    .intoMemorySegment(memory.segment(), (long) round * species.vectorByteSize(),
                            ByteOrder.nativeOrder());
        }
        MethodHandles.Lookup written = MethodHandles.lookup()
                .defineHiddenClassWithClassData(RoundsWriter.write(species), memory.segment(), true);
        Rounds rounds = (Rounds) written.findConstructor(written.lookupClass(), MethodType.methodType(void.class))
                .asType(MethodType.methodType(Rounds.class))
                .invokeExact();
        return new VectorSearch.Width(species, groups, memory, rounds);
    }
}

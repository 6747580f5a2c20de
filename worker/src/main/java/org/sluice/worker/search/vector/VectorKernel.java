package org.sluice.worker.search.vector;

import java.io.InputStream;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.Sha256;

import com.sun.management.HotSpotDiagnosticMXBean;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 and SHA-256d in vectors, in one {@link RoundsForm}.
 *
 * <p>The compiler makes instructions of the Vector API's calls only where the width is a constant of the class. So
 * {@link VectorSearch} is written once, and defined as a hidden class for each form, which it reads from its class
 * data. This class must not be touched where the module {@code jdk.incubator.vector} is missing.
 */
public final class VectorKernel implements SearchKernel {
    /** Every form that is the fastest on some processor, widest first. */
    static final List<RoundsForm> FORMS = List.of(
            new RoundsForm(IntVector.SPECIES_512, 4, 2, false),
            new RoundsForm(IntVector.SPECIES_512, 2, 1, true),
            new RoundsForm(IntVector.SPECIES_256, 4, 1, false),
            new RoundsForm(IntVector.SPECIES_128, 4, 1, false));

    private final RoundsForm form;
    private final String name;
    private @Nullable MethodHandle constructor;

    private VectorKernel(RoundsForm form) {
        this.form = form;
        this.name = "vector-" + form.species().vectorBitSize() + (form.abreast() == 1 ? "" : "x" + form.abreast());
    }

    /** The kernels that this machine has vectors for, widest first. */
    public static List<SearchKernel> all() {
        LaneMemory.everything(); // Where native access is denied, none of them could be used.
        int widest = IntVector.SPECIES_PREFERRED.vectorBitSize();
        return FORMS.stream()
                .filter(form -> form.species().vectorBitSize() <= widest)
                .<SearchKernel>map(VectorKernel::new)
                .toList();
    }

    /** What the calling hidden class was defined for. */
    static VectorSearch.Context context(MethodHandles.Lookup caller) {
        try {
            return MethodHandles.classData(caller, ConstantDescs.DEFAULT_NAME, VectorSearch.Context.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a vector search without a form: " + caller, e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** What C2 makes of vectors here: where it has AVX-512 it uses that for narrower ones too. */
    @Override
    public Optional<String> instructions() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> option("UseAVX").map(level -> switch (level) {
                case "0" -> "SSE";
                case "1" -> "AVX";
                case "2" -> "AVX2";
                default -> "AVX-512";
            });
            case "aarch64" -> option("UseSVE").map(level -> level.equals("0") ? "NEON" : "SVE");
            default -> Optional.empty();
        };
    }

    /** An option of HotSpot, which sets these two to what the processor has. */
    private static Optional<String> option(String name) {
        try {
            return Optional.ofNullable(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class))
                    .map(machine -> machine.getVMOption(name).getValue());
        } catch (IllegalArgumentException e) { // Another JVM, or one without vectors.
            return Optional.empty();
        }
    }

    @Override
    public boolean supports(Work.Plain work) {
        return Sha256.isAlgorithmOf(work);
    }

    @Override
    public Search prepare(Work.Plain work, Goal goal) {
        requireSupported(work);
        try {
            return (Search) constructor().invokeExact(work, goal);
        } catch (Throwable e) {
            throw new IllegalStateException("kernel " + name + " cannot be prepared", e);
        }
    }

    /** Makes a search; found out when it is first needed, for defining the classes of one kernel takes a tenth of a second. */
    private synchronized MethodHandle constructor() {
        MethodHandle known = constructor;
        if (known == null) {
            known = constructor(form);
            constructor = known;
        }
        return known;
    }

    private static MethodHandle constructor(RoundsForm form) {
        String resource = VectorSearch.class.getSimpleName() + ".class";
        try (InputStream bytes = VectorKernel.class.getResourceAsStream(resource)) {
            if (bytes == null) {
                throw new IllegalStateException(resource + " is missing beside " + VectorKernel.class);
            }
            VectorSearch.Context context = context(form);
            MethodHandles.Lookup search = MethodHandles.lookup()
                    .defineHiddenClassWithClassData(bytes.readAllBytes(), context, false);
            return search
                    .findConstructor(search.lookupClass(),
                            MethodType.methodType(void.class, Work.Plain.class, Goal.class))
                    .asType(MethodType.methodType(Search.class, Work.Plain.class, Goal.class));
        } catch (Throwable e) {
            throw new IllegalStateException("cannot define kernel classes for " + form, e);
        }
    }

    /** The memory for a form and an object of the class that {@link RoundsWriter} writes for it. */
    static VectorSearch.Context context(RoundsForm form) throws Throwable {
        StraightToC2.ask();
        VectorSpecies<Integer> species = form.species();
        LaneMemory memory = new LaneMemory(species.vectorByteSize(), form.groups() * VectorSearch.GROUP);
        for (int round = 0; round < Sha256.ROUNDS; round++) {
            IntVector.broadcast(species, Sha256.k(round))
                    .intoMemorySegment(memory.segment(), (long) round * species.vectorByteSize(),
                            ByteOrder.nativeOrder());
        }
        MethodHandles.Lookup written = MethodHandles.lookup()
                .defineHiddenClassWithClassData(RoundsWriter.write(form, memory.mask()), LaneMemory.everything(), true);
        Rounds rounds = (Rounds) written
                .findConstructor(written.lookupClass(), MethodType.methodType(void.class, long.class))
                .asType(MethodType.methodType(Rounds.class, long.class))
                .invokeExact(memory.segment().address());
        return new VectorSearch.Context(form, memory, rounds);
    }
}

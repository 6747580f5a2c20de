package org.sluice.worker;

import org.sluice.worker.search.measure.CpuAffinity;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option of a command by which its user says on which CPUs to hash. */
final class AffinityOption {
    @Option(names = "--cpu-affinity", paramLabel = "LIST", converter = Converter.class,
            description = "Bind each hashing thread to one CPU of a list such as 0,2-4 (default: the system chooses). "
                    + "As many threads hash as it has CPUs; with more --threads they begin again at its first. Linux only.")
    private CpuAffinity affinity = CpuAffinity.NONE;

    /** Reads a list, or says what is wrong with it. */
    static final class Converter implements ITypeConverter<CpuAffinity> {
        @Override
        public CpuAffinity convert(String text) {
            try {
                return CpuAffinity.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    CpuAffinity affinity() {
        return affinity;
    }

    /** What comes behind a number of threads if they are bound. */
    String inWords() {
        return affinity.cpus().isEmpty() ? "" : " on " + (affinity.cpus().size() == 1 ? "CPU " : "CPUs ") + affinity;
    }
}

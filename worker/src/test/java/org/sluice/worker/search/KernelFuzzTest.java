package org.sluice.worker.search;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.sluice.worker.search.choice.Kernels;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Cases that a fuzzer thinks of: its bytes stand in for the random numbers of {@link KernelCheck}. */
class KernelFuzzTest {
    static Stream<byte[]> seeds() {
        return LongStream.range(0, 5).mapToObj(seed -> {
            byte[] bytes = new byte[2_000];
            new SplittableRandom(seed).nextBytes(bytes);
            return bytes;
        });
    }

    @MethodSource("seeds")
    @FuzzTest
    void everyKernelAgreesWithTheReference(byte[] bytes) {
        for (SearchKernel kernel : Kernels.all()) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            RandomGenerator random = () -> rest.remaining() < Long.BYTES ? 0 : rest.getLong();
            while (rest.remaining() >= Long.BYTES) {
                assertEquals(Optional.empty(), KernelCheck.disagreement(kernel, random, 1));
            }
        }
    }
}

package org.sluice.protocol.value;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class MerklePathTest {
    @Test
    void givesTheRootOfBitcoinsBlock100000() {
        List<Bytes> ids = Stream
                .of("8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
                        "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
                        "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
                        "e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d")
                .map(id -> Bytes.fromHex(id).reversed())
                .toList();

        MerklePath path = MerklePath.ofFirst(ids.subList(1, 4));

        assertEquals(2, path.siblings().size());
        assertEquals("f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766",
                path.root(ids.getFirst()).reversed().toHex());
    }

    @Test
    void aLoneLeafIsTheRoot() {
        Bytes coinbase = Bytes.fromHex("01".repeat(32));

        assertEquals(coinbase, MerklePath.ofFirst(List.of()).root(coinbase));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 4_001})
    void givesTheRootThatHashingTheWholeTreeGives(int leaves) {
        Random random = new Random(leaves);
        List<Bytes> ids = new ArrayList<>();
        for (int i = 0; i < leaves; i++) {
            byte[] id = new byte[32];
            random.nextBytes(id);
            ids.add(Bytes.of(id));
        }

        MerklePath path = MerklePath.ofFirst(ids.subList(1, leaves));

        assertEquals(wholeTree(ids), path.root(ids.getFirst()));
        assertEquals(Integer.SIZE - Integer.numberOfLeadingZeros(leaves - 1), path.siblings().size());
    }

    @Test
    void refusesWhatIsNoPath() {
        assertThrows(IllegalArgumentException.class, () -> new MerklePath(List.of(Bytes.of(new byte[31]))));
        assertThrows(IllegalArgumentException.class,
                () -> new MerklePath(Collections.nCopies(MerklePath.MAX_LEVELS + 1, Bytes.of(new byte[32]))));
        assertThrows(IllegalArgumentException.class, () -> new MerklePath(List.of()).root(Bytes.EMPTY));
    }

    /** The definition: pairs are hashed level by level, and the last of an odd level with itself. */
    private static Bytes wholeTree(List<Bytes> leaves) {
        List<Bytes> level = leaves;
        while (level.size() > 1) {
            List<Bytes> even = new ArrayList<>(level);
            if (even.size() % 2 == 1) {
                even.add(even.getLast());
            }
            List<Bytes> above = new ArrayList<>();
            for (int i = 0; i < even.size(); i += 2) {
                above.add(DoubleSha256.of(even.get(i), even.get(i + 1)));
            }
            level = above;
        }
        return level.getFirst();
    }
}

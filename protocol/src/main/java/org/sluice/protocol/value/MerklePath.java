package org.sluice.protocol.value;

import java.util.ArrayList;
import java.util.List;

/**
 * What must be known of a block's other transactions to compute its Merkle root from the first one, the coinbase.
 *
 * <p>Bitcoin's tree hashes neighbours in pairs, level by level, and takes the last of a level with an odd number of nodes twice. The
 * first leaf is the left one on every level, so the right neighbours on its way up suffice: one for each level, which
 * is 12 hashes for 4,000 transactions.
 *
 * @param siblings the right neighbours from the leaves to the root, at most {@link #MAX_LEVELS}, each 32 bytes in hash order
 */
public record MerklePath(List<Bytes> siblings) {
    /** Most levels: a block of 4,000,000 weight units holds fewer than 2^15 transactions. */
    public static final int MAX_LEVELS = 16;

    public MerklePath {
        siblings = List.copyOf(siblings);
        if (siblings.size() > MAX_LEVELS) {
            throw new IllegalArgumentException(
                    "a Merkle path has at most " + MAX_LEVELS + " levels, not " + siblings.size());
        }
        for (Bytes sibling : siblings) {
            requireHash(sibling);
        }
    }

    /**
     * The path of the first leaf of a tree.
     *
     * @param others the hashes behind the first one, in the order of the leaves, each 32 bytes in hash order
     */
    public static MerklePath ofFirst(List<Bytes> others) {
        List<Bytes> siblings = new ArrayList<>();
        List<Bytes> level = others;
        while (!level.isEmpty()) {
            siblings.add(level.getFirst());
            List<Bytes> above = new ArrayList<>();
            for (int left = 1; left < level.size(); left += 2) {
                int right = Math.min(left + 1, level.size() - 1);
                above.add(DoubleSha256.of(level.get(left), level.get(right)));
            }
            level = above;
        }
        return new MerklePath(siblings);
    }

    /**
     * The tree's root.
     *
     * @param first the first leaf, 32 bytes in hash order
     * @return 32 bytes in hash order
     */
    public Bytes root(Bytes first) {
        requireHash(first);
        Bytes node = first;
        for (Bytes sibling : siblings) {
            node = DoubleSha256.of(node, sibling);
        }
        return node;
    }

    private static void requireHash(Bytes hash) {
        if (hash.length() != DoubleSha256.LENGTH) {
            throw new IllegalArgumentException("a node of a Merkle tree has 32 bytes, not " + hash.length());
        }
    }
}

package org.sluice.worker.search;

import java.util.Arrays;
import java.util.Set;

import org.sluice.protocol.value.Work;

/** SHA-256's constants and its compression function on plain integers (FIPS 180-4, sections 4.1.2, 4.2.2 and 6.2.2). */
public final class Sha256 {
    /** Bytes of a block. */
    public static final int BLOCK = 64;
    /** 32-bit words of a block. */
    public static final int BLOCK_WORDS = 16;
    /** Words of a state, and of a digest. */
    public static final int STATE_WORDS = 8;
    /** Rounds of a compression. */
    public static final int ROUNDS = 64;

    private static final int[] INITIAL = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
            0x1f83d9ab, 0x5be0cd19};

    private static final int[] K = {
            0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
            0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
            0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
            0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
            0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
            0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
            0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
            0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

    /** The algorithms made of it, as {@link Work#algorithm()} has them. */
    public static final Set<String> ALGORITHMS = Set.of("SHA-256", Reference.DOUBLE_SHA_256);

    private Sha256() {}

    /** Whether a work's digests are SHA-256, once or twice. */
    public static boolean isAlgorithmOf(Work work) {
        return ALGORITHMS.contains(work.algorithm());
    }

    /** A fresh copy of the state that every hash begins with, H(0). */
    public static int[] initialState() {
        return INITIAL.clone();
    }

    /** The constant of a round, 0 to 63. */
    public static int k(int round) {
        return K[round];
    }

    /** The message schedule of a block of 16 words. */
    public static int[] schedule(int[] block) {
        int[] w = Arrays.copyOf(block, ROUNDS);
        for (int t = BLOCK_WORDS; t < ROUNDS; t++) {
            w[t] = sigma1(w[t - 2]) + w[t - 7] + sigma0(w[t - 15]) + w[t - 16];
        }
        return w;
    }

    /** Compresses a block of 16 words into the state. */
    public static void compress(int[] state, int[] block) {
        int[] variables = state.clone();
        rounds(variables, schedule(block), 0, ROUNDS);
        for (int i = 0; i < STATE_WORDS; i++) {
            state[i] += variables[i];
        }
    }

    /**
     * Some rounds of a compression.
     *
     * @param variables the working variables a to h
     * @param w the message schedule, as far as these rounds need it
     * @param from the first round
     * @param to the round behind the last
     */
    public static void rounds(int[] variables, int[] w, int from, int to) {
        int a = variables[0];
        int b = variables[1];
        int c = variables[2];
        int d = variables[3];
        int e = variables[4];
        int f = variables[5];
        int g = variables[6];
        int h = variables[7];
        for (int t = from; t < to; t++) {
            int sum1 = Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
            int choice = (e & f) ^ (~e & g);
            int t1 = h + sum1 + choice + K[t] + w[t];
            int sum0 = Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
            int majority = (a & b) ^ (a & c) ^ (b & c);
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + sum0 + majority;
        }
        variables[0] = a;
        variables[1] = b;
        variables[2] = c;
        variables[3] = d;
        variables[4] = e;
        variables[5] = f;
        variables[6] = g;
        variables[7] = h;
    }

    public static int sigma0(int x) {
        return Integer.rotateRight(x, 7) ^ Integer.rotateRight(x, 18) ^ (x >>> 3);
    }

    public static int sigma1(int x) {
        return Integer.rotateRight(x, 17) ^ Integer.rotateRight(x, 19) ^ (x >>> 10);
    }
}

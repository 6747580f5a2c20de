/* SHA-256 on plain words, for what is computed once and not for each integer (FIPS 180-4). */
#ifndef SLUICE_SHA256_H
#define SLUICE_SHA256_H

#include <stdint.h>

#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline))
#define UNLIKELY(condition) __builtin_expect((condition), 0)
/* For loops of which every pass is compiled by itself. */
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

enum {
    ROUNDS = 64,
    BLOCK_WORDS = 16,
    /* Which round's e is the last word of the state behind the block. */
    LAST_WORD_ROUND = 60,
    /* Behind the digest's eight words (section 5.1.1): a one bit, and at the end the length in bits. */
    DIGEST_WORDS = 8
};

static const uint32_t PADDING = 0x80000000;
static const uint32_t DIGEST_BITS = 256;

/* Bits 13 to 28 of a header's version (BIP 320). */
static const uint32_t ROLLED_BITS = 0x1fffe000;
static const int ROLLED_SHIFT = 13;

static const uint32_t INITIAL_STATE[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static const uint32_t K[ROUNDS] __attribute__((aligned(64))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t rotate_right(uint32_t x, int n) {
    return x >> n | x << (32 - n);
}

static inline uint32_t sigma0(uint32_t x) {
    return rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3;
}

static inline uint32_t sigma1(uint32_t x) {
    return rotate_right(x, 17) ^ rotate_right(x, 19) ^ x >> 10;
}

/* Extends sixteen words to the schedule (section 6.2.2, step 1). */
static inline void expand_words(uint32_t w[ROUNDS]) {
    for (int t = BLOCK_WORDS; t < ROUNDS; t++) {
        w[t] = sigma1(w[t - 2]) + w[t - 7] + sigma0(w[t - 15]) + w[t - 16];
    }
}

/* A round (section 6.2.2, step 3) on the working variables a to h. */
static inline void one_round(uint32_t v[8], uint32_t word_and_constant) {
    uint32_t sum1 = rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
    uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t t1 = v[7] + sum1 + choice + word_and_constant;
    uint32_t sum0 = rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
    uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    for (int x = 7; x > 0; x--) {
        v[x] = v[x - 1];
    }
    v[4] += t1;
    v[0] = t1 + sum0 + majority;
}

#endif

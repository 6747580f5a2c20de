/*
 * SHA-256 (FIPS 180-4) of consecutive integers, once or twice, in OpenCL C 1.2; OpenClSearch is the other half.
 *
 * Each work-item hashes LANES integers side by side, as many as the device likes its vectors to have (1 on most GPUs), and tells of
 * those whose digest may meet the goal. What all integers of a batch have in common is computed before and read from `search`.
 *
 * Built for one kind of message at a time, so that the compiler sees which of its words are constant; one of these is defined:
 *   HEADER   the second block of a block header, hashed twice; the integer is its nonce
 *   ROLLED   the same; the integer is nonce x 2^16 + version index, and the state before the block is its version's
 *   INTEGER  an integer of 8 bytes and nothing before it, hashed once
 *   ANY      an integer behind a prefix: 1 or 2 blocks, hashed once or twice
 */

/* What OpenClMessage writes. Words are numbers in the device's order. */
struct search {
    /* The state before the first block that integers differ in, and its working variables behind the rounds before FIRST_ROUND. */
    uint state[8];
    uint begun[8];
    /* The words of the blocks, with the high half of the integer and without the low one. */
    uint words[32];
    /* Which bits of each word are the low half's, once that is rotated to the left. */
    uint places[32];
    uint rotation;
    uint blocks;
    uint twice;
    /* A digest may meet the goal if its last word, bytes in opposite order, is not above the limit after masking. */
    uint mask;
    uint limit;
};

#define VERSIONS 65536

#if LANES == 1
typedef uint lanes;
#define NUMBERS 0
#define LOAD(from) *(from)
#define STORE(x, to) *(to) = (x)
#define IS_ANY(condition) (condition)
#else
#define JOIN_(x, y) x##y
#define JOIN(x, y) JOIN_(x, y)
typedef JOIN(uint, LANES) lanes;
#define NUMBERS (JOIN(NUMBERS_, LANES))
#define NUMBERS_2 (uint2)(0, 1)
#define NUMBERS_4 (uint4)(0, 1, 2, 3)
#define NUMBERS_8 (uint8)(0, 1, 2, 3, 4, 5, 6, 7)
#define NUMBERS_16 (uint16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define LOAD(from) JOIN(vload, LANES)(0, from)
#define STORE(x, to) JOIN(vstore, LANES)(x, 0, to)
#define IS_ANY(condition) any(condition)
#endif

/* The word of the message in which integers differ first: the rounds before it are done. */
#if defined(HEADER)
#define FIRST_ROUND 3
#elif defined(INTEGER)
#define FIRST_ROUND 1
#else
#define FIRST_ROUND 0
#endif

/* Section 4.2.2. */
__constant uint K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Section 5.3.3. */
__constant uint INITIAL_STATE[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* Section 4.1.2; rotate() turns to the left. */
#define RIGHT(x, n) rotate(x, (lanes)(32 - n))
#define CH(x, y, z) bitselect(z, y, x)
#define MAJ(x, y, z) bitselect(x, y, (x) ^ (z))
#define SUM0(x) (RIGHT(x, 2) ^ RIGHT(x, 13) ^ RIGHT(x, 22))
#define SUM1(x) (RIGHT(x, 6) ^ RIGHT(x, 11) ^ RIGHT(x, 25))
#define SIGMA0(x) (RIGHT(x, 7) ^ RIGHT(x, 18) ^ (x) >> 3)
#define SIGMA1(x) (RIGHT(x, 17) ^ RIGHT(x, 19) ^ (x) >> 10)

/* Section 6.2.2, step 3, in which the variables change their names and not their places. */
#define ROUND(a, b, c, d, e, f, g, h, t)                     \
    if (t >= first) {                                        \
        if (t >= 16) {                                       \
            w[t & 15] += SIGMA1(w[(t + 14) & 15]) + w[(t + 9) & 15] + SIGMA0(w[(t + 1) & 15]); /* step 1 */ \
        }                                                    \
        v[h] += SUM1(v[e]) + CH(v[e], v[f], v[g]) + K[t] + w[t & 15]; \
        v[d] += v[h];                                        \
        v[h] += SUM0(v[a]) + MAJ(v[a], v[b], v[c]);          \
    }

#define EIGHT_ROUNDS(t)                   \
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, (t))     \
    ROUND(7, 0, 1, 2, 3, 4, 5, 6, (t + 1)) \
    ROUND(6, 7, 0, 1, 2, 3, 4, 5, (t + 2)) \
    ROUND(5, 6, 7, 0, 1, 2, 3, 4, (t + 3)) \
    ROUND(4, 5, 6, 7, 0, 1, 2, 3, (t + 4)) \
    ROUND(3, 4, 5, 6, 7, 0, 1, 2, (t + 5)) \
    ROUND(2, 3, 4, 5, 6, 7, 0, 1, (t + 6)) \
    ROUND(1, 2, 3, 4, 5, 6, 7, 0, (t + 7))

/* The rounds of a block from the given one on: `v` are the working variables, whose places have moved as rounds have passed. */
static void compress(lanes v[8], lanes w[16], const int first) {
    EIGHT_ROUNDS(0)
    EIGHT_ROUNDS(8)
    EIGHT_ROUNDS(16)
    EIGHT_ROUNDS(24)
    EIGHT_ROUNDS(32)
    EIGHT_ROUNDS(40)
    EIGHT_ROUNDS(48)
    EIGHT_ROUNDS(56)
}

/* Hashes a state once more: it is a message of 32 bytes, padded (section 5.1.1). */
static void hash_state(lanes state[8]) {
    lanes w[16], v[8];
    for (int i = 0; i < 8; i++) {
        w[i] = state[i];
        v[i] = INITIAL_STATE[i];
    }
    w[8] = 0x80000000;
    for (int i = 9; i < 15; i++) {
        w[i] = 0;
    }
    w[15] = 256;
    compress(v, w, 0);
    for (int i = 0; i < 8; i++) {
        state[i] = v[i] + INITIAL_STATE[i];
    }
}

static lanes reversed_bytes(lanes x) {
    return (rotate(x, (lanes)8) & 0x00ff00ff) | (rotate(x, (lanes)24) & 0xff00ff00);
}

/* The words of a block whose low bits are these. */
static void take_words(lanes w[16], __constant struct search *search, int block, lanes low) {
#if defined(HEADER) || defined(ROLLED)
    for (int i = 0; i < 3; i++) {
        w[i] = search->words[i];
    }
    w[3] = reversed_bytes(low);
    w[4] = 0x80000000;
    for (int i = 5; i < 15; i++) {
        w[i] = 0;
    }
    w[15] = 8 * 80;
#elif defined(INTEGER)
    w[0] = search->words[0];
    w[1] = low;
    w[2] = 0x80000000;
    for (int i = 3; i < 15; i++) {
        w[i] = 0;
    }
    w[15] = 8 * 8;
#else
    const lanes turned = rotate(low, (lanes)search->rotation);
    for (int i = 0; i < 16; i++) {
        w[i] = search->words[16 * block + i] | (turned & search->places[16 * block + i]);
    }
#endif
}

/*
 * Hashes `count` integers from `first` on, which all have the same high half unless they are rolled headers.
 *
 * hits[0] counts those that are told of; behind it stand their distances from `first`, in any order, as many as there is room for.
 */
__kernel void search_integers(__constant struct search *search, const ulong first, const uint count, __global uint *hits,
                              const uint capacity, __global const uint *versions) {
    const uint distance = (uint)get_global_id(0) * LANES;
    if (distance >= count) {
        return;
    }
    lanes state[8], v[8], w[16];
#if defined(ROLLED)
    const ulong integer = first + distance;
    const lanes index = (uint)integer % VERSIONS + NUMBERS; /* Not above VERSIONS + LANES; the table goes on so far. */
    for (int i = 0; i < 8; i++) {
        v[i] = state[i] = LOAD(versions + i * (VERSIONS + LANES) + (uint)integer % VERSIONS);
    }
    take_words(w, search, 0, (uint)(integer / VERSIONS) + index / VERSIONS);
#else
    for (int i = 0; i < 8; i++) {
        state[i] = search->state[i];
        v[i] = search->begun[(i + FIRST_ROUND) % 8];
    }
    const lanes low = (uint)first + distance + NUMBERS;
    take_words(w, search, 0, low);
#endif
    compress(v, w, FIRST_ROUND);
    for (int i = 0; i < 8; i++) {
        state[i] += v[i];
    }
#if defined(ANY)
    if (search->blocks == 2) {
        for (int i = 0; i < 8; i++) {
            v[i] = state[i];
        }
        take_words(w, search, 1, low);
        compress(v, w, 0);
        for (int i = 0; i < 8; i++) {
            state[i] += v[i];
        }
    }
    if (search->twice) {
        hash_state(state);
    }
#elif !defined(INTEGER)
    hash_state(state);
#endif
    /* Of the last compression no more is computed than this word needs: the compiler leaves out the rest. */
    const lanes last = reversed_bytes(state[7]) & search->mask;
    if (IS_ANY(last <= search->limit)) {
        uint each[LANES];
        STORE(last, each);
        for (uint i = 0; i < LANES && distance + i < count; i++) {
            if (each[i] <= search->limit) {
                const uint number = atomic_inc(hits);
                if (number < capacity) {
                    hits[1 + number] = distance + i;
                }
            }
        }
    }
}

#if defined(ROLLED)
/*
 * Writes the state behind a header's first block for every version index, and for the first ones again behind the last: word by
 * word, all versions of a word together. The index replaces bits 13 to 28 of the version (BIP 320), whose bytes the first word has in
 * opposite order. `block` has the words of the first block.
 */
__kernel void prepare_versions(__constant uint *block, __global uint *versions) {
    const uint place = (uint)get_global_id(0) * LANES;
    if (place >= VERSIONS + LANES) {
        return;
    }
    const lanes index = (place + NUMBERS) % VERSIONS;
    lanes v[8], w[16];
    for (int i = 0; i < 16; i++) {
        w[i] = block[i];
    }
    w[0] = reversed_bytes((reversed_bytes(w[0]) & ~0x1fffe000u) | index << 13);
    for (int i = 0; i < 8; i++) {
        v[i] = INITIAL_STATE[i];
    }
    compress(v, w, 0);
    for (int i = 0; i < 8; i++) {
        STORE(v[i] + INITIAL_STATE[i], versions + i * (VERSIONS + LANES) + place);
    }
}
#endif

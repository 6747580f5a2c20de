/* SHA-256's functions (FIPS 180-4, section 4.1.2) on 16 words at once, with AVX-512F and AVX-512BW. */
#include <immintrin.h>
#include <stdint.h>

#define FAMILY avx512

enum {
    VECTOR_WORDS = 16,
    /* How many vectors go side by side: what one waits for, the other fills. With more there are too few registers. */
    ABREAST = 2
};

typedef __m512i vector;

static inline int is_supported(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

static inline vector load(const uint32_t *from) {
    return _mm512_loadu_si512(from);
}

static inline vector load_bytes(const uint8_t *from) {
    return _mm512_loadu_si512(from);
}

static inline void store(uint32_t *to, vector x) {
    _mm512_storeu_si512(to, x);
}

static inline vector all(uint32_t x) {
    return _mm512_set1_epi32((int)x);
}

static inline vector add(vector x, vector y) {
    return _mm512_add_epi32(x, y);
}

/* Moves bytes within each 16 of them. */
static inline vector shuffle(vector x, vector places) {
    return _mm512_shuffle_epi8(x, places);
}

/* Which of the words, masked, are not above the limit; a bit for each. */
static inline uint32_t not_above(vector x, uint32_t mask, uint32_t limit) {
    return _mm512_cmple_epu32_mask(_mm512_and_si512(x, all(mask)), all(limit));
}

/* The truth tables of vpternlog: x ^ y ^ z, Ch and Maj. */
enum { XOR3 = 0x96, CHOICE = 0xca, MAJORITY = 0xe8 };

static inline vector big_sigma0(vector x) {
    return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 2), _mm512_ror_epi32(x, 13), _mm512_ror_epi32(x, 22), XOR3);
}

static inline vector big_sigma1(vector x) {
    return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 6), _mm512_ror_epi32(x, 11), _mm512_ror_epi32(x, 25), XOR3);
}

static inline vector small_sigma0(vector x) {
    return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3), XOR3);
}

static inline vector small_sigma1(vector x) {
    return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 17), _mm512_ror_epi32(x, 19), _mm512_srli_epi32(x, 10), XOR3);
}

static inline vector choice(vector e, vector f, vector g) {
    return _mm512_ternarylogic_epi32(e, f, g, CHOICE);
}

static inline vector majority(vector a, vector b, vector c) {
    return _mm512_ternarylogic_epi32(a, b, c, MAJORITY);
}

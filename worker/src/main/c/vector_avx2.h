/* SHA-256's functions (FIPS 180-4, section 4.1.2) on 8 words at once, with AVX2. */
#include <immintrin.h>
#include <stdint.h>

#define FAMILY avx2

enum {
    VECTOR_WORDS = 8,
    /* How many vectors go side by side: what one waits for, the other fills. With more there are too few registers. */
    ABREAST = 1
};

typedef __m256i vector;

static inline int is_supported(void) {
    return __builtin_cpu_supports("avx2");
}

static inline vector load(const uint32_t *from) {
    return _mm256_loadu_si256((const __m256i *)from);
}

static inline vector load_bytes(const uint8_t *from) {
    return _mm256_loadu_si256((const __m256i *)from);
}

static inline void store(uint32_t *to, vector x) {
    _mm256_storeu_si256((__m256i *)to, x);
}

static inline vector all(uint32_t x) {
    return _mm256_set1_epi32((int)x);
}

static inline vector add(vector x, vector y) {
    return _mm256_add_epi32(x, y);
}

/* Moves bytes within each 16 of them. */
static inline vector shuffle(vector x, vector places) {
    return _mm256_shuffle_epi8(x, places);
}

/* Which of the words, masked, are not above the limit; a bit for each. */
static inline uint32_t not_above(vector x, uint32_t mask, uint32_t limit) {
    vector masked = _mm256_and_si256(x, all(mask));
    vector is = _mm256_cmpeq_epi32(_mm256_min_epu32(masked, all(limit)), masked);
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(is));
}

#define ROTATE(x, n) _mm256_or_si256(_mm256_srli_epi32(x, n), _mm256_slli_epi32(x, 32 - (n)))
#define XOR3(x, y, z) _mm256_xor_si256(_mm256_xor_si256(x, y), z)

static inline vector big_sigma0(vector x) {
    return XOR3(ROTATE(x, 2), ROTATE(x, 13), ROTATE(x, 22));
}

static inline vector big_sigma1(vector x) {
    return XOR3(ROTATE(x, 6), ROTATE(x, 11), ROTATE(x, 25));
}

static inline vector small_sigma0(vector x) {
    return XOR3(ROTATE(x, 7), ROTATE(x, 18), _mm256_srli_epi32(x, 3));
}

static inline vector small_sigma1(vector x) {
    return XOR3(ROTATE(x, 17), ROTATE(x, 19), _mm256_srli_epi32(x, 10));
}

static inline vector choice(vector e, vector f, vector g) {
    return _mm256_xor_si256(g, _mm256_and_si256(e, _mm256_xor_si256(f, g)));
}

static inline vector majority(vector a, vector b, vector c) {
    return _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(c, _mm256_or_si256(a, b)));
}

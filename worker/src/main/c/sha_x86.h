/*
 * SHA-256 with the SHA extensions of x86 (Intel SDM, SHA256RNDS2, SHA256MSG1 and SHA256MSG2): two rounds in an instruction,
 * which takes its words and constants already added. The working variables stand in two registers, from the highest word
 * downwards: a, b, e, f and c, d, g, h.
 */
#ifndef SLUICE_SHA_X86_H
#define SLUICE_SHA_X86_H

#include <cpuid.h>
#include <immintrin.h>
#include <stdint.h>

/* Four words, the first in the lowest place. */
typedef __m128i word4;

typedef struct {
    __m128i abef;
    __m128i cdgh;
} variables;

/* Rounds 0 and 1 of a block can be done ahead where their words are known. */
enum { KNOWN_ROUNDS = 2 };

static inline int is_supported(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) {
        return 0;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

static inline word4 load4(const void *from) {
    return _mm_loadu_si128((const __m128i *)from);
}

static inline word4 set4(uint32_t first, uint32_t second, uint32_t third, uint32_t fourth) {
    return _mm_set_epi32((int)fourth, (int)third, (int)second, (int)first);
}

static inline word4 add4(word4 x, word4 y) {
    return _mm_add_epi32(x, y);
}

/* The words with the bytes of an integer in the places where they stand. */
static inline word4 place(word4 words, uint64_t integer, word4 places) {
    return _mm_or_si128(words, _mm_shuffle_epi8(_mm_set1_epi64x((long long)integer), places));
}

static inline variables load_variables(const uint32_t state[8]) {
    variables v = {set4(state[5], state[4], state[1], state[0]), set4(state[7], state[6], state[3], state[2])};
    return v;
}

static inline void store_variables(uint32_t state[8], variables v) {
    uint32_t abef[4], cdgh[4];
    _mm_storeu_si128((__m128i *)abef, v.abef);
    _mm_storeu_si128((__m128i *)cdgh, v.cdgh);
    for (int word = 0; word < 2; word++) {
        state[word] = abef[3 - word];
        state[word + 2] = cdgh[3 - word];
        state[word + 4] = abef[1 - word];
        state[word + 6] = cdgh[1 - word];
    }
}

static inline variables add_variables(variables v, variables w) {
    variables sum = {add4(v.abef, w.abef), add4(v.cdgh, w.cdgh)};
    return sum;
}

/* The first four words of a digest, a to d, and the last four, e to h. */
static inline word4 first_half(variables v) {
    return _mm_unpacklo_epi64(_mm_shuffle_epi32(v.abef, 0x1b), _mm_shuffle_epi32(v.cdgh, 0x1b));
}

static inline word4 second_half(variables v) {
    return _mm_unpackhi_epi64(_mm_shuffle_epi32(v.abef, 0x1b), _mm_shuffle_epi32(v.cdgh, 0x1b));
}

static inline variables two_rounds(variables v, word4 words_and_constants) {
    variables next = {_mm_sha256rnds2_epu32(v.cdgh, v.abef, words_and_constants), v.abef};
    return next;
}

/* Rounds 0 and 1, from four words with their constants. */
static inline variables known_rounds(variables v, word4 wk) {
    return two_rounds(v, wk);
}

/* Rounds 2 and 3, behind known_rounds. */
static inline variables rest_of_four_rounds(variables v, word4 wk) {
    return two_rounds(v, _mm_shuffle_epi32(wk, 0x0e));
}

static inline variables four_rounds(variables v, word4 wk) {
    return rest_of_four_rounds(two_rounds(v, wk), wk);
}

/* Rounds 60 and 61, which are enough for the last word. */
static inline variables last_rounds(variables v, word4 wk) {
    return two_rounds(v, wk);
}

/* The last word of the state behind a block, before its feed-forward: e behind round 60, which is f behind the last_rounds. */
static inline uint32_t last_word(variables v) {
    return (uint32_t)_mm_cvtsi128_si32(v.abef);
}

/* The last word of a state. */
static inline uint32_t h(variables v) {
    return (uint32_t)_mm_cvtsi128_si32(v.cdgh);
}

/* The four words of the schedule that follow on sixteen. */
static inline word4 next_words(word4 w0, word4 w4, word4 w8, word4 w12) {
    return _mm_sha256msg2_epu32(add4(_mm_sha256msg1_epu32(w0, w4), _mm_alignr_epi8(w12, w8, 4)), w12);
}

#endif

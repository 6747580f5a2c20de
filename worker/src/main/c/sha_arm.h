/*
 * SHA-256 with the cryptographic extension of ARMv8 (Arm ARM, SHA256H, SHA256H2, SHA256SU0 and SHA256SU1): four rounds in two
 * instructions, which take their words and constants already added. The working variables stand in two registers, a and e
 * in the lowest places.
 */
#ifndef SLUICE_SHA_ARM_H
#define SLUICE_SHA_ARM_H

#include <arm_neon.h>
#include <stdint.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

/* Four words, the first in the lowest place. */
typedef uint32x4_t word4;

typedef struct {
    uint32x4_t abcd;
    uint32x4_t efgh;
} variables;

/* The instructions do four rounds, and a header's nonce stands in the word of the fourth: none can be done ahead. */
enum { KNOWN_ROUNDS = 0 };

static inline int is_supported(void) {
#if defined(__linux__)
    const unsigned long sha2 = 1UL << 6; /* HWCAP_SHA2 */
    return (getauxval(AT_HWCAP) & sha2) != 0;
#elif defined(__APPLE__)
    return 1; /* Every 64-bit ARM processor of Apple's has them. */
#else
    return 0;
#endif
}

static inline word4 load4(const void *from) {
    return vreinterpretq_u32_u8(vld1q_u8((const uint8_t *)from));
}

static inline word4 set4(uint32_t first, uint32_t second, uint32_t third, uint32_t fourth) {
    const uint32_t words[4] = {first, second, third, fourth};
    return vld1q_u32(words);
}

static inline word4 add4(word4 x, word4 y) {
    return vaddq_u32(x, y);
}

/* The words with the bytes of an integer in the places where they stand. */
static inline word4 place(word4 words, uint64_t integer, word4 places) {
    uint8x16_t bytes = vreinterpretq_u8_u64(vdupq_n_u64(integer));
    return vorrq_u32(words, vreinterpretq_u32_u8(vqtbl1q_u8(bytes, vreinterpretq_u8_u32(places))));
}

static inline variables load_variables(const uint32_t state[8]) {
    variables v = {vld1q_u32(state), vld1q_u32(state + 4)};
    return v;
}

static inline void store_variables(uint32_t state[8], variables v) {
    vst1q_u32(state, v.abcd);
    vst1q_u32(state + 4, v.efgh);
}

static inline variables add_variables(variables v, variables w) {
    variables sum = {add4(v.abcd, w.abcd), add4(v.efgh, w.efgh)};
    return sum;
}

/* The first four words of a digest, a to d, and the last four, e to h. */
static inline word4 first_half(variables v) {
    return v.abcd;
}

static inline word4 second_half(variables v) {
    return v.efgh;
}

static inline variables four_rounds(variables v, word4 wk) {
    variables next = {vsha256hq_u32(v.abcd, v.efgh, wk), vsha256h2q_u32(v.efgh, v.abcd, wk)};
    return next;
}

static inline variables known_rounds(variables v, word4 wk) {
    (void)wk;
    return v;
}

/* The first four rounds, for none of them is known. */
static inline variables rest_of_four_rounds(variables v, word4 wk) {
    return four_rounds(v, wk);
}

/* Rounds 60 to 63. */
static inline variables last_rounds(variables v, word4 wk) {
    return four_rounds(v, wk);
}

/* The last word of the state behind a block, before its feed-forward. */
static inline uint32_t last_word(variables v) {
    return vgetq_lane_u32(v.efgh, 3);
}

/* The last word of a state. */
static inline uint32_t h(variables v) {
    return vgetq_lane_u32(v.efgh, 3);
}

/* The four words of the schedule that follow on sixteen. */
static inline word4 next_words(word4 w0, word4 w4, word4 w8, word4 w12) {
    return vsha256su1q_u32(vsha256su0q_u32(w0, w4), w8, w12);
}

#endif

/*
 * What Sluice's native search kernels offer to Java (NativeLibrary and NativeMessage mirror this file).
 *
 * A kernel hashes consecutive integers with SHA-256 (FIPS 180-4), once or twice, and tells of those whose digest may meet a
 * goal. Java prepares all that the integers have in common; a call allocates nothing, keeps nothing, and touches no memory but
 * what it is given. Words are 32-bit numbers in the host's order, which must be little-endian.
 *
 * There are families of kernels, one for each kind of instructions. Of a family one function may be called on any processor:
 * the one that tells whether the others may be.
 */
#ifndef SLUICE_SEARCH_H
#define SLUICE_SEARCH_H

#include <stdint.h>

#define SLUICE_EXPORT __attribute__((visibility("default")))

enum {
    SLUICE_STATE_WORDS = 8,
    SLUICE_BLOCK_WORDS = 16,
    /* An integer of 8 bytes and the padding behind it reach into no third block, wherever the integer begins. */
    SLUICE_MOST_BLOCKS = 2,
    /* The versions of a header that its index tells apart (BIP 320). */
    SLUICE_VERSIONS = 1 << 16,
    /* The 32-bit words that the states behind a header's first block take: those of all versions, and of some behind them. */
    SLUICE_VERSION_STATES = (SLUICE_VERSIONS + 32) * SLUICE_STATE_WORDS
};

/* A search as Java prepares it. */
struct sluice_search {
    /* The state before the first of the blocks. */
    uint32_t state[SLUICE_STATE_WORDS];
    /* The words of the blocks that integers differ in, zero where the integer stands. */
    uint32_t words[SLUICE_MOST_BLOCKS * SLUICE_BLOCK_WORDS];
    /*
     * For each byte of `words`, as it lies in memory: which byte of the integer stands there, 0 for the least significant one,
     * or 0x80 if none does.
     */
    uint8_t places[SLUICE_MOST_BLOCKS * SLUICE_BLOCK_WORDS * 4];
    /* How many blocks there are, 1 or 2. */
    uint32_t blocks;
    /* Whether the digest is hashed once more: 0 or 1. */
    uint32_t twice;
    /* A digest may meet the goal if its last four bytes, read as a little-endian number and masked, are not above the limit. */
    uint32_t mask;
    uint32_t limit;
    /*
     * With a rolled version (one block, hashed twice) what this family's prepare_versions wrote; then an integer is
     * nonce x 2^16 + version index, and `places` speak of the nonce. Else null.
     */
    const uint32_t *versions;
};

/* Whether this processor has the instructions of the family. */
typedef int sluice_is_supported(void);

/*
 * Hashes the integers from `first` on in rising order.
 *
 * It ends behind the `capacity`th hit, or after `count` integers. `hits` has room for `capacity` integers, 1 or more; how many
 * were written is stored in `found`. Returns how many integers were hashed, or -1 if the search is not a valid one.
 */
typedef int64_t sluice_search_function(const struct sluice_search *search, uint64_t first, uint64_t count, uint64_t *hits,
                                       uint32_t capacity, uint32_t *found);

/*
 * Writes the state behind a header's first block for each version index, SLUICE_VERSION_STATES words, in an order that is the
 * family's own.
 *
 * `block` has the first block's 16 words. The index replaces bits 13 to 28 of the version, which is the first word, its bytes
 * in opposite order.
 */
typedef void sluice_prepare_versions(const uint32_t *block, uint32_t *states);

/*
 * The SHA-256 instructions of x86 and of ARMv8. The two searches hash 3 messages side by side, or 4; which is faster depends on the
 * processor.
 */
SLUICE_EXPORT sluice_is_supported sluice_sha_is_supported;
SLUICE_EXPORT sluice_prepare_versions sluice_sha_prepare_versions;
SLUICE_EXPORT sluice_search_function sluice_sha_search_3;
SLUICE_EXPORT sluice_search_function sluice_sha_search_4;

/* AVX-512, 16 messages in a vector. */
SLUICE_EXPORT sluice_is_supported sluice_avx512_is_supported;
SLUICE_EXPORT sluice_prepare_versions sluice_avx512_prepare_versions;
SLUICE_EXPORT sluice_search_function sluice_avx512_search;

/* AVX2, 8 messages in a vector. */
SLUICE_EXPORT sluice_is_supported sluice_avx2_is_supported;
SLUICE_EXPORT sluice_prepare_versions sluice_avx2_prepare_versions;
SLUICE_EXPORT sluice_search_function sluice_avx2_search;

/* Whether all parameters of a search are as they have to be. */
static inline int sluice_is_valid(const struct sluice_search *search, uint64_t count, uint32_t capacity) {
    return capacity > 0 && count <= INT64_MAX && search->twice <= 1 && (search->blocks == 1 || search->blocks == SLUICE_MOST_BLOCKS)
        && (search->versions == 0 || (search->blocks == 1 && search->twice));
}

#endif

/*
 * What Sluice's native search kernels offer to Java (NativeKernel and NativeLibrary, which mirror this file).
 *
 * A kernel hashes consecutive integers with SHA-256 (FIPS 180-4), once or twice, and tells of those whose digest may meet a
 * goal. Java prepares all that the integers have in common; a call allocates nothing, keeps nothing, and touches no memory but
 * what it is given. Words are 32-bit numbers in the host's order, which must be little-endian.
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
    /* States that lie behind the last version's: what groups of messages read too much, and ignore. */
    SLUICE_VERSIONS_BEHIND = 8
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
     * With a rolled version (one block, hashed twice) the state before the block for each version index, as
     * sluice_prepare_versions wrote it; then an integer is nonce x 2^16 + index, and `places` speak of the nonce. Else null.
     */
    const uint32_t *versions;
};

/* Whether this processor has the instructions that the library was made for. Nothing else may be called where it has not. */
SLUICE_EXPORT int sluice_is_supported(void);

/*
 * Hashes the integers from `first` on in rising order.
 *
 * It ends behind the `capacity`th hit, or after `count` integers. `hits` has room for `capacity` integers, 1 or more; how many
 * were written is stored in `found`. Returns how many integers were hashed, or -1 if the search is not a valid one. The two
 * functions differ in how many messages they hash side by side.
 */
SLUICE_EXPORT int64_t sluice_search_3(const struct sluice_search *search, uint64_t first, uint64_t count, uint64_t *hits,
                                      uint32_t capacity, uint32_t *found);
SLUICE_EXPORT int64_t sluice_search_4(const struct sluice_search *search, uint64_t first, uint64_t count, uint64_t *hits,
                                      uint32_t capacity, uint32_t *found);

/*
 * Writes the state behind a header's first block for each version index, 8 words each; `states` has room for
 * SLUICE_VERSIONS + SLUICE_VERSIONS_BEHIND of them.
 *
 * `block` has the first block's 16 words. The index replaces bits 13 to 28 of the version, which is the first word, its bytes
 * in opposite order.
 */
SLUICE_EXPORT void sluice_prepare_versions(const uint32_t *block, uint32_t *states);

#endif

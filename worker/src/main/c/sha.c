/* The search kernels of sluice_search.h, on the SHA-256 instructions of the processor family that this is compiled for. */
#include "sha256.h"
#include "sluice_search.h"

#if defined(__x86_64__)
#include "sha_x86.h"
#elif defined(__aarch64__)
#include "sha_arm.h"
#else
#error "no SHA-256 instructions are known for this processor family"
#endif

enum { NO_PLACE = 0x80 };

SLUICE_EXPORT int sluice_sha_is_supported(void) {
    return is_supported();
}

/* Whether the rounds that the instructions can do ahead have words in which integers do not differ. */
static int first_rounds_are_known(const struct sluice_search *search) {
    for (int byte = 0; byte < 4 * KNOWN_ROUNDS; byte++) {
        if (search->places[byte] != NO_PLACE) {
            return 0;
        }
    }
    return KNOWN_ROUNDS > 0;
}

/* Writes the whole schedule of the block for a nonce, with the constants added. */
static void expand(word4 schedule[16], const struct sluice_search *search, uint64_t nonce) {
    word4 w[16];
    for (int four = 0; four < 16; four++) {
        w[four] = four < 4 ? place(load4(search->words + 4 * four), nonce, load4(search->places + 16 * four))
                           : next_words(w[four - 4], w[four - 3], w[four - 2], w[four - 1]);
        schedule[four] = add4(w[four], load4(K + 4 * four));
    }
}

SLUICE_EXPORT void sluice_sha_prepare_versions(const uint32_t *block, uint32_t *states) {
    const uint32_t version = __builtin_bswap32(block[0]) & ~ROLLED_BITS;
    const variables before = load_variables(INITIAL_STATE);
    for (uint32_t state = 0; state < SLUICE_VERSION_STATES / SLUICE_STATE_WORDS; state++) {
        const uint32_t index = state % SLUICE_VERSIONS;
        const uint32_t first = __builtin_bswap32(version | index << ROLLED_SHIFT);
        word4 w[16];
        variables v = before;
        for (int four = 0; four < 16; four++) {
            w[four] = four == 0  ? set4(first, block[1], block[2], block[3])
                      : four < 4 ? load4(block + 4 * four)
                                 : next_words(w[four - 4], w[four - 3], w[four - 2], w[four - 1]);
            v = four_rounds(v, add4(w[four], load4(K + 4 * four)));
        }
        store_variables(states + state * SLUICE_STATE_WORDS, add_variables(v, before));
    }
}

#define LANES 3
#include "sha_search.inc"
#undef LANES
#define LANES 4
#include "sha_search.inc"

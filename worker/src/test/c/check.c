/*
 * Runs searches that Java wrote and compares what they find with what Java expects. Everything that a function is given lies in
 * memory of exactly the size that sluice_search.h promises it, so that AddressSanitizer sees a step beyond.
 *
 *   check FILE
 *
 * A line is a search: the struct up to `versions` in hex; the first block of a rolled header in hex, or -; the first integer,
 * how many, the capacity; and what is expected: the result, the number of hits, and the hits.
 */
#include "../../main/c/sluice_search.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREPARED = offsetof(struct sluice_search, versions), BLOCK_BYTES = SLUICE_BLOCK_WORDS * 4, NOTHING_SUPPORTED = 77 };

/* The functions that were compiled for this processor family. */
static const struct function {
    const char *name;
    sluice_is_supported *is_supported;
    sluice_prepare_versions *prepare_versions;
    sluice_search_function *search;
} FUNCTIONS[] = {
    {"sha, 3", sluice_sha_is_supported, sluice_sha_prepare_versions, sluice_sha_search_3},
    {"sha, 4", sluice_sha_is_supported, sluice_sha_prepare_versions, sluice_sha_search_4},
#if defined(__x86_64__)
    {"avx512", sluice_avx512_is_supported, sluice_avx512_prepare_versions, sluice_avx512_search},
    {"avx2", sluice_avx2_is_supported, sluice_avx2_prepare_versions, sluice_avx2_search},
#endif
};
enum { FUNCTION_COUNT = sizeof FUNCTIONS / sizeof FUNCTIONS[0] };

static int from_hex(const char *hex, void *to, size_t size) {
    uint8_t *bytes = to;
    if (strlen(hex) != 2 * size) {
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        unsigned byte;
        if (sscanf(hex + 2 * i, "%2x", &byte) != 1) {
            return 0;
        }
        bytes[i] = (uint8_t)byte;
    }
    return 1;
}

static void *allocate(size_t size) {
    void *memory = malloc(size);
    if (memory == NULL) {
        perror("check");
        exit(2);
    }
    return memory;
}

static int check(const struct function *function, struct sluice_search *search, const uint32_t *block,
                 const uint64_t numbers[5], const uint64_t *expected) {
    uint32_t *states = block == NULL ? NULL : allocate(SLUICE_VERSION_STATES * sizeof *states);
    if (states != NULL) {
        function->prepare_versions(block, states);
    }
    search->versions = states;
    uint64_t *hits = allocate(numbers[2] * sizeof *hits);
    uint32_t *found = allocate(sizeof *found);
    int64_t hashed = function->search(search, numbers[0], numbers[1], hits, (uint32_t)numbers[2], found);
    int ok = hashed == (int64_t)numbers[3] && *found == numbers[4];
    for (uint32_t i = 0; ok && i < *found; i++) {
        ok = hits[i] == expected[i];
    }
    if (!ok) {
        printf("%s from %" PRIu64 ": hashed %" PRId64 ", found %" PRIu32 "; expected %" PRIu64 " and %" PRIu64 "\n", function->name,
               numbers[0],
               hashed, *found, numbers[3], numbers[4]);
    }
    free(states);
    free(hits);
    free(found);
    return ok;
}

/* A search that is not a valid one is refused. */
static int check_refusals(const struct function *function) {
    struct sluice_search search = {.blocks = 1, .twice = 0};
    uint64_t hits[1];
    uint32_t found = 1;
    int ok = function->search(&search, 0, 1, hits, 0, &found) == -1 && found == 0;
    search.blocks = 0;
    ok &= function->search(&search, 0, 1, hits, 1, &found) == -1;
    search.blocks = 3;
    ok &= function->search(&search, 0, 1, hits, 1, &found) == -1;
    search.blocks = 1, search.twice = 2;
    ok &= function->search(&search, 0, 1, hits, 1, &found) == -1;
    search.twice = 0, search.versions = search.words;
    ok &= function->search(&search, 0, 1, hits, 1, &found) == -1;
    search.versions = NULL;
    ok &= function->search(&search, 0, 0, hits, 1, &found) == 0 && found == 0;
    if (!ok) {
        printf("%s: a search that is none was not refused\n", function->name);
    }
    return ok;
}

int main(int count, char **arguments) {
    FILE *file = count == 2 ? fopen(arguments[1], "r") : NULL;
    if (file == NULL) {
        perror("check");
        return 2;
    }
    static char prepared[2 * sizeof(struct sluice_search) + 1];
    static char hex_block[2 * BLOCK_BYTES + 1];
    uint64_t numbers[5];
    int searches = 0;
    int supported = 0;
    int failures = 0;
    for (int i = 0; i < FUNCTION_COUNT; i++) {
        if (FUNCTIONS[i].is_supported()) {
            supported++;
            failures += !check_refusals(&FUNCTIONS[i]);
        }
    }
    while (fscanf(file, "%624s %128s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, prepared, hex_block, &numbers[0],
                  &numbers[1], &numbers[2], &numbers[3], &numbers[4]) == 7) {
        struct sluice_search *search = allocate(sizeof *search);
        uint64_t *expected = allocate((numbers[4] + 1) * sizeof *expected);
        uint32_t *block = strcmp(hex_block, "-") == 0 ? NULL : allocate(BLOCK_BYTES);
        int readable = from_hex(prepared, search, PREPARED) && (block == NULL || from_hex(hex_block, block, BLOCK_BYTES));
        for (uint64_t i = 0; i < numbers[4]; i++) {
            readable &= fscanf(file, "%" SCNu64, &expected[i]) == 1;
        }
        if (!readable) {
            printf("search %d cannot be read\n", searches + 1);
            return 2;
        }
        for (int i = 0; i < FUNCTION_COUNT; i++) {
            failures += FUNCTIONS[i].is_supported() && !check(&FUNCTIONS[i], search, block, numbers, expected);
        }
        searches++;
        free(block);
        free(expected);
        free(search);
    }
    int whole = feof(file);
    fclose(file);
    printf("%d searches, %d failures\n", searches, failures);
    if (supported == 0) {
        return NOTHING_SUPPORTED;
    }
    return searches > 0 && whole && failures == 0 ? 0 : 1;
}

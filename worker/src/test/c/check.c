/*
 * Runs searches that Java wrote and compares what they find with what Java expects. Everything that a function is given lies in
 * memory of exactly the size that search.h promises it, so that AddressSanitizer sees a step beyond.
 *
 *   check FILE
 *
 * A line is a search: the struct up to `versions` in hex; the first block of a rolled header in hex, or -; the first integer,
 * how many, the capacity; and what is expected: the result, the number of hits, and the hits.
 */
#include "../../main/c/search.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int64_t search_function(const struct sluice_search *, uint64_t, uint64_t, uint64_t *, uint32_t, uint32_t *);

enum { PREPARED = offsetof(struct sluice_search, versions), BLOCK_BYTES = SLUICE_BLOCK_WORDS * 4, STATE_BYTES = 32 };

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

static int check(const char *name, search_function *function, const struct sluice_search *search, const uint64_t numbers[5],
                 const uint64_t *expected) {
    uint64_t *hits = allocate(numbers[2] * sizeof *hits);
    uint32_t *found = allocate(sizeof *found);
    int64_t hashed = function(search, numbers[0], numbers[1], hits, (uint32_t)numbers[2], found);
    int ok = hashed == (int64_t)numbers[3] && *found == numbers[4];
    for (uint32_t i = 0; ok && i < *found; i++) {
        ok = hits[i] == expected[i];
    }
    if (!ok) {
        printf("%s from %" PRIu64 ": hashed %" PRId64 ", found %" PRIu32 "; expected %" PRIu64 " and %" PRIu64 "\n", name, numbers[0],
               hashed, *found, numbers[3], numbers[4]);
    }
    free(hits);
    free(found);
    return ok;
}

/* A search that is not a valid one is refused. */
static int check_refusals(void) {
    struct sluice_search search = {.blocks = 1, .twice = 0};
    uint64_t hits[1];
    uint32_t found = 1;
    int ok = sluice_search_3(&search, 0, 1, hits, 0, &found) == -1 && found == 0;
    search.blocks = 0;
    ok &= sluice_search_4(&search, 0, 1, hits, 1, &found) == -1;
    search.blocks = 3;
    ok &= sluice_search_3(&search, 0, 1, hits, 1, &found) == -1;
    search.blocks = 1, search.twice = 2;
    ok &= sluice_search_3(&search, 0, 1, hits, 1, &found) == -1;
    search.twice = 0, search.versions = search.words;
    ok &= sluice_search_4(&search, 0, 1, hits, 1, &found) == -1;
    search.versions = NULL;
    ok &= sluice_search_4(&search, 0, 0, hits, 1, &found) == 0 && found == 0;
    if (!ok) {
        printf("a search that is none was not refused\n");
    }
    return ok;
}

int main(int count, char **arguments) {
    if (!sluice_is_supported()) {
        printf("this processor lacks the instructions\n");
        return 77;
    }
    FILE *file = count == 2 ? fopen(arguments[1], "r") : NULL;
    if (file == NULL) {
        perror("check");
        return 2;
    }
    static char prepared[2 * sizeof(struct sluice_search) + 1];
    static char block[2 * BLOCK_BYTES + 1];
    uint64_t numbers[5];
    int searches = 0;
    int failures = check_refusals() ? 0 : 1;
    while (fscanf(file, "%624s %128s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, prepared, block, &numbers[0],
                  &numbers[1], &numbers[2], &numbers[3], &numbers[4]) == 7) {
        struct sluice_search *search = allocate(sizeof *search);
        uint64_t *expected = allocate((numbers[4] + 1) * sizeof *expected);
        uint32_t *states = NULL;
        int readable = from_hex(prepared, search, PREPARED);
        if (strcmp(block, "-") != 0) {
            uint32_t *words = allocate(BLOCK_BYTES);
            states = allocate((size_t)(SLUICE_VERSIONS + SLUICE_VERSIONS_BEHIND) * STATE_BYTES);
            readable &= from_hex(block, words, BLOCK_BYTES);
            sluice_prepare_versions(words, states);
            free(words);
        }
        search->versions = states;
        for (uint64_t i = 0; i < numbers[4]; i++) {
            readable &= fscanf(file, "%" SCNu64, &expected[i]) == 1;
        }
        if (!readable) {
            printf("search %d cannot be read\n", searches + 1);
            return 2;
        }
        failures += !check("three", sluice_search_3, search, numbers, expected);
        failures += !check("four", sluice_search_4, search, numbers, expected);
        searches++;
        free(states);
        free(expected);
        free(search);
    }
    int whole = feof(file);
    fclose(file);
    printf("%d searches, %d failures\n", searches, failures);
    return searches > 0 && whole && failures == 0 ? 0 : 1;
}

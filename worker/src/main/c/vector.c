/*
 * The search kernels of sluice_search.h on vectors: a vector holds one 32-bit word of the message, or of the state, of as many
 * consecutive integers as it has words. VECTOR names the header with the instructions of the family.
 *
 * Integers go by in runs in which all but their low 32 bits are constant. These stand in one word of the message, or across two;
 * all other words are known. So the first half of the schedule is prepared in a table, once for a run, to which each group of
 * integers adds what its low bits contribute: of words 16 to 31 only two terms are left to compute then, or none.
 */
#include "sha256.h"
#include "sluice_search.h"
#include VECTOR

#define JOINED_(x, y) x##y
#define JOINED(x, y) JOINED_(x, y)
#define EXPORTED(name) JOINED(JOINED(sluice_, FAMILY), name)

enum {
    /* The words of a block and those whose terms are known for the most part. */
    TABLE = 32,
    /* The low bits of an integer lie in so many words at the most. */
    MOST_VARYING = 2,
    /* A header's nonce stands in this word of its second block; the rounds before it are the same for all nonces. */
    NONCE_WORD = 3,
    LOW_BYTES = 4,
    NO_PLACE = 0x80,
    /* The states of versions lie word by word: the first words of all, then the second words, and so on. */
    STRIDE = SLUICE_VERSION_STATES / SLUICE_STATE_WORDS
};

static const uint64_t RUN = (uint64_t)1 << 32;

SLUICE_EXPORT int EXPORTED(_is_supported)(void) {
    return is_supported();
}

/* A word of the message that differs between the integers of a run. */
struct varying {
    /* Its block, and its number there. */
    int block;
    int word;
    /* What of it is known. */
    uint32_t known;
    /* Moves the bytes of an integer's low bits to where they stand in the word. */
    vector places;
};

/* What the integers of a run have in common. */
struct run {
    /* For each block: words 0 to 15 with their constants; and of words 16 to 31 the terms that are known. */
    uint32_t table[SLUICE_MOST_BLOCKS][TABLE];
    struct varying varying[MOST_VARYING];
    int varying_words;
    /* The state before the first block, and the working variables behind the rounds that are the same for all integers. */
    uint32_t state[8];
    int first_rounds;
    uint32_t begun[8];
};

/* A word of the message, counted through all blocks, with the bytes of an integer in it. */
static uint32_t word_with(const struct sluice_search *search, int word, uint64_t integer) {
    uint32_t filled = search->words[word];
    for (int byte = 0; byte < 4; byte++) {
        const uint8_t place = search->places[4 * word + byte];
        if (place < 8) {
            filled |= (uint32_t)(integer >> 8 * place & 0xff) << 8 * byte;
        }
    }
    return filled;
}

/* Fills in the terms of words 16 to 31 that come from words 0 to 15. */
static void prepare_table(uint32_t table[TABLE], const uint32_t words[BLOCK_WORDS]) {
    for (int t = 0; t < BLOCK_WORDS; t++) {
        table[t] = words[t] + K[t];
    }
    for (int t = BLOCK_WORDS; t < TABLE; t++) {
        table[t] = words[t - 16];
        table[t] += t - 15 < BLOCK_WORDS ? sigma0(words[t - 15]) : 0;
        table[t] += t - 7 < BLOCK_WORDS ? words[t - 7] : 0;
        table[t] += t - 2 < BLOCK_WORDS ? sigma1(words[t - 2]) : 0;
    }
}

/* Notes a word if low bits of the integer stand in it. */
static void find_varying(struct run *run, const struct sluice_search *search, int block, int word, uint32_t known) {
    const uint8_t *places = search->places + 4 * (block * BLOCK_WORDS + word);
    uint8_t moves[4 * VECTOR_WORDS];
    int varies = 0;
    for (int at = 0; at < 4 * VECTOR_WORDS; at++) {
        const uint8_t place = places[at % 4];
        const int is_low = place < LOW_BYTES;
        varies |= is_low;
        moves[at] = is_low ? (uint8_t)(place + at % 16 / 4 * 4) : NO_PLACE;
    }
    if (varies && run->varying_words < MOST_VARYING) {
        struct varying *found = &run->varying[run->varying_words++];
        found->block = block;
        found->word = word;
        found->known = known;
        found->places = load_bytes(moves);
    }
}

/* Prepares the run of an integer; where the low bits begin behind the first rounds, as in a header, these are done ahead. */
static void prepare_run(struct run *run, const struct sluice_search *search, uint64_t integer) {
    const uint64_t high = integer & ~(RUN - 1);
    run->varying_words = 0;
    for (int block = 0; block < (int)search->blocks; block++) {
        uint32_t words[BLOCK_WORDS];
        for (int word = 0; word < BLOCK_WORDS; word++) {
            words[word] = word_with(search, block * BLOCK_WORDS + word, high);
            find_varying(run, search, block, word, words[word]);
        }
        prepare_table(run->table[block], words);
    }
    for (int x = 0; x < 8; x++) {
        run->begun[x] = run->state[x] = search->state[x];
    }
    run->first_rounds = run->varying_words > 0 && (run->varying[0].block > 0 || run->varying[0].word >= NONCE_WORD) ? NONCE_WORD : 0;
    for (int t = 0; t < run->first_rounds; t++) {
        one_round(run->begun, run->table[0][t]);
    }
}

/* The schedule, with its constants, of a block that holds a nonce and is the same for all versions. */
static void prepare_schedule(uint32_t schedule[ROUNDS], const struct sluice_search *search, uint64_t nonce) {
    for (int t = 0; t < BLOCK_WORDS; t++) {
        schedule[t] = word_with(search, t, nonce);
    }
    expand_words(schedule);
    for (int t = 0; t < ROUNDS; t++) {
        schedule[t] += K[t];
    }
}

static inline vector lane_numbers(void) {
    static const uint32_t numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return load(numbers);
}

/* Moves that turn the bytes of each word round. */
static inline vector reversed_bytes(void) {
    uint8_t moves[4 * VECTOR_WORDS];
    for (int at = 0; at < 4 * VECTOR_WORDS; at++) {
        moves[at] = (uint8_t)((at ^ 3) % 16);
    }
    return load_bytes(moves);
}

#define EACH UNROLL for (int i = 0; i < ABREAST; i++)

/*
 * Eight words of each of the messages side by side: a state; or working variables, of which x of round t is
 * word[(x - t) mod 8], so that none has to be moved.
 */
struct state {
    vector word[8][ABREAST];
};

/* What the groups of a run begin with, and the tables with what the low bits of one group add. */
struct tables {
    vector of[SLUICE_MOST_BLOCKS][TABLE][ABREAST];
    /* The same for digests that are hashed again. */
    vector digest[TABLE][ABREAST];
    uint32_t known_of_digest[TABLE];
    struct state initial;
    /* The state before the first block, and the working variables behind its rounds that are done ahead. */
    struct state first;
    struct state begun;
};

#define VARIABLE(x) v->word[((x) - t + ROUNDS) % 8][i]

/* Round t, given its words with their constants. Each step for all vectors: what one waits for, the other fills. */
static ALWAYS_INLINE void do_round(struct state *v, int t, const vector words[ABREAST]) {
    vector t1[ABREAST];
    vector t2[ABREAST];
    EACH t1[i] = add(VARIABLE(7), words[i]);
    EACH t1[i] = add(t1[i], choice(VARIABLE(4), VARIABLE(5), VARIABLE(6)));
    EACH t1[i] = add(t1[i], big_sigma1(VARIABLE(4)));
    EACH t2[i] = add(big_sigma0(VARIABLE(0)), majority(VARIABLE(0), VARIABLE(1), VARIABLE(2)));
    EACH VARIABLE(3) = add(VARIABLE(3), t1[i]);
    EACH VARIABLE(7) = add(t1[i], t2[i]);
}

/* The last word of the state behind a block, before it is added to: e of the round that makes it. */
enum { LAST_WORD = (4 - (LAST_WORD_ROUND + 1) + ROUNDS) % 8 };

/* The same eight words for all messages; as variables, before round t. */
static ALWAYS_INLINE void fill_state(struct state *v, const uint32_t words[8], int t) {
    UNROLL for (int x = 0; x < 8; x++) {
        EACH VARIABLE(x) = all(words[x]);
    }
}

/* Fills the tables with what is known. */
static ALWAYS_INLINE void fill_tables(struct tables *tables, const struct run *run, int blocks) {
    fill_state(&tables->first, run->state, 0);
    fill_state(&tables->begun, run->begun, run->first_rounds);
    for (int block = 0; block < blocks; block++) {
        for (int t = 0; t < TABLE; t++) {
            EACH tables->of[block][t][i] = all(run->table[block][t]);
        }
    }
}

static void fill_digest_table(struct tables *tables) {
    uint32_t words[BLOCK_WORDS] = {0};
    words[DIGEST_WORDS] = PADDING;
    words[BLOCK_WORDS - 1] = DIGEST_BITS;
    fill_state(&tables->initial, INITIAL_STATE, 0);
    prepare_table(tables->known_of_digest, words);
    for (int t = 0; t < TABLE; t++) {
        EACH tables->digest[t][i] = all(tables->known_of_digest[t]);
    }
}

/* Adds to the tables what the low bits of the integers contribute to their words and terms. */
static ALWAYS_INLINE void take_low_bits(struct tables *tables, const struct run *run, const vector *low) {
    for (int k = 0; k < run->varying_words; k++) {
        const struct varying *varying = &run->varying[k];
        const uint32_t *known = run->table[varying->block];
        const int t = varying->word;
        /* A term that the word before contributes to as well has got the other's part already. */
        const int follows = k > 0 && t > 0;
        EACH {
            vector(*table)[ABREAST] = tables->of[varying->block];
            const vector part = shuffle(low[i], varying->places);
            const vector word = add(part, all(varying->known));
            table[t][i] = add(part, all(known[t]));
            table[t + 16][i] = add(part, all(known[t + 16]));
            if (t >= 1) {
                const vector change = add(small_sigma0(word), all(0 - sigma0(varying->known)));
                table[t + 15][i] = add(change, follows ? table[t + 15][i] : all(known[t + 15]));
            }
            if (t >= 9) {
                table[t + 7][i] = add(part, all(known[t + 7]));
            }
            if (t >= 14) {
                const vector change = add(small_sigma1(word), all(0 - sigma1(varying->known)));
                table[t + 2][i] = add(change, all(known[t + 2]));
            }
        }
    }
}

/* The words of the schedule that follow on those that are held, number t by sixteen, and their round. */
static ALWAYS_INLINE void do_next(struct state *v, vector w[BLOCK_WORDS][ABREAST], int t, const uint32_t *constants) {
    vector words[ABREAST];
    EACH {
        w[t][i] = add(add(w[t][i], small_sigma0(w[(t + 1) % 16][i])),
                      add(w[(t + 9) % 16][i], small_sigma1(w[(t + 14) % 16][i])));
        words[i] = add(w[t][i], all(constants[t]));
    }
    do_round(v, t, words);
}

/*
 * The working variables behind the rounds of a block by its table, without the first rounds if they are done; if its last word is
 * enough, only LAST_WORD of them. `before` are those before them.
 *
 * Compiled once and called for every block, so that all of it stays in the instruction cache.
 */
static NEVER_INLINE void do_rounds(struct state *after, const struct state *before, const vector (*table)[ABREAST],
                                   int first_rounds_are_done, int last_word_is_enough) {
    struct state v = *before;
    vector w[BLOCK_WORDS][ABREAST];
    if (!first_rounds_are_done) {
        UNROLL for (int t = 0; t < NONCE_WORD; t++) {
            do_round(&v, t, table[t]);
        }
    }
    UNROLL for (int t = NONCE_WORD; t < BLOCK_WORDS; t++) {
        do_round(&v, t, table[t]);
    }
    UNROLL for (int t = BLOCK_WORDS; t < TABLE; t++) {
        vector words[ABREAST];
        EACH {
            vector word = table[t][i];
            word = t - 15 >= BLOCK_WORDS ? add(word, small_sigma0(w[(t - 15) % 16][i])) : word;
            word = t - 7 >= BLOCK_WORDS ? add(word, w[(t - 7) % 16][i]) : word;
            word = t - 2 >= BLOCK_WORDS ? add(word, small_sigma1(w[(t - 2) % 16][i])) : word;
            w[t % 16][i] = word;
            words[i] = add(word, all(K[t]));
        }
        do_round(&v, t, words);
    }
    UNROLL for (int t = 0; t < BLOCK_WORDS; t++) {
        do_next(&v, w, t, K + TABLE);
    }
    UNROLL for (int t = 0; t <= LAST_WORD_ROUND % BLOCK_WORDS; t++) {
        do_next(&v, w, t, K + TABLE + BLOCK_WORDS);
    }
    if (last_word_is_enough) {
        EACH after->word[LAST_WORD][i] = v.word[LAST_WORD][i];
        return;
    }
    UNROLL for (int t = LAST_WORD_ROUND % BLOCK_WORDS + 1; t < BLOCK_WORDS; t++) {
        do_next(&v, w, t, K + TABLE + BLOCK_WORDS);
    }
    *after = v;
}

/* The rounds of a block that all messages share. */
static ALWAYS_INLINE void do_known_rounds(struct state *v, const uint32_t schedule[ROUNDS]) {
    for (int from = 0; from < ROUNDS; from += BLOCK_WORDS) {
        UNROLL for (int t = 0; t < BLOCK_WORDS; t++) {
            vector words[ABREAST];
            EACH words[i] = all(schedule[from + t]);
            do_round(v, t, words);
        }
    }
}

/* The state behind a block: that before it, and the working variables behind its rounds. */
static ALWAYS_INLINE void add_states(struct state *sum, const struct state *before, const struct state *after) {
    UNROLL for (int x = 0; x < 8; x++) {
        EACH sum->word[x][i] = add(before->word[x][i], after->word[x][i]);
    }
}

/* Hashes digests (section 5.1.1: 8 words, a one bit, zeros, the length) as far as the last words of theirs. */
static ALWAYS_INLINE void hash_digests(vector last[ABREAST], const struct state *digests, struct tables *tables) {
    vector(*table)[ABREAST] = tables->digest;
    struct state after;
    UNROLL for (int t = 0; t < DIGEST_WORDS; t++) {
        EACH {
            const vector word = digests->word[t][i];
            const vector term = t + 1 < DIGEST_WORDS ? add(word, small_sigma0(digests->word[t + 1][i])) : word;
            table[t][i] = add(word, all(K[t]));
            table[t + 16][i] = add(term, all(tables->known_of_digest[t + 16]));
        }
    }
    do_rounds(&after, &tables->initial, table, 0, 1);
    EACH last[i] = add(tables->initial.word[7][i], after.word[LAST_WORD][i]);
}

/* The states behind a block of which the first word varies. */
static void store_states(const struct run *run, const vector *first_words, uint32_t *states) {
    struct tables tables;
    struct state after;
    fill_tables(&tables, run, 1);
    take_low_bits(&tables, run, first_words);
    do_rounds(&after, &tables.first, tables.of[0], 0, 0);
    add_states(&after, &tables.first, &after);
    for (int x = 0; x < 8; x++) {
        EACH store(states + x * STRIDE + i * VECTOR_WORDS, after.word[x][i]);
    }
}

/* Hashes the integers of a group, as far as the last words of their digests. */
static ALWAYS_INLINE void hash_group(vector last[ABREAST], struct tables *tables, const struct run *run,
                                     const struct sluice_search *search, uint32_t integer) {
    const struct state *before = &tables->first;
    struct state behind;
    struct state after;
    vector low[ABREAST];
    EACH low[i] = add(lane_numbers(), all(integer + (uint32_t)(i * VECTOR_WORDS)));
    take_low_bits(tables, run, low);
    for (int block = 0; block < (int)search->blocks; block++) {
        const int is_last = !search->twice && block == (int)search->blocks - 1;
        do_rounds(&after, block == 0 ? &tables->begun : before, tables->of[block], block == 0 && run->first_rounds > 0, is_last);
        if (is_last) {
            EACH last[i] = add(before->word[7][i], after.word[LAST_WORD][i]);
            return;
        }
        add_states(&behind, before, &after);
        before = &behind;
    }
    hash_digests(last, before, tables);
}

/* The same for versions of a header, from the one on whose first state is given. */
static ALWAYS_INLINE void hash_versions(vector last[ABREAST], struct tables *tables, const uint32_t *schedule,
                                        const uint32_t *states) {
    struct state before;
    struct state after;
    UNROLL for (int x = 0; x < 8; x++) {
        EACH before.word[x][i] = load(states + x * STRIDE + i * VECTOR_WORDS);
    }
    after = before;
    do_known_rounds(&after, schedule);
    add_states(&after, &before, &after);
    hash_digests(last, &after, tables);
}

SLUICE_EXPORT int64_t EXPORTED(_search)(const struct sluice_search *search, uint64_t first, uint64_t count, uint64_t *hits,
                                        uint32_t capacity, uint32_t *found) {
    const int rolled = search->versions != 0;
    const vector bytes_reversed = reversed_bytes();
    struct run run;
    vector last[ABREAST];
    struct tables tables;
    uint32_t schedule[ROUNDS];
    uint32_t number = 0;
    uint64_t done = 0;
    *found = 0;
    if (!sluice_is_valid(search, count, capacity)) {
        return -1;
    }
    fill_digest_table(&tables);
    while (done < count) {
        const uint64_t size = rolled ? SLUICE_VERSIONS : RUN;
        const uint64_t left_of_run = size - (first + done) % size;
        const uint64_t end = left_of_run < count - done ? done + left_of_run : count;
        if (rolled) {
            prepare_schedule(schedule, search, (first + done) / SLUICE_VERSIONS);
        } else {
            prepare_run(&run, search, first + done);
            fill_tables(&tables, &run, (int)search->blocks);
        }
        for (; done < end; done += VECTOR_WORDS * ABREAST) {
            const uint64_t integer = first + done;
            if (rolled) {
                hash_versions(last, &tables, schedule, search->versions + integer % SLUICE_VERSIONS);
            } else {
                hash_group(last, &tables, &run, search, (uint32_t)integer);
            }
            EACH {
                uint32_t passed = not_above(shuffle(last[i], bytes_reversed), search->mask, search->limit);
                for (; UNLIKELY(passed != 0); passed &= passed - 1) {
                    const uint64_t at = done + (uint64_t)(i * VECTOR_WORDS + __builtin_ctz(passed));
                    if (at >= end) {
                        continue;
                    }
                    hits[number++] = first + at;
                    if (number == capacity) {
                        *found = number;
                        return (int64_t)(at + 1);
                    }
                }
            }
        }
        done = end;
    }
    *found = number;
    return (int64_t)count;
}

SLUICE_EXPORT void EXPORTED(_prepare_versions)(const uint32_t *block, uint32_t *states) {
    const uint32_t version = __builtin_bswap32(block[0]) & ~ROLLED_BITS;
    /* The version is the word that varies, as if it were the low bits of an integer. */
    struct sluice_search search = {.blocks = 1};
    struct run run;
    for (int x = 0; x < 8; x++) {
        search.state[x] = INITIAL_STATE[x];
    }
    for (int word = 1; word < BLOCK_WORDS; word++) {
        search.words[word] = block[word];
    }
    for (int at = 0; at < (int)sizeof search.places; at++) {
        search.places[at] = at < LOW_BYTES ? (uint8_t)at : NO_PLACE;
    }
    prepare_run(&run, &search, 0);
    for (uint32_t index = 0; index < STRIDE; index += VECTOR_WORDS * ABREAST) {
        vector first_words[ABREAST];
        EACH {
            uint32_t words[VECTOR_WORDS];
            for (uint32_t lane = 0; lane < VECTOR_WORDS; lane++) {
                const uint32_t version_index = (index + (uint32_t)(i * VECTOR_WORDS) + lane) % SLUICE_VERSIONS;
                words[lane] = __builtin_bswap32(version | version_index << ROLLED_SHIFT);
            }
            first_words[i] = load(words);
        }
        store_states(&run, first_words, states + index);
    }
}

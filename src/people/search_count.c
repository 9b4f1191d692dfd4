#include "people/search_count.h"

#include "base/buf.h"
#include "base/stem.h"
#include "base/str.h"
#include "people/search_text.h"

Counting counting_new(Arena *arena, size_t terms_max)
{
    size_t size = terms_max * 2;
    return (Counting){.arena = arena, .slots = arena_array(arena, Count, size), .size = size};
}

static size_t slot_of(const Counting *counting, Str term)
{
    size_t at = str_hash(term) % counting->size;
    while (counting->slots[at].term.n && !str_eq(counting->slots[at].term, term))
        at = (at + 1) % counting->size;
    return at;
}

static void count_term(Counting *counting, Str term, int64_t weight)
{
    size_t at = slot_of(counting, term);
    if (!counting->slots[at].term.n) {
        if (counting->used * 2 == counting->size)
            return;
        counting->used++;
        counting->slots[at].term = term;
    }
    counting->slots[at].weight += weight;
}

/* "Wahl-O-Mat" is found as "Wahl", as "Mat", and as "Wahlomat". */
static void count_joined(Counting *counting, Buf *joined, const Word *word, bool goes_on,
                         int64_t weight)
{
    if (word->hyphen)
        buf_put(joined, word->folded);
    bool ends = !goes_on;
    if (ends && joined->n && joined->n <= WORD_BYTES_MAX && !joined->overflow) {
        Str whole = stem_of(buf_str(joined));
        if (whole.n > word->folded.n)
            count_term(counting, arena_copy(counting->arena, whole), weight);
    }
}

void count_words(Counting *counting, Str text, int64_t weight)
{
    WordReader reader = {.arena = counting->arena, .text = text};
    Word word, next;
    Buf joined = buf_new(counting->arena, 256);
    bool more = word_next(&reader, &word);
    while (more) {
        more = word_next(&reader, &next);
        if (!word.hyphen) {
            joined = buf_new(counting->arena, 256);
            buf_put(&joined, word.folded);
        }
        if (word.hyphen || (more && next.hyphen))
            count_joined(counting, &joined, &word, more && next.hyphen, weight);
        if (word.folded.n >= SEARCH_WORD_BYTES_MIN && !is_stop_word(word.folded)) {
            count_term(counting, stem_of(word.folded), weight);
            counting->words++;
        }
        word = next;
    }
}

int64_t count_of(const Counting *counting, Str term)
{
    return counting->slots[slot_of(counting, term)].weight;
}

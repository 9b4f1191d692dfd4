#include "people/search_synonym.h"

#include "base/str.h"
#include "people/search_text.h"

#define SYNONYM(...) {__VA_ARGS__},
static const char *const ROWS[][SYNONYM_WORDS_MAX] = {
#include "people/synonym.def"
};
#undef SYNONYM

/* How much another word counts, and one of several that stand for one. */
static const double SAME = 0.8, ONE_OF_SEVERAL = 0.4;

enum {
    COMPOUNDS_BYTES_MIN =
        5, /* "Photovoltaik" also finds "Photovoltaikanlage"; "Auto" no "Automat" */
    TYPED_MAX = 2 * SEARCH_WORDS_MAX
};

/* The stems of a text's words: also of single letters, so that "E-Auto" is not "Auto". */
typedef struct Stems {
    Str list[TYPED_MAX];
    size_t count;
    bool has_letter; /* one of them is a single letter */
} Stems;

static Stems stems_of(Arena *arena, Str text, size_t max)
{
    Stems stems = {0};
    WordReader reader = {.arena = arena, .text = text};
    Word word;
    while (stems.count < max && word_next(&reader, &word)) {
        if (is_stop_word(word.folded))
            continue;
        stems.has_letter |= word.folded.n == 1;
        stems.list[stems.count++] = stem_of(word.folded);
    }
    return stems;
}

static bool stands_at(const Stems *typed, size_t at, const Stems *one)
{
    if (!one->count || at + one->count > typed->count)
        return false;
    for (size_t i = 0; i < one->count; i++)
        if (!str_eq(typed->list[at + i], one->list[i]))
            return false;
    return true;
}

/* "eauto" for "E-Auto", as the index keeps what a hyphen joins. */
static Str joined(Arena *arena, const Stems *one)
{
    Str whole = one->list[0];
    for (size_t i = 1; i < one->count; i++)
        whole = arena_fmt(arena, "%.*s%.*s", SARG(whole), SARG(one->list[i]));
    return whole;
}

static Err find_whole(Cx *cx, Group *found, Str stem, double weight)
{
    SearchTerm term;
    size_t count;
    TRY(search_store_whole(cx, &stem, 1, &term, 1, &count));
    if (count)
        group_add(found, &term, weight);
    return OK;
}

/* The terms that the other word stands for, as a group of its own. */
static Err find_other(Cx *cx, const Stems *other, Group *ret)
{
    Group *all = arena_new(cx->arena, Group);
    *all = (Group){.stem = joined(cx->arena, other), .factor = 1};
    if (other->count == 1 && all->stem.n >= COMPOUNDS_BYTES_MIN) {
        TRY(question_terms(cx, all));
        for (size_t i = 0; i < all->count; i++)
            group_add(ret, &all->terms[i], SAME * all->weights[i]);
        return OK;
    }
    TRY(find_whole(cx, ret, all->stem, SAME));
    for (size_t i = 0; other->count > 1 && !other->has_letter && i < other->count; i++)
        TRY(find_whole(cx, ret, other->list[i], ONE_OF_SEVERAL));
    return OK;
}

static void add_to_groups(Question *question, const Stems *typed, const Group *found)
{
    for (size_t i = 0; i < typed->count; i++)
        for (size_t g = 0; g < question->count; g++)
            if (str_eq(question->groups[g]->stem, typed->list[i]))
                for (size_t k = 0; k < found->count; k++)
                    group_add(question->groups[g], &found->terms[k], found->weights[k]);
}

static Err add_row(Cx *cx, const Stems *typed, const Stems *row, size_t count, Question *question)
{
    for (size_t i = 0; i < count; i++) {
        bool stands = false;
        for (size_t at = 0; at < typed->count; at++)
            stands |= stands_at(typed, at, &row[i]);
        if (!stands)
            continue;
        for (size_t k = 0; k < count; k++) {
            Group *found = arena_new(cx->arena, Group);
            *found = (Group){.factor = 1};
            if (k == i)
                continue;
            TRY(find_other(cx, &row[k], found));
            add_to_groups(question, &row[i], found);
        }
    }
    return OK;
}

Err synonym_add(Cx *cx, Str text, Question *question)
{
    Stems typed = stems_of(cx->arena, text, TYPED_MAX);
    for (size_t r = 0; typed.count && r < COUNT_OF(ROWS); r++) {
        Stems row[SYNONYM_WORDS_MAX];
        size_t count = 0;
        for (size_t i = 0; i < SYNONYM_WORDS_MAX && ROWS[r][i]; i++)
            row[count++] = stems_of(cx->arena, str_from(ROWS[r][i]), SYNONYM_PARTS_MAX);
        TRY(add_row(cx, &typed, row, count, question));
    }
    return OK;
}

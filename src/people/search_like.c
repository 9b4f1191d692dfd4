/* What is like a text that somebody is writing: the words that matter most in it are asked for as
 * if they had been typed into the search, and what is found is held against what its title says. */
#include "base/stem.h"
#include "base/str.h"
#include "people/search_count.h"
#include "people/search_question.h"
#include "people/search_text.h"

#include <math.h>
#include <stdlib.h>

enum {
    DRAFT_WORDS_MAX = SEARCH_TERMS_MAX, /* of a draft that are looked up in the index */
    TITLE_WORDS_MAX = 40,
    PLACE_WORDS_MAX = 100,
    CANDIDATES_MAX = 20, /* whose titles are read */
    BYTES_MAX = 8 << 10  /* of each part of a draft that are looked at */
};

/* Of the most that a text has of the draft: one with a word in common is no candidate. */
static const double COVERS_MIN = 0.2;

typedef struct LikeWord {
    Str stem;
    int64_t weight; /* in the draft */
    int64_t often;  /* texts that have it */
    double matters;
} LikeWord;

/* ---- words that say nothing here ---- */

/* Words that say what form a thing has, or that it is one, and not what it is about. Stems, sorted.
 */
static const char *const FORM[] = {
    "anwendung",      "anzeig",     "api",       "app",
    "bess",           "burg",       "dat",       "data",
    "digital",        "find",       "ide",       "info",
    "information",    "interaktiv", "kart",      "map",
    "mehr",           "neu",        "nutz",      "off",
    "onlin",          "open",       "plattform", "portal",
    "projekt",        "public",     "seit",      "stadt",
    "stadtisch",      "tool",       "ubersicht", "visualisi",
    "visualisierung", "vorschlag",  "web",       "webapp",
    "webseit",        "websit",     "wunsch",
};

static int compare_words(const void *key, const void *element)
{
    return str_cmp(*(const Str *)key, str_from(*(const char *const *)element));
}

static bool is_form_word(Str stem)
{
    return bsearch(&stem, FORM, COUNT_OF(FORM), sizeof FORM[0], compare_words) != NULL;
}

/* ---- the words of a draft ---- */

static int by_weight(const void *a, const void *b)
{
    const LikeWord *one = a, *two = b;
    if (one->weight != two->weight)
        return one->weight < two->weight ? 1 : -1;
    return str_cmp(one->stem, two->stem);
}

static int by_matter(const void *a, const void *b)
{
    const LikeWord *one = a, *two = b;
    if (one->matters != two->matters)
        return one->matters < two->matters ? 1 : -1;
    return str_cmp(one->stem, two->stem);
}

static Str cut(Str text)
{
    return str_slice(text, 0, MIN(text.n, (size_t)BYTES_MAX));
}

/* The words that weigh most in it. Where it is about is not what it is about: words of its place
 * are left out. */
static size_t draft_words(Cx *cx, const SearchDraft *draft, LikeWord *ret, size_t max)
{
    size_t count = 0;
    Counting counting = counting_new(cx->arena, max * 4);
    Counting place = counting_new(cx->arena, PLACE_WORDS_MAX);
    count_words(&counting, cut(draft->title), COUNT_TITLE_WEIGHT);
    count_words(&counting, search_plain(cx->arena, cut(draft->lead)), COUNT_LEAD_WEIGHT);
    count_words(&counting, search_plain(cx->arena, cut(draft->body)), COUNT_BODY_WEIGHT);
    count_words(&place, cut(draft->district), 1);
    LikeWord *all = arena_array(cx->arena, LikeWord, counting.used);
    for (size_t i = 0; i < counting.size; i++) {
        const Count *one = &counting.slots[i];
        if (one->term.n && !count_of(&place, one->term) && !is_form_word(one->term))
            all[count++] = (LikeWord){.stem = one->term, .weight = one->weight};
    }
    if (count)
        qsort(all, count, sizeof all[0], by_weight);
    count = MIN(count, max);
    for (size_t i = 0; i < count; i++)
        ret[i] = all[i];
    return count;
}

/* At most SEARCH_TERMS_MAX words. */
static Err find_often_some(Cx *cx, LikeWord *words, size_t count)
{
    Str *stems = arena_array(cx->arena, Str, count);
    SearchTerm *terms = arena_array(cx->arena, SearchTerm, count);
    int64_t *often = arena_array(cx->arena, int64_t, count);
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        stems[i] = words[i].stem;
    TRY(search_store_often(cx, stems, count, terms, often, count, &found));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < found; k++)
            if (str_eq(terms[k].term, words[i].stem))
                words[i].often = often[k];
    return OK;
}

static Err find_often(Cx *cx, LikeWord *words, size_t count)
{
    for (size_t i = 0; i < count; i += SEARCH_TERMS_MAX)
        TRY(find_often_some(cx, words + i, MIN(count - i, (size_t)SEARCH_TERMS_MAX)));
    return OK;
}

/* What is rare, and what the title says, matters most. A word that no text has may still be a
 * compound of words that some have: one of the title is asked for. */
static void rank(LikeWord *words, size_t count, int64_t docs)
{
    for (size_t i = 0; i < count; i++) {
        LikeWord *word = &words[i];
        bool useless = !word->often && word->weight < COUNT_TITLE_WEIGHT;
        word->matters = useless ? 0 : sqrt((double)word->weight) * weigh_rarity(docs, word->often);
    }
    if (count)
        qsort(words, count, sizeof words[0], by_matter);
}

static Err ask(Cx *cx, const LikeWord *words, size_t count, Question *ret)
{
    *ret = (Question){0};
    for (size_t i = 0; i < MIN(count, (size_t)SEARCH_LIKE_WORDS); i++) {
        Group *group = words[i].matters > 0 ? question_add(cx, ret, words[i].stem) : NULL;
        if (!group)
            continue;
        group->factor = sqrt((double)words[i].weight);
        TRY(question_terms(cx, group));
    }
    return OK;
}

/* ---- what was found ---- */

/* Whether a word is one of the draft's, or begins or ends one, or the other way round. */
static bool is_drafted(const LikeWord *words, size_t count, Str stem)
{
    enum { PART_BYTES_MIN = 4 };
    for (size_t i = 0; i < count; i++) {
        Str one = words[i].stem;
        Str shorter = one.n < stem.n ? one : stem, longer = one.n < stem.n ? stem : one;
        if (str_eq(one, stem) || (shorter.n >= PART_BYTES_MIN &&
                                  (str_starts(longer, shorter) || str_ends(longer, shorter))))
            return true;
    }
    return false;
}

typedef struct Candidate {
    const WeighedDoc *doc;
    LikeWord *words; /* of its title */
    size_t count;
} Candidate;

/* Reads the titles of all candidates at once, and how often their words are. */
static Err read_titles(Cx *cx, Candidate *candidates, size_t count)
{
    SearchTitle titles[CANDIDATES_MAX];
    int64_t docs[CANDIDATES_MAX];
    size_t found = 0, used = 0;
    LikeWord *words = arena_array(cx->arena, LikeWord, CANDIDATES_MAX * TITLE_WORDS_MAX);
    for (size_t i = 0; i < count; i++)
        docs[i] = candidates[i].doc->doc;
    TRY(search_store_titles(cx, docs, count, titles, COUNT_OF(titles), &found));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < found; k++) {
            if (titles[k].doc != docs[i])
                continue;
            SearchDraft title = {.title = titles[k].title, .district = titles[k].beside};
            candidates[i].words = words + used;
            candidates[i].count = draft_words(cx, &title, words + used, TITLE_WORDS_MAX);
            used += candidates[i].count;
        }
    return find_often(cx, words, used);
}

/* How much of what a title says the draft says too: the same sentences about something else have
 * another title. */
static double title_share(const Candidate *candidate, int64_t docs, const LikeWord *words,
                          size_t count)
{
    double all = 0, shared = 0;
    for (size_t i = 0; i < candidate->count; i++) {
        double rare = weigh_rarity(docs, candidate->words[i].often);
        all += rare;
        if (is_drafted(words, count, candidate->words[i].stem))
            shared += rare;
    }
    return all > 0 ? shared / all : 0;
}

static int by_likeness(const void *a, const void *b)
{
    const SearchLike *one = a, *two = b;
    if (one->likeness != two->likeness)
        return one->likeness < two->likeness ? 1 : -1;
    return one->item.v < two->item.v ? 1 : one->item.v > two->item.v ? -1 : 0;
}

Err search_like(Cx *cx, const SearchDraft *draft, SearchLike *ret, size_t max, size_t *ret_count)
{
    Question question;
    Weighing weighing;
    SearchOnly only = {.without = draft->without, .changed_since_us = draft->changed_since_us};
    LikeWord *words = arena_array(cx->arena, LikeWord, DRAFT_WORDS_MAX);
    Candidate candidates[CANDIDATES_MAX];
    SearchLike found[CANDIDATES_MAX];
    size_t count = draft_words(cx, draft, words, DRAFT_WORDS_MAX), kept = 0;
    TRY(weigh_begin(cx, &only, &weighing));
    TRY(find_often(cx, words, count));
    rank(words, count, weighing.docs);
    TRY(ask(cx, words, count, &question));
    TRY(question_weigh(cx, &weighing, &question));
    weighing.covers_min = COVERS_MIN;
    TRY(weigh_end(&weighing));
    for (size_t i = 0; i < weighing.kept_count && kept < CANDIDATES_MAX; i++)
        if (!weighing.kept[i]->post)
            candidates[kept++] = (Candidate){.doc = weighing.kept[i]};
    TRY(read_titles(cx, candidates, kept));
    for (size_t i = 0; i < kept; i++) {
        const WeighedDoc *doc = candidates[i].doc;
        double share = title_share(&candidates[i], weighing.docs, words, count);
        found[i] = (SearchLike){
            {doc->item}, doc->noun, sqrt(share) * doc->score / (weighing.asked * WEIGH_MOST)};
    }
    if (kept)
        qsort(found, kept, sizeof found[0], by_likeness);
    *ret_count = MIN(kept, max);
    for (size_t i = 0; i < *ret_count; i++)
        ret[i] = found[i];
    return OK;
}

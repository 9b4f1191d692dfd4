#include "people/search_question.h"

#include "base/str.h"
#include "people/search_synonym.h"
#include "people/search_text.h"

/* ---- what a word of the question stands for ---- */

/* How much a term counts by how it was found. */
static const double WHOLE = 1, BEGINS = 0.55, ENDS = 0.65, INSIDE = 0.3, PART = 0.6, NEAR = 0.6;

enum {
    BEGIN_BYTES_MIN = 3,  /* "Rad" finds "Radweg" */
    ENDING_BYTES_MIN = 4, /* "Haus" finds "Parkhaus", "Rat" not "Fahrrat" */
    INSIDE_BYTES_MIN = 5,
    PART_BYTES_MIN = 3,  /* of a compound that is taken apart */
    SPLIT_BYTES_MIN = 7, /* and it as a whole */
    NEAR_BYTES_MIN = 4   /* where one letter may be wrong */
};

void group_add(Group *group, const SearchTerm *term, double weight)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->terms[i].id == term->id) {
            group->weights[i] = MAX(group->weights[i], weight);
            return;
        }
    if (group->count == SEARCH_TERMS_MAX)
        return;
    group->terms[group->count] = *term;
    group->weights[group->count++] = weight;
}

static double weight_of(const SearchTerm *term, Str stem)
{
    bool at_start = term->at == 0, at_end = (size_t)term->at + stem.n == term->term.n;
    if (at_start)
        return at_end ? WHOLE : BEGINS;
    if (at_end)
        return stem.n >= ENDING_BYTES_MIN ? ENDS : 0;
    return stem.n >= INSIDE_BYTES_MIN ? INSIDE : 0;
}

Err question_terms(Cx *cx, Group *group)
{
    SearchTerm *found = arena_array(cx->arena, SearchTerm, SEARCH_TERMS_MAX);
    size_t count = 0;
    bool whole_only = group->stem.n < ENDING_BYTES_MIN;
    /* First the word itself, which no other may crowd out. */
    TRY(search_store_whole(cx, &group->stem, 1, found, 1, &count));
    if (count)
        group_add(group, &found[0], WHOLE);
    if (group->stem.n < BEGIN_BYTES_MIN)
        return OK;
    TRY(search_store_begins(cx, group->stem, whole_only, found, SEARCH_TERMS_MAX, &count));
    for (size_t i = 0; i < count; i++) {
        double weight = weight_of(&found[i], group->stem);
        if (weight > 0)
            group_add(group, &found[i], weight);
    }
    return OK;
}

/* ---- the words of the question ---- */

Group *question_add(Cx *cx, Question *question, Str stem)
{
    for (size_t i = 0; i < question->count; i++)
        if (str_eq(question->groups[i]->stem, stem))
            return NULL;
    if (question->count == COUNT_OF(question->groups))
        return NULL;
    Group *group = arena_new(cx->arena, Group);
    group->stem = group->folded = stem;
    group->factor = 1;
    question->groups[question->count++] = group;
    return group;
}

static void read_words(Cx *cx, Str text, Question *ret)
{
    WordReader reader = {.arena = cx->arena, .text = text};
    Word word;
    while (ret->word_count < SEARCH_WORDS_MAX && word_next(&reader, &word))
        if (word.folded.n >= SEARCH_WORD_BYTES_MIN && !is_stop_word(word.folded))
            ret->words[ret->word_count++] = word;
}

/* Neighbours that are one word elsewhere: "Park Haus", "Wahl-O-Mat". */
static Err find_joined(Cx *cx, Question *question)
{
    for (size_t i = 0; i + 1 < question->word_count; i++) {
        Str joined = stem_of(arena_fmt(cx->arena, "%.*s%.*s", SARG(question->words[i].folded),
                                       SARG(question->words[i + 1].folded)));
        SearchTerm term;
        size_t count;
        TRY(search_store_whole(cx, &joined, 1, &term, 1, &count));
        if (!count)
            continue;
        for (size_t k = 0; k < 2; k++)
            for (size_t g = 0; g < question->count; g++)
                if (str_eq(question->groups[g]->stem, stem_of(question->words[i + k].folded)))
                    group_add(question->groups[g], &term, WHOLE);
    }
    return OK;
}

Err question_read(Cx *cx, Str text, Question *ret)
{
    *ret = (Question){0};
    read_words(cx, text, ret);
    for (size_t i = 0; i < ret->word_count; i++) {
        Group *group = question_add(cx, ret, stem_of(ret->words[i].folded));
        if (!group)
            continue;
        group->folded = ret->words[i].folded;
        TRY(question_terms(cx, group));
    }
    TRY(find_joined(cx, ret));
    return synonym_add(cx, text, ret);
}

/* ---- where nothing is found: compounds taken apart, one letter wrong ---- */

/* A letter that joins the parts of a compound: "Verkehrs|daten", "Straßen|baum". */
static size_t joint_length(Str left)
{
    static const char *const JOINTS[] = {"es", "en", "er", "s", "n", "e"};
    for (size_t i = 0; i < COUNT_OF(JOINTS); i++) {
        Str joint = str_from(JOINTS[i]);
        if (left.n >= joint.n + PART_BYTES_MIN && str_ends(left, joint))
            return joint.n;
    }
    return 0;
}

static const SearchTerm *find_in(const SearchTerm *terms, size_t count, Str word)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(terms[i].term, word))
            return &terms[i];
    return NULL;
}

/* All beginnings and ends of the word that may be words. */
static size_t list_parts(Str stem, Str *ret)
{
    size_t count = 0;
    for (size_t n = PART_BYTES_MIN; n + PART_BYTES_MIN <= stem.n; n++) {
        Str left = str_slice(stem, 0, n);
        ret[count++] = left;
        ret[count++] = stem_of(left);
        ret[count++] = str_slice(left, 0, n - joint_length(left));
        ret[count++] = str_from_index(stem, n);
    }
    return count;
}

static const SearchTerm *left_part(const SearchTerm *terms, size_t count, Str left)
{
    const SearchTerm *term = find_in(terms, count, left);
    if (!term)
        term = find_in(terms, count, str_slice(left, 0, left.n - joint_length(left)));
    return term ? term : find_in(terms, count, stem_of(left));
}

/* The split whose smaller part is the largest; else the longest part that is a word by itself. */
static void choose_split(Str stem, const SearchTerm *terms, size_t count,
                         const SearchTerm **ret_left, const SearchTerm **ret_right)
{
    enum { ALONE_BYTES_MIN = 5 };
    size_t best = 0, alone = 0;
    *ret_left = *ret_right = NULL;
    for (size_t n = PART_BYTES_MIN; n + PART_BYTES_MIN <= stem.n; n++) {
        const SearchTerm *left = left_part(terms, count, str_slice(stem, 0, n));
        const SearchTerm *right = find_in(terms, count, str_from_index(stem, n));
        size_t smaller = MIN(n, stem.n - n);
        if (left && right && smaller > best) {
            *ret_left = left;
            *ret_right = right;
            best = smaller;
        }
        size_t length = left && !right ? n : right && !left ? stem.n - n : 0;
        if (!best && length >= ALONE_BYTES_MIN && length > alone) {
            *ret_left = left;
            *ret_right = right;
            alone = length;
        }
    }
}

static Err take_apart(Cx *cx, Question *question, Group *group, bool *ret_parted)
{
    const SearchTerm *left, *right;
    Str *parts = arena_array(cx->arena, Str, WORD_BYTES_MAX * 4);
    SearchTerm *found = arena_array(cx->arena, SearchTerm, SEARCH_TERMS_MAX);
    size_t count = 0;
    if (group->is_part || group->stem.n < SPLIT_BYTES_MIN)
        return OK;
    size_t part_count = list_parts(group->stem, parts);
    TRY(search_store_whole(cx, parts, MIN(part_count, (size_t)SEARCH_TERMS_MAX), found,
                           SEARCH_TERMS_MAX, &count));
    choose_split(group->stem, found, count, &left, &right);
    const SearchTerm *both[] = {left, right};
    for (size_t i = 0; i < 2; i++) {
        Group *part = both[i] ? question_add(cx, question, both[i]->term) : NULL;
        if (!part)
            continue;
        part->is_part = true;
        part->factor = group->factor;
        TRY(question_terms(cx, part));
        for (size_t k = 0; k < part->count; k++)
            part->weights[k] *= PART;
        *ret_parted = true;
    }
    return OK;
}

/* Whether one letter was left out, added, exchanged, or swapped with its neighbour. */
static bool is_near(Str a, Str b)
{
    if (a.n > b.n) {
        Str longer = a;
        a = b;
        b = longer;
    }
    size_t same = 0;
    while (same < a.n && a.p[same] == b.p[same])
        same++;
    if (a.n + 1 == b.n)
        return str_eq(str_from_index(a, same), str_from_index(b, same + 1));
    if (a.n != b.n || same == a.n)
        return false;
    if (str_eq(str_from_index(a, same + 1), str_from_index(b, same + 1)))
        return true;
    return same + 1 < a.n && a.p[same] == b.p[same + 1] && a.p[same + 1] == b.p[same] &&
           str_eq(str_from_index(a, same + 2), str_from_index(b, same + 2));
}

/* One mistake leaves what stands before it or what stands behind it as it was: terms that begin
 * like the first half or end like the second one are looked at. */
static Err find_near_to(Cx *cx, Group *group, Str stem)
{
    enum { LOOKED_AT_MAX = 4000 };
    size_t half = stem.n / 2, count = 0;
    if (stem.n < NEAR_BYTES_MIN)
        return OK;
    SearchTerm *found = arena_array(cx->arena, SearchTerm, LOOKED_AT_MAX);
    TRY(search_store_begins(cx, str_slice(stem, 0, MAX(half - 1, 2)), true, found, LOOKED_AT_MAX,
                            &count));
    for (size_t i = 0; i < count; i++)
        if (is_near(stem, found[i].term))
            group_add(group, &found[i], NEAR);
    size_t behind = MIN(half + 1, stem.n - SEARCH_ENDING_BYTES_MIN);
    TRY(search_store_ends(cx, str_from_index(stem, behind), found, LOOKED_AT_MAX, &count));
    for (size_t i = 0; i < count; i++)
        if (is_near(stem, found[i].term))
            group_add(group, &found[i], NEAR);
    return OK;
}

/* The mistake may have made or unmade an ending that the stem goes without. */
static Err find_near(Cx *cx, Group *group)
{
    TRY(find_near_to(cx, group, group->stem));
    return group->folded.n > group->stem.n ? find_near_to(cx, group, group->folded) : OK;
}

/* ---- the weighing ---- */

static Err weigh_group(Weighing *weighing, const Group *group, bool *ret_found)
{
    weighing->factor = group->factor;
    return weigh(weighing, group->terms, group->weights, group->count, ret_found);
}

/* The term of a group with which most was found. */
static void note_near(const Weighing *weighing, Group *group)
{
    int64_t most = 0;
    for (size_t i = 0; i < group->count; i++) {
        int64_t found = weigh_found(weighing, group->terms[i].id);
        if (found > most) {
            most = found;
            group->near = group->terms[i].term;
        }
    }
}

/* A word that nothing was found by, as far as the actor may read, is looked for otherwise. */
static Err weigh_otherwise(Cx *cx, Weighing *weighing, Question *question, Group *group)
{
    bool parted = false, found = false;
    size_t before = question->count;
    TRY(take_apart(cx, question, group, &parted));
    for (size_t i = before; i < question->count; i++) {
        bool one = false;
        TRY(weigh_group(weighing, question->groups[i], &one));
        found |= one;
    }
    if (found)
        return OK;
    group->count = 0;
    TRY(find_near(cx, group));
    TRY(weigh_group(weighing, group, &found));
    if (found)
        note_near(weighing, group);
    return OK;
}

Err question_weigh(Cx *cx, Weighing *weighing, Question *question)
{
    size_t typed = question->count;
    for (size_t i = 0; i < typed; i++) {
        bool found = false;
        TRY(weigh_group(weighing, question->groups[i], &found));
        if (!found)
            TRY(weigh_otherwise(cx, weighing, question, question->groups[i]));
    }
    return OK;
}

#include "people/search_weigh.h"

#include <math.h>
#include <stdlib.h>

/* BM25 (Robertson, Zaragoza 2009, 3.4): how soon more of the same word adds less, and how much
 * long texts lose. */
static const double K1 = 1.2, B = 0.5;
/* A text must have this share of what the best one has of the question. */
static const double COVERS_MIN = 0.6;
/* The reader's own language is shown where it has this share of the other one's score. */
static const double OWN_LANG_MIN = 0.6;

/* What the city has resolved comes before what somebody proposes, where both have the words. */
static const double RESOLVED = 1.6;

enum { SLOTS_FIRST = 512 };

static size_t hash_of(int64_t number, size_t size)
{
    return (size_t)((uint64_t)number * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (size - 1);
}

Err weigh_begin(Cx *cx, const SearchOnly *only, Weighing *ret)
{
    *ret = (Weighing){.cx = cx,
                      .only = only,
                      .factor = 1,
                      .covers_min = COVERS_MIN,
                      .size = SLOTS_FIRST,
                      .item_size = SLOTS_FIRST,
                      .known_from = INT64_MAX};
    ret->slots = arena_array(cx->arena, WeighedDoc *, SLOTS_FIRST);
    ret->items = arena_array(cx->arena, WeighedItem, SLOTS_FIRST);
    return search_store_total(cx, &ret->docs, &ret->words);
}

/* ---- items, and who may read them ---- */

static WeighedItem *item_slot(WeighedItem *items, size_t size, int64_t item)
{
    size_t at = hash_of(item, size);
    while (items[at].item && items[at].item != item)
        at = (at + 1) & (size - 1);
    return &items[at];
}

static void grow_items(Weighing *weighing)
{
    size_t size = weighing->item_size * 4;
    WeighedItem *items = arena_array(weighing->cx->arena, WeighedItem, size);
    for (size_t i = 0; i < weighing->item_size; i++)
        if (weighing->items[i].item)
            *item_slot(items, size, weighing->items[i].item) = weighing->items[i];
    weighing->items = items;
    weighing->item_size = size;
}

/* Not readable as long as nobody says so. */
static WeighedItem *add_item(Weighing *weighing, WeighedItem *slot, int64_t item)
{
    slot->item = item;
    if (++weighing->item_count * 2 <= weighing->item_size)
        return slot;
    grow_items(weighing);
    return item_slot(weighing->items, weighing->item_size, item);
}

static void note_readable(void *user, int64_t item, Noun noun)
{
    Weighing *weighing = user;
    WeighedItem *slot = item_slot(weighing->items, weighing->item_size, item);
    if (!slot->item)
        slot = add_item(weighing, slot, item);
    slot->readable = true;
    slot->noun = noun;
}

/* The items that the rule was not asked for yet. */
static size_t list_unknown(Weighing *weighing, int64_t *ret, int64_t *ret_from, int64_t *ret_to)
{
    size_t count = 0;
    *ret_from = INT64_MAX;
    *ret_to = 0;
    for (size_t i = 0; i < weighing->row_count; i++) {
        int64_t item = weighing->rows[i].item;
        WeighedItem *slot = item_slot(weighing->items, weighing->item_size, item);
        if (slot->item || (item >= weighing->known_from && item <= weighing->known_to))
            continue;
        add_item(weighing, slot, item);
        ret[count++] = item;
        *ret_from = MIN(*ret_from, item);
        *ret_to = MAX(*ret_to, item);
    }
    return count;
}

/* The rule is asked once for each item: one by one where they are few among others, for all
 * between the first and the last where they are many, since going on costs a quarter of finding. */
static Err find_readable(Weighing *weighing)
{
    enum { MANY = 100, SHARE = 4 };
    int64_t from, to, *items = arena_array(weighing->cx->arena, int64_t, weighing->row_count + 1);
    size_t count = list_unknown(weighing, items, &from, &to);
    if (count >= MANY && (to - from) / SHARE <= (int64_t)count) {
        weighing->known_from = from;
        weighing->known_to = to;
        return search_store_readable_between(weighing->cx, from, to, weighing->only, note_readable,
                                             weighing);
    }
    for (size_t i = 0; i < count; i += SEARCH_TERMS_MAX)
        TRY(search_store_readable(weighing->cx, items + i, MIN(count - i, (size_t)SEARCH_TERMS_MAX),
                                  weighing->only, note_readable, weighing));
    return OK;
}

/* ---- texts ---- */

static void grow(Weighing *weighing)
{
    WeighedDoc **old = weighing->slots;
    size_t old_size = weighing->size;
    weighing->size *= 4;
    weighing->slots = arena_array(weighing->cx->arena, WeighedDoc *, weighing->size);
    for (size_t i = 0; i < old_size; i++) {
        if (!old[i])
            continue;
        size_t at = hash_of(old[i]->doc, weighing->size);
        while (weighing->slots[at])
            at = (at + 1) & (weighing->size - 1);
        weighing->slots[at] = old[i];
    }
}

static WeighedDoc *doc_of(Weighing *weighing, const SearchRow *row, Noun noun)
{
    size_t at = hash_of(row->doc, weighing->size);
    while (weighing->slots[at] && weighing->slots[at]->doc != row->doc)
        at = (at + 1) & (weighing->size - 1);
    if (weighing->slots[at])
        return weighing->slots[at];
    WeighedDoc *doc = arena_new(weighing->cx->arena, WeighedDoc);
    *doc = (WeighedDoc){.doc = row->doc,
                        .item = row->item,
                        .words = row->words,
                        .noun = noun,
                        .post = row->post != 0};
    weighing->slots[at] = doc;
    if (++weighing->count * 2 > weighing->size)
        grow(weighing);
    return doc;
}

static void keep_row(void *user, const SearchRow *row)
{
    Weighing *weighing = user;
    if (weighing->row_count == weighing->row_cap) {
        size_t cap = weighing->row_cap * 2 + 1024;
        weighing->rows =
            arena_grow(weighing->cx->arena, weighing->rows, weighing->row_cap * sizeof(SearchRow),
                       cap * sizeof(SearchRow), _Alignof(SearchRow));
        weighing->row_cap = cap;
    }
    weighing->rows[weighing->row_count++] = *row;
}

static void touch(Weighing *weighing, WeighedDoc *doc)
{
    if (doc->group == weighing->group)
        return;
    doc->group = weighing->group;
    doc->often = 0;
    if (weighing->touched_count == weighing->touched_cap) {
        size_t cap = weighing->touched_cap * 2 + 256;
        weighing->touched = arena_grow(weighing->cx->arena, weighing->touched,
                                       weighing->touched_cap * sizeof(WeighedDoc *),
                                       cap * sizeof(WeighedDoc *), _Alignof(WeighedDoc *));
        weighing->touched_cap = cap;
    }
    weighing->touched[weighing->touched_count++] = doc;
}

/* Rows of the same term follow each other. */
static void weigh_rows(Weighing *weighing, const double *weights)
{
    size_t term = 0;
    for (size_t i = 0; i < weighing->row_count; i++) {
        const SearchRow *row = &weighing->rows[i];
        const WeighedItem *item = item_slot(weighing->items, weighing->item_size, row->item);
        if (!item->readable)
            continue;
        if (weighing->terms[term].id != row->term)
            for (term = 0; weighing->terms[term].id != row->term;)
                term++;
        weighing->found[term]++;
        WeighedDoc *doc = doc_of(weighing, row, item->noun);
        touch(weighing, doc);
        doc->often += weights[term] * (double)row->weight;
    }
}

double weigh_rarity(int64_t docs, int64_t having)
{
    double all = (double)MAX(docs, 1), some = (double)having;
    return log(1 + MAX(all - some, 0.0) / (some + 0.5) + 0.05);
}

static void add_scores(Weighing *weighing)
{
    double rare = weighing->factor * weigh_rarity(weighing->docs, (int64_t)weighing->touched_count);
    double mean = (double)MAX(weighing->words, 1) / (double)MAX(weighing->docs, 1);
    for (size_t i = 0; i < weighing->touched_count; i++) {
        WeighedDoc *doc = weighing->touched[i];
        double length = 1 - B + B * (double)doc->words / mean;
        doc->score += rare * doc->often * (K1 + 1) / (doc->often + K1 * length);
        doc->covers += rare;
    }
    if (weighing->touched_count)
        weighing->asked += rare;
}

Err weigh(Weighing *weighing, const SearchTerm *terms, const double *weights, size_t count,
          bool *ret_found)
{
    Arena *arena = weighing->cx->arena;
    int64_t *ids = arena_array(arena, int64_t, count);
    *ret_found = false;
    weighing->group++;
    weighing->touched_count = weighing->row_count = 0;
    weighing->terms = terms;
    weighing->term_count = count;
    weighing->found = arena_array(arena, int64_t, count);
    if (!count)
        return OK;
    for (size_t i = 0; i < count; i++)
        ids[i] = terms[i].id;
    TRY(search_store_rows(weighing->cx, ids, count, keep_row, weighing, &weighing->more));
    TRY(find_readable(weighing));
    weigh_rows(weighing, weights);
    add_scores(weighing);
    *ret_found = weighing->touched_count > 0;
    return OK;
}

int64_t weigh_found(const Weighing *weighing, int64_t term)
{
    for (size_t i = 0; i < weighing->term_count; i++)
        if (weighing->terms[i].id == term)
            return weighing->found[i];
    return 0;
}

/* ---- the order ---- */

static int compare(const void *a, const void *b)
{
    const WeighedDoc *one = *(WeighedDoc *const *)a, *two = *(WeighedDoc *const *)b;
    if (one->score != two->score)
        return one->score < two->score ? 1 : -1;
    return one->doc < two->doc ? 1 : one->doc > two->doc ? -1 : 0; /* the newer text first */
}

static Err choose_lang(Weighing *weighing, WeighedDoc **first, WeighedDoc *second)
{
    int64_t ref;
    Lang lang = LANG_DE;
    if (second->score < OWN_LANG_MIN * (*first)->score)
        return OK;
    TRY(search_store_ref(weighing->cx, second->doc, &ref, &lang));
    if (lang == weighing->cx->actor->lang)
        *first = second;
    return OK;
}

/* An item has a text in each of its languages: one of them is kept, where the first one stands. */
static Err drop_doubles(Weighing *weighing)
{
    size_t size = 16, kept = 0;
    while (size < weighing->kept_count * 2)
        size *= 2;
    size_t *seen = arena_array(weighing->cx->arena, size_t, size); /* position in kept, from 1 */
    for (size_t i = 0; i < weighing->kept_count; i++) {
        WeighedDoc *doc = weighing->kept[i];
        size_t at = hash_of(doc->item, size);
        while (!doc->post && seen[at] && weighing->kept[seen[at] - 1]->item != doc->item)
            at = (at + 1) & (size - 1);
        if (!doc->post && seen[at]) {
            TRY(choose_lang(weighing, &weighing->kept[seen[at] - 1], doc));
            continue;
        }
        weighing->kept[kept++] = doc;
        if (!doc->post)
            seen[at] = kept;
    }
    weighing->kept_count = kept;
    return OK;
}

Err weigh_end(Weighing *weighing)
{
    double most = 0;
    weighing->kept = arena_array(weighing->cx->arena, WeighedDoc *, weighing->count);
    for (size_t i = 0; i < weighing->size; i++)
        if (weighing->slots[i])
            most = MAX(most, weighing->slots[i]->covers);
    for (size_t i = 0; i < weighing->size; i++) {
        WeighedDoc *doc = weighing->slots[i];
        if (!doc || doc->covers < weighing->covers_min * most)
            continue;
        doc->score *= weighing->asked > 0 ? doc->covers / weighing->asked : 1;
        if (!doc->post && (doc->noun == NOUN_GOAL || doc->noun == NOUN_STRATEGY))
            doc->score *= RESOLVED;
        weighing->kept[weighing->kept_count++] = doc;
    }
    if (weighing->kept_count)
        qsort(weighing->kept, weighing->kept_count, sizeof(WeighedDoc *), compare);
    return drop_doubles(weighing);
}

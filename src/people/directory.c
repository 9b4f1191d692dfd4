#include "people/directory.h"

#include "base/fold.h"
#include "base/str.h"
#include "people/organisation_store.h"

#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
    const Partner *left = a, *right = b;
    return fold_compare_de(left->name, right->name);
}

/* Both lists are in the order of the items' numbers. */
static void join_topics(Partner *partners, size_t count, const OrganisationTopic *topics,
                        size_t topic_count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        Partner *partner = &partners[i];
        while (at < topic_count && topics[at].organisation.v < partner->id.v)
            at++;
        for (; at < topic_count && topics[at].organisation.v == partner->id.v; at++)
            if (partner->topic_count < ITEM_TOPICS_MAX)
                partner->topics[partner->topic_count++] = topics[at].topic;
    }
}

/* ---- what fits ---- */

static Str searched(Arena *arena, const Partner *partner)
{
    Buf all = buf_new(arena, 64 << 10);
    buf_fmt(&all, "%.*s %.*s %.*s %.*s %.*s %.*s", SARG(partner->name), SARG(partner->lead),
            SARG(partner->own.offers), SARG(partner->own.seeks), SARG(partner->district),
            SARG(partner->own.town));
    for (size_t i = 0; i < partner->topic_count; i++)
        buf_fmt(&all, " %.*s", SARG(partner->topics[i].name));
    return fold_search(arena, buf_str(&all));
}

static bool has_words(Arena *arena, const Partner *partner, Str folded_words)
{
    if (!folded_words.n)
        return true;
    ArenaMark mark = arena_mark(arena);
    Str text = searched(arena, partner);
    bool all = true;
    while (folded_words.p && all) {
        Str word = str_cut(&folded_words, ' ');
        all = !word.n || str_find(text, word) >= 0;
    }
    arena_rewind(arena, mark);
    return all;
}

static bool has_topic(const Partner *partner, Str slug)
{
    for (size_t i = 0; i < partner->topic_count; i++)
        if (str_eq(partner->topics[i].slug, slug))
            return true;
    return false;
}

/* Which filters a partner fits: bits, so that a chip counts by all filters but its own. */
enum { FITS_WORDS = 1, FITS_KIND = 2, FITS_TOPIC = 4, FITS_DISTRICT = 8, FITS_ALL = 15 };

static unsigned fits(Arena *arena, const Partner *partner, const DirectoryQuery *query, Str words)
{
    unsigned bits = 0;
    if (has_words(arena, partner, words) && (!query->founders || partner->own.founder))
        bits |= FITS_WORDS;
    if (query->kind == ORGANISATION_KIND_NONE || partner->own.kind == query->kind)
        bits |= FITS_KIND;
    if (!query->topic.n || has_topic(partner, query->topic))
        bits |= FITS_TOPIC;
    if (!query->district.n || str_eq(partner->district, query->district))
        bits |= FITS_DISTRICT;
    return bits;
}

/* ---- how many there are of each ---- */

static void count_topic(Directory *d, const Topic *topic)
{
    size_t i = 0;
    while (i < d->topic_count && d->topics[i].topic.id != topic->id)
        i++;
    if (i == d->topic_count)
        d->topics[d->topic_count++] = (DirectoryTopic){*topic, 0};
    d->topics[i].count++;
}

static void count_district(Directory *d, Str name)
{
    size_t i = 0;
    while (i < d->district_count && !str_eq(d->districts[i].name, name))
        i++;
    if (i == d->district_count)
        d->districts[d->district_count++] = (DirectoryDistrict){name, 0};
    d->districts[i].count++;
}

static void count_one(Directory *d, const Partner *partner, unsigned bits)
{
    bool known = partner->own.kind < ORGANISATION_KIND_COUNT_;
    if ((bits | FITS_KIND) == FITS_ALL) {
        d->any_kind++;
        d->kinds[known ? partner->own.kind : 0] += known;
    }
    if ((bits | FITS_TOPIC) == FITS_ALL) {
        d->any_topic++;
        for (size_t i = 0; i < partner->topic_count; i++)
            count_topic(d, &partner->topics[i]);
    }
    if ((bits | FITS_DISTRICT) == FITS_ALL) {
        d->any_district++;
        if (partner->district.n)
            count_district(d, partner->district);
    }
}

static int by_topic(const void *a, const void *b)
{
    const DirectoryTopic *left = a, *right = b;
    return fold_compare_de(left->topic.name, right->topic.name);
}

static int by_district(const void *a, const void *b)
{
    const DirectoryDistrict *left = a, *right = b;
    return fold_compare_de(left->name, right->name);
}

/* ---- who there is ---- */

/* Partners in the order of their names. */
typedef struct Partners {
    Partner *list;
    size_t count;
    size_t topic_count; /* of all of them together */
} Partners;

static Err read_partners(Cx *cx, bool own, Partners *ret)
{
    OrganisationTopic *topics;
    size_t topic_count;
    TRY(organisation_store_list(cx, own, &ret->list, &ret->count));
    if (!ret->count)
        return OK;
    TRY(organisation_store_topics(cx, &topics, &topic_count));
    join_topics(ret->list, ret->count, topics, topic_count);
    for (size_t i = 0; i < ret->count; i++)
        ret->topic_count += ret->list[i].topic_count;
    qsort(ret->list, ret->count, sizeof *ret->list, by_name);
    return OK;
}

static Err make_shared(Cx *cx, const void *user, void **ret)
{
    Partners *partners = arena_new(cx->arena, Partners);
    (void)user;
    TRY(read_partners(cx, false, partners));
    *ret = partners;
    return OK;
}

/* Those that all readers of a kind share, and the actor's own, who are hardly ever any. */
static Err all_partners(Cx *cx, Partners *ret)
{
    Partners own = {0};
    const void *shared;
    Str key = arena_fmt(cx->arena, "directory %lld %.*s %d", (long long)cx->actor->tenant.v,
                        SARG(lang_code(cx->actor->lang)), (int)item_reads(cx->actor));
    TRY(db_memo(cx, key, make_shared, NULL, &shared));
    *ret = *(const Partners *)shared;
    if (cx->actor->person.v)
        TRY(read_partners(cx, true, &own));
    if (!own.count)
        return OK;
    Partner *both = arena_array(cx->arena, Partner, ret->count + own.count);
    memcpy(both, ret->list, ret->count * sizeof *both);
    memcpy(both + ret->count, own.list, own.count * sizeof *both);
    *ret = (Partners){both, ret->count + own.count, ret->topic_count + own.topic_count};
    qsort(both, ret->count, sizeof *both, by_name);
    return OK;
}

Err directory_read(Cx *cx, const DirectoryQuery *query, Directory *ret)
{
    Partners all;
    TRY(all_partners(cx, &all));
    Directory d = {.partners = arena_array(cx->arena, Partner, all.count),
                   .all = (int64_t)all.count,
                   .topics = arena_array(cx->arena, DirectoryTopic, all.topic_count),
                   .districts = arena_array(cx->arena, DirectoryDistrict, all.count)};
    Str words = fold_search(cx->arena, query->words);
    for (size_t i = 0; i < all.count; i++) {
        unsigned bits = fits(cx->arena, &all.list[i], query, words);
        count_one(&d, &all.list[i], bits);
        if (bits == FITS_ALL)
            d.partners[d.count++] = all.list[i];
    }
    qsort(d.topics, d.topic_count, sizeof *d.topics, by_topic);
    qsort(d.districts, d.district_count, sizeof *d.districts, by_district);
    *ret = d;
    return OK;
}

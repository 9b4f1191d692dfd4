#include "systems/entity_query.h"

#include "base/str.h"
#include "systems/entity_query_store.h"
#include "systems/entity_store.h"

#include <stdlib.h>

/* A query on its way through the candidates. */
typedef struct Search {
    Cx *cx;
    const EntityFilter *filter;
    GeoMatcher *matcher;
    EntityPage page;
    QueryRun run;
    size_t rows;  /* candidates looked at */
    size_t found; /* matches so far */
    Entity *entities;
    size_t kept, cap;
    bool full; /* the page and one more; nothing else is asked */
} Search;

static bool has_id(const EntityFilter *filter, Str id)
{
    for (size_t i = 0; i < filter->id_count; i++)
        if (str_eq(filter->ids[i], id))
            return true;
    return filter->id_count == 0;
}

static bool has_attribute(const EntityFilter *filter, const Entity *entity)
{
    JsonValue value;
    for (size_t i = 0; i < filter->attribute_count; i++)
        if (json_find(json_root(&entity->doc), filter->attributes[i], &value))
            return true;
    return filter->attribute_count == 0;
}

bool entity_filter_matches(Cx *cx, const EntityFilter *filter, GeoMatcher *matcher,
                           const Entity *entity, QueryRun *run)
{
    return has_id(filter, entity->id) &&
           (!filter->types || type_selection_matches(filter->types, entity)) &&
           has_attribute(filter, entity) &&
           (!filter->scopes || scope_query_matches(filter->scopes, entity)) &&
           (!filter->id_pattern || pattern_found(filter->id_pattern, entity->id, &run->steps)) &&
           (!filter->query || query_matches(filter->query, entity, run)) &&
           (!filter->geo || geo_matches(cx, matcher, entity, &run->steps)) && run->steps >= 0;
}

static bool find_linked(void *user, Str id, Entity *ret)
{
    Cx *cx = user;
    bool found = false;
    return entity_find(cx, id, ret, &found) == OK && found;
}

static Err spent(const Search *s)
{
    return fail(s->cx, ERR_LIMIT, "query.budget",
                "the query gave up after %zu entities; name types or attributes, or a place",
                s->rows);
}

/* Where the entity belongs: skipped, kept, or only counted. */
static void take_match(Search *s, const Entity *entity, bool *ret_kept)
{
    size_t at = s->found++;
    *ret_kept = at >= s->page.offset && s->kept < s->page.limit;
    if (*ret_kept) {
        if (s->kept == s->cap) {
            size_t cap = s->cap ? s->cap * 2 : 32;
            Entity *grown = arena_array(s->cx->arena, Entity, cap);
            if (s->kept)
                memcpy(grown, s->entities, s->kept * sizeof(Entity));
            s->entities = grown;
            s->cap = cap;
        }
        s->entities[s->kept++] = *entity;
    }
    s->full = !s->page.want_count && s->found > s->page.offset + s->page.limit;
}

static Err take_candidate(Search *s, const Entity *entity, bool *ret_kept)
{
    *ret_kept = false;
    s->rows++;
    if (s->page.row_budget && s->rows > s->page.row_budget)
        return spent(s);
    bool matches = entity_filter_matches(s->cx, s->filter, s->matcher, entity, &s->run);
    if (s->run.steps < 0)
        return spent(s);
    if (matches)
        take_match(s, entity, ret_kept);
    return OK;
}

static int compare_keys(const void *a, const void *b)
{
    const Entity *left = a, *right = b;
    return (left->key.v > right->key.v) - (left->key.v < right->key.v);
}

/* Few and named: each is looked up by its own index entry. */
static Err search_ids(Search *s)
{
    const EntityFilter *filter = s->filter;
    Entity *candidates = arena_array(s->cx->arena, Entity, filter->id_count);
    size_t count = 0;
    for (size_t i = 0; i < filter->id_count; i++) {
        bool found = false;
        TRY(entity_find(s->cx, filter->ids[i], &candidates[count], &found));
        count += found;
    }
    qsort(candidates, count, sizeof *candidates, compare_keys);
    for (size_t i = 0; i < count && !s->full; i++) {
        bool kept;
        if (i && candidates[i].key.v == candidates[i - 1].key.v)
            continue; /* an id named twice */
        TRY(take_candidate(s, &candidates[i], &kept));
    }
    return OK;
}

static Err walk(Search *s, DbRows *rows)
{
    while (!s->full) {
        bool row = false, kept;
        Entity entity;
        ArenaMark mark = arena_mark(s->cx->arena);
        TRY(db_next(s->cx, rows, &row));
        if (!row)
            break;
        TRY(entity_store_row(s->cx, rows, 0, &entity));
        TRY(take_candidate(s, &entity, &kept));
        if (!kept)
            arena_rewind(s->cx->arena, mark);
    }
    return OK;
}

static bool is_plain(const Search *s)
{
    return entity_query_is_plain(s->filter) && !s->page.row_budget;
}

static Err search_store(Search *s)
{
    DbRows rows;
    EntityRange range = {.limit = SIZE_MAX};
    if (is_plain(s)) {
        range = (EntityRange){.limit = s->page.limit + 1, .offset = s->page.offset};
        s->found = s->page.offset;
    }
    TRY(entity_query_start(s->cx, s->filter, range, &rows));
    Err err = walk(s, &rows);
    db_end(&rows);
    return err;
}

static Err search(Search *s, EntityResult *ret)
{
    uint64_t total = 0;
    bool plain = is_plain(s);
    if (s->filter->id_count > ENTITY_QUERY_IDS_MAX)
        return fail(s->cx, ERR_LIMIT, "query.complex", "more than %d ids", ENTITY_QUERY_IDS_MAX);
    if (s->filter->id_count)
        TRY(search_ids(s));
    else
        TRY(search_store(s));
    if (s->page.want_count && plain)
        TRY(entity_query_count(s->cx, s->filter, &total));
    else
        total = s->found;
    *ret = (EntityResult){.entities = s->entities,
                          .count = s->kept,
                          .more = s->found > s->page.offset + s->kept,
                          .total = total};
    return OK;
}

Err entity_query(Cx *cx, const EntityFilter *filter, EntityPage page, EntityResult *ret)
{
    Search s = {
        .cx = cx,
        .filter = filter,
        .page = page,
        .matcher = filter->geo ? geo_matcher_open(filter->geo) : NULL,
        .run = {.arena = cx->arena, .steps = QUERY_STEPS_MAX, .find = find_linked, .user = cx}};
    Err err = search(&s, ret);
    geo_matcher_close(s.matcher);
    return err;
}

#include "systems/entity_query.h"

#include "base/str.h"
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

static TenantId tenant_of(const Cx *cx)
{
    return cx->actor ? cx->actor->tenant : TENANT_DEFAULT;
}

/* The first type of each group: every match has one of them. */
static void put_types(DbDynamic *d, TenantId tenant, const Selection *types)
{
    db_dynamic_sql(d, " AND e.key IN (SELECT t.key FROM entity_type t WHERE t.tenant = ");
    db_dynamic_bind(d, V_I64(tenant.v));
    db_dynamic_sql(d, " AND t.type IN (");
    for (size_t i = 0; i < types->count; i++) {
        if (i)
            db_dynamic_sql(d, ", ");
        db_dynamic_bind(d, V_TEXT(types->groups[i].names[0]));
    }
    db_dynamic_sql(d, "))");
}

static void put_box(DbDynamic *d, DbEngine engine, TenantId tenant, const GeoQuery *geo,
                    const GeoBox *box)
{
    if (engine == DB_SQLITE)
        db_dynamic_sql(d, " AND e.key IN (SELECT p.entity FROM place_box b JOIN place p"
                          " ON p.id = b.id WHERE b.min_x <= ");
    else
        db_dynamic_sql(d, " AND e.key IN (SELECT b.entity FROM place b WHERE b.min_x <= ");
    db_dynamic_bind(d, V_F64(box->max_x));
    db_dynamic_sql(d, " AND b.max_x >= ");
    db_dynamic_bind(d, V_F64(box->min_x));
    db_dynamic_sql(d, " AND b.min_y <= ");
    db_dynamic_bind(d, V_F64(box->max_y));
    db_dynamic_sql(d, " AND b.max_y >= ");
    db_dynamic_bind(d, V_F64(box->min_y));
    if (engine == DB_SQLITE)
        db_dynamic_sql(d, " AND p.attribute = ");
    else
        db_dynamic_sql(d, " AND b.attribute = ");
    db_dynamic_bind(d, V_TEXT(geo->property));
    if (engine == DB_SQLITE)
        db_dynamic_sql(d, " AND p.tenant = ");
    else
        db_dynamic_sql(d, " AND b.tenant = ");
    db_dynamic_bind(d, V_I64(tenant.v));
    db_dynamic_sql(d, ")");
}

/* Whether the store's conditions are the whole filter, so that it can skip and count. */
static bool is_plain(const EntityFilter *filter)
{
    for (size_t i = 0; filter->types && i < filter->types->count; i++)
        if (filter->types->groups[i].count > 1)
            return false;
    return !filter->id_count && !filter->id_pattern && !filter->attribute_count && !filter->query &&
           !filter->geo && !filter->scopes;
}

/* From FROM on, without an order. One type is walked in the order of keys by its own index. */
static void put_candidates(Cx *cx, DbDynamic *d, const EntityFilter *filter)
{
    TenantId tenant = tenant_of(cx);
    const Selection *types = filter->types;
    GeoBox box;
    bool boxed = filter->geo && geo_query_box(filter->geo, &box);
    if (types && types->count == 1 && !boxed) {
        db_dynamic_sql(d, " FROM entity_type t JOIN entity e ON e.key = t.key"
                          " AND e.tenant = t.tenant WHERE t.tenant = ");
        db_dynamic_bind(d, V_I64(tenant.v));
        db_dynamic_sql(d, " AND t.type = ");
        db_dynamic_bind(d, V_TEXT(types->groups[0].names[0]));
    } else {
        db_dynamic_sql(d, " FROM entity e WHERE e.tenant = ");
        db_dynamic_bind(d, V_I64(tenant.v));
        if (types && types->count)
            put_types(d, tenant, types);
        if (boxed)
            put_box(d, db_engine(cx->db), tenant, filter->geo, &box);
    }
    db_dynamic_sql(d, " AND (e.expires_us IS NULL OR e.expires_us > ");
    db_dynamic_bind(d, V_I64(cx_now_us(cx)));
    db_dynamic_sql(d, ")");
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

static bool by_type_index(const EntityFilter *filter)
{
    GeoBox box;
    return filter->types && filter->types->count == 1 &&
           !(filter->geo && geo_query_box(filter->geo, &box));
}

static Err search_store(Search *s)
{
    DbDynamic *d = db_dynamic(s->cx);
    DbRows rows;
    bool plain = is_plain(s->filter) && !s->page.row_budget;
    db_dynamic_sql(d, "SELECT " ENTITY_COLUMNS);
    put_candidates(s->cx, d, s->filter);
    if (by_type_index(s->filter))
        db_dynamic_sql(d, " ORDER BY t.key");
    else
        db_dynamic_sql(d, " ORDER BY e.key");
    if (plain) {
        db_dynamic_sql(d, " LIMIT ");
        db_dynamic_bind(d, V_I64((int64_t)s->page.limit + 1));
        db_dynamic_sql(d, " OFFSET ");
        db_dynamic_bind(d, V_I64((int64_t)s->page.offset));
        s->found = s->page.offset;
    }
    TRY(db_start_dynamic(s->cx, d, &rows));
    Err err = walk(s, &rows);
    db_end(&rows);
    return err;
}

static Err count_store(Search *s, uint64_t *ret)
{
    DbDynamic *d = db_dynamic(s->cx);
    DbRows rows;
    bool row = false;
    db_dynamic_sql(d, "SELECT COUNT(*)");
    put_candidates(s->cx, d, s->filter);
    TRY(db_start_dynamic(s->cx, d, &rows));
    Err err = db_next(s->cx, &rows, &row);
    if (err == OK && row)
        *ret = (uint64_t)db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

static Err search(Search *s, EntityResult *ret)
{
    uint64_t total = 0;
    bool plain = is_plain(s->filter) && !s->page.row_budget;
    if (s->filter->id_count > ENTITY_QUERY_IDS_MAX)
        return fail(s->cx, ERR_LIMIT, "query.complex", "more than %d ids", ENTITY_QUERY_IDS_MAX);
    if (s->filter->id_count)
        TRY(search_ids(s));
    else
        TRY(search_store(s));
    if (s->page.want_count && plain)
        TRY(count_store(s, &total));
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

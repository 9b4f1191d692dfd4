#include "systems/history_query.h"

#include "base/str.h"

#include <stdlib.h>

static TenantId tenant_of(const Cx *cx)
{
    return cx->actor ? cx->actor->tenant : TENANT_DEFAULT;
}

static int64_t row_time(const HistoryRow *row, HistoryTime time)
{
    return time >= HISTORY_CREATED_AT ? row->received_us : row->at_us;
}

static bool is_listed(const Str *list, size_t count, Str one)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i], one))
            return true;
    return count == 0;
}

/* Sub-attributes are told within their attribute's instances. */
static bool is_wanted(const TemporalSpec *spec, const HistorySeries *series)
{
    return series->sub.n == 0 &&
           is_listed(spec->attributes, spec->attribute_count, series->attribute) &&
           !(spec->omitted_count &&
             is_listed(spec->omitted, spec->omitted_count, series->attribute)) &&
           is_listed(spec->datasets, spec->dataset_count,
                     series->dataset.n ? series->dataset : S("@none"));
}

static void row_keep(Cx *cx, HistoryRow *row)
{
    row->raw = row->raw.p ? arena_copy(cx->arena, row->raw) : row->raw;
    row->more = row->more.p ? arena_copy(cx->arena, row->more) : row->more;
    row->unit = row->unit.n ? arena_copy(cx->arena, row->unit) : S("");
}

static void rows_reverse(HistoryRow *rows, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        HistoryRow swap = rows[i];
        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = swap;
    }
}

static Err collect_rows(Cx *cx, HistoryCursor *cursor, TemporalAttribute *to)
{
    size_t cap = 0;
    for (bool more;;) {
        HistoryRow row;
        TRY(history_next(cx, cursor, &row, &more));
        if (!more)
            return OK;
        if (to->count == cap) {
            size_t grown = cap ? cap * 2 : 16;
            HistoryRow *rows = arena_array(cx->arena, HistoryRow, grown);
            if (to->count)
                memcpy(rows, to->rows, to->count * sizeof *rows);
            to->rows = rows;
            cap = grown;
        }
        row_keep(cx, &row);
        to->rows[to->count++] = row;
    }
}

static size_t page_of(const TemporalSpec *spec)
{
    return spec->page ? spec->page : TEMPORAL_PAGE_DEFAULT;
}

/* At most one row more than fits into the answer. */
static Err read_rows(Cx *cx, const TemporalSpec *spec, TemporalAttribute *to)
{
    HistoryCursor cursor;
    size_t limit = page_of(spec) + 1;
    if (spec->last_n)
        limit = MIN(limit, spec->last_n);
    TRY(history_start(cx, &to->series, spec->window, spec->last_n > 0, limit, &cursor));
    Err err = collect_rows(cx, &cursor, to);
    history_end(&cursor);
    if (spec->last_n)
        rows_reverse(to->rows, to->count);
    return err;
}

static Err read_periods(Cx *cx, const TemporalSpec *spec, TemporalAttribute *to)
{
    AggregateSpec aggregate = {.methods = spec->methods,
                               .period = spec->period,
                               .from_us = spec->window.from_us,
                               .to_us = spec->window.to_us,
                               .now_us = cx_now_us(cx)};
    return history_aggregate(cx, &to->series, spec->window.time, &aggregate, &to->periods,
                             &to->period_count);
}

static Err read_series(Cx *cx, const TemporalSpec *spec, const HistorySeries *series,
                       TemporalAttribute *ret)
{
    TemporalAttribute attribute = {.series = *series};
    if (spec->format == TEMPORAL_AGGREGATED)
        TRY(read_periods(cx, spec, &attribute));
    else
        TRY(read_rows(cx, spec, &attribute));
    *ret = attribute;
    return OK;
}

/* Appends the series of one life that have something to tell; ret_any becomes true where one of
 * them was asked for. */
static Err read_life(Cx *cx, EntityKey key, const TemporalSpec *spec, TemporalEntity *entity,
                     bool *ret_any)
{
    HistorySeries *series;
    size_t count;
    TRY(history_series_list(cx, tenant_of(cx), entity->id, key, &series, &count));
    TemporalAttribute *all = arena_array(cx->arena, TemporalAttribute, entity->count + count);
    if (entity->count)
        memcpy(all, entity->attributes, entity->count * sizeof *all);
    entity->attributes = all;
    for (size_t i = 0; i < count; i++) {
        TemporalAttribute *to = &all[entity->count];
        if (!is_wanted(spec, &series[i]))
            continue;
        *ret_any = true;
        TRY(read_series(cx, spec, &series[i], to));
        entity->count += to->count || to->period_count;
    }
    return OK;
}

static int compare_names(const void *a, const void *b)
{
    const TemporalAttribute *left = a, *right = b;
    int order = str_cmp(left->series.attribute, right->series.attribute);
    if (!order)
        order = str_cmp(left->series.dataset, right->series.dataset);
    if (order)
        return order;
    return (left->series.number > right->series.number) -
           (left->series.number < right->series.number);
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Keeps the rows from one instant on, or those before it. */
static void cut_rows(TemporalAttribute *a, HistoryTime time, int64_t at_us, bool keep_newer)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->count; i++)
        if ((row_time(&a->rows[i], time) >= at_us) == keep_newer)
            a->rows[kept++] = a->rows[i];
    a->count = kept;
}

typedef struct AttributeWalk {
    TemporalResult *result;
    size_t entity, attribute;
} AttributeWalk;

static TemporalAttribute *walk_next(AttributeWalk *walk)
{
    while (walk->entity < walk->result->count) {
        TemporalEntity *entity = &walk->result->entities[walk->entity];
        if (walk->attribute < entity->count)
            return &entity->attributes[walk->attribute++];
        walk->entity++;
        walk->attribute = 0;
    }
    return NULL;
}

static int64_t *all_times(Cx *cx, TemporalResult *result, HistoryTime time, size_t *ret_count)
{
    size_t count = 0;
    AttributeWalk sizes = {.result = result}, walk = {.result = result};
    for (TemporalAttribute *a; (a = walk_next(&sizes));)
        count += a->count;
    int64_t *times = arena_array(cx->arena, int64_t, count);
    count = 0;
    for (TemporalAttribute *a; (a = walk_next(&walk));)
        for (size_t i = 0; i < a->count; i++)
            times[count++] = row_time(&a->rows[i], time);
    if (count)
        qsort(times, count, sizeof *times, compare_times);
    *ret_count = count;
    return times;
}

/* The instant at which a page of sorted times ends, and from which on the rest begins. Instances
 * of one instant are not torn apart; where they alone are more than a page, all of them come. */
static int64_t cut_at(const int64_t *times, size_t count, size_t page, bool backwards)
{
    if (!backwards) {
        size_t i = page;
        while (i < count && times[i] == times[0])
            i++;
        return i < count ? times[i] : INT64_MAX;
    }
    size_t i = count - page;
    while (i < count && times[i] == times[i - 1])
        i++;
    return i < count ? times[i] : times[count - 1];
}

/* Brings an answer down to a page. */
static void cut_page(Cx *cx, const TemporalSpec *spec, TemporalResult *result)
{
    size_t count, page = page_of(spec);
    HistoryTime time = spec->window.time;
    int64_t *times = all_times(cx, result, time, &count);
    result->any = count > 0;
    if (!count)
        return;
    result->first_us = times[0];
    result->last_us = times[count - 1];
    if (count <= page)
        return;
    bool backwards = spec->last_n > 0;
    int64_t at_us = cut_at(times, count, page, backwards);
    result->cut = backwards ? at_us > times[0] : at_us <= times[count - 1];
    if (!result->cut)
        return;
    AttributeWalk walk = {.result = result};
    for (TemporalAttribute *a; (a = walk_next(&walk));)
        cut_rows(a, time, at_us, backwards);
    times = all_times(cx, result, time, &count);
    result->first_us = times[0];
    result->last_us = times[count - 1];
}

static void entity_finish(TemporalEntity *entity)
{
    if (entity->count)
        qsort(entity->attributes, entity->count, sizeof *entity->attributes, compare_names);
}

Err history_read_entity(Cx *cx, Str id, const TemporalSpec *spec, TemporalResult *ret)
{
    HistoryLife *lives;
    size_t life_count;
    Entity now;
    bool found = false;
    TemporalEntity *entity = arena_new(cx->arena, TemporalEntity);
    entity->id = id;
    TRY(history_lives(cx, tenant_of(cx), id, &lives, &life_count));
    TRY(entity_find(cx, id, &now, &found));
    if (!found && !life_count)
        return fail(cx, ERR_NOT_FOUND, "entity.unknown", "there is and was no entity %.*s",
                    SARG(id));
    bool any = false;
    for (size_t i = 0; i < life_count; i++)
        TRY(read_life(cx, lives[i].key, spec, entity, &any));
    if (found)
        TRY(read_life(cx, now.key, spec, entity, &any));
    if (!any)
        return fail(cx, ERR_NOT_FOUND, "history.unknown",
                    "%.*s has no history of what was asked for", SARG(id));
    entity->types = found ? now.types : lives[life_count - 1].types;
    entity->type_count = found ? now.type_count : lives[life_count - 1].type_count;
    entity_finish(entity);
    TemporalResult result = {.entities = entity, .count = 1};
    cut_page(cx, spec, &result);
    *ret = result;
    return OK;
}

/* ---- Queries: the instances of the window as an entity, for the evaluator ---- */

static void put_member(Buf *buf, Str name, Str text)
{
    buf_char(buf, ',');
    buf_json_string(buf, name);
    buf_char(buf, ':');
    buf_json_string(buf, text);
}

static void put_stored(Buf *buf, const TemporalAttribute *a, const HistoryRow *row)
{
    buf_put(buf, S("{\"type\":"));
    buf_json_string(buf, history_kind_name(row->kind));
    buf_char(buf, ',');
    buf_json_string(buf, history_kind_member(row->kind));
    buf_char(buf, ':');
    history_put_value(buf, row);
    if (row->flags & HISTORY_OBSERVED) {
        buf_put(buf, S(",\"observedAt\":\""));
        buf_time(buf, row->at_us);
        buf_char(buf, '"');
    }
    if (row->unit.n)
        put_member(buf, S("unitCode"), row->unit);
    if (a->series.dataset.n)
        put_member(buf, S("datasetId"), a->series.dataset);
    if (row->more.n > 2) {
        buf_char(buf, ',');
        buf_put(buf, str_slice(row->more, 1, row->more.n - 1));
    }
    buf_char(buf, '}');
}

static void put_stored_attribute(Buf *buf, const TemporalEntity *entity, size_t from, size_t to)
{
    bool first = true;
    buf_json_string(buf, entity->attributes[from].series.attribute);
    buf_put(buf, S(":["));
    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < entity->attributes[i].count; k++) {
            if (entity->attributes[i].rows[k].flags & HISTORY_DELETED)
                continue;
            if (!first)
                buf_char(buf, ',');
            first = false;
            put_stored(buf, &entity->attributes[i], &entity->attributes[i].rows[k]);
        }
    buf_char(buf, ']');
}

/* The series of one attribute stand together: where those of the next one begin. */
static size_t next_attribute(const TemporalEntity *entity, size_t at)
{
    size_t next = at + 1;
    while (next < entity->count && str_eq(entity->attributes[next].series.attribute,
                                          entity->attributes[at].series.attribute))
        next++;
    return next;
}

static Err windowed_entity(Cx *cx, const Entity *now, const TemporalEntity *temporal, Entity *ret)
{
    Buf buf = buf_new(cx->arena, (size_t)1 << 28);
    buf_char(&buf, '{');
    for (size_t i = 0; i < temporal->count;) {
        size_t next = next_attribute(temporal, i);
        if (i)
            buf_char(&buf, ',');
        put_stored_attribute(&buf, temporal, i, next);
        i = next;
    }
    buf_char(&buf, '}');
    if (buf.overflow)
        return fail(cx, ERR_LIMIT, "query.budget", "the window holds too much; make it shorter");
    *ret = *now;
    return json_parse(cx, buf_str(&buf), &ret->doc);
}

/* A query on its way. */
typedef struct Search {
    Cx *cx;
    const TemporalSpec *spec;
    EntityFilter late; /* what is evaluated on instances */
    GeoMatcher *matcher;
    QueryRun run;
    EntityPage page;
    uint64_t found;
    TemporalResult result;
} Search;

static Err window_matches(Search *s, const Entity *now, bool *ret)
{
    /* All attributes, as rows: the query may look at others than those that are shown. */
    TemporalSpec all = *s->spec;
    all.attribute_count = 0;
    all.omitted_count = 0;
    all.dataset_count = 0;
    all.last_n = 0;
    all.page = TEMPORAL_LAST_MAX;
    all.format = TEMPORAL_NORMALIZED;
    Entity windowed;
    TemporalEntity temporal = {.id = now->id};
    bool any = false;
    ArenaMark mark = arena_mark(s->cx->arena);
    TRY(read_life(s->cx, now->key, &all, &temporal, &any));
    entity_finish(&temporal);
    TRY(windowed_entity(s->cx, now, &temporal, &windowed));
    *ret = entity_filter_matches(s->cx, &s->late, s->matcher, &windowed, &s->run);
    arena_rewind(s->cx->arena, mark);
    if (s->run.steps < 0)
        return fail(s->cx, ERR_LIMIT, "query.budget", "the query took too long; narrow it");
    return OK;
}

static Err take_entity(Search *s, const Entity *now)
{
    bool matches = true;
    if (s->late.query || s->late.geo)
        TRY(window_matches(s, now, &matches));
    if (!matches)
        return OK;
    TemporalEntity temporal = {.id = now->id, .types = now->types, .type_count = now->type_count};
    bool any = false;
    TRY(read_life(s->cx, now->key, s->spec, &temporal, &any));
    if (!temporal.count)
        return OK;
    uint64_t at = s->found++;
    if (at < s->page.offset)
        return OK;
    if (s->result.count == s->page.limit) {
        s->result.more_entities = true;
        return OK;
    }
    entity_finish(&temporal);
    s->result.entities[s->result.count++] = temporal;
    return OK;
}

/* Candidates come in batches; whether an entity counts is known only after its rows were seen. */
static Err search(Search *s, const EntityFilter *early)
{
    enum { BATCH = 100 };
    s->result.entities = arena_array(s->cx->arena, TemporalEntity, s->page.limit);
    for (size_t offset = 0;; offset += BATCH) {
        EntityResult candidates;
        TRY(entity_query(s->cx, early, (EntityPage){.limit = BATCH, .offset = offset},
                         &candidates));
        for (size_t i = 0; i < candidates.count; i++) {
            if (s->result.more_entities && !s->page.want_count)
                return OK;
            TRY(take_entity(s, &candidates.entities[i]));
        }
        if (!candidates.more)
            return OK;
    }
}

static bool find_linked(void *user, Str id, Entity *ret)
{
    bool found = false;
    return entity_find(user, id, ret, &found) == OK && found;
}

Err history_query(Cx *cx, const EntityFilter *filter, EntityPage page, const TemporalSpec *spec,
                  TemporalResult *ret)
{
    EntityFilter early = *filter;
    early.query = NULL;
    early.geo = NULL;
    Search s = {
        .cx = cx,
        .spec = spec,
        .late = {.query = filter->query, .geo = filter->geo},
        .matcher = filter->geo ? geo_matcher_open(filter->geo) : NULL,
        .run = {.arena = cx->arena, .steps = QUERY_STEPS_MAX, .find = find_linked, .user = cx},
        .page = page};
    Err err = search(&s, &early);
    geo_matcher_close(s.matcher);
    TRY(err);
    s.result.total = s.found;
    cut_page(cx, spec, &s.result);
    *ret = s.result;
    return OK;
}

#include "systems/history_store.h"

#include "base/str.h"

/* ?1 is always the tenant and ?2 the shard, which SQLite's texts do not use. */
enum {
    NEXT_SEQ,
    INSERT_OBS,
    INSERT_SERIES,
    DELETE_INSTANCE,
    DELETE_SERIES,
    DELETE_ENTITY,
    INSERT_PAST,
    LAST_PAST,
    MOVE_SERIES,
    LIST_SERIES,
    GET_SERIES,
    LIST_BY_TIME,
    LIST_BY_TIME_BACK,
    LIST_BY_RECEIPT,
    LIST_BY_RECEIPT_BACK,
    LAST_BEFORE,
    LIST_NUMBERS,
    FIRST_AND_LAST,
    LIST_PAST,
    ERASE_OBS,
    ERASE_SERIES,
    ERASE_PAST,
    ERASE_ROW,
    STATEMENT_COUNT
};

#define OBS_COLUMNS "at_us, seq, received_us, what, num, raw, unit, more"
#define OF_SERIES " FROM obs WHERE series = ?3"
#define OF_SERIES_PG " FROM obs WHERE tenant = ?1 AND shard = ?2 AND series = ?3"
#define IN_TIME " AND at_us >= ?4 AND at_us < ?5 AND (what & ?6) = ?6"
#define IN_RECEIPT " AND received_us >= ?4 AND received_us < ?5 AND (what & ?6) = ?6"
#define FORTH " ORDER BY at_us, seq LIMIT ?7"
#define BACK " ORDER BY at_us DESC, seq DESC LIMIT ?7"
#define RECEIPT_FORTH " ORDER BY received_us, at_us, seq LIMIT ?7"
#define RECEIPT_BACK " ORDER BY received_us DESC, at_us DESC, seq DESC LIMIT ?7"

/* Series of an entity; ?4 an attribute or '' for all, ?6 a dataset unless ?5 is 1. */
#define ERASED " entity = ?3 AND (?4 = '' OR attribute = ?4) AND (?5 = 1 OR dataset = ?6)"
#define OF_SHARD " tenant = ?1 AND shard = ?2 AND"

/* A deletion for each series that a WHERE behind it selects; ?4 is the time. */
#define DELETION                                                                                   \
    "INSERT INTO obs(series, at_us, seq, received_us, what) SELECT s.id, ?4,"                      \
    " (SELECT COALESCE(MAX(o.seq) + 1, 0) FROM obs o WHERE o.series = s.id AND o.at_us = ?4),"     \
    " ?4, s.kind | 32 FROM series s WHERE s.entity = ?3"
#define DELETION_PG                                                                                \
    "INSERT INTO obs(tenant, shard, series, at_us, seq, received_us, what)"                        \
    " SELECT s.tenant, s.shard, s.id, ?4, (SELECT COALESCE(MAX(o.seq) + 1, 0) FROM obs o"          \
    " WHERE o.tenant = s.tenant AND o.shard = s.shard AND o.series = s.id AND o.at_us = ?4),"      \
    " ?4, s.kind | 32 FROM series s WHERE s.tenant = ?1 AND s.shard = ?2 AND s.entity = ?3"

static const Statement Q[STATEMENT_COUNT] = {
    /* Reading first and inserting plain values: an INSERT that selects from its own table would
     * go through a temporary one. */
    [NEXT_SEQ] = SQL2("SELECT s.id, s.unit, (SELECT MAX(o.seq) + 1 FROM obs o"
                      " WHERE o.series = s.id AND o.at_us = ?7) FROM series s"
                      " WHERE s.entity = ?3 AND s.attribute = ?4 AND s.sub = ?5 AND s.dataset = ?6",
                      "SELECT s.id, s.unit, (SELECT MAX(o.seq) + 1 FROM obs o WHERE o.tenant = ?1"
                      " AND o.shard = ?2 AND o.series = s.id AND o.at_us = ?7) FROM series s"
                      " WHERE s.tenant = ?1 AND s.shard = ?2 AND s.entity = ?3 AND s.attribute = ?4"
                      " AND s.sub = ?5 AND s.dataset = ?6"),
    [INSERT_OBS] =
        SQL2("INSERT INTO obs(series, at_us, seq, received_us, what, num, raw, unit, more)"
             " VALUES(?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
             "INSERT INTO obs(tenant, shard, series, at_us, seq, received_us, what, num, raw, unit,"
             " more) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
    [INSERT_SERIES] =
        SQL2("INSERT INTO series(tenant, entity, attribute, sub, dataset, kind, unit)"
             " VALUES(?1, ?3, ?4, ?5, ?6, ?7, ?8)",
             "INSERT INTO series(tenant, shard, entity, attribute, sub, dataset, kind, unit)"
             " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id"),
    [DELETE_INSTANCE] = SQL2(DELETION " AND s.attribute = ?5 AND s.dataset = ?6",
                             DELETION_PG " AND s.attribute = ?5 AND s.dataset = ?6"),
    [DELETE_SERIES] = SQL2(DELETION " AND s.attribute = ?5 AND s.dataset = ?6 AND s.sub = ?7",
                           DELETION_PG " AND s.attribute = ?5 AND s.dataset = ?6 AND s.sub = ?7"),
    [DELETE_ENTITY] = SQL2(DELETION, DELETION_PG),
    [INSERT_PAST] = SQL2("INSERT INTO entity_past(tenant, id, types, created_us, deleted_us)"
                         " VALUES(?1, ?3, ?4, ?5, ?6)",
                         "INSERT INTO entity_past(tenant, shard, id, types, created_us, deleted_us)"
                         " VALUES(?1, ?2, ?3, ?4, ?5, ?6)"),
    [LAST_PAST] = SQL2("SELECT MAX(key) FROM entity_past WHERE tenant = ?1 AND id = ?3",
                       "SELECT MAX(key) FROM entity_past WHERE tenant = ?1 AND shard = ?2"
                       " AND id = ?3"),
    [MOVE_SERIES] = SQL2("UPDATE series SET entity = ?4 WHERE entity = ?3",
                         "UPDATE series SET entity = ?4 WHERE tenant = ?1 AND shard = ?2"
                         " AND entity = ?3"),
    [LIST_SERIES] =
        SQL2("SELECT id, attribute, sub, dataset, kind, unit FROM series"
             " WHERE entity = ?3 ORDER BY attribute, sub, dataset LIMIT 10001",
             "SELECT id, attribute, sub, dataset, kind, unit FROM series WHERE tenant = ?1"
             " AND shard = ?2 AND entity = ?3 ORDER BY attribute, sub, dataset LIMIT 10001"),
    [GET_SERIES] = SQL2("SELECT id, attribute, sub, dataset, kind, unit FROM series"
                        " WHERE entity = ?3 AND attribute = ?4 AND sub = ?5 AND dataset = ?6",
                        "SELECT id, attribute, sub, dataset, kind, unit FROM series"
                        " WHERE tenant = ?1 AND shard = ?2 AND entity = ?3 AND attribute = ?4"
                        " AND sub = ?5 AND dataset = ?6"),
    [LIST_BY_TIME] = SQL2("SELECT " OBS_COLUMNS OF_SERIES IN_TIME FORTH,
                          "SELECT " OBS_COLUMNS OF_SERIES_PG IN_TIME FORTH),
    [LIST_BY_TIME_BACK] = SQL2("SELECT " OBS_COLUMNS OF_SERIES IN_TIME BACK,
                               "SELECT " OBS_COLUMNS OF_SERIES_PG IN_TIME BACK),
    [LIST_BY_RECEIPT] = SQL2("SELECT " OBS_COLUMNS OF_SERIES IN_RECEIPT RECEIPT_FORTH,
                             "SELECT " OBS_COLUMNS OF_SERIES_PG IN_RECEIPT RECEIPT_FORTH),
    [LIST_BY_RECEIPT_BACK] = SQL2("SELECT " OBS_COLUMNS OF_SERIES IN_RECEIPT RECEIPT_BACK,
                                  "SELECT " OBS_COLUMNS OF_SERIES_PG IN_RECEIPT RECEIPT_BACK),
    [LAST_BEFORE] = SQL2(
        "SELECT " OBS_COLUMNS OF_SERIES " AND at_us < ?4 ORDER BY at_us DESC, seq DESC LIMIT 1",
        "SELECT " OBS_COLUMNS OF_SERIES_PG " AND at_us < ?4 ORDER BY at_us DESC, seq DESC LIMIT 1"),
    [LIST_NUMBERS] = SQL2("SELECT at_us, what, num" OF_SERIES
                          " AND at_us >= ?4 AND at_us < ?5 ORDER BY at_us, seq",
                          "SELECT at_us, what, num" OF_SERIES_PG
                          " AND at_us >= ?4 AND at_us < ?5 ORDER BY at_us, seq"),
    [FIRST_AND_LAST] =
        SQL2("SELECT (SELECT MIN(at_us)" OF_SERIES " AND at_us >= ?4 AND at_us < ?5),"
             " (SELECT MAX(at_us)" OF_SERIES " AND at_us >= ?4 AND at_us < ?5)",
             "SELECT (SELECT MIN(at_us)" OF_SERIES_PG " AND at_us >= ?4 AND at_us < ?5),"
             " (SELECT MAX(at_us)" OF_SERIES_PG " AND at_us >= ?4 AND at_us < ?5)"),
    [LIST_PAST] = SQL2("SELECT key, types, created_us, deleted_us FROM entity_past"
                       " WHERE tenant = ?1 AND id = ?3 ORDER BY key",
                       "SELECT key, types, created_us, deleted_us FROM entity_past"
                       " WHERE tenant = ?1 AND shard = ?2 AND id = ?3 ORDER BY key"),
    [ERASE_OBS] = SQL2("DELETE FROM obs WHERE series IN (SELECT id FROM series WHERE" ERASED ")",
                       "DELETE FROM obs WHERE" OF_SHARD
                       " series IN (SELECT id FROM series WHERE" OF_SHARD ERASED ")"),
    [ERASE_SERIES] = SQL2("DELETE FROM series WHERE" ERASED " RETURNING id",
                          "DELETE FROM series WHERE" OF_SHARD ERASED " RETURNING id"),
    [ERASE_PAST] = SQL2("DELETE FROM entity_past WHERE tenant = ?1 AND id = ?3",
                        "DELETE FROM entity_past WHERE" OF_SHARD " id = ?3"),
    [ERASE_ROW] =
        SQL2("DELETE FROM obs WHERE series = ?3 AND at_us = ?4 AND seq = ?5 RETURNING at_us",
             "DELETE FROM obs WHERE" OF_SHARD " series = ?3 AND at_us = ?4 AND seq = ?5"
             " RETURNING at_us"),
};
const StatementTable HISTORY_STATEMENTS = {"history", Q, STATEMENT_COUNT};

_Static_assert(HISTORY_DELETED == 32, "the deletions' SQL says 32");
_Static_assert(HISTORY_SERIES_MAX == 10000, "LIST_SERIES asks for one more");

static DbValue text(Str s)
{
    return V_TEXT(s.p ? s : S(""));
}

/* Where the next row of a series goes. */
typedef struct SeriesEnd {
    int64_t series, seq;
    bool known, same_unit;
} SeriesEnd;

static Err find_end(Cx *cx, const HistorySeriesName *name, int64_t shard, const ObsInsert *obs,
                    SeriesEnd *ret)
{
    DbRows rows;
    TRY(db_start(cx, &Q[NEXT_SEQ],
                 DB_ARGS(V_I64(name->tenant.v), V_I64(shard), V_I64(name->key.v),
                         text(name->attribute), text(name->sub), text(name->dataset),
                         V_I64(obs->at_us)),
                 &rows));
    bool row = false;
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = (SeriesEnd){.known = row};
    if (err == OK && row)
        *ret = (SeriesEnd){.series = db_i64(&rows, 0),
                           .seq = db_i64(&rows, 2), /* 0 for NULL: no row of that time */
                           .known = true,
                           .same_unit = str_eq(db_text(&rows, 1), obs->unit)};
    db_end(&rows);
    return err;
}

static Err add_series(Cx *cx, const HistorySeriesName *name, int64_t shard, const ObsInsert *obs,
                      SeriesEnd *ret)
{
    SeriesEnd end = {.same_unit = true};
    TRY(db_insert(cx, &Q[INSERT_SERIES],
                  DB_ARGS(V_I64(name->tenant.v), V_I64(shard), V_I64(name->key.v),
                          text(name->attribute), text(name->sub), text(name->dataset),
                          V_I64(obs->what & 15), text(obs->unit)),
                  &end.series, &end.known));
    *ret = end;
    return OK;
}

static Err insert_row(Cx *cx, const HistorySeriesName *name, int64_t shard, const SeriesEnd *end,
                      const ObsInsert *obs)
{
    return db_run(cx, &Q[INSERT_OBS],
                  DB_ARGS(V_I64(name->tenant.v), V_I64(shard), V_I64(end->series),
                          V_I64(obs->at_us), V_I64(end->seq), V_I64(obs->received_us),
                          V_I64(obs->what), obs->has_num ? V_F64(obs->num) : V_NULL,
                          v_text_or_null(obs->raw), end->same_unit ? V_NULL : text(obs->unit),
                          v_text_or_null(obs->more)));
}

/* The end of a series, which is made where it is new. */
static Err need_end(Cx *cx, const HistorySeriesName *name, int64_t shard, const ObsInsert *obs,
                    SeriesEnd *ret)
{
    TRY(find_end(cx, name, shard, obs, ret));
    if (!ret->known)
        TRY(add_series(cx, name, shard, obs, ret));
    if (!ret->known)
        return fail(cx, ERR_INTERNAL, "history.series", "a new series of %.*s is not there",
                    SARG(name->attribute));
    return OK;
}

Err obs_insert(Cx *cx, const HistorySeriesName *name, const ObsInsert *obs)
{
    int64_t shard = entity_shard(name->tenant, name->id);
    SeriesEnd end;
    TRY(need_end(cx, name, shard, obs, &end));
    return insert_row(cx, name, shard, &end, obs);
}

Err obs_target(Cx *cx, const HistorySeriesName *name, const ObsInsert *obs, int64_t from_us,
               int64_t to_us, ObsTarget *ret)
{
    SeriesEnd end;
    int64_t first_us, last_us;
    bool found = false;
    ObsTarget target = {.shard = entity_shard(name->tenant, name->id)};
    TRY(need_end(cx, name, target.shard, obs, &end));
    HistorySeries series = {.number = end.series, .tenant = name->tenant, .shard = target.shard};
    TRY(obs_range(cx, &series, from_us, to_us < INT64_MAX ? to_us + 1 : to_us, &first_us, &last_us,
                  &found));
    target.series = end.series;
    target.same_unit = end.same_unit;
    target.empty = !found;
    *ret = target;
    return OK;
}

Err obs_insert_at(Cx *cx, const HistorySeriesName *name, const ObsTarget *target,
                  const ObsInsert *obs)
{
    SeriesEnd end = {
        .series = target->series, .seq = 0, .known = true, .same_unit = target->same_unit};
    return insert_row(cx, name, target->shard, &end, obs);
}

Err obs_delete_instance(Cx *cx, const HistorySeriesName *name, int64_t at_us)
{
    return db_run(cx, &Q[DELETE_INSTANCE],
                  DB_ARGS(V_I64(name->tenant.v), V_I64(entity_shard(name->tenant, name->id)),
                          V_I64(name->key.v), V_I64(at_us), text(name->attribute),
                          text(name->dataset)));
}

Err obs_delete_series(Cx *cx, const HistorySeriesName *name, int64_t at_us)
{
    return db_run(cx, &Q[DELETE_SERIES],
                  DB_ARGS(V_I64(name->tenant.v), V_I64(entity_shard(name->tenant, name->id)),
                          V_I64(name->key.v), V_I64(at_us), text(name->attribute),
                          text(name->dataset), text(name->sub)));
}

static Err last_past(Cx *cx, TenantId tenant, int64_t shard, Str id, int64_t *ret_key)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &Q[LAST_PAST], DB_ARGS(V_I64(tenant.v), V_I64(shard), V_TEXT(id)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret_key = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err obs_delete_entity(Cx *cx, const Entity *entity, int64_t at_us)
{
    int64_t shard = entity_shard(entity->tenant, entity->id), past = 0;
    DbValue tenant = V_I64(entity->tenant.v), key = V_I64(entity->key.v);
    TRY(db_run(cx, &Q[DELETE_ENTITY], DB_ARGS(tenant, V_I64(shard), key, V_I64(at_us))));
    Buf types = buf_new(cx->arena, 1 << 20);
    for (size_t i = 0; i < entity->type_count; i++) {
        if (i)
            buf_char(&types, '\n');
        buf_put(&types, entity->types[i]);
    }
    TRY(db_run(cx, &Q[INSERT_PAST],
               DB_ARGS(tenant, V_I64(shard), V_TEXT(entity->id), text(buf_str(&types)),
                       V_I64(entity->created_us), V_I64(at_us))));
    TRY(last_past(cx, entity->tenant, shard, entity->id, &past));
    return db_run(cx, &Q[MOVE_SERIES], DB_ARGS(tenant, V_I64(shard), key, V_I64(-past)));
}

Err series_start(Cx *cx, TenantId tenant, Str id, EntityKey key, DbRows *ret)
{
    return db_start(cx, &Q[LIST_SERIES],
                    DB_ARGS(V_I64(tenant.v), V_I64(entity_shard(tenant, id)), V_I64(key.v)), ret);
}

Err series_start_one(Cx *cx, const HistorySeriesName *name, DbRows *ret)
{
    return db_start(cx, &Q[GET_SERIES],
                    DB_ARGS(V_I64(name->tenant.v), V_I64(entity_shard(name->tenant, name->id)),
                            V_I64(name->key.v), text(name->attribute), text(name->sub),
                            text(name->dataset)),
                    ret);
}

void series_read(Cx *cx, const DbRows *rows, TenantId tenant, int64_t shard, HistorySeries *ret)
{
    *ret = (HistorySeries){
        .number = db_i64(rows, 0),
        .tenant = tenant,
        .shard = shard,
        .attribute = arena_copy(cx->arena, db_text(rows, 1)),
        .sub = arena_copy(cx->arena, db_text(rows, 2)),
        .dataset = arena_copy(cx->arena, db_text(rows, 3)),
        .kind = (HistoryKind)db_i64(rows, 4),
        .unit = arena_copy(cx->arena, db_text(rows, 5)),
    };
}

Err obs_start(Cx *cx, const HistorySeries *series, HistoryWindow window, bool newest_first,
              int64_t limit, DbRows *ret)
{
    bool by_receipt = window.time >= HISTORY_CREATED_AT;
    int statement = by_receipt ? LIST_BY_RECEIPT : LIST_BY_TIME;
    int64_t mask = window.time == HISTORY_OBSERVED_AT  ? HISTORY_OBSERVED
                   : window.time == HISTORY_DELETED_AT ? HISTORY_DELETED
                                                       : 0;
    return db_start(cx, &Q[statement + newest_first],
                    DB_ARGS(V_I64(series->tenant.v), V_I64(series->shard), V_I64(series->number),
                            V_I64(window.from_us), V_I64(window.to_us), V_I64(mask),
                            V_I64(limit ? limit : INT64_MAX)),
                    ret);
}

Err obs_start_before(Cx *cx, const HistorySeries *series, int64_t at_us, DbRows *ret)
{
    return db_start(
        cx, &Q[LAST_BEFORE],
        DB_ARGS(V_I64(series->tenant.v), V_I64(series->shard), V_I64(series->number), V_I64(at_us)),
        ret);
}

void obs_read(const DbRows *rows, const HistorySeries *series, HistoryRow *ret)
{
    int64_t what = db_i64(rows, 3);
    *ret = (HistoryRow){
        .at_us = db_i64(rows, 0),
        .seq = db_i64(rows, 1),
        .received_us = db_i64(rows, 2),
        .kind = (HistoryKind)(what & 15),
        .flags = (uint32_t)(what & ~INT64_C(15)),
        .has_num = !db_is_null(rows, 4),
        .raw = db_text(rows, 5),
        .unit = db_is_null(rows, 6) ? series->unit : db_text(rows, 6),
        .more = db_text(rows, 7),
    };
    if (ret->has_num)
        ret->num = db_f64(rows, 4);
}

Err obs_start_numbers(Cx *cx, const HistorySeries *series, int64_t from_us, int64_t to_us,
                      DbRows *ret)
{
    return db_start(cx, &Q[LIST_NUMBERS],
                    DB_ARGS(V_I64(series->tenant.v), V_I64(series->shard), V_I64(series->number),
                            V_I64(from_us), V_I64(to_us)),
                    ret);
}

Err obs_range(Cx *cx, const HistorySeries *series, int64_t from_us, int64_t to_us,
              int64_t *ret_first_us, int64_t *ret_last_us, bool *ret_found)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &Q[FIRST_AND_LAST],
                 DB_ARGS(V_I64(series->tenant.v), V_I64(series->shard), V_I64(series->number),
                         V_I64(from_us), V_I64(to_us)),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row && !db_is_null(&rows, 0);
        if (*ret_found) {
            *ret_first_us = db_i64(&rows, 0);
            *ret_last_us = db_i64(&rows, 1);
        }
    }
    db_end(&rows);
    return err;
}

Err past_start(Cx *cx, TenantId tenant, Str id, DbRows *ret)
{
    return db_start(cx, &Q[LIST_PAST],
                    DB_ARGS(V_I64(tenant.v), V_I64(entity_shard(tenant, id)), V_TEXT(id)), ret);
}

/* Whether a statement gave at least one row. */
static Err any_row(Cx *cx, DbRows *rows, bool *ret)
{
    bool any = false, row = true;
    Err err = OK;
    while (err == OK && row) {
        err = db_next(cx, rows, &row);
        any = any || (err == OK && row);
    }
    db_end(rows);
    if (err == OK)
        *ret = any;
    return err;
}

Err series_erase(Cx *cx, const HistorySeriesName *name, bool all_datasets, bool *ret_any)
{
    DbRows rows;
    DbValue tenant = V_I64(name->tenant.v), shard = V_I64(entity_shard(name->tenant, name->id));
    TRY(db_run(cx, &Q[ERASE_OBS],
               DB_ARGS(tenant, shard, V_I64(name->key.v), text(name->attribute),
                       V_I64(all_datasets), text(name->dataset))));
    TRY(db_start(cx, &Q[ERASE_SERIES],
                 DB_ARGS(tenant, shard, V_I64(name->key.v), text(name->attribute),
                         V_I64(all_datasets), text(name->dataset)),
                 &rows));
    return any_row(cx, &rows, ret_any);
}

Err past_erase(Cx *cx, TenantId tenant, Str id)
{
    return db_run(cx, &Q[ERASE_PAST],
                  DB_ARGS(V_I64(tenant.v), V_I64(entity_shard(tenant, id)), V_TEXT(id)));
}

Err obs_erase(Cx *cx, const HistorySeries *series, int64_t at_us, int64_t seq, bool *ret_any)
{
    DbRows rows;
    TRY(db_start(cx, &Q[ERASE_ROW],
                 DB_ARGS(V_I64(series->tenant.v), V_I64(series->shard), V_I64(series->number),
                         V_I64(at_us), V_I64(seq)),
                 &rows));
    return any_row(cx, &rows, ret_any);
}

#include "systems/history.h"

#include "base/str.h"
#include "systems/history_store.h"

static Err collect_series(Cx *cx, DbRows *rows, TenantId tenant, int64_t shard, HistorySeries **ret,
                          size_t *ret_count)
{
    HistorySeries *list = NULL;
    size_t count = 0, cap = 0;
    for (bool row;;) {
        TRY(db_next(cx, rows, &row));
        if (!row)
            break;
        if (count == HISTORY_SERIES_MAX)
            return fail(cx, ERR_LIMIT, "history.series",
                        "the entity has more than %d series; ask for some attributes only",
                        HISTORY_SERIES_MAX);
        if (count == cap) {
            size_t more = cap ? cap * 2 : 16;
            list = arena_grow(cx->arena, list, cap * sizeof *list, more * sizeof *list,
                              _Alignof(HistorySeries));
            cap = more;
        }
        series_read(cx, rows, tenant, shard, &list[count++]);
    }
    *ret = list;
    *ret_count = count;
    return OK;
}

Err history_series_list(Cx *cx, TenantId tenant, Str id, EntityKey key, HistorySeries **ret,
                        size_t *ret_count)
{
    DbRows rows;
    TRY(series_start(cx, tenant, id, key, &rows));
    Err err = collect_series(cx, &rows, tenant, entity_shard(tenant, id), ret, ret_count);
    db_end(&rows);
    return err;
}

Err history_series_get(Cx *cx, const HistorySeriesName *name, HistorySeries *ret)
{
    DbRows rows;
    bool row = false;
    TRY(series_start_one(cx, name, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        series_read(cx, &rows, name->tenant, entity_shard(name->tenant, name->id), ret);
    db_end(&rows);
    if (err == OK && !row)
        return fail(cx, ERR_NOT_FOUND, "history.series", "%.*s has no history of %.*s",
                    SARG(name->id), SARG(name->attribute));
    return err;
}

Err history_start(Cx *cx, const HistorySeries *series, HistoryWindow window, bool newest_first,
                  size_t limit, HistoryCursor *ret)
{
    HistoryCursor cursor = {.series = series};
    TRY(obs_start(cx, series, window, newest_first, (int64_t)MIN(limit, INT64_MAX), &cursor.rows));
    *ret = cursor;
    return OK;
}

Err history_next(Cx *cx, HistoryCursor *cursor, HistoryRow *ret, bool *ret_row)
{
    TRY(db_next(cx, &cursor->rows, ret_row));
    if (*ret_row)
        obs_read(&cursor->rows, cursor->series, ret);
    return OK;
}

void history_end(HistoryCursor *cursor)
{
    db_end(&cursor->rows);
}

static Str keep(Cx *cx, Str s)
{
    return s.p ? arena_copy(cx->arena, s) : s;
}

Err history_before(Cx *cx, const HistorySeries *series, int64_t at_us, HistoryRow *ret,
                   bool *ret_found)
{
    DbRows rows;
    bool row = false;
    TRY(obs_start_before(cx, series, at_us, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row) {
            obs_read(&rows, series, ret);
            ret->raw = keep(cx, ret->raw);
            ret->unit = keep(cx, ret->unit);
            ret->more = keep(cx, ret->more);
        }
    }
    db_end(&rows);
    return err;
}

void history_put_value(Buf *buf, const HistoryRow *row)
{
    if (row->raw.p)
        buf_put(buf, row->raw);
    else if (row->has_num)
        buf_f64(buf, row->num);
    else
        buf_put(buf, S("\"urn:ngsi-ld:null\""));
}

static void life_read(Cx *cx, const DbRows *rows, HistoryLife *ret)
{
    Str list = arena_copy(cx->arena, db_text(rows, 1));
    size_t count = list.n > 0, i = 0;
    for (size_t at = 0; at < list.n; at++)
        count += list.p[at] == '\n';
    Str *types = arena_array(cx->arena, Str, count);
    for (; i < count; i++)
        types[i] = str_cut(&list, '\n');
    *ret = (HistoryLife){.key = {-db_i64(rows, 0)},
                         .types = types,
                         .type_count = count,
                         .created_us = db_i64(rows, 2),
                         .deleted_us = db_i64(rows, 3)};
}

static Err collect_lives(Cx *cx, DbRows *rows, HistoryLife **ret, size_t *ret_count)
{
    HistoryLife *list = NULL;
    size_t count = 0, cap = 0;
    for (bool row;;) {
        TRY(db_next(cx, rows, &row));
        if (!row)
            break;
        if (count == cap) {
            size_t more = cap ? cap * 2 : 4;
            list = arena_grow(cx->arena, list, cap * sizeof *list, more * sizeof *list,
                              _Alignof(HistoryLife));
            cap = more;
        }
        life_read(cx, rows, &list[count++]);
    }
    *ret = list;
    *ret_count = count;
    return OK;
}

Err history_lives(Cx *cx, TenantId tenant, Str id, HistoryLife **ret, size_t *ret_count)
{
    DbRows rows;
    TRY(past_start(cx, tenant, id, &rows));
    Err err = collect_lives(cx, &rows, ret, ret_count);
    db_end(&rows);
    return err;
}

#include "people/seat_store.h"

#include "base/str.h"

enum { PUT, DECIDE, SHOW, LIST, KINDS, COUNT_OTHER_LEADS };

static const Statement STATEMENTS[] = {
    [PUT] = SQL("INSERT INTO seat (tenant, id, message, reason, decided_by, decided_us, shown_us)"
                " VALUES (?1, ?2, ?3, '', 0, 0, ?4) ON CONFLICT (tenant, id)"
                " DO UPDATE SET message = excluded.message, shown_us = excluded.shown_us"),
    [DECIDE] = SQL("UPDATE seat SET reason = ?3, decided_by = ?4, decided_us = ?5"
                   " WHERE tenant = ?1 AND id = ?2"),
    [SHOW] = SQL("UPDATE seat SET shown_us = ?3 WHERE tenant = ?1 AND id = ?2"),
    [LIST] = SQL("SELECT s.id, s.message, s.reason, s.shown_us FROM seat s JOIN relation r"
                 " ON r.tenant = s.tenant AND r.id = s.id"
                 " WHERE s.tenant = ?1 AND r.item = ?2 ORDER BY s.id"),
    [KINDS] = SQL("SELECT DISTINCT g.kind FROM relation r JOIN organisation g"
                  " ON g.tenant = r.tenant AND g.id = r.through"
                  " WHERE r.tenant = ?1 AND r.item = ?2 AND r.state = 'active'"),
    [COUNT_OTHER_LEADS] = SQL("SELECT count(*) FROM relation WHERE tenant = ?1 AND item = ?2"
                              " AND role = 'lead' AND state = 'active' AND until_us = 0"
                              " AND id <> ?3"),
};
const StatementTable SEAT_STATEMENTS = {"seat", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err seat_store_put(Cx *cx, int64_t id, Str message, bool shown)
{
    return db_run(
        cx, &STATEMENTS[PUT],
        DB_ARGS(TENANT(cx), V_I64(id), V_TEXT(message), V_I64(shown ? cx_now_us(cx) : 0)));
}

Err seat_store_decide(Cx *cx, int64_t id, Str reason)
{
    return db_run(cx, &STATEMENTS[DECIDE],
                  DB_ARGS(TENANT(cx), V_I64(id), V_TEXT(reason), V_I64(cx->actor->person.v),
                          V_I64(cx_now_us(cx))));
}

Err seat_store_show(Cx *cx, int64_t id, bool shown)
{
    return db_run(cx, &STATEMENTS[SHOW],
                  DB_ARGS(TENANT(cx), V_I64(id), V_I64(shown ? cx_now_us(cx) : 0)));
}

static Seat *find_seat(Seat *seats, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (seats[i].relation.id == id)
            return &seats[i];
    return NULL;
}

Err seat_store_fill(Cx *cx, ItemId body, Seat *seats, size_t count)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(body.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        Seat *seat = find_seat(seats, count, db_i64(&rows, 0));
        if (!seat)
            continue;
        seat->message = arena_copy(cx->arena, db_text(&rows, 1));
        seat->reason = arena_copy(cx->arena, db_text(&rows, 2));
        seat->shown = db_i64(&rows, 3) != 0;
    }
    db_end(&rows);
    return err;
}

Err seat_store_kinds(Cx *cx, ItemId body, SeatList *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[KINDS], DB_ARGS(TENANT(cx), V_I64(body.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        OrganisationKind kind;
        if (!organisation_kind_parse(db_text(&rows, 0), &kind) || kind >= ORGANISATION_KIND_COUNT_)
            continue;
        ret->kinds[kind] = true;
        ret->kind_count++;
    }
    db_end(&rows);
    return err;
}

Err seat_store_count_other_leads(Cx *cx, ItemId body, int64_t id, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[COUNT_OTHER_LEADS], DB_ARGS(TENANT(cx), V_I64(body.v), V_I64(id)),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

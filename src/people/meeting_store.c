#include "people/meeting_store.h"

#include "base/str.h"

enum {
    PUT,
    GET,
    CLEAR_AGENDA,
    ADD_AGENDA,
    AGENDA,
    ADD_MEMBERS,
    PEOPLE,
    REPLY,
    ATTEND,
    PUT_KEY,
    FIND_KEY
};

static const Statement STATEMENTS[] = {
    [PUT] = SQL("INSERT INTO meeting (tenant, id, start_us, end_us, place, link, guests, minutes,"
                " sequence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
                " ON CONFLICT (tenant, id) DO UPDATE SET start_us = excluded.start_us,"
                " end_us = excluded.end_us, place = excluded.place, link = excluded.link,"
                " guests = excluded.guests, minutes = excluded.minutes,"
                " sequence = excluded.sequence"),
    [GET] = SQL("SELECT start_us, end_us, place, link, guests, minutes, sequence FROM meeting"
                " WHERE tenant = ?1 AND id = ?2"),
    [CLEAR_AGENDA] = SQL("DELETE FROM meeting_agenda WHERE tenant = ?1 AND meeting = ?2"),
    [ADD_AGENDA] = SQL("INSERT INTO meeting_agenda (tenant, meeting, number, title, speaker,"
                       " duration_min) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
    [AGENDA] = SQL("SELECT title, speaker, duration_min FROM meeting_agenda"
                   " WHERE tenant = ?1 AND meeting = ?2 ORDER BY number LIMIT ?3"),
    [ADD_MEMBERS] = SQL("INSERT INTO meeting_person (tenant, meeting, person, reply, attended)"
                        " SELECT DISTINCT tenant, CAST(?2 AS BIGINT), person, '', '' FROM relation"
                        " WHERE tenant = ?1 AND item = ?3 AND state = 'active' AND person <> 0"
                        " ON CONFLICT (tenant, meeting, person) DO NOTHING"),
    [PEOPLE] = SQL("SELECT m.person, coalesce(p.name, ''), m.reply, m.attended"
                   " FROM meeting_person m LEFT JOIN person p ON p.tenant = m.tenant"
                   " AND p.id = m.person WHERE m.tenant = ?1 AND m.meeting = ?2"
                   " ORDER BY p.name, m.person LIMIT ?3"),
    [REPLY] = SQL("UPDATE meeting_person SET reply = ?4"
                  " WHERE tenant = ?1 AND meeting = ?2 AND person = ?3"),
    [ATTEND] = SQL("UPDATE meeting_person SET attended = ?4"
                   " WHERE tenant = ?1 AND meeting = ?2 AND person = ?3"),
    [PUT_KEY] = SQL("INSERT INTO calendar_key (tenant, person, hash, created_us)"
                    " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (tenant, person)"
                    " DO UPDATE SET hash = excluded.hash, created_us = excluded.created_us"),
    [FIND_KEY] = SQL("SELECT person FROM calendar_key WHERE tenant = ?1 AND hash = ?2"),
};
const StatementTable MEETING_STATEMENTS = {"meeting", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err meeting_store_put(Cx *cx, ItemId id, const Meeting *m)
{
    TRY(db_run(cx, &STATEMENTS[PUT],
               DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(m->start_us), V_I64(m->end_us),
                       V_TEXT(m->place), V_TEXT(m->link), V_TEXT(m->guests), V_TEXT(m->minutes),
                       V_I64(m->sequence))));
    TRY(db_run(cx, &STATEMENTS[CLEAR_AGENDA], DB_ARGS(TENANT(cx), V_I64(id.v))));
    for (size_t i = 0; i < m->agenda_count; i++)
        TRY(db_run(cx, &STATEMENTS[ADD_AGENDA],
                   DB_ARGS(TENANT(cx), V_I64(id.v), V_I64((int64_t)i + 1),
                           V_TEXT(m->agenda[i].title), V_TEXT(m->agenda[i].speaker),
                           V_I64(m->agenda[i].duration_min))));
    return OK;
}

static Err read_agenda(Cx *cx, ItemId id, Meeting *ret)
{
    DbRows rows;
    bool row = false;
    ret->agenda = arena_array(cx->arena, MeetingAgenda, MEETING_AGENDA_MAX);
    TRY(db_start(cx, &STATEMENTS[AGENDA],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(MEETING_AGENDA_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        ret->agenda[ret->agenda_count++] =
            (MeetingAgenda){.title = arena_copy(cx->arena, db_text(&rows, 0)),
                            .speaker = arena_copy(cx->arena, db_text(&rows, 1)),
                            .duration_min = db_i64(&rows, 2)};
    db_end(&rows);
    return err;
}

Err meeting_store_get(Cx *cx, ItemId id, bool *ret_found, Meeting *ret)
{
    DbRows rows;
    bool row = false;
    Meeting meeting = {0};
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        meeting = (Meeting){.start_us = db_i64(&rows, 0),
                            .end_us = db_i64(&rows, 1),
                            .place = arena_copy(cx->arena, db_text(&rows, 2)),
                            .link = arena_copy(cx->arena, db_text(&rows, 3)),
                            .guests = arena_copy(cx->arena, db_text(&rows, 4)),
                            .minutes = arena_copy(cx->arena, db_text(&rows, 5)),
                            .sequence = db_i64(&rows, 6)};
    db_end(&rows);
    TRY(err);
    if (row)
        TRY(read_agenda(cx, id, &meeting));
    *ret_found = row;
    *ret = meeting;
    return OK;
}

/* ---- lists ---- */

static void put_where(Cx *cx, DbDynamic *query, const MeetingQuery *q)
{
    db_dynamic_sql(query, " FROM item i JOIN meeting t ON t.tenant = i.tenant AND t.id = i.id"
                          " WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND i.noun = 'meeting'");
    item_read_rule(query, cx);
    if (q->body.v) {
        db_dynamic_sql(query, " AND i.body = ");
        db_dynamic_bind(query, V_I64(q->body.v));
    }
    if (q->from_us) {
        db_dynamic_sql(query, " AND t.end_us > ");
        db_dynamic_bind(query, V_I64(q->from_us));
    }
    if (q->to_us) {
        db_dynamic_sql(query, " AND t.end_us <= ");
        db_dynamic_bind(query, V_I64(q->to_us));
    }
    if (q->announced)
        db_dynamic_sql(query, " AND t.sequence > 0");
}

static Err list_rows(Cx *cx, const MeetingQuery *q, MeetingEntry *list, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT i.id, t.start_us, t.end_us, t.place, t.sequence");
    put_where(cx, query, q);
    db_dynamic_put(query, q->newest ? S(" ORDER BY t.start_us DESC, i.id DESC LIMIT ")
                                    : S(" ORDER BY t.start_us, i.id LIMIT "));
    db_dynamic_bind(query, V_I64(q->limit));
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (MeetingEntry){.item.id = {db_i64(&rows, 0)},
                                       .start_us = db_i64(&rows, 1),
                                       .end_us = db_i64(&rows, 2),
                                       .place = arena_copy(cx->arena, db_text(&rows, 3)),
                                       .sequence = db_i64(&rows, 4)};
    db_end(&rows);
    *ret_count = count;
    return err;
}

Err meeting_store_list(Cx *cx, const MeetingQuery *q, MeetingEntry **ret, size_t *ret_count)
{
    size_t count;
    MeetingEntry *list = arena_array(cx->arena, MeetingEntry, (size_t)q->limit);
    TRY(list_rows(cx, q, list, &count));
    for (size_t i = 0; i < count; i++)
        TRY(item_get_by_id(cx, list[i].item.id, &list[i].item));
    *ret = list;
    *ret_count = count;
    return OK;
}

/* ---- people ---- */

Err meeting_store_add_members(Cx *cx, ItemId id, ItemId body)
{
    return db_run(cx, &STATEMENTS[ADD_MEMBERS], DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(body.v)));
}

Err meeting_store_people(Cx *cx, ItemId id, MeetingPerson **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    MeetingPerson *list = arena_array(cx->arena, MeetingPerson, MEETING_PEOPLE_MAX);
    TRY(db_start(cx, &STATEMENTS[PEOPLE],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(MEETING_PEOPLE_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (MeetingPerson){.person = {db_i64(&rows, 0)},
                                        .name = arena_copy(cx->arena, db_text(&rows, 1)),
                                        .reply = arena_copy(cx->arena, db_text(&rows, 2)),
                                        .attended = arena_copy(cx->arena, db_text(&rows, 3))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err meeting_store_reply(Cx *cx, ItemId id, PersonId person, Str reply, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[REPLY],
                        DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(person.v), V_TEXT(reply)),
                        ret_changed);
}

Err meeting_store_attend(Cx *cx, ItemId id, PersonId person, Str attended)
{
    return db_run(cx, &STATEMENTS[ATTEND],
                  DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(person.v), V_TEXT(attended)));
}

/* ---- keys of calendar programs ---- */

Err calendar_key_store_put(Cx *cx, Str hash)
{
    return db_run(
        cx, &STATEMENTS[PUT_KEY],
        DB_ARGS(TENANT(cx), V_I64(cx->actor->person.v), V_BLOB(hash), V_I64(cx_now_us(cx))));
}

Err calendar_key_store_find(Cx *cx, Str hash, PersonId *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[FIND_KEY], DB_ARGS(TENANT(cx), V_BLOB(hash)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        ret->v = row ? db_i64(&rows, 0) : 0;
    db_end(&rows);
    return err;
}

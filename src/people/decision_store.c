#include "people/decision_store.h"

#include "base/str.h"

enum { NEXT, PUT, LIST, CLEAR_RECUSALS, ADD_RECUSAL, RECUSALS, IS_SHOWN };

static const Statement STATEMENTS[] = {
    [NEXT] = SQL("SELECT coalesce(max(number), 0) + 1 FROM decision"
                 " WHERE tenant = ?1 AND meeting = ?2"),
    [PUT] = SQL("INSERT INTO decision (tenant, meeting, number, body, result, votes_for,"
                " votes_against, abstentions) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                " ON CONFLICT (tenant, meeting, number) DO UPDATE SET body = excluded.body,"
                " result = excluded.result, votes_for = excluded.votes_for,"
                " votes_against = excluded.votes_against, abstentions = excluded.abstentions"),
    [LIST] = SQL("SELECT number, body, result, votes_for, votes_against, abstentions FROM decision"
                 " WHERE tenant = ?1 AND meeting = ?2 ORDER BY number LIMIT ?3"),
    [CLEAR_RECUSALS] = SQL("DELETE FROM decision_recusal"
                           " WHERE tenant = ?1 AND meeting = ?2 AND number = ?3"),
    [ADD_RECUSAL] = SQL("INSERT INTO decision_recusal (tenant, meeting, number, person)"
                        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"),
    [RECUSALS] = SQL("SELECT d.person, coalesce(p.name, '') FROM decision_recusal d"
                     " LEFT JOIN person p ON p.tenant = d.tenant AND p.id = d.person"
                     " WHERE d.tenant = ?1 AND d.meeting = ?2 AND d.number = ?3"
                     " ORDER BY p.name, d.person LIMIT ?4"),
    [IS_SHOWN] = SQL("SELECT 1 FROM relation r JOIN seat s ON s.tenant = r.tenant AND s.id = r.id"
                     " WHERE r.tenant = ?1 AND r.item = ?2 AND r.person = ?3 AND s.shown_us > 0"
                     " LIMIT 1"),
};
const StatementTable DECISION_STATEMENTS = {"decision", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err decision_store_next_number(Cx *cx, ItemId meeting, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[NEXT], DB_ARGS(TENANT(cx), V_I64(meeting.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err decision_store_put(Cx *cx, ItemId meeting, const Decision *d)
{
    TRY(db_run(cx, &STATEMENTS[PUT],
               DB_ARGS(TENANT(cx), V_I64(meeting.v), V_I64(d->number), V_TEXT(d->body),
                       V_TEXT(decision_result_name(d->result)), V_I64(d->votes_for),
                       V_I64(d->votes_against), V_I64(d->abstentions))));
    TRY(db_run(cx, &STATEMENTS[CLEAR_RECUSALS],
               DB_ARGS(TENANT(cx), V_I64(meeting.v), V_I64(d->number))));
    for (size_t i = 0; i < d->recusal_count; i++)
        TRY(db_run(cx, &STATEMENTS[ADD_RECUSAL],
                   DB_ARGS(TENANT(cx), V_I64(meeting.v), V_I64(d->number),
                           V_I64(d->recusals[i].person.v))));
    return OK;
}

static Err read_recusals(Cx *cx, ItemId meeting, Decision *d)
{
    DbRows rows;
    bool row = false;
    d->recusals = arena_array(cx->arena, DecisionRecusal, DECISION_RECUSALS_MAX);
    TRY(db_start(
        cx, &STATEMENTS[RECUSALS],
        DB_ARGS(TENANT(cx), V_I64(meeting.v), V_I64(d->number), V_I64(DECISION_RECUSALS_MAX)),
        &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        d->recusals[d->recusal_count++] =
            (DecisionRecusal){{db_i64(&rows, 0)}, arena_copy(cx->arena, db_text(&rows, 1))};
    db_end(&rows);
    return err;
}

Err decision_store_list(Cx *cx, ItemId meeting, Decision **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Decision *list = arena_array(cx->arena, Decision, DECISIONS_MAX);
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(meeting.v), V_I64(DECISIONS_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        Decision *d = &list[count++];
        *d = (Decision){.number = db_i64(&rows, 0),
                        .body = arena_copy(cx->arena, db_text(&rows, 1)),
                        .votes_for = db_i64(&rows, 3),
                        .votes_against = db_i64(&rows, 4),
                        .abstentions = db_i64(&rows, 5)};
        bool known = decision_result_parse(db_text(&rows, 2), &d->result);
        ASSERT(known); /* decision_result_name wrote it */
    }
    db_end(&rows);
    TRY(err);
    for (size_t i = 0; i < count; i++)
        TRY(read_recusals(cx, meeting, &list[i]));
    *ret = list;
    *ret_count = count;
    return OK;
}

Err decision_store_is_shown(Cx *cx, ItemId body, PersonId person, bool *ret)
{
    DbRows rows;
    TRY(db_start(cx, &STATEMENTS[IS_SHOWN], DB_ARGS(TENANT(cx), V_I64(body.v), V_I64(person.v)),
                 &rows));
    Err err = db_next(cx, &rows, ret);
    db_end(&rows);
    return err;
}

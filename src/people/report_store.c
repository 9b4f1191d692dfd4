#include "people/report_store.h"

#include "base/str.h"

enum {
    ROUND_ADD,
    ROUND_SET,
    ROUND_BY_ID,
    ROUND_OF,
    ROUND_OPEN,
    ROUND_LIST,
    ADD,
    SET,
    GET,
    LIST,
    MISSING,
    BEFORE,
    RUNNING,
    FUNDED,
    NEW_LINK,
    SEAL_LINK,
    FIND_LINK
};

#define ROUND_COLUMNS                                                                              \
    "SELECT r.id, r.year, r.quarter, r.due_day, r.opened_us, r.closed_us, r.reason,"               \
    " (SELECT count(*) FROM report x WHERE x.tenant = r.tenant AND x.round = r.id"                 \
    " AND x.state = 'asked'),"                                                                     \
    " (SELECT count(*) FROM report x WHERE x.tenant = r.tenant AND x.round = r.id"                 \
    " AND x.state = 'submitted'),"                                                                 \
    " (SELECT count(*) FROM report x WHERE x.tenant = r.tenant AND x.round = r.id"                 \
    " AND x.state = 'returned'),"                                                                  \
    " (SELECT count(*) FROM report x WHERE x.tenant = r.tenant AND x.round = r.id"                 \
    " AND x.state = 'accepted') FROM report_round r WHERE r.tenant = ?1"
#define COLUMNS                                                                                    \
    "SELECT t.round, t.project, t.state, t.asked_us, t.reminders, t.submitted_us, t.person,"       \
    " coalesce(p.name, ''), t.version, t.happened, t.next_steps, t.risks_note, t.question, t.doc"  \
    " FROM report t LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.person"                 \
    " WHERE t.tenant = ?1 AND t.round = ?2"

static const Statement STATEMENTS[] = {
    [ROUND_ADD] = SQL("INSERT INTO report_round (tenant, id, year, quarter, due_day, opened_us,"
                      " closed_us, reason) SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, 0,"
                      " '' FROM report_round WHERE tenant = ?1 RETURNING id"),
    [ROUND_SET] = SQL("UPDATE report_round SET closed_us = ?3, reason = ?4"
                      " WHERE tenant = ?1 AND id = ?2"),
    [ROUND_BY_ID] = SQL(ROUND_COLUMNS " AND r.id = ?2"),
    [ROUND_OF] = SQL(ROUND_COLUMNS " AND r.year = ?2 AND r.quarter = ?3"),
    [ROUND_OPEN] = SQL(ROUND_COLUMNS " AND r.closed_us = 0 ORDER BY r.id DESC LIMIT 1"),
    [ROUND_LIST] = SQL(ROUND_COLUMNS " ORDER BY r.year DESC, r.quarter DESC LIMIT ?2"),
    [ADD] = SQL("INSERT INTO report (tenant, round, project, state, asked_us, reminders,"
                " submitted_us, person, version, happened, next_steps, risks_note, question, doc)"
                " VALUES (?1, ?2, ?3, 'asked', ?4, 0, 0, 0, 1, '', '', '', '', '')"),
    [SET] = SQL("UPDATE report SET state = ?4, reminders = ?5, submitted_us = ?6, person = ?7,"
                " version = ?8, happened = ?9, next_steps = ?10, risks_note = ?11, question = ?12,"
                " doc = ?13 WHERE tenant = ?1 AND round = ?2 AND project = ?3"),
    [GET] = SQL(COLUMNS " AND t.project = ?3"),
    [LIST] = SQL(COLUMNS " ORDER BY t.project LIMIT ?3"),
    [MISSING] = SQL(COLUMNS " AND t.state IN ('asked', 'returned')"
                            " ORDER BY t.reminders, t.project LIMIT ?3"),
    [BEFORE] = SQL("SELECT b.doc, b.submitted_us FROM report b JOIN report_round br"
                   " ON br.tenant = b.tenant AND br.id = b.round JOIN report_round r"
                   " ON r.tenant = b.tenant AND r.id = ?2 WHERE b.tenant = ?1 AND b.project = ?3"
                   " AND b.state IN ('submitted', 'accepted')"
                   " AND br.year * 4 + br.quarter < r.year * 4 + r.quarter"
                   " ORDER BY br.year DESC, br.quarter DESC LIMIT 1"),
    [RUNNING] = SQL("SELECT i.id FROM item i WHERE i.tenant = ?1 AND i.noun = 'project'"
                    " AND i.state IN ('idea', 'concept', 'pilot', 'operation', 'concept_held',"
                    " 'pilot_held', 'operation_held') ORDER BY i.id LIMIT ?2"),
    [FUNDED] = SQL("SELECT DISTINCT project FROM funding WHERE tenant = ?1 AND giver = ?2"
                   " ORDER BY project LIMIT ?3"),
    [NEW_LINK] = SQL("INSERT INTO report_link (tenant, number, digest, round, project, person)"
                     " SELECT ?1, coalesce(max(number), 0) + 1, '', ?2, ?3, ?4 FROM report_link"
                     " WHERE tenant = ?1 RETURNING number"),
    [SEAL_LINK] = SQL("UPDATE report_link SET digest = ?3 WHERE tenant = ?1 AND number = ?2"),
    [FIND_LINK] = SQL("SELECT l.round, l.project, l.person FROM report_link l JOIN report_round r"
                      " ON r.tenant = l.tenant AND r.id = l.round WHERE l.tenant = ?1"
                      " AND l.digest = ?2 AND r.closed_us = 0"),
};
const StatementTable REPORT_STATEMENTS = {"report", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

/* The number that a statement with RETURNING gives. */
static Err returned(Cx *cx, const Statement *statement, const DbValue *args, size_t n, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

static void read_round(Cx *cx, const DbRows *rows, Round *ret)
{
    *ret = (Round){.id = db_i64(rows, 0),
                   .year = db_i64(rows, 1),
                   .quarter = db_i64(rows, 2),
                   .due_day = arena_copy(cx->arena, db_text(rows, 3)),
                   .opened_us = db_i64(rows, 4),
                   .closed_us = db_i64(rows, 5),
                   .reason = arena_copy(cx->arena, db_text(rows, 6)),
                   .asked = db_i64(rows, 7),
                   .submitted = db_i64(rows, 8),
                   .returned = db_i64(rows, 9),
                   .accepted = db_i64(rows, 10)};
}

Err round_store_add(Cx *cx, const Round *round, int64_t *ret)
{
    return returned(cx, &STATEMENTS[ROUND_ADD],
                    DB_ARGS(TENANT(cx), V_I64(round->year), V_I64(round->quarter),
                            V_TEXT(round->due_day), V_I64(round->opened_us)),
                    ret);
}

Err round_store_set(Cx *cx, const Round *round)
{
    return db_run(
        cx, &STATEMENTS[ROUND_SET],
        DB_ARGS(TENANT(cx), V_I64(round->id), V_I64(round->closed_us), V_TEXT(round->reason)));
}

static Err one_round(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                     bool *ret_found, Round *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            read_round(cx, &rows, ret);
    }
    db_end(&rows);
    return err;
}

Err round_store_find(Cx *cx, int64_t id, int64_t year, int64_t quarter, bool *ret_found, Round *ret)
{
    if (id)
        return one_round(cx, &STATEMENTS[ROUND_BY_ID], DB_ARGS(TENANT(cx), V_I64(id)), ret_found,
                         ret);
    if (year)
        return one_round(cx, &STATEMENTS[ROUND_OF],
                         DB_ARGS(TENANT(cx), V_I64(year), V_I64(quarter)), ret_found, ret);
    return one_round(cx, &STATEMENTS[ROUND_OPEN], DB_ARGS(TENANT(cx)), ret_found, ret);
}

Err round_store_list(Cx *cx, Round **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Round *list = arena_array(cx->arena, Round, ROUNDS_LIST_MAX);
    TRY(db_start(cx, &STATEMENTS[ROUND_LIST], DB_ARGS(TENANT(cx), V_I64(ROUNDS_LIST_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        read_round(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

/* ---- reports ---- */

Err report_store_add(Cx *cx, int64_t round, ItemId project)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(round), V_I64(project.v), V_I64(cx_now_us(cx))));
}

Err report_store_set(Cx *cx, const Report *r)
{
    return db_run(cx, &STATEMENTS[SET],
                  DB_ARGS(TENANT(cx), V_I64(r->round), V_I64(r->project.v),
                          V_TEXT(report_state_name(r->state)), V_I64(r->reminders),
                          V_I64(r->submitted_us), V_I64(r->person.v), V_I64(r->version),
                          V_TEXT(r->happened), V_TEXT(r->next_steps), V_TEXT(r->risks_note),
                          V_TEXT(r->question), V_TEXT(r->doc)));
}

static ReportState state_of(Str name)
{
    for (int s = 0; s < REPORT_STATE_COUNT_; s++)
        if (str_eq(report_state_name((ReportState)s), name))
            return (ReportState)s;
    ASSERT(false); /* report_state_name wrote it */
    return REPORT_ASKED;
}

static void read_report(Cx *cx, const DbRows *rows, Report *ret)
{
    Arena *arena = cx->arena;
    *ret = (Report){.round = db_i64(rows, 0),
                    .project = {db_i64(rows, 1)},
                    .state = state_of(db_text(rows, 2)),
                    .asked_us = db_i64(rows, 3),
                    .reminders = db_i64(rows, 4),
                    .submitted_us = db_i64(rows, 5),
                    .person = {db_i64(rows, 6)},
                    .person_name = arena_copy(arena, db_text(rows, 7)),
                    .version = db_i64(rows, 8),
                    .happened = arena_copy(arena, db_text(rows, 9)),
                    .next_steps = arena_copy(arena, db_text(rows, 10)),
                    .risks_note = arena_copy(arena, db_text(rows, 11)),
                    .question = arena_copy(arena, db_text(rows, 12)),
                    .doc = arena_copy(arena, db_text(rows, 13))};
}

Err report_store_get(Cx *cx, int64_t round, ItemId project, bool *ret_found, Report *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(round), V_I64(project.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            read_report(cx, &rows, ret);
    }
    db_end(&rows);
    return err;
}

Err report_store_list(Cx *cx, int64_t round, bool missing, int64_t limit, Report **ret,
                      size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Report *list = arena_array(cx->arena, Report, (size_t)limit);
    TRY(db_start(cx, &STATEMENTS[missing ? MISSING : LIST],
                 DB_ARGS(TENANT(cx), V_I64(round), V_I64(limit)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        read_report(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err report_store_before(Cx *cx, const Report *report, Str *ret_doc, int64_t *ret_us)
{
    DbRows rows;
    bool row = false;
    Str doc = {0};
    int64_t at_us = 0;
    TRY(db_start(cx, &STATEMENTS[BEFORE],
                 DB_ARGS(TENANT(cx), V_I64(report->round), V_I64(report->project.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        doc = arena_copy(cx->arena, db_text(&rows, 0));
        at_us = db_i64(&rows, 1);
    }
    db_end(&rows);
    TRY(err);
    *ret_doc = doc;
    *ret_us = at_us;
    return OK;
}

static Err list_ids(Cx *cx, const Statement *statement, const DbValue *args, size_t n, ItemId **ret,
                    size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    ItemId *list = arena_array(cx->arena, ItemId, ITEM_LIST_MAX);
    TRY(db_start(cx, statement, args, n, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (ItemId){db_i64(&rows, 0)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err report_store_running(Cx *cx, ItemId **ret, size_t *ret_count)
{
    return list_ids(cx, &STATEMENTS[RUNNING], DB_ARGS(TENANT(cx), V_I64(ITEM_LIST_MAX)), ret,
                    ret_count);
}

Err report_store_funded(Cx *cx, Str giver, ItemId **ret, size_t *ret_count)
{
    return list_ids(cx, &STATEMENTS[FUNDED],
                    DB_ARGS(TENANT(cx), V_TEXT(giver), V_I64(ITEM_LIST_MAX)), ret, ret_count);
}

/* ---- links ---- */

Err report_store_new_link(Cx *cx, const ReportLink *link, int64_t *ret_number)
{
    return returned(
        cx, &STATEMENTS[NEW_LINK],
        DB_ARGS(TENANT(cx), V_I64(link->round), V_I64(link->project.v), V_I64(link->person.v)),
        ret_number);
}

Err report_store_seal_link(Cx *cx, int64_t number, Str digest)
{
    return db_run(cx, &STATEMENTS[SEAL_LINK], DB_ARGS(TENANT(cx), V_I64(number), V_TEXT(digest)));
}

Err report_store_find_link(Cx *cx, Str digest, bool *ret_found, ReportLink *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[FIND_LINK], DB_ARGS(TENANT(cx), V_TEXT(digest)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            *ret = (ReportLink){.round = db_i64(&rows, 0),
                                .project = {db_i64(&rows, 1)},
                                .person = {db_i64(&rows, 2)}};
    }
    db_end(&rows);
    return err;
}

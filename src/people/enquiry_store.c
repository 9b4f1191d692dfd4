#include "people/enquiry_store.h"

#include "base/str.h"
#include "core/person.h"

enum {
    ADD,
    GET,
    SET,
    LIST,
    LIST_OF,
    COUNT,
    COUNT_OF_STATE,
    WAITING,
    OVERDUE,
    REMINDED,
    EXPIRED,
    OF_PERSON,
    ERASE,
    ERASE_NOTES,
    MAIL_USED,
    ADD_NOTE,
    DROP_DRAFT,
    SENT,
    NOTES
};

#define COLUMNS                                                                                    \
    "SELECT id, version, year, number, kind, state, subject, body, place, name, mail, lang,"       \
    " person, doubts, outcome, created_us, due_us, answered_us, closed_us, delete_us FROM enquiry"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO enquiry (tenant, id, year, number, kind, state, subject, body, place,"
                " name, mail, lang, person, doubts, outcome, created_us, due_us, reminded_us,"
                " answered_us, closed_us, delete_us, erased_us, version)"
                " SELECT ?1, (SELECT coalesce(max(id), 0) + 1 FROM enquiry WHERE tenant = ?1), ?2,"
                " (SELECT coalesce(max(number), 0) + 1 FROM enquiry WHERE tenant = ?1"
                " AND year = ?2), ?3, 'new', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, '', ?12, ?13, 0, 0,"
                " 0, ?14, 0, 1 RETURNING number"),
    [GET] = SQL(COLUMNS " WHERE tenant = ?1 AND year = ?2 AND number = ?3"),
    [SET] = SQL("UPDATE enquiry SET state = ?3, outcome = ?4, answered_us = ?5, closed_us = ?6,"
                " version = ?7 WHERE tenant = ?1 AND id = ?2"),
    [LIST] = SQL(COLUMNS " WHERE tenant = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3"),
    [LIST_OF] =
        SQL(COLUMNS " WHERE tenant = ?1 AND state = ?4 ORDER BY id DESC LIMIT ?2 OFFSET ?3"),
    [COUNT] = SQL("SELECT count(*) FROM enquiry WHERE tenant = ?1"),
    [COUNT_OF_STATE] = SQL("SELECT count(*) FROM enquiry WHERE tenant = ?1 AND state = ?2"),
    [WAITING] = SQL(COLUMNS " WHERE tenant = ?1 AND state IN ('new', 'assigned')"
                            " ORDER BY created_us, id LIMIT ?2"),
    [OVERDUE] = SQL(COLUMNS " WHERE tenant = ?1 AND state IN ('new', 'assigned') AND due_us < ?2"
                            " AND reminded_us < ?3 ORDER BY due_us, id LIMIT ?4"),
    [REMINDED] = SQL("UPDATE enquiry SET reminded_us = ?3 WHERE tenant = ?1 AND id = ?2"),
    [EXPIRED] = SQL(COLUMNS " WHERE tenant = ?1 AND erased_us = 0 AND delete_us <= ?2"
                            " ORDER BY delete_us, id LIMIT ?3"),
    [OF_PERSON] = SQL("SELECT id FROM enquiry WHERE tenant = ?1 AND erased_us = 0"
                      " AND ((person > 0 AND person = ?2) OR (?3 <> '' AND lower(mail) = ?3))"
                      " ORDER BY id LIMIT ?4"),
    [ERASE] = SQL("UPDATE enquiry SET state = 'erased', subject = '', body = '', place = '',"
                  " name = '', mail = '', person = 0, outcome = '', erased_us = ?3,"
                  " version = version + 1 WHERE tenant = ?1 AND id = ?2"),
    [ERASE_NOTES] = SQL("UPDATE enquiry_note SET body = '' WHERE tenant = ?1 AND enquiry = ?2"),
    [MAIL_USED] = SQL("SELECT 1 WHERE EXISTS (SELECT 1 FROM enquiry WHERE tenant = ?1"
                      " AND mail = ?2) OR EXISTS (SELECT 1 FROM interest WHERE tenant = ?1"
                      " AND mail = ?2) OR EXISTS (SELECT 1 FROM application WHERE tenant = ?1"
                      " AND mail = ?2)"),
    [ADD_NOTE] = SQL("INSERT INTO enquiry_note (tenant, id, enquiry, kind, body, person, at_us,"
                     " sent_us) SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, 0"
                     " FROM enquiry_note WHERE tenant = ?1"),
    [DROP_DRAFT] = SQL("DELETE FROM enquiry_note WHERE tenant = ?1 AND enquiry = ?2"
                       " AND kind = 'answer' AND sent_us = 0"),
    [SENT] = SQL("UPDATE enquiry_note SET sent_us = ?3 WHERE tenant = ?1 AND id = ?2"),
    [NOTES] = SQL("SELECT n.id, n.kind, n.body, n.person, coalesce(p.name, ''), n.at_us, n.sent_us"
                  " FROM enquiry_note n LEFT JOIN person p ON p.tenant = n.tenant"
                  " AND p.id = n.person WHERE n.tenant = ?1 AND n.enquiry = ?2 ORDER BY n.id"
                  " LIMIT ?3"),
};
const StatementTable ENQUIRY_STATEMENTS = {"enquiry", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static Err one_i64(Cx *cx, const Statement *statement, const DbValue *args, size_t n, bool *ret_row,
                   int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    if (err == OK)
        *ret_row = row;
    db_end(&rows);
    return err;
}

Err enquiry_store_add(Cx *cx, const Enquiry *e, int64_t year, int64_t *ret_number)
{
    bool row;
    return one_i64(cx, &STATEMENTS[ADD],
                   DB_ARGS(TENANT(cx), V_I64(year), V_TEXT(enquiry_kind_name(e->kind)),
                           V_TEXT(e->subject), V_TEXT(e->body), V_TEXT(e->place), V_TEXT(e->name),
                           V_TEXT(e->mail), V_TEXT(lang_code(e->lang)), V_I64(e->person.v),
                           V_TEXT(e->doubts), V_I64(e->created_us), V_I64(e->due_us),
                           V_I64(e->delete_us)),
                   &row, ret_number);
}

static EnquiryKind read_kind(Str name)
{
    for (EnquiryKind kind = 0; kind < ENQUIRY_KIND_COUNT_; kind++)
        if (str_eq(name, enquiry_kind_name(kind)))
            return kind;
    ASSERT(false); /* enquiry_kind_name wrote it */
    return ENQUIRY_CONTACT;
}

static void read_enquiry(Cx *cx, const DbRows *rows, Enquiry *ret)
{
    Arena *arena = cx->arena;
    *ret = (Enquiry){.id = db_i64(rows, 0),
                     .version = db_i64(rows, 1),
                     .number = arena_fmt(arena, "%04lld-%04lld", (long long)db_i64(rows, 2),
                                         (long long)db_i64(rows, 3)),
                     .kind = read_kind(db_text(rows, 4)),
                     .subject = arena_copy(arena, db_text(rows, 6)),
                     .body = arena_copy(arena, db_text(rows, 7)),
                     .place = arena_copy(arena, db_text(rows, 8)),
                     .name = arena_copy(arena, db_text(rows, 9)),
                     .mail = arena_copy(arena, db_text(rows, 10)),
                     .person = {db_i64(rows, 12)},
                     .doubts = arena_copy(arena, db_text(rows, 13)),
                     .outcome = arena_copy(arena, db_text(rows, 14)),
                     .created_us = db_i64(rows, 15),
                     .due_us = db_i64(rows, 16),
                     .answered_us = db_i64(rows, 17),
                     .closed_us = db_i64(rows, 18),
                     .delete_us = db_i64(rows, 19)};
    bool known = enquiry_state_parse(db_text(rows, 5), &ret->state);
    ASSERT(known); /* enquiry_state_name wrote it */
    if (!lang_parse(db_text(rows, 11), &ret->lang))
        ret->lang = LANG_DE;
}

static Err read_list(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                     int64_t limit, Enquiry **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Enquiry *list = arena_array(cx->arena, Enquiry, (size_t)limit);
    TRY(db_start(cx, statement, args, n, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < (size_t)limit)
        read_enquiry(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err enquiry_store_get(Cx *cx, int64_t year, int64_t number, bool *ret_found, Enquiry *ret)
{
    Enquiry *list;
    size_t count;
    TRY(read_list(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(year), V_I64(number)), 1, &list,
                  &count));
    *ret_found = count == 1;
    if (count)
        *ret = list[0];
    return OK;
}

Err enquiry_store_set(Cx *cx, const Enquiry *e)
{
    return db_run(cx, &STATEMENTS[SET],
                  DB_ARGS(TENANT(cx), V_I64(e->id), V_TEXT(enquiry_state_name(e->state)),
                          V_TEXT(e->outcome), V_I64(e->answered_us), V_I64(e->closed_us),
                          V_I64(e->version)));
}

Err enquiry_store_list(Cx *cx, EnquiryState state, int64_t limit, int64_t offset, Enquiry **ret,
                       size_t *ret_count)
{
    if (state == ENQUIRY_STATE_COUNT_)
        return read_list(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(limit), V_I64(offset)),
                         limit, ret, ret_count);
    return read_list(
        cx, &STATEMENTS[LIST_OF],
        DB_ARGS(TENANT(cx), V_I64(limit), V_I64(offset), V_TEXT(enquiry_state_name(state))), limit,
        ret, ret_count);
}

Err enquiry_store_count(Cx *cx, EnquiryState state, int64_t *ret)
{
    bool row;
    if (state == ENQUIRY_STATE_COUNT_)
        return one_i64(cx, &STATEMENTS[COUNT], DB_ARGS(TENANT(cx)), &row, ret);
    return one_i64(cx, &STATEMENTS[COUNT_OF_STATE],
                   DB_ARGS(TENANT(cx), V_TEXT(enquiry_state_name(state))), &row, ret);
}

Err enquiry_store_waiting(Cx *cx, int64_t limit, Enquiry **ret, size_t *ret_count)
{
    return read_list(cx, &STATEMENTS[WAITING], DB_ARGS(TENANT(cx), V_I64(limit)), limit, ret,
                     ret_count);
}

Err enquiry_store_overdue(Cx *cx, int64_t now_us, int64_t reminded_before_us, int64_t limit,
                          Enquiry **ret, size_t *ret_count)
{
    return read_list(cx, &STATEMENTS[OVERDUE],
                     DB_ARGS(TENANT(cx), V_I64(now_us), V_I64(reminded_before_us), V_I64(limit)),
                     limit, ret, ret_count);
}

Err enquiry_store_reminded(Cx *cx, int64_t id)
{
    return db_run(cx, &STATEMENTS[REMINDED], DB_ARGS(TENANT(cx), V_I64(id), V_I64(cx_now_us(cx))));
}

Err enquiry_store_expired(Cx *cx, int64_t limit, Enquiry **ret, size_t *ret_count)
{
    return read_list(cx, &STATEMENTS[EXPIRED],
                     DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx)), V_I64(limit)), limit, ret,
                     ret_count);
}

Err enquiry_store_of_person(Cx *cx, PersonId person, Str mail_key, size_t limit, int64_t *ret,
                            size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[OF_PERSON],
                 DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(mail_key), V_I64((int64_t)limit)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < limit)
        ret[count++] = db_i64(&rows, 0);
    db_end(&rows);
    *ret_count = count;
    return err;
}

Err enquiry_store_erase(Cx *cx, int64_t id)
{
    TRY(db_run(cx, &STATEMENTS[ERASE], DB_ARGS(TENANT(cx), V_I64(id), V_I64(cx_now_us(cx)))));
    return db_run(cx, &STATEMENTS[ERASE_NOTES], DB_ARGS(TENANT(cx), V_I64(id)));
}

Err enquiry_store_mail_used(Cx *cx, Str mail, bool *ret)
{
    int64_t one;
    return one_i64(cx, &STATEMENTS[MAIL_USED], DB_ARGS(TENANT(cx), V_TEXT(mail)), ret, &one);
}

Err enquiry_store_add_note(Cx *cx, int64_t enquiry, bool answer, Str body)
{
    return db_run(cx, &STATEMENTS[ADD_NOTE],
                  DB_ARGS(TENANT(cx), V_I64(enquiry), V_TEXT(answer ? S("answer") : S("note")),
                          V_TEXT(body), V_I64(cx->actor->person.v), V_I64(cx_now_us(cx))));
}

Err enquiry_store_drop_draft(Cx *cx, int64_t enquiry)
{
    return db_run(cx, &STATEMENTS[DROP_DRAFT], DB_ARGS(TENANT(cx), V_I64(enquiry)));
}

Err enquiry_store_sent(Cx *cx, int64_t note)
{
    return db_run(cx, &STATEMENTS[SENT], DB_ARGS(TENANT(cx), V_I64(note), V_I64(cx_now_us(cx))));
}

Err enquiry_store_notes(Cx *cx, int64_t enquiry, EnquiryNote **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    EnquiryNote *list = arena_array(cx->arena, EnquiryNote, ENQUIRY_NOTES_MAX);
    TRY(db_start(cx, &STATEMENTS[NOTES],
                 DB_ARGS(TENANT(cx), V_I64(enquiry), V_I64(ENQUIRY_NOTES_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (EnquiryNote){.id = db_i64(&rows, 0),
                                      .answer = str_eq(db_text(&rows, 1), S("answer")),
                                      .body = arena_copy(cx->arena, db_text(&rows, 2)),
                                      .person = {db_i64(&rows, 3)},
                                      .person_name = arena_copy(cx->arena, db_text(&rows, 4)),
                                      .at_us = db_i64(&rows, 5),
                                      .sent_us = db_i64(&rows, 6)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

#include "core/notice_store.h"

#include "base/str.h"

enum {
    ADD,
    LIST,
    COUNT,
    COUNT_UNREAD,
    READ_ONE,
    READ_ALL,
    CHOICES,
    CHOOSE,
    LIST_DUE,
    SET_TOLD,
    PUT_OFF,
    DUE,
    DUE_OF,
    COUNT_DUE,
    SENT,
    CLEAN,
    FORGET,
    FORGET_NAME,
    FORGET_CHOICES,
    KEEP_KEY,
    KEY
};

#define DUE_ROWS                                                                                   \
    " FROM notice WHERE tenant = ?1 AND person = ?2 AND due_us > 0 AND due_us <= ?3"               \
    " AND read_us = 0"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO notice (tenant, id, person, kind, item, author, who, what, path,"
                " at_us, read_us, due_us, reason, more)"
                " SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10,"
                " ?11, ?12"
                " FROM notice WHERE tenant = ?1"),
    [LIST] = SQL("SELECT id, kind, item, who, what, path, at_us, read_us, reason, more"
                 " FROM notice"
                 " WHERE tenant = ?1 AND person = ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4"),
    [COUNT] = SQL("SELECT count(*) FROM notice WHERE tenant = ?1 AND person = ?2"),
    [COUNT_UNREAD] = SQL("SELECT count(*) FROM notice"
                         " WHERE tenant = ?1 AND person = ?2 AND read_us = 0"),
    [READ_ONE] = SQL("UPDATE notice SET read_us = ?3, due_us = 0"
                     " WHERE tenant = ?1 AND person = ?2 AND id = ?4 AND read_us = 0"),
    [READ_ALL] = SQL("UPDATE notice SET read_us = ?3, due_us = 0"
                     " WHERE tenant = ?1 AND person = ?2 AND read_us = 0"),
    [CHOICES] = SQL("SELECT category, pace FROM notice_choice WHERE tenant = ?1 AND person = ?2"),
    [CHOOSE] = SQL("INSERT INTO notice_choice (tenant, person, category, pace, due_us, told_us)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (tenant, person, category)"
                   " DO UPDATE SET due_us = CASE WHEN notice_choice.pace = excluded.pace"
                   " THEN notice_choice.due_us ELSE excluded.due_us END, pace = excluded.pace"),
    [LIST_DUE] = SQL("SELECT c.person, c.due_us, c.told_us FROM notice_choice c JOIN person p"
                     " ON p.tenant = c.tenant AND p.id = c.person AND p.state = 'active'"
                     " WHERE c.tenant = ?1 AND c.category = ?2 AND c.due_us > 0 AND c.due_us <= ?3"
                     " ORDER BY c.due_us, c.person LIMIT ?4"),
    [SET_TOLD] = SQL("UPDATE notice_choice SET due_us = ?5, told_us = ?6"
                     " WHERE tenant = ?1 AND person = ?2 AND category = ?3 AND due_us = ?4"),
    [PUT_OFF] = SQL("UPDATE notice SET due_us = ?4"
                    " WHERE tenant = ?1 AND person = ?2 AND kind = ?3 AND due_us > 0"),
    [DUE] = SQL("SELECT person FROM notice WHERE tenant = ?1 AND due_us > 0 AND due_us <= ?2"
                " GROUP BY person ORDER BY min(due_us), person LIMIT ?3"),
    [DUE_OF] = SQL("SELECT kind, who, what, path, reason, more" DUE_ROWS " ORDER BY id LIMIT ?4"),
    [COUNT_DUE] = SQL("SELECT count(*)" DUE_ROWS),
    [SENT] = SQL("UPDATE notice SET due_us = 0"
                 " WHERE tenant = ?1 AND person = ?2 AND due_us > 0 AND due_us <= ?3"),
    [CLEAN] = SQL("DELETE FROM notice WHERE tenant = ?1 AND id IN (SELECT id FROM notice"
                  " WHERE tenant = ?1 AND at_us < ?2"
                  " AND id < (SELECT max(id) FROM notice WHERE tenant = ?1)"
                  " ORDER BY id LIMIT ?3)"),
    [FORGET] = SQL("UPDATE notice SET person = 0, who = '', what = '', reason = '',"
                   " path = '', due_us = 0"
                   " WHERE tenant = ?1 AND person = ?2"),
    [FORGET_NAME] = SQL("UPDATE notice SET author = 0, who = ''"
                        " WHERE tenant = ?1 AND author = ?2"),
    [FORGET_CHOICES] = SQL("DELETE FROM notice_choice WHERE tenant = ?1 AND person = ?2"),
    [KEEP_KEY] = SQL("INSERT INTO site_key (tenant, name, value) VALUES (?1, ?2, ?3)"
                     " ON CONFLICT (tenant, name) DO NOTHING"),
    [KEY] = SQL("SELECT value FROM site_key WHERE tenant = ?1 AND name = ?2"),
};
const StatementTable NOTICE_STATEMENTS = {"notice", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err notice_store_add(Cx *cx, const NoticeDraft *draft, int64_t due_us)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(draft->person.v), V_TEXT(NOTICES[draft->kind].key),
                          V_I64(draft->item), V_I64(draft->by.v), V_TEXT(draft->who),
                          V_TEXT(draft->what), V_TEXT(draft->path), V_I64(cx_now_us(cx)),
                          V_I64(due_us), V_TEXT(draft->reason), V_I64(draft->more)));
}

/* A kind that the program no longer knows is left out: its words are gone. */
static bool kind_parse(Str key, NoticeKind *ret)
{
    for (NoticeKind kind = 0; kind < NOTICE_KIND_COUNT_; kind++)
        if (str_eq(NOTICES[kind].key, key)) {
            *ret = kind;
            return true;
        }
    return false;
}

Err notice_store_list(Cx *cx, PersonId person, int64_t limit, int64_t offset, Notice **ret,
                      size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    Notice *list = arena_array(cx->arena, Notice, (size_t)limit);
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[LIST],
                 DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(limit), V_I64(offset)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < (size_t)limit) {
        Notice *notice = &list[count];
        *notice = (Notice){.id = db_i64(&rows, 0),
                           .item = db_i64(&rows, 2),
                           .who = arena_copy(cx->arena, db_text(&rows, 3)),
                           .what = arena_copy(cx->arena, db_text(&rows, 4)),
                           .path = arena_copy(cx->arena, db_text(&rows, 5)),
                           .at_us = db_i64(&rows, 6),
                           .read_us = db_i64(&rows, 7),
                           .reason = arena_copy(cx->arena, db_text(&rows, 8)),
                           .more = db_i64(&rows, 9)};
        count += kind_parse(db_text(&rows, 1), &notice->kind);
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err notice_store_count(Cx *cx, PersonId person, bool unread, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[unread ? COUNT_UNREAD : COUNT],
                      DB_ARGS(TENANT(cx), V_I64(person.v)), ret);
}

Err notice_store_read(Cx *cx, PersonId person, int64_t id)
{
    if (!id)
        return db_run(cx, &STATEMENTS[READ_ALL],
                      DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(cx_now_us(cx))));
    return db_run(cx, &STATEMENTS[READ_ONE],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(cx_now_us(cx)), V_I64(id)));
}

Err notice_store_choices(Cx *cx, PersonId person, NoticePace ret[NOTICE_CATEGORY_COUNT_])
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[CHOICES], DB_ARGS(TENANT(cx), V_I64(person.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++) {
            NoticePace pace;
            if (str_eq(db_text(&rows, 0), NOTICE_CATEGORIES[category].key) &&
                notice_pace_parse(db_text(&rows, 1), &pace))
                ret[category] = pace;
        }
    db_end(&rows);
    return err;
}

Err notice_store_choose(Cx *cx, PersonId person, NoticeCategory category, NoticePace pace,
                        int64_t due_us)
{
    return db_run(cx, &STATEMENTS[CHOOSE],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(NOTICE_CATEGORIES[category].key),
                          V_TEXT(notice_pace_name(pace)), V_I64(due_us)));
}

Err notice_store_list_due(Cx *cx, NoticeCategory category, size_t limit, NoticeDue **ret,
                          size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    NoticeDue *list = arena_array(cx->arena, NoticeDue, limit);
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[LIST_DUE],
                 DB_ARGS(TENANT(cx), V_TEXT(NOTICE_CATEGORIES[category].key), V_I64(cx_now_us(cx)),
                         V_I64((int64_t)limit)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < limit)
        list[count++] = (NoticeDue){{db_i64(&rows, 0)}, db_i64(&rows, 1), db_i64(&rows, 2)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err notice_store_set_told(Cx *cx, NoticeCategory category, const NoticeDue *due, int64_t next_us,
                          int64_t told_us, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[SET_TOLD],
                        DB_ARGS(TENANT(cx), V_I64(due->person.v),
                                V_TEXT(NOTICE_CATEGORIES[category].key), V_I64(due->due_us),
                                V_I64(next_us), V_I64(told_us)),
                        ret_changed);
}

Err notice_store_put_off(Cx *cx, PersonId person, NoticeKind kind, int64_t due_us)
{
    return db_run(cx, &STATEMENTS[PUT_OFF],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(NOTICES[kind].key), V_I64(due_us)));
}

Err notice_store_due(Cx *cx, size_t limit, PersonId **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    PersonId *list = arena_array(cx->arena, PersonId, limit);
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[DUE],
                 DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx)), V_I64((int64_t)limit)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < limit)
        list[count++] = (PersonId){db_i64(&rows, 0)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err notice_store_due_of(Cx *cx, PersonId person, size_t limit, MailLine **ret, size_t *ret_count,
                        int64_t *ret_total)
{
    DbRows rows;
    bool row = false;
    MailLine *list = arena_array(cx->arena, MailLine, limit);
    size_t count = 0;
    TRY(db_one_i64(cx, &STATEMENTS[COUNT_DUE],
                   DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(cx_now_us(cx))), ret_total));
    TRY(db_start(cx, &STATEMENTS[DUE_OF],
                 DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(cx_now_us(cx)), V_I64((int64_t)limit)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < limit)
        list[count++] = (MailLine){.kind = arena_copy(cx->arena, db_text(&rows, 0)),
                                   .who = arena_copy(cx->arena, db_text(&rows, 1)),
                                   .what = arena_copy(cx->arena, db_text(&rows, 2)),
                                   .path = arena_copy(cx->arena, db_text(&rows, 3)),
                                   .reason = arena_copy(cx->arena, db_text(&rows, 4)),
                                   .more = db_i64(&rows, 5)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err notice_store_sent(Cx *cx, PersonId person)
{
    return db_run(cx, &STATEMENTS[SENT],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(cx_now_us(cx))));
}

Err notice_store_clean(Cx *cx, int64_t before_us, int64_t limit)
{
    return db_run(cx, &STATEMENTS[CLEAN], DB_ARGS(TENANT(cx), V_I64(before_us), V_I64(limit)));
}

Err notice_store_forget(Cx *cx, PersonId person)
{
    static const int STEPS[] = {FORGET, FORGET_NAME, FORGET_CHOICES};
    for (size_t i = 0; i < COUNT_OF(STEPS); i++)
        TRY(db_run(cx, &STATEMENTS[STEPS[i]], DB_ARGS(TENANT(cx), V_I64(person.v))));
    return OK;
}

Err notice_store_keep_key(Cx *cx, Str name, Str value)
{
    return db_run(cx, &STATEMENTS[KEEP_KEY], DB_ARGS(TENANT(cx), V_TEXT(name), V_BLOB(value)));
}

Err notice_store_key(Cx *cx, Str name, bool *ret_found, Str *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[KEY], DB_ARGS(TENANT(cx), V_TEXT(name)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = arena_copy(cx->arena, db_blob(&rows, 0));
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

#include "people/invitation_store.h"

#include "base/str.h"

enum { ADD, FIND, LIST, END, END_OF, CLEAN };

#define COLUMNS                                                                                    \
    "SELECT v.id, v.organisation, coalesce(o.title, ''), v.role, v.mail, v.title, v.person,"       \
    " coalesce(p.name, ''), v.created_us, v.expires_us FROM invitation v"                          \
    " JOIN item i ON i.tenant = v.tenant AND i.id = v.organisation"                                \
    " LEFT JOIN item_text o ON o.tenant = i.tenant AND o.item = i.id AND o.lang = i.lang"          \
    " LEFT JOIN person p ON p.tenant = v.tenant AND p.id = v.person"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO invitation (tenant, id, organisation, role, mail, title, secret,"
                " person, created_us, expires_us, ended_us) SELECT ?1, coalesce(max(id), 0) + 1,"
                " ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0 FROM invitation WHERE tenant = ?1"),
    [FIND] = SQL(COLUMNS " WHERE v.tenant = ?1 AND v.secret = ?2 AND v.ended_us = 0"
                         " AND v.expires_us > ?3"),
    [LIST] = SQL(COLUMNS " WHERE v.tenant = ?1 AND v.organisation = ?2 AND v.ended_us = 0"
                         " AND v.expires_us > ?3 ORDER BY v.id DESC LIMIT ?4"),
    [END] = SQL("UPDATE invitation SET ended_us = ?4 WHERE tenant = ?1 AND organisation = ?2"
                " AND id = ?3 AND ended_us = 0"),
    [END_OF] = SQL("UPDATE invitation SET ended_us = ?4 WHERE tenant = ?1 AND organisation = ?2"
                   " AND mail = ?3 AND ended_us = 0"),
    [CLEAN] = SQL("DELETE FROM invitation WHERE tenant = ?1 AND (expires_us < ?2"
                  " OR (ended_us > 0 AND ended_us < ?2))"),
};
const StatementTable INVITATION_STATEMENTS = {"invitation", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err invitation_store_add(Cx *cx, const Invitation *one, Str digest)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(one->organisation.v),
                          V_TEXT(relation_role_name(one->role)), V_TEXT(one->mail),
                          V_TEXT(one->title), V_TEXT(digest), V_I64(one->by.v),
                          V_I64(one->created_us), V_I64(one->expires_us)));
}

static void read_one(Cx *cx, const DbRows *rows, Invitation *ret)
{
    Arena *arena = cx->arena;
    *ret = (Invitation){.id = db_i64(rows, 0),
                        .organisation = {db_i64(rows, 1)},
                        .organisation_name = arena_copy(arena, db_text(rows, 2)),
                        .mail = arena_copy(arena, db_text(rows, 4)),
                        .title = arena_copy(arena, db_text(rows, 5)),
                        .by = {db_i64(rows, 6)},
                        .by_name = arena_copy(arena, db_text(rows, 7)),
                        .created_us = db_i64(rows, 8),
                        .expires_us = db_i64(rows, 9)};
    bool known = relation_role_parse(db_text(rows, 3), &ret->role);
    ASSERT(known); /* relation_role_name wrote it */
}

Err invitation_store_find(Cx *cx, Str digest, bool *ret_found, Invitation *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[FIND], DB_ARGS(TENANT(cx), V_TEXT(digest), V_I64(cx_now_us(cx))),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            read_one(cx, &rows, ret);
    }
    db_end(&rows);
    return err;
}

Err invitation_store_list(Cx *cx, ItemId organisation, Invitation **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Invitation *list = arena_array(cx->arena, Invitation, INVITATIONS_MAX);
    TRY(db_start(
        cx, &STATEMENTS[LIST],
        DB_ARGS(TENANT(cx), V_I64(organisation.v), V_I64(cx_now_us(cx)), V_I64(INVITATIONS_MAX)),
        &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        read_one(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err invitation_store_end(Cx *cx, ItemId organisation, int64_t id, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[END],
                        DB_ARGS(TENANT(cx), V_I64(organisation.v), V_I64(id), V_I64(cx_now_us(cx))),
                        ret_changed);
}

Err invitation_store_end_of(Cx *cx, ItemId organisation, Str mail)
{
    return db_run(cx, &STATEMENTS[END_OF],
                  DB_ARGS(TENANT(cx), V_I64(organisation.v), V_TEXT(mail), V_I64(cx_now_us(cx))));
}

Err invitation_store_clean(Cx *cx, int64_t before_us)
{
    return db_run(cx, &STATEMENTS[CLEAN], DB_ARGS(TENANT(cx), V_I64(before_us)));
}

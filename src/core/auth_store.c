#include "core/auth_store.h"

#include "base/str.h"

enum {
    ADD_SESSION,
    TRIM_SESSIONS,
    END_SESSION,
    END_OTHERS,
    LIST_SESSIONS,
    END_EXPIRED,
    REMOVE_ENDED,
    ADD_TOKEN,
    REMOVE_TOKEN,
    LIST_TOKENS,
    ALL_SESSIONS,
    ALL_TOKENS
};

/* The roles that a person holds now, site-wide. */
#define ROLES_OF(alias)                                                                            \
    "coalesce((SELECT sum(CASE g.role WHEN 'member' THEN 2 WHEN 'editor' THEN 4"                   \
    " WHEN 'operator' THEN 8 WHEN 'office' THEN 16 WHEN 'admin' THEN 32 ELSE 0 END)"               \
    " FROM role_grant g WHERE g.tenant = " alias ".tenant AND g.person = " alias ".person"         \
    " AND g.item = 0 AND g.from_us <= ?1 AND (g.until_us = 0 OR g.until_us > ?1)), 0)"             \
    " + CASE WHEN EXISTS (SELECT 1 FROM role_grant a WHERE a.tenant = " alias ".tenant"            \
    " AND a.person = " alias ".person AND a.role = 'alliance') THEN 64 ELSE 0 END"

/* A session that has ended stays as a row without its traces until the next clean, and the newest
 * row of all until there is a newer one: the next id is one more than the largest, and no id may
 * be given twice, since the audit and open streams name sessions by it. */
#define END_WHERE                                                                                  \
    "UPDATE session SET expires_us = 0, agent = '' WHERE tenant = ?1 AND expires_us > 0"

static const Statement STATEMENTS[] = {
    [ADD_SESSION] = SQL("INSERT INTO session (tenant, id, hash, person, created_us, expires_us,"
                        " agent) SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6"
                        " FROM session WHERE tenant = ?1 RETURNING id"),
    [TRIM_SESSIONS] = SQL(END_WHERE " AND person = ?2 AND id NOT IN"
                                    " (SELECT id FROM session WHERE tenant = ?1 AND person = ?2"
                                    " AND expires_us > 0 ORDER BY id DESC LIMIT ?3)"),
    [END_SESSION] = SQL(END_WHERE " AND person = ?2 AND id = ?3"),
    [END_OTHERS] = SQL(END_WHERE " AND person = ?2 AND id <> ?3"),
    [LIST_SESSIONS] =
        SQL("SELECT id, created_us, expires_us, agent FROM session"
            " WHERE tenant = ?1 AND person = ?2 AND expires_us > ?3 ORDER BY id DESC"),
    [END_EXPIRED] = SQL(END_WHERE " AND expires_us <= ?2"),
    [REMOVE_ENDED] = SQL("DELETE FROM session WHERE tenant = ?1 AND expires_us = 0"
                         " AND id < (SELECT max(id) FROM session WHERE tenant = ?1)"),
    [ADD_TOKEN] = SQL("INSERT INTO token (tenant, id, hash, person, name, scopes, created_us,"
                      " expires_us) SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7"
                      " FROM token WHERE tenant = ?1 RETURNING id"),
    [REMOVE_TOKEN] = SQL("DELETE FROM token WHERE tenant = ?1 AND id = ?2"),
    [LIST_TOKENS] = SQL("SELECT id, person, name, scopes, created_us, expires_us FROM token"
                        " WHERE tenant = ?1 ORDER BY id"),
    [ALL_SESSIONS] = SQL(
        "SELECT s.tenant, s.hash, s.id, s.person, s.expires_us, p.name, p.lang,"
        " '', " ROLES_OF("s") " FROM session s JOIN person p"
                              " ON p.tenant = s.tenant AND p.id = s.person AND p.state = 'active'"
                              " WHERE s.expires_us > ?1"),
    [ALL_TOKENS] =
        SQL("SELECT t.tenant, t.hash, t.id, t.person, t.expires_us,"
            " coalesce(p.name, t.name), coalesce(p.lang, 'de'), t.scopes, " ROLES_OF(
                "t") " FROM token t LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.person"
                     " WHERE (t.expires_us = 0 OR t.expires_us > ?1)"
                     " AND (t.person = 0 OR p.state = 'active')"),
};
const StatementTable AUTH_STATEMENTS = {"auth", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

/* Runs a statement that gives the number of the row that it added. */
static Err add_row(Cx *cx, const Statement *statement, const DbValue *args, size_t n, int64_t *ret)
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

Err auth_store_add_session(Cx *cx, PersonId person, Str hash, Str agent, int64_t expires_us,
                           int64_t *ret)
{
    return add_row(cx, &STATEMENTS[ADD_SESSION],
                   DB_ARGS(TENANT(cx), V_BLOB(hash), V_I64(person.v), V_I64(cx_now_us(cx)),
                           V_I64(expires_us), V_TEXT(agent)),
                   ret);
}

Err auth_store_trim_sessions(Cx *cx, PersonId person, int64_t keep_count)
{
    return db_run(cx, &STATEMENTS[TRIM_SESSIONS],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(keep_count)));
}

Err auth_store_end_session(Cx *cx, PersonId person, int64_t session, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[END_SESSION],
                        DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(session)), ret_changed);
}

Err auth_store_end_others(Cx *cx, PersonId person, int64_t keep, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[END_OTHERS],
                        DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(keep)), ret_changed);
}

Err auth_store_clean(Cx *cx, int64_t *ret_changed)
{
    TRY(db_run_count(cx, &STATEMENTS[END_EXPIRED], DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx))),
                     ret_changed));
    return db_run(cx, &STATEMENTS[REMOVE_ENDED], DB_ARGS(TENANT(cx)));
}

/* Room for one element more, in blocks. */
static void *grown(Cx *cx, void *items, size_t count, size_t item_bytes, size_t align)
{
    if (count & (count - 1) || (count && count < 16))
        return items;
    size_t room = count ? count * 2 : 16;
    return arena_grow(cx->arena, items, count * item_bytes, room * item_bytes, align);
}

Err auth_store_list_sessions(Cx *cx, PersonId person, Session **ret, size_t *ret_count)
{
    DbRows rows;
    Session *list = NULL;
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[LIST_SESSIONS],
                 DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(cx_now_us(cx))), &rows));
    bool row = false;
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        list = grown(cx, list, count, sizeof *list, _Alignof(Session));
        list[count++] = (Session){.id = db_i64(&rows, 0),
                                  .created_us = db_i64(&rows, 1),
                                  .expires_us = db_i64(&rows, 2),
                                  .agent = arena_copy(cx->arena, db_text(&rows, 3))};
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err auth_store_add_token(Cx *cx, PersonId person, Str hash, Str name, Str scopes,
                         int64_t expires_us, int64_t *ret)
{
    return add_row(cx, &STATEMENTS[ADD_TOKEN],
                   DB_ARGS(TENANT(cx), V_BLOB(hash), V_I64(person.v), V_TEXT(name), V_TEXT(scopes),
                           V_I64(cx_now_us(cx)), V_I64(expires_us)),
                   ret);
}

Err auth_store_remove_token(Cx *cx, int64_t token, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[REMOVE_TOKEN], DB_ARGS(TENANT(cx), V_I64(token)),
                        ret_changed);
}

Err auth_store_list_tokens(Cx *cx, Token **ret, size_t *ret_count)
{
    DbRows rows;
    Token *list = NULL;
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[LIST_TOKENS], DB_ARGS(TENANT(cx)), &rows));
    bool row = false;
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        list = grown(cx, list, count, sizeof *list, _Alignof(Token));
        list[count++] = (Token){.id = db_i64(&rows, 0),
                                .person = {db_i64(&rows, 1)},
                                .name = arena_copy(cx->arena, db_text(&rows, 2)),
                                .scopes = arena_copy(cx->arena, db_text(&rows, 3)),
                                .created_us = db_i64(&rows, 4),
                                .expires_us = db_i64(&rows, 5)};
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

static void read_row(Cx *cx, const DbRows *rows, AuthRow *row)
{
    Str hash = db_blob(rows, 1);
    *row = (AuthRow){.tenant = {db_i64(rows, 0)},
                     .id = db_i64(rows, 2),
                     .person = {db_i64(rows, 3)},
                     .expires_us = db_i64(rows, 4),
                     .name = arena_copy(cx->arena, db_text(rows, 5)),
                     .scopes = arena_copy(cx->arena, db_text(rows, 7)),
                     .roles = (uint32_t)db_i64(rows, 8)};
    if (hash.n == sizeof row->hash)
        memcpy(row->hash, hash.p, hash.n);
    if (!lang_parse(db_text(rows, 6), &row->lang))
        row->lang = LANG_DE;
}

static Err read_all(Cx *cx, const Statement *statement, AuthRow **ret, size_t *ret_count)
{
    DbRows rows;
    AuthRow *list = NULL;
    size_t count = 0;
    TRY(db_start(cx, statement, DB_ARGS(V_I64(cx_now_us(cx))), &rows));
    bool row = false;
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        list = grown(cx, list, count, sizeof *list, _Alignof(AuthRow));
        read_row(cx, &rows, &list[count++]);
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err auth_store_sessions(Cx *cx, AuthRow **ret, size_t *ret_count)
{
    return read_all(cx, &STATEMENTS[ALL_SESSIONS], ret, ret_count);
}

Err auth_store_tokens(Cx *cx, AuthRow **ret, size_t *ret_count)
{
    return read_all(cx, &STATEMENTS[ALL_TOKENS], ret, ret_count);
}

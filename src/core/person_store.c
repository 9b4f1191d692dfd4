#include "core/person_store.h"

#include "base/fold.h"
#include "base/str.h"

enum {
    ADD,
    FIND,
    GET,
    SET_PASSWORD,
    COUNT,
    GRANT,
    REVOKE,
    ROLES,
    ALLIANCE,
    SET_NAME,
    SET_DISTRICT,
    SET_MAIL,
    SET_STATE,
    COUNT_ROLE,
    SET_ERASURE,
    STAY,
    KEEP_FORMER,
    TRIM_FORMER,
    FORMER,
    BLANK,
    FORGET_FORMER
};

#define PERSON_ROW                                                                                 \
    "SELECT id, mail, name, password, lang, state, state_reason, erase_due_us,"                    \
    " erase_posts, district FROM person"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO person (tenant, id, mail, mail_folded, name, password, lang,"
                " created_us, version, name_folded)"
                " SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8"
                " FROM person WHERE tenant = ?1 RETURNING id"),
    [FIND] = SQL(PERSON_ROW " WHERE tenant = ?1 AND mail_folded = ?2"),
    [GET] = SQL(PERSON_ROW " WHERE tenant = ?1 AND id = ?2"),
    [SET_PASSWORD] = SQL("UPDATE person SET password = ?3, version = version + 1"
                         " WHERE tenant = ?1 AND id = ?2"),
    [COUNT] = SQL("SELECT count(*) FROM person WHERE tenant = ?1"),
    [GRANT] = SQL("INSERT INTO role_grant (tenant, person, role, item, from_us, until_us)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (tenant, person, role, item)"
                  " DO UPDATE SET until_us = 0"),
    [REVOKE] = SQL("DELETE FROM role_grant WHERE tenant = ?1 AND person = ?2 AND role = ?3"
                   " AND item = ?4"),
    [ROLES] = SQL("SELECT role FROM role_grant WHERE tenant = ?1 AND person = ?2 AND item = 0"
                  " AND from_us <= ?3 AND (until_us = 0 OR until_us > ?3)"),
    [ALLIANCE] = SQL("SELECT count(*) FROM role_grant WHERE tenant = ?1 AND person = ?2"
                     " AND role = 'alliance'"),
    [SET_NAME] = SQL("UPDATE person SET name = ?3, name_folded = ?4, lang = ?5,"
                     " version = version + 1 WHERE tenant = ?1 AND id = ?2"),
    [SET_DISTRICT] = SQL("UPDATE person SET district = ?3, version = version + 1"
                         " WHERE tenant = ?1 AND id = ?2"),
    [SET_MAIL] = SQL("UPDATE person SET mail = ?3, mail_folded = ?4, version = version + 1"
                     " WHERE tenant = ?1 AND id = ?2"),
    [SET_STATE] = SQL("UPDATE person SET state = ?3, state_reason = ?4, state_us = ?5,"
                      " version = version + 1 WHERE tenant = ?1 AND id = ?2"),
    [COUNT_ROLE] = SQL("SELECT count(*) FROM person p JOIN role_grant g ON g.tenant = p.tenant"
                       " AND g.person = p.id AND g.item = 0 AND g.role = ?2"
                       " WHERE p.tenant = ?1 AND p.state = 'active'"),
    [SET_ERASURE] = SQL("UPDATE person SET erase_due_us = ?3, erase_posts = ?4,"
                        " version = version + 1 WHERE tenant = ?1 AND id = ?2"
                        " AND state <> 'erased'"),
    [STAY] = SQL("UPDATE person SET erase_due_us = 0, erase_posts = 0, version = version + 1"
                 " WHERE tenant = ?1 AND id = ?2 AND erase_due_us > ?3"),
    [KEEP_FORMER] = SQL("INSERT INTO person_former (tenant, person, kind, value, until_us)"
                        " SELECT tenant, id, 'name', name, CAST(?3 AS BIGINT) FROM person"
                        " WHERE tenant = ?1 AND id = ?2 UNION ALL"
                        " SELECT tenant, id, 'mail', mail, CAST(?3 AS BIGINT) FROM person"
                        " WHERE tenant = ?1 AND id = ?2"
                        " ON CONFLICT (tenant, person, kind, value)"
                        " DO UPDATE SET until_us = excluded.until_us"),
    [TRIM_FORMER] = SQL("DELETE FROM person_former WHERE tenant = ?1 AND person = ?2 AND until_us <"
                        " (SELECT min(u) FROM (SELECT until_us AS u FROM person_former"
                        " WHERE tenant = ?1 AND person = ?2 ORDER BY until_us DESC LIMIT ?3) x)"),
    [FORMER] = SQL("SELECT value, CASE WHEN kind = 'mail' THEN 1 ELSE 0 END FROM person_former"
                   " WHERE tenant = ?1 AND person = ?2 ORDER BY until_us DESC, kind, value"
                   " LIMIT ?3"),
    [BLANK] = SQL("UPDATE person SET mail = '', mail_folded = ':' || id, name = '',"
                  " name_folded = '', password = '', state_reason = '', lang = 'de',"
                  " created_us = 0, erase_due_us = 0, erase_posts = 0, district = '',"
                  " version = version + 1 WHERE tenant = ?1 AND id = ?2"),
    [FORGET_FORMER] = SQL("DELETE FROM person_former WHERE tenant = ?1 AND person = ?2"),
};
const StatementTable PERSON_STATEMENTS = {"person", STATEMENTS, COUNT_OF(STATEMENTS)};

Err person_store_add(Cx *cx, Str mail, Str mail_folded, const Person *person, PersonId *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[ADD],
                 DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(mail), V_TEXT(mail_folded),
                         V_TEXT(person->name), V_TEXT(person->password),
                         V_TEXT(lang_code(person->lang)), V_I64(cx_now_us(cx)),
                         V_TEXT(fold_search(cx->arena, person->name))),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        ret->v = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

static PersonState state_of(Str name)
{
    return str_eq(name, S("active"))      ? PERSON_ACTIVE
           : str_eq(name, S("suspended")) ? PERSON_SUSPENDED
                                          : PERSON_ERASED;
}

static void read_person(Cx *cx, const DbRows *rows, Person *ret)
{
    *ret = (Person){.id = {db_i64(rows, 0)},
                    .mail = arena_copy(cx->arena, db_text(rows, 1)),
                    .name = arena_copy(cx->arena, db_text(rows, 2)),
                    .password = arena_copy(cx->arena, db_text(rows, 3)),
                    .state = state_of(db_text(rows, 5)),
                    .state_reason = arena_copy(cx->arena, db_text(rows, 6)),
                    .erase_due_us = db_i64(rows, 7),
                    .erase_posts = db_i64(rows, 8) != 0,
                    .district = arena_copy(cx->arena, db_text(rows, 9))};
    if (!lang_parse(db_text(rows, 4), &ret->lang))
        ret->lang = LANG_DE;
}

static Err read_one(Cx *cx, const Statement *statement, DbValue by, bool *ret_found, Person *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, statement, DB_ARGS(V_I64(cx->actor->tenant.v), by), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        read_person(cx, &rows, ret);
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err person_store_find(Cx *cx, Str mail_folded, bool *ret_found, Person *ret)
{
    return read_one(cx, &STATEMENTS[FIND], V_TEXT(mail_folded), ret_found, ret);
}

Err person_store_get(Cx *cx, PersonId id, bool *ret_found, Person *ret)
{
    return read_one(cx, &STATEMENTS[GET], V_I64(id.v), ret_found, ret);
}

Err person_store_set_password(Cx *cx, PersonId id, Str hash, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[SET_PASSWORD],
                        DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(hash)),
                        ret_changed);
}

static Str state_name(PersonState state)
{
    static const Str NAMES[] = {S_INIT("active"), S_INIT("suspended"), S_INIT("erased")};
    return NAMES[state];
}

Err person_store_set_name(Cx *cx, PersonId id, Str name, Lang lang, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[SET_NAME],
                        DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(name),
                                V_TEXT(fold_search(cx->arena, name)), V_TEXT(lang_code(lang))),
                        ret_changed);
}

Err person_store_set_district(Cx *cx, PersonId id, Str district, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[SET_DISTRICT],
                        DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(district)),
                        ret_changed);
}

Err person_store_set_mail(Cx *cx, PersonId id, Str mail, Str mail_folded, int64_t *ret_changed)
{
    return db_run_count(
        cx, &STATEMENTS[SET_MAIL],
        DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(mail), V_TEXT(mail_folded)),
        ret_changed);
}

Err person_store_set_state(Cx *cx, PersonId id, PersonState state, Str reason, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[SET_STATE],
                        DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(state_name(state)),
                                V_TEXT(reason), V_I64(cx_now_us(cx))),
                        ret_changed);
}

Err person_store_set_erasure(Cx *cx, PersonId id, int64_t due_us, bool posts, int64_t *ret_changed)
{
    return db_run_count(
        cx, &STATEMENTS[SET_ERASURE],
        DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_I64(due_us), V_I64(posts)), ret_changed);
}

Err person_store_stay(Cx *cx, PersonId id, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[STAY],
                        DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_I64(cx_now_us(cx))),
                        ret_changed);
}

Err person_store_keep_former(Cx *cx, PersonId id)
{
    TRY(db_run(cx, &STATEMENTS[KEEP_FORMER],
               DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_I64(cx_now_us(cx)))));
    return db_run(cx, &STATEMENTS[TRIM_FORMER],
                  DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_I64(PERSON_FORMER_MAX)));
}

Err person_store_former(Cx *cx, PersonId id, PersonFormer **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    PersonFormer *list = arena_array(cx->arena, PersonFormer, PERSON_FORMER_MAX);
    TRY(db_start(cx, &STATEMENTS[FORMER],
                 DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_I64(PERSON_FORMER_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < PERSON_FORMER_MAX)
        list[count++] = (PersonFormer){.value = arena_copy(cx->arena, db_text(&rows, 0)),
                                       .is_mail = db_i64(&rows, 1) != 0};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err person_store_blank(Cx *cx, PersonId id)
{
    static const int STEPS[] = {BLANK, FORGET_FORMER};
    for (size_t i = 0; i < COUNT_OF(STEPS); i++)
        TRY(db_run(cx, &STATEMENTS[STEPS[i]], DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v))));
    return OK;
}

Err person_store_is_alliance(Cx *cx, PersonId id, bool *ret)
{
    int64_t count;
    TRY(db_one_i64(cx, &STATEMENTS[ALLIANCE], DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v)),
                   &count));
    *ret = count > 0;
    return OK;
}

/* Between per cent signs, its own ones taken literally. */
static Str like_pattern(Arena *arena, Str text)
{
    Buf out = buf_new(arena, text.n * 2 + 8);
    buf_char(&out, '%');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '\\')
            buf_char(&out, '\\');
        buf_char(&out, text.p[i]);
    }
    buf_char(&out, '%');
    return buf_str(&out);
}

static void put_where(Cx *cx, DbDynamic *sql, const PersonQuery *query)
{
    db_dynamic_sql(sql, " FROM person p WHERE p.tenant = ");
    db_dynamic_bind(sql, V_I64(cx->actor->tenant.v));
    db_dynamic_put(sql, query->only_suspended ? S(" AND p.state = 'suspended'")
                                              : S(" AND p.state <> 'erased'"));
    if (query->text.n) {
        db_dynamic_sql(sql, " AND (p.name_folded LIKE ");
        db_dynamic_bind(sql, V_TEXT(like_pattern(cx->arena, fold_search(cx->arena, query->text))));
        db_dynamic_sql(sql, " ESCAPE '\\' OR p.mail_folded LIKE ");
        db_dynamic_bind(sql,
                        V_TEXT(like_pattern(cx->arena, person_mail_key(cx->arena, query->text))));
        db_dynamic_sql(sql, " ESCAPE '\\')");
    }
    if (query->role) {
        db_dynamic_sql(sql, " AND EXISTS (SELECT 1 FROM role_grant g WHERE g.tenant = p.tenant"
                            " AND g.person = p.id AND g.item = 0 AND g.role = ");
        db_dynamic_bind(sql, V_TEXT(role_name(query->role)));
        db_dynamic_sql(sql, ")");
    }
}

static Err count_found(Cx *cx, const PersonQuery *query, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    DbDynamic *sql = db_dynamic(cx);
    db_dynamic_sql(sql, "SELECT count(*)");
    put_where(cx, sql, query);
    TRY(db_start_dynamic(cx, sql, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err person_store_list(Cx *cx, const PersonQuery *query, Person **ret, size_t *ret_count,
                      int64_t *ret_total)
{
    DbRows rows;
    bool row = false;
    Person *list = arena_array(cx->arena, Person, (size_t)query->limit);
    size_t count = 0;
    DbDynamic *sql = db_dynamic(cx);
    TRY(count_found(cx, query, ret_total));
    db_dynamic_sql(sql, "SELECT p.id, p.mail, p.name, '', p.lang, p.state, p.state_reason,"
                        " p.erase_due_us, p.erase_posts, ''");
    put_where(cx, sql, query);
    db_dynamic_sql(sql, " ORDER BY p.name_folded, p.id LIMIT ");
    db_dynamic_bind(sql, V_I64(query->limit));
    db_dynamic_sql(sql, " OFFSET ");
    db_dynamic_bind(sql, V_I64(query->offset));
    TRY(db_start_dynamic(cx, sql, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < (size_t)query->limit)
        read_person(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err person_store_count_role(Cx *cx, Str role, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[COUNT_ROLE], DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(role)),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err person_store_count(Cx *cx, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[COUNT], DB_ARGS(V_I64(cx->actor->tenant.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err person_store_grant(Cx *cx, PersonId id, Str role, int64_t item)
{
    return db_run(cx, &STATEMENTS[GRANT],
                  DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(role), V_I64(item),
                          V_I64(cx_now_us(cx))));
}

Err person_store_revoke(Cx *cx, PersonId id, Str role, int64_t item)
{
    return db_run(cx, &STATEMENTS[REVOKE],
                  DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(role), V_I64(item)));
}

Err person_store_roles(Cx *cx, PersonId id, uint32_t *ret)
{
    DbRows rows;
    bool row = false;
    uint32_t roles = ROLE_ANYONE, role;
    TRY(db_start(cx, &STATEMENTS[ROLES],
                 DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_I64(cx_now_us(cx))), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        if (role_parse(db_text(&rows, 0), &role))
            roles |= role;
    db_end(&rows);
    TRY(err);
    *ret = roles;
    return OK;
}

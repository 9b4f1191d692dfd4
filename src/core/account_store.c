#include "core/account_store.h"

enum {
    ADD_SIGN_UP,
    COUNT_SIGN_UPS,
    COUNT_OF_MAIL,
    SIGN_UP,
    REMOVE_SIGN_UPS,
    ADD_LINK,
    LINK,
    REMOVE_LINKS,
    ADD_CONSENT,
    KEEP_WORDS,
    CONSENTS,
    CLEAN_SIGN_UPS,
    CLEAN_LINKS
};

enum { CONSENTS_MAX = 100 };

static const Statement STATEMENTS[] = {
    [ADD_SIGN_UP] = SQL("INSERT INTO sign_up (tenant, id, hash, mail, mail_folded, name, password,"
                        " lang, terms, created_us)"
                        " SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9"
                        " FROM sign_up WHERE tenant = ?1"),
    [COUNT_SIGN_UPS] = SQL("SELECT count(*) FROM sign_up WHERE tenant = ?1 AND created_us > ?2"),
    [COUNT_OF_MAIL] = SQL("SELECT count(*) FROM sign_up WHERE tenant = ?1 AND created_us > ?2"
                          " AND mail_folded = ?3"),
    [SIGN_UP] = SQL("SELECT id, mail, name, password, lang, terms, created_us FROM sign_up"
                    " WHERE tenant = ?1 AND created_us > ?2 AND hash = ?3"),
    [REMOVE_SIGN_UPS] = SQL("DELETE FROM sign_up WHERE tenant = ?1 AND mail_folded = ?2"),
    [ADD_LINK] = SQL("INSERT INTO account_link (tenant, hash, purpose, person, mail, until_us)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
    [LINK] = SQL("SELECT person, mail FROM account_link"
                 " WHERE tenant = ?1 AND hash = ?2 AND purpose = ?3 AND until_us > ?4"),
    [REMOVE_LINKS] = SQL("DELETE FROM account_link"
                         " WHERE tenant = ?1 AND person = ?2 AND purpose = ?3"),
    [ADD_CONSENT] = SQL("INSERT INTO consent (tenant, person, text, version, given_us,"
                        " confirmed_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                        " ON CONFLICT (tenant, person, text, version) DO NOTHING"),
    [KEEP_WORDS] = SQL("INSERT INTO consent_text (tenant, text, version, words)"
                       " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (tenant, text, version) DO NOTHING"),
    [CONSENTS] = SQL("SELECT text, version, given_us, confirmed_us FROM consent"
                     " WHERE tenant = ?1 AND person = ?2 ORDER BY given_us LIMIT 100"),
    [CLEAN_SIGN_UPS] = SQL("DELETE FROM sign_up WHERE tenant = ?1 AND id IN (SELECT id FROM sign_up"
                           " WHERE tenant = ?1 AND created_us <= ?2 ORDER BY created_us LIMIT ?3)"),
    [CLEAN_LINKS] =
        SQL("DELETE FROM account_link WHERE tenant = ?1 AND hash IN (SELECT hash FROM account_link"
            " WHERE tenant = ?1 AND until_us <= ?2 ORDER BY until_us LIMIT ?3)"),
};
const StatementTable ACCOUNT_STATEMENTS = {"account", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err account_store_add_sign_up(Cx *cx, const SignUp *sign_up, Str hash, Str terms)
{
    return db_run(cx, &STATEMENTS[ADD_SIGN_UP],
                  DB_ARGS(TENANT(cx), V_BLOB(hash), V_TEXT(sign_up->mail),
                          V_TEXT(person_mail_key(cx->arena, sign_up->mail)), V_TEXT(sign_up->name),
                          V_TEXT(sign_up->password), V_TEXT(lang_code(sign_up->lang)),
                          V_TEXT(terms), V_I64(cx_now_us(cx))));
}

Err account_store_count_sign_ups(Cx *cx, int64_t since_us, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[COUNT_SIGN_UPS], DB_ARGS(TENANT(cx), V_I64(since_us)), ret);
}

Err account_store_count_of_mail(Cx *cx, Str mail_folded, int64_t since_us, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[COUNT_OF_MAIL],
                      DB_ARGS(TENANT(cx), V_I64(since_us), V_TEXT(mail_folded)), ret);
}

Err account_store_sign_up(Cx *cx, Str hash, int64_t since_us, bool *ret_found, SignUpRow *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[SIGN_UP], DB_ARGS(TENANT(cx), V_I64(since_us), V_BLOB(hash)),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        *ret = (SignUpRow){.id = db_i64(&rows, 0),
                           .sign_up = {.mail = arena_copy(cx->arena, db_text(&rows, 1)),
                                       .name = arena_copy(cx->arena, db_text(&rows, 2)),
                                       .password = arena_copy(cx->arena, db_text(&rows, 3)),
                                       .created_us = db_i64(&rows, 6)},
                           .terms = arena_copy(cx->arena, db_text(&rows, 5))};
        if (!lang_parse(db_text(&rows, 4), &ret->sign_up.lang))
            ret->sign_up.lang = LANG_DE;
    }
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err account_store_remove_sign_ups(Cx *cx, Str mail_folded)
{
    return db_run(cx, &STATEMENTS[REMOVE_SIGN_UPS], DB_ARGS(TENANT(cx), V_TEXT(mail_folded)));
}

Err account_store_add_link(Cx *cx, Str purpose, const AccountLink *link, Str hash, int64_t until_us)
{
    TRY(account_store_remove_links(cx, purpose, link->person));
    return db_run(cx, &STATEMENTS[ADD_LINK],
                  DB_ARGS(TENANT(cx), V_BLOB(hash), V_TEXT(purpose), V_I64(link->person.v),
                          V_TEXT(link->mail), V_I64(until_us)));
}

Err account_store_link(Cx *cx, Str purpose, Str hash, bool *ret_found, AccountLink *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[LINK],
                 DB_ARGS(TENANT(cx), V_BLOB(hash), V_TEXT(purpose), V_I64(cx_now_us(cx))), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (AccountLink){.person = {db_i64(&rows, 0)},
                             .mail = arena_copy(cx->arena, db_text(&rows, 1))};
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err account_store_remove_links(Cx *cx, Str purpose, PersonId person)
{
    return db_run(cx, &STATEMENTS[REMOVE_LINKS],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(purpose)));
}

Err account_store_add_consent(Cx *cx, PersonId person, const Consent *consent)
{
    return db_run(cx, &STATEMENTS[ADD_CONSENT],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(consent->text),
                          V_TEXT(consent->version), V_I64(consent->given_us),
                          V_I64(consent->confirmed_us)));
}

Err account_store_keep_words(Cx *cx, Str text, Str version, Str words)
{
    return db_run(cx, &STATEMENTS[KEEP_WORDS],
                  DB_ARGS(TENANT(cx), V_TEXT(text), V_TEXT(version), V_TEXT(words)));
}

Err account_store_consents(Cx *cx, PersonId person, Consent **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    Consent *list = arena_array(cx->arena, Consent, CONSENTS_MAX);
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[CONSENTS], DB_ARGS(TENANT(cx), V_I64(person.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < CONSENTS_MAX)
        list[count++] = (Consent){.text = arena_copy(cx->arena, db_text(&rows, 0)),
                                  .version = arena_copy(cx->arena, db_text(&rows, 1)),
                                  .given_us = db_i64(&rows, 2),
                                  .confirmed_us = db_i64(&rows, 3)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err account_store_clean(Cx *cx, int64_t sign_ups_before_us, int64_t limit)
{
    TRY(db_run(cx, &STATEMENTS[CLEAN_SIGN_UPS],
               DB_ARGS(TENANT(cx), V_I64(sign_ups_before_us), V_I64(limit))));
    return db_run(cx, &STATEMENTS[CLEAN_LINKS],
                  DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx)), V_I64(limit)));
}

#include "core/mail_store.h"

#include "base/str.h"

enum { ADDRESS, SET_ADDRESS, FORGET, KEEP, TRIM, KEPT_ONE, KEPT_ALL };

static const Statement STATEMENTS[] = {
    [ADDRESS] = SQL("SELECT confirmed_us, bounced_us, bounce FROM mail_address"
                    " WHERE tenant = ?1 AND folded = ?2"),
    [SET_ADDRESS] =
        SQL("INSERT INTO mail_address (tenant, folded, confirmed_us, bounced_us, bounce)"
            " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant, folded) DO UPDATE SET"
            " confirmed_us = excluded.confirmed_us, bounced_us = excluded.bounced_us,"
            " bounce = excluded.bounce"),
    [FORGET] = SQL("DELETE FROM mail_address WHERE tenant = ?1 AND folded = ?2"),
    [KEEP] = SQL("INSERT INTO mail_kept (tenant, id, at_us, kind, lang, address, subject, body,"
                 " calendar) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (tenant, id) "
                 "DO NOTHING"),
    [TRIM] = SQL("DELETE FROM mail_kept WHERE tenant = ?1 AND id <= ?2"),
    [KEPT_ONE] = SQL("SELECT id, at_us, kind, lang, address, subject, body, calendar FROM mail_kept"
                     " WHERE tenant = ?1 AND id = ?2"),
    [KEPT_ALL] = SQL("SELECT id, at_us, kind, lang, address, subject, '', '' FROM mail_kept"
                     " WHERE tenant = ?1 ORDER BY id DESC LIMIT ?2"),
};
const StatementTable MAIL_STATEMENTS = {"mail", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err mail_store_address(Cx *cx, Str folded, bool *ret_found, MailAddress *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[ADDRESS], DB_ARGS(TENANT(cx), V_TEXT(folded)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (MailAddress){.confirmed_us = db_i64(&rows, 0),
                             .bounced_us = db_i64(&rows, 1),
                             .bounce = arena_copy(cx->arena, db_text(&rows, 2))};
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err mail_store_set_address(Cx *cx, Str folded, const MailAddress *address)
{
    return db_run(cx, &STATEMENTS[SET_ADDRESS],
                  DB_ARGS(TENANT(cx), V_TEXT(folded), V_I64(address->confirmed_us),
                          V_I64(address->bounced_us), V_TEXT(address->bounce)));
}

Err mail_store_forget(Cx *cx, Str folded)
{
    return db_run(cx, &STATEMENTS[FORGET], DB_ARGS(TENANT(cx), V_TEXT(folded)));
}

Err mail_store_keep(Cx *cx, const MailKept *mail, int64_t keep_count)
{
    TRY(db_run(cx, &STATEMENTS[KEEP],
               DB_ARGS(TENANT(cx), V_I64(mail->id), V_I64(mail->at_us), V_TEXT(mail->kind),
                       V_TEXT(lang_code(mail->lang)), V_TEXT(mail->address), V_TEXT(mail->subject),
                       V_TEXT(mail->body), V_TEXT(mail->calendar))));
    return db_run(cx, &STATEMENTS[TRIM], DB_ARGS(TENANT(cx), V_I64(mail->id - keep_count)));
}

static void read_kept(Cx *cx, const DbRows *rows, MailKept *ret)
{
    *ret = (MailKept){.id = db_i64(rows, 0),
                      .at_us = db_i64(rows, 1),
                      .kind = arena_copy(cx->arena, db_text(rows, 2)),
                      .address = arena_copy(cx->arena, db_text(rows, 4)),
                      .subject = arena_copy(cx->arena, db_text(rows, 5)),
                      .body = arena_copy(cx->arena, db_text(rows, 6)),
                      .calendar = arena_copy(cx->arena, db_text(rows, 7))};
    if (!lang_parse(db_text(rows, 3), &ret->lang))
        ret->lang = LANG_DE;
}

Err mail_store_kept(Cx *cx, int64_t id, size_t limit, MailKept **ret, size_t *ret_count)
{
    DbRows rows;
    MailKept *list = arena_array(cx->arena, MailKept, limit);
    size_t count = 0;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[id ? KEPT_ONE : KEPT_ALL],
                 DB_ARGS(TENANT(cx), V_I64(id ? id : (int64_t)limit)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < limit)
        read_kept(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

#include "people/attachment_store.h"

#include "base/json.h"
#include "base/str.h"
#include "core/person.h"

#define COLUMNS                                                                                    \
    "SELECT f.id, f.item, f.role, f.position, f.hash, f.kind, f.name, f.lang, f.title, f.alt,"     \
    " f.credit, f.bytes, f.width, f.height, f.created_us FROM attachment f"

enum { ADD, SET, CLEAR_ROLE, REMOVE, LIST, GET, TOTAL, IS_NAMED, FORGET };

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO attachment (tenant, id, item, role, position, hash, kind, name, lang,"
                " title, alt, credit, bytes, width, height, person, created_us, removed_us)"
                " SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, coalesce(max(id), 0) + 1, ?4, ?5,"
                " ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0 FROM attachment"
                " WHERE tenant = ?1 RETURNING id"),
    [SET] = SQL("UPDATE attachment SET role = ?4, position = ?5, lang = ?6, title = ?7, alt = ?8,"
                " credit = ?9 WHERE tenant = ?1 AND item = ?2 AND id = ?3"),
    [CLEAR_ROLE] = SQL("UPDATE attachment SET role = 'file'"
                       " WHERE tenant = ?1 AND item = ?2 AND role = ?3 AND removed_us = 0"),
    [REMOVE] = SQL("UPDATE attachment SET removed_us = ?4, role = 'file', name = '', title = '',"
                   " alt = '', credit = '', person = 0"
                   " WHERE tenant = ?1 AND item = ?2 AND id = ?3 AND removed_us = 0"),
    [LIST] = SQL(COLUMNS " WHERE f.tenant = ?1 AND f.item = ?2 AND f.removed_us = 0"
                         " ORDER BY f.position, f.id LIMIT ?3"),
    [GET] = SQL(COLUMNS " WHERE f.tenant = ?1 AND f.id = ?2 AND f.removed_us = 0"),
    [TOTAL] = SQL("SELECT coalesce(sum(bytes), 0) FROM attachment WHERE tenant = ?1"),
    [IS_NAMED] = SQL("SELECT 1 FROM attachment WHERE hash = ?1 LIMIT 1"),
    [FORGET] =
        SQL("DELETE FROM attachment WHERE tenant = ?1 AND removed_us > 0 AND removed_us < ?2"),
};
const StatementTable ATTACHMENT_STATEMENTS = {"attachment", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err attachment_store_add(Cx *cx, ItemId item, const AttachmentFile *file,
                         const AttachmentWords *words, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[ADD],
                      DB_ARGS(TENANT(cx), V_I64(item.v), V_TEXT(attachment_role_name(words->role)),
                              V_TEXT(file->hash), V_TEXT(file_kind_name(file->kind)),
                              V_TEXT(file->name), V_TEXT(lang_code(words->lang)),
                              V_TEXT(words->title), V_TEXT(words->alt), V_TEXT(words->credit),
                              V_I64(file->bytes), V_I64(file->width), V_I64(file->height),
                              V_I64(cx->actor->person.v), V_I64(cx_now_us(cx))),
                      ret);
}

Err attachment_store_set(Cx *cx, const Attachment *one)
{
    const AttachmentWords *words = &one->words;
    return db_run(cx, &STATEMENTS[SET],
                  DB_ARGS(TENANT(cx), V_I64(one->item.v), V_I64(one->id),
                          V_TEXT(attachment_role_name(words->role)), V_I64(one->position),
                          V_TEXT(lang_code(words->lang)), V_TEXT(words->title), V_TEXT(words->alt),
                          V_TEXT(words->credit)));
}

Err attachment_store_clear_role(Cx *cx, ItemId item, AttachmentRole role)
{
    return db_run(cx, &STATEMENTS[CLEAR_ROLE],
                  DB_ARGS(TENANT(cx), V_I64(item.v), V_TEXT(attachment_role_name(role))));
}

Err attachment_store_remove(Cx *cx, ItemId item, int64_t id, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[REMOVE],
                        DB_ARGS(TENANT(cx), V_I64(item.v), V_I64(id), V_I64(cx_now_us(cx))),
                        ret_changed);
}

static void read_row(Cx *cx, const DbRows *rows, Attachment *ret)
{
    Arena *arena = cx->arena;
    *ret = (Attachment){.id = db_i64(rows, 0),
                        .item = {db_i64(rows, 1)},
                        .position = db_i64(rows, 3),
                        .file = {.hash = arena_copy(arena, db_text(rows, 4)),
                                 .name = arena_copy(arena, db_text(rows, 6)),
                                 .bytes = db_i64(rows, 11),
                                 .width = db_i64(rows, 12),
                                 .height = db_i64(rows, 13)},
                        .words = {.title = arena_copy(arena, db_text(rows, 8)),
                                  .alt = arena_copy(arena, db_text(rows, 9)),
                                  .credit = arena_copy(arena, db_text(rows, 10))},
                        .created_us = db_i64(rows, 14)};
    bool known = attachment_role_parse(db_text(rows, 2), &ret->words.role) &&
                 file_kind_parse(db_text(rows, 5), &ret->file.kind) &&
                 lang_parse(db_text(rows, 7), &ret->words.lang);
    ASSERT(known); /* the functions beside wrote them */
    ret->shown = !file_is_picture(ret->file.kind) || (ret->words.alt.n && ret->words.credit.n);
}

static Err read_rows(Cx *cx, DbRows *rows, Attachment *ret, size_t max, size_t *ret_count)
{
    bool row = false;
    size_t count = 0;
    Err err;
    while ((err = db_next(cx, rows, &row)) == OK && row && count < max)
        read_row(cx, rows, &ret[count++]);
    db_end(rows);
    TRY(err);
    *ret_count = count;
    return OK;
}

Err attachment_store_list(Cx *cx, ItemId item, Attachment *ret, size_t max, size_t *ret_count)
{
    DbRows rows;
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(item.v), V_I64((int64_t)max)),
                 &rows));
    return read_rows(cx, &rows, ret, max, ret_count);
}

Err attachment_store_get(Cx *cx, int64_t id, bool *ret_found, Attachment *ret)
{
    DbRows rows;
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id)), &rows));
    TRY(read_rows(cx, &rows, ret, 1, &count));
    *ret_found = count == 1;
    return OK;
}

Err attachment_store_of_role(Cx *cx, const ItemId *items, size_t item_count, AttachmentRole role,
                             Attachment *ret, size_t *ret_count)
{
    DbRows rows;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, COLUMNS " JOIN item i ON i.tenant = f.tenant AND i.id = f.item"
                                  " WHERE f.removed_us = 0 AND f.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND f.role = ");
    db_dynamic_bind(query, V_TEXT(attachment_role_name(role)));
    db_dynamic_sql(query, " AND f.item IN (");
    for (size_t i = 0; i < item_count; i++) {
        if (i)
            db_dynamic_sql(query, ", ");
        db_dynamic_bind(query, V_I64(items[i].v));
    }
    db_dynamic_sql(query, ")");
    item_read_rule(query, cx);
    db_dynamic_sql(query, " AND f.alt <> '' AND f.credit <> '' ORDER BY f.item LIMIT ");
    db_dynamic_bind(query, V_I64((int64_t)item_count));
    TRY(db_start_dynamic(cx, query, &rows));
    return read_rows(cx, &rows, ret, item_count, ret_count);
}

Err attachment_store_total(Cx *cx, int64_t *ret)
{
    *ret = 0;
    return db_one_i64(cx, &STATEMENTS[TOTAL], DB_ARGS(TENANT(cx)), ret);
}

Err attachment_store_is_named(Cx *cx, Str hash, bool *ret)
{
    int64_t one = 0;
    TRY(db_one_i64(cx, &STATEMENTS[IS_NAMED], DB_ARGS(V_TEXT(hash)), &one));
    *ret = one != 0;
    return OK;
}

Err attachment_store_forget(Cx *cx, int64_t before_us)
{
    return db_run(cx, &STATEMENTS[FORGET], DB_ARGS(TENANT(cx), V_I64(before_us)));
}

static void put_field(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

Err attachment_store_json(Cx *cx, ItemId item, Buf *buf)
{
    size_t count = 0;
    Attachment *list = arena_array(cx->arena, Attachment, ATTACHMENTS_MAX);
    JsonOut out = json_out(buf);
    TRY(attachment_store_list(cx, item, list, ATTACHMENTS_MAX, &count));
    json_begin(&out, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(&out, '{');
        json_name(&out, S("id"));
        json_put_i64(&out, list[i].id);
        put_field(&out, S("role"), attachment_role_name(list[i].words.role));
        put_field(&out, S("name"), list[i].file.name);
        put_field(&out, S("hash"), list[i].file.hash);
        put_field(&out, S("lang"), lang_code(list[i].words.lang));
        put_field(&out, S("title"), list[i].words.title);
        put_field(&out, S("alt"), list[i].words.alt);
        put_field(&out, S("credit"), list[i].words.credit);
        json_end(&out, '}');
    }
    json_end(&out, ']');
    return OK;
}

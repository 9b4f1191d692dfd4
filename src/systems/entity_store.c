#include "systems/entity_store.h"

#include "base/str.h"

enum { FIND, ADD, SET, REMOVE, TYPE_ADD, TYPES_REMOVE, EXPIRED, TYPES, EACH, EACH_OF_TYPE };

static const Statement Q[] = {
    [FIND] = SQL("SELECT " ENTITY_COLUMNS " FROM entity e"
                 " WHERE e.tenant = ?1 AND e.id = ?2 AND e.shard = ?3"),
    [ADD] = SQL2("INSERT INTO entity(tenant, shard, id, types, scopes, version, change_seq,"
                 " created_us, modified_us, expires_us, doc)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, 1, ?6, ?6, ?6, ?7, ?8)"
                 " ON CONFLICT DO NOTHING",
                 "INSERT INTO entity(tenant, shard, id, types, scopes, version, change_seq,"
                 " created_us, modified_us, expires_us, doc)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, 1, nextval('entity_change'), ?6, ?6, ?7, ?8)"
                 " ON CONFLICT DO NOTHING RETURNING key"),
    [SET] = SQL2("UPDATE entity SET types = ?4, scopes = ?5, version = ?6, change_seq = ?7,"
                 " modified_us = ?7, expires_us = ?8, doc = ?9"
                 " WHERE key = ?1 AND tenant = ?2 AND shard = ?3",
                 "UPDATE entity SET types = ?4, scopes = ?5, version = ?6,"
                 " change_seq = nextval('entity_change'), modified_us = ?7, expires_us = ?8,"
                 " doc = ?9 WHERE key = ?1 AND tenant = ?2 AND shard = ?3"),
    [REMOVE] = SQL("DELETE FROM entity WHERE key = ?1 AND tenant = ?2 AND shard = ?3"),
    [TYPE_ADD] = SQL("INSERT INTO entity_type(tenant, type, key) VALUES(?1, ?2, ?3)"),
    [TYPES_REMOVE] = SQL("DELETE FROM entity_type WHERE tenant = ?1 AND type = ?2 AND key = ?3"),
    [EXPIRED] = SQL("SELECT id FROM entity WHERE expires_us <= ?1 AND tenant = ?2 LIMIT ?3"),
    [TYPES] = SQL("SELECT type, count(*) FROM entity_type WHERE tenant = ?1"
                  " GROUP BY type ORDER BY type"),
    [EACH] = SQL("SELECT " ENTITY_COLUMNS " FROM entity e WHERE e.tenant = ?1"),
    [EACH_OF_TYPE] = SQL("SELECT " ENTITY_COLUMNS " FROM entity_type t JOIN entity e"
                         " ON e.key = t.key AND e.tenant = t.tenant"
                         " WHERE t.tenant = ?1 AND t.type = ?2"),
};
const StatementTable ENTITY_STATEMENTS = {"entity", Q, COUNT_OF(Q)};

int64_t entity_shard(TenantId tenant, Str id)
{
    return (int64_t)((str_hash(id) ^ (uint64_t)tenant.v * 0x9E3779B97F4A7C15u) & 0xFFFF);
}

/* ---- Lists, one per line ---- */

static Str lines(Arena *arena, const Str *list, size_t count)
{
    if (count == 0)
        return (Str){NULL, 0};
    if (count == 1)
        return list[0];
    Buf buf = buf_new(arena, (size_t)1 << 24);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_char(&buf, '\n');
        buf_put(&buf, list[i]);
    }
    return buf_str(&buf);
}

static const Str *lines_split(Arena *arena, Str text, size_t *ret_count)
{
    size_t count = text.p ? 1 : 0;
    for (size_t i = 0; i < text.n; i++)
        count += text.p[i] == '\n';
    Str *list = arena_array(arena, Str, count);
    Str rest = text;
    for (size_t i = 0; i < count; i++)
        list[i] = str_cut(&rest, '\n');
    *ret_count = count;
    return list;
}

static Str column_copy(Cx *cx, const DbRows *rows, int column)
{
    Str text = db_text(rows, column);
    return text.p ? arena_copy(cx->arena, text) : text;
}

Err entity_store_row(Cx *cx, const DbRows *rows, int column, Entity *ret)
{
    Entity entity = {.key = {db_i64(rows, column)}, .tenant = {db_i64(rows, column + 1)}};
    entity.id = column_copy(cx, rows, column + 2);
    entity.types = lines_split(cx->arena, column_copy(cx, rows, column + 3), &entity.type_count);
    entity.scopes = lines_split(cx->arena, column_copy(cx, rows, column + 4), &entity.scope_count);
    entity.version = db_i64(rows, column + 5);
    entity.created_us = db_i64(rows, column + 6);
    entity.modified_us = db_i64(rows, column + 7);
    entity.expires_us = db_is_null(rows, column + 8) ? 0 : db_i64(rows, column + 8);
    if (json_parse(cx, column_copy(cx, rows, column + 9), &entity.doc) != OK)
        return fail(cx, ERR_INTERNAL, "entity.corrupt", "%.*s: the stored document is no JSON",
                    SARG(entity.id));
    *ret = entity;
    return OK;
}

Err entity_store_find(Cx *cx, TenantId tenant, Str id, Entity *ret, bool *ret_found)
{
    DbRows rows;
    TRY(db_start(cx, &Q[FIND],
                 DB_ARGS(V_I64(tenant.v), V_TEXT(id), V_I64(entity_shard(tenant, id))), &rows));
    bool row = false;
    Entity entity;
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        err = entity_store_row(cx, &rows, 0, &entity);
    db_end(&rows);
    TRY(err);
    if (row)
        *ret = entity;
    *ret_found = row;
    return OK;
}

/* ---- Writing ---- */

static DbValue expires_value(const Entity *entity)
{
    return entity->expires_us ? V_I64(entity->expires_us) : V_NULL;
}

static Err types_add(Cx *cx, const Entity *entity)
{
    for (size_t i = 0; i < entity->type_count; i++)
        TRY(db_run(
            cx, &Q[TYPE_ADD],
            DB_ARGS(V_I64(entity->tenant.v), V_TEXT(entity->types[i]), V_I64(entity->key.v))));
    return OK;
}

static Err types_remove(Cx *cx, const Entity *entity)
{
    for (size_t i = 0; i < entity->type_count; i++)
        TRY(db_run(
            cx, &Q[TYPES_REMOVE],
            DB_ARGS(V_I64(entity->tenant.v), V_TEXT(entity->types[i]), V_I64(entity->key.v))));
    return OK;
}

static Err row_add(Cx *cx, const Entity *entity, EntityKey *ret_key, bool *ret_added)
{
    return db_insert(
        cx, &Q[ADD],
        DB_ARGS(V_I64(entity->tenant.v), V_I64(entity_shard(entity->tenant, entity->id)),
                V_TEXT(entity->id), V_TEXT(lines(cx->arena, entity->types, entity->type_count)),
                v_text_or_null(lines(cx->arena, entity->scopes, entity->scope_count)),
                V_I64(entity->created_us), expires_value(entity), V_TEXT(entity->doc.text)),
        &ret_key->v, ret_added);
}

Err entity_store_add(Cx *cx, const Entity *entity, EntityKey *ret_key, bool *ret_added)
{
    Entity added = *entity;
    bool row;
    TRY(row_add(cx, entity, &added.key, &row));
    if (row)
        TRY(types_add(cx, &added));
    *ret_key = added.key;
    *ret_added = row;
    return OK;
}

Err entity_store_set(Cx *cx, const Entity *entity, const Entity *before)
{
    TRY(db_run(cx, &Q[SET],
               DB_ARGS(V_I64(entity->key.v), V_I64(entity->tenant.v),
                       V_I64(entity_shard(entity->tenant, entity->id)),
                       V_TEXT(lines(cx->arena, entity->types, entity->type_count)),
                       v_text_or_null(lines(cx->arena, entity->scopes, entity->scope_count)),
                       V_I64(entity->version), V_I64(entity->modified_us), expires_value(entity),
                       V_TEXT(entity->doc.text))));
    if (entity->types == before->types)
        return OK;
    TRY(types_remove(cx, before));
    return types_add(cx, entity);
}

Err entity_store_remove(Cx *cx, const Entity *entity)
{
    TRY(db_run(cx, &Q[REMOVE],
               DB_ARGS(V_I64(entity->key.v), V_I64(entity->tenant.v),
                       V_I64(entity_shard(entity->tenant, entity->id)))));
    return types_remove(cx, entity);
}

Err entity_store_expired(Cx *cx, TenantId tenant, int64_t now_us, size_t limit, Str *ret_ids,
                         size_t *ret_count)
{
    DbRows rows;
    size_t count = 0;
    TRY(db_start(cx, &Q[EXPIRED], DB_ARGS(V_I64(now_us), V_I64(tenant.v), V_I64((int64_t)limit)),
                 &rows));
    bool row = true;
    Err err = OK;
    while (err == OK && row && count < limit) {
        err = db_next(cx, &rows, &row);
        if (err == OK && row)
            ret_ids[count++] = column_copy(cx, &rows, 0);
    }
    db_end(&rows);
    TRY(err);
    *ret_count = count;
    return OK;
}

/* ---- Discovery ---- */

Err entity_store_types(Cx *cx, TenantId tenant, TypeCount **ret, size_t *ret_count)
{
    DbRows rows;
    TypeCount *list = NULL;
    size_t count = 0, cap = 0;
    TRY(db_start(cx, &Q[TYPES], DB_ARGS(V_I64(tenant.v)), &rows));
    bool row;
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        if (count == cap) {
            list = arena_grow(cx->arena, list, cap * sizeof *list, MAX(cap * 2, 16) * sizeof *list,
                              _Alignof(TypeCount));
            cap = MAX(cap * 2, 16);
        }
        list[count++] = (TypeCount){column_copy(cx, &rows, 0), db_i64(&rows, 1)};
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

/* The error's detail must outlive the rows' own memory. */
static Err error_keep(Cx *cx, Err err)
{
    if (err != OK)
        cx->error->detail = arena_copy(cx->arena, cx->error->detail);
    return err;
}

Err entity_store_each(Cx *cx, TenantId tenant, Str type,
                      Err (*visit)(void *user, const Entity *entity), void *user)
{
    DbRows rows;
    Arena memory; /* of one row; there may be millions */
    if (type.p)
        TRY(db_start(cx, &Q[EACH_OF_TYPE], DB_ARGS(V_I64(tenant.v), V_TEXT(type)), &rows));
    else
        TRY(db_start(cx, &Q[EACH], DB_ARGS(V_I64(tenant.v)), &rows));
    arena_init(&memory, (size_t)64 * 1024, 0);
    Cx inside = *cx;
    inside.arena = &memory;
    bool row = true;
    Err err = OK;
    while (err == OK && (err = db_next(cx, &rows, &row)) == OK && row) {
        Entity entity;
        arena_reset(&memory);
        err = error_keep(cx, entity_store_row(&inside, &rows, 0, &entity));
        if (err == OK)
            err = visit(user, &entity);
    }
    db_end(&rows);
    arena_done(&memory);
    return err;
}

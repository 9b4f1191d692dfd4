/* The SQL of entities; for entity.c, and for queries that choose rows by themselves. */
#ifndef HANSE_SYSTEMS_ENTITY_STORE_H
#define HANSE_SYSTEMS_ENTITY_STORE_H

#include "db/db.h"
#include "systems/entity.h"
#include "systems/entity_discovery.h"

/* What entity_store_row reads, in this order, from a table or alias named `e`. */
#define ENTITY_COLUMNS                                                                             \
    "e.key, e.tenant, e.id, e.types, e.scopes, e.version, e.created_us, e.modified_us, "           \
    "e.expires_us, e.doc"
enum { ENTITY_COLUMN_COUNT = 10 };

/* The entity of the current row, its texts copied into cx->arena and its document parsed.
 * `column` is where ENTITY_COLUMNS begin. INTERNAL "entity.corrupt" for a document that is no
 * JSON. */
MUST Err entity_store_row(Cx *cx, const DbRows *rows, int column, Entity *ret);

/* The low 16 bits of the hash of tenant and id. */
int64_t entity_shard(TenantId tenant, Str id);

MUST Err entity_store_find(Cx *cx, TenantId tenant, Str id, Entity *ret, bool *ret_found);
/* *ret_added is false, and nothing happened, when there is one of that id. */
MUST Err entity_store_add(Cx *cx, const Entity *entity, EntityKey *ret_key, bool *ret_added);
/* All but tenant, id and created_us. Types are indexed anew where they are another list than
 * before's. */
MUST Err entity_store_set(Cx *cx, const Entity *entity, const Entity *before);
MUST Err entity_store_remove(Cx *cx, const Entity *entity);
/* Ids of at most `limit` entities whose time is over; ret_ids has room for so many. */
MUST Err entity_store_expired(Cx *cx, TenantId tenant, int64_t now_us, size_t limit, Str *ret_ids,
                              size_t *ret_count);

MUST Err entity_store_types(Cx *cx, TenantId tenant, TypeCount **ret, size_t *ret_count);
/* Visits every entity, or those of a type where it has a p; the entity lives for the time of the
 * call only. */
MUST Err entity_store_each(Cx *cx, TenantId tenant, Str type,
                           Err (*visit)(void *user, const Entity *entity), void *user);

extern const StatementTable ENTITY_STATEMENTS;

#endif

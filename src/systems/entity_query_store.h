/* The SQL of entity_query.c: the candidates that the store can choose by itself. */
#ifndef HANSE_SYSTEMS_ENTITY_QUERY_STORE_H
#define HANSE_SYSTEMS_ENTITY_QUERY_STORE_H

#include "db/db.h"
#include "systems/entity_query.h"

/* Whether the store's conditions are the whole filter, so that it can skip and count. */
bool entity_query_is_plain(const EntityFilter *filter);

typedef struct EntityRange {
    size_t limit; /* SIZE_MAX: all */
    size_t offset;
} EntityRange;
/* Candidates in the order of keys, with ENTITY_COLUMNS; a superset unless the filter is plain. */
MUST Err entity_query_start(Cx *cx, const EntityFilter *filter, EntityRange range, DbRows *ret);
/* How many candidates there are. */
MUST Err entity_query_count(Cx *cx, const EntityFilter *filter, uint64_t *ret);

#endif

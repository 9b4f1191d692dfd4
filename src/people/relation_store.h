/* The SQL of relations; private to relation.c. */
#ifndef HANSE_PEOPLE_RELATION_STORE_H
#define HANSE_PEOPLE_RELATION_STORE_H

#include "people/relation.h"

/* Bits 1 << RelationRole of the person's active relations to the item, its organisation, its body,
 * in this order. */
MUST Err relation_store_roles(Cx *cx, const Item *item, uint32_t ret[3]);
MUST Err relation_store_find(Cx *cx, PersonId person, RelationRole role, ItemId item,
                             bool *ret_found, Relation *ret);
MUST Err relation_store_find_any(Cx *cx, PersonId person, ItemId item, bool *ret_found,
                                 Relation *ret);
MUST Err relation_store_end_due(Cx *cx);
MUST Err relation_store_add(Cx *cx, const Relation *relation, int64_t *ret);
MUST Err relation_store_get(Cx *cx, int64_t id, bool *ret_found, Relation *ret);
MUST Err relation_store_set(Cx *cx, const Relation *relation);
MUST Err relation_store_list(Cx *cx, ItemId item, bool ended, Relation **ret, size_t *ret_count);
MUST Err relation_store_of_person(Cx *cx, PersonId person, Relation **ret, size_t *ret_count);
MUST Err relation_store_count(Cx *cx, ItemId item, RelationRole role, int64_t *ret);
MUST Err relation_store_end_all(Cx *cx, ItemId item);

#endif

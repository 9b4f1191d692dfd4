/* Which types and attributes there are (ETSI GS CIM 009 V1.9.1, 5.7.5 to 5.7.10). Types are
 * counted by an index; attributes are looked up in the entities themselves, which takes as long as
 * there are many: such a read answers LIMIT "db.budget" when it passes the connection's budget. */
#ifndef HANSE_SYSTEMS_ENTITY_DISCOVERY_H
#define HANSE_SYSTEMS_ENTITY_DISCOVERY_H

#include "systems/entity.h"
#include "systems/entity_kind.h"

enum { DISCOVERY_ATTRIBUTES_MAX = 10000 /* different ones; beyond: LIMIT "discovery.large" */ };

typedef struct TypeCount {
    Str type; /* IRI */
    int64_t entities;
} TypeCount;
/* In the order of their IRIs. */
MUST Err entity_types_list(Cx *cx, TypeCount **ret, size_t *ret_count);

typedef struct AttributeInfo {
    Str attribute;    /* IRI */
    uint32_t kinds;   /* bit per AttributeKind */
    int64_t entities; /* that have it */
    const Str *types; /* of those entities */
    size_t type_count;
} AttributeInfo;
/* In the order of their IRIs; of entities of one type where `type` has a p, and of one attribute
 * alone where `attribute` has one. */
MUST Err entity_attributes_list(Cx *cx, Str type, Str attribute, AttributeInfo **ret,
                                size_t *ret_count);

#endif

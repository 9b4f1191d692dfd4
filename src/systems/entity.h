/* Entity (ETSI GS CIM 009 V1.9.1, 4.5): the state of a thing in the city, now.
 *
 * The stored document is a JSON object of attributes with expanded names:
 *
 *   {"https://uri.etsi.org/ngsi-ld/default-context/temperature":
 *      {"type":"Property","value":21.70,"unitCode":"CEL","observedAt":"2026-01-31T12:00:00Z",
 *       "createdAt":"...","modifiedAt":"...",
 *       "https://uri.etsi.org/ngsi-ld/default-context/accuracy":
 *          {"type":"Property","value":0.1,"createdAt":"...","modifiedAt":"..."}}, ...}
 *
 * Several instances of one attribute (datasetId) are an array, the default instance first. The
 * members of an instance that the standard defines (type, value, object, objectType, languageMap,
 * vocab, json, valueList, objectList, unitCode, observedAt, datasetId, createdAt, modifiedAt,
 * expiresAt, valueType) keep their short names; all others are sub-attributes with expanded
 * names. Values are the bytes that came in, except that a VocabProperty's vocab is expanded.
 * id, type, scope and the entity's own times are columns, not members. */
#ifndef HANSE_SYSTEMS_ENTITY_H
#define HANSE_SYSTEMS_ENTITY_H

#include "base/json.h"
#include "core/actor.h"
#include "core/event.h"
#include "systems/context.h"

typedef struct EntityKey {
    int64_t v; /* the store's number of the entity */
} EntityKey;

typedef struct Entity {
    TenantId tenant;
    EntityKey key;
    Str id;
    const Str *types; /* expanded; at least one */
    size_t type_count;
    const Str *scopes;
    size_t scope_count;
    int64_t version; /* grows with each change */
    int64_t created_us, modified_us;
    int64_t expires_us; /* 0: never */
    Json doc;           /* parsed, see above */
} Entity;

typedef enum AttributeVerb { ATTRIBUTE_CREATED, ATTRIBUTE_UPDATED, ATTRIBUTE_DELETED } AttributeVerb;

typedef struct AttributeChange {
    AttributeVerb verb;
    Str attribute; /* IRI */
    Str dataset;   /* p NULL: the default instance */
    JsonValue instance; /* the new one; the old one when deleted */
    /* The instance's observedAt is older than the one that is stored: it went to history only. */
    bool late;
} AttributeChange;

typedef enum EntityVerb { ENTITY_CREATED, ENTITY_UPDATED, ENTITY_DELETED } EntityVerb;

/* The data of an ENTITY_CHANGED event. */
typedef struct EntityChange {
    EntityVerb verb;
    const Entity *before; /* NULL when created */
    const Entity *after;  /* NULL when deleted */
    const AttributeChange *attributes;
    size_t attribute_count;
    int64_t at_us;
} EntityChange;
extern const EventKind ENTITY_CHANGED;

#endif

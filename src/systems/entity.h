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

typedef enum AttributeVerb {
    ATTRIBUTE_CREATED,
    ATTRIBUTE_UPDATED,
    ATTRIBUTE_DELETED
} AttributeVerb;

typedef struct AttributeChange {
    AttributeVerb verb;
    Str attribute;      /* IRI */
    Str dataset;        /* p NULL: the default instance */
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

/* ---- What comes in ---- */

enum {
    ENTITY_ATTRIBUTES_MAX = 1000,  /* of one entity: fragments are matched name by name */
    ENTITY_INSTANCES_MAX = 1000,   /* instances (datasetIds) of one attribute */
    ENTITY_SUB_DEPTH_MAX = 8,      /* attributes of attributes of ... */
    ENTITY_BATCH_MAX = 1000,       /* entities per batch: one unit of work stays short */
    ENTITY_TYPES_MAX = 64,         /* types, and scopes, of one entity */
    ENTITY_FAULTS_BYTES_MAX = 900, /* of faults told in one answer; the rest is counted */
};
/* A stored document; larger ones belong into a file that an attribute points to. */
#define ENTITY_DOC_MAX ((size_t)4 << 20)

/* What null and "urn:ngsi-ld:null" mean in what came in (4.5.0, 5.5.4). */
typedef enum InputNulls {
    NULLS_REFUSED,
    NULLS_DELETE, /* an attribute or sub-attribute is deleted */
    NULLS_MERGE   /* the same, and members inside of values (5.5.12) */
} InputNulls;

typedef struct InputOptions {
    bool simplified; /* options=keyValues: plain values only (4.5.4) */
    bool fragment;   /* id and type may be missing */
    InputNulls nulls;
} InputOptions;

/* An entity or a fragment of one, checked, in the stored form but without createdAt and
 * modifiedAt. An instance without type is a plain value, whose kind is that of the attribute it
 * meets; an instance whose type is null asks for deletion. */
typedef struct EntityInput {
    Str id; /* p NULL: not said */
    const Str *types;
    size_t type_count;
    const Str *scopes;
    size_t scope_count;
    bool has_scopes;  /* also true with none: they are to be removed */
    bool has_expires; /* also true with 0: no end any more */
    int64_t expires_us;
    Json doc;
    const LdContext *context;
} EntityInput;

/* Reads a body: normalized, concise, or (as an option) simplified. Pure syntax, no store. Errors:
 * INVALID "entity.invalid" whose detail names every fault (attribute, member, what was expected);
 * LIMIT "entity.large". */
MUST Err entity_input_read(Cx *cx, const LdContext *context, JsonValue body, InputOptions options,
                           EntityInput *ret);
/* Reads a fragment of one attribute, which may lack type and value. */
MUST Err attribute_input_read(Cx *cx, const LdContext *context, Str name, JsonValue body,
                              InputOptions options, EntityInput *ret);

/* ---- Reading ---- */

/* Of the actor's tenant. An entity whose expiresAt has passed is not there. NOT_FOUND
 * "entity.unknown". */
MUST Err entity_get(Cx *cx, Str id, Entity *ret);
MUST Err entity_find(Cx *cx, Str id, Entity *ret, bool *ret_found);
/* The instance of an attribute; dataset p NULL: the default one. */
bool entity_instance(const Entity *entity, Str attribute, Str dataset, JsonValue *ret);

/* ---- Writing: domain functions for a unit's apply, re-runnable ---- */

typedef struct NotUpdated {
    Str attribute; /* IRI */
    const char *reason;
} NotUpdated;
/* What was done to the attributes of a fragment (5.2.18). */
typedef struct UpdateResult {
    const Str *updated;
    size_t updated_count;
    const NotUpdated *not_updated;
    size_t not_updated_count;
} UpdateResult;

/* 5.6.1. CONFLICT "entity.exists". */
MUST Err entity_create(Cx *cx, const EntityInput *input, Events *events);
/* All below: NOT_FOUND "entity.unknown"; INVALID "entity.id" when input->id is said and another. */
/* 5.6.18: all attributes anew; what is not named goes. Types too, where said. */
MUST Err entity_replace(Cx *cx, Str id, const EntityInput *input, Events *events);

typedef struct MergeOptions {
    Str observed_at; /* for merged attributes that have one and get none; p NULL: none */
    Str lang;        /* of plain strings that meet a LanguageProperty; p NULL: none */
} MergeOptions;
/* 5.6.17, RFC 7396. */
MUST Err entity_merge(Cx *cx, Str id, const EntityInput *input, MergeOptions options,
                      Events *events);
/* 5.6.3: adds, and where overwrite says so replaces, attributes. */
MUST Err entity_append(Cx *cx, Str id, const EntityInput *input, bool overwrite, Events *events,
                       UpdateResult *ret);
/* 5.6.2: replaces, adds, and deletes by null. */
MUST Err entity_update(Cx *cx, Str id, const EntityInput *input, Events *events, UpdateResult *ret);
/* 5.6.4: changes the members that the fragment names. NOT_FOUND "attribute.unknown" for an
 * instance that is not there; INVALID "attribute.kind" for another type. */
MUST Err entity_patch_attribute(Cx *cx, Str id, const EntityInput *fragment, Events *events);
/* 5.6.19. NOT_FOUND "attribute.unknown". */
MUST Err entity_replace_attribute(Cx *cx, Str id, const EntityInput *fragment, Events *events);
/* 5.6.5: the instance of the dataset (p NULL: the default one), or all. NOT_FOUND
 * "attribute.unknown". */
MUST Err entity_remove_attribute(Cx *cx, Str id, Str attribute, Str dataset, bool all,
                                 Events *events);
/* 5.6.5 with 4.18: takes all scopes away. NOT_FOUND "attribute.unknown". */
MUST Err entity_remove_scope(Cx *cx, Str id, Events *events);
/* 5.6.6. A person's removal stands in the audit; a token's does not. */
MUST Err entity_remove(Cx *cx, Str id, Events *events);
/* Removes at most `limit` entities whose expiresAt has passed; for a job. */
MUST Err entity_remove_expired(Cx *cx, size_t limit, Events *events, size_t *ret_removed);

#endif

/* An entity as a reader asked to see it (ETSI GS CIM 009 V1.9.1, 4.5.1 to 4.5.4, 4.5.16, 4.5.17,
 * 4.21): names compacted, values the bytes that came in. */
#ifndef HANSE_SYSTEMS_REPRESENT_H
#define HANSE_SYSTEMS_REPRESENT_H

#include "systems/entity.h"

typedef enum Format { FORMAT_NORMALIZED, FORMAT_CONCISE, FORMAT_SIMPLIFIED } Format;

/* One attribute that is picked or omitted. */
typedef struct AttributeList {
    const Str *iris;
    size_t count;
} AttributeList;

typedef struct Representation {
    const LdContext *context;
    Format format;
    bool sys_attrs;   /* with createdAt and modifiedAt */
    bool put_context; /* with a member @context: application/ld+json */
    bool geojson;     /* a Feature (4.5.16, 4.5.17) */
    Str geo_property; /* the IRI of the Feature's geometry; p NULL: location */
    Str lang;         /* LanguageProperties become plain ones in this language; p NULL: no */
    bool has_pick;    /* only these attributes (and of id, type, scope those named) */
    bool keep_id, keep_type, keep_scope; /* whether they are shown */
    AttributeList pick;
    AttributeList omit;
    int64_t now_us;      /* instances whose expiresAt has passed are left out (4.22); 0: none */
    const Str *datasets; /* only these instances, "@none" for the default; count 0: all */
    size_t dataset_count;
} Representation;

/* All of the entity, normalized. */
Representation representation_default(const LdContext *context);
/* Whether the entity has one of the picked attributes; true where nothing is picked. */
bool representation_shows(const Representation *how, const Entity *entity);
/* Appends the JSON object. Allocates in `arena` only for what has no ready text. */
void represent_entity(Buf *buf, Arena *arena, const Representation *how, const Entity *entity);
/* Appends one attribute's value as it would stand in the entity: for notifications. */
void represent_attribute(Buf *buf, Arena *arena, const Representation *how, JsonValue attribute);

#endif

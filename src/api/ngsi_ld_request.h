/* What all NGSI-LD requests have in common (ETSI GS CIM 009 V1.9.1, 6.3.3 to 6.3.7, 6.3.14):
 * tenant, media types, @context by header or body, options, representation, and the answer's
 * head. */
#ifndef HANSE_API_NGSI_LD_REQUEST_H
#define HANSE_API_NGSI_LD_REQUEST_H

#include "api/ngsi_ld.h"
#include "systems/represent.h"

/* Escapes of the query, and NGSILD-Tenant. NOT_FOUND "tenant.unknown" for all but the default
 * one. */
MUST Err request_check(Call *call);

/* The @context named by the Link header, or the core one. INVALID "request.link"; errors of
 * context_resolve_url. */
MUST Err request_link_context(Call *call, const LdContext **ret);

typedef struct RequestBody {
    Json json;
    JsonValue root;
    const LdContext *context; /* of the request; for a batch in JSON-LD, of no item */
    bool is_ld;               /* application/ld+json */
} RequestBody;

/* Reads a body that is one object with, by its media type, its @context inside or in the Link
 * header. UNSUPPORTED "request.type" (415); INVALID "request.body", "request.context". */
MUST Err request_body(Call *call, RequestBody *ret);
/* The same for an array: of an item in JSON-LD the @context is found by request_item_context. */
MUST Err request_batch_body(Call *call, RequestBody *ret);
MUST Err request_item_context(Call *call, const RequestBody *body, JsonValue item,
                              const LdContext **ret);

/* Whether "options" holds the word. */
bool request_option(Call *call, Str word);
/* INVALID "attribute.name" for id, type and what else names no attribute. */
MUST Err request_attribute_check(Call *call, Str name);
/* The URL's datasetId; p NULL for none and for @none. */
MUST Err request_dataset(Call *call, Str *ret);
/* INVALID "request.parameter" for a word that is none of `known`, whose end is a Str with p NULL.
 */
MUST Err request_check_options(Call *call, const Str *known);
/* options=keyValues and its synonyms, for bodies. */
bool request_is_simplified(Call *call);
/* Values parted by commas; count 0 where there is none. */
const Str *request_list(Call *call, Str value, size_t *ret_count);

typedef enum Media { MEDIA_JSON, MEDIA_LD, MEDIA_GEO } Media;
/* By the Accept header. UNSUPPORTED "request.accept" (406). */
MUST Err request_accept(Call *call, bool geojson, Media *ret);

/* How to show entities: format, options, attrs, pick, omit, lang, datasetId, geometryProperty.
 * ret->context, media and put_context too. */
typedef struct EntityView {
    Representation how;
    Media media;
    bool has_attrs; /* attrs was given: entities without any of them are not meant */
} EntityView;
MUST Err request_view(Call *call, const LdContext *context, EntityView *ret);
/* The same, with what stands in the body of a query in place of parameters; p NULL: not said. */
typedef struct ViewWords {
    Str format, attrs, pick, omit, lang, dataset_id, geometry_property;
    bool no_geojson; /* GeoJSON is not offered */
} ViewWords;
MUST Err view_read(Call *call, const LdContext *context, const ViewWords *words, EntityView *ret);

/* Where the parameter type is given: NOT_FOUND "entity.unknown" for an entity of other types
 * (4.17). For apply. */
MUST Err request_type_check(Call *call, Cx *cx, const LdContext *context);
MUST Err request_type_matches(Call *call, Cx *cx, const LdContext *context, const Entity *entity);

/* Content-Type, and the Link header where the body has no @context. */
void answer_head(Call *call, Media media, const LdContext *context);
/* The same by what the view says. */
void answer_view_head(Call *call, const EntityView *view);
/* "/ngsi-ld/v1/entities/" and the id, escaped as a path segment. */
Str entity_location(Arena *arena, Str id);

static inline const NgsiLdServices *services_of(const Call *call)
{
    return call->services;
}

#endif

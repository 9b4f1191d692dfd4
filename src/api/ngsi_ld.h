/* The NGSI-LD face (ETSI GS CIM 009 V1.9.1, clause 6): decode, apply and encode of its routes,
 * which stand in ngsi_ld_routes.def. Each is one row there. Bodies, @contexts, tenants and
 * representations are read by ngsi_ld_request.h. */
#ifndef HANSE_API_NGSI_LD_H
#define HANSE_API_NGSI_LD_H

#include "net/call.h"
#include "systems/context.h"

/* What call->services points to on this face. */
typedef struct NgsiLdServices {
    const ContextStore *contexts;
    int64_t started_us;   /* when the program began to serve; 0: not known */
    size_t temporal_page; /* instances of a temporal answer; 0: TEMPORAL_PAGE_DEFAULT */
} NgsiLdServices;

#define NGSI_LD_BASE "/ngsi-ld/v1"

enum {
    BODY_ENTITY_MAX = 2 << 20, /* bytes of one entity or fragment */
    BODY_BATCH_MAX = 8 << 20,  /* of a batch */
    BODY_QUERY_MAX = 64 << 10, /* of a query */
    QUERY_LIMIT_DEFAULT = 20,
    QUERY_LIMIT_MAX = 1000
};

/* Entities: ngsi_ld_entity.c */
MUST Err entity_create_decode(Call *call);
MUST Err entity_create_apply(Call *call, Cx *cx, struct Events *events);
MUST Err entity_create_encode(Call *call);
MUST Err entity_get_decode(Call *call);
MUST Err entity_get_apply(Call *call, Cx *cx, struct Events *events);
MUST Err entity_get_encode(Call *call);
MUST Err entity_replace_decode(Call *call);
MUST Err entity_replace_apply(Call *call, Cx *cx, struct Events *events);
MUST Err entity_merge_decode(Call *call);
MUST Err entity_merge_apply(Call *call, Cx *cx, struct Events *events);
MUST Err entity_remove_decode(Call *call);
MUST Err entity_remove_apply(Call *call, Cx *cx, struct Events *events);
/* 204 without a body. */
MUST Err no_content_encode(Call *call);

/* Attributes: ngsi_ld_attribute.c */
MUST Err attributes_append_decode(Call *call);
MUST Err attributes_append_apply(Call *call, Cx *cx, struct Events *events);
MUST Err attributes_update_decode(Call *call);
MUST Err attributes_update_apply(Call *call, Cx *cx, struct Events *events);
/* 204, or 207 with what was not updated. */
MUST Err attributes_encode(Call *call);
MUST Err attribute_patch_decode(Call *call);
MUST Err attribute_patch_apply(Call *call, Cx *cx, struct Events *events);
MUST Err attribute_replace_decode(Call *call);
MUST Err attribute_replace_apply(Call *call, Cx *cx, struct Events *events);
MUST Err attribute_remove_decode(Call *call);
MUST Err attribute_remove_apply(Call *call, Cx *cx, struct Events *events);

/* Batches: ngsi_ld_batch.c */
MUST Err batch_create_decode(Call *call);
MUST Err batch_upsert_decode(Call *call);
MUST Err batch_update_decode(Call *call);
MUST Err batch_merge_decode(Call *call);
MUST Err batch_delete_decode(Call *call);
MUST Err batch_apply(Call *call, Cx *cx, struct Events *events);
MUST Err batch_encode(Call *call);

/* Queries: ngsi_ld_query.c */
MUST Err entities_list_decode(Call *call);
MUST Err entities_query_decode(Call *call); /* POST entityOperations/query */
MUST Err entities_list_apply(Call *call, Cx *cx, struct Events *events);
MUST Err entities_list_encode(Call *call);

/* What there is: ngsi_ld_discovery.c */
MUST Err types_list_apply(Call *call, Cx *cx, struct Events *events);
MUST Err types_list_encode(Call *call);
MUST Err type_get_apply(Call *call, Cx *cx, struct Events *events);
MUST Err type_get_encode(Call *call);
MUST Err attributes_list_apply(Call *call, Cx *cx, struct Events *events);
MUST Err attributes_list_encode(Call *call);
MUST Err attribute_get_apply(Call *call, Cx *cx, struct Events *events);
MUST Err attribute_get_encode(Call *call);
MUST Err discovery_decode(Call *call);

/* @contexts: ngsi_ld_context.c */
MUST Err contexts_list_decode(Call *call);
MUST Err contexts_list_encode(Call *call);
MUST Err context_serve_encode(Call *call);
MUST Err source_identity_encode(Call *call);

#endif

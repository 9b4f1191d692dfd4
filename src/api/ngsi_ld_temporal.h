/* Temporal evolutions over HTTP (ETSI GS CIM 009 V1.9.1, 6.18 to 6.22): the functions of the rows
 * in ngsi_ld_temporal_routes.def. */
#ifndef HANSE_API_NGSI_LD_TEMPORAL_H
#define HANSE_API_NGSI_LD_TEMPORAL_H

#include "api/ngsi_ld.h"

MUST Err temporal_get_decode(Call *call);
MUST Err temporal_get_apply(Call *call, Cx *cx, struct Events *events);
MUST Err temporal_list_decode(Call *call);
/* The same, asked in the body (6.24). */
MUST Err temporal_query_decode(Call *call);
/* What a Query (5.2.23) with its temporalQ says, as URL parameters, followed by the URL's own:
 * ngsi_ld_temporal_query.c. INVALID "query.body"; UNSUPPORTED "query.selectors". */
MUST Err temporal_query_words(Call *call, JsonValue body, Str *ret);
MUST Err temporal_list_apply(Call *call, Cx *cx, struct Events *events);
/* 200, or 206 with Content-Range (6.3.10). */
MUST Err temporal_encode(Call *call);
MUST Err temporal_create_decode(Call *call);
MUST Err temporal_create_apply(Call *call, Cx *cx, struct Events *events);
MUST Err temporal_create_encode(Call *call);
MUST Err temporal_append_decode(Call *call);
MUST Err temporal_append_apply(Call *call, Cx *cx, struct Events *events);
MUST Err temporal_remove_decode(Call *call);
MUST Err temporal_remove_apply(Call *call, Cx *cx, struct Events *events);
MUST Err temporal_attribute_remove_decode(Call *call);
MUST Err temporal_attribute_remove_apply(Call *call, Cx *cx, struct Events *events);
MUST Err temporal_instance_replace_decode(Call *call);
MUST Err temporal_instance_replace_apply(Call *call, Cx *cx, struct Events *events);
MUST Err temporal_instance_remove_decode(Call *call);
MUST Err temporal_instance_remove_apply(Call *call, Cx *cx, struct Events *events);

#endif

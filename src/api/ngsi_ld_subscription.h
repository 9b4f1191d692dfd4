/* Subscriptions over HTTP (ETSI GS CIM 009 V1.9.1, 6.10, 6.11): the functions of the rows in
 * ngsi_ld_subscription_routes.def. */
#ifndef HANSE_API_NGSI_LD_SUBSCRIPTION_H
#define HANSE_API_NGSI_LD_SUBSCRIPTION_H

#include "api/ngsi_ld.h"

MUST Err subscription_create_decode(Call *call);
MUST Err subscription_create_apply(Call *call, Cx *cx, struct Events *events);
MUST Err subscription_create_encode(Call *call);
MUST Err subscription_update_decode(Call *call);
MUST Err subscription_update_apply(Call *call, Cx *cx, struct Events *events);
MUST Err subscription_remove_decode(Call *call);
MUST Err subscription_remove_apply(Call *call, Cx *cx, struct Events *events);
MUST Err subscription_get_decode(Call *call);
MUST Err subscription_get_apply(Call *call, Cx *cx, struct Events *events);
MUST Err subscription_get_encode(Call *call);
MUST Err subscription_list_decode(Call *call);
MUST Err subscription_list_apply(Call *call, Cx *cx, struct Events *events);
MUST Err subscription_list_encode(Call *call);

#endif

/* The SQL of bodies; private to body.c. */
#ifndef HANSE_PEOPLE_BODY_STORE_H
#define HANSE_PEOPLE_BODY_STORE_H

#include "people/body.h"

MUST Err body_store_put(Cx *cx, ItemId id, Str kind);
/* Empty where there is none. */
MUST Err body_store_kind(Cx *cx, ItemId id, Str *ret);

#endif

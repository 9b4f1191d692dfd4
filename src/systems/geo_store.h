/* The SQL of places; private to geo*.c. */
#ifndef HANSE_SYSTEMS_GEO_STORE_H
#define HANSE_SYSTEMS_GEO_STORE_H

#include "db/db.h"
#include "systems/geo.h"

extern const StatementTable GEO_STATEMENTS;

MUST Err place_set(Cx *cx, const Entity *entity, Str attribute, Str dataset, const GeoBox *box);
MUST Err place_remove(Cx *cx, const Entity *entity, Str attribute, Str dataset);
MUST Err place_remove_all(Cx *cx, const Entity *entity);

#endif

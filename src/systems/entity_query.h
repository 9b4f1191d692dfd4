/* Which entities match (ETSI GS CIM 009 V1.9.1, 5.7.2): the store narrows the candidates by id,
 * type and place; everything else is evaluated on them here, in the order of the store's keys. */
#ifndef HANSE_SYSTEMS_ENTITY_QUERY_H
#define HANSE_SYSTEMS_ENTITY_QUERY_H

#include "systems/geo.h"
#include "systems/query.h"
#include "systems/query_pattern.h"
#include "systems/query_select.h"

enum { ENTITY_QUERY_IDS_MAX = 1000 /* beyond: LIMIT "query.complex" */ };

/* What is NULL or of count 0 does not narrow. */
typedef struct EntityFilter {
    const Str *ids;
    size_t id_count;
    const Pattern *id_pattern;
    const Selection *types;
    const Str *attributes; /* IRIs: an entity has at least one of them */
    size_t attribute_count;
    const Query *query;
    const GeoQuery *geo;
    const Selection *scopes;
} EntityFilter;

typedef struct EntityPage {
    size_t limit;  /* 0 is allowed: only counting */
    size_t offset; /* of the first match in the order of creation */
    bool want_count;
    size_t row_budget; /* candidates looked at; 0: no limit */
} EntityPage;

typedef struct EntityResult {
    const Entity *entities;
    size_t count;
    bool more;      /* there are matches behind the page */
    uint64_t total; /* of all matches, where asked */
} EntityResult;

/* Of the actor's tenant. Errors: LIMIT "query.budget" when row_budget or QUERY_STEPS_MAX ran out:
 * narrow the query, or run it on a worker with more. */
MUST Err entity_query(Cx *cx, const EntityFilter *filter, EntityPage page, EntityResult *ret);

/* The same filter on one entity at hand. matcher is that of filter->geo, or NULL without. A spent
 * run says false. */
bool entity_filter_matches(Cx *cx, const EntityFilter *filter, GeoMatcher *matcher,
                           const Entity *entity, QueryRun *run);

#endif

/* The temporal evolution of entities (ETSI GS CIM 009 V1.9.1, 4.5.6 to 4.5.9, 5.7.3, 5.7.4): the
 * instances of their attributes within a window of time, or aggregates of them.
 *
 * An answer holds at most a page of instances. When there are more, all attributes are cut at one
 * instant, so that the rest can be asked for from there on: forwards, or backwards with lastN. */
#ifndef HANSE_SYSTEMS_HISTORY_QUERY_H
#define HANSE_SYSTEMS_HISTORY_QUERY_H

#include "systems/aggregate.h"
#include "systems/entity_query.h"
#include "systems/represent.h"

enum {
    TEMPORAL_PAGE_DEFAULT = 1000, /* instances per answer */
    TEMPORAL_LAST_MAX = 10000     /* what lastN may ask for, and so the largest page */
};

typedef enum TemporalFormat {
    TEMPORAL_NORMALIZED,
    TEMPORAL_CONCISE,
    TEMPORAL_VALUES,
    TEMPORAL_AGGREGATED
} TemporalFormat;

typedef struct TemporalSpec {
    HistoryWindow window;
    size_t last_n;         /* of each attribute; 0: all */
    size_t page;           /* instances per answer; 0: TEMPORAL_PAGE_DEFAULT */
    const Str *attributes; /* IRIs; count 0: all */
    size_t attribute_count;
    const Str *omitted; /* IRIs that are left out */
    size_t omitted_count;
    const Str *datasets; /* "@none" for the default one; count 0: all */
    size_t dataset_count;
    TemporalFormat format;
    uint32_t methods; /* of aggregates */
    Duration period;
} TemporalSpec;

typedef struct TemporalAttribute {
    HistorySeries series;
    HistoryRow *rows; /* oldest first */
    size_t count;
    AggregatePeriod *periods;
    size_t period_count;
} TemporalAttribute;

typedef struct TemporalEntity {
    Str id;
    const Str *types;
    size_t type_count;
    TemporalAttribute *attributes; /* one attribute's series stand together */
    size_t count;
} TemporalEntity;

typedef struct TemporalResult {
    TemporalEntity *entities;
    size_t count;
    bool more_entities;
    uint64_t total;            /* of entities, where asked */
    bool cut;                  /* there are more instances than these: 206 */
    bool any;                  /* there is at least one instance */
    int64_t first_us, last_us; /* the least and the most recent one, by the window's time */
} TemporalResult;

/* One entity, past lives included. NOT_FOUND "entity.unknown", or "history.unknown" where nothing
 * of what is asked for was ever recorded. */
MUST Err history_read_entity(Cx *cx, Str id, const TemporalSpec *spec, TemporalResult *ret);
/* Entities that have an instance in the window; query and geo of the filter are evaluated on the
 * instances within it, everything else on the entities as they are now. */
MUST Err history_query(Cx *cx, const EntityFilter *filter, EntityPage page,
                       const TemporalSpec *spec, TemporalResult *ret);

/* What an instance is called: urn:ngsi-ld:Instance:SERIES-MICROSECONDS-SEQ. */
void history_put_instance_id(Buf *buf, const HistorySeries *series, const HistoryRow *row);

/* Appends the JSON object; of how: context, sys_attrs, put_context, lang, keep_id, keep_type. */
void represent_temporal(Buf *buf, Cx *cx, const Representation *how, const TemporalSpec *spec,
                        const TemporalEntity *entity);

#endif

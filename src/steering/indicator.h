/* Indicator: a named figure of the city, computed from what its sources report.
 *
 * The figure is honest about its sources: it says how many of them report, and which were left
 * out because they are silent or stuck. The current result is an entity of the type
 * KeyPerformanceIndicator (Smart Data Models), so that it has a history, subscriptions and live
 * pages as every other entity has:
 *
 *   urn:ngsi-ld:KeyPerformanceIndicator:park.free
 *     kpiValue   Property, unitCode, observedAt; missing while no source reports
 *     reporting, sources, capacity   Property
 *     leftOut    JsonProperty: [{"id", "name", "reason": "silent"|"stuck", "since"}] */
#ifndef HANSE_STEERING_INDICATOR_H
#define HANSE_STEERING_INDICATOR_H

#include "core/event.h"
#include "systems/entity.h"

typedef enum IndicatorFormula { INDICATOR_SUM, INDICATOR_MEAN } IndicatorFormula;

typedef struct Indicator {
    Str key;
    Str slug;
    Str type, attribute; /* IRIs of the sources and of what they report */
    IndicatorFormula formula;
    Str capacity; /* IRI of what the value is a part of; may be empty */
    Str unit;
    int decimals;
    int64_t silent_us, stuck_us;
    double target; /* NAN: none */
} Indicator;

extern const Indicator INDICATORS[];
extern const size_t INDICATOR_COUNT;
/* NULL when there is none of that slug. */
const Indicator *indicator_by_slug(Str slug);

typedef enum SourceState { SOURCE_REPORTS, SOURCE_SILENT, SOURCE_STUCK } SourceState;
Str source_state_name(SourceState state); /* "ok", "silent", "stuck" */

typedef struct Source {
    Str id, name;
    SourceState state;
    bool has_value;
    double value;
    double capacity;  /* 0: unknown */
    int64_t since_us; /* of the last reading when silent, of the first equal one when stuck */
} Source;

typedef struct IndicatorResult {
    bool has_value;
    double value;
    double capacity; /* of the reporting sources; 0 where none is known */
    size_t reporting, sources;
    const Source *left_out;
    size_t left_out_count;
    int64_t at_us;
} IndicatorResult;

enum { INDICATOR_SOURCES_MAX = 5000 /* beyond: LIMIT "indicator.sources" */ };

/* Computes from the entities and their history, now. */
MUST Err indicator_compute(Cx *cx, const Indicator *indicator, IndicatorResult *ret);
/* Stores a result as the indicator's entity, where it changed or is a minute old. Computing may be
 * slow and needs no more than a read connection; storing is one change of one entity. */
MUST Err indicator_store(Cx *cx, const Indicator *indicator, const IndicatorResult *result,
                         const LdContext *core, Events *events, bool *ret_changed);
/* The stored result; NOT_FOUND "indicator.none" before the first update. */
MUST Err indicator_get(Cx *cx, const Indicator *indicator, IndicatorResult *ret);
Str indicator_entity_id(Arena *arena, const Indicator *indicator);
#define INDICATOR_VALUE_IRI "https://smartdatamodels.org/dataModel.KeyPerformanceIndicator/kpiValue"

/* Computes the past from the sources' history, in equal steps, and appends it to the indicator's
 * history; a source counts for a step when its last reading before it is no older than the
 * silence limit. For the first start and after imports. */
MUST Err indicator_backfill(Cx *cx, const Indicator *indicator, int64_t from_us, int64_t to_us,
                            int64_t step_us, const LdContext *core, Events *events);

#endif

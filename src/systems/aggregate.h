/* Aggregates of a series over periods (ETSI GS CIM 009 V1.9.1, 4.5.19).
 *
 * Rows are added in the order of time; each period that has something to say is told once, when
 * it is over. Memory does not grow with the number of rows. Sums are compensated (Neumaier 1974),
 * mean and deviation are Welford's (1962), the weighted mean is West's (1979).
 *
 * What counts: numbers; booleans as 1 and 0; arrays by their sizes. Strings, dates and times have
 * minimum and maximum (in the order of bytes, which is that of time for the standard's formats).
 * Relationships and objects are counted only. Deletions are not values. stddev is that of the
 * values as a whole population, so that a single value has 0.
 *
 * "twa" is an extension of hanse: the time-weighted average ("zeitgewichtetes Mittel") holds each
 * value until the next one or the window's end, which is never beyond now; the value that held
 * before the window is carried in (aggregate_carry); spans behind a deletion or a value that is
 * no number do not count. On data that is sent only when it changes, it is what avg is mistaken
 * for. A period without rows has a twa where a value holds in it. */
#ifndef HANSE_SYSTEMS_AGGREGATE_H
#define HANSE_SYSTEMS_AGGREGATE_H

#include "base/calendar.h"
#include "systems/history.h"

typedef enum AggregateMethod {
    AGGREGATE_TOTAL_COUNT,
    AGGREGATE_DISTINCT_COUNT,
    AGGREGATE_SUM,
    AGGREGATE_AVG,
    AGGREGATE_MIN,
    AGGREGATE_MAX,
    AGGREGATE_STDDEV,
    AGGREGATE_SUMSQ,
    AGGREGATE_TWA,
    AGGREGATE_METHOD_COUNT_
} AggregateMethod;
Str aggregate_method_name(AggregateMethod method); /* "totalCount" ... */
/* "min,max" to bits 1 << method. INVALID "aggregate.method". */
MUST Err aggregate_methods_parse(Cx *cx, Str list, uint32_t *ret);
/* An ISO 8601 duration without signs; zero is the whole window. INVALID "aggregate.period". */
MUST Err aggregate_period_parse(Cx *cx, Str text, Duration *ret);

enum {
    AGGREGATE_PERIODS_MAX = 100000,  /* told per series; beyond: LIMIT "aggregate.periods" */
    AGGREGATE_DISTINCT_MAX = 1 << 20 /* per period; beyond: LIMIT "aggregate.distinct" */
};

typedef struct AggregateSpec {
    uint32_t methods; /* 1 << AggregateMethod */
    Duration period;  /* zero: one period, the whole window */
    int64_t from_us;  /* INT64_MIN: the first row begins the first period */
    int64_t to_us;    /* exclusive; INT64_MAX: open, periods end now or with the last row */
    int64_t now_us;
} AggregateSpec;

typedef struct AggregatePeriod {
    int64_t from_us, to_us;
    uint64_t count, distinct;
    uint64_t numbers; /* of the count, those that are or stand for a number */
    double sum, sumsq, mean, stddev, min, max; /* where numbers > 0 */
    Str min_text, max_text;                    /* JSON, where numbers == 0; p NULL: none */
    bool has_twa;
    double twa;
} AggregatePeriod;
/* Whether the period has a value for the method, and the value as JSON. */
bool aggregate_has(const AggregatePeriod *period, AggregateMethod method);
void aggregate_put(Buf *buf, const AggregatePeriod *period, AggregateMethod method);

typedef struct AggregateSink {
    Err (*period)(void *user, Cx *cx, const AggregatePeriod *period); /* texts die with the call */
    void *user;
} AggregateSink;

typedef struct Aggregate Aggregate;
Aggregate *aggregate_begin(Cx *cx, const AggregateSpec *spec, AggregateSink sink);
/* The number that holds when the window begins; before the first row. */
void aggregate_carry(Aggregate *aggregate, double value);
/* Errors: LIMIT as above and the sink's. */
MUST Err aggregate_add(Aggregate *aggregate, const HistoryRow *row);
MUST Err aggregate_end(Aggregate *aggregate);

/* The aggregates of a stored series; rows are counted by the window's time (HISTORY_OBSERVED_AT
 * leaves out what has no observedAt). NULL and 0 where nothing is told. */
MUST Err history_aggregate(Cx *cx, const HistorySeries *series, HistoryTime time,
                           const AggregateSpec *spec, AggregatePeriod **ret, size_t *ret_count);

#endif

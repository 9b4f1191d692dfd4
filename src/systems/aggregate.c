#include "systems/aggregate.h"

#include "base/str.h"

#include <math.h>

enum { MONTHS_MAX = 12 * 10000 /* the calendar ends with the year 9999 */ };

/* A set of hashes: open addressing, at most half full. */
typedef struct HashSet {
    uint64_t *slots; /* 0: free */
    size_t cap, count;
} HashSet;

/* Neumaier's compensated sum. */
typedef struct Sum {
    double sum, rest;
} Sum;

struct Aggregate {
    Cx *cx;
    AggregateSpec spec;
    AggregateSink sink;
    bool begun; /* the first period's start is known */
    bool whole; /* one period only */
    int64_t index;
    int64_t origin_us;
    AggregatePeriod open;
    size_t told;
    Sum sum, sumsq;
    double m2;
    HashSet distinct;
    Buf low, high; /* texts of the open period */
    bool held;
    double held_value;
    int64_t held_since_us;
    double held_mean, held_weight;
    int64_t last_us;
};

static const Str METHOD_NAMES[AGGREGATE_METHOD_COUNT_] = {
    [AGGREGATE_TOTAL_COUNT] = S_INIT("totalCount"),
    [AGGREGATE_DISTINCT_COUNT] = S_INIT("distinctCount"),
    [AGGREGATE_SUM] = S_INIT("sum"),
    [AGGREGATE_AVG] = S_INIT("avg"),
    [AGGREGATE_MIN] = S_INIT("min"),
    [AGGREGATE_MAX] = S_INIT("max"),
    [AGGREGATE_STDDEV] = S_INIT("stddev"),
    [AGGREGATE_SUMSQ] = S_INIT("sumsq"),
    [AGGREGATE_TWA] = S_INIT("twa"),
};

Str aggregate_method_name(AggregateMethod method)
{
    return METHOD_NAMES[method];
}

Err aggregate_methods_parse(Cx *cx, Str list, uint32_t *ret)
{
    uint32_t methods = 0;
    for (Str rest = list; rest.p;) {
        Str name = str_trim(str_cut(&rest, ','));
        size_t i = 0;
        while (i < AGGREGATE_METHOD_COUNT_ && !str_eq(METHOD_NAMES[i], name))
            i++;
        if (i == AGGREGATE_METHOD_COUNT_)
            return fail(
                cx, ERR_INVALID, "aggregate.method",
                "aggrMethods: \"%.*s\" is none of totalCount, distinctCount, sum, avg, min, max, "
                "stddev, sumsq, twa",
                (int)MIN(name.n, 100), name.p);
        methods |= 1u << i;
    }
    if (!methods)
        return fail(cx, ERR_INVALID, "aggregate.method", "aggrMethods names no method");
    *ret = methods;
    return OK;
}

Err aggregate_period_parse(Cx *cx, Str text, Duration *ret)
{
    Duration period;
    if (!duration_parse(text, &period) || period.months < 0 || period.days < 0 || period.us < 0)
        return fail(cx, ERR_INVALID, "aggregate.period",
                    "aggrPeriodDuration: \"%.*s\" is no ISO 8601 duration such as P1D or PT15M",
                    (int)MIN(text.n, 100), text.p);
    *ret = period;
    return OK;
}

static void sum_add(Sum *sum, double value)
{
    double next = sum->sum + value;
    if (fabs(sum->sum) >= fabs(value))
        sum->rest += (sum->sum - next) + value;
    else
        sum->rest += (value - next) + sum->sum;
    sum->sum = next;
}

/* splitmix64's last step: spreads what FNV-1a left close together. */
static uint64_t mix(uint64_t h)
{
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    h ^= h >> 31;
    return h ? h : 1;
}

static bool slot_put(uint64_t *slots, size_t cap, uint64_t hash)
{
    size_t i = (size_t)hash & (cap - 1);
    while (slots[i] && slots[i] != hash)
        i = (i + 1) & (cap - 1);
    bool fresh = slots[i] == 0;
    slots[i] = hash;
    return fresh;
}

static Err distinct_add(Aggregate *a, uint64_t hash)
{
    HashSet *set = &a->distinct;
    if (set->count * 2 >= set->cap) {
        size_t cap = set->cap ? set->cap * 4 : 256;
        uint64_t *slots = arena_array(a->cx->arena, uint64_t, cap);
        for (size_t i = 0; i < set->cap; i++)
            if (set->slots[i])
                slot_put(slots, cap, set->slots[i]);
        set->slots = slots;
        set->cap = cap;
    }
    set->count += slot_put(set->slots, set->cap, mix(hash));
    if (set->count > AGGREGATE_DISTINCT_MAX)
        return fail(a->cx, ERR_LIMIT, "aggregate.distinct",
                    "more than %d distinct values in one period; ask for shorter periods",
                    AGGREGATE_DISTINCT_MAX);
    return OK;
}

/* Counted from the origin, so that months that are clamped (31st) do not drift. */
static int64_t period_start(const Aggregate *a, int64_t index)
{
    const Duration *d = &a->spec.period;
    if (d->months)
        return time_add(a->origin_us, *d, (int32_t)MIN(index, MONTHS_MAX));
    return a->origin_us + index * (d->us + d->days * TIME_DAY_US);
}

static void period_open(Aggregate *a, int64_t index)
{
    a->index = index;
    a->open = (AggregatePeriod){
        .from_us = a->whole ? a->origin_us : period_start(a, index),
        .to_us = a->whole ? a->spec.to_us : period_start(a, index + 1),
    };
    a->sum = a->sumsq = (Sum){0, 0};
    a->m2 = 0;
    a->held_weight = a->held_mean = 0;
    a->held_since_us = a->open.from_us;
    if (a->distinct.count) {
        memset(a->distinct.slots, 0, a->distinct.cap * sizeof(uint64_t));
        a->distinct.count = 0;
    }
    buf_truncate(&a->low, 0);
    buf_truncate(&a->high, 0);
}

static void aggregate_open_first(Aggregate *a, int64_t at_us)
{
    a->begun = true;
    a->origin_us = at_us;
    period_open(a, 0);
}

Aggregate *aggregate_begin(Cx *cx, const AggregateSpec *spec, AggregateSink sink)
{
    Aggregate *a = arena_new(cx->arena, Aggregate);
    a->cx = cx;
    a->spec = *spec;
    a->sink = sink;
    a->whole = !spec->period.months && !spec->period.days && !spec->period.us;
    a->low = buf_new(cx->arena, (size_t)1 << 30);
    a->high = a->low;
    if (spec->from_us != INT64_MIN)
        aggregate_open_first(a, spec->from_us);
    return a;
}

void aggregate_carry(Aggregate *a, double value)
{
    ASSERT(a->begun);
    a->held = true;
    a->held_value = value;
    a->held_since_us = a->open.from_us;
}

/* Adds the span in which the held value held to the weighted mean. */
static void hold_until(Aggregate *a, int64_t until_us)
{
    until_us = MIN(until_us, MIN(a->spec.to_us, a->spec.now_us));
    if (a->held && until_us > a->held_since_us) {
        double weight = (double)(until_us - a->held_since_us);
        a->held_weight += weight;
        a->held_mean += (a->held_value - a->held_mean) * (weight / a->held_weight);
    }
    a->held_since_us = MAX(a->held_since_us, until_us);
}

static Err period_close(Aggregate *a)
{
    hold_until(a, a->open.to_us);
    AggregatePeriod *open = &a->open;
    open->has_twa = (a->spec.methods & 1u << AGGREGATE_TWA) && a->held_weight > 0;
    if (!open->count && !open->has_twa)
        return OK;
    if (++a->told > AGGREGATE_PERIODS_MAX)
        return fail(a->cx, ERR_LIMIT, "aggregate.periods",
                    "more than %d periods; ask for a shorter window or longer periods",
                    AGGREGATE_PERIODS_MAX);
    open->twa = a->held_mean;
    open->sum = a->sum.sum + a->sum.rest;
    open->sumsq = a->sumsq.sum + a->sumsq.rest;
    open->stddev = open->numbers ? sqrt(a->m2 / (double)open->numbers) : 0;
    open->distinct = a->distinct.count;
    if (a->low.n) {
        open->min_text = buf_str(&a->low);
        open->max_text = buf_str(&a->high);
    }
    return a->sink.period(a->sink.user, a->cx, open);
}

/* The period that holds an instant, counted from the open one on. */
static int64_t period_index(const Aggregate *a, int64_t at_us)
{
    const Duration *d = &a->spec.period;
    int64_t index = a->index;
    if (!d->months)
        return (at_us - a->origin_us) / (d->us + d->days * TIME_DAY_US);
    while (index < MONTHS_MAX && period_start(a, index + 1) <= at_us)
        index++;
    return index;
}

/* Closes the periods that are over at an instant. Where no value is held, empty ones in between
 * are not even walked through. */
static Err advance(Aggregate *a, int64_t at_us)
{
    if (a->whole)
        return OK;
    while (a->open.to_us <= at_us) {
        TRY(period_close(a));
        bool holds =
            a->held && (a->spec.methods & 1u << AGGREGATE_TWA) && a->open.to_us < a->spec.now_us;
        period_open(a, holds ? a->index + 1 : period_index(a, at_us));
    }
    return OK;
}

static void number_add(Aggregate *a, double value)
{
    AggregatePeriod *open = &a->open;
    double distance = value - open->mean;
    if (!open->numbers++)
        open->min = open->max = value;
    open->min = MIN(open->min, value);
    open->max = MAX(open->max, value);
    open->mean += distance / (double)open->numbers;
    a->m2 += distance * (value - open->mean);
    sum_add(&a->sum, value);
    sum_add(&a->sumsq, value * value);
}

static void text_keep(Buf *buf, Str raw)
{
    buf_truncate(buf, 0);
    buf_put(buf, raw);
}

static void text_add(Aggregate *a, Str raw)
{
    if (!a->low.n || str_cmp(raw, buf_str(&a->low)) < 0)
        text_keep(&a->low, raw);
    if (!a->high.n || str_cmp(raw, buf_str(&a->high)) > 0)
        text_keep(&a->high, raw);
}

/* Whether an object is a typed value whose order is that of its text. */
static bool is_temporal(JsonValue v)
{
    JsonValue type;
    return json_find(v, S("@type"), &type) &&
           (json_text_is(type, S("DateTime")) || json_text_is(type, S("Date")) ||
            json_text_is(type, S("Time")));
}

static Err structure_add(Aggregate *a, Str raw)
{
    Cx *cx = a->cx;
    ArenaMark mark = arena_mark(cx->arena);
    Json doc;
    TRY(json_parse(cx, raw, &doc));
    JsonValue root = json_root(&doc), value;
    bool array = json_is(root, JSON_ARRAY);
    uint32_t size = json_count(root);
    Str text = !array && is_temporal(root) && json_find(root, S("@value"), &value)
                   ? json_span(value)
                   : (Str){0};
    arena_rewind(cx->arena, mark);
    if (array)
        number_add(a, size);
    else if (text.p)
        text_add(a, text);
    return OK;
}

static Err value_add(Aggregate *a, const HistoryRow *row)
{
    bool only_counted = row->kind == HISTORY_RELATIONSHIP || row->kind == HISTORY_LIST_RELATIONSHIP;
    if (row->has_num) {
        number_add(a, row->num);
        return OK;
    }
    if (!row->raw.n || only_counted)
        return OK;
    if (row->raw.p[0] == '"')
        text_add(a, row->raw);
    else if (row->raw.p[0] == '[' || row->raw.p[0] == '{')
        return structure_add(a, row->raw);
    return OK;
}

static uint64_t row_hash(const HistoryRow *row)
{
    if (!row->has_num || (row->raw.n && (row->raw.p[0] == 't' || row->raw.p[0] == 'f')))
        return str_hash(row->raw);
    double value = row->num == 0 ? 0 : row->num; /* -0 is 0 */
    return str_hash((Str){(const char *)&value, sizeof value});
}

Err aggregate_add(Aggregate *a, const HistoryRow *row)
{
    if (!a->begun)
        aggregate_open_first(a, row->at_us);
    TRY(advance(a, row->at_us));
    hold_until(a, row->at_us);
    a->held_since_us = row->at_us;
    a->last_us = row->at_us;
    a->held = row->has_num && !(row->flags & HISTORY_DELETED);
    a->held_value = row->num;
    if (row->flags & HISTORY_DELETED)
        return OK;
    a->open.count++;
    if (a->spec.methods & 1u << AGGREGATE_DISTINCT_COUNT)
        TRY(distinct_add(a, row_hash(row)));
    return value_add(a, row);
}

Err aggregate_end(Aggregate *a)
{
    if (!a->begun)
        return OK;
    int64_t end_us = a->spec.to_us == INT64_MAX ? MAX(a->spec.now_us, a->last_us) : a->spec.to_us;
    bool twa = a->held && (a->spec.methods & 1u << AGGREGATE_TWA);
    if (a->whole)
        a->open.to_us = end_us;
    else if (twa)
        TRY(advance(a, MIN(end_us, a->spec.now_us) - 1));
    return period_close(a);
}

bool aggregate_has(const AggregatePeriod *period, AggregateMethod method)
{
    switch (method) {
    case AGGREGATE_TOTAL_COUNT:
    case AGGREGATE_DISTINCT_COUNT:
        return period->count > 0;
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
        return period->numbers || period->min_text.p;
    case AGGREGATE_SUM:
    case AGGREGATE_AVG:
    case AGGREGATE_STDDEV:
    case AGGREGATE_SUMSQ:
        return period->numbers > 0;
    case AGGREGATE_TWA:
        return period->has_twa;
    case AGGREGATE_METHOD_COUNT_:
        break;
    }
    return false;
}

static void put_number(Buf *buf, double value)
{
    if (value - value == 0)
        buf_f64(buf, value);
    else /* a sum beyond what a double holds */
        buf_put(buf, S("null"));
}

void aggregate_put(Buf *buf, const AggregatePeriod *period, AggregateMethod method)
{
    bool texts = !period->numbers;
    switch (method) {
    case AGGREGATE_TOTAL_COUNT:
        buf_u64(buf, period->count);
        break;
    case AGGREGATE_DISTINCT_COUNT:
        buf_u64(buf, period->distinct);
        break;
    case AGGREGATE_SUM:
        put_number(buf, period->sum);
        break;
    case AGGREGATE_AVG:
        put_number(buf, period->mean);
        break;
    case AGGREGATE_MIN:
        texts ? buf_put(buf, period->min_text) : put_number(buf, period->min);
        break;
    case AGGREGATE_MAX:
        texts ? buf_put(buf, period->max_text) : put_number(buf, period->max);
        break;
    case AGGREGATE_STDDEV:
        put_number(buf, period->stddev);
        break;
    case AGGREGATE_SUMSQ:
        put_number(buf, period->sumsq);
        break;
    case AGGREGATE_TWA:
        put_number(buf, period->twa);
        break;
    case AGGREGATE_METHOD_COUNT_:
        break;
    }
}

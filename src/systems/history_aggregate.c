#include "systems/aggregate.h"

#include "base/str.h"

typedef struct Periods {
    AggregatePeriod *list;
    size_t count, cap;
} Periods;

static Str keep(Cx *cx, Str s)
{
    return s.p ? arena_copy(cx->arena, s) : s;
}

static Err collect(void *user, Cx *cx, const AggregatePeriod *period)
{
    Periods *periods = user;
    if (periods->count == periods->cap) {
        size_t more = periods->cap ? periods->cap * 2 : 32;
        periods->list = arena_grow(cx->arena, periods->list, periods->cap * sizeof *period,
                                   more * sizeof *period, _Alignof(AggregatePeriod));
        periods->cap = more;
    }
    AggregatePeriod *kept = &periods->list[periods->count++];
    *kept = *period;
    kept->min_text = keep(cx, period->min_text);
    kept->max_text = keep(cx, period->max_text);
    return OK;
}

static Err add_rows(Cx *cx, Aggregate *aggregate, HistoryTime time, HistoryCursor *cursor)
{
    HistoryRow row;
    for (bool more;;) {
        TRY(history_next(cx, cursor, &row, &more));
        if (!more)
            return OK;
        if (time == HISTORY_CREATED_AT || time == HISTORY_MODIFIED_AT || time == HISTORY_DELETED_AT)
            row.at_us = row.received_us;
        TRY(aggregate_add(aggregate, &row));
    }
}

static Err carry_in(Cx *cx, Aggregate *aggregate, const HistorySeries *series, int64_t from_us)
{
    HistoryRow row;
    bool found = false;
    TRY(history_before(cx, series, from_us, &row, &found));
    if (found && row.has_num && !(row.flags & HISTORY_DELETED))
        aggregate_carry(aggregate, row.num);
    return OK;
}

/* Deletions are read in any case: they end the span in which a value holds. */
static HistoryTime read_time(HistoryTime time, uint32_t methods)
{
    bool twa = methods & 1u << AGGREGATE_TWA;
    return twa && time == HISTORY_OBSERVED_AT ? HISTORY_ANY : time;
}

Err history_aggregate(Cx *cx, const HistorySeries *series, HistoryTime time,
                      const AggregateSpec *spec, AggregatePeriod **ret, size_t *ret_count)
{
    Periods periods = {0};
    Aggregate *aggregate = aggregate_begin(cx, spec, (AggregateSink){collect, &periods});
    HistoryTime read = read_time(time, spec->methods);
    if ((spec->methods & 1u << AGGREGATE_TWA) && spec->from_us != INT64_MIN)
        TRY(carry_in(cx, aggregate, series, spec->from_us));
    HistoryCursor cursor;
    HistoryWindow window = {read, spec->from_us, spec->to_us};
    TRY(history_start(cx, series, window, false, 0, &cursor));
    Err err = add_rows(cx, aggregate, time, &cursor);
    history_end(&cursor);
    TRY(err);
    TRY(aggregate_end(aggregate));
    *ret = periods.list;
    *ret_count = periods.count;
    return OK;
}

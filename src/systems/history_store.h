/* The SQL of history; private to history*.c. On PostgreSQL every key begins with tenant and
 * shard; SQLite needs neither, for its series numbers are unique in the file. */
#ifndef HANSE_SYSTEMS_HISTORY_STORE_H
#define HANSE_SYSTEMS_HISTORY_STORE_H

#include "systems/entity_store.h"
#include "systems/history.h"

extern const StatementTable HISTORY_STATEMENTS;

/* A row on its way into the store. */
typedef struct ObsInsert {
    int64_t at_us;
    int64_t received_us;
    int64_t what; /* kind and flags */
    bool has_num;
    double num;
    Str raw;  /* p NULL: num says it all, or there is no value */
    Str unit; /* empty: none */
    Str more; /* p NULL: nothing */
} ObsInsert;

/* Two statements where the series is known, three where it is new. */
MUST Err obs_insert(Cx *cx, const HistorySeriesName *name, const ObsInsert *obs);
/* A series and whether it holds nothing from from_us to to_us, both included; it is made where it
 * is new, with the kind and unit of obs. */
typedef struct ObsTarget {
    int64_t shard, series;
    bool same_unit, empty;
} ObsTarget;
MUST Err obs_target(Cx *cx, const HistorySeriesName *name, const ObsInsert *obs, int64_t from_us,
                    int64_t to_us, ObsTarget *ret);
/* One statement: a row where the target is empty, and no other is of the same time. */
MUST Err obs_insert_at(Cx *cx, const HistorySeriesName *name, const ObsTarget *target,
                       const ObsInsert *obs);
/* A deletion row for the series of an instance and those of its sub-attributes. */
MUST Err obs_delete_instance(Cx *cx, const HistorySeriesName *name, int64_t at_us);
/* The same for one series. */
MUST Err obs_delete_series(Cx *cx, const HistorySeriesName *name, int64_t at_us);
/* The same for all series of an entity, which then pass to a new past life. */
MUST Err obs_delete_entity(Cx *cx, const Entity *entity, int64_t at_us);

MUST Err series_start(Cx *cx, TenantId tenant, Str id, EntityKey key, DbRows *ret);
MUST Err series_start_one(Cx *cx, const HistorySeriesName *name, DbRows *ret);
void series_read(Cx *cx, const DbRows *rows, TenantId tenant, int64_t shard, HistorySeries *ret);

MUST Err obs_start(Cx *cx, const HistorySeries *series, HistoryWindow window, bool newest_first,
                   int64_t limit, DbRows *ret);
MUST Err obs_start_before(Cx *cx, const HistorySeries *series, int64_t at_us, DbRows *ret);
void obs_read(const DbRows *rows, const HistorySeries *series, HistoryRow *ret);
/* Just time and number: at_us, what, num. */
MUST Err obs_start_numbers(Cx *cx, const HistorySeries *series, int64_t from_us, int64_t to_us,
                           DbRows *ret);
/* The first and last time within [from, to); false where there is none. */
MUST Err obs_range(Cx *cx, const HistorySeries *series, int64_t from_us, int64_t to_us,
                   int64_t *ret_first_us, int64_t *ret_last_us, bool *ret_found);

MUST Err past_start(Cx *cx, TenantId tenant, Str id, DbRows *ret);

/* Forgets series with their rows and those of their sub-attributes: of one attribute, or of all
 * where it is empty; of one dataset, or of all. */
MUST Err series_erase(Cx *cx, const HistorySeriesName *name, bool all_datasets, bool *ret_any);
MUST Err past_erase(Cx *cx, TenantId tenant, Str id);
MUST Err obs_erase(Cx *cx, const HistorySeries *series, int64_t at_us, int64_t seq, bool *ret_any);

#endif

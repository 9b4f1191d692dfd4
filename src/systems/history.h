/* History: what every attribute was, and when (ETSI GS CIM 009 V1.9.1, 4.5.6 to 4.5.9, 5.7.3,
 * 4.5.19 for aggregation).
 *
 *   series(key, attribute, sub-path, datasetId, kind, unit)
 *   obs(series, at_us, seq, received_us, what, num, raw, unit, more)
 *
 * at_us is the instance's observedAt, or the time of the change where it has none. num is the
 * value as a double where it is a number, and 1 or 0 for a boolean; raw is the value's JSON and
 * NULL where num prints back to the same digits. Equal times get the next seq, so that the same
 * value told again at the same time is still a row. A deletion is a row of its own. A numeric
 * sub-attribute is a series of its own as well. unit is kept once per series; a row carries its
 * own where it differs. more holds what else the instance says (sub-attributes, objectType).
 *
 * A read answers LIMIT "db.budget" when it passes the connection's budget. */
#ifndef HANSE_SYSTEMS_HISTORY_H
#define HANSE_SYSTEMS_HISTORY_H

#include "db/db.h"
#include "systems/entity.h"

typedef enum HistoryKind {
    HISTORY_PROPERTY = 1,
    HISTORY_RELATIONSHIP,
    HISTORY_GEO_PROPERTY,
    HISTORY_LANGUAGE_PROPERTY,
    HISTORY_VOCAB_PROPERTY,
    HISTORY_JSON_PROPERTY,
    HISTORY_LIST_PROPERTY,
    HISTORY_LIST_RELATIONSHIP,
    HISTORY_KIND_COUNT_
} HistoryKind;
/* "Property" ..., and the member that holds the value: "value", "object", ... */
Str history_kind_name(HistoryKind kind);
Str history_kind_member(HistoryKind kind);

typedef enum HistoryFlag {
    HISTORY_OBSERVED = 1 << 4, /* at_us is an observedAt */
    HISTORY_DELETED = 1 << 5,  /* from here on there is no value */
    HISTORY_CREATED = 1 << 6   /* the attribute came into being */
} HistoryFlag;

/* Names of nested sub-attributes are parted by a space, which no IRI holds. */
enum { HISTORY_SUB_DEPTH_MAX = 4 /* deeper ones are kept in more alone */ };

/* Appends what the change says to history, in the same commit; called by entity.c. */
MUST Err history_record(Cx *cx, const EntityChange *change);

/* A value for history alone, from an import. */
typedef struct HistoryPoint {
    int64_t at_us;
    double num; /* used where raw.p is NULL */
    Str raw;    /* JSON of the value; a number's digits are kept */
} HistoryPoint;
typedef struct HistorySeriesName {
    TenantId tenant;
    Str id;        /* of the entity */
    EntityKey key; /* the entity's, or a past life's */
    Str attribute; /* IRI */
    Str sub;       /* may be empty */
    Str dataset;   /* may be empty: the default instance */
} HistorySeriesName;
/* Appends points as observed values; nothing else changes and nothing fires. Making the newest
 * one the current value is the caller's step, through entity.h, which notices a late one itself.
 * INVALID "history.value" for raw that is not JSON. */
MUST Err history_append(Cx *cx, const HistorySeriesName *name, HistoryKind kind, Str unit,
                        const HistoryPoint *points, size_t count);

/* One more instance, in the stored form of entity.h, into history alone. */
MUST Err history_add_instance(Cx *cx, const HistorySeriesName *name, JsonValue instance);

/* Reading. */
typedef struct HistorySeries {
    int64_t number;
    TenantId tenant;
    int64_t shard;
    HistoryKind kind;
    Str attribute, sub, dataset, unit;
} HistorySeries;
enum { HISTORY_SERIES_MAX = 10000 /* of one entity; beyond: LIMIT "history.series" */ };
/* All series of an entity, by attribute, sub-path, dataset. */
MUST Err history_series_list(Cx *cx, TenantId tenant, Str id, EntityKey key, HistorySeries **ret,
                             size_t *ret_count);
/* NOT_FOUND "history.series" where nothing was recorded under that name. */
MUST Err history_series_get(Cx *cx, const HistorySeriesName *name, HistorySeries *ret);

/* Which time a window speaks of (4.8, 4.11). An instance is created and modified when it was
 * received; observedAt leaves out what has none, deletedAt leaves out all but deletions. */
typedef enum HistoryTime {
    HISTORY_ANY, /* at_us, observed or not, deletions too: charts, indicators */
    HISTORY_OBSERVED_AT,
    HISTORY_CREATED_AT,
    HISTORY_MODIFIED_AT,
    HISTORY_DELETED_AT
} HistoryTime;

/* from <= time < to. */
typedef struct HistoryWindow {
    HistoryTime time;
    int64_t from_us;
    int64_t to_us;
} HistoryWindow;
#define HISTORY_ALL ((HistoryWindow){HISTORY_ANY, INT64_MIN, INT64_MAX})

typedef struct HistoryRow {
    int64_t at_us;
    int64_t seq;
    int64_t received_us;
    HistoryKind kind;
    uint32_t flags; /* HistoryFlag */
    bool has_num;
    double num;
    Str raw;  /* p NULL: num says it all */
    Str unit; /* of this row */
    Str more; /* JSON object; p NULL: nothing */
} HistoryRow;

/* Rows by time, then seq; newest first where asked. limit 0: all. Texts of a row are valid until
 * the next one. A started cursor is always ended. */
typedef struct HistoryCursor {
    DbRows rows;
    const HistorySeries *series;
} HistoryCursor;
MUST Err history_start(Cx *cx, const HistorySeries *series, HistoryWindow window, bool newest_first,
                       size_t limit, HistoryCursor *ret);
MUST Err history_next(Cx *cx, HistoryCursor *cursor, HistoryRow *ret, bool *ret_row);
void history_end(HistoryCursor *cursor);
/* The last row before an instant, deletions too; texts in cx->arena. */
MUST Err history_before(Cx *cx, const HistorySeries *series, int64_t at_us, HistoryRow *ret,
                        bool *ret_found);
/* The value of a row as JSON: raw, or the number. */
void history_put_value(Buf *buf, const HistoryRow *row);

/* The lives that an id had before it was deleted, oldest first; a store may give an entity's key
 * again, so a past life has a key of its own. */
typedef struct HistoryLife {
    EntityKey key;
    const Str *types; /* expanded */
    size_t type_count;
    int64_t created_us, deleted_us;
} HistoryLife;
MUST Err history_lives(Cx *cx, TenantId tenant, Str id, HistoryLife **ret, size_t *ret_count);

/* Charts: at most about max_points points that keep each bucket's first, last, lowest and highest
 * value, so that a line drawn through them looks like the line through all. A NAN value is a
 * gap: a deletion, or a silence longer than gap_us (0: silences are no gaps). */
typedef struct ChartPoint {
    int64_t at_us;
    double value;
} ChartPoint;
enum { HISTORY_CHART_POINTS_MAX = 20000 };
MUST Err history_points(Cx *cx, const HistorySeries *series, int64_t from_us, int64_t to_us,
                        size_t max_points, int64_t gap_us, ChartPoint **ret, size_t *ret_count);

#endif

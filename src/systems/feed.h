/* Feed mapping: how records become entities and their history.
 *
 * A record is a CSV row, a JSON value (a GeoJSON feature, an element of an array) or an MQTT
 * message. A mapping is a small JSON file (doc/feeds.md) that says which entity a record speaks of
 * and which attributes it tells, at which time. It is read once, is immutable, and is applied to
 * each record by feed_map, which gives readings: one value of one attribute of one entity. Nothing
 * here knows files, sockets or the store; feed_take.h takes readings into the store.
 *
 * A value that cannot be taken is refused with a reason and takes nothing else with it; a record
 * without a usable id or time is refused whole. */
#ifndef HANSE_SYSTEMS_FEED_H
#define HANSE_SYSTEMS_FEED_H

#include "base/calendar.h"
#include "base/json.h"
#include "systems/context.h"
#include "systems/history.h"

enum {
    FEED_FILE_BYTES_MAX = 256 << 10, /* of a mapping; real ones have 1 to 3 KiB */
    FEED_ATTRIBUTES_MAX = 256,       /* as many as a record can reasonably tell */
    FEED_PARTS_MAX = 64,             /* literals and holes of one template */
    FEED_STEPS_MAX = 16,             /* of a path */
    FEED_LIST_MAX = 256,             /* of every other list in a mapping */
    FEED_TOPICS_MAX = 64,
    FEED_ID_BYTES_MAX = 2048,
    FEED_VALUE_BYTES_MAX = 1 << 20
};

/* Where a text of the record comes from. */
typedef enum FeedFrom {
    FEED_FROM_FIELD,   /* a column by name, or the member of that name of a JSON record */
    FEED_FROM_PATH,    /* $.a.b[0]['c d'] */
    FEED_FROM_CAPTURE, /* {1}: what the first wildcard of the topic stood for */
    FEED_FROM_COLUMN,  /* {column}: the name of a wide file's column */
    FEED_FROM_TOPIC    /* {topic} */
} FeedFrom;

typedef struct FeedStep {
    Str name;       /* p NULL: an index */
    uint32_t index; /* of an array */
} FeedStep;

typedef struct FeedSource {
    FeedFrom from;
    Str name; /* as it is written in the mapping */
    const FeedStep *steps;
    size_t step_count;
    uint32_t number; /* of a capture, from 1; of a field, its slot in the binding */
} FeedSource;

/* Text with holes: "urn:ngsi-ld:Device:{site}-{id}". */
typedef struct FeedPart {
    Str literal; /* where it is no hole */
    bool hole;
    bool slug; /* {name:slug} */
    FeedSource source;
} FeedPart;
typedef struct FeedTemplate {
    const FeedPart *parts;
    size_t count;
} FeedTemplate;

typedef enum FeedValueFrom {
    FEED_VALUE_SOURCE,
    FEED_VALUE_CONST,    /* json */
    FEED_VALUE_TEMPLATE, /* parts of a JSON text; holes stand inside of strings */
    FEED_VALUE_OBJECT,   /* a Relationship's URI with holes */
    FEED_VALUE_POINT     /* source is the latitude, lon the longitude */
} FeedValueFrom;

/* "values": {"ON": true}: what a text stands for. */
typedef struct FeedChoice {
    Str text;
    Str json;
} FeedChoice;

typedef struct FeedAttribute {
    Str name; /* as in the mapping */
    Str iri;
    HistoryKind kind; /* PROPERTY, GEO_PROPERTY or RELATIONSHIP */
    FeedValueFrom from;
    FeedSource source, lon;
    FeedTemplate template;
    Str json;
    bool number;
    bool required; /* a record without it is refused whole */
    bool timeless; /* has no observedAt */
    bool scaled;
    double scale, offset;
    double min, max; /* after scaling; -INFINITY, INFINITY: none */
    Str unit;        /* UN/CEFACT; empty: none */
    const Str *missing;
    size_t missing_count;
    const FeedChoice *choices;
    size_t choice_count;
} FeedAttribute;

typedef enum FeedTimeFormat {
    FEED_TIME_RFC3339,
    FEED_TIME_UNIX,
    FEED_TIME_UNIX_MS,
    FEED_TIME_LOCAL
} FeedTimeFormat;

enum { FEED_TIME_FIELDS_MAX = 4 };
typedef struct FeedTime {
    FeedSource sources[FEED_TIME_FIELDS_MAX]; /* joined by a space */
    size_t count;                             /* 0: records have no time */
    FeedTimeFormat format;
    Str pattern;      /* "DD/MM/YYYY hh:mm"; empty: as ISO 8601 */
    const Zone *zone; /* of FEED_TIME_LOCAL; NULL: UTC */
} FeedTime;

/* Records that are left out without a word. */
typedef struct FeedSkip {
    FeedSource source;
    const Str *texts;
    size_t count;
} FeedSkip;

typedef struct FeedMqtt {
    Str broker; /* "mqtt://host:1883"; p NULL: the feed is for files only */
    Str user;
    Str password_file;
    Str ca;
    Str client_id;
    const Str *topics;
    size_t topic_count;
    uint8_t qos;
    bool text; /* the payload is text, not JSON */
} FeedMqtt;

typedef struct Feed {
    const LdContext *context;
    Str type;
    FeedTemplate id;
    FeedTime time;
    const FeedAttribute *attributes;
    size_t attribute_count;
    const FeedAttribute *wide; /* each other column is an entity with this attribute; or NULL */
    const Str *except;         /* columns that are none */
    size_t except_count;
    const FeedSkip *skips;
    size_t skip_count;
    Str records;    /* the member of a JSON file that holds the records; p NULL: found out */
    char separator; /* of CSV; 0: found out from the header */
    char decimal;   /* the decimal separator of numbers in text: '.' or ',' */
    FeedMqtt mqtt;
    const Str *fields; /* columns that the mapping names: the slots of a binding */
    size_t field_count;
    Str path; /* one that the mapping names: it is not for CSV then; p NULL: none */
} Feed;

/* Reads a mapping, strictly: an unknown member is an error. The feed lives in cx->arena. Errors:
 * INVALID "feed.syntax" with line and column; those of json_parse and context_resolve;
 * NOT_FOUND "zone.unknown". */
MUST Err feed_parse(Cx *cx, const ContextStore *contexts, Str text, Feed **ret);

/* Which column of a CSV file is which field of the mapping. */
typedef struct FeedBinding {
    const Str *header;
    size_t header_count;
    const uint32_t *columns; /* per slot */
    const uint32_t *wide;    /* the columns that are entities */
    size_t wide_count;
} FeedBinding;
/* The texts of the header are copied. INVALID "feed.column" for a field that is no column, and for
 * a mapping with paths, which lead into JSON alone. */
MUST Err feed_bind(Cx *cx, const Feed *feed, const Str *header, size_t count, FeedBinding *ret);

typedef struct FeedRecord {
    const FeedBinding *binding; /* of a row; NULL: the record is json */
    const Str *fields;
    size_t field_count;
    JsonValue json;
    Str topic;
    const Str *captures;
    size_t capture_count;
    int64_t received_us; /* the time of a message that has none; INT64_MIN: there is no such */
    uint32_t row;        /* the caller's number for it, told in what comes out */
} FeedRecord;

typedef struct FeedReading {
    Str id;
    const FeedAttribute *attribute;
    Str value; /* JSON */
    int64_t at_us;
    bool timed;   /* else at_us means nothing */
    bool numeric; /* num is the value, and prints back to the same digits */
    double num;
    uint32_t row;
} FeedReading;

typedef struct FeedRefusal {
    uint32_t row;
    Str field; /* empty: the whole record */
    Str value; /* as it came in, cut to be shown */
    Str reason;
} FeedRefusal;

/* What feed_map adds to; lives in the arena of the calls. */
typedef struct FeedBatch {
    FeedReading *readings;
    size_t count, cap;
    FeedRefusal *refusals;
    size_t refusal_count, refusal_cap;
} FeedBatch;

/* Applies the mapping to one record; texts are copied. *ret_taken: whether it gave a reading or
 * was skipped as the mapping wants it; else it is refused, and the batch says why. */
typedef enum FeedOutcome { FEED_TAKEN, FEED_SKIPPED, FEED_REFUSED } FeedOutcome;
FeedOutcome feed_map(Cx *cx, const Feed *feed, const FeedRecord *record, FeedBatch *batch);
/* For refusals that were found elsewhere. */
void feed_refuse(Cx *cx, FeedBatch *batch, uint32_t row, Str field, Str value, Str reason);

/* What the wildcards of a filter stood for in a topic that matches it: one text per '+', and the
 * rest of the levels for '#'. False when the topic does not match. */
enum { FEED_CAPTURES_MAX = 32 };
bool feed_topic_match(Str filter, Str topic, Str captures[FEED_CAPTURES_MAX], size_t *ret_count);

#endif

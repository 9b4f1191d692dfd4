/* Drawings made on the server: they need no script, print well and weigh little.
 *
 * Colours, line widths and fonts come from assets/css (classes h-spark, h-chart, h-bullet,
 * h-range, h-map, h-timeline); a drawing holds geometry alone. Every drawing has a name for those
 * who do not see it. A value that is NAN, or a stretch without values, is a gap: lines are never
 * drawn through what was not measured. */
#ifndef HANSE_WEB_SVG_H
#define HANSE_WEB_SVG_H

#include "base/calendar.h"
#include "base/json.h"
#include "base/lang.h"
#include "web/html.h"

enum {
    SVG_SPARK_MAX = 400,   /* values; more cannot be seen at a tile's width */
    SVG_CHART_MAX = 4000,  /* values; a screen has fewer columns: bucket them before */
    SVG_MARKER_MAX = 5000, /* markers on a map; beyond it the SVG weighs more than the live map */
};

/* A line without axes. label names it: "Pegel Lind, die letzten 24 Stunden". */
typedef struct SvgSpark {
    Text label;
    const double *values; /* evenly spaced, oldest first; NAN is a gap */
    size_t count;
    double target;  /* a dashed line; NAN: none */
    bool from_zero; /* the lowest value drawn is 0 */
} SvgSpark;
void svg_spark(Buf *out, const SvgSpark *spark);

/* One value on a scale from 0 to max, with a mark at the target (NAN: none). What lies outside
 * of the scale is drawn at its end. */
void svg_bullet(Buf *out, Text label, double value, double target, double max);
/* A range with its middle value on a scale: an estimate from low to high. */
void svg_range(Buf *out, Text label, double low, double middle, double high, double min,
               double max);

typedef struct SvgSample {
    int64_t at_us;
    double value;
} SvgSample;

/* A value over time. The line breaks where two samples are more than gap_us apart (0: never). */
typedef struct SvgChart {
    Text label; /* what the figure's title says */
    Lang lang;
    const Zone *zone;
    int64_t from_us, to_us;   /* the time axis; from < to */
    const SvgSample *samples; /* by time, inside of the axis */
    size_t count;
    int64_t gap_us;
    double target; /* NAN: none */
    bool steps;    /* a value holds until the next one, as with counts of free places */
    bool from_zero;
} SvgChart;
void svg_chart(Buf *out, const SvgChart *chart);

/* Bars over time with marks on them, one row for each thing; days since 1970-01-01. */
typedef struct TimelineMark {
    int64_t day;
    bool done; /* filled; else a ring */
    Text name;
} TimelineMark;
typedef struct TimelineRow {
    Text name;
    Text class; /* "pilot": h-timeline__bar--pilot */
    int64_t from_day, to_day;
    bool open_end; /* nobody said when it ends */
    const TimelineMark *marks;
    size_t mark_count;
} TimelineRow;
typedef struct SvgTimeline {
    Text label, today_word;
    int64_t from_day, to_day, today; /* from < to */
    const TimelineRow *rows;
    size_t count;
} SvgTimeline;
void svg_timeline(Buf *out, const SvgTimeline *timeline);

/* Rounded steps for an axis that covers [low, high] with at most count_max lines: 1, 2 or 5 times
 * a power of ten. A range without width gets one. */
typedef struct SvgScale {
    double low, high, step;
    int decimals;
} SvgScale;
SvgScale svg_scale(double low, double high, int count_max);

/* The kinds of a marker on a map; each has its own shape. A place has no state: it is where
 * something is. */
typedef enum MarkState { MARK_OK, MARK_WARNING, MARK_ALARM, MARK_NO_SIGNAL, MARK_PLACE } MarkState;
Text mark_class(MarkState state); /* "ok", "warning", "alarm", "no-signal", "place" */
Icon mark_icon(MarkState state);

typedef struct MapMarker {
    double lon, lat; /* WGS 84 degrees */
    MarkState state;
    Text name; /* shown when pointed at */
} MapMarker;

/* The ground of a city's maps, read and projected once for all of them. */
typedef struct MapLayers MapLayers;
/* Of an object of GeoJSON FeatureCollections (RFC 7946): outline, districts, water, harbour, parks,
 * roads, minor (only around a place), rail, labels; others and missing ones are passed over, and so
 * are geometries that are no GeoJSON. Lives in the arena, as long as the text of the JSON does. */
const MapLayers *svg_map_layers(Arena *arena, const Json *layers);

typedef struct MapScene {
    Text label;
    const MapLayers *layers; /* NULL: markers alone */
    const MapMarker *markers;
    size_t marker_count;
    double around_m; /* only so many metres around the first marker; 0: all */
} MapScene;
/* Web Mercator (EPSG:3857), 1000 units wide, cut to the outline, else to all that is drawn.
 * Lines are simplified to half a unit. */
void svg_map(Buf *out, const MapScene *scene);
/* Where the drawing of the whole scene lies in Mercator's unit square, for what sets a point in it:
 * a place in the drawing is at x + its distance from the left / scale; y in the same way. */
typedef struct MapFrame {
    double x, y, scale;
} MapFrame;
MapFrame svg_map_frame(const MapScene *scene);

/* For the drawings: a coordinate with one decimal at most. */
void svg_number(Buf *out, double v);

#endif

/* A city as a drawing: GeoJSON layers under, markers with the shapes of their states on top. */
#include "web/svg.h"

#include <math.h>

#include "base/str.h"

#define WIDTH 1000.0
#define TOLERANCE 0.5 /* units: half a pixel at the size a map is shown */
#define EDGE 0.04     /* share of the width that is left free around the outline */
enum { VERTICES_MAX = 200000 /* of one line; a city's longest river has some thousands */ };

typedef struct Vertex {
    double x, y;
} Vertex;

typedef struct Box {
    Vertex min, max; /* min beyond max: nothing is in it */
} Box;
static const Box NOTHING = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};

/* A part of Mercator's unit square, and from there to the drawing. */
typedef struct View {
    Box box;
    double scale;
    double height;
} View;

typedef struct Layer {
    Str name;
    Str class_name;
    bool closed;
    bool near; /* drawn only around a place: in a whole city it weighs more than it tells */
} Layer;

/* From the ground up. */
static const Layer LAYERS[] = {
    {S_INIT("outline"), S_INIT("h-map__city"), true},
    {S_INIT("parks"), S_INIT("h-map__park"), true},
    {S_INIT("water"), S_INIT("h-map__water"), false},
    {S_INIT("harbour"), S_INIT("h-map__harbour"), true},
    {S_INIT("minor"), S_INIT("h-map__minor"), false, true},
    {S_INIT("roads"), S_INIT("h-map__road-edge"), false},
    {S_INIT("roads"), S_INIT("h-map__road"), false},
    {S_INIT("rail"), S_INIT("h-map__rail"), false},
    {S_INIT("districts"), S_INIT("h-map__district"), true},
    {S_INIT("outline"), S_INIT("h-map__outline"), true},
};

/* Web Mercator in the unit square; false outside of its latitudes. */
static bool project(double lon, double lat, Vertex *ret)
{
    if (!(fabs(lon) <= 180) || !(fabs(lat) <= 85.05))
        return false;
    double rad = lat * M_PI / 180;
    *ret = (Vertex){(lon + 180) / 360, (1 - log(tan(rad) + 1 / cos(rad)) / M_PI) / 2};
    return true;
}

static bool read_position(JsonValue position, Vertex *ret)
{
    double number[2];
    size_t n = 0;
    if (!json_is(position, JSON_ARRAY))
        return false;
    for (JsonIter it = json_iter(position); n < 2 && json_next(&it);) {
        if (!json_f64(it.value, &number[n++]))
            return false;
    }
    return n == 2 && project(number[0], number[1], ret);
}

static void include(Box *box, Vertex v)
{
    box->min.x = fmin(box->min.x, v.x);
    box->min.y = fmin(box->min.y, v.y);
    box->max.x = fmax(box->max.x, v.x);
    box->max.y = fmax(box->max.y, v.y);
}

static bool is_empty(const Box *box)
{
    return !(box->max.x >= box->min.x);
}

/* --- layers, read --- */

/* A line or a ring. */
typedef struct Run {
    struct Run *next;
    Box box;
    size_t count;
    Vertex v[];
} Run;

typedef struct Label {
    struct Label *next;
    Vertex at;
    Str name;
} Label;

typedef struct Part {
    Run *first, **end; /* in the order of the file */
    Box box;           /* of every position, also of what is no line */
} Part;

struct MapLayers {
    Part parts[COUNT_OF(LAYERS)]; /* those of one name share their runs */
    Label *labels;
};

typedef void (*GeometryFn)(void *user, Arena *arena, JsonValue feature, Str type,
                           JsonValue coordinates);

static void each_geometry(Arena *arena, const Json *layers, Str name, GeometryFn fn, void *user)
{
    JsonValue collection, features, geometry, type, coordinates;
    if (!json_find(json_root(layers), name, &collection) ||
        !json_find(collection, S("features"), &features) || !json_is(features, JSON_ARRAY))
        return;
    for (JsonIter it = json_iter(features); json_next(&it);) {
        if (json_find(it.value, S("geometry"), &geometry) &&
            json_find(geometry, S("type"), &type) && json_is(type, JSON_STRING) &&
            json_find(geometry, S("coordinates"), &coordinates))
            fn(user, arena, it.value, json_raw(type), coordinates);
    }
}

/* Positions stand at the bottom of however many arrays the geometry's type has. */
static void include_all(Box *box, JsonValue coordinates)
{
    Vertex v;
    if (read_position(coordinates, &v)) {
        include(box, v);
        return;
    }
    if (!json_is(coordinates, JSON_ARRAY))
        return;
    for (JsonIter it = json_iter(coordinates); json_next(&it);)
        include_all(box, it.value);
}

static void read_run(Part *part, Arena *arena, JsonValue positions)
{
    uint32_t count = json_count(positions);
    if (count < 2 || count > VERTICES_MAX)
        return;
    Run *run = arena_alloc_bytes(arena, sizeof(Run) + count * sizeof(Vertex), _Alignof(Run));
    run->box = NOTHING;
    for (JsonIter it = json_iter(positions); json_next(&it);)
        if (read_position(it.value, &run->v[run->count]))
            include(&run->box, run->v[run->count++]);
    if (run->count < 2)
        return;
    *part->end = run;
    part->end = &run->next;
}

/* Arrays of positions, at whatever depth, are lines or rings. */
static void read_runs(Part *part, Arena *arena, JsonValue coordinates)
{
    if (!json_is(coordinates, JSON_ARRAY))
        return;
    JsonIter first = json_iter(coordinates);
    if (!json_next(&first) || !json_is(first.value, JSON_ARRAY))
        return;
    JsonIter inner = json_iter(first.value);
    if (json_next(&inner) && json_is(inner.value, JSON_NUMBER)) {
        read_run(part, arena, coordinates);
        return;
    }
    for (JsonIter it = json_iter(coordinates); json_next(&it);)
        read_runs(part, arena, it.value);
}

static void read_geometry(void *user, Arena *arena, JsonValue feature, Str type,
                          JsonValue coordinates)
{
    Part *part = user;
    (void)feature;
    include_all(&part->box, coordinates);
    if (!str_eq(type, S("Point")) && !str_eq(type, S("MultiPoint")))
        read_runs(part, arena, coordinates);
}

static void read_label(void *user, Arena *arena, JsonValue feature, Str type, JsonValue coordinates)
{
    Label ***end = user;
    JsonValue properties, name;
    Vertex at;
    if (!str_eq(type, S("Point")) || !read_position(coordinates, &at) ||
        !json_find(feature, S("properties"), &properties) ||
        !json_find(properties, S("name"), &name) || !json_is(name, JSON_STRING))
        return;
    Label *label = arena_new(arena, Label);
    *label = (Label){.at = at, .name = json_text(arena, name)};
    **end = label;
    *end = &label->next;
}

/* The part of the first layer of that name. */
static const Part *part_of(const MapLayers *layers, size_t layer)
{
    size_t i = 0;
    while (!str_eq(LAYERS[i].name, LAYERS[layer].name))
        i++;
    return &layers->parts[i];
}

const MapLayers *svg_map_layers(Arena *arena, const Json *layers)
{
    MapLayers *ret = arena_new(arena, MapLayers);
    Label **end = &ret->labels;
    for (size_t i = 0; i < COUNT_OF(LAYERS); i++) {
        Part *part = &ret->parts[i];
        *part = (Part){.end = &part->first, .box = NOTHING};
        if (part_of(ret, i) == part)
            each_geometry(arena, layers, LAYERS[i].name, read_geometry, part);
    }
    each_geometry(arena, layers, S("labels"), read_label, &end);
    return ret;
}

/* --- what is seen of them --- */

/* The square around a place. A metre grows in Mercator's square with the distance from the equator.
 */
static bool view_around(const MapScene *scene, View *ret)
{
    const double EQUATOR_M = 40075016.686;
    Vertex at;
    if (!(scene->around_m > 0) || !scene->marker_count ||
        !project(scene->markers[0].lon, scene->markers[0].lat, &at))
        return false;
    double half = scene->around_m / (EQUATOR_M * cos(scene->markers[0].lat * M_PI / 180));
    *ret = (View){.box = {{at.x - half, at.y - half}, {at.x + half, at.y + half}},
                  .scale = WIDTH / (2 * half),
                  .height = WIDTH};
    return true;
}

/* The outline stands first, and where there is none, what does. */
static Box box_of(const MapScene *scene)
{
    Box box = NOTHING;
    Vertex v;
    for (size_t i = 0; scene->layers && i < COUNT_OF(LAYERS) && is_empty(&box); i++)
        box = part_of(scene->layers, i)->box;
    if (!is_empty(&box))
        return box;
    for (size_t i = 0; i < scene->marker_count; i++)
        if (project(scene->markers[i].lon, scene->markers[i].lat, &v))
            include(&box, v);
    return is_empty(&box) ? (Box){{0, 0}, {1, 1}} : box;
}

static View view_of(const MapScene *scene)
{
    View view = {.box = box_of(scene)};
    Box *box = &view.box;
    /* A place without extent gets about a kilometre, and is in the middle of it. */
    Vertex size = {box->max.x - box->min.x, box->max.y - box->min.y};
    double width = fmax(size.x, 3e-5), height = fmax(size.y, width * 0.5);
    double edge = width * EDGE;
    box->min.x -= (width - size.x) / 2 + edge;
    box->min.y -= (height - size.y) / 2 + edge;
    view.scale = WIDTH / (width + 2 * edge);
    view.height = fmin((height + 2 * edge) * view.scale, 1.4 * WIDTH);
    return view;
}

static Vertex to_drawing(const View *view, Vertex v)
{
    return (Vertex){(v.x - view->box.min.x) * view->scale, (v.y - view->box.min.y) * view->scale};
}

/* Most of a city, around a place: looked at before anything is drawn. */
static bool is_outside(const View *view, const Box *box)
{
    Vertex min = to_drawing(view, box->min), max = to_drawing(view, box->max);
    return max.x < 0 || max.y < 0 || min.x > WIDTH || min.y > view->height;
}

/* --- lines --- */

static double distance_sq(Vertex p, Vertex a, Vertex b)
{
    double dx = b.x - a.x, dy = b.y - a.y, length_sq = dx * dx + dy * dy;
    double t = length_sq > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length_sq : 0;
    t = fmax(0, fmin(1, t));
    double ex = p.x - a.x - t * dx, ey = p.y - a.y - t * dy;
    return ex * ex + ey * ey;
}

typedef struct Span {
    size_t from, to;
} Span;

/* Douglas and Peucker (1973), with a stack of its own instead of recursion. */
static size_t simplify(Arena *arena, Vertex *v, size_t count)
{
    if (count < 3)
        return count;
    bool *keep = arena_array(arena, bool, count);
    Span *stack = arena_array(arena, Span, count);
    size_t depth = 0;
    keep[0] = keep[count - 1] = true;
    stack[depth++] = (Span){0, count - 1};
    while (depth) {
        Span span = stack[--depth];
        double farthest = TOLERANCE * TOLERANCE;
        size_t at = 0;
        for (size_t i = span.from + 1; i < span.to; i++) {
            double d = distance_sq(v[i], v[span.from], v[span.to]);
            if (d > farthest) {
                farthest = d;
                at = i;
            }
        }
        if (!at)
            continue;
        keep[at] = true;
        stack[depth++] = (Span){span.from, at};
        stack[depth++] = (Span){at, span.to};
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (keep[i])
            v[kept++] = v[i];
    }
    return kept;
}

/* Whole units, relative to the vertex before: shorter, and half a unit cannot be seen. */
static void put_vertices(Buf *out, const Vertex *v, size_t count, bool closed)
{
    long x = 0, y = 0;
    for (size_t i = 0; i < count; i++) {
        long to_x = lround(v[i].x), to_y = lround(v[i].y);
        if (i && to_x == x && to_y == y)
            continue;
        buf_char(out, i == 0 ? 'M' : i == 1 ? 'l' : ' ');
        buf_i64(out, i ? to_x - x : to_x);
        buf_char(out, ' ');
        buf_i64(out, i ? to_y - y : to_y);
        x = to_x;
        y = to_y;
    }
    if (closed)
        buf_char(out, 'z');
}

static void put_run(Buf *out, const View *view, const Run *run, bool closed)
{
    Vertex *v = arena_array(out->arena, Vertex, run->count);
    for (size_t i = 0; i < run->count; i++)
        v[i] = to_drawing(view, run->v[i]);
    put_vertices(out, v, simplify(out->arena, v, run->count), closed);
}

static void put_layers(Buf *out, const View *view, const MapLayers *layers, bool near)
{
    for (size_t i = 0; i < COUNT_OF(LAYERS); i++) {
        if (LAYERS[i].near && !near)
            continue;
        size_t before = out->n;
        buf_put(out, S("<path class=\""));
        buf_put(out, LAYERS[i].class_name);
        buf_put(out, S("\" d=\""));
        size_t empty = out->n;
        for (const Run *run = part_of(layers, i)->first; run; run = run->next)
            if (!is_outside(view, &run->box))
                put_run(out, view, run, LAYERS[i].closed);
        if (out->n == empty)
            buf_truncate(out, before);
        else
            buf_put(out, S("\"/>"));
    }
}

static void put_labels(Buf *out, const View *view, const MapLayers *layers)
{
    for (const Label *label = layers->labels; label; label = label->next) {
        Vertex at = to_drawing(view, label->at);
        buf_fmt(out, "<text class=\"h-map__label\" x=\"%ld\" y=\"%ld\">", lround(at.x),
                lround(at.y));
        buf_html(out, label->name);
        buf_put(out, S("</text>"));
    }
}

/* --- markers --- */

static void put_marker(Buf *out, const View *view, const MapMarker *marker)
{
    static const Str SHAPES[] = {
        [MARK_OK] = S_INIT("<circle r=\"4\"/>"),
        [MARK_WARNING] = S_INIT("<path d=\"M0-11 11 9H-11Z\"/><path d=\"M-1.2-4h2.4l-.4 7h-1.6zm0 "
                                "8.4h2.4v2.2h-2.4z\"/>"),
        [MARK_ALARM] = S_INIT("<path d=\"M0-13 13 0 0 13-13 0Z\"/><path d=\"M-1.4-7h2.8l-.5 "
                              "8h-1.8zm0 9.6h2.8v2.6h-2.8z\"/>"),
        [MARK_NO_SIGNAL] = S_INIT("<circle r=\"8\"/>"),
        [MARK_PLACE] = S_INIT("<circle r=\"7\"/>"),
    };
    Vertex at;
    if (!project(marker->lon, marker->lat, &at))
        return;
    at = to_drawing(view, at);
    if (at.x < 0 || at.y < 0 || at.x > WIDTH || at.y > view->height)
        return;
    buf_put(out, S("<g class=\"h-mark h-mark--"));
    html_put_text(out, mark_class(marker->state));
    buf_fmt(out, "\" transform=\"translate(%ld %ld)\">", lround(at.x), lround(at.y));
    buf_put(out, SHAPES[marker->state]);
    if (marker->name.s.n) {
        buf_put(out, S("<title>"));
        html_put_text(out, marker->name);
        buf_put(out, S("</title>"));
    }
    buf_put(out, S("</g>"));
}

void svg_map(Buf *out, const MapScene *scene)
{
    ASSERT(scene->marker_count <= SVG_MARKER_MAX);
    static const MarkState ORDER[] = {MARK_OK, MARK_PLACE, MARK_NO_SIGNAL, MARK_WARNING,
                                      MARK_ALARM};
    View view;
    bool near = view_around(scene, &view);
    if (!near)
        view = view_of(scene);
    buf_fmt(out,
            "<svg class=\"h-map__svg%s\" viewBox=\"0 0 %ld %ld\" "
            "preserveAspectRatio=\"xMidYMid slice\" role=\"img\" aria-label=\"",
            near ? " h-map__svg--near" : "", lround(WIDTH), lround(view.height));
    html_put_text(out, scene->label);
    buf_put(out, S("\">"));
    if (scene->layers)
        put_layers(out, &view, scene->layers, near);
    /* What is in order lies under the names, what is not on top of them. */
    for (size_t state = 0; state < COUNT_OF(ORDER); state++) {
        if (state == 1 && scene->layers)
            put_labels(out, &view, scene->layers);
        for (size_t i = 0; i < scene->marker_count; i++) {
            if (scene->markers[i].state == ORDER[state])
                put_marker(out, &view, &scene->markers[i]);
        }
    }
    buf_put(out, S("</svg>"));
}

MapFrame svg_map_frame(const MapScene *scene)
{
    View view = view_of(scene);
    return (MapFrame){view.box.min.x, view.box.min.y, view.scale};
}

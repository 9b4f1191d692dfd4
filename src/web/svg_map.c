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

/* Bounds in Mercator's unit square, and from there to the drawing. */
typedef struct View {
    Vertex min, max;
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

static void include(View *view, Vertex v)
{
    view->min.x = fmin(view->min.x, v.x);
    view->min.y = fmin(view->min.y, v.y);
    view->max.x = fmax(view->max.x, v.x);
    view->max.y = fmax(view->max.y, v.y);
}

/* Positions stand at the bottom of however many arrays the geometry's type has. */
static void include_all(View *view, JsonValue coordinates)
{
    Vertex v;
    if (read_position(coordinates, &v)) {
        include(view, v);
        return;
    }
    if (!json_is(coordinates, JSON_ARRAY))
        return;
    for (JsonIter it = json_iter(coordinates); json_next(&it);)
        include_all(view, it.value);
}

typedef void (*GeometryFn)(void *user, JsonValue feature, Str type, JsonValue coordinates);

static void each_geometry(const Json *layers, Str name, GeometryFn fn, void *user)
{
    JsonValue collection, features, geometry, type, coordinates;
    if (!layers || !json_find(json_root(layers), name, &collection) ||
        !json_find(collection, S("features"), &features) || !json_is(features, JSON_ARRAY))
        return;
    for (JsonIter it = json_iter(features); json_next(&it);) {
        if (json_find(it.value, S("geometry"), &geometry) &&
            json_find(geometry, S("type"), &type) && json_is(type, JSON_STRING) &&
            json_find(geometry, S("coordinates"), &coordinates))
            fn(user, it.value, json_raw(type), coordinates);
    }
}

static void include_geometry(void *user, JsonValue feature, Str type, JsonValue coordinates)
{
    (void)feature;
    (void)type;
    include_all(user, coordinates);
}

static bool is_empty(const View *view)
{
    return !(view->max.x >= view->min.x);
}

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
    *ret = (View){.min = {at.x - half, at.y - half},
                  .max = {at.x + half, at.y + half},
                  .scale = WIDTH / (2 * half),
                  .height = WIDTH};
    return true;
}

static View view_of(const MapScene *scene)
{
    View view = {.min = {INFINITY, INFINITY}, .max = {-INFINITY, -INFINITY}};
    each_geometry(scene->layers, S("outline"), include_geometry, &view);
    for (size_t i = 0; i < COUNT_OF(LAYERS) && is_empty(&view); i++)
        each_geometry(scene->layers, LAYERS[i].name, include_geometry, &view);
    for (size_t i = 0; i < scene->marker_count && is_empty(&view); i++) {
        Vertex v;
        for (size_t m = 0; m < scene->marker_count; m++) {
            if (project(scene->markers[m].lon, scene->markers[m].lat, &v))
                include(&view, v);
        }
    }
    if (is_empty(&view))
        view.min = (Vertex){0, 0}, view.max = (Vertex){1, 1};
    /* A place without extent gets about a kilometre, and is in the middle of it. */
    Vertex size = {view.max.x - view.min.x, view.max.y - view.min.y};
    double width = fmax(size.x, 3e-5), height = fmax(size.y, width * 0.5);
    double edge = width * EDGE;
    view.min.x -= (width - size.x) / 2 + edge;
    view.min.y -= (height - size.y) / 2 + edge;
    view.scale = WIDTH / (width + 2 * edge);
    view.height = fmin((height + 2 * edge) * view.scale, 1.4 * WIDTH);
    return view;
}

static Vertex to_drawing(const View *view, Vertex v)
{
    return (Vertex){(v.x - view->min.x) * view->scale, (v.y - view->min.y) * view->scale};
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

typedef struct Drawing {
    Buf *out;
    const View *view;
    const Layer *layer;
} Drawing;

static bool is_outside(const View *view, const Vertex *v, size_t count)
{
    View box = {.min = {INFINITY, INFINITY}, .max = {-INFINITY, -INFINITY}};
    for (size_t i = 0; i < count; i++)
        include(&box, v[i]);
    return box.max.x < 0 || box.max.y < 0 || box.min.x > WIDTH || box.min.y > view->height;
}

/* Whole units, relative to the vertex before: shorter, and half a unit cannot be seen. */
static void put_vertices(Buf *out, const Vertex *v, size_t count, bool closed)
{
    long x = 0, y = 0;
    for (size_t i = 0; i < count; i++) {
        long to_x = lround(v[i].x), to_y = lround(v[i].y);
        if (i && to_x == x && to_y == y)
            continue;
        buf_fmt(out,
                i == 0   ? "M%ld %ld"
                : i == 1 ? "l%ld %ld"
                         : " %ld %ld",
                i ? to_x - x : to_x, i ? to_y - y : to_y);
        x = to_x;
        y = to_y;
    }
    if (closed)
        buf_char(out, 'z');
}

static void put_run(Drawing *d, JsonValue positions)
{
    Arena *arena = d->out->arena;
    uint32_t count = json_count(positions);
    if (count < 2 || count > VERTICES_MAX)
        return;
    Vertex *v = arena_array(arena, Vertex, count);
    size_t n = 0;
    for (JsonIter it = json_iter(positions); json_next(&it);) {
        Vertex at;
        if (read_position(it.value, &at))
            v[n++] = to_drawing(d->view, at);
    }
    if (n < 2 || is_outside(d->view, v, n))
        return;
    n = simplify(arena, v, n);
    put_vertices(d->out, v, n, d->layer->closed);
}

/* Arrays of positions, at whatever depth, are lines or rings. */
static void put_runs(Drawing *d, JsonValue coordinates)
{
    if (!json_is(coordinates, JSON_ARRAY))
        return;
    JsonIter first = json_iter(coordinates);
    if (!json_next(&first) || !json_is(first.value, JSON_ARRAY))
        return;
    JsonIter inner = json_iter(first.value);
    if (json_next(&inner) && json_is(inner.value, JSON_NUMBER)) {
        put_run(d, coordinates);
        return;
    }
    for (JsonIter it = json_iter(coordinates); json_next(&it);)
        put_runs(d, it.value);
}

static void put_geometry(void *user, JsonValue feature, Str type, JsonValue coordinates)
{
    (void)feature;
    if (!str_eq(type, S("Point")) && !str_eq(type, S("MultiPoint")))
        put_runs(user, coordinates);
}

static void put_layers(Buf *out, const View *view, const Json *layers, bool near)
{
    for (size_t i = 0; i < COUNT_OF(LAYERS); i++) {
        if (LAYERS[i].near && !near)
            continue;
        Drawing d = {out, view, &LAYERS[i]};
        size_t before = out->n;
        buf_put(out, S("<path class=\""));
        buf_put(out, LAYERS[i].class_name);
        buf_put(out, S("\" d=\""));
        size_t empty = out->n;
        each_geometry(layers, LAYERS[i].name, put_geometry, &d);
        if (out->n == empty)
            buf_truncate(out, before);
        else
            buf_put(out, S("\"/>"));
    }
}

static void put_label(void *user, JsonValue feature, Str type, JsonValue coordinates)
{
    Drawing *d = user;
    JsonValue properties, name;
    Vertex at;
    if (!str_eq(type, S("Point")) || !read_position(coordinates, &at) ||
        !json_find(feature, S("properties"), &properties) ||
        !json_find(properties, S("name"), &name) || !json_is(name, JSON_STRING))
        return;
    at = to_drawing(d->view, at);
    buf_fmt(d->out, "<text class=\"h-map__label\" x=\"%ld\" y=\"%ld\">", lround(at.x),
            lround(at.y));
    buf_html(d->out, json_text(d->out->arena, name));
    buf_put(d->out, S("</text>"));
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
    put_layers(out, &view, scene->layers, near);
    /* What is in order lies under the names, what is not on top of them. */
    Drawing d = {out, &view, NULL};
    for (size_t state = 0; state < COUNT_OF(ORDER); state++) {
        if (state == 1)
            each_geometry(scene->layers, S("labels"), put_label, &d);
        for (size_t i = 0; i < scene->marker_count; i++) {
            if (scene->markers[i].state == ORDER[state])
                put_marker(out, &view, &scene->markers[i]);
        }
    }
    buf_put(out, S("</svg>"));
}

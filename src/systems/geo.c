#include "systems/geo.h"

#include "base/str.h"

#include <math.h>

static const struct {
    Str name;
    int depth; /* of the arrays around its positions */
} TYPES[GEO_TYPE_COUNT_] = {
    [GEO_POINT] = {S_INIT("Point"), 0},     [GEO_MULTI_POINT] = {S_INIT("MultiPoint"), 1},
    [GEO_LINE] = {S_INIT("LineString"), 1}, [GEO_MULTI_LINE] = {S_INIT("MultiLineString"), 2},
    [GEO_POLYGON] = {S_INIT("Polygon"), 2}, [GEO_MULTI_POLYGON] = {S_INIT("MultiPolygon"), 3},
};

/* A shape under construction; the lists are as long as the coordinates could need. */
typedef struct Builder {
    Cx *cx;
    GeoType type;
    GeoPosition *positions;
    size_t *lines, *polygons;
    size_t count, line_count, polygon_count;
} Builder;

static Err wrong(Cx *cx, const char *what)
{
    return fail(cx, ERR_INVALID, "geo.geometry", "%s", what);
}

static Err read_position(Builder *b, JsonValue v)
{
    JsonIter it = json_iter(v);
    GeoPosition p;
    if (!json_is(v, JSON_ARRAY) || !json_next(&it) || !json_f64(it.value, &p.x) ||
        !json_next(&it) || !json_f64(it.value, &p.y))
        return wrong(b->cx,
                     "a position is [longitude, latitude] or [longitude, latitude, altitude]");
    if (!(fabs(p.x) <= 180) || !(fabs(p.y) <= 90))
        return fail(b->cx, ERR_INVALID, "geo.geometry",
                    "longitude %g or latitude %g is out of range; longitude comes first", p.x, p.y);
    b->positions[b->count++] = p;
    return OK;
}

static Err check_line(Builder *b, size_t begin)
{
    size_t n = b->count - begin;
    bool ring = b->type == GEO_POLYGON || b->type == GEO_MULTI_POLYGON;
    if (!ring)
        return n >= 2 ? OK : wrong(b->cx, "a line has two positions or more");
    const GeoPosition *first = &b->positions[begin], *last = &b->positions[b->count - 1];
    if (n < 4 || first->x != last->x || first->y != last->y)
        return wrong(b->cx, "a ring has four positions or more, and the last one is the first");
    return OK;
}

static Err read_line(Builder *b, JsonValue v)
{
    size_t begin = b->count;
    if (!json_is(v, JSON_ARRAY))
        return wrong(b->cx, "a line or ring is an array of positions");
    b->lines[b->line_count++] = begin;
    for (JsonIter it = json_iter(v); json_next(&it);)
        TRY(read_position(b, it.value));
    return check_line(b, begin);
}

static Err read_polygon(Builder *b, JsonValue v)
{
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        return wrong(b->cx, "a polygon is an array of rings");
    b->polygons[b->polygon_count++] = b->line_count;
    for (JsonIter it = json_iter(v); json_next(&it);)
        TRY(read_line(b, it.value));
    return OK;
}

static Err read_many(Builder *b, JsonValue v, Err (*read)(Builder *, JsonValue))
{
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        return wrong(b->cx, "the coordinates are an array with something in it");
    for (JsonIter it = json_iter(v); json_next(&it);)
        TRY(read(b, it.value));
    return OK;
}

static Err read_coordinates(Builder *b, JsonValue v)
{
    switch (b->type) {
    case GEO_POINT:
        return read_position(b, v);
    case GEO_MULTI_POINT:
        return read_many(b, v, read_position);
    case GEO_LINE:
        return read_line(b, v);
    case GEO_MULTI_LINE:
        return read_many(b, v, read_line);
    case GEO_POLYGON:
        return read_polygon(b, v);
    case GEO_MULTI_POLYGON:
        return read_many(b, v, read_polygon);
    case GEO_TYPE_COUNT_:
        break;
    }
    return OK;
}

static GeoBox box_of(const GeoPosition *positions, size_t count)
{
    GeoBox box = {positions[0].x, positions[0].x, positions[0].y, positions[0].y};
    for (size_t i = 1; i < count; i++) {
        box.min_x = MIN(box.min_x, positions[i].x);
        box.max_x = MAX(box.max_x, positions[i].x);
        box.min_y = MIN(box.min_y, positions[i].y);
        box.max_y = MAX(box.max_y, positions[i].y);
    }
    return box;
}

/* Arrays in the coordinates, which no list of a shape can outgrow. */
static size_t count_arrays(JsonValue v)
{
    size_t count = 0;
    const JsonNode *nodes = v.doc->nodes;
    for (uint32_t i = v.node; i < nodes[v.node].next; i++)
        count += nodes[i].type == JSON_ARRAY;
    return count;
}

Err geo_shape_parse(Cx *cx, Str type, JsonValue coordinates, GeoShape *ret)
{
    Builder b = {.cx = cx, .type = GEO_POINT};
    while (b.type < GEO_TYPE_COUNT_ && !str_eq(TYPES[b.type].name, type))
        b.type++;
    if (b.type == GEO_TYPE_COUNT_)
        return fail(cx, ERR_INVALID, "geo.geometry",
                    "\"%.*s\" is none of Point, MultiPoint, LineString, MultiLineString, Polygon, "
                    "MultiPolygon",
                    (int)MIN(type.n, 50), type.n ? type.p : "");
    size_t most = count_arrays(coordinates) + 1;
    b.positions = arena_array(cx->arena, GeoPosition, most);
    b.lines = arena_array(cx->arena, size_t, most);
    b.polygons = arena_array(cx->arena, size_t, most);
    TRY(read_coordinates(&b, coordinates));
    b.lines[b.line_count] = b.count;
    b.polygons[b.polygon_count] = b.line_count;
    *ret = (GeoShape){b.type,       b.positions, b.count,         b.lines,
                      b.line_count, b.polygons,  b.polygon_count, box_of(b.positions, b.count)};
    return OK;
}

Err geo_shape_read(Cx *cx, JsonValue geometry, GeoShape *ret)
{
    JsonValue type, coordinates;
    if (!json_find(geometry, S("type"), &type) || !json_is(type, JSON_STRING) ||
        !json_find(geometry, S("coordinates"), &coordinates))
        return wrong(cx, "a geometry has a type and coordinates");
    Str name = json_text(cx->arena, type);
    /* Published data has Points with their position in an array of its own. */
    JsonIter it = json_iter(coordinates);
    if (str_eq(name, S("Point")) && json_count(coordinates) == 1 && json_next(&it) &&
        json_is(it.value, JSON_ARRAY))
        coordinates = it.value;
    return geo_shape_parse(cx, name, coordinates, ret);
}

static bool relation_parse(Str name, GeoRelation *ret)
{
    static const struct {
        Str name;
        GeoRelation relation;
    } RELATIONS[] = {{S_INIT("within"), GEO_WITHIN},         {S_INIT("contains"), GEO_CONTAINS},
                     {S_INIT("intersects"), GEO_INTERSECTS}, {S_INIT("equals"), GEO_EQUALS},
                     {S_INIT("disjoint"), GEO_DISJOINT},     {S_INIT("overlaps"), GEO_OVERLAPS}};
    for (size_t i = 0; i < COUNT_OF(RELATIONS); i++)
        if (str_eq(name, RELATIONS[i].name)) {
            *ret = RELATIONS[i].relation;
            return true;
        }
    return false;
}

/* "near;maxDistance==2000": one distance, a JSON number above 0. */
static Err parse_near(Cx *cx, Str georel, GeoQuery *query)
{
    static const Str PREFIX[] = {S_INIT("near;maxDistance=="), S_INIT("near;minDistance==")};
    for (int i = 0; i < 2; i++) {
        if (!str_starts(georel, PREFIX[i]))
            continue;
        Str number = str_from_index(georel, PREFIX[i].n);
        query->relation = i == 0 ? GEO_NEAR : GEO_FAR;
        if (str_to_f64(number, &query->distance_m) && query->distance_m > 0)
            return OK;
        return fail(cx, ERR_INVALID, "geo.relation",
                    "georel: \"%.*s\" is no number of metres above 0", (int)MIN(number.n, 50),
                    number.n ? number.p : "");
    }
    return fail(cx, ERR_INVALID, "geo.relation",
                "georel: expected near;maxDistance==METRES, near;minDistance==METRES, within, "
                "contains, intersects, equals, disjoint or overlaps, found \"%.*s\"",
                (int)MIN(georel.n, 50), georel.n ? georel.p : "");
}

Err geo_query_compile(Cx *cx, Str georel, Str geometry, JsonValue coordinates, Str property,
                      const GeoQuery **ret)
{
    GeoQuery *query = arena_new(cx->arena, GeoQuery);
    if (!relation_parse(georel, &query->relation))
        TRY(parse_near(cx, georel, query));
    TRY(geo_shape_parse(cx, geometry, coordinates, &query->shape));
    if (query->shape.count > GEO_POSITIONS_MAX)
        return fail(cx, ERR_LIMIT, "geo.large", "the geometry has more than %d positions",
                    GEO_POSITIONS_MAX);
    query->property = property.p ? property : GEO_LOCATION;
    *ret = query;
    return OK;
}

/* A little more than a distance is in degrees, so that rounding loses nothing. */
static void box_grow(GeoBox *box, double distance_m)
{
    const double METRES_PER_DEGREE = 110000; /* of a meridian, at its shortest 110574 */
    double dy = distance_m / METRES_PER_DEGREE;
    box->min_y -= dy;
    box->max_y += dy;
    double edge = MAX(fabs(box->min_y), fabs(box->max_y));
    double dx = edge < 89.9 ? dy / cos(edge * 3.14159265358979323846 / 180) : 360;
    box->min_x -= dx;
    box->max_x += dx;
    /* Across the antimeridian there is a second half, so there all longitudes are candidates. */
    if (box->min_x < -180 || box->max_x > 180) {
        box->min_x = -180;
        box->max_x = 180;
    }
}

bool geo_query_box(const GeoQuery *query, GeoBox *ret)
{
    if (query->relation == GEO_FAR || query->relation == GEO_DISJOINT)
        return false;
    *ret = query->shape.box;
    if (query->relation == GEO_NEAR)
        box_grow(ret, query->distance_m);
    return true;
}

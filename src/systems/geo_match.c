#include "base/str.h"
#include "systems/geo.h"

#include <geos_c.h>
#include <stdlib.h>

struct GeoMatcher {
    const GeoQuery *query;
    GEOSContextHandle_t geos;
    GEOSGeometry *geometry;
    const GEOSPreparedGeometry *prepared;
};

/* All functions of GEOS give NULL or 2 for an exception; the former is passed on, the latter is
 * no match. */
static GEOSCoordSequence *sequence(GEOSContextHandle_t geos, const GeoPosition *p, size_t n)
{
    GEOSCoordSequence *s = GEOSCoordSeq_create_r(geos, (unsigned)n, 2);
    for (size_t i = 0; s && i < n; i++)
        GEOSCoordSeq_setXY_r(geos, s, (unsigned)i, p[i].x, p[i].y);
    return s;
}

static GEOSGeometry *line(GEOSContextHandle_t geos, const GeoShape *shape, size_t at, bool ring)
{
    size_t begin = shape->lines[at], n = shape->lines[at + 1] - begin;
    GEOSCoordSequence *s = sequence(geos, shape->positions + begin, n);
    if (!s)
        return NULL;
    return ring ? GEOSGeom_createLinearRing_r(geos, s) : GEOSGeom_createLineString_r(geos, s);
}

static GEOSGeometry *polygon(GEOSContextHandle_t geos, const GeoShape *shape, size_t at)
{
    size_t begin = shape->polygons[at], n = shape->polygons[at + 1] - begin;
    GEOSGeometry **rings = calloc(n, sizeof(GEOSGeometry *));
    bool whole = rings != NULL;
    for (size_t i = 0; whole && i < n; i++) {
        rings[i] = line(geos, shape, begin + i, true);
        whole = rings[i] != NULL;
    }
    GEOSGeometry *made =
        whole ? GEOSGeom_createPolygon_r(geos, rings[0], rings + 1, (unsigned)(n - 1)) : NULL;
    for (size_t i = 0; rings && !whole && i < n; i++)
        if (rings[i])
            GEOSGeom_destroy_r(geos, rings[i]);
    free(rings);
    return made;
}

static GEOSGeometry *part(GEOSContextHandle_t geos, const GeoShape *shape, size_t at)
{
    if (shape->polygon_count)
        return polygon(geos, shape, at);
    if (shape->line_count)
        return line(geos, shape, at, false);
    return GEOSGeom_createPointFromXY_r(geos, shape->positions[at].x, shape->positions[at].y);
}

static GEOSGeometry *collection(GEOSContextHandle_t geos, const GeoShape *shape, size_t n)
{
    int type = shape->polygon_count ? GEOS_MULTIPOLYGON
               : shape->line_count  ? GEOS_MULTILINESTRING
                                    : GEOS_MULTIPOINT;
    GEOSGeometry **parts = calloc(n, sizeof(GEOSGeometry *));
    bool whole = parts != NULL;
    for (size_t i = 0; whole && i < n; i++) {
        parts[i] = part(geos, shape, i);
        whole = parts[i] != NULL;
    }
    GEOSGeometry *made = whole ? GEOSGeom_createCollection_r(geos, type, parts, (unsigned)n) : NULL;
    for (size_t i = 0; parts && !whole && i < n; i++)
        if (parts[i])
            GEOSGeom_destroy_r(geos, parts[i]);
    free(parts);
    return made;
}

static GEOSGeometry *geometry_of(GEOSContextHandle_t geos, const GeoShape *shape)
{
    size_t n = shape->polygon_count ? shape->polygon_count
               : shape->line_count  ? shape->line_count
                                    : shape->count;
    bool single = shape->type == GEO_POINT || shape->type == GEO_LINE || shape->type == GEO_POLYGON;
    return single ? part(geos, shape, 0) : collection(geos, shape, n);
}

GeoMatcher *geo_matcher_open(const GeoQuery *query)
{
    GeoMatcher *m = calloc(1, sizeof *m);
    if (!m)
        abort();
    m->query = query;
    m->geos = GEOS_init_r();
    m->geometry = geometry_of(m->geos, &query->shape);
    m->prepared = m->geometry ? GEOSPrepare_r(m->geos, m->geometry) : NULL;
    return m;
}

void geo_matcher_close(GeoMatcher *m)
{
    if (!m)
        return;
    if (m->prepared)
        GEOSPreparedGeom_destroy_r(m->geos, m->prepared);
    if (m->geometry)
        GEOSGeom_destroy_r(m->geos, m->geometry);
    GEOS_finish_r(m->geos);
    free(m);
}

static bool boxes_touch(const GeoBox *a, const GeoBox *b)
{
    return a->min_x <= b->max_x && b->min_x <= a->max_x && a->min_y <= b->max_y &&
           b->min_y <= a->max_y;
}

/* The relation in the plane; 1 yes, 0 no, 2 when GEOS cannot say. */
static char relate(const GeoMatcher *m, const GEOSGeometry *place)
{
    switch (m->query->relation) {
    case GEO_WITHIN:
        return GEOSPreparedContains_r(m->geos, m->prepared, place);
    case GEO_CONTAINS:
        return GEOSPreparedWithin_r(m->geos, m->prepared, place);
    case GEO_INTERSECTS:
    case GEO_NEAR:
    case GEO_FAR:
        return GEOSPreparedIntersects_r(m->geos, m->prepared, place);
    case GEO_EQUALS:
        /* A surface that crosses itself has no topology to compare, but it is equal to itself. */
        if (GEOSEqualsExact_r(m->geos, m->geometry, place, 0) == 1)
            return 1;
        return GEOSEquals_r(m->geos, m->geometry, place);
    case GEO_DISJOINT:
        return GEOSPreparedDisjoint_r(m->geos, m->prepared, place);
    case GEO_OVERLAPS:
        return GEOSPreparedOverlaps_r(m->geos, m->prepared, place);
    }
    return 2;
}

static char relate_shape(const GeoMatcher *m, const GeoShape *shape)
{
    GEOSGeometry *place = m->prepared ? geometry_of(m->geos, shape) : NULL;
    if (!place)
        return 2;
    char answer = relate(m, place);
    GEOSGeom_destroy_r(m->geos, place);
    return answer;
}

static bool is_near(const GeoMatcher *m, const GeoShape *shape, int64_t *steps)
{
    const GeoQuery *q = m->query;
    bool points = !q->shape.line_count && !shape->line_count;
    if (!points) {
        char touching = relate_shape(m, shape);
        if (touching)
            return touching == 1 && q->relation == GEO_NEAR;
    }
    double distance_m = geo_edges_distance_m(shape, &q->shape, steps);
    return q->relation == GEO_NEAR ? distance_m <= q->distance_m : distance_m > q->distance_m;
}

static bool shape_matches(const GeoMatcher *m, const GeoShape *shape, int64_t *steps)
{
    GeoBox box;
    *steps -= 10 + (int64_t)shape->count;
    if (geo_query_box(m->query, &box) && !boxes_touch(&box, &shape->box))
        return false;
    if (m->query->relation == GEO_NEAR || m->query->relation == GEO_FAR)
        return is_near(m, shape, steps);
    return relate_shape(m, shape) == 1;
}

static bool instance_matches(Cx *cx, const GeoMatcher *m, JsonValue instance, int64_t *steps)
{
    JsonValue value;
    GeoShape shape;
    return json_find(instance, S("value"), &value) && json_is(value, JSON_OBJECT) &&
           geo_shape_read(cx, value, &shape) == OK && shape_matches(m, &shape, steps);
}

bool geo_matches(Cx *cx, GeoMatcher *m, const Entity *entity, int64_t *steps)
{
    JsonValue held;
    if (!json_find(json_root(&entity->doc), m->query->property, &held))
        return false;
    Error before = *cx->error; /* of an invalid place nobody is told here */
    ArenaMark mark = arena_mark(cx->arena);
    bool found = false;
    if (json_is(held, JSON_ARRAY))
        for (JsonIter it = json_iter(held); !found && *steps >= 0 && json_next(&it);)
            found = instance_matches(cx, m, it.value, steps);
    else
        found = instance_matches(cx, m, held, steps);
    arena_rewind(cx->arena, mark);
    *cx->error = before;
    return found && *steps >= 0;
}

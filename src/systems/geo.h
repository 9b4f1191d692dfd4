/* Places: geo-queries (ETSI GS CIM 009 V1.9.1, 4.10), the geometries of GeoJSON (RFC 7946), and
 * the index of bounding boxes that narrows the candidates.
 *
 * Lines between positions are straight in longitude and latitude, as RFC 7946, 3.1.1 has it.
 * Distances are in metres on the WGS 84 ellipsoid (Lambert's formula, within 10 m on thousands of
 * kilometres), from the nearest points of both geometries; on a line, the nearest point is found
 * in the plane around the other geometry's position, which for lines longer than 100 km may be
 * off by a few metres per thousand of distance. A shape that holds the other is 0 away.
 * Topological relations are GEOS's, in the plane of longitude and latitude. */
#ifndef HANSE_SYSTEMS_GEO_H
#define HANSE_SYSTEMS_GEO_H

#include "systems/entity.h"

enum {
    GEO_POSITIONS_MAX = 10000 /* of a query's geometry; beyond: LIMIT "geo.large" */
};
#define GEO_LOCATION S("https://uri.etsi.org/ngsi-ld/location")

typedef enum GeoType {
    GEO_POINT,
    GEO_MULTI_POINT,
    GEO_LINE,
    GEO_MULTI_LINE,
    GEO_POLYGON,
    GEO_MULTI_POLYGON,
    GEO_TYPE_COUNT_
} GeoType;

typedef struct GeoPosition {
    double x, y; /* longitude, latitude in degrees; an altitude is dropped */
} GeoPosition;

typedef struct GeoBox {
    double min_x, max_x, min_y, max_y;
} GeoBox;

/* All positions in one list; lines (and rings) and polygons are spans of it. */
typedef struct GeoShape {
    GeoType type;
    const GeoPosition *positions;
    size_t count;
    const size_t *lines;    /* where each begins; one more entry is the end */
    size_t line_count;      /* 0 for points */
    const size_t *polygons; /* the first ring of each; one more entry is the end */
    size_t polygon_count;
    GeoBox box;
} GeoShape;

/* Reads {"type": ..., "coordinates": ...}. INVALID "geo.geometry" for other types (a
 * GeometryCollection too), positions out of range, open rings; LIMIT "geo.large". */
MUST Err geo_shape_read(Cx *cx, JsonValue geometry, GeoShape *ret);
MUST Err geo_shape_parse(Cx *cx, Str type, JsonValue coordinates, GeoShape *ret);

/* Between two positions. */
double geo_distance_m(GeoPosition a, GeoPosition b);
/* Between the edges of two shapes: not 0 where one lies inside of the other. steps as for
 * QueryRun; an answer after it fell below 0 is worth nothing. */
double geo_edges_distance_m(const GeoShape *a, const GeoShape *b, int64_t *steps);

typedef enum GeoRelation {
    GEO_NEAR,     /* within a distance */
    GEO_FAR,      /* near;minDistance: beyond it */
    GEO_WITHIN,   /* the entity's place lies in the query's geometry */
    GEO_CONTAINS, /* and the other way round */
    GEO_INTERSECTS,
    GEO_EQUALS,
    GEO_DISJOINT,
    GEO_OVERLAPS
} GeoRelation;

typedef struct GeoQuery {
    GeoRelation relation;
    double distance_m;
    GeoShape shape;
    Str property; /* IRI */
} GeoQuery;

/* georel, geometry and coordinates as in the standard; property p NULL: location. Immutable, in
 * cx->arena. INVALID "geo.relation", "geo.geometry"; LIMIT "geo.large". */
MUST Err geo_query_compile(Cx *cx, Str georel, Str geometry, JsonValue coordinates, Str property,
                           const GeoQuery **ret);
/* The box that every match's box touches; false where there is none (far, disjoint). */
bool geo_query_box(const GeoQuery *query, GeoBox *ret);

/* Evaluates a query on one thread; holds GEOS's prepared form of its geometry. */
typedef struct GeoMatcher GeoMatcher;
GeoMatcher *geo_matcher_open(const GeoQuery *query);
void geo_matcher_close(GeoMatcher *matcher); /* NULL is fine */
/* Whether any instance of the query's GeoProperty is in the relation. cx->arena is used for the
 * time of the call. A place that is not valid is in no relation. */
bool geo_matches(Cx *cx, GeoMatcher *matcher, const Entity *entity, int64_t *steps);

/* Keeps the index of places in step with a change; called by entity.c, in the same unit. */
MUST Err geo_index(Cx *cx, const EntityChange *change);

#endif

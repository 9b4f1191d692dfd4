#include <math.h>

#include "systems/geo.h"

static const double RADIANS = 3.14159265358979323846 / 180;
static const double EQUATOR_M = 6378137.0; /* WGS 84 */
static const double FLATTENING = 1 / 298.257223563;

static double square(double v)
{
    return v * v;
}

/* Lambert's formula for long lines (1942): the great circle between reduced latitudes, corrected
 * for the flattening to first order. */
double geo_distance_m(GeoPosition a, GeoPosition b)
{
    double beta1 = atan((1 - FLATTENING) * tan(a.y * RADIANS));
    double beta2 = atan((1 - FLATTENING) * tan(b.y * RADIANS));
    double h = square(sin((beta2 - beta1) / 2)) +
               cos(beta1) * cos(beta2) * square(sin((b.x - a.x) * RADIANS / 2));
    double angle = 2 * asin(sqrt(MIN(h, 1.0)));
    double p = (beta1 + beta2) / 2, q = (beta2 - beta1) / 2;
    double cos_half = square(cos(angle / 2)), sin_half = square(sin(angle / 2));
    /* Where the points are one, or opposite on the globe, the correction has no meaning. */
    if (sin_half < 1e-18 || cos_half < 1e-9)
        return EQUATOR_M * angle;
    double x = (angle - sin(angle)) * square(sin(p)) * square(cos(q)) / cos_half;
    double y = (angle + sin(angle)) * square(cos(p)) * square(sin(q)) / sin_half;
    return EQUATOR_M * (angle - FLATTENING / 2 * (x + y));
}

/* The longitude next to another one, possibly beyond 180. */
static double nearest_x(double x, double to)
{
    return x - 360 * round((x - to) / 360);
}

/* From a position to the line between two others: the nearest point is found in the plane around
 * the position, the distance to it on the ellipsoid. */
static double position_to_segment_m(GeoPosition p, GeoPosition a, GeoPosition b)
{
    double shift = nearest_x((a.x + b.x) / 2, p.x) - (a.x + b.x) / 2;
    double scale = cos(p.y * RADIANS);
    double ax = (a.x + shift - p.x) * scale, ay = a.y - p.y;
    double dx = (b.x - a.x) * scale, dy = b.y - a.y;
    double length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? -(ax * dx + ay * dy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    GeoPosition nearest = {a.x + shift + t * (b.x - a.x), a.y + t * (b.y - a.y)};
    return geo_distance_m(p, nearest);
}

/* From a position to all edges, or points, of a shape. */
static double position_to_shape_m(GeoPosition p, const GeoShape *shape)
{
    double least = INFINITY;
    if (!shape->line_count) {
        for (size_t i = 0; i < shape->count; i++)
            least = MIN(least, geo_distance_m(p, shape->positions[i]));
        return least;
    }
    for (size_t line = 0; line < shape->line_count; line++)
        for (size_t i = shape->lines[line] + 1; i < shape->lines[line + 1]; i++)
            least =
                MIN(least, position_to_segment_m(p, shape->positions[i - 1], shape->positions[i]));
    return least;
}

double geo_edges_distance_m(const GeoShape *a, const GeoShape *b, int64_t *steps)
{
    double least = INFINITY;
    /* Edges that do not cross are nearest at a vertex of one of them. */
    for (size_t i = 0; i < a->count && *steps >= 0; i++, *steps -= (int64_t)b->count)
        least = MIN(least, position_to_shape_m(a->positions[i], b));
    for (size_t i = 0; a->line_count && i < b->count && *steps >= 0;
         i++, *steps -= (int64_t)a->count)
        least = MIN(least, position_to_shape_m(b->positions[i], a));
    return least;
}

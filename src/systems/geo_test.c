#include "systems/geo.h"

#include "base/buf.h"
#include "base/test.h"

#include <math.h>

typedef struct Case {
    const char *georel, *geometry, *coordinates, *place;
    bool matches;
} Case;

#define POINT(x, y) "{\"type\":\"Point\",\"coordinates\":[" #x "," #y "]}"
#define SQUARE "[[[0,0],[10,0],[10,10],[0,10],[0,0]]]"
#define HOLED "[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]"

static const Case CASES[] = {
    {"near;maxDistance==2000", "Point", "[8,40]", POINT(8.01, 40.01), true},
    {"near;maxDistance==1000", "Point", "[8,40]", POINT(8.01, 40.01), false},
    {"near;minDistance==1000", "Point", "[8,40]", POINT(8.01, 40.01), true},
    {"near;minDistance==2000", "Point", "[8,40]", POINT(8.01, 40.01), false},
    {"near;maxDistance==1e-1", "Point", "[8,40]", POINT(8, 40), true},
    /* to the line, not to its first position */
    {"near;maxDistance==2000", "LineString", "[[0,60],[10,60]]", POINT(10, 60.009), true},
    {"near;maxDistance==2000", "LineString", "[[0,61],[10,61]]", POINT(10, 60.009), false},
    {"near;maxDistance==2000", "LineString", "[[0,60],[10,60]]", POINT(5, 60.01), true},
    /* metres, not degrees */
    {"near;maxDistance==20000", "Point", "[0,85]",
     "{\"type\":\"LineString\",\"coordinates\":[[0,85.6],[1,85]]}", true},
    {"near;maxDistance==5000", "Point", "[0,85]",
     "{\"type\":\"LineString\",\"coordinates\":[[0,85.6],[1,85]]}", false},
    /* across the antimeridian and over the pole */
    {"near;maxDistance==30000", "Point", "[179.9,0]", POINT(-179.9, 0), true},
    {"near;maxDistance==30000", "Point", "[0,89.9]", POINT(180, 89.9), true},
    {"near;maxDistance==30000", "LineString", "[[179.5,0],[179.9,0]]", POINT(-179.9, 0), true},
    /* inside is near */
    {"near;maxDistance==1", "Polygon", SQUARE, POINT(5, 5), true},
    {"near;minDistance==1", "Polygon", SQUARE, POINT(5, 5), false},
    {"near;maxDistance==120000", "Polygon", SQUARE, POINT(11, 5), true},
    {"near;maxDistance==100000", "Polygon", SQUARE, POINT(11, 5), false},
    {"near;maxDistance==1", "Polygon", HOLED, POINT(5, 5), false},
    {"near;maxDistance==1", "Point", "[5,5]", "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}",
     true},
    {"near;maxDistance==2000", "MultiPoint", "[[50,50],[8,40]]", POINT(8.01, 40.01), true},
    {"within", "Polygon", SQUARE, POINT(5, 5), true},
    {"within", "Polygon", SQUARE, POINT(10, 5), false}, /* on the edge is not within */
    {"intersects", "Polygon", SQUARE, POINT(10, 5), true},
    {"within", "Polygon", HOLED, POINT(5, 5), false},
    {"within", "Polygon", HOLED, POINT(2, 2), true},
    {"within", "MultiPolygon", "[" SQUARE ",[[[20,0],[30,0],[30,10],[20,0]]]]", POINT(29, 5), true},
    {"within", "Polygon", SQUARE, "{\"type\":\"LineString\",\"coordinates\":[[1,1],[9,9]]}", true},
    {"within", "Polygon", SQUARE, "{\"type\":\"LineString\",\"coordinates\":[[1,1],[19,9]]}",
     false},
    {"contains", "Point", "[5,5]", "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}", true},
    {"contains", "Point", "[5,5]", "{\"type\":\"Polygon\",\"coordinates\":" HOLED "}", false},
    {"contains", "Polygon", SQUARE, POINT(5, 5), false},
    {"intersects", "LineString", "[[0,0],[10,10]]",
     "{\"type\":\"LineString\",\"coordinates\":[[0,10],[10,0]]}", true},
    {"disjoint", "LineString", "[[0,0],[10,10]]",
     "{\"type\":\"LineString\",\"coordinates\":[[0,10],[10,0]]}", false},
    {"disjoint", "Polygon", SQUARE, POINT(11, 11), true},
    {"equals", "Point", "[5,5]", POINT(5.0, 5.0), true},
    {"equals", "Polygon", SQUARE,
     "{\"type\":\"Polygon\",\"coordinates\":[[[10,0],[10,10],[0,10],[0,0],[10,0]]]}", true},
    {"equals", "Point", "[5,5]", POINT(5, 6), false},
    {"equals", "Polygon", "[[[0,0],[10,10],[10,0],[0,10],[0,0]]]",
     "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,10],[10,0],[0,10],[0,0]]]}", true},
    {"overlaps", "Polygon", SQUARE,
     "{\"type\":\"Polygon\",\"coordinates\":[[[5,5],[15,5],[15,15],[5,15],[5,5]]]}", true},
    {"overlaps", "Polygon", SQUARE,
     "{\"type\":\"Polygon\",\"coordinates\":[[[2,2],[3,2],[3,3],[2,3],[2,2]]]}", false},
    {"within", "Polygon", SQUARE, "{\"type\":\"MultiPoint\",\"coordinates\":[[1,1],[2,2]]}", true},
    {"within", "Polygon", SQUARE, "{\"type\":\"Point\",\"coordinates\":[[5,5]]}", true},
    /* no place, or none that is valid */
    {"within", "Polygon", SQUARE, "\"here\"", false},
    {"disjoint", "Polygon", SQUARE, "{\"type\":\"Point\",\"coordinates\":[500,500]}", false},
    {"intersects", "Polygon", SQUARE, "{\"type\":\"GeometryCollection\",\"geometries\":[]}", false},
};

static JsonValue parse(Cx *cx, Str text)
{
    Json *doc = arena_new(cx->arena, Json);
    assert_ok(cx, json_parse(cx, text, doc));
    return json_root(doc);
}

static Err compile(Cx *cx, const char *georel, const char *geometry, const char *coordinates,
                   const GeoQuery **ret)
{
    return geo_query_compile(cx, str_from(georel), str_from(geometry),
                             parse(cx, str_from(coordinates)), (Str){0}, ret);
}

static bool matches(Cx *cx, const Case *c)
{
    const GeoQuery *query;
    int64_t steps = 1000000;
    assert_ok(cx, compile(cx, c->georel, c->geometry, c->coordinates, &query));
    Str doc = arena_fmt(cx->arena, "{\"%.*s\":{\"type\":\"GeoProperty\",\"value\":%s}}",
                        SARG(GEO_LOCATION), c->place);
    Entity entity = {.doc = *parse(cx, doc).doc};
    GeoMatcher *matcher = geo_matcher_open(query);
    bool found = geo_matches(cx, matcher, &entity, &steps);
    geo_matcher_close(matcher);
    return found;
}

static void every_relation_is_answered(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        if (matches(cx, &CASES[i]) == CASES[i].matches)
            continue;
        fprintf(stderr, "# %zu: %s %s %s on %s should %smatch\n", i, CASES[i].georel,
                CASES[i].geometry, CASES[i].coordinates, CASES[i].place,
                CASES[i].matches ? "" : "not ");
        assert_true(false);
    }
    test_cx_done(&t);
}

static void wrong_queries_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *georel, *geometry, *coordinates, *key;
    } WRONG[] = {
        {"near", "Point", "[8,40]", "geo.relation"},
        {"near;maxDistance==0", "Point", "[8,40]", "geo.relation"},
        {"near;maxDistance==-5", "Point", "[8,40]", "geo.relation"},
        {"near;maxDistance==inf", "Point", "[8,40]", "geo.relation"},
        {"near;maxDistance==1e400", "Point", "[8,40]", "geo.relation"},
        {"near;maxDistance==5;minDistance==1", "Point", "[8,40]", "geo.relation"},
        {"near;maxDistance=5", "Point", "[8,40]", "geo.relation"},
        {"touches", "Point", "[8,40]", "geo.relation"},
        {"within", "Circle", "[8,40]", "geo.geometry"},
        {"within", "GeometryCollection", "[]", "geo.geometry"},
        {"within", "Point", "[8]", "geo.geometry"},
        {"within", "Point", "8", "geo.geometry"},
        {"within", "Point", "[\"8\",40]", "geo.geometry"},
        {"within", "Point", "[181,40]", "geo.geometry"},
        {"within", "Point", "[8,91]", "geo.geometry"},
        {"within", "LineString", "[[8,40]]", "geo.geometry"},
        {"within", "Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]", "geo.geometry"},
        {"within", "Polygon", "[[[0,0],[1,0],[0,0]]]", "geo.geometry"},
        {"within", "Polygon", "[]", "geo.geometry"},
        {"within", "Polygon", "[[]]", "geo.geometry"},
        {"within", "MultiPolygon", "[[]]", "geo.geometry"},
        {"within", "MultiPoint", "[]", "geo.geometry"},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const GeoQuery *query;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++)
        assert_err(cx, ERR_INVALID, WRONG[i].key,
                   compile(cx, WRONG[i].georel, WRONG[i].geometry, WRONG[i].coordinates, &query));
    Buf many = buf_new(cx->arena, 1 << 20);
    for (int i = 0; i <= GEO_POSITIONS_MAX; i++)
        buf_put(&many, i ? S(",[1,2]") : S("[[1,2]"));
    buf_put(&many, S("]"));
    assert_err(cx, ERR_LIMIT, "geo.large",
               geo_query_compile(cx, S("within"), S("MultiPoint"), parse(cx, buf_str(&many)),
                                 (Str){0}, &query));
    test_cx_done(&t);
}

static void near_to(double expected, double actual, double within)
{
    if (fabs(expected - actual) <= within)
        return;
    fprintf(stderr, "# expected %.3f, got %.3f\n", expected, actual);
    assert_true(false);
}

static void distances_agree_with_published_ones(void **state)
{
    (void)state;
    near_to(0, geo_distance_m((GeoPosition){7, 51}, (GeoPosition){7, 51}), 0);
    near_to(111319.491, geo_distance_m((GeoPosition){0, 0}, (GeoPosition){1, 0}), 0.01);
    near_to(110574.389, geo_distance_m((GeoPosition){0, 0}, (GeoPosition){0, 1}), 1);
    /* Flinders Peak to Buninyong, of the geodetic literature. */
    near_to(54972.271,
            geo_distance_m((GeoPosition){144.4248679, -37.9510334},
                           (GeoPosition){143.9264955, -37.6528211}),
            1);
    /* Berlin to Tokyo. */
    near_to(8941200,
            geo_distance_m((GeoPosition){13.4, 52.516667}, (GeoPosition){139.766667, 35.7}), 200);
    assert_true(isfinite(geo_distance_m((GeoPosition){0, 0}, (GeoPosition){180, 0})));
    assert_true(isfinite(geo_distance_m((GeoPosition){0, 90}, (GeoPosition){0, -90})));
}

static void the_box_holds_every_match(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const GeoQuery *query;
    GeoBox box;
    assert_ok(cx, compile(cx, "near;maxDistance==1000", "Point", "[8,60]", &query));
    assert_true(geo_query_box(query, &box));
    for (int degrees = 0; degrees < 360; degrees += 5) {
        double angle = degrees * 3.14159265358979 / 180;
        GeoPosition p = {8 + 0.0178 * cos(angle), 60 + 0.00895 * sin(angle)};
        if (geo_distance_m((GeoPosition){8, 60}, p) <= 1000)
            assert_true(p.x >= box.min_x && p.x <= box.max_x && p.y >= box.min_y &&
                        p.y <= box.max_y);
    }
    assert_true(box.max_x - box.min_x < 0.04);
    assert_ok(cx, compile(cx, "disjoint", "Point", "[8,60]", &query));
    assert_false(geo_query_box(query, &box));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_relation_is_answered),
        cmocka_unit_test(wrong_queries_are_refused),
        cmocka_unit_test(distances_agree_with_published_ones),
        cmocka_unit_test(the_box_holds_every_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

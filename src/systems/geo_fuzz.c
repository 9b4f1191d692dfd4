/* A text of lines: georel, geometry, coordinates, and the geometry of a place. */
#include "base/err.h"
#include "base/str.h"
#include "systems/geo.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void evaluate(Cx *cx, Str text)
{
    const GeoQuery *query;
    Json coordinates, doc;
    GeoShape shape;
    Str georel = str_cut(&text, '\n'), type = str_cut(&text, '\n');
    if (json_parse(cx, str_cut(&text, '\n'), &coordinates) != OK ||
        geo_query_compile(cx, georel, type, json_root(&coordinates), S("p"), &query) != OK ||
        json_parse(cx, text, &doc) != OK)
        return;
    int64_t steps = 1000000;
    if (geo_shape_read(cx, json_root(&doc), &shape) == OK) {
        double distance_m = geo_edges_distance_m(&shape, &query->shape, &steps);
        if (isnan(distance_m) || distance_m < 0)
            abort();
    }
    Str stored =
        arena_fmt(cx->arena, "{\"p\":{\"type\":\"GeoProperty\",\"value\":%.*s}}", SARG(text));
    Entity entity = {.id = S("urn:x")};
    if (json_parse(cx, stored, &entity.doc) != OK)
        return;
    GeoMatcher *matcher = geo_matcher_open(query);
    steps = 1000000;
    geo_matches(cx, matcher, &entity, &steps);
    geo_matcher_close(matcher);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error = {0};
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    evaluate(&cx, (Str){(const char *)data, size});
    arena_done(&arena);
    return 0;
}

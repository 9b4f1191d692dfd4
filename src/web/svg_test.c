/* Drawings are compared with golden files in svg_golden/; HANSE_GOLDEN_WRITE=1 writes them anew,
 * and the difference is then looked at before it is committed. */
#include "web/svg.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/test.h"

#define AT INT64_C(1795369200000000)

static Buf drawing(Cx *cx)
{
    return buf_new(cx->arena, (size_t)4 << 20);
}

static Str golden_read(Cx *cx, const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    Buf buf = drawing(cx);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof(part), f)) > 0;)
        buf_put(&buf, (Str){part, n});
    fclose(f);
    return buf_str(&buf);
}

static void golden(Cx *cx, const char *name, const Buf *out)
{
    assert_false(out->overflow);
    const char *source = getenv("HANSE_SOURCE");
    assert_non_null(source);
    const char *path = arena_fmt(cx->arena, "%s/src/web/svg_golden/%s.svg", source, name).p;
    if (getenv("HANSE_GOLDEN_WRITE")) {
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        fwrite(out->p, 1, out->n, f);
        fclose(f);
    }
    assert_str_equal(golden_read(cx, path), buf_str(out));
}

static void sparks_break_at_gaps(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const double values[] = {1, 2, NAN, 3, NAN, NAN, 2, 2.5, 4};
    Buf out = drawing(cx);
    svg_spark(&out, &(SvgSpark){.label = TEXT("<Pegel>"),
                                .values = values,
                                .count = COUNT_OF(values),
                                .target = 3.5});
    golden(cx, "spark", &out);
    /* Three runs, once as area and once as line; the target makes one more. */
    assert_int_equal(7, str_count(buf_str(&out), S("M")));
    test_cx_done(&t);
}

static void sparks_without_values_are_empty_and_without_width_are_flat(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const double none[] = {NAN, NAN}, same[] = {5, 5, 5};
    Buf out = drawing(cx);
    svg_spark(&out, &(SvgSpark){.label = TEXT("x"), .values = none, .count = 2, .target = NAN});
    svg_spark(&out, &(SvgSpark){.label = TEXT("x"), .values = NULL, .count = 0, .target = NAN});
    svg_spark(&out, &(SvgSpark){.label = TEXT("x"), .values = same, .count = 3, .target = NAN});
    golden(cx, "spark_edge", &out);
    assert_int_equal(-1, str_find(buf_str(&out), S("nan")));
    test_cx_done(&t);
}

static void bars_stay_on_their_scale(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Buf out = drawing(cx);
    svg_bullet(&out, TEXT("a"), 50, 80, 100);
    svg_bullet(&out, TEXT("b"), 150, NAN, 100);
    svg_bullet(&out, TEXT("c"), -5, 0, 0);
    svg_range(&out, TEXT("d"), -21.6, -18.4, -15.1, -30, 10);
    svg_range(&out, TEXT("e"), 5, 1, -5, 0, 10);
    golden(cx, "bars", &out);
    test_cx_done(&t);
}

static void scales_have_rounded_steps_that_cover_the_values(void **state)
{
    (void)state;
    const struct {
        double low, high;
    } CASES[] = {{0, 1},       {0, 97},      {3.05, 3.42}, {-5, 5},   {0, 0},
                 {1000, 1001}, {1e-9, 3e-9}, {-1e6, 1e7},  {7, 7},    {0.1, 0.30000001},
                 {99, 101},    {0, 6},       {-0.5, 0},    {21, 22.4}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        for (int lines = 2; lines <= 8; lines++) {
            SvgScale s = svg_scale(CASES[i].low, CASES[i].high, lines);
            double slack = s.step * 1e-6;
            assert_true(s.low <= CASES[i].low + slack && s.high >= CASES[i].high - slack);
            assert_true((s.high - s.low) / s.step < lines + 0.5);
            assert_true(s.step > 0 && s.decimals >= 0 && s.decimals <= 9);
        }
    }
    SvgScale s = svg_scale(0, 97, 6);
    assert_true(s.low == 0 && s.high == 100 && s.step == 20 && s.decimals == 0);
}

static SvgChart chart_of(const SvgSample *samples, size_t count, const Zone *zone, int64_t span_us)
{
    return (SvgChart){.label = TEXT("Belegung"),
                      .lang = LANG_DE,
                      .zone = zone,
                      .from_us = AT - span_us,
                      .to_us = AT,
                      .samples = samples,
                      .count = count,
                      .gap_us = TIME_HOUR_US,
                      .target = NAN};
}

static void charts_break_at_gaps_and_name_their_axes(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const Zone *zone = NULL;
    assert_ok(cx, zone_load(cx, S("Europe/Berlin"), &zone));
    SvgSample samples[40];
    size_t count = 0;
    for (int i = 0; i < 48; i++) {
        if (i > 20 && i < 30)
            continue;
        samples[count++] = (SvgSample){AT - TIME_DAY_US + i * 30 * TIME_MINUTE_US, 20 + i % 7};
    }
    SvgChart chart = chart_of(samples, count, zone, TIME_DAY_US);
    chart.target = 30;
    Buf out = drawing(cx);
    svg_chart(&out, &chart);
    golden(cx, "chart_day", &out);
    chart.steps = true;
    chart.lang = LANG_EN;
    chart.from_zero = true;
    out = drawing(cx);
    svg_chart(&out, &chart);
    golden(cx, "chart_steps", &out);
    test_cx_done(&t);
}

static void any_two_numbers_can_be_drawn(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const Zone *zone = NULL;
    assert_ok(cx, zone_load(cx, S("Europe/Berlin"), &zone));
    const double values[] = {0,     -0.0,   1,      -1,     1e9,     1e17,     1e17 + 16, 1e300,
                             1e308, -1e308, 5e-324, 1e-300, DBL_MAX, -DBL_MAX, NAN,       INFINITY};
    for (size_t i = 0; i < COUNT_OF(values) * COUNT_OF(values); i++) {
        double two[] = {values[i / COUNT_OF(values)], values[i % COUNT_OF(values)]};
        SvgSample samples[] = {{AT - TIME_HOUR_US, two[0]}, {AT, two[1]}};
        SvgChart chart = chart_of(samples, 2, zone, TIME_DAY_US);
        Buf out = drawing(cx);
        svg_chart(&out, &chart);
        assert_false(out.overflow);
        assert_in_range(str_count(buf_str(&out), S("h-chart__grid")), 2, 7);
        svg_spark(&out, &(SvgSpark){.label = TEXT("x"), .values = two, .count = 2, .target = NAN});
        svg_bullet(&out, TEXT("x"), two[0], two[1], 100);
        assert_false(out.overflow);
        assert_int_equal(str_find(buf_str(&out), S("nan")), -1);
    }
    test_cx_done(&t);
}

static void time_axes_have_few_ticks_at_any_span(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const Zone *zone = NULL;
    assert_ok(cx, zone_load(cx, S("Europe/Berlin"), &zone));
    for (int64_t hours = 2; hours < 24 * 366 * 30; hours = hours * 3 / 2) {
        SvgChart chart = chart_of(NULL, 0, zone, hours * TIME_HOUR_US);
        Buf out = drawing(cx);
        svg_chart(&out, &chart);
        size_t ticks = str_count(buf_str(&out), S("h-chart__tick"));
        if (ticks < 1 || ticks > 8)
            fprintf(stderr, "# %zu ticks for %lld hours\n", ticks, (long long)hours);
        assert_in_range(ticks, 1, 8);
    }
    test_cx_done(&t);
}

static const Str TOWN = S_INIT(
    "{\"outline\":{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[7,54],"
    "[7.05,54.03],[7.1,54],[7.05,53.97],[7,54]]]}}]},"
    "\"parks\":{\"features\":[{\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":"
    "[[[[7.02,54],[7.03,54.01],[7.04,54],[7.02,54]]],[[[7.06,54],[7.07,54.01],[7.08,54],"
    "[7.06,54]]]]}}]},"
    "\"roads\":{\"features\":[{\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[7,54],"
    "[7.025,54.00001],[7.05,54],[7.1,54.01]]}},{\"geometry\":null},{\"geometry\":{\"type\":"
    "\"LineString\",\"coordinates\":[[20,10],[21,10]]}},{\"geometry\":{\"type\":7}},"
    "{\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[\"x\",1],[1e999,2],[3]]}}]},"
    "\"labels\":{\"features\":[{\"geometry\":{\"type\":\"Point\",\"coordinates\":[7.05,54]},"
    "\"properties\":{\"name\":\"<b>Alt & Neu\"}}]},\"sea\":7}");

static void maps_draw_layers_labels_and_shapes(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Json layers = {0};
    assert_ok(cx, json_parse(cx, TOWN, &layers));
    const MapMarker markers[] = {
        {7.05, 54.01, MARK_ALARM, TEXT("<A>")}, {7.06, 54.0, MARK_OK, TEXT("")},
        {7.04, 54.0, MARK_WARNING, TEXT("B")},  {7.05, 53.99, MARK_NO_SIGNAL, TEXT("C")},
        {20, 20, MARK_OK, TEXT("outside")},     {NAN, 7, MARK_OK, TEXT("nowhere")},
        {7, 90, MARK_OK, TEXT("pole")},
    };
    Buf out = drawing(cx);
    svg_map(&out, &(MapScene){.label = TEXT("Karte"),
                              .layers = svg_map_layers(cx->arena, &layers),
                              .markers = markers,
                              .marker_count = COUNT_OF(markers)});
    golden(cx, "map", &out);
    assert_int_equal(4, str_count(buf_str(&out), S("class=\"h-mark ")));
    assert_int_equal(-1, str_find(buf_str(&out), S("<b>")));
    /* The alarm lies on top of everything. */
    assert_true(str_find(buf_str(&out), S("h-mark--alarm")) >
                str_find(buf_str(&out), S("h-mark--warning")));
    test_cx_done(&t);
}

static void maps_around_a_place_show_its_side_streets_and_nothing_far_away(void **state)
{
    (void)state;
    static const Str STREETS =
        S_INIT("{\"outline\":{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
               "[[[7,53.9],[7.4,53.9],[7.4,54.1],[7,53.9]]]}}]},"
               "\"minor\":{\"features\":[{\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
               "[[7.05,54],[7.051,54]]}}]},"
               "\"roads\":{\"features\":[{\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
               "[[7.2,54],[7.3,54]]}}]}}");
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Json layers = {0};
    assert_ok(cx, json_parse(cx, STREETS, &layers));
    const MapMarker one = {7.05, 54, MARK_OK, TEXT("a")};
    MapScene scene = {.label = TEXT("Ort"),
                      .layers = svg_map_layers(cx->arena, &layers),
                      .markers = &one,
                      .marker_count = 1};
    Buf city = drawing(cx), place = drawing(cx);
    svg_map(&city, &scene);
    scene.around_m = 500;
    svg_map(&place, &scene);
    assert_int_equal(-1, str_find(buf_str(&city), S("h-map__minor")));
    assert_true(str_find(buf_str(&city), S("h-map__road")) > 0);
    /* 0.001 degrees are 65 m there: 65 of the 1000 units that stand for 1000 m. */
    assert_true(str_find(buf_str(&place), S("class=\"h-map__minor\" d=\"M500 500l65 0\"")) > 0);
    assert_int_equal(-1, str_find(buf_str(&place), S("h-map__road")));
    assert_true(str_find(buf_str(&place), S("translate(500 500)")) > 0);
    test_cx_done(&t);
}

/* What a script reckons from the drawing is where the marker stands. */
static void a_place_of_the_drawing_is_a_place_of_the_city(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    MapMarker one = {7.31, 54.2, MARK_PLACE, TEXT("Rathaus")};
    MapScene scene = {.label = TEXT("eins"), .markers = &one, .marker_count = 1};
    Buf out = drawing(cx);
    svg_map(&out, &scene);
    MapFrame frame = svg_map_frame(&scene);
    assert_true(str_find(buf_str(&out), S("translate(500 ")) > 0);
    assert_true(fabs((frame.x + 500 / frame.scale) * 360 - 180 - one.lon) < 1e-6);
    test_cx_done(&t);
}

static void maps_without_layers_or_markers_are_still_maps(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const MapMarker one = {7, 54, MARK_OK, TEXT("a")};
    Buf out = drawing(cx);
    svg_map(&out, &(MapScene){.label = TEXT("leer")});
    svg_map(&out, &(MapScene){.label = TEXT("eins"), .markers = &one, .marker_count = 1});
    golden(cx, "map_edge", &out);
    test_cx_done(&t);
}

static void the_map_of_the_demo_city_is_small(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const char *source = getenv("HANSE_SOURCE");
    assert_non_null(source);
    Str text = golden_read(cx, arena_fmt(cx->arena, "%s/demo/lindhafen/city.json", source).p);
    Json layers = {0};
    assert_ok(cx, json_parse(cx, text, &layers));
    Buf out = drawing(cx);
    svg_map(&out,
            &(MapScene){.label = TEXT("Lindhafen"), .layers = svg_map_layers(cx->arena, &layers)});
    assert_false(out.overflow);
    assert_in_range(out.n, 5000, 40000);
    assert_int_equal(12, str_count(buf_str(&out), S("h-map__label")));
    test_cx_done(&t);
}

static void a_timeline_has_bars_marks_and_today(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Buf out = drawing(cx);
    const TimelineMark marks[] = {{19000, true, TEXT("Gemessen & verglichen")},
                                  {19300, false, TEXT("Bericht")},
                                  {25000, false, TEXT("weit draußen")}};
    const TimelineRow rows[] = {
        {TEXT("Licht nach Bedarf"), TEXT("pilot"), 18900, 19400, false, marks, 3},
        {TEXT("Ein Titel, der so lang ist, dass er auf keinem Telefon in eine Zeile passt, Ümläute"
              " auch nicht"),
         TEXT("idea"), 10000, 30000, true, NULL, 0}};
    svg_timeline(&out, &(SvgTimeline){.label = TEXT("Zwei <Projekte>"),
                                      .today_word = TEXT("heute"),
                                      .from_day = 18800,
                                      .to_day = 19500,
                                      .today = 19144,
                                      .rows = rows,
                                      .count = 2});
    golden(cx, "timeline", &out);
    assert_true(str_find(buf_str(&out), S("weit draußen")) < 0);
    assert_true(str_find(buf_str(&out), S("Zwei &lt;Projekte&gt;")) > 0);
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sparks_break_at_gaps),
        cmocka_unit_test(sparks_without_values_are_empty_and_without_width_are_flat),
        cmocka_unit_test(bars_stay_on_their_scale),
        cmocka_unit_test(scales_have_rounded_steps_that_cover_the_values),
        cmocka_unit_test(charts_break_at_gaps_and_name_their_axes),
        cmocka_unit_test(any_two_numbers_can_be_drawn),
        cmocka_unit_test(time_axes_have_few_ticks_at_any_span),
        cmocka_unit_test(maps_draw_layers_labels_and_shapes),
        cmocka_unit_test(maps_around_a_place_show_its_side_streets_and_nothing_far_away),
        cmocka_unit_test(a_place_of_the_drawing_is_a_place_of_the_city),
        cmocka_unit_test(maps_without_layers_or_markers_are_still_maps),
        cmocka_unit_test(a_timeline_has_bars_marks_and_today),
        cmocka_unit_test(the_map_of_the_demo_city_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

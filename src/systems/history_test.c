#include "systems/history.h"

#include "base/calendar.h"
#include "db/test_db.h"
#include "systems/aggregate.h"
#include "systems/history_store.h"

#include <math.h>

#define TEMPERATURE S("https://uri.etsi.org/ngsi-ld/default-context/temperature")
#define ACCURACY S("https://uri.etsi.org/ngsi-ld/default-context/accuracy")
static const int64_t NOON_US = INT64_C(1654084800000000); /* 2022-06-01T12:00:00Z */

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Entity entity;
} Fixture;

static const Str TYPES[] = {S_INIT("https://uri.etsi.org/ngsi-ld/default-context/Room"),
                            S_INIT("https://uri.etsi.org/ngsi-ld/default-context/Place")};

static int setup(void **state, DbEngine engine)
{
    Fixture *f = calloc(1, sizeof *f);
    Cx *cx = test_cx_init(&f->t);
    test_db_open_on(cx, engine, &f->db);
    f->entity = (Entity){.tenant = {1},
                         .key = {7},
                         .id = S("urn:ngsi-ld:Room:1"),
                         .types = TYPES,
                         .type_count = 2,
                         .created_us = 5};
    assert_ok(cx, json_parse(cx, S("{}"), &f->entity.doc));
    *state = f;
    return 0;
}

static int setup_sqlite(void **state)
{
    return setup(state, DB_SQLITE);
}

static int setup_postgres(void **state)
{
    return setup(state, DB_POSTGRES);
}

static int teardown(void **state)
{
    Fixture *f = *state;
    test_db_done(&f->db);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

/* '~' stands for the prefix of names without a context. */
static JsonValue parse(Fixture *f, const char *text)
{
    Json *doc = arena_new(&f->t.arena, Json);
    Buf buf = buf_new(&f->t.arena, 1 << 16);
    for (const char *p = text; *p; p++)
        if (*p == '~')
            buf_put(&buf, S(LD_DEFAULT_PREFIX));
        else
            buf_char(&buf, *p);
    assert_ok(&f->t.cx, json_parse(&f->t.cx, buf_str(&buf), doc));
    return json_root(doc);
}

static void change(Fixture *f, AttributeVerb verb, Str attribute, const char *instance,
                   int64_t at_us)
{
    AttributeChange one = {.verb = verb, .attribute = attribute};
    if (instance)
        one.instance = parse(f, instance);
    EntityChange all = {.verb = ENTITY_UPDATED,
                        .before = &f->entity,
                        .after = &f->entity,
                        .attributes = &one,
                        .attribute_count = 1,
                        .at_us = at_us};
    assert_ok(&f->t.cx, history_record(&f->t.cx, &all));
}

static HistorySeries series_of(Fixture *f, Str attribute, Str sub)
{
    HistorySeries series;
    HistorySeriesName name = {.tenant = {1},
                              .id = f->entity.id,
                              .key = f->entity.key,
                              .attribute = attribute,
                              .sub = sub};
    assert_ok(&f->t.cx, history_series_get(&f->t.cx, &name, &series));
    return series;
}

static size_t read_rows(Fixture *f, Str attribute, Str sub, HistoryWindow window, bool back,
                        size_t limit, HistoryRow *ret, size_t max)
{
    Cx *cx = &f->t.cx;
    HistorySeries *series = arena_new(cx->arena, HistorySeries);
    *series = series_of(f, attribute, sub);
    HistoryCursor cursor;
    size_t count = 0;
    assert_ok(cx, history_start(cx, series, window, back, limit, &cursor));
    for (bool row;; count++) {
        HistoryRow r;
        assert_ok(cx, history_next(cx, &cursor, &r, &row));
        if (!row)
            break;
        assert_true(count < max);
        ret[count] = r;
        ret[count].raw = r.raw.p ? arena_copy(cx->arena, r.raw) : r.raw;
        ret[count].unit = arena_copy(cx->arena, r.unit);
        ret[count].more = r.more.p ? arena_copy(cx->arena, r.more) : r.more;
    }
    history_end(&cursor);
    return count;
}

static Str value_text(Fixture *f, const HistoryRow *row)
{
    Buf buf = buf_new(&f->t.arena, 1 << 16);
    history_put_value(&buf, row);
    return buf_str(&buf);
}

static void values_come_back_digit_for_digit(void **state)
{
    Fixture *f = *state;
    static const char *const VALUES[] = {"21.70",
                                         "21.7",
                                         "-0",
                                         "0",
                                         "0.0001",
                                         "0.00001",
                                         "1e3",
                                         "1E+2",
                                         "12345678901234567890",
                                         "123456789012345",
                                         "0.1234567890123456789",
                                         "-273.15",
                                         "100",
                                         "1e999",
                                         "true",
                                         "false",
                                         "\"a \\u00fc\"",
                                         "[1, 2]",
                                         "{\"@type\":\"Date\",\"@value\":\"2022-01-01\"}",
                                         "5.0"};
    enum { COUNT = COUNT_OF(VALUES) };
    HistoryRow rows[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        Str text = arena_fmt(&f->t.arena,
                             "{\"type\":\"Property\",\"value\":%s,"
                             "\"observedAt\":\"2022-06-01T12:00:%02zuZ\"}",
                             VALUES[i], i);
        change(f, i ? ATTRIBUTE_UPDATED : ATTRIBUTE_CREATED, TEMPERATURE, text.p,
               NOON_US + TIME_DAY_US);
    }
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), HISTORY_ALL, false, 0, rows, COUNT), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_str_equal(str_from(VALUES[i]), value_text(f, &rows[i]));
        assert_int_equal(rows[i].at_us, NOON_US + (int64_t)i * TIME_SECOND_US);
        assert_int_equal(rows[i].received_us, NOON_US + TIME_DAY_US);
    }
    assert_null(rows[1].raw.p); /* short form for what prints back */
    assert_non_null(rows[0].raw.p);
    assert_true(rows[13].raw.p && !rows[13].has_num); /* beyond a double */
    assert_true(rows[14].has_num && rows[14].num == 1);
    assert_true(rows[0].flags == (HISTORY_OBSERVED | HISTORY_CREATED));
    assert_true(rows[1].flags == HISTORY_OBSERVED);
}

static void equal_times_are_rows_in_the_order_of_arrival(void **state)
{
    Fixture *f = *state;
    HistoryRow rows[4];
    static const char *const SAME =
        "{\"type\":\"Property\",\"value\":5,\"observedAt\":\"2022-06-01T12:00:00Z\"}";
    change(f, ATTRIBUTE_CREATED, TEMPERATURE, SAME, NOON_US);
    change(f, ATTRIBUTE_UPDATED, TEMPERATURE, SAME, NOON_US);
    change(f, ATTRIBUTE_UPDATED, TEMPERATURE,
           "{\"type\":\"Property\",\"value\":6,\"observedAt\":\"2022-06-01T12:00:00Z\"}", NOON_US);
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), HISTORY_ALL, false, 0, rows, 4), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(rows[i].seq, i);
    assert_true(rows[2].num == 6);
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), HISTORY_ALL, true, 1, rows, 4), 1);
    assert_true(rows[0].num == 6);
}

static void windows_speak_of_the_time_that_they_name(void **state)
{
    Fixture *f = *state;
    HistoryRow rows[4];
    change(f, ATTRIBUTE_CREATED, TEMPERATURE, "{\"type\":\"Property\",\"value\":1}", NOON_US);
    change(f, ATTRIBUTE_UPDATED, TEMPERATURE,
           "{\"type\":\"Property\",\"value\":2,\"observedAt\":\"2022-06-01T11:00:00Z\"}",
           NOON_US + 1);
    change(f, ATTRIBUTE_DELETED, TEMPERATURE, NULL, NOON_US + 2);
    HistoryWindow all = HISTORY_ALL;
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), all, false, 0, rows, 4), 3);
    assert_true(rows[0].num == 2); /* the older observedAt comes first */
    assert_true(rows[2].flags & HISTORY_DELETED);
    assert_str("\"urn:ngsi-ld:null\"", value_text(f, &rows[2]));
    all.time = HISTORY_OBSERVED_AT;
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), all, false, 0, rows, 4), 1);
    all.time = HISTORY_DELETED_AT;
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), all, false, 0, rows, 4), 1);
    all.time = HISTORY_MODIFIED_AT;
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), all, false, 0, rows, 4), 3);
    assert_true(rows[0].num == 1);
    HistoryWindow some = {HISTORY_MODIFIED_AT, NOON_US + 1, NOON_US + 2};
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), some, true, 0, rows, 4), 1);
    HistoryWindow until = {HISTORY_OBSERVED_AT, INT64_MIN, NOON_US - TIME_HOUR_US};
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), until, true, 0, rows, 4), 0);
}

static void units_and_sub_attributes_are_kept(void **state)
{
    Fixture *f = *state;
    HistoryRow rows[4];
    const char *first = "{\"type\":\"Property\",\"value\":20,\"unitCode\":\"CEL\","
                        "\"observedAt\":\"2022-06-01T12:00:00Z\","
                        "\"~accuracy\":{\"type\":\"Property\",\"value\":0.5,"
                        "\"~deep\":{\"type\":\"Property\",\"value\":9}},"
                        "\"~by\":{\"type\":\"Relationship\",\"object\":\"urn:x:1\"}}";
    change(f, ATTRIBUTE_CREATED, TEMPERATURE, first, NOON_US);
    Str before = arena_fmt(&f->t.arena, "{\"~temperature\":%s}", first);
    f->entity.doc = *parse(f, before.p).doc;
    change(f, ATTRIBUTE_UPDATED, TEMPERATURE,
           "{\"type\":\"Property\",\"value\":68,\"unitCode\":\"FAH\","
           "\"observedAt\":\"2022-06-01T13:00:00Z\"}",
           NOON_US + TIME_HOUR_US);
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), HISTORY_ALL, false, 0, rows, 4), 2);
    assert_str("CEL", rows[0].unit);
    assert_str("FAH", rows[1].unit);
    assert_true(str_find(rows[0].more, S("urn:x:1")) > 0);
    assert_null(rows[1].more.p);
    assert_int_equal(read_rows(f, TEMPERATURE, ACCURACY, HISTORY_ALL, false, 0, rows, 4), 2);
    assert_true(rows[0].num == 0.5 && rows[0].at_us == NOON_US);
    assert_true(rows[1].flags & HISTORY_DELETED); /* the second value has none */
    Str deep = S("https://uri.etsi.org/ngsi-ld/default-context/accuracy "
                 "https://uri.etsi.org/ngsi-ld/default-context/deep");
    assert_int_equal(read_rows(f, TEMPERATURE, deep, HISTORY_ALL, false, 0, rows, 4), 1);
    HistorySeries *list;
    size_t count;
    assert_ok(&f->t.cx, history_series_list(&f->t.cx, f->entity.tenant, f->entity.id, f->entity.key,
                                            &list, &count));
    assert_int_equal(count, 3);
    assert_str("", list[0].sub);
}

static void every_kind_is_recorded(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *instance, *value;
        HistoryKind kind;
    } KINDS[] = {
        {"{\"type\":\"Relationship\",\"object\":\"urn:a:1\",\"objectType\":\"X\"}", "\"urn:a:1\"",
         HISTORY_RELATIONSHIP},
        {"{\"type\":\"GeoProperty\",\"value\":{\"type\":\"Point\",\"coordinates\":[7,51]}}",
         "{\"type\":\"Point\",\"coordinates\":[7,51]}", HISTORY_GEO_PROPERTY},
        {"{\"type\":\"LanguageProperty\",\"languageMap\":{\"de\":\"x\"}}", "{\"de\":\"x\"}",
         HISTORY_LANGUAGE_PROPERTY},
        {"{\"type\":\"VocabProperty\",\"vocab\":\"v\"}", "\"v\"", HISTORY_VOCAB_PROPERTY},
        {"{\"type\":\"JsonProperty\",\"json\":{\"type\":\"value\"}}", "{\"type\":\"value\"}",
         HISTORY_JSON_PROPERTY},
        {"{\"type\":\"ListProperty\",\"valueList\":[1,2]}", "[1,2]", HISTORY_LIST_PROPERTY},
        {"{\"type\":\"ListRelationship\",\"objectList\":[{\"object\":\"urn:a:1\"}]}",
         "[{\"object\":\"urn:a:1\"}]", HISTORY_LIST_RELATIONSHIP},
    };
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        HistoryRow row;
        Str name = arena_fmt(&f->t.arena, "urn:attribute:%zu", i);
        change(f, ATTRIBUTE_CREATED, name, KINDS[i].instance, NOON_US);
        assert_int_equal(read_rows(f, name, S(""), HISTORY_ALL, false, 0, &row, 1), 1);
        assert_int_equal(row.kind, KINDS[i].kind);
        assert_int_equal(row.at_us, NOON_US);
        assert_str_equal(str_from(KINDS[i].value), value_text(f, &row));
    }
}

static void a_deleted_entity_keeps_its_past_apart_from_a_new_one(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    HistoryRow rows[4];
    HistoryLife *lives;
    size_t count;
    for (int life = 0; life < 2; life++) {
        change(f, ATTRIBUTE_CREATED, TEMPERATURE, "{\"type\":\"Property\",\"value\":1}",
               NOON_US + life * TIME_HOUR_US);
        EntityChange gone = {.verb = ENTITY_DELETED,
                             .before = &f->entity,
                             .at_us = NOON_US + life * TIME_HOUR_US + 1};
        assert_ok(cx, history_record(cx, &gone));
    }
    /* The store gives the same key again. */
    change(f, ATTRIBUTE_CREATED, TEMPERATURE, "{\"type\":\"Property\",\"value\":3}",
           NOON_US + TIME_DAY_US);
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), HISTORY_ALL, false, 0, rows, 4), 1);
    assert_ok(cx, history_lives(cx, f->entity.tenant, f->entity.id, &lives, &count));
    assert_int_equal(count, 2);
    assert_int_equal(lives[0].deleted_us, NOON_US + 1);
    assert_int_equal(lives[1].type_count, 2);
    assert_str_equal(TYPES[1], lives[1].types[1]);
    f->entity.key = lives[1].key;
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), HISTORY_ALL, false, 0, rows, 4), 2);
    assert_true(rows[1].flags & HISTORY_DELETED);
}

static void bulk_values_go_to_history_alone(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    HistoryRow rows[4];
    HistorySeriesName name = {
        .tenant = {1}, .id = f->entity.id, .key = f->entity.key, .attribute = TEMPERATURE};
    HistoryPoint points[] = {{.at_us = NOON_US, .num = 1.5},
                             {.at_us = NOON_US + 1, .raw = S("2.50")},
                             {.at_us = NOON_US + 2, .raw = S("\"off\"")}};
    assert_ok(cx, history_append(cx, &name, HISTORY_PROPERTY, S("CEL"), points, 3));
    assert_int_equal(read_rows(f, TEMPERATURE, S(""), HISTORY_ALL, false, 0, rows, 4), 3);
    assert_str("2.50", value_text(f, &rows[1]));
    assert_true(rows[1].num == 2.5 && !rows[2].has_num);
    points[0].raw = S("{");
    assert_err(cx, ERR_INVALID, "history.value",
               history_append(cx, &name, HISTORY_PROPERTY, S(""), points, 1));
    points[0] = (HistoryPoint){.num = NAN};
    assert_err(cx, ERR_INVALID, "history.value",
               history_append(cx, &name, HISTORY_PROPERTY, S(""), points, 1));
    name.attribute = S("urn:x:none");
    HistorySeries series;
    assert_err(cx, ERR_NOT_FOUND, "history.series", history_series_get(cx, &name, &series));
}

/* Into what is there already, at the same time and beside it. */
static void bulk_values_find_their_place_among_others(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    HistoryRow rows[9];
    HistorySeriesName name = {
        .tenant = {1}, .id = f->entity.id, .key = f->entity.key, .attribute = TEMPERATURE};
    HistoryPoint late[] = {{.at_us = NOON_US + 20, .num = 5}, {.at_us = NOON_US + 30, .num = 6}};
    HistoryPoint early[] = {{.at_us = NOON_US, .num = 1}, {.at_us = NOON_US + 10, .num = 2}};
    HistoryPoint across[] = {{.at_us = NOON_US + 10, .num = 3}, {.at_us = NOON_US + 20, .num = 7}};
    HistoryPoint back[] = {{.at_us = NOON_US + 40, .num = 9}, {.at_us = NOON_US + 40, .num = 10}};
    assert_ok(cx, history_append(cx, &name, HISTORY_PROPERTY, S("CEL"), late, 2));
    assert_ok(cx, history_append(cx, &name, HISTORY_PROPERTY, S("KEL"), early, 2));
    assert_ok(cx, history_append(cx, &name, HISTORY_PROPERTY, S("CEL"), across, 2));
    assert_ok(cx, history_append(cx, &name, HISTORY_PROPERTY, S("CEL"), back, 2));
    assert_ok(cx, history_append(cx, &name, HISTORY_PROPERTY, S("CEL"), back, 0));
    static const double EXPECTED[] = {1, 2, 3, 5, 7, 6, 9, 10};
    size_t count = read_rows(f, TEMPERATURE, S(""), HISTORY_ALL, false, 0, rows, 9);
    assert_int_equal(count, COUNT_OF(EXPECTED));
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].num == EXPECTED[i]);
        assert_true(str_eq(rows[i].unit, i < 2 ? S("KEL") : S("CEL")));
    }
    assert_int_equal(rows[2].seq, 1);
    assert_int_equal(rows[7].seq, 1);
}

static void append_numbers(Fixture *f, size_t count, int64_t step_us)
{
    Cx *cx = &f->t.cx;
    HistorySeriesName name = {
        .tenant = {1}, .id = f->entity.id, .key = f->entity.key, .attribute = TEMPERATURE};
    HistoryPoint *points = arena_array(cx->arena, HistoryPoint, count);
    for (size_t i = 0; i < count; i++)
        points[i] = (HistoryPoint){.at_us = NOON_US + (int64_t)i * step_us,
                                   .num = i == count / 2 ? 1000 : (double)(i % 10)};
    assert_ok(cx, db_begin(cx));
    assert_ok(cx, history_append(cx, &name, HISTORY_PROPERTY, S(""), points, count));
    assert_ok(cx, db_commit(cx));
}

static void charts_keep_peaks_and_show_gaps(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    ChartPoint *points;
    size_t count, peaks = 0, gaps = 0;
    append_numbers(f, 5000, TIME_MINUTE_US);
    HistorySeries series = series_of(f, TEMPERATURE, S(""));
    assert_ok(cx, history_points(cx, &series, INT64_MIN, INT64_MAX, 200, 0, &points, &count));
    assert_true(count > 50 && count <= 204);
    for (size_t i = 0; i < count; i++) {
        peaks += points[i].value == 1000;
        assert_true(i == 0 || points[i].at_us >= points[i - 1].at_us);
    }
    assert_int_equal(peaks, 1);
    assert_int_equal(points[0].at_us, NOON_US);
    assert_int_equal(points[count - 1].at_us, NOON_US + 4999 * TIME_MINUTE_US);
    /* A deletion and a long silence. */
    change(f, ATTRIBUTE_DELETED, TEMPERATURE, NULL, NOON_US + 5000 * TIME_MINUTE_US);
    change(f, ATTRIBUTE_CREATED, TEMPERATURE, "{\"type\":\"Property\",\"value\":1}",
           NOON_US + 5010 * TIME_MINUTE_US);
    change(f, ATTRIBUTE_UPDATED, TEMPERATURE, "{\"type\":\"Property\",\"value\":2}",
           NOON_US + 6000 * TIME_MINUTE_US);
    assert_ok(
        cx, history_points(cx, &series, INT64_MIN, INT64_MAX, 200, TIME_HOUR_US, &points, &count));
    for (size_t i = 0; i < count; i++)
        gaps += isnan(points[i].value) != 0;
    assert_int_equal(gaps, 2);
    assert_ok(cx, history_points(cx, &series, 0, 1, 200, 0, &points, &count));
    assert_int_equal(count, 0);
}

static void stored_series_are_aggregated_with_the_value_carried_in(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    AggregatePeriod *periods;
    size_t count;
    append_numbers(f, 100, TIME_HOUR_US);
    HistorySeries series = series_of(f, TEMPERATURE, S(""));
    AggregateSpec spec = {.methods = 1u << AGGREGATE_TWA | 1u << AGGREGATE_SUM,
                          .period = {.us = TIME_HOUR_US},
                          .from_us = NOON_US + TIME_HOUR_US / 2,
                          .to_us = NOON_US + 3 * TIME_HOUR_US / 2,
                          .now_us = INT64_MAX};
    assert_ok(cx, history_aggregate(cx, &series, HISTORY_OBSERVED_AT, &spec, &periods, &count));
    assert_int_equal(count, 1);
    assert_true(periods[0].count == 1 && periods[0].sum == 1);
    assert_true(fabs(periods[0].twa - 0.5) < 1e-12); /* half an hour 0, half an hour 1 */
}

static void a_hundred_thousand_stored_points_are_read_fast(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    AggregatePeriod *periods;
    ChartPoint *points;
    size_t count;
    int64_t begin_us = clock_mono_us();
    append_numbers(f, 100000, TIME_MINUTE_US);
    int64_t wrote_us = clock_mono_us() - begin_us;
    HistorySeries series = series_of(f, TEMPERATURE, S(""));
    AggregateSpec spec = {.methods = (1u << AGGREGATE_METHOD_COUNT_) - 1,
                          .period = {.days = 1},
                          .from_us = NOON_US,
                          .to_us = INT64_MAX,
                          .now_us = NOON_US + 100000 * TIME_MINUTE_US};
    begin_us = clock_mono_us();
    assert_ok(cx, history_aggregate(cx, &series, HISTORY_ANY, &spec, &periods, &count));
    int64_t aggregated_us = clock_mono_us() - begin_us;
    assert_int_equal(count, 70);
    begin_us = clock_mono_us();
    assert_ok(cx, history_points(cx, &series, INT64_MIN, INT64_MAX, 1000, 0, &points, &count));
    print_message("# 100000 points: written in %lld ms, aggregated in %lld ms, drawn in %lld ms\n",
                  (long long)wrote_us / 1000, (long long)aggregated_us / 1000,
                  (long long)(clock_mono_us() - begin_us) / 1000);
    assert_true(aggregated_us < 1000000); /* 100 ms without sanitizers */
}

static void every_statement_is_prepared(void **state)
{
    Fixture *f = *state;
    assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, &HISTORY_STATEMENTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(every_statement_is_prepared, teardown),
        TEST_ON_BOTH(values_come_back_digit_for_digit, teardown),
        TEST_ON_BOTH(equal_times_are_rows_in_the_order_of_arrival, teardown),
        TEST_ON_BOTH(windows_speak_of_the_time_that_they_name, teardown),
        TEST_ON_BOTH(units_and_sub_attributes_are_kept, teardown),
        TEST_ON_BOTH(every_kind_is_recorded, teardown),
        TEST_ON_BOTH(a_deleted_entity_keeps_its_past_apart_from_a_new_one, teardown),
        TEST_ON_BOTH(bulk_values_go_to_history_alone, teardown),
        TEST_ON_BOTH(bulk_values_find_their_place_among_others, teardown),
        TEST_ON_BOTH(charts_keep_peaks_and_show_gaps, teardown),
        TEST_ON_BOTH(stored_series_are_aggregated_with_the_value_carried_in, teardown),
        TEST_ON_SQLITE(a_hundred_thousand_stored_points_are_read_fast, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

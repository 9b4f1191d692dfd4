#include "app/import.h"

#include "app/import_source.h"
#include "db/test_db.h"
#include "systems/aggregate.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
    Config config;
    ContextStore *contexts;
    Str refused; /* what the last import wrote as CSV */
    Str shown;   /* and to the terminal */
    ImportSummary summary;
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    f->cx = test_cx_init(&f->t);
    test_db_open(f->cx, &f->db);
    f->config = (Config){.data = str_from(f->db.dir), .unsafe_no_sync = true};
    f->contexts = context_store_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    context_store_free(f->contexts);
    test_db_done(&f->db);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static Str slurp(Fixture *f, FILE *file)
{
    enum { BYTES = 1 << 18 };
    char *text = arena_alloc_bytes(f->cx->arena, BYTES, 1);
    rewind(file);
    size_t n = fread(text, 1, BYTES, file);
    fclose(file);
    return (Str){text, n};
}

static Str quoted(Fixture *f, const char *text)
{
    char *copy = arena_cstr(f->cx->arena, str_from(text));
    for (char *c = copy; *c; c++)
        if (*c == '\'')
            *c = '"';
    return str_from(copy);
}

static Err import(Fixture *f, const Feed *feed, const ImportInput *inputs, size_t count)
{
    FILE *out = tmpfile(), *refused = tmpfile();
    assert_non_null(out);
    assert_non_null(refused);
    ImportJob job = {.contexts = f->contexts,
                     .feed = feed,
                     .inputs = inputs,
                     .input_count = count,
                     .out = out,
                     .refused = refused};
    f->summary = (ImportSummary){0};
    Err err = import_run(f->cx, &f->config, str_from(f->db.where), &job, &f->summary);
    f->shown = slurp(f, out);
    f->refused = slurp(f, refused);
    return err;
}

static const Feed *mapping(Fixture *f, const char *text)
{
    Feed *feed;
    assert_ok(f->cx, feed_parse(f->cx, f->contexts, quoted(f, text), &feed));
    return feed;
}

static void import_text(Fixture *f, const Feed *feed, const char *name, Str text)
{
    ImportInput input = {str_from(name), text};
    assert_ok(f->cx, import(f, feed, &input, 1));
}

static void assert_counts(const Fixture *f, uint64_t rows, uint64_t taken, uint64_t skipped,
                          uint64_t refused)
{
    const ImportCounts *c = &f->summary.counts;
    if (c->rows != rows || c->taken != taken || c->skipped != skipped || c->refused != refused)
        fprintf(stderr, "# rows %llu taken %llu skipped %llu refused %llu\n# %.*s\n",
                (unsigned long long)c->rows, (unsigned long long)c->taken,
                (unsigned long long)c->skipped, (unsigned long long)c->refused, SARG(f->refused));
    assert_int_equal(c->rows, rows);
    assert_int_equal(c->taken, taken);
    assert_int_equal(c->skipped, skipped);
    assert_int_equal(c->refused, refused);
}

#define ROOMS                                                                                      \
    "{'type':'Room','id':'urn:x:{id}','time':{'field':'t','format':'unix'},'attributes':["         \
    "{'name':'temp','field':'v','number':true,'min':-50},{'name':'note','field':'n'}]}"

/* ---- CSV ---- */

static void bad_rows_are_listed_with_their_lines_and_good_ones_go_in(void **state)
{
    Fixture *f = *state;
    import_text(f, mapping(f, ROOMS), "rooms.csv",
                S("id,t,v,n\r\n"
                  "A,1,20,\"two\nlines\"\r\n" /* 2 and 3 */
                  "A,x,21,\r\n"               /* 4 */
                  "A,2,21\r\n"                /* 5 */
                  "A,3,warm,still good\r\n"   /* 6: the note is taken */
                  "A,4,\"22\"x,\r\n"          /* 7 */
                  "\r\n"                      /* 8: passed over */
                  "B,5,-60,\r\n"              /* 9 */
                  "B,6,,\r\n"                 /* 10: without news */
                  "B,7,\xFF,\r\n"             /* 11 */
                  ",8,1,\r\n"                 /* 12 */
                  "B,9,23,\r\n"));            /* 13 */
    assert_counts(f, 10, 3, 1, 6);
    assert_int_equal(f->summary.counts.values_refused, 1);
    assert_int_equal(f->summary.counts.entities, 2);
    assert_int_equal(f->summary.counts.store.created, 2);
    assert_int_equal(f->summary.counts.store.readings, 4);
    assert_str("file,line,field,value,reason\r\n"
               "rooms.csv,4,,,the time is not in seconds since 1970\r\n"
               "rooms.csv,5,,,\"the row has 3 fields, the header 4\"\r\n"
               "rooms.csv,6,temp,warm,is not a number\r\n"
               "rooms.csv,7,,,a quote inside a field; put the field into quotes and double the "
               "quotes in it\r\n"
               "rooms.csv,9,temp,-60,is below the minimum of -50\r\n"
               "rooms.csv,11,,,field 3 is no UTF-8 text; save the file as UTF-8\r\n"
               "rooms.csv,12,,,there is nothing for {id} in the id\r\n",
               f->refused);
    assert_true(str_find(f->shown, S("rooms.csv:6: temp: \"warm\" is not a number\n")) >= 0);
}

static void separators_are_found_and_progress_is_shown(void **state)
{
    Fixture *f = *state;
    Buf text = buf_new(f->cx->arena, 1 << 20);
    buf_put(&text, S("\xEF\xBB\xBFid;t;v;n\n"));
    for (int i = 0; i < 20000; i++)
        buf_fmt(&text, "R%d;%d;%d;\"a;b\"\n", i % 7, i, i % 40);
    import_text(f, mapping(f, ROOMS), "rooms.txt", buf_str(&text));
    assert_counts(f, 20000, 20000, 0, 0);
    assert_int_equal(f->summary.counts.entities, 7);
    assert_int_equal(f->summary.counts.store.readings, 40000);
    int lines = 0;
    for (Str rest = f->shown; rest.p && rest.n; lines++)
        assert_true(str_find(str_cut(&rest, '\n'), S(" %: ")) > 0);
    assert_in_range(lines, 4, 10);
    assert_true(str_find(f->shown, S("100 %: 20000 rows")) >= 0);
}

static void a_file_without_its_columns_or_mapping_is_an_error(void **state)
{
    Fixture *f = *state;
    ImportInput csv = {S("x.csv"), S("id,time,v,n\n1,2,3,4\n")}, none = {S("/nowhere.csv"), {0}};
    ImportInput geo = {S("x.json"), S("{\"type\":\"FeatureCollection\",\"features\":[]}")};
    assert_err(f->cx, ERR_INVALID, "feed.column", import(f, mapping(f, ROOMS), &csv, 1));
    assert_true(str_find(f->cx->error->detail, S("x.csv: there is no column \"t\"")) == 0);
    assert_err(f->cx, ERR_INVALID, "import.map", import(f, NULL, &csv, 1));
    assert_err(f->cx, ERR_INVALID, "import.map", import(f, NULL, &geo, 1));
    assert_err(f->cx, ERR_NOT_FOUND, "import.file", import(f, NULL, &none, 1));
}

/* The store's own refusal of a value that passed the mapping costs its row alone. */
static void a_unit_that_the_store_refuses_is_taken_apart(void **state)
{
    Fixture *f = *state;
    import_text(f, mapping(f, ROOMS), "rooms.csv",
                S("id,t,v,n\nA,1,20,\nB,2,21,urn:ngsi-ld:null\nC,3,22,fine\n"));
    assert_counts(f, 3, 2, 0, 1);
    assert_int_equal(f->summary.counts.store.created, 2);
    assert_int_equal(f->summary.counts.entities, 2);
    assert_true(str_find(f->refused, S("rooms.csv,3,,,\"note: ")) >= 0 ||
                str_find(f->refused, S("rooms.csv,3,,,note: ")) >= 0);
}

/* ---- JSON ---- */

typedef struct Drip {
    CsvSource source;
    Str text;
    size_t step; /* bytes per read */
} Drip;

static Err drip_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    Drip *d = (Drip *)source;
    (void)cx;
    n = MIN(n, MIN(d->step, d->text.n));
    memcpy(to, d->text.p, n);
    d->text = str_from_index(d->text, n);
    *ret_n = n;
    return OK;
}

/* The values of a stream as "line:text" each, an error as "!key". */
static Str streamed(Fixture *f, Str text, JsonShape shape, const char *member, size_t step)
{
    Drip drip = {{drip_read}, text, step};
    Buf buf = buf_new(f->cx->arena, 1 << 16);
    JsonStream *stream = json_stream(f->cx, &drip.source, shape, str_from(member));
    for (bool more = true; more;) {
        Str value;
        uint64_t line = 0;
        Err err = json_stream_next(f->cx, stream, &value, &line, &more);
        if (err != OK)
            buf_fmt(&buf, "!%s ", f->cx->error->key);
        else if (more)
            buf_fmt(&buf, "%llu:%.*s ", (unsigned long long)line, SARG(str_trim(value)));
        more |= err != OK;
    }
    return buf_str(&buf);
}

static void json_is_cut_into_values_as_it_streams(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *text;
        JsonShape shape;
        const char *member, *values;
    } ROWS[] = {
        {"", JSON_SHAPE_VALUES, "", ""},
        {" \n ", JSON_SHAPE_LINES, "", ""},
        {"{\"a\":\n1}", JSON_SHAPE_VALUES, "", "1:{\"a\":\n1} "},
        {"\xEF\xBB\xBF[1]", JSON_SHAPE_VALUES, "", "1:1 "},
        {"[]", JSON_SHAPE_VALUES, "", ""},
        {"[ {\"a\":\"]}\\\"\"},\n[2,[3]] ,\"x,\" , 4]", JSON_SHAPE_VALUES, "",
         "1:{\"a\":\"]}\\\"\"} 2:[2,[3]] 2:\"x,\" 2:4 "},
        {"{\"a\":1}\n\n{\"b\":2}", JSON_SHAPE_VALUES, "", "1:{\"a\":1} 3:{\"b\":2} "},
        {"{\"a\":1}\n{broken\n{\"b\":2}\n", JSON_SHAPE_LINES, "",
         "1:{\"a\":1} 2:{broken 3:{\"b\":2} "},
        {"{\"x\":{\"list\":[9]},\"s\":\"list\",\n\"list\":[1,\n2],\"y\":[3]}", JSON_SHAPE_MEMBER,
         "list", "2:1 3:2 "},
        {"{\"x\":1}", JSON_SHAPE_MEMBER, "list", "!import.json "},
        {"[1]", JSON_SHAPE_MEMBER, "list", "!import.json "},
        {"[1,{\"a\":", JSON_SHAPE_VALUES, "", "1:1 !import.json "},
        {"[1 2]", JSON_SHAPE_VALUES, "", "1:1 !import.json "},
        {"[1,", JSON_SHAPE_VALUES, "", "1:1 !import.json "},
        {"[1,]", JSON_SHAPE_VALUES, "", "1:1 !import.json "},
        {"{\"list\":[1", JSON_SHAPE_MEMBER, "list", "1:1 !import.json "},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        for (size_t step = 1; step < 70000; step = step * 7 + 1)
            assert_str_equal(
                str_from(ROWS[i].values),
                streamed(f, str_from(ROWS[i].text), ROWS[i].shape, ROWS[i].member, step + 2));
}

static void a_value_that_is_too_large_costs_itself_alone(void **state)
{
    Fixture *f = *state;
    size_t n = IMPORT_VALUE_BYTES_MAX + 100;
    char *text = arena_alloc_bytes(f->cx->arena, n + 40, 1);
    memcpy(text, "[1,\"", 4);
    memset(text + 4, 'x', n);
    text[100] = '\n';
    memcpy(text + 4 + n, "\",\n2]", 5);
    assert_str("1:1 !import.large 3:2 ",
               streamed(f, (Str){text, n + 9}, JSON_SHAPE_VALUES, "", 60000));
}

static void ngsi_ld_comes_as_one_as_a_list_and_in_lines(void **state)
{
    Fixture *f = *state;
    const char *one = "{'id':'urn:x:1','type':'T',\n'temp':{'type':'Property','value':1}}";
    const char *list = "[{'id':'urn:x:2','type':'T','a':1},\n{'id':'urn:x:3','type':'T','b':2},"
                       "\n{'id':'no uri','type':'T'},\n7]";
    const char *lines =
        "{'id':'urn:x:4','type':'T','a':1}\n{'id':'urn:x:5',\n"
        "{'source':'somewhere','entity':{'id':'urn:x:6','type':'T','b':2}}\n"
        "{'id':'urn:x:7','type':'T','@context':'https://example.org/unknown.jsonld'}\n";
    import_text(f, NULL, "one.jsonld", quoted(f, one));
    assert_counts(f, 1, 1, 0, 0);
    import_text(f, NULL, "list.json", quoted(f, list));
    assert_counts(f, 4, 2, 0, 2);
    assert_true(str_find(f->refused, S("list.json,3,,,")) >= 0);
    assert_true(str_find(f->refused, S("list.json,4,,,an entity is an object")) >= 0);
    import_text(f, NULL, "lines.json", quoted(f, lines));
    assert_counts(f, 4, 2, 0, 2);
    assert_true(str_find(f->refused, S("lines.json,2,,,")) >= 0);
    assert_true(str_find(f->refused, S("https://example.org/unknown.jsonld")) >= 0);
    for (int i = 1; i <= 6; i++) {
        Entity entity;
        if (i != 5)
            assert_ok(f->cx, entity_get(f->cx, arena_fmt(f->cx->arena, "urn:x:%d", i), &entity));
    }
}

static void geojson_features_become_entities(void **state)
{
    Fixture *f = *state;
    const Feed *feed = mapping(f, "{'type':'Tree','id':'urn:tree:{$.properties.no}','attributes':["
                                  "{'name':'location','path':'$.geometry','type':'GeoProperty'}]}");
    import_text(f, feed, "trees.geojson",
                quoted(f, "{'type':'FeatureCollection','features':[\n"
                          "{'type':'Feature','properties':{'no':1},'geometry':{'type':'Point',"
                          "'coordinates':[7.4,51.5]}},\n"
                          "{'type':'Feature','properties':{'no':2},'geometry':{'type':'Point',"
                          "'coordinates':[7.4]}}]}"));
    assert_counts(f, 2, 1, 0, 1);
    assert_true(str_find(f->refused, S("trees.geojson,3,location,")) >= 0);
}

/* ---- beside others ---- */

typedef struct Holder {
    Fixture *f;
    Db *db;
    pthread_barrier_t held;
} Holder;

static void *hold_the_store(void *arg)
{
    Holder *holder = arg;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    cx->db = holder->db;
    assert_ok(cx, db_begin(cx));
    pthread_barrier_wait(&holder->held);
    usleep(300000);
    db_rollback(cx);
    test_cx_done(&t);
    return NULL;
}

static void an_import_waits_for_a_server_that_writes(void **state)
{
    Fixture *f = *state;
    Holder holder = {.f = f, .db = test_db_connect(f->cx, &f->db, DB_WRITE)};
    DbLock lock;
    pthread_t thread;
    assert_ok(f->cx, db_lock(f->cx, f->config.data, &lock));
    pthread_barrier_init(&holder.held, NULL, 2);
    assert_int_equal(pthread_create(&thread, NULL, hold_the_store, &holder), 0);
    pthread_barrier_wait(&holder.held);
    import_text(f, mapping(f, ROOMS), "rooms.csv", S("id,t,v,n\nA,1,20,\n"));
    assert_counts(f, 1, 1, 0, 0);
    assert_true(f->summary.took_us > 200000);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&holder.held);
    db_unlock(&lock);
    db_close(holder.db);
}

/* ---- real data ---- */

/* NULL and a skipped test where the collection is not there. */
static Str shared_file(Fixture *f, const char *name)
{
    const char *shared = getenv("HANSE_SHARED");
    Str path = arena_fmt(f->cx->arena, "%s/data/%s", shared ? shared : "", name);
    if (access(path.p, R_OK) != 0)
        skip();
    return path;
}

static const Feed *demo_mapping(Fixture *f, const char *name)
{
    Feed *feed;
    const char *source = getenv("HANSE_SOURCE");
    assert_non_null(source);
    assert_ok(f->cx, context_store_load(f->cx, f->contexts,
                                        arena_fmt(f->cx->arena, "%s/contexts", source)));
    assert_ok(f->cx, import_map_read(f->cx, f->contexts,
                                     arena_fmt(f->cx->arena, "%s/demo/%s", source, name), &feed));
    return feed;
}

static AggregatePeriod day_of(Fixture *f, const char *place)
{
    Entity entity;
    HistorySeries series;
    AggregatePeriod *periods;
    size_t count;
    Str id = arena_fmt(f->cx->arena, "urn:ngsi-ld:OffStreetParking:dortmund:%s", place);
    assert_ok(f->cx, entity_get(f->cx, id, &entity));
    HistorySeriesName name = {
        .tenant = entity.tenant,
        .id = entity.id,
        .key = entity.key,
        .attribute = S("https://smartdatamodels.org/dataModel.Parking/availableSpotNumber")};
    assert_ok(f->cx, history_series_get(f->cx, &name, &series));
    int64_t from_us = INT64_C(1654041600000000);
    AggregateSpec spec = {.methods = 1u << AGGREGATE_AVG | 1u << AGGREGATE_MIN |
                                     1u << AGGREGATE_MAX | 1u << AGGREGATE_TWA,
                          .from_us = from_us,
                          .to_us = from_us + TIME_DAY_US,
                          .now_us = from_us + 100 * TIME_DAY_US};
    assert_ok(f->cx, history_aggregate(f->cx, &series, HISTORY_ANY, &spec, &periods, &count));
    assert_int_equal(count, 1);
    return periods[0];
}

/* Counted, averaged and weighted by time with another program (doc/feeds.md says which day). */
static void the_car_parks_of_dortmund_have_the_known_figures(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *place;
        uint64_t count;
        double min, max, mean, twa;
    } WANT[] = {{"Friedensplatz", 171, 0, 413, 178.865, 245.949},
                {"Theater", 172, 135, 393, 251.488, 300.760},
                {"Hauptbahnhof", 188, 3, 325, 151.144, 192.983}};
    static const char *const HALVES[] = {"2020-h1", "2020-h2", "2021-h1", "2021-h2", "2022-h1"};
    ImportInput inputs[COUNT_OF(HALVES)] = {0};
    for (size_t i = 0; i < COUNT_OF(HALVES); i++)
        inputs[i].name =
            shared_file(f, arena_fmt(f->cx->arena, "city/dortmund-parking-%s.csv", HALVES[i]).p);
    const Feed *feed = demo_mapping(f, "dortmund/parking-series.json");
    assert_ok(f->cx, import(f, feed, inputs, COUNT_OF(inputs)));
    assert_counts(f, 108436, 108436, 0, 0);
    assert_int_equal(f->summary.counts.store.readings, 626443);
    assert_int_equal(f->summary.counts.entities, 17);
    for (size_t i = 0; i < COUNT_OF(WANT); i++) {
        AggregatePeriod day = day_of(f, WANT[i].place);
        assert_int_equal(day.count, WANT[i].count);
        assert_float_equal(day.min, WANT[i].min, 0);
        assert_float_equal(day.max, WANT[i].max, 0);
        assert_float_equal(day.mean, WANT[i].mean, 0.0005);
        assert_float_equal(day.twa, WANT[i].twa, 0.0005);
    }
    assert_ok(f->cx, import(f, feed, inputs, COUNT_OF(inputs)));
    assert_int_equal(f->summary.counts.store.readings, 0);
    assert_int_equal(f->summary.counts.store.known, 626443);
}

static void published_entities_are_taken_and_malformed_ones_refused(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *file;
        uint64_t rows, refused;
    } FILES[] = {{"ngsi-ld/smart-data-models.ndjson", 48, 0},
                 {"ngsi-ld/smart-data-models-odd-ids.ndjson", 6, 0},
                 {"ngsi-ld/smart-data-models-malformed.ndjson", 3, 3}};
    Str dir = shared_file(f, "ngsi-ld");
    assert_ok(f->cx, context_store_load(f->cx, f->contexts, dir));
    for (size_t i = 0; i < COUNT_OF(FILES); i++)
        for (int again = 0; again < 2; again++) {
            ImportInput input = {.name = shared_file(f, FILES[i].file)};
            assert_ok(f->cx, import(f, NULL, &input, 1));
            assert_counts(f, FILES[i].rows, FILES[i].rows - FILES[i].refused, 0, FILES[i].refused);
            assert_true((f->summary.counts.store.readings > 0) ==
                        (again == 0 && FILES[i].refused == 0));
        }
}

/* Every value of the file is there, missing ones and times of another zone apart. */
static void air_quality_and_traffic_are_read_as_their_mappings_say(void **state)
{
    Fixture *f = *state;
    ImportInput air = {.name = shared_file(f, "city/uci-air-quality.csv")};
    ImportInput traffic = {.name = shared_file(f, "city/metro-traffic-2016-2017.csv")};
    assert_ok(f->cx, import(f, demo_mapping(f, "feeds/air-quality-csv.json"), &air, 1));
    assert_counts(f, 9357, 9326, 31, 0);
    assert_int_equal(f->summary.counts.store.readings, 41088);
    assert_ok(f->cx, import(f, demo_mapping(f, "feeds/traffic-csv.json"), &traffic, 1));
    assert_counts(f, 19911, 19911, 0, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(bad_rows_are_listed_with_their_lines_and_good_ones_go_in),
        TEST(separators_are_found_and_progress_is_shown),
        TEST(a_file_without_its_columns_or_mapping_is_an_error),
        TEST(a_unit_that_the_store_refuses_is_taken_apart),
        TEST(json_is_cut_into_values_as_it_streams),
        TEST(a_value_that_is_too_large_costs_itself_alone),
        TEST(ngsi_ld_comes_as_one_as_a_list_and_in_lines),
        TEST(geojson_features_become_entities),
        TEST(an_import_waits_for_a_server_that_writes),
        TEST(the_car_parks_of_dortmund_have_the_known_figures),
        TEST(published_entities_are_taken_and_malformed_ones_refused),
        TEST(air_quality_and_traffic_are_read_as_their_mappings_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

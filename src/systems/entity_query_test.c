#include "systems/entity_query.h"

#include "db/test_db.h"
#include "systems/geo_store.h"

enum { ROOMS = 60 };

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
    ContextStore *store;
    const LdContext *core;
    Events events;
} Fixture;

static JsonValue parsed(Cx *cx, Str text)
{
    Json *json = arena_new(cx->arena, Json);
    assert_ok(cx, json_parse(cx, text, json));
    return json_root(json);
}

static void create(Fixture *f, Str text)
{
    EntityInput input;
    assert_ok(f->cx,
              entity_input_read(f->cx, f->core, parsed(f->cx, text), (InputOptions){0}, &input));
    assert_ok(f->cx, entity_create(f->cx, &input, &f->events));
}

/* Rooms with a rising number along a street, every third a hall as well, every tenth without a
 * place; and one car. */
static void create_city(Fixture *f)
{
    assert_ok(f->cx, db_begin(f->cx));
    for (int i = 0; i < ROOMS; i++) {
        Str place = i % 10 ? arena_fmt(f->cx->arena,
                                       ",\"location\":{\"type\":\"GeoProperty\",\"value\":"
                                       "{\"type\":\"Point\",\"coordinates\":[%.4f,51.5]}}",
                                       7 + i * 0.001)
                           : S("");
        create(f,
               arena_fmt(f->cx->arena,
                         "{\"id\":\"urn:room:%02d\",\"type\":%s,\"number\":%d,"
                         "\"scope\":\"/Town/%s\"%s%.*s}",
                         i, i % 3 ? "\"Room\"" : "[\"Room\",\"Hall\"]", i,
                         i % 2 ? "North" : "South", i == 7 ? ",\"lucky\":true" : "", SARG(place)));
    }
    create(f, S("{\"id\":\"urn:car:1\",\"type\":\"Car\",\"isIn\":{\"object\":\"urn:room:05\"}}"));
    assert_ok(f->cx, db_commit(f->cx));
}

static int setup(void **state, DbEngine engine)
{
    Fixture *f = calloc(1, sizeof *f);
    f->cx = test_cx_init(&f->t);
    test_db_open_on(f->cx, engine, &f->db);
    f->store = context_store_new();
    f->core = context_core(f->store);
    f->events.arena = f->cx->arena;
    create_city(f);
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
    context_store_free(f->store);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static uint64_t count(Fixture *f, const EntityFilter *filter)
{
    EntityResult result;
    EntityPage page = {.limit = 1000, .want_count = true};
    assert_ok(f->cx, entity_query(f->cx, filter, page, &result));
    assert_int_equal(result.total, result.count);
    assert_false(result.more);
    for (size_t i = 1; i < result.count; i++)
        assert_true(result.entities[i - 1].key.v < result.entities[i].key.v);
    return result.total;
}

static const Selection *types(Fixture *f, Str text)
{
    Selection *selection = arena_new(f->cx->arena, Selection);
    assert_ok(f->cx, type_selection_compile(f->cx, text, f->core, selection));
    return selection;
}

static const Query *query(Fixture *f, Str q)
{
    const Query *made;
    assert_ok(f->cx, query_compile(f->cx, q, (QueryOptions){.context = f->core}, &made));
    return made;
}

static const GeoQuery *geo(Fixture *f, Str georel, Str geometry, Str coordinates)
{
    const GeoQuery *made;
    assert_ok(f->cx, geo_query_compile(f->cx, georel, geometry, parsed(f->cx, coordinates),
                                       (Str){0}, &made));
    return made;
}

static void types_narrow(void **state)
{
    Fixture *f = *state;
    assert_int_equal(count(f, &(EntityFilter){0}), ROOMS + 1);
    assert_int_equal(count(f, &(EntityFilter){.types = types(f, S("*"))}), ROOMS + 1);
    assert_int_equal(count(f, &(EntityFilter){.types = types(f, S("Room"))}), ROOMS);
    assert_int_equal(count(f, &(EntityFilter){.types = types(f, S("Hall"))}), 20);
    assert_int_equal(count(f, &(EntityFilter){.types = types(f, S("Hall,Car"))}), 21);
    assert_int_equal(count(f, &(EntityFilter){.types = types(f, S("Room|Hall"))}), ROOMS);
    assert_int_equal(count(f, &(EntityFilter){.types = types(f, S("(Room;Hall)"))}), 20);
    assert_int_equal(count(f, &(EntityFilter){.types = types(f, S("(Room;Car)|Car"))}), 1);
    assert_int_equal(count(f, &(EntityFilter){.types = types(f, S("Tree"))}), 0);
}

static void ids_patterns_and_attributes_narrow(void **state)
{
    Fixture *f = *state;
    static const Str IDS[] = {S_INIT("urn:room:09"), S_INIT("urn:room:01"), S_INIT("urn:none"),
                              S_INIT("urn:room:01")};
    EntityFilter by_id = {.ids = IDS, .id_count = 4};
    assert_int_equal(count(f, &by_id), 2);
    by_id.types = types(f, S("Hall"));
    assert_int_equal(count(f, &by_id), 1);
    const Pattern *pattern;
    assert_ok(f->cx, pattern_compile(f->cx, S("room:.5$"), &pattern));
    assert_int_equal(count(f, &(EntityFilter){.id_pattern = pattern}), 6);
    Str lucky = context_expand(f->core, f->cx->arena, S("lucky"));
    assert_int_equal(count(f, &(EntityFilter){.attributes = &lucky, .attribute_count = 1}), 1);
}

static void queries_scopes_and_links_narrow(void **state)
{
    Fixture *f = *state;
    Selection scopes;
    assert_int_equal(count(f, &(EntityFilter){.query = query(f, S("number>=50"))}), 10);
    assert_int_equal(count(f, &(EntityFilter){.query = query(f, S("number==3..5|lucky"))}), 4);
    assert_int_equal(count(f, &(EntityFilter){.query = query(f, S("isIn{Room:number}==5"))}), 1);
    assert_int_equal(count(f, &(EntityFilter){.query = query(f, S("isIn{number}==6"))}), 0);
    assert_ok(f->cx, scope_query_compile(f->cx, S("/Town/North"), &scopes));
    assert_int_equal(count(f, &(EntityFilter){.scopes = &scopes}), ROOMS / 2);
    assert_ok(f->cx, scope_query_compile(f->cx, S("/Town/#"), &scopes));
    assert_int_equal(count(f, &(EntityFilter){.scopes = &scopes}), ROOMS);
}

static void places_narrow_by_their_boxes(void **state)
{
    Fixture *f = *state;
    /* 0.001 degrees of longitude at 51.5 north are 69.4 m. */
    EntityFilter near = {.geo = geo(f, S("near;maxDistance==100"), S("Point"), S("[7.025,51.5]"))};
    assert_int_equal(count(f, &near), 3);
    near.types = types(f, S("Room"));
    near.query = query(f, S("number!=25"));
    assert_int_equal(count(f, &near), 2);
    EntityFilter far = {.geo = geo(f, S("near;minDistance==100"), S("Point"), S("[7.025,51.5]"))};
    assert_int_equal(count(f, &far), 54 - 3);
    EntityFilter all = {
        .geo = geo(f, S("within"), S("Polygon"), S("[[[6,51],[8,51],[8,52],[6,52],[6,51]]]"))};
    assert_int_equal(count(f, &all), 54);
    assert_ok(f->cx, entity_remove(f->cx, S("urn:room:25"), &f->events));
    near.query = NULL;
    assert_int_equal(count(f, &near), 2);
    assert_ok(f->cx, db_prepare_all(f->cx, &GEO_STATEMENTS));
}

static void walk_pages(Fixture *f, const EntityFilter *filter, size_t limit, size_t expected)
{
    size_t seen = 0;
    int64_t last = 0;
    for (bool more = true; more;) {
        EntityResult result;
        EntityPage page = {.limit = limit, .offset = seen, .want_count = seen == 0};
        assert_ok(f->cx, entity_query(f->cx, filter, page, &result));
        assert_true(seen || result.total == expected);
        assert_true(result.count == limit || !result.more);
        for (size_t i = 0; i < result.count; i++) {
            assert_true(result.entities[i].key.v > last);
            last = result.entities[i].key.v;
        }
        seen += result.count;
        more = result.more;
    }
    assert_int_equal(seen, expected);
}

static void pages_hold_every_match_once(void **state)
{
    Fixture *f = *state;
    EntityFilter plain = {.types = types(f, S("Room"))};
    walk_pages(f, &plain, 7, ROOMS);
    walk_pages(f, &plain, 20, ROOMS);
    EntityFilter evaluated = {.query = query(f, S("number>=10"))};
    walk_pages(f, &evaluated, 7, ROOMS - 10);
    walk_pages(f, &evaluated, 25, ROOMS - 10);
    EntityResult result;
    EntityPage only_count = {.limit = 0, .want_count = true};
    assert_ok(f->cx, entity_query(f->cx, &evaluated, only_count, &result));
    assert_int_equal(result.count, 0);
    assert_int_equal(result.total, ROOMS - 10);
}

static void a_budget_of_rows_is_kept(void **state)
{
    Fixture *f = *state;
    EntityResult result;
    EntityPage page = {.limit = 5, .row_budget = 10};
    EntityFilter late = {.query = query(f, S("number>=50"))};
    assert_err(f->cx, ERR_LIMIT, "query.budget", entity_query(f->cx, &late, page, &result));
    EntityFilter early = {.query = query(f, S("number>=3"))};
    assert_ok(f->cx, entity_query(f->cx, &early, page, &result));
    assert_int_equal(result.count, 5);
}

static void selections_are_checked(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *text;
        bool scope;
    } WRONG[] = {{"", false},     {"A,", false},      {"A;", false},   {"(A;B", false},
                 {"(A|B", false}, {"(A|B;C)", false}, {"A)", false},   {"", true},
                 {"/a//b", true}, {"/a/#/b", true},   {"/a/b#", true}, {"/a b", true},
                 {"(/a;/b", true}};
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        Selection selection;
        Str text = str_from(WRONG[i].text);
        Err err = WRONG[i].scope ? scope_query_compile(f->cx, text, &selection)
                                 : type_selection_compile(f->cx, text, f->core, &selection);
        assert_err(f->cx, ERR_INVALID, WRONG[i].scope ? "select.scope" : "select.type", err);
    }
    /* Beyond the grammar of 4.17 and 4.19, but in use and not to be misunderstood. */
    Selection loose;
    assert_ok(f->cx, type_selection_compile(f->cx, S("(A|B)"), f->core, &loose));
    assert_int_equal(loose.count, 2);
    assert_ok(f->cx, scope_query_compile(f->cx, S("/a;/b,/c"), &loose));
    assert_int_equal(loose.count, 2);
    assert_int_equal(loose.groups[0].count, 2);
    assert_true(scope_covers(S("/Madrid/Gardens/#"), S("/Madrid/Gardens")));
    assert_true(scope_covers(S("/Madrid/Gardens/#"), S("/Madrid/Gardens/North/1")));
    assert_false(scope_covers(S("/Madrid/Gardens/#"), S("/Madrid")));
    assert_true(scope_covers(S("/Madrid/+/North"), S("/Madrid/Gardens/North")));
    assert_false(scope_covers(S("/Madrid/+/North"), S("/Madrid/North")));
    assert_false(scope_covers(S("/Madrid"), S("/Madrid/North")));
    assert_true(scope_covers(S("/#"), S("/x")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(types_narrow, teardown),
        TEST_ON_BOTH(ids_patterns_and_attributes_narrow, teardown),
        TEST_ON_BOTH(queries_scopes_and_links_narrow, teardown),
        TEST_ON_BOTH(places_narrow_by_their_boxes, teardown),
        TEST_ON_BOTH(pages_hold_every_match_once, teardown),
        TEST_ON_BOTH(a_budget_of_rows_is_kept, teardown),
        TEST_ON_SQLITE(selections_are_checked, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

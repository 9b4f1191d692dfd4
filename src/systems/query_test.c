#include "systems/query.h"

#include "base/test.h"

#include <stdlib.h>

/* '~' stands for the prefix of names without a context. */
static const char ENTITY[] =
    "{\"~speed\":{\"type\":\"Property\",\"value\":55.50,\"unitCode\":\"KMH\","
    "\"observedAt\":\"2022-06-01T10:00:00Z\",\"createdAt\":\"2022-01-01T00:00:00Z\","
    "\"modifiedAt\":\"2022-06-01T10:00:01.500Z\","
    "\"~accuracy\":{\"type\":\"Property\",\"value\":0.5,"
    "\"~source\":{\"type\":\"Property\",\"value\":\"gps\"}},"
    "\"~providedBy\":{\"type\":\"Relationship\",\"object\":\"urn:ngsi-ld:Person:1\"}},"
    "\"~count\":{\"type\":\"Property\",\"value\":0},"
    "\"~big\":{\"type\":\"Property\",\"value\":1e3},"
    "\"~brandName\":{\"type\":\"Property\",\"value\":\"Mercedes\"},"
    "\"~quote\":{\"type\":\"Property\",\"value\":\"a \\\"b\\\" \\u00fc\\\\\"},"
    "\"~ready\":{\"type\":\"Property\",\"value\":true},"
    "\"~nothing\":{\"type\":\"Property\",\"value\":null},"
    "\"~colors\":{\"type\":\"Property\",\"value\":[\"blue\",\"red\",\"green\"]},"
    "\"~levels\":{\"type\":\"Property\",\"value\":[1,2.0,30]},"
    "\"~address\":{\"type\":\"Property\",\"value\":{\"city\":\"Berlin\",\"no\":12,"
    "\"geo\":{\"lat\":52.5},\"tags\":[\"a\",\"b\"]}},"
    "\"~sensor\":{\"type\":\"Property\",\"value\":40,\"~rawdata\":{\"type\":\"Property\",\"value\":"
    "{\"airquality\":{\"particulate\":40,\"PM20\":85}}}},"
    "\"~isParked\":{\"type\":\"Relationship\",\"object\":\"urn:ngsi-ld:Parking:1\"},"
    "\"~neighbours\":{\"type\":\"Relationship\",\"object\":[\"urn:a:1\",\"urn:a:2\"]},"
    "\"~stops\":{\"type\":\"ListRelationship\",\"objectList\":[{\"object\":\"urn:s:1\"},"
    "{\"object\":\"urn:s:2\"}]},"
    "\"~name\":{\"type\":\"LanguageProperty\",\"languageMap\":{\"de\":\"Rathaus\","
    "\"en\":[\"town hall\",\"city hall\"]}},"
    "\"~category\":{\"type\":\"VocabProperty\",\"vocab\":\"~commercial\"},"
    "\"~tickets\":{\"type\":\"JsonProperty\",\"json\":{\"id\":\"x\",\"value\":\"late\"}},"
    "\"~route\":{\"type\":\"ListProperty\",\"valueList\":[1,\"two\",true]},"
    "\"~due\":{\"type\":\"Property\",\"value\":{\"@type\":\"DateTime\","
    "\"@value\":\"2022-12-24T12:00:00Z\"}},"
    "\"~born\":{\"type\":\"Property\",\"value\":{\"@type\":\"Date\",\"@value\":\"2000-02-29\"}},"
    "\"~opens\":{\"type\":\"Property\",\"value\":{\"@type\":\"Time\",\"@value\":\"08:30:00Z\"}},"
    "\"~stamp\":{\"type\":\"Property\",\"value\":\"2022-12-24T13:00:00.000Z\"},"
    "\"~temp\":[{\"type\":\"Property\",\"value\":10},{\"type\":\"Property\",\"value\":30,"
    "\"datasetId\":\"urn:d:2\",\"observedAt\":\"2022-06-02T00:00:00Z\"}],"
    "\"~empty\":{\"type\":\"Property\",\"value\":\"\"},"
    "\"https://schema.org/width\":{\"type\":\"Property\",\"value\":2}}";

typedef struct Case {
    const char *q;
    bool matches;
} Case;

static const Case CASES[] = {
    /* existence */
    {"speed", true},
    {"heading", false},
    {"!heading", true},
    {"!speed", false},
    {"speed.accuracy", true},
    {"speed.accuracy.source", true},
    {"speed.accuracy.nothing", false},
    {"speed.observedAt", true},
    {"count.observedAt", false},
    {"address[city]", true},
    {"address[street]", false},
    {"nothing", true},
    {"isParked", true},
    {"name[de]", true},
    {"name[fr]", false},
    {"name[*]", true},
    /* numbers */
    {"speed==55.5", true},
    {"speed==55.50", true},
    {"speed==5.55e1", true},
    {"speed==55", false},
    {"speed!=55", true},
    {"speed!=55.5", false},
    {"speed>55", true},
    {"speed>55.5", false},
    {"speed>=55.5", true},
    {"speed<55.6", true},
    {"speed<=55.5", true},
    {"speed<-1", false},
    {"count==0", true},
    {"count==-0", true},
    {"count>-1", true},
    {"big==1000", true},
    {"speed.accuracy==0.5", true},
    {"speed.accuracy>0.5", false},
    {"sensor==40", true},
    {"sensor.rawdata[airquality.particulate]==40", true},
    {"sensor.rawdata[airquality.PM20]>80", true},
    {"sensor[airquality.particulate]==40", false},
    {"address[no]>=12", true},
    {"address[geo.lat]<53", true},
    {"address[geo.lat.deg]", false},
    {"https://schema.org/width==2", true},
    /* types that differ */
    {"speed==\"55.5\"", false},
    {"speed!=\"55.5\"", true},
    {"speed>\"a\"", false},
    {"brandName>5", false},
    {"brandName==5", false},
    {"brandName!=5", true},
    {"ready==1", false},
    {"ready==\"true\"", false},
    {"nothing==0", false},
    {"nothing!=0", true},
    {"address==\"Berlin\"", false},
    {"address!=\"Berlin\"", true},
    {"heading!=5", false},
    /* texts */
    {"brandName==\"Mercedes\"", true},
    {"brandName==\"mercedes\"", false},
    {"brandName!=\"Opel\"", true},
    {"brandName>\"Audi\"", true},
    {"brandName<\"Audi\"", false},
    {"brandName==Mercedes", true},
    {"empty==\"\"", true},
    {"empty!=\"\"", false},
    {"quote==\"a \\\"b\\\" \xC3\xBC\\\\\"", true},
    {"quote==\"a \\\"b\\\" \\u00fc\\\\\"", true},
    {"address[city]==\"Berlin\"", true},
    {"address[city]!=\"Berlin\"", false},
    {"address[city]>=\"B\"", true},
    {"speed.unitCode==\"KMH\"", true},
    {"speed.accuracy.source==\"gps\"", true},
    /* booleans */
    {"ready==true", true},
    {"ready==false", false},
    {"ready!=false", true},
    {"ready==true,false", true},
    /* lists and ranges */
    {"brandName==\"Opel\",\"Mercedes\"", true},
    {"brandName==\"Opel\",\"Audi\"", false},
    {"brandName!=\"Opel\",\"Audi\"", true},
    {"brandName!=\"Opel\",\"Mercedes\"", false},
    {"speed==1,55.5,\"x\"", true},
    {"speed==50..60", true},
    {"speed==55.5..55.5", true},
    {"speed==56..60", false},
    {"speed!=56..60", true},
    {"speed!=50..60", false},
    {"brandName==\"M\"..\"N\"", true},
    {"brandName!=1..2", true},
    {"speed==-100..-1", false},
    {"speed==1e1..1e2", true},
    /* arrays */
    {"colors==\"red\"", true},
    {"colors==\"black\"", false},
    {"colors!=\"black\"", true},
    {"colors!=\"red\"", false},
    {"colors==\"black\",\"red\"", true},
    {"colors!=\"black\",\"red\"", false},
    {"levels==2", true},
    {"levels==20..40", true},
    {"levels>1", false},
    {"address[tags]==\"b\"", true},
    {"route==\"two\"", true},
    {"route==true", true},
    {"route!=5", true},
    /* dates and times */
    {"speed.observedAt==2022-06-01T10:00:00Z", true},
    {"speed.observedAt==2022-06-01T10:00:00.000Z", true},
    {"speed.observedAt>=2022-06-01T10:00:00.001Z", false},
    {"speed.observedAt>2017-12-24T12:00:00Z", true},
    {"speed.observedAt>\"2017-12-24T12:00:00Z\"", true},
    {"speed.observedAt==\"2022-06-01T10:00:00.0Z\"", true},
    {"speed.observedAt==2022-01-01T00:00:00Z..2022-12-31T00:00:00Z", true},
    {"speed.observedAt==2022-07-01T00:00:00Z..2022-12-31T00:00:00Z", false},
    {"speed.modifiedAt>2022-06-01T10:00:01Z", true},
    {"speed.createdAt<2022-01-02T00:00:00Z", true},
    {"due==2022-12-24T12:00:00Z", true},
    {"due<2022-12-25T00:00:00Z", true},
    {"due[@value]==2022-12-24T12:00:00Z", true},
    {"due>2022-12-24", false},
    {"born==2000-02-29", true},
    {"born<2001-01-01", true},
    {"opens>08:00:00Z", true},
    {"opens==08:00:00Z..09:00:00Z", true},
    {"opens<08:30:00Z", false},
    {"stamp==2022-12-24T13:00:00Z", true},
    {"createdAt>=2022-01-01T00:00:00Z", true},
    {"modifiedAt>\"2020-01-01T00:00:00Z\"", true},
    {"modifiedAt<\"2020-01-01T00:00:00Z\"", false},
    {"expiresAt", false},
    /* relationships */
    {"isParked==\"urn:ngsi-ld:Parking:1\"", true},
    {"isParked==urn:ngsi-ld:Parking:1", true},
    {"isParked==urn:ngsi-ld:Parking:2", false},
    {"isParked!=urn:ngsi-ld:Parking:2", true},
    {"isParked>\"urn:a\"", false},
    {"isParked~=\"Parking\"", false},
    {"isParked!~=\"x\"", false},
    {"isParked[object]", false},
    {"neighbours==urn:a:2", true},
    {"neighbours!=urn:a:2", false},
    {"neighbours!=urn:a:3", true},
    {"neighbours==urn:a:3,urn:a:1", true},
    {"stops==\"urn:s:2\"", true},
    {"stops!=\"urn:s:2\"", false},
    {"speed.providedBy==urn:ngsi-ld:Person:1", true},
    /* languages */
    {"name==\"Rathaus\"", true},
    {"name==\"city hall\"", true},
    {"name[de]==\"Rathaus\"", true},
    {"name[en]==\"Rathaus\"", false},
    {"name[en]==\"city hall\"", true},
    {"name[*]==\"town hall\"", true},
    {"name[de]!=\"x\"", true},
    {"name[en]!=\"city hall\"", false},
    {"name[*]!=\"Rathaus\"", false},
    {"name[*]!=\"x\"", true},
    {"name~=\"^Rat\"", true},
    {"name[en]~=\"hall$\"", true},
    {"name!~=\"hall$\"", false},
    {"name[fr]!=\"x\"", false},
    /* vocabulary, JSON */
    {"category==commercial", false},
    {"category==https://uri.etsi.org/ngsi-ld/default-context/commercial", true},
    {"tickets[value]==\"late\"", true},
    {"tickets[value]!=\"late\"", false},
    /* patterns */
    {"brandName~=\"^Mer\"", true},
    {"brandName~=^Mer.*s$", true},
    {"brandName~=(Opel|Mercedes)", true},
    {"brandName~=\"d;e\"", false},
    {"brandName!~=\"^Opel\"", true},
    {"brandName!~=\"^Mer\"", false},
    {"speed~=\"5\"", false},
    {"speed!~=\"5\"", false},
    {"quote~=\"\xC3\xBC\\\\\\\\$\"", true},
    {"quote~=\"\\\"b\\\"\"", true},
    {"brandName~=\"\\w{8}\"", true},
    {"address[city]~=lin$", true},
    /* several instances */
    {"temp==10", true},
    {"temp==30", true},
    {"temp==20", false},
    {"temp>25", true},
    {"temp>35", false},
    {"temp.datasetId==\"urn:d:2\"", true},
    {"temp.observedAt>2022-06-01T00:00:00Z", true},
    /* logic */
    {"speed>50;brandName!=\"Opel\"", true},
    {"speed>50;brandName==\"Opel\"", false},
    {"speed>90|brandName==\"Mercedes\"", true},
    {"speed>90|brandName==\"Opel\"", false},
    {"speed>90|count==0;ready==true", true},
    {"(speed>90|count==0);ready==false", false},
    {"count==0|speed>90;ready==false", true},
    {"((speed>50|rpm>3000);brandName==\"Mercedes\")", true},
    /* each term for itself: 30 is one instance, 10 the other */
    {"(temp>=20;temp<=25)|speed<=10", true},
    {"(levels>=20;levels<=25)|speed<=10", false},
    {"(speed>50)", true},
    {"!heading;speed>25", true},
    {"(((speed>50)))|x", true},
    {"x|y|z|speed", true},
    {"x;speed|y;speed|ready==true;speed<56", true},
};

typedef struct Fixture {
    TestCx t;
    ContextStore *store;
    QueryOptions options;
    Entity entity;
} Fixture;

static const Str TYPES[] = {S_INIT("https://uri.etsi.org/ngsi-ld/default-context/Vehicle")};

static void set_doc(Fixture *f, const char *text)
{
    Buf buf = buf_new(&f->t.arena, 1 << 20);
    for (const char *p = text; *p; p++)
        if (*p == '~')
            buf_put(&buf, S(LD_DEFAULT_PREFIX));
        else
            buf_char(&buf, *p);
    assert_ok(&f->t.cx, json_parse(&f->t.cx, buf_str(&buf), &f->entity.doc));
}

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    test_cx_init(&f->t);
    f->store = context_store_new();
    f->options.context = context_core(f->store);
    f->entity = (Entity){.id = S("urn:ngsi-ld:Vehicle:1"),
                         .types = TYPES,
                         .type_count = 1,
                         .created_us = INT64_C(1640995200000000),
                         .modified_us = INT64_C(1654041600000000)};
    set_doc(f, ENTITY);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    context_store_free(f->store);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static bool matches(Fixture *f, const char *q)
{
    const Query *query;
    QueryRun run = {.arena = &f->t.arena, .steps = QUERY_STEPS_MAX};
    Cx *cx = &f->t.cx;
    Err err = query_compile(cx, str_from(q), f->options, &query);
    if (err)
        fprintf(stderr, "# %s\n", q);
    assert_ok(cx, err);
    return query_matches(query, &f->entity, &run);
}

static void every_expression_is_answered(void **state)
{
    Fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        if (matches(f, CASES[i].q) == CASES[i].matches)
            continue;
        fprintf(stderr, "# %s should %smatch\n", CASES[i].q, CASES[i].matches ? "" : "not ");
        assert_true(false);
    }
    assert_true(COUNT_OF(CASES) >= 120);
}

static void wrong_expressions_name_the_place(void **state)
{
    static const struct {
        const char *q, *place;
    } WRONG[] = {
        {"", "character 1:"},
        {"==5", "character 1:"},
        {"speed=5", "character 6:"},
        {"speed==", "character 8:"},
        {"speed>", "character 7:"},
        {"speed>4..5", "character 8:"},
        {"speed>1,2", "character 8:"},
        {"speed==1..\"a\"", "character 8:"},
        {"speed==1..2,3", "character 12:"},
        {"speed>true", "character 7:"},
        {"speed==5;", "character 10:"},
        {"speed==5|", "character 10:"},
        {";speed", "character 1:"},
        {"(speed==5", "character 10:"},
        {"speed==5)", "character 9:"},
        {"speed==\"x", "character 10:"},
        {"speed==\"\\q\"", "character 8:"},
        {"speed==01", "character 8:"},
        {"speed==2022-13-01", "character 8:"},
        {"speed==2022-06-01T25:00:00Z", "character 8:"},
        {"speed==+5", "character 8:"},
        {"speed[a", "character 8:"},
        {"speed[]", "character 7:"},
        {"speed[a]]", "character 9:"},
        {"speed[a][b]", "character 9:"},
        {"speed..x", "character 7:"},
        {"speed.", "character 7:"},
        {"a b", "character 2:"},
        {"speed==5 ", "character 8:"},
        {"rel{name", "character 9:"},
        {"rel{}", "character 5:"},
        {"rel{A:}", "character 7:"},
        {"5==5", "character 1:"},
        {"name~=", "character 7:"},
        {"!(speed)", "character 2:"},
        {"speed!5", "character 6:"},
    };
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        const Query *query = NULL;
        Err err = query_compile(cx, str_from(WRONG[i].q), f->options, &query);
        if (err == ERR_INVALID && strcmp(cx->error->key, "query.syntax") == 0 &&
            str_find(cx->error->detail, str_from(WRONG[i].place)) >= 0)
            continue;
        fprintf(stderr, "# %s: %s %.*s\n", WRONG[i].q, err_name(err), SARG(cx->error->detail));
        assert_true(false);
    }
    const Query *query;
    assert_err(cx, ERR_INVALID, "pattern.syntax",
               query_compile(cx, S("name~=\"a(\""), f->options, &query));
    assert_err(cx, ERR_INVALID, "query.syntax",
               query_compile(cx, S("a==\"\xFF\""), f->options, &query));
}

static void too_complex_expressions_are_refused(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    const Query *query;
    Buf many = buf_new(cx->arena, 1 << 20);
    for (int i = 0; i <= QUERY_TERMS_MAX; i++)
        buf_put(&many, S("a;"));
    buf_char(&many, 'a');
    assert_err(cx, ERR_LIMIT, "query.complex",
               query_compile(cx, buf_str(&many), f->options, &query));
    Buf deep = buf_new(cx->arena, 1 << 20);
    for (int i = 0; i <= QUERY_DEPTH_MAX; i++)
        buf_char(&deep, '(');
    assert_err(cx, ERR_LIMIT, "query.complex",
               query_compile(cx, buf_str(&deep), f->options, &query));
    assert_err(cx, ERR_LIMIT, "query.complex",
               query_compile(cx, S("a.b.c.d.e.f.g.h.i.j.k"), f->options, &query));
    assert_err(cx, ERR_LIMIT, "query.complex",
               query_compile(cx, S("a{b{c{d{e{f{g}}}}}}"), f->options, &query));
}

static void values_become_iris_where_that_is_asked(void **state)
{
    Fixture *f = *state;
    f->options.expand_values = S("brandName,category");
    assert_true(matches(f, "category==commercial"));
    assert_true(matches(f, "category==\"commercial\""));
    assert_false(matches(f, "category==private"));
    assert_false(matches(f, "brandName==\"Mercedes\""));
    const Query *query;
    f->options.expand_values = S("a b");
    assert_err(&f->t.cx, ERR_INVALID, "query.syntax",
               query_compile(&f->t.cx, S("a"), f->options, &query));
}

typedef struct City {
    Fixture *f;
    Entity parking, owner;
} City;

static bool find_in_city(void *user, Str id, Entity *ret)
{
    City *city = user;
    if (str_eq(id, S("urn:ngsi-ld:Parking:1")))
        *ret = city->parking;
    else if (str_eq(id, S("urn:ngsi-ld:Owner:1")))
        *ret = city->owner;
    else
        return false;
    return true;
}

static bool matches_linked(City *city, const char *q)
{
    const Query *query;
    Fixture *f = city->f;
    QueryRun run = {
        .arena = &f->t.arena, .steps = QUERY_STEPS_MAX, .find = find_in_city, .user = city};
    assert_ok(&f->t.cx, query_compile(&f->t.cx, str_from(q), f->options, &query));
    assert_true(query_has_links(query));
    return query_matches(query, &f->entity, &run);
}

static void relationships_are_followed(void **state)
{
    Fixture *f = *state;
    City city = {.f = f};
    Entity vehicle = f->entity;
    set_doc(f, "{\"~name\":{\"type\":\"Property\",\"value\":\"Downtown\"},"
               "\"~ownedBy\":{\"type\":\"Relationship\",\"object\":\"urn:ngsi-ld:Owner:1\"}}");
    city.parking = f->entity;
    set_doc(f, "{\"~age\":{\"type\":\"Property\",\"value\":40}}");
    city.owner = f->entity;
    f->entity = vehicle;
    assert_true(matches_linked(&city, "isParked{name}==\"Downtown\""));
    assert_true(matches_linked(&city, "isParked{Vehicle:name}==\"Downtown\""));
    assert_true(matches_linked(&city, "isParked{House,Vehicle:name}==\"Downtown\""));
    assert_false(matches_linked(&city, "isParked{House:name}==\"Downtown\""));
    assert_true(matches_linked(&city, "isParked{ownedBy{age}}>=40"));
    assert_false(matches_linked(&city, "isParked{ownedBy{age}}>40"));
    assert_false(matches_linked(&city, "neighbours{name}"));
    assert_true(matches_linked(&city, "!neighbours{name}"));
}

static void a_spent_budget_ends_the_evaluation(void **state)
{
    Fixture *f = *state;
    const Query *query;
    QueryRun run = {.arena = &f->t.arena, .steps = 1};
    assert_ok(&f->t.cx, query_compile(&f->t.cx, S("x|y|z|speed"), f->options, &query));
    assert_false(query_matches(query, &f->entity, &run));
    assert_true(run.steps < 0);
}

static void evaluation_does_not_allocate(void **state)
{
    Fixture *f = *state;
    const Query *query;
    Arena none;
    arena_init(&none, 0, 0);
    assert_ok(&f->t.cx, query_compile(&f->t.cx,
                                      S("speed>50;brandName~=\"^Mer\";colors==\"red\";"
                                        "speed.observedAt>2022-01-01T00:00:00Z;name[de]"),
                                      f->options, &query));
    int64_t begin_us = clock_mono_us();
    for (int i = 0; i < 20000; i++) {
        QueryRun run = {.arena = &none, .steps = QUERY_STEPS_MAX};
        assert_true(query_matches(query, &f->entity, &run));
    }
    print_message("# one evaluation of five terms: %lld ns\n",
                  (long long)(clock_mono_us() - begin_us) / 20);
    assert_int_equal(none.used_bytes, 0);
    arena_done(&none);
}

static void attributes_are_listed_once(void **state)
{
    Fixture *f = *state;
    const Query *query;
    Str names[4];
    assert_ok(&f->t.cx,
              query_compile(&f->t.cx, S("a>1;(b|a.c==2);rel{x};createdAt"), f->options, &query));
    assert_int_equal(query_attributes(query, names, 4), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_expression_is_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_expressions_name_the_place, setup, teardown),
        cmocka_unit_test_setup_teardown(too_complex_expressions_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(values_become_iris_where_that_is_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(relationships_are_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_spent_budget_ends_the_evaluation, setup, teardown),
        cmocka_unit_test_setup_teardown(evaluation_does_not_allocate, setup, teardown),
        cmocka_unit_test_setup_teardown(attributes_are_listed_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

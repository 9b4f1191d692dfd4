#include "api/ngsi_ld_temporal.h"

#include "api/route_test.h"

static const Route ROUTES[] = {
#define ROUTE ROUTE_ROW
#include "api/ngsi_ld_routes.def"
#include "api/ngsi_ld_temporal_routes.def"
#undef ROUTE
};

#define TEMPORAL "/ngsi-ld/v1/temporal/entities"

static int setup(void **state, DbEngine engine)
{
    RouteTest *f = calloc(1, sizeof *f);
    route_test_open(f, engine, ROUTES, COUNT_OF(ROUTES));
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
    route_test_done(*state);
    free(*state);
    return 0;
}

static const char VEHICLE[] =
    "{'id':'urn:v:1','type':'Vehicle',"
    "'speed':[{'type':'Property','value':120,'observedAt':'2020-08-01T12:03:00Z'},"
    "{'type':'Property','value':80,'observedAt':'2020-08-01T12:05:00Z'},"
    "{'type':'Property','value':100,'observedAt':'2020-08-01T12:07:00Z'}],"
    "'fuelLevel':[{'type':'Property','value':67,'observedAt':'2020-08-01T12:03:00Z'},"
    "{'type':'Property','value':53,'observedAt':'2020-08-01T13:05:00Z'},"
    "{'type':'Property','value':40,'observedAt':'2020-08-01T14:07:00Z','unitCode':'P1',"
    "'accuracy':{'type':'Property','value':0.5}}],"
    "'isIn':[{'type':'Relationship','object':'urn:p:1','observedAt':'2020-08-01T12:03:00Z'}]}";

static void a_history_is_created_and_read(void **state)
{
    RouteTest *f = *state;
    assert_answer(f, 201, "POST", TEMPORAL, VEHICLE);
    assert_str("/ngsi-ld/v1/temporal/entities/urn:v:1", route_header(f, S("Location")));
    assert_int_equal(f->events.count, 1); /* the newest values only */
    assert_answer(f, 200, "GET", "/ngsi-ld/v1/entities/urn:v:1?options=keyValues", NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle','speed':100,'fuelLevel':40,"
                   "'isIn':'urn:p:1'}");
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?options=temporalValues&attrs=speed,isIn", NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle',"
                   "'speed':{'type':'Property','values':[[120,'2020-08-01T12:03:00Z'],"
                   "[80,'2020-08-01T12:05:00Z'],[100,'2020-08-01T12:07:00Z']]},"
                   "'isIn':{'type':'Relationship','objects':[['urn:p:1',"
                   "'2020-08-01T12:03:00Z']]}}");
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?attrs=fuelLevel&lastN=1", NULL);
    assert_true(body_has(f, "\"fuelLevel\":[{\"type\":\"Property\",\"value\":40,"));
    assert_true(body_has(f, "\"unitCode\":\"P1\""));
    assert_true(body_has(f, "\"accuracy\":{\"type\":\"Property\",\"value\":0.5}"));
    assert_true(body_has(f, "\"instanceId\":\"urn:ngsi-ld:Instance:"));
    assert_false(body_has(f, "createdAt"));
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?options=sysAttrs", NULL);
    assert_true(body_has(f, "createdAt"));
    assert_answer(f, 404, "GET", TEMPORAL "/urn:v:none", NULL);
    assert_answer(f, 400, "GET", TEMPORAL "/none", NULL);
}

static void older_instances_stay_behind_the_current_value(void **state)
{
    RouteTest *f = *state;
    assert_answer(f, 201, "POST", TEMPORAL, VEHICLE);
    assert_answer(f, 204, "POST", TEMPORAL,
                  "{'id':'urn:v:1','type':'Vehicle','speed':[{'type':'Property','value':1,"
                  "'observedAt':'2020-08-01T12:00:00Z'}]}");
    assert_int_equal(f->events.count, 0);
    assert_answer(f, 204, "POST", TEMPORAL "/urn:v:1/attrs",
                  "{'speed':[{'type':'Property','value':2,'observedAt':'2020-08-01T12:01:00Z'},"
                  "{'type':'Property','value':99,'observedAt':'2020-08-02T12:00:00Z'}]}");
    assert_int_equal(f->events.count, 1);
    assert_answer(f, 200, "GET", "/ngsi-ld/v1/entities/urn:v:1?options=keyValues&attrs=speed",
                  NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle','speed':99}");
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?format=temporalValues&attrs=speed", NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle','speed':{'type':'Property','values':["
                   "[1,'2020-08-01T12:00:00Z'],[2,'2020-08-01T12:01:00Z'],"
                   "[120,'2020-08-01T12:03:00Z'],[80,'2020-08-01T12:05:00Z'],"
                   "[100,'2020-08-01T12:07:00Z'],[99,'2020-08-02T12:00:00Z']]}}");
    assert_answer(f, 404, "POST", TEMPORAL "/urn:v:2/attrs",
                  "{'speed':[{'type':'Property','value':2}]}");
    assert_answer(f, 400, "POST", TEMPORAL, "{'type':'Vehicle'}");
    assert_answer(f, 400, "POST", TEMPORAL, "[1]");
}

static void windows_and_aggregates(void **state)
{
    RouteTest *f = *state;
    assert_answer(f, 201, "POST", TEMPORAL, VEHICLE);
    assert_answer(f, 200, "GET",
                  TEMPORAL "/urn:v:1?options=temporalValues&attrs=speed&timerel=between"
                           "&timeAt=2020-08-01T12:03:00Z&endTimeAt=2020-08-01T12:05:00Z",
                  NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle','speed':{'type':'Property','values':["
                   "[120,'2020-08-01T12:03:00Z']]}}");
    assert_answer(f, 200, "GET",
                  TEMPORAL "/urn:v:1?options=aggregatedValues&aggrMethods=max,min&attrs=fuelLevel,"
                           "speed&aggrPeriodDuration=P1D&timerel=after&timeAt=2020-08-01T12:03:00Z",
                  NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle','speed':{'type':'Property','min':[[80,"
                   "'2020-08-01T12:03:00Z','2020-08-02T12:03:00Z']],'max':[[120,"
                   "'2020-08-01T12:03:00Z','2020-08-02T12:03:00Z']]},'fuelLevel':{'type':"
                   "'Property','min':[[40,'2020-08-01T12:03:00Z','2020-08-02T12:03:00Z']],"
                   "'max':[[67,'2020-08-01T12:03:00Z','2020-08-02T12:03:00Z']]}}");
    assert_answer(f, 200, "GET",
                  TEMPORAL "/urn:v:1?options=aggregatedValues&aggrMethods=avg&attrs=fuelLevel"
                           "&aggrPeriodDuration=PT1H&timerel=between&timeAt=2020-08-01T12:03:00Z"
                           "&endTimeAt=2020-08-01T20:00:00Z",
                  NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle','fuelLevel':{'type':'Property','avg':["
                   "[67,'2020-08-01T12:03:00Z','2020-08-01T13:03:00Z'],"
                   "[53,'2020-08-01T13:03:00Z','2020-08-01T14:03:00Z'],"
                   "[40,'2020-08-01T14:03:00Z','2020-08-01T15:03:00Z']]}}");
    static const char *const WRONG[] = {
        TEMPORAL "/urn:v:1?timerel=after",
        TEMPORAL "/urn:v:1?timerel=during&timeAt=2020-08-01T12:03:00Z",
        TEMPORAL "/urn:v:1?timerel=between&timeAt=2020-08-01T12:03:00Z",
        TEMPORAL "/urn:v:1?timerel=after&timeAt=yesterday",
        TEMPORAL "/urn:v:1?timeproperty=bornAt",
        TEMPORAL "/urn:v:1?lastN=0",
        TEMPORAL "/urn:v:1?options=aggregatedValues",
        TEMPORAL "/urn:v:1?options=aggregatedValues&aggrMethods=median",
        TEMPORAL "/urn:v:1?options=aggregatedValues&aggrMethods=min&aggrPeriodDuration=1D",
        TEMPORAL "/urn:v:1?options=temporalValues,aggregatedValues&aggrMethods=min",
        TEMPORAL "?type=Vehicle",
        TEMPORAL "?timerel=after&timeAt=2020-08-01T12:03:00Z",
    };
    for (size_t i = 0; i < COUNT_OF(WRONG); i++)
        assert_answer(f, 400, "GET", WRONG[i], NULL);
}

static void deletions_are_told(void **state)
{
    RouteTest *f = *state;
    assert_answer(f, 201, "POST", TEMPORAL, VEHICLE);
    assert_answer(f, 204, "DELETE", "/ngsi-ld/v1/entities/urn:v:1/attrs/speed", NULL);
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?timeproperty=deletedAt", NULL);
    assert_true(body_has(f, "\"speed\":[{\"type\":\"Property\",\"value\":\"urn:ngsi-ld:null\""));
    assert_true(body_has(f, "\"deletedAt\":\"2022-06-01T00:00:00Z\""));
    assert_false(body_has(f, "fuelLevel"));
    assert_answer(f, 204, "DELETE", "/ngsi-ld/v1/entities/urn:v:1", NULL);
    assert_answer(f, 404, "GET", "/ngsi-ld/v1/entities/urn:v:1", NULL);
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?options=temporalValues&attrs=speed&lastN=9",
                  NULL);
    assert_true(body_has(f, "\"type\":\"Vehicle\"") && body_has(f, "120"));
}

/* Twelve hours of two attributes. */
static void create_long(RouteTest *f, const char *id)
{
    Buf buf = buf_new(f->cx->arena, 1 << 16);
    buf_fmt(&buf, "{'id':'%s','type':'Vehicle'", id);
    for (int attribute = 0; attribute < 2; attribute++) {
        buf_fmt(&buf, ",'a%d':[", attribute);
        for (int hour = 0; hour < 12; hour++)
            buf_fmt(&buf, "%s{'type':'Property','value':%d,'observedAt':'2020-08-01T%02d:00:00Z'}",
                    hour ? "," : "", hour, hour);
        buf_char(&buf, ']');
    }
    buf_put(&buf, S("}\0"));
    assert_answer(f, 201, "POST", TEMPORAL, buf.p);
}

static void long_answers_are_cut_at_one_instant(void **state)
{
    RouteTest *f = *state;
    create_long(f, "urn:v:1");
    f->services.temporal_page = 9;
    assert_answer(f, 206, "GET", TEMPORAL "/urn:v:1?options=temporalValues", NULL);
    assert_str("date-time 2020-08-01T00:00:00Z-2020-08-01T03:00:00Z/*",
               route_header(f, S("Content-Range")));
    assert_true(body_has(f, "[3,\"2020-08-01T03:00:00Z\"]]},\"a1\""));
    assert_answer(f, 206, "GET",
                  TEMPORAL "/urn:v:1?options=temporalValues&timerel=after"
                           "&timeAt=2020-08-01T03:00:01Z",
                  NULL);
    assert_str("date-time 2020-08-01T03:00:01Z-2020-08-01T07:00:00Z/*",
               route_header(f, S("Content-Range")));
    assert_answer(f, 200, "GET",
                  TEMPORAL "/urn:v:1?options=temporalValues&timerel=after"
                           "&timeAt=2020-08-01T08:00:00Z",
                  NULL);
    assert_answer(f, 206, "GET", TEMPORAL "/urn:v:1?options=temporalValues&lastN=10", NULL);
    assert_str("date-time 2020-08-01T11:00:00Z-2020-08-01T08:00:00Z/10",
               route_header(f, S("Content-Range")));
    assert_answer(f, 206, "GET",
                  TEMPORAL "/urn:v:1?options=temporalValues&lastN=10&timerel=before"
                           "&timeAt=2020-08-01T06:30:00Z",
                  NULL);
    assert_str("date-time 2020-08-01T06:30:00Z-2020-08-01T03:00:00Z/10",
               route_header(f, S("Content-Range")));
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?options=temporalValues&lastN=4", NULL);
}

#define WINDOW "&timerel=between&timeAt=2020-08-01T02:00:00Z&endTimeAt=2020-08-01T05:00:00Z"

static void histories_are_forgotten_and_corrected(void **state)
{
    RouteTest *f = *state;
    assert_answer(f, 404, "DELETE", TEMPORAL "/urn:v:1", NULL);
    assert_answer(f, 400, "DELETE", TEMPORAL "/nix", NULL);
    assert_answer(f, 201, "POST", TEMPORAL, VEHICLE);
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?attrs=isIn", NULL);
    Str body = arena_copy(f->cx->arena, f->body);
    ptrdiff_t at = str_find(body, S("urn:ngsi-ld:Instance:"));
    assert_true(at > 0);
    Str id = str_from_index(body, (size_t)at);
    id = str_slice(id, 0, (size_t)str_find_char(id, '"'));
    Str url = arena_fmt(f->cx->arena, TEMPORAL "/urn:v:1/attrs/isIn/%.*s", SARG(id));
    Str wrong = arena_fmt(f->cx->arena, TEMPORAL "/urn:v:1/attrs/speed/%.*s", SARG(id));
    assert_answer(f, 404, "DELETE", wrong.p, NULL);
    assert_answer(f, 400, "PATCH", url.p, "{'speed':[{'type':'Property','value':1}]}");
    assert_answer(f, 204, "PATCH", url.p,
                  "{'isIn':[{'type':'Relationship','object':'urn:p:2',"
                  "'observedAt':'2020-08-01T12:03:00Z'}]}");
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?options=temporalValues&attrs=isIn", NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle','isIn':{'type':'Relationship',"
                   "'objects':[['urn:p:2','2020-08-01T12:03:00Z']]}}");
    assert_answer(f, 204, "DELETE", url.p, NULL);
    assert_answer(f, 404, "DELETE", url.p, NULL);
    assert_answer(f, 204, "DELETE", TEMPORAL "/urn:v:1/attrs/speed", NULL);
    assert_answer(f, 404, "DELETE", TEMPORAL "/urn:v:1/attrs/speed", NULL);
    assert_answer(f, 404, "GET", TEMPORAL "/urn:v:1?attrs=speed", NULL);
    assert_answer(f, 204, "DELETE", TEMPORAL "/urn:v:1", NULL);
    assert_answer(f, 404, "GET", TEMPORAL "/urn:v:1", NULL);
    /* What the entity is now stays; its history begins anew. */
    assert_answer(f, 200, "GET", "/ngsi-ld/v1/entities/urn:v:1", NULL);
    assert_answer(f, 201, "POST", TEMPORAL, VEHICLE);
}

static void queries_are_taken_from_a_body(void **state)
{
    static const char QUERY[] = "/ngsi-ld/v1/temporal/entityOperations/query";
    RouteTest *f = *state;
    assert_answer(f, 201, "POST", TEMPORAL, VEHICLE);
    assert_answer(f, 200, "POST", "/ngsi-ld/v1/temporal/entityOperations/query?options=simplified",
                  "{'type':'Query','entities':[{'type':'Bus'},{'type':'Vehicle'}],"
                  "'attrs':['speed'],'temporalQ':{'timerel':'after',"
                  "'timeAt':'2020-08-01T12:00:00Z','lastN':1}}");
    assert_body(f, "[{'id':'urn:v:1','type':'Vehicle','speed':{'type':'Property',"
                   "'values':[[100,'2020-08-01T12:07:00Z']]}}]");
    assert_answer(f, 200, "POST", QUERY,
                  "{'type':'Query','entities':[{'type':'Vehicle'}],'pick':['speed'],"
                  "'temporalQ':{'timerel':'between','timeAt':'2020-08-01T12:00:00Z',"
                  "'endTimeAt':'2020-08-01T13:00:00Z'},'aggrParams':{'aggrMethods':['max']}}");
    assert_body(f, "[{'speed':{'type':'Property','max':[[120,'2020-08-01T12:00:00Z',"
                   "'2020-08-01T13:00:00Z']]}}]");
    assert_answer(f, 200, "POST", QUERY,
                  "{'type':'Query','entities':[{'id':'urn:v:2','type':'Vehicle'}],"
                  "'temporalQ':{'timerel':'before','timeAt':'2030-01-01T00:00:00Z'}}");
    assert_body(f, "[]");
    assert_answer(f, 400, "POST", QUERY, "{'type':'Query','entities':[{'type':'Vehicle'}]}");
    assert_answer(f, 400, "POST", QUERY,
                  "{'type':'Query','entities':[{'type':'Vehicle'}],'temporalQ':{'timerel':'after',"
                  "'timeAt':'2020-08-01T12:00:00Z','lastN':0}}");
    assert_answer(f, 422, "POST", QUERY,
                  "{'type':'Query','entities':[{'id':'urn:a:1'},{'id':'urn:a:2'}],"
                  "'temporalQ':{'timerel':'after','timeAt':'2020-08-01T12:00:00Z'}}");
}

static void queries_look_at_the_window(void **state)
{
    RouteTest *f = *state;
    create_long(f, "urn:v:1");
    create_long(f, "urn:v:2");
    assert_answer(f, 201, "POST", TEMPORAL,
                  "{'id':'urn:v:3','type':'Vehicle','a0':[{'type':'Property','value':50,"
                  "'observedAt':'2020-08-01T03:00:00Z'}],'location':[{'type':'GeoProperty','value':"
                  "{'type':'Point','coordinates':[7,51]},'observedAt':'2020-08-01T03:00:00Z'}]}");
    assert_answer(f, 201, "POST", TEMPORAL,
                  "{'id':'urn:v:4','type':'Vehicle','a0':[{'type':'Property','value':3,"
                  "'observedAt':'2021-08-01T03:00:00Z'}]}");
    assert_answer(f, 200, "GET", TEMPORAL "?type=Vehicle&count=true&attrs=a0" WINDOW, NULL);
    assert_str("3", route_header(f, S("NGSILD-Results-Count")));
    assert_false(body_has(f, "urn:v:4"));
    assert_false(body_has(f, "T01:00") || body_has(f, "T05:00"));
    assert_answer(f, 200, "GET", TEMPORAL "?type=Vehicle&q=a0==11" WINDOW, NULL);
    assert_body(f, "[]"); /* 11 was, but later */
    assert_answer(f, 200, "GET", TEMPORAL "?type=Vehicle&q=a0>40|a1==4&count=true" WINDOW, NULL);
    assert_str("3", route_header(f, S("NGSILD-Results-Count")));
    assert_answer(f, 200, "GET", TEMPORAL "?type=Vehicle&q=!a1&options=temporalValues" WINDOW,
                  NULL);
    assert_true(body_has(f, "urn:v:3") && !body_has(f, "urn:v:1"));
    assert_answer(f, 200, "GET",
                  TEMPORAL "?georel=near;maxDistance==10&geometry=Point&coordinates=[7,51]"
                           "&options=temporalValues" WINDOW,
                  NULL);
    assert_true(body_has(f, "urn:v:3") && !body_has(f, "urn:v:1"));
    assert_answer(f, 200, "GET", TEMPORAL "?type=Vehicle&limit=1&offset=1" WINDOW, NULL);
    assert_true(body_has(f, "urn:v:2") && !body_has(f, "urn:v:1"));
    bool linked = false;
    for (size_t i = 0; i < f->header_count; i++)
        linked |= str_find(f->headers[i].value, S("offset=0>; rel=\"prev\"")) > 0 &&
                  str_find(f->headers[i].value, S("offset=2>; rel=\"next\"")) > 0;
    assert_true(linked);
    assert_answer(f, 403, "GET", TEMPORAL "?type=Vehicle&limit=5000" WINDOW, NULL);
}

static void all_kinds_in_both_representations(void **state)
{
    RouteTest *f = *state;
    assert_answer(
        f, 201, "POST", TEMPORAL,
        "{'id':'urn:v:1','type':'Vehicle',"
        "'street':[{'type':'LanguageProperty','languageMap':{'fr':'Grand Place'},"
        "'observedAt':'2020-08-01T12:03:00Z'}],"
        "'parking':[{'type':'JsonProperty','json':{'value':1},"
        "'observedAt':'2020-08-01T12:03:00Z'}],"
        "'kind':[{'type':'VocabProperty','vocab':'monument','observedAt':'2020-08-01T12:03:00Z'}],"
        "'speed':[{'type':'Property','value':60,'datasetId':'urn:d:1',"
        "'observedAt':'2020-09-01T12:05:00Z'},{'type':'Property','value':62,'datasetId':'urn:d:1',"
        "'observedAt':'2020-09-01T12:15:00Z'},{'type':'Property','value':80,'datasetId':'urn:d:2',"
        "'observedAt':'2020-09-01T12:05:00Z'}]}");
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?options=temporalValues", NULL);
    assert_body(f, "{'id':'urn:v:1','type':'Vehicle',"
                   "'street':{'type':'LanguageProperty','languageMaps':[[{'languageMap':"
                   "{'fr':'Grand Place'}},'2020-08-01T12:03:00Z']]},"
                   "'parking':{'type':'JsonProperty','jsons':[[{'json':{'value':1}},"
                   "'2020-08-01T12:03:00Z']]},"
                   "'kind':{'type':'VocabProperty','vocabs':[[{'vocab':'monument'},"
                   "'2020-08-01T12:03:00Z']]},"
                   "'speed':[{'type':'Property','datasetId':'urn:d:1','values':["
                   "[60,'2020-09-01T12:05:00Z'],[62,'2020-09-01T12:15:00Z']]},"
                   "{'type':'Property','datasetId':'urn:d:2','values':["
                   "[80,'2020-09-01T12:05:00Z']]}]}");
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?attrs=speed&datasetId=urn:d:2", NULL);
    assert_true(body_has(f, "80") && !body_has(f, "62"));
    assert_answer(f, 200, "GET", TEMPORAL "/urn:v:1?attrs=kind", NULL);
    assert_true(body_has(f, "\"kind\":[{\"type\":\"VocabProperty\",\"vocab\":\"monument\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_history_is_created_and_read, teardown),
        TEST_ON_BOTH(older_instances_stay_behind_the_current_value, teardown),
        TEST_ON_BOTH(windows_and_aggregates, teardown),
        TEST_ON_BOTH(deletions_are_told, teardown),
        TEST_ON_BOTH(long_answers_are_cut_at_one_instant, teardown),
        TEST_ON_BOTH(histories_are_forgotten_and_corrected, teardown),
        TEST_ON_BOTH(queries_are_taken_from_a_body, teardown),
        TEST_ON_BOTH(queries_look_at_the_window, teardown),
        TEST_ON_BOTH(all_kinds_in_both_representations, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

#include "api/ngsi_ld_subscription.h"

#include "api/route_test.h"
#include "systems/subscription_store.h"

static const Route ROUTES[] = {
#define ROUTE ROUTE_ROW
#include "api/ngsi_ld_routes.def"
#include "api/ngsi_ld_subscription_routes.def"
#undef ROUTE
};

#define SUBSCRIPTIONS "/ngsi-ld/v1/subscriptions"
#define ENTITIES "/ngsi-ld/v1/entities"
#define ENDPOINT "'endpoint':{'uri':'http://127.0.0.1:9/in'}"

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

static void subscriptions_are_created_shown_changed_and_removed(void **state)
{
    RouteTest *f = *state;
    assert_ok(f->cx, db_prepare_all(f->cx, &SUBSCRIPTION_STATEMENTS));
    assert_answer(f, 201, "POST", SUBSCRIPTIONS,
                  "{'id':'urn:s:1','type':'Subscription','entities':[{'type':'Room,Hall'}],"
                  "'watchedAttributes':['temp'],'q':'temp>20','notification':{"
                  "'attributes':['temp'],'format':'keyValues',"
                  "'endpoint':{'uri':'http://127.0.0.1:9/in','accept':'application/json',"
                  "'receiverInfo':[{'key':'X-Key','value':'secret'}]}}}");
    assert_str("/ngsi-ld/v1/subscriptions/urn:s:1", route_header(f, S("Location")));
    assert_int_equal(f->events.count, 1);
    assert_answer(f, 409, "POST", SUBSCRIPTIONS,
                  "{'id':'urn:s:1','type':'Subscription','entities':[{'type':'Room'}],"
                  "'notification':{" ENDPOINT "}}");
    assert_answer(f, 200, "GET", SUBSCRIPTIONS "/urn:s:1", NULL);
    assert_body(f, "{'id':'urn:s:1','type':'Subscription','entities':[{'type':'Room,Hall'}],"
                   "'watchedAttributes':['temp'],'q':'temp>20','notification':{"
                   "'attributes':['temp'],'format':'keyValues',"
                   "'endpoint':{'uri':'http://127.0.0.1:9/in','accept':'application/json',"
                   "'receiverInfo':[{'key':'X-Key','value':'secret'}]},"
                   "'timesSent':0,'timesFailed':0},'status':'active'}");
    assert_answer(f, 204, "PATCH", SUBSCRIPTIONS "/urn:s:1", "{'isActive':false,'q':null}");
    assert_answer(f, 200, "GET", SUBSCRIPTIONS "/urn:s:1", NULL);
    assert_true(body_has(f, "\"status\":\"paused\"") && !body_has(f, "temp>20"));
    assert_answer(f, 400, "PATCH", SUBSCRIPTIONS "/urn:s:1",
                  "{'expiresAt':'2020-01-01T00:00:00Z'}");
    assert_answer(f, 400, "PATCH", SUBSCRIPTIONS "/urn:s:1", "{'notification':{}}");
    assert_answer(f, 201, "POST", SUBSCRIPTIONS,
                  "{'type':'Subscription','watchedAttributes':['x'],'notification':{" ENDPOINT
                  "}}");
    assert_true(str_starts(route_header(f, S("Location")),
                           S("/ngsi-ld/v1/subscriptions/urn:ngsi-ld:Subscription:")));
    assert_answer(f, 200, "GET", SUBSCRIPTIONS "?limit=1&count=true", NULL);
    assert_str("2", route_header(f, S("NGSILD-Results-Count")));
    assert_answer(f, 204, "DELETE", SUBSCRIPTIONS "/urn:s:1", NULL);
    assert_answer(f, 404, "DELETE", SUBSCRIPTIONS "/urn:s:1", NULL);
    assert_answer(f, 404, "GET", SUBSCRIPTIONS "/urn:s:1", NULL);
    assert_answer(f, 404, "PATCH", SUBSCRIPTIONS "/urn:s:1", "{'isActive':true}");
    assert_answer(f, 400, "GET", SUBSCRIPTIONS "/none", NULL);
}

static void wrong_ones_are_refused(void **state)
{
    RouteTest *f = *state;
    static const struct {
        int status;
        const char *members;
    } WRONG[] = {
        {400, "'notification':{" ENDPOINT "}"},
        {400, "'entities':[],'notification':{" ENDPOINT "}"},
        {400, "'entities':[{'id':'urn:a:1'}],'notification':{" ENDPOINT "}"},
        {400, "'entities':[{'type':'A','id':'x'}],'notification':{" ENDPOINT "}"},
        {400, "'entities':[{'type':'A','idPattern':'('}],'notification':{" ENDPOINT "}"},
        {400, "'entities':[{'type':'A'}]"},
        {400, "'entities':[{'type':'A'}],'notification':{'endpoint':{'uri':'ftp://x/y'}}"},
        {400, "'entities':[{'type':'A'}],'notification':{'endpoint':{'uri':'x'}}"},
        {400, "'entities':[{'type':'A'}],'notification':{'format':'short'," ENDPOINT "}"},
        {400, "'entities':[{'type':'A'}],'notification':{'attributes':[]," ENDPOINT "}"},
        {400, "'entities':[{'type':'A'}],'q':'a=','notification':{" ENDPOINT "}"},
        {400, "'entities':[{'type':'A'}],'geoQ':{},'notification':{" ENDPOINT "}"},
        {400, "'entities':[{'type':'A'}],'throttling':0,'notification':{" ENDPOINT "}"},
        {400, "'entities':[{'type':'A'}],'isActive':1,'notification':{" ENDPOINT "}"},
        {400, "'entities':[{'type':'A'}],'expiresAt':'2020-01-01T00:00:00Z',"
              "'notification':{" ENDPOINT "}"},
        {400,
         "'entities':[{'type':'A'}],'notificationTrigger':['x'],'notification':{" ENDPOINT "}"},
        {400, "'entities':[{'type':'A'}],'notification':{'endpoint':{'uri':'http://a/','accept':"
              "'text/plain'}}"},
        {400, "'entities':[{'type':'A'}],'notification':{'endpoint':{'uri':'http://a/',"
              "'receiverInfo':[{'key':'X','value':'a\\r\\nY: b'}]}}"},
        {422, "'entities':[{'type':'A'}],'timeInterval':5,'notification':{" ENDPOINT "}"},
        {422, "'entities':[{'type':'A'}],'notification':{'endpoint':{'uri':'mqtt://a/b'}}"},
        {422, "'entities':[{'type':'A'}],'notification':{'join':'flat'," ENDPOINT "}"},
        {504,
         "'entities':[{'type':'A'}],'jsonldContext':'http://none/c','notification':{" ENDPOINT "}"},
    };
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        Str body = arena_fmt(f->cx->arena, "{'type':'Subscription',%s}", WRONG[i].members);
        assert_answer(f, WRONG[i].status, "POST", SUBSCRIPTIONS, body.p);
    }
    assert_answer(f, 400, "POST", SUBSCRIPTIONS,
                  "{'type':'Thing','entities':[{'type':'A'}],'notification':{" ENDPOINT "}}");
}

static void subscribe(RouteTest *f, const char *id, const char *members)
{
    Str body = arena_fmt(f->cx->arena,
                         "{'id':'urn:s:%s','type':'Subscription',%s,'notification':{" ENDPOINT "}}",
                         id, members);
    assert_answer(f, 201, "POST", SUBSCRIPTIONS, body.p);
}

/* The short ids of the subscriptions that the last write is told to, in order. */
static Str told(RouteTest *f, const SubscriptionSet *set)
{
    static const char *const ORDER[] = {"any",   "type", "id",   "watch", "q",   "geo",
                                        "scope", "new",  "gone", "less",  "off", "both"};
    const Notification *list;
    Buf buf = buf_new(f->cx->arena, 1000);
    bool seen[COUNT_OF(ORDER)] = {false};
    for (const Event *event = f->events.first; event; event = event->next) {
        if (event->kind != &ENTITY_CHANGED)
            continue;
        size_t count = subscription_match(f->cx, set, event->data, &list);
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < COUNT_OF(ORDER); k++)
                if (str_eq(str_from_index(list[i].subscription->id, 6), str_from(ORDER[k]))) {
                    assert_false(seen[k]);
                    seen[k] = true;
                }
    }
    for (size_t k = 0; k < COUNT_OF(ORDER); k++)
        if (seen[k])
            buf_fmt(&buf, "%s ", ORDER[k]);
    return buf_str(&buf);
}

static void changes_are_matched(void **state)
{
    RouteTest *f = *state;
    SubscriptionSet *set;
    subscribe(f, "any", "'watchedAttributes':['temp','name','place']");
    subscribe(f, "type", "'entities':[{'type':'Room'},{'type':'Hall'}]");
    subscribe(f, "id", "'entities':[{'type':'Room','idPattern':':2$'}]");
    subscribe(f, "watch", "'entities':[{'type':'Room'}],'watchedAttributes':['temp']");
    subscribe(f, "q", "'entities':[{'type':'Room'}],'q':'temp>25'");
    subscribe(f, "geo",
              "'entities':[{'type':'Room'}],'geoQ':{'georel':'near;maxDistance==100',"
              "'geometry':'Point','coordinates':[7,51]}");
    subscribe(f, "scope", "'entities':[{'type':'Room'}],'scopeQ':'/Town/#'");
    subscribe(f, "new", "'entities':[{'type':'Room'}],'notificationTrigger':['entityCreated']");
    subscribe(f, "gone", "'entities':[{'type':'Room'}],'notificationTrigger':['entityDeleted']");
    subscribe(f, "less",
              "'entities':[{'type':'Room'}],"
              "'notificationTrigger':['attributeDeleted']");
    subscribe(f, "off", "'entities':[{'type':'Room'}],'isActive':false");
    subscribe(f, "both", "'entities':[{'type':'(Room;Hall)'}]");
    assert_ok(f->cx, subscription_set_read(f->cx, f->contexts, &set));
    assert_int_equal(subscription_set_count(set), 12);
    assert_answer(f, 201, "POST", ENTITIES,
                  "{'id':'urn:r:1','type':'Room','temp':20,'scope':'/Town/North','location':"
                  "{'type':'Point','coordinates':[7,51]}}");
    assert_str("any type watch geo scope new ", told(f, set));
    assert_answer(f, 204, "PATCH", ENTITIES "/urn:r:1", "{'temp':30}");
    assert_str("any type watch q geo scope ", told(f, set));
    assert_answer(f, 204, "PATCH", ENTITIES "/urn:r:1", "{'name':'x'}");
    assert_str("any type q geo scope ", told(f, set));
    assert_answer(f, 204, "DELETE", ENTITIES "/urn:r:1/attrs/name", NULL);
    assert_str("less ", told(f, set));
    assert_answer(f, 204, "DELETE", ENTITIES "/urn:r:1", NULL);
    assert_str("gone ", told(f, set));
    assert_answer(f, 201, "POST", ENTITIES, "{'id':'urn:r:2','type':['Room','Hall'],'temp':1}");
    assert_str("any type id watch new both ", told(f, set));
    assert_answer(f, 201, "POST", ENTITIES, "{'id':'urn:c:2','type':'Car','temp':1}");
    assert_str("any ", told(f, set));
    subscription_set_free(set);
}

static void check_message(RouteTest *f, const char *notification, const char *write,
                          const char *expected)
{
    SubscriptionSet *set;
    const Notification *list;
    Str body = arena_fmt(f->cx->arena,
                         "{'id':'urn:s:1','type':'Subscription','entities':[{'type':'Room'}],"
                         "'notificationTrigger':['entityUpdated','entityDeleted'],"
                         "'notification':{%s}}",
                         notification);
    assert_answer(f, 201, "POST", SUBSCRIPTIONS, body.p);
    assert_ok(f->cx, subscription_set_read(f->cx, f->contexts, &set));
    assert_answer(f, 201, "POST", ENTITIES,
                  "{'id':'urn:r:1','type':'Room','temp':20,'name':'x',"
                  "'location':{'type':'Point','coordinates':[7,51]}}");
    assert_answer(f, 204, write[0] == '{' ? "PATCH" : "DELETE",
                  write[0] == '{' ? ENTITIES "/urn:r:1" : write, write[0] == '{' ? write : NULL);
    assert_int_equal(f->events.count, 1);
    assert_int_equal(subscription_match(f->cx, set, f->events.first->data, &list), 1);
    Buf buf = buf_new(f->cx->arena, 1 << 16);
    notification_put(&buf, f->cx->arena, &list[0], S("urn:n:1"), cx_now_us(f->cx));
    f->body = buf_str(&buf);
    assert_body(f, expected);
    subscription_set_free(set);
    assert_answer(f, 204, "DELETE", SUBSCRIPTIONS "/urn:s:1", NULL);
    if (str_eq(str_from(write), S(ENTITIES "/urn:r:1")))
        return;
    assert_answer(f, 204, "DELETE", ENTITIES "/urn:r:1", NULL);
}

#define HEAD                                                                                       \
    "'id':'urn:n:1','type':'Notification','subscriptionId':'urn:s:1',"                             \
    "'notifiedAt':'2022-06-01T00:00:00Z',"

static void messages_have_the_form_that_was_asked_for(void **state)
{
    RouteTest *f = *state;
    check_message(f, "'format':'keyValues','attributes':['temp']," ENDPOINT, "{'temp':21}",
                  "{" HEAD "'data':[{'id':'urn:r:1','type':'Room','temp':21}]}");
    check_message(f, "'omit':['location','name']," ENDPOINT, "{'temp':21}",
                  "{" HEAD "'data':[{'id':'urn:r:1','type':'Room','temp':{'type':'Property',"
                  "'value':21}}]}");
    check_message(f,
                  "'format':'concise','pick':['id','temp'],'endpoint':{'uri':'http://a/',"
                  "'accept':'application/ld+json'}",
                  "{'temp':21}",
                  "{" HEAD "'@context':'" LD_CORE_URL "','data':[{'id':'urn:r:1','temp':21}]}");
    check_message(f, "'attributes':['temp','name']," ENDPOINT, ENTITIES "/urn:r:1/attrs/temp",
                  "{" HEAD "'data':[{'id':'urn:r:1','type':'Room','name':{'type':'Property',"
                  "'value':'x'},'temp':'urn:ngsi-ld:null'}]}");
    check_message(f,
                  "'attributes':['temp'],'endpoint':{'uri':'http://a/','accept':"
                  "'application/geo+json'}",
                  "{'temp':21}",
                  "{" HEAD "'data':{'type':'FeatureCollection','features':[{'id':'urn:r:1',"
                  "'type':'Feature','geometry':{'type':'Point','coordinates':[7,51]},"
                  "'properties':{'type':'Room','temp':{'type':'Property','value':21}}}]}}");
    check_message(f, ENDPOINT, ENTITIES "/urn:r:1",
                  "{" HEAD "'data':[{'id':'urn:r:1','type':'Room',"
                  "'deletedAt':'2022-06-01T00:00:00Z'}]}");
}

static void counters_are_added_up(void **state)
{
    RouteTest *f = *state;
    subscribe(f, "any", "'watchedAttributes':['a']");
    DeliveryCount counts[] = {{TENANT_DEFAULT, S("urn:s:any"), 3, 0, 1000000, 1000000, 0},
                              {TENANT_DEFAULT, S("urn:s:any"), 1, 1, 2000000, 0, 2000000}};
    assert_ok(f->cx, subscription_add_counts(f->cx, counts, 2));
    assert_answer(f, 200, "GET", SUBSCRIPTIONS "/urn:s:any", NULL);
    assert_true(body_has(f, "\"status\":\"failed\",\"timesSent\":4,\"timesFailed\":1,"
                            "\"lastNotification\":\"1970-01-01T00:00:02Z\","
                            "\"lastSuccess\":\"1970-01-01T00:00:01Z\","
                            "\"lastFailure\":\"1970-01-01T00:00:02Z\""));
}

static void ten_thousand_subscriptions_do_not_slow_a_change(void **state)
{
    RouteTest *f = *state;
    SubscriptionSet *set;
    const Notification *list;
    assert_ok(f->cx, db_begin(f->cx));
    for (int i = 0; i < 10000; i++) {
        Str id = arena_fmt(f->cx->arena, "urn:s:%d", i);
        Str doc = arena_fmt(f->cx->arena,
                            "{\"type\":\"Subscription\",\"entities\":[{\"type\":\"T%d\"}],\"q\":"
                            "\"temp>%d\",\"notification\":{\"endpoint\":{\"uri\":"
                            "\"http://127.0.0.1/\"}}}",
                            i / 10, i % 10);
        assert_ok(f->cx, subscription_insert(f->cx, TENANT_DEFAULT, id, doc,
                                             context_json(context_core(f->contexts))));
    }
    assert_ok(f->cx, db_commit(f->cx));
    assert_ok(f->cx, subscription_set_read(f->cx, f->contexts, &set));
    assert_answer(f, 201, "POST", ENTITIES, "{'id':'urn:r:1','type':'T500','temp':5}");
    int64_t begin_us = clock_mono_us();
    for (int i = 0; i < 1000; i++)
        assert_int_equal(subscription_match(f->cx, set, f->events.first->data, &list), 5);
    print_message("# one change against 10000 subscriptions: %lld ns\n",
                  (long long)(clock_mono_us() - begin_us));
    assert_true(clock_mono_us() - begin_us < 1000000);
    subscription_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(subscriptions_are_created_shown_changed_and_removed, teardown),
        TEST_ON_SQLITE(wrong_ones_are_refused, teardown),
        TEST_ON_BOTH(changes_are_matched, teardown),
        TEST_ON_SQLITE(messages_have_the_form_that_was_asked_for, teardown),
        TEST_ON_BOTH(counters_are_added_up, teardown),
        TEST_ON_SQLITE(ten_thousand_subscriptions_do_not_slow_a_change, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

/* The routes of the NGSI-LD face on a real store, without a server: each request runs decode,
 * apply in a savepoint, and encode, as the program does. */
#include "api/ngsi_ld.h"
#include "api/problem.h"
#include "core/actor.h"
#include "core/event.h"
#include "db/test_db.h"

static const Route ROUTES[] = {
#define ROUTE(how, where, reads, whose, needs, decode_fn, apply_fn, encode_fn, bytes, text)        \
    {.method = how,                                                                                \
     .path = where,                                                                                \
     .kind = ROUTE_##reads,                                                                        \
     .face = FACE_##whose,                                                                         \
     .permission = MAY_##needs,                                                                    \
     .decode = decode_fn,                                                                          \
     .apply = apply_fn,                                                                            \
     .encode = encode_fn,                                                                          \
     .body_max = bytes,                                                                            \
     .help = text},
#include "api/ngsi_ld_routes.def"
#undef ROUTE
};

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
    ContextStore *contexts;
    NgsiLdServices services;
} Fixture;

static int setup_sqlite(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    f->cx = test_cx_init(&f->t);
    test_db_open(f->cx, &f->db);
    f->contexts = context_store_new();
    assert_ok(f->cx, context_store_add(f->cx, f->contexts, S("http://e.org/room.jsonld"),
                                       S("{\"@context\":{\"Room\":\"http://e.org/Room\","
                                         "\"temp\":\"http://e.org/temperature\"}}")));
    f->services = (NgsiLdServices){.contexts = f->contexts};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    test_db_done(&f->db);
    context_store_free(f->contexts);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

/* ---- A request and its answer ---- */

typedef struct Ask {
    const char *method, *target, *body; /* ' stands for " in the body */
    const char *type, *accept, *link, *tenant, *prefer;
} Ask;

typedef struct Answer {
    int status;
    Str body;
    Str type, link, location, count;
    Str next, prev; /* Link headers of pages */
} Answer;

static Str quoted(Cx *cx, const char *text)
{
    char *copy = arena_cstr(cx->arena, str_from(text));
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return str_from(copy);
}

static bool path_fits(Call *call, Str pattern, Str path)
{
    call->param_count = 0;
    while (pattern.p && path.p) {
        Str want = str_cut(&pattern, '/'), have = str_cut(&path, '/');
        if (want.n && want.p[0] == '{')
            call->params[call->param_count++] = have;
        else if (!str_eq(want, have))
            return false;
    }
    return !pattern.p && !path.p;
}

static const Route *route_for(Call *call)
{
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++)
        if (str_eq(str_from(ROUTES[i].method), call->http->method) &&
            path_fits(call, str_from(ROUTES[i].path), call->http->path))
            return &ROUTES[i];
    fprintf(stderr, "# no route for %.*s %.*s\n", SARG(call->http->method), SARG(call->http->path));
    abort();
}

static Err run_apply(Call *call)
{
    Events events = {.arena = call->cx->arena};
    if (!call->route->apply)
        return OK;
    if (call->route->kind == ROUTE_READ)
        return call->route->apply(call, call->cx, NULL);
    /* Twice, as the writer may: the first time is rolled back. */
    assert_ok(call->cx, db_begin(call->cx));
    assert_ok(call->cx, db_savepoint(call->cx));
    Err err = call->route->apply(call, call->cx, &events);
    assert_ok(call->cx, db_rollback_to(call->cx));
    if (err == OK) {
        events = (Events){.arena = call->cx->arena};
        err = call->route->apply(call, call->cx, &events);
        assert_int_equal(err, OK);
    }
    assert_ok(call->cx, db_commit(call->cx));
    return err;
}

static Err run(Call *call)
{
    TRY(call->route->decode ? call->route->decode(call) : OK);
    TRY(run_apply(call));
    return call->route->encode ? call->route->encode(call) : OK;
}

static Str header_of(const Call *call, Str name)
{
    for (size_t i = 0; i < call->header_count; i++)
        if (str_eq_nocase(call->headers[i].name, name))
            return call->headers[i].value;
    return (Str){NULL, 0};
}

/* The Link header that says rel="...". */
static Str page_link_of(const Call *call, Str rel)
{
    for (size_t i = 0; i < call->header_count; i++)
        if (str_eq(call->headers[i].name, S("Link")) && str_find(call->headers[i].value, rel) >= 0)
            return call->headers[i].value;
    return (Str){NULL, 0};
}

static Answer ask_with(Fixture *f, Ask ask)
{
    HttpHeader headers[5];
    size_t n = 0;
    HttpRequest http = {.method = str_from(ask.method), .target = str_from(ask.target)};
    Str rest = http.target;
    http.path = str_cut(&rest, '?');
    http.query = rest;
    if (ask.body) {
        http.body = quoted(f->cx, ask.body);
        headers[n++] =
            (HttpHeader){S("content-type"), str_from(ask.type ? ask.type : "application/json")};
    }
    if (ask.accept)
        headers[n++] = (HttpHeader){S("accept"), str_from(ask.accept)};
    if (ask.link)
        headers[n++] = (HttpHeader){S("link"), quoted(f->cx, ask.link)};
    if (ask.tenant)
        headers[n++] = (HttpHeader){S("ngsild-tenant"), str_from(ask.tenant)};
    if (ask.prefer)
        headers[n++] = (HttpHeader){S("prefer"), str_from(ask.prefer)};
    http.headers = headers;
    http.header_count = n;
    Call call = {.cx = f->cx,
                 .http = &http,
                 .services = &f->services,
                 .status = 200,
                 .body = buf_new(f->cx->arena, CALL_BODY_MAX)};
    call.route = route_for(&call);
    if (run(&call) != OK) {
        call.header_count = 0;
        problem_encode(&call, f->cx->error);
    }
    return (Answer){.status = call.status,
                    .body = buf_str(&call.body),
                    .type = header_of(&call, S("Content-Type")),
                    .link = header_of(&call, S("Link")),
                    .location = header_of(&call, S("Location")),
                    .count = header_of(&call, S("NGSILD-Results-Count")),
                    .next = page_link_of(&call, S("rel=\"next\"")),
                    .prev = page_link_of(&call, S("rel=\"prev\""))};
}

#define ask(f, ...) ask_with(f, (Ask){__VA_ARGS__})

#define assert_status(expected, answer)                                                            \
    do {                                                                                           \
        Answer answer_ = (answer);                                                                 \
        if (answer_.status != (expected))                                                          \
            fprintf(stderr, "# %d: %.*s\n", answer_.status, SARG(answer_.body));                   \
        assert_int_equal(answer_.status, expected);                                                \
    } while (0)

#define assert_problem(f, expected, type_name, ...)                                                \
    do {                                                                                           \
        Answer problem_ = ask(f, __VA_ARGS__);                                                     \
        assert_status(expected, problem_);                                                         \
        assert_str("application/json", problem_.type);                                             \
        if (str_find(problem_.body, S(type_name)) < 0)                                             \
            fprintf(stderr, "# %.*s\n", SARG(problem_.body));                                      \
        assert_true(str_find(problem_.body, S(type_name)) >= 0);                                   \
    } while (0)

#define assert_body(f, expected, answer) assert_str_equal(quoted((f)->cx, expected), (answer).body)

#define BASE "/ngsi-ld/v1"
#define ROOM BASE "/entities/urn:ngsi-ld:Room:1"
#define ROOM_CONTEXT                                                                               \
    "<http://e.org/room.jsonld>; rel='http://www.w3.org/ns/json-ld#context'; "                     \
    "type='application/ld+json'"

static void room(Fixture *f)
{
    assert_status(201, ask(f, "POST", BASE "/entities",
                           "{'id':'urn:ngsi-ld:Room:1','type':'Room','temp':21.50}",
                           .link = ROOM_CONTEXT));
}

/* ---- Entities ---- */

static void an_entity_is_created_and_shown_by_the_context_that_is_asked_for(void **state)
{
    Fixture *f = *state;
    Answer answer = ask(f, "POST", BASE "/entities",
                        "{'id':'urn:ngsi-ld:Room:1','type':'Room','temp':21.50,"
                        "'@context':['http://e.org/room.jsonld']}",
                        .type = "application/ld+json; charset=utf-8");
    assert_status(201, answer);
    assert_str(BASE "/entities/urn:ngsi-ld:Room:1", answer.location);
    assert_int_equal(answer.body.n, 0);
    answer = ask(f, "GET", ROOM);
    assert_status(200, answer);
    assert_str("application/json", answer.type);
    assert_str_equal(quoted(f->cx, "<" LD_CORE_URL ">; rel='http://www.w3.org/ns/json-ld#context'; "
                                   "type='application/ld+json'"),
                     answer.link);
    assert_body(f,
                "{'id':'urn:ngsi-ld:Room:1','type':'http://e.org/Room',"
                "'http://e.org/temperature':{'type':'Property','value':21.50}}",
                answer);
    answer = ask(f, "GET", ROOM "?options=keyValues", .link = ROOM_CONTEXT,
                 .accept = "application/ld+json");
    assert_str("application/ld+json", answer.type);
    assert_null(answer.link.p);
    assert_body(f,
                "{'id':'urn:ngsi-ld:Room:1','type':'Room','temp':21.50,"
                "'@context':['http://e.org/room.jsonld','" LD_CORE_URL "']}",
                answer);
    answer = ask(f, "GET", ROOM "?format=concise&pick=id,temp", .link = ROOM_CONTEXT);
    assert_str_equal(quoted(f->cx, ROOM_CONTEXT), answer.link);
    assert_body(f, "{'id':'urn:ngsi-ld:Room:1','temp':21.50}", answer);
    answer = ask(f, "GET", ROOM, .accept = "application/geo+json", .prefer = "body=json");
    assert_str("application/geo+json", answer.type);
    assert_true(str_starts(answer.body, S("{\"id\":\"urn:ngsi-ld:Room:1\",\"type\":\"Feature\"")));
    assert_non_null(answer.link.p);
}

static void what_is_wrong_with_a_request_has_its_own_status_and_type(void **state)
{
    Fixture *f = *state;
    room(f);
    const char *entities = BASE "/entities";
    const char *good = "{'id':'urn:x:2','type':'T'}";
    assert_problem(f, 409, "errors/AlreadyExists", "POST", entities,
                   "{'id':'urn:ngsi-ld:Room:1','type':'Room'}");
    assert_problem(f, 400, "errors/InvalidRequest", "POST", entities, "{");
    assert_problem(f, 400, "errors/InvalidRequest", "POST", entities, " ");
    assert_problem(f, 400, "errors/BadRequestData", "POST", entities, "{'type':'T'}");
    assert_problem(f, 400, "a: attribute type X", "POST", entities,
                   "{'id':'urn:x:2','type':'T','a':{'type':'X','value':1}}");
    assert_problem(f, 400, "application/ld+json needs", "POST", entities, good,
                   .type = "application/ld+json");
    assert_problem(f, 400, "leave out the Link", "POST", entities,
                   "{'id':'urn:x:2','type':'T','@context':'" LD_CORE_URL "'}",
                   .type = "application/ld+json", .link = ROOM_CONTEXT);
    assert_problem(f, 400, "needs Content-Type application/ld+json", "POST", entities,
                   "{'id':'urn:x:2','type':'T','@context':'" LD_CORE_URL "'}");
    assert_problem(f, 504, "errors/LdContextNotAvailable", "POST", entities,
                   "{'id':'urn:x:2','type':'T','@context':'http://e.org/none'}",
                   .type = "application/ld+json");
    assert_problem(f, 504, "errors/LdContextNotAvailable", "GET", ROOM,
                   .link = "<http://e.org/none>; rel='http://www.w3.org/ns/json-ld#context'");
    assert_problem(f, 404, "errors/ResourceNotFound", "GET", BASE "/entities/urn:x:none");
    assert_problem(f, 404, "errors/ResourceNotFound", "GET", ROOM "?attrs=nix");
    assert_problem(f, 400, "errors/BadRequestData", "GET", BASE "/entities/none");
    assert_problem(f, 400, "errors/InvalidRequest", "GET", ROOM "?options=nix");
    assert_problem(f, 400, "errors/InvalidRequest", "GET", ROOM "?format=nix");
    assert_problem(f, 400, "errors/InvalidRequest", "GET", ROOM "?nix=1");
    assert_problem(f, 400, "errors/InvalidRequest", "GET", BASE "/types?nix=1");
    assert_problem(f, 422, "errors/OperationNotSupported", "GET", ROOM "?join=flat");
    assert_status(200, ask(f, "GET", ROOM "?join=@none", NULL));
    assert_problem(f, 400, "errors/BadRequestData", "GET", ROOM "?pick=a,");
    assert_problem(f, 400, "errors/BadRequestData", "GET", ROOM "?pick=a&omit=b,a");
    assert_problem(f, 400, "errors/BadRequestData", "GET", ROOM "?attrs=a&pick=a");
    assert_problem(f, 400, "errors/BadRequestData", "GET", ROOM "?attrs=%ZZ");
    assert_problem(f, 404, "errors/NonexistentTenant", "GET", ROOM, .tenant = "other");
    assert_problem(f, 406, "application/ld+json", "GET", ROOM, .accept = "text/html");
    Answer answer = ask(f, "POST", entities, good, .type = "text/plain");
    assert_status(415, answer);
    assert_int_equal(answer.body.n, 0);
    assert_status(415, ask(f, "POST", entities, good, .type = "application/merge-patch+json"));
    assert_status(201, ask(f, "POST", entities, good));
}

static void a_fault_that_quotes_half_a_character_is_still_told_in_utf_8(void **state)
{
    Fixture *f = *state;
    Answer answer = ask(f, "POST", BASE "/entities",
                        "{'id':'x\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
                        "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
                        "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
                        "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4','type':7}");
    assert_status(400, answer);
    assert_true(str_is_utf8(answer.body));
    Json json;
    assert_ok(f->cx, json_parse(f->cx, answer.body, &json));
    answer = ask(
        f, "POST", BASE "/entities",
        "{'id':'\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
        "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
        "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
        "\xC3\xA4\xC3\xA4','type':7}");
    assert_ok(f->cx, json_parse(f->cx, answer.body, &json));
}

static void an_entity_is_merged_replaced_and_deleted(void **state)
{
    Fixture *f = *state;
    room(f);
    assert_status(204, ask(f, "PATCH", ROOM, "{'temp':{'value':22,'unitCode':'CEL'},'a':1}",
                           .link = ROOM_CONTEXT, .type = "application/merge-patch+json"));
    assert_body(f,
                "{'id':'urn:ngsi-ld:Room:1','type':'Room','temp':{'value':22,'unitCode':'CEL'},"
                "'a':1}",
                ask(f, "GET", ROOM "?format=concise", .link = ROOM_CONTEXT));
    assert_status(204, ask(f, "PATCH", ROOM "?format=keyValues", "{'temp':23,'a':null}",
                           .link = ROOM_CONTEXT));
    assert_body(f, "{'id':'urn:ngsi-ld:Room:1','type':'Room','temp':{'value':23,'unitCode':'CEL'}}",
                ask(f, "GET", ROOM "?format=concise", .link = ROOM_CONTEXT));
    assert_problem(f, 400, "errors/BadRequestData", "PATCH", ROOM "?observedAt=now", "{'a':1}");
    assert_problem(f, 400, "errors/BadRequestData", "PATCH", ROOM, "{'id':'urn:x:other'}");
    assert_status(204, ask(f, "PUT", ROOM, "{'type':'Hall','b':1}"));
    assert_body(f, "{'id':'urn:ngsi-ld:Room:1','type':'Hall','b':1}",
                ask(f, "GET", ROOM "?format=concise"));
    assert_problem(f, 404, "errors/ResourceNotFound", "PUT", BASE "/entities/urn:x:none", "{}");
    assert_status(204, ask(f, "DELETE", ROOM));
    assert_problem(f, 404, "errors/ResourceNotFound", "DELETE", ROOM);
}

static void attributes_are_reached_by_name(void **state)
{
    Fixture *f = *state;
    room(f);
    assert_status(204, ask(f, "POST", ROOM "/attrs", "{'a':1}"));
    Answer answer = ask(f, "POST", ROOM "/attrs?options=noOverwrite", "{'a':2,'b':2}");
    assert_status(207, answer);
    assert_body(f,
                "{'updated':['" LD_DEFAULT_PREFIX "b'],'notUpdated':[{'attributeName':"
                "'" LD_DEFAULT_PREFIX "a','reason':'it is there already and overwriting was "
                "refused'}]}",
                answer);
    assert_status(204, ask(f, "PATCH", ROOM "/attrs", "{'a':3,'b':'urn:ngsi-ld:null'}"));
    assert_status(204, ask(f, "PATCH", ROOM "/attrs/temp", "{'value':25.0}", .link = ROOM_CONTEXT));
    assert_body(f, "{'id':'urn:ngsi-ld:Room:1','type':'Room','temp':25.0,'a':3}",
                ask(f, "GET", ROOM "?options=keyValues", .link = ROOM_CONTEXT));
    assert_status(204, ask(f, "PATCH", ROOM "/attrs/temp",
                           "{'unitCode':'CEL','@context':'http://e.org/room.jsonld'}",
                           .type = "application/ld+json"));
    assert_status(204, ask(f, "PUT", ROOM "/attrs/a", "{'type':'Property','value':4}"));
    assert_problem(f, 400, "errors/BadRequestData", "PUT", ROOM "/attrs/a", "{'type':'Property'}");
    assert_problem(f, 404, "errors/ResourceNotFound", "PATCH", ROOM "/attrs/nix", "{'value':1}");
    assert_problem(f, 400, "errors/BadRequestData", "PATCH", ROOM "/attrs/scope", "{'value':1}");
    assert_status(204, ask(f, "DELETE", ROOM "/attrs/a"));
    assert_problem(f, 404, "errors/ResourceNotFound", "DELETE", ROOM "/attrs/a");
    assert_problem(f, 404, "errors/ResourceNotFound", "DELETE",
                   ROOM "/attrs/temp?datasetId=urn:d:1", .link = ROOM_CONTEXT);
    assert_status(204, ask(f, "DELETE", ROOM "/attrs/temp?deleteAll=true", .link = ROOM_CONTEXT));
    assert_body(f, "{'id':'urn:ngsi-ld:Room:1','type':'Room'}",
                ask(f, "GET", ROOM, .link = ROOM_CONTEXT));
}

/* ---- Queries ---- */

static void five_rooms(Fixture *f)
{
    assert_status(201, ask(f, "POST", BASE "/entityOperations/create",
                           "[{'id':'urn:x:1','type':'Room','t':10,'location':{'type':'Point',"
                           "'coordinates':[7.0,51.0]}},"
                           "{'id':'urn:x:2','type':'Room','t':20,'location':{'type':'Point',"
                           "'coordinates':[7.001,51.0]}},"
                           "{'id':'urn:x:3','type':'Hall','t':30,'scope':'/a/b'},"
                           "{'id':'urn:x:4','type':['Hall','Room'],'u':1},"
                           "{'id':'urn:x:5','type':'Car','t':50}]"));
}

#define assert_found(f, expected, query)                                                           \
    do {                                                                                           \
        Answer found_ = ask(f, "GET", BASE "/entities?pick=id&" query);                            \
        assert_status(200, found_);                                                                \
        assert_body(f, expected, found_);                                                          \
    } while (0)

static void entities_are_found_by_type_value_place_and_name(void **state)
{
    Fixture *f = *state;
    five_rooms(f);
    assert_found(f, "[{'id':'urn:x:1'},{'id':'urn:x:2'},{'id':'urn:x:4'}]", "type=Room");
    assert_found(f, "[{'id':'urn:x:4'}]", "type=(Room;Hall)");
    assert_found(f, "[{'id':'urn:x:3'},{'id':'urn:x:4'},{'id':'urn:x:5'}]", "type=Hall,Car");
    assert_found(f, "[{'id':'urn:x:2'},{'id':'urn:x:3'}]", "q=t%3E10;t%3C50");
    assert_found(f, "[{'id':'urn:x:3'}]", "type=*&scopeQ=/a/%23");
    assert_found(f, "[{'id':'urn:x:2'},{'id':'urn:x:5'}]", "type=*&idPattern=%5B25%5D$");
    assert_found(f, "[{'id':'urn:x:1'}]", "type=Room&id=urn:x:1,urn:x:3");
    assert_found(f, "[{'id':'urn:x:1'},{'id':'urn:x:2'}]",
                 "georel=near;maxDistance==100&geometry=Point&coordinates=%5B7.0,51.0%5D");
    assert_found(f, "[]", "type=Nix");
    assert_body(f, "[{'id':'urn:x:4','type':['Hall','Room'],'u':1}]",
                ask(f, "GET", BASE "/entities?attrs=u&options=keyValues"));
    Answer answer =
        ask(f, "GET", BASE "/entities?type=Room&limit=1", .accept = "application/geo+json");
    assert_status(200, answer);
    assert_true(str_starts(answer.body, S("{\"type\":\"FeatureCollection\",\"features\":[{")));
    assert_true(str_ends(answer.body, S(",\"@context\":\"" LD_CORE_URL "\"}")));
    assert_problem(f, 400, "errors/BadRequestData", "GET", BASE "/entities");
    assert_problem(f, 400, "errors/BadRequestData", "GET", BASE "/entities?q=t%3E");
    assert_problem(f, 400, "errors/BadRequestData", "GET", BASE "/entities?type=A&id=x");
    assert_problem(f, 400, "errors/BadRequestData", "GET",
                   BASE "/entities?type=A&georel=near;maxDistance==1");
    assert_problem(f, 400, "errors/BadRequestData", "GET", BASE "/entities?type=A&limit=-1");
    assert_problem(f, 400, "errors/BadRequestData", "GET", BASE "/entities?type=A&limit=0");
    assert_problem(f, 403, "errors/TooManyResults", "GET", BASE "/entities?type=A&limit=1001");
    assert_status(200, ask(f, "GET", BASE "/entities?local=true"));
    assert_problem(f, 404, "errors/ResourceNotFound", "GET", BASE "/entities/urn:x:1?type=Car");
    assert_problem(f, 404, "errors/ResourceNotFound", "DELETE", BASE "/entities/urn:x:1?type=Car");
    assert_status(204, ask(f, "DELETE", BASE "/entities/urn:x:1?type=Car,Room"));
}

static void pages_lead_to_each_other(void **state)
{
    Fixture *f = *state;
    five_rooms(f);
    Answer answer = ask(f, "GET", BASE "/entities?type=*&limit=2&offset=1&count=true&pick=id");
    assert_body(f, "[{'id':'urn:x:2'},{'id':'urn:x:3'}]", answer);
    assert_str("5", answer.count);
    assert_str("<" BASE "/entities?type=*&count=true&pick=id&limit=2&offset=3>; rel=\"next\"",
               answer.next);
    assert_str("<" BASE "/entities?type=*&count=true&pick=id&limit=2&offset=0>; rel=\"prev\"",
               answer.prev);
    answer = ask(f, "GET", BASE "/entities?type=*&limit=2&offset=3&pick=id");
    assert_body(f, "[{'id':'urn:x:4'},{'id':'urn:x:5'}]", answer);
    assert_null(answer.next.p);
    assert_null(answer.count.p);
    answer = ask(f, "GET", BASE "/entities?type=*&limit=0&options=count");
    assert_body(f, "[]", answer);
    assert_str("5", answer.count);
    assert_null(answer.next.p);
}

static void queries_are_taken_from_a_body_too(void **state)
{
    Fixture *f = *state;
    five_rooms(f);
    const char *path = BASE "/entityOperations/query?options=keyValues";
    assert_body(f, "[{'id':'urn:x:2','t':20}]",
                ask(f, "POST", path,
                    "{'type':'Query','entities':[{'type':'Room'},{'type':'Hall'}],"
                    "'q':'t>10;t<30','pick':['id','t']}"));
    assert_body(f, "[{'id':'urn:x:1','type':'Room','t':10}]",
                ask(f, "POST", path,
                    "{'type':'Query','entities':[{'id':'urn:x:1','type':'Room'}],'attrs':['t']}"));
    assert_body(f, "[{'id':'urn:x:2'}]",
                ask(f, "POST", path,
                    "{'type':'Query','pick':['id'],'geoQ':{'georel':'near;maxDistance==1',"
                    "'geometry':'Point','coordinates':[7.001,51.0]}}"));
    assert_problem(f, 400, "errors/BadRequestData", "POST", path, "{'entities':[{'type':'A'}]}");
    assert_problem(f, 400, "errors/BadRequestData", "POST", path, "{'type':'Query'}");
    assert_problem(f, 400, "errors/BadRequestData", "POST", path,
                   "{'type':'Query','entities':[7]}");
    assert_problem(f, 422, "errors/OperationNotSupported", "POST", path,
                   "{'type':'Query','entities':[{'type':'A'},{'type':'B','id':'urn:x:1'}]}");
}

/* ---- Batches ---- */

static void a_batch_blames_each_entity_for_its_own_faults(void **state)
{
    Fixture *f = *state;
    Answer answer = ask(f, "POST", BASE "/entityOperations/create",
                        "[{'id':'urn:x:1','type':'T','a':1},{'id':'urn:x:2','type':'T'}]");
    assert_status(201, answer);
    assert_body(f, "['urn:x:1','urn:x:2']", answer);
    answer = ask(f, "POST", BASE "/entityOperations/create",
                 "[{'id':'urn:x:1','type':'T'},{'id':'urn:x:3','type':'T','a':{'type':'X'}},"
                 "{'type':'T'},7,{'id':'urn:x:4','type':'T'},{'id':'urn:x:4','type':'T'}]");
    assert_status(207, answer);
    assert_true(str_starts(answer.body, S("{\"success\":[\"urn:x:4\"],\"errors\":[{\"entityId\":"
                                          "\"urn:x:1\",\"error\":{\"type\":\"https://uri.etsi.org/"
                                          "ngsi-ld/errors/AlreadyExists\"")));
    assert_true(str_find(answer.body, S("a: attribute type X")) > 0);
    assert_status(204, ask(f, "POST", BASE "/entityOperations/upsert",
                           "[{'id':'urn:x:1','type':'T','b':2}]"));
    assert_body(f, "{'id':'urn:x:1','type':'T','b':2}",
                ask(f, "GET", BASE "/entities/urn:x:1?options=keyValues"));
    answer = ask(f, "POST", BASE "/entityOperations/upsert?options=update",
                 "[{'id':'urn:x:1','type':'T','c':3},{'id':'urn:x:5','type':'T'}]");
    assert_status(201, answer);
    assert_body(f, "['urn:x:5']", answer);
    assert_status(
        204, ask(f, "POST", BASE "/entityOperations/update", "[{'id':'urn:x:1','b':20,'c':null}]"));
    answer = ask(f, "POST", BASE "/entityOperations/update?options=noOverwrite",
                 "[{'id':'urn:x:1','b':30},{'id':'urn:x:none','b':1}]");
    assert_status(207, answer);
    assert_status(204, ask(f, "POST", BASE "/entityOperations/merge",
                           "[{'id':'urn:x:1','d':{'e':{'f':1,'g':null}}}]"));
    assert_body(f, "{'id':'urn:x:1','type':'T','b':20,'d':{'e':{'f':1}}}",
                ask(f, "GET", BASE "/entities/urn:x:1?options=keyValues"));
    assert_status(207, ask(f, "POST", BASE "/entityOperations/delete", "['urn:x:1','urn:x:1',7]"));
    assert_status(204, ask(f, "POST", BASE "/entityOperations/delete", "['urn:x:2']"));
    assert_problem(f, 400, "errors/BadRequestData", "POST", BASE "/entityOperations/delete", "[]");
    assert_problem(f, 400, "errors/BadRequestData", "POST", BASE "/entityOperations/create", "{}");
    assert_problem(f, 400, "errors/InvalidRequest", "POST",
                   BASE "/entityOperations/upsert?options=nix", "[{}]");
}

static void each_entity_of_a_batch_brings_its_own_context(void **state)
{
    Fixture *f = *state;
    Answer answer = ask(f, "POST", BASE "/entityOperations/create",
                        "[{'id':'urn:x:1','type':'Room','temp':1,"
                        "'@context':'http://e.org/room.jsonld'},"
                        "{'id':'urn:x:2','type':'Room','temp':1,'@context':'" LD_CORE_URL "'},"
                        "{'id':'urn:x:3','type':'Room'},"
                        "{'id':'urn:x:4','type':'Room','@context':'http://e.org/none'}]",
                        .type = "application/ld+json");
    assert_status(207, answer);
    assert_true(str_find(answer.body, S("LdContextNotAvailable")) > 0);
    assert_body(f, "{'id':'urn:x:1','type':'http://e.org/Room','http://e.org/temperature':1}",
                ask(f, "GET", BASE "/entities/urn:x:1?options=keyValues"));
    assert_body(f, "{'id':'urn:x:2','type':'Room','temp':1}",
                ask(f, "GET", BASE "/entities/urn:x:2?options=keyValues"));
}

/* ---- What there is ---- */

static void types_and_attributes_are_told(void **state)
{
    Fixture *f = *state;
    assert_status(201,
                  ask(f, "POST", BASE "/entityOperations/create",
                      "[{'id':'urn:x:1','type':['A','B'],'p':1,'r':{'object':'urn:x:2'}},"
                      "{'id':'urn:x:2','type':'B','p':{'type':'Point','coordinates':[1,2]}}]"));
    assert_body(f,
                "{'id':'urn:ngsi-ld:EntityTypeList:hanse','type':'EntityTypeList',"
                "'typeList':['A','B']}",
                ask(f, "GET", BASE "/types"));
    assert_body(f,
                "{'id':'" LD_DEFAULT_PREFIX "B','type':'EntityTypeInfo','typeName':'B',"
                "'entityCount':2,'attributeDetails':[{'id':'" LD_DEFAULT_PREFIX "p',"
                "'type':'Attribute','attributeName':'p',"
                "'attributeTypes':['Property','GeoProperty']},"
                "{'id':'" LD_DEFAULT_PREFIX "r','type':'Attribute','attributeName':'r',"
                "'attributeTypes':['Relationship']}]}",
                ask(f, "GET", BASE "/types/B"));
    assert_body(f,
                "[{'id':'" LD_DEFAULT_PREFIX "A','type':'EntityType','typeName':'A',"
                "'attributeNames':['p','r']},{'id':'" LD_DEFAULT_PREFIX "B',"
                "'type':'EntityType','typeName':'B','attributeNames':['p','r']}]",
                ask(f, "GET", BASE "/types?details=true"));
    assert_body(f,
                "{'id':'urn:ngsi-ld:AttributeList:hanse','type':'AttributeList',"
                "'attributeList':['p','r']}",
                ask(f, "GET", BASE "/attributes"));
    assert_body(f,
                "{'id':'" LD_DEFAULT_PREFIX "r','type':'Attribute','attributeName':'r',"
                "'attributeCount':1,'attributeTypes':['Relationship'],'typeNames':['A','B'],"
                "'@context':'" LD_CORE_URL "'}",
                ask(f, "GET", BASE "/attributes/r", .accept = "application/ld+json"));
    assert_problem(f, 404, "errors/ResourceNotFound", "GET", BASE "/types/C");
    assert_problem(f, 404, "errors/ResourceNotFound", "GET", BASE "/attributes/c");
    assert_status(204, ask(f, "DELETE", BASE "/entities/urn:x:1"));
    assert_body(f,
                "{'id':'urn:ngsi-ld:EntityTypeList:hanse','type':'EntityTypeList',"
                "'typeList':['B']}",
                ask(f, "GET", BASE "/types"));
}

static void contexts_are_listed_and_served(void **state)
{
    Fixture *f = *state;
    assert_body(f, "['" LD_CORE_URL "','http://e.org/room.jsonld']",
                ask(f, "GET", BASE "/jsonldContexts"));
    Answer answer = ask(f, "GET", BASE "/info/sourceIdentity");
    assert_status(200, answer);
    assert_true(str_find(answer.body, S("\"contextSourceAlias\":\"hanse\"")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(an_entity_is_created_and_shown_by_the_context_that_is_asked_for, teardown),
        TEST_ON_SQLITE(what_is_wrong_with_a_request_has_its_own_status_and_type, teardown),
        TEST_ON_SQLITE(a_fault_that_quotes_half_a_character_is_still_told_in_utf_8, teardown),
        TEST_ON_SQLITE(an_entity_is_merged_replaced_and_deleted, teardown),
        TEST_ON_SQLITE(attributes_are_reached_by_name, teardown),
        TEST_ON_SQLITE(entities_are_found_by_type_value_place_and_name, teardown),
        TEST_ON_SQLITE(pages_lead_to_each_other, teardown),
        TEST_ON_SQLITE(queries_are_taken_from_a_body_too, teardown),
        TEST_ON_SQLITE(a_batch_blames_each_entity_for_its_own_faults, teardown),
        TEST_ON_SQLITE(each_entity_of_a_batch_brings_its_own_context, teardown),
        TEST_ON_SQLITE(types_and_attributes_are_told, teardown),
        TEST_ON_SQLITE(contexts_are_listed_and_served, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

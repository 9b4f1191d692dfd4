/* For tests only: asks routes on a real store, without a server. Each request runs decode, apply
 * in a savepoint (twice for writes, as the writer may), and encode. The including file gives
 * ROUTES, a table of Route. */
#ifndef HANSE_API_ROUTE_TEST_H
#define HANSE_API_ROUTE_TEST_H

#include "api/ngsi_ld.h"
#include "api/problem.h"
#include "core/actor.h"
#include "core/event.h"
#include "db/test_db.h"

/* One row of a routes' table. */
#define ROUTE_ROW(how, where, reads, whose, needs, decode_fn, apply_fn, encode_fn, bytes, text)    \
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

typedef struct RouteTest {
    TestCx t;
    TestDb db;
    Cx *cx;
    ContextStore *contexts;
    NgsiLdServices services;
    const Route *routes;
    size_t route_count;
    /* What is looked at after an answer. */
    int status;
    Str body;
    HttpHeader headers[CALL_HEADERS_MAX];
    size_t header_count;
    Events events; /* of the last write */
} RouteTest;

static inline UNUSED void route_test_open(RouteTest *f, DbEngine engine, const Route *routes,
                                          size_t count)
{
    f->cx = test_cx_init(&f->t);
    test_db_open_on(f->cx, engine, &f->db);
    f->contexts = context_store_new();
    f->services = (NgsiLdServices){.contexts = f->contexts};
    f->routes = routes;
    f->route_count = count;
}

static inline UNUSED void route_test_done(RouteTest *f)
{
    test_db_done(&f->db);
    context_store_free(f->contexts);
    test_cx_done(&f->t);
}

static inline UNUSED bool route_fits(Call *call, Str pattern, Str path)
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

static inline UNUSED Err route_apply(RouteTest *f, Call *call)
{
    f->events = (Events){.arena = call->cx->arena};
    if (!call->route->apply)
        return OK;
    if (call->route->kind == ROUTE_READ)
        return call->route->apply(call, call->cx, NULL);
    assert_ok(call->cx, db_begin(call->cx));
    assert_ok(call->cx, db_savepoint(call->cx));
    Err err = call->route->apply(call, call->cx, &f->events);
    assert_ok(call->cx, db_rollback_to(call->cx));
    if (err == OK) {
        f->events = (Events){.arena = call->cx->arena};
        assert_ok(call->cx, call->route->apply(call, call->cx, &f->events));
    }
    assert_ok(call->cx, db_commit(call->cx));
    return err;
}

static inline UNUSED Err route_run(RouteTest *f, Call *call)
{
    TRY(call->route->decode ? call->route->decode(call) : OK);
    TRY(route_apply(f, call));
    return call->route->encode ? call->route->encode(call) : OK;
}

/* In targets and bodies ' stands for ". The status. */
static inline UNUSED int route_ask(RouteTest *f, const char *method, const char *target,
                                   const char *body)
{
    HttpHeader type = {S("content-type"), S("application/json")};
    char *texts[2] = {arena_cstr(f->cx->arena, str_from(target)),
                      arena_cstr(f->cx->arena, str_from(body))};
    for (int i = 0; i < 2; i++)
        for (char *p = texts[i]; *p; p++)
            *p = *p == '\'' ? '"' : *p;
    HttpRequest http = {.method = str_from(method),
                        .target = str_from(texts[0]),
                        .headers = &type,
                        .header_count = body != NULL,
                        .body = str_from(texts[1])};
    Str rest = http.target;
    http.path = str_cut(&rest, '?');
    http.query = rest;
    Call call = {.cx = f->cx,
                 .http = &http,
                 .services = &f->services,
                 .status = 200,
                 .body = buf_new(f->cx->arena, CALL_BODY_MAX)};
    for (size_t i = 0; i < f->route_count && !call.route; i++)
        if (str_eq(str_from(f->routes[i].method), http.method) &&
            route_fits(&call, str_from(f->routes[i].path), http.path))
            call.route = &f->routes[i];
    assert_non_null(call.route);
    if (route_run(f, &call) != OK) {
        call.header_count = 0;
        problem_encode(&call, f->cx->error);
    }
    f->status = call.status;
    f->body = buf_str(&call.body);
    memcpy(f->headers, call.headers, sizeof f->headers);
    f->header_count = call.header_count;
    return call.status;
}

static inline UNUSED Str route_header(const RouteTest *f, Str name)
{
    for (size_t i = 0; i < f->header_count; i++)
        if (str_eq_nocase(f->headers[i].name, name))
            return f->headers[i].value;
    return (Str){NULL, 0};
}

static inline UNUSED void assert_answer_at(RouteTest *f, int expected, const char *method,
                                           const char *target, const char *body, const char *file,
                                           int line)
{
    if (route_ask(f, method, target, body) == expected)
        return;
    fprintf(stderr, "# %s %s: %d, not %d: %.*s\n", method, target, f->status, expected,
            SARG(f->body));
    _fail(file, line);
}
#define assert_answer(f, expected, method, target, text)                                           \
    assert_answer_at(f, expected, method, target, text, __FILE__, __LINE__)

/* The answer's body as JSON is this text, where ' stands for ". */
static inline UNUSED void assert_body_at(RouteTest *f, const char *expected, const char *file,
                                         int line)
{
    Json left, right;
    char *text = arena_cstr(f->cx->arena, str_from(expected));
    for (char *p = text; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    assert_ok(f->cx, json_parse(f->cx, str_from(text), &left));
    assert_ok(f->cx, json_parse(f->cx, f->body, &right));
    if (json_equal(json_root(&left), json_root(&right)))
        return;
    fprintf(stderr, "# expected: %s\n# actual:   %.*s\n", text, SARG(f->body));
    _fail(file, line);
}
#define assert_body(f, expected) assert_body_at(f, expected, __FILE__, __LINE__)

static inline UNUSED bool body_has(const RouteTest *f, const char *part)
{
    return str_find(f->body, str_from(part)) >= 0;
}

#endif

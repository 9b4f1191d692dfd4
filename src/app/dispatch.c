/* A request's way through the program: find the route, admit the actor, run decode, prepare,
 * apply and encode where each belongs, and answer. */
#include "app/app.h"

#include "api/problem.h"
#include "app/compress.h"
#include "app/page_cache.h"
#include "base/str.h"
#include "core/form.h"
#include "core/throttle.h"
#include "web/page.h"

#include <stdio.h>

enum {
    READ_BUDGET_US = 2000,           /* of a read on a loop; beyond, it runs again on a worker */
    READ_LIMIT_US = 20 * 1000 * 1000 /* of a read on a worker */
};

typedef struct Work {
    Call call;
    Cx cx;
    Error error;
    Actor actor;
    Unit unit;
    WorkerTask task;
    LoopMessage message;
    LoopState *state;
    SnapshotRef *auth, *city;
    WebServices web;
    Str form_key; /* of the form that was sent; empty for none */
    Str question; /* of a stranger, whose answer may be kept; empty for others */
    PageCacheState asked;
    Err result; /* of what ran on another thread */
} Work;

static Work *work_of(void *part, size_t offset)
{
    return (Work *)(void *)((char *)part - offset);
}
#define WORK_OF(part, member) work_of(part, offsetof(Work, member))

/* ---- the snapshot of reads ----
 *
 * To begin and end a read costs SQLite two locks and a look at the WAL, so all reads of one turn
 * of the loop share a snapshot. It is left as soon as the writer has ended another group, since
 * whoever was told of a commit must see it, and after an error, which is the last word in it. */

static void reads_end(LoopState *state)
{
    Cx cx = {.db = state->db};
    if (state->reading)
        db_read_end(&cx);
    state->reading = false;
}

static void reads_refresh(LoopState *state)
{
    if (state->reading && writer_groups(state->app->writer) != state->read_groups)
        reads_end(state);
}

static void reads_begin(Work *work)
{
    LoopState *state = work->state;
    reads_refresh(state);
    if (state->reading || !state->reads_shared)
        return;
    state->read_groups = writer_groups(state->app->writer);
    /* Without it each statement takes a snapshot of its own, which is as good. */
    state->reading = db_read_begin(&work->cx) == OK;
}

void dispatch_rest(void *user)
{
    LoopState *state = user;
    reads_end(state);
    log_flush(&state->app->log, &state->access);
}

/* ---- the answer ---- */

static bool has_header(const Call *call, Str name)
{
    for (size_t i = 0; i < call->header_count; i++)
        if (str_eq_nocase(call->headers[i].name, name))
            return true;
    return false;
}

static void add_security_headers(Call *call)
{
    call_set_header(call, S("X-Content-Type-Options"), S("nosniff"));
    call_set_header(call, S("Referrer-Policy"), S("same-origin"));
    if (call->route && call->route->face == FACE_PAGE) {
        if (!has_header(call, S("Content-Security-Policy")))
            call_set_header(call, S("Content-Security-Policy"), S(PAGE_CSP));
        call_set_header(call, S("Cross-Origin-Opener-Policy"), S("same-origin"));
    }
}

static bool etag_matches(Str list, Str etag)
{
    while (list.p) {
        Str one = str_trim(str_cut(&list, ','));
        if (str_starts(one, S("W/")))
            one = str_from_index(one, 2);
        if (str_eq(one, etag) || str_eq(one, S("*")))
            return true;
    }
    return false;
}

/* Pages may be kept, but are asked for again each time. */
static void revalidate(Call *call)
{
    if (call->status != 200 || !call->route || call->route->face != FACE_PAGE || call->body.n == 0)
        return;
    for (size_t i = 0; i < call->header_count; i++)
        if (str_eq_nocase(call->headers[i].name, S("Cache-Control")))
            return;
    Str etag = arena_fmt(call->cx->arena, "\"%016llx\"",
                         (unsigned long long)str_hash(buf_str(&call->body)));
    call_set_header(call, S("Cache-Control"), S("no-cache, private"));
    call_set_header(call, S("ETag"), etag);
    if (etag_matches(call_header(call, S("if-none-match")), etag)) {
        call->status = 304;
        buf_truncate(&call->body, 0);
    }
}

static void release(Work *work)
{
    App *app = work->state->app;
    snapshot_release(&app->auth, work->auth);
    snapshot_release(&app->city, work->city);
}

static void encode_error(Work *work)
{
    Call *call = &work->call;
    buf_truncate(&call->body, 0);
    call->body.overflow = false;
    call->status = problem_status(&work->error);
    RouteFace face = call->route                                    ? call->route->face
                     : str_starts(call->http->path, S("/ngsi-ld/")) ? FACE_NGSI_LD
                                                                    : FACE_PAGE;
    if (call->status >= 500 && work->error.code == ERR_INTERNAL)
        log_line(&work->state->app->log, LOG_ERROR, "request.failed",
                 LOG_S("key", str_from(work->error.key)), LOG_S("detail", work->error.detail),
                 LOG_S("file", str_from(work->error.file)), LOG_I("line", work->error.line));
    if (call->status == 401 && face != FACE_PAGE)
        call_set_header(call, S("WWW-Authenticate"), S("Bearer realm=\"hanse\""));
    if (call->status == 503)
        call_set_header(call, S("Retry-After"), S("1"));
    if (call->status == 429)
        call_set_header(call, S("Retry-After"), S("60"));
    if (face == FACE_PAGE)
        page_error(call, call->status, &work->error);
    else
        problem_encode(call, &work->error);
}

/* ---- answers that are made once for several strangers ---- */

/* A stranger's question to a page: all that the answer depends on but the state of things. */
static Str question_of(const Work *work)
{
    const Call *call = &work->call;
    if (call->route->face != FACE_PAGE || call->route->kind != ROUTE_READ ||
        !str_eq(call->http->method, S("GET")) ||
        call_cookie(call, session_cookie_name(work->web.secure)).p ||
        call_header(call, S("x-fragment")).p)
        return S("");
    Str host = call_header(call, S("host")), coding = call_header(call, S("accept-encoding"));
    return arena_fmt(work->cx.arena, "%.*s %.*s %.*s", SARG(call->http->target), SARG(host),
                     SARG(coding));
}

static PageCacheState state_now(const Work *work)
{
    return (PageCacheState){.groups = writer_groups(work->state->app->writer),
                            .frame = work->city->value,
                            .at_mono_us = clock_mono_us()};
}

/* Pages with a form are made for one reader: they say that they must not be stored. */
static void keep_answer(Work *work, const HttpResponse *response)
{
    if (!work->question.n || response->status != 200)
        return;
    for (size_t i = 0; i < response->header_count; i++) {
        Str name = response->headers[i].name, value = response->headers[i].value;
        if (str_eq_nocase(name, S("Set-Cookie")) ||
            (str_eq_nocase(name, S("Cache-Control")) && str_find(value, S("no-store")) >= 0))
            return;
    }
    page_cache_put(work->state->pages, work->question, work->asked, response);
}

static bool answer_again(Work *work)
{
    HttpResponse response;
    work->question = question_of(work);
    if (!work->question.n)
        return false;
    work->asked = state_now(work);
    if (!page_cache_find(work->state->pages, work->question, work->asked, work->cx.arena,
                         &response))
        return false;
    for (size_t i = 0; i < response.header_count; i++)
        if (str_eq_nocase(response.headers[i].name, S("ETag")) &&
            etag_matches(call_header(&work->call, S("if-none-match")), response.headers[i].value)) {
            response.status = 304;
            response.body = S("");
        }
    atomic_fetch_add_explicit(&work->state->metrics.again, 1, memory_order_relaxed);
    HttpExchange *exchange = work->call.exchange;
    release(work);
    http_respond(exchange, &response);
    return true;
}

static void respond(Work *work)
{
    Call *call = &work->call;
    if (call->taken) {
        release(work);
        return;
    }
    revalidate(call);
    if (call->route && call->route->face == FACE_PAGE)
        compress_page(work->state->compressor, call);
    add_security_headers(call);
    HttpResponse response = {.status = call->status,
                             .headers = call->headers,
                             .header_count = call->header_count,
                             .body = buf_str(&call->body)};
    HttpExchange *exchange = call->exchange;
    keep_answer(work, &response);
    release(work);
    http_respond(exchange, &response);
}

/* A form that was refused for what stands in it is shown once more by the page of its own
 * address, with what was typed and what was wrong. False where there is no such page. */
static bool show_form_again(Work *work, Err err)
{
    Call *call = &work->call;
    const Route *form = call->route, *page;
    bool mendable = err == ERR_INVALID || err == ERR_CONFLICT || err == ERR_LIMIT;
    if (!mendable || !form || form->face != FACE_PAGE || form->kind != ROUTE_WRITE ||
        route_find(work->cx.arena, S("GET"), call->http->path, &page, call->params,
                   &call->param_count) != ROUTE_FOUND ||
        page->face != FACE_PAGE || page->prepare ||
        !actor_may(&work->actor, (Permission)page->permission))
        return false;
    Error *fault = arena_new(work->cx.arena, Error);
    *fault = work->error;
    call->fault = fault;
    call->status = err == ERR_INVALID ? 422 : problem_status(fault);
    call->state = NULL;
    buf_truncate(&call->body, 0);
    work->error = (Error){0};
    if ((page->decode && page->decode(call) != OK) ||
        (page->apply && page->apply(call, &work->cx, NULL) != OK) ||
        (page->encode && page->encode(call) != OK)) {
        work->error = *fault;
        return false;
    }
    call_set_header(call, S("Cache-Control"), S("no-store"));
    if (call->status == 429)
        call_set_header(call, S("Retry-After"), S("60"));
    return true;
}

/* A form that was taken, and is sent again, is refused before it reaches the writer where what it
 * was for is gone: a link of a mail, a try. It leads where it led, as if it had got there. */
static bool lead_again(Work *work)
{
    Error refusal = work->error;
    Str before = {0};
    bool sent = work->form_key.n && !work->call.repeated &&
                form_sent(&work->cx, work->form_key, &before) == OK && before.p;
    work->error = sent ? (Error){0} : refusal;
    if (sent)
        page_redirect(&work->call, before);
    return sent;
}

static void finish(Work *work, Err err)
{
    if (err == OK && work->call.body.overflow)
        err = fail(&work->cx, ERR_LIMIT, "answer.large",
                   "the answer would be larger than %zu bytes", CALL_BODY_MAX);
    if (err != OK) {
        reads_end(work->state);
        work->call.header_count = 0;
        if (!lead_again(work) && !show_form_again(work, err))
            encode_error(work);
    }
    respond(work);
}

/* ---- who asks ---- */

static Lang lang_of_path(Str path)
{
    return str_eq(path, S("/en")) || str_starts(path, S("/en/")) ? LANG_EN : LANG_DE;
}

static Str host_name(Str host)
{
    ptrdiff_t colon = str_find_last_char(host, ':');
    ptrdiff_t bracket = str_find_last_char(host, ']');
    return colon > bracket ? str_slice(host, 0, (size_t)colon) : host;
}

static bool host_is_ours(const App *app, Str host)
{
    Str name = host_name(host);
    if (app->config.hosts.n == 0)
        return str_eq_nocase(name, S("localhost")) || str_eq(name, S("127.0.0.1")) ||
               str_eq(name, S("[::1]")) || str_eq_nocase(name, host_name(app->config.listen));
    for (Str rest = app->config.hosts; rest.p;)
        if (str_eq_nocase(str_trim(str_cut(&rest, ',')), name))
            return true;
    return false;
}

/* A browser says where a request comes from; other clients do not, and carry no cookies. */
static bool is_same_origin(const Call *call)
{
    Str site = call_header(call, S("sec-fetch-site"));
    if (site.p && !str_eq(site, S("same-origin")) && !str_eq(site, S("none")))
        return false;
    Str origin = call_header(call, S("origin"));
    if (!origin.p)
        return true;
    ptrdiff_t at = str_find(origin, S("://"));
    return at > 0 &&
           str_eq_nocase(str_from_index(origin, (size_t)at + 3), call_header(call, S("host")));
}

static bool is_safe_method(Str method)
{
    return str_eq(method, S("GET")) || str_eq(method, S("HEAD")) || str_eq(method, S("OPTIONS"));
}

static void admit_open(Work *work)
{
    const App *app = work->state->app;
    Call *call = &work->call;
    if (!app->config.open)
        return;
    if (is_safe_method(call->http->method) ||
        (is_same_origin(call) &&
         (app->config.open_anywhere || host_is_ours(app, call_header(call, S("host"))))))
        work->actor.may |= permissions_open();
}

static Err admit_machine(Work *work, const AuthSnapshot *auth)
{
    Call *call = &work->call;
    Str given = call_header(call, S("authorization"));
    if (given.p) {
        Str scheme = str_cut(&given, ' ');
        if (!str_eq_nocase(scheme, S("bearer")) || !auth ||
            !auth_token(auth, str_trim(given), cx_now_us(&work->cx), &work->actor))
            return fail(&work->cx, ERR_DENIED, "auth.token",
                        "the token is unknown, expired or revoked");
    }
    admit_open(work);
    return OK;
}

static Err admit_page(Work *work, const AuthSnapshot *auth)
{
    Call *call = &work->call;
    Str secret = call_cookie(call, session_cookie_name(work->web.secure));
    if (secret.p && auth && auth_session(auth, secret, cx_now_us(&work->cx), &work->actor)) {
        work->web.secret = secret;
        work->web.form_token = auth_form_token(work->cx.arena, secret);
    }
    work->actor.lang = lang_of_path(call->http->path);
    if (is_safe_method(call->http->method))
        return OK;
    if (!is_same_origin(call))
        return fail(&work->cx, ERR_DENIED, "auth.origin",
                    "this form was sent from another site; open the page here and send it again");
    TRY(call_read_parts(call));
    if (work->actor.session && !auth_form_token_ok(secret, call_form(call, S("token"))))
        return fail(&work->cx, ERR_DENIED, "auth.form",
                    "this form has expired; load the page again and send it once more");
    return OK;
}

static Err admit(Work *work)
{
    const AuthSnapshot *auth = work->auth ? work->auth->value : NULL;
    RouteFace face = work->call.route->face;
    TRY(face == FACE_PAGE ? admit_page(work, auth) : admit_machine(work, auth));
    return require(&work->cx, (Permission)work->call.route->permission);
}

/* ---- running ---- */

static Err run_read(Call *call)
{
    const Route *route = call->route;
    TRY(route->decode ? route->decode(call) : OK);
    TRY(route->apply ? route->apply(call, call->cx, NULL) : OK);
    return route->encode ? route->encode(call) : OK;
}

static void on_loop_finish(LoopMessage *message)
{
    Work *work = WORK_OF(message, message);
    work->cx.db = work->state->db;
    reads_refresh(work->state);
    finish(work, work->result);
}

static void post(Work *work, void (*run)(LoopMessage *message))
{
    work->message.run = run;
    loop_post(work->state->loop, &work->message);
}

static void worker_read(WorkerTask *task, Db *db)
{
    Work *work = WORK_OF(task, task);
    work->cx.db = db;
    db_budget(db, READ_LIMIT_US);
    bool whole = db_read_begin(&work->cx) == OK; /* else each statement sees its own moment */
    work->result = run_read(&work->call);
    db_budget(db, 0);
    if (whole)
        db_read_end(&work->cx);
    post(work, on_loop_finish);
}

/* Also where the page made do without what was cut: then the next statement fails, or a piece is
 * missing. */
static bool is_over_budget(const Db *db, Err err, const Error *error)
{
    return db_budget_spent(db) || (err == ERR_LIMIT && strcmp(error->key, "query.budget") == 0);
}

static Err submit_task(Work *work, void (*run)(WorkerTask *task, Db *db))
{
    const App *app = work->state->app;
    work->task.run = run;
    bool outward = work->call.route->outward && app->outward;
    if (!worker_submit(outward ? app->outward : app->workers, &work->task))
        return fail(&work->cx, ERR_UNAVAILABLE, "worker.full",
                    "too many slow requests are waiting, try again");
    return OK;
}

static void start_read(Work *work)
{
    Call *call = &work->call;
    reads_begin(work);
    db_budget(work->cx.db, READ_BUDGET_US);
    Err err = run_read(call);
    bool over = is_over_budget(work->cx.db, err, &work->error);
    db_budget(work->cx.db, 0);
    if (work->error.key) /* also one that was forgiven */
        reads_end(work->state);
    if (over) {
        call->status = 200;
        call->header_count = 0;
        call->state = NULL;
        buf_truncate(&call->body, 0);
        call->body.overflow = false;
        err = submit_task(work, worker_read);
        if (err == OK)
            return;
    }
    finish(work, err);
}

static void on_loop_encode(LoopMessage *message)
{
    Work *work = WORK_OF(message, message);
    Call *call = &work->call;
    work->cx.db = work->state->db;
    reads_refresh(work->state);
    Err err = work->unit.result;
    if (err == OK && (call->repeated || (!call->route->encode && call->location.n)))
        page_redirect(call, call->location);
    else if (err == OK && call->route->encode)
        err = call->route->encode(call);
    finish(work, err);
}

/* The answer to a form that was sent before is where it led then. */
static Err unit_apply(Unit *unit)
{
    Work *work = WORK_OF(unit, unit);
    Call *call = &work->call;
    Str before = {0};
    call->location = (Str){0};
    if (work->form_key.n)
        TRY(form_sent(&unit->cx, work->form_key, &before));
    if (before.p) {
        call->repeated = true;
        call->location = before;
        return OK;
    }
    TRY(call->route->apply(call, &unit->cx, &unit->events));
    return work->form_key.n && call->location.n
               ? form_keep_key(&unit->cx, work->form_key, call->location)
               : OK;
}

static void unit_done(Unit *unit)
{
    post(WORK_OF(unit, unit), on_loop_encode);
}

static void submit_unit(Work *work)
{
    work->unit = (Unit){.cx = work->cx, .apply = unit_apply, .done = unit_done};
    work->cx.db = NULL; /* the loop's connection stays on the loop: apply gets the writer's */
    if (writer_submit(work->state->app->writer, &work->unit))
        return;
    work->cx.db = work->state->db;
    finish(work, fail(&work->cx, ERR_UNAVAILABLE, "writer.full",
                      "too many changes are waiting, try again"));
}

static void on_loop_prepared(LoopMessage *message)
{
    Work *work = WORK_OF(message, message);
    work->cx.db = work->state->db;
    reads_refresh(work->state);
    if (work->result != OK)
        finish(work, work->result);
    else if (work->call.route->kind == ROUTE_WRITE)
        submit_unit(work);
    else
        finish(work, work->call.route->encode ? work->call.route->encode(&work->call) : OK);
}

static void worker_prepare(WorkerTask *task, Db *db)
{
    Work *work = WORK_OF(task, task);
    work->cx.db = db;
    db_budget(db, READ_LIMIT_US);
    work->result = work->call.route->prepare(&work->call, &work->cx);
    db_budget(db, 0);
    post(work, on_loop_prepared);
}

static void start(Work *work)
{
    const Route *route = work->call.route;
    if (route->kind == ROUTE_READ && !route->prepare) {
        if (!answer_again(work))
            start_read(work);
        return;
    }
    Err err = route->decode ? route->decode(&work->call) : OK;
    if (err == OK && route->prepare)
        err = submit_task(work, worker_prepare);
    else if (err == OK) {
        submit_unit(work);
        return;
    }
    if (err != OK)
        finish(work, err);
}

/* ---- a form whose session had ended ---- */

static Err draft_apply(Call *call, Cx *cx, struct Events *events)
{
    const Str *key = call->state;
    (void)events;
    return form_keep_draft(cx, *key, call->http->path, call_form_body(call));
}

/* Back to the form, by the login where there is no session. */
static Err draft_encode(Call *call)
{
    const Str *key = call->state;
    Arena *arena = call->cx->arena;
    Url form =
        url_query(arena, url_requested(arena, LANG_DE, call->http->path), S("entwurf"), *key);
    if (call->cx->actor->person.v) {
        page_redirect(call, form.s);
        return OK;
    }
    Url login = url_page(arena, call->cx->actor->lang, S("/anmelden"));
    page_redirect(call, url_query(arena, login, S("weiter"), form.s).s);
    return OK;
}

static const Route KEEP_DRAFT = {.method = "POST",
                                 .path = "",
                                 .kind = ROUTE_WRITE,
                                 .face = FACE_PAGE,
                                 .apply = draft_apply,
                                 .encode = draft_encode,
                                 .help = "keep what was typed until after the login"};

static Str draft_tries(const Work *work)
{
    Str address = throttle_address_key(work->cx.arena, work->call.http->peer);
    return arena_fmt(work->cx.arena, "draft %.*s", SARG(address));
}

/* What was typed is kept when its form comes without a session, or with another one's token. The
 * request has shown that it is of the same origin. */
static bool keep_draft(Work *work)
{
    Call *call = &work->call;
    const Route *page;
    Str body = call_form_body(call);
    bool ended =
        strcmp(work->error.key, "auth.required") == 0 || strcmp(work->error.key, "auth.form") == 0;
    if (!ended || call->route->face != FACE_PAGE || call->route->kind != ROUTE_WRITE ||
        body.n == 0 || body.n > FORM_DRAFT_BYTES_MAX ||
        route_find(work->cx.arena, S("GET"), call->http->path, &page, call->params,
                   &call->param_count) != ROUTE_FOUND ||
        !throttle_try(draft_tries(work), cx_now_us(&work->cx)))
        return false;
    Str *key = arena_new(work->cx.arena, Str);
    *key = auth_secret(work->cx.arena);
    call->state = key;
    call->route = &KEEP_DRAFT;
    work->error = (Error){0};
    submit_unit(work);
    return true;
}

/* ---- from the server ---- */

static Work *work_new(LoopState *state, HttpExchange *exchange)
{
    App *app = state->app;
    Arena *arena = http_arena(exchange);
    Work *work = arena_new(arena, Work);
    work->state = state;
    work->actor = (Actor){
        .tenant = TENANT_DEFAULT, .roles = ROLE_ANYONE, .may = permissions_of_roles(ROLE_ANYONE)};
    work->cx = (Cx){.arena = arena,
                    .db = state->db,
                    .actor = &work->actor,
                    .clock = &app->clock,
                    .error = &work->error,
                    .log = &app->log};
    work->auth = snapshot_take(&app->auth);
    work->city = snapshot_take(&app->city);
    work->call = (Call){.cx = &work->cx,
                        .http = http_request(exchange),
                        .exchange = exchange,
                        .status = 200,
                        .body = buf_new(arena, CALL_BODY_MAX)};
    work->web = (WebServices){.frame = work->city->value,
                              .contexts = app->contexts,
                              .live = state->live,
                              .oidc = app->oidc_services.providers ? &app->oidc_services : NULL,
                              .base = app->base,
                              .files = app->files,
                              .session_us = app->config.session_h * INT64_C(3600000000),
                              .secure = str_eq(work->call.http->scheme, S("https")),
                              .keeps_mails = app->config.keep_mails,
                              .demo_logins = app->demo_logins,
                              .demo_login_count = app->demo_login_count};
    return work;
}

static const void *services_of(const Work *work, RouteFace face)
{
    if (face == FACE_NGSI_LD)
        return &work->state->app->ngsi_ld;
    if (face == FACE_JSON)
        return work->state->app;
    return &work->web;
}

static Err find_route(Work *work)
{
    Call *call = &work->call;
    Cx *cx = &work->cx;
    Str path = call->http->path;
    switch (route_find(cx->arena, call->http->method, path, &call->route, call->params,
                       &call->param_count)) {
    case ROUTE_FOUND:
        break;
    case ROUTE_NO_PATH:
        return fail(cx, ERR_NOT_FOUND, "request.path", "there is nothing at %.*s", SARG(path));
    case ROUTE_NO_METHOD:
        return fail(cx, ERR_UNSUPPORTED, "request.method",
                    "%.*s is not offered here; there is %.*s", SARG(call->http->method),
                    SARG(route_allow(cx->arena, path)));
    }
    call->services = services_of(work, call->route->face);
    return OK;
}

static bool answer_options(Work *work)
{
    Call *call = &work->call;
    if (!str_eq(call->http->method, S("OPTIONS")))
        return false;
    call->status = 204;
    call_add_header(call, S("Allow"), route_allow(work->cx.arena, call->http->path));
    respond(work);
    return true;
}

void dispatch_request(void *user, HttpExchange *exchange)
{
    Work *work = work_new(user, exchange);
    if (answer_options(work))
        return;
    Err err = find_route(work);
    if (err != OK) {
        work->call.services = &work->web;
        work->actor.lang = lang_of_path(work->call.http->path);
        if (strcmp(work->error.key, "request.method") == 0) {
            encode_error(work);
            call_set_header(&work->call, S("Allow"),
                            route_allow(work->cx.arena, work->call.http->path));
            respond(work);
            return;
        }
        finish(work, err);
        return;
    }
    err = admit(work);
    if (work->call.route->face == FACE_PAGE && work->call.route->kind == ROUTE_WRITE)
        work->form_key = call_form(&work->call, S("key"));
    if (err == OK)
        start(work);
    else if (!keep_draft(work))
        finish(work, err);
}

size_t dispatch_body_max(void *user, const HttpRequest *head)
{
    const LoopState *state = user;
    const Route *route;
    Str params[ROUTE_PARAMS_MAX];
    size_t count;
    Arena arena;
    arena_init(&arena, 1024, 0);
    bool found =
        route_find(&arena, head->method, head->path, &route, params, &count) == ROUTE_FOUND;
    arena_done(&arena);
    size_t configured = (size_t)state->app->config.body_mib << 20;
    return found ? MIN(route->body_max, configured) : 64 << 10;
}

static bool is_secret(Str segment)
{
    for (size_t i = 0; i < segment.n; i++) {
        char c = segment.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '-' && c != '_')
            return false;
    }
    return segment.n == AUTH_SECRET_TEXT;
}

/* The secret of a mail's link is the last segment of its path: it is for its reader alone, and does
 * not stand in a log. */
static Str path_for_log(Str path)
{
    ptrdiff_t slash = str_find_last_char(path, '/');
    return is_secret(str_from_index(path, (size_t)(slash + 1)))
               ? str_slice(path, 0, (size_t)(slash + 1))
               : path;
}

void dispatch_answered(void *user, const HttpRequest *request, int status, size_t body_bytes,
                       int64_t took_us)
{
    LoopState *state = user;
    LoopMetrics *metrics = &state->metrics;
    atomic_fetch_add_explicit(&metrics->answers[MIN(status / 100, 5)], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->took_us, (uint64_t)took_us, memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->bytes_out, body_bytes, memory_order_relaxed);
    log_later(&state->app->log, &state->access, LOG_INFO, "http", LOG_S("method", request->method),
              LOG_S("path", path_for_log(request->path)), LOG_I("status", status),
              LOG_I("bytes", (int64_t)body_bytes), LOG_I("us", took_us),
              LOG_S("peer", request->peer));
}

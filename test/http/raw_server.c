#include "raw.h"

#include "base/buf.h"

#include <stdlib.h>
#include <unistd.h>

HttpOptions raw_options(void)
{
    HttpOptions o = http_options_default();
    o.body_max = 1000;
    o.target_max = 500;
    o.head_max = 4000;
    o.headers_max = 20;
    o.pipeline_max = 8;
    o.head_timeout_us = 400000;
    o.body_timeout_us = 400000;
    o.idle_timeout_us = 600000;
    o.write_timeout_us = 500000;
    return o;
}

static void respond(HttpExchange *exchange, int status, Str body)
{
    http_respond(exchange, &(HttpResponse){.status = status, .body = body});
}

static int64_t query_number(const HttpRequest *request)
{
    int64_t n = 0;
    return str_to_i64(request->query, &n) ? n : 0;
}

static size_t on_body_max(void *user, const HttpRequest *head)
{
    (void)user;
    return str_eq(head->path, S("/small"))   ? 10
           : str_eq(head->path, S("/none"))  ? 0
           : str_eq(head->path, S("/large")) ? RAW_BIG
                                             : 1000;
}

static void on_stream_closed(void *user)
{
    RawServer *server = user;
    server->stream = NULL;
    server->closed++;
}

static void fill_stream(void *user)
{
    RawServer *server = user;
    static const char LINE[1000] = {[0 ... 998] = 's', [999] = '\n'};
    while (server->written > 0 && http_stream_write(server->stream, (Str){LINE, sizeof LINE}))
        server->written -= sizeof LINE;
    if (server->written == 0)
        http_stream_end(server->stream);
}

static void open_stream(RawServer *server, HttpExchange *exchange, bool events)
{
    static const HttpHeader TYPE[] = {{S_INIT("Content-Type"), S_INIT("text/event-stream")},
                                      {S_INIT("Content-Type"), S_INIT("text/csv")}};
    int64_t lines = query_number(http_request(exchange));
    HttpResponse head = {.status = 200, .headers = TYPE + !events, .header_count = 1};
    server->stream = http_stream(exchange, &head, 10000,
                                 (HttpStreamEvents){.closed = on_stream_closed,
                                                    .drained = events ? NULL : fill_stream,
                                                    .user = server});
    server->written = (size_t)lines * 1000;
    if (!events)
        fill_stream(server);
    else
        http_stream_write(server->stream, S("data: 1\n\n"));
}

/* How many lines of 1000 bytes fit into the stream while its client does not read. */
static void overflow_stream(RawServer *server, HttpExchange *exchange)
{
    static const char LINE[1000] = {0};
    size_t taken = 0;
    while (server->stream && taken < 100 &&
           http_stream_write(server->stream, (Str){LINE, sizeof LINE}))
        taken++;
    respond(exchange, 200, arena_fmt(http_arena(exchange), "%zu", taken));
}

static void release(RawServer *server, HttpExchange *last)
{
    if (last)
        respond(last, 200, S("release"));
    while (server->held_count > 0) {
        HttpExchange *x = server->held[--server->held_count];
        respond(x, 200, http_request(x)->query);
    }
}

static void on_drained(void *user)
{
    ((RawServer *)user)->drained++;
}

static void on_request(void *user, HttpExchange *exchange)
{
    RawServer *server = user;
    const HttpRequest *r = http_request(exchange);
    server->requests++;
    if (str_find(r->target, S("smuggled")) >= 0)
        server->smuggled++;
    if (str_eq(r->path, S("/echo")) || str_eq(r->path, S("/large")))
        respond(exchange, 200, r->body);
    else if (str_eq(r->path, S("/host")))
        respond(exchange, 200, http_header(r, S("host")));
    else if (str_eq(r->path, S("/info")))
        respond(exchange, 200,
                arena_fmt(http_arena(exchange), "%.*s %.*s ?%.*s %.*s %.*s c=%.*s x=%.*s",
                          SARG(r->method), SARG(r->path), SARG(r->query), SARG(r->peer),
                          SARG(r->scheme), SARG(http_header(r, S("cookie"))),
                          SARG(http_header(r, S("x")))));
    else if (str_eq(r->path, S("/status")))
        respond(exchange, (int)query_number(r), S("status"));
    else if (str_eq(r->path, S("/big")))
        respond(exchange, 200, (Str){server->big, (size_t)query_number(r)});
    else if (str_eq(r->path, S("/hold")))
        server->held[server->held_count++] = exchange;
    else if (str_eq(r->path, S("/release")))
        release(server, exchange);
    else if (str_eq(r->path, S("/stream")) || str_eq(r->path, S("/events")))
        open_stream(server, exchange, str_eq(r->path, S("/events")));
    else if (str_eq(r->path, S("/overflow")))
        overflow_stream(server, exchange);
    else if (str_eq(r->path, S("/evil")))
        http_respond(exchange, &(HttpResponse){.status = 200,
                                               .headers = &(HttpHeader){S("X"), S("a\r\nY: b")},
                                               .header_count = 1});
    else if (str_eq(r->path, S("/drain"))) {
        http_server_drain(server->server, 700000, on_drained, server);
        respond(exchange, 200, S("drained"));
    } else if (str_eq(r->path, S("/bye")))
        http_respond(exchange, &(HttpResponse){.status = 200, .body = S("bye"), .close = true});
    else
        respond(exchange, 200, S("ok"));
}

static void on_answered(void *user, const HttpRequest *request, int status, size_t body_bytes,
                        int64_t took_us)
{
    RawServer *server = user;
    (void)request;
    (void)body_bytes;
    ASSERT(took_us >= 0);
    server->last_status = status;
    server->answered++;
}

static void *run(void *user)
{
    loop_run(((RawServer *)user)->loop);
    return NULL;
}

void raw_start(RawServer *server, const HttpOptions *options)
{
    *server = (RawServer){.big = malloc(RAW_BIG)};
    ASSERT(server->big);
    memset(server->big, 'b', RAW_BIG);
    arena_init(&server->arena, 0, 0);
    server->cx = (Cx){.arena = &server->arena, .clock = &CLOCK_SYSTEM, .error = &server->error};
    HttpFace face = {
        .body_max = on_body_max, .request = on_request, .answered = on_answered, .user = server};
    assert_ok(&server->cx, loop_open(&server->cx, &server->loop));
    assert_ok(&server->cx, http_server_open(&server->cx, server->loop, S("127.0.0.1:0"), options,
                                            &face, &server->server));
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
}

static void on_stop(LoopMessage *message)
{
    RawServer *server = (RawServer *)(void *)((char *)message - offsetof(RawServer, stop));
    http_server_close(server->server);
    while (server->held_count > 0) /* exchanges outlive their server */
        respond(server->held[--server->held_count], 200, S("late"));
    loop_stop(server->loop);
}

void raw_stop(RawServer *server)
{
    server->stop.run = on_stop;
    loop_post(server->loop, &server->stop);
    pthread_join(server->thread, NULL);
    loop_close(server->loop);
    arena_done(&server->arena);
    free(server->big);
}

static void on_release(LoopMessage *message)
{
    release((RawServer *)(void *)((char *)message - offsetof(RawServer, release)), NULL);
}

void raw_release(RawServer *server)
{
    server->release.run = on_release;
    loop_post(server->loop, &server->release);
}

static void on_drain(LoopMessage *message)
{
    RawServer *server = (RawServer *)(void *)((char *)message - offsetof(RawServer, drain));
    http_server_drain(server->server, 700000, on_drained, server);
}

void raw_drain(RawServer *server)
{
    server->drain.run = on_drain;
    loop_post(server->loop, &server->drain);
}

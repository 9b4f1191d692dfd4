/* For the unit test and the fuzzer only: bytes through the protocol machine without a socket, and
 * a trace of what it made of them. */
#ifndef HANSE_NET_HTTP_TRACE_H
#define HANSE_NET_HTTP_TRACE_H

#include "base/str.h"
#include "net/http_wire.h"

enum { TRACE_MAX = 1 << 20, TRACE_HELD = 64 };

typedef struct Trace {
    HttpHub *hub;
    Wire wire;
    Arena arena;
    Buf log;     /* a line per request that reached the handler */
    Buf answers; /* a line per answer; how both interleave depends on the pieces */
    Buf out;     /* the bytes that came back */
    HttpExchange *held[TRACE_HELD];
    size_t held_count;
    int requests;
} Trace;

static inline void trace_answer(HttpExchange *x)
{
    http_respond(x, &(HttpResponse){.status = 200, .body = http_request(x)->body});
}

static inline void trace_request(void *user, HttpExchange *x)
{
    Trace *trace = user;
    const HttpRequest *r = http_request(x);
    trace->requests++;
    buf_fmt(&trace->log, "%.*s %.*s|%.*s|%.*s %d %.*s %.*s", SARG(r->method), SARG(r->target),
            SARG(r->path), SARG(r->query), r->http10, SARG(r->peer), SARG(r->scheme));
    for (size_t i = 0; i < r->header_count; i++)
        buf_fmt(&trace->log, "|%.*s=%.*s", SARG(r->headers[i].name), SARG(r->headers[i].value));
    buf_fmt(&trace->log, " %zu ", r->body.n);
    buf_put(&trace->log, r->body);
    buf_char(&trace->log, '\n');
    if (str_starts(r->path, S("/h")) && trace->held_count < TRACE_HELD)
        trace->held[trace->held_count++] = x;
    else
        trace_answer(x);
}

static inline void trace_answered(void *user, const HttpRequest *request, int status,
                                  size_t body_bytes, int64_t took_us)
{
    Trace *trace = user;
    (void)took_us;
    buf_fmt(&trace->answers, "%d %.*s %zu\n", status, SARG(request->target), body_bytes);
}

static inline void trace_wake(Wire *wire)
{
    (void)wire;
}

static inline void trace_open(Trace *trace, HttpOptions options)
{
    *trace = (Trace){0};
    arena_init(&trace->arena, 0, 0);
    trace->log = buf_new(&trace->arena, TRACE_MAX);
    trace->answers = buf_new(&trace->arena, TRACE_MAX);
    trace->out = buf_new(&trace->arena, TRACE_MAX);
    HttpFace face = {.request = trace_request, .answered = trace_answered, .user = trace};
    trace->hub = hub_open(NULL, &options, &face, trace_wake);
    wire_init(&trace->wire, trace->hub, S("127.0.0.1"), false);
}

/* Takes what is ready, `step` bytes at a time, and lets the wire go on. */
static inline void trace_pump(Trace *trace, size_t step)
{
    Str pieces[16];
    do {
        while (wire_output(&trace->wire, pieces, COUNT_OF(pieces)) > 0) {
            Str piece = str_slice(pieces[0], 0, step);
            buf_put(&trace->out, piece);
            wire_taken(&trace->wire, piece.n);
        }
    } while (wire_resume(&trace->wire));
}

static inline void trace_feed(Trace *trace, Str bytes)
{
    wire_feed(&trace->wire, bytes);
    trace_pump(trace, 7);
}

/* The client sends no more, and all held requests are answered, newest first. */
static inline void trace_end(Trace *trace)
{
    wire_eof(&trace->wire);
    trace_pump(trace, 1000);
    while (trace->held_count > 0) {
        trace_answer(trace->held[--trace->held_count]);
        trace_pump(trace, 1000);
    }
}

static inline void trace_close(Trace *trace)
{
    wire_done(&trace->wire);
    hub_release(trace->hub);
    arena_done(&trace->arena);
}

#endif

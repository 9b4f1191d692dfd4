/* Answers: heads, error bodies, streams. */
#include "net/http_wire.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

const HttpRequest *http_request(const HttpExchange *exchange)
{
    return &exchange->request;
}

Arena *http_arena(HttpExchange *exchange)
{
    return &exchange->arena;
}

Loop *http_loop(HttpExchange *exchange)
{
    return exchange->hub->loop;
}

/* "Date: ...\r\n", made once a second. */
static Str date_line(HttpHub *hub)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != hub->date_s) {
        Arena arena;
        arena_init(&arena, 512, 0);
        Buf buf = buf_new(&arena, sizeof hub->date);
        buf_put(&buf, S("Date: "));
        http_date(&buf, (int64_t)now.tv_sec * 1000000);
        buf_put(&buf, S("\r\n"));
        hub->date_s = now.tv_sec;
        hub->date_n = buf.n;
        memcpy(hub->date, buf.p, buf.n);
        arena_done(&arena);
    }
    return (Str){hub->date, hub->date_n};
}

static char *put(char *at, Str s)
{
    if (s.n)
        memcpy(at, s.p, s.n);
    return at + s.n;
}

static char *put_number(char *at, size_t v)
{
    char digits[20];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    while (n > 0)
        *at++ = digits[--n];
    return at;
}

static char *put_status(char *at, int status)
{
    if (status == 200)
        return put(at, S("HTTP/1.1 200 OK\r\n"));
    at = put(at, S("HTTP/1.1 "));
    at = put_number(at, (size_t)status);
    at = put(at, S(" "));
    at = put(at, http_reason(status));
    return put(at, S("\r\n"));
}

/* How the answer's length is told. */
typedef enum Framing { FRAMING_NONE, FRAMING_LENGTH, FRAMING_CHUNKED } Framing;

/* More than status line, Date, Connection and framing need together. */
enum { HEAD_FIXED = 256 };

static void put_head(HttpExchange *x, const HttpResponse *response, Framing framing)
{
    size_t n = HEAD_FIXED;
    for (size_t i = 0; i < response->header_count; i++)
        n += response->headers[i].name.n + response->headers[i].value.n + 4;
    char *start = arena_alloc_raw(&x->arena, n, 1), *at = put_status(start, response->status);
    at = put(at, date_line(x->hub));
    for (size_t i = 0; i < response->header_count; i++) {
        at = put(put(at, response->headers[i].name), S(": "));
        at = put(put(at, response->headers[i].value), S("\r\n"));
    }
    if (!x->keep_alive)
        at = put(at, S("Connection: close\r\n"));
    else if (x->request.http10)
        at = put(at, S("Connection: keep-alive\r\n"));
    if (framing == FRAMING_LENGTH)
        at = put(put_number(put(at, S("Content-Length: ")), response->body.n), S("\r\n"));
    else if (framing == FRAMING_CHUNKED)
        at = put(at, S("Transfer-Encoding: chunked\r\n"));
    at = put(at, S("\r\n"));
    x->head = (Str){start, (size_t)(at - start)};
    x->status = response->status;
}

static bool has_no_body(int status)
{
    return status == 204 || status == 304;
}

/* RFC 9112, 11.1: what was meant as a value must not become a header. */
static bool is_clean(const HttpResponse *response)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (!http_is_token(response->headers[i].name) ||
            http_has_control(response->headers[i].value))
            return false;
    return true;
}

static void wake(HttpExchange *x)
{
    if (!x->wire->feeding)
        x->hub->wake(x->wire);
}

/* While draining, the last request's answer is the connection's last. */
static void close_when_draining(HttpExchange *x)
{
    if (x->hub->draining && x == x->wire->last) {
        x->keep_alive = false;
        wire_stop(x->wire);
    }
}

static void answer(HttpExchange *x, const HttpResponse *response)
{
    bool empty = has_no_body(response->status);
    close_when_draining(x);
    if (response->close) {
        x->keep_alive = false;
        wire_stop(x->wire);
    }
    put_head(x, response, empty ? FRAMING_NONE : FRAMING_LENGTH);
    if (!empty && !str_eq(x->request.method, S("HEAD")))
        x->payload = response->body;
    x->state = EXCHANGE_ANSWERED;
    x->wire->pending += x->head.n + x->payload.n;
    wake(x);
}

static void drop(HttpExchange *x)
{
    HttpHub *hub = x->hub;
    if (hub->face.answered)
        hub->face.answered(hub->face.user, &x->request, HTTP_CLIENT_GONE, 0,
                           clock_mono_us() - x->started_us);
    exchange_free(x);
}

/* An answer of the server's own (RFC 9457). The details are our literals: no escapes needed. */
static HttpResponse problem(HttpExchange *x, int status, const char *detail)
{
    static const HttpHeader TYPE[] = {{S_INIT("Content-Type"), S_INIT("application/problem+json")}};
    static const HttpHeader TYPE_AND_RETRY[] = {
        {S_INIT("Content-Type"), S_INIT("application/problem+json")},
        {S_INIT("Retry-After"), S_INIT("1")}};
    Str body = arena_fmt(&x->arena,
                         "{\"type\":\"about:blank\",\"title\":\"%.*s\",\"status\":%d,"
                         "\"detail\":\"%s\"}\n",
                         SARG(http_reason(status)), status, detail);
    bool retry = status == 503;
    return (HttpResponse){.status = status,
                          .headers = retry ? TYPE_AND_RETRY : TYPE,
                          .header_count = retry ? COUNT_OF(TYPE_AND_RETRY) : COUNT_OF(TYPE),
                          .body = body};
}

void exchange_refuse(HttpExchange *x, int status, const char *detail)
{
    x->wants_continue = false;
    x->keep_alive = false;
    if (x->body_n == 0 || !x->request.body.p)
        x->request.body = (Str){0};
    HttpResponse response = problem(x, status, detail);
    answer(x, &response);
}

void http_respond(HttpExchange *x, const HttpResponse *response)
{
    ASSERT(x->state == EXCHANGE_RUNNING);
    ASSERT(response->status >= 200 && response->status <= 599);
    if (!x->wire) {
        drop(x);
        return;
    }
    if (is_clean(response)) {
        answer(x, response);
        return;
    }
    HttpResponse instead = problem(x, 500, "The answer's headers held a control character.");
    answer(x, &instead);
}

/* ---- streams ---- */

/* A ring of fixed size holds what waits, framing included. at and n describe the bytes that
 * wait; each write is one chunk (RFC 9112, 7.1) or, to HTTP/1.0, plain bytes until the close. */
struct HttpStream {
    HttpExchange *exchange; /* NULL: the client was gone before it began */
    HttpStreamEvents events;
    LoopMessage message; /* tells closed where there is no exchange */
    size_t at, n, max;
    size_t body_bytes; /* written, without framing */
    bool chunked;
    bool silent; /* the answer to HEAD has no body */
    bool ended;
    bool is_events;
    char ring[];
};

/* "0\r\n\r\n" must always fit behind what waits. */
enum { STREAM_LAST = 5 };

static void tell_closed(LoopMessage *message)
{
    HttpStream *stream = (HttpStream *)(void *)((char *)message - offsetof(HttpStream, message));
    if (stream->events.closed)
        stream->events.closed(stream->events.user);
    free(stream);
}

static bool names_events(const HttpResponse *head)
{
    for (size_t i = 0; i < head->header_count; i++)
        if (str_eq_nocase(head->headers[i].name, S("content-type")) &&
            str_eq_nocase(str_slice(head->headers[i].value, 0, 17), S("text/event-stream")))
            return true;
    return false;
}

static HttpStream *stream_new(size_t buffer_max, HttpStreamEvents events)
{
    HttpStream *stream = malloc(sizeof *stream + buffer_max + STREAM_LAST);
    if (!stream)
        abort();
    *stream = (HttpStream){.events = events, .max = buffer_max + STREAM_LAST};
    return stream;
}

HttpStream *http_stream(HttpExchange *x, const HttpResponse *head, size_t buffer_max,
                        HttpStreamEvents events)
{
    ASSERT(x->state == EXCHANGE_RUNNING);
    ASSERT(head->status >= 200 && head->status <= 599);
    HttpStream *stream = stream_new(buffer_max, events);
    if (!x->wire || !is_clean(head)) {
        Loop *loop = x->hub->loop;
        http_respond(x, head); /* drops it, or answers with 500 */
        stream->ended = true;
        stream->message.run = tell_closed;
        loop_post(loop, &stream->message);
        return stream;
    }
    close_when_draining(x);
    stream->silent = str_eq(x->request.method, S("HEAD")) || has_no_body(head->status);
    stream->chunked = !x->request.http10 && !has_no_body(head->status);
    if (head->close || x->request.http10) {
        x->keep_alive = false;
        wire_stop(x->wire);
    }
    put_head(x, head, stream->chunked ? FRAMING_CHUNKED : FRAMING_NONE);
    stream->exchange = x;
    stream->is_events = names_events(head);
    x->stream = stream;
    x->state = EXCHANGE_STREAMING;
    x->wire->pending += x->head.n;
    if (stream->is_events && x->wire->eof)
        http_stream_end(stream);
    wake(x);
    return stream;
}

static void ring_put(HttpStream *stream, Str bytes)
{
    size_t end = (stream->at + stream->n) % stream->max;
    size_t first = MIN(bytes.n, stream->max - end);
    memcpy(stream->ring + end, bytes.p, first);
    memcpy(stream->ring, bytes.p + first, bytes.n - first);
    stream->n += bytes.n;
}

bool http_stream_write(HttpStream *stream, Str bytes)
{
    if (stream->ended)
        return false;
    if (bytes.n == 0 || stream->silent) /* an empty chunk would be the last one */
        return true;
    char size[20];
    int size_n = stream->chunked ? snprintf(size, sizeof size, "%zx\r\n", bytes.n) : 0;
    size_t framed = bytes.n + (stream->chunked ? (size_t)size_n + 2 : 0);
    if (framed > stream->max - STREAM_LAST - stream->n)
        return false;
    if (stream->chunked)
        ring_put(stream, (Str){size, (size_t)size_n});
    ring_put(stream, bytes);
    if (stream->chunked)
        ring_put(stream, S("\r\n"));
    stream->body_bytes += bytes.n;
    wake(stream->exchange);
    return true;
}

void http_stream_end(HttpStream *stream)
{
    if (stream->ended)
        return;
    stream->ended = true;
    if (stream->chunked && !stream->silent)
        ring_put(stream, S("0\r\n\r\n"));
    wake(stream->exchange);
}

size_t stream_output(const HttpStream *stream, Str *pieces)
{
    size_t n = 0, first = MIN(stream->n, stream->max - stream->at);
    if (first)
        pieces[n++] = (Str){stream->ring + stream->at, first};
    if (stream->n > first)
        pieces[n++] = (Str){stream->ring, stream->n - first};
    return n;
}

bool stream_taken(HttpStream *stream, size_t n)
{
    stream->n -= n;
    stream->at = stream->n ? (stream->at + n) % stream->max : 0;
    if (n > 0 && stream->n == 0 && !stream->ended && stream->events.drained)
        stream->events.drained(stream->events.user);
    return stream->ended && stream->n == 0;
}

bool stream_is_events(const HttpStream *stream)
{
    return stream->is_events;
}

size_t stream_finish(HttpStream *stream)
{
    size_t bytes = stream->body_bytes;
    tell_closed(&stream->message);
    return bytes;
}

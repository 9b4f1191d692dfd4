#include "net/http_wire.h"

#include "base/str.h"
#include "net/http_forwarded.h"

#include <stdlib.h>

/* Spare exchanges beyond this go back to the allocator: a burst shall not stay for ever. */
enum { SPARE_MAX = 256 };
/* One chunk of an exchange's arena: head, headers, a small body, the answer's head. */
enum { EXCHANGE_CHUNK = 8 * 1024 };
/* The first piece of a large body's memory. */
enum { BODY_FIRST = 32 * 1024 };

/* ---- hub ---- */

HttpHub *hub_open(Loop *loop, const HttpOptions *options, const HttpFace *face,
                  void (*wake)(Wire *wire))
{
    HttpHub *hub = calloc(1, sizeof *hub);
    if (!hub)
        abort();
    hub->options = *options;
    hub->face = *face;
    hub->loop = loop;
    hub->wake = wake;
    hub->references = 1;
    hub->date_s = -1;
    return hub;
}

void hub_release(HttpHub *hub)
{
    if (--hub->references > 0)
        return;
    while (hub->spare) {
        HttpExchange *x = hub->spare;
        hub->spare = x->next;
        arena_done(&x->arena);
        free(x);
    }
    free(hub);
}

/* ---- exchanges ---- */

static HttpExchange *exchange_take(HttpHub *hub)
{
    HttpExchange *x = hub->spare;
    if (x) {
        hub->spare = x->next;
        hub->spare_count--;
        Arena arena = x->arena;
        *x = (HttpExchange){.arena = arena};
        return x;
    }
    x = calloc(1, sizeof *x);
    if (!x)
        abort();
    arena_init(&x->arena, EXCHANGE_CHUNK, 0);
    return x;
}

HttpExchange *exchange_open(Wire *wire)
{
    HttpExchange *x = exchange_take(wire->hub);
    x->hub = wire->hub;
    x->hub->references++;
    x->wire = wire;
    x->started_us = clock_mono_us();
    /* A copy: whoever holds the exchange may be on another thread when the wire ends, and from
     * then on neither the wire's memory nor the arena may be touched here. */
    x->request.peer = arena_copy(&x->arena, wire->peer);
    x->request.scheme = wire->secure ? S("https") : S("http");
    if (wire->last)
        wire->last->next = x;
    else
        wire->first = x;
    wire->last = x;
    wire->count++;
    wire->requests++;
    return x;
}

void exchange_free(HttpExchange *x)
{
    HttpHub *hub = x->hub;
    hub->memory -= x->body_cap;
    free(x->body);
    if (hub->spare_count < SPARE_MAX && hub->references > 1) {
        arena_reset(&x->arena);
        x->next = hub->spare;
        hub->spare = x;
        hub->spare_count++;
    } else {
        arena_done(&x->arena);
        free(x);
    }
    hub_release(hub);
}

static bool grow_body(HttpExchange *x, size_t need)
{
    HttpHub *hub = x->hub;
    size_t cap = MIN(MAX(MAX(need, x->body_cap * 2), (size_t)BODY_FIRST), x->body_max);
    if (hub->memory + (cap - x->body_cap) > hub->options.memory_max)
        return false;
    char *body = realloc(x->body, cap);
    if (!body)
        abort();
    hub->memory += cap - x->body_cap;
    x->body = body;
    x->body_cap = cap;
    return true;
}

bool exchange_put_body(HttpExchange *x, Str bytes)
{
    char *to;
    if (x->request.body.p) { /* small, of known length: its room is in the arena */
        to = (char *)(uintptr_t)x->request.body.p;
    } else {
        if (x->body_n + bytes.n > x->body_cap && !grow_body(x, x->body_n + bytes.n))
            return false;
        to = x->body;
    }
    memcpy(to + x->body_n, bytes.p, bytes.n);
    x->body_n += bytes.n;
    return true;
}

/* ---- wire ---- */

void wire_init(Wire *wire, HttpHub *hub, Str peer, bool secure)
{
    *wire = (Wire){.hub = hub, .peer = peer, .secure = secure};
    wire->proxied = forwarded_is_trusted(&hub->options, peer);
}

/* Lets go of all exchanges: their answers will not be sent. */
static void abandon(Wire *wire)
{
    HttpHub *hub = wire->hub;
    while (wire->first) {
        HttpExchange *x = wire->first;
        wire->first = x->next;
        x->next = NULL;
        x->wire = NULL;
        if (x->state == EXCHANGE_RUNNING)
            continue; /* its holder answers it */
        size_t bytes = x->stream ? stream_finish(x->stream) : 0;
        if (hub->face.answered)
            hub->face.answered(hub->face.user, &x->request, HTTP_CLIENT_GONE, bytes,
                               clock_mono_us() - x->started_us);
        exchange_free(x);
    }
    wire->last = wire->reading = NULL;
    wire->count = wire->pending = 0;
}

void wire_done(Wire *wire)
{
    HttpHub *hub = wire->hub;
    hub->references++; /* as long as this takes */
    wire->stopped = true;
    abandon(wire);
    free(wire->in);
    wire->in = NULL;
    hub_release(hub);
}

static void drop_input(Wire *wire)
{
    free(wire->in);
    wire->in = NULL;
    wire->in_at = wire->in_n = wire->in_cap = 0;
    wire->scan = (HeadScan){0};
}

/* Behind the last request: what else comes is read and thrown away by whoever feeds. */
void wire_stop(Wire *wire)
{
    wire->stopped = true;
    wire->lingering = true;
}

void wire_refuse(Wire *wire, int status, const char *detail)
{
    HttpExchange *x = wire->reading ? wire->reading : exchange_open(wire);
    wire->reading = NULL;
    wire_stop(wire);
    exchange_refuse(x, status, detail);
}

static void dispatch(Wire *wire, HttpExchange *x)
{
    HttpHub *hub = wire->hub;
    wire->reading = NULL;
    if (x->body)
        x->request.body = (Str){x->body, x->body_n};
    x->wants_continue = false;
    x->state = EXCHANGE_RUNNING;
    wire->pending += x->request.body.n;
    if (!x->keep_alive)
        wire_stop(wire);
    hub->face.request(hub->face.user, x);
}

static void begin_body(Wire *wire, HttpExchange *x, const HttpHead *head)
{
    const HttpHub *hub = wire->hub;
    x->body_max = hub->face.body_max ? hub->face.body_max(hub->face.user, &x->request)
                                     : hub->options.body_max;
    wire->reading = x;
    if (head->chunked ? x->body_max == 0 : head->length > x->body_max) {
        wire_refuse(wire, 413, "The body is larger than this resource takes.");
        return;
    }
    wire->chunked = (Chunked){0};
    wire->body_rest = head->chunked ? UINT64_MAX : head->length;
    x->wants_continue = head->expect_continue;
    if (!head->chunked && head->length <= WIRE_SMALL_BODY)
        x->request.body =
            (Str){arena_alloc_raw(&x->arena, (size_t)head->length, 1), (size_t)head->length};
    if (!head->chunked)
        x->body_max = (size_t)head->length;
}

static size_t read_head(Wire *wire, Str in)
{
    const HttpOptions *options = &wire->hub->options;
    HttpRefusal refusal = {0};
    size_t n = head_scan(&wire->scan, in, options, &refusal);
    if (refusal.status) {
        wire_refuse(wire, refusal.status, refusal.detail);
        return in.n;
    }
    if (n == 0)
        return 0;
    HttpExchange *x = exchange_open(wire);
    HttpHead head = {.request = &x->request};
    char *text = arena_alloc_raw(&x->arena, n, 1);
    memcpy(text, in.p, n);
    refusal = head_parse(&x->arena, &wire->scan, text, n, options, &head);
    if (refusal.status == 0 && wire->proxied)
        refusal = forwarded_read(&x->arena, options, &x->request);
    wire->scan = (HeadScan){0};
    x->keep_alive = head.keep_alive && !wire->hub->draining;
    if (refusal.status) {
        wire->reading = x;
        wire_refuse(wire, refusal.status, refusal.detail);
    } else if (head.chunked || head.length > 0) {
        begin_body(wire, x, &head);
    } else {
        dispatch(wire, x);
    }
    return n;
}

static void keep_body(Wire *wire, HttpExchange *x, Str bytes)
{
    x->wants_continue = false; /* the client did not wait for it */
    if (!exchange_put_body(x, bytes))
        wire_refuse(wire, 503, "Too many large bodies are on their way; try again.");
}

static size_t read_chunked(Wire *wire, HttpExchange *x, Str in)
{
    Str data = {0};
    size_t taken = 0;
    switch (chunked_step(&wire->chunked, in, x->body_max, &taken, &data)) {
    case CHUNKED_DATA:
        keep_body(wire, x, data);
        break;
    case CHUNKED_END:
        dispatch(wire, x);
        break;
    case CHUNKED_BAD:
        wire_refuse(wire, 400, "The chunked body is malformed.");
        break;
    case CHUNKED_TOO_LARGE:
        wire_refuse(wire, 413, "The body is larger than this resource takes.");
        break;
    case CHUNKED_MORE:
        break;
    }
    return taken;
}

static size_t read_body(Wire *wire, Str in)
{
    HttpExchange *x = wire->reading;
    if (wire->body_rest == UINT64_MAX)
        return read_chunked(wire, x, in);
    size_t n = (size_t)MIN(wire->body_rest, in.n);
    wire->body_rest -= n;
    keep_body(wire, x, str_slice(in, 0, n));
    if (wire->body_rest == 0 && wire->reading)
        dispatch(wire, x);
    return n;
}

static bool is_stalled(const Wire *wire)
{
    return !wire->reading &&
           (wire->count >= wire->hub->options.pipeline_max || wire->pending >= WIRE_PENDING_MAX);
}

/* Reads as many requests as it may; how many bytes it took. */
static size_t read_requests(Wire *wire, Str in)
{
    size_t at = 0;
    while (at < in.n && !wire->stopped && !is_stalled(wire)) {
        Str rest = str_from_index(in, at);
        size_t n = wire->reading ? read_body(wire, rest) : read_head(wire, rest);
        if (n == 0)
            break;
        at += n;
    }
    return wire->stopped ? in.n : at;
}

/* The client has half-closed and all it sent was looked at: what is incomplete stays so. True
 * where that makes an answer. */
static bool settle_eof(Wire *wire)
{
    if (!wire->eof || wire->stopped || is_stalled(wire))
        return false;
    bool incomplete = wire->reading || wire->in_n > wire->in_at;
    if (incomplete)
        wire_refuse(wire, 400, "The connection ended within the request.");
    wire->stopped = true;
    drop_input(wire);
    return incomplete;
}

static void keep_input(Wire *wire, Str bytes)
{
    if (bytes.n == 0)
        return;
    if (wire->in_at > 0) {
        wire->in_n -= wire->in_at;
        memmove(wire->in, wire->in + wire->in_at, wire->in_n);
        wire->in_at = 0;
    }
    if (wire->in_n + bytes.n > wire->in_cap) {
        size_t cap = MAX(MAX(wire->in_n + bytes.n, wire->in_cap * 2), (size_t)256);
        wire->in = realloc(wire->in, cap);
        if (!wire->in)
            abort();
        wire->in_cap = cap;
    }
    memcpy(wire->in + wire->in_n, bytes.p, bytes.n);
    wire->in_n += bytes.n;
}

static bool read_kept(Wire *wire)
{
    if (!wire->in)
        return false;
    size_t taken = read_requests(wire, (Str){wire->in + wire->in_at, wire->in_n - wire->in_at});
    wire->in_at += taken;
    if (wire->stopped || wire->in_at == wire->in_n) {
        HeadScan scan = wire->scan;
        drop_input(wire);
        wire->scan = scan;
    }
    return taken > 0;
}

void wire_feed(Wire *wire, Str bytes)
{
    if (wire->stopped)
        return;
    wire->feeding = true;
    if (wire->in) {
        keep_input(wire, bytes);
        read_kept(wire);
    } else {
        keep_input(wire, str_from_index(bytes, read_requests(wire, bytes)));
    }
    wire->feeding = false;
}

bool wire_resume(Wire *wire)
{
    wire->feeding = true;
    bool progress = !wire->stopped && read_kept(wire);
    if (wire->stopped)
        drop_input(wire);
    progress |= settle_eof(wire);
    wire->feeding = false;
    return progress;
}

void wire_eof(Wire *wire)
{
    wire->eof = true;
    wire->lingering = false;
    if (wire->last && wire->last->stream && stream_is_events(wire->last->stream))
        http_stream_end(wire->last->stream);
    wire->feeding = true;
    settle_eof(wire);
    wire->feeding = false;
}

void wire_drain(Wire *wire)
{
    HttpExchange *last = wire->last;
    for (HttpExchange *x = wire->first; x; x = x->next)
        if (x->stream)
            http_stream_end(x->stream);
    if (!last) {
        if (!wire_has_partial_head(wire))
            wire->stopped = true;
        return;
    }
    last->keep_alive = false;
    if (!wire->reading) {
        wire_stop(wire);
        if (!wire->feeding) /* else whoever feeds does it */
            drop_input(wire);
    }
}

/* ---- output ---- */

/* Interim answer, head, payload or the two parts of a ring. */
enum { PIECES_OF_ONE = 5 };

/* Adds what is not sent of a part that has `before` bytes in front of it. */
static size_t put_unsent(Str *pieces, size_t n, Str part, size_t before, size_t sent)
{
    size_t gone = sent > before ? MIN(sent - before, part.n) : 0;
    if (gone < part.n)
        pieces[n++] = (Str){part.p + gone, part.n - gone};
    return n;
}

size_t wire_output(Wire *wire, Str *pieces, size_t max)
{
    size_t n = 0;
    for (HttpExchange *x = wire->first; x && n + PIECES_OF_ONE <= max; x = x->next) {
        if (x->wants_continue) {
            x->interim = S("HTTP/1.1 100 Continue\r\n\r\n");
            x->wants_continue = false;
            wire->pending += x->interim.n;
        }
        n = put_unsent(pieces, n, x->interim, 0, x->sent);
        n = put_unsent(pieces, n, x->head, x->interim.n, x->sent);
        n = put_unsent(pieces, n, x->payload, x->interim.n + x->head.n, x->sent);
        if (x->stream)
            n += stream_output(x->stream, pieces + n);
        if (x->state != EXCHANGE_ANSWERED || !x->keep_alive)
            break;
    }
    return n;
}

static void finish_first(Wire *wire, size_t body_bytes)
{
    HttpExchange *x = wire->first;
    HttpHub *hub = wire->hub;
    wire->first = x->next;
    if (!x->next)
        wire->last = NULL;
    wire->count--;
    wire->pending -= MIN(x->request.body.n, wire->pending);
    if (hub->face.answered)
        hub->face.answered(hub->face.user, &x->request, x->status, body_bytes,
                           clock_mono_us() - x->started_us);
    if (!x->keep_alive) /* RFC 9112, 9.6: no answer behind Connection: close */
        abandon(wire);
    exchange_free(x);
}

/* The part of n that the first exchange takes; false where it stays in the queue. */
static bool take_first(Wire *wire, size_t *n)
{
    HttpExchange *x = wire->first;
    size_t all = x->interim.n + x->head.n + x->payload.n, part = MIN(*n, all - x->sent);
    x->sent += part;
    *n -= part;
    wire->pending -= MIN(part, wire->pending);
    if (x->sent < all || x->state == EXCHANGE_READING || x->state == EXCHANGE_RUNNING)
        return false;
    if (x->state == EXCHANGE_ANSWERED) {
        finish_first(wire, x->payload.n);
        return true;
    }
    size_t waiting = 0;
    Str pieces[2];
    for (size_t i = stream_output(x->stream, pieces); i > 0; i--)
        waiting += pieces[i - 1].n;
    part = MIN(*n, waiting);
    *n -= part;
    if (!stream_taken(x->stream, part))
        return false;
    HttpStream *stream = x->stream;
    x->stream = NULL;
    finish_first(wire, stream_finish(stream));
    return true;
}

void wire_taken(Wire *wire, size_t n)
{
    while (wire->first && take_first(wire, &n))
        ;
    ASSERT(n == 0);
}

/* ---- state ---- */

bool wire_wants_read(const Wire *wire)
{
    return !wire->eof && (wire->stopped ? wire->lingering : !is_stalled(wire));
}

bool wire_has_partial_head(const Wire *wire)
{
    return !wire->reading && !is_stalled(wire) && wire->in_n > wire->in_at;
}

bool wire_finished(const Wire *wire)
{
    return wire->stopped && !wire->first;
}

uint64_t wire_body_received(const Wire *wire)
{
    return wire->reading ? wire->reading->body_n : 0;
}

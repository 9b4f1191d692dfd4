/* The HTTP/1.1 protocol machine of one connection, without its socket: bytes go in, requests
 * reach the handler, answers come out in the order of the requests. The server feeds it from
 * libuv or TLS, the fuzzer from its corpus. Private to net/http.
 *
 * Life of an exchange: READING (its body is coming) -> RUNNING (the handler has it) -> ANSWERED or
 * STREAMING -> freed when its last byte was handed to the kernel. A refused request is ANSWERED by
 * the wire itself. The wire keeps its exchanges in a queue in the order of their requests; a wire
 * that ends leaves running exchanges to their holders (wire NULL). */
#ifndef HANSE_NET_HTTP_WIRE_H
#define HANSE_NET_HTTP_WIRE_H

#include "net/http_chunked.h"
#include "net/http_head.h"

typedef struct Wire Wire;

/* What the wires of one server share. It ends when its owner and the last exchange let go. */
typedef struct HttpHub {
    HttpOptions options;
    HttpFace face;
    Loop *loop;
    void (*wake)(Wire *wire); /* an answer became ready outside of wire_feed */
    bool draining;
    size_t references;
    size_t memory;       /* bytes of large bodies */
    HttpExchange *spare; /* kept for reuse, with their arenas */
    size_t spare_count;
    int64_t date_s; /* of the date line below */
    char date[64];  /* "Date: ...\r\n" */
    size_t date_n;
} HttpHub;

HttpHub *hub_open(Loop *loop, const HttpOptions *options, const HttpFace *face,
                  void (*wake)(Wire *wire));
void hub_release(HttpHub *hub);

enum {
    /* Bodies of requests in progress and answers that wait for a slow client: beyond this, no
     * further request of the connection is read. */
    WIRE_PENDING_MAX = 1 << 20,
    /* Bodies up to this size are read into the exchange's arena at once; larger ones grow with
     * what really comes, counted against HttpOptions.memory_max. */
    WIRE_SMALL_BODY = 16 * 1024,
};

struct Wire {
    HttpHub *hub;
    Str peer; /* the socket's; lives as long as the wire */
    bool secure;
    bool proxied;      /* the peer is a trusted proxy */
    bool feeding;      /* answers made now are flushed by whoever feeds */
    bool eof;          /* the client sends no more */
    bool stopped;      /* no further request is read: refused, or Connection: close */
    bool lingering;    /* the client may still be sending what nobody will read */
    size_t count;      /* exchanges in the queue */
    uint64_t requests; /* that ever were in it */
    size_t pending;    /* bytes of bodies in progress and of answers not yet taken */
    HttpExchange *first, *last;
    HttpExchange *reading; /* the last one, while its body is coming */
    Chunked chunked;       /* of its body */
    uint64_t body_rest;    /* of its body, where it has a length */
    HeadScan scan;
    char *in; /* bytes that could not be used yet; NULL nearly always */
    size_t in_at, in_n, in_cap;
};

void wire_init(Wire *wire, HttpHub *hub, Str peer, bool secure);
/* Tells the holders of exchanges and streams that the client is gone. */
void wire_done(Wire *wire);
void wire_feed(Wire *wire, Str bytes);
void wire_eof(Wire *wire);
/* Goes on with kept bytes after answers were taken; false when nothing could be done. */
bool wire_resume(Wire *wire);
/* Answers the request that is being read, or the next one, with an error and stops. */
void wire_refuse(Wire *wire, int status, const char *detail);
/* Makes the last request's answer the connection's last and ends streams; for the drain. */
void wire_drain(Wire *wire);

/* The pieces to be sent next, at most max; they stay valid until wire_taken. Returns how many. */
size_t wire_output(Wire *wire, Str *pieces, size_t max);
/* The kernel has taken the first n bytes of the output. */
void wire_taken(Wire *wire, size_t n);

bool wire_wants_read(const Wire *wire);
bool wire_has_partial_head(const Wire *wire);
/* Nothing more will be read or written: the connection may go. */
bool wire_finished(const Wire *wire);
uint64_t wire_body_received(const Wire *wire);

/* ---- for the parts of the machine ---- */

typedef enum ExchangeState {
    EXCHANGE_READING,
    EXCHANGE_RUNNING,
    EXCHANGE_ANSWERED,
    EXCHANGE_STREAMING,
} ExchangeState;

struct HttpExchange {
    HttpExchange *next;
    HttpHub *hub;
    Wire *wire; /* NULL: the client is gone */
    Arena arena;
    HttpRequest request;
    ExchangeState state;
    bool keep_alive;
    bool wants_continue;
    int status;
    int64_t started_us;
    size_t body_max;
    char *body; /* of the request, where it is large: from malloc */
    size_t body_n, body_cap;
    Str interim; /* 100 Continue, once it is due */
    Str head;    /* of the answer */
    Str payload;
    size_t sent; /* of these three */
    HttpStream *stream;
};

/* Reads no further request; what still comes is thrown away. */
void wire_stop(Wire *wire);
/* Appended to the wire's queue. */
HttpExchange *exchange_open(Wire *wire);
void exchange_free(HttpExchange *exchange);
/* Room for n more bytes of the body; false when memory_max is reached. */
bool exchange_put_body(HttpExchange *exchange, Str bytes);
void exchange_refuse(HttpExchange *exchange, int status, const char *detail);

/* The stream's pieces, up to two; its bytes taken; true when all was sent and it has ended. */
size_t stream_output(const HttpStream *stream, Str *pieces);
bool stream_taken(HttpStream *stream, size_t n);
bool stream_is_events(const HttpStream *stream);
/* Calls closed and frees it; ret is the number of body bytes. */
size_t stream_finish(HttpStream *stream);

#endif

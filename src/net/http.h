/* HTTP/1.1, server side (RFC 9110, RFC 9112): on libuv and llhttp, one server object per loop.
 *
 * Keep-alive, pipelining answered in order, chunked both ways, Expect, limits and time-outs for
 * header, body and idle, back-pressure, event streams, drain. What is ambiguous is refused and
 * the connection closed: 400, 408, 413, 414, 417, 431, 501. */
#ifndef HANSE_NET_HTTP_H
#define HANSE_NET_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "net/loop.h"

typedef struct HttpHeader {
    Str name; /* lower case in requests */
    Str value;
} HttpHeader;

typedef struct HttpRequest {
    Str method; /* "GET" */
    Str target; /* as sent */
    Str path;   /* still percent-encoded, without the query */
    Str query;  /* behind '?', p NULL where there is none */
    const HttpHeader *headers;
    size_t header_count;
    Str body;
    Str peer;   /* address of the client: "127.0.0.1" or "::1"; from Forwarded or
                   X-Forwarded-For where the peer is a trusted proxy */
    Str scheme; /* "http" or "https", by the same rule */
    bool http10;
} HttpRequest;

/* The value, or p NULL; several lines of one name are joined with ", " (RFC 9110, 5.3). */
Str http_header(const HttpRequest *request, Str lower_name);

typedef struct HttpResponse {
    int status;
    const HttpHeader *headers; /* without Content-Length, Date, Connection: the server's */
    size_t header_count;
    Str body;       /* must live as long as the exchange's arena, or be static */
    bool close;     /* close the connection behind this answer */
} HttpResponse;

/* A request on its way to its answer. It lives on its loop's thread, from the call of
 * HttpFace.request until it is answered; its arena with it. If the client goes away first, the
 * answer is dropped silently: whoever holds the exchange still answers exactly once. */
typedef struct HttpExchange HttpExchange;
const HttpRequest *http_request(const HttpExchange *exchange);
Arena *http_arena(HttpExchange *exchange);
Loop *http_loop(HttpExchange *exchange);
void http_respond(HttpExchange *exchange, const HttpResponse *response);

/* An answer without end: event streams (text/event-stream, WHATWG HTML 9.2) and long exports. */
typedef struct HttpStream HttpStream;
typedef struct HttpStreamEvents {
    void (*closed)(void *user);  /* the client went away, or http_stream_end; last call */
    void (*drained)(void *user); /* the buffer is empty again; may be NULL */
    void *user;
} HttpStreamEvents;
/* Sends the head; buffer_max is the fixed size of what may wait for a slow client. */
HttpStream *http_stream(HttpExchange *exchange, const HttpResponse *head, size_t buffer_max,
                        HttpStreamEvents events);
/* False, and nothing is queued, when the bytes do not fit. */
bool http_stream_write(HttpStream *stream, Str bytes);
void http_stream_end(HttpStream *stream);

typedef struct HttpFace {
    /* Called when the head is complete: how large the body may be; may be NULL (limit of the
     * options). Answering 0 refuses any body with 413. */
    size_t (*body_max)(void *user, const HttpRequest *head);
    /* Called when the request is complete, on the loop's thread. */
    void (*request)(void *user, HttpExchange *exchange);
    /* Called when an answer has been handed to the kernel; for the log line. May be NULL. */
    void (*answered)(void *user, const HttpRequest *request, int status, size_t body_bytes,
                     int64_t took_us);
    void *user;
} HttpFace;

typedef struct HttpOptions {
    size_t body_max;            /* default 8 MiB */
    size_t head_max;            /* request line and headers: 32 KiB; 431 beyond */
    size_t target_max;          /* 8 KiB; 414 beyond */
    size_t headers_max;         /* 100 */
    size_t pipeline_max;        /* requests of one connection in progress: 32; reading stops */
    size_t connections_max;     /* per server: 10000; beyond, accept and close */
    int64_t head_timeout_us;    /* 10 s from the first byte: 408 */
    int64_t body_timeout_us;    /* 30 s without a byte, and 64 B/s on the mean: 408 */
    int64_t idle_timeout_us;    /* 75 s */
    int64_t write_timeout_us;   /* 30 s without progress */
    const Str *trusted_proxies; /* addresses */
    size_t trusted_proxy_count;
    const char *tls_cert_file; /* NULL: plain */
    const char *tls_key_file;
} HttpOptions;
HttpOptions http_options_default(void);

typedef struct HttpServer HttpServer;
/* Listens on "ADDR:PORT" or "[ADDR]:PORT" with SO_REUSEPORT, so that every loop has its own.
 * Port 0 picks one. Errors: UNAVAILABLE "http.listen" with the reason and what to do. */
MUST Err http_server_open(Cx *cx, Loop *loop, Str listen, const HttpOptions *options,
                          const HttpFace *face, HttpServer **ret);
uint16_t http_server_port(const HttpServer *server);
/* Stops accepting; idle connections are closed, running requests are answered with
 * "Connection: close", streams are ended. done runs on the loop when all are gone or after
 * limit_us. */
void http_server_drain(HttpServer *server, int64_t limit_us, void (*done)(void *user), void *user);
void http_server_close(HttpServer *server);

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
void http_date(Buf *buf, int64_t at_us);
Str http_reason(int status);

#endif

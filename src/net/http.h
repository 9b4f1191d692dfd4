/* HTTP/1.1, server side (RFC 9110, RFC 9112): on libuv and llhttp, one server object per loop.
 *
 * Keep-alive, pipelining answered in order, chunked both ways, Expect, limits and time-outs for
 * header, body and idle, back-pressure, event streams, drain, TLS. What is ambiguous is refused
 * and the connection closed: 400, 408, 413, 414, 417, 431, 501, 503, 505; such an answer has a
 * body of application/problem+json (RFC 9457). The handler never sees a refused request, and
 * nothing behind it is read as a request. */
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
    Str method;                /* "GET" */
    Str target;                /* as sent */
    Str path;                  /* still percent-encoded, without the query */
    Str query;                 /* behind '?', p NULL where there is none */
    const HttpHeader *headers; /* each name once, see http_header; Host is the target's authority
                                  where the target has one (RFC 9112, 3.2.2) */
    size_t header_count;
    Str body;
    Str peer;   /* address of the client: "127.0.0.1" or "::1"; from Forwarded or
                   X-Forwarded-For where the peer is a trusted proxy */
    Str scheme; /* "http" or "https", by the same rule */
    bool http10;
} HttpRequest;

/* The value, or p NULL; several lines of one name are joined with ", " (RFC 9110, 5.3), those of
 * Cookie with "; " (RFC 9113, 8.2.3). */
Str http_header(const HttpRequest *request, Str lower_name);

typedef struct HttpResponse {
    int status;
    const HttpHeader *headers; /* without Content-Length, Date, Connection: the server's. A name
                                  or value with a control character makes the answer a 500. */
    size_t header_count;
    Str body;   /* must live as long as the exchange's arena, or be static */
    bool close; /* close the connection behind this answer */
} HttpResponse;

/* A request on its way to its answer. It lives on its loop's thread, from the call of
 * HttpFace.request until it is answered; its arena with it. If the client goes away first, the
 * answer is dropped silently: whoever holds the exchange still answers exactly once. */
typedef struct HttpExchange HttpExchange;
const HttpRequest *http_request(const HttpExchange *exchange);
Arena *http_arena(HttpExchange *exchange);
Loop *http_loop(HttpExchange *exchange);
/* Status 200 to 599. To HEAD and with 204 and 304 the body is not sent. Headers are copied. */
void http_respond(HttpExchange *exchange, const HttpResponse *response);

/* An answer without end: event streams (text/event-stream, WHATWG HTML 9.2) and long exports. */
typedef struct HttpStream HttpStream;
typedef struct HttpStreamEvents {
    /* The client went away, the server drains, or all was sent behind http_stream_end: called
     * exactly once, as the last call, never from inside a function of this header. The stream
     * must not be used any more. */
    void (*closed)(void *user);
    void (*drained)(void *user); /* the buffer is empty again; may be NULL */
    void *user;
} HttpStreamEvents;
/* Sends the head, in its turn; buffer_max is the fixed size of what may wait for a slow client,
 * each write's framing of at most 20 bytes included. A stream of text/event-stream is closed when
 * its client half-closes the connection; another one is sent to its end. */
HttpStream *http_stream(HttpExchange *exchange, const HttpResponse *head, size_t buffer_max,
                        HttpStreamEvents events);
/* False, and nothing is queued, when the bytes do not fit or the client is gone. */
bool http_stream_write(HttpStream *stream, Str bytes);
void http_stream_end(HttpStream *stream);

enum { HTTP_CLIENT_GONE = 499 };

typedef struct HttpFace {
    /* Called when the head of a request with a body is complete: how large the body may be; may
     * be NULL (limit of the options). Answering 0 refuses any body with 413. */
    size_t (*body_max)(void *user, const HttpRequest *head);
    /* Called when the request is complete, on the loop's thread. */
    void (*request)(void *user, HttpExchange *exchange);
    /* Called when an answer has been handed to the kernel; for the log line. May be NULL. Also for
     * what the server refused by itself, with as much of the request as was understood (empty
     * method: nothing), and with HTTP_CLIENT_GONE for a request whose client did not wait. */
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
    size_t memory_max;          /* bodies above 16 KiB, all together: 256 MiB; 503 beyond */
    int64_t head_timeout_us;    /* 10 s from the first byte: 408 */
    int64_t body_timeout_us;    /* 30 s without a byte, and 64 B/s on the mean: 408 */
    int64_t idle_timeout_us;    /* 75 s */
    int64_t write_timeout_us;   /* 30 s without progress */
    const Str *trusted_proxies; /* addresses, "192.0.2.1" or "2001:db8::1"; copied */
    size_t trusted_proxy_count;
    const char *tls_cert_file; /* PEM chain; NULL: plain */
    const char *tls_key_file;  /* PEM; NULL: in the same file */
} HttpOptions;
HttpOptions http_options_default(void);

typedef struct HttpServer HttpServer;
/* Listens on "ADDR:PORT" or "[ADDR]:PORT" with SO_REUSEPORT, so that every loop has its own.
 * Port 0 picks one. Errors: INVALID "http.address", "http.proxy"; UNAVAILABLE "http.listen",
 * "http.tls"; each with the reason and what to do. */
MUST Err http_server_open(Cx *cx, Loop *loop, Str listen, const HttpOptions *options,
                          const HttpFace *face, HttpServer **ret);
uint16_t http_server_port(const HttpServer *server);
/* Stops accepting; idle connections are closed, running requests are answered with
 * "Connection: close", streams are ended. done runs on the loop when all are gone or after
 * limit_us, when the rest is cut off; http_server_close is still to be called. */
void http_server_drain(HttpServer *server, int64_t limit_us, void (*done)(void *user), void *user);
/* Closes all at once; the loop must turn once more, which loop_close does too. Exchanges that
 * are still held are answered as if their client were gone. */
void http_server_close(HttpServer *server);

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
void http_date(Buf *buf, int64_t at_us);
Str http_reason(int status);

#endif

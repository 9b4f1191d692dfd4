/* For the HTTP tests: a real server on a thread of its own, and a client that sends raw bytes and
 * reads answers strictly. */
#ifndef HANSE_TEST_HTTP_RAW_H
#define HANSE_TEST_HTTP_RAW_H

#include "base/test.h"
#include "net/http.h"

#include <pthread.h>
#include <stdatomic.h>

enum { RAW_WAIT_MS = 2000 }; /* nothing in these tests may take longer without a sign of life */

typedef struct RawServer {
    Loop *loop;
    HttpServer *server;
    pthread_t thread;
    Arena arena;
    Error error;
    Cx cx;
    LoopMessage stop, drain, release;
    HttpExchange *held[64]; /* by /hold */
    size_t held_count;
    HttpStream *stream;     /* of /stream */
    char *big;              /* what /big answers with */
    atomic_int requests;    /* that reached the handler */
    atomic_int smuggled;    /* with a path that must never be seen */
    atomic_int answered;    /* calls of HttpFace.answered */
    atomic_int last_status; /* of the last of them */
    atomic_int closed;      /* calls of HttpStreamEvents.closed */
    atomic_int drained;     /* of http_server_drain's done */
    atomic_size_t written;  /* bytes taken by the stream */
    bool drain_begun;
} RawServer;

enum { RAW_BIG = 16 << 20 };

/* Small limits and time-outs, so that each can be hit in a test. */
HttpOptions raw_options(void);
void raw_start(RawServer *server, const HttpOptions *options);
/* Answers to: /echo (the body), /info (what the server understood), /host, /status?N, /big?N
 * (N bytes), /hold (kept), /release (answers the kept ones, newest first), /stream?N (writes N
 * lines of 1000 bytes as they fit, then ends), /events (a stream that stays open), /evil (a
 * header with a line break), /drain (begins the drain), /bye (asks for the connection's close); all
 * else "ok". body_max: 10 for /small, 0 for /none, 16 MiB for /large. */
void raw_stop(RawServer *server);
/* Begins the drain on the server's thread; RawServer.drained tells its end. */
void raw_drain(RawServer *server);

/* Answers the held exchanges, newest first. */
void raw_release(RawServer *server);

typedef struct RawClient {
    int fd;
    size_t at, n;
    size_t cap;
    char *in;
    bool eof;
} RawClient;

void raw_connect(RawClient *client, const RawServer *server);
void raw_close(RawClient *client);
/* Stops sending silently when the server has closed. */
void raw_send(RawClient *client, Str bytes);
void raw_send_end(RawClient *client); /* half-close */

typedef struct RawAnswer {
    int status;
    Str head; /* valid until the next answer is read */
    Str body;
} RawAnswer;
/* The next answer; false at the connection's end or after RAW_WAIT_MS. A malformed answer is a
 * test's failure. */
bool raw_answer(RawClient *client, bool to_head, RawAnswer *ret);
/* Waits for the connection's end; false if bytes or nothing came instead. */
bool raw_is_closed(RawClient *client);
/* The value of a header of the answer, or p NULL. */
Str raw_header(const RawAnswer *answer, Str name);
void raw_expect(RawClient *client, int status);
void raw_sleep_ms(int ms);
/* Waits until the counter has reached n; false after RAW_WAIT_MS. */
bool raw_wait_for(atomic_int *counter, int n);

#endif

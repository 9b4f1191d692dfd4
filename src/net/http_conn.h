/* A connection: a libuv socket, perhaps TLS, and a wire; and the server that holds them. Private
 * to net/http.
 *
 * Time-outs cost a store per event: each connection has one deadline and sits in a slot of a
 * timer wheel that is visited at the deadline or earlier. A deadline that moves away is noticed
 * when the slot is visited. */
#ifndef HANSE_NET_HTTP_CONN_H
#define HANSE_NET_HTTP_CONN_H

#include "net/http_tls.h"
#include "net/http_wire.h"

#include <netinet/in.h>

#include <uv.h>

enum {
    /* One read takes so much; shared by the connections of a loop. */
    CONN_READ_MAX = 64 * 1024,
    WHEEL_SLOTS = 256,
    /* A closing connection is read so long and so far, so that the client gets its answer and no
     * reset (RFC 9112, 9.6). */
    CONN_LINGER_BYTES = 16 << 20,
    CONN_LINGER_US = 5000000,
    /* Slower bodies are cut off; the mean is asked for when body_timeout_us have passed. */
    BODY_BYTES_PER_S = 64,
};

/* A ring of links; a link outside of any ring points at itself. */
typedef struct Link {
    struct Link *next, *prev;
} Link;

typedef struct Conn {
    uv_tcp_t tcp; /* first, so that a handle is its connection */
    Wire wire;
    HttpServer *server;
    Tls *tls;
    Link all, ready, slot;
    int64_t deadline_us, slot_us; /* slot_us: when the wheel comes by */
    int64_t read_us;              /* of the last bytes */
    int64_t head_us;              /* since when the head in progress is */
    uint64_t head_of;             /* the number of that head */
    uv_write_t write;
    uv_shutdown_t shutdown;
    int fd;            /* the handle's, for writes that need not wait */
    size_t write_n;    /* bytes given to uv_write */
    size_t write_left; /* of the write queue, when it was last looked at */
    size_t linger_left;
    enum {
        WAIT_NOTHING,
        WAIT_WRITE,
        WAIT_LINGER,
        WAIT_HANDSHAKE,
        WAIT_BODY,
        WAIT_HEAD,
        WAIT_IDLE
    } wait;
    bool closing, pumping, reading, writing, lingering;
    char peer[INET6_ADDRSTRLEN];
} Conn;

struct HttpServer {
    uv_tcp_t listener;
    uv_prepare_t prepare;
    uv_timer_t timer;
    HttpHub *hub;
    Loop *loop;
    TlsContext *tls;
    Arena arena; /* what the options point at */
    Link all, ready;
    Link slots[WHEEL_SLOTS];
    uint64_t tick; /* of the last visit, counted from the clock's start */
    int64_t tick_us;
    size_t count;   /* connections */
    size_t handles; /* of libuv, that are not closed yet */
    int64_t drain_until_us;
    void (*drained)(void *user);
    void *drained_user;
    uint16_t port;
    bool listening, draining, closing;
    char read_buffer[CONN_READ_MAX];
};

void link_init(Link *link);
void link_add(Link *ring, Link *link); /* at the end */
void link_remove(Link *link);
bool link_is_alone(const Link *link);

static inline int64_t server_now_us(const HttpServer *server)
{
    return (int64_t)uv_now(server->listener.loop) * 1000;
}

/* Takes an accepted socket. */
void conn_begin(Conn *conn);
/* Writes what is ready, reads on, and sets the time-out. */
void conn_pump(Conn *conn);
void conn_close(Conn *conn);
/* The deadline has passed. */
void conn_expire(Conn *conn);
void conn_drain(Conn *conn);

/* The server's part. */
void server_schedule(HttpServer *server, Conn *conn);
void server_forget(HttpServer *server); /* a connection that was counted */

#endif

#include "net/http_conn.h"

#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Pieces of one writev; beyond, the next one follows at once. */
enum { PIECES_MAX = 64 };
/* One TLS record's plaintext (RFC 8446, 5.1). */
enum { RECORD_MAX = 16 * 1024 };
/* Up to here copying pieces together is cheaper than the kernel's walk over them. */
enum { TOGETHER_MAX = 4 * 1024 };

/* Ten thousand idle connections shall be 20 MB at the most. */
_Static_assert(sizeof(Conn) <= 2048, "an idle connection is small");

static void on_closed(uv_handle_t *handle)
{
    Conn *conn = (Conn *)handle;
    HttpServer *server = conn->server;
    wire_done(&conn->wire);
    tls_close(conn->tls);
    link_remove(&conn->all);
    free(conn);
    server_forget(server);
}

void conn_close(Conn *conn)
{
    if (conn->closing)
        return;
    conn->closing = true;
    link_remove(&conn->ready);
    link_remove(&conn->slot);
    uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

/* ---- writing ---- */

static void output_taken(Conn *conn, size_t n)
{
    if (conn->tls)
        tls_taken(conn->tls, n);
    else
        wire_taken(&conn->wire, n);
}

static void on_written(uv_write_t *write, int status)
{
    Conn *conn = write->data;
    conn->writing = false;
    if (conn->closing)
        return;
    if (status < 0) {
        conn_close(conn);
        return;
    }
    output_taken(conn, conn->write_n);
    conn_pump(conn);
}

/* Encrypts the next record's worth; false where there is nothing to send. */
static bool encrypt(Conn *conn)
{
    char record[RECORD_MAX];
    Str pieces[PIECES_MAX];
    size_t n = 0;
    if (!tls_is_ready(conn->tls))
        return false;
    size_t count = wire_output(&conn->wire, pieces, PIECES_MAX);
    for (size_t i = 0; i < count && n < sizeof record; i++) {
        size_t part = MIN(pieces[i].n, sizeof record - n);
        memcpy(record + n, pieces[i].p, part);
        n += part;
    }
    if (n == 0)
        return false;
    if (!tls_write(conn->tls, (Str){record, n})) {
        conn_close(conn);
        return false;
    }
    wire_taken(&conn->wire, n);
    return true;
}

static size_t collect(Conn *conn, Str *pieces)
{
    if (!conn->tls)
        return wire_output(&conn->wire, pieces, PIECES_MAX);
    do
        pieces[0] = tls_output(conn->tls);
    while (pieces[0].n == 0 && encrypt(conn));
    return pieces[0].n > 0;
}

/* Small pieces as one: the walk of the kernel over several costs more than the copy. */
static ssize_t send_together(int fd, const Str *pieces, size_t count)
{
    char together[TOGETHER_MAX];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(together + n, pieces[i].p, pieces[i].n);
        n += pieces[i].n;
    }
    return send(fd, together, n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t send_pieces(int fd, const Str *pieces, size_t count)
{
    struct iovec parts[PIECES_MAX];
    for (size_t i = 0; i < count; i++) /* the type has no const; what is sent is only read */
        parts[i] = (struct iovec){(void *)(uintptr_t)pieces[i].p, pieces[i].n};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Writes without waiting; 0 where the kernel takes nothing now, negative where all is over.
 * Straight to the socket, since libuv has nothing queued then. */
static ssize_t write_now(const Conn *conn, const Str *pieces, size_t count, size_t all)
{
    ssize_t n;
    do
        n = all <= TOGETHER_MAX ? send_together(conn->fd, pieces, count)
                                : send_pieces(conn->fd, pieces, count);
    while (n < 0 && errno == EINTR);
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : n;
}

/* The kernel's buffer is full: libuv waits for it. The pieces stay where they are until then. */
static void write_later(Conn *conn, const Str *pieces, size_t count)
{
    uv_buf_t buffers[PIECES_MAX];
    conn->write_n = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned part = (unsigned)MIN(pieces[i].n, (size_t)1 << 30);
        buffers[i] = uv_buf_init((char *)(uintptr_t)pieces[i].p, part);
        conn->write_n += part;
        if (part < pieces[i].n) /* the rest comes next */
            count = i + 1;
    }
    conn->write.data = conn;
    conn->writing = true;
    if (uv_write(&conn->write, (uv_stream_t *)&conn->tcp, buffers, (unsigned)count, on_written) !=
        0) {
        conn->writing = false;
        conn_close(conn);
        return;
    }
    conn->write_left = uv_stream_get_write_queue_size((uv_stream_t *)&conn->tcp);
    conn->deadline_us = 0; /* a new wait begins */
}

static void flush(Conn *conn)
{
    while (!conn->writing && !conn->closing) {
        Str pieces[PIECES_MAX];
        size_t all = 0, count = collect(conn, pieces);
        if (count == 0)
            return;
        for (size_t i = 0; i < count; i++)
            all += pieces[i].n;
        ssize_t n = write_now(conn, pieces, count, all);
        if (n < 0)
            conn_close(conn);
        else if (n == 0)
            write_later(conn, pieces, count);
        else
            output_taken(conn, (size_t)n);
    }
}

/* ---- closing ---- */

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    Conn *conn = shutdown->data;
    if (status < 0 && !conn->closing)
        conn_close(conn);
}

/* All is answered. Where the client may still be sending, our side is closed first and what
 * comes is thrown away for a while: a reset would take the answer with it. */
static void finish(Conn *conn)
{
    if (conn->lingering)
        return;
    if (conn->tls) {
        tls_finish(conn->tls);
        flush(conn);
        if (conn->writing || conn->closing)
            return;
    }
    if (!conn->wire.lingering || conn->wire.eof) {
        conn_close(conn);
        return;
    }
    conn->lingering = true;
    conn->linger_left = CONN_LINGER_BYTES;
    conn->shutdown.data = conn;
    if (uv_shutdown(&conn->shutdown, (uv_stream_t *)&conn->tcp, on_shutdown) != 0)
        conn_close(conn);
}

/* ---- reading ---- */

static void on_buffer(uv_handle_t *handle, size_t hint, uv_buf_t *ret)
{
    Conn *conn = (Conn *)handle;
    (void)hint;
    *ret = uv_buf_init(conn->server->read_buffer, CONN_READ_MAX);
}

static void on_eof(Conn *conn)
{
    conn->reading = false;
    if (conn->lingering || (conn->tls && !tls_is_ready(conn->tls))) {
        conn_close(conn);
        return;
    }
    wire_eof(&conn->wire);
    conn_pump(conn);
}

static void feed_tls(Conn *conn, Str bytes)
{
    char plain[RECORD_MAX];
    size_t n = 0;
    TlsStep step;
    tls_feed(conn->tls, bytes);
    while ((step = tls_read(conn->tls, plain, sizeof plain, &n)) == TLS_DATA)
        wire_feed(&conn->wire, (Str){plain, n});
    if (step == TLS_END)
        wire_eof(&conn->wire);
    if (step != TLS_BROKEN)
        return;
    flush(conn); /* the alert that says why */
    conn_close(conn);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    Conn *conn = (Conn *)stream;
    if (conn->closing || n == 0)
        return;
    if (n == UV_EOF) {
        on_eof(conn);
        return;
    }
    if (n < 0 || (conn->lingering && (size_t)n > conn->linger_left)) {
        conn_close(conn);
        return;
    }
    if (conn->lingering) {
        conn->linger_left -= (size_t)n;
        return;
    }
    conn->read_us = server_now_us(conn->server);
    if (conn->tls)
        feed_tls(conn, (Str){buf->base, (size_t)n});
    else
        wire_feed(&conn->wire, (Str){buf->base, (size_t)n});
    conn_pump(conn);
}

static void set_reading(Conn *conn, bool wanted)
{
    if (wanted == conn->reading)
        return;
    conn->reading = wanted;
    if (!wanted)
        uv_read_stop((uv_stream_t *)&conn->tcp);
    else if (uv_read_start((uv_stream_t *)&conn->tcp, on_buffer, on_read) != 0)
        conn_close(conn);
}

/* ---- time ---- */

/* Without bytes for body_timeout_us, or behind the minimum rate after that time. */
static int64_t body_deadline(const Conn *conn)
{
    int64_t timeout = conn->wire.hub->options.body_timeout_us;
    int64_t earned = (int64_t)(wire_body_received(&conn->wire) * 1000000 / BODY_BYTES_PER_S);
    return timeout + MIN(conn->read_us, conn->wire.reading->started_us + earned);
}

static int64_t head_deadline(Conn *conn, int64_t now)
{
    if (conn->wait != WAIT_HEAD || conn->head_of != conn->wire.requests) {
        conn->head_us = now;
        conn->head_of = conn->wire.requests;
    }
    return conn->head_us + conn->wire.hub->options.head_timeout_us;
}

/* What the connection waits for, and how long. */
static void set_deadline(Conn *conn)
{
    const Wire *wire = &conn->wire;
    const HttpOptions *o = &wire->hub->options;
    int64_t now = server_now_us(conn->server), at = INT64_MAX;
    if (conn->lingering) {
        at = conn->wait == WAIT_LINGER ? conn->deadline_us : now + CONN_LINGER_US;
        conn->wait = WAIT_LINGER;
    } else if (conn->writing) {
        at = conn->wait == WAIT_WRITE && conn->deadline_us ? conn->deadline_us
                                                           : now + o->write_timeout_us;
        conn->wait = WAIT_WRITE;
    } else if (conn->tls && !tls_is_ready(conn->tls)) {
        at = conn->wait == WAIT_HANDSHAKE ? conn->deadline_us : now + o->head_timeout_us;
        conn->wait = WAIT_HANDSHAKE;
    } else if (wire->reading && !(wire->reading->wants_continue && wire->first != wire->reading)) {
        at = body_deadline(conn);
        conn->wait = WAIT_BODY;
    } else if (wire_has_partial_head(wire)) {
        at = head_deadline(conn, now);
        conn->wait = WAIT_HEAD;
    } else if (wire->first) {
        conn->wait = WAIT_NOTHING;
    } else {
        at = now + o->idle_timeout_us;
        conn->wait = WAIT_IDLE;
    }
    conn->deadline_us = at;
    if (at < conn->slot_us || link_is_alone(&conn->slot))
        server_schedule(conn->server, conn);
}

void conn_expire(Conn *conn)
{
    size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&conn->tcp);
    if (conn->wait == WAIT_WRITE && left < conn->write_left) {
        conn->write_left = left;
        conn->deadline_us = 0;
        set_deadline(conn);
    } else if (conn->wait == WAIT_BODY) {
        wire_refuse(&conn->wire, 408, "The body came too slowly.");
        conn_pump(conn);
    } else if (conn->wait == WAIT_HEAD) {
        wire_refuse(&conn->wire, 408, "The request's head was not complete in time.");
        conn_pump(conn);
    } else {
        conn_close(conn);
    }
}

void conn_pump(Conn *conn)
{
    if (conn->closing)
        return;
    conn->pumping = true;
    link_remove(&conn->ready);
    do
        flush(conn);
    while (!conn->closing && wire_resume(&conn->wire));
    if (!conn->closing && !conn->writing && wire_finished(&conn->wire))
        finish(conn);
    if (!conn->closing)
        set_reading(conn, conn->lingering || wire_wants_read(&conn->wire));
    if (!conn->closing)
        set_deadline(conn);
    conn->pumping = false;
}

void conn_begin(Conn *conn)
{
    struct sockaddr_storage address;
    int n = sizeof address;
    HttpServer *server = conn->server;
    uv_tcp_nodelay(&conn->tcp, 1);
    if (uv_fileno((uv_handle_t *)&conn->tcp, &conn->fd) != 0) {
        conn_close(conn);
        return;
    }
    if (uv_tcp_getpeername(&conn->tcp, (struct sockaddr *)&address, &n) == 0) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)&address;
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)&address;
        if (address.ss_family != AF_INET6)
            uv_ip4_name(v4, conn->peer, sizeof conn->peer);
        else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
            uv_inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], conn->peer, sizeof conn->peer);
        else
            uv_ip6_name(v6, conn->peer, sizeof conn->peer);
    }
    if (server->tls)
        conn->tls = tls_open(server->tls);
    wire_init(&conn->wire, server->hub, str_from(conn->peer), server->tls != NULL);
    conn_pump(conn);
}

void conn_drain(Conn *conn)
{
    if (conn->closing)
        return;
    if (conn->tls && !tls_is_ready(conn->tls)) {
        conn_close(conn);
        return;
    }
    wire_drain(&conn->wire);
    if (!conn->pumping && !conn->wire.feeding) /* else a handler drains, and it follows */
        conn_pump(conn);
}

#include "net/http_conn.h"

#include "base/str.h"
#include "net/http_forwarded.h"

#include <errno.h>
#include <stdlib.h>

/* Connections that may wait for accept. */
enum { BACKLOG = 1024 };
/* The wheel turns so often per shortest time-out, within these bounds. */
enum { TICKS_PER_TIMEOUT = 16, TICK_MIN_US = 5000, TICK_MAX_US = 250000 };

void link_init(Link *link)
{
    link->next = link->prev = link;
}

void link_add(Link *ring, Link *link)
{
    link->prev = ring->prev;
    link->next = ring;
    ring->prev->next = link;
    ring->prev = link;
}

void link_remove(Link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link_init(link);
}

bool link_is_alone(const Link *link)
{
    return link->next == link;
}

#define CONN_OF(link, member) ((Conn *)(void *)((char *)(link)-offsetof(Conn, member)))

/* ---- time ---- */

void server_schedule(HttpServer *server, Conn *conn)
{
    int64_t now = server_now_us(server), wait = conn->deadline_us - now;
    int64_t ticks = wait <= 0 ? 1 : MIN(wait / server->tick_us + 1, WHEEL_SLOTS - 1);
    uint64_t tick = MAX((uint64_t)(now / server->tick_us), server->tick) + (uint64_t)ticks;
    tick = MIN(tick, server->tick + WHEEL_SLOTS - 1);
    link_remove(&conn->slot);
    link_add(&server->slots[tick % WHEEL_SLOTS], &conn->slot);
    conn->slot_us = (int64_t)tick * server->tick_us;
}

static void visit_slot(HttpServer *server, Link *slot)
{
    Link due;
    link_init(&due);
    while (!link_is_alone(slot)) {
        Link *link = slot->next;
        link_remove(link);
        link_add(&due, link);
    }
    int64_t now = server_now_us(server);
    while (!link_is_alone(&due)) {
        Conn *conn = CONN_OF(due.next, slot);
        link_remove(&conn->slot);
        if (conn->deadline_us <= now)
            conn_expire(conn);
        if (!conn->closing && link_is_alone(&conn->slot))
            server_schedule(server, conn);
    }
}

static void close_all(HttpServer *server)
{
    for (Link *link = server->all.next; link != &server->all; link = link->next)
        conn_close(CONN_OF(link, all));
}

static void on_timer(uv_timer_t *timer)
{
    HttpServer *server = timer->data;
    uint64_t now = (uint64_t)(server_now_us(server) / server->tick_us);
    uint64_t from = MAX(server->tick + 1, now < WHEEL_SLOTS ? 0 : now - WHEEL_SLOTS + 1);
    for (uint64_t tick = from; tick <= now; tick++) {
        server->tick = tick;
        visit_slot(server, &server->slots[tick % WHEEL_SLOTS]);
    }
    if (server->draining && server_now_us(server) >= server->drain_until_us)
        close_all(server);
}

static void start_timer(HttpServer *server)
{
    if (uv_is_active((uv_handle_t *)&server->timer))
        return;
    uint64_t tick_ms = (uint64_t)server->tick_us / 1000;
    server->tick = (uint64_t)(server_now_us(server) / server->tick_us);
    uv_timer_start(&server->timer, on_timer, tick_ms, tick_ms);
}

static int64_t choose_tick_us(const HttpOptions *o)
{
    int64_t shortest = MIN(MIN(o->head_timeout_us, o->body_timeout_us),
                           MIN(o->idle_timeout_us, o->write_timeout_us));
    int64_t tick = MIN(MAX(shortest / TICKS_PER_TIMEOUT, TICK_MIN_US), TICK_MAX_US);
    return tick / 1000 * 1000;
}

/* ---- turns of the loop ---- */

static void on_wake(Wire *wire)
{
    Conn *conn = (Conn *)(void *)((char *)wire - offsetof(Conn, wire));
    if (!conn->closing && !conn->pumping && link_is_alone(&conn->ready))
        link_add(&conn->server->ready, &conn->ready);
}

/* Before the loop waits again: the answers made in this turn go out, one write per connection. */
static void on_prepare(uv_prepare_t *prepare)
{
    HttpServer *server = prepare->data;
    while (!link_is_alone(&server->ready))
        conn_pump(CONN_OF(server->ready.next, ready));
    void (*drained)(void *user) = server->drained;
    if (server->draining && drained && server->count == 0) {
        server->drained = NULL;
        drained(server->drained_user);
    }
}

/* ---- accepting ---- */

static void on_refused(uv_handle_t *handle)
{
    free(handle);
}

/* Too many connections, or the accept failed: taken and closed, so that nobody waits in vain. */
static void refuse_connection(uv_stream_t *listener)
{
    uv_tcp_t *tcp = calloc(1, sizeof *tcp);
    if (!tcp)
        abort();
    uv_tcp_init(listener->loop, tcp);
    uv_accept(listener, (uv_stream_t *)tcp);
    uv_close((uv_handle_t *)tcp, on_refused);
}

static void on_connection(uv_stream_t *listener, int status)
{
    HttpServer *server = listener->data;
    if (status < 0)
        return;
    if (server->count >= server->hub->options.connections_max) {
        refuse_connection(listener);
        return;
    }
    Conn *conn = calloc(1, sizeof *conn);
    if (!conn)
        abort();
    conn->server = server;
    link_init(&conn->ready);
    link_init(&conn->slot);
    uv_tcp_init(listener->loop, &conn->tcp);
    link_init(&conn->all);
    link_add(&server->all, &conn->all);
    server->count++;
    start_timer(server);
    wire_init(&conn->wire, server->hub, (Str){0}, false);
    if (uv_accept(listener, (uv_stream_t *)&conn->tcp) == 0)
        conn_begin(conn);
    else
        conn_close(conn);
}

/* ---- life ---- */

static void free_when_closed(HttpServer *server)
{
    if (!server->closing || server->handles > 0 || server->count > 0)
        return;
    tls_context_close(server->tls);
    hub_release(server->hub);
    arena_done(&server->arena);
    free(server);
}

void server_forget(HttpServer *server)
{
    server->count--;
    if (server->count == 0 && !server->draining && !server->closing)
        uv_timer_stop(&server->timer);
    free_when_closed(server);
}

static void on_handle_closed(uv_handle_t *handle)
{
    HttpServer *server = handle->data;
    server->handles--;
    free_when_closed(server);
}

static void stop_listening(HttpServer *server)
{
    if (!server->listening)
        return;
    server->listening = false;
    uv_close((uv_handle_t *)&server->listener, on_handle_closed);
}

void http_server_close(HttpServer *server)
{
    ASSERT(!server->closing);
    server->closing = true;
    stop_listening(server);
    uv_close((uv_handle_t *)&server->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&server->timer, on_handle_closed);
    close_all(server);
}

void http_server_drain(HttpServer *server, int64_t limit_us, void (*done)(void *user), void *user)
{
    ASSERT(!server->draining && !server->closing);
    server->draining = server->hub->draining = true;
    server->drain_until_us = server_now_us(server) + limit_us;
    server->drained = done;
    server->drained_user = user;
    stop_listening(server);
    start_timer(server);
    Link *next;
    for (Link *link = server->all.next; link != &server->all; link = next) {
        next = link->next;
        conn_drain(CONN_OF(link, all));
    }
}

uint16_t http_server_port(const HttpServer *server)
{
    return server->port;
}

/* ---- opening ---- */

/* "ADDR:PORT" or "[ADDR]:PORT". */
static Err read_address(Cx *cx, Str listen, struct sockaddr_storage *ret)
{
    ptrdiff_t colon = str_find_last_char(listen, ':');
    Str host = str_slice(listen, 0, colon < 0 ? 0 : (size_t)colon);
    int64_t port = -1;
    if (host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_slice(host, 1, host.n - 1);
    bool has_port = colon >= 0 && str_to_i64(str_from_index(listen, (size_t)colon + 1), &port);
    const char *text = arena_cstr(cx->arena, host);
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)ret;
    if (!has_port || port < 0 || port > 65535 ||
        (uv_ip4_addr(text, (int)port, v4) != 0 && uv_ip6_addr(text, (int)port, v6) != 0))
        return fail(cx, ERR_INVALID, "http.address",
                    "cannot listen on \"%.*s\": give ADDRESS:PORT or [ADDRESS]:PORT, such as "
                    "127.0.0.1:8080",
                    SARG(listen));
    return OK;
}

static Err copy_options(Cx *cx, HttpServer *server, const HttpOptions *options, HttpOptions *ret)
{
    HttpOptions o = *options;
    Str *proxies = arena_array(&server->arena, Str, o.trusted_proxy_count + 1);
    for (size_t i = 0; i < o.trusted_proxy_count; i++) {
        proxies[i] = forwarded_canonical(&server->arena, o.trusted_proxies[i]);
        if (!proxies[i].p)
            return fail(cx, ERR_INVALID, "http.proxy",
                        "\"%.*s\" is no address of a trusted proxy; give IPv4 or IPv6 addresses",
                        SARG(o.trusted_proxies[i]));
    }
    o.trusted_proxies = proxies;
    *ret = o;
    return OK;
}

static int bind_listener(HttpServer *server, const struct sockaddr_storage *address)
{
    int fd, on = 1, rc = uv_fileno((uv_handle_t *)&server->listener, &fd);
    if (rc == 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
        rc = uv_translate_sys_error(errno);
    if (rc == 0)
        rc = uv_tcp_bind(&server->listener, (const struct sockaddr *)(const void *)address, 0);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
    return rc;
}

static uint16_t bound_port(const HttpServer *server)
{
    struct sockaddr_storage address;
    int n = sizeof address;
    if (uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &n) != 0)
        return 0;
    /* The port stands at the same place for both families. */
    return ntohs(((const struct sockaddr_in *)(const void *)&address)->sin_port);
}

static HttpServer *server_new(Loop *loop)
{
    HttpServer *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server->loop = loop;
    arena_init(&server->arena, 1024, 0);
    link_init(&server->all);
    link_init(&server->ready);
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        link_init(&server->slots[i]);
    return server;
}

static void init_handles(HttpServer *server)
{
    uv_loop_t *uv = loop_uv(server->loop);
    uv_prepare_init(uv, &server->prepare);
    uv_timer_init(uv, &server->timer);
    uv_prepare_start(&server->prepare, on_prepare);
    uv_unref((uv_handle_t *)&server->prepare);
    uv_unref((uv_handle_t *)&server->timer);
    server->prepare.data = server->timer.data = server->listener.data = server;
    server->handles = 3;
    server->listening = true;
}

static Err prepare_server(Cx *cx, HttpServer *server, const HttpOptions *options,
                          const HttpFace *face)
{
    HttpOptions copy = {0};
    TRY(copy_options(cx, server, options, &copy));
    if (copy.tls_cert_file)
        TRY(tls_context_open(cx, copy.tls_cert_file, copy.tls_key_file, &server->tls));
    server->hub = hub_open(server->loop, &copy, face, on_wake);
    server->tick_us = choose_tick_us(&copy);
    return OK;
}

Err http_server_open(Cx *cx, Loop *loop, Str listen, const HttpOptions *options,
                     const HttpFace *face, HttpServer **ret)
{
    struct sockaddr_storage address = {0};
    TRY(read_address(cx, listen, &address));
    HttpServer *server = server_new(loop);
    Err err = prepare_server(cx, server, options, face);
    if (err != OK) {
        arena_done(&server->arena);
        free(server);
        return err;
    }
    int rc = uv_tcp_init_ex(loop_uv(loop), &server->listener, address.ss_family);
    if (rc != 0) /* without a socket it cannot fail, and http_server_close can close it */
        uv_tcp_init(loop_uv(loop), &server->listener);
    init_handles(server);
    if (rc == 0)
        rc = bind_listener(server, &address);
    if (rc != 0) {
        http_server_close(server);
        return fail(cx, ERR_UNAVAILABLE, "http.listen",
                    "cannot listen on %.*s: %s; choose an address of this machine and a free port",
                    SARG(listen), uv_strerror(rc));
    }
    server->port = bound_port(server);
    *ret = server;
    return OK;
}

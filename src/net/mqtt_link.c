#include "net/mqtt_link.h"

#include <limits.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <uv.h>

#include "base/str.h"

struct MqttTls {
    SSL_CTX *ctx;
};

/* Bytes on their way out; grows by doubling, lives as long as the link. */
typedef struct Bytes {
    char *p;
    size_t n, cap;
} Bytes;

enum {
    CIPHER_BYTES = 17 * 1024, /* one TLS record with its overhead */
    FAIL_TEXT_BYTES = 512,
    FINISH_WAIT_MS = 2000, /* for a peer that does not read */
    KEEP_BYTES = 64 * 1024 /* a larger buffer is given back when it is empty */
};

struct MqttLink {
    uv_loop_t *uv;
    MqttLinkTarget target;
    MqttLinkEvents events;
    uv_tcp_t tcp;
    uv_timer_t timer;     /* for one address */
    uv_prepare_t prepare; /* active while there is something to send or to resume */
    uv_getaddrinfo_t lookup;
    uv_connect_t connect;
    uv_write_t write;
    struct addrinfo *addresses, *next_address;
    int64_t address_timeout_ms;
    SSL *ssl; /* owns both memory BIOs */
    Bytes out, sending;
    unsigned alive; /* handles and requests whose callbacks are still to come */
    bool looking, tcp_open, connected, open, paused, resuming, writing, finishing, closing;
    char last_error[FAIL_TEXT_BYTES]; /* of the address tried last */
    char cipher[CIPHER_BYTES];
};

/* ---- addresses ---- */

static bool port_parse(Str text, uint16_t *ret)
{
    int64_t port;
    if (text.n == 0 || text.n > 5 || !str_to_i64(text, &port) || port < 1 || port > 65535)
        return false;
    *ret = (uint16_t)port;
    return true;
}

static bool host_ok(Str host)
{
    if (host.n == 0 || host.n > 253) /* RFC 1035: the longest name */
        return false;
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '.' && c != '-' && c != '_' && c != ':')
            return false;
    }
    return true;
}

Err mqtt_url_parse(Cx *cx, Str url, MqttUrl *ret)
{
    MqttUrl found = {.tls = str_starts(url, S("mqtts://"))};
    found.port = found.tls ? 8883 : 1883;
    Str rest = str_from_index(url, found.tls ? 8 : 7), port = {0};
    bool ok = found.tls || str_starts(url, S("mqtt://"));
    if (str_starts(rest, S("["))) {
        rest = str_from_index(rest, 1);
        found.host = str_cut(&rest, ']');
        ok = ok && rest.p && (rest.n == 0 || rest.p[0] == ':');
        port = rest.n ? str_from_index(rest, 1) : (Str){0};
    } else {
        port = rest;
        found.host = str_cut(&port, ':');
        ok = ok && str_find_char(found.host, ':') < 0;
    }
    if (!ok || !host_ok(found.host) || (port.p && !port_parse(port, &found.port)))
        return fail(cx, ERR_INVALID, "mqtt.url",
                    "\"%.*s\" is no broker's address; write mqtt://HOST:PORT or mqtts://HOST:PORT,"
                    " with user and password apart from it",
                    SARG(str_slice(url, 0, 300)));
    *ret = found;
    return OK;
}

/* ---- TLS ---- */

static const char *ssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? reason : "no reason given";
}

Err mqtt_tls_open(Cx *cx, const char *ca_file, MqttTls **ret)
{
    ERR_clear_error();
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (!ctx)
        abort();
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    bool ok = SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1;
    ok = ok && (ca_file ? SSL_CTX_load_verify_file(ctx, ca_file)
                        : SSL_CTX_set_default_verify_paths(ctx)) == 1;
    if (!ok) {
        SSL_CTX_free(ctx);
        return fail(cx, ERR_INVALID, "mqtt.ca_file",
                    "%s holds no certificate authority that can be read: %s; give a PEM file",
                    ca_file ? ca_file : "the system's store", ssl_reason());
    }
    MqttTls *tls = calloc(1, sizeof *tls);
    if (!tls)
        abort();
    tls->ctx = ctx;
    *ret = tls;
    return OK;
}

void mqtt_tls_close(MqttTls *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->ctx);
    free(tls);
}

/* ---- life ---- */

static void bytes_reserve(Bytes *b, size_t more)
{
    if (b->cap - b->n >= more)
        return;
    size_t cap = MAX(b->cap * 2, MAX(b->n + more, (size_t)4096));
    b->p = realloc(b->p, cap);
    if (!b->p)
        abort();
    b->cap = cap;
}

static void bytes_empty(Bytes *b)
{
    b->n = 0;
    if (b->cap > KEEP_BYTES) {
        free(b->p);
        *b = (Bytes){0};
    }
}

static void link_release(MqttLink *link)
{
    if (--link->alive > 0)
        return;
    void (*closed)(void *) = link->events.closed;
    void *user = link->events.user;
    if (link->addresses)
        uv_freeaddrinfo(link->addresses);
    SSL_free(link->ssl);
    free(link->out.p);
    free(link->sending.p);
    free(link);
    closed(user);
}

static void on_handle_closed(uv_handle_t *handle)
{
    link_release(handle->data);
}

void mqtt_link_close(MqttLink *link)
{
    if (link->closing)
        return;
    link->closing = true;
    uv_close((uv_handle_t *)&link->timer, on_handle_closed);
    uv_close((uv_handle_t *)&link->prepare, on_handle_closed);
    if (link->tcp_open)
        uv_close((uv_handle_t *)&link->tcp, on_handle_closed);
    if (link->looking) /* its callback comes in any case */
        uv_cancel((uv_req_t *)&link->lookup);
}

static void link_fail(MqttLink *link, Err code, const char *key, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
static void link_fail(MqttLink *link, Err code, const char *key, const char *fmt, ...)
{
    if (link->closing)
        return;
    char text[FAIL_TEXT_BYTES];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    mqtt_link_close(link);
    if (link->finishing)
        return;
    link->events.failed(link->events.user, code, key, (Str){text, MIN((size_t)n, sizeof text - 1)});
}

static void link_lost(MqttLink *link, int rc)
{
    if (rc == UV_EOF)
        link_fail(link, ERR_UNAVAILABLE, "mqtt.lost", "the broker closed the connection");
    else
        link_fail(link, ERR_UNAVAILABLE, "mqtt.lost", "the connection broke: %s", uv_strerror(rc));
}

/* ---- writing ---- */

static void on_prepare(uv_prepare_t *prepare);

/* Sends, resumes or closes before the loop waits again. */
static void link_wake(MqttLink *link)
{
    if (!link->closing)
        uv_prepare_start(&link->prepare, on_prepare);
}

static void on_written(uv_write_t *request, int rc)
{
    MqttLink *link = request->data;
    link->writing = false;
    bytes_empty(&link->sending);
    if (rc < 0)
        link_lost(link, rc);
    link_wake(link);
}

/* Hands link->sending to the kernel; what it does not take at once is written later. */
static void link_send(MqttLink *link)
{
    if (link->sending.n == 0)
        return;
    uv_buf_t all = uv_buf_init(link->sending.p, (unsigned)link->sending.n);
    int sent = uv_try_write((uv_stream_t *)&link->tcp, &all, 1);
    if (sent < 0 && sent != UV_EAGAIN) {
        link_lost(link, sent);
        return;
    }
    size_t done = sent > 0 ? (size_t)sent : 0;
    if (done == link->sending.n) {
        bytes_empty(&link->sending);
        return;
    }
    uv_buf_t rest = uv_buf_init(link->sending.p + done, (unsigned)(link->sending.n - done));
    int rc = uv_write(&link->write, (uv_stream_t *)&link->tcp, &rest, 1, on_written);
    if (rc < 0)
        link_lost(link, rc);
    else
        link->writing = true;
}

static void take_cipher(MqttLink *link)
{
    char *p = NULL;
    BIO *from = SSL_get_wbio(link->ssl);
    long n = BIO_get_mem_data(from, &p);
    if (n <= 0)
        return;
    bytes_reserve(&link->sending, (size_t)n);
    memcpy(link->sending.p + link->sending.n, p, (size_t)n);
    link->sending.n += (size_t)n;
    (void)BIO_reset(from);
}

static void link_flush(MqttLink *link)
{
    if (link->writing || link->closing || !link->connected)
        return;
    if (link->ssl && link->open && link->out.n) {
        ASSERT(link->out.n <= INT_MAX);
        ERR_clear_error();
        if (SSL_write(link->ssl, link->out.p, (int)link->out.n) <= 0) {
            link_fail(link, ERR_UNAVAILABLE, "mqtt.tls", "TLS cannot send: %s", ssl_reason());
            return;
        }
        bytes_empty(&link->out);
    } else if (!link->ssl && link->sending.n == 0) {
        Bytes empty = link->sending;
        link->sending = link->out;
        link->out = empty;
    }
    if (link->ssl)
        take_cipher(link);
    link_send(link);
}

char *mqtt_link_write(MqttLink *link, size_t n)
{
    bytes_reserve(&link->out, n);
    char *room = link->out.p + link->out.n;
    link->out.n += n;
    link_wake(link);
    return room;
}

size_t mqtt_link_pending(const MqttLink *link)
{
    return link->out.n + link->sending.n;
}

/* ---- reading ---- */

static void tls_fail(MqttLink *link)
{
    long verdict = SSL_get_verify_result(link->ssl);
    if (verdict != X509_V_OK)
        link_fail(link, ERR_DENIED, "mqtt.tls_certificate",
                  "the certificate of %s is not accepted: %s; check the CA file and the host name",
                  link->target.host, X509_verify_cert_error_string(verdict));
    else
        link_fail(link, ERR_UNAVAILABLE, "mqtt.tls", "TLS with %s failed: %s", link->target.host,
                  ssl_reason());
}

/* False when the handshake needs more bytes, or failed. */
static bool tls_shake(MqttLink *link)
{
    ERR_clear_error();
    int rc = SSL_do_handshake(link->ssl);
    bool wants = rc <= 0 && SSL_get_error(link->ssl, rc) == SSL_ERROR_WANT_READ;
    link_flush(link); /* also an alert that tells the broker why */
    if (rc <= 0 && !wants)
        tls_fail(link);
    return rc > 0 && !link->closing;
}

static void tls_read(MqttLink *link)
{
    while (!link->paused && !link->closing) {
        size_t room;
        char *to = link->events.room(link->events.user, &room);
        ERR_clear_error();
        int n = SSL_read(link->ssl, to, (int)MIN(room, (size_t)INT_MAX));
        if (n > 0) {
            link->events.filled(link->events.user, (size_t)n);
            continue;
        }
        int why = SSL_get_error(link->ssl, n);
        if (why == SSL_ERROR_ZERO_RETURN)
            link_lost(link, UV_EOF);
        else if (why != SSL_ERROR_WANT_READ)
            tls_fail(link);
        break;
    }
    link_wake(link); /* a key update may have to be answered */
}

static void tls_step(MqttLink *link)
{
    if (!link->open) {
        if (!tls_shake(link))
            return;
        link->open = true;
        link->events.opened(link->events.user);
    }
    tls_read(link);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    (void)suggested;
    MqttLink *link = handle->data;
    size_t room = sizeof link->cipher;
    char *to = link->ssl ? link->cipher : link->events.room(link->events.user, &room);
    *ret = uv_buf_init(to, (unsigned)MIN(room, (size_t)INT_MAX));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    MqttLink *link = stream->data;
    if (n == 0 || link->closing)
        return;
    if (n < 0) {
        link_lost(link, (int)n);
    } else if (!link->ssl) {
        link->events.filled(link->events.user, (size_t)n);
    } else {
        if (BIO_write(SSL_get_rbio(link->ssl), buf->base, (int)n) != n)
            abort(); /* memory BIOs fail only without memory */
        tls_step(link);
    }
}

void mqtt_link_pause(MqttLink *link)
{
    link->paused = true;
    if (link->connected && !link->closing)
        uv_read_stop((uv_stream_t *)&link->tcp);
}

void mqtt_link_resume(MqttLink *link)
{
    link->resuming = true;
    link_wake(link);
}

static void link_read_on(MqttLink *link)
{
    link->resuming = link->paused = false;
    link->events.filled(link->events.user, 0);
    if (link->ssl && link->open)
        tls_read(link);
    if (link->paused || link->closing)
        return;
    int rc = uv_read_start((uv_stream_t *)&link->tcp, on_room, on_read);
    if (rc < 0 && rc != UV_EALREADY)
        link_lost(link, rc);
}

static void link_end(MqttLink *link)
{
    if (link->ssl && link->open) {
        SSL_shutdown(link->ssl);
        link_flush(link);
    }
    mqtt_link_close(link);
}

static void on_prepare(uv_prepare_t *prepare)
{
    MqttLink *link = prepare->data;
    uv_prepare_stop(prepare);
    link_flush(link);
    while (link->resuming && link->connected && !link->writing && !link->finishing &&
           !link->closing) {
        link_read_on(link);
        link_flush(link);
    }
    if (link->finishing && !link->closing && mqtt_link_pending(link) == 0)
        link_end(link);
}

static void on_finish_timeout(uv_timer_t *timer)
{
    mqtt_link_close(timer->data);
}

void mqtt_link_finish(MqttLink *link)
{
    if (link->closing)
        return;
    link->finishing = true;
    if (!link->open) {
        mqtt_link_close(link);
        return;
    }
    mqtt_link_pause(link);
    uv_timer_start(&link->timer, on_finish_timeout, FINISH_WAIT_MS, 0);
    link_wake(link);
}

/* ---- connecting ---- */

static void try_next_address(MqttLink *link);

static void tls_start(MqttLink *link)
{
    char host[256]; /* OpenSSL's macro takes it without const */
    snprintf(host, sizeof host, "%s", link->target.host);
    link->ssl = SSL_new(link->target.tls->ctx);
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    if (!link->ssl || !in || !out)
        abort();
    SSL_set_bio(link->ssl, in, out);
    SSL_set_connect_state(link->ssl);
    X509_VERIFY_PARAM *check = SSL_get0_param(link->ssl);
    X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    int ok = X509_VERIFY_PARAM_set1_ip_asc(check, host);
    if (!ok)
        ok = SSL_set1_host(link->ssl, host) && SSL_set_tlsext_host_name(link->ssl, host);
    if (!ok)
        link_fail(link, ERR_INVALID, "mqtt.tls", "%s cannot be checked against a certificate",
                  host);
    else
        tls_step(link);
}

static void on_tcp_closed_for_next(uv_handle_t *handle)
{
    MqttLink *link = handle->data;
    link->tcp_open = false;
    if (!link->closing)
        try_next_address(link);
    link_release(link);
}

static void address_failed(MqttLink *link, const char *why)
{
    snprintf(link->last_error, sizeof link->last_error, "%s", why);
    uv_timer_stop(&link->timer);
    if (link->closing || uv_is_closing((uv_handle_t *)&link->tcp))
        return;
    link->tcp_open = false; /* mqtt_link_close need not close it again */
    uv_close((uv_handle_t *)&link->tcp, on_tcp_closed_for_next);
}

static void on_address_timeout(uv_timer_t *timer)
{
    address_failed(timer->data, "no answer");
}

static void on_connect(uv_connect_t *request, int rc)
{
    MqttLink *link = request->data;
    if (rc == UV_ECANCELED || link->closing)
        return;
    if (rc < 0) {
        address_failed(link, uv_strerror(rc));
        return;
    }
    uv_timer_stop(&link->timer);
    uv_tcp_nodelay(&link->tcp, 1);
    link->connected = true;
    if (link->target.tls) {
        tls_start(link);
    } else {
        link->open = true;
        link->events.opened(link->events.user);
    }
    if (!link->closing)
        link_read_on(link);
}

static const struct addrinfo *next_allowed(MqttLink *link)
{
    while (link->next_address) {
        const struct addrinfo *a = link->next_address;
        link->next_address = a->ai_next;
        if (!link->target.address_ok ||
            link->target.address_ok(link->target.address_user, a->ai_addr))
            return a;
        snprintf(link->last_error, sizeof link->last_error, "its address may not be reached");
    }
    return NULL;
}

static void try_next_address(MqttLink *link)
{
    const struct addrinfo *a = next_allowed(link);
    if (!a) {
        link_fail(link, ERR_UNAVAILABLE, "mqtt.connect", "cannot connect to %s port %u: %s",
                  link->target.host, link->target.port, link->last_error);
        return;
    }
    uv_tcp_init(link->uv, &link->tcp);
    link->tcp.data = link;
    link->tcp_open = true;
    link->alive++;
    uv_timer_start(&link->timer, on_address_timeout, (uint64_t)link->address_timeout_ms, 0);
    int rc = uv_tcp_connect(&link->connect, &link->tcp, a->ai_addr, on_connect);
    if (rc < 0)
        address_failed(link, uv_strerror(rc));
}

static void on_lookup(uv_getaddrinfo_t *request, int rc, struct addrinfo *found)
{
    MqttLink *link = request->data;
    link->looking = false;
    link->addresses = link->next_address = found;
    if (!link->closing && rc < 0) {
        link_fail(link, ERR_UNAVAILABLE, "mqtt.resolve", "the name %s is not found: %s",
                  link->target.host, uv_strerror(rc));
    } else if (!link->closing) {
        int64_t count = 0;
        for (const struct addrinfo *a = found; a; a = a->ai_next)
            count++;
        link->address_timeout_ms =
            MAX(link->target.connect_timeout_us / 1000 / MAX(count, 1), INT64_C(100));
        try_next_address(link);
    }
    link_release(link);
}

static void lookup_start(MqttLink *link)
{
    char port[8];
    snprintf(port, sizeof port, "%u", link->target.port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    link->alive++;
    link->looking = true;
    int rc = uv_getaddrinfo(link->uv, &link->lookup, on_lookup, link->target.host, port, &hints);
    ASSERT(rc == 0 || rc == UV_ENOMEM); /* the host name was checked */
    if (rc != 0)
        abort();
}

MqttLink *mqtt_link_open(Loop *loop, const MqttLinkTarget *target, MqttLinkEvents events)
{
    MqttLink *link = calloc(1, sizeof *link);
    if (!link)
        abort();
    link->uv = loop_uv(loop);
    link->target = *target;
    link->events = events;
    uv_timer_init(link->uv, &link->timer);
    uv_prepare_init(link->uv, &link->prepare);
    link->alive = 2;
    link->timer.data = link->prepare.data = link;
    link->lookup.data = link->connect.data = link->write.data = link;
    lookup_start(link);
    return link;
}

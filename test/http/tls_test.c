/* TLS: a round trip with a certificate made here, and what goes wrong with it. */
#include "raw.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

static RawServer server;
static char pem_file[64];
static SSL_CTX *client_context;

/* A self-signed certificate and its key, in one PEM file. */
static void make_certificate(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    assert_non_null(key);
    assert_non_null(cert);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_NAME *name = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                               0);
    X509_set_issuer_name(cert, name);
    X509_set_pubkey(cert, key);
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    snprintf(pem_file, sizeof pem_file, "%s/hanse-tls-XXXXXX", P_tmpdir);
    int fd = mkstemp(pem_file);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_int_equal(PEM_write_X509(file, cert), 1);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static int start(void **state)
{
    (void)state;
    make_certificate();
    HttpOptions options = raw_options();
    options.tls_cert_file = pem_file;
    raw_start(&server, &options);
    client_context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_load_verify_locations(client_context, pem_file, NULL);
    SSL_CTX_set_verify(client_context, SSL_VERIFY_PEER, NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    raw_stop(&server);
    SSL_CTX_free(client_context);
    unlink(pem_file);
    return 0;
}

static SSL *handshake(RawClient *client, const char *alpn, int version, int *ret_rc)
{
    raw_connect(client, &server);
    SSL *ssl = SSL_new(client_context);
    SSL_set_fd(ssl, client->fd);
    SSL_set_max_proto_version(ssl, version);
    if (alpn)
        SSL_set_alpn_protos(ssl, (const unsigned char *)alpn, (unsigned)strlen(alpn));
    *ret_rc = SSL_connect(ssl);
    return ssl;
}

static void let_go(RawClient *client, SSL *ssl)
{
    SSL_free(ssl);
    raw_close(client);
}

/* Sends, and reads until the server closes. */
static char *talk(SSL *ssl, Str send, size_t *ret_n)
{
    size_t sent = 0, n = 0, got = 0, cap = 4 << 20;
    char *in = malloc(cap);
    ASSERT(in);
    assert_int_equal(SSL_write_ex(ssl, send.p, send.n, &sent), 1);
    while (SSL_read_ex(ssl, in + n, cap - n - 1, &got) == 1)
        n += got;
    assert_int_equal(SSL_get_error(ssl, 0), SSL_ERROR_ZERO_RETURN); /* not truncated */
    in[n] = 0;
    *ret_n = n;
    return in;
}

static void check_round_trip(int version)
{
    RawClient client;
    int rc;
    size_t n;
    SSL *ssl = handshake(&client, "\x08http/1.1", version, &rc);
    assert_int_equal(rc, 1);
    const unsigned char *protocol;
    unsigned protocol_n;
    SSL_get0_alpn_selected(ssl, &protocol, &protocol_n);
    assert_int_equal(protocol_n, 8);
    char *in = talk(ssl,
                    S("GET /info HTTP/1.1\r\nHost: a\r\n\r\n"
                      "GET /info HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
                    &n);
    const char *first = strstr(in, "GET /info ? 127.0.0.1 https");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "GET /info ? 127.0.0.1 https"));
    free(in);
    let_go(&client, ssl);
}

static void a_request_over_tls_1_3(void **state)
{
    (void)state;
    check_round_trip(TLS1_3_VERSION);
}

static void a_request_over_tls_1_2(void **state)
{
    (void)state;
    check_round_trip(TLS1_2_VERSION);
}

static void tls_1_1_is_refused(void **state)
{
    (void)state;
    RawClient client;
    int rc;
    SSL *ssl = handshake(&client, NULL, TLS1_1_VERSION, &rc);
    assert_true(rc <= 0);
    let_go(&client, ssl);
}

static void a_client_that_only_speaks_h2_is_refused(void **state)
{
    (void)state;
    RawClient client;
    int rc;
    SSL *ssl = handshake(&client, "\x02h2", TLS1_3_VERSION, &rc);
    assert_true(rc <= 0);
    let_go(&client, ssl);
}

static void large_bodies_go_both_ways(void **state)
{
    (void)state;
    RawClient client;
    int rc;
    size_t n, sent;
    SSL *ssl = handshake(&client, NULL, TLS1_3_VERSION, &rc);
    assert_int_equal(rc, 1);
    Str head = S("POST /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                 "Content-Length: 3000000\r\n\r\n");
    assert_int_equal(SSL_write_ex(ssl, head.p, head.n, &sent), 1);
    char *in = talk(ssl, (Str){server.big, 3000000}, &n);
    assert_true(n > 3000000);
    assert_memory_equal(in + n - 3000000, server.big, 3000000);
    free(in);
    let_go(&client, ssl);
}

static void a_stream_over_tls_comes_whole(void **state)
{
    (void)state;
    RawClient client;
    int rc;
    size_t n;
    SSL *ssl = handshake(&client, NULL, TLS1_3_VERSION, &rc);
    assert_int_equal(rc, 1);
    char *in = talk(ssl, S("GET /stream?1000 HTTP/1.0\r\n\r\n"), &n);
    assert_true(n > 1000000 && n < 1000500);
    free(in);
    let_go(&client, ssl);
}

static void plain_http_on_the_tls_port_is_closed(void **state)
{
    (void)state;
    RawClient client;
    raw_connect(&client, &server);
    raw_send(&client, S("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
    char bytes[100];
    struct pollfd p = {.fd = client.fd, .events = POLLIN};
    assert_int_equal(poll(&p, 1, RAW_WAIT_MS), 1);
    while (read(client.fd, bytes, sizeof bytes) > 0) /* an alert, perhaps */
        ;
    assert_int_equal(server.smuggled, 0);
    raw_close(&client);
}

static void a_handshake_that_stalls_is_cut_off(void **state)
{
    (void)state;
    RawClient client;
    int64_t begun_us = clock_mono_us();
    raw_connect(&client, &server);
    raw_send(&client, S("\x16\x03\x01"));
    assert_true(raw_is_closed(&client));
    assert_true(clock_mono_us() - begun_us >= 250000);
    raw_close(&client);
}

static void files_that_cannot_be_used_are_named(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Loop *loop;
    HttpServer *none = NULL;
    HttpOptions options = raw_options();
    HttpFace face = {0};
    assert_ok(cx, loop_open(cx, &loop));
    options.tls_cert_file = "/nowhere/cert.pem";
    assert_err(cx, ERR_UNAVAILABLE, "http.tls",
               http_server_open(cx, loop, S("127.0.0.1:0"), &options, &face, &none));
    assert_true(str_find(cx->error->detail, S("/nowhere/cert.pem")) >= 0);
    options.tls_cert_file = pem_file;
    options.tls_key_file = "/dev/null";
    assert_err(cx, ERR_UNAVAILABLE, "http.tls",
               http_server_open(cx, loop, S("127.0.0.1:0"), &options, &face, &none));
    assert_true(str_find(cx->error->detail, S("/dev/null")) >= 0);
    assert_null(none);
    loop_close(loop);
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_over_tls_1_3),
        cmocka_unit_test(a_request_over_tls_1_2),
        cmocka_unit_test(tls_1_1_is_refused),
        cmocka_unit_test(a_client_that_only_speaks_h2_is_refused),
        cmocka_unit_test(large_bodies_go_both_ways),
        cmocka_unit_test(a_stream_over_tls_comes_whole),
        cmocka_unit_test(plain_http_on_the_tls_port_is_closed),
        cmocka_unit_test(a_handshake_that_stalls_is_cut_off),
        cmocka_unit_test(files_that_cannot_be_used_are_named),
    };
    return cmocka_run_group_tests_name("http_tls", tests, start, stop);
}

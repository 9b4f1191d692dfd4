#include "net/http_tls.h"

#include "base/str.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

struct TlsContext {
    SSL_CTX *ssl;
};

struct Tls {
    SSL *ssl;
    BIO *in, *out; /* owned by ssl */
    char *waiting; /* ciphertext on its way to the kernel */
    size_t at, n, cap;
};

/* RFC 7301: a client that names protocols and not ours is told so. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                           const unsigned char *in, unsigned in_n, void *user)
{
    static const unsigned char OURS[] = "\x08http/1.1";
    (void)ssl;
    (void)user;
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, out_n, OURS, sizeof OURS - 1, in, in_n) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static Err tls_fail(Cx *cx, const char *what, const char *file)
{
    char reason[256];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    ERR_clear_error();
    return fail(cx, ERR_UNAVAILABLE, "http.tls",
                "cannot use the %s in %s: %s; give readable PEM "
                "files of a certificate chain and its key",
                what, file, reason);
}

static Err load_files(Cx *cx, SSL_CTX *ssl, const char *cert_file, const char *key_file)
{
    if (SSL_CTX_use_certificate_chain_file(ssl, cert_file) != 1)
        return tls_fail(cx, "certificate", cert_file);
    if (SSL_CTX_use_PrivateKey_file(ssl, key_file, SSL_FILETYPE_PEM) != 1)
        return tls_fail(cx, "private key", key_file);
    if (SSL_CTX_check_private_key(ssl) != 1)
        return tls_fail(cx, "private key (it is not the certificate's)", key_file);
    return OK;
}

Err tls_context_open(Cx *cx, const char *cert_file, const char *key_file, TlsContext **ret)
{
    ERR_clear_error();
    SSL_CTX *ssl = SSL_CTX_new(TLS_server_method());
    if (!ssl)
        abort();
    SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    /* Idle connections give their record buffers back. */
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(ssl, choose_protocol, NULL);
    Err err = load_files(cx, ssl, cert_file, key_file ? key_file : cert_file);
    if (err != OK) {
        SSL_CTX_free(ssl);
        return err;
    }
    TlsContext *context = calloc(1, sizeof *context);
    if (!context)
        abort();
    context->ssl = ssl;
    *ret = context;
    return OK;
}

void tls_context_close(TlsContext *context)
{
    if (!context)
        return;
    SSL_CTX_free(context->ssl);
    free(context);
}

Tls *tls_open(TlsContext *context)
{
    Tls *tls = calloc(1, sizeof *tls);
    if (!tls)
        abort();
    tls->ssl = SSL_new(context->ssl);
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    if (!tls->ssl || !tls->in || !tls->out)
        abort();
    BIO_set_mem_eof_return(tls->in, -1);
    BIO_set_mem_eof_return(tls->out, -1);
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    SSL_set_accept_state(tls->ssl);
    return tls;
}

void tls_close(Tls *tls)
{
    if (!tls)
        return;
    SSL_free(tls->ssl);
    free(tls->waiting);
    free(tls);
}

void tls_feed(Tls *tls, Str ciphertext)
{
    ASSERT(ciphertext.n <= INT_MAX);
    if (BIO_write(tls->in, ciphertext.p, (int)ciphertext.n) != (int)ciphertext.n)
        abort(); /* out of memory */
}

TlsStep tls_read(Tls *tls, char *to, size_t n, size_t *ret_n)
{
    ERR_clear_error();
    if (SSL_read_ex(tls->ssl, to, n, ret_n) == 1)
        return TLS_DATA;
    switch (SSL_get_error(tls->ssl, 0)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return TLS_MORE;
    case SSL_ERROR_ZERO_RETURN:
        return TLS_END;
    default:
        return TLS_BROKEN;
    }
}

bool tls_is_ready(const Tls *tls)
{
    return SSL_is_init_finished(tls->ssl);
}

bool tls_write(Tls *tls, Str plaintext)
{
    ERR_clear_error();
    size_t n = 0;
    return SSL_write_ex(tls->ssl, plaintext.p, plaintext.n, &n) == 1 && n == plaintext.n;
}

void tls_finish(Tls *tls)
{
    ERR_clear_error();
    if (tls_is_ready(tls))
        SSL_shutdown(tls->ssl);
}

/* OpenSSL's buffer moves when it grows, hence the copy: what the kernel is given must not. */
Str tls_output(Tls *tls)
{
    size_t pending = tls->at == tls->n ? BIO_ctrl_pending(tls->out) : 0;
    if (pending) {
        if (pending > tls->cap) {
            tls->waiting = realloc(tls->waiting, pending);
            if (!tls->waiting)
                abort();
            tls->cap = pending;
        }
        tls->at = tls->n = 0;
        if (BIO_read_ex(tls->out, tls->waiting, pending, &tls->n) != 1)
            tls->n = 0;
    }
    return (Str){tls->waiting + tls->at, tls->n - tls->at};
}

void tls_taken(Tls *tls, size_t n)
{
    tls->at += n;
    if (tls->at == tls->n && BIO_ctrl_pending(tls->out) == 0) {
        free(tls->waiting);
        tls->waiting = NULL;
        tls->at = tls->n = tls->cap = 0;
    }
}

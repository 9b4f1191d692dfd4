/* TLS for the server's connections, by OpenSSL over memory: ciphertext goes in and comes out as
 * bytes, so that the socket stays libuv's. TLS 1.2 and 1.3, ALPN "http/1.1". Private to net/http.
 */
#ifndef HANSE_NET_HTTP_TLS_H
#define HANSE_NET_HTTP_TLS_H

#include "base/err.h"

typedef struct TlsContext TlsContext;
typedef struct Tls Tls;

/* Errors: UNAVAILABLE "http.tls" naming the file and OpenSSL's reason. */
MUST Err tls_context_open(Cx *cx, const char *cert_file, const char *key_file, TlsContext **ret);
void tls_context_close(TlsContext *context); /* NULL is fine */

Tls *tls_open(TlsContext *context);
void tls_close(Tls *tls); /* NULL is fine */

/* Takes ciphertext, all of it. */
void tls_feed(Tls *tls, Str ciphertext);
typedef enum TlsStep { TLS_DATA, TLS_MORE, TLS_END, TLS_BROKEN } TlsStep;
/* Up to n bytes of plaintext; drives the handshake. */
TlsStep tls_read(Tls *tls, char *to, size_t n, size_t *ret_n);
bool tls_is_ready(const Tls *tls); /* the handshake is done */

/* Encrypts all of it; false when the connection is broken. Only when ready. */
bool tls_write(Tls *tls, Str plaintext);
/* Says that nothing more will be written. */
void tls_finish(Tls *tls);
/* Ciphertext to send; valid until the next call of tls_output. */
Str tls_output(Tls *tls);
void tls_taken(Tls *tls, size_t n);

#endif

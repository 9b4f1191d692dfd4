/* Heads of requests: found in the bytes that came in, and read (RFC 9112, 2 to 6).
 *
 * Two readers look at every head and must agree: our own scan, which refuses what llhttp lets
 * through (obs-fold, bare CR and LF, control characters, Host, limits), and llhttp for the header
 * lines. How long the body is follows from both, or the head is refused. Private to net/http. */
#ifndef HANSE_NET_HTTP_HEAD_H
#define HANSE_NET_HTTP_HEAD_H

#include "net/http.h"

/* Why a request is not taken; status 0 means that it is. The detail is one sentence for the
 * client and never repeats its input. */
typedef struct HttpRefusal {
    int status;
    const char *detail;
} HttpRefusal;

/* How far the search for the end of a head has come; all zero before its first byte. Positions
 * count from the head's first byte, so that the bytes may move between two calls. */
typedef struct HeadScan {
    size_t at;    /* first byte not looked at */
    size_t line;  /* start of the line in progress */
    size_t start; /* of the request line: 2 behind an empty line, which is skipped once */
    size_t lines; /* that are complete */
} HeadScan;

/* The head's length with its final empty line; 0 while more is to come or when *ret is a refusal.
 * A mistake is found as soon as it is there, not first at the head's end. */
size_t head_scan(HeadScan *scan, Str in, const HttpOptions *options, HttpRefusal *ret);

typedef struct HttpHead {
    HttpRequest *request; /* filled as far as the head was understood */
    bool keep_alive;
    bool chunked;
    bool expect_continue;
    uint64_t length; /* of the body, where it is not chunked */
} HttpHead;

/* Reads a complete head, whose text is the caller's to change and lives as long as the request:
 * names become lower case in place. */
HttpRefusal head_parse(Arena *arena, const HeadScan *scan, char *text, size_t n,
                       const HttpOptions *options, HttpHead *ret);

/* True where a byte is a control character other than tab. */
bool http_has_control(Str s);
/* RFC 9110, 5.6.2 */
bool http_is_token(Str s);
/* host [":" port] as we take it: letters, digits, '-', '.', '_', '~' or a bracketed address. */
bool http_is_authority(Str s);

#endif

/* The chunked transfer coding, decoded (RFC 9112, 7.1): strict CR LF everywhere, extensions and
 * trailers skipped within limits. Private to net/http. */
#ifndef HANSE_NET_HTTP_CHUNKED_H
#define HANSE_NET_HTTP_CHUNKED_H

#include "base/base.h"

enum {
    /* Framing may exceed what is paid for by data by this much: extensions of many small chunks
     * are work without a limit otherwise. */
    CHUNKED_EXCESS_MAX = 16 * 1024,
    /* Trailers are skipped; nobody needs long ones. */
    CHUNKED_TRAILER_MAX = 8 * 1024,
};

typedef struct Chunked {
    uint8_t state;  /* 0 before the first byte */
    uint8_t digits; /* of the size line in progress */
    uint64_t size;  /* bytes of data to come in this chunk */
    uint64_t total; /* bytes of data announced so far */
    int64_t excess; /* framing bytes beyond those paid for */
    size_t trailer; /* bytes of the trailer section */
} Chunked;

typedef enum ChunkedStep {
    CHUNKED_MORE, /* all was taken, more is to come */
    CHUNKED_DATA, /* *ret_data holds data */
    CHUNKED_END,  /* behind the final CR LF; what was not taken is the next request */
    CHUNKED_BAD,
    CHUNKED_TOO_LARGE, /* the chunk just announced passes data_max */
} ChunkedStep;

/* Takes bytes up to the next thing to tell; *ret_taken of them. */
ChunkedStep chunked_step(Chunked *chunked, Str in, uint64_t data_max, size_t *ret_taken,
                         Str *ret_data);

#endif

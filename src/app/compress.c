#include "app/compress.h"

#include "base/str.h"

#include <libdeflate.h>
#include <stdlib.h>

enum {
    BODY_BYTES_MIN = 1400, /* what fits into one packet is not worth it */
    GZIP_LEVEL = 1         /* a third of zlib's time for 2 % more bytes, measured on pages */
};

static bool accepts_gzip(const Call *call)
{
    for (Str rest = call_header(call, S("accept-encoding")); rest.p;) {
        Str one = str_cut(&rest, ',');
        Str name = str_trim(str_cut(&one, ';'));
        if (str_eq_nocase(name, S("gzip")))
            return !str_eq(str_trim(one), S("q=0"));
    }
    return false;
}

struct Compressor {
    struct libdeflate_compressor *gzip;
};

Compressor *compressor_open(void)
{
    Compressor *compressor = calloc(1, sizeof *compressor);
    ASSERT(compressor);
    compressor->gzip = libdeflate_alloc_compressor(GZIP_LEVEL);
    ASSERT(compressor->gzip);
    return compressor;
}

void compressor_close(Compressor *compressor)
{
    if (!compressor)
        return;
    libdeflate_free_compressor(compressor->gzip);
    free(compressor);
}

/* Pictures and archives are packed already. */
static bool is_text(const Call *call)
{
    for (size_t i = 0; i < call->header_count; i++)
        if (str_eq_nocase(call->headers[i].name, S("Content-Type")))
            return !str_starts(call->headers[i].value, S("image/")) &&
                   (!str_starts(call->headers[i].value, S("application/")) ||
                    str_find(call->headers[i].value, S("json")) > 0 ||
                    str_find(call->headers[i].value, S("xml;")) > 0);
    return true;
}

void compress_page(Compressor *compressor, Call *call)
{
    Str plain = buf_str(&call->body);
    if (plain.n < BODY_BYTES_MIN || call->status == 304 || !is_text(call))
        return;
    call_set_header(call, S("Vary"), S("Accept-Encoding, Cookie"));
    if (!accepts_gzip(call))
        return;
    Arena *arena = call->cx->arena;
    char *packed = arena_alloc_raw(arena, plain.n, 1);
    /* 0: it does not get smaller. */
    size_t n = libdeflate_gzip_compress(compressor->gzip, plain.p, plain.n, packed, plain.n);
    if (!n)
        return;
    call->body = (Buf){.p = packed, .n = n, .cap = plain.n, .max = plain.n, .arena = arena};
    call_set_header(call, S("Content-Encoding"), S("gzip"));
}

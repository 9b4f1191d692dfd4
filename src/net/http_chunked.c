#include "net/http_chunked.h"

#include "base/str.h"
#include "net/http_head.h"

enum {
    SIZE,      /* hexadecimal digits */
    EXTENSION, /* behind ';' */
    SIZE_LF,   /* the CR of a size line was seen */
    DATA,
    DATA_CR, /* data is complete */
    DATA_LF,
    TRAILER_START, /* at the start of a trailer line */
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    FINAL_LF,
};

/* 16 digits fill 64 bits; 15 leave room for the sum. */
enum { DIGITS_MAX = 15 };
/* A size line of this many bytes is paid for by its chunk alone. */
enum { LINE_FREE = 16 };

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool is_text(char c)
{
    return c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7F);
}

/* One byte of a size line: digits, extension, CR. */
static bool step_size(Chunked *c, char byte)
{
    int digit = hex_digit(byte);
    if (c->state == SIZE && digit >= 0) {
        c->size = c->size * 16 + (uint64_t)digit;
        return ++c->digits <= DIGITS_MAX;
    }
    if (c->digits == 0)
        return false;
    if (byte == '\r') {
        c->state = SIZE_LF;
        return true;
    }
    if (c->state == SIZE && byte != ';')
        return false;
    c->state = EXTENSION;
    return is_text(byte);
}

/* Behind a size line: how much of its length is not paid for by data. */
static bool end_size(Chunked *c)
{
    uint64_t paid =
        LINE_FREE + (c->size < CHUNKED_EXCESS_MAX ? 2 * c->size : 2 * CHUNKED_EXCESS_MAX);
    c->excess = MAX(c->excess - (int64_t)paid, 0);
    c->state = c->size ? DATA : TRAILER_START;
    c->digits = 0;
    c->total += c->size;
    return true;
}

static bool step_trailer(Chunked *c, char byte)
{
    if (c->state == TRAILER_START && byte == '\r') {
        c->state = FINAL_LF;
        return true;
    }
    if (c->state == TRAILER_LF) {
        c->state = TRAILER_START;
        return byte == '\n';
    }
    if (++c->trailer > CHUNKED_TRAILER_MAX)
        return false;
    if (c->state == TRAILER_VALUE) {
        if (byte == '\r')
            c->state = TRAILER_LF;
        return byte == '\r' || is_text(byte);
    }
    if (c->state == TRAILER_NAME && byte == ':') {
        c->state = TRAILER_VALUE;
        return true;
    }
    c->state = TRAILER_NAME;
    return http_is_token((Str){&byte, 1});
}

/* One byte of framing. */
static bool step(Chunked *c, char byte)
{
    if (c->state <= SIZE_LF && ++c->excess > CHUNKED_EXCESS_MAX)
        return false;
    switch (c->state) {
    case SIZE:
    case EXTENSION:
        return step_size(c, byte);
    case SIZE_LF:
        return byte == '\n' && end_size(c);
    case DATA_CR:
        c->state = DATA_LF;
        return byte == '\r';
    case DATA_LF:
        c->state = SIZE;
        return byte == '\n';
    default:
        return step_trailer(c, byte);
    }
}

ChunkedStep chunked_step(Chunked *c, Str in, uint64_t data_max, size_t *ret_taken, Str *ret_data)
{
    for (size_t i = 0; i < in.n; i++) {
        if (c->state == DATA) {
            size_t n = (size_t)MIN(c->size, in.n - i);
            *ret_data = str_slice(in, i, i + n);
            c->size -= n;
            if (c->size == 0)
                c->state = DATA_CR;
            *ret_taken = i + n;
            return CHUNKED_DATA;
        }
        if (c->state == FINAL_LF) {
            *ret_taken = i + 1;
            return in.p[i] == '\n' ? CHUNKED_END : CHUNKED_BAD;
        }
        uint8_t before = c->state;
        *ret_taken = i + 1;
        if (!step(c, in.p[i]))
            return CHUNKED_BAD;
        if (before == SIZE_LF && c->total > data_max)
            return CHUNKED_TOO_LARGE;
    }
    *ret_taken = in.n;
    return CHUNKED_MORE;
}

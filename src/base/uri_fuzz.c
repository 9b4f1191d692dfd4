/* Forms and query strings of any bytes: what is decoded is text, lies in what came, and comes back
 * the same when it is written again. */
#include "base/uri.h"

#include "base/buf.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(Arena *arena, Str encoded, bool plus_is_space)
{
    Str text, again;
    if (!uri_decode(arena, encoded, plus_is_space, &text))
        return;
    ASSERT(text.n <= encoded.n && str_is_utf8(text) && str_find_char(text, 0) < 0);
    Buf out = buf_new(arena, text.n * 3 + 1);
    buf_uri_component(&out, text);
    ASSERT(!out.overflow);
    ASSERT(uri_decode(arena, buf_str(&out), plus_is_space, &again) && str_eq(text, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Str whole = {(const char *)data, size}, rest = whole, name, value;
    size_t pairs = 0;
    arena_init(&arena, 0, 0);
    while (uri_next_pair(&rest, &name, &value)) {
        ASSERT(pairs++ <= size && name.n + value.n <= size);
        ASSERT(str_find_char(name, '&') < 0 && str_find_char(name, '=') < 0);
        ASSERT(str_find_char(value, '&') < 0);
        check_text(&arena, name, true);
        check_text(&arena, value, true);
    }
    check_text(&arena, whole, false);
    if (uri_is_absolute(whole))
        ASSERT(str_is_utf8(whole) && str_find_char(whole, ':') > 0 &&
               str_find_char(whole, ' ') < 0);
    arena_done(&arena);
    return 0;
}

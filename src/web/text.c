/* Texts with their arguments put in. */
#include "web/text.h"

#include "base/buf.h"
#include "base/str.h"
#include "web/format.h"

static void put_arg(Buf *out, Lang lang, Str name, const TextArg *args, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(args[i].name, name))
            continue;
        if (args[i].is_int)
            buf_put(out, format_int(out->arena, lang, args[i].number));
        else
            buf_put(out, args[i].text);
        return;
    }
    ASSERT(false); /* the compiler of the texts refuses unknown placeholders */
}

Str text_fill(Arena *arena, Lang lang, Str pattern, const TextArg *args, size_t count)
{
    size_t max = pattern.n + 1;
    for (size_t i = 0; i < count; i++)
        max += pattern.n * (args[i].is_int ? 32 : args[i].text.n);
    Buf out = buf_new(arena, max);
    Str rest = pattern;
    while (rest.n) {
        ptrdiff_t open = str_find_char(rest, '{');
        if (open < 0)
            break;
        buf_put(&out, str_slice(rest, 0, (size_t)open));
        rest = str_from_index(rest, (size_t)open + 1);
        put_arg(&out, lang, str_cut(&rest, '}'), args, count);
    }
    buf_put(&out, rest);
    return buf_str(&out);
}

bool text_find(Lang lang, Str key, Str *ret)
{
    size_t from = 0, to = TEXT_KEY_COUNT;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = str_cmp(key, TEXT_KEYS[middle].key);
        if (order == 0) {
            *ret = TEXT_KEYS[middle].get(NULL, lang); /* needs no arena without arguments */
            return true;
        }
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return false;
}

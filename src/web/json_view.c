#include "web/json_view.h"

#include "base/str.h"
#include "web/format.h"
#include "web/thing.h"

static void put_text(Buf *out, Arena *arena, Str text)
{
    size_t n = MIN(text.n, (size_t)JSON_VIEW_TEXT_MAX);
    while (n < text.n && n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    html_put_text(out, text_of(n < text.n ? arena_fmt(arena, "%.*s…", (int)n, text.p) : text));
}

static void put_scalar(Buf *out, Page *page, JsonValue value)
{
    double number;
    if (json_is(value, JSON_NUMBER) && json_f64(value, &number))
        html_put_text(out, text_of(format_measure(page->arena, page->lang, number)));
    else
        put_text(out, page->arena,
                 json_is(value, JSON_STRING) ? json_text(page->arena, value) : json_span(value));
}

static void put_value(Buf *out, Page *page, JsonValue value, int depth);

static bool is_nested(JsonValue value)
{
    return json_is(value, JSON_OBJECT) || json_is(value, JSON_ARRAY);
}

/* An array without parts of its own is one line: "1, 2, 3". */
static bool is_line(JsonValue value)
{
    for (JsonIter it = json_iter(value); json_next(&it);)
        if (it.object || is_nested(it.value))
            return false;
    return true;
}

static void put_line(Buf *out, Page *page, JsonValue value)
{
    uint32_t shown = 0, count = json_count(value);
    for (JsonIter it = json_iter(value); json_next(&it) && shown < JSON_VIEW_ITEMS_MAX; shown++) {
        buf_put(out, shown ? S(", ") : S(""));
        put_scalar(out, page, it.value);
    }
    if (count > shown)
        buf_fmt(out, ", + %u", (unsigned)(count - shown));
}

static void put_list(Buf *out, Page *page, JsonValue value, int depth)
{
    uint32_t shown = 0, count = json_count(value);
    buf_put(out, S("<ul class=\"h-list\">"));
    for (JsonIter it = json_iter(value); json_next(&it) && shown < JSON_VIEW_ITEMS_MAX; shown++) {
        buf_put(out, S("<li>"));
        if (it.object) {
            buf_put(out, S("<span class=\"h-quiet\">"));
            put_text(out, page->arena, thing_word(page, json_text(page->arena, it.key)));
            buf_put(out, S(":</span> "));
        }
        put_value(out, page, it.value, depth + 1);
        buf_put(out, S("</li>"));
    }
    if (count > shown)
        buf_fmt(out, "<li class=\"h-quiet\">+ %u</li>", (unsigned)(count - shown));
    buf_put(out, S("</ul>"));
}

static void put_value(Buf *out, Page *page, JsonValue value, int depth)
{
    bool nested = is_nested(value);
    if (nested && json_count(value) == 0)
        buf_put(out, S("–"));
    else if (nested && is_line(value))
        put_line(out, page, value);
    else if (nested && depth < JSON_VIEW_DEPTH_MAX)
        put_list(out, page, value, depth);
    else
        put_scalar(out, page, value);
}

void json_view(Buf *out, Page *page, JsonValue value)
{
    put_value(out, page, value, 0);
}

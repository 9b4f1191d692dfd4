/* Markdown of any bytes: the markup has the tags below and no other, each closed in its order, and
 * links go to where url_parse lets them. */
#include "web/markdown.h"

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OPEN_MAX = 4096 };

static const Str TAGS[] = {S_INIT("h3"),         S_INIT("h4"),    S_INIT("h5"),   S_INIT("h6"),
                           S_INIT("blockquote"), S_INIT("ul"),    S_INIT("ol"),   S_INIT("li"),
                           S_INIT("p"),          S_INIT("pre"),   S_INIT("em"),   S_INIT("table"),
                           S_INIT("thead"),      S_INIT("tbody"), S_INIT("tr"),   S_INIT("th"),
                           S_INIT("td"),         S_INIT("a"),     S_INIT("code"), S_INIT("strong")};

static size_t tag_of(Str name)
{
    size_t i = 0;
    while (i < COUNT_OF(TAGS) && !str_eq(TAGS[i], name))
        i++;
    ASSERT(i < COUNT_OF(TAGS));
    return i;
}

static void check_link(Str tag)
{
    static const Str SCHEMES[] = {S_INIT("https://"), S_INIT("http://"), S_INIT("mailto:"),
                                  S_INIT("tel:")};
    Str before = S("a href=\""), after = S("\" rel=\"nofollow\"");
    ASSERT(str_starts(tag, before) && str_ends(tag, after));
    Str url = str_slice(tag, before.n, tag.n - after.n);
    bool fits = str_starts(url, S("/")) && !str_starts(url, S("//"));
    for (size_t i = 0; i < COUNT_OF(SCHEMES); i++)
        fits |= str_eq_nocase(str_slice(url, 0, SCHEMES[i].n), SCHEMES[i]);
    ASSERT(fits);
    for (size_t i = 0; i < url.n; i++)
        ASSERT(!memchr("\"<>\\ \t\r\n'`", url.p[i], 10) || url.p[i] == '\'' || url.p[i] == '`');
}

static void check_markup(Str html)
{
    static size_t open[OPEN_MAX];
    size_t depth = 0;
    for (size_t i = 0; i < html.n; i++) {
        ASSERT(html.p[i] != '>' && html.p[i] != '"');
        if (html.p[i] != '<')
            continue;
        ptrdiff_t end = str_find_char(str_from_index(html, i), '>');
        ASSERT(end > 1);
        Str tag = str_slice(html, i + 1, i + (size_t)end);
        i += (size_t)end;
        if (str_eq(tag, S("br")) || str_eq(tag, S("hr")))
            continue;
        if (tag.p[0] == '/') {
            ASSERT(depth > 0 && open[--depth] == tag_of(str_from_index(tag, 1)));
            continue;
        }
        Str rest = tag;
        if (str_starts(tag, S("a ")))
            check_link(tag);
        else
            ASSERT(str_find_char(tag, ' ') < 0);
        ASSERT(depth < OPEN_MAX);
        open[depth++] = tag_of(str_cut(&rest, ' '));
    }
    ASSERT(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error = {0};
    Html html;
    Str text = {(const char *)data, size};
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .error = &error};
    if (markdown_html(&cx, text, 3, &html) == OK) {
        check_markup(html.s);
        ASSERT(str_is_utf8(html.s) || !str_is_utf8(text));
    } else {
        ASSERT(error.key && error.detail.n);
    }
    arena_done(&arena);
    return 0;
}

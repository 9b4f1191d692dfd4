/* Following the HTML of a template, byte by byte. Stricter than a browser, on purpose: what a
 * browser would repair is refused. */
#include "tools/template_parse.h"

#include "base/str.h"

static const Str VOID_ELEMENTS[] = {
    S_INIT("area"),   S_INIT("base"),  S_INIT("br"),    S_INIT("col"),  S_INIT("embed"),
    S_INIT("hr"),     S_INIT("img"),   S_INIT("input"), S_INIT("link"), S_INIT("meta"),
    S_INIT("source"), S_INIT("track"), S_INIT("wbr"),
};

static const Str URL_ATTRIBUTES[] = {
    S_INIT("href"),   S_INIT("src"),        S_INIT("action"),   S_INIT("formaction"),
    S_INIT("poster"), S_INIT("cite"),       S_INIT("data"),     S_INIT("xlink:href"),
    S_INIT("ping"),   S_INIT("background"), S_INIT("manifest"),
};

static bool is_one_of(Str s, const Str *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(s, list[i]))
            return true;
    }
    return false;
}

static bool is_space(char ch)
{
    return ch == ' ' || ch == '\n' || ch == '\t';
}

static bool is_letter(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool is_attribute_char(char ch)
{
    return is_letter(ch) || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_' || ch == ':';
}

static Str rest_of(const Compiler *c)
{
    return str_from_index(c->now->source.text, c->at);
}

static bool in_svg(const Compiler *c)
{
    for (size_t i = 0; i < c->open_count; i++) {
        if (str_eq(c->open[i], S("svg")))
            return true;
    }
    return false;
}

static bool begin_markup(Compiler *c)
{
    Str rest = rest_of(c);
    Str top = c->open_count ? c->open[c->open_count - 1] : S("");
    bool closing = rest.n > 1 && rest.p[1] == '/';
    if ((str_eq(top, S("title")) || str_eq(top, S("textarea"))) && !closing)
        return template_error(c, c->at, "<%.*s> holds text only: write &lt;", SARG(top));
    if (str_starts(rest, S("<!--"))) {
        c->context.place = IN_COMMENT;
        return true;
    }
    if (str_starts(rest, S("<!doctype "))) {
        c->context.place = IN_DOCTYPE;
        return true;
    }
    if (rest.n < 2 || (!is_letter(rest.p[1]) && !closing))
        return template_error(c, c->at, "< that begins no tag: write &lt;");
    c->context = (Context){.place = IN_TAG_NAME};
    return true;
}

static bool push_element(Compiler *c, Str tag)
{
    if (c->open_count == TEMPLATE_DEPTH_MAX)
        return template_error(c, c->at, "more than %d open elements", TEMPLATE_DEPTH_MAX);
    c->open_at[c->open_count] = c->at;
    c->open[c->open_count++] = tag;
    return true;
}

static bool pop_element(Compiler *c, Str tag)
{
    if (!c->open_count)
        return template_error(c, c->at, "</%.*s>: nothing is open", SARG(tag));
    Str top = c->open[c->open_count - 1];
    if (!str_eq(top, tag))
        return template_error(c, c->at, "</%.*s> where <%.*s> of line %zu is open", SARG(tag),
                              SARG(top), template_line(c, c->open_at[c->open_count - 1]));
    if (c->open_count <= c->open_floor)
        return template_error(c, c->at,
                              "</%.*s> closes an element that was opened outside of the "
                              "branch",
                              SARG(tag));
    c->open_count--;
    return true;
}

/* At the > of a tag. */
static bool end_tag(Compiler *c)
{
    Context was = c->context;
    c->context = (Context){.place = IN_TEXT};
    if (was.closing)
        return pop_element(c, was.tag);
    bool is_void = is_one_of(was.tag, VOID_ELEMENTS, COUNT_OF(VOID_ELEMENTS));
    if (str_eq(was.tag, S("style")))
        return template_error(c, c->at,
                              "<style> is refused by the content security policy: put "
                              "it into assets/css");
    if (was.slash) {
        if (!is_void && !in_svg(c))
            return template_error(c, c->at, "<%.*s/> does not close itself in HTML", SARG(was.tag));
        return true;
    }
    if (is_void)
        return true;
    if (str_eq(was.tag, S("script"))) {
        if (!was.json && !was.source)
            return template_error(c, c->at,
                                  "a script in the page is refused by the content "
                                  "security policy: put it into assets/js");
        c->context = (Context){.place = IN_SCRIPT, .json = was.json, .source = was.source};
    }
    return push_element(c, was.tag);
}

static bool begin_attribute(Compiler *c, char ch)
{
    if (c->context.closing)
        return template_error(c, c->at, "a closing tag has no attributes");
    if (!is_letter(ch))
        return template_error(c, c->at, "unexpected %c in <%.*s>", ch, SARG(c->context.tag));
    /* The space stands in the same branch: one before {{#if}} may be that of another value. */
    if (!is_space(c->now->source.text.p[c->at - 1]))
        return template_error(c, c->at, "a space is missing before the attribute");
    c->context.place = IN_ATTR_NAME;
    c->context.attr = str_slice(c->now->source.text, c->at, c->at + 1);
    return true;
}

static bool end_attribute_name(Compiler *c)
{
    Str attr = c->context.attr;
    if (str_starts(attr, S("on")))
        return template_error(c, c->at,
                              "%.*s: event attributes are refused by the content "
                              "security policy",
                              SARG(attr));
    if (str_eq(attr, S("style")))
        return template_error(c, c->at,
                              "style attributes are refused by the content security "
                              "policy: use a class");
    if (str_eq(attr, S("srcdoc")) || str_eq(attr, S("http-equiv")))
        return template_error(c, c->at, "the attribute %.*s is not offered", SARG(attr));
    if (str_eq(attr, S("src")))
        c->context.source = true;
    return true;
}

static bool step_tag(Compiler *c, char ch)
{
    c->context.attr = S("");
    if (is_space(ch))
        return true;
    if (ch == '>')
        return end_tag(c);
    if (ch == '/') {
        c->context.slash = true;
        return true;
    }
    if (c->context.slash)
        return template_error(c, c->at, "expected > behind /");
    return begin_attribute(c, ch);
}

static bool step_tag_name(Compiler *c, char ch)
{
    if (ch == '/' && !c->context.tag.n && !c->context.closing) {
        c->context.closing = true;
        return true;
    }
    if (is_letter(ch) || (c->context.tag.n && ((ch >= '0' && ch <= '9') || ch == '-'))) {
        if (!c->context.tag.n)
            c->context.tag.p = c->now->source.text.p + c->at;
        c->context.tag.n++;
        return true;
    }
    c->context.place = IN_TAG;
    return step_tag(c, ch);
}

static bool step_attribute_name(Compiler *c, char ch)
{
    if (is_attribute_char(ch)) {
        c->context.attr.n++;
        return true;
    }
    if (!end_attribute_name(c))
        return false;
    if (ch == '=') {
        c->context.place = IN_ATTR_EQUALS;
        return true;
    }
    c->context.place = IN_TAG;
    return step_tag(c, ch);
}

static bool begin_value(Compiler *c, char ch)
{
    if (ch != '"')
        return template_error(c, c->at, "the value of %.*s needs double quotes",
                              SARG(c->context.attr));
    c->context.place = IN_VALUE;
    bool url = is_one_of(c->context.attr, URL_ATTRIBUTES, COUNT_OF(URL_ATTRIBUTES));
    c->context.url = url ? URL_START : URL_NONE;
    bool type = str_eq(c->context.tag, S("script")) && str_eq(c->context.attr, S("type"));
    if (type && (str_starts(rest_of(c), S("\"application/json\"")) ||
                 str_starts(rest_of(c), S("\"application/ld+json\""))))
        c->context.json = true;
    return true;
}

static bool step_value(Compiler *c, char ch)
{
    if (ch == '"') {
        c->context.place = IN_TAG;
        c->context.url = URL_NONE;
        c->context.attr = S("");
    } else if (c->context.url != URL_NONE) {
        if (ch == '?' || ch == '#')
            c->context.url = URL_QUERY;
        else if (c->context.url == URL_START)
            c->context.url = URL_PATH;
    }
    return true;
}

static bool step_script(Compiler *c, char ch)
{
    if (ch == '<' && str_starts(rest_of(c), S("</script>"))) {
        c->context = (Context){.place = IN_TAG_NAME};
        return true;
    }
    if (!c->context.json && !is_space(ch))
        return template_error(c, c->at,
                              "a script in the page is refused by the content security "
                              "policy: put it into assets/js");
    return true;
}

bool template_step(Compiler *c, char ch)
{
    Str text = c->now->source.text;
    switch (c->context.place) {
    case IN_TEXT:
        return ch == '<' ? begin_markup(c) : true;
    case IN_TAG_NAME:
        return step_tag_name(c, ch);
    case IN_TAG:
        return step_tag(c, ch);
    case IN_ATTR_NAME:
        return step_attribute_name(c, ch);
    case IN_ATTR_EQUALS:
        return begin_value(c, ch);
    case IN_VALUE:
        return step_value(c, ch);
    case IN_COMMENT:
        if (ch == '>' && c->at >= 2 && memcmp(text.p + c->at - 2, "--", 2) == 0)
            c->context = (Context){.place = IN_TEXT};
        return true;
    case IN_DOCTYPE:
        if (ch == '>')
            c->context = (Context){.place = IN_TEXT};
        return true;
    case IN_SCRIPT:
        return step_script(c, ch);
    }
    return true;
}

bool template_settle(Compiler *c)
{
    if (c->context.place == IN_ATTR_NAME && !end_attribute_name(c))
        return false;
    if (c->context.place == IN_ATTR_NAME || (c->context.place == IN_TAG_NAME && c->context.tag.n)) {
        c->context.place = IN_TAG;
        c->context.attr = S("");
    }
    return true;
}

bool template_same_place(const Context *a, const Context *b)
{
    return a->place == b->place && a->url == b->url && a->closing == b->closing &&
           a->json == b->json && a->source == b->source && a->slash == b->slash &&
           str_eq(a->tag, b->tag) && str_eq(a->attr, b->attr);
}

const char *template_place_name(const Context *context)
{
    switch (context->place) {
    case IN_TEXT:
        return "text";
    case IN_TAG_NAME:
        return "the name of a tag";
    case IN_TAG:
        return "a tag, outside of a quoted value";
    case IN_ATTR_NAME:
        return "the name of an attribute";
    case IN_ATTR_EQUALS:
        return "an attribute without quotes";
    case IN_VALUE:
        return context->url == URL_NONE ? "an attribute" : "an attribute that holds a URL";
    case IN_COMMENT:
        return "a comment";
    case IN_DOCTYPE:
        return "the doctype";
    case IN_SCRIPT:
        return context->json ? "JSON" : "a script";
    }
    return "";
}

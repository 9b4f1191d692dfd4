#include "visit.h"

#include "base/str.h"

/* ---- who asks ---- */

void visitor_enter(City *city, Visitor *visitor, const char *password)
{
    visitor->cookie = visitor->token = S("");
    if (!visitor->mail)
        return;
    visitor->cookie = city_login(city, &city->client, visitor->mail, password);
    visitor->token = city_form_token(city, &city->client, visitor->cookie);
}

Visitor visitor_of(City *city, const char *mail, const char *password)
{
    Visitor visitor = {.name = mail, .mail = mail};
    visitor_enter(city, &visitor, password);
    return visitor;
}

Answer visit(City *city, const Visitor *visitor, Str path)
{
    return ask(&city->client, .path = path, .headers = visitor->cookie);
}

Answer visit_shown(City *city, const Visitor *visitor, Str path)
{
    Answer answer = visit(city, visitor, path);
    assert_status(200, answer);
    return answer;
}

Answer visit_post(City *city, const Visitor *visitor, Str path, Str fields)
{
    Buf body = buf_new(&city->arena, 3 * visitor->token.n + fields.n + 10);
    buf_put(&body, S("token="));
    buf_uri_component(&body, visitor->token);
    buf_char(&body, '&');
    buf_put(&body, fields);
    assert_false(body.overflow);
    return ask(&city->client, .method = "POST", .path = path, .headers = visitor->cookie,
               .type = AS_FORM, .body = buf_str(&body));
}

Str visit_taken(City *city, const Visitor *visitor, Str path, Str fields)
{
    Answer answer = visit_post(city, visitor, path, fields);
    if (answer.status != 303)
        print_message("# %s at %.*s: %.*s\n", visitor->name, SARG(path), SARG(fields));
    assert_status(303, answer);
    return answer_header(&answer, S("Location"));
}

Str path_below(City *city, Str path, const char *part)
{
    return str_fmt(city, "%.*s/%s", SARG(path), part);
}

/* ---- routes ---- */

#undef ENTITIES
#undef OPERATIONS
#undef TEMPORAL
#define ROUTE(method, path, kind, face, may, decode, apply, encode, body_max, help)
#define DOWNLOAD(path, may, prepare, encode, help)
#define OUTWARD(path, kind, may, decode, prepare, apply, encode, help)
#define UPLOAD FORM

const char *const PAGE_ROUTES[] = {
#define PAGE(path, may, apply, help) path,
#define FORM(path, may, decode, prepare, apply, encode, help)
#include "app/routes.def"
#undef PAGE
#undef FORM
};
const size_t PAGE_ROUTE_COUNT = COUNT_OF(PAGE_ROUTES);

const char *const FORM_ROUTES[] = {
#define PAGE(path, may, apply, help)
#define FORM(path, may, decode, prepare, apply, encode, help) path,
#include "app/routes.def"
#undef PAGE
#undef FORM
};
const size_t FORM_ROUTE_COUNT = COUNT_OF(FORM_ROUTES);

static const struct {
    const char *name, *path;
} NOUNS[] = {
#define NOUN(code, name, path) {name, path},
#include "people/noun.def"
#undef NOUN
};

/* Below the pages of which noun the route lies; NULL: of none. */
static const char *noun_of(Str route)
{
    for (size_t i = 0; i < COUNT_OF(NOUNS); i++) {
        Str base = str_from(NOUNS[i].path);
        if (str_starts(route, base) && str_starts(str_from_index(route, base.n), S("/{slug}")))
            return NOUNS[i].name;
    }
    return NULL;
}

static bool has_item_number(Str route)
{
    return str_starts(route, S("/diskussion/")) || str_starts(route, S("/anhaenge/"));
}

const char *noun_base(Str noun)
{
    size_t i = 0;
    while (i < COUNT_OF(NOUNS) && !str_eq(noun, str_from(NOUNS[i].name)))
        i++;
    assert_true(i < COUNT_OF(NOUNS));
    return NOUNS[i].path;
}

bool route_is_of_things(const char *route)
{
    return noun_of(str_from(route)) || has_item_number(str_from(route));
}

Str route_filled(City *city, const char *route, const Thing *thing)
{
    Str rest = str_from(route);
    const char *noun = noun_of(rest);
    Buf out = buf_new(&city->arena, 2048);
    if (noun && !str_eq(thing->noun, str_from(noun)))
        return (Str){0};
    bool number = has_item_number(rest), first = true;
    while (rest.n) {
        if (rest.p[0] != '{') {
            buf_char(&out, rest.p[0]);
            rest = str_from_index(rest, 1);
            continue;
        }
        str_cut(&rest, '}');
        if (first && noun) {
            ptrdiff_t at = str_find_last_char(thing->path, '/');
            buf_put(&out, str_from_index(thing->path, (size_t)at + 1));
        } else if (first && number)
            buf_fmt(&out, "%lld", (long long)thing->id);
        else
            buf_char(&out, '1');
        first = false;
    }
    return buf_str(&out);
}

/* ---- forms ---- */

static Str unescaped(City *city, Str text)
{
    static const struct {
        Str from, to;
    } ENTITIES[] = {{S_INIT("&lt;"), S_INIT("<")},
                    {S_INIT("&gt;"), S_INIT(">")},
                    {S_INIT("&quot;"), S_INIT("\"")},
                    {S_INIT("&#39;"), S_INIT("'")},
                    {S_INIT("&amp;"), S_INIT("&")}};
    Buf out = buf_new(&city->arena, text.n + 1);
    while (text.n) {
        size_t i = 0;
        while (i < COUNT_OF(ENTITIES) && !str_starts(text, ENTITIES[i].from))
            i++;
        if (i < COUNT_OF(ENTITIES))
            buf_put(&out, ENTITIES[i].to);
        else
            buf_char(&out, text.p[0]);
        text = str_from_index(text, i < COUNT_OF(ENTITIES) ? ENTITIES[i].from.n : 1);
    }
    return out.n ? buf_str(&out) : S("");
}

/* The attribute of a tag, as our templates write it: name="value". */
static Str attribute(City *city, Str tag, const char *name)
{
    Str mark = str_fmt(city, " %s=\"", name);
    ptrdiff_t at = str_find(tag, mark);
    if (at < 0)
        return S("");
    Str rest = str_from_index(tag, (size_t)at + mark.n);
    return unescaped(city, str_cut(&rest, '"'));
}

static bool is_text_type(Str type)
{
    static const Str TYPES[] = {S_INIT("text"),   S_INIT("email"),   S_INIT("url"),  S_INIT("tel"),
                                S_INIT("search"), S_INIT("number"),  S_INIT("date"), S_INIT("time"),
                                S_INIT("month"),  S_INIT("password")};
    for (size_t i = 0; i < COUNT_OF(TYPES); i++)
        if (str_eq(type, TYPES[i]))
            return true;
    return false;
}

static FormField field_of_input(City *city, Str tag)
{
    Str type = attribute(city, tag, "type");
    bool ticks = str_eq(type, S("checkbox")) || str_eq(type, S("radio"));
    return (FormField){.name = attribute(city, tag, "name"),
                       .value = attribute(city, tag, "value"),
                       .typed = !type.n || is_text_type(type),
                       .sent = !ticks || str_find(tag, S(" checked")) >= 0};
}

/* The option that is chosen, else the first one. */
static FormField field_of_select(City *city, Str tag, Str body)
{
    FormField field = {.name = attribute(city, tag, "name"), .sent = true};
    bool any = false;
    for (ptrdiff_t at; (at = str_find(body, S("<option"))) >= 0;) {
        body = str_from_index(body, (size_t)at);
        Str option = str_cut(&body, '>');
        bool chosen = str_find(option, S(" selected")) >= 0;
        if (!any || chosen)
            field.value = attribute(city, option, "value");
        any = true;
        if (chosen)
            break;
    }
    return field;
}

/* What stands before the end tag; *rest goes on behind it. */
static Str content(Str *rest, Str end)
{
    ptrdiff_t at = str_find(*rest, end);
    assert_true(at >= 0);
    Str body = str_slice(*rest, 0, (size_t)at);
    *rest = str_from_index(*rest, (size_t)at + end.n);
    return body;
}

static void read_fields(City *city, Str rest, PageForm *ret)
{
    *ret = (PageForm){.count = 0};
    for (ptrdiff_t at; (at = str_find_char(rest, '<')) >= 0;) {
        FormField field = {0};
        rest = str_from_index(rest, (size_t)at + 1);
        if (str_starts(rest, S("input")))
            field = field_of_input(city, str_cut(&rest, '>'));
        else if (str_starts(rest, S("select"))) {
            Str tag = str_cut(&rest, '>');
            field = field_of_select(city, tag, content(&rest, S("</select>")));
        } else if (str_starts(rest, S("textarea"))) {
            Str tag = str_cut(&rest, '>'), body = content(&rest, S("</textarea>"));
            if (str_starts(body, S("\n")))
                body = str_from_index(body, 1);
            field =
                (FormField){attribute(city, tag, "name"), unescaped(city, body), true, true, true};
        }
        if (!field.name.n || str_eq(field.name, S("token")))
            continue;
        assert_true(ret->count < VISIT_FIELDS_MAX);
        ret->fields[ret->count++] = field;
    }
}

bool page_form(City *city, const Answer *page, Str path, PageForm *ret)
{
    Str rest = page->body;
    for (ptrdiff_t at; (at = str_find(rest, S("<form"))) >= 0;) {
        rest = str_from_index(rest, (size_t)at);
        Str tag = str_cut(&rest, '>'), body = content(&rest, S("</form>"));
        bool posts = str_find(tag, S("method=\"post\"")) >= 0;
        if (!posts || !str_eq(attribute(city, tag, "action"), path))
            continue;
        read_fields(city, body, ret);
        return true;
    }
    return false;
}

Str page_form_body(City *city, const PageForm *form)
{
    Buf body = buf_new(&city->arena, 8 << 20);
    for (size_t i = 0; i < form->count; i++) {
        if (!form->fields[i].sent)
            continue;
        buf_put(&body, body.n ? S("&") : S(""));
        buf_uri_component(&body, form->fields[i].name);
        buf_char(&body, '=');
        buf_uri_component(&body, form->fields[i].value);
    }
    assert_false(body.overflow);
    return body.n ? buf_str(&body) : S("");
}

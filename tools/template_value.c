/* Values of templates: names, literals and calls become C expressions. */
#include "tools/template_parse.h"

#include "base/str.h"

void template_put_c_string(Buf *out, Str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch == '"' || ch == '\\')
            buf_fmt(out, "\\%c", ch);
        else if (ch == '\n')
            buf_put(out, S("\\n"));
        else if (ch < ' ' || ch == '?')
            buf_fmt(out, "\\%03o", ch); /* '?' could begin a trigraph */
        else
            buf_char(out, (char)ch);
    }
    buf_char(out, '"');
}

static bool find_field(const Scope *scope, Str name, const Field **ret, Str *ret_prefix)
{
    for (; scope; scope = scope->outer) {
        for (const Field *f = scope->fields; f; f = f->next) {
            if (str_eq(f->name, name)) {
                *ret = f;
                *ret_prefix = scope->prefix;
                return true;
            }
        }
    }
    return false;
}

bool value_resolve(Compiler *c, const Scope *scope, Str dotted, size_t at, Value *ret)
{
    Arena *arena = c->arena;
    if (str_eq(dotted, S("lang"))) {
        *ret = (Value){.kind = KIND_TEXT, .type = S("Text"), .code = S("html_lang_code(lang)")};
        return true;
    }
    Str rest = dotted;
    Str name = str_cut(&rest, '.');
    const Field *f = NULL;
    Str prefix = S("");
    if (!find_field(scope, name, &f, &prefix))
        return template_error(c, at, "nothing is called %.*s here", SARG(name));
    Str code = arena_fmt(arena, "%.*s%.*s", SARG(prefix), SARG(name));
    while (rest.p) {
        name = str_cut(&rest, '.');
        if (f->kind != KIND_GROUP)
            return template_error(c, at, "%.*s is no group", SARG(f->name));
        Scope inner = {.fields = f->inner};
        if (!find_field(&inner, name, &f, &prefix))
            return template_error(c, at, "the group has no %.*s", SARG(name));
        code = arena_fmt(arena, "%.*s.%.*s", SARG(code), SARG(name));
    }
    *ret = (Value){.kind = f->kind, .type = f->type, .code = code, .inner = f->inner};
    if (f->kind == KIND_ROWS)
        ret->count = arena_fmt(arena, "%.*s_count", SARG(code));
    return true;
}

static void skip_spaces(Words *w)
{
    while (w->at < w->text.n && memchr(" \t\n", w->text.p[w->at], 3))
        w->at++;
}

bool words_end(Words *w)
{
    skip_spaces(w);
    return w->at >= w->text.n;
}

Str words_name(Words *w)
{
    skip_spaces(w);
    size_t from = w->at;
    while (w->at < w->text.n && (is_name_char(w->text.p[w->at]) || w->text.p[w->at] == '.'))
        w->at++;
    return str_slice(w->text, from, w->at);
}

bool words_string(Compiler *c, Words *w, Str *ret)
{
    skip_spaces(w);
    ptrdiff_t end = -1;
    if (w->at < w->text.n && w->text.p[w->at] == '"')
        end = str_find_char(str_from_index(w->text, w->at + 1), '"');
    if (end < 0)
        return template_error(c, w->base + w->at, "expected \"..\"");
    *ret = str_slice(w->text, w->at + 1, w->at + 1 + (size_t)end);
    w->at += (size_t)end + 2;
    return true;
}

static Str c_name(Arena *arena, Str s, bool upper)
{
    Buf out = buf_new(arena, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool lower = ch >= 'a' && ch <= 'z';
        if (upper && lower)
            ch = (char)(ch - 'a' + 'A');
        else if (!lower && !(ch >= '0' && ch <= '9') && !(ch >= 'A' && ch <= 'Z'))
            ch = '_';
        buf_char(&out, ch);
    }
    return buf_str(&out);
}

static bool next_value(Compiler *c, const Scope *scope, Words *w, Value *ret);

/* name=value .. up to the end or to a closing parenthesis. */
bool value_read_given(Compiler *c, const Scope *scope, Words *w, Given *given, size_t *ret_count)
{
    size_t count = 0;
    while (!words_end(w) && w->text.p[w->at] != ')') {
        size_t at = w->base + w->at;
        Str name = words_name(w);
        if (!name.n || w->at >= w->text.n || w->text.p[w->at] != '=')
            return template_error(c, at, "expected name=value");
        w->at++;
        if (count == TEMPLATE_ARGS_MAX)
            return template_error(c, at, "more than %d arguments", TEMPLATE_ARGS_MAX);
        given[count].name = name;
        given[count].at = at;
        if (!next_value(c, scope, w, &given[count].value))
            return false;
        count++;
    }
    *ret_count = count;
    return true;
}

Given *value_find_given(Given *given, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(given[i].name, name)) {
            given[i].used = true;
            return &given[i];
        }
    }
    return NULL;
}

bool value_all_used(Compiler *c, const Given *given, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++) {
        if (!given[i].used)
            return template_error(c, given[i].at, "the %s has no argument %.*s", what,
                                  SARG(given[i].name));
    }
    return true;
}

/* t "key" name=value .. */
static bool read_text(Compiler *c, const Scope *scope, Words *w, Value *ret)
{
    size_t at = w->base + w->at, count = 0;
    Str key;
    if (!words_string(c, w, &key))
        return false;
    const PoEntry *entry = po_find(c->texts, key);
    if (!entry)
        return template_error(c, at, "text/ has no key %.*s", SARG(key));
    Given given[TEMPLATE_ARGS_MAX] = {0};
    if (!value_read_given(c, scope, w, given, &count))
        return false;
    Buf code = buf_new(c->arena, 8192);
    buf_fmt(&code, "text_of(text_%.*s(out->arena, lang", SARG(c_name(c->arena, key, false)));
    for (size_t i = 0; i < entry->arg_count; i++) {
        const PoArg *arg = &entry->args[i];
        const Given *g = value_find_given(given, count, arg->name);
        if (!g)
            return template_error(c, at, "the text wants %.*s=..", SARG(arg->name));
        if (g->value.kind != (arg->is_int ? KIND_INT : KIND_TEXT))
            return template_error(c, g->at, "%.*s wants %s, and this is %.*s", SARG(arg->name),
                                  arg->is_int ? "Int" : "Text", SARG(g->value.type));
        buf_fmt(&code, ", %.*s.%s", SARG(g->value.code), arg->is_int ? "v" : "s");
    }
    buf_put(&code, S("))"));
    *ret = (Value){.kind = KIND_TEXT, .type = S("Text"), .code = buf_str(&code)};
    return value_all_used(c, given, count, "text");
}

/* path "/stadt", asset "x.css", icon "check", t "key". */
bool value_read_call(Compiler *c, const Scope *scope, Words *w, Str word, Value *ret)
{
    Arena *arena = c->arena;
    size_t at = w->base + w->at;
    if (str_eq(word, S("t")))
        return read_text(c, scope, w, ret);
    Str s;
    if (!words_string(c, w, &s))
        return false;
    if (str_eq(word, S("path"))) {
        if (!str_starts(s, S("/")) || str_starts(s, S("//")))
            return template_error(c, at, "a path begins with one /");
        Buf code = buf_new(arena, s.n * 4 + 64);
        buf_put(&code, S("url_page(out->arena, lang, S("));
        template_put_c_string(&code, s);
        buf_put(&code, S("))"));
        *ret = (Value){.kind = KIND_URL, .type = S("Url"), .code = buf_str(&code)};
    } else if (str_eq(word, S("asset"))) {
        *ret = (Value){.kind = KIND_URL, .type = S("Url")};
        ret->code = arena_fmt(arena, "url_trusted(ASSET_%.*s)", SARG(c_name(arena, s, true)));
    } else {
        *ret = (Value){.kind = KIND_ICON, .type = S("Icon")};
        ret->code = arena_fmt(arena, "ICON_%.*s", SARG(c_name(arena, s, true)));
    }
    return true;
}

bool value_is_call(const Words *w, Str word)
{
    Words ahead = *w;
    bool quoted = !words_end(&ahead) && ahead.text.p[ahead.at] == '"';
    return quoted && (str_eq(word, S("t")) || str_eq(word, S("path")) || str_eq(word, S("asset")) ||
                      str_eq(word, S("icon")));
}

static Value literal_text(Arena *arena, Str s)
{
    Buf code = buf_new(arena, s.n * 4 + 64);
    buf_put(&code, S("text_of(S("));
    template_put_c_string(&code, s);
    buf_put(&code, S("))"));
    return (Value){.kind = KIND_TEXT, .type = S("Text"), .code = buf_str(&code)};
}

/* name, "literal", 12, true, or (t "key" ..) */
static bool next_value(Compiler *c, const Scope *scope, Words *w, Value *ret)
{
    Arena *arena = c->arena;
    skip_spaces(w);
    size_t at = w->base + w->at;
    char ch = w->at < w->text.n ? w->text.p[w->at] : 0;
    if (ch == '"') {
        Str s;
        if (!words_string(c, w, &s))
            return false;
        *ret = literal_text(arena, s);
        return true;
    }
    if (ch == '(') {
        w->at++;
        Str word = words_name(w);
        if (!value_is_call(w, word))
            return template_error(c, at, "expected (t ..), (path ..), (asset ..) or (icon ..)");
        if (!value_read_call(c, scope, w, word, ret))
            return false;
        skip_spaces(w);
        if (w->at >= w->text.n || w->text.p[w->at] != ')')
            return template_error(c, at, "( without )");
        w->at++;
        return true;
    }
    Str name = words_name(w);
    int64_t number = 0;
    if (str_eq(name, S("true")) || str_eq(name, S("false")))
        *ret = (Value){.kind = KIND_FLAG,
                       .type = S("Flag"),
                       .code = arena_fmt(arena, "flag_of(%.*s)", SARG(name))};
    else if (str_to_i64(name, &number))
        *ret = (Value){.kind = KIND_INT,
                       .type = S("Int"),
                       .code = arena_fmt(arena, "int_of(%.*s)", SARG(name))};
    else if (!name.n)
        return template_error(c, at, "expected a name or a literal");
    else
        return value_resolve(c, scope, name, at, ret);
    return true;
}

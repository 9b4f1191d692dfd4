/* The body of a template: literals, values and blocks become C statements. */
#include "tools/template_parse.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"

typedef enum End { END_FILE, END_IF, END_ELSE, END_EACH } End;

typedef struct Body {
    Compiler *c;
    Buf literal;
    int indent;
    int rows; /* {{#each}} so far, for names */
} Body;

static bool compile_block(Body *b, const Scope *scope, int depth, End *ret);

bool template_error(Compiler *c, size_t at, const char *fmt, ...)
{
    if (c->error.n)
        return false;
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    size_t column = 1;
    for (size_t i = at; i > 0 && c->now->source.text.p[i - 1] != '\n'; i--)
        column++;
    c->error = arena_fmt(c->arena, "%.*s:%zu:%zu: error: %s", SARG(c->now->source.path),
                         template_line(c, at), column, text);
    return false;
}

size_t template_line(const Compiler *c, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < c->now->source.text.n; i++)
        line += c->now->source.text.p[i] == '\n';
    return line;
}

bool is_name_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_';
}

Str template_camel(Arena *arena, Str snake)
{
    Buf buf = buf_new(arena, snake.n + 1);
    bool up = true;
    for (size_t i = 0; i < snake.n; i++) {
        char ch = snake.p[i];
        if (ch != '_')
            buf_char(&buf, up && ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch);
        up = ch == '_';
    }
    return buf_str(&buf);
}

Template *template_find(Compiler *c, Str name)
{
    for (size_t i = 0; i < c->count; i++) {
        if (str_eq(c->templates[i].source.name, name))
            return &c->templates[i];
    }
    return NULL;
}

/* --- writing C --- */

static void indent(Body *b)
{
    for (int i = 0; i < b->indent; i++)
        buf_put(&b->c->code, S("    "));
}

static void flush_literal(Body *b)
{
    Str rest = buf_str(&b->literal);
    while (rest.n) {
        /* Compilers must take strings of 4095 bytes (C11, 5.2.4.1), not longer ones. */
        Str piece = str_slice(rest, 0, 2000);
        while (piece.n < rest.n && ((unsigned char)rest.p[piece.n] & 0xc0) == 0x80)
            piece.n--;
        indent(b);
        buf_put(&b->c->code, S("buf_put(out, S("));
        template_put_c_string(&b->c->code, piece);
        buf_put(&b->c->code, S("));\n"));
        rest = str_from_index(rest, piece.n);
    }
    buf_truncate(&b->literal, 0);
}

static void line_directive(Body *b, size_t at)
{
    buf_fmt(&b->c->code, "#line %zu ", template_line(b->c, at));
    template_put_c_string(&b->c->code, b->c->now->source.path);
    buf_char(&b->c->code, '\n');
}

/* White space that holds a line break shrinks to one line break, where that cannot be seen. */
static void put_literal(Body *b, char ch)
{
    Compiler *c = b->c;
    bool keeps = c->context.place == IN_VALUE || c->context.place == IN_SCRIPT;
    for (size_t i = 0; i < c->open_count; i++)
        keeps |= str_eq(c->open[i], S("pre")) || str_eq(c->open[i], S("textarea"));
    Buf *out = &b->literal;
    bool behind_break = out->n && out->p[out->n - 1] == '\n';
    if (!keeps && behind_break && (ch == ' ' || ch == '\n' || ch == '\t'))
        return;
    if (!keeps && ch == '\n') {
        while (out->n && (out->p[out->n - 1] == ' ' || out->p[out->n - 1] == '\t'))
            buf_truncate(out, out->n - 1);
    }
    buf_char(out, ch);
}

/* --- values in the page --- */

static const char *writer_in_text(Kind kind)
{
    switch (kind) {
    case KIND_TEXT:
        return "html_put_text(out, %.*s);\n";
    case KIND_URL:
        return "html_put_url(out, %.*s);\n";
    case KIND_HTML:
        return "html_put_html(out, %.*s);\n";
    case KIND_INT:
        return "html_put_int(out, lang, %.*s);\n";
    case KIND_ICON:
        return "html_put_icon(out, %.*s);\n";
    case KIND_FLAG:
    case KIND_JSON:
    case KIND_GROUP:
    case KIND_ROWS:
        return NULL;
    }
    return NULL;
}

static const char *writer_in_value(Kind kind, UrlPart url)
{
    if (url == URL_START)
        return kind == KIND_URL ? "html_put_url(out, %.*s);\n" : NULL;
    if (kind == KIND_INT)
        return "html_put_digits(out, %.*s);\n";
    if (url == URL_QUERY)
        return kind == KIND_TEXT ? "html_put_component(out, %.*s);\n" : NULL;
    if (url == URL_PATH)
        return NULL;
    if (kind == KIND_FLAG)
        return "html_put_flag(out, %.*s);\n";
    return kind == KIND_TEXT || kind == KIND_URL ? writer_in_text(kind) : NULL;
}

static const char *writer_in_json(Kind kind)
{
    switch (kind) {
    case KIND_TEXT:
        return "html_put_json_text(out, %.*s);\n";
    case KIND_URL:
        return "html_put_json_url(out, %.*s);\n";
    case KIND_INT:
        return "html_put_digits(out, %.*s);\n";
    case KIND_FLAG:
        return "html_put_flag(out, %.*s);\n";
    case KIND_JSON:
        return "html_put_json(out, %.*s);\n";
    case KIND_HTML:
    case KIND_ICON:
    case KIND_GROUP:
    case KIND_ROWS:
        return NULL;
    }
    return NULL;
}

static bool put_value(Body *b, const Value *v, size_t at)
{
    Context *x = &b->c->context;
    Str top = b->c->open_count ? b->c->open[b->c->open_count - 1] : S("");
    bool only_text = str_eq(top, S("title")) || str_eq(top, S("textarea"));
    const char *writer = NULL;
    if (x->place == IN_TEXT && !(only_text && (v->kind == KIND_HTML || v->kind == KIND_ICON)))
        writer = writer_in_text(v->kind);
    else if (x->place == IN_VALUE)
        writer = writer_in_value(v->kind, x->url);
    else if (x->place == IN_SCRIPT && x->json)
        writer = writer_in_json(v->kind);
    else if (x->place != IN_TEXT)
        return template_error(b->c, at, "no value may stand in %s", template_place_name(x));
    if (!writer)
        return template_error(b->c, at, "no %.*s may stand in %s%s", SARG(v->type),
                              template_place_name(x),
                              only_text             ? " that holds text only"
                              : x->url == URL_START ? " (only a Url begins one)"
                                                    : "");
    if (x->url == URL_START)
        x->url = URL_PATH;
    flush_literal(b);
    line_directive(b, at);
    indent(b);
    /* The formats above hold exactly one %.*s. */
    ptrdiff_t hole = str_find(str_from(writer), S("%.*s"));
    Str format = str_from(writer);
    buf_put(&b->c->code, str_slice(format, 0, (size_t)hole));
    buf_put(&b->c->code, v->code);
    buf_put(&b->c->code, str_from_index(format, (size_t)hole + 4));
    return true;
}

/* --- partials --- */

static bool adapt(Body *b, const Field *f, Value *v, size_t at)
{
    if (v->kind == f->kind && (f->kind < KIND_GROUP || str_eq(v->type, f->type)))
        return true;
    return template_error(b->c, at, "%.*s wants %.*s, and this is %.*s", SARG(f->name),
                          SARG(f->type), SARG(v->type));
}

static bool put_arguments(Body *b, const Scope *scope, const Field *args, Given *given,
                          size_t count, size_t at)
{
    for (const Field *f = args; f; f = f->next) {
        Value v = {0};
        const Given *g = value_find_given(given, count, f->name);
        if (g)
            v = g->value;
        else if (!value_resolve(b->c, scope, f->name, at, &v))
            return false;
        if (!adapt(b, f, &v, g ? g->at : at))
            return false;
        buf_fmt(&b->c->code, ", %.*s", SARG(v.code));
        if (v.kind == KIND_ROWS)
            buf_fmt(&b->c->code, ", %.*s", SARG(v.count));
    }
    return value_all_used(b->c, given, count, "template");
}

static bool put_partial(Body *b, const Scope *scope, Words *w, size_t at)
{
    Str name = words_name(w);
    Template *t = template_find(b->c, name);
    if (!t)
        return template_error(b->c, at, "there is no template %.*s", SARG(name));
    if (b->c->context.place != IN_TEXT)
        return template_error(b->c, at, "a template stands in text only, not in %s",
                              template_place_name(&b->c->context));
    Given given[TEMPLATE_ARGS_MAX] = {0};
    size_t count = 0;
    if (!value_read_given(b->c, scope, w, given, &count))
        return false;
    flush_literal(b);
    line_directive(b, at);
    indent(b);
    buf_fmt(&b->c->code, "html_%.*s(out, lang", SARG(name));
    if (!put_arguments(b, scope, t->args, given, count, at))
        return false;
    buf_put(&b->c->code, S(");\n"));
    return true;
}

/* --- blocks --- */

static bool condition(Body *b, const Value *v, size_t at, Str *ret)
{
    Arena *arena = b->c->arena;
    switch (v->kind) {
    case KIND_FLAG:
        *ret = arena_fmt(arena, "%.*s.v", SARG(v->code));
        return true;
    case KIND_INT:
        *ret = arena_fmt(arena, "%.*s.v != 0", SARG(v->code));
        return true;
    case KIND_TEXT:
    case KIND_URL:
    case KIND_HTML:
    case KIND_JSON:
        *ret = arena_fmt(arena, "%.*s.s.n > 0", SARG(v->code));
        return true;
    case KIND_ICON:
        *ret = arena_fmt(arena, "%.*s != ICON_NONE", SARG(v->code));
        return true;
    case KIND_ROWS:
        *ret = arena_fmt(arena, "%.*s > 0", SARG(v->count));
        return true;
    case KIND_GROUP:
        break;
    }
    return template_error(b->c, at, "a group is neither true nor false");
}

/* One branch from the current place; the elements that are open stay open. */
static bool compile_branch(Body *b, const Scope *scope, int depth, End *ret)
{
    size_t floor = b->c->open_floor, opened = b->c->open_count, at = b->c->at;
    b->c->open_floor = opened;
    b->indent++;
    if (!compile_block(b, scope, depth + 1, ret))
        return false;
    b->indent--;
    b->c->open_floor = floor;
    if (b->c->open_count != opened)
        return template_error(b->c, at, "<%.*s> is not closed inside of the branch",
                              SARG(b->c->open[b->c->open_count - 1]));
    return true;
}

static bool check_place(Body *b, const Context *expected, size_t at)
{
    if (template_same_place(expected, &b->c->context))
        return true;
    return template_error(b->c, at, "the branch begins in %s and ends in %s",
                          template_place_name(expected), template_place_name(&b->c->context));
}

static bool put_if(Body *b, const Scope *scope, Words *w, size_t at, int depth)
{
    Value v;
    Str test;
    Str name = words_name(w);
    if (!value_resolve(b->c, scope, name, at, &v) || !condition(b, &v, at, &test))
        return false;
    flush_literal(b);
    line_directive(b, at);
    indent(b);
    buf_fmt(&b->c->code, "if (%.*s) {\n", SARG(test));
    Context before = b->c->context;
    End end;
    if (!compile_branch(b, scope, depth, &end))
        return false;
    if (end == END_ELSE) {
        Context after = b->c->context;
        indent(b);
        buf_put(&b->c->code, S("} else {\n"));
        b->c->context = before;
        if (!compile_branch(b, scope, depth, &end) || !check_place(b, &after, at))
            return false;
    } else if (!check_place(b, &before, at)) {
        return false;
    }
    if (end != END_IF)
        return template_error(b->c, at, "{{#if %.*s}} without {{/if}}", SARG(name));
    indent(b);
    buf_put(&b->c->code, S("}\n"));
    return true;
}

static bool put_each(Body *b, const Scope *scope, Words *w, size_t at, int depth)
{
    Value v;
    Str name = words_name(w);
    if (!value_resolve(b->c, scope, name, at, &v))
        return false;
    if (v.kind != KIND_ROWS)
        return template_error(b->c, at, "%.*s is no array", SARG(name));
    flush_literal(b);
    line_directive(b, at);
    indent(b);
    int n = ++b->rows;
    buf_fmt(&b->c->code, "for (size_t i%d = 0; i%d < %.*s; i%d++) {\n", n, n, SARG(v.count), n);
    indent(b);
    buf_fmt(&b->c->code, "    const %.*s *row%d = &%.*s[i%d];\n", SARG(v.type), n, SARG(v.code), n);
    Scope inner = {v.inner, arena_fmt(b->c->arena, "row%d->", n), scope};
    Context before = b->c->context;
    End end;
    if (!compile_branch(b, &inner, depth, &end) || !check_place(b, &before, at))
        return false;
    if (end != END_EACH)
        return template_error(b->c, at, "{{#each %.*s}} without {{/each}}", SARG(name));
    indent(b);
    buf_put(&b->c->code, S("}\n"));
    return true;
}

/* What stands between {{ and }}. Sets *ret_end where it ends a block. */
static bool compile_tag(Body *b, const Scope *scope, Str inside, size_t at, int depth,
                        bool *ret_ends, End *ret_end)
{
    Words w = {.text = inside, .base = at + 2};
    char first = inside.n ? inside.p[0] : 0;
    *ret_ends = false;
    if (first == '!')
        return true;
    if (first == '>' || first == '#') {
        w.at = 1;
        if (first == '>')
            return put_partial(b, scope, &w, at);
        Str word = words_name(&w);
        if (str_eq(word, S("if")))
            return put_if(b, scope, &w, at, depth);
        if (str_eq(word, S("each")))
            return put_each(b, scope, &w, at, depth);
        return template_error(b->c, at, "unknown block %.*s: #if or #each", SARG(word));
    }
    Str trimmed = str_trim(inside);
    *ret_ends = true;
    *ret_end = str_eq(trimmed, S("/if"))     ? END_IF
               : str_eq(trimmed, S("else"))  ? END_ELSE
               : str_eq(trimmed, S("/each")) ? END_EACH
                                             : END_FILE;
    if (*ret_end != END_FILE)
        return true;
    *ret_ends = false;
    Str word = words_name(&w);
    Value v;
    if (value_is_call(&w, word) ? !value_read_call(b->c, scope, &w, word, &v)
                                : !value_resolve(b->c, scope, word, at, &v))
        return false;
    if (!words_end(&w))
        return template_error(b->c, w.base + w.at, "unexpected: %.*s",
                              SARG(str_from_index(inside, w.at)));
    return put_value(b, &v, at);
}

static bool compile_block(Body *b, const Scope *scope, int depth, End *ret)
{
    Compiler *c = b->c;
    Str text = c->now->source.text;
    if (depth > TEMPLATE_DEPTH_MAX)
        return template_error(c, c->at, "more than %d blocks in each other", TEMPLATE_DEPTH_MAX);
    while (c->at < text.n) {
        if (!str_starts(str_from_index(text, c->at), S("{{"))) {
            put_literal(b, text.p[c->at]);
            if (!template_step(c, text.p[c->at]))
                return false;
            c->at++;
            continue;
        }
        size_t at = c->at;
        ptrdiff_t length = str_find(str_from_index(text, at), S("}}"));
        if (length < 0)
            return template_error(c, at, "{{ without }}");
        c->at = at + (size_t)length + 2;
        if (!template_settle(c))
            return false;
        bool ends = false;
        Str inside = str_slice(text, at + 2, at + (size_t)length);
        if (!compile_tag(b, scope, inside, at, depth, &ends, ret))
            return false;
        if (ends) {
            flush_literal(b);
            return true;
        }
    }
    flush_literal(b);
    *ret = END_FILE;
    return true;
}

static bool compile_body(Compiler *c, Template *t)
{
    c->now = t;
    c->at = t->body_at;
    c->context = (Context){.place = IN_TEXT};
    c->open_count = c->open_floor = 0;
    Body b = {.c = c, .literal = buf_new(c->arena, t->source.text.n + 1), .indent = 1};
    buf_fmt(&c->code, "\nvoid html_%.*s(Buf *out, Lang lang", SARG(t->source.name));
    template_emit_parameters(&c->code, t->args, ", ");
    buf_put(&c->code, S(")\n{\n    (void)lang;\n"));
    Scope scope = {.fields = t->args, .prefix = S("")};
    End end = END_FILE;
    if (!compile_block(&b, &scope, 0, &end))
        return false;
    if (end != END_FILE)
        return template_error(c, c->at, "the end of a block that was not begun");
    if (c->open_count)
        return template_error(c, c->open_at[c->open_count - 1], "<%.*s> is not closed",
                              SARG(c->open[c->open_count - 1]));
    if (c->context.place != IN_TEXT)
        return template_error(c, c->at, "the template ends in %s",
                              template_place_name(&c->context));
    buf_put(&c->code, S("}\n"));
    return true;
}

/* Rows of another template need its struct, wherever it stands in the order. */
static void mark_rows(Compiler *c, const Field *fields)
{
    for (const Field *f = fields; f; f = f->next) {
        Template *other = f->of.n ? template_find(c, f->of) : NULL;
        if (other)
            other->is_row = true;
        mark_rows(c, f->inner);
    }
}

static bool compile_all(Compiler *c)
{
    for (size_t i = 0; i < c->count; i++) {
        c->now = &c->templates[i];
        if (!template_read_args(c))
            return false;
    }
    for (size_t i = 0; i < c->count; i++)
        mark_rows(c, c->templates[i].args);
    for (size_t i = 0; i < c->count; i++) {
        if (!template_emit_types(c, &c->templates[i]))
            return false;
    }
    for (size_t i = 0; i < c->count; i++) {
        if (!compile_body(c, &c->templates[i]))
            return false;
    }
    return true;
}

TemplateOutput template_compile(Arena *arena, const Po *texts, const TemplateSource *sources,
                                size_t count)
{
    ASSERT(count <= TEMPLATE_COUNT_MAX);
    Compiler c = {.arena = arena, .texts = texts, .count = count};
    c.templates = arena_array(arena, Template, count + 1);
    for (size_t i = 0; i < count; i++)
        c.templates[i].source = sources[i];
    c.header = buf_new(arena, (size_t)16 << 20);
    c.code = buf_new(arena, (size_t)64 << 20);
    buf_put(&c.header,
            S("/* Made by tools/template from html/; do not edit. */\n#ifndef HTML_GEN_H\n"
              "#define HTML_GEN_H\n\n#include \"web/html.h\"\n"));
    buf_put(&c.code,
            S("/* Made by tools/template from html/; do not edit. */\n"
              "#include \"html_gen.h\"\n#include \"asset_gen.h\"\n#include \"text_gen.h\"\n"));
    if (!compile_all(&c))
        return (TemplateOutput){.error = c.error};
    buf_put(&c.header, S("\n#endif\n"));
    return (TemplateOutput){.header = buf_str(&c.header), .code = buf_str(&c.code)};
}

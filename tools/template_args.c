/* Arguments of templates: reading their declaration, writing their C types. */
#include "tools/template_parse.h"

#include "base/str.h"

static const struct {
    Str word;
    Kind kind;
    Str type;
} TYPES[] = {
    {S_INIT("text"), KIND_TEXT, S_INIT("Text")},     {S_INIT("url"), KIND_URL, S_INIT("Url")},
    {S_INIT("html"), KIND_HTML, S_INIT("Html")},     {S_INIT("int"), KIND_INT, S_INIT("Int")},
    {S_INIT("flag"), KIND_FLAG, S_INIT("Flag")},     {S_INIT("icon"), KIND_ICON, S_INIT("Icon")},
    {S_INIT("json"), KIND_JSON, S_INIT("JsonHtml")},
};

/* Words that C, or the generated function itself, needs for something else. */
static const Str TAKEN[] = {
    S_INIT("out"),   S_INIT("lang"),    S_INIT("if"),     S_INIT("else"),   S_INIT("for"),
    S_INIT("do"),    S_INIT("while"),   S_INIT("switch"), S_INIT("case"),   S_INIT("default"),
    S_INIT("int"),   S_INIT("long"),    S_INIT("short"),  S_INIT("char"),   S_INIT("float"),
    S_INIT("auto"),  S_INIT("const"),   S_INIT("static"), S_INIT("extern"), S_INIT("inline"),
    S_INIT("goto"),  S_INIT("break"),   S_INIT("return"), S_INIT("sizeof"), S_INIT("struct"),
    S_INIT("union"), S_INIT("enum"),    S_INIT("void"),   S_INIT("signed"), S_INIT("unsigned"),
    S_INIT("true"),  S_INIT("false"),   S_INIT("bool"),   S_INIT("double"), S_INIT("register"),
    S_INIT("t"),     S_INIT("typedef"), S_INIT("each"),   S_INIT("path"),   S_INIT("asset"),
};

typedef struct Reader {
    Compiler *c;
    Str text; /* of the declaration, up to its }} */
    size_t base;
    size_t at;
} Reader;

static void skip_space(Reader *r)
{
    while (r->at < r->text.n && memchr(" \t\n", r->text.p[r->at], 3))
        r->at++;
}

static Str read_name(Reader *r)
{
    skip_space(r);
    size_t from = r->at;
    while (r->at < r->text.n && is_name_char(r->text.p[r->at]))
        r->at++;
    return str_slice(r->text, from, r->at);
}

static bool take(Reader *r, char ch)
{
    skip_space(r);
    if (r->at >= r->text.n || r->text.p[r->at] != ch)
        return false;
    r->at++;
    return true;
}

static bool check_name(Reader *r, Str name, const Field *before)
{
    size_t at = r->base + r->at;
    if (!name.n)
        return template_error(r->c, at, "expected the name of an argument");
    if (name.p[0] >= '0' && name.p[0] <= '9')
        return template_error(r->c, at, "a name begins with a letter: %.*s", SARG(name));
    for (size_t i = 0; i < COUNT_OF(TAKEN); i++) {
        if (str_eq(name, TAKEN[i]))
            return template_error(r->c, at, "the name %.*s is taken: choose another", SARG(name));
    }
    for (; before; before = before->next) {
        if (str_eq(before->name, name))
            return template_error(r->c, at, "the argument %.*s stands twice", SARG(name));
    }
    return true;
}

static bool read_fields(Reader *r, Str type_prefix, char end, Field **ret);

/* name:[other] */
static bool read_reference(Reader *r, Field *field)
{
    size_t from = r->at;
    Str other = read_name(r);
    if (!other.n || !take(r, ']')) {
        r->at = from;
        return false;
    }
    field->of = other;
    field->type = arena_fmt(r->c->arena, "Html%.*s", SARG(template_camel(r->c->arena, other)));
    return true;
}

static bool read_type(Reader *r, Str type_prefix, Field *field)
{
    Arena *arena = r->c->arena;
    bool rows = take(r, '[');
    if (rows || take(r, '{')) {
        field->kind = rows ? KIND_ROWS : KIND_GROUP;
        if (rows && read_reference(r, field))
            return true;
        field->type = arena_fmt(arena, "%.*s%.*s", SARG(type_prefix),
                                SARG(template_camel(arena, field->name)));
        return read_fields(r, field->type, rows ? ']' : '}', &field->inner);
    }
    Str word = read_name(r);
    for (size_t i = 0; i < COUNT_OF(TYPES); i++) {
        if (str_eq(word, TYPES[i].word)) {
            field->kind = TYPES[i].kind;
            field->type = TYPES[i].type;
            return true;
        }
    }
    return template_error(r->c, r->base + r->at,
                          "unknown type %.*s: text, url, html, int, flag, icon, json, {..}, [..]",
                          SARG(word));
}

static bool read_fields(Reader *r, Str type_prefix, char end, Field **ret)
{
    Field *first = NULL, **last = &first;
    size_t count = 0;
    for (;;) {
        skip_space(r);
        if (end ? take(r, end) : r->at == r->text.n)
            break;
        Str name = read_name(r);
        if (!check_name(r, name, first))
            return false;
        if (!take(r, ':'))
            return template_error(r->c, r->base + r->at, "expected : and a type behind %.*s",
                                  SARG(name));
        Field *field = arena_new(r->c->arena, Field);
        field->name = name;
        if (!read_type(r, type_prefix, field))
            return false;
        if (++count > TEMPLATE_ARGS_MAX)
            return template_error(r->c, r->base + r->at,
                                  "more than %d arguments: put those that belong together into "
                                  "a group, name:{ .. }",
                                  TEMPLATE_ARGS_MAX);
        *last = field;
        last = &field->next;
    }
    *ret = first;
    return true;
}

bool template_read_args(Compiler *c)
{
    Template *t = c->now;
    Str text = t->source.text;
    if (!str_starts(text, S("{{!args")))
        return template_error(c, 0, "a template begins with {{!args ..}}, even when it has none");
    ptrdiff_t end = str_find(text, S("}}"));
    /* A group that ends the declaration gives }}}: the last two close it. */
    while (end > 0 && (size_t)end + 2 < text.n && text.p[end + 2] == '}')
        end++;
    if (end < 0)
        return template_error(c, 0, "{{!args without }}");
    size_t base = S("{{!args").n;
    Reader r = {.c = c, .text = str_slice(text, base, (size_t)end), .base = base};
    Str prefix = arena_fmt(c->arena, "Html%.*s", SARG(template_camel(c->arena, t->source.name)));
    t->body_at = (size_t)end + 2;
    if (t->body_at < text.n && text.p[t->body_at] == '\n')
        t->body_at++;
    return read_fields(&r, prefix, 0, &t->args);
}

void template_emit_parameters(Buf *out, const Field *args, const char *before)
{
    for (const Field *f = args; f; f = f->next) {
        buf_put(out, str_from(before));
        before = ", ";
        if (f->kind == KIND_ROWS)
            buf_fmt(out, "const %.*s *%.*s, size_t %.*s_count", SARG(f->type), SARG(f->name),
                    SARG(f->name));
        else
            buf_fmt(out, "%.*s %.*s", SARG(f->type), SARG(f->name));
    }
}

static void emit_struct(Buf *out, Str type, const Field *fields)
{
    buf_fmt(out, "typedef struct %.*s {\n", SARG(type));
    for (const Field *f = fields; f; f = f->next) {
        if (f->kind == KIND_ROWS)
            buf_fmt(out, "    const %.*s *%.*s;\n    size_t %.*s_count;\n", SARG(f->type),
                    SARG(f->name), SARG(f->name));
        else
            buf_fmt(out, "    %.*s %.*s;\n", SARG(f->type), SARG(f->name));
    }
    buf_fmt(out, "} %.*s;\n", SARG(type));
}

static void emit_constructor(Buf *out, Str type, Str function, const Field *fields)
{
    buf_fmt(out, "static inline %.*s %.*s(", SARG(type), SARG(function));
    template_emit_parameters(out, fields, "");
    buf_fmt(out, ")\n{\n    return (%.*s){", SARG(type));
    const char *before = "";
    for (const Field *f = fields; f; f = f->next) {
        buf_fmt(out, "%s%.*s", before, SARG(f->name));
        if (f->kind == KIND_ROWS)
            buf_fmt(out, ", %.*s_count", SARG(f->name));
        before = ", ";
    }
    buf_put(out, S("};\n}\n"));
}

/* Types of groups and rows, the inner ones first. */
static bool emit_inner(Compiler *c, Str function, Field *fields)
{
    for (Field *f = fields; f; f = f->next) {
        if (f->of.n) {
            Template *other = template_find(c, f->of);
            if (!other)
                return template_error(c, 0, "rows of %.*s: there is no such template", SARG(f->of));
            other->is_row = true;
            Template *was = c->now;
            if (!template_emit_types(c, other))
                return false;
            c->now = was;
            f->inner = other->args;
        } else if (f->kind == KIND_ROWS || f->kind == KIND_GROUP) {
            Str name = arena_fmt(c->arena, "%.*s_%.*s", SARG(function), SARG(f->name));
            if (!emit_inner(c, name, f->inner))
                return false;
            emit_struct(&c->header, f->type, f->inner);
            emit_constructor(&c->header, f->type, name, f->inner);
        }
    }
    return true;
}

bool template_emit_types(Compiler *c, Template *t)
{
    if (t->emitted)
        return true;
    c->now = t;
    if (t->visiting)
        return template_error(c, 0, "rows of each other: %.*s holds itself", SARG(t->source.name));
    t->visiting = true;
    Str function = arena_fmt(c->arena, "html_%.*s", SARG(t->source.name));
    buf_fmt(&c->header, "\n/* %.*s */\n", SARG(t->source.path));
    if (!emit_inner(c, function, t->args))
        return false;
    c->now = t;
    if (t->is_row && t->args) {
        Str type = arena_fmt(c->arena, "Html%.*s", SARG(template_camel(c->arena, t->source.name)));
        emit_struct(&c->header, type, t->args);
        emit_constructor(&c->header, type, arena_fmt(c->arena, "%.*s_row", SARG(function)),
                         t->args);
    }
    buf_fmt(&c->header, "void %.*s(Buf *out, Lang lang", SARG(function));
    template_emit_parameters(&c->header, t->args, ", ");
    buf_put(&c->header, S(");\n"));
    t->visiting = false;
    t->emitted = true;
    return true;
}

/* Reading gettext's PO files. */
#include "tools/po.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

typedef enum Target { TO_NONE, TO_ID, TO_PLURAL, TO_FORM_0, TO_FORM_1 } Target;

typedef struct Parser {
    Arena *arena;
    Po *po;
    size_t cap;
    size_t line;
    PoEntry now;
    Buf parts[5]; /* by Target */
    bool seen[5];
    Target target;
    bool fuzzy;
} Parser;

static bool po_error(Parser *p, size_t line, const char *fmt, ...) PRINTF_LIKE(3, 4);
static bool po_error(Parser *p, size_t line, const char *fmt, ...)
{
    if (p->po->error.n)
        return false;
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    p->po->error = arena_fmt(p->arena, "%.*s:%zu: error: %s", SARG(p->po->path), line, text);
    return false;
}

static bool is_key(Str key)
{
    for (size_t i = 0; i < key.n; i++) {
        char ch = key.p[i];
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
        if (!letter && !(ch >= '0' && ch <= '9') && ch != '.' && ch != '_')
            return false;
    }
    return key.n > 0 && key.n < 100;
}

static const PoArg *find_arg(const PoEntry *e, Str name)
{
    for (size_t i = 0; i < e->arg_count; i++) {
        if (str_eq(e->args[i].name, name))
            return &e->args[i];
    }
    return NULL;
}

/* Every placeholder is declared, and every declared one is used, unless it is optional. The number
 * that chooses the plural form may be left out: "ein Sensor". */
static bool check_form(Parser *p, const PoEntry *e, Str form)
{
    bool used[PO_ARGS_MAX] = {false};
    for (size_t i = 0; i < form.n; i++) {
        if (form.p[i] == '}')
            return po_error(p, e->line, "%.*s: } without {", SARG(e->key));
        if (form.p[i] != '{')
            continue;
        ptrdiff_t end = str_find_char(str_from_index(form, i), '}');
        if (end < 0)
            return po_error(p, e->line, "%.*s: { without }", SARG(e->key));
        Str name = str_slice(form, i + 1, i + (size_t)end);
        const PoArg *arg = find_arg(e, name);
        if (!arg)
            return po_error(p, e->line, "%.*s: the placeholder {%.*s} is not declared in #. args",
                            SARG(e->key), SARG(name));
        used[arg - e->args] = true;
        i += (size_t)end;
    }
    for (size_t i = 0; i < e->arg_count; i++) {
        if (!used[i] && !e->args[i].optional && !(e->plural && e->args[i].is_int))
            return po_error(p, e->line, "%.*s: the placeholder {%.*s} is missing", SARG(e->key),
                            SARG(e->args[i].name));
    }
    return true;
}

static bool check_header(Parser *p, Str header)
{
    if (str_find(header, S("charset=UTF-8")) < 0)
        return po_error(p, p->now.line, "the header must say charset=UTF-8");
    if (str_find(header, S("nplurals=2; plural=(n != 1);")) < 0)
        return po_error(p, p->now.line,
                        "the header must say Plural-Forms: nplurals=2; plural=(n != 1);");
    return true;
}

static bool check_entry(Parser *p, PoEntry *e)
{
    if (!is_key(e->key))
        return po_error(p, e->line, "a key has letters, digits, _ and dots: \"%.*s\"",
                        SARG(e->key));
    bool has_int = false;
    for (size_t i = 0; i < e->arg_count; i++)
        has_int |= e->args[i].is_int;
    if (e->plural && !has_int)
        return po_error(p, e->line, "%.*s: a plural needs an int among its args", SARG(e->key));
    for (size_t i = 0; i < (e->plural ? 2U : 1U); i++) {
        if (!e->forms[i].n)
            return po_error(p, e->line, "%.*s: the text is empty", SARG(e->key));
        if (!str_is_utf8(e->forms[i]))
            return po_error(p, e->line, "%.*s: not UTF-8", SARG(e->key));
        if (!check_form(p, e, e->forms[i]))
            return false;
    }
    return true;
}

static void add_entry(Parser *p)
{
    if (p->po->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 256;
        p->po->entries = arena_grow(p->arena, p->po->entries, p->cap * sizeof(PoEntry),
                                    cap * sizeof(PoEntry), _Alignof(PoEntry));
        p->cap = cap;
    }
    p->po->entries[p->po->count++] = p->now;
}

/* At an empty line, and at the end. */
static bool end_entry(Parser *p)
{
    bool any = p->seen[TO_ID];
    if (any) {
        Str id = buf_str(&p->parts[TO_ID]);
        p->now.key = arena_copy(p->arena, id);
        p->now.plural = p->seen[TO_PLURAL];
        p->now.forms[0] = arena_copy(p->arena, buf_str(&p->parts[TO_FORM_0]));
        p->now.forms[1] = arena_copy(p->arena, buf_str(&p->parts[TO_FORM_1]));
        if (p->fuzzy)
            return po_error(p, p->now.line, "%.*s is marked fuzzy: check it and take the mark away",
                            SARG(id));
        if (!id.n && !check_header(p, p->now.forms[0]))
            return false;
        if (id.n && !check_entry(p, &p->now))
            return false;
        if (id.n)
            add_entry(p);
    }
    p->now = (PoEntry){0};
    p->target = TO_NONE;
    p->fuzzy = false;
    for (size_t i = 0; i < COUNT_OF(p->parts); i++) {
        buf_truncate(&p->parts[i], 0);
        p->seen[i] = false;
    }
    return true;
}

static bool read_args(Parser *p, Str rest)
{
    rest = str_trim(rest);
    while (rest.p && rest.n) {
        Str word = str_trim(str_cut(&rest, ' '));
        if (!word.n)
            continue;
        Str type = word;
        Str name = str_cut(&type, ':');
        bool optional = str_ends(type, S("?"));
        type = str_slice(type, 0, type.n - optional);
        bool is_int = str_eq(type, S("int"));
        if (!name.n || (!is_int && !str_eq(type, S("text"))))
            return po_error(p, p->line, "expected name:int or name:text, not \"%.*s\"", SARG(word));
        if (p->now.arg_count == PO_ARGS_MAX)
            return po_error(p, p->line, "more than %d args", PO_ARGS_MAX);
        p->now.args[p->now.arg_count++] = (PoArg){name, is_int, optional};
    }
    return true;
}

static bool read_string(Parser *p, Str s)
{
    s = str_trim(s);
    if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
        return po_error(p, p->line, "expected \"..\"");
    Buf *out = &p->parts[p->target];
    for (size_t i = 1; i + 1 < s.n; i++) {
        char ch = s.p[i];
        if (ch == '"')
            return po_error(p, p->line, "write \\\" inside of a text");
        if (ch == '\\') {
            ch = i + 2 < s.n ? s.p[++i] : 0;
            if (ch != 'n' && ch != '"' && ch != '\\' && ch != 't')
                return po_error(p, p->line, "unknown escape");
            ch = (char)(ch == 'n' ? '\n' : ch == 't' ? '\t' : ch);
        }
        buf_char(out, ch);
    }
    return true;
}

static bool read_keyword(Parser *p, Str line)
{
    static const struct {
        Str word;
        Target target;
    } WORDS[] = {
        {S_INIT("msgid_plural "), TO_PLURAL}, {S_INIT("msgid "), TO_ID},
        {S_INIT("msgstr[0] "), TO_FORM_0},    {S_INIT("msgstr[1] "), TO_FORM_1},
        {S_INIT("msgstr "), TO_FORM_0},
    };
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (!str_starts(line, WORDS[i].word))
            continue;
        p->target = WORDS[i].target;
        if (p->target == TO_ID) {
            if (p->seen[TO_ID])
                return po_error(p, p->line, "an empty line belongs between two entries");
            p->now.line = p->line;
        }
        p->seen[p->target] = true;
        return read_string(p, str_from_index(line, WORDS[i].word.n));
    }
    return po_error(p, p->line, "unknown line: %.*s", (int)MIN(line.n, (size_t)40), line.p);
}

static bool read_line(Parser *p, Str line)
{
    line = str_trim(line);
    if (!line.n)
        return end_entry(p);
    if (str_starts(line, S("#. args")))
        return read_args(p, str_from_index(line, S("#. args").n));
    if (str_starts(line, S("#,"))) {
        p->fuzzy |= str_find(line, S("fuzzy")) >= 0;
        return true;
    }
    if (line.p[0] == '#')
        return true;
    if (line.p[0] == '"' && p->target != TO_NONE)
        return read_string(p, line);
    return read_keyword(p, line);
}

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const PoEntry *)a)->key, ((const PoEntry *)b)->key);
}

Po po_parse(Arena *arena, Str path, Str text)
{
    Po po = {.path = path};
    Parser p = {.arena = arena, .po = &po};
    for (size_t i = 0; i < COUNT_OF(p.parts); i++)
        p.parts[i] = buf_new(arena, (size_t)1 << 20);
    Str rest = text;
    while (rest.p && !po.error.n) {
        p.line++;
        read_line(&p, str_cut(&rest, '\n'));
    }
    if (!po.error.n)
        end_entry(&p);
    if (!po.count)
        return po;
    qsort(po.entries, po.count, sizeof(PoEntry), by_key);
    for (size_t i = 1; i < po.count; i++) {
        if (str_eq(po.entries[i - 1].key, po.entries[i].key))
            po_error(&p, po.entries[i].line, "the key %.*s stands twice", SARG(po.entries[i].key));
    }
    return po;
}

const PoEntry *po_find(const Po *po, Str key)
{
    PoEntry wanted = {.key = key};
    return po->count ? bsearch(&wanted, po->entries, po->count, sizeof(PoEntry), by_key) : NULL;
}

static bool same_args(const PoEntry *a, const PoEntry *b)
{
    if (a->plural != b->plural || a->arg_count != b->arg_count)
        return false;
    for (size_t i = 0; i < a->arg_count; i++) {
        if (!str_eq(a->args[i].name, b->args[i].name) || a->args[i].is_int != b->args[i].is_int)
            return false;
    }
    return true;
}

static Str compare_one_way(Arena *arena, const Po *a, const Po *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const PoEntry *mine = &a->entries[i];
        const PoEntry *other = po_find(b, mine->key);
        if (!other)
            return arena_fmt(arena, "%.*s: error: the key %.*s of %.*s:%zu is missing",
                             SARG(b->path), SARG(mine->key), SARG(a->path), mine->line);
        if (!same_args(mine, other))
            return arena_fmt(arena,
                             "%.*s:%zu: error: %.*s has other args or another plural than "
                             "%.*s:%zu",
                             SARG(b->path), other->line, SARG(mine->key), SARG(a->path),
                             mine->line);
    }
    return S("");
}

Str po_compare(Arena *arena, const Po *a, const Po *b)
{
    Str error = compare_one_way(arena, a, b);
    return error.n ? error : compare_one_way(arena, b, a);
}

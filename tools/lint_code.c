/* Rules about C: who may include whom, where SQL stands, which calls are not made. */
#include "tools/lint.h"

#include <stdio.h>

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The next name at or after *at that is followed by a parenthesis and is no member: a call, or a
 * function's head. *ret_at is where it begins. */
static bool next_call(Str code, size_t *at, Str *ret_name, size_t *ret_at)
{
    for (size_t i = *at; i < code.n; i++) {
        if (!is_word(code.p[i]))
            continue;
        size_t from = i;
        while (i < code.n && is_word(code.p[i]))
            i++;
        size_t end = i;
        while (end < code.n && code.p[end] == ' ')
            end++;
        bool member =
            from > 0 && (code.p[from - 1] == '.' ||
                         (from > 1 && code.p[from - 1] == '>' && code.p[from - 2] == '-'));
        if (end < code.n && code.p[end] == '(' && !member) {
            *at = i;
            *ret_name = str_slice(code, from, i);
            *ret_at = from;
            return true;
        }
    }
    return false;
}

static const LintLayer *find_layer(Str name)
{
    for (size_t i = 0; i < LINT_LAYER_COUNT; i++)
        if (str_eq(name, str_from(LINT_LAYERS[i].name)))
            return &LINT_LAYERS[i];
    return NULL;
}

static Str layer_of(const LintFile *file)
{
    Str rest = file->path;
    Str top = str_cut(&rest, '/');
    return str_eq(top, S("src")) ? str_cut(&rest, '/') : top;
}

static bool may_include(const LintLayer *layer, const LintFile *file, Str into)
{
    char name[64];
    int n = snprintf(name, sizeof name, " %.*s ", SARG(into));
    if (str_eq(into, str_from(layer->name)))
        return true;
    if (lint_is_test(file) && str_eq(into, S("test")))
        return true;
    return str_find(str_from(layer->may_include), (Str){name, (size_t)n}) >= 0;
}

static void look_at_include(const LintFile *file, const LintLayer *layer, const LintLine *line,
                            Findings *found)
{
    Str name = str_from_index(line->text, strlen("#include \""));
    ptrdiff_t end = str_find_char(name, '"');
    name = str_slice(name, 0, end < 0 ? name.n : (size_t)end);
    if (str_starts(name, S("."))) {
        lint_note(found, file, line->number, "\"%.*s\": paths are from src/", SARG(name));
        return;
    }
    Str rest = name;
    Str into = str_cut(&rest, '/');
    if (!rest.p) /* Generated, or beside the file. */
        return;
    if (!find_layer(into) && !str_eq(into, S("test")))
        lint_note(found, file, line->number, "\"%.*s\" belongs to no layer", SARG(name));
    else if (!may_include(layer, file, into))
        lint_note(found, file, line->number, "%s may not include \"%.*s\"", layer->name,
                  SARG(name));
}

void lint_layers(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (!lint_is_c(file) || lint_below(file, "test/"))
            continue;
        const LintLayer *layer = find_layer(layer_of(file));
        if (!layer) {
            lint_note(found, file, 1, "this folder is in no layer: see LINT_LAYERS");
            continue;
        }
        for (LintLine line = {.rest = file->text}; lint_next(&line);)
            if (str_starts(line.text, S("#include \"")))
                look_at_include(file, layer, &line, found);
    }
}

static void look_for_sql(const LintFile *file, Findings *found)
{
    static const char *const openings[] = {
        "\"SELECT ",       "\"INSERT INTO ", "\"INSERT OR ",  "\"UPDATE ", "\"DELETE FROM ",
        "\"CREATE TABLE ", "\"ALTER TABLE ", "\"DROP TABLE ", "\"PRAGMA ", "\"WITH RECURSIVE "};
    for (LintLine line = {.rest = file->spoken}; lint_next(&line);)
        for (size_t i = 0; i < COUNT_OF(openings); i++)
            if (str_find(line.text, str_from(openings[i])) >= 0)
                lint_note(found, file, line.number, "SQL stands in *_store.c and db/ alone");
    Str name;
    for (size_t at = 0, from; next_call(file->code, &at, &name, &from);)
        if (str_eq(name, S("SQL")) || str_eq(name, S("SQL2")))
            lint_note(found, file, lint_line_at(file->code, from),
                      "a statement stands in *_store.c and db/ alone");
}

void lint_sql_place(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (lint_is_c(file) && !lint_is_test(file) && !lint_below(file, "src/db/") &&
            !lint_below(file, "tools/") && !lint_ends(file, "_store.c"))
            look_for_sql(file, found);
    }
}

static const LintFile *find_holding(const LintTree *tree, Str text)
{
    for (size_t i = 0; i < tree->count; i++)
        if (lint_below(&tree->files[i], "src/") && lint_ends(&tree->files[i], ".c") &&
            str_find(tree->files[i].code, text) >= 0)
            return &tree->files[i];
    return NULL;
}

/* Where the word stands alone, so that HISTORY is not found in OLD_HISTORY. */
static bool holds_word(Str text, Str word)
{
    for (size_t from = 0;;) {
        ptrdiff_t at = str_find(str_from_index(text, from), word);
        if (at < 0)
            return false;
        size_t begin = from + (size_t)at, end = begin + word.n;
        if ((begin == 0 || !is_word(text.p[begin - 1])) && (end == text.n || !is_word(text.p[end])))
            return true;
        from = begin + 1;
    }
}

void lint_statement_tables(const LintTree *tree, Findings *found)
{
    static const Str opening = S_INIT("const StatementTable ");
    const LintFile *list = find_holding(tree, S("STATEMENT_TABLES[] ="));
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (!lint_is_c(file) || !lint_below(file, "src/") || lint_is_test(file))
            continue;
        for (LintLine line = {.rest = file->code}; lint_next(&line);) {
            bool defines = str_starts(line.text, opening) && str_find(line.text, S("=")) >= 0 &&
                           str_find_char(line.text, '*') < 0;
            if (!defines)
                continue;
            Str rest = str_from_index(line.text, opening.n);
            Str name = str_cut(&rest, ' ');
            if (!list || !holds_word(list->code, name))
                lint_note(found, file, line.number, "%.*s is missing in STATEMENT_TABLES of %.*s",
                          SARG(name), list ? (int)list->path.n : 8,
                          list ? list->path.p : "src/app/");
        }
    }
}

void lint_banned_calls(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        Str name;
        for (size_t at = 0, from; next_call(file->code, &at, &name, &from);)
            for (size_t b = 0; b < LINT_BAN_COUNT; b++)
                if (str_eq(name, str_from(LINT_BANS[b].call)) &&
                    !(LINT_BANS[b].tests_may && lint_is_test(file)))
                    lint_note(found, file, lint_line_at(file->code, from), "%s: use %s",
                              LINT_BANS[b].call, LINT_BANS[b].instead);
    }
}

void lint_allocation(const LintTree *tree, Findings *found)
{
    static const char *const calls[] = {"malloc",   "calloc",    "realloc",
                                        "free",     "strdup",    "strndup",
                                        "asprintf", "vasprintf", "posix_memalign"};
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (lint_is_test(file) || lint_excepted(LINT_ALLOCATORS, file->path, S("")))
            continue;
        Str name;
        for (size_t at = 0, from; next_call(file->code, &at, &name, &from);)
            for (size_t k = 0; k < COUNT_OF(calls); k++)
                if (str_eq(name, str_from(calls[k])))
                    lint_note(found, file, lint_line_at(file->code, from),
                              "%s: memory comes from an arena, or the file is named with its "
                              "reason in LINT_ALLOCATORS",
                              calls[k]);
    }
}

/* A function's name stands in the first line of its head that opens a parenthesis. */
static Str name_before(Str code, size_t brace)
{
    size_t from = brace;
    while (from > 1 && !(code.p[from - 1] == '\n' && code.p[from - 2] == '\n'))
        from--;
    Str name = S(""), found;
    Str head = str_slice(code, from, brace);
    for (size_t at = 0, where; next_call(head, &at, &found, &where);)
        if (name.n == 0 && !str_eq(found, S("__attribute__")) && !str_eq(found, S("PRINTF_LIKE")))
            name = found;
    return name;
}

/* The layout puts the braces of functions, and of nothing else, alone in the first column. */
void lint_function_length(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        size_t opened = 0, brace = 0;
        for (LintLine line = {.rest = file->code}; lint_next(&line);) {
            if (str_eq(line.text, S("{"))) {
                opened = line.number;
                brace = (size_t)(line.text.p - file->code.p);
            } else if (str_starts(line.text, S("}")) && opened) {
                size_t lines = line.number - opened + 1;
                Str name = name_before(file->code, brace);
                if (lines > LINT_FUNCTION_LINES_MAX &&
                    !lint_excepted(LINT_LONG_FUNCTIONS, file->path, name))
                    lint_note(found, file, opened, "%.*s has %zu lines, at most %d are allowed",
                              SARG(name), lines, LINT_FUNCTION_LINES_MAX);
                opened = 0;
            }
        }
    }
}

void lint_header_comment(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (lint_ends(file, ".h") && lint_below(file, "src/") && !str_starts(file->text, S("/* ")))
            lint_note(found, file, 1, "a header begins with its manual");
    }
}

static Str stem_of(Str path)
{
    ptrdiff_t slash = str_find_last_char(path, '/');
    Str name = str_from_index(path, (size_t)(slash + 1));
    return str_slice(name, 0, name.n - 2);
}

/* As 'x.c' or 'folder/x.c', or, where a loop adds the ending, as 'x'. */
static bool is_named(const LintTree *tree, const LintFile *file)
{
    Str stem = stem_of(file->path);
    Str base = stem;
    for (size_t i = 0; i < 2; i++) {
        Str ending = i ? S("_fuzz") : S("_test");
        if (str_ends(stem, ending))
            base = str_slice(stem, 0, stem.n - ending.n);
    }
    Str alone = arena_fmt(tree->arena, "'%.*s.c'", SARG(stem));
    Str below = arena_fmt(tree->arena, "/%.*s.c'", SARG(stem));
    Str looped = arena_fmt(tree->arena, "'%.*s'", SARG(base));
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *build = &tree->files[i];
        if (lint_ends(build, "meson.build") &&
            (str_find(build->text, alone) >= 0 || str_find(build->text, below) >= 0 ||
             (base.n < stem.n && str_find(build->text, looped) >= 0)))
            return true;
    }
    return false;
}

/* A test that nobody builds passes for ever. */
void lint_built(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (lint_ends(file, ".c") && !is_named(tree, file))
            lint_note(found, file, 1, "no meson.build names this file");
    }
}

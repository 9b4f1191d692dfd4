/* The tree in memory: which files belong to it, and C without its comments. */
#include "tools/lint.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tools/file.h"

typedef enum MaskState { IN_CODE, IN_LINE_COMMENT, IN_COMMENT, IN_STRING, IN_CHAR } MaskState;

/* The state after the character at i, or after the two that belong together: *ret_step. */
static MaskState mask_step(MaskState state, char c, char next, size_t *ret_step)
{
    *ret_step = 1;
    switch (state) {
    case IN_CODE:
        if (c == '/' && (next == '/' || next == '*')) {
            *ret_step = 2;
            return next == '/' ? IN_LINE_COMMENT : IN_COMMENT;
        }
        return c == '"' ? IN_STRING : c == '\'' ? IN_CHAR : IN_CODE;
    case IN_LINE_COMMENT:
        return c == '\n' ? IN_CODE : IN_LINE_COMMENT;
    case IN_COMMENT:
        if (c != '*' || next != '/')
            return IN_COMMENT;
        *ret_step = 2;
        return IN_CODE;
    case IN_STRING:
    case IN_CHAR:
        if (c == '\\')
            *ret_step = 2;
        else if (c == '\n' || c == (state == IN_STRING ? '"' : '\''))
            return IN_CODE;
        return state;
    }
    return IN_CODE;
}

static Str mask(Arena *arena, Str text, bool keep_strings)
{
    char *out = arena_alloc_raw(arena, text.n + 1, 1);
    MaskState state = IN_CODE;
    for (size_t i = 0, step; i < text.n; i += step) {
        MaskState before = state;
        state = mask_step(state, text.p[i], i + 1 < text.n ? text.p[i + 1] : '\n', &step);
        bool comment = before == IN_COMMENT || before == IN_LINE_COMMENT || state == IN_COMMENT ||
                       state == IN_LINE_COMMENT;
        bool inside = (before == IN_STRING || before == IN_CHAR) && before == state;
        bool blank = comment || (inside && !keep_strings);
        for (size_t k = i; k < i + step && k < text.n; k++)
            out[k] = blank && text.p[k] != '\n' ? ' ' : text.p[k];
    }
    return (Str){out, text.n};
}

void lint_add(LintTree *tree, Str path, Str text)
{
    if (tree->count == tree->cap) {
        size_t cap = tree->cap ? tree->cap * 2 : 64;
        tree->files = arena_grow(tree->arena, tree->files, tree->cap * sizeof *tree->files,
                                 cap * sizeof *tree->files, _Alignof(LintFile));
        tree->cap = cap;
    }
    LintFile *file = &tree->files[tree->count++];
    *file = (LintFile){.path = path, .text = text};
    if (lint_is_c(file)) {
        file->code = mask(tree->arena, text, false);
        file->spoken = mask(tree->arena, text, true);
    }
}

/* What .gitignore names, and what no person wrote: the seeds of the fuzzers. */
static bool is_ignored(Str path, Str name)
{
    if (str_starts(name, S(".")))
        return !str_eq(path, S(".ci")) && !str_eq(path, S("assets/.npmrc"));
    bool at_top = path.n == name.n;
    if (at_top &&
        (str_eq(name, S("build")) || str_starts(name, S("build-")) || str_eq(name, S("data"))))
        return true;
    return str_eq(name, S("node_modules")) || str_eq(path, S("test/fuzz/corpus"));
}

static void read_folder(LintTree *tree, Str folder)
{
    DIR *dir = opendir(folder.n ? folder.p : ".");
    if (!dir)
        file_die("%.*s: cannot be listed", SARG(folder));
    for (struct dirent *entry; (entry = readdir(dir));) {
        Str name = str_from(entry->d_name);
        Str path =
            arena_fmt(tree->arena, "%.*s%s%.*s", SARG(folder), folder.n ? "/" : "", SARG(name));
        if (is_ignored(path, name))
            continue;
        const char *file_name = arena_cstr(tree->arena, path);
        struct stat info;
        if (lstat(file_name, &info) != 0)
            continue; /* An editor's own file, gone since. */
        if (S_ISDIR(info.st_mode)) {
            read_folder(tree, str_from(file_name));
        } else if (S_ISREG(info.st_mode)) {
            Str text = file_read(tree->arena, file_name);
            if (str_find_char(text, '\0') < 0)
                lint_add(tree, path, text);
        }
    }
    closedir(dir);
}

static int by_path(const void *a, const void *b)
{
    return str_cmp(((const LintFile *)a)->path, ((const LintFile *)b)->path);
}

void lint_read(LintTree *tree)
{
    tree->on_disk = true;
    read_folder(tree, S(""));
    qsort(tree->files, tree->count, sizeof *tree->files, by_path);
}

void lint_note(Findings *found, const LintFile *file, size_t line, const char *fmt, ...)
{
    char what[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    buf_fmt(&found->text, "%.*s:%zu: %s\n", SARG(file->path), line, what);
    found->count++;
}

bool lint_next(LintLine *line)
{
    if (line->rest.n == 0)
        return false;
    line->text = str_cut(&line->rest, '\n');
    line->number++;
    return true;
}

size_t lint_line_at(Str text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < text.n; i++)
        line += text.p[i] == '\n';
    return line;
}

bool lint_ends(const LintFile *file, const char *ending)
{
    return str_ends(file->path, str_from(ending));
}

bool lint_below(const LintFile *file, const char *folder)
{
    return str_starts(file->path, str_from(folder));
}

bool lint_is_c(const LintFile *file)
{
    return lint_ends(file, ".c") || lint_ends(file, ".h") || lint_ends(file, ".def");
}

bool lint_is_shell(const LintFile *file)
{
    return lint_ends(file, ".sh") || str_starts(file->text, S("#!/usr/bin/env bash")) ||
           str_starts(file->text, S("#!/bin/sh"));
}

bool lint_is_test(const LintFile *file)
{
    static const char *const endings[] = {"_test.c", "_test.h", "_fuzz.c",    "_rig.c",
                                          "_rig.h",  "test.h",  "_fixture.c", "_fixture.h"};
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (lint_ends(file, endings[i]))
            return true;
    return lint_below(file, "test/") || str_find(file->path, S("/test_")) >= 0 ||
           lint_ends(file, "base/fuzz_replay.c");
}

bool lint_excepted(const LintException *table, Str path, Str what)
{
    for (; table->path; table++)
        if (str_eq(path, str_from(table->path)) &&
            (!table->what || str_eq(what, str_from(table->what))))
            return true;
    return false;
}

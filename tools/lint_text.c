/* Rules about text: layout, lengths, colours, words, and what each folder holds. */
#include "tools/lint.h"

#include <ctype.h>

/* Characters, not bytes. */
static size_t columns(Str line)
{
    size_t n = 0;
    for (size_t i = 0; i < line.n; i++)
        n += ((unsigned char)line.p[i] & 0xC0) != 0x80;
    return n;
}

static bool ends_with_one_of(const LintFile *file, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lint_ends(file, endings[i]))
            return true;
    return false;
}

/* What people write here; third-party text and data keep the form that they came in. */
static bool is_written(const LintFile *file)
{
    static const char *const endings[] = {".c",  ".h",    ".def",        ".S",  ".sql",
                                          ".po", ".html", ".scss",       ".js", ".mjs",
                                          ".md", ".py",   "meson.build", ".txt"};
    return lint_is_shell(file) || ends_with_one_of(file, endings, COUNT_OF(endings));
}

/* Not: rows of tables (.def), lists of files, templates, where a line end is text, and prose. */
static bool has_columns(const LintFile *file)
{
    static const char *const endings[] = {".c", ".h", ".S", ".sql", ".scss", ".js", ".mjs"};
    return lint_is_shell(file) || ends_with_one_of(file, endings, COUNT_OF(endings));
}

static void look_at_layout(const LintFile *file, Findings *found)
{
    bool measured = has_columns(file);
    for (LintLine line = {.rest = file->text}; lint_next(&line);) {
        size_t width = columns(line.text);
        if (measured && width > LINT_COLUMNS_MAX)
            lint_note(found, file, line.number, "%zu columns, at most %d are allowed", width,
                      LINT_COLUMNS_MAX);
        if (str_find_char(line.text, '\t') >= 0)
            lint_note(found, file, line.number, "a tab");
        if (str_ends(line.text, S(" ")) || str_ends(line.text, S("\r")))
            lint_note(found, file, line.number, "white space at the end of the line");
        if (!str_is_utf8(line.text))
            lint_note(found, file, line.number, "not UTF-8");
    }
    size_t end = lint_line_at(file->text, file->text.n);
    if (file->text.n == 0)
        lint_note(found, file, 1, "the file is empty");
    else if (!str_ends(file->text, S("\n")))
        lint_note(found, file, end, "the last line has no end");
    else if (str_ends(file->text, S("\n\n")))
        lint_note(found, file, end - 1, "an empty line at the end of the file");
}

void lint_layout(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++)
        if (is_written(&tree->files[i]))
            look_at_layout(&tree->files[i], found);
}

void lint_file_length(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        bool counted = lint_is_c(file) || (has_columns(file) && !lint_ends(file, ".sql"));
        size_t lines = lint_line_at(file->text, file->text.n) - 1;
        if (counted && lines > LINT_FILE_LINES_MAX &&
            !lint_excepted(LINT_LONG_FILES, file->path, S("")))
            lint_note(found, file, 1, "%zu lines, at most %d are allowed", lines,
                      LINT_FILE_LINES_MAX);
    }
}

/* The number of hex digits of a colour at this '#', or 0. "&#xe4;" is a character. */
static size_t colour_digits(Str line, size_t at)
{
    if (at > 0 && line.p[at - 1] == '&')
        return 0;
    size_t n = 0;
    while (at + 1 + n < line.n && isxdigit((unsigned char)line.p[at + 1 + n]))
        n++;
    bool word = at + 1 + n < line.n && (isalnum((unsigned char)line.p[at + 1 + n]) ||
                                        line.p[at + 1 + n] == '_' || line.p[at + 1 + n] == '-');
    return !word && (n == 3 || n == 4 || n == 6 || n == 8) ? n : 0;
}

/* Outside of style sheets, "#bad" may be the name of a place on the page: six digits or more. */
static size_t colour_digits_min(const LintFile *file)
{
    if (lint_ends(file, ".scss") || lint_ends(file, ".css"))
        return lint_ends(file, "_tokens.scss") ? 0 : 3;
    bool page = lint_below(file, "html/") || lint_below(file, "assets/js/") ||
                (lint_below(file, "src/web/") && !lint_is_test(file));
    return page ? 6 : 0;
}

void lint_colours(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        size_t min = colour_digits_min(file);
        for (LintLine line = {.rest = min ? file->text : S("")}; lint_next(&line);)
            for (size_t at = 0; at < line.text.n; at++)
                if (line.text.p[at] == '#' && colour_digits(line.text, at) >= min)
                    lint_note(found, file, line.number,
                              "a colour: tokens stand in assets/css/_tokens.scss");
    }
}

/* An attribute that begins here: white space before it, '=' behind its name. */
static bool is_attribute(Str line, size_t at, Str *ret_name)
{
    if (line.p[at] != ' ' && line.p[at] != '\t')
        return false;
    size_t end = at + 1;
    while (end < line.n && (isalnum((unsigned char)line.p[end]) || line.p[end] == '-'))
        end++;
    if (end == line.n || line.p[end] != '=')
        return false;
    *ret_name = str_slice(line, at + 1, end);
    return true;
}

static void look_at_attributes(const LintFile *file, const LintLine *line, Findings *found)
{
    for (size_t at = 0; at < line->text.n; at++) {
        Str name;
        if (!is_attribute(line->text, at, &name))
            continue;
        if (str_eq_nocase(name, S("style")))
            lint_note(found, file, line->number, "style=: the security policy refuses it");
        if (name.n > 2 && str_eq_nocase(str_slice(name, 0, 2), S("on")))
            lint_note(found, file, line->number, "%.*s=: the security policy refuses it",
                      SARG(name));
    }
}

void lint_inline_code(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (!lint_below(file, "html/") || !lint_ends(file, ".html"))
            continue;
        for (LintLine line = {.rest = file->text}; lint_next(&line);) {
            look_at_attributes(file, &line, found);
            bool data = str_find(line.text, S("type=\"application/")) >= 0;
            if (str_find(line.text, S("<script")) >= 0 && str_find(line.text, S(" src=")) < 0 &&
                !data)
                lint_note(found, file, line.number, "a script without src=");
            if (str_find(line.text, S("<style")) >= 0)
                lint_note(found, file, line.number, "<style>: rules stand in assets/css");
            if (str_find(line.text, S("javascript:")) >= 0)
                lint_note(found, file, line.number, "javascript: as an address");
        }
    }
}

/* Words of capitals mean themselves and stand alone; all others are found in any case. */
static bool holds(Str line, Str word)
{
    bool capitals = isupper((unsigned char)word.p[0]);
    for (size_t at = 0; at + word.n <= line.n; at++) {
        Str here = str_slice(line, at, at + word.n);
        if (!capitals && str_eq_nocase(here, word))
            return true;
        bool alone = (at == 0 || !isalnum((unsigned char)line.p[at - 1])) &&
                     (at + word.n == line.n || !isalnum((unsigned char)line.p[at + word.n]));
        if (capitals && alone && str_eq(here, word))
            return true;
    }
    return false;
}

void lint_words(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        for (LintLine line = {.rest = file->text}; lint_next(&line);)
            for (size_t w = 0; w < LINT_WORD_COUNT; w++)
                if (holds(line.text, str_from(LINT_WORDS[w])))
                    lint_note(found, file, line.number, "\"%s\" does not belong here",
                              LINT_WORDS[w]);
    }
}

static Str folder_of(Str path)
{
    ptrdiff_t slash = str_find_last_char(path, '/');
    return slash < 0 ? S("") : str_slice(path, 0, (size_t)slash);
}

static const LintFile *find_file(const LintTree *tree, Str path)
{
    for (size_t i = 0; i < tree->count; i++)
        if (str_eq(tree->files[i].path, path))
            return &tree->files[i];
    return NULL;
}

static bool is_first_of_folder(const LintTree *tree, size_t index)
{
    Str folder = folder_of(tree->files[index].path);
    for (size_t i = 0; i < index; i++)
        if (lint_is_c(&tree->files[i]) && str_eq(folder_of(tree->files[i].path), folder))
            return false;
    return true;
}

/* Every folder below src/ that holds C says in at most 20 lines what it is. */
void lint_readme(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (!lint_below(file, "src/") || !lint_is_c(file) || !is_first_of_folder(tree, i))
            continue;
        Str folder = folder_of(file->path);
        Str path = arena_fmt(tree->arena, "%.*s/README.md", SARG(folder));
        const LintFile *readme = find_file(tree, path);
        if (!readme)
            lint_note(found, &(LintFile){.path = path}, 1, "the folder has no such file");
        else if (lint_line_at(readme->text, readme->text.n) - 1 > LINT_README_LINES_MAX)
            lint_note(found, readme, LINT_README_LINES_MAX + 1, "at most %d lines",
                      LINT_README_LINES_MAX);
    }
}

/* A lock file that names addresses would bind every city to the place it was made at. */
void lint_lockfile(const LintTree *tree, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (!lint_ends(file, "package-lock.json"))
            continue;
        for (LintLine line = {.rest = file->text}; lint_next(&line);)
            if (str_find(line.text, S("\"resolved\"")) >= 0)
                lint_note(found, file, line.number, "\"resolved\": remove it");
    }
}

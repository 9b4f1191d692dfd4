/* The rules of the source tree that a program can look at: one TAP case for each rule, and
 * file:line for each finding.
 *
 * A rule looks at a tree in memory and writes findings; it reads no file and never fails, so that
 * lint_test.c can show it small trees. What a rule allows stands in lint_table.c, each exception
 * with its reason. One more rule: a function in lint_code.c or lint_text.c, a row in LINT_RULES,
 * and a test that shows what it finds and what it leaves alone. */
#ifndef HANSE_TOOLS_LINT_H
#define HANSE_TOOLS_LINT_H

#include "base/buf.h"
#include "base/str.h"

enum {
    LINT_COLUMNS_MAX = 100,
    LINT_FILE_LINES_MAX = 800,
    LINT_FUNCTION_LINES_MAX = 70, /* from { to }, both counted */
    LINT_README_LINES_MAX = 20,
};

typedef struct LintFile {
    Str path; /* from the top of the tree: "src/base/str.c" */
    Str text;
    /* Of C files alone, as long as text and with its line ends: */
    Str code;   /* comments and the insides of strings are spaces */
    Str spoken; /* only comments are spaces */
} LintFile;

typedef struct LintTree {
    Arena *arena;
    LintFile *files; /* sorted by path */
    size_t count;
    size_t cap;
    bool on_disk; /* the current folder is its top, so that other programs can be run on it */
} LintTree;

typedef struct Findings {
    Buf text; /* "path:line: what\n" */
    size_t count;
    const char *skipped; /* why the rule could not look, or NULL */
} Findings;

typedef struct LintRule {
    const char *name;
    void (*look)(const LintTree *tree, Findings *found);
} LintRule;

extern const LintRule LINT_RULES[];
extern const size_t LINT_RULE_COUNT;

/* The path and text are kept, not copied. */
void lint_add(LintTree *tree, Str path, Str text);
/* Every file below the current folder but what .gitignore names and binary files. */
void lint_read(LintTree *tree);
void lint_note(Findings *found, const LintFile *file, size_t line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Lines of a text: for (LintLine l = {.rest = text}; lint_next(&l);) ... l.text, l.number from 1.
 */
typedef struct LintLine {
    Str rest, text;
    size_t number;
} LintLine;
bool lint_next(LintLine *line);
size_t lint_line_at(Str text, size_t offset);

bool lint_ends(const LintFile *file, const char *ending);
bool lint_below(const LintFile *file, const char *folder); /* "src/" */
bool lint_is_c(const LintFile *file);                      /* .c, .h, .def */
bool lint_is_shell(const LintFile *file);
/* What runs in tests alone: below test/, *_test.c, *_fuzz.c, test_*, and what they stand on. */
bool lint_is_test(const LintFile *file);

/* Tables: what is allowed, and why. */
typedef struct LintLayer {
    const char *name;
    const char *may_include; /* names with a space before and after each */
} LintLayer;
typedef struct LintBan {
    const char *call, *instead;
    bool tests_may;
} LintBan;
typedef struct LintException {
    const char *path;
    const char *what; /* a function's name, where the rule is about functions */
    const char *reason;
} LintException;

extern const LintLayer LINT_LAYERS[];
extern const size_t LINT_LAYER_COUNT;
extern const LintBan LINT_BANS[];
extern const size_t LINT_BAN_COUNT;
extern const char *const LINT_WORDS[];
extern const size_t LINT_WORD_COUNT;
/* Ended by a row without path. */
extern const LintException LINT_ALLOCATORS[];
extern const LintException LINT_LONG_FILES[];
extern const LintException LINT_LONG_FUNCTIONS[];
bool lint_excepted(const LintException *table, Str path, Str what);

/* lint_code.c */
void lint_layers(const LintTree *tree, Findings *found);
void lint_sql_place(const LintTree *tree, Findings *found);
void lint_statement_tables(const LintTree *tree, Findings *found);
void lint_banned_calls(const LintTree *tree, Findings *found);
void lint_allocation(const LintTree *tree, Findings *found);
void lint_function_length(const LintTree *tree, Findings *found);
void lint_header_comment(const LintTree *tree, Findings *found);
void lint_built(const LintTree *tree, Findings *found);

/* lint_text.c */
void lint_layout(const LintTree *tree, Findings *found);
void lint_file_length(const LintTree *tree, Findings *found);
void lint_colours(const LintTree *tree, Findings *found);
void lint_inline_code(const LintTree *tree, Findings *found);
void lint_words(const LintTree *tree, Findings *found);
void lint_readme(const LintTree *tree, Findings *found);
void lint_lockfile(const LintTree *tree, Findings *found);

/* lint_run.c: other programs look. */
void lint_shell_syntax(const LintTree *tree, Findings *found);
void lint_clang_format(const LintTree *tree, Findings *found);

#endif

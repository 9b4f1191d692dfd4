/* Rules that another program looks after: the layout of C, and that shell scripts parse. */
#include "tools/lint.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/file.h"

enum { OUTPUT_BYTES_MAX = 1 << 24 };

/* Both streams of the program; *ret_status is 127 where there is none. */
static Str run(Arena *arena, const char *const *args, int *ret_status)
{
    int ends[2];
    if (pipe(ends) != 0)
        file_die("no pipe for %s", args[0]);
    pid_t child = fork();
    if (child < 0)
        file_die("no process for %s", args[0]);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        union {
            const char *const *constant;
            char *const *plain;
        } argv = {args}; /* execvp takes char *const * and writes to none of them. */
        execvp(args[0], argv.plain);
        _exit(127);
    }
    close(ends[1]);
    Buf out = buf_new(arena, OUTPUT_BYTES_MAX);
    char part[4096];
    for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0;)
        buf_put(&out, (Str){part, (size_t)n});
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return buf_str(&out);
}

void lint_shell_syntax(const LintTree *tree, Findings *found)
{
    if (!tree->on_disk) {
        found->skipped = "the tree is not on disk";
        return;
    }
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        if (!lint_is_shell(file))
            continue;
        int status = 0;
        const char *const args[] = {"bash", "-n", arena_cstr(tree->arena, file->path), NULL};
        Str out = run(tree->arena, args, &status);
        if (status != 0)
            lint_note(found, file, 1, "does not parse: %.*s", SARG(str_slice(out, 0, 300)));
    }
}

/* Another version lays out otherwise, so only the one of Debian 12 judges. */
static bool has_clang_format(const LintTree *tree, Findings *found)
{
    int status = 0;
    const char *const args[] = {"clang-format", "--version", NULL};
    Str version = run(tree->arena, args, &status);
    if (status != 0) {
        lint_note(found, &(LintFile){.path = S("clang-format")}, 1, "is not installed");
        return false;
    }
    if (str_find(version, S("version 14.")) < 0) {
        found->skipped = "the layout is that of clang-format 14";
        return false;
    }
    return true;
}

/* Lines are "PATH:LINE:COLUMN: error: ..."; the first of each file is enough. */
static void note_deviations(const LintTree *tree, Str out, Findings *found)
{
    for (size_t i = 0; i < tree->count; i++) {
        const LintFile *file = &tree->files[i];
        for (LintLine line = {.rest = out}; lint_next(&line);) {
            Str after = str_from_index(line.text, MIN(line.text.n, file->path.n));
            int64_t at = 0;
            if (!str_starts(line.text, file->path) || !str_starts(after, S(":")))
                continue;
            str_cut(&after, ':');
            if (!str_to_i64(str_cut(&after, ':'), &at) || str_find(after, S("error:")) < 0)
                continue;
            lint_note(found, file, (size_t)at, "clang-format -i lays it out otherwise");
            break;
        }
    }
}

void lint_clang_format(const LintTree *tree, Findings *found)
{
    if (!tree->on_disk) {
        found->skipped = "the tree is not on disk";
        return;
    }
    if (!has_clang_format(tree, found))
        return;
    const char **args = arena_array(tree->arena, const char *, tree->count + 4);
    size_t n = 0;
    args[n++] = "clang-format";
    args[n++] = "--dry-run";
    args[n++] = "-Werror";
    for (size_t i = 0; i < tree->count; i++)
        if (lint_ends(&tree->files[i], ".c") || lint_ends(&tree->files[i], ".h"))
            args[n++] = arena_cstr(tree->arena, tree->files[i].path);
    int status = 0;
    Str out = run(tree->arena, args, &status);
    note_deviations(tree, out, found);
    if (status != 0 && found->count == 0)
        lint_note(found, &(LintFile){.path = S("clang-format")}, 1, "ended with %d: %.*s", status,
                  SARG(str_slice(out, 0, 300)));
}

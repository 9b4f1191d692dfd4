/* Looks at the tree that HANSE_SOURCE names, or at the current folder: lint [RULE...] */
#include "tools/lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/file.h"

enum { FINDINGS_BYTES_MAX = 1 << 22 };

static bool is_asked_for(const LintRule *rule, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (str_eq(str_from(argv[i]), str_from(rule->name)))
            return true;
    return argc == 1;
}

/* One TAP line; what was found goes to the error stream, as file:line that editors jump to. */
static bool look(const LintTree *tree, const LintRule *rule, size_t number)
{
    Findings found = {.text = buf_new(tree->arena, FINDINGS_BYTES_MAX)};
    rule->look(tree, &found);
    Str text = buf_str(&found.text);
    fprintf(stderr, "%.*s", SARG(text));
    if (found.count)
        printf("not ok %zu - %s: %zu findings\n", number, rule->name, found.count);
    else if (found.skipped)
        printf("ok %zu - %s # SKIP %s\n", number, rule->name, found.skipped);
    else
        printf("ok %zu - %s\n", number, rule->name);
    return found.count == 0;
}

int main(int argc, char **argv)
{
    const char *top = getenv("HANSE_SOURCE");
    if (top && chdir(top) != 0)
        file_die("%s: no such folder", top);
    Arena arena;
    arena_init(&arena, 1 << 20, 0);
    LintTree tree = {.arena = &arena};
    lint_read(&tree);
    if (tree.count == 0)
        file_die("there is no file to look at");
    size_t asked = 0, number = 0;
    for (size_t i = 0; i < LINT_RULE_COUNT; i++)
        asked += is_asked_for(&LINT_RULES[i], argc, argv);
    if (asked == 0)
        file_die("there is no such rule");
    printf("1..%zu\n", asked);
    bool clean = true;
    for (size_t i = 0; i < LINT_RULE_COUNT; i++)
        if (is_asked_for(&LINT_RULES[i], argc, argv))
            clean = look(&tree, &LINT_RULES[i], ++number) && clean;
    arena_done(&arena);
    return clean ? 0 : 1;
}

/* Each rule is shown what it must find and what it must leave alone. */
#include "tools/lint.h"

#include "base/test.h"

typedef struct Fixture {
    Arena arena;
    LintTree tree;
    Findings found;
} Fixture;

static int setup(void **state)
{
    static Fixture fixture;
    fixture = (Fixture){0};
    arena_init(&fixture.arena, 0, 0);
    fixture.tree.arena = &fixture.arena;
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    arena_done(&((Fixture *)*state)->arena);
    return 0;
}

static void add(Fixture *f, const char *path, const char *text)
{
    lint_add(&f->tree, str_from(path), str_from(text));
}

static void look(Fixture *f, void (*rule)(const LintTree *, Findings *))
{
    f->found = (Findings){.text = buf_new(&f->arena, 1 << 20)};
    rule(&f->tree, &f->found);
}

/* The findings of the rule are these lines' beginnings, in this order. */
static void assert_found(Fixture *f, void (*rule)(const LintTree *, Findings *),
                         const char *const *expected, size_t count)
{
    look(f, rule);
    Str rest = buf_str(&f->found.text);
    for (size_t i = 0; i < count; i++) {
        Str line = str_cut(&rest, '\n');
        if (!str_starts(line, str_from(expected[i])))
            assert_str_equal(str_from(expected[i]), line);
    }
    assert_str("", rest);
    assert_int_equal(f->found.count, count);
}
#define FOUND(f, rule, ...)                                                                        \
    assert_found(f, rule, (const char *const[]){__VA_ARGS__},                                      \
                 COUNT_OF(((const char *const[]){__VA_ARGS__})))
#define NOTHING(f, rule) assert_found(f, rule, NULL, 0)

static void an_arrow_upwards_is_found(void **state)
{
    add(*state, "src/base/a.c", "#include \"db/db.h\"\n");
    add(*state, "src/net/a.c", "#include \"base/str.h\"\n#include \"core/actor.h\"\n");
    add(*state, "src/systems/a.c", "#include \"people/idea.h\"\n");
    add(*state, "src/people/a.h", "\n#include \"net/http.h\"\n");
    add(*state, "src/web/a.c", "#include \"api/problem.h\"\n");
    add(*state, "demo/a.c", "#include \"web/page.h\"\n");
    add(*state, "src/other/a.c", "");
    add(*state, "src/core/a.c", "#include \"../db/db.h\"\n#include \"lib/db.h\"\n");
    FOUND(*state, lint_layers, "src/base/a.c:1: ", "src/net/a.c:2: ", "src/systems/a.c:1: ",
          "src/people/a.h:2: ", "src/web/a.c:1: ", "demo/a.c:1: ", "src/other/a.c:1: ",
          "src/core/a.c:1: ", "src/core/a.c:2: ");
}

static void arrows_that_the_table_allows_are_left_alone(void **state)
{
    add(*state, "src/base/a.c", "#include \"base/str.h\"\n#include <stdio.h>\n");
    add(*state, "src/steering/a.c", "#include \"people/idea.h\"\n#include \"systems/geo.h\"\n");
    add(*state, "src/web/a.c", "#include \"html_gen.h\"\n#include \"net/http.h\"\n");
    add(*state, "src/app/a.c", "#include \"api/problem.h\"\n#include \"web/page.h\"\n");
    add(*state, "src/people/a_test.c", "#include \"db/test_db.h\"\n");
    add(*state, "demo/a.c", "#include \"net/http.h\"\n");
    NOTHING(*state, lint_layers);
}

static void statements_outside_a_store_are_found(void **state)
{
    add(*state, "src/people/a.c", "static const Statement Q[] = {SQL(x)};\n");
    add(*state, "src/people/b.c", "\n    buf_put(b, S(\"SELECT * FROM idea\"));\n");
    add(*state, "src/people/b_store.c", "Q = SQL(\"SELECT 1\");\n");
    add(*state, "src/people/b_test.c", "Q = SQL(\"SELECT 1\");\n");
    add(*state, "src/db/c.c", "Q = SQL(\"SELECT 1\");\n");
    add(*state, "src/web/c.c", "/* SQL(\"SELECT 1\") */ x = \"DELETE\";\n");
    FOUND(*state, lint_sql_place, "src/people/a.c:1: ", "src/people/b.c:2: ");
}

static void a_statement_table_that_is_not_walked_is_found(void **state)
{
    add(*state, "src/people/a_store.c", "const StatementTable OLD_A = {\"a\", Q, 1};\n");
    add(*state, "src/people/b_store.c", "const StatementTable A = {\"b\", Q, 1};\n");
    add(*state, "src/people/b.h", "extern const StatementTable B;\n");
    add(*state, "src/app/tables.c",
        "const StatementTable *const STATEMENT_TABLES[] = {&OLD_A};\n/* A */\n");
    FOUND(*state, lint_statement_tables, "src/people/b_store.c:1: A is missing");
}

static void banned_calls_are_found(void **state)
{
    add(*state, "src/web/a.c",
        "x();\nsprintf(a, b);\n    y = strtok (a, b);\nlocaltime(&t); gmtime(&t);\n");
    add(*state, "src/web/b.c",
        "snprintf(a);\ngmtime_r(a);\nx.rand(1);\nx->rand(1);\nmy_rand(1);\n"
        "/* rand(1) */\n\"rand(1)\";\n'\"'; // rand(1)\nint rand;\n");
    add(*state, "src/web/b_test.c", "system(\"rm\"); atoi(x);");
    FOUND(*state, lint_banned_calls, "src/web/a.c:2: sprintf: use snprintf",
          "src/web/a.c:3: strtok: use str_cut",
          "src/web/a.c:4: localtime: ", "src/web/a.c:4: gmtime: ", "src/web/b_test.c:1: atoi: ");
}

static void memory_outside_arenas_is_found(void **state)
{
    add(*state, "src/web/a.c", "x = malloc(1);\nfree(x);\nidea_free(x);\n");
    add(*state, "src/web/a_test.c", "free(x);\n");
    add(*state, "src/base/arena.c", "free(x);\n");
    FOUND(*state, lint_allocation, "src/web/a.c:1: malloc: ", "src/web/a.c:2: free: ");
}

static void lines_of_a_wrong_form_are_found(void **state)
{
    char wide[160], fits[260];
    memset(wide, 'x', sizeof wide);
    memcpy(wide + 101, "\n", 2);
    for (size_t i = 0; i < 100; i++)
        memcpy(fits + 2 * i, "\xc3\xa4", 2);
    memcpy(fits + 200, "\n", 2);
    add(*state, "src/a.c", wide);
    add(*state, "src/b.c", fits);
    add(*state, "src/c.c", "a\n\tb\nc \nd\r\n");
    add(*state, "src/d.c", "a\nb");
    add(*state, "src/e.c", "a\n\n");
    add(*state, "src/f.c", "a\xc3\n");
    add(*state, "src/g.c", "");
    add(*state, "html/h.html", wide);
    add(*state, "demo/i.csv", "a\tb \n\n");
    FOUND(*state, lint_layout, "src/a.c:1: 101 columns", "src/c.c:2: a tab", "src/c.c:3: white",
          "src/c.c:4: white", "src/d.c:2: the last line", "src/e.c:2: an empty line",
          "src/f.c:1: not UTF-8", "src/g.c:1: the file is empty");
}

static const char *repeated(Fixture *f, const char *first, const char *line, size_t times,
                            const char *last)
{
    Buf buf = buf_new(&f->arena, 1 << 20);
    buf_put(&buf, str_from(first));
    for (size_t i = 0; i < times; i++)
        buf_put(&buf, str_from(line));
    buf_put(&buf, str_from(last));
    return arena_cstr(&f->arena, buf_str(&buf));
}

static void a_file_of_801_lines_is_found(void **state)
{
    add(*state, "src/a.c", repeated(*state, "", "x\n", 800, ""));
    add(*state, "src/b.c", repeated(*state, "", "x\n", 801, ""));
    add(*state, "text/de.po", repeated(*state, "", "x\n", 801, ""));
    FOUND(*state, lint_file_length, "src/b.c:1: 801 lines");
}

static void a_function_of_71_lines_is_found(void **state)
{
    static const char head[] = "\nstatic UNUSED Err idea_add(Cx *cx, int (*f)(void),\n"
                               "                           int x)\n{\n";
    add(*state, "src/a.c", repeated(*state, head, "    x;\n", 68, "}\n"));
    add(*state, "src/b.c", repeated(*state, head, "    {\n}\n", 69, "}\n"));
    add(*state, "src/c.c", repeated(*state, head, "    x;\n", 69, "}\n"));
    add(*state, "src/d.c", repeated(*state, "static const T X[] = {\n", "    {1},\n", 90, "};\n"));
    FOUND(*state, lint_function_length, "src/c.c:4: idea_add has 71 lines");
}

static void colours_outside_the_tokens_are_found(void **state)
{
    add(*state, "assets/css/_tokens.scss", "--a: #fff;\n");
    add(*state, "assets/css/_parts.scss", "a { b: #fff; }\n#facade-x { c: d }\n#{$a} { }\n");
    add(*state, "src/web/a.c",
        "x = \"#12aB89\";\ny = \"#add\"; z = \"&#123456;\"; n = \"#12345\";\n");
    FOUND(*state, lint_colours, "assets/css/_parts.scss:1: ", "src/web/a.c:1: ");
}

static void code_inside_pages_is_found(void **state)
{
    add(*state, "html/a.html",
        "<p style=\"x\">\n<a class=\"b\" onclick=\"x\">\n<script>x</script>\n<style>\n"
        "<a href=\"javascript:x\">\n");
    add(*state, "html/b.html",
        "<script src=\"x\"></script><script type=\"application/json\">{}</script>\n"
        "<p data-style=\"x\" class=\"style= on\">\n<input value=\"one\" on=\"\">\n");
    FOUND(*state, lint_inline_code,
          "html/a.html:1: style=", "html/a.html:2: onclick=", "html/a.html:3: a script",
          "html/a.html:4: <style>", "html/a.html:5: javascript:");
}

static void words_that_do_not_belong_are_found(void **state)
{
    add(*state, "src/a.c",
        "a\n/* TO"
        "DO: b */\nmkdtemp(\"x-XX"
        "XXXX\");\n");
    add(*state, "doc/b.md",
        "see /Wo"
        "rk/x\nmastodon, todo\n");
    FOUND(*state, lint_words, "src/a.c:2: ", "doc/b.md:1: ");
}

static void a_folder_without_a_short_readme_is_found(void **state)
{
    add(*state, "src/a/README.md", repeated(*state, "", "x\n", 20, ""));
    add(*state, "src/a/x.c", "");
    add(*state, "src/b/x.c", "");
    add(*state, "src/b/y.c", "");
    add(*state, "src/c/README.md", repeated(*state, "", "x\n", 21, ""));
    add(*state, "src/c/x.c", "");
    add(*state, "src/d/x.json", "");
    FOUND(*state, lint_readme, "src/b/README.md:1: ", "src/c/README.md:21: ");
}

static void a_header_without_its_manual_is_found(void **state)
{
    add(*state, "src/a.h", "/* What it is. */\n");
    add(*state, "src/b.h", "#ifndef B\n");
    FOUND(*state, lint_header_comment, "src/b.h:1: ");
}

static void an_address_in_the_lock_file_is_found(void **state)
{
    add(*state, "assets/package-lock.json", "{\n\"integrity\": \"x\",\n\"resolved\": \"x\"\n}\n");
    add(*state, "assets/other.json", "{\"resolved\": 1}\n");
    FOUND(*state, lint_lockfile, "assets/package-lock.json:3: ");
}

static void a_file_that_nobody_builds_is_found(void **state)
{
    add(*state, "src/a/meson.build", "'one.c', foreach name : ['two', 'six']\n");
    add(*state, "src/meson.build", "'a/three.c'\n");
    add(*state, "src/a/one.c", "");
    add(*state, "src/a/two_test.c", "");
    add(*state, "src/a/two.c", "");
    add(*state, "src/a/three.c", "");
    add(*state, "src/a/four_test.c", "");
    add(*state, "src/a/six_fuzz.c", "");
    FOUND(*state, lint_built, "src/a/two.c:1: ", "src/a/four_test.c:1: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        CASE(an_arrow_upwards_is_found),
        CASE(arrows_that_the_table_allows_are_left_alone),
        CASE(statements_outside_a_store_are_found),
        CASE(a_statement_table_that_is_not_walked_is_found),
        CASE(banned_calls_are_found),
        CASE(memory_outside_arenas_is_found),
        CASE(lines_of_a_wrong_form_are_found),
        CASE(a_file_of_801_lines_is_found),
        CASE(a_function_of_71_lines_is_found),
        CASE(colours_outside_the_tokens_are_found),
        CASE(code_inside_pages_is_found),
        CASE(words_that_do_not_belong_are_found),
        CASE(a_folder_without_a_short_readme_is_found),
        CASE(a_header_without_its_manual_is_found),
        CASE(an_address_in_the_lock_file_is_found),
        CASE(a_file_that_nobody_builds_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

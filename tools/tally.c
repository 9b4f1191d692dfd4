/* Counts what meson's testlog.json holds: every TAP line of every test, and what is missing.
 *
 *   tally LOG...   prints the failures and, last, "N passed, N failed"
 *
 * A case that was promised by the plan and did not come counts as failed, and so does a program
 * that ended otherwise than with 0, ran into its time limit, or said nothing. */
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Tally {
    long passed, failed, skipped;
} Tally;

static Str read_file(Arena *arena, const char *name)
{
    FILE *file = fopen(name, "rb");
    if (!file)
        return (Str){0};
    Buf buf = buf_new(arena, (size_t)1 << 30);
    char part[65536];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        buf_put(&buf, (Str){part, n});
    fclose(file);
    return buf.n ? buf_str(&buf) : S("");
}

static Str member_text(Arena *arena, JsonValue object, Str name)
{
    JsonValue v;
    if (!json_find(object, name, &v) || json_type(v) != JSON_STRING)
        return S("");
    return json_text(arena, v);
}

static void count_lines(Str name, Str out, Tally *tally, long *ret_plan, long *ret_seen)
{
    for (Str rest = out; rest.p;) {
        Str line = str_cut(&rest, '\n');
        int64_t plan;
        if (str_starts(line, S("1..")) && str_to_i64(str_trim(str_from_index(line, 3)), &plan)) {
            *ret_plan += plan;
        } else if (str_starts(line, S("ok "))) {
            (*ret_seen)++;
            if (str_find(line, S("# SKIP")) >= 0)
                tally->skipped++;
            else
                tally->passed++;
        } else if (str_starts(line, S("not ok "))) {
            (*ret_seen)++;
            if (str_find(line, S("# SKIP")) >= 0) {
                tally->skipped++;
            } else {
                tally->failed++;
                printf("failed: %.*s: %.*s\n", SARG(name), SARG(str_from_index(line, 7)));
            }
        }
    }
}

static void count_test(Arena *arena, JsonValue test, Tally *tally)
{
    Str name = member_text(arena, test, S("name"));
    Str out = member_text(arena, test, S("stdout"));
    Str result = member_text(arena, test, S("result"));
    Tally before = *tally;
    long plan = 0, seen = 0;
    count_lines(name, out, tally, &plan, &seen);
    long lacking = plan > seen ? plan - seen : 0;
    if (seen == 0 && plan == 0)
        lacking = 1;
    JsonValue code;
    int64_t returned = 0;
    bool ended_well = json_find(test, S("returncode"), &code) && json_i64(code, &returned) &&
                      returned == 0 && !str_eq(result, S("TIMEOUT"));
    if (!ended_well && lacking == 0 && tally->failed == before.failed)
        lacking = 1;
    if (lacking) {
        tally->failed += lacking;
        printf("failed: %.*s: %ld of %ld cases missing, exit %lld, %.*s\n", SARG(name), lacking,
               plan, (long long)returned, SARG(result));
    }
    if (tally->failed > before.failed) {
        Str err = member_text(arena, test, S("stderr"));
        size_t from = err.n > 6000 ? err.n - 6000 : 0;
        printf("%.*s\n", SARG(str_from_index(err, from)));
    }
}

static bool count_log(const char *file, Tally *tally)
{
    Arena arena;
    arena_init(&arena, 1 << 20, 0);
    Error error = {0};
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    Str log = read_file(&arena, file);
    long tests = 0;
    for (Str rest = log; rest.p;) {
        Str line = str_trim(str_cut(&rest, '\n'));
        Json doc;
        if (line.n == 0)
            continue;
        if (json_parse(&cx, line, &doc) != OK) {
            printf("failed: %s is not a test log: %.*s\n", file, SARG(error.detail));
            tally->failed++;
            continue;
        }
        count_test(&arena, json_root(&doc), tally);
        tests++;
    }
    arena_done(&arena);
    return tests > 0;
}

int main(int argc, char **argv)
{
    Tally tally = {0};
    for (int i = 1; i < argc; i++)
        if (!count_log(argv[i], &tally)) {
            printf("failed: %s holds no test\n", argv[i]);
            tally.failed++;
        }
    if (tally.skipped)
        printf("%ld passed, %ld failed, %ld skipped\n", tally.passed, tally.failed, tally.skipped);
    else
        printf("%ld passed, %ld failed\n", tally.passed, tally.failed);
    return tally.failed || tally.passed == 0;
}

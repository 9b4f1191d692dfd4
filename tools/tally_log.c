/* One testlog.json, case by case. */
#include "tools/tally.h"

#include "base/json.h"
#include "base/str.h"

enum { ERROR_TAIL_BYTES = 12000, COMMENTS_MAX = 8 };

/* What one program said. */
typedef struct Said {
    long plan, seen;
    bool has_plan;
} Said;

static Str member_text(Arena *arena, JsonValue object, Str name)
{
    JsonValue v;
    if (!json_find(object, name, &v) || json_type(v) != JSON_STRING)
        return S("");
    return json_text(arena, v);
}

static void count_plan(Tally *tally, Str name, Str rest, Said *said)
{
    int64_t plan;
    Str number = str_cut(&rest, ' ');
    if (!str_to_i64(str_trim(number), &plan) || plan < 0)
        return;
    said->has_plan = true;
    said->plan += plan;
    if (plan == 0 && str_find(rest, S("SKIP")) >= 0) {
        tally->skipped++;
        fprintf(tally->out, "skipped: %.*s: %.*s\n", SARG(name), SARG(rest));
    }
}

static void count_case(Tally *tally, Str name, Str line, bool ok)
{
    Str what = str_trim(str_from_index(line, ok ? 3 : 7));
    if (str_find(line, S("# SKIP")) >= 0) {
        tally->skipped++;
        fprintf(tally->out, "skipped: %.*s: %.*s\n", SARG(name), SARG(what));
    } else if (ok) {
        tally->passed++;
    } else {
        tally->failed++;
        fprintf(tally->out, "failed: %.*s: %.*s\n", SARG(name), SARG(what));
    }
}

/* What a test says under a case that failed. */
static void show_comments(Tally *tally, Str rest)
{
    size_t shown = 0;
    for (Str line; shown < COMMENTS_MAX && str_starts(rest, S("# ")); shown++) {
        line = str_cut(&rest, '\n');
        fprintf(tally->out, "    %.*s\n", SARG(line));
    }
}

static Said count_lines(Tally *tally, Str name, Str out)
{
    Said said = {0};
    for (Str rest = out; rest.p;) {
        Str line = str_cut(&rest, '\n');
        bool ok = str_starts(line, S("ok "));
        if (str_starts(line, S("1..")))
            count_plan(tally, name, str_from_index(line, 3), &said);
        if (!ok && !str_starts(line, S("not ok ")))
            continue;
        said.seen++;
        count_case(tally, name, line, ok);
        if (!ok)
            show_comments(tally, rest);
    }
    return said;
}

/* Of a test, what its program did not say by itself. */
static void count_missing(Tally *tally, Str name, Said said, JsonValue test, Str result,
                          bool has_failed)
{
    JsonValue code;
    int64_t returned = -1;
    bool ended_well = json_find(test, S("returncode"), &code) && json_i64(code, &returned) &&
                      returned == 0 && !str_eq(result, S("TIMEOUT"));
    long wrong = said.plan > said.seen ? said.plan - said.seen : said.seen - said.plan;
    if (!said.has_plan && wrong == 0)
        wrong = 1;
    if (!ended_well && wrong == 0 && !has_failed)
        wrong = 1;
    if (wrong == 0)
        return;
    tally->failed += wrong;
    fprintf(tally->out, "failed: %.*s: %ld cases of %ld, exit %lld, %.*s\n", SARG(name), said.seen,
            said.plan, (long long)returned, SARG(result));
}

static void count_test(Tally *tally, Arena *arena, JsonValue test)
{
    Str name = member_text(arena, test, S("name"));
    Str result = member_text(arena, test, S("result"));
    long failed_before = tally->failed;
    Said said = count_lines(tally, name, member_text(arena, test, S("stdout")));
    count_missing(tally, name, said, test, result, tally->failed > failed_before);
    if (tally->failed == failed_before)
        return;
    Str err = member_text(arena, test, S("stderr"));
    size_t from = err.n > ERROR_TAIL_BYTES ? err.n - ERROR_TAIL_BYTES : 0;
    fprintf(tally->out, "%.*s\n", SARG(str_from_index(err, from)));
}

/* What meson itself counts as failed; cmocka's "not ok # SKIP" is among it. */
static bool fails_for_meson(Arena *arena, JsonValue test)
{
    Str result = member_text(arena, test, S("result"));
    return !str_eq(result, S("OK")) && !str_eq(result, S("SKIP")) &&
           !str_eq(result, S("EXPECTEDFAIL"));
}

void tally_log(Tally *tally, Arena *arena, Str name, Str log, int64_t tests, int64_t exit_code)
{
    Error error = {0};
    Cx cx = {.arena = arena, .clock = &CLOCK_SYSTEM, .error = &error};
    long failed_before = tally->failed;
    int64_t seen = 0, bad = 0;
    for (Str rest = log; rest.p;) {
        Str line = str_trim(str_cut(&rest, '\n'));
        Json doc;
        if (line.n == 0)
            continue;
        seen++;
        if (json_parse(&cx, line, &doc) == OK) {
            count_test(tally, arena, json_root(&doc));
            bad += fails_for_meson(arena, json_root(&doc));
            continue;
        }
        tally->failed++;
        fprintf(tally->out, "failed: %.*s: not a test log: %.*s\n", SARG(name), SARG(error.detail));
    }
    if (seen < tests || seen == 0) {
        tally->failed += seen < tests ? (long)(tests - seen) : 1;
        fprintf(tally->out, "failed: %.*s: %lld of %lld tests are in the log\n", SARG(name),
                (long long)seen, (long long)tests);
    }
    /* It ends with the number of tests that failed for it; any other end is one of its own. */
    if (exit_code != (bad & 255) && tally->failed == failed_before) {
        tally->failed++;
        fprintf(tally->out, "failed: %.*s: meson ended with %lld\n", SARG(name),
                (long long)exit_code);
    }
}

/* hanse effect: what a plain CSV says, without a server. */
#include "app/command.h"
#include "app/effect_file.h"
#include "app/import_source.h"
#include "base/calendar.h"
#include "base/str.h"

#include <inttypes.h>
#include <math.h>

enum { OUTPUT_BYTES_MAX = 64 << 10, HEAD_BYTES = 4096 };
static const char USAGE[] =
    "usage: hanse effect FILE.csv --start TIME [--log] [--harmonics K] [--ramp STEPS] "
    "[--want less|more] [--control NAME,...] [--weather NAME,...] [--json]";

typedef struct EffectArgs {
    Str file, start, harmonics, ramp, want, control, weather;
    bool log, json;
    EffectInput input;
    int64_t start_us;
} EffectArgs;

/* ---- the line ---- */

static Err read_number(Cx *cx, const char *option, Str text, int64_t max, int64_t *ret)
{
    if (text.n && (!str_to_i64(text, ret) || *ret < 0 || *ret > max))
        return fail(cx, ERR_INVALID, "command.number",
                    "--%s is a number from 0 to %" PRId64 ", not \"%.*s\"", option, max,
                    SARG(text));
    return OK;
}

static Err read_want(Cx *cx, Str text, EffectWant *ret)
{
    if (str_eq(text, S("less")))
        *ret = EFFECT_WANT_LESS;
    else if (str_eq(text, S("more")))
        *ret = EFFECT_WANT_MORE;
    else if (text.n)
        return fail(cx, ERR_INVALID, "command.value", "--want is less or more, not \"%.*s\"",
                    SARG(text));
    return OK;
}

static Err args_read(Cx *cx, int argc, char **argv, EffectArgs *args)
{
    Config config;
    Words words;
    int64_t harmonics = 0, ramp = 0;
    ExtraOption extra[] = {{"start", &args->start, NULL},     {"harmonics", &args->harmonics, NULL},
                           {"ramp", &args->ramp, NULL},       {"want", &args->want, NULL},
                           {"control", &args->control, NULL}, {"weather", &args->weather, NULL},
                           {"log", NULL, &args->log},         {"json", NULL, &args->json}};
    TRY(config_read(cx, argc, argv, extra, COUNT_OF(extra), &config, &words));
    if (words.count != 1 || !args->start.n)
        return fail(cx, ERR_INVALID, "command.usage", "%s", USAGE);
    args->file = words.at[0];
    if (!effect_time_parse(args->start, &args->start_us))
        return fail(cx, ERR_INVALID, "command.time",
                    "--start is a time like 2021-03-01 or 2021-03-01T08:00:00Z, not \"%.*s\"",
                    SARG(args->start));
    TRY(read_number(cx, "harmonics", args->harmonics, EFFECT_HARMONICS_MAX, &harmonics));
    TRY(read_number(cx, "ramp", args->ramp, EFFECT_SPAN_MAX, &ramp));
    args->input = (EffectInput){.log = args->log,
                                .harmonics = (int)harmonics,
                                .ramp = (int32_t)ramp,
                                .target = NAN,
                                .facts = EFFECT_FACTS_NONE};
    return read_want(cx, args->want, &args->input.want);
}

/* ---- the file ---- */

static size_t count_in(Str text, char sign)
{
    size_t count = 0;
    for (size_t i = 0; i < text.n; i++)
        count += text.p[i] == sign;
    return count;
}

/* Semicolon or tab where the first line has one, else comma: commas may stand in numbers. */
static char separator_of(Str head)
{
    Str line = str_cut(&head, '\n');
    return count_in(line, '\t') ? '\t' : count_in(line, ';') ? ';' : ',';
}

static Err file_read(Cx *cx, Str name, EffectFile *ret)
{
    ImportFile file;
    char head[HEAD_BYTES];
    size_t n = 0;
    TRY(import_file_open(cx, name, &file));
    Err err = import_file_peek(cx, &file, head, sizeof head, &n);
    if (err == OK)
        err = effect_file_read(cx, &file.source, separator_of((Str){head, n}), ret);
    import_file_close(&file);
    if (err != OK)
        return fail(cx, err, cx->error->key, "%.*s: %.*s", SARG(name), SARG(cx->error->detail));
    return OK;
}

/* The columns that an option names stand for this term. */
static Err set_terms(Cx *cx, const EffectFile *file, const char *option, Str names, EffectTerm term,
                     EffectRegressor *regressors)
{
    while (names.n) {
        Str name = str_trim(str_cut(&names, ','));
        size_t j = 1;
        while (j < file->columns && !str_eq(file->names[j], name))
            j++;
        if (j >= file->columns)
            return fail(cx, ERR_INVALID, "command.value",
                        "--%s: the file has no column \"%.*s\" behind the value", option,
                        SARG(name));
        regressors[j - 1].term = term;
    }
    return OK;
}

static Err input_fill(Cx *cx, const EffectFile *file, EffectArgs *args)
{
    EffectInput *input = &args->input;
    EffectRegressor *regressors = arena_array(cx->arena, EffectRegressor, file->columns);
    for (size_t j = 1; j < file->columns; j++)
        regressors[j - 1] =
            (EffectRegressor){file->names[j], EFFECT_TERM_PLAIN, file->at + j * file->rows};
    TRY(set_terms(cx, file, "control", args->control, EFFECT_TERM_CONTROL, regressors));
    TRY(set_terms(cx, file, "weather", args->weather, EFFECT_TERM_WEATHER, regressors));
    input->n = file->rows;
    input->t = file->steps;
    input->at_us = file->at_us;
    input->y = file->at;
    input->start = effect_file_step(file, args->start_us);
    input->regressors = regressors;
    input->regressor_count = file->columns - 1;
    input->facts.step_weeks = file->step_weeks;
    for (size_t i = 0; i < file->rows; i++)
        if (args->log && file->at[i] <= 0)
            return fail(cx, ERR_INVALID, "effect.log",
                        "%.*s: line %" PRIu64 ": %g has no logarithm; leave out --log",
                        SARG(args->file), file->lines[i], file->at[i]);
    return OK;
}

/* ---- JSON ---- */

static void put_number(Buf *out, const char *name, bool known, double value)
{
    buf_fmt(out, ",\"%s\":", name);
    if (known && isfinite(value))
        buf_f64(out, value);
    else
        buf_put(out, S("null"));
}

static void put_reasons(Buf *out, const EffectJudgement *judgement)
{
    bool first = true;
    buf_put(out, S(",\"guards\":["));
    for (size_t i = 0; i < EFFECT_GUARD_COUNT; i++) {
        EffectLight light = judgement->guards[i];
        if (light == EFFECT_GREEN)
            continue;
        buf_fmt(out, "%s{\"guard\":", first ? "" : ",");
        buf_json_string(out, EFFECT_GUARDS[i].key);
        buf_put(out, S(",\"light\":"));
        buf_json_string(out, effect_light_name(light));
        buf_put(out, S(",\"reason\":"));
        buf_json_string(out, effect_guard_reason(&EFFECT_GUARDS[i], light));
        buf_char(out, '}');
        first = false;
    }
    first = true;
    buf_put(out, S("],\"lacks\":["));
    for (unsigned i = 0; i < EFFECT_LACKS_KINDS; i++) {
        if (!(judgement->lacks & 1u << i))
            continue;
        buf_put(out, first ? S("") : S(","));
        buf_json_string(out, effect_lack_reason(1u << i));
        first = false;
    }
    buf_char(out, ']');
}

static void put_json(Buf *out, const EffectFile *file, const EffectResult *r)
{
    bool ok = r->mixture.ok;
    buf_fmt(out, "{\"n0\":%zu,\"m\":%zu,\"step\":", r->facts.n0, r->facts.m);
    buf_json_string(out, file->step_name);
    put_number(out, "estimate", ok, r->mixture.mean);
    put_number(out, "sd", ok, r->mixture.sd);
    put_number(out, "lo95", ok, r->low95);
    put_number(out, "hi95", ok, r->high95);
    put_number(out, "p", ok, r->p);
    put_number(out, "percent", ok, r->percent);
    put_number(out, "percent_lo95", ok, r->percent_low);
    put_number(out, "percent_hi95", ok, r->percent_high);
    put_number(out, "cumulative", ok, r->cumulative);
    put_number(out, "forecast", ok, r->mixture.forecast);
    put_number(out, "smallest_detectable", ok, r->smallest_detectable);
    put_number(out, "slow", ok, r->mixture.slow);
    put_number(out, "cv_rmse", true, r->facts.cv_rmse);
    put_number(out, "coverage_before", true, r->facts.coverage_before);
    put_number(out, "coverage_after", true, r->facts.coverage_after);
    buf_fmt(out, ",\"placebos\":%zu,\"placebos_beyond\":%zu", r->placebos, r->beyond);
    put_number(out, "step_reml", r->has_step, r->step.reml.b[r->step.step]);
    put_number(out, "step_reml_se", r->has_step, r->step.reml.se[r->step.step]);
    put_number(out, "step_reml_rho", r->has_step, r->step.reml.rho);
    put_number(out, "step_ols_se", r->has_step, r->step.ols.se[r->step.step]);
    put_number(out, "step_newey_west_se", r->has_step, r->step.newey_west_se);
    buf_put(out, S(",\"verdict\":"));
    buf_json_string(out, effect_verdict_name(r->judgement.verdict));
    buf_fmt(out, ",\"weak\":%s", r->judgement.weak ? "true" : "false");
    put_reasons(out, &r->judgement);
    buf_put(out, S(",\"left_out\":["));
    for (size_t i = 0; i < r->left_out_count; i++) {
        buf_put(out, i ? S(",") : S(""));
        buf_json_string(out, r->left_out[i]);
    }
    buf_put(out, S("]}\n"));
}

/* ---- text ---- */

static void put_figures(Buf *out, const EffectResult *r)
{
    if (!r->mixture.ok) {
        buf_put(out, S("effect    not computable: too few steps, or a baseline without any "
                       "change\n"));
        return;
    }
    buf_fmt(out, "effect    %.6g (sd %.3g, 95 %%: %.6g to %.6g), p = %.3g\n", r->mixture.mean,
            r->mixture.sd, r->low95, r->high95, r->p);
    buf_fmt(out, "percent   %.2f %% (95 %%: %.2f to %.2f)\n", r->percent, r->percent_low,
            r->percent_high);
    buf_fmt(out,
            "placebos  %zu fake start dates, %zu of them look at least as much like an effect\n",
            r->placebos, r->beyond);
    if (r->has_step)
        buf_fmt(out, "step      %.6g (REML, se %.3g; least squares %.3g, Newey-West %.3g)\n",
                r->step.reml.b[r->step.step], r->step.reml.se[r->step.step],
                r->step.ols.se[r->step.step], r->step.newey_west_se);
    buf_fmt(out, "power     from %.3g on an effect would very likely have shown\n",
            r->smallest_detectable);
}

static void put_text(Buf *out, const EffectFile *file, const EffectResult *r)
{
    buf_fmt(out, "steps     %zu before the start, %zu since; a step is a %.*s\n", r->facts.n0,
            r->facts.m, SARG(file->step_name));
    put_figures(out, r);
    for (size_t i = 0; i < r->left_out_count; i++)
        buf_fmt(out, "left out  %.*s\n", SARG(r->left_out[i]));
    for (size_t i = 0; i < EFFECT_GUARD_COUNT; i++) {
        EffectLight light = r->judgement.guards[i];
        if (light != EFFECT_GREEN)
            buf_fmt(out, "%-9.*s %.*s: %.*s\n", SARG(effect_light_name(light)),
                    SARG(EFFECT_GUARDS[i].key),
                    SARG(effect_guard_reason(&EFFECT_GUARDS[i], light)));
    }
    for (unsigned i = 0; i < EFFECT_LACKS_KINDS; i++)
        if (r->judgement.lacks & 1u << i)
            buf_fmt(out, "lacks     %.*s\n", SARG(effect_lack_reason(1u << i)));
    buf_fmt(out, "verdict   %s%.*s\n", r->judgement.weak ? "indication of the " : "",
            SARG(effect_verdict_name(r->judgement.verdict)));
}

Err command_effect(Cx *cx, int argc, char **argv)
{
    EffectArgs args = {0};
    EffectFile file;
    EffectResult result;
    TRY(args_read(cx, argc, argv, &args));
    TRY(file_read(cx, args.file, &file));
    TRY(input_fill(cx, &file, &args));
    TRY(effect_evaluate(cx, &args.input, &result));
    Buf out = buf_new(cx->arena, OUTPUT_BYTES_MAX);
    if (args.json)
        put_json(&out, &file, &result);
    else
        put_text(&out, &file, &result);
    fwrite(out.p, 1, out.n, stdout);
    return OK;
}

/* hanse import: the command. */
#include "app/command.h"
#include "app/import.h"
#include "app/serve.h"
#include "base/str.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static void summary_print(const ImportSummary *summary)
{
    const ImportCounts *c = &summary->counts;
    double took_s = (double)summary->took_us / 1e6;
    printf("rows      %" PRIu64 " read, %" PRIu64 " taken, %" PRIu64 " without news, %" PRIu64
           " refused\n",
           c->rows, c->taken, c->skipped, c->refused);
    if (c->values_refused)
        printf("values    %" PRIu64 " refused in rows that were taken\n", c->values_refused);
    printf("entities  %" PRIu64 ", of them %" PRIu64 " new\n", c->entities, c->store.created);
    printf("readings  %" PRIu64 " new, %" PRIu64 " known already\n", c->store.readings,
           c->store.known);
    printf("time      %.1f s, %.0f rows/s\n", took_s, took_s > 0 ? (double)c->rows / took_s : 0);
}

typedef struct ImportArgs {
    Config config;
    Words files;
    Str map, refused;
} ImportArgs;

static Err args_read(Cx *cx, int argc, char **argv, ImportArgs *args)
{
    ExtraOption extra[] = {{"map", &args->map, NULL}, {"refused", &args->refused, NULL}};
    TRY(config_read(cx, argc, argv, extra, COUNT_OF(extra), &args->config, &args->files));
    if (args->files.count == 0)
        return fail(cx, ERR_INVALID, "command.usage",
                    "usage: hanse import FILE... --data DIR [--map MAPPING] [--contexts DIR] "
                    "[--refused FILE]");
    return OK;
}

static Err import_by_args(Cx *cx, const ImportArgs *args, const ContextStore *contexts,
                          FILE *refused, ImportSummary *ret)
{
    ImportInput *inputs = arena_array(cx->arena, ImportInput, args->files.count);
    Feed *feed = NULL;
    for (size_t i = 0; i < args->files.count; i++)
        inputs[i].name = args->files.at[i];
    if (args->map.n)
        TRY(import_map_read(cx, contexts, args->map, &feed));
    ImportJob job = {.contexts = contexts,
                     .feed = feed,
                     .inputs = inputs,
                     .input_count = args->files.count,
                     .out = stderr,
                     .refused = refused};
    Str store;
    TRY(store_prepare(cx, &args->config, &store));
    return import_run(cx, &args->config, store, &job, ret);
}

static Err refused_open(Cx *cx, Str name, FILE **ret)
{
    *ret = NULL;
    if (name.n == 0)
        return OK;
    *ret = fopen(arena_cstr(cx->arena, name), "we");
    return *ret ? OK
                : fail(cx, ERR_UNAVAILABLE, "import.refused_file", "cannot write %.*s: %s",
                       SARG(name), strerror(errno));
}

static Err refused_close(Cx *cx, FILE *file, Str name)
{
    if (!file)
        return OK;
    bool broken = ferror(file) != 0;
    return fclose(file) == 0 && !broken
               ? OK
               : fail(cx, ERR_UNAVAILABLE, "import.refused_file", "cannot write %.*s: %s",
                      SARG(name), strerror(errno));
}

/* 0 also when some rows were refused; when every row was, the key "import.refused" says so. */
Err command_import(Cx *cx, int argc, char **argv)
{
    ImportArgs args = {0};
    ImportSummary summary = {0};
    FILE *refused;
    TRY(args_read(cx, argc, argv, &args));
    TRY(refused_open(cx, args.refused, &refused));
    ContextStore *contexts = context_store_new();
    Err err = args.config.contexts.n ? context_store_load(cx, contexts, args.config.contexts) : OK;
    if (err == OK)
        err = import_by_args(cx, &args, contexts, refused, &summary);
    context_store_free(contexts);
    if (summary.counts.rows)
        summary_print(&summary);
    Err closed = refused_close(cx, refused, args.refused);
    TRY(err);
    TRY(closed);
    if (summary.counts.refused && summary.counts.refused == summary.counts.rows)
        return fail(cx, ERR_INVALID, "import.refused", "every row was refused");
    return OK;
}

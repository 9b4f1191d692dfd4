#include "app/dortmund.h"

#include "app/import.h"
#include "app/serve.h"
#include "base/str.h"

#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

/* Embedded by dortmund_data.S. */
#define EMBEDDED(name) extern const char name[], name##_end[]
EMBEDDED(dortmund_places);
EMBEDDED(dortmund_places_map);
EMBEDDED(dortmund_series_map);
EMBEDDED(dortmund_stops);
EMBEDDED(dortmund_stops_map);
EMBEDDED(dortmund_parking_context);
EMBEDDED(dortmund_city_context);
#define TEXT_OF(name) ((Str){name, (size_t)(name##_end - name)})

#define PARKING_URL                                                                                \
    "https://raw.githubusercontent.com/smart-data-models/dataModel.Parking/master/context.jsonld"
#define CITY_URL "https://smartdatamodels.org/context.jsonld"

enum { PARKING_FILES_MAX = 64 };

const Str DORTMUND_CREDITS[] = {
    S_INIT("Parkhäuser: ParkAPI (MIT)"),
    S_INIT("Belegung: github.com/defgsus/parking-data"),
    S_INIT("Haltestellen: Verkehrsverbund Rhein-Ruhr (CC BY)"),
    S_INIT("Smart Data Models (CC BY 4.0)"),
    {0},
};

/* ---- @contexts ---- */

static Err file_write(Cx *cx, const char *path, Str text)
{
    FILE *file = fopen(path, "we");
    bool written = file && fwrite(text.p, 1, text.n, file) == text.n;
    if (file && fclose(file) != 0)
        written = false;
    return written ? OK
                   : fail(cx, ERR_UNAVAILABLE, "demo.file", "cannot write %s: %s", path,
                          strerror(errno));
}

static Err contexts_write(Cx *cx, Str data)
{
    const char *dir = arena_fmt(cx->arena, "%.*s/contexts", SARG(data)).p;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return fail(cx, ERR_UNAVAILABLE, "demo.file", "cannot make %s: %s", dir, strerror(errno));
    TRY(file_write(cx, arena_fmt(cx->arena, "%s/parking.jsonld", dir).p,
                   TEXT_OF(dortmund_parking_context)));
    TRY(file_write(cx, arena_fmt(cx->arena, "%s/city.jsonld", dir).p,
                   TEXT_OF(dortmund_city_context)));
    return file_write(cx, arena_fmt(cx->arena, "%s/contexts.tsv", dir).p,
                      S(PARKING_URL "\tparking.jsonld\n" CITY_URL "\tcity.jsonld\n"));
}

static Err contexts_add(Cx *cx, ContextStore *store)
{
    TRY(context_store_add(cx, store, S(PARKING_URL), TEXT_OF(dortmund_parking_context)));
    return context_store_add(cx, store, S(CITY_URL), TEXT_OF(dortmund_city_context));
}

/* ---- data ---- */

static Err parking_files(Cx *cx, Str dir, ImportInput **ret, size_t *ret_count)
{
    glob_t found;
    const char *pattern = arena_fmt(cx->arena, "%.*s/dortmund-parking-20*.csv", SARG(dir)).p;
    int rc = glob(pattern, 0, NULL, &found);
    size_t count = rc == 0 ? MIN(found.gl_pathc, PARKING_FILES_MAX) : 0;
    ImportInput *inputs = arena_array(cx->arena, ImportInput, count);
    for (size_t i = 0; i < count; i++)
        inputs[i].name = arena_copy(cx->arena, str_from(found.gl_pathv[i]));
    if (rc == 0)
        globfree(&found);
    if (count == 0)
        return fail(cx, ERR_NOT_FOUND, "demo.parking", "there is no file %s", pattern);
    *ret = inputs;
    *ret_count = count;
    return OK;
}

typedef struct Filling {
    const Config *config;
    Str store;
    const ContextStore *contexts;
} Filling;

static Err part_fill(Cx *cx, const Filling *filling, Str map, const ImportInput *inputs,
                     size_t count, FILE *out)
{
    Feed *feed;
    ImportSummary summary;
    TRY(feed_parse(cx, filling->contexts, map, &feed));
    ImportJob job = {.contexts = filling->contexts,
                     .feed = feed,
                     .inputs = inputs,
                     .input_count = count,
                     .out = out};
    return import_run(cx, filling->config, filling->store, &job, &summary);
}

static Err parts_fill(Cx *cx, const Filling *filling, Str parking_dir)
{
    const ImportInput places = {S("parking-places.geojson"), TEXT_OF(dortmund_places)};
    const ImportInput stops = {S("stops-data.json"), TEXT_OF(dortmund_stops)};
    TRY(part_fill(cx, filling, TEXT_OF(dortmund_places_map), &places, 1, NULL));
    TRY(part_fill(cx, filling, TEXT_OF(dortmund_stops_map), &stops, 1, NULL));
    if (parking_dir.n == 0)
        return OK;
    ImportInput *files = NULL;
    size_t count = 0;
    TRY(parking_files(cx, parking_dir, &files, &count));
    fputs("reading the car parks' history\n", stderr);
    return part_fill(cx, filling, TEXT_OF(dortmund_series_map), files, count, stderr);
}

Err dortmund_fill(Cx *cx, const Config *config, Str parking_dir)
{
    Filling filling = {.config = config};
    TRY(store_prepare(cx, config, &filling.store));
    TRY(contexts_write(cx, config->data));
    ContextStore *contexts = context_store_new();
    filling.contexts = contexts;
    Err err = contexts_add(cx, contexts);
    if (err == OK)
        err = parts_fill(cx, &filling, parking_dir);
    context_store_free(contexts);
    return err;
}

/* The feeds of the running program. */
#include "app/app.h"
#include "app/ingest.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* The machine's name and the directory's path: two installations never share a client id. */
static Str installation_of(Cx *cx, Str data)
{
    char host[256] = {0}, path[PATH_MAX];
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = 0;
    const char *real = realpath(arena_cstr(cx->arena, data), path);
    return arena_fmt(cx->arena, "%s:%s", host, real ? real : "");
}

Err ingest_open(Cx *cx, App *app, Ingest **ret)
{
    Str dir = app->config.feeds.n ? app->config.feeds
                                  : arena_fmt(cx->arena, "%.*s/feeds", SARG(app->config.data));
    IngestOptions options = {.dir = dir,
                             .installation = installation_of(cx, app->config.data),
                             .writer = app->writer,
                             .contexts = app->contexts,
                             .log = &app->log,
                             .clock = &app->clock};
    return ingest_start(cx, &options, ret);
}

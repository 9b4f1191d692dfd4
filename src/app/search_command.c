/* hanse search rebuild: the index anew, in pieces that do not keep a running server from writing.
 */
#include "app/command.h"
#include "base/str.h"
#include "people/search.h"

#include <stdio.h>

enum { AT_ONCE = 50 /* things of one transaction */ };

typedef struct Rebuild {
    SearchKind kind;
    int64_t after, last;
    size_t count;
} Rebuild;

static Err rebuild_some(Cx *cx, Events *events, void *user)
{
    Rebuild *rebuild = user;
    (void)events;
    return search_rebuild(cx, rebuild->kind, rebuild->after, AT_ONCE, &rebuild->last,
                          &rebuild->count);
}

static Err rebuild_kind(Cx *cx, const Config *config, SearchKind kind, size_t *ret_done)
{
    Rebuild rebuild = {.kind = kind};
    do {
        ArenaMark mark = arena_mark(cx->arena);
        TRY(command_change(cx, config, rebuild_some, &rebuild));
        arena_rewind(cx->arena, mark);
        rebuild.after = rebuild.last;
        *ret_done += rebuild.count;
        if (rebuild.count)
            fprintf(stderr, "search: %zu texts\n", *ret_done);
    } while (rebuild.last);
    return OK;
}

Err command_search(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    size_t done = 0;
    TRY(config_read(cx, argc, argv, NULL, 0, &config, &words));
    if (words.count != 1 || !str_eq(words.at[0], S("rebuild")))
        return fail(cx, ERR_INVALID, "command.usage", "usage: hanse search rebuild --data DIR");
    for (SearchKind kind = 0; kind < SEARCH_KIND_COUNT_; kind++)
        TRY(rebuild_kind(cx, &config, kind, &done));
    printf("search: %zu texts are in the index\n", done);
    return OK;
}

/* Any text as a q, a pattern, a type selection and a scope query: compiled, and evaluated where
 * it compiles. */
#include "base/err.h"
#include "base/str.h"
#include "systems/query.h"
#include "systems/query_pattern.h"
#include "systems/query_select.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char DOC[] =
    "{\"https://uri.etsi.org/ngsi-ld/default-context/a\":[{\"type\":\"Property\",\"value\":"
    "{\"b\":[1,\"x\",{\"c\":true}]},\"observedAt\":\"2022-06-01T10:00:00Z\"},{\"type\":"
    "\"LanguageProperty\",\"languageMap\":{\"de\":[\"x\"],\"en\":\"y\"},\"datasetId\":\"urn:d\"}],"
    "\"https://uri.etsi.org/ngsi-ld/default-context/b\":{\"type\":\"Relationship\",\"object\":"
    "[\"urn:x\"]},\"https://uri.etsi.org/ngsi-ld/default-context/c\":{\"type\":\"Property\","
    "\"value\":\"a\\u00fc\"}}";

static bool find_self(void *user, Str id, Entity *ret)
{
    (void)id;
    *ret = *(const Entity *)user;
    return true;
}

static void evaluate(Cx *cx, const ContextStore *store, Str text)
{
    static const Str TYPE = S_INIT("https://uri.etsi.org/ngsi-ld/default-context/T");
    const Query *query;
    const Pattern *pattern;
    Selection selection;
    Entity entity = {
        .id = S("urn:x"), .types = &TYPE, .type_count = 1, .scopes = &TYPE, .scope_count = 1};
    if (json_parse(cx, str_from(DOC), &entity.doc) != OK)
        abort();
    QueryRun run = {.arena = cx->arena, .steps = 100000, .find = find_self, .user = &entity};
    if (query_compile(cx, text, (QueryOptions){.context = context_core(store)}, &query) == OK)
        query_matches(query, &entity, &run);
    run.steps = 100000;
    if (pattern_compile(cx, text, &pattern) == OK)
        pattern_found(pattern, text, &run.steps);
    if (type_selection_compile(cx, text, context_core(store), &selection) == OK)
        type_selection_matches(&selection, &entity);
    if (scope_query_compile(cx, text, &selection) == OK)
        scope_query_matches(&selection, &entity);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error = {0};
    ContextStore *store = context_store_new();
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    evaluate(&cx, store, (Str){(const char *)data, size});
    arena_done(&arena);
    context_store_free(store);
    return 0;
}

#include "systems/context.h"

#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Fixture {
    TestCx t;
    Cx *cx;
    ContextStore *store;
} Fixture;

static void fixture_init(Fixture *f)
{
    f->cx = test_cx_init(&f->t);
    f->store = context_store_new();
}

static void fixture_done(Fixture *f)
{
    context_store_free(f->store);
    test_cx_done(&f->t);
}

static JsonValue parsed(Cx *cx, Str text)
{
    Json *json = arena_new(cx->arena, Json);
    assert_ok(cx, json_parse(cx, text, json));
    return json_root(json);
}

static const LdContext *resolved(Fixture *f, Str text)
{
    const LdContext *context = NULL;
    assert_ok(f->cx, context_resolve(f->cx, f->store, parsed(f->cx, text), &context));
    return context;
}

#define DEFAULT_IRI(name) LD_DEFAULT_PREFIX name

static void a_name_without_a_context_goes_to_the_default_vocabulary_and_back(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const LdContext *core = context_core(f.store);
    Str iri = context_expand(core, f.cx->arena, S("temperature"));
    assert_str(DEFAULT_IRI("temperature"), iri);
    assert_str("temperature", context_compact(core, f.cx->arena, iri));
    assert_str("https://uri.etsi.org/ngsi-ld/location",
               context_expand(core, f.cx->arena, S("location")));
    assert_str("location",
               context_compact(core, f.cx->arena, S("https://uri.etsi.org/ngsi-ld/location")));
    assert_str("http://example.org/x",
               context_compact(core, f.cx->arena, S("http://example.org/x")));
    assert_str("http://example.org/x",
               context_expand(core, f.cx->arena, S("http://example.org/x")));
    assert_str("@id", context_expand(core, f.cx->arena, S("@id")));
    /* location is a core term, so the short form would mean something else. */
    assert_str("ngsi-ld:default-context/location",
               context_compact(core, f.cx->arena, S(DEFAULT_IRI("location"))));
    fixture_done(&f);
}

static void the_core_terms_cannot_be_redefined(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const LdContext *context =
        resolved(&f, S("{\"location\":\"http://example.org/location\",\"a\":\"http://e.org/a\"}"));
    assert_str("https://uri.etsi.org/ngsi-ld/location",
               context_expand(context, f.cx->arena, S("location")));
    assert_str("http://example.org/location",
               context_compact(context, f.cx->arena, S("http://example.org/location")));
    assert_str("http://e.org/a", context_expand(context, f.cx->arena, S("a")));
    fixture_done(&f);
}

static void a_later_context_wins_and_hides_the_earlier_name(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const LdContext *context = resolved(
        &f, S("[{\"speed\":\"http://a.org/speed\"},[{\"speed\":\"http://b.org/speed\"}]]"));
    assert_str("http://b.org/speed", context_expand(context, f.cx->arena, S("speed")));
    assert_str("http://a.org/speed",
               context_compact(context, f.cx->arena, S("http://a.org/speed")));
    assert_str("speed", context_compact(context, f.cx->arena, S("http://b.org/speed")));
    assert_str(
        "[{\"speed\":\"http://a.org/speed\"},[{\"speed\":\"http://b.org/speed\"}],\"" LD_CORE_URL
        "\"]",
        context_json(context));
    assert_null(context_url(context).p);
    fixture_done(&f);
}

static void compact_iris_work_both_ways(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const LdContext *context =
        resolved(&f, S("{\"ex\":\"http://example.org/#\",\"brand\":\"ex:brandName\","
                       "\"no\":{\"@id\":\"http://no.org/\"},\"yes\":{\"@id\":\"http://yes.org/"
                       "\",\"@prefix\":true}}"));
    Arena *arena = f.cx->arena;
    assert_str("http://example.org/#brandName", context_expand(context, arena, S("brand")));
    assert_str("http://example.org/#other", context_expand(context, arena, S("ex:other")));
    assert_str("ex:other", context_compact(context, arena, S("http://example.org/#other")));
    assert_str("brand", context_compact(context, arena, S("http://example.org/#brandName")));
    assert_str("no:x", context_expand(context, arena, S("no:x")));
    assert_str("http://no.org/x", context_compact(context, arena, S("http://no.org/x")));
    assert_str("yes:x", context_compact(context, arena, S("http://yes.org/x")));
    assert_str("ex://x", context_expand(context, arena, S("ex://x")));
    assert_str("http://example.org/#//x",
               context_compact(context, arena, S("http://example.org/#//x")));
    fixture_done(&f);
}

static void the_shortest_usable_term_is_chosen(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const LdContext *context =
        resolved(&f, S("{\"temperature\":\"http://e.org/t\",\"temp\":\"http://e.org/"
                       "t\",\"tmp\":\"http://e.org/t\","
                       "\"t\":{\"@id\":\"http://e.org/t\",\"@container\":\"@list\"},"
                       "\"object\":\"http://e.org/o\",\"theObject\":{\"@id\":\"http://e.org/"
                       "o\",\"@type\":\"@id\"}}"));
    assert_str("tmp", context_compact(context, f.cx->arena, S("http://e.org/t")));
    assert_str("theObject", context_compact(context, f.cx->arena, S("http://e.org/o")));
    fixture_done(&f);
}

static void what_is_wrong_with_a_context_is_named(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    static const struct {
        const char *text, *key, *word;
        Err err;
    } CASES[] = {
        {"7", "context.syntax", "found 7", ERR_INVALID},
        {"{\"a\":7}", "context.syntax", "\"a\"", ERR_INVALID},
        {"{\"a\":\"b:c\",\"b\":\"a:c\"}", "context.syntax", "itself", ERR_INVALID},
        {"{\"a\":{\"@id\":\"http://e.org/a\",\"@context\":{}}}", "context.syntax", "scoped",
         ERR_INVALID},
        {"{\"a\":{\"@reverse\":\"http://e.org/a\"}}", "context.syntax", "@reverse", ERR_INVALID},
        {"\"nowhere\"", "context.syntax", "absolute", ERR_INVALID},
        {"\"http://example.org/nowhere\"", "context.unknown", "nowhere", ERR_UNAVAILABLE},
        {"[{},\"http://example.org/nowhere\"]", "context.unknown", "nowhere", ERR_UNAVAILABLE},
        {"[[[[[[[[[[{}]]]]]]]]]]", "context.deep", "deep", ERR_LIMIT},
        {"[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},"
         "{},{},{},{},{}]",
         "context.large", "more than", ERR_LIMIT},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const LdContext *context;
        JsonValue value = parsed(f.cx, str_from(CASES[i].text));
        assert_err(f.cx, CASES[i].err, CASES[i].key,
                   context_resolve(f.cx, f.store, value, &context));
        assert_true(str_find(f.cx->error->detail, str_from(CASES[i].word)) >= 0);
    }
    fixture_done(&f);
}

static void documents_that_refer_to_each_other_are_resolved_or_refused(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const LdContext *context;
    assert_ok(f.cx, context_store_add(f.cx, f.store, S("http://e.org/all"),
                                      S("{\"@context\":[\"http://e.org/a\",{\"b\":\"a:b\"}]}")));
    assert_err(f.cx, ERR_UNAVAILABLE, "context.unknown",
               context_resolve_url(f.cx, f.store, S("http://e.org/all"), &context));
    assert_ok(f.cx, context_store_add(f.cx, f.store, S("http://e.org/a"),
                                      S("{\"@context\":{\"a\":\"http://a.org/\"}}")));
    assert_ok(f.cx, context_resolve_url(f.cx, f.store, S("http://e.org/all"), &context));
    assert_str("http://a.org/b", context_expand(context, f.cx->arena, S("b")));
    assert_str("[\"http://e.org/all\",\"" LD_CORE_URL "\"]", context_json(context));
    assert_str("http://e.org/all", context_url(context));
    assert_ok(f.cx, context_store_add(f.cx, f.store, S("http://e.org/x"),
                                      S("{\"@context\":[\"http://e.org/y\"]}")));
    assert_ok(f.cx, context_store_add(f.cx, f.store, S("http://e.org/y"),
                                      S("{\"@context\":[\"http://e.org/x\"]}")));
    assert_err(f.cx, ERR_LIMIT, "context.deep",
               context_resolve_url(f.cx, f.store, S("http://e.org/x"), &context));
    assert_err(f.cx, ERR_INVALID, "context.syntax",
               context_store_add(f.cx, f.store, S("http://e.org/z"), S("{\"context\":{}}")));
    assert_err(f.cx, ERR_INVALID, "context.syntax",
               context_store_add(f.cx, f.store, S("http://e.org/z"), S("{\"@context\":")));
    fixture_done(&f);
}

static void every_core_version_means_the_core_context(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const LdContext *context =
        resolved(&f, S("[\"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.7.jsonld\"]"));
    assert_ptr_equal(context, context_core(f.store));
    context = resolved(&f, S("\"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld\""));
    assert_ptr_equal(context, context_core(f.store));
    assert_str("\"" LD_CORE_URL "\"", context_json(context));
    assert_err(
        f.cx, ERR_UNAVAILABLE, "context.unknown",
        context_resolve_url(f.cx, f.store,
                            S("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-none.jsonld"),
                            &context));
    fixture_done(&f);
}

static void a_context_that_names_the_core_one_is_shown_alone(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    assert_ok(f.cx, context_store_add(f.cx, f.store, S("http://e.org/a"),
                                      S("{\"@context\":{\"a\":\"http://a.org/\"}}")));
    assert_ok(f.cx,
              context_store_add(f.cx, f.store, S("http://e.org/with"),
                                S("{\"@context\":[\"http://e.org/a\",\"" LD_CORE_URL "\"]}")));
    const LdContext *context = resolved(&f, S("[\"http://e.org/with\"]"));
    assert_str("\"http://e.org/with\"", context_json(context));
    assert_str("http://e.org/with", context_url(context));
    context = resolved(&f, S("\"http://e.org/a\""));
    assert_str("[\"http://e.org/a\",\"" LD_CORE_URL "\"]", context_json(context));
    fixture_done(&f);
}

static void a_default_name_that_the_user_took_is_shown_with_the_core_prefix(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const LdContext *context = resolved(&f, S("{\"full\":\"http://a.org/full\"}"));
    assert_str("ngsi-ld:default-context/full",
               context_compact(context, f.cx->arena, S(LD_DEFAULT_PREFIX "full")));
    assert_str(LD_DEFAULT_PREFIX "full",
               context_expand(context, f.cx->arena, S("ngsi-ld:default-context/full")));
    assert_str("empty", context_compact(context, f.cx->arena, S(LD_DEFAULT_PREFIX "empty")));
    fixture_done(&f);
}

/* ---- Published contexts ---- */

static Str shared_file(Cx *cx, const char *name)
{
    const char *shared = getenv("HANSE_SHARED");
    Str path = arena_fmt(cx->arena, "%s/data/ngsi-ld/%s", shared ? shared : "", name);
    FILE *file = fopen(path.p, "rb");
    if (!file)
        return (Str){NULL, 0};
    Buf buf = buf_new(cx->arena, (size_t)1 << 24);
    for (size_t n = 1; n;) {
        n = fread(buf_room(&buf, 65536), 1, 65536, file);
        buf.n += n;
    }
    fclose(file);
    return buf_str(&buf);
}

/* What the term means by JSON-LD's rules, as far as these files use them. */
static Str expected_iri(Cx *cx, JsonValue context, Str name, JsonValue definition)
{
    JsonValue id = definition, prefix;
    if (json_is(definition, JSON_OBJECT) && !json_find(definition, S("@id"), &id))
        return (Str){NULL, 0};
    Str text = json_text(cx->arena, id);
    ptrdiff_t colon = str_find_char(text, ':');
    if (colon < 0 || str_eq(text, name))
        return (Str){NULL, 0};
    if (json_find(context, str_slice(text, 0, (size_t)colon), &prefix) &&
        !str_starts(str_from_index(text, (size_t)colon + 1), S("//")))
        return arena_fmt(cx->arena, "%.*s%.*s", SARG(json_text(cx->arena, prefix)),
                         SARG(str_from_index(text, (size_t)colon + 1)));
    return text;
}

static size_t check_terms(Fixture *f, const LdContext *context, JsonValue object)
{
    size_t checked = 0;
    JsonValue core_term;
    JsonValue core;
    Str core_text = shared_file(f->cx, "ngsi-ld-core-context-v1.9.jsonld");
    assert_true(json_find(parsed(f->cx, core_text), S("@context"), &core));
    for (JsonIter it = json_iter(object); json_next(&it);) {
        Str name = json_text(f->cx->arena, it.key);
        if (name.p[0] == '@')
            continue;
        Str iri = expected_iri(f->cx, object, name, it.value);
        if (!iri.p || iri.p[0] == '@')
            continue;
        if (json_find(core, name, &core_term))
            iri = expected_iri(f->cx, core, name, core_term);
        assert_str_equal(iri, context_expand(context, f->cx->arena, name));
        Str back = context_compact(context, f->cx->arena, iri);
        assert_str_equal(iri, context_expand(context, f->cx->arena, back));
        assert_true(back.n <= name.n || json_is(it.value, JSON_OBJECT) ||
                    json_find(core, back, &core_term));
        checked++;
    }
    return checked;
}

static void every_term_of_the_published_contexts_goes_both_ways(void **state)
{
    (void)state;
    static const char *const FILES[] = {
        "ngsi-ld-core-context-v1.9.jsonld",  "ngsi-ld-core-context-v1.8.jsonld",
        "ngsi-ld-core-context-v1.7.jsonld",  "sdm-context-Device.jsonld",
        "sdm-context-Energy.jsonld",         "sdm-context-Environment.jsonld",
        "sdm-context-Parking.jsonld",        "sdm-context-Streetlighting.jsonld",
        "sdm-context-Transportation.jsonld", "sdm-context-WasteManagement.jsonld",
        "sdm-context-Weather.jsonld",        "smart-data-models-context.jsonld",
    };
    Fixture f;
    fixture_init(&f);
    if (!shared_file(f.cx, FILES[0]).p) {
        print_message("# HANSE_SHARED has no published contexts: passed over\n");
        fixture_done(&f);
        skip();
    }
    size_t checked = 0;
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        Str url = arena_fmt(f.cx->arena, "http://example.org/%s", FILES[i]);
        Str text = shared_file(f.cx, FILES[i]);
        JsonValue object;
        const LdContext *context;
        assert_ok(f.cx, context_store_add(f.cx, f.store, url, text));
        assert_ok(f.cx, context_resolve_url(f.cx, f.store, url, &context));
        assert_true(json_find(parsed(f.cx, text), S("@context"), &object));
        checked += check_terms(&f, context, object);
    }
    print_message("# %zu terms both ways\n", checked);
    assert_true(checked > 3000);
    fixture_done(&f);
}

static void the_list_of_preloaded_contexts_is_read(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    if (!shared_file(f.cx, "contexts.tsv").p) {
        print_message("# HANSE_SHARED has no contexts.tsv: passed over\n");
        fixture_done(&f);
        skip();
    }
    Str dir = arena_fmt(f.cx->arena, "%s/data/ngsi-ld", getenv("HANSE_SHARED"));
    assert_ok(f.cx, context_store_load(f.cx, f.store, dir));
    const LdContext *context = resolved(
        &f, S("[\"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld\","
              "\"https://raw.githubusercontent.com/smart-data-models/dataModel.Parking/master/"
              "context.jsonld\"]"));
    Str iri = context_expand(context, f.cx->arena, S("availableSpotNumber"));
    assert_false(str_starts(iri, S(LD_DEFAULT_PREFIX)));
    assert_str("availableSpotNumber", context_compact(context, f.cx->arena, iri));
    assert_err(f.cx, ERR_NOT_FOUND, "context.file",
               context_store_load(f.cx, f.store, S("/nowhere")));
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_without_a_context_goes_to_the_default_vocabulary_and_back),
        cmocka_unit_test(the_core_terms_cannot_be_redefined),
        cmocka_unit_test(a_later_context_wins_and_hides_the_earlier_name),
        cmocka_unit_test(compact_iris_work_both_ways),
        cmocka_unit_test(the_shortest_usable_term_is_chosen),
        cmocka_unit_test(what_is_wrong_with_a_context_is_named),
        cmocka_unit_test(documents_that_refer_to_each_other_are_resolved_or_refused),
        cmocka_unit_test(every_core_version_means_the_core_context),
        cmocka_unit_test(a_context_that_names_the_core_one_is_shown_alone),
        cmocka_unit_test(a_default_name_that_the_user_took_is_shown_with_the_core_prefix),
        cmocka_unit_test(every_term_of_the_published_contexts_goes_both_ways),
        cmocka_unit_test(the_list_of_preloaded_contexts_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

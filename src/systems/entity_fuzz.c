/* Arbitrary bytes as the body of an entity: what is accepted is stored in memory form, merged with
 * itself, patched, shown in every representation, and read back to the same document. */
#include "systems/entity.h"
#include "systems/entity_text.h"
#include "systems/represent.h"

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ContextStore *contexts;

static const LdContext *context_of(Cx *cx, JsonValue body)
{
    JsonValue value;
    const LdContext *context = context_core(contexts);
    if (json_is(body, JSON_OBJECT) && json_find(body, S("@context"), &value) &&
        context_resolve(cx, contexts, value, &context) != OK)
        return context_core(contexts);
    return context;
}

/* What one fragment makes of a document; the result is a document again. */
static bool applied(Cx *cx, const Json *old, const EntityInput *input, TextRules rules, Json *ret)
{
    TextResult result;
    if (text_apply(cx, old, input, rules, &result) != OK)
        return false;
    Err err = json_parse(cx, result.doc, ret);
    ASSERT(err == OK);
    return true;
}

static void show_all(Cx *cx, const LdContext *context, const EntityInput *input, const Json *doc)
{
    Entity entity = {.id = input->id.p ? input->id : S("urn:x:1"),
                     .types = input->types,
                     .type_count = input->type_count,
                     .scopes = input->scopes,
                     .scope_count = input->scope_count,
                     .doc = *doc};
    for (int bits = 0; bits < 24; bits++) {
        Representation how = representation_default(context);
        how.format = (Format)(bits % 3);
        how.sys_attrs = bits / 3 % 2;
        how.geojson = bits / 6 % 2;
        how.lang = bits / 12 ? S("de") : (Str){NULL, 0};
        how.put_context = how.geojson;
        Buf buf = buf_new(cx->arena, (size_t)1 << 26);
        Json back;
        represent_entity(&buf, cx->arena, &how, &entity);
        Err err = buf.overflow ? OK : json_parse(cx, buf_str(&buf), &back);
        /* Two IRIs may have been given to one short name by a hostile context only if compaction
         * is wrong. */
        ASSERT(err == OK || err == ERR_LIMIT);
    }
}

static void read_back(Cx *cx, const LdContext *context, const EntityInput *input, const Json *doc)
{
    Entity entity = {
        .id = S("urn:x:1"), .types = input->types, .type_count = input->type_count, .doc = *doc};
    Representation how = representation_default(context);
    Buf buf = buf_new(cx->arena, (size_t)1 << 26);
    Json text;
    EntityInput again;
    represent_entity(&buf, cx->arena, &how, &entity);
    if (buf.overflow || json_parse(cx, buf_str(&buf), &text) != OK)
        return;
    InputOptions options = {.fragment = true};
    if (entity_input_read(cx, context, json_root(&text), options, &again) == OK &&
        input->doc.text.n == again.doc.text.n)
        ASSERT(json_equal(json_root(&input->doc), json_root(&again.doc)));
}

static void try_body(Cx *cx, JsonValue body, InputOptions options)
{
    const LdContext *context = context_of(cx, body);
    EntityInput input;
    Json doc, next;
    if (entity_input_read(cx, context, body, options, &input) != OK)
        return;
    if (!applied(cx, NULL, &input, (TextRules){0}, &doc))
        return;
    show_all(cx, context, &input, &doc);
    if (options.nulls == NULLS_REFUSED && !options.simplified)
        read_back(cx, context, &input, &doc);
    TextRules merge = {.instance = INSTANCE_MERGE, .merge = {.lang = S("de")}};
    TextRules patch = {.instance = INSTANCE_PATCH};
    if (applied(cx, &doc, &input, merge, &next))
        show_all(cx, context, &input, &next);
    (void)applied(cx, &doc, &input, patch, &next);
    (void)applied(cx, &doc, &input, (TextRules){.drop_others = true}, &next);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error;
    Clock clock = clock_fixed(INT64_C(1654041600000000));
    if (!contexts)
        contexts = context_store_new();
    if (size > 65536)
        return 0;
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &clock, .error = &error};
    Json json;
    Str text = arena_copy(&arena, (Str){(const char *)data, size});
    if (json_parse(&cx, text, &json) == OK) {
        try_body(&cx, json_root(&json), (InputOptions){.fragment = true});
        try_body(&cx, json_root(&json), (InputOptions){.fragment = true, .nulls = NULLS_MERGE});
        try_body(&cx, json_root(&json), (InputOptions){.fragment = true, .simplified = true});
        EntityInput input;
        Err err =
            attribute_input_read(&cx, context_core(contexts), S("a"), json_root(&json),
                                 (InputOptions){.fragment = true, .nulls = NULLS_DELETE}, &input);
        (void)err;
    }
    arena_done(&arena);
    return 0;
}

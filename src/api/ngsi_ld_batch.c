/* entityOperations/create, upsert, update, merge, delete (6.14 to 6.17, 6.31). */
#include "api/ngsi_ld_request.h"
#include "api/problem.h"

#include "base/str.h"
#include "base/uri.h"
#include "systems/entity_batch.h"

typedef struct BatchState {
    BatchVerb verb;
    BatchItem *items;
    size_t count;
    BatchResult result;
} BatchState;

/* Keeps the last failure with the item that it belongs to. */
static void item_blame(Cx *cx, BatchItem *item)
{
    Error *error = arena_new(cx->arena, Error);
    *error = *cx->error;
    item->error = error;
}

static void item_id_find(Cx *cx, JsonValue value, BatchItem *item)
{
    JsonValue id;
    if ((json_find(value, S("id"), &id) || json_find(value, S("@id"), &id)) &&
        json_is(id, JSON_STRING))
        item->id = json_text(cx->arena, id);
}

static Err item_read(Call *call, const RequestBody *body, JsonValue value, InputOptions options,
                     BatchItem *item)
{
    const LdContext *context;
    EntityInput *input = arena_new(call->cx->arena, EntityInput);
    TRY(request_item_context(call, body, value, &context));
    TRY(entity_input_read(call->cx, context, value, options, input));
    if (!input->id.p)
        return fail(call->cx, ERR_INVALID, "entity.invalid", "id is missing");
    item->id = input->id;
    item->input = input;
    return OK;
}

static Err batch_begin(Call *call, BatchVerb verb, RequestBody *body, BatchState **ret)
{
    TRY(request_batch_body(call, body));
    if (!json_is(body->root, JSON_ARRAY) || json_count(body->root) == 0)
        return fail(call->cx, ERR_INVALID, "request.batch",
                    "expected an array with at least one element");
    if (json_count(body->root) > ENTITY_BATCH_MAX)
        return fail(call->cx, ERR_LIMIT, "entity.batch",
                    "%u elements; at most %d go into one batch", json_count(body->root),
                    ENTITY_BATCH_MAX);
    BatchState *state = arena_new(call->cx->arena, BatchState);
    state->verb = verb;
    state->items = arena_array(call->cx->arena, BatchItem, json_count(body->root));
    call->state = state;
    *ret = state;
    return OK;
}

static Err batch_decode(Call *call, BatchVerb verb, InputOptions options)
{
    RequestBody body;
    BatchState *state;
    TRY(batch_begin(call, verb, &body, &state));
    options.simplified = request_is_simplified(call);
    for (JsonIter it = json_iter(body.root); json_next(&it);) {
        BatchItem *item = &state->items[state->count++];
        item_id_find(call->cx, it.value, item);
        if (item_read(call, &body, it.value, options, item) != OK)
            item_blame(call->cx, item);
    }
    return OK;
}

Err batch_create_decode(Call *call)
{
    return batch_decode(call, BATCH_CREATE, (InputOptions){0});
}

Err batch_upsert_decode(Call *call)
{
    static const Str OPTIONS[] = {S_INIT("replace"),
                                  S_INIT("update"),
                                  S_INIT("keyValues"),
                                  S_INIT("simplified"),
                                  S_INIT("concise"),
                                  S_INIT("normalized"),
                                  {NULL, 0}};
    TRY(request_check_options(call, OPTIONS));
    bool update = request_option(call, S("update"));
    return batch_decode(call, update ? BATCH_UPSERT_UPDATE : BATCH_UPSERT_REPLACE,
                        (InputOptions){0});
}

Err batch_update_decode(Call *call)
{
    static const Str OPTIONS[] = {S_INIT("noOverwrite"), S_INIT("keyValues"),  S_INIT("simplified"),
                                  S_INIT("concise"),     S_INIT("normalized"), {NULL, 0}};
    TRY(request_check_options(call, OPTIONS));
    bool keep = request_option(call, S("noOverwrite"));
    return batch_decode(call, keep ? BATCH_UPDATE_NO_OVERWRITE : BATCH_UPDATE,
                        (InputOptions){.fragment = true, .nulls = NULLS_DELETE});
}

Err batch_merge_decode(Call *call)
{
    return batch_decode(call, BATCH_MERGE, (InputOptions){.fragment = true, .nulls = NULLS_MERGE});
}

Err batch_delete_decode(Call *call)
{
    RequestBody body;
    BatchState *state;
    TRY(batch_begin(call, BATCH_DELETE, &body, &state));
    for (JsonIter it = json_iter(body.root); json_next(&it);) {
        BatchItem *item = &state->items[state->count++];
        if (json_is(it.value, JSON_STRING))
            item->id = json_text(call->cx->arena, it.value);
        if (item->id.p && uri_is_absolute(item->id))
            continue;
        if (fail(call->cx, ERR_INVALID, "entity.id", "not a URI: %.*s",
                 SARG(str_slice(json_span(it.value), 0, 100))) != OK)
            item_blame(call->cx, item);
    }
    return OK;
}

Err batch_apply(Call *call, Cx *cx, struct Events *events)
{
    BatchState *state = call->state;
    MergeOptions merge = {0};
    return entity_batch(cx, state->verb, state->items, state->count, merge, events, &state->result);
}

/* ---- The answer ---- */

static void ids_put(JsonOut *out, const Str *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        json_put_text(out, ids[i]);
}

/* BatchOperationResult (5.2.16) of BatchEntityErrors (5.2.17). */
static void result_put(Call *call, const BatchResult *result)
{
    JsonOut out = json_out(&call->body);
    json_begin(&out, '{');
    json_name(&out, S("success"));
    json_begin(&out, '[');
    ids_put(&out, result->created, result->created_count);
    ids_put(&out, result->updated, result->updated_count);
    json_end(&out, ']');
    json_name(&out, S("errors"));
    json_begin(&out, '[');
    for (size_t i = 0; i < result->error_count; i++) {
        Buf problem = buf_new(call->cx->arena, 16384);
        problem_put(&problem, result->errors[i].error);
        json_begin(&out, '{');
        json_name(&out, S("entityId"));
        json_put_text(&out, result->errors[i].id.p ? result->errors[i].id : S(""));
        json_name(&out, S("error"));
        json_put_span(&out, buf_str(&problem));
        json_end(&out, '}');
    }
    json_end(&out, ']');
    json_end(&out, '}');
}

Err batch_encode(Call *call)
{
    const BatchState *state = call->state;
    const BatchResult *result = &state->result;
    call->status = 204;
    if (result->error_count == 0 && result->created_count == 0)
        return OK;
    call_add_header(call, S("Content-Type"), S("application/json"));
    if (result->error_count) {
        call->status = 207;
        result_put(call, result);
        return OK;
    }
    call->status = 201;
    JsonOut out = json_out(&call->body);
    json_begin(&out, '[');
    ids_put(&out, result->created, result->created_count);
    json_end(&out, ']');
    return OK;
}

/* entities/{id}/attrs and entities/{id}/attrs/{attr} (6.6, 6.7). */
#include "api/ngsi_ld_request.h"

#include "base/str.h"
#include "base/uri.h"

/* ---- attrs ---- */

typedef struct AttributesState {
    EntityInput input;
    UpdateResult result;
} AttributesState;

static Err attributes_decode(Call *call, const Str *options, InputNulls nulls)
{
    RequestBody body;
    AttributesState *state = arena_new(call->cx->arena, AttributesState);
    TRY(request_check_options(call, options));
    TRY(request_body(call, &body));
    TRY(entity_input_read(
        call->cx, body.context, (JsonValue){&body.json, 0},
        (InputOptions){.fragment = true, .simplified = request_is_simplified(call), .nulls = nulls},
        &state->input));
    call->state = state;
    return OK;
}

Err attributes_append_decode(Call *call)
{
    static const Str OPTIONS[] = {S_INIT("noOverwrite"), S_INIT("keyValues"),  S_INIT("simplified"),
                                  S_INIT("concise"),     S_INIT("normalized"), {NULL, 0}};
    return attributes_decode(call, OPTIONS, NULLS_REFUSED);
}

Err attributes_append_apply(Call *call, Cx *cx, struct Events *events)
{
    AttributesState *state = call->state;
    bool overwrite = !request_option(call, S("noOverwrite"));
    TRY(request_type_check(call, cx, state->input.context));
    return entity_append(cx, call->params[0], &state->input, overwrite, events, &state->result);
}

Err attributes_update_decode(Call *call)
{
    static const Str OPTIONS[] = {S_INIT("keyValues"),
                                  S_INIT("simplified"),
                                  S_INIT("concise"),
                                  S_INIT("normalized"),
                                  {NULL, 0}};
    return attributes_decode(call, OPTIONS, NULLS_DELETE);
}

Err attributes_update_apply(Call *call, Cx *cx, struct Events *events)
{
    AttributesState *state = call->state;
    TRY(request_type_check(call, cx, state->input.context));
    return entity_update(cx, call->params[0], &state->input, events, &state->result);
}

/* UpdateResult (5.2.18), with fully qualified names (6.3.6). */
static void update_result_put(Call *call, const UpdateResult *result)
{
    JsonOut out = json_out(&call->body);
    json_begin(&out, '{');
    json_name(&out, S("updated"));
    json_begin(&out, '[');
    for (size_t i = 0; i < result->updated_count; i++)
        json_put_text(&out, result->updated[i]);
    json_end(&out, ']');
    json_name(&out, S("notUpdated"));
    json_begin(&out, '[');
    for (size_t i = 0; i < result->not_updated_count; i++) {
        json_begin(&out, '{');
        json_name(&out, S("attributeName"));
        json_put_text(&out, result->not_updated[i].attribute);
        json_name(&out, S("reason"));
        json_put_text(&out, str_from(result->not_updated[i].reason));
        json_end(&out, '}');
    }
    json_end(&out, ']');
    json_end(&out, '}');
}

Err attributes_encode(Call *call)
{
    const AttributesState *state = call->state;
    call->status = 204;
    if (state->result.not_updated_count == 0)
        return OK;
    call->status = 207;
    call_add_header(call, S("Content-Type"), S("application/json"));
    update_result_put(call, &state->result);
    return OK;
}

/* ---- attrs/{attr} ---- */

static Err fragment_decode(Call *call, InputOptions options)
{
    RequestBody body;
    EntityInput *input = arena_new(call->cx->arena, EntityInput);
    TRY(request_attribute_check(call, call->params[1]));
    TRY(request_body(call, &body));
    TRY(attribute_input_read(call->cx, body.context, call->params[1], (JsonValue){&body.json, 0},
                             options, input));
    call->state = input;
    return OK;
}

Err attribute_patch_decode(Call *call)
{
    return fragment_decode(call, (InputOptions){.fragment = true, .nulls = NULLS_DELETE});
}

Err attribute_patch_apply(Call *call, Cx *cx, struct Events *events)
{
    const EntityInput *input = call->state;
    TRY(request_type_check(call, cx, input->context));
    return entity_patch_attribute(cx, call->params[0], input, events);
}

Err attribute_replace_decode(Call *call)
{
    return fragment_decode(call, (InputOptions){.nulls = NULLS_REFUSED});
}

Err attribute_replace_apply(Call *call, Cx *cx, struct Events *events)
{
    const EntityInput *input = call->state;
    TRY(request_type_check(call, cx, input->context));
    return entity_replace_attribute(cx, call->params[0], input, events);
}

typedef struct RemoveState {
    const LdContext *context;
    Str attribute; /* IRI */
    Str dataset;
    bool all;
    bool scope; /* not an attribute, but removed like one (4.18) */
} RemoveState;

Err attribute_remove_decode(Call *call)
{
    RemoveState *state = arena_new(call->cx->arena, RemoveState);
    const LdContext *context;
    TRY(request_check(call));
    state->scope = str_eq(call->params[1], S("scope"));
    if (!state->scope)
        TRY(request_attribute_check(call, call->params[1]));
    TRY(request_link_context(call, &context));
    state->context = context;
    state->attribute = context_expand(context, call->cx->arena, call->params[1]);
    state->all = call_query_flag(call, S("deleteAll"));
    call->state = state;
    return request_dataset(call, &state->dataset);
}

Err attribute_remove_apply(Call *call, Cx *cx, struct Events *events)
{
    const RemoveState *state = call->state;
    TRY(request_type_check(call, cx, state->context));
    if (state->scope)
        return entity_remove_scope(cx, call->params[0], events);
    return entity_remove_attribute(cx, call->params[0], state->attribute, state->dataset,
                                   state->all, events);
}

/* entities and entities/{id} (6.4, 6.5). */
#include "api/ngsi_ld_request.h"

#include "base/calendar.h"
#include "base/str.h"

static const Str INPUT_OPTIONS[] = {
    S_INIT("keyValues"), S_INIT("simplified"), S_INIT("concise"), S_INIT("normalized"), {NULL, 0}};

/* Reads the body into call->state. */
static Err input_decode(Call *call, InputOptions options)
{
    RequestBody body;
    EntityInput *input = arena_new(call->cx->arena, EntityInput);
    TRY(request_check_options(call, INPUT_OPTIONS));
    TRY(request_body(call, &body));
    options.simplified = request_is_simplified(call);
    TRY(entity_input_read(call->cx, body.context, (JsonValue){&body.json, 0}, options, input));
    call->state = input;
    return OK;
}

/* ---- POST entities ---- */

Err entity_create_decode(Call *call)
{
    return input_decode(call, (InputOptions){.nulls = NULLS_REFUSED});
}

Err entity_create_apply(Call *call, Cx *cx, struct Events *events)
{
    return entity_create(cx, call->state, events);
}

Err entity_create_encode(Call *call)
{
    const EntityInput *input = call->state;
    call->status = 201;
    call_add_header(call, S("Location"), entity_location(call->cx->arena, input->id));
    return OK;
}

/* ---- GET entities/{id} ---- */

typedef struct GetState {
    EntityView view;
    Entity entity;
} GetState;

Err entity_get_decode(Call *call)
{
    GetState *state = arena_new(call->cx->arena, GetState);
    const LdContext *context;
    TRY(request_check(call));
    TRY(request_link_context(call, &context));
    TRY(request_view(call, context, &state->view));
    call->state = state;
    return OK;
}

Err entity_get_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    GetState *state = call->state;
    const Representation *how = &state->view.how;
    TRY(entity_get(cx, call->params[0], &state->entity));
    TRY(request_type_matches(call, cx, how->context, &state->entity));
    bool heads = how->keep_id || how->keep_type || how->keep_scope;
    if ((state->view.has_attrs || (how->has_pick && !heads)) &&
        !representation_shows(how, &state->entity))
        return fail(cx, ERR_NOT_FOUND, "attribute.unknown",
                    "the entity %.*s has none of the attributes asked for", SARG(call->params[0]));
    return OK;
}

Err entity_get_encode(Call *call)
{
    const GetState *state = call->state;
    answer_view_head(call, &state->view);
    represent_entity(&call->body, call->cx->arena, &state->view.how, &state->entity);
    return OK;
}

/* ---- PUT, PATCH, DELETE entities/{id} ---- */

Err entity_replace_decode(Call *call)
{
    return input_decode(call, (InputOptions){.fragment = true, .nulls = NULLS_REFUSED});
}

Err entity_replace_apply(Call *call, Cx *cx, struct Events *events)
{
    const EntityInput *input = call->state;
    TRY(request_type_check(call, cx, input->context));
    return entity_replace(cx, call->params[0], input, events);
}

typedef struct MergeState {
    EntityInput *input;
    MergeOptions options;
} MergeState;

Err entity_merge_decode(Call *call)
{
    MergeState *state = arena_new(call->cx->arena, MergeState);
    int64_t at_us;
    TRY(input_decode(call, (InputOptions){.fragment = true, .nulls = NULLS_MERGE}));
    state->input = call->state;
    state->options = (MergeOptions){.observed_at = call_query(call, S("observedAt")),
                                    .lang = call_query(call, S("lang"))};
    if (state->options.observed_at.p && !time_parse(state->options.observed_at, &at_us))
        return fail(call->cx, ERR_INVALID, "request.query",
                    "observedAt is not a DateTime like 2026-01-31T12:00:00Z: \"%.*s\"",
                    SARG(str_slice(state->options.observed_at, 0, 60)));
    call->state = state;
    return OK;
}

Err entity_merge_apply(Call *call, Cx *cx, struct Events *events)
{
    const MergeState *state = call->state;
    TRY(request_type_check(call, cx, state->input->context));
    return entity_merge(cx, call->params[0], state->input, state->options, events);
}

Err entity_remove_decode(Call *call)
{
    const LdContext *context;
    TRY(request_check(call));
    TRY(request_link_context(call, &context));
    call->state = (void *)(uintptr_t)context;
    return OK;
}

Err entity_remove_apply(Call *call, Cx *cx, struct Events *events)
{
    TRY(request_type_check(call, cx, call->state));
    return entity_remove(cx, call->params[0], events);
}

Err no_content_encode(Call *call)
{
    call->status = 204;
    return OK;
}

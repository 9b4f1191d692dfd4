#include "api/ngsi_ld_subscription.h"

#include "api/ngsi_ld_request.h"
#include "base/str.h"
#include "base/uri.h"
#include "systems/subscription.h"

typedef struct WriteState {
    RequestBody body;
    Str id; /* of a new one */
} WriteState;

static Err check_id(Call *call)
{
    if (uri_is_absolute(call->params[0]))
        return OK;
    return fail(call->cx, ERR_INVALID, "subscription.id", "the id is not a URI: %.*s",
                SARG(str_slice(call->params[0], 0, 200)));
}

static Err body_decode(Call *call, WriteState **ret)
{
    WriteState *state = arena_new(call->cx->arena, WriteState);
    TRY(request_body(call, &state->body));
    state->body.root.doc = &state->body.json;
    call->state = state;
    *ret = state;
    return OK;
}

/* ---- POST subscriptions ---- */

Err subscription_create_decode(Call *call)
{
    WriteState *state;
    TRY(body_decode(call, &state));
    state->id = subscription_new_id(call->cx->arena);
    return OK;
}

Err subscription_create_apply(Call *call, Cx *cx, struct Events *events)
{
    WriteState *state = call->state;
    return subscription_create(cx, services_of(call)->contexts, state->body.context,
                               state->body.root, state->id, events, &state->id);
}

Err subscription_create_encode(Call *call)
{
    const WriteState *state = call->state;
    Str tail = str_from_index(entity_location(call->cx->arena, state->id),
                              sizeof NGSI_LD_BASE "/entities/" - 1);
    call->status = 201;
    call_add_header(call, S("Location"),
                    arena_fmt(call->cx->arena, NGSI_LD_BASE "/subscriptions/%.*s", SARG(tail)));
    return OK;
}

/* ---- PATCH, DELETE subscriptions/{id} ---- */

Err subscription_update_decode(Call *call)
{
    WriteState *state;
    TRY(check_id(call));
    return body_decode(call, &state);
}

Err subscription_update_apply(Call *call, Cx *cx, struct Events *events)
{
    const WriteState *state = call->state;
    return subscription_update(cx, services_of(call)->contexts, state->body.context,
                               call->params[0], state->body.root, events);
}

Err subscription_remove_decode(Call *call)
{
    TRY(check_id(call));
    return request_check(call);
}

Err subscription_remove_apply(Call *call, Cx *cx, struct Events *events)
{
    return subscription_remove(cx, call->params[0], events);
}

/* ---- GET subscriptions, subscriptions/{id} ---- */

typedef struct ReadState {
    const LdContext *context;
    Media media;
    SubscriptionRow *rows;
    size_t count;
    uint64_t total;
    int64_t limit, offset;
} ReadState;

static Err read_decode(Call *call, ReadState **ret)
{
    ReadState *state = arena_new(call->cx->arena, ReadState);
    TRY(request_check(call));
    TRY(request_link_context(call, &state->context));
    TRY(request_accept(call, false, &state->media));
    call->state = state;
    *ret = state;
    return OK;
}

Err subscription_get_decode(Call *call)
{
    ReadState *state;
    TRY(check_id(call));
    return read_decode(call, &state);
}

Err subscription_get_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    ReadState *state = call->state;
    state->rows = arena_new(cx->arena, SubscriptionRow);
    return subscription_get(cx, call->params[0], state->rows);
}

Err subscription_get_encode(Call *call)
{
    const ReadState *state = call->state;
    answer_head(call, state->media, state->context);
    subscription_put(call->cx, state->context, state->rows, state->media == MEDIA_LD, &call->body);
    return OK;
}

Err subscription_list_decode(Call *call)
{
    ReadState *state;
    TRY(read_decode(call, &state));
    TRY(call_query_i64(call, S("limit"), QUERY_LIMIT_DEFAULT, 0, INT64_MAX, &state->limit));
    TRY(call_query_i64(call, S("offset"), 0, 0, INT32_MAX, &state->offset));
    if (state->limit > QUERY_LIMIT_MAX)
        return fail(call->cx, ERR_LIMIT, "request.limit", "limit is %d at the most",
                    QUERY_LIMIT_MAX);
    return OK;
}

Err subscription_list_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    ReadState *state = call->state;
    return subscription_list(cx, (size_t)state->limit, (size_t)state->offset, &state->rows,
                             &state->count, &state->total);
}

static void page_link(Call *call, const ReadState *state, int64_t offset, const char *rel)
{
    call_add_header(call, S("Link"),
                    arena_fmt(call->cx->arena,
                              "<" NGSI_LD_BASE "/subscriptions?limit=%lld&offset=%lld>; "
                              "rel=\"%s\"; type=\"application/ld+json\"",
                              (long long)state->limit, (long long)offset, rel));
}

Err subscription_list_encode(Call *call)
{
    const ReadState *state = call->state;
    answer_head(call, state->media, state->context);
    if (state->offset)
        page_link(call, state, MAX(state->offset - state->limit, 0), "prev");
    if ((uint64_t)state->offset + state->count < state->total)
        page_link(call, state, state->offset + state->limit, "next");
    if (call_query_flag(call, S("count")))
        call_add_header(call, S("NGSILD-Results-Count"),
                        arena_fmt(call->cx->arena, "%llu", (unsigned long long)state->total));
    buf_char(&call->body, '[');
    for (size_t i = 0; i < state->count; i++) {
        if (i)
            buf_char(&call->body, ',');
        subscription_put(call->cx, state->context, &state->rows[i], state->media == MEDIA_LD,
                         &call->body);
    }
    buf_char(&call->body, ']');
    return OK;
}

/* jsonldContexts (6.29, 6.30), as far as contexts that are held here are told and served; and
 * info/sourceIdentity (6.37). */
#include "api/ngsi_ld_request.h"

#include "base/calendar.h"
#include "base/str.h"

typedef struct ContextsState {
    bool details;
} ContextsState;

Err contexts_list_decode(Call *call)
{
    ContextsState *state = arena_new(call->cx->arena, ContextsState);
    TRY(request_check(call));
    state->details = call_query_flag(call, S("details"));
    call->state = state;
    return OK;
}

Err contexts_list_encode(Call *call)
{
    const ContextsState *state = call->state;
    const ContextStore *contexts = services_of(call)->contexts;
    Str kind = call_query(call, S("kind"));
    call_add_header(call, S("Content-Type"), S("application/json"));
    JsonOut out = json_out(&call->body);
    json_begin(&out, '[');
    for (size_t i = 0; i < context_store_count(contexts); i++) {
        ContextDocument document = context_store_at(contexts, i);
        if (kind.p && !str_eq_nocase(kind, S("Cached")))
            continue;
        if (!state->details) {
            json_put_text(&out, document.url);
            continue;
        }
        json_begin(&out, '{');
        json_name(&out, S("URL"));
        json_put_text(&out, document.url);
        json_name(&out, S("localId"));
        json_put_text(&out, document.url);
        json_name(&out, S("kind"));
        json_put_text(&out, S("Cached"));
        json_end(&out, '}');
    }
    json_end(&out, ']');
    return OK;
}

Err context_serve_encode(Call *call)
{
    ContextDocument document;
    TRY(request_check(call));
    if (!context_store_find(services_of(call)->contexts, call->params[0], &document))
        return fail(call->cx, ERR_NOT_FOUND, "context.none", "there is no @context %.*s here",
                    SARG(str_slice(call->params[0], 0, 200)));
    call_add_header(call, S("Content-Type"), S("application/ld+json"));
    buf_put(&call->body, document.text);
    return OK;
}

/* ---- info/sourceIdentity (5.2.40) ---- */

Err source_identity_encode(Call *call)
{
    const NgsiLdServices *services = services_of(call);
    Media media;
    TRY(request_check(call));
    TRY(request_accept(call, false, &media));
    int64_t now_us = cx_now_us(call->cx);
    int64_t up_s = services->started_us ? (now_us - services->started_us) / TIME_SECOND_US : 0;
    const LdContext *core = context_core(services->contexts);
    answer_head(call, media, core);
    JsonOut out = json_out(&call->body);
    json_begin(&out, '{');
    json_name(&out, S("id"));
    json_put_text(&out, S("urn:ngsi-ld:ContextSourceIdentity:hanse"));
    json_name(&out, S("type"));
    json_put_text(&out, S("ContextSourceIdentity"));
    json_name(&out, S("contextSourceAlias"));
    json_put_text(&out, S("hanse"));
    json_name(&out, S("contextSourceUptime"));
    json_put_text(&out, arena_fmt(call->cx->arena, "PT%lldS", (long long)MAX(up_s, 0)));
    json_name(&out, S("contextSourceTimeAt"));
    Buf now = buf_new(call->cx->arena, 64);
    buf_time(&now, now_us);
    json_put_text(&out, buf_str(&now));
    if (media == MEDIA_LD) {
        json_name(&out, S("@context"));
        json_put_span(&out, context_json(core));
    }
    json_end(&out, '}');
    return OK;
}

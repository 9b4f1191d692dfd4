/* types, types/{type}, attributes, attributes/{attr} (6.25 to 6.28). */
#include "api/ngsi_ld_request.h"

#include "base/str.h"
#include "systems/entity_discovery.h"

typedef struct DiscoveryState {
    const LdContext *context;
    Media media;
    bool details;
    Str name; /* the IRI asked for */
    TypeCount *types;
    size_t type_count;
    AttributeInfo *attributes;
    size_t attribute_count;
} DiscoveryState;

Err discovery_decode(Call *call)
{
    DiscoveryState *state = arena_new(call->cx->arena, DiscoveryState);
    TRY(request_check(call));
    TRY(request_link_context(call, &state->context));
    TRY(request_accept(call, false, &state->media));
    state->details = call_query_flag(call, S("details"));
    if (call->param_count)
        state->name = context_expand(state->context, call->cx->arena, call->params[0]);
    call->state = state;
    return OK;
}

/* ---- Writing ---- */

static Str short_name(Call *call, Str iri)
{
    const DiscoveryState *state = call->state;
    return context_compact(state->context, call->cx->arena, iri);
}

static void head_put(JsonOut *out, Str id, Str type)
{
    json_begin(out, '{');
    json_name(out, S("id"));
    json_put_text(out, id);
    json_name(out, S("type"));
    json_put_text(out, type);
}

static void end_put(Call *call, JsonOut *out)
{
    const DiscoveryState *state = call->state;
    if (state->media == MEDIA_LD) {
        json_name(out, S("@context"));
        json_put_span(out, context_json(state->context));
    }
    json_end(out, '}');
}

static void names_put(Call *call, JsonOut *out, Str member, const Str *iris, size_t count)
{
    json_name(out, member);
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(out, short_name(call, iris[i]));
    json_end(out, ']');
}

static void kinds_put(JsonOut *out, uint32_t kinds)
{
    json_name(out, S("attributeTypes"));
    json_begin(out, '[');
    for (AttributeKind kind = KIND_PROPERTY; kind < KIND_COUNT_; kind++)
        if (kinds & (1u << kind))
            json_put_text(out, ATTRIBUTE_KINDS[kind].type);
    json_end(out, ']');
}

static bool info_has_type(const AttributeInfo *info, Str type)
{
    for (size_t i = 0; i < info->type_count; i++)
        if (str_eq(info->types[i], type))
            return true;
    return false;
}

/* ---- types ---- */

Err types_list_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    DiscoveryState *state = call->state;
    Str none = {NULL, 0};
    TRY(entity_types_list(cx, &state->types, &state->type_count));
    if (!state->details)
        return OK;
    return entity_attributes_list(cx, none, none, &state->attributes, &state->attribute_count);
}

static void type_put(Call *call, JsonOut *out, Str type)
{
    const DiscoveryState *state = call->state;
    head_put(out, type, S("EntityType"));
    json_name(out, S("typeName"));
    json_put_text(out, short_name(call, type));
    json_name(out, S("attributeNames"));
    json_begin(out, '[');
    for (size_t i = 0; i < state->attribute_count; i++)
        if (info_has_type(&state->attributes[i], type))
            json_put_text(out, short_name(call, state->attributes[i].attribute));
    json_end(out, ']');
    end_put(call, out);
}

Err types_list_encode(Call *call)
{
    const DiscoveryState *state = call->state;
    JsonOut out = json_out(&call->body);
    answer_head(call, state->media, state->context);
    if (state->details) {
        json_begin(&out, '[');
        for (size_t i = 0; i < state->type_count; i++)
            type_put(call, &out, state->types[i].type);
        json_end(&out, ']');
        return OK;
    }
    Str *iris = arena_array(call->cx->arena, Str, state->type_count + 1);
    for (size_t i = 0; i < state->type_count; i++)
        iris[i] = state->types[i].type;
    head_put(&out, S("urn:ngsi-ld:EntityTypeList:hanse"), S("EntityTypeList"));
    names_put(call, &out, S("typeList"), iris, state->type_count);
    end_put(call, &out);
    return OK;
}

Err type_get_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    DiscoveryState *state = call->state;
    TRY(entity_types_list(cx, &state->types, &state->type_count));
    size_t i = 0;
    while (i < state->type_count && !str_eq(state->types[i].type, state->name))
        i++;
    if (i == state->type_count)
        return fail(cx, ERR_NOT_FOUND, "type.unknown", "there is no entity of type %.*s",
                    SARG(state->name));
    state->types += i;
    state->type_count = 1;
    return entity_attributes_list(cx, state->name, (Str){NULL, 0}, &state->attributes,
                                  &state->attribute_count);
}

Err type_get_encode(Call *call)
{
    const DiscoveryState *state = call->state;
    JsonOut out = json_out(&call->body);
    answer_head(call, state->media, state->context);
    head_put(&out, state->name, S("EntityTypeInfo"));
    json_name(&out, S("typeName"));
    json_put_text(&out, short_name(call, state->name));
    json_name(&out, S("entityCount"));
    json_put_i64(&out, state->types[0].entities);
    json_name(&out, S("attributeDetails"));
    json_begin(&out, '[');
    for (size_t i = 0; i < state->attribute_count; i++) {
        const AttributeInfo *info = &state->attributes[i];
        head_put(&out, info->attribute, S("Attribute"));
        json_name(&out, S("attributeName"));
        json_put_text(&out, short_name(call, info->attribute));
        kinds_put(&out, info->kinds);
        json_end(&out, '}');
    }
    json_end(&out, ']');
    end_put(call, &out);
    return OK;
}

/* ---- attributes ---- */

Err attributes_list_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    DiscoveryState *state = call->state;
    Str none = {NULL, 0};
    return entity_attributes_list(cx, none, none, &state->attributes, &state->attribute_count);
}

Err attributes_list_encode(Call *call)
{
    const DiscoveryState *state = call->state;
    JsonOut out = json_out(&call->body);
    answer_head(call, state->media, state->context);
    Str *iris = arena_array(call->cx->arena, Str, state->attribute_count + 1);
    for (size_t i = 0; i < state->attribute_count; i++)
        iris[i] = state->attributes[i].attribute;
    if (!state->details) {
        head_put(&out, S("urn:ngsi-ld:AttributeList:hanse"), S("AttributeList"));
        names_put(call, &out, S("attributeList"), iris, state->attribute_count);
        end_put(call, &out);
        return OK;
    }
    json_begin(&out, '[');
    for (size_t i = 0; i < state->attribute_count; i++) {
        const AttributeInfo *info = &state->attributes[i];
        head_put(&out, info->attribute, S("Attribute"));
        json_name(&out, S("attributeName"));
        json_put_text(&out, short_name(call, info->attribute));
        names_put(call, &out, S("typeNames"), info->types, info->type_count);
        end_put(call, &out);
    }
    json_end(&out, ']');
    return OK;
}

Err attribute_get_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    DiscoveryState *state = call->state;
    TRY(entity_attributes_list(cx, (Str){NULL, 0}, state->name, &state->attributes,
                               &state->attribute_count));
    if (state->attribute_count == 0)
        return fail(cx, ERR_NOT_FOUND, "attribute.unknown", "no entity has an attribute %.*s",
                    SARG(state->name));
    return OK;
}

Err attribute_get_encode(Call *call)
{
    const DiscoveryState *state = call->state;
    const AttributeInfo *info = &state->attributes[0];
    JsonOut out = json_out(&call->body);
    answer_head(call, state->media, state->context);
    head_put(&out, info->attribute, S("Attribute"));
    json_name(&out, S("attributeName"));
    json_put_text(&out, short_name(call, info->attribute));
    json_name(&out, S("attributeCount"));
    json_put_i64(&out, info->entities);
    kinds_put(&out, info->kinds);
    names_put(call, &out, S("typeNames"), info->types, info->type_count);
    end_put(call, &out);
    return OK;
}

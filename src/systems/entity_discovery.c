#include "systems/entity_discovery.h"

#include "base/str.h"
#include "systems/context_part.h"
#include "systems/entity_store.h"
#include "systems/entity_text.h"

#include <stdlib.h>

static TenantId tenant_of(const Cx *cx)
{
    return cx->actor ? cx->actor->tenant : TENANT_DEFAULT;
}

Err entity_types_list(Cx *cx, TypeCount **ret, size_t *ret_count)
{
    return entity_store_types(cx, tenant_of(cx), ret, ret_count);
}

/* ---- Attributes ---- */

typedef struct Found {
    AttributeInfo info;
    Str *types;
    size_t type_cap;
} Found;

typedef struct Survey {
    Cx *cx;
    Str only;
    Found *found;
    size_t count, cap;
    uint32_t *slots; /* index + 1, by the IRI's hash */
    size_t slot_count;
} Survey;

static void slots_fill(Survey *survey)
{
    survey->slot_count = survey->cap * 2;
    survey->slots = arena_array(survey->cx->arena, uint32_t, survey->slot_count);
    for (uint32_t i = 0; i < survey->count; i++) {
        size_t at = ld_hash(survey->found[i].info.attribute) & (survey->slot_count - 1);
        while (survey->slots[at])
            at = (at + 1) & (survey->slot_count - 1);
        survey->slots[at] = i + 1;
    }
}

static Err attribute_found(Survey *survey, Str iri, Found **ret)
{
    size_t mask = survey->slot_count - 1;
    size_t at = survey->slot_count ? ld_hash(iri) & mask : 0;
    for (; survey->slot_count && survey->slots[at]; at = (at + 1) & mask)
        if (str_eq(survey->found[survey->slots[at] - 1].info.attribute, iri)) {
            *ret = &survey->found[survey->slots[at] - 1];
            return OK;
        }
    if (survey->count == DISCOVERY_ATTRIBUTES_MAX)
        return fail(survey->cx, ERR_LIMIT, "discovery.large", "more than %d attributes",
                    DISCOVERY_ATTRIBUTES_MAX);
    if (survey->count == survey->cap) {
        size_t cap = MAX(survey->cap * 2, 32);
        survey->found = arena_grow(survey->cx->arena, survey->found, survey->cap * sizeof(Found),
                                   cap * sizeof(Found), _Alignof(Found));
        survey->cap = cap;
        slots_fill(survey);
    }
    Found *found = &survey->found[survey->count++];
    *found = (Found){.info = {.attribute = arena_copy(survey->cx->arena, iri)}};
    at = ld_hash(iri) & (survey->slot_count - 1);
    while (survey->slots[at])
        at = (at + 1) & (survey->slot_count - 1);
    survey->slots[at] = (uint32_t)survey->count;
    *ret = found;
    return OK;
}

static void type_add(Survey *survey, Found *found, Str type)
{
    for (size_t i = 0; i < found->info.type_count; i++)
        if (str_eq(found->types[i], type))
            return;
    if (found->info.type_count == found->type_cap) {
        size_t cap = MAX(found->type_cap * 2, 2);
        found->types = arena_grow(survey->cx->arena, found->types, found->type_cap * sizeof(Str),
                                  cap * sizeof(Str), _Alignof(Str));
        found->type_cap = cap;
        found->info.types = found->types;
    }
    found->types[found->info.type_count++] = arena_copy(survey->cx->arena, type);
}

/* Called for each row; the entity is gone afterwards. */
static Err entity_survey(void *user, const Entity *entity)
{
    Survey *survey = user;
    Arena *arena = survey->cx->arena;
    if (entity->expires_us && entity->expires_us <= cx_now_us(survey->cx))
        return OK;
    for (JsonIter it = json_iter(json_root(&entity->doc)); json_next(&it);) {
        Str iri = json_text(arena, it.key);
        JsonValue instance, type;
        Found *found = NULL;
        if (survey->only.p && !str_eq(iri, survey->only))
            continue;
        TRY(attribute_found(survey, iri, &found));
        found->info.entities++;
        for (Instances list = instances_of(it.value); instances_next(&list, &instance);)
            if (json_find(instance, S("type"), &type) && json_is(type, JSON_STRING))
                found->info.kinds |= 1u << kind_of_type(json_raw(type));
        for (size_t i = 0; i < entity->type_count; i++)
            type_add(survey, found, entity->types[i]);
    }
    return OK;
}

static int by_iri(const void *a, const void *b)
{
    return str_cmp(((const AttributeInfo *)a)->attribute, ((const AttributeInfo *)b)->attribute);
}

Err entity_attributes_list(Cx *cx, Str type, Str attribute, AttributeInfo **ret, size_t *ret_count)
{
    Survey survey = {.cx = cx, .only = attribute};
    TRY(entity_store_each(cx, tenant_of(cx), type, entity_survey, &survey));
    AttributeInfo *list = arena_array(cx->arena, AttributeInfo, survey.count + 1);
    for (size_t i = 0; i < survey.count; i++)
        list[i] = survey.found[i].info;
    qsort(list, survey.count, sizeof *list, by_iri);
    *ret = list;
    *ret_count = survey.count;
    return OK;
}

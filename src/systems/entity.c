#include "systems/entity.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/uri.h"
#include "core/audit.h"
#include "systems/entity_store.h"
#include "systems/entity_text.h"
#include "systems/geo.h"
#include "systems/history.h"

const EventKind ENTITY_CHANGED = {"entity.changed"};

static TenantId tenant_of(const Cx *cx)
{
    return cx->actor ? cx->actor->tenant : TENANT_DEFAULT;
}

/* ---- Reading ---- */

static bool is_over(const Cx *cx, const Entity *entity)
{
    return entity->expires_us && entity->expires_us <= cx_now_us(cx);
}

Err entity_find(Cx *cx, Str id, Entity *ret, bool *ret_found)
{
    bool found;
    Entity entity;
    TRY(entity_store_find(cx, tenant_of(cx), id, &entity, &found));
    found = found && !is_over(cx, &entity);
    if (found)
        *ret = entity;
    *ret_found = found;
    return OK;
}

Err entity_get(Cx *cx, Str id, Entity *ret)
{
    bool found;
    TRY(entity_find(cx, id, ret, &found));
    if (!found && !uri_is_absolute(id))
        return fail(cx, ERR_INVALID, "entity.id", "the id is not a URI: %.*s",
                    SARG(str_slice(id, 0, 200)));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "entity.unknown", "there is no entity %.*s", SARG(id));
    return OK;
}

bool entity_instance(const Entity *entity, Str attribute, Str dataset, JsonValue *ret)
{
    JsonValue value, instance, id;
    if (!json_find(json_root(&entity->doc), attribute, &value))
        return false;
    for (Instances list = instances_of(value); instances_next(&list, &instance);) {
        bool has = json_find(instance, S("datasetId"), &id);
        if (dataset.p ? has && json_text_is(id, dataset) : !has) {
            *ret = instance;
            return true;
        }
    }
    return false;
}

/* ---- What a change leaves behind ---- */

static Entity *entity_keep(Cx *cx, const Entity *entity)
{
    Entity *kept = arena_new(cx->arena, Entity);
    *kept = *entity;
    return kept;
}

static bool is_all_late(const TextResult *result)
{
    for (size_t i = 0; i < result->change_count; i++)
        if (!result->changes[i].late)
            return false;
    return result->change_count > 0;
}

/* History and the index of places in the same commit, and the event for projections and effects.
 * A value that came late goes to history only. */
static Err change_tell(Cx *cx, EntityVerb verb, const Entity *before, const Entity *after,
                       const TextResult *result, Events *events)
{
    EntityChange *change = arena_new(cx->arena, EntityChange);
    *change = (EntityChange){.verb = verb,
                             .before = before,
                             .after = after,
                             .attributes = result->changes,
                             .attribute_count = result->change_count,
                             .at_us = cx_now_us(cx)};
    TRY(history_record(cx, change));
    if (verb == ENTITY_UPDATED && is_all_late(result))
        return OK;
    TRY(geo_index(cx, change));
    event_add(events, &ENTITY_CHANGED, change);
    return OK;
}

/* What was deleted stands in the entity as it was, which must be the copy that outlives the call:
 * effects look at it after the commit. */
static void deletions_place(const Entity *old, TextResult *result)
{
    for (size_t i = 0; i < result->change_count; i++) {
        AttributeChange *change = &result->changes[i];
        if (change->verb == ATTRIBUTE_DELETED)
            ASSERT(entity_instance(old, change->attribute, change->dataset, &change->instance));
    }
}

/* What a change made of the document; the only place where it can grow. */
static Err document_parse(Cx *cx, Str text, Json *ret)
{
    TRY(json_parse(cx, text, ret));
    if (json_count(json_root(ret)) > ENTITY_ATTRIBUTES_MAX)
        return fail(cx, ERR_LIMIT, "entity.attributes",
                    "an entity has at most %d attributes, this one would have %u",
                    ENTITY_ATTRIBUTES_MAX, json_count(json_root(ret)));
    return OK;
}

/* Stores what came of an update, where anything did. `after` has types, scopes and end already. */
static Err update_store(Cx *cx, const Entity *before, Entity *after, TextResult *result,
                        Events *events)
{
    bool same = after->types == before->types && after->scopes == before->scopes &&
                after->expires_us == before->expires_us;
    if (same && !result->changed)
        return OK;
    Entity *old = entity_keep(cx, before);
    if (same && is_all_late(result))
        return change_tell(cx, ENTITY_UPDATED, old, old, result, events);
    after->version++;
    after->modified_us = cx_now_us(cx);
    TRY(document_parse(cx, result->doc, &after->doc));
    TRY(entity_store_set(cx, after, before));
    Entity *kept = entity_keep(cx, after);
    text_changes_place(kept, result);
    deletions_place(old, result);
    return change_tell(cx, ENTITY_UPDATED, old, kept, result, events);
}

/* ---- Types and scopes ---- */

static bool list_has(const Str *list, size_t count, Str one)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i], one))
            return true;
    return false;
}

/* Both lists; *list stays the same pointer where nothing is added. */
static Err list_join(Cx *cx, const char *what, const Str **list, size_t *count, const Str *more,
                     size_t more_count)
{
    Str *joined = NULL;
    size_t n = *count;
    for (size_t i = 0; i < more_count; i++) {
        if (list_has(*list, *count, more[i]))
            continue;
        if (!joined) {
            joined = arena_array(cx->arena, Str, *count + more_count);
            memcpy(joined, *list, *count * sizeof(Str));
        }
        joined[n++] = more[i];
    }
    if (n > ENTITY_TYPES_MAX)
        return fail(cx, ERR_LIMIT, "entity.large", "more than %d %s", ENTITY_TYPES_MAX, what);
    if (joined) {
        *list = joined;
        *count = n;
    }
    return OK;
}

typedef enum ScopeRule { SCOPE_SET, SCOPE_ADD, SCOPE_SET_WHERE_ONE_IS } ScopeRule;

static Err scopes_apply(Cx *cx, const EntityInput *input, ScopeRule rule, Entity *after)
{
    if (!input->has_scopes || (rule == SCOPE_SET_WHERE_ONE_IS && after->scope_count == 0))
        return OK;
    if (rule == SCOPE_ADD)
        return list_join(cx, "scopes", &after->scopes, &after->scope_count, input->scopes,
                         input->scope_count);
    after->scopes = input->scope_count ? input->scopes : NULL;
    after->scope_count = input->scope_count;
    return OK;
}

static Err head_apply(Cx *cx, const EntityInput *input, ScopeRule rule, Entity *after)
{
    if (input->id.p && !str_eq(input->id, after->id))
        return fail(cx, ERR_INVALID, "entity.id", "the body's id %.*s is not the one asked for",
                    SARG(str_slice(input->id, 0, 200)));
    TRY(list_join(cx, "types", &after->types, &after->type_count, input->types, input->type_count));
    TRY(scopes_apply(cx, input, rule, after));
    if (input->has_expires)
        after->expires_us = input->expires_us;
    return OK;
}

/* ---- Writing ---- */

static Err entity_drop(Cx *cx, const Entity *entity, Events *events)
{
    TextResult result;
    EntityInput nothing = {0};
    TRY(json_parse(cx, S("{}"), &nothing.doc));
    TRY(text_apply(cx, &entity->doc, &nothing, (TextRules){.drop_others = true}, &result));
    TRY(entity_store_remove(cx, entity));
    return change_tell(cx, ENTITY_DELETED, entity_keep(cx, entity), NULL, &result, events);
}

static Err expired_clear(Cx *cx, Str id, Events *events)
{
    Entity old;
    bool found;
    TRY(entity_store_find(cx, tenant_of(cx), id, &old, &found));
    if (found && is_over(cx, &old))
        return entity_drop(cx, &old, events);
    return fail(cx, ERR_CONFLICT, "entity.exists", "there is an entity %.*s already", SARG(id));
}

Err entity_create(Cx *cx, const EntityInput *input, Events *events)
{
    TextResult result;
    TRY(text_apply(cx, NULL, input, (TextRules){0}, &result));
    int64_t now_us = cx_now_us(cx);
    Entity entity = {.tenant = tenant_of(cx),
                     .id = input->id,
                     .types = input->types,
                     .type_count = input->type_count,
                     .scopes = input->scopes,
                     .scope_count = input->scope_count,
                     .version = 1,
                     .created_us = now_us,
                     .modified_us = now_us,
                     .expires_us = input->expires_us};
    bool added;
    TRY(document_parse(cx, result.doc, &entity.doc));
    TRY(entity_store_add(cx, &entity, &entity.key, &added));
    if (!added) {
        TRY(expired_clear(cx, input->id, events));
        TRY(entity_store_add(cx, &entity, &entity.key, &added));
        ASSERT(added);
    }
    Entity *kept = entity_keep(cx, &entity);
    text_changes_place(kept, &result);
    return change_tell(cx, ENTITY_CREATED, NULL, kept, &result, events);
}

Err entity_replace(Cx *cx, Str id, const EntityInput *input, Events *events)
{
    Entity before;
    TextResult result;
    TRY(entity_get(cx, id, &before));
    Entity after = before;
    TRY(head_apply(cx, input, SCOPE_SET, &after));
    if (input->type_count) {
        after.types = input->types;
        after.type_count = input->type_count;
    }
    after.scopes = input->scopes;
    after.scope_count = input->scope_count;
    after.expires_us = input->expires_us;
    TextRules rules = {.drop_others = true, .ignore_age = true};
    TRY(text_apply(cx, &before.doc, input, rules, &result));
    return update_store(cx, &before, &after, &result, events);
}

static Err fragment_apply(Cx *cx, Str id, const EntityInput *input, TextRules rules,
                          ScopeRule scope_rule, Events *events, UpdateResult *ret)
{
    Entity before;
    TextResult result;
    TRY(entity_get(cx, id, &before));
    Entity after = before;
    TRY(head_apply(cx, input, scope_rule, &after));
    TRY(text_apply(cx, &before.doc, input, rules, &result));
    TRY(update_store(cx, &before, &after, &result, events));
    if (ret)
        *ret = result.update;
    return OK;
}

Err entity_merge(Cx *cx, Str id, const EntityInput *input, MergeOptions options, Events *events)
{
    TextRules rules = {.instance = INSTANCE_MERGE, .merge = options};
    return fragment_apply(cx, id, input, rules, SCOPE_SET, events, NULL);
}

Err entity_append(Cx *cx, Str id, const EntityInput *input, bool overwrite, Events *events,
                  UpdateResult *ret)
{
    TextRules rules = {.keep_existing = !overwrite};
    return fragment_apply(cx, id, input, rules, overwrite ? SCOPE_SET : SCOPE_ADD, events, ret);
}

Err entity_update(Cx *cx, Str id, const EntityInput *input, Events *events, UpdateResult *ret)
{
    return fragment_apply(cx, id, input, (TextRules){0}, SCOPE_SET_WHERE_ONE_IS, events, ret);
}

Err entity_patch_attribute(Cx *cx, Str id, const EntityInput *fragment, Events *events)
{
    TextRules rules = {.instance = INSTANCE_PATCH, .must_exist = true};
    return fragment_apply(cx, id, fragment, rules, SCOPE_SET, events, NULL);
}

Err entity_replace_attribute(Cx *cx, Str id, const EntityInput *fragment, Events *events)
{
    TextRules rules = {.must_exist = true, .ignore_age = true};
    return fragment_apply(cx, id, fragment, rules, SCOPE_SET, events, NULL);
}

Err entity_remove_attribute(Cx *cx, Str id, Str attribute, Str dataset, bool all, Events *events)
{
    Entity before;
    TextResult result;
    TRY(entity_get(cx, id, &before));
    Entity after = before;
    TRY(text_remove(cx, &before.doc, attribute, dataset, all, &result));
    return update_store(cx, &before, &after, &result, events);
}

Err entity_remove_scope(Cx *cx, Str id, Events *events)
{
    Entity before;
    TRY(entity_get(cx, id, &before));
    if (!before.scope_count)
        return fail(cx, ERR_NOT_FOUND, "attribute.unknown", "the entity %.*s has no scope",
                    SARG(id));
    Entity after = before;
    after.scopes = NULL;
    after.scope_count = 0;
    TextResult result = {.doc = json_span(json_root(&before.doc))};
    return update_store(cx, &before, &after, &result, events);
}

/* ---- Removal ---- */

/* Machines come and go by the thousand; what a person takes away is written down. */
static Err audit_removal(Cx *cx, const Entity *entity)
{
    if (!cx->actor || !cx->actor->person.v || cx->actor->token)
        return OK;
    Buf types = buf_new(cx->arena, AUDIT_DETAIL_BYTES_MAX);
    for (size_t i = 0; i < entity->type_count && !types.overflow; i++)
        buf_fmt(&types, "%s%.*s", i ? " " : "", SARG(entity->types[i]));
    return audit_add(cx, S("entity.remove"), S("entity"), entity->id, buf_str(&types));
}

Err entity_remove(Cx *cx, Str id, Events *events)
{
    Entity entity;
    TRY(entity_get(cx, id, &entity));
    TRY(audit_removal(cx, &entity));
    return entity_drop(cx, &entity, events);
}

Err entity_remove_expired(Cx *cx, size_t limit, Events *events, size_t *ret_removed)
{
    Str *ids = arena_array(cx->arena, Str, limit + 1);
    size_t count, removed = 0;
    TRY(entity_store_expired(cx, tenant_of(cx), cx_now_us(cx), limit, ids, &count));
    for (size_t i = 0; i < count; i++) {
        Entity entity;
        bool found;
        TRY(entity_store_find(cx, tenant_of(cx), ids[i], &entity, &found));
        if (!found)
            continue;
        TRY(entity_drop(cx, &entity, events));
        removed++;
    }
    *ret_removed = removed;
    return OK;
}

#include "systems/entity_batch.h"

#include "base/str.h"

typedef struct Batch {
    Cx *cx;
    BatchVerb verb;
    MergeOptions merge;
    Events *events;
    Str *created;
    Str *updated;
    BatchError *errors;
    BatchResult result;
} Batch;

static void error_add(Batch *batch, Str id, const Error *error)
{
    batch->errors[batch->result.error_count++] = (BatchError){id, error};
}

/* The attributes that noOverwrite kept, told as one error of the entity. */
static void not_updated_add(Batch *batch, Str id, const UpdateResult *update)
{
    Buf names = buf_new(batch->cx->arena, 1000);
    for (size_t i = 0; i < update->not_updated_count; i++) {
        size_t before = names.n;
        if (i)
            buf_put(&names, S(", "));
        buf_put(&names, update->not_updated[i].attribute);
        if (names.overflow) {
            names.overflow = false;
            buf_truncate(&names, before);
            break;
        }
    }
    Error *error = arena_new(batch->cx->arena, Error);
    *error = (Error){.code = ERR_CONFLICT,
                     .key = "attribute.exists",
                     .detail = arena_fmt(batch->cx->arena,
                                         "there already, and overwriting was refused: %.*s",
                                         SARG(buf_str(&names))),
                     .file = __FILE__,
                     .line = __LINE__};
    error_add(batch, id, error);
}

static Err item_update(Batch *batch, const BatchItem *item, bool overwrite)
{
    UpdateResult update;
    TRY(entity_append(batch->cx, item->id, item->input, overwrite, batch->events, &update));
    if (update.not_updated_count)
        not_updated_add(batch, item->id, &update);
    else
        batch->updated[batch->result.updated_count++] = item->id;
    return OK;
}

static Err item_upsert(Batch *batch, const BatchItem *item)
{
    Entity old;
    bool found;
    TRY(entity_find(batch->cx, item->id, &old, &found));
    if (!found) {
        TRY(entity_create(batch->cx, item->input, batch->events));
        batch->created[batch->result.created_count++] = item->id;
        return OK;
    }
    if (batch->verb == BATCH_UPSERT_UPDATE)
        return item_update(batch, item, true);
    TRY(entity_replace(batch->cx, item->id, item->input, batch->events));
    batch->updated[batch->result.updated_count++] = item->id;
    return OK;
}

static Err item_apply(Batch *batch, const BatchItem *item)
{
    Cx *cx = batch->cx;
    switch (batch->verb) {
    case BATCH_UPSERT_REPLACE:
    case BATCH_UPSERT_UPDATE:
        return item_upsert(batch, item);
    case BATCH_UPDATE:
        return item_update(batch, item, true);
    case BATCH_UPDATE_NO_OVERWRITE:
        return item_update(batch, item, false);
    case BATCH_CREATE:
        TRY(entity_create(cx, item->input, batch->events));
        batch->created[batch->result.created_count++] = item->id;
        return OK;
    case BATCH_MERGE:
        TRY(entity_merge(cx, item->id, item->input, batch->merge, batch->events));
        break;
    case BATCH_DELETE:
        TRY(entity_remove(cx, item->id, batch->events));
        break;
    }
    batch->updated[batch->result.updated_count++] = item->id;
    return OK;
}

/* What an entity alone can be blamed for. It is found before anything of it is written. */
static bool is_of_one_entity(Err err)
{
    return err == ERR_INVALID || err == ERR_NOT_FOUND || err == ERR_CONFLICT || err == ERR_DENIED ||
           err == ERR_LIMIT || err == ERR_UNSUPPORTED;
}

Err entity_batch(Cx *cx, BatchVerb verb, const BatchItem *items, size_t count, MergeOptions merge,
                 Events *events, BatchResult *ret)
{
    if (count > ENTITY_BATCH_MAX)
        return fail(cx, ERR_LIMIT, "entity.batch", "%zu entities; at most %d go into one batch",
                    count, ENTITY_BATCH_MAX);
    Batch batch = {.cx = cx,
                   .verb = verb,
                   .merge = merge,
                   .events = events,
                   .created = arena_array(cx->arena, Str, count + 1),
                   .updated = arena_array(cx->arena, Str, count + 1),
                   .errors = arena_array(cx->arena, BatchError, count + 1)};
    for (size_t i = 0; i < count; i++) {
        if (items[i].error) {
            error_add(&batch, items[i].id, items[i].error);
            continue;
        }
        Err err = item_apply(&batch, &items[i]);
        if (err == OK)
            continue;
        if (!is_of_one_entity(err) || strncmp(cx->error->key, "db.", 3) == 0)
            return err;
        Error *error = arena_new(cx->arena, Error);
        *error = *cx->error;
        error_add(&batch, items[i].id, error);
    }
    batch.result.created = batch.created;
    batch.result.updated = batch.updated;
    batch.result.errors = batch.errors;
    *ret = batch.result;
    return OK;
}

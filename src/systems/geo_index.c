#include "base/str.h"
#include "systems/geo.h"
#include "systems/geo_store.h"

static bool is_geo(JsonValue instance)
{
    JsonValue type;
    return json_find(instance, S("type"), &type) && str_eq(json_raw(type), S("GeoProperty"));
}

static Err index_instance(Cx *cx, const Entity *entity, const AttributeChange *change)
{
    GeoShape shape;
    JsonValue value;
    ArenaMark mark = arena_mark(cx->arena);
    if (!json_find(change->instance, S("value"), &value) || geo_shape_read(cx, value, &shape) != OK)
        /* In no relation to anything: no query needs to find it. */
        return place_remove(cx, entity, change->attribute, change->dataset);
    GeoBox box = shape.box;
    arena_rewind(cx->arena, mark);
    return place_set(cx, entity, change->attribute, change->dataset, &box);
}

Err geo_index(Cx *cx, const EntityChange *change)
{
    if (change->verb == ENTITY_DELETED)
        return place_remove_all(cx, change->before);
    for (size_t i = 0; i < change->attribute_count; i++) {
        const AttributeChange *a = &change->attributes[i];
        if (a->late || !is_geo(a->instance))
            continue;
        if (a->verb == ATTRIBUTE_DELETED)
            TRY(place_remove(cx, change->after, a->attribute, a->dataset));
        else
            TRY(index_instance(cx, change->after, a));
    }
    return OK;
}

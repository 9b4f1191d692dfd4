/* Temporal evolutions that come in (ETSI GS CIM 009 V1.9.1, 4.5.6, 5.2.20, 5.6.11, 5.6.12): each
 * attribute is an array of instances at different times.
 *
 * The newest instance of each attribute and dataset takes the way of every change, so that it
 * becomes the current value where it is newer than that; the older ones go to history alone and
 * fire nothing. */
#ifndef HANSE_SYSTEMS_HISTORY_INPUT_H
#define HANSE_SYSTEMS_HISTORY_INPUT_H

#include "systems/history.h"

enum {
    TEMPORAL_INSTANCES_MAX = 10000, /* of one request, so that its unit of work stays short */
    TEMPORAL_ATTRIBUTES_MAX = 1000
};

typedef struct TemporalInput {
    /* rounds[0] holds each attribute's newest instance (per dataset), rounds[1] the ones before,
     * and so on; all in the stored form. */
    const EntityInput *rounds;
    size_t count;
} TemporalInput;

/* Pure syntax. fragment: id and type may be missing. Errors: those of entity_input_read; INVALID
 * "temporal.input"; LIMIT "temporal.large". */
MUST Err temporal_input_read(Cx *cx, const LdContext *context, JsonValue body, bool fragment,
                             TemporalInput *ret);

/* Creates the entity, or adds to it (5.6.11); re-runnable. ret_created: it had no history. */
MUST Err temporal_upsert(Cx *cx, const TemporalInput *input, Events *events, bool *ret_created);
/* Adds to an entity (5.6.12). NOT_FOUND "entity.unknown". */
MUST Err temporal_append(Cx *cx, Str id, const TemporalInput *input, Events *events);

/* Forgetting (5.6.13 to 5.6.16). What the entity is now stays as it is, and nothing fires.
 * NOT_FOUND "entity.unknown", "history.unknown" or "history.instance" where there is nothing. */
MUST Err temporal_remove(Cx *cx, Str id);
/* dataset empty: the default instances; all_datasets: those of every dataset. */
MUST Err temporal_remove_attribute(Cx *cx, Str id, Str attribute, Str dataset, bool all_datasets);
/* instance_id is what history_put_instance_id wrote. */
MUST Err temporal_remove_instance(Cx *cx, Str id, Str attribute, Str instance_id);
/* Puts another in its place, in the stored form: one attribute of one instance. It has an
 * instanceId of its own, since that tells its time. */
MUST Err temporal_replace_instance(Cx *cx, Str id, Str instance_id, const EntityInput *input);

#endif

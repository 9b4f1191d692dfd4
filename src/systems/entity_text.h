/* Applies a fragment to a stored document: text in, text out. What is not named is copied as it
 * stands. Private to entity.c. */
#ifndef HANSE_SYSTEMS_ENTITY_TEXT_H
#define HANSE_SYSTEMS_ENTITY_TEXT_H

#include "systems/entity.h"
#include "systems/entity_kind.h"

typedef enum InstanceRule {
    INSTANCE_REPLACE, /* 5.6.2, 5.6.3, 5.6.19: anew, but for createdAt */
    INSTANCE_PATCH,   /* 5.5.8 at an attribute: the members that are named */
    INSTANCE_MERGE    /* 5.5.12: the same, and inside of values and sub-attributes */
} InstanceRule;

typedef struct TextRules {
    InstanceRule instance;
    bool keep_existing; /* noOverwrite */
    bool must_exist;    /* NOT_FOUND "attribute.unknown" for an instance that is not there */
    bool drop_others;   /* attributes that are not named go */
    bool ignore_age;    /* an older observedAt replaces a younger one */
    MergeOptions merge;
} TextRules;

typedef struct TextResult {
    Str doc; /* not parsed yet */
    bool changed;
    /* instance: of the old document when deleted, of the fragment when late; else not set until
     * text_changes_place. */
    AttributeChange *changes;
    size_t change_count;
    UpdateResult update;
} TextResult;

/* old NULL: there is none. LIMIT "entity.large"; INVALID "attribute.kind", "attribute.partial". */
MUST Err text_apply(Cx *cx, const Json *old, const EntityInput *fragment, TextRules rules,
                    TextResult *ret);
/* Removes the instance of the dataset (p NULL: default), or all. NOT_FOUND "attribute.unknown". */
MUST Err text_remove(Cx *cx, const Json *old, Str attribute, Str dataset, bool all,
                     TextResult *ret);
/* Points the changes at the new document. */
void text_changes_place(const Entity *after, TextResult *result);

/* The instances of an attribute's value, which is one or an array. */
typedef struct Instances {
    JsonIter it;
    JsonValue single;
    bool array, done;
} Instances;
Instances instances_of(JsonValue attribute);
bool instances_next(Instances *instances, JsonValue *ret);
/* p NULL for the default instance. */
Str instance_dataset(Arena *arena, JsonValue instance);

#endif

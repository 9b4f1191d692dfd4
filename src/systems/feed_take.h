/* Takes what a feed told into the store: called by a unit's apply, re-runnable.
 *
 * All ways in (a file's rows, MQTT messages) end here. Per entity and attribute the newest reading
 * becomes the current value, unless the stored one is younger; all others go to history. What is
 * known already is passed over, so that the same file, or a message that was sent again, changes
 * nothing: a reading whose series has the same value at the same time, and a value without time
 * that equals the stored one. */
#ifndef HANSE_SYSTEMS_FEED_TAKE_H
#define HANSE_SYSTEMS_FEED_TAKE_H

#include "systems/entity.h"
#include "systems/feed.h"

typedef struct FeedTaken {
    uint64_t readings; /* that are new */
    uint64_t known;    /* that were there already */
    uint64_t created;  /* entities */
} FeedTaken;

/* Adds to *taken. Errors: those of entity.h and of the store; then nothing of the unit stays. */
MUST Err feed_take(Cx *cx, const Feed *feed, const FeedReading *readings, size_t count,
                   Events *events, FeedTaken *taken);
/* The same for a whole entity: created, or its attributes added to the stored one and replaced
 * where they differ. An instance with an older observedAt goes to history. */
MUST Err feed_take_entity(Cx *cx, const EntityInput *input, Events *events, FeedTaken *taken);

#endif

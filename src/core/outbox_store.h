/* The SQL of the outbox; private to outbox.c. */
#ifndef HANSE_CORE_OUTBOX_STORE_H
#define HANSE_CORE_OUTBOX_STORE_H

#include "core/outbox.h"

MUST Err outbox_store_add(Cx *cx, Str kind, Str payload, int64_t due_us, int64_t *ret);
/* Waiting rows of the kind that are due and have tries left; locked on PostgreSQL, where rows
 * that another one has locked are passed over. */
MUST Err outbox_store_due(Cx *cx, Str kind, size_t limit, OutboxRow **ret, size_t *ret_count);
/* One more try, due again at due_us. */
MUST Err outbox_store_is_due(Cx *cx, Str kind, bool *ret);
MUST Err outbox_store_lease(Cx *cx, int64_t id, int64_t due_us);
MUST Err outbox_store_done(Cx *cx, int64_t id, int64_t *ret_changed);
/* These two only where the row is waiting and had so many tries. */
MUST Err outbox_store_put_off(Cx *cx, int64_t id, int64_t tries, int64_t due_us, Str error);
MUST Err outbox_store_end(Cx *cx, int64_t id, int64_t tries, Str error);
MUST Err outbox_store_exists(Cx *cx, int64_t id, bool *ret);
/* Ends what has no tries left and is past its lease. */
MUST Err outbox_store_end_lost(Cx *cx, Str error);
MUST Err outbox_store_clean(Cx *cx, int64_t before_us, int64_t limit);
MUST Err outbox_store_count(Cx *cx, OutboxCounts *ret);
MUST Err outbox_store_drop(Cx *cx, Str kind);

#endif

/* What follows a commit, on the writer's thread: snapshots are read again, live pages and
 * subscribers are told. */
#ifndef HANSE_APP_EFFECTS_H
#define HANSE_APP_EFFECTS_H

#include "app/app.h"

/* Reads every snapshot for the first time. cx->db is a read connection. */
MUST Err snapshots_read(Cx *cx, App *app);
/* The same again, on a connection of its own: another command of ours changed the store. */
void snapshots_reload(App *app);
/* Effect.after_commit; user is the App. */
void effects_after_commit(void *user, Unit *const *units, size_t count);
/* NotifyOptions.count: stores how deliveries went; user is the App. */
void effects_count_deliveries(void *user, const DeliveryCount *counts, size_t count);

#endif

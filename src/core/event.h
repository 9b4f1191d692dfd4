/* What happened in a unit of work. The domain appends events while it applies; projections read
 * them inside the same savepoint, effects after the commit. An event is immutable and lives as
 * long as the unit. */
#ifndef HANSE_CORE_EVENT_H
#define HANSE_CORE_EVENT_H

#include "base/arena.h"

/* One constant per kind, declared by the noun: extern const EventKind ENTITY_CHANGED; */
typedef struct EventKind {
    const char *name;
} EventKind;

typedef struct Event {
    struct Event *next;
    const EventKind *kind;
    const void *data; /* its type is the kind's, said beside the kind's declaration */
} Event;

typedef struct Events {
    Arena *arena;
    Event *first;
    Event *last;
    size_t count;
} Events;

static inline void event_add(Events *events, const EventKind *kind, const void *data)
{
    Event *event = arena_new(events->arena, Event);
    event->kind = kind;
    event->data = data;
    if (events->last)
        events->last->next = event;
    else
        events->first = event;
    events->last = event;
    events->count++;
}

#endif

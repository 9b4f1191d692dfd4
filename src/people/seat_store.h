/* The SQL of seats beside their relations; private to seat.c. */
#ifndef HANSE_PEOPLE_SEAT_STORE_H
#define HANSE_PEOPLE_SEAT_STORE_H

#include "people/seat.h"

MUST Err seat_store_put(Cx *cx, int64_t id, Str message, bool shown);
MUST Err seat_store_decide(Cx *cx, int64_t id, Str reason);
MUST Err seat_store_show(Cx *cx, int64_t id, bool shown);
/* Fills what the relations' seats have beside them, of all relations to the body. */
MUST Err seat_store_fill(Cx *cx, ItemId body, Seat *seats, size_t count);
/* The kinds of the organisations through which its active seats go. */
MUST Err seat_store_kinds(Cx *cx, ItemId body, SeatList *ret);
/* How many leads are active without an end in sight, other than that one. */
MUST Err seat_store_count_other_leads(Cx *cx, ItemId body, int64_t id, int64_t *ret);

#endif

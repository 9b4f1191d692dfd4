/* Stamp: a moment that a page hands out in a form and gets back, sealed so that nobody else can
 * make one: tells how long somebody took to fill it in. The key lives as long as the program, so a
 * form from before a restart has a stamp that says nothing. And the digest under which secrets of
 * links in mails are kept. */
#ifndef HANSE_CORE_STAMP_H
#define HANSE_CORE_STAMP_H

#include "base/arena.h"

Str stamp_make(Arena *arena, int64_t now_us);
/* False for one that this program did not make, or that lies in the future. */
MUST bool stamp_age(Str stamp, int64_t now_us, int64_t *ret_age_us);

/* Of a secret that a link carries, as text: what the store keeps in its place. */
Str secret_digest(Arena *arena, Str secret);
/* A secret for a thing of that number, the same as long as the program lives: for what is decided
 * in apply, which may run twice. */
Str secret_derive(Arena *arena, Str purpose, int64_t number);

#endif

/* Erasing an account from beginning to end: what people/erasure.h says, with the files of the data
 * directory. The list of erasures is on disk before the store is changed; afterwards the store is
 * written anew, and what lay beside it from before goes: files in which the person was named, and
 * the copy from before the last migration. */
#ifndef HANSE_APP_ERASE_H
#define HANSE_APP_ERASE_H

#include "app/config.h"
#include "core/event.h"
#include "people/erasure.h"

typedef struct EraseRun {
    Str data, files; /* the data directory, and its folder of blobs */
    bool found;      /* an account whose time has come */
    bool done;       /* it was erased */
    bool rest;       /* the store has to be written anew */
    Erasure erasure;
} EraseRun;

Str erase_files(Arena *arena, Str data);
/* On a read connection: the next account that is due, or the one given (NULL: the next). */
MUST Err erase_prepare(Cx *cx, const Person *person, const Str *also, size_t also_count,
                       EraseRun *run);
MUST Err erase_apply(Cx *cx, EraseRun *run, Events *events);
/* After the commit, on the writer's connection. What fails is tried again by the next run. */
MUST Err erase_settle(Cx *cx, const EraseRun *run);
/* When erase_prepare or erase_apply failed, or what it did was not committed: the account stays. */
MUST Err erase_take_back(Cx *cx, const EraseRun *run);
/* Erases again what the list names and the store still has: after a restore, before it is served.
 */
MUST Err erase_again(Cx *cx, Str store, Str data);

#endif

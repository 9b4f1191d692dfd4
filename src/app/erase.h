/* Erasing an account from beginning to end: what people/erasure.h says, with the files of the data
 * directory. The list of erasures is on disk before the store is changed; afterwards files in which
 * the person was named go, the store is written anew, and the copy from before the last migration
 * goes too. Nobody can write meanwhile, so it is done once for accounts that end in the same night:
 * after the last one that is due, but no later than ERASE_REST_MAX_S after the first, also where
 * one of them fails again and again. What is owed stands in the store (erasure_rest): a program
 * that ended in between does it as soon as it is up. */
#ifndef HANSE_APP_ERASE_H
#define HANSE_APP_ERASE_H

#include "app/config.h"
#include "core/event.h"
#include "people/erasure.h"

enum { ERASE_REST_MAX_S = 600 };

typedef struct EraseRun {
    Str data, files; /* the data directory, and its folder of blobs */
    bool found;      /* an account whose time has come */
    bool done;       /* it was erased */
    bool rest;       /* the store has to be written anew */
    bool at_once;    /* and not only after all that are due */
    Erasure erasure;
} EraseRun;

Str erase_files(Arena *arena, Str data);
/* On a read connection: the next account that is due, or the one given (NULL: the next), after
 * which the store is written anew at once. None where it has waited for that too long. */
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

/* For tests only: every state and every verb of a machine, by everybody who may stand to it. */
#ifndef HANSE_PEOPLE_TEST_WALK_H
#define HANSE_PEOPLE_TEST_WALK_H

#include "people/test_people.h"

typedef struct Walk {
    const Machine *machine;
    /* A fresh item in that state, for which the guards of that verb are met. */
    ItemId (*make)(TestCore *f, Str state, Str verb);
    /* The actor becomes somebody who stands so to it, and in no other way that counts here. */
    void (*act)(TestCore *f, uint32_t stand);
    uint32_t stands; /* those to try */
} Walk;

/* The step is refused without the reason that it wants. */
static inline UNUSED void walk_without_reason(TestCore *f, const Walk *walk, Str from, Str verb,
                                              uint32_t stand)
{
    Cx *cx = &f->t.cx;
    Item item;
    ItemId id = walk->make(f, from, verb);
    walk->act(f, stand);
    assert_ok(cx, item_get_unseen(cx, id, &item));
    assert_err(cx, ERR_INVALID, "verb.reason",
               item_step(cx, walk->machine, &item, verb, S(" "), &f->events));
}

static inline UNUSED void walk_one(TestCore *f, const Walk *walk, Str from, Str verb,
                                   uint32_t stand)
{
    Cx *cx = &f->t.cx;
    Item item;
    const Step *step = machine_step(walk->machine, from, verb);
    ItemId id = walk->make(f, from, verb);
    walk->act(f, stand);
    assert_ok(cx, item_get_unseen(cx, id, &item));
    assert_true(str_eq(item.state, from));
    Err err = item_step(cx, walk->machine, &item, verb, S("weil"), &f->events);
    Err expected = !step ? ERR_CONFLICT : step->who & stand ? OK : ERR_DENIED;
    if (err != expected)
        print_message("# %.*s in %.*s with stand %x: %s (%s)\n", SARG(verb), SARG(from), stand,
                      err ? cx->error->key : "", err_name(err));
    assert_int_equal(err, expected);
    if (err != OK)
        return;
    assert_ok(cx, item_get_unseen(cx, id, &item));
    assert_true(str_eq(item.state, str_from(step->to)));
    assert_true(item.audience >= machine_state(walk->machine, item.state)->audience);
    if (step->flags & STEP_REASON)
        walk_without_reason(f, walk, from, verb, stand);
}

static inline UNUSED void walk_all(TestCore *f, const Walk *walk)
{
    for (size_t s = 0; s < walk->machine->state_count; s++)
        for (size_t v = 0; v < walk->machine->step_count; v++)
            for (uint32_t stand = STAND_PERSON; stand <= STAND_ADMIN; stand <<= 1)
                if (walk->stands & stand)
                    walk_one(f, walk, str_from(walk->machine->states[s].name),
                             str_from(walk->machine->steps[v].verb), stand);
}

#endif

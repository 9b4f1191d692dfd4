/* State machines as data: which verb leads an item from which state to which, who may, and who
 * may read it there. The same rows drive the code, the buttons of the pages, the pictures in the
 * documents, and a test that walks every state and verb. Each noun has one constant Machine. */
#ifndef HANSE_PEOPLE_VERB_H
#define HANSE_PEOPLE_VERB_H

#include "people/relation.h"

typedef struct MachineState {
    const char *name;  /* "draft"; its words are the text state.NOUN.NAME */
    Audience audience; /* the widest that may read it in this state */
} MachineState;

enum StepFlag {
    STEP_REASON = 1 << 0, /* wants a reason, which the item's versions keep */
    STEP_DANGER = 1 << 1, /* is asked about once more, and shown apart */
    STEP_FORM = 1 << 2,   /* has a page of its own and no mere button */
    STEP_QUIET = 1 << 3   /* is part of something larger: no button, and no form takes it alone */
};

typedef struct Step {
    const char *from, *verb, *to; /* its words are the text verb.NOUN.VERB */
    uint32_t who;                 /* Stand bits, any of them */
    unsigned flags;
} Step;

typedef struct Machine {
    Noun noun;
    const MachineState *states;
    size_t state_count;
    const Step *steps;
    size_t step_count;
    /* The noun's own conditions, before the step; NULL: none. */
    Err (*guard)(Cx *cx, const Item *item, const Step *step, Str reason);
    /* What else the step does, after it and before the version is kept; NULL: nothing. It changes
     * the item itself through *item alone, which is not read again. */
    Err (*after)(Cx *cx, Item *item, const Step *step, Str reason, Events *events);
    /* The noun's own columns as JSON, for item_record. */
    Err (*own)(Cx *cx, ItemId id, Str *ret_json);
    /* Whether somebody who stands so to it may change it, files and pictures too; NULL: its
     * author, its representatives, its leads and the office. */
    bool (*may_edit)(const Item *item, uint32_t stand);
    /* What of the noun's own columns the search finds too, as lines of text; NULL: nothing. */
    Err (*words)(Cx *cx, ItemId id, Str *ret);
} Machine;

enum { REASON_BYTES_MAX = 4000, STEPS_MAX = 16 /* that start in one state */ };

/* All of them, for the test and the documents. */
extern const Machine *const MACHINES[];
extern const size_t MACHINE_COUNT;

const MachineState *machine_state(const Machine *machine, Str state);
/* The audience of an item with that visibility in that state. */
Audience machine_audience(const Machine *machine, Str state, Audience visibility);
/* The step that the verb is in that state; NULL where there is none. */
const Step *machine_step(const Machine *machine, Str state, Str verb);
/* The steps that are open to somebody who stands so to the item; at most STEPS_MAX. */
size_t machine_steps(const Machine *machine, Str state, uint32_t stand, const Step *ret[STEPS_MAX]);
/* Takes the step: checks who and why and the noun's conditions, sets state and audience, does what
 * else belongs to it, and keeps the version. DENIED "verb.denied"; CONFLICT "verb.state" when the
 * item is not in a state that knows the verb, or in another one than *item says (somebody was
 * faster); *item is read anew and made to agree, so that the next step may follow; INVALID
 * "verb.reason" without the reason that the step wants; and what the noun's guard says. */
MUST Err item_step(Cx *cx, const Machine *machine, Item *item, Str verb, Str reason,
                   Events *events);
/* Whether somebody who stands so to the item may change it, by its noun's own rule. */
bool item_may_edit(const Item *item, uint32_t stand);
/* The machine of a noun. */
const Machine *machine_of(Noun noun);
/* item_record with the noun's own columns. */
MUST Err item_keep(Cx *cx, ItemId id, Noun noun, Str verb, Str reason, Events *events);
/* INVALID "verb.reason" for one that is longer than REASON_BYTES_MAX or no text. */
MUST Err reason_check(Cx *cx, Str reason);

#endif

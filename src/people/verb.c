#include "people/verb.h"

#include "base/str.h"

const MachineState *machine_state(const Machine *machine, Str state)
{
    for (size_t i = 0; i < machine->state_count; i++)
        if (str_eq(str_from(machine->states[i].name), state))
            return &machine->states[i];
    return NULL;
}

Audience machine_audience(const Machine *machine, Str state, Audience visibility)
{
    const MachineState *row = machine_state(machine, state);
    ASSERT(row);
    return MAX(row->audience, visibility);
}

size_t machine_steps(const Machine *machine, Str state, uint32_t stand, const Step *ret[STEPS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < machine->step_count && count < STEPS_MAX; i++)
        if (str_eq(str_from(machine->steps[i].from), state) && machine->steps[i].who & stand)
            ret[count++] = &machine->steps[i];
    return count;
}

const Step *machine_step(const Machine *machine, Str state, Str verb)
{
    for (size_t i = 0; i < machine->step_count; i++)
        if (str_eq(str_from(machine->steps[i].from), state) &&
            str_eq(str_from(machine->steps[i].verb), verb))
            return &machine->steps[i];
    return NULL;
}

Err reason_check(Cx *cx, Str reason)
{
    if (reason.n > REASON_BYTES_MAX || !str_is_utf8(reason))
        return fail(cx, ERR_INVALID, "verb.reason", "a reason has at most %d bytes",
                    REASON_BYTES_MAX);
    return OK;
}

/* Finds the step and checks that the actor may take it, with that reason. */
static Err admit_step(Cx *cx, const Machine *machine, const Item *item, Str verb, Str reason,
                      const Step **ret)
{
    const Step *step = machine_step(machine, item->state, verb);
    uint32_t stand;
    if (!step)
        return fail(cx, ERR_CONFLICT, "verb.state", "it is \"%.*s\" now: \"%.*s\" is not possible",
                    SARG(item->state), SARG(verb));
    TRY(item_stand(cx, item, &stand));
    if (!(step->who & stand))
        return fail(cx, ERR_DENIED, cx->actor->person.v ? "verb.denied" : "auth.required",
                    "this is for others to do");
    if (step->flags & STEP_REASON && !reason.n)
        return fail(cx, ERR_INVALID, "verb.reason", "say why, for those who read it later");
    TRY(reason_check(cx, reason));
    *ret = step;
    return OK;
}

Err item_step(Cx *cx, const Machine *machine, Item *item, Str verb, Str reason, Events *events)
{
    const Step *step = NULL;
    Item now;
    Str own = S("{}");
    ASSERT(machine->noun == item->noun);
    reason = str_trim(reason);
    TRY(item_get_unseen(cx, item->id, &now));
    if (!str_eq(now.state, item->state))
        return fail(cx, ERR_CONFLICT, "verb.state", "it is \"%.*s\" now, no more \"%.*s\"",
                    SARG(now.state), SARG(item->state));
    *item = now;
    TRY(admit_step(cx, machine, item, verb, reason, &step));
    if (machine->guard)
        TRY(machine->guard(cx, item, step, reason));
    Str to = str_from(step->to);
    TRY(item_set_state(cx, item, to, machine_audience(machine, to, item->visibility)));
    if (machine->after)
        TRY(machine->after(cx, item, step, reason, events));
    if (machine->own)
        TRY(machine->own(cx, item->id, &own));
    return item_record_read(cx, item, verb, reason, own, events);
}

const Machine *machine_of(Noun noun)
{
    for (size_t i = 0; i < MACHINE_COUNT; i++)
        if (MACHINES[i]->noun == noun)
            return MACHINES[i];
    ASSERT(false); /* a test walks the nouns */
    return NULL;
}

bool item_may_edit(const Item *item, uint32_t stand)
{
    const Machine *machine = machine_of(item->noun);
    if (machine->may_edit)
        return machine->may_edit(item, stand);
    return stand & (STAND_AUTHOR | STAND_REP | STAND_LEAD | STAND_OFFICE);
}

Err item_keep(Cx *cx, ItemId id, Noun noun, Str verb, Str reason, Events *events)
{
    Str own = S("{}");
    const Machine *machine = machine_of(noun);
    if (machine->own)
        TRY(machine->own(cx, id, &own));
    return item_record(cx, id, verb, reason, own, events);
}

#include "truth.h"

#include "base/calendar.h"
#include "base/str.h"
#include "invent.h"

const Truth TRUTHS[] = {
#define EFFECT(project, kind, attribute, percent, what)                                            \
    {project, SIM_##kind, attribute, percent, TRUTH_##what},
#include "effects.def"
#undef EFFECT
};
const size_t TRUTH_COUNT = COUNT_OF(TRUTHS);

Str truth_district(const Truth *truth)
{
    return str_from(invent_project_district(truth->project)->name);
}

int64_t truth_since_us(const Truth *truth, int64_t origin_us)
{
    int64_t days = invent_project_age_days(truth->project) - INVENTED_PROJECT_START_DAYS;
    return (origin_us / TIME_DAY_US - days) * TIME_DAY_US;
}

SimEffect truth_effect(SimKind kind, Str district, int64_t origin_us)
{
    for (size_t i = 0; i < TRUTH_COUNT; i++) {
        const Truth *truth = &TRUTHS[i];
        if (truth->kind != kind || !str_eq(truth_district(truth), district))
            continue;
        return (SimEffect){.any = true,
                           .since_us = truth_since_us(truth, origin_us),
                           .attribute = truth->attribute,
                           .factor = 1 + truth->percent / 100,
                           .gap = truth->what == TRUTH_GAP,
                           .exchange = truth->what == TRUTH_NEW_DEVICE};
    }
    return (SimEffect){0};
}

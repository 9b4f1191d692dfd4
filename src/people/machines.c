/* The machines of all nouns. */
#include "people/body.h"
#include "people/goal.h"
#include "people/idea.h"
#include "people/meeting.h"
#include "people/organisation.h"
#include "people/project.h"
#include "people/strategy.h"

const Machine *const MACHINES[] = {
    &BODY_MACHINE, &GOAL_MACHINE,         &MEETING_MACHINE, &STRATEGY_MACHINE,
    &IDEA_MACHINE, &ORGANISATION_MACHINE, &PROJECT_MACHINE,
};
const size_t MACHINE_COUNT = COUNT_OF(MACHINES);

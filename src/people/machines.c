/* The machines of all nouns. */
#include "people/body.h"
#include "people/idea.h"
#include "people/organisation.h"
#include "people/project.h"

const Machine *const MACHINES[] = {
    &BODY_MACHINE,
    &IDEA_MACHINE,
    &ORGANISATION_MACHINE,
    &PROJECT_MACHINE,
};
const size_t MACHINE_COUNT = COUNT_OF(MACHINES);

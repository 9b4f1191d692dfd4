/* The machines of all nouns. */
#include "people/idea.h"

const Machine *const MACHINES[] = {&IDEA_MACHINE};
const size_t MACHINE_COUNT = COUNT_OF(MACHINES);

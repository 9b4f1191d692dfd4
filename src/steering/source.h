/* Source: one entity that an indicator reads, and whether it can be believed now. */
#ifndef HANSE_STEERING_SOURCE_H
#define HANSE_STEERING_SOURCE_H

#include "steering/indicator.h"
#include "systems/history.h"

enum { SOURCE_STUCK_ROWS_MIN = 10 /* fewer equal readings say nothing */ };

/* The sources of an indicator by id, each with its last value and state. */
MUST Err source_list(Cx *cx, const Indicator *indicator, Source **ret, size_t *ret_count);
/* The series of what they report; sources that never reported have none. */
MUST Err source_series(Cx *cx, const Indicator *indicator, HistorySeries **ret, size_t *ret_count);

#endif

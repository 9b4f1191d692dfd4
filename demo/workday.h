/* What kind of day it is in Lindhafen: weekends, the public holidays of North Rhine-Westphalia,
 * school holidays (about), and the city's own feasts. Days are local. */
#ifndef HANSE_DEMO_WORKDAY_H
#define HANSE_DEMO_WORKDAY_H

#include "base/base.h"

bool workday_is_free(int64_t at_us);    /* a Saturday, a Sunday, or a public holiday */
bool workday_is_sunday(int64_t at_us);  /* shops are closed: a Sunday or a public holiday */
bool workday_is_holiday(int64_t at_us); /* public holidays alone */
bool workday_in_school_holidays(int64_t at_us);
/* How many more people than usual are about: 0 on most days, up to 1 at the harbour's feast. */
double workday_feast(int64_t at_us);

#endif

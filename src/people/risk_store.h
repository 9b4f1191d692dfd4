/* The SQL of risks; private to risk.c. */
#ifndef HANSE_PEOPLE_RISK_STORE_H
#define HANSE_PEOPLE_RISK_STORE_H

#include "people/risk.h"

MUST Err risk_store_list(Cx *cx, ItemId project, Risk **ret, size_t *ret_count);
MUST Err risk_store_clear(Cx *cx, ItemId project);
MUST Err risk_store_add(Cx *cx, ItemId project, const Risk *risk);
MUST Err risk_store_set_state(Cx *cx, ItemId project, int64_t number, RiskState state,
                              int64_t *ret_changed);

#endif

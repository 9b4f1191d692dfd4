/* Risk: what may go wrong in a project, how likely and how bad, what is done about it and by whom.
 * The alliance and the office read them, nobody else. The list is changed as a whole; numbers stay
 * and are never given twice. */
#ifndef HANSE_PEOPLE_RISK_H
#define HANSE_PEOPLE_RISK_H

#include "base/json.h"
#include "people/project.h"

enum { RISKS_MAX = 40, RISK_TEXT_BYTES_MAX = 1000, RISK_LEVEL_MAX = 3 };

extern const StatementTable RISK_STATEMENTS;

typedef enum RiskState { RISK_OPEN, RISK_OCCURRED, RISK_CLOSED, RISK_STATE_COUNT_ } RiskState;
Str risk_state_name(RiskState state); /* "open" */
bool risk_state_parse(Str name, RiskState *ret);

typedef struct Risk {
    int64_t number; /* 0: a new one */
    Str text;
    int64_t likelihood, impact; /* 1 low to RISK_LEVEL_MAX high */
    Str measure, owner;
    RiskState state;
} Risk;

/* Whether somebody who stands so may read the risks of projects. */
bool risk_may_read(uint32_t stand);
/* The worst first: by likelihood times impact. */
MUST Err risk_list(Cx *cx, ItemId project, Risk **ret, size_t *ret_count);
/* Flaws "risk.text", "risk.level", "risk.measure", "risk.count". */
MUST Err risk_set(Cx *cx, Item *item, int64_t version, const Risk *list, size_t count,
                  Events *events);
/* Its state, without a version of its own: for reports. */
MUST Err risk_set_state(Cx *cx, ItemId project, int64_t number, RiskState state);
MUST Err risk_put_json(Cx *cx, ItemId project, JsonOut *out);

#endif

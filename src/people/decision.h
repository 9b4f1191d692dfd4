/* Decision: what a body resolved in a meeting, with the votes. Who declared a conflict of interest
 * took no part: he or she is named, and has no vote. */
#ifndef HANSE_PEOPLE_DECISION_H
#define HANSE_PEOPLE_DECISION_H

#include "people/meeting.h"

extern const StatementTable DECISION_STATEMENTS;

typedef enum DecisionResult {
    DECISION_ACCEPTED,
    DECISION_REJECTED,
    DECISION_POSTPONED,
    DECISION_RESULT_COUNT_
} DecisionResult;

enum { DECISION_BODY_BYTES_MAX = 8000, DECISIONS_MAX = 200, DECISION_RECUSALS_MAX = 100 };

typedef struct DecisionRecusal {
    PersonId person;
    Str name; /* empty: not named to the actor */
} DecisionRecusal;

typedef struct Decision {
    int64_t number; /* from 1; 0: a new one */
    Str body;
    DecisionResult result;
    int64_t votes_for, votes_against, abstentions;
    DecisionRecusal *recusals;
    size_t recusal_count;
} Decision;

Str decision_result_name(DecisionResult result); /* "accepted" */
bool decision_result_parse(Str name, DecisionResult *ret);

/* A lead or the office, while the meeting is held. INVALID with flaws "decision.body",
 * "decision.votes" (more votes than people who were there and could vote), "decision.recusals" (who
 * was not there); LIMIT "decision.many"; NOT_FOUND "decision.unknown"; DENIED "meeting.edit". */
MUST Err decision_put(Cx *cx, Item *meeting, const Decision *decision, Events *events,
                      int64_t *ret_number);
/* Only those inside see them, and everybody once the minutes are published; names of recusals
 * are for those inside, and of those whose seat is shown to everybody. */
MUST Err decision_list(Cx *cx, const Item *meeting, Decision **ret, size_t *ret_count);
MUST Err decision_get(Cx *cx, const Item *meeting, int64_t number, Decision *ret);
/* Without that rule, for versions. */
MUST Err decision_list_unseen(Cx *cx, ItemId meeting, Decision **ret, size_t *ret_count);

#endif

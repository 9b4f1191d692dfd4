#include "people/decision.h"

#include "base/str.h"
#include "people/decision_store.h"
#include "people/meeting_store.h"

static const Str RESULT_NAMES[DECISION_RESULT_COUNT_] = {[DECISION_ACCEPTED] = S_INIT("accepted"),
                                                         [DECISION_REJECTED] = S_INIT("rejected"),
                                                         [DECISION_POSTPONED] =
                                                             S_INIT("postponed")};

Str decision_result_name(DecisionResult result)
{
    return RESULT_NAMES[result];
}

bool decision_result_parse(Str name, DecisionResult *ret)
{
    for (size_t i = 0; i < DECISION_RESULT_COUNT_; i++)
        if (str_eq(name, RESULT_NAMES[i])) {
            *ret = (DecisionResult)i;
            return true;
        }
    return false;
}

/* ---- reading ---- */

Err decision_list_unseen(Cx *cx, ItemId meeting, Decision **ret, size_t *ret_count)
{
    return decision_store_list(cx, meeting, ret, ret_count);
}

/* A name that is not for the reader is empty; that somebody took no part is for all. */
static Err hide_names(Cx *cx, const Item *meeting, Decision *d)
{
    for (size_t i = 0; i < d->recusal_count; i++) {
        bool shown = false;
        TRY(decision_store_is_shown(cx, meeting->body, d->recusals[i].person, &shown));
        if (!shown)
            d->recusals[i] = (DecisionRecusal){.name = S("")};
    }
    return OK;
}

Err decision_list(Cx *cx, const Item *meeting, Decision **ret, size_t *ret_count)
{
    uint32_t stand;
    TRY(item_stand(cx, meeting, &stand));
    bool inside = body_is_inside(stand);
    *ret = NULL;
    *ret_count = 0;
    if (!inside && !str_eq(meeting->state, S("published")))
        return OK;
    TRY(decision_store_list(cx, meeting->id, ret, ret_count));
    for (size_t i = 0; i < *ret_count && !inside; i++)
        TRY(hide_names(cx, meeting, &(*ret)[i]));
    return OK;
}

Err decision_get(Cx *cx, const Item *meeting, int64_t number, Decision *ret)
{
    Decision *list;
    size_t count;
    TRY(decision_list(cx, meeting, &list, &count));
    for (size_t i = 0; i < count; i++)
        if (list[i].number == number) {
            *ret = list[i];
            return OK;
        }
    return fail(cx, ERR_NOT_FOUND, "decision.unknown", "there is no decision %lld",
                (long long)number);
}

/* ---- changing ---- */

static bool was_there(const MeetingPerson *people, size_t count, PersonId person)
{
    for (size_t i = 0; i < count; i++)
        if (people[i].person.v == person.v)
            return str_eq(people[i].attended, S("present"));
    return false;
}

static void check_votes(Cx *cx, const Decision *d, const MeetingPerson *people, size_t count)
{
    int64_t voters = 0;
    for (size_t i = 0; i < count; i++)
        voters += str_eq(people[i].attended, S("present"));
    for (size_t i = 0; i < d->recusal_count; i++) {
        if (!was_there(people, count, d->recusals[i].person))
            flaw(cx, "decision.recusals", "who takes no part was there");
        voters--;
    }
    bool counts = d->votes_for >= 0 && d->votes_against >= 0 && d->abstentions >= 0 &&
                  d->votes_for <= MEETING_PEOPLE_MAX && d->votes_against <= MEETING_PEOPLE_MAX &&
                  d->abstentions <= MEETING_PEOPLE_MAX;
    if (!counts || d->votes_for + d->votes_against + d->abstentions > voters)
        flaw(cx, "decision.votes", "%lld who were there can vote", (long long)MAX(voters, 0));
}

static Err check(Cx *cx, const Item *meeting, const Decision *d)
{
    MeetingPerson *people;
    size_t count;
    TRY(meeting_store_people(cx, meeting->id, &people, &count));
    Str body = str_trim(d->body);
    if (!body.n || body.n > DECISION_BODY_BYTES_MAX || !str_is_utf8(body) ||
        memchr(body.p, 0, body.n))
        flaw(cx, "decision.body", "what was decided, in 1 to %d bytes", DECISION_BODY_BYTES_MAX);
    check_votes(cx, d, people, count);
    return flaws_end(cx);
}

Err decision_put(Cx *cx, Item *meeting, const Decision *decision, Events *events,
                 int64_t *ret_number)
{
    uint32_t stand;
    Decision d = *decision, old;
    TRY(item_stand(cx, meeting, &stand));
    if (!(stand & (STAND_LEAD | STAND_OFFICE)) || !str_eq(meeting->state, S("held")))
        return fail(cx, ERR_DENIED, "meeting.edit", "in this state, others do this, or nobody");
    TRY(check(cx, meeting, &d));
    if (d.number)
        TRY(decision_get(cx, meeting, d.number, &old));
    else
        TRY(decision_store_next_number(cx, meeting->id, &d.number));
    if (d.number > DECISIONS_MAX)
        return fail(cx, ERR_LIMIT, "decision.many", "a meeting has at most %d decisions",
                    DECISIONS_MAX);
    d.body = str_trim(d.body);
    TRY(decision_store_put(cx, meeting->id, &d));
    *ret_number = d.number;
    return item_keep(cx, meeting->id, NOUN_MEETING, S("decide"), S(""), events);
}

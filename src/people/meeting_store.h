/* The SQL of meetings; private to meeting.c and decision.c. */
#ifndef HANSE_PEOPLE_MEETING_STORE_H
#define HANSE_PEOPLE_MEETING_STORE_H

#include "people/meeting.h"

MUST Err meeting_store_put(Cx *cx, ItemId id, const Meeting *meeting);
MUST Err meeting_store_get(Cx *cx, ItemId id, bool *ret_found, Meeting *ret);
MUST Err meeting_store_list(Cx *cx, const MeetingQuery *query, MeetingEntry **ret,
                            size_t *ret_count);
/* Every active member of the body is one of the meeting's people. */
MUST Err meeting_store_add_members(Cx *cx, ItemId id, ItemId body);
MUST Err meeting_store_people(Cx *cx, ItemId id, MeetingPerson **ret, size_t *ret_count);
MUST Err meeting_store_reply(Cx *cx, ItemId id, PersonId person, Str reply, int64_t *ret_changed);
MUST Err meeting_store_attend(Cx *cx, ItemId id, PersonId person, Str attended);
MUST Err calendar_key_store_put(Cx *cx, Str hash);
MUST Err calendar_key_store_find(Cx *cx, Str hash, PersonId *ret);

#endif

/* The SQL of enquiries; private to enquiry.c. */
#ifndef HANSE_PEOPLE_ENQUIRY_STORE_H
#define HANSE_PEOPLE_ENQUIRY_STORE_H

#include "people/enquiry.h"

/* Its number is the next one of the year. */
MUST Err enquiry_store_add(Cx *cx, const Enquiry *enquiry, int64_t year, int64_t *ret_number);
MUST Err enquiry_store_get(Cx *cx, int64_t year, int64_t number, bool *ret_found, Enquiry *ret);
MUST Err enquiry_store_set(Cx *cx, const Enquiry *enquiry);
/* state ENQUIRY_STATE_COUNT_: all. */
MUST Err enquiry_store_list(Cx *cx, EnquiryState state, int64_t limit, int64_t offset,
                            Enquiry **ret, size_t *ret_count);
MUST Err enquiry_store_count(Cx *cx, EnquiryState state, int64_t *ret);
MUST Err enquiry_store_waiting(Cx *cx, int64_t limit, Enquiry **ret, size_t *ret_count);
MUST Err enquiry_store_overdue(Cx *cx, int64_t now_us, int64_t reminded_before_us, int64_t limit,
                               Enquiry **ret, size_t *ret_count);
MUST Err enquiry_store_reminded(Cx *cx, int64_t id);
MUST Err enquiry_store_expired(Cx *cx, int64_t limit, Enquiry **ret, size_t *ret_count);
MUST Err enquiry_store_of_person(Cx *cx, PersonId person, Str mail_key, size_t limit, int64_t *ret,
                                 size_t *ret_count);
MUST Err enquiry_store_erase(Cx *cx, int64_t id);
/* Whether anything else here needs to know that address. */
MUST Err enquiry_store_mail_used(Cx *cx, Str mail, bool *ret);
MUST Err enquiry_store_add_note(Cx *cx, int64_t enquiry, bool answer, Str body);
MUST Err enquiry_store_drop_draft(Cx *cx, int64_t enquiry);
MUST Err enquiry_store_sent(Cx *cx, int64_t note);
MUST Err enquiry_store_notes(Cx *cx, int64_t enquiry, EnquiryNote **ret, size_t *ret_count);

#endif

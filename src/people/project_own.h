/* A project's own columns and lists as JSON: what its versions keep (item.h, "Versions"). */
#ifndef HANSE_PEOPLE_PROJECT_OWN_H
#define HANSE_PEOPLE_PROJECT_OWN_H

#include "people/project.h"

/* {"start", "end", "investment_cent", "running_cent", "spent_cent", "lifetime_years", "light",
 * "light_reason", "light_us", "light_person", "result", "result_lang", "districts": [..],
 * "references": [..], "funding": [..], "milestones": [..], "risks": [..], "people": [..]} */
MUST Err project_own(Cx *cx, ItemId id, Str *ret_json);

#endif

/* Which entities by type and by scope (ETSI GS CIM 009 V1.9.1, 4.17 and 4.19): alternatives, each
 * of them one name or several in parentheses that must all be there.
 *
 *   Building|House   Building,House   (Home;Vehicle)|Motorhome   *
 *   /Madrid/Gardens/#   /Madrid/+/ParqueNorte   (/Madrid/Districts;/CompanyA),/CompanyB   /#
 */
#ifndef HANSE_SYSTEMS_QUERY_SELECT_H
#define HANSE_SYSTEMS_QUERY_SELECT_H

#include "systems/entity.h"

enum { SELECT_NAMES_MAX = 100 /* beyond: LIMIT "query.complex" */ };

typedef struct SelectGroup {
    const Str *names; /* all of them */
    size_t count;
} SelectGroup;

/* Any of the groups; none at all stands for every entity ("*"). */
typedef struct Selection {
    const SelectGroup *groups;
    size_t count;
} Selection;

/* Names become IRIs. INVALID "select.type" with the position. */
MUST Err type_selection_compile(Cx *cx, Str text, const LdContext *context, Selection *ret);
bool type_selection_matches(const Selection *selection, const Entity *entity);

/* INVALID "select.scope" with the position. */
MUST Err scope_query_compile(Cx *cx, Str text, Selection *ret);
bool scope_query_matches(const Selection *selection, const Entity *entity);
/* Whether "/Madrid/+/#" covers the scope "/Madrid/Gardens". */
bool scope_covers(Str pattern, Str scope);

#endif

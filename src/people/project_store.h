/* The SQL of projects; private to project.c and project_own.c. */
#ifndef HANSE_PEOPLE_PROJECT_STORE_H
#define HANSE_PEOPLE_PROJECT_STORE_H

#include "people/project.h"

MUST Err project_store_add(Cx *cx, const Project *project);
MUST Err project_store_update(Cx *cx, const Project *project);
MUST Err project_store_get(Cx *cx, ItemId id, bool *ret_found, Project *ret);
MUST Err project_store_list(Cx *cx, const Item *items, size_t count, Project *list);
MUST Err project_store_take_number(Cx *cx, ItemId id, int64_t *ret);
MUST Err project_store_add_light(Cx *cx, ItemId id, const ProjectLight *light);
MUST Err project_store_lights(Cx *cx, ItemId id, ProjectLight **ret, size_t *ret_count);
MUST Err project_store_set_districts(Cx *cx, ItemId id, const Str *list, size_t count);
MUST Err project_store_districts(Cx *cx, ItemId id, Str **ret, size_t *ret_count);
MUST Err project_store_all_districts(Cx *cx, Str **ret, size_t *ret_count);
MUST Err project_store_set_references(Cx *cx, ItemId id, const Reference *list, size_t count);
MUST Err project_store_references(Cx *cx, ItemId id, Reference **ret, size_t *ret_count);
MUST Err project_store_partners(Cx *cx, ItemId id, ProjectPartner **ret, size_t *ret_count);
MUST Err project_store_leaders(Cx *cx, const Item *items, size_t count, ProjectPartner *list);
/* Targets of links of that kind, whoever may read them. */
MUST Err project_store_targets(Cx *cx, ItemId id, Str kind, ItemId **ret, size_t *ret_count);
/* For item_list: the conditions of a ProjectFilter. */
#define PROJECT_JOIN " JOIN project t ON t.tenant = i.tenant AND t.id = i.id"
void project_store_where(DbDynamic *query, const void *filter);

#endif

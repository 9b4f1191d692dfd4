#include "people/relation.h"

#include "base/str.h"
#include "core/audit.h"
#include "people/relation_store.h"

static const Str ROLE_NAMES[RELATION_ROLE_COUNT_] = {[RELATION_REP] = S_INIT("rep"),
                                                     [RELATION_COLLEAGUE] = S_INIT("colleague"),
                                                     [RELATION_LEAD] = S_INIT("lead"),
                                                     [RELATION_MEMBER] = S_INIT("member")};
static const Str STATE_NAMES[RELATION_STATE_COUNT_] = {[RELATION_ASKED] = S_INIT("asked"),
                                                       [RELATION_INVITED] = S_INIT("invited"),
                                                       [RELATION_ACTIVE] = S_INIT("active"),
                                                       [RELATION_ENDED] = S_INIT("ended")};

Str relation_role_name(RelationRole role)
{
    return ROLE_NAMES[role];
}

Str relation_state_name(RelationState state)
{
    return STATE_NAMES[state];
}

bool relation_is_belonging(const Relation *relation)
{
    return relation->role == RELATION_REP || relation->role == RELATION_COLLEAGUE;
}

bool relation_role_parse(Str name, RelationRole *ret)
{
    for (size_t i = 0; i < RELATION_ROLE_COUNT_; i++)
        if (str_eq(name, ROLE_NAMES[i])) {
            *ret = (RelationRole)i;
            return true;
        }
    return false;
}

/* ---- how the actor stands ---- */

static uint32_t stand_of_site(const Actor *actor)
{
    uint32_t stand = STAND_ANYONE | STAND_PERSON;
    if (actor->roles & ROLE_ALLIANCE)
        stand |= STAND_ALLIANCE;
    if (actor->roles & ROLE_EDITOR)
        stand |= STAND_EDITOR;
    if (actor->roles & ROLE_OFFICE)
        stand |= STAND_OFFICE;
    if (actor->roles & ROLE_ADMIN)
        stand |= STAND_ADMIN;
    return stand;
}

static uint32_t stand_of_roles(uint32_t roles)
{
    uint32_t stand = 0;
    if (roles & 1u << RELATION_REP)
        stand |= STAND_REP | STAND_COLLEAGUE;
    if (roles & 1u << RELATION_COLLEAGUE)
        stand |= STAND_COLLEAGUE;
    if (roles & 1u << RELATION_LEAD)
        stand |= STAND_LEAD | STAND_MEMBER;
    if (roles & 1u << RELATION_MEMBER)
        stand |= STAND_MEMBER;
    return stand;
}

Err item_stand_related(Cx *cx, const Item *item, uint32_t *ret, bool *ret_related)
{
    const Actor *actor = cx->actor;
    uint32_t roles[3];
    if (!actor->person.v) {
        *ret = STAND_ANYONE;
        *ret_related = false;
        return OK;
    }
    TRY(relation_store_roles(cx, item, roles));
    *ret_related = roles[0] != 0;
    *ret = stand_of_site(actor) | stand_of_roles(roles[0] | roles[1] | roles[2]) |
           (item->author.v == actor->person.v ? STAND_AUTHOR : 0u);
    return OK;
}

Err item_stand(Cx *cx, const Item *item, uint32_t *ret)
{
    bool related;
    return item_stand_related(cx, item, ret, &related);
}

/* ---- changing ---- */

static Err audit(Cx *cx, const Relation *relation, Str verb)
{
    Str role = relation_role_name(relation->role);
    return audit_add_number(cx, verb, S("relation"), relation->id,
                            arena_fmt(cx->arena, "person %lld, %.*s of item %lld",
                                      (long long)relation->person.v, SARG(role),
                                      (long long)relation->item.v));
}

static Err check_title(Cx *cx, Str title)
{
    if (title.n > RELATION_TITLE_BYTES_MAX || !str_is_utf8(title))
        return fail(cx, ERR_INVALID, "relation.title", "a title has at most %d bytes",
                    RELATION_TITLE_BYTES_MAX);
    return OK;
}

Err relation_add(Cx *cx, PersonId person, RelationRole role, ItemId item, ItemId through, Str title,
                 RelationState state, int64_t *ret)
{
    Relation relation;
    bool found;
    ASSERT(state != RELATION_ENDED);
    TRY(check_title(cx, title));
    TRY(relation_store_find(cx, person, role, item, &found, &relation));
    if (found) {
        *ret = relation.id;
        /* Who was invited and asks, or asked and is invited, is in. */
        bool both = relation.state != state;
        return relation.state != RELATION_ACTIVE && both
                   ? relation_set_state(cx, relation.id, RELATION_ACTIVE)
                   : OK;
    }
    int64_t now_us = cx_now_us(cx);
    relation = (Relation){.person = person,
                          .role = role,
                          .item = item,
                          .through = through,
                          .title = title,
                          .state = state,
                          .created_us = now_us,
                          .from_us = state == RELATION_ACTIVE ? now_us : 0};
    TRY(relation_store_add(cx, &relation, &relation.id));
    *ret = relation.id;
    Str name = relation_state_name(state);
    return audit(cx, &relation, arena_fmt(cx->arena, "relation.%.*s", SARG(name)));
}

Err relation_get(Cx *cx, int64_t id, Relation *ret)
{
    bool found;
    TRY(relation_store_get(cx, id, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "relation.unknown", "there is no relation %lld",
                    (long long)id);
    return OK;
}

Err relation_set_state(Cx *cx, int64_t id, RelationState state)
{
    Relation relation;
    TRY(relation_get(cx, id, &relation));
    if (relation.state == state)
        return OK; /* a second click */
    if (relation.state == RELATION_ENDED || state < RELATION_ACTIVE)
        return fail(cx, ERR_CONFLICT, "relation.state", "it has changed meanwhile");
    relation.state = state;
    if (state == RELATION_ACTIVE)
        relation.from_us = cx_now_us(cx);
    else
        relation.until_us = cx_now_us(cx);
    TRY(relation_store_set(cx, &relation));
    Str name = relation_state_name(state);
    return audit(cx, &relation, arena_fmt(cx->arena, "relation.%.*s", SARG(name)));
}

Err relation_set_role(Cx *cx, int64_t id, RelationRole role, Str title)
{
    Relation relation;
    TRY(check_title(cx, title));
    TRY(relation_get(cx, id, &relation));
    relation.role = role;
    relation.title = title;
    TRY(relation_store_set(cx, &relation));
    return audit(cx, &relation, S("relation.role"));
}

Err relation_end(Cx *cx, int64_t id, int64_t until_us)
{
    Relation relation;
    TRY(relation_get(cx, id, &relation));
    if (relation_is_belonging(&relation))
        return fail(cx, ERR_CONFLICT, "relation.organisation",
                    "who belongs to an organisation leaves it by organisation_end, which keeps the"
                    " alliance in step");
    if (relation.state != RELATION_ACTIVE)
        return fail(cx, ERR_CONFLICT, "relation.state", "it has changed meanwhile");
    relation.until_us = until_us;
    if (until_us <= cx_now_us(cx))
        relation.state = RELATION_ENDED;
    TRY(relation_store_set(cx, &relation));
    return audit(cx, &relation, S("relation.ended"));
}

Err relation_end_due(Cx *cx)
{
    return relation_store_end_due(cx);
}

Err relation_set_through(Cx *cx, int64_t id, ItemId through)
{
    Relation relation;
    TRY(relation_get(cx, id, &relation));
    relation.through = through;
    TRY(relation_store_set(cx, &relation));
    return audit(cx, &relation, S("relation.through"));
}

Err relation_find(Cx *cx, PersonId person, ItemId item, bool *ret_found, Relation *ret)
{
    return relation_store_find_any(cx, person, item, ret_found, ret);
}

Err relation_list(Cx *cx, ItemId item, bool ended, Relation **ret, size_t *ret_count)
{
    return relation_store_list(cx, item, ended, ret, ret_count);
}

Err relation_of_person(Cx *cx, PersonId person, Relation **ret, size_t *ret_count)
{
    return relation_store_of_person(cx, person, ret, ret_count);
}

Err relation_count(Cx *cx, ItemId item, RelationRole role, int64_t *ret)
{
    return relation_store_count(cx, item, role, ret);
}

Err relation_end_all(Cx *cx, ItemId item)
{
    TRY(relation_store_end_all(cx, item));
    return audit_add_number(cx, S("relation.end_all"), S("item"), item.v, S(""));
}

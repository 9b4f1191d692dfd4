#include "people/support.h"

#include "base/str.h"
#include "core/audit.h"
#include "people/block.h"
#include "people/support_store.h"

Err support_count(Cx *cx, ItemId idea, SupportCount *ret)
{
    return support_store_count(cx, idea, ret);
}

Err support_organisations(Cx *cx, ItemId idea, Supporter **ret, size_t *ret_count)
{
    return support_store_organisations(cx, idea, ret, ret_count);
}

/* Before it is answered; afterwards the count stands as it was. */
static bool is_asking(const Item *idea)
{
    return str_eq(idea->state, S("published")) || str_eq(idea->state, S("evaluation"));
}

static bool is_author(const Cx *cx, const Item *idea)
{
    return idea->author.v && idea->author.v == cx->actor->person.v;
}

Err support_own(Cx *cx, const Item *idea, SupportOwn *ret)
{
    *ret = (SupportOwn){0};
    if (!cx->actor->person.v)
        return OK;
    ret->may = is_asking(idea) && !is_author(cx, idea);
    TRY(support_store_has(cx, idea->id, &ret->supports));
    return support_store_represented(cx, idea->id, ret->organisations, COUNT_OF(ret->organisations),
                                     &ret->organisation_count);
}

static Err check_rep(Cx *cx, const Item *idea, ItemId organisation)
{
    SupportOwn own;
    TRY(support_own(cx, idea, &own));
    for (size_t i = 0; i < own.organisation_count; i++)
        if (own.organisations[i].organisation.v == organisation.v)
            return OK;
    return fail(cx, ERR_DENIED, "support.rep", "its representatives support for an organisation");
}

Err support_set(Cx *cx, const Item *idea, ItemId organisation, bool supports)
{
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(block_check(cx));
    if (!is_asking(idea))
        return fail(cx, ERR_CONFLICT, "support.state", "it is \"%.*s\" now", SARG(idea->state));
    if (organisation.v)
        TRY(check_rep(cx, idea, organisation));
    else if (is_author(cx, idea))
        return fail(cx, ERR_DENIED, "support.own", "one's own idea has one's support already");
    TRY(supports ? support_store_put(cx, idea->id, organisation)
                 : support_store_remove(cx, idea->id, organisation));
    return audit_add_number(cx, supports ? S("idea.support") : S("idea.unsupport"), S("idea"),
                            idea->id.v, organisation.v ? S("organisation") : S("person"));
}

Err support_list_own(Cx *cx, int64_t limit, Item **ret, size_t *ret_count)
{
    PersonId person = cx->actor->person;
    ItemQuery query = {.noun = NOUN_IDEA,
                       .join = SUPPORT_JOIN,
                       .where = support_store_of_person,
                       .user = &person,
                       .order = ITEM_CHANGED_LAST,
                       .limit = limit};
    return item_list(cx, &query, ret, ret_count, NULL);
}

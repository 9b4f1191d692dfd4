#include "people/contribution.h"

#include "base/str.h"
#include "people/contribution_store.h"
#include "people/organisation.h"

static const Str KIND_NAMES[CONTRIBUTION_KIND_COUNT_] = {[CONTRIBUTION_HOURS] = S_INIT("hours"),
                                                         [CONTRIBUTION_MONEY] = S_INIT("money"),
                                                         [CONTRIBUTION_DATA] = S_INIT("data")};

Str contribution_kind_name(ContributionKind kind)
{
    return KIND_NAMES[kind];
}

bool contribution_kind_parse(Str name, ContributionKind *ret)
{
    for (size_t i = 0; i < CONTRIBUTION_KIND_COUNT_; i++)
        if (str_eq(name, KIND_NAMES[i])) {
            *ret = (ContributionKind)i;
            return true;
        }
    return false;
}

static Err admit(Cx *cx, const Item *organisation)
{
    uint32_t stand;
    TRY(item_stand(cx, organisation, &stand));
    if (!organisation_may_edit(stand))
        return fail(cx, ERR_DENIED, "organisation.edit", "its representatives note that");
    return OK;
}

static bool is_text(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ')
            return false;
    return text.n > 0 && text.n <= CONTRIBUTION_WHAT_BYTES_MAX && str_is_utf8(text);
}

static Err check(Cx *cx, const Contribution *one)
{
    if (one->kind >= CONTRIBUTION_KIND_COUNT_)
        flaw(cx, "contribution.kind", "hours, money or data");
    if (one->amount < 1 || one->amount > CONTRIBUTION_AMOUNT_MAX)
        flaw(cx, "contribution.amount", "an amount above 0");
    if (one->on_us <= 0 || one->on_us > cx_now_us(cx))
        flaw(cx, "contribution.date", "a day that is not in the future");
    if (!is_text(one->what))
        flaw(cx, "contribution.what", "1 to %d bytes in one line", CONTRIBUTION_WHAT_BYTES_MAX);
    return flaws_end(cx);
}

Err contribution_add(Cx *cx, const Item *organisation, const Contribution *contribution,
                     Events *events)
{
    ContributionSums sums;
    Contribution one = *contribution;
    TRY(admit(cx, organisation));
    one.what = str_trim(one.what);
    TRY(check(cx, &one));
    TRY(contribution_store_sums(cx, organisation->id, &sums));
    if (sums.entries >= CONTRIBUTIONS_MAX)
        return fail(cx, ERR_LIMIT, "contribution.many", "at most %d entries", CONTRIBUTIONS_MAX);
    TRY(contribution_store_add(cx, organisation->id, &one));
    return item_keep(cx, organisation->id, NOUN_ORGANISATION, S("contribute"), S(""), events);
}

Err contribution_remove(Cx *cx, const Item *organisation, int64_t id, Events *events)
{
    int64_t removed;
    TRY(admit(cx, organisation));
    TRY(contribution_store_remove(cx, organisation->id, id, &removed));
    if (!removed)
        return fail(cx, ERR_NOT_FOUND, "contribution.unknown", "there is no entry %lld",
                    (long long)id);
    return item_keep(cx, organisation->id, NOUN_ORGANISATION, S("uncontribute"), S(""), events);
}

Err contribution_list(Cx *cx, ItemId organisation, Contribution **ret, size_t *ret_count)
{
    return contribution_store_list(cx, organisation, ret, ret_count);
}

Err contribution_sums(Cx *cx, ItemId organisation, ContributionSums *ret)
{
    return contribution_store_sums(cx, organisation, ret);
}

Err contribution_sums_of_all(Cx *cx, ContributionSums *ret)
{
    return contribution_store_sums(cx, (ItemId){0}, ret);
}

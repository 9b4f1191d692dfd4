#include "people/funding.h"

#include "base/str.h"
#include "people/day.h"
#include "people/funding_store.h"

Err funding_list(Cx *cx, ItemId project, Funding **ret, size_t *ret_count)
{
    return funding_store_list(cx, project, ret, ret_count);
}

Err funding_givers(Cx *cx, Str **ret, size_t *ret_count)
{
    return funding_store_givers(cx, ret, ret_count);
}

static void check_one(Cx *cx, const Funding *one)
{
    Str from, until;
    if (!one->giver.n || one->giver.n > FUNDING_NAME_BYTES_MAX || !str_is_utf8(one->giver))
        flaw(cx, "funding.giver", "who gives it has 1 to %d bytes", FUNDING_NAME_BYTES_MAX);
    if (!money_known(one->amount) && one->amount.cent != MONEY_NONE.cent)
        flaw(cx, "funding.amount", "this is no sum of money");
    if (one->programme.n > FUNDING_NAME_BYTES_MAX || !str_is_utf8(one->programme))
        flaw(cx, "funding.programme", "a programme has at most %d bytes", FUNDING_NAME_BYTES_MAX);
    if (!day_parse(cx->arena, one->from_day, &from) ||
        !day_parse(cx->arena, one->until_day, &until) ||
        (from.n && until.n && str_cmp(until, from) < 0))
        flaw(cx, "funding.until", "it is given from a day until a later one");
}

Err funding_check(Cx *cx, const Funding *list, size_t count)
{
    if (count > FUNDINGS_MAX)
        flaw(cx, "funding.count", "at most %d", FUNDINGS_MAX);
    for (size_t i = 0; i < MIN(count, (size_t)FUNDINGS_MAX); i++)
        check_one(cx, &list[i]);
    return flaws_end(cx);
}

static bool is_known(const Funding *old, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (old[i].number == number)
            return true;
    return false;
}

Err funding_put(Cx *cx, ItemId project, const Funding *list, size_t count)
{
    Funding *old;
    size_t old_count;
    TRY(funding_store_list(cx, project, &old, &old_count));
    TRY(funding_store_clear(cx, project));
    for (size_t i = 0; i < count; i++) {
        Funding one = list[i];
        bool good = day_parse(cx->arena, one.from_day, &one.from_day) &&
                    day_parse(cx->arena, one.until_day, &one.until_day);
        ASSERT(good); /* funding_check */
        if (!is_known(old, old_count, one.number))
            TRY(project_take_number(cx, project, &one.number));
        TRY(funding_store_add(cx, project, &one));
    }
    return OK;
}

static void put_text(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

Err funding_put_json(Cx *cx, ItemId project, JsonOut *out)
{
    Funding *list;
    size_t count;
    TRY(funding_list(cx, project, &list, &count));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(out, '{');
        json_name(out, S("number"));
        json_put_i64(out, list[i].number);
        put_text(out, S("giver"), list[i].giver);
        put_text(out, S("programme"), list[i].programme);
        json_name(out, S("amount_cent"));
        if (money_known(list[i].amount))
            json_put_i64(out, list[i].amount.cent);
        else
            json_put_null(out);
        put_text(out, S("from"), list[i].from_day);
        put_text(out, S("until"), list[i].until_day);
        json_end(out, '}');
    }
    json_end(out, ']');
    return OK;
}

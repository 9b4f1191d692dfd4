#include "people/milestone.h"

#include "base/str.h"
#include "people/day.h"
#include "people/milestone_store.h"

Err milestone_list(Cx *cx, ItemId project, Milestone **ret, size_t *ret_count)
{
    Item item = {.id = project};
    return milestone_store_list(cx, &item, 1, ret, ret_count);
}

Err milestone_list_of(Cx *cx, const Item *items, size_t count, Milestone **ret, size_t *ret_count)
{
    return milestone_store_list(cx, items, count, ret, ret_count);
}

/* Zones are at most 14 hours ahead of UTC: what is done today somewhere is not in the future. */
static bool is_future(Cx *cx, Str day)
{
    return day_us(day) > cx_now_us(cx) + 14 * TIME_HOUR_US;
}

static void check_one(Cx *cx, const Milestone *one)
{
    Str day;
    if (!one->title.n || one->title.n > MILESTONE_TITLE_BYTES_MAX || !str_is_utf8(one->title))
        flaw(cx, "milestone.title", "a milestone's title has 1 to %d bytes",
             MILESTONE_TITLE_BYTES_MAX);
    if (!day_parse(cx->arena, one->due_day, &day))
        flaw(cx, "milestone.due", "this is no day");
    if (!day_parse(cx->arena, one->done_day, &day) || (day.n && is_future(cx, day)))
        flaw(cx, "milestone.done", "what was reached was reached today or before");
}

static bool is_known(const Milestone *old, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (old[i].number == number)
            return true;
    return false;
}

static Err put_all(Cx *cx, ItemId project, const Milestone *list, size_t count)
{
    Milestone *old;
    size_t old_count;
    TRY(milestone_list(cx, project, &old, &old_count));
    TRY(milestone_store_clear(cx, project));
    for (size_t i = 0; i < count; i++) {
        Milestone one = list[i];
        bool good = day_parse(cx->arena, one.due_day, &one.due_day) &&
                    day_parse(cx->arena, one.done_day, &one.done_day);
        ASSERT(good); /* check_one */
        if (!is_known(old, old_count, one.number))
            TRY(project_take_number(cx, project, &one.number));
        TRY(milestone_store_add(cx, project, &one, (int64_t)i));
    }
    return OK;
}

Err milestone_set(Cx *cx, Item *item, int64_t version, const Milestone *list, size_t count,
                  Events *events)
{
    TRY(project_require_edit(cx, item));
    TRY(item_expect(cx, item, version));
    if (count > MILESTONES_MAX)
        flaw(cx, "milestone.count", "at most %d", MILESTONES_MAX);
    for (size_t i = 0; i < MIN(count, (size_t)MILESTONES_MAX); i++)
        check_one(cx, &list[i]);
    TRY(flaws_end(cx));
    TRY(put_all(cx, item->id, list, count));
    return item_keep(cx, item->id, NOUN_PROJECT, S("milestones"), S(""), events);
}

Err milestone_reach(Cx *cx, ItemId project, int64_t number, Str day)
{
    int64_t changed;
    TRY(milestone_store_reach(cx, project, number, day, &changed));
    if (!changed)
        return fail(cx, ERR_NOT_FOUND, "milestone.unknown", "there is no milestone %lld",
                    (long long)number);
    return OK;
}

static void put_text(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

Err milestone_put_json(Cx *cx, ItemId project, JsonOut *out)
{
    Milestone *list;
    size_t count;
    TRY(milestone_list(cx, project, &list, &count));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(out, '{');
        json_name(out, S("number"));
        json_put_i64(out, list[i].number);
        put_text(out, S("title"), list[i].title);
        put_text(out, S("due"), list[i].due_day);
        put_text(out, S("done"), list[i].done_day);
        json_end(out, '}');
    }
    json_end(out, ']');
    return OK;
}

/* What changed between two reports of a project: from the documents that they kept. */
#include "base/str.h"
#include "people/day.h"
#include "people/report.h"
#include "people/report_store.h"

typedef struct Doc {
    Json json;
    Str state;
    Light light;
    Money spent, investment;
    JsonValue milestones;
    bool has_milestones;
} Doc;

static Str text_of_member(Cx *cx, JsonValue object, Str name)
{
    JsonValue value;
    return json_find(object, name, &value) && json_is(value, JSON_STRING)
               ? json_text(cx->arena, value)
               : S("");
}

static Money money_of(JsonValue object, Str name)
{
    JsonValue value;
    int64_t cent;
    return json_find(object, name, &value) && json_i64(value, &cent) ? (Money){cent} : MONEY_NONE;
}

static Err read_doc(Cx *cx, Str text, Doc *ret)
{
    JsonValue own;
    TRY(json_parse(cx, text, &ret->json));
    JsonValue root = json_root(&ret->json);
    ret->state = text_of_member(cx, root, S("state"));
    if (!json_find(root, S("own"), &own))
        return OK;
    if (!light_parse(text_of_member(cx, own, S("light")), &ret->light))
        ret->light = LIGHT_NONE;
    ret->spent = money_of(own, S("spent_cent"));
    ret->investment = money_of(own, S("investment_cent"));
    ret->has_milestones = json_find(own, S("milestones"), &ret->milestones);
    return OK;
}

static int64_t number_of(JsonValue milestone)
{
    JsonValue value;
    int64_t number = 0;
    return json_find(milestone, S("number"), &value) && json_i64(value, &number) ? number : 0;
}

static bool find_milestone(const Doc *doc, int64_t number, JsonValue *ret)
{
    if (!doc->has_milestones)
        return false;
    for (JsonIter it = json_iter(doc->milestones); json_next(&it);)
        if (number_of(it.value) == number) {
            *ret = it.value;
            return true;
        }
    return false;
}

static void compare_milestone(Cx *cx, const Doc *before, JsonValue now, ReportChange *change)
{
    JsonValue old;
    Str title = text_of_member(cx, now, S("title")), due = text_of_member(cx, now, S("due"));
    Str done = text_of_member(cx, now, S("done"));
    bool known = find_milestone(before, number_of(now), &old);
    Str old_due = known ? text_of_member(cx, old, S("due")) : S("");
    Str old_done = known ? text_of_member(cx, old, S("done")) : S("");
    if (done.n && !old_done.n)
        change->reached[change->reached_count++] = (ReportMark){title, due, done};
    else if (!known)
        change->added[change->added_count++] = (ReportMark){title, S(""), due};
    else if (!done.n && !str_eq(due, old_due))
        change->moved[change->moved_count++] = (ReportMark){title, old_due, due};
}

Err report_compare(Cx *cx, Str before, Str now, ReportChange *ret)
{
    Doc *old = arena_new(cx->arena, Doc), *new = arena_new(cx->arena, Doc);
    *old = *new = (Doc){.spent = MONEY_NONE, .investment = MONEY_NONE};
    TRY(read_doc(cx, now, new));
    if (before.n)
        TRY(read_doc(cx, before, old));
    ReportChange change = {.first = !before.n,
                           .since = S(""),
                           .state_before = old->state,
                           .state_now = new->state,
                           .light_before = old->light,
                           .light_now = new->light,
                           .spent_before = old->spent,
                           .spent_now = new->spent,
                           .investment_before = old->investment,
                           .investment_now = new->investment};
    size_t count = new->has_milestones ? json_count(new->milestones) : 0;
    change.reached = arena_array(cx->arena, ReportMark, count);
    change.moved = arena_array(cx->arena, ReportMark, count);
    change.added = arena_array(cx->arena, ReportMark, count);
    if (before.n && count)
        for (JsonIter it = json_iter(new->milestones); json_next(&it);)
            compare_milestone(cx, old, it.value, &change);
    *ret = change;
    return OK;
}

Err report_change(Cx *cx, const Report *report, ReportChange *ret)
{
    Str before;
    int64_t before_us;
    ASSERT(report->doc.n); /* it was handed in */
    TRY(report_store_before(cx, report, &before, &before_us));
    TRY(report_compare(cx, before, report->doc, ret));
    if (before.n)
        ret->since = day_at(cx->arena, NULL, before_us);
    return OK;
}

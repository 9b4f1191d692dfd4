#include "people/waiting.h"

#include "base/str.h"
#include "people/day.h"
#include "people/inbox.h"
#include "people/milestone.h"
#include "people/moderation.h"
#include "people/project.h"
#include "people/relation.h"
#include "people/report.h"
#include "people/task.h"
#include "people/waiting_store.h"

#include <stdlib.h>

static const Str NAMES[WAITING_KIND_COUNT_] = {
    [WAITING_INBOX] = S_INIT("inbox"),           [WAITING_MODERATION] = S_INIT("moderation"),
    [WAITING_INVITATION] = S_INIT("invitation"), [WAITING_INVITED] = S_INIT("invited"),
    [WAITING_REQUEST] = S_INIT("request"),       [WAITING_REPORT] = S_INIT("report"),
    [WAITING_QUESTION] = S_INIT("question"),     [WAITING_TASK] = S_INIT("task"),
    [WAITING_MILESTONE] = S_INIT("milestone"),
};

Str waiting_kind_name(WaitingKind kind)
{
    return NAMES[kind];
}

typedef struct Gathered {
    Waiting *list;
    size_t count, room;
    Str today, until; /* days */
} Gathered;

static void gather(Gathered *g, Waiting one)
{
    one.overdue = one.late || (one.due_day.n && str_cmp(one.due_day, g->today) < 0);
    ASSERT(g->count < g->room);
    g->list[g->count++] = one;
}

static void make_room(Cx *cx, Gathered *g, size_t more)
{
    Waiting *list = arena_array(cx->arena, Waiting, g->count + more);
    for (size_t i = 0; i < g->count; i++)
        list[i] = g->list[i];
    g->list = list;
    g->room = g->count + more;
}

static bool is_near(const Gathered *g, Str day)
{
    return day.n && str_cmp(day, g->until) <= 0;
}

/* ---- what waits for a role, whoever has it ---- */

static Err gather_inbox(Cx *cx, Gathered *g)
{
    Inbox inbox;
    if (!actor_may(cx->actor, MAY_OFFICE_WORK))
        return OK;
    TRY(inbox_read(cx, &(InboxQuery){0}, &inbox));
    make_room(cx, g, 1);
    if (inbox.total)
        gather(g, (Waiting){.kind = WAITING_INBOX, .count = inbox.total, .late = inbox.overdue});
    return OK;
}

static Err gather_moderation(Cx *cx, Gathered *g)
{
    Case *cases;
    size_t count;
    int64_t pending, flagged;
    if (!actor_may(cx->actor, MAY_MODERATE))
        return OK;
    TRY(moderation_list(cx, QUEUE_PENDING, (PersonId){0}, 1, 0, &cases, &count, &pending));
    TRY(moderation_list(cx, QUEUE_FLAGGED, (PersonId){0}, 1, 0, &cases, &count, &flagged));
    make_room(cx, g, 1);
    if (pending + flagged)
        gather(g, (Waiting){.kind = WAITING_MODERATION, .count = pending + flagged});
    return OK;
}

/* ---- where others wait ---- */

static Err count_asked(Cx *cx, ItemId item, int64_t *ret)
{
    Relation *list;
    size_t count;
    *ret = 0;
    TRY(relation_list(cx, item, false, &list, &count));
    for (size_t i = 0; i < count; i++)
        *ret += list[i].state == RELATION_ASKED;
    return OK;
}

static Err gather_relation(Cx *cx, Gathered *g, const Relation *r, size_t *led)
{
    Waiting one = {.kind = r->item_noun == NOUN_ORGANISATION ? WAITING_INVITATION : WAITING_INVITED,
                   .title = r->item_title,
                   .noun = r->item_noun,
                   .item_title = r->item_title,
                   .item_slug = r->item_slug};
    if (r->state == RELATION_INVITED) {
        gather(g, one);
        return OK;
    }
    if (r->state != RELATION_ACTIVE || r->role != RELATION_LEAD || (*led)++ >= WAITING_LED_MAX)
        return OK;
    one.kind = WAITING_REQUEST;
    TRY(count_asked(cx, r->item, &one.count));
    if (one.count)
        gather(g, one);
    return OK;
}

static Err gather_relations(Cx *cx, Gathered *g)
{
    Relation *list;
    size_t count, led = 0;
    TRY(relation_of_person(cx, cx->actor->person, &list, &count));
    make_room(cx, g, count);
    for (size_t i = 0; i < count; i++)
        TRY(gather_relation(cx, g, &list[i], &led));
    return OK;
}

/* ---- what has a day ---- */

static Err gather_tasks(Cx *cx, const Zone *zone, Gathered *g)
{
    Task *list;
    size_t count;
    TRY(task_list_own(cx, false, &list, &count));
    make_room(cx, g, count);
    for (size_t i = 0; i < count; i++) {
        /* Kept is when the day has ended. */
        Str day = list[i].due_us ? day_at(cx->arena, zone, list[i].due_us - TIME_MINUTE_US) : S("");
        if (is_near(g, day))
            gather(g, (Waiting){.kind = WAITING_TASK,
                                .title = list[i].title,
                                .noun = NOUN_BODY,
                                .item_title = list[i].body_title,
                                .item_slug = list[i].body_slug,
                                .due_day = day});
    }
    return OK;
}

static Waiting of_project(const Item *item, WaitingKind kind, Str title, Str due_day)
{
    return (Waiting){.kind = kind,
                     .title = title,
                     .noun = NOUN_PROJECT,
                     .item_title = item->text.title,
                     .item_slug = item->slug,
                     .due_day = due_day};
}

static const Item *item_of(const Item *items, size_t count, ItemId id)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].id.v == id.v)
            return &items[i];
    return NULL;
}

static Err gather_milestones(Cx *cx, Gathered *g, const Item *items, size_t count)
{
    Milestone *list;
    size_t found;
    TRY(milestone_list_of(cx, items, count, &list, &found));
    make_room(cx, g, found);
    for (size_t i = 0; i < found; i++) {
        const Item *item = item_of(items, count, list[i].project);
        if (item && !list[i].done_day.n && is_near(g, list[i].due_day))
            gather(g, of_project(item, WAITING_MILESTONE, list[i].title, list[i].due_day));
    }
    return OK;
}

static Err gather_reports(Cx *cx, Gathered *g, const Item *items, size_t count)
{
    Round round;
    TRY(round_current(cx, &round));
    make_room(cx, g, count);
    for (size_t i = 0; round.id && i < count; i++) {
        Report report;
        bool found;
        TRY(report_find(cx, round.id, items[i].id, &found, &report));
        if (found && !report_is_in(&report))
            gather(g,
                   of_project(&items[i],
                              report.state == REPORT_RETURNED ? WAITING_QUESTION : WAITING_REPORT,
                              items[i].text.title, round.due_day));
    }
    return OK;
}

/* Of the projects that one leads, those that run. */
static Err gather_projects(Cx *cx, Gathered *g)
{
    Item *items;
    size_t count, kept = 0;
    PersonId person = cx->actor->person;
    ItemQuery query = {.noun = NOUN_PROJECT,
                       .where = waiting_store_led,
                       .user = &person,
                       .order = ITEM_CHANGED_LAST,
                       .limit = WAITING_PROJECTS_MAX};
    TRY(item_list(cx, &query, &items, &count, NULL));
    for (size_t i = 0; i < count; i++)
        if (project_runs(items[i].state))
            items[kept++] = items[i];
    TRY(gather_reports(cx, g, items, kept));
    return gather_milestones(cx, g, items, kept);
}

static int by_day(const void *a, const void *b)
{
    const Waiting *left = a, *right = b;
    int days = str_cmp(left->due_day, right->due_day);
    if (days)
        return days;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return str_cmp(left->title, right->title);
}

Err waiting_list(Cx *cx, const Zone *zone, Waiting **ret, size_t *ret_count, bool *ret_more)
{
    Gathered g = {.today = day_at(cx->arena, zone, cx_now_us(cx))};
    g.until = day_of_number(cx->arena, day_number(g.today) + WAITING_DAYS);
    if (!cx->actor->person.v)
        return fail(cx, ERR_DENIED, "auth.required", "what waits for one needs somebody");
    TRY(gather_inbox(cx, &g));
    TRY(gather_moderation(cx, &g));
    TRY(gather_relations(cx, &g));
    TRY(gather_tasks(cx, zone, &g));
    TRY(gather_projects(cx, &g));
    if (g.count)
        qsort(g.list, g.count, sizeof *g.list, by_day);
    *ret = g.list;
    *ret_count = MIN(g.count, (size_t)WAITING_MAX);
    *ret_more = g.count > WAITING_MAX;
    return OK;
}

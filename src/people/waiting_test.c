/* What waits for one: what others asked of one, and what has a day that is near or has passed;
 * nothing of what others lead, what is done, or what lies far ahead. */
#include "people/waiting.h"

#include "base/str.h"
#include "people/body.h"
#include "people/day.h"
#include "people/milestone.h"
#include "people/post.h"
#include "people/report.h"
#include "people/seat.h"
#include "people/support.h"
#include "people/task.h"
#include "people/test_people.h"

typedef struct World {
    int64_t office, lead, rep, other;
    ItemId goal, organisation;
} World;

static void relate(TestCore *f, int64_t person, RelationRole role, ItemId item, RelationState state)
{
    int64_t id;
    assert_ok(&f->t.cx, relation_add(&f->t.cx, (PersonId){person}, role, item, (ItemId){0}, S(""),
                                     state, &id));
}

static World world_of(TestCore *f)
{
    World w = {.office = add_person(f, "office"),
               .lead = add_person(f, "lead"),
               .rep = add_person(f, "rep"),
               .other = add_person(f, "other")};
    act_as(f, w.office, ROLE_OFFICE);
    w.goal = open_item(f, NOUN_GOAL, "Weniger Strom", "adopted");
    w.organisation = open_item(f, NOUN_ORGANISATION, "Stadtwerke", "accepted");
    relate(f, w.rep, RELATION_REP, w.organisation, RELATION_ACTIVE);
    return w;
}

static Item add_project(TestCore *f, const World *w, const char *title, int64_t lead)
{
    Cx *cx = &f->t.cx;
    Item item = {0};
    ProjectDraft draft = {
        .item = draft_of(title), .goals = &w->goal, .goal_count = 1, .lead = (PersonId){lead}};
    draft.item.organisation = w->organisation;
    act_as(f, w->office, ROLE_OFFICE);
    assert_ok(cx, project_add(cx, &draft, &f->events, &item.id));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, &item, S("approve"), S("ja"), &f->events));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    return item;
}

/* So many days from today. */
static Str day(TestCore *f, int64_t days)
{
    Arena *arena = f->t.cx.arena;
    return day_of_number(arena, day_number(day_at(arena, NULL, cx_now_us(&f->t.cx))) + days);
}

/* "kind title|kind title!": in their order, what is overdue with a mark. */
static const char *waiting_of(TestCore *f, int64_t person)
{
    Cx *cx = &f->t.cx;
    Waiting *list;
    size_t count;
    bool more;
    Buf out = buf_new(cx->arena, 1 << 16);
    act_as(f, person, 0);
    assert_ok(cx, waiting_list(cx, NULL, &list, &count, &more));
    assert_false(more);
    for (size_t i = 0; i < count; i++) {
        Str kind = waiting_kind_name(list[i].kind);
        buf_fmt(&out, "%s%.*s %.*s%s", i ? "|" : "", SARG(kind), SARG(list[i].title),
                list[i].overdue ? "!" : "");
    }
    return arena_cstr(cx->arena, buf_str(&out));
}

static void nothing_waits_for_somebody_new(void **state)
{
    TestCore *f = *state;
    Waiting *list;
    size_t count;
    bool more;
    World w = world_of(f);
    assert_string_equal("", waiting_of(f, w.other));
    act_as(f, 0, 0);
    assert_err(&f->t.cx, ERR_DENIED, "auth.required",
               waiting_list(&f->t.cx, NULL, &list, &count, &more));
}

static void the_inbox_waits_for_the_office_and_for_nobody_else(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Waiting *list;
    size_t count;
    bool more;
    World w = world_of(f);
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, waiting_list(cx, NULL, &list, &count, &more));
    assert_int_equal(count, 0);
    (void)open_item(f, NOUN_ORGANISATION, "Werft", "applied");
    (void)open_item(f, NOUN_ORGANISATION, "Hafen", "review");
    assert_ok(cx, waiting_list(cx, NULL, &list, &count, &more));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].kind, WAITING_INBOX);
    assert_int_equal(list[0].count, 2);
    assert_false(list[0].overdue);
    f->t.clock = clock_fixed(cx_now_us(cx) + 15 * TIME_DAY_US);
    assert_ok(cx, waiting_list(cx, NULL, &list, &count, &more));
    assert_int_equal(list[0].late, 2);
    assert_true(list[0].overdue);
    assert_string_equal("", waiting_of(f, w.other));
}

static void what_has_a_day_that_is_near_waits_for_who_leads(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item mine = add_project(f, &w, "Laternen", w.lead), nobodys = add_project(f, &w, "Ampeln", 0);
    const Milestone list[] = {
        {.title = S_INIT("Vergabe"), .due_day = day(f, -3)},
        {.title = S_INIT("Baubeginn"), .due_day = day(f, WAITING_DAYS)},
        {.title = S_INIT("Abnahme"), .due_day = day(f, WAITING_DAYS + 1)},
        {.title = S_INIT("Antrag"), .due_day = day(f, -9), .done_day = day(f, -9)}};
    assert_ok(cx, milestone_set(cx, &mine, mine.version, list, COUNT_OF(list), &f->events));
    assert_ok(cx, milestone_set(cx, &nobodys, nobodys.version, list, 1, &f->events));
    assert_string_equal("milestone Vergabe!|milestone Baubeginn", waiting_of(f, w.lead));
    assert_string_equal("milestone Vergabe!", waiting_of(f, w.rep)); /* nobody else leads it */
    assert_string_equal("", waiting_of(f, w.other));
    /* What is over waits for nobody. */
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, item_get_by_id(cx, mine.id, &mine));
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, &mine, S("cancel"), S("Geld"), &f->events));
    assert_string_equal("", waiting_of(f, w.lead));
}

static void a_report_waits_until_it_is_in_and_again_with_a_question(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t round;
    World w = world_of(f);
    Item item = add_project(f, &w, "Laternen", w.lead);
    assert_string_equal("", waiting_of(f, w.lead));
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, round_open(cx, 2022, 2, day(f, 30), &f->events, &round));
    assert_string_equal("report Laternen", waiting_of(f, w.lead));
    assert_string_equal("", waiting_of(f, w.rep)); /* it has a lead */
    ReportDraft draft = {.light = LIGHT_GREEN,
                         .reason = S("Läuft."),
                         .happened = S("Viel."),
                         .next_steps = S("Mehr.")};
    act_as(f, w.lead, 0);
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, report_submit(cx, round, &item, 1, &draft, &f->events));
    assert_string_equal("", waiting_of(f, w.lead));
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, report_return(cx, round, item.id, S("Was heißt viel?")));
    assert_string_equal("question Laternen", waiting_of(f, w.lead));
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, round_close(cx, round));
    assert_string_equal("", waiting_of(f, w.lead));
}

static void invitations_requests_and_tasks_wait_for_whom_they_concern(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of("Mobilität");
    Item body;
    ItemId id;
    int64_t task, others;
    World w = world_of(f);
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, body_add(cx, BODY_EXPERT, &draft, &f->events, &id));
    relate(f, w.lead, RELATION_LEAD, id, RELATION_ACTIVE);
    relate(f, w.rep, RELATION_MEMBER, id, RELATION_INVITED);
    relate(f, w.other, RELATION_MEMBER, id, RELATION_ASKED);
    relate(f, w.lead, RELATION_COLLEAGUE, w.organisation, RELATION_INVITED);
    assert_ok(cx, item_get_by_id(cx, id, &body));
    TaskDraft near = {.owner = {w.lead}, .title = S("Angebot"), .due_us = cx_now_us(cx)};
    TaskDraft far = {.owner = {w.lead},
                     .title = S("Bilanz"),
                     .due_us = cx_now_us(cx) + (WAITING_DAYS + 2) * 24 * TIME_HOUR_US};
    TaskDraft open = {.owner = {w.lead}, .title = S("Irgendwann")};
    assert_ok(cx, task_add(cx, &body, &near, &f->events, &task));
    assert_ok(cx, task_add(cx, &body, &far, &f->events, &others));
    assert_ok(cx, task_add(cx, &body, &open, &f->events, &others));
    assert_string_equal("invitation Stadtwerke|request Mobilität|task Angebot!",
                        waiting_of(f, w.lead));
    assert_string_equal("invited Mobilität", waiting_of(f, w.rep));
    assert_string_equal("", waiting_of(f, w.other)); /* who asked waits, nothing waits for them */
    act_as(f, w.lead, 0);
    assert_ok(cx, task_set_state(cx, task, TASK_DONE));
    assert_string_equal("invitation Stadtwerke|request Mobilität", waiting_of(f, w.lead));
}

static void one_s_own_posts_and_what_one_supports_are_one_s_own(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Post *posts;
    Item *items;
    PostId id;
    size_t count;
    World w = world_of(f);
    Item idea = published_idea(f, w.other, "Mehr Licht");
    act_as(f, w.lead, 0);
    assert_ok(cx, post_add(cx, &idea, (PostId){0}, S("Gut"), &f->events, &id));
    assert_ok(cx, support_set(cx, &idea, (ItemId){0}, true));
    assert_ok(cx, post_list_own(cx, 10, &posts, &count));
    assert_int_equal(count, 1);
    assert_int_equal(posts[0].state, POST_PENDING);
    assert_str("Gut", posts[0].body);
    assert_ok(cx, support_list_own(cx, 10, &items, &count));
    assert_int_equal(count, 1);
    assert_int_equal(items[0].id.v, idea.id.v);
    act_as(f, w.rep, 0);
    assert_ok(cx, post_list_own(cx, 10, &posts, &count));
    assert_int_equal(count, 0);
    assert_ok(cx, support_list_own(cx, 10, &items, &count));
    assert_int_equal(count, 0);
    act_as(f, w.lead, 0);
    assert_ok(cx, post_erase(cx, id, &f->events));
    assert_ok(cx, support_set(cx, &idea, (ItemId){0}, false));
    assert_ok(cx, post_list_own(cx, 10, &posts, &count));
    assert_int_equal(count, 0);
    assert_ok(cx, support_list_own(cx, 10, &items, &count));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(nothing_waits_for_somebody_new, teardown),
        TEST_ON_BOTH(the_inbox_waits_for_the_office_and_for_nobody_else, teardown),
        TEST_ON_BOTH(what_has_a_day_that_is_near_waits_for_who_leads, teardown),
        TEST_ON_BOTH(a_report_waits_until_it_is_in_and_again_with_a_question, teardown),
        TEST_ON_BOTH(invitations_requests_and_tasks_wait_for_whom_they_concern, teardown),
        TEST_ON_BOTH(one_s_own_posts_and_what_one_supports_are_one_s_own, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

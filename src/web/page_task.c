/* Tasks: those of a body, one's own, giving and changing one, ticking it off. */
#include "people/task.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/meeting_page.h"
#include "web/pages.h"
#include "web/when.h"

/* ---- lists ---- */

static Html task_badge(Page *page, const Task *task)
{
    Buf out = page_buf(page->arena);
    Arena *arena = page->arena;
    if (task->state == TASK_DONE)
        html_badge(&out, page->lang, TEXT("ok"), ICON_OK,
                   text_of(text_task_done(arena, page->lang)));
    else if (task->state == TASK_DROPPED)
        html_badge(&out, page->lang, TEXT("plain"), ICON_NONE,
                   text_of(text_task_dropped(arena, page->lang)));
    else if (task->due_us && task->due_us <= page->now_us)
        html_badge(&out, page->lang, TEXT("warning"), ICON_WARNING,
                   text_of(text_task_overdue(arena, page->lang)));
    return html_of(&out);
}

static void put_state_button(Page *page, Buf *out, const Task *task, TaskState state, Str label,
                             Text kind)
{
    FormPair pairs[2] = {{S("state"), task_state_name(state)},
                         {S("back"), str_slice(page->shell.path, 0, 500)}};
    form_button(page, out, arena_fmt(page->arena, "/mein/aufgaben/%lld", (long long)task->id),
                label, kind, ICON_NONE, pairs, 2);
}

static Html task_actions(Page *page, const Task *task, uint32_t stand)
{
    Buf out = page_buf(page->arena);
    bool mine = task->owner.v && task->owner.v == page->cx->actor->person.v;
    bool open = task->state == TASK_OPEN;
    if (mine || stand & (STAND_LEAD | STAND_OFFICE))
        put_state_button(page, &out, task, open ? TASK_DONE : TASK_OPEN,
                         open ? text_task_tick(page->arena, page->lang)
                              : text_task_reopen(page->arena, page->lang),
                         open ? TEXT("secondary") : TEXT("tertiary"));
    if (open && body_is_inside(stand))
        html_link_button(&out, page->lang,
                         url_page(page->arena, page->lang,
                                  arena_fmt(page->arena, "/teams/%.*s/aufgaben/%lld",
                                            SARG(task->body_slug), (long long)task->id)),
                         text_of(text_item_edit(page->arena, page->lang)), TEXT("tertiary"),
                         ICON_NONE);
    return html_of(&out);
}

static HtmlTaskRowFrom task_from(Page *page, const Task *task, TaskShow show)
{
    Arena *arena = page->arena;
    if (show == TASK_SHOW_BODY)
        return html_task_row_from(
            url_page(arena, page->lang,
                     arena_fmt(arena, "/teams/%.*s/aufgaben", SARG(task->body_slug))),
            text_of(task->body_title));
    if (!task->meeting.v)
        return html_task_row_from(URL_NONE_GIVEN, TEXT(""));
    return html_task_row_from(
        url_page(arena, page->lang, arena_fmt(arena, "/sitzungen/%.*s", SARG(task->meeting_slug))),
        text_of(task->meeting_title));
}

void task_put_list(Page *page, const Task *tasks, size_t count, TaskShow show, uint32_t stand)
{
    if (!count) {
        html_empty(&page->body, page->lang, ICON_LIST,
                   text_of(text_tasks_empty(page->arena, page->lang)),
                   text_of(text_tasks_empty_advice(page->arena, page->lang)), HTML_NONE);
        return;
    }
    buf_put(&page->body, S("<ul class=\"h-tasks\">"));
    for (size_t i = 0; i < count; i++) {
        const Task *task = &tasks[i];
        Str due = task->due_us
                      ? text_task_until(page->arena, page->lang,
                                        format_date(page->arena, page->lang, page->frame->zone,
                                                    task->due_us - TIME_MINUTE_US))
                      : S("");
        html_task_row(
            &page->body, page->lang, text_of(task->title), task_badge(page, task),
            text_of(show == TASK_SHOW_OWNER ? person_words(page, task->owner_name) : S("")),
            text_of(due), task_from(page, task, show), task_actions(page, task, stand));
    }
    buf_put(&page->body, S("</ul>"));
}

/* A link to the list with ended ones, or without them. */
static void put_switch(Page *page, Str path, bool ended)
{
    HtmlChipsChips chips[2] = {
        html_chips_chips(url_page(page->arena, page->lang, path),
                         text_of(text_tasks_open(page->arena, page->lang)), TEXT(""),
                         flag_of(!ended)),
        html_chips_chips(
            url_query(page->arena, url_page(page->arena, page->lang, path), S("alle"), S("1")),
            text_of(text_tasks_all(page->arena, page->lang)), TEXT(""), flag_of(ended))};
    html_chips(&page->body, page->lang, text_of(text_tasks_title(page->arena, page->lang)),
               TEXT(""), chips, 2);
}

Err page_team_tasks(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    Task *tasks;
    size_t count;
    bool ended = call_query(call, S("alle")).n > 0;
    (void)events;
    TRY(team_open(call, cx, TEAM_TASKS, &team));
    if (team.moved)
        return OK;
    if (!body_is_inside(team.stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &team.item)));
        return OK;
    }
    Page *page = &team.page;
    TRY(task_list(cx, &team.item, ended, &tasks, &count));
    page_put_hidden_heading(page, text_tasks_title(page->arena, page->lang));
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    html_link_button(
        &page->body, page->lang,
        url_page(page->arena, page->lang, team_path(page->arena, &team.item, "aufgaben/neu")),
        text_of(text_task_new(page->arena, page->lang)), TEXT("secondary"), ICON_NONE);
    buf_put(&page->body, S("</div>"));
    put_switch(page, team_path(page->arena, &team.item, "aufgaben"), ended);
    task_put_list(page, tasks, count, TASK_SHOW_OWNER, team.stand);
    team_close(&team);
    return OK;
}

Err page_own_tasks(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Task *tasks;
    size_t count;
    bool ended = call_query(call, S("alle")).n > 0;
    (void)events;
    TRY(task_list_own(cx, ended, &tasks, &count));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_tasks_own(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page.arena, page.lang, S("/mein")),
                                             text_of(text_menu_mine(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_tasks_own_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    page_put_hidden_heading(&page, title.s);
    put_switch(&page, S("/mein/aufgaben"), ended);
    task_put_list(&page, tasks, count, TASK_SHOW_BODY, 0);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

/* ---- giving and changing ---- */

static Err put_owners(Form *form, const Item *body, PersonId current)
{
    Page *page = form->page;
    SeatList list;
    size_t kept = 0;
    TRY(seat_list(page->cx, body, false, &list));
    FormOption *options = arena_array(page->arena, FormOption, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const Relation *r = &list.seats[i].relation;
        if (r->state == RELATION_ACTIVE && r->person.v)
            options[kept++] =
                (FormOption){arena_fmt(page->arena, "%lld", (long long)r->person.v),
                             person_words(page, r->person_name), r->person.v == current.v};
    }
    form_select(form, S("owner"), text_task_owner(page->arena, page->lang), S(""), options, kept);
    return OK;
}

static Err id_of_call(Call *call, int64_t *ret)
{
    *ret = 0;
    if (str_eq(call->params[1], S("neu")) || str_to_i64(call->params[1], ret))
        return OK;
    return fail(call->cx, ERR_NOT_FOUND, "task.unknown", "a task has a number");
}

static Err put_task_form(Team *team, const Task *task, Str id)
{
    Page *page = &team->page;
    Form form;
    PersonId owner = task->owner.v ? task->owner : page->cx->actor->person;
    Str meeting = call_query(page->call, S("sitzung")), path = item_path(page->arena, &team->item);
    form_begin(&form, page, arena_fmt(page->arena, "%.*s/aufgaben/%.*s", SARG(path), SARG(id)), 0);
    form_hidden(&form, S("meeting"), form_value(&form, S("meeting"), meeting));
    form_text(&form, S("title"), text_task_title(page->arena, page->lang),
              (FormText){.given = task->title});
    TRY(put_owners(&form, &team->item, owner));
    form_text(&form, S("due"), text_task_due(page->arena, page->lang),
              (FormText){.given = when_date_value(page->arena, page->frame->zone,
                                                  task->due_us ? task->due_us - TIME_MINUTE_US : 0),
                         .type = S("date"),
                         .optional = true});
    form_submit(&form, text_item_save(page->arena, page->lang));
    form_end(&form);
    return OK;
}

Err page_task(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    Task task = {.title = S("")};
    int64_t id;
    (void)events;
    TRY(id_of_call(call, &id));
    Str title =
        id ? text_item_edit(cx->arena, cx->actor->lang) : text_task_new(cx->arena, cx->actor->lang);
    TRY(team_open_form(call, cx, title, S(""), &team));
    if (team.moved)
        return OK;
    if (!body_is_inside(team.stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &team.item)));
        return OK;
    }
    if (id)
        TRY(task_get(cx, id, &task));
    TRY(put_task_form(&team, &task, call->params[1]));
    team_close_form(&team, title);
    return OK;
}

Err task_decode(Call *call)
{
    TaskDraft *draft = arena_new(call->cx->arena, TaskDraft);
    const Zone *zone = web_services(call)->frame->zone;
    Str due = str_trim(call_form(call, S("due")));
    TRY(form_i64(call, S("owner"), 0, &draft->owner.v));
    TRY(form_i64(call, S("meeting"), 0, &draft->meeting.v));
    draft->title = call_form(call, S("title"));
    if (due.n && when_date(call->cx->arena, zone, due, &draft->due_us))
        draft->due_us = zone_next_day(zone, draft->due_us);
    else if (due.n)
        draft->due_us = -1; /* task.c refuses it beside the other faults */
    call->state = draft;
    return OK;
}

Err task_apply(Call *call, Cx *cx, struct Events *events)
{
    const TaskDraft *draft = call->state;
    Item body, meeting;
    int64_t id;
    TRY(id_of_call(call, &id));
    TRY(team_of_call(call, cx, &body));
    TRY(id ? task_change(cx, &body, id, draft, events) : task_add(cx, &body, draft, events, &id));
    call->location = page_path(call, team_path(cx->arena, &body, "aufgaben"));
    if (!draft->meeting.v)
        return OK;
    TRY(item_get_by_id(cx, draft->meeting, &meeting));
    call->location = page_path(call, item_path(cx->arena, &meeting));
    return OK;
}

/* Back to the page that the button stood on, where it is one of this site. */
Err task_state_apply(Call *call, Cx *cx, struct Events *events)
{
    int64_t id;
    TaskState state;
    Url url;
    Str back = call_form(call, S("back"));
    (void)events;
    if (!str_to_i64(call->params[0], &id))
        return fail(cx, ERR_NOT_FOUND, "task.unknown", "a task has a number");
    if (!task_state_parse(call_form(call, S("state")), &state)) {
        Task task;
        TRY(task_get(cx, id, &task));
        return fail(cx, ERR_INVALID, "request.form", "the form names no state");
    }
    TRY(task_set_state(cx, id, state));
    bool ours = back.n && back.p[0] == '/' && url_parse(back, &url);
    call->location = page_path(call, ours ? back : S("/mein/aufgaben"));
    return OK;
}

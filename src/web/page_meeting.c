/* Meetings of a body: the list, one meeting, planning and changing, answering. */
#include "people/meeting.h"

#include "base/str.h"
#include "people/decision.h"
#include "people/task.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/follow_button.h"
#include "web/format.h"
#include "web/markdown.h"
#include "web/meeting_page.h"
#include "web/pages.h"
#include "web/when.h"

/* ---- what the pages share ---- */

Str meeting_path(Arena *arena, const Item *meeting, const char *below)
{
    Str path = item_path(arena, meeting);
    return arena_fmt(arena, "%.*s/%s", SARG(path), below);
}

Str meeting_when(const Page *page, int64_t start_us, int64_t end_us)
{
    const Zone *zone = page->frame->zone;
    Str day = format_date(page->arena, page->lang, zone, start_us);
    Str from = format_time(page->arena, zone, start_us),
        to = format_time(page->arena, zone, end_us);
    if (zone_next_day(zone, start_us) >= end_us)
        return text_meeting_when(page->arena, page->lang, day, from, to);
    Str last = format_date(page->arena, page->lang, zone, end_us);
    return text_meeting_when_days(page->arena, page->lang, day, from, last, to);
}

Err meeting_of_call(Call *call, Cx *cx, Item *ret)
{
    return item_get(cx, NOUN_MEETING, call->params[0], ret);
}

static void put_crumbs(Page *page, Buf *out, const Item *body, const Item *meeting, Text current)
{
    HtmlCrumbsLinks links[3] = {
        html_crumbs_links(url_page(page->arena, page->lang, S("/teams")),
                          text_of(text_teams_title(page->arena, page->lang))),
        html_crumbs_links(
            url_page(page->arena, page->lang, team_path(page->arena, body, "sitzungen")),
            text_of(body->text.title))};
    size_t count = 2;
    if (meeting)
        links[count++] =
            html_crumbs_links(url_page(page->arena, page->lang, item_path(page->arena, meeting)),
                              text_of(meeting->text.title));
    html_crumbs(out, page->lang, links, count, current);
}

Err meeting_open_form(Call *call, Cx *cx, Str title, MeetingPage *ret)
{
    bool moved;
    TRY(item_of_call(call, cx, NOUN_MEETING, &ret->item, &moved));
    ret->moved = moved;
    if (moved)
        return OK;
    TRY(item_stand(cx, &ret->item, &ret->stand));
    TRY(item_get_by_id(cx, ret->item.body, &ret->body));
    Page *page = &ret->page;
    page_open(call, MENU_TEAMS, page);
    Buf crumbs = page_buf(page->arena);
    put_crumbs(page, &crumbs, &ret->body, &ret->item, text_of(title));
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, text_of(title),
               text_of(ret->item.text.title), HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
    return OK;
}

void meeting_close_form(MeetingPage *meeting, Str title)
{
    Page *page = &meeting->page;
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

static void put_title(Page *page, Str title)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

static void put_link(Page *page, Buf *out, Str path, Str label, Text kind, Icon icon)
{
    html_link_button(out, page->lang, url_page(page->arena, page->lang, path), text_of(label), kind,
                     icon);
}

/* ---- the list ---- */

static void put_entry(Page *page, const MeetingEntry *entry)
{
    const Zone *zone = page->frame->zone;
    Civil start = zone_civil(zone, entry->start_us);
    bool usual = str_eq(entry->item.state, S("invited")) || str_eq(entry->item.state, S("held"));
    html_event_row(
        &page->body, page->lang,
        url_page(page->arena, page->lang, item_path(page->arena, &entry->item)),
        text_of(entry->item.text.title), text_of(arena_fmt(page->arena, "%d", start.day)),
        text_of(format_month_short(page->lang, start.month)),
        text_of(format_machine_time(page->arena, entry->start_us)),
        text_of(meeting_when(page, entry->start_us, entry->end_us)), text_of(entry->place),
        text_of(usual ? S("") : item_state_word(page, &entry->item)));
}

static void put_entries(Page *page, Str title, const MeetingEntry *list, size_t count)
{
    if (!count)
        return;
    put_title(page, title);
    buf_put(&page->body, S("<div>"));
    for (size_t i = 0; i < count; i++)
        put_entry(page, &list[i]);
    buf_put(&page->body, S("</div>"));
}

static void put_list_actions(Team *team)
{
    Page *page = &team->page;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    if (team->stand & (STAND_LEAD | STAND_OFFICE) && !str_eq(team->item.state, S("dissolved")))
        put_link(page, &page->body, team_path(page->arena, &team->item, "sitzungen/neu"),
                 text_meeting_new(page->arena, page->lang), TEXT("primary"), ICON_NONE);
    bool known = actor_may(page->cx->actor, MAY_CONTRIBUTE);
    put_link(page, &page->body,
             team_path(page->arena, &team->item, known ? "kalender" : "termine.ics"),
             text_calendar_title(page->arena, page->lang), TEXT("secondary"), ICON_CALENDAR);
    buf_put(&page->body, S("</div>"));
}

Err page_team_meetings(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    MeetingEntry *next, *past;
    size_t next_count, past_count;
    enum { SHOWN = 100 };
    (void)events;
    TRY(team_open(call, cx, TEAM_MEETINGS, &team));
    if (team.moved)
        return OK;
    Page *page = &team.page;
    TRY(meeting_list(cx,
                     &(MeetingQuery){.body = team.item.id, .from_us = page->now_us, .limit = SHOWN},
                     &next, &next_count));
    TRY(meeting_list(
        cx,
        &(MeetingQuery){
            .body = team.item.id, .to_us = page->now_us, .newest = true, .limit = SHOWN},
        &past, &past_count));
    put_list_actions(&team);
    put_entries(page, text_meetings_next(page->arena, page->lang), next, next_count);
    put_entries(page, text_meetings_past(page->arena, page->lang), past, past_count);
    if (!next_count && !past_count)
        html_empty(&page->body, page->lang, ICON_CALENDAR,
                   text_of(text_meetings_empty(page->arena, page->lang)),
                   text_of(text_meetings_empty_advice(page->arena, page->lang)), HTML_NONE);
    team_close(&team);
    return OK;
}

/* ---- one meeting ---- */

static void put_fact(Page *page, HtmlFactsRows *rows, size_t *count, Str label, Str value)
{
    if (value.n)
        rows[(*count)++] = html_facts_rows(text_of(label), html_escaped(page->arena, value));
}

static Html web_link(Page *page, Str link)
{
    Url url;
    Buf out = page_buf(page->arena);
    if (!url_parse(link, &url))
        return html_escaped(page->arena, link);
    buf_put(&out, S("<a rel=\"noreferrer\" href=\""));
    html_put_url(&out, url);
    buf_put(&out, S("\">"));
    html_put_text(&out, text_of(link));
    buf_put(&out, S("</a>"));
    return html_of(&out);
}

static void put_facts(Page *page, const Meeting *m)
{
    HtmlFactsRows rows[4];
    size_t count = 0;
    Arena *arena = page->arena;
    put_fact(page, rows, &count, text_meeting_time(arena, page->lang),
             meeting_when(page, m->start_us, m->end_us));
    put_fact(page, rows, &count, text_meeting_place(arena, page->lang), m->place);
    if (m->link.n)
        rows[count++] =
            html_facts_rows(text_of(text_meeting_link(arena, page->lang)), web_link(page, m->link));
    put_fact(page, rows, &count, text_meeting_guests(arena, page->lang), m->guests);
    html_facts(&page->body, page->lang, rows, count);
}

/* Times are told as long as every item before has its duration. */
static void put_agenda(Page *page, const Meeting *m)
{
    HtmlAgendaRows rows[MEETING_AGENDA_MAX];
    int64_t at_us = m->start_us;
    if (!m->agenda_count)
        return;
    put_title(page, text_meeting_agenda(page->arena, page->lang));
    for (size_t i = 0; i < m->agenda_count; i++) {
        const MeetingAgenda *one = &m->agenda[i];
        rows[i] = html_agenda_rows(
            text_of(at_us ? format_time(page->arena, page->frame->zone, at_us) : S("")),
            text_of(one->title), text_of(one->speaker),
            text_of(one->duration_min
                        ? text_meeting_minutes_count(page->arena, page->lang, one->duration_min)
                        : S("")));
        at_us = at_us && one->duration_min ? at_us + one->duration_min * TIME_MINUTE_US : 0;
    }
    html_agenda(&page->body, page->lang, rows, m->agenda_count);
}

static Str reply_words(const Page *page, const Item *item, const MeetingPerson *person)
{
    if (str_eq(person->attended, S("present")))
        return text_attended_present(page->arena, page->lang);
    if (str_eq(person->attended, S("excused")))
        return text_attended_excused(page->arena, page->lang);
    if (str_eq(person->attended, S("absent")))
        return text_attended_absent(page->arena, page->lang);
    if (!str_eq(item->state, S("invited")))
        return text_attended_open(page->arena, page->lang);
    return str_eq(person->reply, S("yes"))  ? text_reply_yes(page->arena, page->lang)
           : str_eq(person->reply, S("no")) ? text_reply_no(page->arena, page->lang)
                                            : text_reply_open(page->arena, page->lang);
}

static void put_people(Page *page, const Item *item, const MeetingPerson *people, size_t count)
{
    if (!count)
        return;
    put_title(page, text_meeting_people(page->arena, page->lang));
    buf_put(&page->body, S("<ul class=\"h-people\">"));
    for (size_t i = 0; i < count; i++) {
        Str name = person_words(page, people[i].name);
        html_person(&page->body, page->lang, text_of(name_initials(page->arena, name)),
                    text_of(name), URL_NONE_GIVEN, text_of(reply_words(page, item, &people[i])),
                    TEXT(""));
    }
    buf_put(&page->body, S("</ul>"));
}

static void put_reply(Page *page, const Item *item, const MeetingPerson *people, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (people[i].person.v != page->cx->actor->person.v || !str_eq(item->state, S("invited")))
            continue;
        Buf buttons = page_buf(page->arena);
        Str path = meeting_path(page->arena, item, "antwort");
        FormPair yes = {S("answer"), S("yes")}, no = {S("answer"), S("no")};
        buf_put(&buttons, S("<div class=\"h-actions\">"));
        form_button(page, &buttons, path, text_reply_say_yes(page->arena, page->lang),
                    str_eq(people[i].reply, S("yes")) ? TEXT("secondary") : TEXT("primary"),
                    ICON_NONE, &yes, 1);
        form_button(page, &buttons, path, text_reply_say_no(page->arena, page->lang),
                    TEXT("secondary"), ICON_NONE, &no, 1);
        buf_put(&buttons, S("</div>"));
        html_alert(&page->body, page->lang, TEXT("info"), ICON_CALENDAR,
                   text_of(text_reply_question(page->arena, page->lang,
                                               reply_words(page, item, &people[i]))),
                   html_of(&buttons), flag_of(false));
    }
}

static Err put_minutes(Page *page, const Item *item, const Meeting *m, uint32_t stand)
{
    Html body;
    bool held = !str_eq(item->state, S("planned")) && !str_eq(item->state, S("invited")) &&
                !str_eq(item->state, S("cancelled"));
    bool published = str_eq(item->state, S("published"));
    if (published) {
        put_title(page, text_meeting_public(page->arena, page->lang));
        TRY(item_put_text(page, item));
    }
    if (!held || (published && !body_is_inside(stand)))
        return OK;
    put_title(page, text_meeting_minutes(page->arena, page->lang));
    if (!body_is_inside(stand)) {
        page_put_paragraph(page, "h-quiet", text_meeting_minutes_inside(page->arena, page->lang));
        return OK;
    }
    if (m->minutes.n) {
        TRY(markdown_html(page->cx, m->minutes, 3, &body));
        html_item_text(&page->body, page->lang, TEXT(""), TEXT(""), body);
    } else
        html_empty(&page->body, page->lang, ICON_LIST,
                   text_of(text_meeting_no_minutes(page->arena, page->lang)), TEXT(""), HTML_NONE);
    if (!meeting_may_write(item, stand))
        return OK;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    put_link(page, &page->body, meeting_path(page->arena, item, "protokoll"),
             text_meeting_write(page->arena, page->lang), TEXT("secondary"), ICON_NONE);
    if (stand & (STAND_LEAD | STAND_OFFICE))
        put_link(page, &page->body, meeting_path(page->arena, item, "teilnahme"),
                 text_meeting_attend(page->arena, page->lang), TEXT("secondary"), ICON_NONE);
    buf_put(&page->body, S("</div>"));
    return OK;
}

static Err put_tasks(Page *page, const Item *item, const Item *body, uint32_t stand)
{
    Task *tasks;
    size_t count;
    bool held = str_eq(item->state, S("held")) || str_eq(item->state, S("approved")) ||
                str_eq(item->state, S("published"));
    if (!body_is_inside(stand) || !held)
        return OK;
    TRY(task_list_of_meeting(page->cx, item, &tasks, &count));
    put_title(page, text_tasks_title(page->arena, page->lang));
    task_put_list(page, tasks, count, TASK_SHOW_OWNER, stand);
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    Str path = team_path(page->arena, body, "aufgaben/neu");
    html_link_button(&page->body, page->lang,
                     url_query(page->arena, url_page(page->arena, page->lang, path), S("sitzung"),
                               arena_fmt(page->arena, "%lld", (long long)item->id.v)),
                     text_of(text_task_new(page->arena, page->lang)), TEXT("secondary"), ICON_NONE);
    buf_put(&page->body, S("</div>"));
    return OK;
}

static Err put_head_actions(Page *page, Buf *out, const Item *item, uint32_t stand)
{
    item_put_actions(page, out, item, &MEETING_MACHINE, stand, meeting_may_edit(item, stand),
                     HTML_NONE);
    if (!str_eq(item->state, S("planned")))
        put_link(page, out, meeting_path(page->arena, item, "termin.ics"),
                 text_meeting_ics(page->arena, page->lang), TEXT("tertiary"), ICON_CALENDAR);
    return follow_put_button(page, out, item);
}

static Err put_meeting(Page *page, const Item *item, const Item *body, uint32_t stand)
{
    Meeting m;
    MeetingPerson *people;
    size_t count;
    TRY(meeting_own(page->cx, item, &m));
    TRY(meeting_people(page->cx, item, &people, &count));
    put_reply(page, item, people, count);
    put_facts(page, &m);
    put_agenda(page, &m);
    TRY(put_minutes(page, item, &m, stand));
    TRY(decision_put_list(page, item, stand));
    TRY(put_tasks(page, item, body, stand));
    put_people(page, item, people, count);
    TRY(attachment_put(page, item, stand));
    return body_is_inside(stand) ? item_put_versions(page, item) : OK;
}

Err page_meeting(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item, body;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_MEETING, &item, &moved));
    if (moved)
        return OK;
    TRY(item_stand(cx, &item, &stand));
    TRY(item_get_by_id(cx, item.body, &body));
    page_open(call, MENU_TEAMS, &page);
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    put_crumbs(&page, &crumbs, &body, NULL, text_of(item.text.title));
    TRY(put_head_actions(&page, &actions, &item, stand));
    html_intro(&page.body, page.lang, html_of(&crumbs), item_badges(&page, &item),
               text_of(item.text.title), text_of(item.text.lead), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    TRY(put_meeting(&page, &item, &body, stand));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(item.text.title), text_of(item.text.lead));
    return OK;
}

Err meeting_reply_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    (void)events;
    TRY(meeting_of_call(call, cx, &item));
    TRY(meeting_reply(cx, &item, str_eq(call_form(call, S("answer")), S("yes"))));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* The step "publish" has a page of its own, for it wants the text for everybody. */
Err page_meeting_step(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    if (call->fault || !str_eq(call_query(call, S("verb")), S("publish")))
        return page_step(call, cx, events);
    TRY(meeting_of_call(call, cx, &item));
    page_redirect(call, page_path(call, meeting_path(cx->arena, &item, "veroeffentlichen")));
    return OK;
}

/* ---- planning and changing ---- */

static void put_time_fields(Form *form, const Meeting *m)
{
    Page *page = form->page;
    const Zone *zone = page->frame->zone;
    form_text(
        form, S("start"), text_meeting_day(page->arena, page->lang),
        (FormText){.given = when_date_value(page->arena, zone, m->start_us), .type = S("date")});
    form_text(
        form, S("from"), text_meeting_from(page->arena, page->lang),
        (FormText){.given = when_time_value(page->arena, zone, m->start_us), .type = S("time")});
    form_text(
        form, S("end"), text_meeting_to(page->arena, page->lang),
        (FormText){.given = when_time_value(page->arena, zone, m->end_us), .type = S("time")});
    /* A meeting over several days keeps its last one. */
    if (m->start_us && zone_next_day(zone, m->start_us) < m->end_us)
        form_text(form, S("last"), text_meeting_last_day(page->arena, page->lang),
                  (FormText){.given = when_date_value(page->arena, zone, m->end_us),
                             .type = S("date"),
                             .optional = true});
}

static Str numbered(Arena *arena, const char *name, size_t number)
{
    return arena_fmt(arena, "%s_%zu", name, number);
}

enum { AGENDA_EMPTY_ROWS = 4 };

static void put_agenda_fields(Form *form, const Meeting *m)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    HtmlAgendaFieldsRows rows[MEETING_AGENDA_MAX];
    size_t count = MIN(m->agenda_count + AGENDA_EMPTY_ROWS, (size_t)MEETING_AGENDA_MAX);
    while (count < MEETING_AGENDA_MAX &&
           form_value(form, numbered(arena, "title", count + 1), S("")).n)
        count++; /* what was sent and refused */
    for (size_t i = 0; i < count; i++) {
        MeetingAgenda one = i < m->agenda_count ? m->agenda[i] : (MeetingAgenda){0};
        Str minutes =
            one.duration_min ? arena_fmt(arena, "%lld", (long long)one.duration_min) : S("");
        rows[i] = html_agenda_fields_rows(
            text_of(arena_fmt(arena, "%zu", i + 1)),
            text_of(form_value(form, numbered(arena, "title", i + 1), one.title)),
            text_of(form_value(form, numbered(arena, "speaker", i + 1), one.speaker)),
            text_of(form_value(form, numbered(arena, "minutes", i + 1), minutes)));
    }
    html_agenda_fields(&page->body, page->lang, text_of(form_fault(form, S("agenda"))), rows,
                       count);
}

static void put_form(Page *page, Str path, const Item *item, const Meeting *m)
{
    Form form;
    Arena *arena = page->arena;
    Lang lang = item->id.v ? item->text.lang : page->lang;
    form_begin(&form, page, path, item->version);
    form_hidden(&form, S("lang"), lang_code(lang));
    form_text(&form, S("title"), text_item_title(arena, page->lang),
              (FormText){.given = item->text.title});
    put_time_fields(&form, m);
    form_text(&form, S("place"), text_meeting_place(arena, page->lang),
              (FormText){.given = m->place, .optional = true});
    form_text(&form, S("link"), text_meeting_link(arena, page->lang),
              (FormText){.given = m->link,
                         .hint = text_meeting_link_hint(arena, page->lang),
                         .type = S("url"),
                         .optional = true});
    form_area(&form, S("lead"), text_meeting_about(arena, page->lang),
              (FormText){.given = item->text.lead, .optional = true});
    put_agenda_fields(&form, m);
    form_area(&form, S("guests"), text_meeting_guests(arena, page->lang),
              (FormText){.given = m->guests,
                         .hint = text_meeting_guests_hint(arena, page->lang),
                         .optional = true});
    item_put_audience(&form, item);
    form_submit(&form, text_item_save(arena, page->lang));
    form_end(&form);
}

Err page_meeting_new(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    Item item = {.visibility = AUDIENCE_TEAM};
    (void)events;
    Str title = text_meeting_new(cx->arena, cx->actor->lang);
    TRY(team_open_form(call, cx, title, text_meeting_new_lead(cx->arena, cx->actor->lang), &team));
    if (team.moved)
        return OK;
    if (!(team.stand & (STAND_LEAD | STAND_OFFICE))) {
        page_redirect(call, page_path(call, item_path(cx->arena, &team.item)));
        return OK;
    }
    put_form(&team.page, team_path(cx->arena, &team.item, "sitzungen/neu"), &item, &(Meeting){0});
    team_close_form(&team, title);
    return OK;
}

Err page_meeting_edit(Call *call, Cx *cx, struct Events *events)
{
    MeetingPage meeting = {0};
    Meeting m;
    (void)events;
    Str title = text_item_edit(cx->arena, cx->actor->lang);
    TRY(meeting_open_form(call, cx, title, &meeting));
    if (meeting.moved)
        return OK;
    if (!meeting_may_edit(&meeting.item, meeting.stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &meeting.item)));
        return OK;
    }
    TRY(meeting_own(cx, &meeting.item, &m));
    put_form(&meeting.page, meeting_path(cx->arena, &meeting.item, "bearbeiten"), &meeting.item,
             &m);
    meeting_close_form(&meeting, title);
    return OK;
}

typedef struct MeetingForm {
    MeetingDraft draft;
    int64_t version;
} MeetingForm;

static void decode_agenda(Call *call, MeetingDraft *draft)
{
    Arena *arena = call->cx->arena;
    MeetingAgenda *rows = arena_array(arena, MeetingAgenda, MEETING_AGENDA_MAX);
    for (size_t i = 1; i <= MEETING_AGENDA_MAX; i++) {
        MeetingAgenda one = {.title = str_trim(call_form(call, numbered(arena, "title", i))),
                             .speaker = str_trim(call_form(call, numbered(arena, "speaker", i)))};
        Str minutes = str_trim(call_form(call, numbered(arena, "minutes", i)));
        if (!one.title.n && !one.speaker.n && !minutes.n)
            continue;
        if (minutes.n && !str_to_i64(minutes, &one.duration_min))
            one.duration_min = -1; /* meeting.c refuses it beside the other faults */
        rows[draft->agenda_count++] = one;
    }
    draft->agenda = rows;
}

static void decode_times(Call *call, MeetingDraft *draft)
{
    Arena *arena = call->cx->arena;
    const Zone *zone = web_services(call)->frame->zone;
    Str day = call_form(call, S("start")), last = str_trim(call_form(call, S("last")));
    if (!when_moment(arena, zone, day, call_form(call, S("from")), &draft->start_us))
        draft->start_us = 0;
    if (!when_moment(arena, zone, last.n ? last : day, call_form(call, S("end")), &draft->end_us))
        draft->end_us = 0;
}

Err meeting_decode(Call *call)
{
    MeetingForm *form = arena_new(call->cx->arena, MeetingForm);
    TRY(form_i64(call, S("version"), 0, &form->version));
    TRY(item_decode_fields(call, &form->draft.item));
    form->draft.place = call_form(call, S("place"));
    form->draft.link = str_trim(call_form(call, S("link")));
    form->draft.guests = call_form(call, S("guests"));
    decode_times(call, &form->draft);
    decode_agenda(call, &form->draft);
    call->state = form;
    return OK;
}

Err meeting_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const MeetingForm *form = call->state;
    Item body, item;
    ItemId id;
    TRY(team_of_call(call, cx, &body));
    TRY(meeting_add(cx, &body, &form->draft, events, &id));
    TRY(item_get_by_id(cx, id, &item));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

Err meeting_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    const MeetingForm *form = call->state;
    Item item;
    TRY(meeting_of_call(call, cx, &item));
    TRY(meeting_change(cx, &item, form->version, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

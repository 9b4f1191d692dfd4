/* Seats of a body: who is in it, asking to join, inviting, and one seat with what its person, the
 * lead and the office can do about it. */
#include "base/str.h"
#include "core/person.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"
#include "web/team.h"
#include "web/when.h"

static Str seat_path(Arena *arena, const Item *body, int64_t id)
{
    Str path = item_path(arena, body);
    return arena_fmt(arena, "%.*s/sitze/%lld", SARG(path), (long long)id);
}

static bool may_lead(uint32_t stand)
{
    return stand & (STAND_LEAD | STAND_OFFICE);
}

static bool is_own(const Page *page, const Seat *seat)
{
    return seat->relation.person.v && seat->relation.person.v == page->cx->actor->person.v;
}

/* ---- the members ---- */

static Str role_words(const Page *page, const Seat *seat)
{
    const Relation *r = &seat->relation;
    Str role = r->role == RELATION_LEAD ? text_relation_role_lead(page->arena, page->lang)
                                        : text_relation_role_member(page->arena, page->lang);
    if (!r->title.n)
        return role;
    return r->role == RELATION_LEAD
               ? arena_fmt(page->arena, "%.*s, %.*s", SARG(r->title), SARG(role))
               : r->title;
}

static Str period_words(const Page *page, const Relation *relation)
{
    Arena *arena = page->arena;
    const Zone *zone = page->frame->zone;
    Str from = format_date_short(arena, page->lang, zone, relation->from_us);
    return relation->until_us
               ? text_seat_period(arena, page->lang, from,
                                  format_date_short(arena, page->lang, zone, relation->until_us))
               : text_seat_since(arena, page->lang, from);
}

static void put_person(Team *team, const Seat *seat, bool period)
{
    Page *page = &team->page;
    const Relation *relation = &seat->relation;
    Str name = person_words(page, relation->person_name);
    bool leads_on = may_lead(team->stand) || is_own(page, seat);
    Url href = leads_on ? url_page(page->arena, page->lang,
                                   seat_path(page->arena, &team->item, relation->id))
                        : URL_NONE_GIVEN;
    Str role = role_words(page, seat), when = period_words(page, relation);
    html_person(
        &page->body, page->lang, text_of(name_initials(page->arena, name)), text_of(name), href,
        text_of(period ? arena_fmt(page->arena, "%.*s, %.*s", SARG(role), SARG(when)) : role),
        text_of(relation->through_title));
}

static size_t count_in(const SeatList *list, RelationState state)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->seats[i].relation.state == state;
    return count;
}

static void put_title(Page *page, Str title)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

static void put_state(Team *team, const SeatList *list, RelationState state, Str title)
{
    Page *page = &team->page;
    if (!count_in(list, state))
        return;
    put_title(page, title);
    buf_put(&page->body, S("<ul class=\"h-people\">"));
    for (size_t i = 0; i < list->count; i++)
        if (list->seats[i].relation.state == state)
            put_person(team, &list->seats[i], state == RELATION_ENDED);
    buf_put(&page->body, S("</ul>"));
}

static void put_active(Team *team, const SeatList *list)
{
    Page *page = &team->page;
    int64_t hidden = list->members - (int64_t)count_in(list, RELATION_ACTIVE);
    put_state(team, list, RELATION_ACTIVE, text_team_members(page->arena, page->lang));
    if (hidden > 0) {
        buf_put(&page->body, S("<p class=\"h-note\">"));
        html_put_text(&page->body, text_of(text_team_hidden(page->arena, page->lang, hidden)));
        buf_put(&page->body, S("</p>"));
    }
    if (!list->members)
        html_empty(&page->body, page->lang, ICON_PEOPLE,
                   text_of(text_team_no_members(page->arena, page->lang)), TEXT(""), HTML_NONE);
}

Err page_team_members(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    SeatList list;
    (void)events;
    TRY(team_open(call, cx, TEAM_MEMBERS, &team));
    if (team.moved)
        return OK;
    Page *page = &team.page;
    TRY(seat_list(cx, &team.item, true, &list));
    if (may_lead(team.stand) && !str_eq(team.item.state, S("dissolved"))) {
        buf_put(&page->body, S("<div class=\"h-actions\">"));
        html_link_button(
            &page->body, page->lang,
            url_page(page->arena, page->lang, team_path(page->arena, &team.item, "einladen")),
            text_of(text_team_invite(page->arena, page->lang)), TEXT("secondary"), ICON_NONE);
        buf_put(&page->body, S("</div>"));
    }
    put_state(&team, &list, RELATION_ASKED, text_team_asked(page->arena, page->lang));
    put_state(&team, &list, RELATION_INVITED, text_team_invited(page->arena, page->lang));
    put_active(&team, &list);
    put_state(&team, &list, RELATION_ENDED, text_team_former(page->arena, page->lang));
    team_close(&team);
    return OK;
}

/* ---- through which organisation ---- */

static Err put_through(Form *form, PersonId person, ItemId current)
{
    Page *page = form->page;
    Item list[SEAT_ORGANISATIONS_MAX];
    FormOption options[SEAT_ORGANISATIONS_MAX];
    size_t count;
    TRY(seat_organisations(page->cx, person, list, &count));
    for (size_t i = 0; i < count; i++)
        options[i] = (FormOption){arena_fmt(page->arena, "%lld", (long long)list[i].id.v),
                                  list[i].text.title, list[i].id.v == current.v};
    if (count > 1)
        form_select(form, S("through"), text_seat_through(page->arena, page->lang),
                    text_seat_through_hint(page->arena, page->lang), options, count);
    else if (count == 1)
        form_hidden(form, S("through"), options[0].value);
    return OK;
}

/* ---- asking to join ---- */

/* For who belongs to no partner: why that matters here, and the two ways on. */
static void put_no_partner(Page *page)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    html_alert(&page->body, lang, TEXT("info"), ICON_INFO,
               text_of(text_team_join_partner(arena, lang)),
               html_escaped(arena, text_team_join_partner_advice(arena, lang)), flag_of(false));
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    html_link_button(&page->body, lang, url_page(arena, lang, S("/kontakt")),
                     text_of(text_enquiry_contact(arena, lang)), TEXT("primary"), ICON_NONE);
    html_link_button(&page->body, lang, url_page(arena, lang, S("/partner-werden")),
                     text_of(text_apply_title(arena, lang)), TEXT("secondary"), ICON_NONE);
    buf_put(&page->body, S("</div>"));
}

static Err put_join_form(Team *team)
{
    Page *page = &team->page;
    Form form;
    Item list[SEAT_ORGANISATIONS_MAX];
    size_t count;
    TRY(seat_organisations(page->cx, page->cx->actor->person, list, &count));
    if (!count && !page->call->fault) {
        put_no_partner(page);
        return OK;
    }
    form_begin(&form, page, team_path(page->arena, &team->item, "mitmachen"), 0);
    TRY(put_through(&form, page->cx->actor->person, (ItemId){0}));
    form_area(
        &form, S("message"), text_team_join_message(page->arena, page->lang),
        (FormText){.hint = text_team_join_message_hint(page->arena, page->lang), .optional = true});
    form_box(&form, S("shown"), text_seat_shown(page->arena, page->lang), false);
    form_submit(&form, text_team_join_send(page->arena, page->lang));
    form_end(&form);
    return OK;
}

Err page_team_join(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    Seat seat;
    bool there;
    (void)events;
    Str title = text_team_join(cx->arena, cx->actor->lang);
    TRY(team_open_form(call, cx, title, text_team_join_lead(cx->arena, cx->actor->lang), &team));
    if (team.moved)
        return OK;
    TRY(seat_own(cx, &team.item, &there, &seat));
    if (there && !call->fault) {
        page_redirect(call, page_path(call, seat_path(cx->arena, &team.item, seat.relation.id)));
        return OK;
    }
    TRY(put_join_form(&team));
    team_close_form(&team, title);
    return OK;
}

typedef struct SeatForm {
    Str what, message, reason, title, mail, until;
    int64_t through;
    RelationRole role;
    bool shown, accept, placed;
} SeatForm;

Err seat_decode(Call *call)
{
    SeatForm *form = arena_new(call->cx->arena, SeatForm);
    Str role = call_form(call, S("role"));
    TRY(form_i64(call, S("through"), 0, &form->through));
    form->what = call_form(call, S("do"));
    form->message = call_form(call, S("message"));
    form->reason = call_form(call, S("reason"));
    form->title = call_form(call, S("title"));
    form->mail = str_trim(call_form(call, S("mail")));
    form->until = call_form(call, S("until"));
    form->shown = call_form(call, S("shown")).n > 0;
    form->placed = call_form(call, S("placed")).n > 0;
    form->accept = str_eq(call_form(call, S("answer")), S("yes"));
    form->role = RELATION_MEMBER;
    if (role.n && (!relation_role_parse(role, &form->role) ||
                   (form->role != RELATION_LEAD && form->role != RELATION_MEMBER)))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no role");
    call->state = form;
    return OK;
}

Err seat_join_apply(Call *call, Cx *cx, struct Events *events)
{
    const SeatForm *form = call->state;
    Item body;
    int64_t id;
    TRY(team_of_call(call, cx, &body));
    TRY(seat_ask(cx, &body, (ItemId){form->through}, form->message, form->shown, events, &id));
    call->location = page_path(call, seat_path(cx->arena, &body, id));
    return OK;
}

/* ---- inviting ---- */

static void put_role(Form *form, RelationRole current)
{
    Page *page = form->page;
    FormOption options[2] = {
        {S("member"), text_relation_role_member(page->arena, page->lang),
         current == RELATION_MEMBER},
        {S("lead"), text_relation_role_lead(page->arena, page->lang), current == RELATION_LEAD}};
    form_radio(form, S("role"), text_seat_role(page->arena, page->lang), S(""), options, 2);
}

static void put_seat_title(Form *form, Str given)
{
    Page *page = form->page;
    form_text(form, S("title"), text_seat_title(page->arena, page->lang),
              (FormText){.given = given,
                         .hint = text_seat_title_hint(page->arena, page->lang),
                         .optional = true});
}

Err page_team_invite(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    Form form;
    (void)events;
    Str title = text_team_invite(cx->arena, cx->actor->lang);
    TRY(team_open_form(call, cx, title, text_team_invite_lead(cx->arena, cx->actor->lang), &team));
    if (team.moved)
        return OK;
    if (!may_lead(team.stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &team.item)));
        return OK;
    }
    Page *page = &team.page;
    form_begin(&form, page, team_path(page->arena, &team.item, "einladen"), 0);
    form_text(&form, S("mail"), text_team_invite_mail(page->arena, page->lang),
              (FormText){.type = S("email"),
                         .hint = text_team_invite_mail_hint(page->arena, page->lang)});
    put_seat_title(&form, S(""));
    if (team.stand & STAND_OFFICE) {
        put_role(&form, RELATION_MEMBER);
        form_box(&form, S("placed"), text_team_invite_placed(page->arena, page->lang), false);
    }
    form_submit(&form, text_team_invite_send(page->arena, page->lang));
    form_end(&form);
    team_close_form(&team, title);
    return OK;
}

Err seat_invite_apply(Call *call, Cx *cx, struct Events *events)
{
    const SeatForm *form = call->state;
    Item body;
    Person person;
    int64_t id;
    uint32_t stand;
    TRY(team_of_call(call, cx, &body));
    TRY(item_stand(cx, &body, &stand));
    if (!may_lead(stand)) /* who may not invite does not learn who has an account */
        return fail(cx, ERR_DENIED, "seat.denied", "the body's lead and the office do this");
    Err err = person_find_by_mail(cx, form->mail, &person);
    if (err == ERR_NOT_FOUND) {
        flaw(cx, "seat.mail", "nobody has an account with this address");
        return flaws_end(cx);
    }
    TRY(err);
    SeatDraft draft = {
        .person = person.id, .role = form->role, .title = form->title, .placed = form->placed};
    TRY(seat_invite(cx, &body, &draft, events, &id));
    call->location = page_path(call, team_path(cx->arena, &body, "mitglieder"));
    return OK;
}

/* ---- one seat ---- */

static Str state_words(const Page *page, const Relation *relation)
{
    switch (relation->state) {
    case RELATION_ASKED:
        return text_seat_state_asked(page->arena, page->lang);
    case RELATION_INVITED:
        return text_seat_state_invited(page->arena, page->lang);
    case RELATION_ACTIVE:
    case RELATION_ENDED:
    case RELATION_STATE_COUNT_:
        break;
    }
    if (!relation->from_us)
        return text_seat_state_declined(page->arena, page->lang);
    return period_words(page, relation);
}

static void put_fact(Page *page, HtmlFactsRows *rows, size_t *count, Str label, Str value)
{
    if (value.n)
        rows[(*count)++] = html_facts_rows(text_of(label), html_escaped(page->arena, value));
}

static void put_seat_facts(Page *page, const Seat *seat)
{
    HtmlFactsRows rows[6];
    size_t count = 0;
    Arena *arena = page->arena;
    put_fact(page, rows, &count, text_seat_role(arena, page->lang), role_words(page, seat));
    put_fact(page, rows, &count, text_seat_through(arena, page->lang),
             seat->relation.through_title);
    put_fact(page, rows, &count, text_seat_state(arena, page->lang),
             state_words(page, &seat->relation));
    put_fact(page, rows, &count, text_seat_message(arena, page->lang), seat->message);
    put_fact(page, rows, &count, text_seat_reason(arena, page->lang), seat->reason);
    html_facts(&page->body, page->lang, rows, count);
}

static bool begin_form(Form *form, Team *team, const Seat *seat, Str what, Str title)
{
    Page *page = &team->page;
    /* What was refused is shown again alone: its faults belong to no other form. */
    if (page->call->fault && !str_eq(call_form(page->call, S("do")), what))
        return false;
    put_title(page, title);
    form_begin(form, page, seat_path(page->arena, &team->item, seat->relation.id), 0);
    form_hidden(form, S("do"), what);
    return true;
}

static void put_decide(Team *team, const Seat *seat)
{
    Page *page = &team->page;
    Form form;
    if (!begin_form(&form, team, seat, S("decide"), text_seat_decide(page->arena, page->lang)))
        return;
    form_area(&form, S("reason"), text_step_reason(page->arena, page->lang),
              (FormText){.hint = text_seat_reason_hint(page->arena, page->lang), .optional = true});
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    form_submit_also(&form, text_seat_accept(page->arena, page->lang), S("answer"), S("yes"),
                     TEXT("primary"));
    form_submit_also(&form, text_seat_decline(page->arena, page->lang), S("answer"), S("no"),
                     TEXT("secondary"));
    buf_put(&page->body, S("</div>"));
    form_end(&form);
}

static Err put_answer(Team *team, const Seat *seat)
{
    Page *page = &team->page;
    Form form;
    if (!begin_form(&form, team, seat, S("answer"), text_seat_answer(page->arena, page->lang)))
        return OK;
    TRY(put_through(&form, seat->relation.person, seat->relation.through));
    form_box(&form, S("shown"), text_seat_shown(page->arena, page->lang), false);
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    form_submit_also(&form, text_seat_join(page->arena, page->lang), S("answer"), S("yes"),
                     TEXT("primary"));
    form_submit_also(&form, text_seat_stay_out(page->arena, page->lang), S("answer"), S("no"),
                     TEXT("secondary"));
    buf_put(&page->body, S("</div>"));
    form_end(&form);
    return OK;
}

static void put_show(Team *team, const Seat *seat)
{
    Page *page = &team->page;
    Form form;
    if (!begin_form(&form, team, seat, S("show"), text_seat_public(page->arena, page->lang)))
        return;
    form_box(&form, S("shown"), text_seat_shown(page->arena, page->lang), seat->shown);
    form_submit(&form, text_item_save(page->arena, page->lang));
    form_end(&form);
}

static void put_set(Team *team, const Seat *seat)
{
    Page *page = &team->page;
    Form form;
    if (!begin_form(&form, team, seat, S("set"), text_seat_set(page->arena, page->lang)))
        return;
    put_seat_title(&form, seat->relation.title);
    if (team->stand & STAND_OFFICE)
        put_role(&form, seat->relation.role);
    form_submit(&form, text_item_save(page->arena, page->lang));
    form_end(&form);
}

static void put_end(Team *team, const Seat *seat)
{
    Page *page = &team->page;
    Form form;
    bool own = is_own(page, seat);
    Str title =
        own ? text_seat_leave(page->arena, page->lang) : text_seat_end(page->arena, page->lang);
    if (!begin_form(&form, team, seat, S("end"), title))
        return;
    if (seat->relation.state == RELATION_ACTIVE)
        form_text(&form, S("until"), text_seat_until(page->arena, page->lang),
                  (FormText){.given = when_date_value(page->arena, page->frame->zone, page->now_us),
                             .hint = text_seat_until_hint(page->arena, page->lang),
                             .type = S("date")});
    form_submit(&form, seat->relation.state == RELATION_ACTIVE
                           ? title
                           : text_seat_withdraw(page->arena, page->lang));
    form_end(&form);
}

static Err put_forms(Team *team, const Seat *seat)
{
    bool own = is_own(&team->page, seat), leads = may_lead(team->stand);
    RelationState state = seat->relation.state;
    if (state == RELATION_ASKED && leads)
        put_decide(team, seat);
    if (state == RELATION_INVITED && own)
        TRY(put_answer(team, seat));
    if (state == RELATION_ACTIVE && own)
        put_show(team, seat);
    if (state == RELATION_ACTIVE && leads)
        put_set(team, seat);
    bool declines = state == RELATION_INVITED ? leads : own;
    if (state == RELATION_ACTIVE ? own || leads : state != RELATION_ENDED && declines)
        put_end(team, seat);
    return OK;
}

static Err seat_of_call(Call *call, Cx *cx, const Item *body, Seat *ret)
{
    int64_t id;
    if (!str_to_i64(call->params[1], &id))
        return fail(cx, ERR_NOT_FOUND, "relation.unknown", "a seat has a number");
    return seat_get(cx, body, id, ret);
}

Err page_seat(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    Seat seat;
    (void)events;
    TRY(team_of_call(call, cx, &team.item));
    TRY(seat_of_call(call, cx, &team.item, &seat));
    Str name = seat.relation.person_name.n ? seat.relation.person_name
                                           : text_person_erased(cx->arena, cx->actor->lang);
    TRY(team_open_form(call, cx, name, S(""), &team));
    if (team.moved)
        return OK;
    put_seat_facts(&team.page, &seat);
    TRY(put_forms(&team, &seat));
    team_close_form(&team, name);
    return OK;
}

static Err end_at(Call *call, Cx *cx, const Item *body, int64_t id, Str until, Events *events)
{
    const Zone *zone = web_services(call)->frame->zone;
    int64_t day_us, now_us = cx_now_us(cx), until_us = now_us;
    if (until.n && !when_date(cx->arena, zone, until, &day_us)) {
        flaw(cx, "seat.until", "a date such as 2026-12-31");
        return flaws_end(cx);
    }
    /* The last day still counts; when it is today, that means now. */
    if (until.n && (now_us < day_us || now_us >= zone_next_day(zone, day_us)))
        until_us = zone_next_day(zone, day_us) - 1;
    return seat_end(cx, body, id, until_us, events);
}

static Err apply_one(Call *call, Cx *cx, const Item *body, int64_t id, Events *events)
{
    const SeatForm *form = call->state;
    if (str_eq(form->what, S("decide")))
        return seat_decide(cx, body, id, form->accept, form->reason, events);
    if (str_eq(form->what, S("answer")))
        return seat_answer(cx, body, id, form->accept, (ItemId){form->through}, form->shown,
                           events);
    if (str_eq(form->what, S("show")))
        return seat_show(cx, body, id, form->shown);
    if (str_eq(form->what, S("set")))
        return seat_set(cx, body, id, form->role, form->title, events);
    if (str_eq(form->what, S("end")))
        return end_at(call, cx, body, id, form->until, events);
    return fail(cx, ERR_INVALID, "request.form", "the form does not say what to do");
}

Err seat_apply(Call *call, Cx *cx, struct Events *events)
{
    Item body;
    Seat seat;
    TRY(team_of_call(call, cx, &body));
    TRY(seat_of_call(call, cx, &body, &seat));
    TRY(apply_one(call, cx, &body, seat.relation.id, events));
    /* Where nothing of it is left for the actor to see, the body's page is. */
    Err err = seat_get(cx, &body, seat.relation.id, &seat);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    call->location = page_path(call, err == OK ? seat_path(cx->arena, &body, seat.relation.id)
                                               : item_path(cx->arena, &body));
    return OK;
}

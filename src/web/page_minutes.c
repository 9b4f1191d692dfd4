/* What is written down of a meeting: minutes, who was there, decisions, and the published text. */
#include "base/str.h"
#include "text_gen.h"
#include "web/markdown.h"
#include "web/meeting_page.h"
#include "web/pages.h"

/* Who may not, is led to the meeting. */
static void lead_back(Call *call, const Item *item)
{
    page_redirect(call, page_path(call, item_path(call->cx->arena, item)));
}

static bool may_decide(const Item *item, uint32_t stand)
{
    return stand & (STAND_LEAD | STAND_OFFICE) && str_eq(item->state, S("held"));
}

/* ---- minutes ---- */

/* A frame to fill in: the agenda as headings. */
static Str frame_of(Arena *arena, const Meeting *m)
{
    Buf out = buf_new(arena, ITEM_BODY_BYTES_MAX);
    for (size_t i = 0; i < m->agenda_count; i++)
        buf_fmt(&out, "## %.*s\n\n\n", SARG(m->agenda[i].title));
    return out.overflow ? S("") : buf_str(&out);
}

/* Somebody else was faster: what stands there now is shown beside what was typed. */
static void put_rival(Page *page, const Meeting *m)
{
    const Error *fault = page->call->fault;
    Buf text = page_buf(page->arena);
    if (!fault || strcmp(fault->key, "item.version") != 0)
        return;
    buf_put(&text, S("<pre class=\"h-raw\">"));
    html_put_text(&text, text_of(m->minutes));
    buf_put(&text, S("</pre>"));
    html_fold(&page->body, page->lang, text_of(text_meeting_rival(page->arena, page->lang)),
              flag_of(true), html_of(&text));
}

Err page_minutes(Call *call, Cx *cx, struct Events *events)
{
    MeetingPage meeting = {0};
    Meeting m;
    Form form;
    (void)events;
    Str title = text_meeting_write(cx->arena, cx->actor->lang);
    TRY(meeting_open_form(call, cx, title, &meeting));
    if (meeting.moved)
        return OK;
    if (!meeting_may_write(&meeting.item, meeting.stand)) {
        lead_back(call, &meeting.item);
        return OK;
    }
    Page *page = &meeting.page;
    TRY(meeting_own(cx, &meeting.item, &m));
    put_rival(page, &m);
    form_begin(&form, page, meeting_path(page->arena, &meeting.item, "protokoll"),
               meeting.item.version);
    form_area(&form, S("minutes"), text_meeting_minutes(page->arena, page->lang),
              (FormText){.given = m.minutes.n ? m.minutes : frame_of(page->arena, &m),
                         .hint = text_item_body_hint(page->arena, page->lang),
                         .optional = true});
    form_submit(&form, text_item_save(page->arena, page->lang));
    form_end(&form);
    meeting_close_form(&meeting, title);
    return OK;
}

Err minutes_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    int64_t version;
    TRY(form_i64(call, S("version"), 0, &version));
    TRY(meeting_of_call(call, cx, &item));
    TRY(meeting_write(cx, &item, version, call_form(call, S("minutes")), events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

Err page_publish_minutes(Call *call, Cx *cx, struct Events *events)
{
    MeetingPage meeting = {0};
    Meeting m;
    Form form;
    (void)events;
    Str title = text_verb_meeting_publish(cx->arena, cx->actor->lang);
    TRY(meeting_open_form(call, cx, title, &meeting));
    if (meeting.moved)
        return OK;
    bool may = meeting.stand & (STAND_LEAD | STAND_OFFICE);
    if (!may || !str_eq(meeting.item.state, S("approved"))) {
        lead_back(call, &meeting.item);
        return OK;
    }
    Page *page = &meeting.page;
    TRY(meeting_own(cx, &meeting.item, &m));
    form_begin(&form, page, meeting_path(page->arena, &meeting.item, "veroeffentlichen"), 0);
    form_area(
        &form, S("public"), text_meeting_public(page->arena, page->lang),
        (FormText){.given = m.minutes, .hint = text_meeting_public_hint(page->arena, page->lang)});
    form_submit(&form, title);
    form_end(&form);
    meeting_close_form(&meeting, title);
    return OK;
}

Err publish_minutes_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    TRY(meeting_of_call(call, cx, &item));
    TRY(meeting_publish(cx, &item, call_form(call, S("public")), S(""), events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* ---- who was there ---- */

static Str attended_name(Arena *arena, PersonId person)
{
    return arena_fmt(arena, "person_%lld", (long long)person.v);
}

static void put_attended(Form *form, const MeetingPerson *person)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Str given = person->attended.n               ? person->attended
                : str_eq(person->reply, S("no")) ? S("excused")
                                                 : S("present");
    FormOption options[] = {{S("present"), text_attended_present(arena, page->lang), false},
                            {S("excused"), text_attended_excused(arena, page->lang), false},
                            {S("absent"), text_attended_absent(arena, page->lang), false}};
    for (size_t i = 0; i < COUNT_OF(options); i++)
        options[i].chosen = str_eq(options[i].value, given);
    form_select(form, attended_name(arena, person->person), person_words(page, person->name), S(""),
                options, COUNT_OF(options));
}

Err page_attendance(Call *call, Cx *cx, struct Events *events)
{
    MeetingPage meeting = {0};
    MeetingPerson *people;
    size_t count;
    Form form;
    (void)events;
    Str title = text_meeting_attend(cx->arena, cx->actor->lang);
    TRY(meeting_open_form(call, cx, title, &meeting));
    if (meeting.moved)
        return OK;
    if (!may_decide(&meeting.item, meeting.stand)) {
        lead_back(call, &meeting.item);
        return OK;
    }
    Page *page = &meeting.page;
    TRY(meeting_people(cx, &meeting.item, &people, &count));
    form_begin(&form, page, meeting_path(page->arena, &meeting.item, "teilnahme"), 0);
    for (size_t i = 0; i < count; i++)
        put_attended(&form, &people[i]);
    form_submit(&form, text_item_save(page->arena, page->lang));
    form_end(&form);
    meeting_close_form(&meeting, title);
    return OK;
}

Err attendance_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    MeetingPerson *people;
    size_t count;
    TRY(meeting_of_call(call, cx, &item));
    TRY(meeting_people(cx, &item, &people, &count));
    for (size_t i = 0; i < count; i++) {
        Str sent = call_form(call, attended_name(cx->arena, people[i].person));
        if (sent.n)
            people[i].attended = sent;
    }
    TRY(meeting_attend(cx, &item, people, count, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* ---- decisions ---- */

static Str result_word(const Page *page, DecisionResult result)
{
    switch (result) {
    case DECISION_ACCEPTED:
        return text_decision_accepted(page->arena, page->lang);
    case DECISION_REJECTED:
        return text_decision_rejected(page->arena, page->lang);
    case DECISION_POSTPONED:
    case DECISION_RESULT_COUNT_:
        break;
    }
    return text_decision_postponed(page->arena, page->lang);
}

static Str recused_words(const Page *page, const Decision *d)
{
    Buf names = buf_new(page->arena, 8192);
    size_t unnamed = 0;
    if (!d->recusal_count)
        return S("");
    for (size_t i = 0; i < d->recusal_count; i++) {
        Str name = d->recusals[i].name;
        unnamed += !name.n;
        if (name.n)
            buf_fmt(&names, "%s%.*s", names.n ? ", " : "", SARG(name));
    }
    if (unnamed) {
        Str others = text_decision_unnamed(page->arena, page->lang, (int64_t)unnamed);
        buf_fmt(&names, "%s%.*s", names.n ? ", " : "", SARG(others));
    }
    return text_decision_recused(page->arena, page->lang, buf_str(&names));
}

static Str decision_path(Arena *arena, const Item *meeting, int64_t number)
{
    return number ? meeting_path(arena, meeting,
                                 arena_fmt(arena, "beschluesse/%lld", (long long)number).p)
                  : meeting_path(arena, meeting, "beschluesse/neu");
}

static Err put_decision(Page *page, const Item *meeting, const Decision *d, bool edits)
{
    static const char *const KINDS[] = {
        [DECISION_ACCEPTED] = "ok", [DECISION_REJECTED] = "alarm", [DECISION_POSTPONED] = "plain"};
    Html body;
    TRY(markdown_html(page->cx, d->body, 4, &body));
    bool voted = d->votes_for || d->votes_against || d->abstentions;
    Url edit =
        edits ? url_page(page->arena, page->lang, decision_path(page->arena, meeting, d->number))
              : URL_NONE_GIVEN;
    html_decision(&page->body, page->lang,
                  text_of(arena_fmt(page->arena, "%lld", (long long)d->number)),
                  text_of(result_word(page, d->result)), text_of(str_from(KINDS[d->result])), body,
                  text_of(voted ? text_decision_votes(page->arena, page->lang, d->abstentions,
                                                      d->votes_for, d->votes_against)
                                : S("")),
                  text_of(recused_words(page, d)), edit);
    return OK;
}

Err decision_put_list(Page *page, const Item *meeting, uint32_t stand)
{
    Decision *list;
    size_t count;
    bool edits = may_decide(meeting, stand);
    TRY(decision_list(page->cx, meeting, &list, &count));
    if (!count && !edits)
        return OK;
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(text_decisions_title(page->arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    for (size_t i = 0; i < count; i++)
        TRY(put_decision(page, meeting, &list[i], edits));
    if (!edits)
        return OK;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    html_link_button(&page->body, page->lang,
                     url_page(page->arena, page->lang, decision_path(page->arena, meeting, 0)),
                     text_of(text_decision_new(page->arena, page->lang)), TEXT("secondary"),
                     ICON_NONE);
    buf_put(&page->body, S("</div>"));
    return OK;
}

static void put_number(Form *form, Str name, Str label, int64_t given)
{
    Page *page = form->page;
    form_text(
        form, name, label,
        (FormText){.given = arena_fmt(page->arena, "%lld", (long long)given), .type = S("number")});
}

static bool is_recused(const Decision *d, PersonId person)
{
    for (size_t i = 0; i < d->recusal_count; i++)
        if (d->recusals[i].person.v == person.v)
            return true;
    return false;
}

static void put_recusals(Form *form, const Decision *d, const MeetingPerson *people, size_t count)
{
    Page *page = form->page;
    size_t kept = 0;
    FormOption *options = arena_array(page->arena, FormOption, count);
    for (size_t i = 0; i < count; i++)
        if (str_eq(people[i].attended, S("present")))
            options[kept++] =
                (FormOption){arena_fmt(page->arena, "%lld", (long long)people[i].person.v),
                             person_words(page, people[i].name), is_recused(d, people[i].person)};
    if (kept)
        form_boxes(form, S("recusals"), text_decision_recusals(page->arena, page->lang),
                   text_decision_recusals_hint(page->arena, page->lang), options, kept);
}

static void put_decision_form(Page *page, Str path, const Decision *d, const MeetingPerson *people,
                              size_t count)
{
    Form form;
    Arena *arena = page->arena;
    FormOption results[DECISION_RESULT_COUNT_];
    for (DecisionResult r = 0; r < DECISION_RESULT_COUNT_; r++)
        results[r] = (FormOption){decision_result_name(r), result_word(page, r), r == d->result};
    form_begin(&form, page, path, 0);
    form_area(&form, S("body"), text_decision_body(arena, page->lang),
              (FormText){.given = d->body, .hint = text_decision_body_hint(arena, page->lang)});
    form_radio(&form, S("result"), text_decision_result(arena, page->lang), S(""), results,
               COUNT_OF(results));
    put_number(&form, S("votes"), text_decision_for(arena, page->lang), d->votes_for);
    put_number(&form, S("against"), text_decision_against(arena, page->lang), d->votes_against);
    put_number(&form, S("abstentions"), text_decision_abstentions(arena, page->lang),
               d->abstentions);
    put_recusals(&form, d, people, count);
    form_submit(&form, text_item_save(arena, page->lang));
    form_end(&form);
}

static Err number_of_call(Call *call, int64_t *ret)
{
    *ret = 0;
    if (str_eq(call->params[1], S("neu")) || str_to_i64(call->params[1], ret))
        return OK;
    return fail(call->cx, ERR_NOT_FOUND, "decision.unknown", "a decision has a number");
}

Err page_decision(Call *call, Cx *cx, struct Events *events)
{
    MeetingPage meeting = {0};
    MeetingPerson *people;
    Decision d = {.body = S("")};
    size_t count;
    int64_t number;
    (void)events;
    TRY(number_of_call(call, &number));
    Str title = number ? text_decision_edit(cx->arena, cx->actor->lang)
                       : text_decision_new(cx->arena, cx->actor->lang);
    TRY(meeting_open_form(call, cx, title, &meeting));
    if (meeting.moved)
        return OK;
    if (!may_decide(&meeting.item, meeting.stand)) {
        lead_back(call, &meeting.item);
        return OK;
    }
    if (number)
        TRY(decision_get(cx, &meeting.item, number, &d));
    TRY(meeting_people(cx, &meeting.item, &people, &count));
    put_decision_form(&meeting.page, decision_path(cx->arena, &meeting.item, number), &d, people,
                      count);
    meeting_close_form(&meeting, title);
    return OK;
}

Err decision_decode(Call *call)
{
    Decision *d = arena_new(call->cx->arena, Decision);
    Str rest = call_form_body(call), one, result = call_form(call, S("result"));
    TRY(form_i64(call, S("votes"), 0, &d->votes_for));
    TRY(form_i64(call, S("against"), 0, &d->votes_against));
    TRY(form_i64(call, S("abstentions"), 0, &d->abstentions));
    d->body = call_form(call, S("body"));
    if (result.n && !decision_result_parse(result, &d->result))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no result");
    d->recusals = arena_array(call->cx->arena, DecisionRecusal, DECISION_RECUSALS_MAX);
    while (d->recusal_count < DECISION_RECUSALS_MAX &&
           call_form_next(call, S("recusals"), &rest, &one))
        if (!str_to_i64(one, &d->recusals[d->recusal_count++].person.v))
            return fail(call->cx, ERR_INVALID, "request.form", "the form names no person");
    call->state = d;
    return OK;
}

Err decision_apply(Call *call, Cx *cx, struct Events *events)
{
    Decision d = *(const Decision *)call->state;
    Item item;
    int64_t number;
    TRY(number_of_call(call, &d.number));
    TRY(meeting_of_call(call, cx, &item));
    TRY(decision_put(cx, &item, &d, events, &number));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* The form of a report: by the link of a mail without a login, or logged in. */
#include "web/report_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"

/* ---- the form ---- */

static void put_question(Page *page, const Report *report)
{
    if (report->state != REPORT_RETURNED)
        return;
    html_alert(&page->body, page->lang, TEXT("warning"), ICON_INFO,
               text_of(text_report_question_from_office(page->arena, page->lang)),
               html_escaped(page->arena, report->question), flag_of(false));
}

static Err put_milestones(Form *form, ItemId project)
{
    Page *page = form->page;
    Milestone *list;
    size_t count;
    TRY(milestone_list(page->cx, project, &list, &count));
    form_hidden(form, S("rows"), arena_fmt(page->arena, "%zu", count));
    if (!count)
        return OK;
    form_heading(form, text_project_milestones(page->arena, page->lang),
                 text_report_milestones_note(page->arena, page->lang));
    for (size_t i = 0; i < count; i++) {
        Str label = list[i].due_day.n
                        ? text_report_milestone(page->arena, page->lang, list[i].title,
                                                day_words(page, list[i].due_day))
                        : list[i].title;
        form_hidden(form, form_row_name(page->arena, "number", i),
                    arena_fmt(page->arena, "%lld", (long long)list[i].number));
        form_text(form, form_row_name(page->arena, "done", i), label,
                  (FormText){.given = list[i].done_day, .type = S("date"), .optional = true});
    }
    return OK;
}

static void put_risk(Form *form, size_t i, const Risk *risk)
{
    Page *page = form->page;
    FormOption states[RISK_STATE_COUNT_];
    for (int s = 0; s < RISK_STATE_COUNT_; s++)
        states[s] = (FormOption){risk_state_name((RiskState)s), risk_state_word(page, (RiskState)s),
                                 risk->state == (RiskState)s};
    form_hidden(form, form_row_name(page->arena, "risk", i),
                arena_fmt(page->arena, "%lld", (long long)risk->number));
    form_select(form, form_row_name(page->arena, "risk_state", i), risk->text, S(""), states,
                RISK_STATE_COUNT_);
}

static Err put_risks(Form *form, ItemId project, const Report *report)
{
    Page *page = form->page;
    Risk *list;
    size_t count, shown = 0;
    TRY(risk_list(page->cx, project, &list, &count));
    form_heading(form, text_project_risks(page->arena, page->lang),
                 text_project_risks_note(page->arena, page->lang));
    for (size_t i = 0; i < count; i++)
        if (list[i].state != RISK_CLOSED)
            put_risk(form, shown++, &list[i]);
    form_hidden(form, S("risks"), arena_fmt(page->arena, "%zu", shown));
    form_area(form, S("risks_note"), text_report_risks(page->arena, page->lang),
              (FormText){.given = report->risks_note, .optional = true});
    return OK;
}

static Err put_form(Page *page, Str path, Str code, const Item *item, const Report *report)
{
    Form form;
    Project project;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    TRY(project_get(page->cx, item->id, &project));
    form_begin(&form, page, path, report->version);
    if (code.n)
        form_hidden(&form, S("code"), code);
    project_put_light_fields(&form, &project.light);
    form_area(
        &form, S("happened"), text_report_happened(arena, lang),
        (FormText){.given = report->happened, .hint = text_report_happened_hint(arena, lang)});
    form_area(&form, S("next_steps"), text_report_next(arena, lang),
              (FormText){.given = report->next_steps, .optional = true});
    form_text(&form, S("spent"), text_project_spent_eur(arena, lang),
              (FormText){.given = money_plain(arena, project.spent, lang == LANG_DE ? ',' : '.'),
                         .hint = text_project_money_hint(arena, lang),
                         .optional = true});
    TRY(put_milestones(&form, item->id));
    TRY(put_risks(&form, item->id, report));
    form_submit(&form, text_report_submit(arena, lang));
    form_end(&form);
    return OK;
}

static void put_head(Page *page, const Item *item, Str title, Str lead)
{
    Buf crumbs = page_buf(page->arena);
    HtmlCrumbsLinks link = html_crumbs_links(project_url(page, item), text_of(item->text.title));
    html_crumbs(&crumbs, page->lang, &link, 1, text_of(title));
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

/* code empty: somebody logged in. */
static Err report_page(Call *call, Str path, Str code, const Item *item, const Round *round,
                       const Report *report)
{
    Page page;
    page_open(call, MENU_PROJECTS, &page);
    Str title = text_report_form(page.arena, page.lang, item->text.title);
    Str lead = text_report_form_lead(page.arena, page.lang, round_words(&page, round),
                                     day_words(&page, round->due_day));
    put_head(&page, item, title, lead);
    if (report->state == REPORT_ACCEPTED) {
        html_alert(&page.body, page.lang, TEXT("ok"), ICON_OK,
                   text_of(text_report_taken(page.arena, page.lang)), HTML_NONE, flag_of(false));
    } else {
        put_question(&page, report);
        TRY(put_form(&page, path, code, item, report));
    }
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    call_set_header(call, S("Referrer-Policy"), S("no-referrer"));
    return OK;
}

/* What the link leads to, seen with the eyes of its person. */
static Err open_link(Call *call, Cx *cx, Actor *actor, ReportLink *link, Item *item)
{
    Str code = call->fault || !str_eq(call->http->method, S("GET")) ? call_form(call, S("code"))
                                                                    : call_query(call, S("code"));
    TRY(report_find_link(cx, code, link));
    TRY(report_act_as(cx, link, actor));
    return item_get_unseen(cx, link->project, item);
}

Err page_report_link(Call *call, Cx *cx, struct Events *events)
{
    Actor actor;
    ReportLink link;
    Item item;
    Round round;
    Report report;
    (void)events;
    TRY(open_link(call, cx, &actor, &link, &item));
    Cx as = *cx;
    as.actor = &actor;
    TRY(round_current(cx, &round));
    TRY(report_get(&as, link.round, link.project, &report));
    Str code = call->fault ? call_form(call, S("code")) : call_query(call, S("code"));
    return report_page(call, S("/bericht"), code, &item, &round, &report);
}

Err page_report(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    Round round;
    Report report;
    bool moved;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_PROJECT, &item, &moved));
    if (moved)
        return OK;
    TRY(round_current(cx, &round));
    if (!round.id)
        return fail(cx, ERR_NOT_FOUND, "report.no_round", "no reporting round is open");
    TRY(report_get(cx, round.id, item.id, &report));
    return report_page(call, project_path(cx->arena, &item, "bericht"), S(""), &item, &round,
                       &report);
}

Err page_report_thanks(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    (void)cx, (void)events;
    page_open(call, MENU_PROJECTS, &page);
    Text title = text_of(text_report_thanks(page.arena, page.lang));
    html_intro(&page.body, page.lang, HTML_NONE, HTML_NONE, title,
               text_of(text_report_thanks_lead(page.arena, page.lang)), HTML_NONE);
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    return OK;
}

/* ---- handing in ---- */

typedef struct ReportForm {
    ReportDraft draft;
    int64_t version;
} ReportForm;

static Err decode_milestones(Call *call, ReportDraft *draft)
{
    size_t sent = form_rows_sent(call, MILESTONES_MAX);
    draft->milestones = arena_array(call->cx->arena, struct ReportMilestone, sent);
    for (size_t i = 0; i < sent; i++) {
        struct ReportMilestone *one = &draft->milestones[draft->milestone_count++];
        one->done_day = form_row_value(call, "done", i);
        TRY(form_i64(call, form_row_name(call->cx->arena, "number", i), 0, &one->number));
    }
    return OK;
}

static Err decode_risks(Call *call, ReportDraft *draft)
{
    int64_t sent;
    TRY(form_i64(call, S("risks"), 0, &sent));
    size_t count = sent < 0 ? 0 : MIN((size_t)sent, (size_t)RISKS_MAX);
    draft->risks = arena_array(call->cx->arena, struct ReportRisk, count);
    for (size_t i = 0; i < count; i++) {
        struct ReportRisk *one = &draft->risks[draft->risk_count++];
        TRY(form_i64(call, form_row_name(call->cx->arena, "risk", i), 0, &one->number));
        if (!risk_state_parse(form_row_value(call, "risk_state", i), &one->state))
            return fail(call->cx, ERR_INVALID, "request.form", "the form names no state");
    }
    return OK;
}

Err report_decode(Call *call)
{
    ReportForm *form = arena_new(call->cx->arena, ReportForm);
    TRY(form_i64(call, S("version"), 0, &form->version));
    if (!light_parse(call_form(call, S("light")), &form->draft.light))
        form->draft.light = LIGHT_NONE; /* the domain refuses it beside the other faults */
    form->draft.reason = call_form(call, S("reason"));
    form->draft.happened = call_form(call, S("happened"));
    form->draft.next_steps = call_form(call, S("next_steps"));
    form->draft.risks_note = call_form(call, S("risks_note"));
    form->draft.spent = money_typed(call_form(call, S("spent")));
    TRY(decode_milestones(call, &form->draft));
    TRY(decode_risks(call, &form->draft));
    call->state = form;
    return OK;
}

Err report_link_apply(Call *call, Cx *cx, struct Events *events)
{
    const ReportForm *form = call->state;
    Actor actor;
    ReportLink link;
    Item item;
    TRY(open_link(call, cx, &actor, &link, &item));
    Cx as = *cx;
    as.actor = &actor;
    TRY(report_submit(&as, link.round, &item, form->version, &form->draft, events));
    call->location = page_path(call, S("/bericht/eingegangen"));
    return OK;
}

Err report_apply(Call *call, Cx *cx, struct Events *events)
{
    const ReportForm *form = call->state;
    Item item;
    Round round;
    TRY(item_get(cx, NOUN_PROJECT, call->params[0], &item));
    TRY(round_current(cx, &round));
    TRY(report_submit(cx, round.id, &item, form->version, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

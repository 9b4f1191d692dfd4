/* A round on paper: for the council, and for one giver; and as a table. */
#include "web/report_page.h"

#include "base/csv.h"
#include "base/str.h"
#include "people/day.h"
#include "people/funding.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"

/* ---- one report ---- */

static void put_words(Page *page, Str title, Str words)
{
    if (!words.n)
        return;
    buf_put(&page->body, S("<h4>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h4>"));
    for (Str rest = words; rest.p;) {
        Str line = str_trim(str_cut(&rest, '\n'));
        if (line.n)
            page_put_paragraph(page, "", line);
    }
}

void report_put_words(Page *page, const Report *report, bool risks)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    put_words(page, text_report_happened(arena, lang), report->happened);
    put_words(page, text_report_next(arena, lang), report->next_steps);
    if (risks)
        put_words(page, text_report_risks(arena, lang), report->risks_note);
}

static void put_line(Page *page, Str words)
{
    buf_put(&page->body, S("<li>"));
    html_put_text(&page->body, text_of(words));
    buf_put(&page->body, S("</li>"));
}

static Str state_word(Page *page, Str state)
{
    return item_state_word(page, &(Item){.noun = NOUN_PROJECT, .state = state});
}

static void put_money_line(Page *page, Str label, Money before, Money now)
{
    if (before.cent != now.cent)
        put_line(page, text_change_from_to(page->arena, page->lang, label,
                                           money_words(page, before), money_words(page, now)));
}

static void put_marks(Page *page, const ReportChange *c)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    for (size_t i = 0; i < c->reached_count; i++)
        put_line(page, text_change_reached(arena, lang, c->reached[i].title,
                                           day_words(page, c->reached[i].now)));
    for (size_t i = 0; i < c->moved_count; i++)
        put_line(page, text_change_moved(arena, lang, c->moved[i].title,
                                         day_words(page, c->moved[i].before),
                                         day_words(page, c->moved[i].now)));
    for (size_t i = 0; i < c->added_count; i++)
        put_line(page, text_change_added(arena, lang, c->added[i].title,
                                         day_words(page, c->added[i].now)));
}

static void put_change_lines(Page *page, const ReportChange *c)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    size_t before = page->body.n;
    if (!str_eq(c->state_before, c->state_now))
        put_line(page, text_change_from_to(arena, lang, text_projects_phase(arena, lang),
                                           state_word(page, c->state_before),
                                           state_word(page, c->state_now)));
    if (c->light_before != c->light_now)
        put_line(page, text_change_from_to(arena, lang, text_project_light(arena, lang),
                                           light_word(page, c->light_before),
                                           light_word(page, c->light_now)));
    put_money_line(page, text_change_spent(arena, lang), c->spent_before, c->spent_now);
    put_money_line(page, text_project_investment(arena, lang), c->investment_before,
                   c->investment_now);
    put_marks(page, c);
    if (page->body.n == before)
        put_line(page, text_change_nothing(arena, lang));
}

Err report_put_changes(Page *page, const Report *report)
{
    ReportChange change;
    Arena *arena = page->arena;
    TRY(report_change(page->cx, report, &change));
    buf_put(&page->body, S("<h4>"));
    html_put_text(&page->body,
                  text_of(change.first ? text_change_first(arena, page->lang)
                                       : text_change_since(arena, page->lang,
                                                           day_words(page, change.since))));
    buf_put(&page->body, S("</h4>"));
    if (change.first)
        return OK;
    buf_put(&page->body, S("<ul class=\"h-changes\">"));
    put_change_lines(page, &change);
    buf_put(&page->body, S("</ul>"));
    return OK;
}

/* How it stood in the report, not how it stands now. */
static Err put_state_line(Page *page, const Report *report)
{
    ReportChange now;
    TRY(report_compare(page->cx, S(""), report->doc, &now));
    buf_put(&page->body, S("<p class=\"h-badges\">"));
    html_badge(&page->body, page->lang, TEXT("plain"), ICON_NONE,
               text_of(state_word(page, now.state_now)));
    if (report->state == REPORT_SUBMITTED)
        html_badge(&page->body, page->lang, TEXT("warning"), ICON_CLOCK,
                   text_of(text_report_unchecked(page->arena, page->lang)));
    html_put_html(&page->body, light_state(page, now.light_now));
    if (money_known(now.spent_now)) {
        buf_put(&page->body, S("<span>"));
        html_put_text(&page->body, text_of(text_report_spent(page->arena, page->lang,
                                                             money_words(page, now.spent_now))));
        buf_put(&page->body, S("</span>"));
    }
    buf_put(&page->body, S("</p>"));
    return OK;
}

/* ---- the whole ---- */

typedef struct Print {
    Round round;
    Str giver; /* empty: for the council */
    ReportRow *rows;
    ProjectPartner *leaders; /* of each row's project */
    size_t count;
} Print;

static Err put_fundings(Page *page, const Print *print, const Item *item)
{
    Funding *list;
    size_t count;
    TRY(funding_list(page->cx, item->id, &list, &count));
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i].giver, print->giver))
            page_put_paragraph(
                page, "h-quiet",
                text_report_funding(page->arena, page->lang, list[i].programme,
                                    money_words(page, list[i].amount),
                                    span_words(page, list[i].from_day, list[i].until_day)));
    return OK;
}

static void put_project_head(Page *page, const Item *item, const ProjectPartner *leader)
{
    buf_put(&page->body, S("<article class=\"h-report\"><h3>"));
    html_put_text(&page->body, text_of(item->text.title));
    buf_put(&page->body, S("</h3>"));
    if (leader->title.n)
        page_put_paragraph(page, "h-quiet",
                           text_project_led_by(page->arena, page->lang, leader->title));
}

static Err put_project(Page *page, const Print *print, const ReportRow *row,
                       const ProjectPartner *leader)
{
    put_project_head(page, &row->item, leader);
    TRY(put_state_line(page, &row->report));
    if (print->giver.n)
        TRY(put_fundings(page, print, &row->item));
    TRY(report_put_changes(page, &row->report));
    report_put_words(page, &row->report, !print->giver.n);
    buf_put(&page->body, S("</article>"));
    return OK;
}

static Err put_reports(Page *page, const Print *print)
{
    for (size_t i = 0; i < print->count; i++)
        if (report_is_in(&print->rows[i].report))
            TRY(put_project(page, print, &print->rows[i], &print->leaders[i]));
    return OK;
}

/* ---- those whose report is missing ---- */

/* The last one that was set, for a closed round the last one before that; LIGHT_NONE: none was. */
static Err last_light(Page *page, const Print *print, const Item *item, ProjectLight *ret)
{
    ProjectLight *list;
    size_t count;
    int64_t closed_us = print->round.closed_us;
    *ret = (ProjectLight){.light = LIGHT_NONE};
    TRY(project_lights(page->cx, item->id, &list, &count));
    for (size_t i = 0; i < count; i++) {
        if (closed_us && list[i].at_us > closed_us)
            continue;
        *ret = list[i];
        break;
    }
    return OK;
}

static Err put_last_light(Page *page, const Print *print, const Item *item)
{
    ProjectLight light;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    TRY(last_light(page, print, item, &light));
    if (light.light == LIGHT_NONE) {
        page_put_paragraph(page, "", text_report_no_light(arena, lang));
        return OK;
    }
    buf_put(&page->body, S("<p class=\"h-badges\">"));
    html_put_html(&page->body, light_state(page, light.light));
    buf_put(&page->body, S("<span>"));
    html_put_text(&page->body,
                  text_of(text_report_last_light(
                      arena, lang, format_date(arena, lang, page->frame->zone, light.at_us))));
    buf_put(&page->body, S("</span></p>"));
    if (light.reason.n)
        page_put_paragraph(page, "", light.reason);
    return OK;
}

/* Whose report is missing stands there by name, with what is known without it. */
static Err put_missing(Page *page, const Print *print, size_t missing)
{
    if (!missing)
        return OK;
    page_open_block(page, "fehlt", text_report_missing(page->arena, page->lang, (int64_t)missing));
    for (size_t i = 0; i < print->count; i++) {
        Str leads;
        const Item *item = &print->rows[i].item;
        if (report_is_in(&print->rows[i].report))
            continue;
        TRY(report_lead_names(page, item, &leads));
        put_project_head(page, item, &print->leaders[i]);
        TRY(put_last_light(page, print, item));
        page_put_paragraph(page, "h-quiet",
                           text_report_missing_asked(page->arena, page->lang, leads));
        buf_put(&page->body, S("</article>"));
    }
    page_close_block(page);
    return OK;
}

static Err put_lights(Page *page, const Print *print, size_t missing)
{
    int64_t lights[LIGHT_COUNT_] = {0};
    HtmlFiguresRows rows[LIGHT_COUNT_];
    size_t count = 0;
    for (size_t i = 0; i < print->count; i++) {
        ReportChange now;
        if (!report_is_in(&print->rows[i].report))
            continue;
        TRY(report_compare(page->cx, S(""), print->rows[i].report.doc, &now));
        lights[now.light_now]++;
    }
    for (int l = LIGHT_GREEN; l < LIGHT_COUNT_; l++)
        rows[count++] = html_figures_rows(text_of(format_int(page->arena, page->lang, lights[l])),
                                          text_of(light_word(page, (Light)l)));
    if (missing)
        rows[count++] =
            html_figures_rows(text_of(format_int(page->arena, page->lang, (int64_t)missing)),
                              text_of(text_report_without(page->arena, page->lang)));
    html_figures(&page->body, page->lang, text_of(text_project_light(page->arena, page->lang)),
                 rows, count);
    return OK;
}

static Err read_print(Cx *cx, Print *print)
{
    TRY(report_list(cx, print->round.id, print->giver, &print->rows, &print->count));
    Item *items = arena_array(cx->arena, Item, print->count);
    for (size_t i = 0; i < print->count; i++)
        items[i] = print->rows[i].item;
    return project_leaders(cx, items, print->count, &print->leaders);
}

static Html print_actions(Page *page)
{
    Buf out = page_buf(page->arena);
    html_print_button(&out, page->lang);
    return html_of(&out);
}

static Err print_page(Call *call, Cx *cx, Print *print)
{
    Page page;
    size_t missing = 0;
    TRY(read_print(cx, print));
    page_open(call, MENU_NONE, &page);
    for (size_t i = 0; i < print->count; i++)
        missing += !report_is_in(&print->rows[i].report);
    Str quarter = round_words(&page, &print->round);
    Text title = text_of(print->giver.n
                             ? text_report_giver_title(page.arena, page.lang, print->giver, quarter)
                             : text_report_council_title(page.arena, page.lang, quarter));
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(
        url_page(page.arena, page.lang, round_path(page.arena, &print->round, "")),
        text_of(quarter));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_report_print_lead(
                   page.arena, page.lang, (int64_t)(print->count - missing), (int64_t)print->count,
                   format_date(page.arena, page.lang, page.frame->zone, page.now_us))),
               print_actions(&page));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\"><h2>"));
    html_put_text(&page.body, text_of(text_report_all(page.arena, page.lang)));
    buf_put(&page.body, S("</h2>"));
    TRY(put_lights(&page, print, missing));
    TRY(put_reports(&page, print));
    TRY(put_missing(&page, print, missing));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err page_report_council(Call *call, Cx *cx, struct Events *events)
{
    Print print = {.giver = S("")};
    (void)events;
    TRY(round_of_call(call, cx, &print.round));
    return print_page(call, cx, &print);
}

Err page_report_giver(Call *call, Cx *cx, struct Events *events)
{
    Print print = {.giver = call_query(call, S("geber"))};
    (void)events;
    TRY(round_of_call(call, cx, &print.round));
    if (!print.giver.n)
        return fail(cx, ERR_NOT_FOUND, "report.giver", "the address names no giver");
    return print_page(call, cx, &print);
}

/* ---- CSV (RFC 4180) ---- */

static const Str COLUMNS[] = {S_INIT("title"),     S_INIT("path"),       S_INIT("report"),
                              S_INIT("handed_in"), S_INIT("leads"),      S_INIT("state"),
                              S_INIT("light"),     S_INIT("spent_eur"),  S_INIT("reached"),
                              S_INIT("happened"),  S_INIT("next_steps"), S_INIT("risks")};

static Err put_csv_row(Page *page, Buf *out, const ReportRow *row)
{
    Arena *arena = page->arena;
    Str leads;
    ReportChange now = {.spent_now = MONEY_NONE}, change = {0};
    const Report *report = &row->report;
    TRY(report_lead_names(page, &row->item, &leads));
    if (report_is_in(report)) {
        TRY(report_compare(page->cx, S(""), report->doc, &now));
        TRY(report_change(page->cx, report, &change));
    }
    const Str fields[COUNT_OF(COLUMNS)] = {
        row->item.text.title,
        item_path(arena, &row->item),
        report_state_name(report->state),
        report->submitted_us ? day_at(arena, page->frame->zone, report->submitted_us) : S(""),
        leads,
        now.state_now,
        light_name(now.light_now),
        money_plain(arena, now.spent_now, '.'),
        arena_fmt(arena, "%zu", change.reached_count),
        report->happened,
        report->next_steps,
        report->risks_note};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        buf_put(out, i ? S(",") : S(""));
        csv_put(out, fields[i], ',');
    }
    buf_put(out, S("\r\n"));
    return OK;
}

Err reports_csv(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Round round;
    ReportRow *rows;
    size_t count;
    (void)events;
    TRY(round_of_call(call, cx, &round));
    TRY(report_list(cx, round.id, S(""), &rows, &count));
    page_open(call, MENU_NONE, &page);
    for (size_t i = 0; i < COUNT_OF(COLUMNS); i++) {
        buf_put(&call->body, i ? S(",") : S(""));
        buf_put(&call->body, COLUMNS[i]);
    }
    buf_put(&call->body, S("\r\n"));
    for (size_t i = 0; i < count; i++)
        TRY(put_csv_row(&page, &call->body, &rows[i]));
    call_set_header(call, S("Content-Type"), S("text/csv; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"), S("attachment; filename=\"berichte.csv\""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

/* The office's reporting rounds: opened, looked through, closed. */
#include "web/report_page.h"

#include "base/str.h"
#include "people/day.h"
#include "people/funding.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"

Str round_words(const Page *page, const Round *round)
{
    return text_round_quarter(page->arena, page->lang, round->quarter,
                              arena_fmt(page->arena, "%lld", (long long)round->year));
}

Str round_path(Arena *arena, const Round *round, const char *below)
{
    return arena_fmt(arena, "/buero/berichte/%lld-%lld%s", (long long)round->year,
                     (long long)round->quarter, below);
}

Err round_of_call(Call *call, Cx *cx, Round *ret)
{
    Str rest = call->params[0];
    int64_t year = 0, quarter = 0;
    Str first = str_cut(&rest, '-');
    if (!str_to_i64(first, &year) || !str_to_i64(rest, &quarter))
        year = 0;
    return round_get(cx, year, quarter, ret);
}

Str report_state_word(const Page *page, ReportState state)
{
    Str words = {0}, name = report_state_name(state);
    Str key = arena_fmt(page->arena, "report.state.%.*s", SARG(name));
    return text_find(page->lang, key, &words) ? words : name;
}

Err report_lead_names(Page *page, const Item *item, Str *ret)
{
    Relation *leads = NULL;
    size_t count;
    Buf out = buf_new(page->arena, 16 << 10);
    TRY(report_leads(page->cx, item, &leads, &count));
    for (size_t i = 0; i < count; i++) {
        buf_put(&out, i ? S(", ") : S(""));
        buf_put(&out, person_words(page, leads[i].person_name));
    }
    *ret = count ? buf_str(&out) : text_report_nobody(page->arena, page->lang);
    return OK;
}

static void close_page(Page *page, Text title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

/* ---- all rounds ---- */

static void put_rounds(Page *page, const Round *list, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const Text labels[4] = {
        text_of(text_round_one(arena, lang)), text_of(text_round_due(arena, lang)),
        text_of(text_round_in(arena, lang)), text_of(text_round_state(arena, lang))};
    HtmlTableHeads heads[4];
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < 4; i++)
        heads[i] = html_table_heads(labels[i], flag_of(false));
    for (size_t i = 0; i < count; i++) {
        const Round *one = &list[i];
        int64_t in = one->submitted + one->accepted, all = in + one->asked + one->returned;
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 4);
        cells[0] =
            html_table_rows_cells(labels[0],
                                  page_link(page, url_page(arena, lang, round_path(arena, one, "")),
                                            round_words(page, one)),
                                  flag_of(false), flag_of(true));
        cells[1] =
            html_table_rows_cells(labels[1], html_escaped(arena, day_words(page, one->due_day)),
                                  flag_of(false), flag_of(false));
        cells[2] = html_table_rows_cells(
            labels[2], html_escaped(arena, text_round_in_of(arena, lang, in, all)), flag_of(false),
            flag_of(false));
        cells[3] = html_table_rows_cells(labels[3],
                                         html_escaped(arena, one->closed_us
                                                                 ? text_round_closed(arena, lang)
                                                                 : text_round_open(arena, lang)),
                                         flag_of(false), flag_of(false));
        rows[i] = html_table_rows(cells, 4);
    }
    html_table(&page->body, lang, text_of(text_round_all(arena, lang)), flag_of(true), heads, 4,
               rows, count);
}

/* The quarter that ended last, due two weeks from now. */
static void put_open_form(Page *page)
{
    Form form;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Civil now = zone_civil(page->frame->zone, page->now_us);
    int quarter = (now.month - 1) / 3, year = now.year;
    if (quarter == 0) {
        quarter = 4;
        year--;
    }
    FormOption options[4];
    for (int q = 0; q < 4; q++)
        options[q] = (FormOption){arena_fmt(arena, "%d", q + 1),
                                  text_round_number(arena, lang, q + 1), q + 1 == quarter};
    page_open_block(page, "oeffnen", text_round_new(arena, lang));
    page_put_paragraph(page, "h-quiet", text_round_new_note(arena, lang));
    form_begin(&form, page, S("/buero/berichte"), 0);
    form_select(&form, S("quarter"), text_round_one(arena, lang), S(""), options, 4);
    form_text(&form, S("year"), text_round_year(arena, lang),
              (FormText){.given = arena_fmt(arena, "%d", year), .type = S("number")});
    form_text(&form, S("due"), text_round_due(arena, lang),
              (FormText){.given = day_at(arena, page->frame->zone, page->now_us + 14 * TIME_DAY_US),
                         .type = S("date")});
    form_submit(&form, text_round_open_now(arena, lang));
    form_end(&form);
    page_close_block(page);
}

Err page_rounds(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Round *list, now;
    size_t count;
    (void)events;
    TRY(round_list(cx, &list, &count));
    TRY(round_current(cx, &now));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_round_title(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page.arena, page.lang, S("/buero")),
                                             text_of(text_menu_office(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_round_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    if (count)
        put_rounds(&page, list, count);
    else
        html_empty(&page.body, page.lang, ICON_LIST,
                   text_of(text_round_none(page.arena, page.lang)),
                   text_of(text_round_none_advice(page.arena, page.lang)), HTML_NONE);
    if (!now.id)
        put_open_form(&page);
    close_page(&page, title);
    return OK;
}

Err round_open_apply(Call *call, Cx *cx, struct Events *events)
{
    int64_t year, quarter, id;
    TRY(form_i64(call, S("year"), 0, &year));
    TRY(form_i64(call, S("quarter"), 0, &quarter));
    TRY(round_open(cx, year, quarter, call_form(call, S("due")), events, &id));
    Round round = {.year = year, .quarter = quarter};
    call->location = page_path(call, round_path(cx->arena, &round, ""));
    return OK;
}

/* ---- one round ---- */

static void put_round_actions(Page *page, Buf *out, const Round *round)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    FormPair close = {S("do"), S("close")};
    if (!round->closed_us)
        form_button(page, out, round_path(arena, round, ""), text_round_close(arena, lang),
                    TEXT("secondary"), ICON_NONE, &close, 1);
    html_link_button(out, lang, url_page(arena, lang, round_path(arena, round, "/rat")),
                     text_of(text_round_council(arena, lang)), TEXT("primary"), ICON_NONE);
}

static Err put_giver_links(Page *page, const Round *round)
{
    Str *givers;
    size_t count;
    Arena *arena = page->arena;
    TRY(funding_givers(page->cx, &givers, &count));
    buf_put(&page->body, S("<ul class=\"h-inline-list\">"));
    for (size_t i = 0; i < count; i++) {
        Url url =
            url_query(arena, url_page(arena, page->lang, round_path(arena, round, "/foerdergeber")),
                      S("geber"), givers[i]);
        buf_put(&page->body, S("<li>"));
        html_put_html(&page->body,
                      page_link(page, url, text_round_for_giver(arena, page->lang, givers[i])));
        buf_put(&page->body, S("</li>"));
    }
    buf_put(&page->body, S("<li>"));
    html_put_html(&page->body,
                  page_link(page,
                            url_page(arena, page->lang, round_path(arena, round, "/berichte.csv")),
                            text_projects_csv(arena, page->lang)));
    buf_put(&page->body, S("</li></ul>"));
    return OK;
}

static void put_state_chips(Page *page, const Round *round, Str chosen)
{
    const int64_t counts[REPORT_STATE_COUNT_] = {round->asked, round->submitted, round->returned,
                                                 round->accepted};
    HtmlChipsChips chips[REPORT_STATE_COUNT_ + 1];
    Arena *arena = page->arena;
    Url base = url_page(arena, page->lang, round_path(arena, round, ""));
    int64_t all = 0;
    for (int s = 0; s < REPORT_STATE_COUNT_; s++) {
        Str name = report_state_name((ReportState)s);
        all += counts[s];
        chips[s + 1] = html_chips_chips(url_query(arena, base, S("stand"), name),
                                        text_of(report_state_word(page, (ReportState)s)),
                                        text_of(format_int(arena, page->lang, counts[s])),
                                        flag_of(str_eq(chosen, name)));
    }
    chips[0] = html_chips_chips(base, text_of(text_round_all_reports(arena, page->lang)),
                                text_of(format_int(arena, page->lang, all)), flag_of(!chosen.n));
    html_chips(&page->body, page->lang, text_of(text_round_by_state(arena, page->lang)), TEXT(""),
               chips, COUNT_OF(chips));
}

static void put_answer(Page *page, const Round *round, const ReportRow *row)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    FormPair pairs[2] = {{S("do"), S("accept")}, {S("project"), row->item.slug}};
    if (row->report.state != REPORT_SUBMITTED || round->closed_us)
        return;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    form_button(page, &page->body, round_path(arena, round, ""), text_report_accept(arena, lang),
                TEXT("secondary"), ICON_NONE, pairs, 2);
    Url ask = url_query(arena, url_page(arena, lang, round_path(arena, round, "/rueckfrage")),
                        S("projekt"), row->item.slug);
    html_link_button(&page->body, lang, ask, text_of(text_report_ask(arena, lang)),
                     TEXT("tertiary"), ICON_NONE);
    buf_put(&page->body, S("</div>"));
}

static Html row_badge(Page *page, const Round *round, const Report *report)
{
    Buf out = page_buf(page->arena);
    Str today = day_at(page->arena, page->frame->zone, page->now_us);
    bool late = !report_is_in(report) && str_cmp(round->due_day, today) < 0;
    html_badge(&out, page->lang,
               report_is_in(report) ? TEXT("ok")
               : late               ? TEXT("alarm")
                                    : TEXT("plain"),
               report_is_in(report) ? ICON_OK
               : late               ? ICON_ALARM
                                    : ICON_NONE,
               text_of(report_state_word(page, report->state)));
    if (late)
        html_badge(&out, page->lang, TEXT("alarm"), ICON_CLOCK,
                   text_of(text_report_late(page->arena, page->lang)));
    return html_of(&out);
}

static Err put_report_row(Page *page, const Round *round, const ReportRow *row)
{
    Str leads;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    TRY(report_lead_names(page, &row->item, &leads));
    Str meta = row->report.submitted_us
                   ? text_report_in_by(
                         arena, lang,
                         format_date(arena, lang, page->frame->zone, row->report.submitted_us),
                         person_words(page, row->report.person_name))
                   : text_report_asked_of(arena, lang, leads, row->report.reminders);
    buf_put(&page->body, S("<article class=\"h-item\"><div class=\"h-badges\">"));
    html_put_html(&page->body, row_badge(page, round, &row->report));
    buf_put(&page->body, S("</div><h3>"));
    html_put_html(&page->body,
                  page_link(page, project_url(page, &row->item), row->item.text.title));
    buf_put(&page->body, S("</h3>"));
    page_put_paragraph(page, "h-item__meta", meta);
    if (report_is_in(&row->report)) {
        buf_put(&page->body, S("<details class=\"h-fold\"><summary>"));
        html_put_icon(&page->body, ICON_CHEVRON_DOWN);
        html_put_text(&page->body, text_of(text_report_read(arena, lang)));
        buf_put(&page->body, S("</summary><div class=\"h-fold__body h-stack\">"));
        TRY(report_put_changes(page, &row->report));
        report_put_words(page, &row->report, true);
        buf_put(&page->body, S("</div></details>"));
    }
    put_answer(page, round, row);
    buf_put(&page->body, S("</article>"));
    return OK;
}

static void put_reopen(Page *page, const Round *round)
{
    Form form;
    Arena *arena = page->arena;
    if (!round->closed_us)
        return;
    page_open_block(page, "wieder", text_round_reopen(arena, page->lang));
    form_begin(&form, page, round_path(arena, round, ""), 0);
    form_hidden(&form, S("do"), S("reopen"));
    form_area(&form, S("reason"), text_step_reason(arena, page->lang), (FormText){0});
    form_submit(&form, text_round_reopen(arena, page->lang));
    form_end(&form);
    page_close_block(page);
}

static void put_round_head(Page *page, const Round *round)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Buf crumbs = page_buf(arena), actions = page_buf(arena), badges = page_buf(arena);
    HtmlCrumbsLinks links[2] = {html_crumbs_links(url_page(arena, lang, S("/buero")),
                                                  text_of(text_menu_office(arena, lang))),
                                html_crumbs_links(url_page(arena, lang, S("/buero/berichte")),
                                                  text_of(text_round_title(arena, lang)))};
    Text title = text_of(round_words(page, round));
    html_crumbs(&crumbs, lang, links, 2, title);
    put_round_actions(page, &actions, round);
    html_badge(
        &badges, lang, TEXT("plain"), ICON_NONE,
        text_of(round->closed_us ? text_round_closed(arena, lang) : text_round_open(arena, lang)));
    html_intro(&page->body, lang, html_of(&crumbs), html_of(&badges), title,
               text_of(text_round_summary(arena, lang, round->submitted + round->accepted,
                                          round->submitted + round->accepted + round->asked +
                                              round->returned,
                                          day_words(page, round->due_day))),
               html_of(&actions));
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

enum { REPORTS_PER_PAGE = 40 };

/* Those in the chosen state, a page of them. */
static Err put_reports(Page *page, const Round *round, const ReportRow *rows, size_t count,
                       Str chosen, int64_t number)
{
    int64_t found = 0, shown = 0, from = (number - 1) * REPORTS_PER_PAGE;
    buf_put(&page->body, S("<div class=\"h-items h-items--pair\">"));
    for (size_t i = 0; i < count; i++) {
        if (chosen.n && !str_eq(chosen, report_state_name(rows[i].report.state)))
            continue;
        if (found++ < from || shown == REPORTS_PER_PAGE)
            continue;
        TRY(put_report_row(page, round, &rows[i]));
        shown++;
    }
    buf_put(&page->body, S("</div>"));
    Str path = round_path(page->arena, round, "");
    if (chosen.n)
        path = url_query(page->arena, (Url){path}, S("stand"), chosen).s;
    page_pager(page, path, number, REPORTS_PER_PAGE, shown, found);
    return OK;
}

Err page_round(Call *call, Cx *cx, struct Events *events)
{
    int64_t number;
    Page page;
    Round round;
    ReportRow *rows;
    size_t count;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(round_of_call(call, cx, &round));
    TRY(report_list(cx, round.id, S(""), &rows, &count));
    Str chosen = call_query(call, S("stand"));
    page_open(call, MENU_NONE, &page);
    put_round_head(&page, &round);
    if (round.reason.n)
        page_put_paragraph(&page, "h-note",
                           text_round_reopened(page.arena, page.lang, round.reason));
    TRY(put_giver_links(&page, &round));
    put_state_chips(&page, &round, chosen);
    page_put_hidden_heading(&page, text_round_all_reports(page.arena, page.lang));
    TRY(put_reports(&page, &round, rows, count, chosen, number));
    put_reopen(&page, &round);
    close_page(&page, text_of(round_words(&page, &round)));
    return OK;
}

Err round_apply(Call *call, Cx *cx, struct Events *events)
{
    Round round;
    Str does = call_form(call, S("do"));
    (void)events;
    TRY(round_of_call(call, cx, &round));
    call->location = page_path(call, round_path(cx->arena, &round, ""));
    if (str_eq(does, S("close")))
        return round_close(cx, round.id);
    if (str_eq(does, S("reopen")))
        return round_reopen(cx, round.id, call_form(call, S("reason")));
    if (!str_eq(does, S("accept")))
        return fail(cx, ERR_INVALID, "request.form", "the form says not what to do");
    Item item;
    TRY(item_get(cx, NOUN_PROJECT, call_form(call, S("project")), &item));
    return report_accept(cx, round.id, item.id);
}

/* ---- a question ---- */

Err page_report_question(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Round round;
    Item item;
    (void)events;
    TRY(round_of_call(call, cx, &round));
    Str slug = call->fault ? call_form(call, S("projekt")) : call_query(call, S("projekt"));
    TRY(item_get(cx, NOUN_PROJECT, slug, &item));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_report_ask(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link =
        html_crumbs_links(url_page(page.arena, page.lang, round_path(page.arena, &round, "")),
                          text_of(round_words(&page, &round)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title, text_of(item.text.title),
               HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    form_begin(&form, &page, round_path(page.arena, &round, "/rueckfrage"), 0);
    form_hidden(&form, S("projekt"), item.slug);
    form_area(&form, S("question"), text_report_question(page.arena, page.lang),
              (FormText){.hint = text_report_question_hint(page.arena, page.lang)});
    form_submit(&form, text_report_ask(page.arena, page.lang));
    form_end(&form);
    close_page(&page, title);
    return OK;
}

Err report_question_apply(Call *call, Cx *cx, struct Events *events)
{
    Round round;
    Item item;
    (void)events;
    TRY(round_of_call(call, cx, &round));
    TRY(item_get(cx, NOUN_PROJECT, call_form(call, S("projekt")), &item));
    TRY(report_return(cx, round.id, item.id, call_form(call, S("question"))));
    call->location = page_path(call, round_path(cx->arena, &round, ""));
    return OK;
}

/* Parts of a project's page: money, data of the city, risks. */
#include "web/project_page.h"

#include "base/str.h"
#include "people/funding.h"
#include "systems/entity.h"
#include "text_gen.h"
#include "web/figure.h"
#include "web/format.h"
#include "web/thing.h"

void page_open_block(Page *page, const char *id, Str title)
{
    buf_fmt(&page->body, "<section class=\"h-block\" aria-labelledby=\"%s\"><h2 id=\"%s\">", id,
            id);
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

void page_close_block(Page *page)
{
    buf_put(&page->body, S("</section>"));
}

Html page_link(Page *page, Url href, Str words)
{
    Buf out = page_buf(page->arena);
    page_put_link(&out, href, words, TEXT(""));
    return html_of(&out);
}

static void put_link_line(Page *page, Url href, Str words)
{
    buf_put(&page->body, S("<p>"));
    html_put_html(&page->body, page_link(page, href, words));
    buf_put(&page->body, S("</p>"));
}

void project_put_edit_link(Page *page, const Item *item, bool edits, const char *part, Str words)
{
    if (edits)
        put_link_line(
            page, url_page(page->arena, page->lang, project_path(page->arena, item, part)), words);
}

/* ---- money ---- */

static void put_sums(Page *page, const Project *p)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlFiguresRows rows[4] = {
        html_figures_rows(text_of(money_words(page, p->investment)),
                          text_of(text_project_investment(arena, lang))),
        html_figures_rows(text_of(money_words(page, p->running)),
                          text_of(text_project_running(arena, lang))),
        html_figures_rows(text_of(money_words(page, p->spent)),
                          text_of(text_project_spent(arena, lang))),
        html_figures_rows(text_of(p->lifetime_years
                                      ? text_project_years(arena, lang, p->lifetime_years)
                                      : S("–")),
                          text_of(text_project_lifetime(arena, lang))),
    };
    html_figures(&page->body, lang, text_of(text_project_money(arena, lang)), rows, 4);
}

static void put_fundings(Page *page, const Funding *list, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const Text labels[4] = {
        text_of(text_funding_giver(arena, lang)), text_of(text_funding_programme(arena, lang)),
        text_of(text_project_time(arena, lang)), text_of(text_funding_amount(arena, lang))};
    HtmlTableHeads heads[4];
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < 4; i++)
        heads[i] = html_table_heads(labels[i], flag_of(i == 3));
    for (size_t i = 0; i < count; i++) {
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 4);
        const Str words[4] = {list[i].giver, list[i].programme,
                              span_words(page, list[i].from_day, list[i].until_day),
                              money_words(page, list[i].amount)};
        for (size_t c = 0; c < 4; c++)
            cells[c] = html_table_rows_cells(labels[c], html_escaped(arena, words[c]),
                                             flag_of(c == 3), flag_of(c == 0));
        rows[i] = html_table_rows(cells, 4);
    }
    html_table(&page->body, lang, text_of(text_project_fundings(arena, lang)), flag_of(true), heads,
               4, rows, count);
}

Err project_put_money(Page *page, const Item *item, const Project *p, bool edits)
{
    Funding *list;
    size_t count;
    TRY(funding_list(page->cx, item->id, &list, &count));
    page_open_block(page, "geld", text_project_money(page->arena, page->lang));
    if (money_known(p->investment) || money_known(p->running) || money_known(p->spent) ||
        p->lifetime_years)
        put_sums(page, p);
    else
        page_put_paragraph(page, "h-quiet", text_project_no_money(page->arena, page->lang));
    if (count)
        put_fundings(page, list, count);
    project_put_edit_link(page, item, edits, "geld",
                          text_project_edit_money(page->arena, page->lang));
    page_close_block(page);
    return OK;
}

/* ---- data of the city ---- */

static const Indicator *indicator_by_key(Str key)
{
    for (size_t i = 0; i < INDICATOR_COUNT; i++)
        if (str_eq(INDICATORS[i].key, key))
            return &INDICATORS[i];
    return NULL;
}

static Err put_indicators(Page *page, const Reference *list, size_t count)
{
    Buf tiles = page_buf(page->arena);
    for (size_t i = 0; i < count; i++) {
        Figure figure;
        bool found = false;
        const Indicator *one =
            list[i].kind == REFERENCE_INDICATOR ? indicator_by_key(list[i].target) : NULL;
        if (one)
            TRY(figure_read(page, one, &figure, &found));
        if (found)
            figure_tile(&tiles, page, &figure);
    }
    if (!tiles.n)
        return OK;
    buf_put(&page->body, S("<div class=\"h-tiles\">"));
    html_put_html(&page->body, html_of(&tiles));
    buf_put(&page->body, S("</div>"));
    return OK;
}

/* A thing that is gone is still named. */
static Err thing_row(Page *page, const Judgement *judgement, Str id, HtmlObjectListRows *ret)
{
    Entity entity;
    bool found;
    TRY(entity_find(page->cx, id, &entity, &found));
    if (!found) {
        *ret =
            html_object_list_rows(text_of(id), thing_url(page, id), text_of(id), TEXT(""), TEXT(""),
                                  mark_class(MARK_NO_SIGNAL), mark_icon(MARK_NO_SIGNAL),
                                  text_of(text_project_thing_gone(page->arena, page->lang)),
                                  html_object_list_rows_seen(TEXT(""), TEXT("")), TEXT(""));
        return OK;
    }
    Thing thing;
    thing_read(page, judgement, &entity, &thing);
    MarkState mark = source_mark(thing.state);
    Str when = thing.at_us ? short_time(page, thing.at_us) : S("");
    *ret = html_object_list_rows(
        text_of(id), thing_url(page, id), text_of(thing.name),
        text_of(thing_word(page, thing.type)), text_of(thing.value), mark_class(mark),
        mark_icon(mark), source_word(page, thing.state),
        html_object_list_rows_seen(
            text_of(thing.at_us ? format_machine_time(page->arena, thing.at_us) : S("")),
            text_of(when)),
        TEXT(""));
    return OK;
}

static Err put_things(Page *page, const Reference *list, size_t count)
{
    Judgement judgement;
    size_t found = 0;
    HtmlObjectListRows *rows = arena_array(page->arena, HtmlObjectListRows, count);
    for (size_t i = 0; i < count; i++) {
        if (list[i].kind != REFERENCE_ENTITY)
            continue;
        if (!found)
            TRY(judgement_read(page, &judgement));
        TRY(thing_row(page, &judgement, list[i].target, &rows[found++]));
    }
    if (found)
        html_object_list(&page->body, page->lang,
                         text_of(text_project_things(page->arena, page->lang)), rows, found);
    return OK;
}

static void put_documents(Page *page, const Reference *list, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const Reference *one = &list[i];
        Url href;
        if (one->kind != REFERENCE_DOCUMENT || !url_parse(one->target, &href))
            continue;
        if (!any) {
            buf_put(&page->body, S("<h3>"));
            html_put_text(&page->body, text_of(text_project_documents(page->arena, page->lang)));
            buf_put(&page->body, S("</h3><ul class=\"h-list\">"));
        }
        any = true;
        buf_put(&page->body, S("<li>"));
        html_put_html(&page->body, page_link(page, href, one->title.n ? one->title : one->target));
        buf_put(&page->body, S("</li>"));
    }
    buf_put(&page->body, any ? S("</ul>") : S(""));
}

Err project_put_data(Page *page, const Item *item, const Reference *list, size_t count, bool edits)
{
    page_open_block(page, "daten", text_project_data(page->arena, page->lang));
    if (!count)
        page_put_paragraph(page, "h-quiet", text_project_no_data(page->arena, page->lang));
    TRY(put_indicators(page, list, count));
    TRY(put_things(page, list, count));
    put_documents(page, list, count);
    project_put_edit_link(page, item, edits, "verweise",
                          text_project_edit_references(page->arena, page->lang));
    page_close_block(page);
    return OK;
}

/* ---- risks ---- */

Str risk_level_word(const Page *page, int64_t level)
{
    return level == 1   ? text_risk_low(page->arena, page->lang)
           : level == 2 ? text_risk_medium(page->arena, page->lang)
                        : text_risk_high(page->arena, page->lang);
}

Str risk_state_word(const Page *page, RiskState state)
{
    return state == RISK_OPEN       ? text_risk_open(page->arena, page->lang)
           : state == RISK_OCCURRED ? text_risk_occurred(page->arena, page->lang)
                                    : text_risk_closed(page->arena, page->lang);
}

static Html two_lines(Page *page, Str first, Str second)
{
    Buf out = page_buf(page->arena);
    html_put_text(&out, text_of(first));
    if (second.n) {
        buf_put(&out, first.n ? S("<br><span class=\"h-quiet\">") : S("<span class=\"h-quiet\">"));
        html_put_text(&out, text_of(second));
        buf_put(&out, S("</span>"));
    }
    return html_of(&out);
}

enum { RISK_COLUMNS = 4 };

static HtmlTableRows risk_row(Page *page, const Risk *r, const Text *labels)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, RISK_COLUMNS);
    const Html values[RISK_COLUMNS] = {
        html_escaped(arena, r->text),
        two_lines(page, text_risk_likely(arena, lang, risk_level_word(page, r->likelihood)),
                  text_risk_bad(arena, lang, risk_level_word(page, r->impact))),
        r->measure.n || r->owner.n ? two_lines(page, r->measure, r->owner)
                                   : html_escaped(arena, S("–")),
        html_escaped(arena, risk_state_word(page, r->state))};
    for (size_t c = 0; c < RISK_COLUMNS; c++)
        cells[c] = html_table_rows_cells(labels[c], values[c], flag_of(false), flag_of(c == 0));
    return html_table_rows(cells, RISK_COLUMNS);
}

Err project_put_risks(Page *page, const Item *item, uint32_t stand, bool edits)
{
    Risk *list;
    size_t count;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    if (!risk_may_read(stand))
        return OK;
    TRY(risk_list(page->cx, item->id, &list, &count));
    const Text labels[RISK_COLUMNS] = {
        text_of(text_risk_one(arena, lang)), text_of(text_risk_weight(arena, lang)),
        text_of(text_risk_measure(arena, lang)), text_of(text_risk_state(arena, lang))};
    HtmlTableHeads heads[RISK_COLUMNS];
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < RISK_COLUMNS; i++)
        heads[i] = html_table_heads(labels[i], flag_of(false));
    for (size_t i = 0; i < count; i++)
        rows[i] = risk_row(page, &list[i], labels);
    page_open_block(page, "risiken", text_project_risks(arena, lang));
    page_put_paragraph(page, "h-quiet", text_project_risks_note(arena, lang));
    if (count)
        html_table(&page->body, lang, text_of(text_project_risk_list(arena, lang)), flag_of(false),
                   heads, RISK_COLUMNS, rows, count);
    else
        page_put_paragraph(page, "", text_project_no_risks(arena, lang));
    project_put_edit_link(page, item, edits, "risiken", text_project_edit_risks(arena, lang));
    page_close_block(page);
    return OK;
}

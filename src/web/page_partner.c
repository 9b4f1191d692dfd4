/* Partners: the directory as list and map, and one partner. */
#include "web/partner_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/follow_button.h"
#include "web/format.h"
#include "web/pages.h"
#include "web/svg.h"

#include <stdlib.h>

enum { PARTNERS_PER_PAGE = 48 };

Str partner_kind_word(const Page *page, OrganisationKind kind)
{
    Str name = organisation_kind_name(kind), words = {0};
    Str key = arena_fmt(page->arena, "organisation.kind.%.*s", SARG(name));
    return name.n && text_find(page->lang, key, &words) ? words : name;
}

Str contribution_kind_word(const Page *page, ContributionKind kind)
{
    Str name = contribution_kind_name(kind), words = {0};
    Str key = arena_fmt(page->arena, "contribution.kind.%.*s", SARG(name));
    return text_find(page->lang, key, &words) ? words : name;
}

Str contribution_words(const Page *page, ContributionKind kind, int64_t amount)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    switch (kind) {
    case CONTRIBUTION_HOURS:
        return text_contribution_hours(
            arena, lang, amount == 60 ? 1 : 2,
            format_number(arena, lang, (double)amount / 60, amount % 60 ? 1 : 0));
    case CONTRIBUTION_MONEY:
        return text_contribution_money(
            arena, lang, format_number(arena, lang, (double)amount / 100, amount % 100 ? 2 : 0));
    case CONTRIBUTION_DATA:
    case CONTRIBUTION_KIND_COUNT_:
        break;
    }
    return text_contribution_data(arena, lang, amount);
}

/* ---- the directory ---- */

void partner_query(Call *call, DirectoryQuery *ret)
{
    *ret = (DirectoryQuery){.words = str_slice(call_query(call, S("suche")), 0, 200),
                            .kind = ORGANISATION_KIND_NONE,
                            .topic = call_query(call, S("thema")),
                            .district = call_query(call, S("stadtteil")),
                            .founders = call_query(call, S("gruendung")).n > 0};
    if (!str_is_utf8(ret->words))
        ret->words = S("");
    OrganisationKind kind;
    if (organisation_kind_parse(call_query(call, S("art")), &kind))
        ret->kind = kind;
}

typedef struct Filters {
    DirectoryQuery query;
    bool map;
} Filters;

static Url with(Page *page, Url url, Str name, Str value)
{
    return value.n ? url_query(page->arena, url, name, value) : url;
}

/* The directory with these filters, at `path`. */
static Url filtered(Page *page, Str path, const Filters *f)
{
    const DirectoryQuery *q = &f->query;
    Url url = url_page(page->arena, page->lang, path);
    url = with(page, url, S("suche"), q->words);
    url = with(page, url, S("art"), organisation_kind_name(q->kind));
    url = with(page, url, S("thema"), q->topic);
    url = with(page, url, S("stadtteil"), q->district);
    url = with(page, url, S("gruendung"), q->founders ? S("1") : S(""));
    return with(page, url, S("ansicht"), f->map ? S("karte") : S(""));
}

static void put_search(Page *page, const Filters *f)
{
    HtmlSearchFormKeep keep[5];
    size_t count = 0;
    const DirectoryQuery *q = &f->query;
    const struct {
        Str name, value;
    } KEPT[] = {{S("art"), organisation_kind_name(q->kind)},
                {S("thema"), q->topic},
                {S("stadtteil"), q->district},
                {S("gruendung"), q->founders ? S("1") : S("")},
                {S("ansicht"), f->map ? S("karte") : S("")}};
    for (size_t i = 0; i < COUNT_OF(KEPT); i++)
        if (KEPT[i].value.n)
            keep[count++] = html_search_form_keep(text_of(KEPT[i].name), text_of(KEPT[i].value));
    html_search_form(
        &page->body, page->lang, TEXT("suche"), url_page(page->arena, page->lang, S("/partner")),
        text_of(text_partners_search(page->arena, page->lang)), TEXT("suche"), text_of(q->words),
        text_of(text_search_button(page->arena, page->lang)), keep, count);
}

static HtmlChipsChips chip(Page *page, const Filters *f, Str label, int64_t count, bool current)
{
    return html_chips_chips(filtered(page, S("/partner"), f), text_of(label),
                            text_of(format_int(page->arena, page->lang, count)), flag_of(current));
}

static void put_kinds(Page *page, const Filters *f, const Directory *d)
{
    HtmlChipsChips chips[ORGANISATION_KIND_COUNT_ + 1];
    size_t count = 0;
    Filters to = *f;
    to.query.kind = ORGANISATION_KIND_NONE;
    chips[count++] = chip(page, &to, text_partners_any_kind(page->arena, page->lang), d->any_kind,
                          f->query.kind == ORGANISATION_KIND_NONE);
    for (OrganisationKind kind = 0; kind < ORGANISATION_KIND_COUNT_; kind++) {
        bool current = f->query.kind == kind;
        to.query.kind = kind;
        if (d->kinds[kind] || current)
            chips[count++] =
                chip(page, &to, partner_kind_word(page, kind), d->kinds[kind], current);
    }
    html_chips(&page->body, page->lang, text_of(text_partners_by_kind(page->arena, page->lang)),
               TEXT(""), chips, count);
}

static void put_fold(Page *page, Str title, bool open, const HtmlChipsChips *chips, size_t count)
{
    Buf body = page_buf(page->arena);
    html_chips(&body, page->lang, text_of(title), TEXT(""), chips, count);
    html_fold(&page->body, page->lang, text_of(title), flag_of(open), html_of(&body));
}

static void put_topics(Page *page, const Filters *f, const Directory *d)
{
    HtmlChipsChips *chips = arena_array(page->arena, HtmlChipsChips, d->topic_count + 1);
    size_t count = 0;
    Filters to = *f;
    to.query.topic = S("");
    chips[count++] = chip(page, &to, text_partners_any_topic(page->arena, page->lang), d->any_topic,
                          !f->query.topic.n);
    for (size_t i = 0; i < d->topic_count; i++) {
        to.query.topic = d->topics[i].topic.slug;
        chips[count++] = chip(page, &to, d->topics[i].topic.name, d->topics[i].count,
                              str_eq(f->query.topic, to.query.topic));
    }
    if (d->topic_count)
        put_fold(page, text_partners_by_topic(page->arena, page->lang), f->query.topic.n > 0, chips,
                 count);
}

static void put_districts(Page *page, const Filters *f, const Directory *d)
{
    HtmlChipsChips *chips = arena_array(page->arena, HtmlChipsChips, d->district_count + 1);
    size_t count = 0;
    Filters to = *f;
    to.query.district = S("");
    chips[count++] = chip(page, &to, text_partners_any_district(page->arena, page->lang),
                          d->any_district, !f->query.district.n);
    for (size_t i = 0; i < d->district_count; i++) {
        to.query.district = d->districts[i].name;
        chips[count++] = chip(page, &to, d->districts[i].name, d->districts[i].count,
                              str_eq(f->query.district, to.query.district));
    }
    if (d->district_count)
        put_fold(page, text_partners_by_district(page->arena, page->lang), f->query.district.n > 0,
                 chips, count);
}

static void put_more_link(Page *page, Url href, Str words)
{
    buf_put(&page->body, S("<a class=\"h-more\" href=\""));
    html_put_url(&page->body, href);
    buf_put(&page->body, S("\">"));
    html_put_text(&page->body, text_of(words));
    buf_put(&page->body, S("</a>"));
}

/* How many there are, and the other ways to see them. */
static void put_results_head(Page *page, const Filters *f, const Directory *d)
{
    Filters other = *f;
    other.map = !f->map;
    Str found = (int64_t)d->count == d->all
                    ? text_partners_all(page->arena, page->lang, d->all)
                    : text_partners_found(page->arena, page->lang, (int64_t)d->count, d->all);
    buf_put(&page->body, S("<div class=\"h-results\"><h2>"));
    html_put_text(&page->body, text_of(found));
    buf_put(&page->body, S("</h2><div class=\"h-results__links\">"));
    put_more_link(page, filtered(page, S("/partner"), &other),
                  f->map ? text_partners_as_list(page->arena, page->lang)
                         : text_partners_as_map(page->arena, page->lang));
    other.map = false;
    put_more_link(page, filtered(page, S("/partner.csv"), &other),
                  text_partners_as_csv(page->arena, page->lang));
    buf_put(&page->body, S("</div></div>"));
}

static Url partner_url(Page *page, const Partner *partner)
{
    return url_page(page->arena, page->lang,
                    arena_fmt(page->arena, "/partner/%.*s", SARG(partner->slug)));
}

static int by_item(const void *id, const void *logo)
{
    int64_t a = ((const ItemId *)id)->v, b = ((const Attachment *)logo)->item.v;
    return (a > b) - (a < b);
}

static void put_card(Page *page, const Partner *one, const Attachment *logo)
{
    Arena *arena = page->arena;
    Text lang = one->lang == page->lang ? TEXT("") : text_of(lang_code(one->lang));
    html_partner_card(&page->body, page->lang, text_of(one->slug), partner_url(page, one),
                      text_of(name_initials(arena, one->name)),
                      logo ? attachment_url(arena, logo) : URL_NONE_GIVEN, text_of(one->name), lang,
                      text_of(partner_kind_word(page, one->own.kind)),
                      one->own.founder ? text_of(text_organisation_founder(arena, page->lang))
                                       : TEXT(""),
                      text_of(one->district), text_of(one->lead));
}

/* As many as a page of the list has. */
static Err put_some_cards(Page *page, const Partner *partners, size_t count)
{
    ItemId ids[PARTNERS_PER_PAGE];
    Attachment *logos;
    size_t logo_count;
    for (size_t i = 0; i < count; i++)
        ids[i] = partners[i].id;
    TRY(attachment_list_role(page->cx, ids, count, ATTACHMENT_LOGO, &logos, &logo_count));
    for (size_t i = 0; i < count; i++)
        put_card(page, &partners[i], bsearch(&ids[i], logos, logo_count, sizeof *logos, by_item));
    return OK;
}

static Err put_cards(Page *page, const Partner *partners, size_t count)
{
    buf_put(&page->body, S("<ul class=\"h-partners\" data-map-list>"));
    for (size_t i = 0; i < count; i += PARTNERS_PER_PAGE)
        TRY(put_some_cards(page, partners + i, MIN((size_t)PARTNERS_PER_PAGE, count - i)));
    buf_put(&page->body, S("</ul>"));
    return OK;
}

static Html partner_map(Page *page, const Partner *partners, size_t count)
{
    MapMarker *markers = arena_array(page->arena, MapMarker, count);
    size_t placed = 0;
    for (size_t i = 0; i < count; i++)
        if (partners[i].place.known)
            markers[placed++] = (MapMarker){partners[i].place.lon, partners[i].place.lat,
                                            MARK_PLACE, text_of(partners[i].name)};
    Buf buf = page_buf(page->arena);
    svg_map(&buf, &(MapScene){.label = text_of(text_partners_map(page->arena, page->lang)),
                              .layers = page->frame->ground,
                              .markers = markers,
                              .marker_count = placed});
    return html_of(&buf);
}

static void put_map(Page *page, const Filters *f, const Directory *d)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Filters plain = *f;
    int64_t placed = 0;
    plain.map = false;
    for (size_t i = 0; i < d->count; i++)
        placed += d->partners[i].place.known;
    HtmlMapLegend legend = html_map_legend(mark_class(MARK_PLACE), mark_icon(MARK_PLACE),
                                           text_of(text_partners_placed(arena, lang)),
                                           text_of(format_int(arena, lang, placed)));
    html_map(&page->body, lang, TEXT("karte"), text_of(text_partners_map(arena, lang)), HTML_NONE,
             partner_map(page, d->partners, d->count),
             html_map_data(url_trusted(S("/stadt/karte/ebenen.json")),
                           filtered(page, S("/partner.geojson"), &plain), URL_NONE_GIVEN),
             &legend, 1, url_trusted(S("#liste")),
             text_of(city_setting(page->frame, S("city.credit"))));
}

static Err put_results(Page *page, const Filters *f, const Directory *d, int64_t number)
{
    put_results_head(page, f, d);
    if (!d->count) {
        Buf actions = page_buf(page->arena);
        html_link_button(&actions, page->lang, url_page(page->arena, page->lang, S("/partner")),
                         text_of(text_partners_reset(page->arena, page->lang)), TEXT("secondary"),
                         ICON_NONE);
        html_empty(&page->body, page->lang, ICON_PEOPLE,
                   text_of(d->all ? text_partners_none(page->arena, page->lang)
                                  : text_partners_empty(page->arena, page->lang)),
                   text_of(d->all ? text_partners_none_advice(page->arena, page->lang)
                                  : text_partners_empty_advice(page->arena, page->lang)),
                   d->all ? html_of(&actions) : HTML_NONE);
        return OK;
    }
    if (f->map)
        put_map(page, f, d);
    size_t from = MIN((size_t)(number - 1) * PARTNERS_PER_PAGE, d->count);
    size_t count = f->map ? d->count : MIN((size_t)PARTNERS_PER_PAGE, d->count - from);
    buf_put(&page->body, S("<div id=\"liste\">"));
    TRY(put_cards(page, d->partners + (f->map ? 0 : from), count));
    buf_put(&page->body, S("</div>"));
    if (!f->map) {
        /* page_pager adds the language itself. */
        Str url = filtered(page, S("/partner"), f).s;
        Str path = page->lang == LANG_DE ? url : str_from_index(url, 3);
        page_pager(page, path, number, PARTNERS_PER_PAGE, (int64_t)count, (int64_t)d->count);
    }
    return OK;
}

Err page_partners(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Directory d;
    int64_t number;
    Filters f = {.map = str_eq(call_query(call, S("ansicht")), S("karte"))};
    (void)events;
    partner_query(call, &f.query);
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(directory_read(cx, &f.query, &d));
    page_open(call, MENU_PARTNERS, &page);
    page_feed(&page, S("/partner.atom"), text_partners_title(page.arena, page.lang));
    Text title = text_of(text_partners_title(page.arena, page.lang));
    Text lead = text_of(text_partners_lead(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_link_button(&actions, page.lang, url_page(page.arena, page.lang, S("/partner-werden")),
                     text_of(text_apply_title(page.arena, page.lang)), TEXT("primary"), ICON_NONE);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title, lead, html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    if (d.all) {
        buf_put(&page.body, S("<div class=\"h-filters\">"));
        put_search(&page, &f);
        put_kinds(&page, &f, &d);
        buf_put(&page.body, S("<div>"));
        put_topics(&page, &f, &d);
        put_districts(&page, &f, &d);
        buf_put(&page.body, S("</div></div>"));
    }
    TRY(put_results(&page, &f, &d, number));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, lead);
    return OK;
}

/* ---- one partner ---- */

static void put_points(Page *page, Text id, Str title, Str lines)
{
    HtmlPointsPoints points[ORGANISATION_LINES_MAX];
    size_t count = 0;
    while (lines.n && count < ORGANISATION_LINES_MAX)
        points[count++] = html_points_points(text_of(str_cut(&lines, '\n')));
    if (count)
        html_points(&page->body, page->lang, id, text_of(title), points, count);
}

static void open_block(Page *page, Str id, Str title)
{
    buf_fmt(&page->body, "<section class=\"h-block\" aria-labelledby=\"%.*s\"><h2 id=\"%.*s\">",
            SARG(id), SARG(id));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

static void close_block(Page *page)
{
    buf_put(&page->body, S("</section>"));
}

static Html link_html(Page *page, Url url, Str words)
{
    Buf out = page_buf(page->arena);
    page_put_link(&out, url, words, TEXT(""));
    return html_of(&out);
}

/* "www.example.org/x" */
static Str short_website(Str url)
{
    ptrdiff_t at = str_find(url, S("://"));
    url = at >= 0 ? str_from_index(url, (size_t)at + 3) : url;
    return str_ends(url, S("/")) ? str_slice(url, 0, url.n - 1) : url;
}

enum { FACTS_MAX = 10 };

typedef struct Facts {
    HtmlFactsRows rows[FACTS_MAX];
    size_t count;
} Facts;

static void fact(Facts *facts, Str label, Html value)
{
    if (value.s.n && facts->count < FACTS_MAX)
        facts->rows[facts->count++] = html_facts_rows(text_of(label), value);
}

static void contact_facts(Page *page, Facts *facts, const OrganisationOwn *own)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Url url;
    if (own->website.n && url_parse(own->website, &url))
        fact(facts, text_organisation_website(arena, lang),
             link_html(page, url, short_website(own->website)));
    if (own->mail.n && url_parse(arena_fmt(arena, "mailto:%.*s", SARG(own->mail)), &url))
        fact(facts, text_organisation_mail(arena, lang), link_html(page, url, own->mail));
    fact(facts, text_organisation_phone(arena, lang), html_escaped(arena, own->phone));
    Str town = own->postcode.n || own->town.n
                   ? arena_fmt(arena, "%.*s %.*s", SARG(own->postcode), SARG(own->town))
                   : S("");
    Str address = own->street.n && town.n
                      ? arena_fmt(arena, "%.*s, %.*s", SARG(own->street), SARG(str_trim(town)))
                      : arena_fmt(arena, "%.*s%.*s", SARG(own->street), SARG(str_trim(town)));
    fact(facts, text_organisation_address(arena, lang), html_escaped(arena, address));
}

static void put_facts(Page *page, const Item *item, const OrganisationOwn *own)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Facts facts = {0};
    fact(&facts, text_organisation_kind(arena, lang),
         html_escaped(arena, partner_kind_word(page, own->kind)));
    if (own->since_us && organisation_is_partner(item))
        fact(&facts, text_organisation_since(arena, lang),
             html_escaped(arena, format_date(arena, lang, page->frame->zone, own->since_us)));
    fact(&facts, text_item_district(arena, lang), html_escaped(arena, item->district));
    contact_facts(page, &facts, own);
    html_facts(&page->body, lang, facts.rows, facts.count);
    Str path = item_path(arena, item);
    buf_put(&page->body, S("<p>"));
    put_more_link(page, url_page(arena, lang, arena_fmt(arena, "%.*s/kontakt.vcf", SARG(path))),
                  text_organisation_card(arena, lang));
    buf_put(&page->body, S("</p>"));
}

static void put_small_map(Page *page, const Item *item)
{
    if (!item->place.known)
        return;
    MapMarker marker = {item->place.lon, item->place.lat, MARK_PLACE, text_of(item->text.title)};
    buf_put(&page->body, S("<div class=\"h-map__place\">"));
    svg_map(&page->body, &(MapScene){.label = text_of(text_organisation_map(page->arena, page->lang,
                                                                            item->text.title)),
                                     .layers = page->frame->ground,
                                     .markers = &marker,
                                     .marker_count = 1,
                                     .around_m = page->frame->ground ? 1500 : 0});
    buf_put(&page->body, S("</div>"));
}

static Err put_people(Page *page, const Item *item)
{
    Relation *people;
    size_t count;
    TRY(organisation_people(page->cx, item->id, &people, &count));
    if (!count)
        return OK;
    open_block(page, S("menschen"), text_organisation_people(page->arena, page->lang));
    item_put_people(page, people, count);
    close_block(page);
    return OK;
}

static void put_entry_row(Page *page, const Contribution *one, HtmlTableRowsCells cells[3])
{
    Arena *arena = page->arena;
    cells[0] = html_table_rows_cells(
        text_of(text_contribution_date(arena, page->lang)),
        html_escaped(arena, format_date_short(arena, page->lang, page->frame->zone, one->on_us)),
        flag_of(false), flag_of(false));
    cells[1] = html_table_rows_cells(text_of(text_contribution_what(arena, page->lang)),
                                     html_escaped(arena, one->what), flag_of(false), flag_of(true));
    cells[2] =
        html_table_rows_cells(text_of(text_contribution_amount(arena, page->lang)),
                              html_escaped(arena, contribution_words(page, one->kind, one->amount)),
                              flag_of(true), flag_of(false));
}

static Html entries_table(Page *page, const Contribution *entries, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlTableHeads heads[] = {
        html_table_heads(text_of(text_contribution_date(arena, lang)), flag_of(false)),
        html_table_heads(text_of(text_contribution_what(arena, lang)), flag_of(false)),
        html_table_heads(text_of(text_contribution_amount(arena, lang)), flag_of(true))};
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 3);
        put_entry_row(page, &entries[i], cells);
        rows[i] = html_table_rows(cells, 3);
    }
    Buf out = page_buf(arena);
    html_table(&out, lang, text_of(text_organisation_brought(arena, lang)), flag_of(false), heads,
               3, rows, count);
    return html_of(&out);
}

static Err put_contributions(Page *page, const Item *item)
{
    enum { SHOWN_MAX = 100 };
    Arena *arena = page->arena;
    ContributionSums sums;
    Contribution *entries;
    size_t count, shown = 0;
    TRY(contribution_sums(page->cx, item->id, &sums));
    if (!sums.entries)
        return OK;
    TRY(contribution_list(page->cx, item->id, &entries, &count));
    HtmlFiguresRows figures[CONTRIBUTION_KIND_COUNT_];
    for (ContributionKind kind = 0; kind < CONTRIBUTION_KIND_COUNT_; kind++)
        if (sums.amount[kind])
            figures[shown++] =
                html_figures_rows(text_of(contribution_words(page, kind, sums.amount[kind])),
                                  text_of(contribution_kind_word(page, kind)));
    open_block(page, S("beitrag"), text_organisation_brought(arena, page->lang));
    html_figures(&page->body, page->lang, text_of(text_organisation_brought(arena, page->lang)),
                 figures, shown);
    html_fold(&page->body, page->lang,
              text_of(text_contribution_entries(arena, page->lang, sums.entries)), flag_of(false),
              entries_table(page, entries, MIN(count, (size_t)SHOWN_MAX)));
    close_block(page);
    return OK;
}

enum { RELATED_MAX = 12 };

static bool has_item(const Item *items, size_t count, ItemId id)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].id.v == id.v)
            return true;
    return false;
}

/* What the partner does: its own, and what names it as taking part. */
static Err put_related(Page *page, const Item *item, Noun noun, Str id, Str title)
{
    Item *own, *linked;
    size_t own_count, linked_count, count = 0;
    ItemQuery query = {
        .noun = noun, .organisation = item->id, .order = ITEM_CHANGED_LAST, .limit = RELATED_MAX};
    TRY(item_list(page->cx, &query, &own, &own_count, NULL));
    query.organisation = (ItemId){0};
    query.linked = item->id;
    query.linked_back = true;
    TRY(item_list(page->cx, &query, &linked, &linked_count, NULL));
    Item *all = arena_array(page->arena, Item, 2 * RELATED_MAX);
    for (size_t i = 0; i < own_count; i++)
        all[count++] = own[i];
    for (size_t i = 0; i < linked_count; i++)
        if (!has_item(all, count, linked[i].id))
            all[count++] = linked[i];
    if (!count)
        return OK;
    open_block(page, id, title);
    item_put_list(page, all, count, S(""), S(""));
    close_block(page);
    return OK;
}

static Err put_work(Page *page, const Item *item)
{
    Arena *arena = page->arena;
    TRY(put_related(page, item, NOUN_PROJECT, S("projekte"),
                    text_organisation_projects(arena, page->lang)));
    TRY(put_related(page, item, NOUN_BODY, S("teams"), text_organisation_teams(arena, page->lang)));
    return put_related(page, item, NOUN_IDEA, S("ideen"),
                       text_organisation_ideas(arena, page->lang));
}

static void put_extra_actions(Page *page, Buf *out, const Item *item, uint32_t stand)
{
    Str path = item_path(page->arena, item);
    if (!organisation_may_edit(stand))
        return;
    html_link_button(
        out, page->lang,
        url_page(page->arena, page->lang, arena_fmt(page->arena, "%.*s/personen", SARG(path))),
        text_of(text_member_title(page->arena, page->lang)), TEXT("secondary"), ICON_NONE);
    html_link_button(
        out, page->lang,
        url_page(page->arena, page->lang, arena_fmt(page->arena, "%.*s/beitrag", SARG(path))),
        text_of(text_contribution_add(page->arena, page->lang)), TEXT("secondary"), ICON_NONE);
}

static Err put_main(Page *page, const Item *item, const OrganisationOwn *own, uint32_t stand)
{
    Arena *arena = page->arena;
    if (item->text.body.n)
        TRY(item_put_text(page, item));
    buf_put(&page->body, S("<div class=\"h-pair\">"));
    put_points(page, TEXT("bietet"), text_organisation_offers(arena, page->lang), own->offers);
    put_points(page, TEXT("sucht"), text_organisation_seeks(arena, page->lang), own->seeks);
    buf_put(&page->body, S("</div>"));
    TRY(put_contributions(page, item));
    TRY(put_people(page, item));
    TRY(put_work(page, item));
    TRY(attachment_put(page, item, stand));
    return item_put_versions(page, item);
}

Err page_partner(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    OrganisationOwn own;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_ORGANISATION, &item, &moved));
    if (moved)
        return OK;
    TRY(item_stand(cx, &item, &stand));
    TRY(organisation_own(cx, item.id, &own));
    page_open(call, MENU_PARTNERS, &page);
    Buf actions = page_buf(page.arena), more = page_buf(page.arena);
    put_extra_actions(&page, &more, &item, stand);
    item_put_actions(&page, &actions, &item, &ORGANISATION_MACHINE, stand,
                     organisation_may_edit(stand), html_of(&more));
    TRY(follow_put_button(&page, &actions, &item));
    item_put_head(&page, &item, text_partners_title(page.arena, page.lang), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-columns\"><div class=\"h-stack\">"));
    TRY(application_put(&page, &item));
    TRY(put_main(&page, &item, &own, stand));
    buf_put(&page.body, S("</div><div class=\"h-stack\">"));
    TRY(attachment_put_logo(&page, &item, organisation_may_edit(stand)));
    put_facts(&page, &item, &own);
    put_small_map(&page, &item);
    buf_put(&page.body, S("</div></div>"));
    if (str_eq(item.state, S("accepted")))
        html_json_ld(&page.body, page.lang, json_html_of(partner_json_ld(page.arena, &item, &own)));
    page_close(&page, PAGE_PLAIN, text_of(item.text.title), text_of(item.text.lead));
    return OK;
}

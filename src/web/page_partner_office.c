/* The office's view of organisations: those of each state, and taking in many from a table. */
#include "web/import_page.h"
#include "web/partner_page.h"

#include "base/str.h"
#include "people/organisation_import.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"

enum { OFFICE_ROWS = 50 };

/* ---- all of them by state ---- */

static Str state_name(size_t i)
{
    return str_from(ORGANISATION_MACHINE.states[i].name);
}

static Str state_word(Page *page, Str state)
{
    return item_state_word(page, &(Item){.noun = NOUN_ORGANISATION, .state = state});
}

static Str chosen_state(Call *call)
{
    Str state = call_query(call, S("stand"));
    const MachineState *known = machine_state(&ORGANISATION_MACHINE, state);
    return known ? str_from(known->name) : S("");
}

static Err put_state_chips(Page *page, Str chosen)
{
    size_t count = 0;
    int64_t all = 0;
    HtmlChipsChips *chips =
        arena_array(page->arena, HtmlChipsChips, ORGANISATION_MACHINE.state_count + 1);
    Url base = url_page(page->arena, page->lang, S("/buero/partner"));
    count++; /* the first one is all of them */
    for (size_t i = 0; i < ORGANISATION_MACHINE.state_count; i++) {
        int64_t n;
        TRY(organisation_count(page->cx, state_name(i), &n));
        all += n;
        if (n || str_eq(chosen, state_name(i)))
            chips[count++] =
                html_chips_chips(url_query(page->arena, base, S("stand"), state_name(i)),
                                 text_of(state_word(page, state_name(i))),
                                 text_of(format_int(page->arena, page->lang, n)),
                                 flag_of(str_eq(chosen, state_name(i))));
    }
    chips[0] =
        html_chips_chips(base, text_of(text_partners_any_state(page->arena, page->lang)),
                         text_of(format_int(page->arena, page->lang, all)), flag_of(!chosen.n));
    html_chips(&page->body, page->lang, text_of(text_partners_by_state(page->arena, page->lang)),
               TEXT(""), chips, count);
    return OK;
}

static Html name_link(Page *page, const Item *item)
{
    Buf out = page_buf(page->arena);
    page_put_link(&out, url_page(page->arena, page->lang, item_path(page->arena, item)),
                  item->text.title, TEXT(""));
    return html_of(&out);
}

static Err put_row(Page *page, const Item *item, const Text labels[4], HtmlTableRows *ret)
{
    OrganisationOwn own;
    Arena *arena = page->arena;
    TRY(organisation_own(page->cx, item->id, &own));
    HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 4);
    Html values[4] = {name_link(page, item), html_escaped(arena, partner_kind_word(page, own.kind)),
                      item_badges(page, item),
                      html_escaped(arena, format_date_short(arena, page->lang, page->frame->zone,
                                                            item->changed_us))};
    for (size_t c = 0; c < 4; c++)
        cells[c] = html_table_rows_cells(labels[c], values[c], flag_of(false), flag_of(c == 0));
    *ret = html_table_rows(cells, 4);
    return OK;
}

static Err put_table(Page *page, const Item *items, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text labels[4] = {
        text_of(text_organisation_name(arena, lang)), text_of(text_organisation_kind(arena, lang)),
        text_of(text_partners_state(arena, lang)), text_of(text_partners_changed(arena, lang))};
    HtmlTableHeads heads[4];
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t c = 0; c < 4; c++)
        heads[c] = html_table_heads(labels[c], flag_of(false));
    for (size_t i = 0; i < count; i++)
        TRY(put_row(page, &items[i], labels, &rows[i]));
    html_table(&page->body, lang, text_of(text_partners_office(arena, lang)), flag_of(false), heads,
               4, rows, count);
    return OK;
}

static void open_office(Page *page, Call *call, Str title, Str lead, Html actions)
{
    page_open(call, MENU_NONE, page);
    Buf crumbs = page_buf(page->arena);
    html_crumbs(&crumbs, page->lang, NULL, 0, text_of(title));
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               actions);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

static void close_office(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

static Html office_actions(Arena *arena, Lang lang)
{
    Buf actions = page_buf(arena);
    html_link_button(&actions, lang, url_page(arena, lang, S("/buero/partner/neu")),
                     text_of(text_organisation_new(arena, lang)), TEXT("primary"), ICON_NONE);
    html_link_button(&actions, lang, url_page(arena, lang, S("/buero/partner/einlesen")),
                     text_of(text_import_title(arena, lang)), TEXT("secondary"), ICON_NONE);
    return html_of(&actions);
}

Err page_partner_office(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item *items;
    size_t count;
    int64_t number, total;
    Lang lang = cx->actor->lang;
    Str state = chosen_state(call), title = text_partners_office(cx->arena, lang);
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    ItemQuery query = {.noun = NOUN_ORGANISATION,
                       .state = state,
                       .order = ITEM_CHANGED_LAST,
                       .limit = OFFICE_ROWS,
                       .offset = (number - 1) * OFFICE_ROWS};
    TRY(item_list(cx, &query, &items, &count, &total));
    open_office(&page, call, title, text_partners_office_lead(cx->arena, lang),
                office_actions(cx->arena, lang));
    TRY(put_state_chips(&page, state));
    if (count)
        TRY(put_table(&page, items, count));
    else
        html_empty(&page.body, lang, ICON_PEOPLE, text_of(text_partners_none(cx->arena, lang)),
                   TEXT(""), HTML_NONE);
    Str path = state.n ? arena_fmt(cx->arena, "/buero/partner?stand=%.*s", SARG(state))
                       : S("/buero/partner");
    page_pager(&page, path, number, OFFICE_ROWS, (int64_t)count, total);
    close_office(&page, title);
    return OK;
}

/* ---- many at once ---- */

static Str kind_code(size_t i)
{
    return i < ORGANISATION_KIND_COUNT_ ? organisation_kind_name((OrganisationKind)i) : S("");
}

static Str import_state(size_t i)
{
    return i < ORGANISATION_IMPORT_STATE_COUNT ? ORGANISATION_IMPORT_STATES[i] : S("");
}

static Str founder_code(size_t i)
{
    return i == 0 ? S("1") : i == 1 ? S("0") : S("");
}

static const ImportCodes CODES[] = {{1, "import.kind", "organisation.kind.%", kind_code},
                                    {2, "import.state", "state.organisation.%", import_state},
                                    {3, "import.founder", "import.is.%", founder_code}};

static OrganisationWords words_of(Arena *arena)
{
    return (OrganisationWords){.kinds = import_words(arena, &CODES[0]),
                               .states = import_words(arena, &CODES[1]),
                               .founder = import_words(arena, &CODES[2])};
}

static Err read_organisations(Cx *cx, const Zone *zone, Str text, ImportRows *ret)
{
    OrganisationRows read;
    TRY(organisation_import_read(cx, zone, words_of(cx->arena), text, &read));
    *ret = (ImportRows){arena_array(cx->arena, ImportRow, read.count), read.count};
    for (size_t i = 0; i < read.count; i++)
        ret->rows[i] =
            (ImportRow){read.rows[i].row, read.rows[i].draft.item.text.title, read.rows[i].state};
    return OK;
}

static Err take_organisations(Cx *cx, const Zone *zone, Str text, struct Events *events)
{
    size_t taken;
    return organisation_import(cx, zone, words_of(cx->arena), text, events, &taken);
}

static const Str EXAMPLE[ORGANISATION_COLUMN_COUNT] = {S_INIT("Werft Nord GmbH"),
                                                       S_INIT("company"),
                                                       S_INIT("interested"),
                                                       S_INIT("0"),
                                                       S_INIT("Baut leise Schiffe."),
                                                       S_INIT("Hafen"),
                                                       S_INIT("54.18320"),
                                                       S_INIT("10.12340"),
                                                       S_INIT(""),
                                                       S_INIT("Messdaten vom Kai"),
                                                       S_INIT("Partner f\xc3\xbcr Ladestrom"),
                                                       S_INIT("https://werft.example"),
                                                       S_INIT("info@werft.example"),
                                                       S_INIT("0123 456"),
                                                       S_INIT("Am Kai 1"),
                                                       S_INIT("24100"),
                                                       S_INIT("Lindhafen"),
                                                       S_INIT("HRB 1234"),
                                                       S_INIT(""),
                                                       S_INIT(""),
                                                       S_INIT(""),
                                                       S_INIT("enna@werft.example"),
                                                       S_INIT("Enna Kramer")};

static const Import IMPORT = {.noun = NOUN_ORGANISATION,
                              .current = MENU_NONE,
                              .path = S_INIT("/buero/partner/einlesen"),
                              .after = S_INIT("/buero/partner"),
                              .title = text_import_title,
                              .lead = text_import_lead,
                              .columns = ORGANISATION_COLUMNS,
                              .column_count = ORGANISATION_COLUMN_COUNT,
                              .example = EXAMPLE,
                              .codes = CODES,
                              .code_count = COUNT_OF(CODES),
                              .what = text_organisation_name,
                              .take = text_import_take,
                              .read = read_organisations,
                              .run = take_organisations};

Err page_partner_import(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return import_put_form(call, &IMPORT);
}

Err partners_template_csv(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return import_put_template(call, &IMPORT);
}

Err partner_import_apply(Call *call, Cx *cx, struct Events *events)
{
    return import_apply(call, cx, events, &IMPORT);
}

Err partner_import_encode(Call *call)
{
    return import_encode(call, &IMPORT);
}

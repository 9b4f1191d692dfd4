#include "web/import_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"

void import_put_form(Page *page, Str path, Str hint)
{
    Form form;
    form_begin(&form, page, path, 0);
    form_area(&form, S("columns"), text_import_text(page->arena, page->lang),
              (FormText){.hint = hint});
    form_submit(&form, text_import_preview(page->arena, page->lang));
    form_end(&form);
}

static Str refusal(Page *page, const SheetRow *row)
{
    Str words = fault_words(page, row->refused, S(""));
    return !words.n ? row->detail
           : row->detail.n && str_starts(str_from(row->refused), S("import."))
               ? arena_fmt(page->arena, "%.*s (%.*s)", SARG(words), SARG(row->detail))
               : words;
}

static void put_rows(Page *page, const Import *import, bool refused, Str title)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    size_t count = 0;
    Text labels[3] = {
        text_of(text_import_line(arena, lang)), text_of(import->what),
        text_of(refused ? text_import_reason(arena, lang) : text_partners_state(arena, lang))};
    HtmlTableHeads heads[3];
    HtmlTableRows *list = arena_array(arena, HtmlTableRows, import->count);
    for (size_t c = 0; c < 3; c++)
        heads[c] = html_table_heads(labels[c], flag_of(c == 0));
    for (size_t i = 0; i < import->count; i++) {
        const ImportRow *one = &import->rows[i];
        if ((one->row.refused != NULL) != refused)
            continue;
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 3);
        cells[0] = html_table_rows_cells(
            labels[0], html_escaped(arena, format_int(arena, lang, (int64_t)one->row.line)),
            flag_of(true), flag_of(false));
        cells[1] = html_table_rows_cells(labels[1], html_escaped(arena, one->title), flag_of(false),
                                         flag_of(true));
        cells[2] = html_table_rows_cells(
            labels[2], html_escaped(arena, refused ? refusal(page, &one->row) : one->state),
            flag_of(false), flag_of(false));
        list[count++] = html_table_rows(cells, 3);
    }
    if (count)
        html_table(&page->body, lang, text_of(title), flag_of(true), heads, 3, list, count);
}

void import_put_preview(Page *page, const Import *import)
{
    int64_t bad = 0;
    for (size_t i = 0; i < import->count; i++)
        bad += import->rows[i].row.refused != NULL;
    if (bad)
        html_alert(&page->body, page->lang, TEXT("warning"), ICON_WARNING,
                   text_of(text_import_refused(page->arena, page->lang, bad)), HTML_NONE,
                   flag_of(false));
    put_rows(page, import, true, text_import_refused_rows(page->arena, page->lang));
    put_rows(page, import, false, text_import_good_rows(page->arena, page->lang));
    FormPair pairs[] = {{S("columns"), import->text}, {S("take"), S("1")}};
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    if ((size_t)bad < import->count)
        form_button(page, &page->body, import->path, import->take, TEXT("primary"), ICON_NONE,
                    pairs, COUNT_OF(pairs));
    html_link_button(&page->body, page->lang, url_page(page->arena, page->lang, import->path),
                     text_of(text_import_again(page->arena, page->lang)), TEXT("secondary"),
                     ICON_NONE);
    buf_put(&page->body, S("</div>"));
}

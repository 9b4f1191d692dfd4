#include "web/import_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/item_page.h"
#include "web/pages.h"

typedef struct ImportForm {
    Str text;
    bool take;
    ImportRows read; /* where it is not taken */
} ImportForm;

/* ---- codes and their words ---- */

static Str code_word(Arena *arena, Lang lang, const ImportCodes *codes, Str code)
{
    Str words;
    Str below = str_from(codes->words);
    Str key = arena_fmt(arena, "%.*s%.*s", (int)(below.n - 1), below.p, SARG(code));
    return text_find(lang, key, &words) ? words : code;
}

static size_t code_count(const ImportCodes *codes)
{
    size_t count = 0;
    while (codes->code(count).n)
        count++;
    return count;
}

SheetWords import_words(Arena *arena, const ImportCodes *codes)
{
    size_t codes_count = code_count(codes), count = 0;
    SheetWord *list = arena_array(arena, SheetWord, codes_count * LANG_COUNT);
    for (size_t i = 0; i < codes_count; i++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            list[count++] = (SheetWord){code_word(arena, (Lang)lang, codes, codes->code(i)),
                                        arena_copy(arena, codes->code(i))};
    return (SheetWords){list, count};
}

/* "Mittelstand, Start-up, Kammer" */
static Str all_words(Arena *arena, Lang lang, const ImportCodes *codes)
{
    Buf out = page_buf(arena);
    for (size_t i = 0; codes->code(i).n; i++)
        buf_fmt(&out, "%s%.*s", i ? ", " : "", SARG(code_word(arena, lang, codes, codes->code(i))));
    return buf_str(&out);
}

static const ImportCodes *codes_of_column(const Import *import, size_t column)
{
    for (size_t i = 0; i < import->code_count; i++)
        if (import->codes[i].column == column)
            return &import->codes[i];
    return NULL;
}

static const ImportCodes *codes_of_fault(const Import *import, const char *key)
{
    for (size_t i = 0; i < import->code_count; i++)
        if (strcmp(import->codes[i].refused, key) == 0)
            return &import->codes[i];
    return NULL;
}

/* ---- the page ---- */

static void open_page(Call *call, const Import *import, Str title, Str lead, Page *ret)
{
    page_open(call, import->current, ret);
    Buf crumbs = page_buf(ret->arena);
    HtmlCrumbsLinks up[1];
    size_t above = 0;
    if (import->list_title)
        up[above++] = html_crumbs_links(url_page(ret->arena, ret->lang, noun_path(import->noun)),
                                        text_of(import->list_title(ret->arena, ret->lang)));
    html_crumbs(&crumbs, ret->lang, up, above, text_of(title));
    html_intro(&ret->body, ret->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&ret->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

static void close_page(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

/* "titel (title), kurztext (lead)": in both languages, the reader's first. */
static Str column_words(Page *page, const Import *import)
{
    Buf out = page_buf(page->arena);
    for (size_t i = 0; i < import->column_count; i++) {
        const SheetColumn *c = &import->columns[i];
        Str first = page->lang == LANG_DE ? c->german : c->name;
        Str second = page->lang == LANG_DE ? c->name : c->german;
        buf_fmt(&out, "%s%.*s", i ? ", " : "", SARG(first));
        if (!str_eq(first, second))
            buf_fmt(&out, " (%.*s)", SARG(second));
    }
    return buf_str(&out);
}

static Str template_path(Page *page, const Import *import)
{
    return arena_fmt(page->arena, "%.*s/vorlage.csv", SARG(import->path));
}

static void put_columns(Page *page, const Import *import)
{
    const SheetColumn *first = &import->columns[0];
    buf_put(&page->body, S("<p>"));
    html_put_text(&page->body, text_of(text_import_columns(
                                   page->arena, page->lang, column_words(page, import),
                                   page->lang == LANG_DE ? first->german : first->name)));
    buf_put(&page->body, S("</p><div class=\"h-actions\">"));
    html_link_button(
        &page->body, page->lang, url_page(page->arena, page->lang, template_path(page, import)),
        text_of(text_import_template(page->arena, page->lang)), TEXT("secondary"), ICON_DOWNLOAD);
    buf_put(&page->body, S("</div>"));
}

static void put_cell(Call *call, size_t i, Str text, char separator)
{
    if (i)
        buf_char(&call->body, separator);
    csv_put(&call->body, text, separator);
}

Err import_put_template(Call *call, const Import *import)
{
    bool german = call->cx->actor->lang == LANG_DE;
    /* As spreadsheets of the language open it; the mark tells them that it is UTF-8. */
    char separator = german ? ';' : ',';
    buf_put(&call->body, S("\xEF\xBB\xBF"));
    for (size_t i = 0; i < import->column_count; i++) {
        const SheetColumn *c = &import->columns[i];
        put_cell(call, i, german ? c->german : c->name, separator);
    }
    buf_put(&call->body, S("\r\n"));
    for (size_t i = 0; i < import->column_count; i++) {
        const ImportCodes *codes = codes_of_column(import, i);
        Str cell = import->example[i];
        put_cell(call, i,
                 codes && cell.n ? code_word(call->cx->arena, call->cx->actor->lang, codes, cell)
                                 : cell,
                 separator);
    }
    buf_put(&call->body, S("\r\n"));
    call_set_header(call, S("Content-Type"), S("text/csv; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"), S("attachment; filename=\"vorlage.csv\""));
    return OK;
}

/* Where the table came from: it is what was wrong. Empty: there was none. */
static Str fault_field(Call *call)
{
    if (!call->fault)
        return S("");
    const MultipartPart *file = call_file(call, S("file"));
    return file && file->body.n              ? S("file")
           : call_form(call, S("columns")).n ? S("columns")
                                             : S("");
}

Err import_put_form(Call *call, const Import *import)
{
    Page page;
    Form form;
    Arena *arena = call->cx->arena;
    Lang lang = call->cx->actor->lang;
    Str title = import->title(arena, lang);
    open_page(call, import, title, import->lead(arena, lang), &page);
    put_columns(&page, import);
    form_begin_files_at(&form, &page, import->path, fault_field(call));
    form_file(&form, S("file"), text_import_file(arena, lang), text_import_file_hint(arena, lang),
              S(".csv,text/csv,text/plain"), IMPORT_BYTES_MAX, true);
    form_area(&form, S("columns"), text_import_text(arena, lang),
              (FormText){.hint = text_import_text_hint(arena, lang),
                         .optional = true,
                         .when = text_import_text_when(arena, lang)});
    form_submit(&form, text_import_preview(arena, lang));
    form_end(&form);
    close_page(&page, title);
    return OK;
}

/* ---- what would be taken ---- */

static Str refusal(Page *page, const Import *import, const SheetRow *row)
{
    Str words = fault_words(page, row->refused, S(""));
    const ImportCodes *codes = codes_of_fault(import, row->refused);
    if (codes)
        return text_import_possible(page->arena, page->lang, words, row->detail,
                                    all_words(page->arena, page->lang, codes));
    return !words.n ? row->detail
           : row->detail.n && str_starts(str_from(row->refused), S("import."))
               ? arena_fmt(page->arena, "%.*s (%.*s)", SARG(words), SARG(row->detail))
               : words;
}

static Str outcome(Page *page, const Import *import, const ImportRow *row)
{
    return row->row.refused
               ? refusal(page, import, &row->row)
               : item_state_word(page, &(Item){.noun = import->noun, .state = row->state});
}

static void put_rows(Page *page, const Import *import, const ImportRows *read, bool refused,
                     Str title)
{
    enum { COLUMNS = 3 };
    Arena *arena = page->arena;
    Lang lang = page->lang;
    size_t count = 0;
    Text labels[COLUMNS] = {
        text_of(text_import_line(arena, lang)), text_of(import->what(arena, lang)),
        text_of(refused ? text_import_reason(arena, lang) : text_partners_state(arena, lang))};
    HtmlTableHeads heads[COLUMNS];
    HtmlTableRows *list = arena_array(arena, HtmlTableRows, read->count);
    for (size_t c = 0; c < COLUMNS; c++)
        heads[c] = html_table_heads(labels[c], flag_of(c == 0));
    for (size_t i = 0; i < read->count; i++) {
        const ImportRow *one = &read->rows[i];
        if ((one->row.refused != NULL) != refused)
            continue;
        Str values[COLUMNS] = {format_int(arena, lang, (int64_t)one->row.line), one->title,
                               outcome(page, import, one)};
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, COLUMNS);
        for (size_t c = 0; c < COLUMNS; c++)
            cells[c] = html_table_rows_cells(labels[c], html_escaped(arena, values[c]),
                                             flag_of(c == 0), flag_of(c == 1));
        list[count++] = html_table_rows(cells, COLUMNS);
    }
    if (count)
        html_table(&page->body, lang, text_of(title), flag_of(true), heads, COLUMNS, list, count);
}

static void put_ways(Page *page, const Import *import, Str text, int64_t good)
{
    FormPair pairs[] = {{S("columns"), text}, {S("take"), S("1")}};
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    if (good)
        form_button(page, &page->body, import->path, import->take(page->arena, page->lang, good),
                    TEXT("primary"), ICON_NONE, pairs, COUNT_OF(pairs));
    html_link_button(&page->body, page->lang, url_page(page->arena, page->lang, import->path),
                     text_of(text_import_again(page->arena, page->lang)), TEXT("secondary"),
                     ICON_NONE);
    buf_put(&page->body, S("</div>"));
}

static void put_preview(Call *call, const Import *import, const ImportForm *form)
{
    Page page;
    int64_t bad = 0;
    const ImportRows *read = &form->read;
    Arena *arena = call->cx->arena;
    Lang lang = call->cx->actor->lang;
    Str title = text_import_preview(arena, lang);
    open_page(call, import, title, text_import_preview_lead(arena, lang), &page);
    for (size_t i = 0; i < read->count; i++)
        bad += read->rows[i].row.refused != NULL;
    if (bad)
        html_alert(&page.body, lang, TEXT("warning"), ICON_WARNING,
                   text_of(text_import_refused(arena, lang, bad)), HTML_NONE, flag_of(false));
    put_rows(&page, import, read, true, text_import_refused_rows(arena, lang));
    put_rows(&page, import, read, false, text_import_good_rows(arena, lang));
    put_ways(&page, import, form->text, (int64_t)read->count - bad);
    close_page(&page, title);
}

/* ---- the form ---- */

Err import_decode(Call *call)
{
    ImportForm *form = arena_new(call->cx->arena, ImportForm);
    const MultipartPart *file = call_file(call, S("file"));
    form->text = file && file->body.n ? file->body : call_form(call, S("columns"));
    form->take = call_form(call, S("take")).n > 0;
    call->state = form;
    if (!str_trim(form->text).n)
        return fail(call->cx, ERR_INVALID, "import.none.file", "there is neither file nor text");
    if (form->text.n > IMPORT_BYTES_MAX)
        return fail(call->cx, ERR_LIMIT, "import.large.file", "a table has at most %d bytes",
                    IMPORT_BYTES_MAX);
    if (!str_is_utf8(form->text))
        return fail(call->cx, ERR_INVALID, "import.encoding.file", "the file is not UTF-8");
    return OK;
}

Err import_apply(Call *call, Cx *cx, struct Events *events, const Import *import)
{
    ImportForm *form = call->state;
    if (!form->take)
        return import->read(cx, web_services(call)->frame->zone, form->text, &form->read);
    TRY(import->run(cx, web_services(call)->frame->zone, form->text, events));
    call->location = page_path(call, import->after);
    return OK;
}

Err import_encode(Call *call, const Import *import)
{
    const ImportForm *form = call->state;
    if (form->take)
        page_redirect(call, call->location);
    else
        put_preview(call, import, form);
    return OK;
}

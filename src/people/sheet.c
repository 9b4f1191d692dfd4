#include "people/sheet.h"

#include "base/fold.h"
#include "base/str.h"

/* ---- the text ---- */

static Err read_text(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    SheetSource *text = (SheetSource *)(void *)source;
    (void)cx;
    *ret_n = MIN(n, text->rest.n);
    if (*ret_n)
        memcpy(to, text->rest.p, *ret_n);
    text->rest = str_from_index(text->rest, *ret_n);
    return OK;
}

/* What stands most often in the first line. */
static char separator_of(Str text)
{
    static const char SEPARATORS[] = {',', ';', '\t'};
    Str line = str_cut(&text, '\n');
    size_t most = 0;
    char ret = ',';
    for (size_t i = 0; i < COUNT_OF(SEPARATORS); i++) {
        size_t count = 0;
        for (size_t k = 0; k < line.n; k++)
            count += line.p[k] == SEPARATORS[i];
        if (count > most) {
            most = count;
            ret = SEPARATORS[i];
        }
    }
    return ret;
}

/* ---- columns ---- */

static Err read_header(Sheet *sheet, const SheetColumn *columns)
{
    for (size_t c = 0; c < sheet->columns; c++)
        sheet->at[c] = -1;
    for (size_t i = 0; i < sheet->record.count; i++) {
        size_t c = 0;
        Str name = str_trim(sheet->record.fields[i]);
        while (c < sheet->columns && !str_eq_nocase(name, columns[c].name) &&
               !str_eq_nocase(name, columns[c].german))
            c++;
        if (c == sheet->columns)
            return fail(sheet->cx, ERR_INVALID, "import.unknown", "%.*s", SARG(name));
        if (sheet->at[c] >= 0)
            return fail(sheet->cx, ERR_INVALID, "import.columns",
                        "the column \"%.*s\" stands there twice", SARG(name));
        sheet->at[c] = (int)i;
    }
    if (sheet->at[0] < 0)
        return fail(sheet->cx, ERR_INVALID, "import.columns",
                    "the first line has no column \"%.*s\"", SARG(columns[0].german));
    return OK;
}

Err sheet_open(Sheet *sheet, Cx *cx, Str text, const SheetColumn *columns, size_t count)
{
    bool more;
    Topic *topics;
    ASSERT(count <= SHEET_COLUMNS_MAX);
    *sheet = (Sheet){.cx = cx, .source = {{read_text}, text}, .columns = count};
    TRY(topic_list(cx, &topics, &sheet->topic_count));
    sheet->topics = topics;
    sheet->reader = csv_reader(cx, &sheet->source.source, separator_of(text));
    TRY(csv_next(cx, sheet->reader, &sheet->record, &more));
    if (!more)
        return fail(cx, ERR_INVALID, "import.columns", "the text has no first line");
    return read_header(sheet, columns);
}

Err sheet_next(Sheet *sheet, SheetRow *ret, bool *ret_more)
{
    TRY(csv_next(sheet->cx, sheet->reader, &sheet->record, ret_more));
    if (!*ret_more)
        return OK;
    if (sheet->count == SHEET_ROWS_MAX)
        return fail(sheet->cx, ERR_LIMIT, "import.rows", "at most %d rows at once", SHEET_ROWS_MAX);
    sheet->count++;
    *ret = (SheetRow){.line = sheet->record.line, .detail = S("")};
    return OK;
}

Str sheet_field(const Sheet *sheet, size_t column)
{
    int at = sheet->at[column];
    if (at < 0 || (size_t)at >= sheet->record.count)
        return S("");
    Str text = str_trim(sheet->record.fields[at]);
    bool defused = text.n > 1 && text.p[0] == '\'' && strchr("=+-@\t\r", text.p[1]);
    return arena_copy(sheet->cx->arena, defused ? str_from_index(text, 1) : text);
}

Str sheet_code(const Sheet *sheet, size_t column, SheetWords words)
{
    Arena *arena = sheet->cx->arena;
    Str said = sheet_field(sheet, column), folded = fold_search(arena, said);
    for (size_t i = 0; i < words.count; i++)
        if (str_eq(folded, fold_search(arena, words.list[i].word)))
            return words.list[i].code;
    return said;
}

/* ---- what a row may say ---- */

void sheet_refuse(SheetRow *row, const char *key, Str detail)
{
    if (row->refused)
        return;
    row->refused = key;
    row->detail = detail;
}

/* The topic of that slug, or of that name in the reader's language. */
static const Topic *topic_of(const Sheet *sheet, Str said)
{
    Arena *arena = sheet->cx->arena;
    Str folded = fold_search(arena, said);
    for (size_t i = 0; i < sheet->topic_count; i++)
        if (str_eq(said, sheet->topics[i].slug) ||
            str_eq(folded, fold_search(arena, sheet->topics[i].name)))
            return &sheet->topics[i];
    return NULL;
}

/* Cuts the next one off the list: up to a comma where that is a topic, else up to a blank. */
static Str next_topic(const Sheet *sheet, Str *list)
{
    Str rest = *list, whole = str_trim(str_cut(&rest, ','));
    if (topic_of(sheet, whole)) {
        *list = rest;
        return whole;
    }
    return str_cut(list, ' ');
}

void sheet_topics(const Sheet *sheet, size_t column, ItemDraft *draft, SheetRow *row)
{
    Str list = sheet_field(sheet, column);
    int64_t *ids = arena_array(sheet->cx->arena, int64_t, ITEM_TOPICS_MAX);
    draft->topics = ids;
    while (list.n) {
        Str said = next_topic(sheet, &list);
        const Topic *topic = topic_of(sheet, said);
        if (!said.n)
            continue;
        if (!topic || draft->topic_count == ITEM_TOPICS_MAX) {
            sheet_refuse(row, "import.topic", said);
            return;
        }
        ids[draft->topic_count++] = topic->id;
    }
}

void sheet_place(const Sheet *sheet, size_t lat, size_t lon, ItemDraft *draft, SheetRow *row)
{
    ItemPlace *place = &draft->place;
    Str north = sheet_field(sheet, lat), east = sheet_field(sheet, lon);
    if (!north.n && !east.n)
        return;
    place->known = true;
    if (!str_to_f64(north, &place->lat) || !str_to_f64(east, &place->lon))
        sheet_refuse(row, "item.place",
                     arena_fmt(sheet->cx->arena, "%.*s %.*s", SARG(north), SARG(east)));
}

void sheet_check(Cx *cx, void (*check)(Cx *cx, const void *draft), const void *draft, SheetRow *row)
{
    const Flaw *before = cx->error->flaws;
    cx->error->flaws = NULL;
    check(cx, draft);
    const Flaw *flaw = cx->error->flaws;
    cx->error->flaws = before;
    if (flaw)
        sheet_refuse(row, flaw->key, flaw->detail);
}

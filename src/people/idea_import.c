#include "people/idea_import.h"

#include "base/fold.h"
#include "base/str.h"
#include "core/audit.h"

typedef enum Column { TITLE, LEAD, BODY, STATE, TOPICS, DISTRICT, LAT, LON } Column;

const SheetColumn IDEA_COLUMNS[IDEA_COLUMN_COUNT] = {
    {S_INIT("title"), S_INIT("titel")},
    {S_INIT("lead"), S_INIT("kurztext")},
    {S_INIT("body"), S_INIT("text")},
    {S_INIT("state"), S_INIT("stand")},
    {S_INIT("topics"), S_INIT("themen")},
    {S_INIT("district"), S_INIT("stadtteil")},
    {S_INIT("lat"), S_INIT("breite")},
    {S_INIT("lon"), S_INIT("länge")},
    {S_INIT("published"), S_INIT("veröffentlicht")},
    {S_INIT("persons"), S_INIT("personen")},
    {S_INIT("organisations"), S_INIT("organisationen")},
};

const Str IDEA_IMPORT_STATES[IDEA_IMPORT_STATE_COUNT] = {S_INIT("published"), S_INIT("evaluation")};

static bool is_taken_state(Str state)
{
    return str_eq(state, IDEA_IMPORT_STATES[0]) || str_eq(state, IDEA_IMPORT_STATES[1]);
}

static void check(Cx *cx, const void *draft)
{
    item_check(cx, draft);
}

/* Whether an idea of that title is there that the actor may read: nothing tells of others. */
static Err is_there(Cx *cx, Str slug, bool *ret)
{
    Item item;
    Error before = *cx->error;
    Err err = item_get(cx, NOUN_IDEA, slug, &item);
    *ret = err == OK;
    if (err != ERR_NOT_FOUND)
        return err;
    *cx->error = before;
    return OK;
}

static Err judge_likeness(Cx *cx, const IdeaRows *rows, IdeaRow *row)
{
    bool there = false;
    row->slug = slug_make(cx->arena, row->draft.text.title);
    if (!row->slug.n)
        return OK;
    TRY(is_there(cx, row->slug, &there));
    if (there)
        sheet_refuse(&row->row, "import.exists", row->draft.text.title);
    for (size_t i = 0; i < rows->count; i++)
        if (str_eq(row->slug, rows->rows[i].slug))
            sheet_refuse(&row->row, "import.twice",
                         arena_fmt(cx->arena, "%llu", (unsigned long long)rows->rows[i].row.line));
    return OK;
}

static Err read_row(const Sheet *sheet, SheetWords states, const SheetRow *read, IdeaRows *rows)
{
    IdeaRow *row = &rows->rows[rows->count];
    *row = (IdeaRow){.row = *read,
                     .draft = {.text = {.lang = LANG_DE,
                                        .title = sheet_field(sheet, TITLE),
                                        .lead = sheet_field(sheet, LEAD),
                                        .body = sheet_field(sheet, BODY)},
                               .visibility = AUDIENCE_PUBLIC,
                               .district = sheet_field(sheet, DISTRICT)},
                     .state = sheet_code(sheet, STATE, states)};
    if (!row->state.n)
        row->state = IDEA_IMPORT_STATES[0];
    if (!is_taken_state(row->state))
        sheet_refuse(&row->row, "import.idea_state", row->state);
    sheet_topics(sheet, TOPICS, &row->draft, &row->row);
    sheet_place(sheet, LAT, LON, &row->draft, &row->row);
    sheet_check(sheet->cx, check, &row->draft, &row->row);
    TRY(judge_likeness(sheet->cx, rows, row));
    rows->good += !row->row.refused;
    rows->count++;
    return OK;
}

Err idea_import_read(Cx *cx, SheetWords states, Str text, IdeaRows *ret)
{
    Sheet sheet;
    SheetRow row;
    bool more;
    IdeaRows rows = {0};
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(sheet_open(&sheet, cx, text, IDEA_COLUMNS, IDEA_COLUMN_COUNT));
    rows.rows = arena_array(cx->arena, IdeaRow, SHEET_ROWS_MAX);
    for (;;) {
        TRY(sheet_next(&sheet, &row, &more));
        if (!more)
            break;
        TRY(read_row(&sheet, states, &row, &rows));
    }
    *ret = rows;
    return OK;
}

static Err take(Cx *cx, const IdeaRow *row, Events *events)
{
    ItemId id;
    Item item;
    TRY(idea_add_published(cx, &row->draft, events, &id));
    if (str_eq(row->state, S("published")))
        return OK;
    TRY(item_get_by_id(cx, id, &item));
    return item_step(cx, &IDEA_MACHINE, &item, S("evaluate"), S(""), events);
}

Err idea_import(Cx *cx, SheetWords states, Str text, Events *events, size_t *ret_taken)
{
    IdeaRows rows;
    TRY(idea_import_read(cx, states, text, &rows));
    for (size_t i = 0; i < rows.count; i++)
        if (!rows.rows[i].row.refused)
            TRY(take(cx, &rows.rows[i], events));
    *ret_taken = rows.good;
    return audit_add(cx, S("idea.import"), S("idea"), S(""),
                     arena_fmt(cx->arena, "%zu of %zu rows", rows.good, rows.count));
}

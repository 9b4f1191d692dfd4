/* Ideas from a table: the office reads in what was collected elsewhere. */
#include "people/idea_import.h"
#include "text_gen.h"
#include "web/import_page.h"
#include "web/pages.h"

static Str state_code(size_t i)
{
    return i < IDEA_IMPORT_STATE_COUNT ? IDEA_IMPORT_STATES[i] : S("");
}

static const ImportCodes STATES = {3, "import.idea_state", "state.idea.%", state_code};

static Err read_ideas(Cx *cx, const Zone *zone, Str text, ImportRows *ret)
{
    IdeaRows read;
    (void)zone;
    TRY(idea_import_read(cx, import_words(cx->arena, &STATES), text, &read));
    *ret = (ImportRows){arena_array(cx->arena, ImportRow, read.count), read.count};
    for (size_t i = 0; i < read.count; i++)
        ret->rows[i] =
            (ImportRow){read.rows[i].row, read.rows[i].draft.text.title, read.rows[i].state};
    return OK;
}

static Err take_ideas(Cx *cx, const Zone *zone, Str text, struct Events *events)
{
    size_t taken;
    (void)zone;
    return idea_import(cx, import_words(cx->arena, &STATES), text, events, &taken);
}

/* What follows in the list's own CSV (how much support there is) is passed over. */
static const Str EXAMPLE[] = {S_INIT("Mehr B\xc3\xa4nke am Kanal"),
                              S_INIT("Zum Ausruhen auf dem Heimweg."),
                              S_INIT("Zwischen Br\xc3\xbc"
                                     "cke und Schleuse steht keine."),
                              S_INIT("published"),
                              S_INIT(""),
                              S_INIT("Hafen"),
                              S_INIT("54.18320"),
                              S_INIT("10.12340")};

static const Import IMPORT = {.noun = NOUN_IDEA,
                              .current = MENU_IDEAS,
                              .path = S_INIT("/buero/ideen/einlesen"),
                              .after = S_INIT("/ideen"),
                              .list_title = text_ideas_title,
                              .title = text_idea_import_title,
                              .lead = text_idea_import_lead,
                              .columns = IDEA_COLUMNS,
                              .column_count = COUNT_OF(EXAMPLE),
                              .example = EXAMPLE,
                              .codes = &STATES,
                              .code_count = 1,
                              .what = text_idea_import_what,
                              .take = text_idea_import_take,
                              .read = read_ideas,
                              .run = take_ideas};

Err page_idea_import(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return import_put_form(call, &IMPORT);
}

Err ideas_template_csv(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return import_put_template(call, &IMPORT);
}

Err idea_import_apply(Call *call, Cx *cx, struct Events *events)
{
    return import_apply(call, cx, events, &IMPORT);
}

Err idea_import_encode(Call *call)
{
    return import_encode(call, &IMPORT);
}

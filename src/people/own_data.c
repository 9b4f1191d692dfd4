#include "people/own_data.h"

#include "base/buf.h"
#include "base/calendar.h"
#include "base/json.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/setting.h"
#include "people/own_data_store.h"

const PersonalColumn PERSONAL_COLUMNS[] = {
#define PERSONAL(table, column, section, untold, act, why)                                         \
    {S_INIT(table), S_INIT(column), S_INIT(section), untold, PERSONAL_##act, why},
#include "people/personal.def"
#undef PERSONAL
};
const size_t PERSONAL_COLUMN_COUNT = COUNT_OF(PERSONAL_COLUMNS);

typedef struct Telling {
    Cx *cx;
    JsonOut *out;
    Str fields;
} Telling;

static void put_time(Telling *telling, int64_t at_us)
{
    Buf text = buf_new(telling->cx->arena, 64);
    if (!at_us) {
        json_put_null(telling->out);
        return;
    }
    buf_time(&text, at_us);
    json_put_text(telling->out, buf_str(&text));
}

/* What is no JSON any more is told as the text that it is. */
static void put_doc(Telling *telling, Str doc)
{
    Json json;
    if (doc.n && json_parse(telling->cx, doc, &json) == OK)
        json_put_span(telling->out, doc);
    else
        json_put_text(telling->out, doc);
}

static void put_field(Telling *telling, Str field, const DbRows *rows, int column)
{
    bool is_time = str_ends(field, S("*")), is_doc = str_ends(field, S("{}"));
    bool is_number = str_ends(field, S("#"));
    json_name(telling->out, str_slice(field, 0, field.n - (is_doc ? 2 : is_time || is_number)));
    if (db_is_null(rows, column))
        json_put_null(telling->out);
    else if (is_time)
        put_time(telling, db_i64(rows, column));
    else if (is_doc)
        put_doc(telling, db_text(rows, column));
    else if (is_number)
        json_put_i64(telling->out, db_i64(rows, column));
    else
        json_put_text(telling->out, db_text(rows, column));
}

static void put_row(void *user, const DbRows *rows)
{
    Telling *telling = user;
    Str rest = telling->fields;
    json_begin(telling->out, '{');
    for (int column = 0; rest.p; column++)
        put_field(telling, str_cut(&rest, ' '), rows, column);
    json_end(telling->out, '}');
}

static Err put_section(Cx *cx, const OwnSection *section, PersonId person, Str mail_key,
                       JsonOut *out)
{
    Telling telling = {.cx = cx, .out = out, .fields = str_from(section->fields)};
    json_name(out, str_from(section->name));
    json_begin(out, '[');
    TRY(own_data_store_each(cx, section, person, mail_key, put_row, &telling));
    json_end(out, ']');
    return OK;
}

Err own_data_put(Cx *cx, PersonId id, Buf *buf)
{
    Person person;
    Str city;
    Telling telling = {.cx = cx};
    JsonOut out = json_out(buf);
    TRY(person_get(cx, id, &person));
    TRY(setting_get(cx, S("city.name"), &city));
    Str mail_key = person_mail_key(cx->arena, person.mail);
    telling.out = &out;
    json_begin(&out, '{');
    json_name(&out, S("format"));
    json_put_text(&out, S(OWN_DATA_FORMAT));
    json_name(&out, S("city"));
    json_put_text(&out, city);
    json_name(&out, S("made_at"));
    put_time(&telling, cx_now_us(cx));
    for (size_t i = 0; i < OWN_SECTION_COUNT; i++)
        TRY(put_section(cx, &OWN_SECTIONS[i], id, mail_key, &out));
    json_end(&out, '}');
    if (buf->overflow)
        return fail(cx, ERR_LIMIT, "own.large",
                    "your data are more than a page can give; the project office sends them");
    return OK;
}

Err own_data_taken(Cx *cx, PersonId person)
{
    return audit_add_number(cx, S("person.export"), S("person"), person.v, S(""));
}

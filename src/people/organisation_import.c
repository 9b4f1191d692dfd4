#include "people/organisation_import.h"

#include "base/str.h"
#include "core/audit.h"
#include "core/person.h"
#include "people/organisation_store.h"

/* ---- columns ---- */

typedef enum Column {
    NAME,
    KIND,
    STATE,
    FOUNDER,
    LEAD,
    DISTRICT,
    LAT,
    LON,
    TOPICS,
    OFFERS,
    SEEKS,
    WEBSITE,
    MAIL,
    PHONE,
    STREET,
    POSTCODE,
    TOWN,
    REGISTER,
    SINCE,
    AGREEMENT,
    AGREED_ON,
    REP_MAIL,
    REP_NAME,
    COLUMN_COUNT
} Column;

const SheetColumn ORGANISATION_COLUMNS[ORGANISATION_COLUMN_COUNT] = {
    [NAME] = {S_INIT("name"), S_INIT("name")},
    [KIND] = {S_INIT("kind"), S_INIT("art")},
    [STATE] = {S_INIT("state"), S_INIT("stand")},
    [FOUNDER] = {S_INIT("founder"), S_INIT("gründungspartner")},
    [LEAD] = {S_INIT("lead"), S_INIT("kurztext")},
    [DISTRICT] = {S_INIT("district"), S_INIT("stadtteil")},
    [LAT] = {S_INIT("lat"), S_INIT("breite")},
    [LON] = {S_INIT("lon"), S_INIT("länge")},
    [TOPICS] = {S_INIT("topics"), S_INIT("themen")},
    [OFFERS] = {S_INIT("offers"), S_INIT("bietet")},
    [SEEKS] = {S_INIT("seeks"), S_INIT("sucht")},
    [WEBSITE] = {S_INIT("website"), S_INIT("webseite")},
    [MAIL] = {S_INIT("mail"), S_INIT("mail")},
    [PHONE] = {S_INIT("phone"), S_INIT("telefon")},
    [STREET] = {S_INIT("street"), S_INIT("straße")},
    [POSTCODE] = {S_INIT("postcode"), S_INIT("plz")},
    [TOWN] = {S_INIT("town"), S_INIT("ort")},
    [REGISTER] = {S_INIT("register"), S_INIT("registernummer")},
    [SINCE] = {S_INIT("since"), S_INIT("partner_seit")},
    [AGREEMENT] = {S_INIT("agreement"), S_INIT("vereinbarung")},
    [AGREED_ON] = {S_INIT("agreed_on"), S_INIT("vereinbart_am")},
    [REP_MAIL] = {S_INIT("rep_mail"), S_INIT("vertretung_mail")},
    [REP_NAME] = {S_INIT("rep_name"), S_INIT("vertretung_name")},
};

const Str ORGANISATION_IMPORT_STATES[ORGANISATION_IMPORT_STATE_COUNT] = {
    S_INIT("interested"), S_INIT("applied"), S_INIT("accepted")};

typedef struct Reading {
    Cx *cx;
    const Zone *zone;
    OrganisationWords words;
    Sheet sheet;
} Reading;

static Str field(const Reading *r, Column column)
{
    return sheet_field(&r->sheet, column);
}

static int64_t read_day(const Reading *r, Str text, OrganisationRow *row)
{
    int64_t at_us = 0;
    if (text.n && !zone_day(r->zone, text, &at_us))
        sheet_refuse(&row->row, "import.day", text);
    return at_us;
}

static void read_own(const Reading *r, OrganisationRow *row)
{
    OrganisationOwn *own = &row->draft.own;
    Str kind = sheet_code(&r->sheet, KIND, r->words.kinds);
    Str founder = sheet_code(&r->sheet, FOUNDER, r->words.founder);
    *own = (OrganisationOwn){.kind = ORGANISATION_KIND_NONE,
                             .founder = str_eq(founder, S("1")),
                             .offers = field(r, OFFERS),
                             .seeks = field(r, SEEKS),
                             .website = field(r, WEBSITE),
                             .register_number = field(r, REGISTER),
                             .mail = field(r, MAIL),
                             .phone = field(r, PHONE),
                             .street = field(r, STREET),
                             .postcode = field(r, POSTCODE),
                             .town = field(r, TOWN),
                             .since_us = read_day(r, field(r, SINCE), row),
                             .agreement = field(r, AGREEMENT),
                             .agreement_us = read_day(r, field(r, AGREED_ON), row)};
    OrganisationKind known;
    if (organisation_kind_parse(kind, &known))
        own->kind = known;
    else if (kind.n)
        sheet_refuse(&row->row, "import.kind", kind);
    if (founder.n && !own->founder && !str_eq(founder, S("0")))
        sheet_refuse(&row->row, "import.founder", founder);
}

/* ---- what a row may say ---- */

static bool is_taken_state(Str state)
{
    for (size_t i = 0; i < ORGANISATION_IMPORT_STATE_COUNT; i++)
        if (str_eq(state, ORGANISATION_IMPORT_STATES[i]))
            return true;
    return false;
}

static void check(Cx *cx, const void *draft)
{
    organisation_check(cx, draft);
}

static void judge_accepted(OrganisationRow *row)
{
    const OrganisationOwn *own = &row->draft.own;
    if (!str_eq(row->state, S("accepted")))
        return;
    if (own->kind == ORGANISATION_KIND_NONE)
        sheet_refuse(&row->row, "organisation.kind_missing", S(""));
    if (!own->agreement.n)
        sheet_refuse(&row->row, "organisation.agreement_missing", S(""));
    if (!row->rep_mail.n)
        sheet_refuse(&row->row, "organisation.rep_missing", S(""));
}

static void judge_rep(OrganisationRow *row)
{
    if (row->rep_mail.n && !person_is_mail(row->rep_mail))
        sheet_refuse(&row->row, "person.mail", row->rep_mail);
    if (row->rep_mail.n && (!row->rep_name.n || row->rep_name.n > PERSON_NAME_BYTES_MAX ||
                            !str_is_utf8(row->rep_name)))
        sheet_refuse(&row->row, "person.name", row->rep_name);
}

/* Whether it is there already: in the store, or further up in the file. */
static Err judge_likeness(Cx *cx, const OrganisationRows *rows, OrganisationRow *row)
{
    OrganisationLike *like;
    size_t count;
    row->key = organisation_name_key(cx->arena, row->draft.item.text.title);
    Str number = row->draft.own.register_number;
    TRY(organisation_store_like(cx, (ItemId){0}, row->key, S(""), number, &like, &count));
    if (count)
        sheet_refuse(&row->row, "import.exists", like[0].name);
    for (size_t i = 0; i < rows->count; i++) {
        const OrganisationRow *other = &rows->rows[i];
        if (str_eq(row->key, other->key) ||
            (number.n && str_eq(number, other->draft.own.register_number)))
            sheet_refuse(&row->row, "import.twice",
                         arena_fmt(cx->arena, "%llu", (unsigned long long)other->row.line));
    }
    return OK;
}

static Err read_row(const Reading *r, const SheetRow *read, OrganisationRows *rows)
{
    OrganisationRow *row = &rows->rows[rows->count];
    *row = (OrganisationRow){.row = *read,
                             .draft = {.item = {.text = {.lang = LANG_DE,
                                                         .title = field(r, NAME),
                                                         .lead = field(r, LEAD)},
                                                .visibility = AUDIENCE_PUBLIC,
                                                .district = field(r, DISTRICT)}},
                             .state = sheet_code(&r->sheet, STATE, r->words.states),
                             .rep_mail = field(r, REP_MAIL),
                             .rep_name = field(r, REP_NAME)};
    if (!row->state.n)
        row->state = ORGANISATION_IMPORT_STATES[0];
    if (!is_taken_state(row->state))
        sheet_refuse(&row->row, "import.state", row->state);
    sheet_topics(&r->sheet, TOPICS, &row->draft.item, &row->row);
    sheet_place(&r->sheet, LAT, LON, &row->draft.item, &row->row);
    read_own(r, row);
    sheet_check(r->cx, check, &row->draft, &row->row);
    judge_accepted(row);
    judge_rep(row);
    TRY(judge_likeness(r->cx, rows, row));
    rows->good += !row->row.refused;
    rows->count++;
    return OK;
}

Err organisation_import_read(Cx *cx, const Zone *zone, OrganisationWords words, Str text,
                             OrganisationRows *ret)
{
    Reading reading = {.cx = cx, .zone = zone, .words = words};
    SheetRow row;
    bool more;
    OrganisationRows rows = {0};
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(sheet_open(&reading.sheet, cx, text, ORGANISATION_COLUMNS, ORGANISATION_COLUMN_COUNT));
    rows.rows = arena_array(cx->arena, OrganisationRow, SHEET_ROWS_MAX);
    for (;;) {
        TRY(sheet_next(&reading.sheet, &row, &more));
        if (!more)
            break;
        TRY(read_row(&reading, &row, &rows));
    }
    *ret = rows;
    return OK;
}

/* ---- taking it ---- */

static Err rep_of(Cx *cx, const OrganisationRow *row, Events *events, PersonId *ret)
{
    Person person;
    bool found;
    TRY(person_try_mail(cx, row->rep_mail, &found, &person));
    if (!found)
        return person_add(cx, row->rep_mail, row->rep_name, S(""), LANG_DE, ROLE_MEMBER, events,
                          ret);
    *ret = person.id;
    return OK;
}

static Err take(Cx *cx, const OrganisationRow *row, Events *events)
{
    ItemId id;
    Item item;
    PersonId rep;
    bool accepted = str_eq(row->state, S("accepted"));
    TRY(organisation_add(cx, &row->draft, accepted ? S("applied") : row->state, events, &id));
    TRY(item_get_by_id(cx, id, &item));
    if (row->rep_mail.n) {
        TRY(rep_of(cx, row, events, &rep));
        TRY(organisation_join(cx, &item, rep, RELATION_REP, S(""), events));
    }
    if (!accepted)
        return OK;
    TRY(item_step(cx, &ORGANISATION_MACHINE, &item, S("review"), S(""), events));
    return item_step(cx, &ORGANISATION_MACHINE, &item, S("accept"), S(""), events);
}

Err organisation_import(Cx *cx, const Zone *zone, OrganisationWords words, Str text, Events *events,
                        size_t *ret_taken)
{
    OrganisationRows rows;
    TRY(organisation_import_read(cx, zone, words, text, &rows));
    for (size_t i = 0; i < rows.count; i++)
        if (!rows.rows[i].row.refused)
            TRY(take(cx, &rows.rows[i], events));
    *ret_taken = rows.good;
    return audit_add(cx, S("organisation.import"), S("organisation"), S(""),
                     arena_fmt(cx->arena, "%zu of %zu rows", rows.good, rows.count));
}

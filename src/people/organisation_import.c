#include "people/organisation_import.h"

#include "base/csv.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/person.h"
#include "people/organisation_store.h"

/* ---- the file ---- */

typedef struct TextSource {
    CsvSource source; /* first: the reader knows no other */
    Str rest;
} TextSource;

static Err read_text(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    TextSource *text = (TextSource *)(void *)source;
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

static const Str COLUMN_NAMES[COLUMN_COUNT] = {
    [NAME] = S_INIT("name"),
    [KIND] = S_INIT("kind"),
    [STATE] = S_INIT("state"),
    [FOUNDER] = S_INIT("founder"),
    [LEAD] = S_INIT("lead"),
    [DISTRICT] = S_INIT("district"),
    [LAT] = S_INIT("lat"),
    [LON] = S_INIT("lon"),
    [TOPICS] = S_INIT("topics"),
    [OFFERS] = S_INIT("offers"),
    [SEEKS] = S_INIT("seeks"),
    [WEBSITE] = S_INIT("website"),
    [MAIL] = S_INIT("mail"),
    [PHONE] = S_INIT("phone"),
    [STREET] = S_INIT("street"),
    [POSTCODE] = S_INIT("postcode"),
    [TOWN] = S_INIT("town"),
    [REGISTER] = S_INIT("register"),
    [SINCE] = S_INIT("since"),
    [AGREEMENT] = S_INIT("agreement"),
    [AGREED_ON] = S_INIT("agreed_on"),
    [REP_MAIL] = S_INIT("rep_mail"),
    [REP_NAME] = S_INIT("rep_name"),
};

typedef struct Reading {
    Cx *cx;
    const Zone *zone;
    int at[COLUMN_COUNT]; /* position in a record; -1: the file has no such column */
    const Topic *topics;
    size_t topic_count;
} Reading;

static Err read_header(Reading *r, const CsvRecord *record)
{
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        r->at[c] = -1;
    for (size_t i = 0; i < record->count; i++) {
        size_t c = 0;
        Str name = str_trim(record->fields[i]);
        while (c < COLUMN_COUNT && !str_eq_nocase(name, COLUMN_NAMES[c]))
            c++;
        if (c == COLUMN_COUNT || r->at[c] >= 0)
            return fail(r->cx, ERR_INVALID, "import.columns",
                        "the column \"%.*s\" is unknown or stands there twice", SARG(name));
        r->at[c] = (int)i;
    }
    if (r->at[NAME] < 0)
        return fail(r->cx, ERR_INVALID, "import.columns", "the first line has no column \"name\"");
    return OK;
}

/* The text of a column; what our own export defused is as it was. */
static Str field(const Reading *r, const CsvRecord *record, Column column)
{
    int at = r->at[column];
    if (at < 0 || (size_t)at >= record->count)
        return S("");
    Str text = str_trim(record->fields[at]);
    bool defused = text.n > 1 && text.p[0] == '\'' && strchr("=+-@\t\r", text.p[1]);
    return arena_copy(r->cx->arena, defused ? str_from_index(text, 1) : text);
}

static void refuse(OrganisationRow *row, const char *key, Str detail)
{
    if (row->refused)
        return;
    row->refused = key;
    row->detail = detail;
}

static int64_t read_day(const Reading *r, Str text, OrganisationRow *row)
{
    int64_t at_us = 0;
    if (text.n && !zone_day(r->zone, text, &at_us))
        refuse(row, "import.day", text);
    return at_us;
}

static void read_topics(const Reading *r, Str slugs, OrganisationRow *row)
{
    ItemDraft *draft = &row->draft.item;
    int64_t *ids = arena_array(r->cx->arena, int64_t, ITEM_TOPICS_MAX);
    draft->topics = ids;
    while (slugs.n) {
        Str slug = str_cut(&slugs, ' ');
        size_t i = 0;
        while (i < r->topic_count && !str_eq(slug, r->topics[i].slug))
            i++;
        if (!slug.n)
            continue;
        if (i == r->topic_count || draft->topic_count == ITEM_TOPICS_MAX) {
            refuse(row, "import.topic", slug);
            return;
        }
        ids[draft->topic_count++] = r->topics[i].id;
    }
}

static void read_place(const Reading *r, const CsvRecord *record, OrganisationRow *row)
{
    ItemPlace *place = &row->draft.item.place;
    Str lat = field(r, record, LAT), lon = field(r, record, LON);
    if (!lat.n && !lon.n)
        return;
    place->known = true;
    if (!str_to_f64(lat, &place->lat) || !str_to_f64(lon, &place->lon))
        refuse(row, "item.place", arena_fmt(r->cx->arena, "%.*s %.*s", SARG(lat), SARG(lon)));
}

static void read_own(const Reading *r, const CsvRecord *record, OrganisationRow *row)
{
    OrganisationOwn *own = &row->draft.own;
    Str kind = field(r, record, KIND), founder = field(r, record, FOUNDER);
    *own = (OrganisationOwn){.kind = ORGANISATION_KIND_NONE,
                             .founder = founder.n && !str_eq(founder, S("0")),
                             .offers = field(r, record, OFFERS),
                             .seeks = field(r, record, SEEKS),
                             .website = field(r, record, WEBSITE),
                             .register_number = field(r, record, REGISTER),
                             .mail = field(r, record, MAIL),
                             .phone = field(r, record, PHONE),
                             .street = field(r, record, STREET),
                             .postcode = field(r, record, POSTCODE),
                             .town = field(r, record, TOWN),
                             .since_us = read_day(r, field(r, record, SINCE), row),
                             .agreement = field(r, record, AGREEMENT),
                             .agreement_us = read_day(r, field(r, record, AGREED_ON), row)};
    OrganisationKind known;
    if (organisation_kind_parse(kind, &known))
        own->kind = known;
    else if (kind.n)
        refuse(row, "import.kind", kind);
}

/* ---- what a row may say ---- */

static bool is_taken_state(Str state)
{
    return str_eq(state, S("interested")) || str_eq(state, S("applied")) ||
           str_eq(state, S("accepted"));
}

/* The first flaw that the draft has, which is then forgotten: the next row has its own. */
static void judge_draft(Cx *cx, OrganisationRow *row)
{
    const Flaw *before = cx->error->flaws;
    cx->error->flaws = NULL;
    organisation_check(cx, &row->draft);
    const Flaw *flaw = cx->error->flaws;
    cx->error->flaws = before;
    if (flaw)
        refuse(row, flaw->key, flaw->detail);
}

static void judge_accepted(OrganisationRow *row)
{
    const OrganisationOwn *own = &row->draft.own;
    if (!str_eq(row->state, S("accepted")))
        return;
    if (own->kind == ORGANISATION_KIND_NONE)
        refuse(row, "organisation.kind_missing", S(""));
    if (!own->agreement.n)
        refuse(row, "organisation.agreement_missing", S(""));
    if (!row->rep_mail.n)
        refuse(row, "organisation.rep_missing", S(""));
}

static void judge_rep(OrganisationRow *row)
{
    if (row->rep_mail.n && !person_is_mail(row->rep_mail))
        refuse(row, "person.mail", row->rep_mail);
    if (row->rep_mail.n && (!row->rep_name.n || row->rep_name.n > PERSON_NAME_BYTES_MAX ||
                            !str_is_utf8(row->rep_name)))
        refuse(row, "person.name", row->rep_name);
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
        refuse(row, "import.exists", like[0].name);
    for (size_t i = 0; i < rows->count; i++) {
        const OrganisationRow *other = &rows->rows[i];
        if (str_eq(row->key, other->key) ||
            (number.n && str_eq(number, other->draft.own.register_number)))
            refuse(row, "import.twice",
                   arena_fmt(cx->arena, "%llu", (unsigned long long)other->line));
    }
    return OK;
}

static Err read_row(const Reading *r, const CsvRecord *record, OrganisationRows *rows)
{
    OrganisationRow *row = &rows->rows[rows->count];
    *row = (OrganisationRow){.line = record->line,
                             .draft = {.item = {.text = {.lang = LANG_DE,
                                                         .title = field(r, record, NAME),
                                                         .lead = field(r, record, LEAD)},
                                                .visibility = AUDIENCE_PUBLIC,
                                                .district = field(r, record, DISTRICT)}},
                             .state = field(r, record, STATE),
                             .rep_mail = field(r, record, REP_MAIL),
                             .rep_name = field(r, record, REP_NAME)};
    if (!row->state.n)
        row->state = S("interested");
    if (!is_taken_state(row->state))
        refuse(row, "import.state", row->state);
    read_topics(r, field(r, record, TOPICS), row);
    read_place(r, record, row);
    read_own(r, record, row);
    judge_draft(r->cx, row);
    judge_accepted(row);
    judge_rep(row);
    TRY(judge_likeness(r->cx, rows, row));
    rows->good += !row->refused;
    rows->count++;
    return OK;
}

Err organisation_import_read(Cx *cx, const Zone *zone, Str text, OrganisationRows *ret)
{
    Reading reading = {.cx = cx, .zone = zone};
    TextSource source = {{read_text}, text};
    Topic *topics;
    CsvRecord record;
    bool more;
    OrganisationRows rows = {0};
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(topic_list(cx, &topics, &reading.topic_count));
    reading.topics = topics;
    CsvReader *reader = csv_reader(cx, &source.source, separator_of(text));
    TRY(csv_next(cx, reader, &record, &more));
    if (!more)
        return fail(cx, ERR_INVALID, "import.columns", "the text has no first line");
    TRY(read_header(&reading, &record));
    rows.rows = arena_array(cx->arena, OrganisationRow, ORGANISATION_IMPORT_ROWS_MAX);
    for (;;) {
        TRY(csv_next(cx, reader, &record, &more));
        if (!more)
            break;
        if (rows.count == ORGANISATION_IMPORT_ROWS_MAX)
            return fail(cx, ERR_LIMIT, "import.rows", "at most %d rows at once",
                        ORGANISATION_IMPORT_ROWS_MAX);
        TRY(read_row(&reading, &record, &rows));
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

Err organisation_import(Cx *cx, const Zone *zone, Str text, Events *events, size_t *ret_taken)
{
    OrganisationRows rows;
    TRY(organisation_import_read(cx, zone, text, &rows));
    for (size_t i = 0; i < rows.count; i++)
        if (!rows.rows[i].refused)
            TRY(take(cx, &rows.rows[i], events));
    *ret_taken = rows.good;
    return audit_add(cx, S("organisation.import"), S("organisation"), S(""),
                     arena_fmt(cx->arena, "%zu of %zu rows", rows.good, rows.count));
}

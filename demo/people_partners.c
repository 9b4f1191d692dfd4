/* The alliance: its partners, who represents them, what they brought in. */
#include "people.h"

#include "base/calendar.h"
#include "base/fold.h"
#include "base/str.h"
#include "people/contribution.h"
#include "people/organisation.h"

enum {
    STADTWERKE = 10,    /* whose representative one can log in as */
    HOCHSCHULE = 26,    /* whose colleague leads a team that one can log in as */
    LAST_ARE_QUEUED = 4 /* have not been decided on yet */
};

static const struct {
    const char *name;
    OrganisationKind kind;
} KINDS[] = {{"SME", ORGANISATION_COMPANY},
             {"STARTUP", ORGANISATION_START_UP},
             {"GLOBAL", ORGANISATION_GLOBAL},
             {"SCIENCE", ORGANISATION_SCIENCE},
             {"ASSOCIATION", ORGANISATION_ASSOCIATION},
             {"CHAMBER", ORGANISATION_CHAMBER},
             {"INSTITUTION", ORGANISATION_INSTITUTION},
             {"POLITICS", ORGANISATION_POLITICS},
             {"ADMINISTRATION", ORGANISATION_ADMINISTRATION}};

static OrganisationKind kind_of(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        if (strcmp(KINDS[i].name, name) == 0)
            return KINDS[i].kind;
    ASSERT(false); /* partners.def names no other */
    return ORGANISATION_KIND_NONE;
}

/* Since when it is a partner follows from its acceptance. */
static void draft_of(Cast *cast, const InventedPartner *partner, int64_t agreed_us,
                     OrganisationDraft *ret)
{
    Arena *arena = cast->cx.arena;
    Str slug = slug_make(arena, str_from(partner->name));
    *ret =
        (OrganisationDraft){.item = {.topics = &cast->topics[partner->topic], .topic_count = 1},
                            .own = {.kind = kind_of(partner->kind),
                                    .founder = partner->founder,
                                    .offers = str_from(partner->offers),
                                    .seeks = str_from(partner->seeks),
                                    .website = arena_fmt(arena, "https://%.*s.example", SARG(slug)),
                                    .mail = arena_fmt(arena, "kontakt@%.*s.example", SARG(slug)),
                                    .town = S("Lindhafen"),
                                    .agreement = S("2023-12"),
                                    .agreement_us = agreed_us}};
    cast_place(cast, invented_district(str_from(partner->district)), &ret->item);
    ret->item.text = (ItemText){
        .lang = LANG_DE,
        .title = str_from(partner->name),
        .lead = arena_fmt(arena, "%s.", partner->offers),
        .body = arena_fmt(arena,
                          "Ansprechbar für alle, die im Handlungsfeld %s etwas vorhaben: mit "
                          "Erfahrung aus dem Alltag und Zeit für einen Versuch.",
                          INVENTED_TOPICS[partner->topic].de)};
}

static PersonId rep_of(const Cast *cast, size_t n)
{
    if (n == STADTWERKE)
        return cast->logins[CAST_REP];
    return cast->persons[CAST_ROLE_COUNT + n];
}

static Err office_step(Cast *cast, ItemId id, const char *verb, const char *reason)
{
    Item item;
    TRY(item_get_by_id(&cast->cx, id, &item));
    return item_step(&cast->cx, &ORGANISATION_MACHINE, &item, str_from(verb), str_from(reason),
                     &cast->events);
}

static Err add_people(Cast *cast, size_t n, const Item *item)
{
    static const char *const TITLES[] = {"Geschäftsführung",     "Digitale Projekte", "Vorstand",
                                         "Netzwerk und Partner", "Technik",           ""};
    Cx *cx = &cast->cx;
    Str title = str_from(TITLES[dice_below(&cast->dice, COUNT_OF(TITLES))]);
    TRY(organisation_join(cx, item, rep_of(cast, n), RELATION_REP, title, &cast->events));
    for (size_t i = 0; i < 2; i++) /* two colleagues each */
        TRY(organisation_join(cx, item,
                              cast->persons[CAST_ROLE_COUNT + CAST_PARTNERS_MAX + 2 * n + i],
                              RELATION_COLLEAGUE, S(""), &cast->events));
    if (n == HOCHSCHULE)
        TRY(organisation_join(cx, item, cast->logins[CAST_LEAD], RELATION_COLLEAGUE,
                              S("Professur für vernetzte Energie"), &cast->events));
    return OK;
}

/* Most representatives agree to be named. */
static Err show_rep(Cast *cast, size_t n, ItemId id)
{
    if (dice_in_100(&cast->dice, 20))
        return OK;
    cast_act(cast, rep_of(cast, n), ROLE_ALLIANCE, cast->clock.fixed_us);
    return organisation_show_me(&cast->cx, id, true);
}

static Err add_contributions(Cast *cast, size_t n, ItemId id, int64_t since_us)
{
    static const struct {
        ContributionKind kind;
        int64_t amount;
        const char *what;
    } ROWS[] = {{CONTRIBUTION_HOURS, 24 * 60, "Mitarbeit im Expertenteam"},
                {CONTRIBUTION_HOURS, 60 * 60, "Montage und Betreuung der Messstellen"},
                {CONTRIBUTION_MONEY, 250000, "Beitrag zum Gemeinschaftsstand"},
                {CONTRIBUTION_MONEY, 1200000, "Geräte für den Versuch"},
                {CONTRIBUTION_DATA, 3, "Messreihen zur freien Verwendung"}};
    Item item;
    TRY(item_get_by_id(&cast->cx, id, &item));
    for (size_t i = 0; i < 1 + n % 3; i++) {
        size_t row = dice_below(&cast->dice, COUNT_OF(ROWS));
        Contribution entry = {.kind = ROWS[row].kind,
                              .amount = ROWS[row].amount,
                              .on_us = since_us + (int64_t)(30 + 90 * i) * TIME_DAY_US,
                              .what = str_from(ROWS[row].what)};
        if (entry.on_us > cast->now_us)
            return OK;
        cast_act(cast, rep_of(cast, n), ROLE_ALLIANCE, entry.on_us + TIME_DAY_US);
        TRY(contribution_add(&cast->cx, &item, &entry, &cast->events));
    }
    return OK;
}

static Err make_partner(Cast *cast, size_t n)
{
    OrganisationDraft draft;
    Item item;
    size_t back = INVENTED_PARTNER_COUNT - n;
    bool queued = back <= LAST_ARE_QUEUED;
    size_t days = queued ? 2 + back * 3 : back * (365 * CAST_YEARS - 30) / INVENTED_PARTNER_COUNT;
    int64_t since_us = cast_days_ago(cast, days);
    draft_of(cast, &INVENTED_PARTNERS[n], since_us, &draft);
    cast_act(cast, cast->logins[CAST_OFFICE], ROLE_OFFICE, since_us);
    ItemId *id = &cast->partners[n];
    TRY(organisation_add(&cast->cx, &draft, S("applied"), &cast->events, id));
    TRY(item_get_by_id(&cast->cx, *id, &item));
    TRY(add_people(cast, n, &item));
    cast->partner_count++;
    cast->reps[n] = rep_of(cast, n);
    if (back <= 2)
        return OK;
    TRY(office_step(cast, *id, "review", ""));
    if (queued)
        return OK;
    TRY(office_step(cast, *id, "accept", ""));
    TRY(show_rep(cast, n, *id));
    TRY(add_contributions(cast, n, *id, since_us));
    if (n % 45 != 44)
        return OK;
    cast_act(cast, rep_of(cast, n), ROLE_ALLIANCE, cast_days_ago(cast, 40));
    return office_step(cast, *id, "pause", "Umbau im Betrieb, im Frühjahr sind wir wieder dabei.");
}

Err cast_partners(Cast *cast)
{
    ASSERT(INVENTED_PARTNER_COUNT <= CAST_PARTNERS_MAX);
    for (size_t n = 0; n < INVENTED_PARTNER_COUNT; n++) {
        ArenaMark mark = arena_mark(cast->cx.arena);
        TRY(make_partner(cast, n));
        cast->events = (Events){.arena = cast->cx.arena};
        arena_rewind(cast->cx.arena, mark);
    }
    return OK;
}

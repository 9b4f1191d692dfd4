/* The management of the founders' delegates, and seven expert teams with some 170 members. */
#include "people.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/seat.h"

enum {
    TEAM_MEMBERS = 24,
    HOCHSCHULE = 26, /* through which the lead sits that one can log in as */
    FOUNDED_DAYS = 365 * CAST_YEARS - 60
};

typedef struct Team {
    const char *title, *lead, *body, *title_en, *lead_en;
    TopicCode topic;
} Team;

static const Team TEAMS[] = {
    {"Expertenteam Energie", "Strom und Wärme sparen, ohne dass es jemand merkt.",
     "Das Team prüft Ideen zu Beleuchtung, Wärme und Speichern, begleitet Versuche im Bestand und "
     "sagt, was sich lohnt.",
     "Expert team Energy", "Saving power and heat without anybody noticing.", TOPIC_ENERGIE},
    {"Expertenteam Mobilität", "Wege, auf denen alle vorankommen.",
     "Das Team bringt Verkehrsbetriebe, Radfahrende und Lieferdienste an einen Tisch und schlägt "
     "Versuche mit klarer Messung vor.",
     "Expert team Mobility", "Ways on which everybody gets on.", TOPIC_MOBILITAET},
    {"Expertenteam Umwelt und Klima", "Messen, wo es heiß, laut und trocken ist, und handeln.",
     "Das Team pflegt das Messnetz, wertet es aus und schlägt Orte für Schatten und Wasser vor.",
     "Expert team Environment and climate", "Measuring where it is hot, loud and dry, and acting.",
     TOPIC_UMWELT},
    {"Expertenteam Wasser und Hafen", "Rechtzeitig warnen, sauber anlegen.",
     "Das Team verbindet Feuerwehr, Entwässerung und Hafen: von der Pegelmessung bis zum "
     "Landstrom.",
     "Expert team Water and harbour", "Warning in time, berthing cleanly.", TOPIC_WASSER},
    {"Expertenteam Digitale Verwaltung", "Verständlich, erreichbar, offen.",
     "Das Team macht Abläufe einfacher und achtet darauf, dass niemand ausgeschlossen wird.",
     "Expert team Digital administration", "Plain, within reach, open.", TOPIC_VERWALTUNG},
    {"Expertenteam Wirtschaft und Handel", "Was Betrieben hilft und der Stadt nützt.",
     "Das Team sucht Anwendungen, die sich tragen, und Betriebe, die sie ausprobieren.",
     "Expert team Business and trade", "What helps firms and serves the city.", TOPIC_WIRTSCHAFT},
    {"Expertenteam Leben und Lernen", "Gesund bleiben, neugierig bleiben.",
     "Das Team arbeitet mit Schulen, Pflege und Vereinen an Angeboten, die auch ohne Telefon "
     "gehen.",
     "Expert team Living and learning", "Staying healthy, staying curious.", TOPIC_GESUNDHEIT},
};

/* The n-th person of partner p: its representative, or one of two colleagues. */
static PersonId person_of(const Cast *cast, size_t p, size_t n)
{
    return n == 0 ? cast->reps[p]
                  : cast->persons[CAST_ROLE_COUNT + CAST_PARTNERS_MAX + 2 * p + n - 1];
}

static Err place(Cast *cast, const Item *body, PersonId person, size_t partner, RelationRole role,
                 const char *title)
{
    int64_t seat;
    SeatDraft draft = {.person = person,
                       .role = role,
                       .through = cast->partners[partner],
                       .title = str_from(title),
                       .placed = true,
                       .shown = !dice_in_100(&cast->dice, 25)};
    return seat_invite(&cast->cx, body, &draft, &cast->events, &seat);
}

static Err found(Cast *cast, BodyKind kind, const Team *team, int64_t at_us, Item *ret)
{
    ItemId id;
    ItemDraft draft = {.text = {.lang = LANG_DE,
                                .title = str_from(team->title),
                                .lead = str_from(team->lead),
                                .body = str_from(team->body)},
                       .topics = &cast->topics[team->topic],
                       .topic_count = kind == BODY_EXPERT};
    cast_act(cast, cast->logins[CAST_OFFICE], ROLE_OFFICE, at_us);
    TRY(body_add(&cast->cx, kind, &draft, &cast->events, &id));
    TRY(item_get_by_id(&cast->cx, id, ret));
    draft.text = (ItemText){
        .lang = LANG_EN, .title = str_from(team->title_en), .lead = str_from(team->lead_en)};
    TRY(body_change(&cast->cx, ret, ret->version, kind, &draft, &cast->events));
    return item_get_by_id(&cast->cx, id, ret);
}

static Err activate(Cast *cast, ItemId id)
{
    Item item;
    TRY(item_get_by_id(&cast->cx, id, &item));
    return item_step(&cast->cx, &BODY_MACHINE, &item, S("activate"), S(""), &cast->events);
}

static Err make_team(Cast *cast, size_t t)
{
    const Team *team = &TEAMS[t];
    Item body;
    TRY(found(cast, BODY_EXPERT, team, cast_days_ago(cast, FOUNDED_DAYS - t * 20), &body));
    cast->teams[t] = body.id;
    size_t lead = t ? (t * 13 + 6) % (cast->partner_count - 8) : HOCHSCHULE;
    cast->leads[t] = t ? person_of(cast, lead, 0) : cast->logins[CAST_LEAD];
    TRY(place(cast, &body, cast->leads[t], lead, RELATION_LEAD, "Leitung"));
    for (size_t i = 0, p = t * 3 + 1; i < TEAM_MEMBERS; i++, p += 5) {
        size_t partner = p % (cast->partner_count - 8);
        PersonId person = person_of(cast, partner, 1 + (t + i) % 2);
        bool paused = partner % 45 == 44;
        if (!paused && person.v != cast->leads[t].v)
            TRY(place(cast, &body, person, partner, RELATION_MEMBER, ""));
    }
    return activate(cast, body.id);
}

static Err make_management(Cast *cast)
{
    static const Team MANAGEMENT = {
        "Leitung der Allianz",
        "Die Delegierten der Gründungspartner.",
        "Die Leitung beschließt Strategie und Haushalt der Allianz und beruft die Expertenteams.",
        "Management of the alliance",
        "The delegates of the founding partners.",
        TOPIC_VERWALTUNG};
    Item body;
    bool first = true;
    TRY(found(cast, BODY_MANAGEMENT, &MANAGEMENT, cast_days_ago(cast, FOUNDED_DAYS + 20), &body));
    cast->management = body.id;
    for (size_t p = 0; p < cast->partner_count; p++) {
        if (!INVENTED_PARTNERS[p].founder)
            continue;
        TRY(place(cast, &body, cast->reps[p], p, first ? RELATION_LEAD : RELATION_MEMBER,
                  first ? "Sprecherin" : "Delegation"));
        first = false;
    }
    return activate(cast, body.id);
}

Err cast_bodies(Cast *cast)
{
    ASSERT(COUNT_OF(TEAMS) == CAST_TEAMS);
    TRY(make_management(cast));
    for (size_t t = 0; t < CAST_TEAMS; t++) {
        ArenaMark mark = arena_mark(cast->cx.arena);
        TRY(make_team(cast, t));
        cast->events = (Events){.arena = cast->cx.arena};
        arena_rewind(cast->cx.arena, mark);
    }
    return OK;
}

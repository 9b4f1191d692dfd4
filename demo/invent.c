#include "invent.h"

#include "base/buf.h"
#include "base/str.h"

uint64_t dice_next(Dice *dice)
{
    uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t dice_below(Dice *dice, size_t n)
{
    return (size_t)(dice_next(dice) % n);
}

bool dice_in_100(Dice *dice, unsigned percent)
{
    return dice_below(dice, 100) < percent;
}

const InventedTopic INVENTED_TOPICS[TOPIC_COUNT] = {
#define TOPIC(code, de, en) {de, en},
#include "topics.def"
#undef TOPIC
};

const InventedPartner INVENTED_PARTNERS[] = {
#define PARTNER(kind, founder, name, district, offers, seeks, topic)                               \
    {#kind, founder, name, district, offers, seeks, TOPIC_##topic},
#include "partners.def"
#undef PARTNER
};
const size_t INVENTED_PARTNER_COUNT = COUNT_OF(INVENTED_PARTNERS);

const InventedIdea INVENTED_IDEAS[] = {
#define IDEA(topic, title, lead, today, change, sign)                                              \
    {TOPIC_##topic, title, lead, today, change, sign},
#include "ideas.def"
#undef IDEA
};
const size_t INVENTED_IDEA_COUNT = COUNT_OF(INVENTED_IDEAS);

const InventedProject INVENTED_PROJECTS[] = {
#define PROJECT(topic, title, lead, title_en, lead_en, promise, investment, running, lifetime)     \
    {TOPIC_##topic, title, lead, title_en, lead_en, promise, investment, running, lifetime},
#include "projects.def"
#undef PROJECT
};
const size_t INVENTED_PROJECT_COUNT = COUNT_OF(INVENTED_PROJECTS);

const InventedGoal INVENTED_GOALS[] = {
#define GOAL(topic, title, text, title_en, text_en, target, year, indicator, why_not)              \
    {TOPIC_##topic, title, text, title_en, text_en, target, year, indicator, why_not},
#include "goals.def"
#undef GOAL
};
const size_t INVENTED_GOAL_COUNT = COUNT_OF(INVENTED_GOALS);

const InventedDistrict INVENTED_DISTRICTS[DISTRICT_COUNT] = {
    {"Innenstadt", "in der Innenstadt", "die Innenstadt", "der Innenstadt", 7.3000, 54.2000},
    {"Hafen", "im Hafen", "den Hafen", "dem Hafen", 7.2611, 54.2155},
    {"Nordmarkt", "am Nordmarkt", "den Nordmarkt", "dem Nordmarkt", 7.3121, 54.2244},
    {"Brackeln", "in Brackeln", "Brackeln", "Brackeln", 7.3631, 54.2122},
    {"Aplerfeld", "in Aplerfeld", "Aplerfeld", "Aplerfeld", 7.3698, 54.1845},
    {"Hörne", "in Hörne", "Hörne", "Hörne", 7.3228, 54.1780},
    {"Hombruch", "in Hombruch", "Hombruch", "Hombruch", 7.2745, 54.1731},
    {"Lütgen", "in Lütgen", "Lütgen", "Lütgen", 7.2248, 54.1927},
    {"Huckrath", "in Huckrath", "Huckrath", "Huckrath", 7.2195, 54.2236},
    {"Mengen", "in Mengen", "Mengen", "Mengen", 7.2611, 54.2383},
    {"Eving", "in Eving", "Eving", "Eving", 7.3309, 54.2431},
    {"Scharn", "in Scharn", "Scharn", "Scharn", 7.3792, 54.2342},
};

const InventedDistrict *invent_project_district(size_t n)
{
    return &INVENTED_DISTRICTS[(n / INVENTED_PROJECT_COUNT * 5 + n * 7) % DISTRICT_COUNT];
}

int64_t invent_project_age_days(size_t n)
{
    size_t since_last = INVENTED_PROJECTS_MADE - n;
    return (int64_t)(3 + since_last * INVENTED_PROJECT_YEARS_DAYS / INVENTED_PROJECTS_MADE);
}

#define FIRST(name) name,
#define LAST(name)
#define OPENING(text)
#define MIDDLE(text)
#define ENDING(text)
static const char *const FIRST_NAMES[] = {
#include "words.def"
};
#undef FIRST
#undef LAST
#define FIRST(name)
#define LAST(name) name,
static const char *const LAST_NAMES[] = {
#include "words.def"
};
#undef LAST
#undef OPENING
#define LAST(name)
#define OPENING(text) text,
static const char *const OPENINGS[] = {
#include "words.def"
};
#undef OPENING
#undef MIDDLE
#define OPENING(text)
#define MIDDLE(text) text,
static const char *const MIDDLES[] = {
#include "words.def"
};
#undef MIDDLE
#undef ENDING
#define MIDDLE(text)
#define ENDING(text) text,
static const char *const ENDINGS[] = {
#include "words.def"
};

Str invent_name(Arena *arena, size_t n)
{
    const char *first = FIRST_NAMES[n % COUNT_OF(FIRST_NAMES)];
    size_t round = n / COUNT_OF(FIRST_NAMES);
    const char *last = LAST_NAMES[(n * 5 + round) % COUNT_OF(LAST_NAMES)];
    return arena_fmt(arena, "%s %s", first, last);
}

static bool ends_in(Str text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_ends(text, str_from(words[i])))
            return true;
    return false;
}

/* What stands for {d} behind this text; *ret_cut bytes of the text make room for it. */
static const char *district_words(Str before, const InventedDistrict *district, size_t *ret_cut)
{
    static const char *const ACCUSATIVE[] = {"für ", "durch ", "um "};
    static const char *const DATIVE[] = {"von ", "aus ", "bei ", "zu "};
    *ret_cut = 0;
    if (str_eq(before, S("in ")) || str_ends(before, S(" in "))) {
        *ret_cut = 3;
        return district->in;
    }
    if (ends_in(before, ACCUSATIVE, COUNT_OF(ACCUSATIVE)))
        return district->where;
    return ends_in(before, DATIVE, COUNT_OF(DATIVE)) ? district->of : district->name;
}

size_t invented_district(Str name)
{
    for (size_t i = 0; i < DISTRICT_COUNT; i++)
        if (str_eq(name, str_from(INVENTED_DISTRICTS[i].name)))
            return i;
    ASSERT(false);
    return 0;
}

Str invent_fill(Arena *arena, const char *pattern, const InventedDistrict *district)
{
    Str rest = str_from(pattern);
    Buf out = buf_new(arena, rest.n + 200);
    for (ptrdiff_t at; (at = str_find(rest, S("{d}"))) >= 0;) {
        size_t cut;
        buf_put(&out, str_slice(rest, 0, (size_t)at));
        const char *words = district_words(buf_str(&out), district, &cut);
        buf_truncate(&out, out.n - cut);
        buf_put(&out, str_from(words));
        rest = str_from_index(rest, (size_t)at + 3);
    }
    buf_put(&out, rest);
    return buf_str(&out);
}

Str invent_post(Arena *arena, Dice *dice)
{
    Buf out = buf_new(arena, 1000);
    if (dice_in_100(dice, 70))
        buf_fmt(&out, "%s ", OPENINGS[dice_below(dice, COUNT_OF(OPENINGS))]);
    buf_put(&out, str_from(MIDDLES[dice_below(dice, COUNT_OF(MIDDLES))]));
    if (dice_in_100(dice, 50))
        buf_fmt(&out, "\n\n%s", ENDINGS[dice_below(dice, COUNT_OF(ENDINGS))]);
    return buf_str(&out);
}

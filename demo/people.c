#include "people.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/notice.h"
#include "core/outbox.h"

void cast_act(Cast *cast, PersonId person, uint32_t roles, int64_t at_us)
{
    cast->clock.fixed_us = at_us;
    cast->actor.person = person;
    cast->actor.roles = ROLE_ANYONE | ROLE_MEMBER | roles;
    cast->actor.may = permissions_of_roles(cast->actor.roles);
}

int64_t cast_days_ago(Cast *cast, size_t days)
{
    int64_t minutes = 8 * 60 + (int64_t)dice_below(&cast->dice, 11 * 60);
    return cast->now_us / TIME_DAY_US * TIME_DAY_US - (int64_t)(days + 1) * TIME_DAY_US +
           minutes * TIME_MINUTE_US;
}

const InventedDistrict *cast_place(Cast *cast, size_t n, ItemDraft *draft)
{
    const InventedDistrict *district = &INVENTED_DISTRICTS[n % DISTRICT_COUNT];
    draft->district = str_from(district->name);
    draft->place =
        (ItemPlace){.known = true,
                    .lon = district->lon + ((double)dice_below(&cast->dice, 200) - 100) * 0.00012,
                    .lat = district->lat + ((double)dice_below(&cast->dice, 200) - 100) * 0.00007};
    return district;
}

static Err make_topics(Cast *cast)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        TRY(topic_add(&cast->cx, str_from(INVENTED_TOPICS[i].de), str_from(INVENTED_TOPICS[i].en),
                      &cast->topics[i]));
    return OK;
}

/* Persons without a password: nobody logs in as one of them. */
static Err make_persons(Cast *cast)
{
    Arena *arena = cast->cx.arena;
    for (size_t i = 0; i < CAST_ROLE_COUNT; i++)
        cast->persons[cast->person_count++] = cast->logins[i];
    while (cast->person_count < CAST_PERSONS_MAX) {
        size_t n = cast->person_count;
        Str name = invent_name(arena, n);
        Str mail = arena_fmt(arena, "person%zu@lindhafen.example", n);
        cast->clock.fixed_us = cast_days_ago(cast, 365 * CAST_YEARS - n);
        TRY(person_add(&cast->cx, mail, name, S(""), n % 9 ? LANG_DE : LANG_EN, ROLE_MEMBER,
                       &cast->events, &cast->persons[n]));
        cast->person_count++;
    }
    return OK;
}

/* An idea that everybody reads, as new as there is one. */
static Err newest_idea(Cast *cast, Item *ret)
{
    size_t n = cast->idea_count;
    do {
        ASSERT(n > 0);
        TRY(item_get_unseen(&cast->cx, cast->ideas[--n], ret));
    } while (!ret->district.n || !str_eq(ret->state, S("published")));
    return OK;
}

/* Wanted since before the last Monday, so that the first mail is there soon after the start. */
static Err want_weekly(Cast *cast, PersonId person, Str district)
{
    cast_act(cast, person, 0, cast->now_us - 7 * TIME_DAY_US);
    TRY(person_set_district(&cast->cx, person, district));
    return notice_choose(&cast->cx, person, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_WEEKLY);
}

/* Who represents a partner in the idea's field, and is none of those that one can log in as. */
static Err find_fitting(Cast *cast, const Item *idea, PersonId *ret)
{
    for (size_t n = 0; n < cast->partner_count && !ret->v; n++) {
        Topic *topics, *wanted;
        size_t count, wanted_count;
        Item partner;
        TRY(item_get_unseen(&cast->cx, cast->partners[n], &partner));
        TRY(item_topics(&cast->cx, partner.id, &topics, &count));
        TRY(item_topics(&cast->cx, idea->id, &wanted, &wanted_count));
        bool fits = count && wanted_count && topics[0].id == wanted[0].id;
        if (fits && str_eq(partner.state, S("accepted")) && cast->reps[n].v &&
            cast->reps[n].v != cast->logins[CAST_REP].v)
            *ret = cast->reps[n];
    }
    return OK;
}

/* One in three says where they live; some want to be told of the week. */
static Err make_readers(Cast *cast)
{
    Item idea;
    PersonId fitting = {0};
    TRY(newest_idea(cast, &idea));
    for (size_t n = CAST_ROLE_COUNT; n < cast->person_count; n += 3) {
        Str own = str_from(INVENTED_DISTRICTS[n % DISTRICT_COUNT].name);
        TRY(person_set_district(&cast->cx, cast->persons[n], own));
    }
    TRY(want_weekly(cast, cast->logins[CAST_MEMBER], idea.district));
    TRY(want_weekly(cast, cast->logins[CAST_REP], idea.district));
    TRY(find_fitting(cast, &idea, &fitting));
    return fitting.v ? want_weekly(cast, fitting, S("")) : OK;
}

static const struct {
    const char *what;
    Err (*make)(Cast *cast);
} PARTS[] = {
    {"fields of action", make_topics},
    {"persons", make_persons},
    {"partners", cast_partners},
    {"teams", cast_bodies},
    {"strategy", cast_strategy},
    {"projects", cast_projects},
    {"ideas", cast_ideas},
    {"discussions", cast_posts},
    {"answers", cast_answers},
    {"meetings", cast_meetings},
    {"readers", make_readers},
};

Err people_fill(Cx *cx, const PersonId logins[CAST_ROLE_COUNT], void (*progress)(const char *what))
{
    Cast *cast = arena_new(cx->arena, Cast);
    cast->cx = *cx;
    cast->now_us = cx_now_us(cx);
    cast->clock = clock_fixed(cast->now_us);
    cast->actor = *cx->actor;
    cast->cx.actor = &cast->actor;
    cast->cx.clock = &cast->clock;
    cast->events = (Events){.arena = cx->arena};
    cast->dice.state = 2026;
    memcpy(cast->logins, logins, sizeof cast->logins);
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) {
        if (progress)
            progress(PARTS[i].what);
        TRY(PARTS[i].make(cast));
    }
    return outbox_drop(&cast->cx, S("mail")); /* they were for the past */
}

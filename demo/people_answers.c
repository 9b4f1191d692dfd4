/* What became of the ideas: who supports them, and what the project office answers. */
#include "people.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/answer.h"
#include "people/support.h"

typedef struct InventedAnswer {
    bool accepts;
    const char *body, *period;
} InventedAnswer;

static const InventedAnswer ANSWERS[] = {
#define ANSWER(accepts, body, period) {accepts, body, period},
#include "answers.def"
#undef ANSWER
};

enum {
    SUPPORT_DAYS = 60,      /* in which an idea finds most of its supporters */
    ANSWER_DAYS = 45,       /* after which there is an answer, at the earliest */
    LOOKED_AT_DAYS = 120,   /* within which ideas are still looked at */
    ANSWERED_PERCENT = 14,  /* of the ideas that are old enough */
    EVALUATED_PERCENT = 20, /* of the younger ones */
    PROJECT_PERCENT = 12    /* of what was taken up */
};

static Err support(Cast *cast, Dice *dice, const Item *idea, int64_t at_us)
{
    PersonId person = cast->persons[dice_below(dice, cast->person_count)];
    if (person.v == idea->author.v || at_us > cast->now_us)
        return OK;
    cast_act(cast, person, 0, at_us);
    return support_set(&cast->cx, idea, (ItemId){0}, true);
}

/* By its representative; every 45th partner has none of its own (people_partners.c). */
static Err support_as_partner(Cast *cast, Dice *dice, const Item *idea, int64_t at_us)
{
    size_t partner = dice_below(dice, cast->partner_count - 8);
    if (partner % 45 == 44 || at_us > cast->now_us)
        return OK;
    cast_act(cast, cast->reps[partner], ROLE_ALLIANCE, at_us);
    return support_set(&cast->cx, idea, cast->partners[partner], true);
}

/* A few are liked by many, most by some. */
static Err find_supporters(Cast *cast, Dice *dice, const Item *idea)
{
    size_t many = dice_in_100(dice, 4) ? 40 : 9, count = dice_below(dice, many);
    for (size_t i = 0; i <= count; i++) {
        int64_t hours = (int64_t)dice_below(dice, SUPPORT_DAYS * 24);
        int64_t at_us = idea->published_us + (hours + 1) * TIME_HOUR_US;
        TRY(i == 8 ? support_as_partner(cast, dice, idea, at_us)
                   : support(cast, dice, idea, at_us));
    }
    return OK;
}

static void act_as_office(Cast *cast, int64_t at_us)
{
    cast_act(cast, cast->logins[CAST_OFFICE], ROLE_OFFICE, at_us);
}

static Err answer(Cast *cast, Dice *dice, Item *idea, int64_t at_us)
{
    Cx *cx = &cast->cx;
    const InventedAnswer *chosen = &ANSWERS[dice_below(dice, COUNT_OF(ANSWERS))];
    AnswerDraft draft = {.accepts = chosen->accepts,
                         .body =
                             invent_fill(cx->arena, chosen->body,
                                         &INVENTED_DISTRICTS[invented_district(idea->district)]),
                         .cost = MONEY_NONE,
                         .period = str_from(chosen->period)};
    Answer prepared;
    act_as_office(cast, at_us - 2 * 24 * TIME_HOUR_US);
    TRY(item_step(cx, &IDEA_MACHINE, idea, S("evaluate"), S(""), &cast->events));
    TRY(answer_prepare(cx, idea, 0, &draft));
    act_as_office(cast, at_us);
    TRY(answer_prepared(cx, idea, &prepared));
    TRY(answer_publish(cx, idea, prepared.version, &cast->events));
    if (!chosen->accepts || !dice_in_100(dice, PROJECT_PERCENT))
        return OK;
    ItemId project;
    return idea_become_project(cx, idea, &cast->events, &project);
}

static Err decide(Cast *cast, Dice *dice, ItemId id)
{
    Cx *cx = &cast->cx;
    const int64_t day_us = 24 * TIME_HOUR_US;
    Item idea;
    act_as_office(cast, cast->now_us);
    Err err = item_get_by_id(cx, id, &idea);
    if (err == ERR_NOT_FOUND || (err == OK && !str_eq(idea.state, S("published"))))
        return OK; /* a draft of somebody's */
    TRY(err);
    TRY(find_supporters(cast, dice, &idea));
    int64_t age_days = (cast->now_us - idea.published_us) / day_us;
    int64_t wait_days = ANSWER_DAYS + (int64_t)dice_below(dice, LOOKED_AT_DAYS - ANSWER_DAYS);
    if (age_days > wait_days && dice_in_100(dice, ANSWERED_PERCENT))
        return answer(cast, dice, &idea, idea.published_us + wait_days * day_us);
    if (age_days < 7 || age_days > LOOKED_AT_DAYS || !dice_in_100(dice, EVALUATED_PERCENT))
        return OK;
    act_as_office(cast, cast->now_us - 2 * day_us);
    return item_step(cx, &IDEA_MACHINE, &idea, S("evaluate"), S(""), &cast->events);
}

Err cast_answers(Cast *cast)
{
    Dice dice = {.state =
                     UINT64_C(0x616e7377657273)}; /* its own: the other parts stay as they are */
    for (size_t n = 0; n < cast->idea_count; n++) {
        ArenaMark mark = arena_mark(cast->cx.arena);
        TRY(decide(cast, &dice, cast->ideas[n]));
        cast->events = (Events){.arena = cast->cx.arena};
        arena_rewind(cast->cx.arena, mark);
    }
    return OK;
}

/* About a thousand ideas of three years, most of them published. */
#include "people.h"

#include "base/str.h"
#include "people/idea.h"

static Str body_of(Arena *arena, const InventedIdea *idea, const InventedDistrict *district)
{
    Str today = invent_fill(arena, idea->today, district);
    Str change = invent_fill(arena, idea->change, district);
    Str sign = invent_fill(arena, idea->sign, district);
    return arena_fmt(arena,
                     "## Wie es heute ist\n\n%.*s\n\n## Was sich ändern soll\n\n%.*s\n\n"
                     "## Woran man es merkt\n\n%.*s",
                     SARG(today), SARG(change), SARG(sign));
}

/* Each template meets each district at most once. */
static Err make_idea(Cast *cast, size_t n, int64_t at_us)
{
    Cx *cx = &cast->cx;
    const InventedIdea *idea = &INVENTED_IDEAS[n % INVENTED_IDEA_COUNT];
    ItemDraft draft = {.topics = &cast->topics[idea->topic], .topic_count = 1};
    const InventedDistrict *district =
        cast_place(cast, (n / INVENTED_IDEA_COUNT + n * 5) % DISTRICT_COUNT, &draft);
    draft.text = (ItemText){.lang = LANG_DE,
                            .title = invent_fill(cx->arena, idea->title, district),
                            .lead = invent_fill(cx->arena, idea->lead, district),
                            .body = body_of(cx->arena, idea, district)};
    /* A few are not for everybody, and some stay drafts. */
    if (n % 40 == 7)
        draft.visibility = n % 80 == 7 ? AUDIENCE_ALLIANCE : AUDIENCE_OFFICE;
    PersonId author = cast->persons[dice_below(&cast->dice, cast->person_count)];
    Item item;
    cast_act(cast, author, 0, at_us);
    TRY(idea_add(cx, &draft, &cast->events, &cast->ideas[n]));
    if (dice_in_100(&cast->dice, 3))
        return OK;
    TRY(item_get_by_id(cx, cast->ideas[n], &item));
    return item_step(cx, &IDEA_MACHINE, &item, S("publish"), S(""), &cast->events);
}

Err cast_ideas(Cast *cast)
{
    for (size_t n = 0; n < CAST_IDEAS; n++) {
        ArenaMark mark = arena_mark(cast->cx.arena);
        size_t days = (CAST_IDEAS - 1 - n) * 365 * CAST_YEARS / CAST_IDEAS;
        TRY(make_idea(cast, n, cast_days_ago(cast, days)));
        cast->idea_count++;
        cast->events = (Events){.arena = cast->cx.arena};
        arena_rewind(cast->cx.arena, mark);
    }
    return OK;
}

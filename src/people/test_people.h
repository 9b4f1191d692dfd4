/* For tests only: persons who act, on either engine. */
#ifndef HANSE_PEOPLE_TEST_PEOPLE_H
#define HANSE_PEOPLE_TEST_PEOPLE_H

#include "core/person.h"
#include "core/test_core.h"
#include "people/idea.h"

/* From here on the actor is this person, with these roles; 0: a stranger. */
static inline UNUSED void act_as(TestCore *f, int64_t person, uint32_t roles)
{
    f->actor.person = (PersonId){person};
    f->actor.roles = ROLE_ANYONE | (person ? ROLE_MEMBER : 0u) | roles;
    f->actor.may = permissions_of_roles(f->actor.roles);
}

/* Adds a person of that name and gives the number. */
static inline UNUSED int64_t add_person(TestCore *f, const char *name)
{
    Cx *cx = &f->t.cx;
    PersonId id;
    assert_ok(cx, person_add(cx, arena_fmt(cx->arena, "%s@example.org", name), str_from(name),
                             S("x"), LANG_DE, ROLE_MEMBER, &f->events, &id));
    return id.v;
}

static inline UNUSED ItemDraft draft_of(const char *title)
{
    return (ItemDraft){
        .text = {
            .lang = LANG_DE, .title = str_from(title), .lead = S("Kurz."), .body = S("Lang.")}};
}

/* What everybody may read, in that state, without what belongs to its noun. */
static inline UNUSED ItemId open_item(TestCore *f, Noun noun, const char *title, const char *state)
{
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of(title);
    ItemId id;
    assert_ok(cx, item_add(cx, noun, str_from(state), AUDIENCE_PUBLIC, &draft, &id));
    return id;
}

/* An idea of that person's which everybody may read; the person is the actor from here on. */
static inline UNUSED Item published_idea(TestCore *f, int64_t person, const char *title)
{
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of(title);
    ItemId id;
    Item item;
    act_as(f, person, 0);
    assert_ok(cx, idea_add(cx, &draft, &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &item, S("publish"), S(""), &f->events));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    return item;
}

#endif

#include "people/seat.h"

#include "base/str.h"
#include "people/seat_store.h"
#include "people/tell.h"

/* ---- reading ---- */

static bool sees(const Cx *cx, uint32_t stand, const Seat *seat)
{
    PersonId me = cx->actor->person;
    if (me.v && seat->relation.person.v == me.v)
        return true;
    switch (seat->relation.state) {
    case RELATION_ASKED:
    case RELATION_INVITED:
        return stand & (STAND_LEAD | STAND_OFFICE);
    case RELATION_ACTIVE:
        return seat->shown || stand & STAND_ALLIANCE || body_is_inside(stand);
    case RELATION_ENDED:
        return body_is_inside(stand);
    case RELATION_STATE_COUNT_:
        break;
    }
    return false;
}

static bool sent_before(const Relation *relations, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (relations[i].state == RELATION_ACTIVE &&
            relations[i].through.v == relations[at].through.v)
            return true;
    return false;
}

static void count_active(const Relation *relations, size_t count, SeatList *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (relations[i].state != RELATION_ACTIVE)
            continue;
        ret->members++;
        ret->organisations += relations[i].through.v && !sent_before(relations, i);
    }
}

Err seat_list(Cx *cx, const Item *body, bool ended, SeatList *ret)
{
    Relation *relations;
    size_t count, kept = 0;
    uint32_t stand;
    TRY(item_stand(cx, body, &stand));
    TRY(relation_list(cx, body->id, ended, &relations, &count));
    Seat *seats = arena_array(cx->arena, Seat, count);
    for (size_t i = 0; i < count; i++)
        seats[i] = (Seat){.relation = relations[i], .message = S(""), .reason = S("")};
    TRY(seat_store_fill(cx, body->id, seats, count));
    *ret = (SeatList){.seats = seats};
    count_active(relations, count, ret);
    TRY(seat_store_kinds(cx, body->id, ret));
    for (size_t i = 0; i < count; i++)
        if (sees(cx, stand, &seats[i]))
            seats[kept++] = seats[i];
    ret->count = kept;
    return OK;
}

static Err not_there(Cx *cx, int64_t id)
{
    return fail(cx, ERR_NOT_FOUND, "relation.unknown", "there is no seat %lld", (long long)id);
}

Err seat_get(Cx *cx, const Item *body, int64_t id, Seat *ret)
{
    uint32_t stand;
    Seat seat = {.message = S(""), .reason = S("")};
    TRY(item_stand(cx, body, &stand));
    TRY(relation_get(cx, id, &seat.relation));
    if (seat.relation.item.v != body->id.v)
        return not_there(cx, id);
    TRY(seat_store_fill(cx, body->id, &seat, 1));
    if (!sees(cx, stand, &seat))
        return not_there(cx, id);
    *ret = seat;
    return OK;
}

Err seat_own(Cx *cx, const Item *body, bool *ret_found, Seat *ret)
{
    Relation relation;
    *ret_found = false;
    if (!cx->actor->person.v)
        return OK;
    TRY(relation_find(cx, cx->actor->person, body->id, ret_found, &relation));
    return *ret_found ? seat_get(cx, body, relation.id, ret) : OK;
}

static bool sends(const Relation *relation)
{
    return relation->state == RELATION_ACTIVE && relation_is_belonging(relation);
}

Err seat_organisations(Cx *cx, PersonId person, Item ret[SEAT_ORGANISATIONS_MAX], size_t *ret_count)
{
    Relation *relations;
    size_t count, found = 0;
    TRY(relation_of_person(cx, person, &relations, &count));
    for (size_t i = 0; i < count && found < SEAT_ORGANISATIONS_MAX; i++) {
        Item *organisation = &ret[found];
        if (!sends(&relations[i]))
            continue;
        TRY(item_get_unseen(cx, relations[i].item, organisation));
        bool twice = false;
        for (size_t k = 0; k < found; k++)
            twice |= ret[k].id.v == organisation->id.v;
        found += !twice && str_eq(organisation->state, S("accepted"));
    }
    *ret_count = found;
    return OK;
}

/* ---- what must hold ---- */

/* Whether the person belongs to that accepted partner; 0 becomes the first one. */
static Err find_through(Cx *cx, PersonId person, ItemId *through, bool *ret_found)
{
    Item organisations[SEAT_ORGANISATIONS_MAX];
    size_t count;
    TRY(seat_organisations(cx, person, organisations, &count));
    *ret_found = false;
    for (size_t i = 0; i < count && !*ret_found; i++)
        if (!through->v || organisations[i].id.v == through->v) {
            *through = organisations[i].id;
            *ret_found = true;
        }
    return OK;
}

static Err require_open(Cx *cx, const Item *body, PersonId person, bool asks)
{
    BodyKind kind;
    Relation relation;
    bool found;
    TRY(body_kind(cx, body->id, &kind));
    if (str_eq(body->state, S("dissolved")) || (asks && kind == BODY_MANAGEMENT))
        return fail(cx, ERR_CONFLICT, "seat.closed", "nobody can join this body");
    TRY(relation_find(cx, person, body->id, &found, &relation));
    if (found)
        return fail(cx, ERR_CONFLICT, "seat.there",
                    "the person is in it, has asked, or is invited already");
    return OK;
}

/* The seat of a body, and how the actor stands to the body. */
static Err find_seat(Cx *cx, const Item *body, int64_t id, Seat *ret, uint32_t *ret_stand)
{
    TRY(seat_get(cx, body, id, ret));
    return item_stand(cx, body, ret_stand);
}

static Err require_lead(Cx *cx, uint32_t stand)
{
    if (!(stand & (STAND_LEAD | STAND_OFFICE)))
        return fail(cx, ERR_DENIED, "seat.denied", "the body's lead and the office do this");
    return OK;
}

static Err require_own(Cx *cx, const Seat *seat)
{
    if (seat->relation.person.v != cx->actor->person.v)
        return fail(cx, ERR_DENIED, "seat.denied", "only the person does this");
    return OK;
}

static Err require_state(Cx *cx, const Seat *seat, RelationState state)
{
    if (seat->relation.state != state)
        return fail(cx, ERR_CONFLICT, "relation.state", "it has changed meanwhile");
    return OK;
}

static void check_text(Cx *cx, const char *key, Str text, size_t most)
{
    if (!str_is_utf8(text) || memchr(text.n ? text.p : "", 0, text.n) || text.n > most)
        flaw(cx, key, "a text of at most %zu bytes", most);
}

/* ---- telling ---- */

static Str seat_path(Arena *arena, const Item *body, int64_t id)
{
    Str path = item_path(arena, body);
    return arena_fmt(arena, "%.*s/sitze/%lld", SARG(path), (long long)id);
}

static Err tell_person(Cx *cx, MailKind kind, const Item *body, PersonId person, int64_t id,
                       int64_t at_us, Str reason)
{
    return tell_of(cx, kind, person, body->id, S(""), seat_path(cx->arena, body, id), at_us,
                   reason);
}

static Err tell_leads(Cx *cx, const Item *body, int64_t id, Str message)
{
    Relation *relations;
    size_t count;
    TRY(relation_list(cx, body->id, false, &relations, &count));
    for (size_t i = 0; i < count; i++)
        if (relations[i].role == RELATION_LEAD && relations[i].state == RELATION_ACTIVE)
            TRY(tell_of(cx, MAIL_SEAT_ASKED, relations[i].person, body->id, cx->actor->name,
                        seat_path(cx->arena, body, id), 0, message));
    return OK;
}

/* ---- asking ---- */

Err seat_ask(Cx *cx, const Item *body, ItemId through, Str message, bool shown, Events *events,
             int64_t *ret)
{
    bool sent;
    int64_t id;
    (void)events;
    PersonId me = cx->actor->person;
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(require_open(cx, body, me, true));
    TRY(find_through(cx, me, &through, &sent));
    if (!sent)
        flaw(cx, "seat.through", "members are sent by an accepted partner that they belong to");
    message = str_trim(message);
    check_text(cx, "seat.message", message, SEAT_MESSAGE_BYTES_MAX);
    TRY(flaws_end(cx));
    TRY(relation_add(cx, me, RELATION_MEMBER, body->id, through, S(""), RELATION_ASKED, &id));
    TRY(seat_store_put(cx, id, message, shown));
    *ret = id;
    return tell_leads(cx, body, id, message);
}

Err seat_decide(Cx *cx, const Item *body, int64_t id, bool accept, Str reason, Events *events)
{
    Seat seat;
    uint32_t stand;
    (void)events;
    TRY(find_seat(cx, body, id, &seat, &stand));
    TRY(require_lead(cx, stand));
    TRY(require_state(cx, &seat, RELATION_ASKED));
    reason = str_trim(reason);
    if (!accept && !reason.n)
        flaw(cx, "seat.reason", "say why, for the person who asked");
    check_text(cx, "seat.reason", reason, REASON_BYTES_MAX);
    TRY(flaws_end(cx));
    TRY(relation_set_state(cx, id, accept ? RELATION_ACTIVE : RELATION_ENDED));
    TRY(seat_store_decide(cx, id, reason));
    return tell_person(cx, accept ? MAIL_SEAT_ACCEPTED : MAIL_SEAT_DECLINED, body,
                       seat.relation.person, id, 0, reason);
}

/* ---- inviting ---- */

Err seat_invite(Cx *cx, const Item *body, const SeatDraft *draft, Events *events, int64_t *ret)
{
    uint32_t stand;
    bool sent;
    int64_t id;
    ItemId through = draft->through;
    (void)events;
    TRY(item_stand(cx, body, &stand));
    TRY(require_lead(cx, stand));
    bool office = stand & STAND_OFFICE;
    if (!office && (draft->placed || draft->role == RELATION_LEAD))
        return fail(cx, ERR_DENIED, "seat.denied", "the office does this");
    TRY(require_open(cx, body, draft->person, false));
    TRY(find_through(cx, draft->person, &through, &sent));
    if (!sent && (!office || through.v))
        flaw(cx, "seat.through", "members are sent by an accepted partner that they belong to");
    check_text(cx, "seat.title", draft->title, RELATION_TITLE_BYTES_MAX);
    TRY(flaws_end(cx));
    TRY(relation_add(cx, draft->person, draft->role, body->id, through, str_trim(draft->title),
                     draft->placed ? RELATION_ACTIVE : RELATION_INVITED, &id));
    TRY(seat_store_put(cx, id, S(""), draft->placed && draft->shown));
    *ret = id;
    return tell_person(cx, draft->placed ? MAIL_SEAT_ACCEPTED : MAIL_SEAT_INVITED, body,
                       draft->person, id, 0, S(""));
}

Err seat_answer(Cx *cx, const Item *body, int64_t id, bool accept, ItemId through, bool shown,
                Events *events)
{
    Seat seat;
    uint32_t stand;
    (void)events;
    TRY(find_seat(cx, body, id, &seat, &stand));
    TRY(require_own(cx, &seat));
    TRY(require_state(cx, &seat, RELATION_INVITED));
    if (!accept)
        return relation_set_state(cx, id, RELATION_ENDED);
    if (through.v && through.v != seat.relation.through.v) {
        bool sent;
        TRY(find_through(cx, seat.relation.person, &through, &sent));
        if (!sent)
            flaw(cx, "seat.through", "members are sent by an accepted partner they belong to");
        TRY(flaws_end(cx));
        TRY(relation_set_through(cx, id, through));
    }
    TRY(seat_store_show(cx, id, shown));
    return relation_set_state(cx, id, RELATION_ACTIVE);
}

/* ---- later ---- */

Err seat_show(Cx *cx, const Item *body, int64_t id, bool shown)
{
    Seat seat;
    uint32_t stand;
    TRY(find_seat(cx, body, id, &seat, &stand));
    TRY(require_own(cx, &seat));
    return seat_store_show(cx, id, shown);
}

/* An active body keeps a lead who stays. */
static Err require_other_lead(Cx *cx, const Item *body, const Seat *seat)
{
    int64_t others = 0;
    if (seat->relation.role != RELATION_LEAD || !str_eq(body->state, S("active")))
        return OK;
    TRY(seat_store_count_other_leads(cx, body->id, seat->relation.id, &others));
    if (!others)
        return fail(cx, ERR_CONFLICT, "seat.last_lead",
                    "first somebody else has to lead, or the body has to rest");
    return OK;
}

Err seat_set(Cx *cx, const Item *body, int64_t id, RelationRole role, Str title, Events *events)
{
    Seat seat;
    uint32_t stand;
    (void)events;
    TRY(find_seat(cx, body, id, &seat, &stand));
    TRY(require_lead(cx, stand));
    TRY(require_state(cx, &seat, RELATION_ACTIVE));
    title = str_trim(title);
    check_text(cx, "seat.title", title, RELATION_TITLE_BYTES_MAX);
    TRY(flaws_end(cx));
    if (!(stand & STAND_OFFICE))
        role = seat.relation.role;
    if (role != RELATION_LEAD)
        TRY(require_other_lead(cx, body, &seat));
    return relation_set_role(cx, id, role == RELATION_LEAD ? RELATION_LEAD : RELATION_MEMBER,
                             title);
}

Err seat_end(Cx *cx, const Item *body, int64_t id, int64_t until_us, Events *events)
{
    Seat seat;
    uint32_t stand;
    (void)events;
    TRY(find_seat(cx, body, id, &seat, &stand));
    if (seat.relation.person.v != cx->actor->person.v)
        TRY(require_lead(cx, stand));
    if (seat.relation.state == RELATION_ENDED)
        return OK; /* a second click */
    if (seat.relation.state != RELATION_ACTIVE)
        return relation_set_state(cx, id, RELATION_ENDED);
    TRY(require_other_lead(cx, body, &seat));
    if (until_us < seat.relation.from_us)
        flaw(cx, "seat.until", "a seat ends after it began");
    TRY(flaws_end(cx));
    TRY(relation_end(cx, id, until_us));
    return tell_person(cx, MAIL_SEAT_ENDED, body, seat.relation.person, id, until_us, S(""));
}

#include "people/organisation.h"

#include "base/str.h"
#include "base/uri.h"
#include "core/audit.h"
#include "core/mail.h"
#include "core/notice.h"
#include "people/application.h"
#include "people/contribution.h"
#include "people/organisation_store.h"

static const Str KIND_NAMES[ORGANISATION_KIND_COUNT_] = {
    [ORGANISATION_COMPANY] = S_INIT("company"),
    [ORGANISATION_START_UP] = S_INIT("start_up"),
    [ORGANISATION_GLOBAL] = S_INIT("global_company"),
    [ORGANISATION_SCIENCE] = S_INIT("science"),
    [ORGANISATION_ASSOCIATION] = S_INIT("association"),
    [ORGANISATION_CHAMBER] = S_INIT("chamber"),
    [ORGANISATION_INSTITUTION] = S_INIT("institution"),
    [ORGANISATION_POLITICS] = S_INIT("politics"),
    [ORGANISATION_ADMINISTRATION] = S_INIT("administration"),
};

Str organisation_kind_name(OrganisationKind kind)
{
    return kind < ORGANISATION_KIND_COUNT_ ? KIND_NAMES[kind] : S("");
}

bool organisation_kind_parse(Str name, OrganisationKind *ret)
{
    for (size_t i = 0; i < ORGANISATION_KIND_COUNT_; i++)
        if (str_eq(name, KIND_NAMES[i])) {
            *ret = (OrganisationKind)i;
            return true;
        }
    return false;
}

/* ---- the machine ---- */

static const MachineState STATES[] = {
    {"interested", AUDIENCE_OFFICE}, {"applied", AUDIENCE_OFFICE}, {"review", AUDIENCE_OFFICE},
    {"accepted", AUDIENCE_PUBLIC},   {"paused", AUDIENCE_PUBLIC},  {"left", AUDIENCE_ALLIANCE},
    {"declined", AUDIENCE_OFFICE},
};

#define OWN_PEOPLE (STAND_REP | STAND_OFFICE)

static const Step STEPS[] = {
    {"interested", "apply", "applied", STAND_OFFICE, 0},
    {"interested", "decline", "declined", STAND_OFFICE, STEP_REASON | STEP_DANGER},
    {"applied", "review", "review", STAND_OFFICE, 0},
    {"applied", "decline", "declined", STAND_OFFICE, STEP_REASON | STEP_DANGER},
    {"review", "accept", "accepted", STAND_OFFICE, 0},
    {"review", "decline", "declined", STAND_OFFICE, STEP_REASON | STEP_DANGER},
    {"declined", "reopen", "review", STAND_OFFICE, STEP_REASON},
    {"accepted", "pause", "paused", OWN_PEOPLE, STEP_REASON},
    {"accepted", "leave", "left", OWN_PEOPLE, STEP_REASON | STEP_DANGER},
    {"paused", "resume", "accepted", OWN_PEOPLE, 0},
    {"paused", "leave", "left", OWN_PEOPLE, STEP_REASON | STEP_DANGER},
    {"left", "reopen", "review", STAND_OFFICE, STEP_REASON},
};

static bool is_verb(const Step *step, const char *verb)
{
    return strcmp(step->verb, verb) == 0;
}

static bool is_state(const Step *step, const char *to)
{
    return strcmp(step->to, to) == 0;
}

/* The alliance's members are those of its accepted partners. */
static Err set_alliance_of_all(Cx *cx, ItemId id, bool belongs, Events *events)
{
    Relation *relations;
    size_t count;
    TRY(relation_list(cx, id, false, &relations, &count));
    for (size_t i = 0; i < count; i++)
        if (relations[i].state == RELATION_ACTIVE)
            TRY(person_set_alliance(cx, relations[i].person, id.v, belongs, events));
    return OK;
}

/* What accepted means; all that is missing at once. */
static Err check_accepted(Cx *cx, ItemId id, const OrganisationOwn *own)
{
    int64_t reps;
    TRY(relation_count(cx, id, RELATION_REP, &reps));
    if (own->kind == ORGANISATION_KIND_NONE)
        flaw(cx, "organisation.kind_missing", "it has no kind yet");
    if (!own->agreement.n || !own->agreement_us)
        flaw(cx, "organisation.agreement_missing", "no agreement was accepted yet");
    if (reps == 0)
        flaw(cx, "organisation.rep_missing", "nobody represents it yet");
    return flaws_end(cx);
}

static Err put_own(Cx *cx, const Item *item, const OrganisationOwn *own)
{
    return organisation_store_put(cx, item->id, own,
                                  organisation_name_key(cx->arena, item->text.title),
                                  organisation_domain(cx->arena, own->mail));
}

static Err become_partner(Cx *cx, const Item *item, Events *events)
{
    OrganisationOwn own;
    TRY(organisation_own(cx, item->id, &own));
    TRY(check_accepted(cx, item->id, &own));
    if (!own.since_us) {
        own.since_us = cx_now_us(cx);
        TRY(put_own(cx, item, &own));
    }
    return set_alliance_of_all(cx, item->id, true, events);
}

static Err after(Cx *cx, Item *item, const Step *step, Str reason, Events *events)
{
    if (is_verb(step, "decline"))
        return application_decline(cx, item, reason);
    if (is_verb(step, "accept"))
        TRY(application_accept(cx, item, events));
    if (is_state(step, "accepted"))
        return become_partner(cx, item, events);
    if (is_verb(step, "pause") || is_verb(step, "leave"))
        TRY(set_alliance_of_all(cx, item->id, false, events));
    return is_verb(step, "leave") ? relation_end_all(cx, item->id) : OK;
}

static void put_text(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

static void put_number(JsonOut *out, Str name, int64_t number)
{
    json_name(out, name);
    json_put_i64(out, number);
}

static void put_contribution(JsonOut *out, const Contribution *one)
{
    json_begin(out, '{');
    put_number(out, S("id"), one->id);
    put_text(out, S("kind"), contribution_kind_name(one->kind));
    put_number(out, S("amount"), one->amount);
    put_number(out, S("on_us"), one->on_us);
    put_text(out, S("what"), one->what);
    put_number(out, S("person"), one->person.v);
    json_end(out, '}');
}

enum { OWN_BYTES_MAX = 900 << 10 };

static Err own_json(Cx *cx, ItemId id, Str *ret_json)
{
    OrganisationOwn own;
    Contribution *entries;
    size_t count;
    TRY(organisation_own(cx, id, &own));
    TRY(contribution_list(cx, id, &entries, &count));
    Buf text = buf_new(cx->arena, OWN_BYTES_MAX);
    JsonOut out = json_out(&text);
    json_begin(&out, '{');
    put_text(&out, S("kind"), organisation_kind_name(own.kind));
    put_number(&out, S("founder"), own.founder);
    put_text(&out, S("offers"), own.offers);
    put_text(&out, S("seeks"), own.seeks);
    put_text(&out, S("website"), own.website);
    put_text(&out, S("register"), own.register_number);
    put_text(&out, S("mail"), own.mail);
    put_text(&out, S("phone"), own.phone);
    put_text(&out, S("street"), own.street);
    put_text(&out, S("postcode"), own.postcode);
    put_text(&out, S("town"), own.town);
    put_number(&out, S("since_us"), own.since_us);
    put_text(&out, S("agreement"), own.agreement);
    put_number(&out, S("agreement_us"), own.agreement_us);
    json_name(&out, S("contributions"));
    json_begin(&out, '[');
    for (size_t i = 0; i < count; i++)
        put_contribution(&out, &entries[i]);
    json_end(&out, ']');
    json_end(&out, '}');
    if (text.overflow)
        return fail(cx, ERR_LIMIT, "item.large", "its entries are larger than %d bytes",
                    OWN_BYTES_MAX);
    *ret_json = buf_str(&text);
    return OK;
}

/* What it offers and seeks is what people look for. */
static Err words(Cx *cx, ItemId id, Str *ret)
{
    OrganisationOwn own;
    TRY(organisation_own(cx, id, &own));
    *ret =
        arena_fmt(cx->arena, "%.*s\n%.*s\n%.*s", SARG(own.offers), SARG(own.seeks), SARG(own.town));
    return OK;
}

static bool may_edit(const Item *item, uint32_t stand)
{
    (void)item;
    return organisation_may_edit(stand);
}

const Machine ORGANISATION_MACHINE = {
    .noun = NOUN_ORGANISATION,
    .states = STATES,
    .state_count = COUNT_OF(STATES),
    .steps = STEPS,
    .step_count = COUNT_OF(STEPS),
    .after = after,
    .own = own_json,
    .may_edit = may_edit,
    .words = words,
};

/* ---- what a form says ---- */

/* One thing a line, without bullets, blanks and empty lines. */
static Str clean_lines(Arena *arena, Str text)
{
    Buf out = buf_new(arena, text.n + 1);
    while (text.p) {
        Str line = str_trim(str_cut(&text, '\n'));
        while (line.n && (line.p[0] == '-' || line.p[0] == '*' || line.p[0] == ' '))
            line = str_from_index(line, 1);
        if (str_starts(line, S("\xe2\x80\xa2")))
            line = str_trim(str_from_index(line, 3));
        if (!line.n)
            continue;
        if (out.n)
            buf_char(&out, '\n');
        buf_put(&out, line);
    }
    return out.n ? buf_str(&out) : S("");
}

/* "www.example.org" is meant as a page of it. */
static Str clean_website(Arena *arena, Str text)
{
    text = str_trim(text);
    if (!text.n || str_find(text, S(":")) >= 0 || str_find_char(text, '.') < 0)
        return text;
    return arena_fmt(arena, "https://%.*s", SARG(text));
}

static OrganisationOwn clean(Arena *arena, const OrganisationOwn *own)
{
    OrganisationOwn ret = *own;
    ret.offers = clean_lines(arena, own->offers);
    ret.seeks = clean_lines(arena, own->seeks);
    ret.website = clean_website(arena, own->website);
    ret.register_number = str_trim(own->register_number);
    ret.mail = str_trim(own->mail);
    ret.phone = str_trim(own->phone);
    ret.street = str_trim(own->street);
    ret.postcode = str_trim(own->postcode);
    ret.town = str_trim(own->town);
    ret.agreement = str_trim(own->agreement);
    return ret;
}

/* One line of text: no control characters, which mails and cards would take for line ends. */
static bool is_line(Str text, size_t most)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    return text.n <= most && str_is_utf8(text);
}

static void check_line(Cx *cx, const char *key, Str text, size_t most)
{
    if (!is_line(text, most))
        flaw(cx, key, "one line of at most %zu bytes", most);
}

static void check_lines(Cx *cx, const char *key, Str text)
{
    size_t count = 0;
    bool good = true;
    while (text.n) {
        good &= is_line(str_cut(&text, '\n'), ORGANISATION_LINE_BYTES_MAX);
        count++;
    }
    if (!good || count > ORGANISATION_LINES_MAX)
        flaw(cx, key, "at most %d lines, each of at most %d bytes", ORGANISATION_LINES_MAX,
             ORGANISATION_LINE_BYTES_MAX);
}

/* A page of the web that everyone may be led to: nothing that runs, no name that hides another. */
static bool is_website(Str url)
{
    Str rest = url;
    Str scheme = str_cut(&rest, ':');
    if (!str_eq_nocase(scheme, S("https")) && !str_eq_nocase(scheme, S("http")))
        return false;
    if (!str_starts(rest, S("//")) || rest.n < 5 || !uri_is_absolute(url))
        return false;
    rest = str_from_index(rest, 2);
    Str host = str_cut(&rest, '/');
    return host.n && str_find_char(host, '@') < 0 && str_find_char(host, '.') > 0;
}

void organisation_check(Cx *cx, const OrganisationDraft *draft)
{
    OrganisationOwn own = clean(cx->arena, &draft->own);
    item_check(cx, &draft->item);
    check_lines(cx, "organisation.offers", own.offers);
    check_lines(cx, "organisation.seeks", own.seeks);
    if (own.website.n &&
        (!is_line(own.website, ORGANISATION_URL_BYTES_MAX) || !is_website(own.website)))
        flaw(cx, "organisation.website", "\"%.*s\" is no address of a web page", SARG(own.website));
    if (own.mail.n && !person_is_mail(own.mail))
        flaw(cx, "organisation.mail", "\"%.*s\" is no mail address", SARG(own.mail));
    check_line(cx, "organisation.phone", own.phone, ORGANISATION_FIELD_BYTES_MAX);
    check_line(cx, "organisation.street", own.street, ORGANISATION_FIELD_BYTES_MAX);
    check_line(cx, "organisation.postcode", own.postcode, 20);
    check_line(cx, "organisation.town", own.town, ORGANISATION_FIELD_BYTES_MAX);
    check_line(cx, "organisation.register", own.register_number, ORGANISATION_FIELD_BYTES_MAX);
    check_line(cx, "organisation.agreement", own.agreement, ORGANISATION_AGREEMENT_BYTES_MAX);
    if (own.since_us == ORGANISATION_DAY_UNREAD)
        flaw(cx, "organisation.since", "this is no day");
    if (own.agreement_us == ORGANISATION_DAY_UNREAD || (own.agreement.n && !own.agreement_us))
        flaw(cx, "organisation.agreed_on", "say when the agreement was accepted");
}

/* ---- adding and changing ---- */

static Err add(Cx *cx, const OrganisationDraft *draft, Str state, Events *events, ItemId *ret)
{
    Item item;
    ItemId id;
    organisation_check(cx, draft);
    TRY(flaws_end(cx));
    TRY(item_add(cx, NOUN_ORGANISATION, state, AUDIENCE_OFFICE, &draft->item, &id));
    TRY(item_get_unseen(cx, id, &item));
    OrganisationOwn own = clean(cx->arena, &draft->own);
    TRY(put_own(cx, &item, &own));
    TRY(item_keep(cx, id, NOUN_ORGANISATION, S("add"), S(""), events));
    *ret = id;
    return OK;
}

Err organisation_add(Cx *cx, const OrganisationDraft *draft, Str state, Events *events, ItemId *ret)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    ASSERT(str_eq(state, S("interested")) || str_eq(state, S("applied")));
    return add(cx, draft, state, events, ret);
}

Err organisation_apply(Cx *cx, const OrganisationDraft *draft, Events *events, ItemId *ret)
{
    return add(cx, draft, S("applied"), events, ret);
}

bool organisation_may_edit(uint32_t stand)
{
    return stand & OWN_PEOPLE;
}

/* What the office alone decides stays as it is. */
static void keep_decided(OrganisationOwn *own, const OrganisationOwn *old)
{
    own->kind = old->kind;
    own->founder = old->founder;
    own->register_number = old->register_number;
    own->since_us = old->since_us;
    own->agreement = old->agreement;
    own->agreement_us = old->agreement_us;
}

Err organisation_change(Cx *cx, Item *item, int64_t version, const OrganisationDraft *draft,
                        Events *events)
{
    uint32_t stand;
    OrganisationOwn old, own = clean(cx->arena, &draft->own);
    TRY(item_stand(cx, item, &stand));
    if (!organisation_may_edit(stand))
        return fail(cx, ERR_DENIED, "organisation.edit", "its representatives change it");
    TRY(organisation_own(cx, item->id, &old));
    if (!(stand & STAND_OFFICE))
        keep_decided(&own, &old);
    organisation_check(cx, &(OrganisationDraft){draft->item, own});
    TRY(flaws_end(cx));
    TRY(item_expect(cx, item, version));
    Str name = item->text.title;
    TRY(item_change(cx, item, &draft->item,
                    machine_state(&ORGANISATION_MACHINE, item->state)->audience));
    /* Others are compared with the name in its first language. */
    Item named = *item;
    if (item->text.lang != item->lang)
        named.text.title = name;
    TRY(put_own(cx, &named, &own));
    if (organisation_is_partner(item))
        TRY(check_accepted(cx, item->id, &own));
    return item_keep(cx, item->id, NOUN_ORGANISATION, S("change"), S(""), events);
}

Err organisation_own(Cx *cx, ItemId id, OrganisationOwn *ret)
{
    bool found;
    TRY(organisation_store_get(cx, id, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no organisation %lld",
                    (long long)id.v);
    return OK;
}

Err organisation_count(Cx *cx, Str state, int64_t *ret)
{
    return organisation_store_count(cx, state, ret);
}

/* ---- its people ---- */

Err organisation_people(Cx *cx, ItemId id, Relation **ret, size_t *ret_count)
{
    bool all = cx->actor->roles & (ROLE_ALLIANCE | ROLE_EDITOR | ROLE_OFFICE);
    return organisation_store_people(cx, id, !all, cx->actor->person, ret, ret_count);
}

Err organisation_show_me(Cx *cx, ItemId id, bool shown)
{
    TRY(organisation_store_show(cx, id, cx->actor->person, shown));
    return audit_add_number(cx, S("organisation.show_me"), S("organisation"), id.v,
                            shown ? S("shown") : S("hidden"));
}

Err organisation_am_shown(Cx *cx, ItemId id, bool *ret)
{
    return organisation_store_is_shown(cx, id, cx->actor->person, ret);
}

Err organisation_join(Cx *cx, const Item *item, PersonId person, RelationRole role, Str title,
                      Events *events)
{
    int64_t relation;
    TRY(relation_add(cx, person, role, item->id, (ItemId){0}, title, RELATION_ACTIVE, &relation));
    if (!str_eq(item->state, S("accepted")))
        return OK;
    return person_set_alliance(cx, person, item->id.v, true, events);
}

bool organisation_is_partner(const Item *item)
{
    return str_eq(item->state, S("accepted")) || str_eq(item->state, S("paused"));
}

static Err check_not_last(Cx *cx, const Item *item, const Relation *relation)
{
    int64_t reps;
    if (relation->role != RELATION_REP || relation->state != RELATION_ACTIVE ||
        !organisation_is_partner(item))
        return OK;
    TRY(relation_count(cx, item->id, RELATION_REP, &reps));
    if (reps <= 1)
        return fail(cx, ERR_CONFLICT, "organisation.last_rep",
                    "the last representative needs a successor first");
    return OK;
}

/* The relation, if it is one of this organisation and the actor may change it. */
static Err admit_people(Cx *cx, const Item *item, int64_t id, bool own, Relation *ret)
{
    uint32_t stand;
    TRY(relation_get(cx, id, ret));
    TRY(item_stand(cx, item, &stand));
    if (ret->item.v != item->id.v)
        return fail(cx, ERR_NOT_FOUND, "relation.unknown", "it belongs to another organisation");
    if (!(stand & OWN_PEOPLE) && !(own && ret->person.v == cx->actor->person.v))
        return fail(cx, ERR_DENIED, "organisation.people", "its representatives decide that");
    return OK;
}

/* The alliance, for somebody who may belong to the organisation by another relation still. */
static Err leave_alliance(Cx *cx, const Item *item, PersonId person, Events *events)
{
    Relation *relations;
    size_t count;
    TRY(relation_list(cx, item->id, false, &relations, &count));
    for (size_t i = 0; i < count; i++)
        if (relations[i].person.v == person.v && relations[i].state == RELATION_ACTIVE)
            return OK;
    TRY(organisation_store_show(cx, item->id, person, false));
    return person_set_alliance(cx, person, item->id.v, false, events);
}

Err organisation_end(Cx *cx, const Item *item, int64_t id, Events *events)
{
    Relation relation;
    TRY(admit_people(cx, item, id, true, &relation));
    TRY(check_not_last(cx, item, &relation));
    TRY(relation_set_state(cx, id, RELATION_ENDED));
    TRY(leave_alliance(cx, item, relation.person, events));
    if (relation.person.v == cx->actor->person.v || relation.state != RELATION_ACTIVE)
        return OK;
    return mail_add(cx, &(MailDraft){.kind = MAIL_MEMBER_ENDED,
                                     .person = relation.person,
                                     .who = cx->actor->name,
                                     .what = item->text.title});
}

Err organisation_set_role(Cx *cx, const Item *item, int64_t id, RelationRole role, Str title,
                          Events *events)
{
    Relation relation;
    (void)events;
    TRY(admit_people(cx, item, id, false, &relation));
    if (role != RELATION_REP && role != RELATION_COLLEAGUE)
        return fail(cx, ERR_INVALID, "organisation.role", "representative or colleague");
    if (role != RELATION_REP)
        TRY(check_not_last(cx, item, &relation));
    TRY(relation_set_role(cx, id, role, title));
    /* A membership that nobody has answered yet is told of by its invitation. */
    if (role == relation.role || relation.state != RELATION_ACTIVE)
        return OK;
    return notice_add(cx, &(NoticeDraft){.kind = NOTICE_PART,
                                         .person = relation.person,
                                         .item = item->id.v,
                                         .who = cx->actor->name,
                                         .what = item->text.title,
                                         .path = item_path(cx->arena, item)});
}

Err organisation_needs(Cx *cx, PersonId person, bool *ret, Str *ret_name, ItemId *ret_id)
{
    TRY(organisation_store_needs(cx, person, ret_id, ret_name));
    *ret = ret_id->v != 0;
    return OK;
}

Err organisation_like(Cx *cx, ItemId id, OrganisationLike **ret, size_t *ret_count)
{
    Item item;
    OrganisationOwn own;
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(item_get_unseen(cx, id, &item));
    TRY(organisation_own(cx, id, &own));
    return organisation_store_like(cx, id, organisation_name_key(cx->arena, item.text.title),
                                   organisation_domain(cx->arena, own.mail), own.register_number,
                                   ret, ret_count);
}

#include "people/application.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/mail.h"
#include "core/stamp.h"
#include "people/application_store.h"
#include "people/invitation.h"

enum { DECIDED_DAYS = 365, DOC_BYTES_MAX = 128 << 10 };

/* ---- the organisation's fields as JSON, while they are no item ---- */

static void put_text(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

static void put_place(JsonOut *out, const ItemPlace *place)
{
    if (!place->known)
        return;
    json_name(out, S("lon"));
    json_put_f64(out, place->lon);
    json_name(out, S("lat"));
    json_put_f64(out, place->lat);
}

static Str doc_of(Arena *arena, const OrganisationDraft *draft)
{
    const ItemDraft *item = &draft->item;
    const OrganisationOwn *own = &draft->own;
    Buf text = buf_new(arena, DOC_BYTES_MAX);
    JsonOut out = json_out(&text);
    json_begin(&out, '{');
    put_text(&out, S("lang"), lang_code(item->text.lang));
    put_text(&out, S("title"), item->text.title);
    put_text(&out, S("lead"), item->text.lead);
    put_text(&out, S("body"), item->text.body);
    put_text(&out, S("district"), item->district);
    put_place(&out, &item->place);
    json_name(&out, S("topics"));
    json_begin(&out, '[');
    for (size_t i = 0; i < item->topic_count; i++)
        json_put_i64(&out, item->topics[i]);
    json_end(&out, ']');
    put_text(&out, S("kind"), organisation_kind_name(own->kind));
    put_text(&out, S("offers"), own->offers);
    put_text(&out, S("seeks"), own->seeks);
    put_text(&out, S("website"), own->website);
    put_text(&out, S("register"), own->register_number);
    put_text(&out, S("mail"), own->mail);
    put_text(&out, S("phone"), own->phone);
    put_text(&out, S("street"), own->street);
    put_text(&out, S("postcode"), own->postcode);
    put_text(&out, S("town"), own->town);
    json_end(&out, '}');
    ASSERT(!text.overflow); /* the fields were checked */
    return buf_str(&text);
}

static Str text_of_member(Arena *arena, JsonValue doc, Str name)
{
    JsonValue value;
    return json_find(doc, name, &value) ? json_text(arena, value) : S("");
}

static void read_topics(Arena *arena, JsonValue doc, ItemDraft *ret)
{
    JsonValue list;
    int64_t *topics = arena_array(arena, int64_t, ITEM_TOPICS_MAX);
    ret->topics = topics;
    if (!json_find(doc, S("topics"), &list))
        return;
    for (JsonIter it = json_iter(list); json_next(&it) && ret->topic_count < ITEM_TOPICS_MAX;)
        if (json_i64(it.value, &topics[ret->topic_count]))
            ret->topic_count++;
}

static Err draft_of_doc(Cx *cx, Str text, OrganisationDraft *ret)
{
    Json json;
    JsonValue doc, lon, lat;
    Arena *arena = cx->arena;
    TRY(json_parse(cx, text, &json));
    doc = json_root(&json);
    ItemDraft *item = &ret->item;
    *item = (ItemDraft){.text = {.lang = LANG_DE,
                                 .title = text_of_member(arena, doc, S("title")),
                                 .lead = text_of_member(arena, doc, S("lead")),
                                 .body = text_of_member(arena, doc, S("body"))},
                        .visibility = AUDIENCE_PUBLIC,
                        .district = text_of_member(arena, doc, S("district"))};
    if (!lang_parse(text_of_member(arena, doc, S("lang")), &item->text.lang))
        item->text.lang = LANG_DE;
    item->place.known = json_find(doc, S("lon"), &lon) && json_find(doc, S("lat"), &lat) &&
                        json_f64(lon, &item->place.lon) && json_f64(lat, &item->place.lat);
    read_topics(arena, doc, item);
    ret->own = (OrganisationOwn){.kind = ORGANISATION_KIND_NONE,
                                 .offers = text_of_member(arena, doc, S("offers")),
                                 .seeks = text_of_member(arena, doc, S("seeks")),
                                 .website = text_of_member(arena, doc, S("website")),
                                 .register_number = text_of_member(arena, doc, S("register")),
                                 .mail = text_of_member(arena, doc, S("mail")),
                                 .phone = text_of_member(arena, doc, S("phone")),
                                 .street = text_of_member(arena, doc, S("street")),
                                 .postcode = text_of_member(arena, doc, S("postcode")),
                                 .town = text_of_member(arena, doc, S("town"))};
    OrganisationKind kind;
    if (organisation_kind_parse(text_of_member(arena, doc, S("kind")), &kind))
        ret->own.kind = kind;
    return OK;
}

/* ---- sending and confirming ---- */

static bool is_line(Str text, size_t least, size_t most)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    return text.n >= least && text.n <= most && str_is_utf8(text);
}

static Err check(Cx *cx, const ApplicationDraft *draft)
{
    organisation_check(cx, &draft->organisation);
    if (draft->organisation.own.kind == ORGANISATION_KIND_NONE)
        flaw(cx, "organisation.kind", "choose what kind of organisation it is");
    if (!is_line(str_trim(draft->person_name), 1, PERSON_NAME_BYTES_MAX))
        flaw(cx, "application.person_name", "a name of 1 to %d bytes", PERSON_NAME_BYTES_MAX);
    if (!person_is_mail(str_trim(draft->mail)))
        flaw(cx, "application.email", "\"%.*s\" is no mail address", SARG(draft->mail));
    if (!is_line(str_trim(draft->role), 0, APPLICATION_ROLE_BYTES_MAX))
        flaw(cx, "application.role", "one line of at most %d bytes", APPLICATION_ROLE_BYTES_MAX);
    if (draft->agreement.n && !draft->agreed)
        flaw(cx, "application.agreed", "the agreement has to be accepted");
    if (!draft->consent)
        flaw(cx, "application.consent", "without consent nothing can be kept");
    return flaws_end(cx);
}

Err application_send(Cx *cx, const ApplicationDraft *draft, Str secret, Events *events)
{
    (void)events;
    TRY(check(cx, draft));
    ApplicationRow row = {.one = {.person_name = str_trim(draft->person_name),
                                  .mail = str_trim(draft->mail),
                                  .role = str_trim(draft->role),
                                  .lang = cx->actor->lang,
                                  .agreement = draft->agreement,
                                  .doubts = draft->doubts},
                          .doc = doc_of(cx->arena, &draft->organisation)};
    TRY(application_store_add(cx, &row, secret_digest(cx->arena, secret)));
    /* Nothing that was typed: the address may be another person's. */
    return mail_add(
        cx, &(MailDraft){.kind = MAIL_APPLICATION_CONFIRM,
                         .address = row.one.mail,
                         .lang = row.one.lang,
                         .path = arena_fmt(cx->arena, "/partner-werden/bestaetigen?code=%.*s",
                                           SARG(secret))});
}

Err application_confirm(Cx *cx, Str secret, Events *events)
{
    ApplicationRow row;
    OrganisationDraft draft;
    ItemId id;
    bool found = false;
    if (secret.n)
        TRY(application_store_by_secret(cx, secret_digest(cx->arena, secret), &found, &row));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "application.unknown",
                    "the link is unknown, or older than %d days", APPLICATION_DAYS);
    if (!str_eq(row.state, S("sent")))
        return OK; /* a second click */
    TRY(draft_of_doc(cx, row.doc, &draft));
    draft.own.agreement = row.one.agreement;
    draft.own.agreement_us = row.one.agreement.n ? row.one.created_us : 0;
    TRY(organisation_apply(cx, &draft, events, &id));
    TRY(application_store_confirm(cx, row.one.id, id));
    TRY(mail_confirm(cx, row.one.mail));
    return mail_add(cx, &(MailDraft){.kind = MAIL_APPLICATION_RECEIVED,
                                     .address = row.one.mail,
                                     .name = row.one.person_name,
                                     .lang = row.one.lang,
                                     .what = draft.item.text.title});
}

Err application_find(Cx *cx, ItemId organisation, bool *ret_found, Application *ret)
{
    ApplicationRow row;
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(application_store_of(cx, organisation, ret_found, &row));
    if (*ret_found)
        *ret = row.one;
    return OK;
}

/* ---- what was decided ---- */

/* The account of the applicant: there already, or made now, without a password. */
static Err account_of(Cx *cx, const Application *one, Events *events, Person *ret)
{
    bool found;
    TRY(person_try_mail(cx, one->mail, &found, ret));
    if (found)
        return OK;
    TRY(person_add(cx, one->mail, one->person_name, S(""), one->lang, ROLE_MEMBER, events,
                   &ret->id));
    return person_get(cx, ret->id, ret);
}

/* Where the mail leads: to the partner's page, or first to a password. */
static Err first_path(Cx *cx, const Item *organisation, const Application *one,
                      const Person *person, Str *ret)
{
    *ret = item_path(cx->arena, organisation);
    if (person->password.n)
        return OK;
    Str secret = secret_derive(cx->arena, S("representative"), one->id);
    TRY(invitation_of_rep(cx, organisation->id, one->mail, one->role, secret));
    *ret = arena_fmt(cx->arena, "/einladung?code=%.*s", SARG(secret));
    return OK;
}

Err application_accept(Cx *cx, const Item *organisation, Events *events)
{
    ApplicationRow row;
    Person person;
    Str path;
    bool found;
    TRY(application_store_of(cx, organisation->id, &found, &row));
    if (!found || row.one.decided)
        return OK;
    TRY(account_of(cx, &row.one, events, &person));
    TRY(organisation_join(cx, organisation, person.id, RELATION_REP, row.one.role, events));
    TRY(application_store_decide(cx, row.one.id));
    TRY(first_path(cx, organisation, &row.one, &person, &path));
    return mail_add(cx, &(MailDraft){.kind = MAIL_APPLICATION_ACCEPTED,
                                     .person = person.id,
                                     .what = organisation->text.title,
                                     .path = path});
}

Err application_decline(Cx *cx, const Item *organisation, Str reason)
{
    ApplicationRow row;
    bool found;
    TRY(application_store_of(cx, organisation->id, &found, &row));
    if (!found || row.one.decided)
        return OK;
    TRY(application_store_decide(cx, row.one.id));
    return mail_add(cx, &(MailDraft){.kind = MAIL_APPLICATION_DECLINED,
                                     .address = row.one.mail,
                                     .name = row.one.person_name,
                                     .lang = row.one.lang,
                                     .what = organisation->text.title,
                                     .reason = reason});
}

Err application_clean(Cx *cx)
{
    int64_t now_us = cx_now_us(cx);
    return application_store_clean(cx, now_us - APPLICATION_DAYS * TIME_DAY_US,
                                   now_us - DECIDED_DAYS * TIME_DAY_US);
}

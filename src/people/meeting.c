#include "people/meeting.h"

#include "base/str.h"
#include "people/decision.h"
#include "people/meeting_store.h"
#include "people/tell.h"

#include <sodium.h>

/* ---- states ---- */

static const MachineState STATES[] = {
    {"planned", AUDIENCE_TEAM},    {"invited", AUDIENCE_PUBLIC},   {"held", AUDIENCE_PUBLIC},
    {"approved", AUDIENCE_PUBLIC}, {"published", AUDIENCE_PUBLIC}, {"cancelled", AUDIENCE_PUBLIC},
};

enum { LEADS = STAND_LEAD | STAND_OFFICE };

static const Step STEPS[] = {
    {"planned", "invite", "invited", LEADS, 0},
    {"planned", "hold", "held", LEADS, 0},
    {"planned", "cancel", "cancelled", LEADS, STEP_REASON | STEP_DANGER},
    {"invited", "hold", "held", LEADS, 0},
    {"invited", "cancel", "cancelled", LEADS, STEP_REASON | STEP_DANGER},
    {"held", "approve", "approved", LEADS, 0},
    {"approved", "reopen", "held", LEADS, STEP_REASON},
    {"approved", "publish", "published", LEADS, STEP_FORM},
    {"published", "withdraw", "approved", LEADS, STEP_REASON | STEP_DANGER},
};

static Err read(Cx *cx, ItemId id, Meeting *ret)
{
    bool found;
    TRY(meeting_store_get(cx, id, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no meeting %lld", (long long)id.v);
    return OK;
}

static Err guard(Cx *cx, const Item *item, const Step *step, Str reason)
{
    Meeting m;
    (void)reason;
    TRY(read(cx, item->id, &m));
    if (strcmp(step->verb, "invite") == 0 && m.end_us <= cx_now_us(cx))
        return fail(cx, ERR_CONFLICT, "meeting.past", "nobody is invited to what is over");
    if (strcmp(step->verb, "hold") == 0 && m.start_us > cx_now_us(cx))
        return fail(cx, ERR_CONFLICT, "meeting.ahead", "it has not begun yet");
    if (strcmp(step->verb, "approve") == 0 && !m.minutes.n)
        return fail(cx, ERR_CONFLICT, "meeting.unwritten", "there are no minutes yet");
    if (strcmp(step->verb, "publish") == 0 && !item->text.body.n)
        return fail(cx, ERR_INVALID, "meeting.public", "say what everybody may read");
    return OK;
}

/* As the members have it in their calendars: with what others do not see of it. */
static Err appointment(Cx *cx, const Item *item, const Meeting *m, IcalEvent *ret)
{
    Item body;
    TRY(item_get_unseen(cx, item->body, &body));
    MeetingEntry entry = {.item = *item,
                          .start_us = m->start_us,
                          .end_us = m->end_us,
                          .place = m->place.n ? m->place : m->link,
                          .sequence = m->sequence};
    *ret = meeting_ical(cx->arena, &entry, body.text.title, S(""));
    ret->stamp_us = cx_now_us(cx);
    if (m->link.n)
        ret->description = arena_fmt(cx->arena, "%.*s%s%.*s", SARG(ret->description),
                                     ret->description.n ? "\n\n" : "", SARG(m->link));
    return OK;
}

/* All who were invited, but not the one who does it. */
static Err tell_all(Cx *cx, const Item *item, const Meeting *m, MailKind kind, Str reason)
{
    MeetingPerson *people;
    size_t count;
    IcalEvent event;
    TRY(appointment(cx, item, m, &event));
    TRY(meeting_store_people(cx, item->id, &people, &count));
    for (size_t i = 0; i < count; i++)
        TRY(tell_appointment(cx, kind, people[i].person, item, reason, &event));
    return OK;
}

/* The calendars of those who were invited have to learn of it. */
static Err raise(Cx *cx, const Item *item, Meeting *m, MailKind kind, Str reason)
{
    m->sequence++;
    TRY(meeting_store_put(cx, item->id, m));
    return tell_all(cx, item, m, kind, reason);
}

static Err set_visibility(Cx *cx, Item *item, Audience visibility)
{
    item->visibility = visibility;
    return item_set_state(cx, item, item->state,
                          machine_audience(&MEETING_MACHINE, item->state, visibility));
}

/* The words for everybody are gone with the publication. */
static Err clear_public(Cx *cx, Item *item)
{
    ItemTexts texts;
    TRY(item_texts(cx, item->id, &texts));
    for (size_t i = 0; i < texts.count; i++) {
        texts.texts[i].body = S("");
        TRY(item_add_text(cx, item->id, &texts.texts[i]));
    }
    return set_visibility(cx, item, AUDIENCE_TEAM);
}

static Err after(Cx *cx, Item *item, const Step *step, Str reason, Events *events)
{
    Meeting m;
    (void)events;
    TRY(read(cx, item->id, &m));
    if (strcmp(step->verb, "invite") == 0) {
        TRY(meeting_store_add_members(cx, item->id, item->body));
        return raise(cx, item, &m, MAIL_MEETING_INVITED, m.place);
    }
    if (strcmp(step->verb, "hold") == 0)
        return meeting_store_add_members(cx, item->id, item->body);
    if (strcmp(step->verb, "cancel") == 0)
        return strcmp(step->from, "planned") == 0
                   ? set_visibility(cx, item, AUDIENCE_TEAM) /* nobody else knew of it */
                   : raise(cx, item, &m, MAIL_MEETING_CANCELLED, reason);
    if (strcmp(step->verb, "publish") == 0)
        return set_visibility(cx, item, AUDIENCE_PUBLIC);
    return strcmp(step->verb, "withdraw") == 0 ? clear_public(cx, item) : OK;
}

/* ---- as a version keeps it ---- */

static void put_text(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

static void put_i64(JsonOut *out, Str name, int64_t number)
{
    json_name(out, name);
    json_put_i64(out, number);
}

static void put_agenda(JsonOut *out, const Meeting *m)
{
    json_name(out, S("agenda"));
    json_begin(out, '[');
    for (size_t i = 0; i < m->agenda_count; i++) {
        json_begin(out, '{');
        put_text(out, S("title"), m->agenda[i].title);
        put_text(out, S("speaker"), m->agenda[i].speaker);
        put_i64(out, S("duration_min"), m->agenda[i].duration_min);
        json_end(out, '}');
    }
    json_end(out, ']');
}

static Err put_people(Cx *cx, JsonOut *out, ItemId id)
{
    MeetingPerson *people;
    size_t count;
    TRY(meeting_store_people(cx, id, &people, &count));
    json_name(out, S("people"));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(out, '{');
        put_i64(out, S("person"), people[i].person.v);
        put_text(out, S("attended"), people[i].attended);
        json_end(out, '}');
    }
    json_end(out, ']');
    return OK;
}

static Err put_decisions(Cx *cx, JsonOut *out, ItemId id)
{
    Decision *list;
    size_t count;
    TRY(decision_list_unseen(cx, id, &list, &count));
    json_name(out, S("decisions"));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(out, '{');
        put_text(out, S("body"), list[i].body);
        put_text(out, S("result"), decision_result_name(list[i].result));
        put_i64(out, S("for"), list[i].votes_for);
        put_i64(out, S("against"), list[i].votes_against);
        put_i64(out, S("abstentions"), list[i].abstentions);
        json_name(out, S("recusals"));
        json_begin(out, '[');
        for (size_t k = 0; k < list[i].recusal_count; k++)
            json_put_i64(out, list[i].recusals[k].person.v);
        json_end(out, ']');
        json_end(out, '}');
    }
    json_end(out, ']');
    return OK;
}

enum { OWN_BYTES_MAX = 768 << 10 /* a version has room for as much beside it */ };

static Err own(Cx *cx, ItemId id, Str *ret_json)
{
    Meeting m;
    Buf buf = buf_new(cx->arena, OWN_BYTES_MAX);
    JsonOut out = json_out(&buf);
    TRY(read(cx, id, &m));
    json_begin(&out, '{');
    put_i64(&out, S("start_us"), m.start_us);
    put_i64(&out, S("end_us"), m.end_us);
    put_i64(&out, S("sequence"), m.sequence);
    put_text(&out, S("place"), m.place);
    put_text(&out, S("link"), m.link);
    put_text(&out, S("guests"), m.guests);
    put_text(&out, S("minutes"), m.minutes);
    put_agenda(&out, &m);
    TRY(put_people(cx, &out, id));
    TRY(put_decisions(cx, &out, id));
    json_end(&out, '}');
    if (buf.overflow)
        return fail(cx, ERR_LIMIT, "item.large", "all of it together is larger than %d bytes",
                    OWN_BYTES_MAX);
    *ret_json = buf_str(&buf);
    return OK;
}

const Machine MEETING_MACHINE = {
    .noun = NOUN_MEETING,
    .states = STATES,
    .state_count = COUNT_OF(STATES),
    .steps = STEPS,
    .step_count = COUNT_OF(STEPS),
    .guard = guard,
    .after = after,
    .own = own,
};

/* ---- who may ---- */

bool meeting_may_edit(const Item *item, uint32_t stand)
{
    return stand & LEADS &&
           (str_eq(item->state, S("planned")) || str_eq(item->state, S("invited")));
}

bool meeting_may_write(const Item *item, uint32_t stand)
{
    return body_is_inside(stand) && str_eq(item->state, S("held"));
}

static Err not_yours(Cx *cx)
{
    return fail(cx, ERR_DENIED, "meeting.edit", "in this state, others do this, or nobody");
}

Err meeting_own(Cx *cx, const Item *item, Meeting *ret)
{
    uint32_t stand;
    Meeting m;
    TRY(item_stand(cx, item, &stand));
    TRY(read(cx, item->id, &m));
    if (!body_is_inside(stand)) {
        m.link = S("");
        m.guests = S("");
        m.minutes = S("");
    }
    *ret = m;
    return OK;
}

/* ---- planning ---- */

static void check_text(Cx *cx, const char *key, Str text, size_t most)
{
    if (!str_is_utf8(text) || memchr(text.n ? text.p : "", 0, text.n) || text.n > most)
        flaw(cx, key, "a text of at most %zu bytes", most);
}

static bool is_web_link(Str link)
{
    for (size_t i = 0; i < link.n; i++)
        if ((unsigned char)link.p[i] <= 0x20 || link.p[i] == 0x7F || link.p[i] == '"')
            return false;
    return str_starts(link, S("https://")) || str_starts(link, S("http://"));
}

static void check_agenda(Cx *cx, const MeetingDraft *draft)
{
    if (draft->agenda_count > MEETING_AGENDA_MAX)
        flaw(cx, "meeting.agenda", "at most %d items", MEETING_AGENDA_MAX);
    for (size_t i = 0; i < draft->agenda_count; i++) {
        const MeetingAgenda *one = &draft->agenda[i];
        bool fits = str_trim(one->title).n && one->title.n <= MEETING_AGENDA_BYTES_MAX &&
                    one->speaker.n <= MEETING_AGENDA_BYTES_MAX && str_is_utf8(one->title) &&
                    str_is_utf8(one->speaker) && one->duration_min >= 0 &&
                    one->duration_min <= MEETING_DURATION_MAX_MIN;
        if (!fits) {
            flaw(cx, "meeting.agenda", "item %zu: a title, and 0 to %d minutes", i + 1,
                 MEETING_DURATION_MAX_MIN);
            return;
        }
    }
}

static Err check(Cx *cx, const MeetingDraft *draft)
{
    item_check(cx, &draft->item);
    if (draft->start_us <= 0)
        flaw(cx, "meeting.start", "a day and a time that the day has");
    if (draft->end_us <= draft->start_us ||
        draft->end_us - draft->start_us > MEETING_LENGTH_MAX_DAYS * TIME_DAY_US)
        flaw(cx, "meeting.end", "it ends after it begins, and within %d days",
             MEETING_LENGTH_MAX_DAYS);
    check_text(cx, "meeting.place", draft->place, MEETING_LINE_BYTES_MAX);
    check_text(cx, "meeting.guests", draft->guests, MEETING_GUESTS_BYTES_MAX);
    if (draft->link.n && (draft->link.n > MEETING_LINE_BYTES_MAX || !is_web_link(draft->link)))
        flaw(cx, "meeting.link", "an address that begins with https://");
    check_agenda(cx, draft);
    return flaws_end(cx);
}

static Meeting meeting_of(Cx *cx, const MeetingDraft *draft)
{
    Meeting m = {.start_us = draft->start_us,
                 .end_us = draft->end_us,
                 .place = str_trim(draft->place),
                 .link = str_trim(draft->link),
                 .guests = str_trim(draft->guests),
                 .minutes = S(""),
                 .agenda = arena_array(cx->arena, MeetingAgenda, draft->agenda_count),
                 .agenda_count = draft->agenda_count};
    for (size_t i = 0; i < draft->agenda_count; i++)
        m.agenda[i] = (MeetingAgenda){.title = str_trim(draft->agenda[i].title),
                                      .speaker = str_trim(draft->agenda[i].speaker),
                                      .duration_min = draft->agenda[i].duration_min};
    return m;
}

Err meeting_add(Cx *cx, const Item *body, const MeetingDraft *draft, Events *events, ItemId *ret)
{
    uint32_t stand;
    ItemId id;
    ItemDraft item = draft->item;
    TRY(item_stand(cx, body, &stand));
    if (!(stand & LEADS) || str_eq(body->state, S("dissolved")))
        return not_yours(cx);
    TRY(check(cx, draft));
    Meeting m = meeting_of(cx, draft);
    item.body = body->id;
    item.text.body = S("");
    TRY(item_add(cx, NOUN_MEETING, S("planned"),
                 machine_audience(&MEETING_MACHINE, S("planned"), item.visibility), &item, &id));
    TRY(meeting_store_put(cx, id, &m));
    TRY(item_keep(cx, id, NOUN_MEETING, S("add"), S(""), events));
    *ret = id;
    return OK;
}

Err meeting_change(Cx *cx, Item *item, int64_t version, const MeetingDraft *draft, Events *events)
{
    uint32_t stand;
    Meeting before;
    ItemDraft changed = draft->item;
    TRY(item_stand(cx, item, &stand));
    if (!meeting_may_edit(item, stand))
        return not_yours(cx);
    TRY(item_expect(cx, item, version));
    TRY(check(cx, draft));
    TRY(read(cx, item->id, &before));
    Meeting m = meeting_of(cx, draft);
    m.sequence = before.sequence;
    changed.body = item->body;
    changed.text.body = S("");
    TRY(item_change(cx, item, &changed, machine_state(&MEETING_MACHINE, item->state)->audience));
    TRY(meeting_store_put(cx, item->id, &m));
    bool moved = m.start_us != before.start_us || m.end_us != before.end_us ||
                 !str_eq(m.place, before.place) || !str_eq(m.link, before.link);
    if (moved && str_eq(item->state, S("invited")))
        TRY(raise(cx, item, &m, MAIL_MEETING_MOVED, m.place));
    return item_keep(cx, item->id, NOUN_MEETING, S("change"), S(""), events);
}

/* ---- when ---- */

Err meeting_list(Cx *cx, const MeetingQuery *query, MeetingEntry **ret, size_t *ret_count)
{
    if (query->limit < 1 || query->limit > MEETINGS_MAX)
        return fail(cx, ERR_INVALID, "item.limit", "a list has 1 to %d meetings", MEETINGS_MAX);
    return meeting_store_list(cx, query, ret, ret_count);
}

IcalEvent meeting_ical(Arena *arena, const MeetingEntry *entry, Str body_title, Str url)
{
    const Item *item = &entry->item;
    return (IcalEvent){.uid = arena_fmt(arena, "%lld.%lld@meeting.hanse", (long long)item->id.v,
                                        (long long)item->created_us),
                       .sequence = entry->sequence,
                       .stamp_us = item->changed_us,
                       .start_us = entry->start_us,
                       .end_us = entry->end_us,
                       .summary =
                           arena_fmt(arena, "%.*s: %.*s", SARG(body_title), SARG(item->text.title)),
                       .description = item->text.lead,
                       .location = entry->place,
                       .url = url,
                       .cancelled = str_eq(item->state, S("cancelled"))};
}

/* ---- who ---- */

Err meeting_people(Cx *cx, const Item *item, MeetingPerson **ret, size_t *ret_count)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (body_is_inside(stand))
        return meeting_store_people(cx, item->id, ret, ret_count);
    *ret = NULL;
    *ret_count = 0;
    return OK;
}

Err meeting_reply(Cx *cx, const Item *item, bool comes)
{
    int64_t changed;
    if (!str_eq(item->state, S("invited")))
        return fail(cx, ERR_CONFLICT, "verb.state", "nobody asks any more who comes");
    TRY(meeting_store_reply(cx, item->id, cx->actor->person, comes ? S("yes") : S("no"), &changed));
    if (!changed)
        return fail(cx, ERR_DENIED, "meeting.reply", "those who were invited answer");
    return OK;
}

static bool is_attendance(Str word)
{
    return !word.n || str_eq(word, S("present")) || str_eq(word, S("excused")) ||
           str_eq(word, S("absent"));
}

Err meeting_attend(Cx *cx, Item *item, const MeetingPerson *people, size_t count, Events *events)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (!(stand & LEADS) || !str_eq(item->state, S("held")))
        return not_yours(cx);
    for (size_t i = 0; i < count; i++) {
        if (!is_attendance(people[i].attended))
            return fail(cx, ERR_INVALID, "meeting.attended", "present, excused or absent");
        TRY(meeting_store_attend(cx, item->id, people[i].person, people[i].attended));
    }
    return item_keep(cx, item->id, NOUN_MEETING, S("attend"), S(""), events);
}

/* ---- minutes ---- */

Err meeting_write(Cx *cx, Item *item, int64_t version, Str minutes, Events *events)
{
    uint32_t stand;
    Meeting m;
    TRY(item_stand(cx, item, &stand));
    if (!meeting_may_write(item, stand))
        return not_yours(cx);
    check_text(cx, "meeting.minutes", minutes, ITEM_BODY_BYTES_MAX);
    TRY(flaws_end(cx));
    TRY(item_expect(cx, item, version));
    TRY(read(cx, item->id, &m));
    m.minutes = str_trim(minutes);
    TRY(meeting_store_put(cx, item->id, &m));
    return item_keep(cx, item->id, NOUN_MEETING, S("write"), S(""), events);
}

static Err put_public(Cx *cx, Item *item, Str text)
{
    ItemTexts texts;
    TRY(item_texts(cx, item->id, &texts));
    for (size_t i = 0; i < texts.count; i++) {
        if (texts.texts[i].lang != item->lang)
            continue;
        texts.texts[i].body = text;
        TRY(item_add_text(cx, item->id, &texts.texts[i]));
    }
    item->text.body = text;
    return OK;
}

Err meeting_publish(Cx *cx, Item *item, Str text, Str reason, Events *events)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (!(stand & LEADS))
        return not_yours(cx);
    text = str_trim(text);
    if (!text.n)
        flaw(cx, "meeting.public", "say what everybody may read");
    check_text(cx, "meeting.public", text, ITEM_BODY_BYTES_MAX);
    TRY(flaws_end(cx));
    if (str_eq(item->state, S("approved")))
        TRY(put_public(cx, item, text));
    return item_step(cx, &MEETING_MACHINE, item, S("publish"), reason, events);
}

/* ---- keys of calendar programs ---- */

static Str hashed(Arena *arena, Str secret)
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)secret.p, secret.n, NULL, 0);
    return arena_copy(arena, (Str){(const char *)hash, sizeof hash});
}

Err calendar_key_set(Cx *cx, Str secret)
{
    TRY(require(cx, MAY_CONTRIBUTE));
    return calendar_key_store_put(cx, hashed(cx->arena, secret));
}

Err calendar_key_find(Cx *cx, Str secret, PersonId *ret)
{
    return calendar_key_store_find(cx, hashed(cx->arena, secret), ret);
}

/* Appointments for calendar programs: one meeting, the meetings of a body, and the key with which a
 * program reads what its person may read. */
#include "base/ical.h"
#include "core/auth.h"
#include "people/seat.h"
#include "text_gen.h"
#include "web/meeting_page.h"
#include "web/pages.h"

static void put_calendar(Call *call, Str name, const IcalEvent *events, size_t count, Str file)
{
    const CityFrame *frame = web_services(call)->frame;
    Buf out = buf_new(call->cx->arena, ICAL_BYTES_MAX);
    ical_put(&out,
             &(Ical){.name = name,
                     .zone_name = city_setting(frame, S("city.zone")),
                     .zone = frame->zone},
             events, count);
    buf_put(&call->body, buf_str(&out));
    call->body.overflow |= out.overflow;
    call_set_header(call, S("Content-Type"), S("text/calendar; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"),
                    arena_fmt(call->cx->arena, "attachment; filename=\"%.*s\"", SARG(file)));
}

Err meeting_ics(Call *call, Cx *cx, struct Events *events)
{
    Item item, body;
    Meeting m;
    (void)events;
    TRY(meeting_of_call(call, cx, &item));
    TRY(item_get_by_id(cx, item.body, &body));
    TRY(meeting_own(cx, &item, &m));
    MeetingEntry entry = {.item = item,
                          .start_us = m.start_us,
                          .end_us = m.end_us,
                          .place = m.place.n ? m.place : m.link,
                          .sequence = m.sequence};
    IcalEvent event = meeting_ical(cx->arena, &entry, body.text.title, S(""));
    put_calendar(call, S(""), &event, 1, S("termin.ics"));
    return OK;
}

/* ---- the feed ---- */

/* Whom the key stands for becomes the actor of *own; nobody's key is as good as none. */
static Err act_by_key(Cx *cx, Str key, Actor *actor, Cx *own)
{
    PersonId person;
    Person row;
    Item organisations[SEAT_ORGANISATIONS_MAX];
    size_t count;
    TRY(calendar_key_find(cx, key, &person));
    if (!person.v)
        return fail(cx, ERR_NOT_FOUND, "calendar.key", "this key is not valid any more");
    TRY(person_get(cx, person, &row));
    if (row.state != PERSON_ACTIVE)
        return fail(cx, ERR_NOT_FOUND, "calendar.key", "this key is not valid any more");
    *actor = *cx->actor;
    actor->person = person;
    TRY(person_roles(cx, person, &actor->roles));
    actor->roles |= ROLE_ANYONE | ROLE_MEMBER;
    *own = *cx;
    own->actor = actor;
    TRY(seat_organisations(own, person, organisations, &count));
    if (count)
        actor->roles |= ROLE_ALLIANCE;
    actor->may = permissions_of_roles(actor->roles);
    return OK;
}

static Err put_feed(Call *call, Cx *cx)
{
    Item body;
    MeetingEntry *list;
    size_t count;
    TRY(team_of_call(call, cx, &body));
    TRY(meeting_list(
        cx,
        &(MeetingQuery){.body = body.id, .newest = true, .announced = true, .limit = MEETINGS_MAX},
        &list, &count));
    IcalEvent *entries = arena_array(cx->arena, IcalEvent, count);
    for (size_t i = 0; i < count; i++)
        entries[i] = meeting_ical(cx->arena, &list[i], body.text.title, S(""));
    put_calendar(call, body.text.title, entries, count, S("termine.ics"));
    return OK;
}

Err team_ics(Call *call, Cx *cx, struct Events *events)
{
    Actor actor;
    Cx own;
    Str key = call_query(call, S("schluessel"));
    (void)events;
    if (!key.n)
        return put_feed(call, cx);
    TRY(act_by_key(cx, key, &actor, &own));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return put_feed(call, &own);
}

/* ---- the key ---- */

static void put_address(Page *page, Str title, Str text, Str address)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2><p>"));
    html_put_text(&page->body, text_of(text));
    buf_put(&page->body, S("</p><p><code class=\"h-address\">"));
    html_put_text(&page->body, text_of(address));
    buf_put(&page->body, S("</code></p>"));
}

static Str feed_address(Call *call, const Item *body, Str key)
{
    const WebServices *web = web_services(call);
    Arena *arena = call->cx->arena;
    Str path = team_path(arena, body, "termine.ics"), host = call_header(call, S("host"));
    Url url = url_page(arena, call->cx->actor->lang, path);
    if (key.n)
        url = url_query(arena, url, S("schluessel"), key);
    return arena_fmt(arena, "%s://%.*s%.*s", web->secure ? "https" : "http", SARG(host),
                     SARG(url.s));
}

/* key: the one that was just made; it is shown this once. */
static Err calendar_page(Call *call, Cx *cx, Str key)
{
    Team team = {0};
    Form form;
    Str title = text_calendar_title(cx->arena, cx->actor->lang);
    TRY(team_open_form(call, cx, title, text_calendar_lead(cx->arena, cx->actor->lang), &team));
    if (team.moved)
        return OK;
    Page *page = &team.page;
    put_address(page, text_calendar_public(page->arena, page->lang),
                text_calendar_public_text(page->arena, page->lang),
                feed_address(call, &team.item, S("")));
    if (key.n)
        put_address(page, text_calendar_own(page->arena, page->lang),
                    text_calendar_own_new(page->arena, page->lang),
                    feed_address(call, &team.item, key));
    else if (cx->actor->person.v) {
        buf_put(&page->body, S("<h2>"));
        html_put_text(&page->body, text_of(text_calendar_own(page->arena, page->lang)));
        buf_put(&page->body, S("</h2><p>"));
        html_put_text(&page->body, text_of(text_calendar_own_text(page->arena, page->lang)));
        buf_put(&page->body, S("</p>"));
        form_begin(&form, page, team_path(page->arena, &team.item, "kalender"), 0);
        form_submit(&form, text_calendar_make(page->arena, page->lang));
        form_end(&form);
    }
    team_close_form(&team, title);
    return OK;
}

Err page_calendar(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    return calendar_page(call, cx, S(""));
}

Err calendar_decode(Call *call)
{
    Str *key = arena_new(call->cx->arena, Str);
    *key = auth_secret(call->cx->arena);
    call->state = key;
    return OK;
}

Err calendar_apply(Call *call, Cx *cx, struct Events *events)
{
    Item body;
    (void)events;
    TRY(team_of_call(call, cx, &body));
    return calendar_key_set(cx, *(const Str *)call->state);
}

/* No redirect: the key stands in no address but in the answer's page. */
Err calendar_encode(Call *call)
{
    return calendar_page(call, call->cx, *(const Str *)call->state);
}

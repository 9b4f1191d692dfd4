/* Meetings of the management and of the teams: each body has some behind it, with minutes,
 * decisions and tasks, and some before it. */
#include "people.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/decision.h"
#include "people/seat.h"
#include "people/task.h"
#include "workday.h"

typedef enum Of { /* in the order of the bodies below */
                  OF_LEITUNG,
                  OF_ENERGIE,
                  OF_MOBILITAET,
                  OF_UMWELT,
                  OF_WASSER,
                  OF_VERWALTUNG,
                  OF_WIRTSCHAFT,
                  OF_LEBEN,
                  OF_COUNT
} Of;
_Static_assert((int)OF_COUNT == (int)CAST_TEAMS + 1, "the management and each team");

typedef struct Subject {
    Of of;
    bool over;
    const char *title, *title_en, *lead, *lead_en, *said, *told;
    DecisionResult result;
    size_t recused;
    const char *decision, *task;
} Subject;

static const Subject SUBJECTS[] = {
#define MEETING(of, title, title_en, lead, lead_en, said, told, result, recused, decision, task)   \
    {OF_##of,           true,    title,    title_en, lead, lead_en, said, told,                    \
     DECISION_##result, recused, decision, task},
#define COMING(of, title, title_en, lead, lead_en) {OF_##of, false, title, title_en, lead, lead_en},
#include "meetings.def"
#undef MEETING
#undef COMING
};

/* When a body's n-th meeting is, in days from now for the management; the others a little off. */
static const int64_t DAYS[] = {-185, -122, -62, -3, 10, 66};
enum {
    NTH_APPROVED = 2, /* half of the bodies have published its minutes */
    NTH_DRAFT = 3,    /* minutes are being written */
    NTH_INVITED = 4,
    NTH_PLANNED = 5,
    FIRST_NUMBER = 14,
    PROJECTS_SEEN = 12, /* of each team, the newest first */
    TASK_DAYS = 28
};

typedef struct Council {
    Cast *cast;
    const Zone *zone;
    Item body;
    PersonId lead;
    SeatList seats;
    ItemId projects[PROJECTS_SEEN];
    size_t project_count;
    Of of;
} Council;

typedef struct Session {
    const Council *council;
    const Subject *subject;
    size_t nth;
    int64_t start_us, end_us;
    ItemId id;
    PersonId speaker;
    MeetingPerson *people; /* once they were invited */
    size_t people_count;
    int64_t present;
} Session;

/* ---- when and who ---- */

/* On a working day so far from now, by the city's clock; away from now where that day is free. */
static int64_t moment(const Council *council, int64_t days, int64_t hour)
{
    int64_t now_us = council->cast->now_us;
    int64_t today = (now_us + zone_offset_s(council->zone, now_us) * TIME_SECOND_US) / TIME_DAY_US;
    int64_t day = today + days;
    while (workday_is_free(day * TIME_DAY_US + 12 * TIME_HOUR_US))
        day += days < 0 ? -1 : 1;
    return zone_to_utc(council->zone, day * TIME_DAY_US + hour * TIME_HOUR_US);
}

/* So long after it began (before: negative), but not in the future. */
static void act(const Session *session, PersonId person, int64_t after_us)
{
    Cast *cast = session->council->cast;
    int64_t latest_us = cast->now_us - (int64_t)(session->council->of + 1) * TIME_HOUR_US;
    cast_act(cast, person, ROLE_ALLIANCE, MIN(session->start_us + after_us, latest_us));
}

static void act_lead(const Session *session, int64_t after_us)
{
    act(session, session->council->lead, after_us);
}

static Err fresh(const Session *session, Item *ret)
{
    return item_get_by_id(&session->council->cast->cx, session->id, ret);
}

static Err step(const Session *session, const char *verb, const char *reason)
{
    Cast *cast = session->council->cast;
    Item item;
    TRY(fresh(session, &item));
    return item_step(&cast->cx, &MEETING_MACHINE, &item, str_from(verb), str_from(reason),
                     &cast->events);
}

/* Somebody who is named to everybody speaks, for agendas are read by all. */
static Str choose_speaker(Session *session)
{
    const SeatList *seats = &session->council->seats;
    for (size_t i = 0; i < seats->count; i++) {
        const Seat *seat = &seats->seats[(session->nth * 5 + i) % seats->count];
        if (!seat->shown)
            continue;
        session->speaker = seat->relation.person;
        return seat->relation.person_name;
    }
    return S("");
}

/* The project of which the n-th meeting hears, older than the meeting; false: of none. */
static Err project_of(const Session *session, bool *ret_found, Item *ret)
{
    const Council *council = session->council;
    size_t n = (NTH_PLANNED - session->nth) * 2;
    *ret_found = false;
    if (n >= council->project_count)
        return OK;
    TRY(item_get_by_id(&council->cast->cx, council->projects[n], ret));
    *ret_found = ret->published_us < session->start_us;
    return OK;
}

/* ---- before ---- */

static Err plan(Session *session)
{
    static const char *const PLACES[] = {"Rathaus, Raum 214", "Speicher am Hafen 1, Saal",
                                         "Bibliothek, Lesesaal"};
    const Council *council = session->council;
    const Subject *subject = session->subject;
    Cast *cast = council->cast;
    Cx *cx = &cast->cx;
    Item item;
    bool found;
    act_lead(session, -24 * TIME_DAY_US);
    TRY(project_of(session, &found, &item));
    Str third =
        found ? arena_fmt(cx->arena, "Stand: %.*s", SARG(item.text.title)) : S("Aus den Projekten");
    MeetingAgenda agenda[] = {{S("Begrüßung und Protokoll der letzten Sitzung"), S("Leitung"), 10},
                              {str_from(subject->title), choose_speaker(session), 45},
                              {third, S(""), 25},
                              {S("Verschiedenes"), S(""), 10}};
    int number = FIRST_NUMBER + (int)session->nth - (int)council->of;
    MeetingDraft draft = {
        .item = {.text = {.lang = LANG_DE,
                          .title = arena_fmt(cx->arena, "%d. Sitzung: %s", number, subject->title),
                          .lead = str_from(subject->lead)}},
        .start_us = session->start_us,
        .end_us = session->end_us,
        .place = str_from(PLACES[council->of % COUNT_OF(PLACES)]),
        .link = session->nth % 2 ? S("https://treffen.lindhafen.example/raum-3") : S(""),
        .guests = session->nth == NTH_INVITED ? S("Zwei Gäste aus der Hochschule, zum zweiten "
                                                  "Punkt")
                                              : S(""),
        .agenda = agenda,
        .agenda_count = COUNT_OF(agenda)};
    if (session->nth == NTH_INVITED && council->of % 3 == 2)
        draft.item.visibility = AUDIENCE_ALLIANCE;
    TRY(meeting_add(cx, &council->body, &draft, &cast->events, &session->id));
    TRY(fresh(session, &item));
    draft.item.text =
        (ItemText){.lang = LANG_EN,
                   .title = arena_fmt(cx->arena, "Meeting %d: %s", number, subject->title_en),
                   .lead = str_from(subject->lead_en)};
    return meeting_change(cx, &item, item.version, &draft, &cast->events);
}

/* Whoever has to be there: the lead, and who speaks. */
static bool is_needed(const Session *session, PersonId person)
{
    return person.v == session->council->lead.v || person.v == session->speaker.v;
}

/* Two of three answer, most of them that they come. */
static Err invite(Session *session)
{
    Cast *cast = session->council->cast;
    Item item;
    act_lead(session, -16 * TIME_DAY_US);
    TRY(step(session, "invite", ""));
    TRY(fresh(session, &item));
    TRY(meeting_people(&cast->cx, &item, &session->people, &session->people_count));
    for (size_t i = 0; i < session->people_count; i++) {
        PersonId person = session->people[i].person;
        bool needed = is_needed(session, person);
        if (!needed && dice_in_100(&cast->dice, 35))
            continue;
        act(session, person, -(int64_t)(1 + i % 14) * TIME_DAY_US);
        bool comes = needed || dice_in_100(&cast->dice, 80);
        session->people[i].reply = comes ? S("yes") : S("no");
        TRY(meeting_reply(&cast->cx, &item, comes));
    }
    return OK;
}

/* ---- on the day ---- */

static bool was_there(const MeetingPerson *person)
{
    return str_eq(person->attended, S("present"));
}

/* The n-th of those who were there beside the lead and the speaker. */
static PersonId present(const Session *session, size_t n)
{
    PersonId last = session->council->lead;
    for (size_t i = 0; i < session->people_count; i++) {
        const MeetingPerson *person = &session->people[i];
        if (!was_there(person) || is_needed(session, person->person))
            continue;
        last = person->person;
        if (n-- == 0)
            break;
    }
    return last;
}

/* Most of those who said so come, hardly any of the others. */
static Str attendance(Cast *cast, const MeetingPerson *person)
{
    unsigned percent = !person->reply.n ? 45 : str_eq(person->reply, S("yes")) ? 92 : 3;
    if (dice_in_100(&cast->dice, percent))
        return S("present");
    return person->reply.n || dice_in_100(&cast->dice, 50) ? S("excused") : S("absent");
}

static Err attend(Session *session)
{
    Cast *cast = session->council->cast;
    Item item;
    session->present = 0;
    for (size_t i = 0; i < session->people_count; i++) {
        MeetingPerson *person = &session->people[i];
        bool needed = is_needed(session, person->person);
        person->attended = needed ? S("present") : attendance(cast, person);
        session->present += was_there(person);
    }
    act_lead(session, 3 * TIME_HOUR_US);
    TRY(fresh(session, &item));
    return meeting_attend(&cast->cx, &item, session->people, session->people_count, &cast->events);
}

static Err decide(const Session *session)
{
    const Subject *subject = session->subject;
    Cast *cast = session->council->cast;
    Item item;
    int64_t number;
    Decision minutes = {.body = S("Das Protokoll der letzten Sitzung wird genehmigt."),
                        .result = DECISION_ACCEPTED,
                        .votes_for = session->present - 1,
                        .abstentions = 1};
    int64_t voters = session->present - (int64_t)subject->recused;
    int64_t few = MIN((int64_t)dice_below(&cast->dice, 4), voters / 3);
    bool rejected = subject->result == DECISION_REJECTED;
    DecisionRecusal recusal = {.person = present(session, 2)};
    Decision d = {.body = str_from(subject->decision),
                  .result = subject->result,
                  .votes_for = rejected ? few : voters - few,
                  .votes_against = rejected ? voters - few : few / 2,
                  .abstentions = rejected ? 0 : few - few / 2,
                  .recusals = &recusal,
                  .recusal_count = subject->recused};
    TRY(fresh(session, &item));
    TRY(decision_put(&cast->cx, &item, &minutes, &cast->events, &number));
    return decision_put(&cast->cx, &item, &d, &cast->events, &number);
}

/* ---- after ---- */

/* What is said of a project, with the way to its page. */
static Err put_project(const Session *session, Buf *out)
{
    Item project;
    bool found;
    TRY(project_of(session, &found, &project));
    if (!found)
        return OK;
    Str path = item_path(session->council->cast->cx.arena, &project);
    buf_fmt(out,
            "\n\n## Aus den Projekten\n\nStand von [%.*s](%.*s). Was seither geschah, steht auf "
            "der Seite des Projekts.",
            SARG(project.text.title), SARG(path));
    return OK;
}

static Err write_minutes(const Session *session)
{
    Cast *cast = session->council->cast;
    const Subject *subject = session->subject;
    Buf out = buf_new(cast->cx.arena, 8 << 10);
    Item item;
    act(session, present(session, 0), 20 * TIME_HOUR_US);
    buf_fmt(&out,
            "Das Protokoll der letzten Sitzung wird ohne Änderung genehmigt. %lld Mitglieder sind "
            "da, die Sitzung ist beschlussfähig.\n\n## %s\n\n%s",
            (long long)session->present, subject->title, subject->said);
    TRY(put_project(session, &out));
    buf_fmt(&out, "\n\n## Zu tun\n\n- %s", subject->task);
    TRY(fresh(session, &item));
    return meeting_write(&cast->cx, &item, item.version, buf_str(&out), &cast->events);
}

/* The last one's is still to be done, or overdue where nobody got round to it. */
static Err give_task(const Session *session)
{
    const Council *council = session->council;
    Cast *cast = council->cast;
    size_t nth = session->nth;
    int64_t id;
    bool leads = nth == NTH_DRAFT && council->of == OF_ENERGIE;
    TaskDraft draft = {.meeting = session->id,
                       .owner = leads ? council->lead : present(session, nth + council->of),
                       .title = str_from(session->subject->task)};
    if (nth != NTH_DRAFT || council->of != OF_WIRTSCHAFT) /* whose has no date */
        draft.due_us = zone_next_day(council->zone, session->start_us + TASK_DAYS * TIME_DAY_US);
    act_lead(session, 4 * TIME_HOUR_US);
    TRY(task_add(&cast->cx, &council->body, &draft, &cast->events, &id));
    if (nth == NTH_DRAFT || (nth == NTH_APPROVED && council->of % 2 == 0))
        return OK;
    act(session, draft.owner, (TASK_DAYS - 3) * TIME_DAY_US);
    return task_set_state(&cast->cx, id,
                          nth == 0 && council->of == OF_UMWELT ? TASK_DROPPED : TASK_DONE);
}

/* What everybody may read is written anew: what was said in confidence is not in it. */
static Err publish(const Session *session)
{
    Cast *cast = session->council->cast;
    Buf out = buf_new(cast->cx.arena, 8 << 10);
    Item item;
    act_lead(session, 12 * TIME_DAY_US);
    buf_put(&out, str_from(session->subject->told));
    TRY(put_project(session, &out));
    TRY(fresh(session, &item));
    return meeting_publish(&cast->cx, &item, buf_str(&out), S(""), &cast->events);
}

static Err hold(Session *session)
{
    const Council *council = session->council;
    act_lead(session, 0);
    TRY(step(session, "hold", ""));
    TRY(attend(session));
    TRY(decide(session));
    TRY(give_task(session));
    if (session->nth == NTH_DRAFT && council->of % 4 == 3)
        return OK; /* nobody has written them yet */
    TRY(write_minutes(session));
    if (session->nth == NTH_DRAFT)
        return OK;
    act_lead(session, 9 * TIME_DAY_US);
    TRY(step(session, "approve", ""));
    return session->nth == NTH_APPROVED && council->of % 2 == 0 ? OK : publish(session);
}

static Err make_meeting(const Council *council, const Subject *subject, size_t nth)
{
    int64_t off = (int64_t)council->of % 5;
    Session session = {.council = council, .subject = subject, .nth = nth};
    session.start_us = moment(council, DAYS[nth] + (subject->over ? -off : off),
                              council->of == OF_LEITUNG ? 10 : 17);
    session.end_us = session.start_us + 2 * TIME_HOUR_US;
    TRY(plan(&session));
    if (nth == NTH_PLANNED && council->of != OF_MOBILITAET)
        return OK;
    TRY(invite(&session));
    if (subject->over)
        return hold(&session);
    act_lead(&session, 0);
    return nth == NTH_PLANNED ? step(&session, "cancel", "Das Haus ist an diesem Tag geschlossen.")
                              : OK;
}

/* ---- all of a body ---- */

/* A team's projects that everybody sees, the newest first. */
static Err find_projects(Council *council)
{
    Cast *cast = council->cast;
    for (size_t p = cast->project_count; p-- > 0 && council->project_count < PROJECTS_SEEN;) {
        ArenaMark mark = arena_mark(cast->cx.arena);
        Item item;
        TRY(item_get_by_id(&cast->cx, cast->projects[p], &item));
        if (item.body.v == council->body.id.v && item.audience == AUDIENCE_PUBLIC)
            council->projects[council->project_count++] = item.id;
        arena_rewind(cast->cx.arena, mark);
    }
    return OK;
}

static Err make_council(Cast *cast, const Zone *zone, Of of)
{
    Council council = {.cast = cast, .zone = zone, .of = of};
    size_t nth = 0;
    cast_act(cast, cast->logins[CAST_OFFICE], ROLE_OFFICE, cast->now_us);
    TRY(item_get_by_id(&cast->cx, of ? cast->teams[of - 1] : cast->management, &council.body));
    TRY(seat_list(&cast->cx, &council.body, false, &council.seats));
    council.lead = council.seats.seats[0].relation.person; /* leads come first */
    TRY(find_projects(&council));
    for (size_t i = 0; i < COUNT_OF(SUBJECTS); i++) {
        if (SUBJECTS[i].of != of)
            continue;
        ArenaMark mark = arena_mark(cast->cx.arena);
        TRY(make_meeting(&council, &SUBJECTS[i], nth++));
        cast->events = (Events){.arena = cast->cx.arena};
        arena_rewind(cast->cx.arena, mark);
    }
    ASSERT(nth == COUNT_OF(DAYS));
    return OK;
}

Err cast_meetings(Cast *cast)
{
    const Zone *zone;
    TRY(zone_load(&cast->cx, S("Europe/Berlin"), &zone));
    for (Of of = OF_LEITUNG; of < OF_COUNT; of++) {
        ArenaMark mark = arena_mark(cast->cx.arena);
        TRY(make_council(cast, zone, of));
        arena_rewind(cast->cx.arena, mark);
    }
    /* What was due is told now, with the mails of the past, and not once more when it runs. */
    cast_act(cast, cast->logins[CAST_OFFICE], ROLE_OFFICE, cast->now_us);
    return task_remind(&cast->cx);
}

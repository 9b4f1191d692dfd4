/* Bodies at work, in the demo city: joining a team, a meeting from its invitation to its published
 * minutes, two who write the same minutes at once, tasks, and the adoption of a strategy; with the
 * mails that each of it sends, counted. */
#include "program.h"

#include "core/actor.h"
#include "db/db.h"

enum { DEMO_WAIT_MS = 240000, MAIL_WAIT_MS = 20000 };

#define PASSWORD "lindhafen"
#define TEAM "/teams/expertenteam-energie"

static const Str PUBLIC_PAGES[] = {S_INIT("/teams"),           S_INIT(TEAM),
                                   S_INIT(TEAM "/mitglieder"), S_INIT(TEAM "/sitzungen"),
                                   S_INIT(TEAM "/projekte"),   S_INIT("/strategie")};

/* ---- who asks ---- */

typedef struct Visitor {
    Str cookie, token;
} Visitor;

static Visitor log_in(City *city, const char *mail)
{
    Visitor v = {.cookie = city_login(city, &city->client, mail, PASSWORD)};
    v.token = city_form_token(city, &city->client, v.cookie);
    return v;
}

static Answer get(City *city, const Visitor *v, Str path)
{
    return ask(&city->client, .path = path, .headers = v ? v->cookie : S(""));
}

static Answer post(City *city, const Visitor *v, Str path, const char *fields)
{
    Buf token = buf_new(&city->arena, 1024);
    buf_uri_component(&token, v->token);
    Str body = str_fmt(city, "token=%.*s&%s", SARG(buf_str(&token)), fields);
    return ask(&city->client, .method = "POST", .path = path, .headers = v->cookie, .type = AS_FORM,
               .body = body);
}

/* Where a form that was taken leads. */
static Str taken(City *city, const Visitor *v, Str path, const char *fields)
{
    Answer answer = post(city, v, path, fields);
    if (answer.status != 303)
        print_message("# %.*s: %.*s\n", SARG(path), SARG(str_slice(answer.body, 0, 4000)));
    assert_status(303, answer);
    return answer_header(&answer, S("Location"));
}

/* The value of the hidden field, as the page carries it. */
static Str hidden(const Answer *answer, const char *name, City *city)
{
    Str mark = str_fmt(city, "name=\"%s\" value=\"", name);
    ptrdiff_t at = str_find(answer->body, mark);
    assert_true(at >= 0);
    Str rest = str_from_index(answer->body, (size_t)at + mark.n);
    return str_cut(&rest, '"');
}

/* ---- mails ---- */

static Db *open_store(City *city)
{
    Db *db;
    Actor *actor = arena_new(&city->arena, Actor);
    actor->tenant = TENANT_DEFAULT;
    city->cx.actor = actor;
    assert_int_equal(db_open(&city->cx, str_fmt(city, "%s/hanse.db", city->data),
                             (DbOptions){.mode = DB_READ}, &db),
                     OK);
    city->cx.db = db;
    return db;
}

static int64_t one_number(City *city, const Statement *statement, DbValue value)
{
    DbRows rows;
    bool row = false;
    int64_t number = 0;
    assert_ok(&city->cx, db_start(&city->cx, statement, DB_ARGS(value), &rows));
    assert_ok(&city->cx, db_next(&city->cx, &rows, &row));
    if (row)
        number = db_i64(&rows, 0);
    db_end(&rows);
    return number;
}

static int64_t last_mail(City *city)
{
    static const Statement LAST =
        SQL("SELECT coalesce(max(id), 0) FROM mail_kept WHERE tenant = ?1");
    return one_number(city, &LAST, V_I64(1));
}

static bool all_sent(City *city)
{
    static const Statement WAITING = SQL("SELECT count(*) FROM outbox WHERE tenant = ?1"
                                         " AND kind = 'mail' AND state NOT IN ('done', 'dead')");
    return one_number(city, &WAITING, V_I64(1)) == 0;
}

/* The kinds of the mails that were sent since, in their order: "seat_asked seat_declined ". */
static Str mails_since(City *city, int64_t id)
{
    static const Statement KINDS = SQL("SELECT kind FROM mail_kept WHERE tenant = 1 AND id > ?1"
                                       " ORDER BY kind, id LIMIT 500");
    DbRows rows;
    bool row = false;
    Buf out = buf_new(&city->arena, 1 << 16);
    for (int waited = 0; !all_sent(city) && waited < MAIL_WAIT_MS; waited += 50)
        sleep_ms(50);
    assert_ok(&city->cx, db_start(&city->cx, &KINDS, DB_ARGS(V_I64(id)), &rows));
    while (db_next(&city->cx, &rows, &row) == OK && row) {
        buf_put(&out, db_text(&rows, 0));
        buf_char(&out, ' ');
    }
    db_end(&rows);
    return buf_str(&out);
}

static void assert_mails(City *city, int64_t since, const char *expected)
{
    Str found = mails_since(city, since);
    assert_str_equal(str_from(expected), found);
}

static Str times(City *city, const char *kind, int64_t count)
{
    Buf out = buf_new(&city->arena, 1 << 16);
    for (int64_t i = 0; i < count; i++)
        buf_fmt(&out, "%s ", kind);
    return buf_str(&out);
}

/* ---- the stories ---- */

static void a_team_is_joined(City *city, const Visitor *lead, const Visitor *member)
{
    int64_t before = last_mail(city);
    Answer answer = get(city, member, S(TEAM "/mitmachen"));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Mitglieder kommen aus den Organisationen der Partner")));
    answer = post(city, member, S(TEAM "/mitmachen"), "message=Ich+habe+Lust");
    assert_status(422, answer);
    assert_true(answer_has(&answer, S("Ich habe Lust"))); /* what was typed is not lost */
    Visitor partner = log_in(city, "partner@lindhafen.example");
    Str seat = taken(city, &partner, S(TEAM "/mitmachen"), "message=Ich+baue+Speicher&key=k1");
    Str again = taken(city, &partner, S(TEAM "/mitmachen"), "message=Ich+baue+Speicher&key=k1");
    assert_str_equal(seat, again); /* a double click */
    answer = get(city, NULL, S(TEAM "/mitglieder"));
    assert_false(answer_has(&answer, S("Möchten mitmachen")));
    answer = get(city, lead, seat);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Ich baue Speicher")));
    answer = post(city, lead, seat, "do=decide&answer=no&reason=");
    assert_status(422, answer);
    assert_true(answer_has(&answer, S("Bitte begründen Sie die Absage")));
    taken(city, lead, seat, "do=decide&answer=yes&reason=Willkommen");
    answer = get(city, &partner, S(TEAM "/aufgaben"));
    assert_status(200, answer);
    assert_mails(city, before, "seat_accepted seat_asked ");
    /* And is left again, which nobody else has to be told. */
    taken(city, &partner, seat, "do=end&until=");
    assert_status(303, get(city, &partner, S(TEAM "/aufgaben")));
    assert_mails(city, before, "seat_accepted seat_asked ");
}

static void a_meeting_is_invited_to(City *city, const Visitor *lead)
{
    int64_t before = last_mail(city);
    static const Statement MEMBERS =
        SQL("SELECT count(DISTINCT r.person) FROM relation r JOIN item i ON i.tenant = r.tenant"
            " AND i.id = r.item WHERE i.slug = ?1 AND r.state = 'active'");
    int64_t members = one_number(city, &MEMBERS, V_TEXT(S("expertenteam-energie")));
    assert_true(members > 10);
    Answer answer = post(city, lead, S(TEAM "/sitzungen/neu"),
                         "title=Fr%C3%BChjahr&start=2099-03-29&from=02:30&end=04:00&visibility=0");
    assert_status(422, answer); /* that time does not exist */
    assert_true(answer_has(&answer, S("manche Uhrzeiten nicht")));
    Str path = taken(city, lead, S(TEAM "/sitzungen/neu"),
                     "title=Fr%C3%BChjahr&start=2099-03-28&from=18:00&end=19:30&place=Rathaus"
                     "&link=https%3A%2F%2Fvideo.example.org%2Fgeheim&visibility=0"
                     "&title_1=Begr%C3%BC%C3%9Fung&minutes_1=10&title_2=Speicher&speaker_2=Uta");
    assert_status(404, get(city, NULL, path));
    taken(city, lead, str_fmt(city, "%.*s/schritt", SARG(path)), "verb=invite");
    assert_mails(city, before, times(city, "meeting_invited", members - 1).p);
    answer = get(city, NULL, path);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("18:10")) && answer_has(&answer, S("Speicher")));
    assert_false(answer_has(&answer, S("video.example.org")));
    answer = get(city, NULL, S(TEAM "/termine.ics"));
    assert_status(200, answer);
    assert_str("text/calendar; charset=utf-8", answer_header(&answer, S("Content-Type")));
    assert_true(answer_has(&answer, S("DTSTART;TZID=Europe/Berlin:20990328T180000\r\n")));
    assert_true(answer_has(&answer, S("SEQUENCE:1\r\nSTATUS:CONFIRMED\r\n")));
    taken(city, lead, str_fmt(city, "%.*s/schritt", SARG(path)), "verb=cancel&reason=Krank");
    answer = get(city, NULL, str_fmt(city, "%.*s/termin.ics", SARG(path)));
    assert_true(answer_has(&answer, S("SEQUENCE:2\r\nSTATUS:CANCELLED\r\n")));
    Str all = str_fmt(city, "%.*s%.*s", SARG(times(city, "meeting_cancelled", members - 1)),
                      SARG(times(city, "meeting_invited", members - 1)));
    assert_mails(city, before, all.p);
}

/* A calendar with a key sees what the team alone may know, and no longer than its key lasts. */
static void a_calendar_reads_with_a_key(City *city, const Visitor *lead)
{
    Str path = taken(city, lead, S(TEAM "/sitzungen/neu"),
                     "title=Nur+intern&start=2099-05-04&from=10:00&end=11:00&visibility=2");
    taken(city, lead, str_fmt(city, "%.*s/schritt", SARG(path)), "verb=invite");
    Answer answer = get(city, NULL, S(TEAM "/termine.ics"));
    assert_false(answer_has(&answer, S("Nur intern")));
    answer = post(city, lead, S(TEAM "/kalender"), "key=");
    assert_status(200, answer);
    ptrdiff_t at = str_find(answer.body, S("schluessel="));
    assert_true(at > 0);
    Str key = str_slice(answer.body, (size_t)at + 11, (size_t)at + 11 + 43);
    Str feed = str_fmt(city, TEAM "/termine.ics?schluessel=%.*s", SARG(key));
    answer = get(city, NULL, feed);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Nur intern")));
    assert_status(200, post(city, lead, S(TEAM "/kalender"), "key="));
    assert_status(404, get(city, NULL, feed));
}

static Str held_meeting(City *city, const Visitor *lead)
{
    Str path = taken(city, lead, S(TEAM "/sitzungen/neu"),
                     "title=R%C3%BCckblick&start=2020-01-15&from=10:00&end=11:30&visibility=2"
                     "&title_1=Bericht");
    taken(city, lead, str_fmt(city, "%.*s/schritt", SARG(path)), "verb=hold");
    return path;
}

static void two_write_the_same_minutes(City *city, const Visitor *lead, Str path)
{
    Str form = str_fmt(city, "%.*s/protokoll", SARG(path));
    Visitor office = log_in(city, "buero@lindhafen.example");
    Answer mine = get(city, lead, form), yours = get(city, &office, form);
    assert_status(200, mine);
    assert_true(answer_has(&mine, S("## Bericht"))); /* the agenda as a frame */
    Str version = hidden(&mine, "version", city), same = hidden(&yours, "version", city);
    assert_str_equal(version, same);
    taken(city, lead, form, city_fmt(city, "version=%.*s&minutes=Von+mir", SARG(version)));
    Answer refused =
        post(city, &office, form, city_fmt(city, "version=%.*s&minutes=Von+dir", SARG(same)));
    assert_status(409, refused);
    assert_true(answer_has(&refused, S("Von dir")) && answer_has(&refused, S("Von mir")));
    Str fresh = hidden(&refused, "version", city);
    taken(city, &office, form, city_fmt(city, "version=%.*s&minutes=Von+beiden", SARG(fresh)));
    Answer page = get(city, lead, path);
    assert_true(answer_has(&page, S("Von beiden")));
}

/* Everybody of the form of attendance was there. */
static void note_attendance(City *city, const Visitor *lead, Str path, Str ret_person[2])
{
    Str form = str_fmt(city, "%.*s/teilnahme", SARG(path));
    Answer page = get(city, lead, form);
    Buf body = buf_new(&city->arena, 1 << 16);
    static const Str MARK = S_INIT("name=\"person_");
    Str rest = page.body;
    size_t count = 0;
    assert_status(200, page);
    for (ptrdiff_t at; (at = str_find(rest, MARK)) >= 0; count++) {
        rest = str_from_index(rest, (size_t)at + MARK.n);
        Str person = str_cut(&rest, '"');
        if (count < 2)
            ret_person[count] = person;
        buf_fmt(&body, "&person_%.*s=%s", SARG(person), count < 3 ? "present" : "excused");
    }
    assert_true(count > 3);
    buf_char(&body, 0);
    taken(city, lead, form, body.p + 1);
}

static void a_decision_is_recorded(City *city, const Visitor *lead, Str path, Str recused)
{
    Str form = str_fmt(city, "%.*s/beschluesse/neu", SARG(path));
    Answer answer = post(city, lead, form,
                         city_fmt(city,
                                  "body=Wir+bauen&result=accepted&votes=3&against=0&abstentions=0"
                                  "&recusals=%.*s",
                                  SARG(recused)));
    assert_status(422, answer); /* three were there, and one of them has no vote */
    assert_true(answer_has(&answer, S("Wir bauen")));
    taken(city, lead, form,
          city_fmt(city,
                   "body=Wir+bauen&result=accepted&votes=2&against=0&abstentions=0&recusals=%.*s",
                   SARG(recused)));
    answer = get(city, lead, path);
    assert_true(answer_has(&answer, S("Wegen Befangenheit nicht beteiligt")));
    assert_true(answer_has(&answer, S("2 dafür, 0 dagegen, 0 Enthaltungen")));
}

static void a_task_is_given_and_ticked_off(City *city, const Visitor *lead, Str path, Str owner)
{
    static const Statement MEETING = SQL("SELECT id FROM item WHERE tenant = 1 AND noun ="
                                         " 'meeting' AND slug = ?1");
    static const Statement TASK = SQL("SELECT max(id) FROM task WHERE tenant = 1 AND title = ?1");
    Str slug = str_from_index(path, strlen("/sitzungen/"));
    int64_t before = last_mail(city), meeting = one_number(city, &MEETING, V_TEXT(slug));
    Str back = taken(city, lead, S(TEAM "/aufgaben/neu"),
                     city_fmt(city, "title=Angebot+holen&owner=%.*s&due=2099-01-31&meeting=%lld",
                              SARG(owner), (long long)meeting));
    assert_str_equal(path, back);
    assert_mails(city, before, "task_given ");
    Answer answer = get(city, lead, S(TEAM "/aufgaben"));
    assert_true(answer_has(&answer, S("Angebot holen")));
    int64_t task = one_number(city, &TASK, V_TEXT(S("Angebot holen")));
    back = taken(city, lead, str_fmt(city, "/mein/aufgaben/%lld", (long long)task),
                 "state=done&back=//evil.example");
    assert_str("/mein/aufgaben", back);
    answer = get(city, lead, S(TEAM "/aufgaben"));
    assert_false(answer_has(&answer, S("Angebot holen")));
}

static void minutes_are_published(City *city, const Visitor *lead, Str path)
{
    Str step = str_fmt(city, "%.*s/schritt", SARG(path));
    taken(city, lead, step, "verb=approve");
    assert_status(404, get(city, NULL, path));
    taken(city, lead, str_fmt(city, "%.*s/veroeffentlichen", SARG(path)),
          "public=Es+ging+um+Speicher.");
    Answer answer = get(city, NULL, path);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Es ging um Speicher.")));
    assert_true(answer_has(&answer, S("Wir bauen")));
    assert_false(answer_has(&answer, S("Von beiden")));
    assert_false(answer_has(&answer, S("Angebot holen")));
    answer = get(city, NULL, str_fmt(city, "/en%.*s", SARG(path)));
    assert_true(answer_has(&answer, S("Minutes for everybody")));
}

static void bodies_at_work(void **state)
{
    City *city = *state;
    Str people[2];
    city_demo(city, DEMO_WAIT_MS);
    Db *db = open_store(city);
    for (size_t i = 0; i < COUNT_OF(PUBLIC_PAGES); i++)
        assert_status(200, get(city, NULL, PUBLIC_PAGES[i]));
    Visitor lead = log_in(city, "team@lindhafen.example");
    Visitor member = log_in(city, "mitglied@lindhafen.example");
    a_team_is_joined(city, &lead, &member);
    a_meeting_is_invited_to(city, &lead);
    a_calendar_reads_with_a_key(city, &lead);
    Str path = held_meeting(city, &lead);
    two_write_the_same_minutes(city, &lead, path);
    note_attendance(city, &lead, path, people);
    a_decision_is_recorded(city, &lead, path, people[0]);
    a_task_is_given_and_ticked_off(city, &lead, path, people[1]);
    minutes_are_published(city, &lead, path);
    db_close(db);
}

/* The next edition: drafted from the one in force, opened for comments, adopted. */
static void a_strategy_is_adopted(void **state)
{
    City *city = *state;
    static const Statement BODY = SQL("SELECT i.id FROM item i JOIN body b ON b.tenant = i.tenant"
                                      " AND b.id = i.id WHERE b.kind = ?1 LIMIT 1");
    city_demo(city, DEMO_WAIT_MS);
    Db *db = open_store(city);
    Visitor office = log_in(city, "buero@lindhafen.example");
    Answer before = get(city, NULL, S("/strategie"));
    ptrdiff_t at = str_find(before.body, S("href=\"/ziele/"));
    assert_true(at > 0);
    Str rest = str_from_index(before.body, (size_t)at + 6), goal = str_cut(&rest, '"');
    int64_t body = one_number(city, &BODY, V_TEXT(S("management")));
    Str path = taken(city, &office, S("/strategie/neu"),
                     city_fmt(city,
                              "title=Strategie+2040&lead=&body=Neu.&body_id=%lld"
                              "&visibility=0",
                              (long long)body));
    assert_status(404, get(city, NULL, path));
    Str step = str_fmt(city, "%.*s/schritt", SARG(path));
    taken(city, &office, step, "verb=consult");
    Answer answer = get(city, NULL, path);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("steht zur Beteiligung")));
    Str adopt = str_fmt(city, "%.*s/beschluss", SARG(path));
    answer = post(city, &office, adopt, "adopted_day=2999-01-01");
    assert_status(422, answer);
    assert_str("/strategie", taken(city, &office, adopt, "adopted_day=2024-12-01"));
    answer = get(city, NULL, S("/strategie"));
    assert_true(answer_has(&answer, S("Strategie 2040")));
    answer = get(city, NULL, goal); /* the old goal stays, and leads on */
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Fortgeführt als")));
    assert_true(answer_has(&answer, S("Abgelöst")));
    answer =
        post(city, &office, str_fmt(city, "%.*s/bearbeiten", SARG(path)), "title=Anders&version=9");
    assert_status(403, answer);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bodies_at_work, city_setup, city_teardown),
        cmocka_unit_test_setup_teardown(a_strategy_is_adopted, city_setup, city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Bodies at work, seen from outside: founded, led, joined; a meeting from its invitation to its
 * published minutes; tasks; with the mails that each of it sends, their appointments, and what
 * those outside must not see. The partners are made through the domain (portfolio.h). */
#include "program.h"

#include "portfolio.h"
#include "smtp.h"

#define TEAM "/teams/expertenteam-energie"

static Smtp *smtp;

/* ---- who asks ---- */

/* Lead 0 leads the body; 1 and 2 come in; 3 is refused; the guest belongs to no partner. */
typedef enum Who { OFFICE, LEAD, FIRST, SECOND, THIRD, GUEST, WHO_COUNT_ } Who;
static const char *const MAILS_OF[WHO_COUNT_] = {"office@example.org", "lead0@example.org",
                                                 "lead1@example.org",  "lead2@example.org",
                                                 "lead3@example.org",  "guest@example.org"};
static Str cookies[WHO_COUNT_], tokens[WHO_COUNT_];

static void fill(City *city)
{
    portfolio_city(city, 4, 0);
    city_add_person(city, "guest@example.org", "member", PORTFOLIO_PASSWORD);
}

static void log_in(City *city)
{
    for (Who who = 0; who < WHO_COUNT_; who++) {
        cookies[who] = city_login(city, &city->client, MAILS_OF[who], PORTFOLIO_PASSWORD);
        tokens[who] = city_form_token(city, &city->client, cookies[who]);
    }
}

static int setup(void **state)
{
    smtp = smtp_start();
    city_setup(state);
    City *city = *state;
    fill(city);
    city_serve(city, "--smtp-url", city_fmt(city, "smtp://127.0.0.1:%u", smtp_port(smtp)),
               "--smtp-from", "stadt@lindhafen.example", "--public-url",
               "http://lindhafen.example");
    log_in(city);
    return 0;
}

static int teardown(void **state)
{
    int code = city_teardown(state);
    smtp_stop(smtp);
    return code;
}

/* ---- asking ---- */

static Answer get(City *city, Who who, Str path)
{
    return ask(&city->client, .path = path, .headers = cookies[who]);
}

static Answer get_stranger(City *city, Str path)
{
    return ask(&city->client, .path = path);
}

static Answer post(City *city, Who who, Str path, const char *fields)
{
    Buf token = buf_new(&city->arena, 1024);
    buf_uri_component(&token, tokens[who]);
    Str body = str_fmt(city, "token=%.*s&%s", SARG(buf_str(&token)), fields);
    return ask(&city->client, .method = "POST", .path = path, .headers = cookies[who],
               .type = AS_FORM, .body = body);
}

/* Where a form that was taken leads. */
static Str taken(City *city, Who who, Str path, const char *fields)
{
    Answer answer = post(city, who, path, fields);
    if (answer.status != 303)
        print_message("# %s: %.*s\n", fields, SARG(path));
    assert_status(303, answer);
    return answer_header(&answer, S("Location"));
}

static Str below(City *city, Str path, const char *part)
{
    return str_fmt(city, "%.*s/%s", SARG(path), part);
}

static Str between(Str text, Str before, char after)
{
    ptrdiff_t at = str_find(text, before);
    assert_true(at >= 0);
    Str rest = str_from_index(text, (size_t)at + before.n);
    return str_cut(&rest, after);
}

static Str hidden(City *city, const Answer *answer, const char *name)
{
    return between(answer->body, str_fmt(city, "name=\"%s\" value=\"", name), '"');
}

static void assert_sees(Answer answer, const char *part)
{
    if (!answer_has(&answer, str_from(part)))
        print_message("# no \"%s\" in %d %.*s\n", part, answer.status, SARG(answer.body));
    assert_true(answer_has(&answer, str_from(part)));
}

static void assert_lacks(Answer answer, const char *part)
{
    assert_status(200, answer);
    if (answer_has(&answer, str_from(part)))
        print_message("# \"%s\" in %.*s\n", part, SARG(answer.body));
    assert_false(answer_has(&answer, str_from(part)));
}

static void assert_refused(int status, Answer answer, const char *words)
{
    assert_status(status, answer);
    assert_sees(answer, words);
}

/* ---- mails ---- */

/* That many more than before. */
static void expect_mails(size_t *before, size_t more)
{
    *before += more;
    smtp_expect(smtp, *before);
}

/* ---- the body ---- */

static void a_body_is_founded_and_led(City *city, size_t *mails)
{
    static const char FIELDS[] = "title=Expertenteam+Energie&lead=Strom+und+W%C3%A4rme."
                                 "&body=Das+Mandat:+%2A%2Asparen%2A%2A.&kind=expert&visibility=0";
    assert_status(403, post(city, LEAD, S("/teams/neu"), FIELDS));
    assert_str_equal(S(TEAM), taken(city, OFFICE, S("/teams/neu"), FIELDS));
    assert_status(404, get_stranger(city, S(TEAM))); /* it forms among the alliance */
    assert_status(404, get(city, GUEST, S(TEAM)));
    assert_status(200, get(city, FIRST, S(TEAM)));
    assert_refused(409, post(city, OFFICE, S(TEAM "/schritt"), "verb=activate"),
                   "jemand es leitet");
    assert_status(422, post(city, OFFICE, S(TEAM "/einladen"), "mail=nobody%40example.org"));
    taken(city, OFFICE, S(TEAM "/einladen"), "mail=lead0%40example.org&role=lead&placed=1");
    taken(city, OFFICE, S(TEAM "/schritt"), "verb=activate");
    expect_mails(mails, 1);
    Answer page = get_stranger(city, S(TEAM));
    assert_status(200, page);
    assert_sees(page, "<strong>sparen</strong>");
    assert_lacks(page, "lead0@example.org"); /* named with consent alone */
    page = get(city, FIRST, S(TEAM "/mitglieder"));
    assert_sees(page, "lead0@example.org");
}

static Str asked(City *city, Who who, const char *fields)
{
    return taken(city, who, S(TEAM "/mitmachen"), fields);
}

static void some_join_and_one_is_refused(City *city, size_t *mails)
{
    assert_status(422, post(city, GUEST, S(TEAM "/mitmachen"), "message=Ich+habe+Lust"));
    /* Invited, and in; with the name for everybody. */
    taken(city, LEAD, S(TEAM "/einladen"), "mail=lead1%40example.org&title=Messung");
    expect_mails(mails, 1);
    SmtpMail invited = smtp_last(smtp, "seat_invited", "lead1@example.org");
    Str seat = smtp_link(&invited);
    assert_status(404, get(city, THIRD, seat));
    assert_status(404, post(city, SECOND, seat, "do=answer&answer=yes"));
    taken(city, FIRST, seat, "do=answer&answer=yes&shown=1");
    /* Asked, twice by one click, and decided. */
    seat = asked(city, SECOND, "message=Ich+baue+Speicher&key=k1");
    assert_str_equal(seat, asked(city, SECOND, "message=Ich+baue+Speicher&key=k1"));
    Answer again = post(city, SECOND, S(TEAM "/mitmachen"), "message=Noch+einmal&key=k2");
    assert_status(409, again);
    assert_sees(again, "Noch einmal");
    expect_mails(mails, 1);
    assert_sees(get(city, LEAD, seat), "Ich baue Speicher");
    assert_lacks(get_stranger(city, S(TEAM "/mitglieder")), "lead2@example.org");
    assert_lacks(get(city, FIRST, S(TEAM "/mitglieder")), "lead2@example.org");
    assert_status(404, post(city, FIRST, seat, "do=decide&answer=yes"));
    taken(city, LEAD, seat, "do=decide&answer=yes&reason=Willkommen");
    assert_status(409, post(city, OFFICE, seat, "do=decide&answer=no&reason=Doch+nicht"));
    /* And refused, with a reason. */
    seat = asked(city, THIRD, "message=Auch+ich");
    assert_refused(422, post(city, LEAD, seat, "do=decide&answer=no&reason="),
                   "Bitte begründen Sie die Absage");
    taken(city, LEAD, seat, "do=decide&answer=no&reason=Wir+sind+voll.");
    expect_mails(mails, 3);
    SmtpMail declined = smtp_last(smtp, "seat_declined", "lead3@example.org");
    assert_true(str_find(declined.body, S("Wir sind voll.")) > 0);
    assert_int_equal(smtp_count_of(smtp, "seat_accepted", "lead2@example.org"), 1);
    Answer page = get_stranger(city, S(TEAM));
    assert_sees(page, "3 Mitglieder aus 3 Organisationen");
    assert_sees(page, "Vertreten sind 3 von 9 Arten von Partnern");
    page = get_stranger(city, S(TEAM "/mitglieder"));
    assert_sees(page, "lead1@example.org");
    assert_lacks(page, "lead2@example.org");
}

static void a_seat_ends_on_its_day(City *city, size_t *mails)
{
    SmtpMail accepted = smtp_last(smtp, "seat_accepted", "lead2@example.org");
    Str seat = smtp_link(&accepted);
    assert_status(422, post(city, LEAD, seat, "do=end&until=2001-01-01"));
    assert_status(422, post(city, LEAD, seat, "do=end&until=morgen"));
    taken(city, LEAD, seat, "do=end&until=2099-12-31");
    expect_mails(mails, 1);
    assert_sees(get(city, LEAD, seat), "2099"); /* and until then, nothing changes */
    assert_status(200, get(city, SECOND, S(TEAM "/aufgaben")));
    SmtpMail led = smtp_last(smtp, "seat_accepted", "lead0@example.org");
    assert_refused(409, post(city, LEAD, smtp_link(&led), "do=end&until="),
                   "Ein arbeitendes Team braucht eine Leitung");
}

/* ---- a meeting, and its appointment ---- */

/* The text of an appointment, its folded lines joined; each line ends as RFC 5545 says. */
static Str unfolded(City *city, Str file)
{
    Buf out = buf_new(&city->arena, 1 << 20);
    assert_true(str_starts(file, S("BEGIN:VCALENDAR\r\n")));
    assert_true(str_ends(file, S("END:VEVENT\r\nEND:VCALENDAR\r\n")));
    for (Str rest = file; rest.n;) {
        ptrdiff_t end = str_find(rest, S("\r\n"));
        assert_in_range(end, 1, 75);
        Str line = str_slice(rest, 0, (size_t)end);
        assert_true(str_find_char(line, '\n') < 0 && str_is_utf8(line));
        if (line.p[0] == ' ')
            line = str_from_index(line, 1);
        else if (out.n)
            buf_char(&out, '\n');
        buf_put(&out, line);
        rest = str_from_index(rest, (size_t)end + 2);
    }
    buf_char(&out, '\n');
    return buf_str(&out);
}

static void assert_line(Str file, const char *line)
{
    if (str_find(file, str_from(line)) < 0)
        print_message("# no \"%s\" in\n%.*s\n", line, SARG(file));
    assert_true(str_find(file, str_from(line)) >= 0);
}

static Str appointment(City *city, const char *kind, const char *to, const char *method)
{
    SmtpMail mail = smtp_last(smtp, kind, to);
    assert_str_equal(str_from(method), mail.method);
    assert_true(str_find(mail.head, S("\nBcc:")) < 0);
    Str file = unfolded(city, mail.calendar);
    assert_line(file, city_fmt(city, "\nMETHOD:%s\n", method));
    assert_line(file, city_fmt(city, ";RSVP=FALSE:mailto:%s\n", to));
    assert_line(file, ":mailto:stadt@lindhafen.example\n");
    assert_line(file, "\nTZID:Europe/Berlin\n");
    return file;
}

#define MEETING_FIELDS                                                                             \
    "title=Fr%C3%BChjahr%0D%0ABcc:+all%40example.org&start=2099-03-28&from=18:00&end=19:30"        \
    "&lead=Worum+es+geht&link=https%3A%2F%2Fvideo.example.org%2Fgeheim&visibility=0"               \
    "&title_1=Begr%C3%BC%C3%9Fung&minutes_1=10&title_2=Speicher&speaker_2=Uta"

static Str invited_meeting(City *city, size_t *mails)
{
    Str form = S(TEAM "/sitzungen/neu");
    /* That time does not exist: the clocks go forward. */
    assert_refused(
        422, post(city, LEAD, form, "title=X&start=2099-03-29&from=02:30&end=04:00&visibility=0"),
        "manche Uhrzeiten nicht");
    assert_status(403, post(city, FIRST, form, MEETING_FIELDS));
    Str path = taken(city, LEAD, form, MEETING_FIELDS "&place=Rathaus%01&key=m1");
    assert_str_equal(path, taken(city, LEAD, form, MEETING_FIELDS "&place=Rathaus%01&key=m1"));
    assert_status(404, get_stranger(city, path));
    assert_status(404, get(city, THIRD, path));
    assert_status(200, get(city, SECOND, path));
    assert_status(403, post(city, SECOND, below(city, path, "schritt"), "verb=invite"));
    taken(city, LEAD, below(city, path, "schritt"), "verb=invite");
    assert_status(409, post(city, OFFICE, below(city, path, "schritt"), "verb=invite"));
    expect_mails(mails, 2); /* the lead knows */
    return path;
}

static void the_invitation_is_an_appointment(City *city, Str path)
{
    Str file = appointment(city, "meeting_invited", "lead1@example.org", "REQUEST");
    assert_line(file, "\nSEQUENCE:1\nSTATUS:CONFIRMED\n"
                      "DTSTART;TZID=Europe/Berlin:20990328T180000\n"
                      "DTEND;TZID=Europe/Berlin:20990328T193000\n");
    assert_line(file, "\nSUMMARY:Expertenteam Energie: Frühjahr  Bcc: all@example.org\n");
    assert_line(file, "\nDESCRIPTION:Worum es geht\\n\\nhttps://video.example.org/geheim\n");
    assert_line(file, "\nLOCATION:Rathaus");
    assert_line(file, city_fmt(city, "\nURL:http://lindhafen.example%.*s\n", SARG(path)));
    Answer page = get_stranger(city, path);
    assert_status(200, page);
    assert_sees(page, "18:10");
    assert_sees(page, "Speicher");
    assert_lacks(page, "video.example.org");
    page = get_stranger(city, below(city, path, "termin.ics"));
    assert_status(200, page);
    assert_lacks(page, "geheim");
    /* The feed and the mail speak of the same appointment. */
    Str uid = between(file, S("\nUID:"), '\n');
    assert_true(answer_has(&page, str_fmt(city, "\r\nUID:%.*s\r\n", SARG(uid))));
}

static void it_moves_and_is_cancelled(City *city, Str path, size_t *mails)
{
    Str uid = between(appointment(city, "meeting_invited", "lead2@example.org", "REQUEST"),
                      S("\nUID:"), '\n');
    Str form = below(city, path, "bearbeiten");
    Answer mine = get(city, LEAD, form), yours = get(city, OFFICE, form);
    assert_status(200, mine);
    Str version = hidden(city, &mine, "version");
    assert_str_equal(version, hidden(city, &yours, "version"));
    taken(city, LEAD, form,
          city_fmt(city, "version=%.*s&%s", SARG(version), MEETING_FIELDS "&place=Hafen"));
    assert_refused(
        409,
        post(city, OFFICE, form,
             city_fmt(city, "version=%.*s&%s", SARG(version), MEETING_FIELDS "&place=Turm")),
        "Turm");
    expect_mails(mails, 2);
    Str file = appointment(city, "meeting_moved", "lead2@example.org", "REQUEST");
    assert_line(file, city_fmt(city, "\nUID:%.*s\n", SARG(uid)));
    assert_line(file, "\nSEQUENCE:2\nSTATUS:CONFIRMED\n");
    assert_line(file, "\nLOCATION:Hafen\n");
    assert_refused(422, post(city, LEAD, below(city, path, "schritt"), "verb=cancel&reason="),
                   "name=\"reason\"");
    taken(city, LEAD, below(city, path, "schritt"), "verb=cancel&reason=Sturm");
    expect_mails(mails, 2);
    file = appointment(city, "meeting_cancelled", "lead2@example.org", "CANCEL");
    assert_line(file, city_fmt(city, "\nUID:%.*s\n", SARG(uid)));
    assert_line(file, "\nSEQUENCE:3\nSTATUS:CANCELLED\n");
    Answer page = get_stranger(city, below(city, path, "termin.ics"));
    assert_sees(page, "SEQUENCE:3\r\nSTATUS:CANCELLED\r\n");
}

/* ---- what is written down ---- */

static Str held_meeting(City *city)
{
    Str path = taken(city, LEAD, S(TEAM "/sitzungen/neu"),
                     "title=R%C3%BCckblick&start=2020-01-15&from=10:00&end=11:30&visibility=2"
                     "&title_1=Bericht");
    assert_status(409, post(city, LEAD, below(city, path, "schritt"), "verb=invite"));
    taken(city, LEAD, below(city, path, "schritt"), "verb=hold");
    return path;
}

static void two_write_the_same_minutes(City *city, Str path)
{
    Str form = below(city, path, "protokoll");
    Answer mine = get(city, FIRST, form), yours = get(city, OFFICE, form);
    assert_status(200, mine);
    assert_sees(mine, "## Bericht"); /* the agenda as a frame */
    Str version = hidden(city, &mine, "version");
    assert_str_equal(version, hidden(city, &yours, "version"));
    taken(city, FIRST, form, city_fmt(city, "version=%.*s&minutes=Von+mir", SARG(version)));
    Answer refused =
        post(city, OFFICE, form, city_fmt(city, "version=%.*s&minutes=Von+dir", SARG(version)));
    assert_status(409, refused);
    assert_sees(refused, "Von dir");
    assert_sees(refused, "Von mir");
    Str fresh = hidden(city, &refused, "version");
    taken(city, OFFICE, form, city_fmt(city, "version=%.*s&minutes=Von+beiden", SARG(fresh)));
    assert_sees(get(city, LEAD, path), "Von beiden");
    assert_status(404, post(city, THIRD, form, "version=9&minutes=Von+draussen"));
    assert_status(404, get(city, GUEST, form));
}

/* The number of the person in the form of attendance. */
static Str person_of(City *city, const Answer *page, const char *name)
{
    static const Str MARK = S_INIT("for=\"person_");
    ptrdiff_t end = str_find(page->body, str_fmt(city, "\">%s</label>", name));
    assert_true(end > 0);
    Str before = str_slice(page->body, 0, (size_t)end);
    for (ptrdiff_t at; (at = str_find(before, MARK)) >= 0;)
        before = str_from_index(before, (size_t)at + MARK.n);
    return before;
}

static void a_decision_names_who_took_no_part(City *city, Str path, Str ret_people[2])
{
    Answer page = get(city, LEAD, below(city, path, "teilnahme"));
    assert_status(200, page);
    ret_people[0] = person_of(city, &page, "lead1@example.org");
    ret_people[1] = person_of(city, &page, "lead2@example.org");
    assert_status(403, post(city, FIRST, below(city, path, "teilnahme"), ""));
    taken(city, LEAD, below(city, path, "teilnahme"),
          city_fmt(city, "person_%.*s=present&person_%.*s=present&person_%.*s=excused",
                   SARG(person_of(city, &page, "lead0@example.org")), SARG(ret_people[0]),
                   SARG(ret_people[1])));
    Str form = below(city, path, "beschluesse/neu");
    static const char FIELDS[] = "body=Wir+bauen&result=accepted&votes=%d&against=0&abstentions=0"
                                 "&recusals=%.*s";
    /* Two were there, and one of them has no vote; who was not there cannot be recused. */
    assert_refused(422, post(city, LEAD, form, city_fmt(city, FIELDS, 2, SARG(ret_people[0]))),
                   "Wir bauen");
    assert_refused(422, post(city, LEAD, form, city_fmt(city, FIELDS, 1, SARG(ret_people[1]))),
                   "Wir bauen");
    assert_status(403, post(city, FIRST, form, city_fmt(city, FIELDS, 1, SARG(ret_people[0]))));
    taken(city, LEAD, form, city_fmt(city, FIELDS, 1, SARG(ret_people[0])));
    page = get(city, SECOND, path);
    assert_sees(page, "Wegen Befangenheit nicht beteiligt");
    assert_sees(page, "1 dafür, 0 dagegen, 0 Enthaltungen");
}

static void a_task_has_an_owner_and_a_date(City *city, Str path, Str owner, size_t *mails)
{
    Answer page = get(city, LEAD, path);
    Str meeting = between(page.body, S("aufgaben/neu?sitzung="), '"');
    const char *fields =
        city_fmt(city, "title=Angebot+holen&owner=%.*s&due=2099-01-31&meeting=%.*s&key=t1",
                 SARG(owner), SARG(meeting));
    Str form = S(TEAM "/aufgaben/neu");
    assert_status(422, post(city, LEAD, form, "title=&owner=0&due=gestern"));
    assert_status(403, post(city, THIRD, form, fields));
    assert_str_equal(path, taken(city, LEAD, form, fields));
    assert_str_equal(path, taken(city, LEAD, form, fields)); /* a double click */
    expect_mails(mails, 1);
    SmtpMail given = smtp_last(smtp, "task_given", "lead1@example.org");
    assert_true(str_find(given.body, S("Angebot holen")) > 0);
    page = get(city, SECOND, S(TEAM "/aufgaben"));
    assert_sees(page, "Angebot holen");
    assert_sees(page, "31. Januar 2099");
    page = get(city, FIRST, S("/mein/aufgaben"));
    Str task = between(page.body, S("action=\"/mein/aufgaben/"), '"');
    Str state = str_fmt(city, "/mein/aufgaben/%.*s", SARG(task));
    assert_status(404, post(city, GUEST, state, "state=done"));
    assert_str("/mein/aufgaben", taken(city, FIRST, state, "state=done&back=//evil.example"));
    assert_lacks(get(city, LEAD, S(TEAM "/aufgaben")), "Angebot holen");
    assert_status(303, get(city, GUEST, S(TEAM "/aufgaben")));
}

static void the_minutes_are_published(City *city, Str path)
{
    Str step = below(city, path, "schritt");
    taken(city, LEAD, step, "verb=approve");
    assert_status(403, post(city, LEAD, below(city, path, "protokoll"), "version=9&minutes=X"));
    assert_status(404, get_stranger(city, path));
    assert_status(422, post(city, LEAD, below(city, path, "veroeffentlichen"), "public=+"));
    taken(city, LEAD, below(city, path, "veroeffentlichen"), "public=Es+ging+um+Speicher.");
    Answer page = get_stranger(city, path);
    assert_status(200, page);
    assert_sees(page, "Es ging um Speicher.");
    assert_sees(page, "Wir bauen");
    assert_lacks(page, "Von beiden");
    assert_lacks(page, "Angebot holen");
    assert_sees(page, "lead1@example.org"); /* recused, and named: the seat is shown */
    assert_lacks(page, "lead2@example.org");
    page = get_stranger(city, str_fmt(city, "/en%.*s", SARG(path)));
    assert_sees(page, "Minutes for everybody");
    taken(city, LEAD, step, "verb=withdraw&reason=Noch+einmal");
    assert_status(404, get_stranger(city, path));
}

static void a_body_works_from_its_founding_to_its_end(void **state)
{
    City *city = *state;
    size_t mails = 0;
    Str people[2];
    a_body_is_founded_and_led(city, &mails);
    some_join_and_one_is_refused(city, &mails);
    a_seat_ends_on_its_day(city, &mails);
    Str path = invited_meeting(city, &mails);
    the_invitation_is_an_appointment(city, path);
    it_moves_and_is_cancelled(city, path, &mails);
    path = held_meeting(city);
    two_write_the_same_minutes(city, path);
    a_decision_names_who_took_no_part(city, path, people);
    a_task_has_an_owner_and_a_date(city, path, people[0], &mails);
    the_minutes_are_published(city, path);
    assert_status(403, post(city, LEAD, S(TEAM "/schritt"), "verb=dissolve&reason=X"));
    taken(city, OFFICE, S(TEAM "/schritt"), "verb=dissolve&reason=Das+Mandat+ist+erf%C3%BCllt.");
    assert_status(409, post(city, THIRD, S(TEAM "/mitmachen"), "message=Zu+sp%C3%A4t"));
    assert_status(200, get_stranger(city, S(TEAM)));
    expect_mails(&mails, 0);
}

/* ---- a demo, which keeps its mails ---- */

static int setup_kept(void **state)
{
    city_setup(state);
    fill(*state);
    city_serve(*state, "--keep-mails");
    log_in(*state);
    return 0;
}

static void a_kept_mail_shows_its_appointment(void **state)
{
    City *city = *state;
    taken(city, OFFICE, S("/teams/neu"), "title=Team&kind=other&visibility=0");
    taken(city, OFFICE, S("/teams/team/einladen"), "mail=lead1%40example.org&role=lead&placed=1");
    Str path = taken(city, OFFICE, S("/teams/team/sitzungen/neu"),
                     "title=Treffen&start=2099-03-28&from=18:00&end=19:30&visibility=0");
    taken(city, OFFICE, below(city, path, "schritt"), "verb=invite");
    Answer page = {0};
    Str mail = {0};
    for (int waited = 0; !mail.p && waited < CLIENT_WAIT_MS; waited += 50, sleep_ms(50)) {
        page = get_stranger(city, S("/demo/mails"));
        assert_status(200, page);
        ptrdiff_t at = str_find(page.body, S("Team: Treffen"));
        if (at < 0)
            continue;
        Str before = str_slice(page.body, 0, (size_t)at);
        mail = between(str_from_index(before, before.n - 60), S("href=\""), '"');
    }
    assert_non_null(mail.p);
    page = get_stranger(city, mail);
    assert_sees(page, "METHOD:REQUEST");
    assert_sees(page, "Kalendereintrag");
    page = get_stranger(city, below(city, mail, "termin.ics"));
    assert_status(200, page);
    assert_str("text/calendar; charset=utf-8", answer_header(&page, S("Content-Type")));
    assert_line(unfolded(city, page.body), ";RSVP=FALSE:mailto:lead1@example.org\n");
    /* The one about the seat has none. */
    assert_status(404, get_stranger(city, S("/demo/mails/1/termin.ics")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_body_works_from_its_founding_to_its_end, setup, teardown),
        cmocka_unit_test_setup_teardown(a_kept_mail_shows_its_appointment, setup_kept,
                                        city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Bodies at work, seen from outside: founded, led, joined; a meeting from its invitation to its
 * published minutes; tasks; with the mails that each of it sends, their appointments, and what
 * those outside must not see. The partners are made through the domain (portfolio.h). */
#include "program.h"

#include "portfolio.h"
#include "smtp.h"
#include "visit.h"

#define TEAM "/teams/expertenteam-energie"

static Smtp *smtp;

/* ---- who asks ---- */

/* Lead 0 leads the body; 1 and 2 come in; 3 is refused; the guest belongs to no partner. */
static Visitor office = {.name = "office", .mail = "office@example.org"},
               lead = {.name = "lead", .mail = "lead0@example.org"},
               first = {.name = "first", .mail = "lead1@example.org"},
               second = {.name = "second", .mail = "lead2@example.org"},
               third = {.name = "third", .mail = "lead3@example.org"},
               guest = {.name = "guest", .mail = "guest@example.org"},
               stranger = {.name = "stranger"};

static void fill(City *city)
{
    portfolio_city(city, 4, 0);
    city_add_person(city, "guest@example.org", "member", PORTFOLIO_PASSWORD);
}

static void log_in(City *city)
{
    Visitor *const all[] = {&office, &lead, &first, &second, &third, &guest, &stranger};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        visitor_enter(city, all[i], PORTFOLIO_PASSWORD);
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

/* ---- what is answered ---- */

static Str between(Str text, Str before, char after)
{
    ptrdiff_t at = str_find(text, before);
    assert_true(at >= 0);
    Str rest = str_from_index(text, (size_t)at + before.n);
    return str_cut(&rest, after);
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
    assert_status(403, visit_post(city, &lead, S("/teams/neu"), str_from(FIELDS)));
    assert_str_equal(S(TEAM), visit_taken(city, &office, S("/teams/neu"), str_from(FIELDS)));
    assert_status(404, visit(city, &stranger, S(TEAM))); /* it forms among the alliance */
    assert_status(404, visit(city, &guest, S(TEAM)));
    assert_status(200, visit(city, &first, S(TEAM)));
    assert_refused(409, visit_post(city, &office, S(TEAM "/schritt"), S("verb=activate")),
                   "jemand es leitet");
    assert_status(422,
                  visit_post(city, &office, S(TEAM "/einladen"), S("mail=nobody%40example.org")));
    visit_taken(city, &office, S(TEAM "/einladen"),
                S("mail=lead0%40example.org&role=lead&placed=1"));
    visit_taken(city, &office, S(TEAM "/schritt"), S("verb=activate"));
    expect_mails(mails, 1);
    Answer page = visit(city, &stranger, S(TEAM));
    assert_status(200, page);
    assert_sees(page, "<strong>sparen</strong>");
    assert_lacks(page, "lead0@example.org"); /* named with consent alone */
    page = visit(city, &first, S(TEAM "/mitglieder"));
    assert_sees(page, "lead0@example.org");
}

static Str asked(City *city, const Visitor *who, Str fields)
{
    return visit_taken(city, who, S(TEAM "/mitmachen"), fields);
}

static void some_join_and_one_is_refused(City *city, size_t *mails)
{
    assert_status(422, visit_post(city, &guest, S(TEAM "/mitmachen"), S("message=Ich+habe+Lust")));
    /* Invited, and in; with the name for everybody. */
    visit_taken(city, &lead, S(TEAM "/einladen"), S("mail=lead1%40example.org&title=Messung"));
    expect_mails(mails, 1);
    SmtpMail invited = smtp_last(smtp, "seat_invited", "lead1@example.org");
    Str seat = smtp_link(&invited);
    assert_status(404, visit(city, &third, seat));
    assert_status(404, visit_post(city, &second, seat, S("do=answer&answer=yes")));
    visit_taken(city, &first, seat, S("do=answer&answer=yes&shown=1"));
    /* Asked, twice by one click, and decided. */
    seat = asked(city, &second, S("message=Ich+baue+Speicher&key=k1"));
    assert_str_equal(seat, asked(city, &second, S("message=Ich+baue+Speicher&key=k1")));
    Answer again = visit_post(city, &second, S(TEAM "/mitmachen"), S("message=Noch+einmal&key=k2"));
    assert_status(409, again);
    assert_sees(again, "Noch einmal");
    expect_mails(mails, 1);
    assert_sees(visit(city, &lead, seat), "Ich baue Speicher");
    assert_lacks(visit(city, &stranger, S(TEAM "/mitglieder")), "lead2@example.org");
    assert_lacks(visit(city, &first, S(TEAM "/mitglieder")), "lead2@example.org");
    assert_status(404, visit_post(city, &first, seat, S("do=decide&answer=yes")));
    visit_taken(city, &lead, seat, S("do=decide&answer=yes&reason=Willkommen"));
    assert_status(409, visit_post(city, &office, seat, S("do=decide&answer=no&reason=Doch+nicht")));
    /* And refused, with a reason. */
    seat = asked(city, &third, S("message=Auch+ich"));
    assert_refused(422, visit_post(city, &lead, seat, S("do=decide&answer=no&reason=")),
                   "Bitte begründen Sie die Absage");
    visit_taken(city, &lead, seat, S("do=decide&answer=no&reason=Wir+sind+voll."));
    expect_mails(mails, 3);
    SmtpMail declined = smtp_last(smtp, "seat_declined", "lead3@example.org");
    assert_true(str_find(declined.body, S("Wir sind voll.")) > 0);
    assert_int_equal(smtp_count_of(smtp, "seat_accepted", "lead2@example.org"), 1);
    Answer page = visit(city, &stranger, S(TEAM));
    assert_sees(page, "3 Mitglieder aus 3 Organisationen");
    assert_sees(page, "Vertreten sind 3 von 9 Arten von Partnern");
    page = visit(city, &stranger, S(TEAM "/mitglieder"));
    assert_sees(page, "lead1@example.org");
    assert_lacks(page, "lead2@example.org");
}

static void a_seat_ends_on_its_day(City *city, size_t *mails)
{
    SmtpMail accepted = smtp_last(smtp, "seat_accepted", "lead2@example.org");
    Str seat = smtp_link(&accepted);
    assert_status(422, visit_post(city, &lead, seat, S("do=end&until=2001-01-01")));
    assert_status(422, visit_post(city, &lead, seat, S("do=end&until=morgen")));
    visit_taken(city, &lead, seat, S("do=end&until=2099-12-31"));
    expect_mails(mails, 1);
    assert_sees(visit(city, &lead, seat), "2099"); /* and until then, nothing changes */
    assert_status(200, visit(city, &second, S(TEAM "/aufgaben")));
    SmtpMail led = smtp_last(smtp, "seat_accepted", "lead0@example.org");
    assert_refused(409, visit_post(city, &lead, smtp_link(&led), S("do=end&until=")),
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
    assert_refused(422,
                   visit_post(city, &lead, form,
                              S("title=X&start=2099-03-29&from=02:30&end=04:00&visibility=0")),
                   "manche Uhrzeiten nicht");
    assert_status(403, visit_post(city, &first, form, S(MEETING_FIELDS)));
    Str path = visit_taken(city, &lead, form, S(MEETING_FIELDS "&place=Rathaus%01&key=m1"));
    assert_str_equal(path,
                     visit_taken(city, &lead, form, S(MEETING_FIELDS "&place=Rathaus%01&key=m1")));
    assert_status(404, visit(city, &stranger, path));
    assert_status(404, visit(city, &third, path));
    assert_status(200, visit(city, &second, path));
    assert_status(403,
                  visit_post(city, &second, path_below(city, path, "schritt"), S("verb=invite")));
    visit_taken(city, &lead, path_below(city, path, "schritt"), S("verb=invite"));
    assert_status(409,
                  visit_post(city, &office, path_below(city, path, "schritt"), S("verb=invite")));
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
    Answer page = visit(city, &stranger, path);
    assert_status(200, page);
    assert_sees(page, "18:10");
    assert_sees(page, "Speicher");
    assert_lacks(page, "video.example.org");
    page = visit(city, &stranger, path_below(city, path, "termin.ics"));
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
    Str form = path_below(city, path, "bearbeiten");
    Answer mine = visit(city, &lead, form), yours = visit(city, &office, form);
    assert_status(200, mine);
    Str version = answer_field(city, &mine, "version");
    assert_str_equal(version, answer_field(city, &yours, "version"));
    visit_taken(city, &lead, form,
                str_fmt(city, "version=%.*s&%s", SARG(version), MEETING_FIELDS "&place=Hafen"));
    assert_refused(
        409,
        visit_post(city, &office, form,
                   str_fmt(city, "version=%.*s&%s", SARG(version), MEETING_FIELDS "&place=Turm")),
        "Turm");
    expect_mails(mails, 2);
    Str file = appointment(city, "meeting_moved", "lead2@example.org", "REQUEST");
    assert_line(file, city_fmt(city, "\nUID:%.*s\n", SARG(uid)));
    assert_line(file, "\nSEQUENCE:2\nSTATUS:CONFIRMED\n");
    assert_line(file, "\nLOCATION:Hafen\n");
    assert_refused(
        422, visit_post(city, &lead, path_below(city, path, "schritt"), S("verb=cancel&reason=")),
        "name=\"reason\"");
    visit_taken(city, &lead, path_below(city, path, "schritt"), S("verb=cancel&reason=Sturm"));
    expect_mails(mails, 2);
    file = appointment(city, "meeting_cancelled", "lead2@example.org", "CANCEL");
    assert_line(file, city_fmt(city, "\nUID:%.*s\n", SARG(uid)));
    assert_line(file, "\nSEQUENCE:3\nSTATUS:CANCELLED\n");
    Answer page = visit(city, &stranger, path_below(city, path, "termin.ics"));
    assert_sees(page, "SEQUENCE:3\r\nSTATUS:CANCELLED\r\n");
}

/* ---- what is written down ---- */

static Str held_meeting(City *city)
{
    Str path =
        visit_taken(city, &lead, S(TEAM "/sitzungen/neu"),
                    S("title=R%C3%BCckblick&start=2020-01-15&from=10:00&end=11:30&visibility=2"
                      "&title_1=Bericht"));
    assert_status(409,
                  visit_post(city, &lead, path_below(city, path, "schritt"), S("verb=invite")));
    visit_taken(city, &lead, path_below(city, path, "schritt"), S("verb=hold"));
    return path;
}

static void two_write_the_same_minutes(City *city, Str path)
{
    Str form = path_below(city, path, "protokoll");
    Answer mine = visit(city, &first, form), yours = visit(city, &office, form);
    assert_status(200, mine);
    assert_sees(mine, "## Bericht"); /* the agenda as a frame */
    Str version = answer_field(city, &mine, "version");
    assert_str_equal(version, answer_field(city, &yours, "version"));
    visit_taken(city, &first, form, str_fmt(city, "version=%.*s&minutes=Von+mir", SARG(version)));
    Answer refused = visit_post(city, &office, form,
                                str_fmt(city, "version=%.*s&minutes=Von+dir", SARG(version)));
    assert_status(409, refused);
    assert_sees(refused, "Von dir");
    assert_sees(refused, "Von mir");
    Str fresh = answer_field(city, &refused, "version");
    visit_taken(city, &office, form, str_fmt(city, "version=%.*s&minutes=Von+beiden", SARG(fresh)));
    assert_sees(visit(city, &lead, path), "Von beiden");
    assert_status(404, visit_post(city, &third, form, S("version=9&minutes=Von+draussen")));
    assert_status(404, visit(city, &guest, form));
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
    Answer page = visit(city, &lead, path_below(city, path, "teilnahme"));
    assert_status(200, page);
    ret_people[0] = person_of(city, &page, "lead1@example.org");
    ret_people[1] = person_of(city, &page, "lead2@example.org");
    assert_status(403, visit_post(city, &first, path_below(city, path, "teilnahme"), S("")));
    visit_taken(city, &lead, path_below(city, path, "teilnahme"),
                str_fmt(city, "person_%.*s=present&person_%.*s=present&person_%.*s=excused",
                        SARG(person_of(city, &page, "lead0@example.org")), SARG(ret_people[0]),
                        SARG(ret_people[1])));
    Str form = path_below(city, path, "beschluesse/neu");
    static const char FIELDS[] = "body=Wir+bauen&result=accepted&votes=%d&against=0&abstentions=0"
                                 "&recusals=%.*s";
    /* Two were there, and one of them has no vote; who was not there cannot be recused. */
    assert_refused(422,
                   visit_post(city, &lead, form, str_fmt(city, FIELDS, 2, SARG(ret_people[0]))),
                   "Wir bauen");
    assert_refused(422,
                   visit_post(city, &lead, form, str_fmt(city, FIELDS, 1, SARG(ret_people[1]))),
                   "Wir bauen");
    assert_status(403,
                  visit_post(city, &first, form, str_fmt(city, FIELDS, 1, SARG(ret_people[0]))));
    visit_taken(city, &lead, form, str_fmt(city, FIELDS, 1, SARG(ret_people[0])));
    page = visit(city, &second, path);
    assert_sees(page, "Wegen Befangenheit nicht beteiligt");
    assert_sees(page, "1 dafür, 0 dagegen, 0 Enthaltungen");
}

static void a_task_has_an_owner_and_a_date(City *city, Str path, Str owner, size_t *mails)
{
    Answer page = visit(city, &lead, path);
    Str meeting = between(page.body, S("aufgaben/neu?sitzung="), '"');
    Str fields = str_fmt(city, "title=Angebot+holen&owner=%.*s&due=2099-01-31&meeting=%.*s&key=t1",
                         SARG(owner), SARG(meeting));
    Str form = S(TEAM "/aufgaben/neu");
    assert_status(422, visit_post(city, &lead, form, S("title=&owner=0&due=gestern")));
    assert_status(403, visit_post(city, &third, form, fields));
    assert_str_equal(path, visit_taken(city, &lead, form, fields));
    assert_str_equal(path, visit_taken(city, &lead, form, fields)); /* a double click */
    expect_mails(mails, 1);
    SmtpMail given = smtp_last(smtp, "task_given", "lead1@example.org");
    assert_true(str_find(given.body, S("Angebot holen")) > 0);
    page = visit(city, &second, S(TEAM "/aufgaben"));
    assert_sees(page, "Angebot holen");
    assert_sees(page, "31. Januar 2099");
    page = visit(city, &first, S("/mein/aufgaben"));
    Str task = between(page.body, S("action=\"/mein/aufgaben/"), '"');
    Str state = str_fmt(city, "/mein/aufgaben/%.*s", SARG(task));
    assert_status(404, visit_post(city, &guest, state, S("state=done")));
    assert_str("/mein/aufgaben",
               visit_taken(city, &first, state, S("state=done&back=//evil.example")));
    assert_lacks(visit(city, &lead, S(TEAM "/aufgaben")), "Angebot holen");
    assert_status(303, visit(city, &guest, S(TEAM "/aufgaben")));
}

static void the_minutes_are_published(City *city, Str path)
{
    Str step = path_below(city, path, "schritt");
    visit_taken(city, &lead, step, S("verb=approve"));
    assert_status(403, visit_post(city, &lead, path_below(city, path, "protokoll"),
                                  S("version=9&minutes=X")));
    assert_status(404, visit(city, &stranger, path));
    assert_status(
        422, visit_post(city, &lead, path_below(city, path, "veroeffentlichen"), S("public=+")));
    visit_taken(city, &lead, path_below(city, path, "veroeffentlichen"),
                S("public=Es+ging+um+Speicher."));
    Answer page = visit(city, &stranger, path);
    assert_status(200, page);
    assert_sees(page, "Es ging um Speicher.");
    assert_sees(page, "Wir bauen");
    assert_lacks(page, "Von beiden");
    assert_lacks(page, "Angebot holen");
    assert_sees(page, "lead1@example.org"); /* recused, and named: the seat is shown */
    assert_lacks(page, "lead2@example.org");
    page = visit(city, &stranger, str_fmt(city, "/en%.*s", SARG(path)));
    assert_sees(page, "Minutes for everybody");
    visit_taken(city, &lead, step, S("verb=withdraw&reason=Noch+einmal"));
    assert_status(404, visit(city, &stranger, path));
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
    assert_status(403, visit_post(city, &lead, S(TEAM "/schritt"), S("verb=dissolve&reason=X")));
    visit_taken(city, &office, S(TEAM "/schritt"),
                S("verb=dissolve&reason=Das+Mandat+ist+erf%C3%BCllt."));
    assert_status(409, visit_post(city, &third, S(TEAM "/mitmachen"), S("message=Zu+sp%C3%A4t")));
    assert_status(200, visit(city, &stranger, S(TEAM)));
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
    visit_taken(city, &office, S("/teams/neu"), S("title=Team&kind=other&visibility=0"));
    visit_taken(city, &office, S("/teams/team/einladen"),
                S("mail=lead1%40example.org&role=lead&placed=1"));
    Str path = visit_taken(city, &office, S("/teams/team/sitzungen/neu"),
                           S("title=Treffen&start=2099-03-28&from=18:00&end=19:30&visibility=0"));
    visit_taken(city, &office, path_below(city, path, "schritt"), S("verb=invite"));
    Answer page = {0};
    Str mail = {0};
    for (int waited = 0; !mail.p && waited < CLIENT_WAIT_MS; waited += 50, sleep_ms(50)) {
        page = visit(city, &stranger, S("/demo/mails"));
        assert_status(200, page);
        ptrdiff_t at = str_find(page.body, S("Team: Treffen"));
        if (at < 0)
            continue;
        Str before = str_slice(page.body, 0, (size_t)at);
        mail = between(str_from_index(before, before.n - 60), S("href=\""), '"');
    }
    assert_non_null(mail.p);
    page = visit(city, &stranger, mail);
    assert_sees(page, "METHOD:REQUEST");
    assert_sees(page, "Kalendereintrag");
    page = visit(city, &stranger, path_below(city, mail, "termin.ics"));
    assert_status(200, page);
    assert_str("text/calendar; charset=utf-8", answer_header(&page, S("Content-Type")));
    assert_line(unfolded(city, page.body), ";RSVP=FALSE:mailto:lead1@example.org\n");
    /* The one about the seat has none. */
    assert_status(404, visit(city, &stranger, S("/demo/mails/1/termin.ics")));
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

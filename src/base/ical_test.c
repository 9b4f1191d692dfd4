/* iCalendar files, by the words of RFC 5545: lines, escapes, zones, what a change does. */
#include "base/ical.h"

#include "base/test.h"

typedef struct Fixture {
    TestCx t;
    const Zone *zone;
} Fixture;

static Fixture *setup(const char *zone, Fixture *f)
{
    Cx *cx = test_cx_init(&f->t);
    assert_ok(cx, zone_load(cx, str_from(zone), &f->zone));
    return f;
}

static int64_t at(const char *time)
{
    int64_t us = 0;
    assert_true(time_parse(str_from(time), &us));
    return us;
}

static IcalEvent event_at(const char *start, const char *end)
{
    return (IcalEvent){.uid = S("7.1@meeting.hanse"),
                       .sequence = 2,
                       .stamp_us = at("2026-11-01T12:00:00Z"),
                       .start_us = at(start),
                       .end_us = at(end),
                       .summary = S("Sitzung")};
}

static Str written(Fixture *f, const char *zone, const IcalEvent *events, size_t count)
{
    Buf out = buf_new(&f->t.arena, ICAL_BYTES_MAX);
    ical_put(&out, &(Ical){.name = S("Team"), .zone_name = str_from(zone), .zone = f->zone}, events,
             count);
    assert_false(out.overflow);
    return buf_str(&out);
}

#define assert_has(text, part) assert_true(str_find(text, S(part)) >= 0)
#define assert_lacks(text, part) assert_true(str_find(text, S(part)) < 0)

static void lines_are_folded_after_75_octets_and_within_no_character(void **state)
{
    Fixture f;
    (void)state;
    setup("Europe/Berlin", &f);
    IcalEvent event = event_at("2026-12-01T17:00:00Z", "2026-12-01T18:00:00Z");
    event.summary = S("Übergänge über Brücken für Fußgängerinnen und Fußgänger größer gedacht, "
                      "öffentlich überprüft und schön beschildert: ein Überblick für Eilige");
    Str text = written(&f, "Europe/Berlin", &event, 1), rest = text, line;
    Buf unfolded = buf_new(&f.t.arena, ICAL_BYTES_MAX);
    bool folded = false;
    while (rest.n) {
        ptrdiff_t end = str_find(rest, S("\r\n"));
        assert_true(end >= 0);
        line = str_slice(rest, 0, (size_t)end);
        assert_in_range(line.n, 1, 75);
        assert_true(str_is_utf8(line));
        assert_int_equal(str_find_char(line, '\n'), -1);
        folded |= line.p[0] == ' ';
        buf_put(&unfolded, line.p[0] == ' ' ? str_from_index(line, 1) : line);
        rest = str_from_index(rest, (size_t)end + 2);
    }
    assert_true(folded);
    assert_has(buf_str(&unfolded), "größer gedacht\\, öffentlich überprüft und schön beschildert: "
                                   "ein Überblick für Eilige");
    test_cx_done(&f.t);
}

/* Nothing in the program writes bytes that are no text, and nothing waits for their end. */
static void bytes_that_are_no_text_are_folded_all_the_same(void **state)
{
    Fixture f;
    char bytes[300];
    (void)state;
    setup("UTC", &f);
    memset(bytes, 0xA9, sizeof bytes);
    IcalEvent event = event_at("2026-12-01T17:00:00Z", "2026-12-01T18:00:00Z");
    event.summary = (Str){bytes, sizeof bytes};
    Str text = written(&f, "UTC", &event, 1);
    assert_has(text, "\r\n \xA9");
    assert_true(str_ends(text, S("END:VCALENDAR\r\n")));
    test_cx_done(&f.t);
}

static void texts_are_escaped_and_cannot_become_lines(void **state)
{
    Fixture f;
    (void)state;
    setup("Europe/Berlin", &f);
    IcalEvent event = event_at("2026-12-01T17:00:00Z", "2026-12-01T18:00:00Z");
    event.summary = S("a\\b;c,d");
    event.description = S("eins\r\nBEGIN:VALARM\nzwei");
    event.location = S("Haus\x01 3");
    event.url = S("https://example.org/x\r\nATTACH:http://evil.example");
    Str text = written(&f, "Europe/Berlin", &event, 1);
    assert_has(text, "SUMMARY:a\\\\b\\;c\\,d\r\n");
    assert_has(text, "DESCRIPTION:eins\\nBEGIN:VALARM\\nzwei\r\n");
    assert_has(text, "LOCATION:Haus 3\r\n");
    assert_lacks(text, "\r\nBEGIN:VALARM");
    assert_lacks(text, "ATTACH");
    assert_lacks(text, "URL:");
    test_cx_done(&f.t);
}

static void a_zone_that_follows_a_yearly_rule_is_written_as_one(void **state)
{
    Fixture f;
    (void)state;
    setup("Europe/Berlin", &f);
    IcalEvent event = event_at("2026-12-01T17:00:00Z", "2026-12-01T18:30:00Z");
    Str text = written(&f, "Europe/Berlin", &event, 1);
    assert_has(text, "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n");
    assert_has(text, "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\n"
                     "TZOFFSETTO:+0200\r\nTZNAME:CEST\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
                     "END:DAYLIGHT\r\n");
    assert_has(text, "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\n"
                     "TZOFFSETTO:+0100\r\nTZNAME:CET\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
                     "END:STANDARD\r\n");
    assert_has(text, "DTSTART;TZID=Europe/Berlin:20261201T180000\r\n"
                     "DTEND;TZID=Europe/Berlin:20261201T193000\r\n");
    test_cx_done(&f.t);
    setup("America/New_York", &f);
    text = written(&f, "America/New_York", &event, 1);
    assert_has(text, "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n");
    assert_has(text, "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n");
    test_cx_done(&f.t);
}

/* Morocco's summer time pauses in Ramadan, which no yearly rule says. */
static void a_zone_without_a_yearly_rule_is_written_date_by_date(void **state)
{
    Fixture f;
    (void)state;
    setup("Africa/Casablanca", &f);
    IcalEvent event = event_at("2026-12-01T17:00:00Z", "2026-12-01T18:00:00Z");
    Str text = written(&f, "Africa/Casablanca", &event, 1);
    assert_lacks(text, "RRULE");
    assert_has(text, "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n");
    assert_has(text, "DTSTART:20260215T030000\r\n");
    test_cx_done(&f.t);
    setup("Asia/Tokyo", &f); /* and one that never changes */
    text = written(&f, "Asia/Tokyo", &event, 1);
    assert_has(text, "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\n");
    assert_has(text, "DTSTART;TZID=Asia/Tokyo:20261202T020000\r\n");
    test_cx_done(&f.t);
}

static void what_crosses_the_change_of_clocks_keeps_its_instants(void **state)
{
    Fixture f;
    (void)state;
    setup("Europe/Berlin", &f);
    IcalEvent spring = event_at("2026-03-28T22:00:00Z", "2026-03-29T02:00:00Z");
    Str text = written(&f, "Europe/Berlin", &spring, 1);
    assert_has(text, "DTSTART;TZID=Europe/Berlin:20260328T230000\r\n"
                     "DTEND;TZID=Europe/Berlin:20260329T040000\r\n");
    /* Half past two comes twice: the first by the clock, the second in UTC. */
    IcalEvent autumn = event_at("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
    text = written(&f, "Europe/Berlin", &autumn, 1);
    assert_has(text, "DTSTART;TZID=Europe/Berlin:20261025T023000\r\nDTEND:20261025T013000Z\r\n");
    test_cx_done(&f.t);
}

static void what_does_not_take_place_stays_and_says_so(void **state)
{
    Fixture f;
    (void)state;
    setup("Europe/Berlin", &f);
    IcalEvent events[2] = {event_at("2026-12-01T17:00:00Z", "2026-12-01T18:00:00Z"),
                           event_at("2027-06-01T17:00:00Z", "2027-06-01T18:00:00Z")};
    events[0].cancelled = true;
    events[0].sequence = 3;
    Str text = written(&f, "Europe/Berlin", events, 2);
    assert_has(text, "UID:7.1@meeting.hanse\r\nDTSTAMP:20261101T120000Z\r\nSEQUENCE:3\r\n"
                     "STATUS:CANCELLED\r\n");
    assert_has(text, "SEQUENCE:2\r\nSTATUS:CONFIRMED\r\n");
    assert_true(str_starts(text, S("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")));
    assert_true(str_ends(text, S("END:VEVENT\r\nEND:VCALENDAR\r\n")));
    text = written(&f, "UTC", events, 2);
    assert_lacks(text, "VTIMEZONE");
    assert_has(text, "DTSTART:20261201T170000Z\r\n");
    test_cx_done(&f.t);
}

/* RFC 5546, 3.2.2 and 3.2.5: what an invitation and its cancellation must name. */
static void an_invitation_names_who_invites_and_who_is_invited(void **state)
{
    Fixture f;
    (void)state;
    setup("Europe/Berlin", &f);
    IcalEvent event = event_at("2026-12-01T17:00:00Z", "2026-12-01T18:00:00Z");
    event.organizer = S("stadt@lindhafen.example");
    event.organizer_name = S("Lindhafen");
    event.attendee = S("o'neil+x;y@example.org");
    event.attendee_name = S("Eve \"x\"\r\nATTENDEE:mailto:all@example.org; B: C, Ö");
    Ical calendar = {.name = S(""), .zone_name = S("UTC"), .method = ICAL_REQUEST};
    Buf out = buf_new(&f.t.arena, ICAL_BYTES_MAX);
    ical_put(&out, &calendar, &event, 1);
    Str text = buf_str(&out);
    assert_has(text, "METHOD:REQUEST\r\n");
    assert_has(text, "\r\nORGANIZER;CN=\"Lindhafen\":mailto:stadt@lindhafen.example\r\n");
    Buf whole = buf_new(&f.t.arena, ICAL_BYTES_MAX);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\r' && i + 2 < text.n && text.p[i + 2] == ' ')
            i += 2;
        else
            buf_char(&whole, text.p[i]);
    }
    assert_has(buf_str(&whole), "\r\nATTENDEE;CN=\"Eve xATTENDEE:mailto:all@example.org; B: C, Ö\";"
                                "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
                                "RSVP=FALSE:mailto:o%27neil%2Bx%3By@example.org\r\n");
    assert_lacks(text, "\nATTENDEE:");
    calendar.method = ICAL_CANCEL;
    event.cancelled = true;
    out = buf_new(&f.t.arena, ICAL_BYTES_MAX);
    ical_put(&out, &calendar, &event, 1);
    assert_has(buf_str(&out), "METHOD:CANCEL\r\n");
    assert_has(buf_str(&out), "STATUS:CANCELLED\r\n");
    test_cx_done(&f.t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_folded_after_75_octets_and_within_no_character),
        cmocka_unit_test(bytes_that_are_no_text_are_folded_all_the_same),
        cmocka_unit_test(texts_are_escaped_and_cannot_become_lines),
        cmocka_unit_test(a_zone_that_follows_a_yearly_rule_is_written_as_one),
        cmocka_unit_test(a_zone_without_a_yearly_rule_is_written_date_by_date),
        cmocka_unit_test(what_crosses_the_change_of_clocks_keeps_its_instants),
        cmocka_unit_test(what_does_not_take_place_stays_and_says_so),
        cmocka_unit_test(an_invitation_names_who_invites_and_who_is_invited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

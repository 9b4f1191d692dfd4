/* Mails on the wire: headers that nobody can add to, and texts that arrive as they were written. */
#include "api/out/mail_message.h"

#include "base/calendar.h"
#include "base/str.h"
#include "base/test.h"

static Str words_of(TestCx *t, Str text)
{
    Buf buf = buf_new(t->cx.arena, 1 << 20);
    mail_put_words(&buf, text);
    assert_false(buf.overflow);
    return buf_str(&buf);
}

static Str quoted_of(TestCx *t, Str text)
{
    Buf buf = buf_new(t->cx.arena, 8 << 20);
    mail_put_quoted(&buf, text);
    assert_false(buf.overflow);
    return buf_str(&buf);
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A decoder after RFC 2045, 6.7. */
static Str unquoted(TestCx *t, Str text)
{
    Buf out = buf_new(t->cx.arena, 8 << 20);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '=') {
            if (text.p[i] != '\r')
                buf_char(&out, text.p[i]);
            continue;
        }
        assert_true(i + 2 < text.n);
        if (text.p[i + 1] != '\r')
            buf_char(&out, (char)(digit_of(text.p[i + 1]) * 16 + digit_of(text.p[i + 2])));
        i += 2;
    }
    return buf_str(&out);
}

static void subjects_are_plain_or_encoded_words(void **state)
{
    TestCx t;
    test_cx_init(&t);
    (void)state;
    assert_str("Hello, world", words_of(&t, S("Hello, world")));
    /* RFC 2047's own form; base64 of the UTF-8 bytes. */
    assert_str("=?utf-8?B?R3LDvMOfZQ==?=", words_of(&t, S("Grüße")));
    assert_str("=?utf-8?B?PT94Pz0=?=", words_of(&t, S("=?x?=")));
    Buf many = buf_new(t.cx.arena, 4096);
    for (int i = 0; i < 100; i++)
        buf_put(&many, S("ü€"));
    Str rest = words_of(&t, buf_str(&many));
    while (rest.p) {
        Str line = str_trim(str_cut(&rest, '\n'));
        assert_true(line.n <= 75);
        assert_true(str_starts(line, S("=?utf-8?B?")) && str_ends(line, S("?=")));
    }
    test_cx_done(&t);
}

static void nothing_in_a_subject_ends_its_line(void **state)
{
    static const Str EVIL[] = {S_INIT("a\r\nBcc: all@example.org"), S_INIT("a\nBcc: x"),
                               S_INIT("a\rb"), S_INIT("a\0b"), S_INIT("\x7f")};
    TestCx t;
    test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(EVIL); i++) {
        Str words = words_of(&t, EVIL[i]);
        assert_true(str_starts(words, S("=?utf-8?B?")));
        assert_true(str_find_char(words, '\n') < 0 && str_find(words, S("Bcc")) < 0);
    }
    test_cx_done(&t);
}

static void texts_come_back_as_they_were(void **state)
{
    static const Str TEXTS[] = {
        S_INIT("Guten Tag,\n\nGrüße aus Lindhafen.\n"),
        S_INIT(".\n..\nFrom here\n=3D\ttab \nspace at the end \n"),
        S_INIT("a line of more than seventy-six characters, which has to be parted into two of "
               "them, äöüß€ and no character in the middle\n"),
        S_INIT("\n\n\n")};
    TestCx t;
    test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        Str wire = quoted_of(&t, TEXTS[i]);
        assert_str_equal(arena_fmt(t.cx.arena, "%.*s\n", SARG(TEXTS[i])), unquoted(&t, wire));
        for (Str rest = wire; rest.p;) {
            Str line = str_cut(&rest, '\n');
            assert_true(line.n <= 77); /* with its CR */
            assert_true(!rest.p || str_ends(line, S("\r")));
            assert_false(str_starts(line, S(".")) || str_starts(line, S("From ")));
            for (size_t c = 0; c < line.n; c++)
                assert_true((unsigned char)line.p[c] < 0x7f);
        }
    }
    test_cx_done(&t);
}

static Mail mail_to(Str address, Str name)
{
    return (Mail){.id = 17,
                  .created_us = 5,
                  .draft = {.kind = MAIL_TEST,
                            .person = {3},
                            .address = address,
                            .name = name,
                            .lang = LANG_DE,
                            .thread = S("item-12\r\nX: y")}};
}

/* The lines before the first empty one, folded lines joined. */
static size_t headers_of(TestCx *t, Str message, Str ret[40])
{
    size_t count = 0;
    for (Str rest = message; rest.p;) {
        Str line = str_cut(&rest, '\n');
        assert_true(str_ends(line, S("\r")));
        line.n--;
        if (line.n == 0)
            break;
        if (line.p[0] == ' ')
            ret[count - 1] = arena_fmt(t->cx.arena, "%.*s%.*s", SARG(ret[count - 1]), SARG(line));
        else
            ret[count++] = line;
        assert_true(count < 40);
    }
    return count;
}

static Str header_of(const Str *headers, size_t count, const char *name)
{
    Str found = {0};
    for (size_t i = 0; i < count; i++) {
        Str value = headers[i];
        if (str_eq_nocase(str_cut(&value, ':'), str_from(name))) {
            assert_null(found.p); /* each stands there once */
            found = str_trim(value);
        }
    }
    return found;
}

static void a_message_has_its_headers_once_each(void **state)
{
    TestCx t;
    Str list[40], from = S("no-reply@lindhafen.example");
    test_cx_init(&t);
    (void)state;
    Mail mail = mail_to(S("ada@example.org"), S("Ada"));
    MailText text = {.subject = S("Grüße"),
                     .body = S("Hallo"),
                     .from_name = S("Lindhafen"),
                     .unsubscribe = S("https://lindhafen.example/abmelden-von/x")};
    Str message = mail_message(t.cx.arena, &mail, &text, from, 1795858245 * TIME_SECOND_US);
    size_t count = headers_of(&t, message, list);
    assert_int_equal(count, 15);
    assert_str("Sat, 28 Nov 2026 09:30:45 +0000", header_of(list, count, "Date"));
    assert_str("Lindhafen <no-reply@lindhafen.example>", header_of(list, count, "From"));
    assert_str("<17.5@lindhafen.example>", header_of(list, count, "Message-ID"));
    assert_str("<thread.item-12--X--y@lindhafen.example>", header_of(list, count, "References"));
    assert_str("auto-generated", header_of(list, count, "Auto-Submitted"));
    assert_str("test", header_of(list, count, "X-Hanse-Mail"));
    assert_str("<https://lindhafen.example/abmelden-von/x>",
               header_of(list, count, "List-Unsubscribe"));
    assert_str("List-Unsubscribe=One-Click", header_of(list, count, "List-Unsubscribe-Post"));
    assert_true(str_ends(message, S("\r\n\r\nHallo\r\n")));
    test_cx_done(&t);
}

static void no_name_adds_a_header(void **state)
{
    static const Str NAMES[] = {S_INIT("A\r\nBcc: x@y"), S_INIT("\"<eve@evil.example>,"),
                                S_INIT("Ä\0\n\n body"), S_INIT("a, b; c (d) [e] <f@g>")};
    TestCx t;
    Str list[40];
    test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        Mail mail = mail_to(S("ada@example.org"), NAMES[i]);
        MailText text = {.subject = NAMES[i], .body = S("Hallo"), .from_name = NAMES[i]};
        Str message = mail_message(t.cx.arena, &mail, &text, S("a@b.example"), 0);
        size_t count = headers_of(&t, message, list);
        assert_int_equal(count, 13);
        assert_null(header_of(list, count, "Bcc").p);
        assert_true(str_ends(header_of(list, count, "From"), S("?= <a@b.example>")));
        assert_true(str_ends(header_of(list, count, "To"), S("<ada@example.org>")));
        assert_true(str_find(header_of(list, count, "To"), S("eve")) < 0);
    }
    test_cx_done(&t);
}

static void an_appointment_is_a_file_behind_the_text(void **state)
{
    TestCx t;
    Str list[40];
    test_cx_init(&t);
    (void)state;
    Mail mail = mail_to(S("ada@example.org"), S("Ada"));
    IcalEvent event = {.uid = S("7.1@meeting.hanse"),
                       .sequence = 2,
                       .stamp_us = TIME_DAY_US,
                       .start_us = 20000 * TIME_DAY_US,
                       .end_us = 20000 * TIME_DAY_US + TIME_HOUR_US,
                       .summary = S("A\r\nBcc: x@y"),
                       .attendee = S("ada@example.org")};
    /* No text ends its part, and none adds a header to the next one. */
    MailText text = {.subject = S("Sitzung"),
                     .body = S("--=_hanse.17.5\r\nContent-Type: text/html\r\n\r\n<b>"),
                     .from_name = S("Lindhafen"),
                     .appointment = &event,
                     .calendar = {.zone_name = S("UTC"), .method = ICAL_REQUEST}};
    Str message = mail_message(t.cx.arena, &mail, &text, S("a@b.example"), 0);
    size_t count = headers_of(&t, message, list);
    assert_int_equal(count, 11);
    assert_str("multipart/mixed; boundary=\"=_hanse.17.5\"",
               header_of(list, count, "Content-Type"));
    size_t marks = 0;
    for (Str rest = message; rest.p;) {
        Str line = str_cut(&rest, '\n');
        assert_true(line.n <= 78);
        marks += str_starts(line, S("--=_hanse.17.5"));
    }
    assert_int_equal(marks, 3);
    assert_true(str_ends(message, S("\r\n--=_hanse.17.5--\r\n")));
    assert_true(
        str_find(message, S("Content-Type: text/calendar; charset=utf-8; method=REQUEST;\r\n"
                            " name=\"termin.ics\"\r\n")) > 0);
    assert_true(str_find(message, S("text/html\r\n")) > 0); /* as words of the text */
    Str file = mail_calendar(t.cx.arena, &text, S("a@b.example"));
    assert_true(str_find(file, S("\r\nSUMMARY:A\\nBcc: x@y\r\n")) > 0);
    assert_true(str_find(file, S("\r\nORGANIZER:mailto:a@b.example\r\n")) > 0);
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subjects_are_plain_or_encoded_words),
        cmocka_unit_test(nothing_in_a_subject_ends_its_line),
        cmocka_unit_test(texts_come_back_as_they_were),
        cmocka_unit_test(a_message_has_its_headers_once_each),
        cmocka_unit_test(no_name_adds_a_header),
        cmocka_unit_test(an_appointment_is_a_file_behind_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

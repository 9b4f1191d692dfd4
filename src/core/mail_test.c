/* Who gets which mail, and that nothing typed into one becomes anything else. */
#include "core/mail.h"

#include "base/str.h"
#include "core/outbox.h"
#include "core/test_core.h"

/* A kind of each sort that the rules tell apart; the first one of the table. */
static MailKind kind_of(bool to_unconfirmed, bool of_account)
{
    for (MailKind kind = 0; kind < MAIL_KIND_COUNT_; kind++)
        if (MAILS[kind].to_unconfirmed == to_unconfirmed &&
            (MAILS[kind].category == MAIL_CATEGORY_ACCOUNT) == of_account)
            return kind;
    assert_true(false);
    return 0;
}

static PersonId add_person(TestCore *f, Str mail)
{
    PersonId id = {0};
    assert_ok(&f->t.cx, person_add(&f->t.cx, mail, S("Ada Lovelace"), S("x"), LANG_EN, ROLE_MEMBER,
                                   &f->events, &id));
    return id;
}

static size_t take(TestCore *f, Mail ret[20])
{
    OutboxRow *rows;
    size_t count = 0;
    assert_ok(&f->t.cx, outbox_take(&f->t.cx, S("mail"), 20, &rows, &count));
    for (size_t i = 0; i < count; i++)
        assert_ok(&f->t.cx,
                  mail_parse(&f->t.cx, rows[i].id, rows[i].created_us, rows[i].payload, &ret[i]));
    return count;
}

static void every_row_has_a_key_of_its_own_and_is_explained(void **state)
{
    (void)state;
    for (MailKind kind = 0; kind < MAIL_KIND_COUNT_; kind++) {
        assert_true(MAILS[kind].key.n > 0 && MAILS[kind].help[0]);
        /* What goes out unasked never goes to an address that nobody confirmed. */
        assert_true(!MAILS[kind].to_unconfirmed || MAILS[kind].category < MAIL_CATEGORY_NOTICE);
        for (MailKind other = 0; other < kind; other++)
            assert_false(str_eq(MAILS[kind].key, MAILS[other].key));
    }
}

static void a_mail_comes_out_as_it_went_in(void **state)
{
    TestCore *f = *state;
    PersonId ada = add_person(f, S("Ada@Example.org"));
    MailLine lines[] = {
        {S("answer"), S("Ben"), S("\"Bank\" \\ Rathaus"), S("Zeile\nzwei"), S("/ideen/1"), 3}};
    Mail mails[20];
    assert_ok(&f->t.cx, mail_add(&f->t.cx, &(MailDraft){.kind = MAIL_TEST,
                                                        .person = ada,
                                                        .who = S("Ben <b@c> \"x\""),
                                                        .what = S("Größe € \\n"),
                                                        .date = S("morgen"),
                                                        .at_us = 77,
                                                        .reason = S("one\r\ntwo\n\nthree"),
                                                        .path = S("/konto?a=b"),
                                                        .thread = S("item-9"),
                                                        .lines = lines,
                                                        .line_count = 1}));
    assert_int_equal(take(f, mails), 1);
    const MailDraft *draft = &mails[0].draft;
    assert_int_equal(draft->kind, MAIL_TEST);
    assert_int_equal(draft->person.v, ada.v);
    assert_int_equal(draft->lang, LANG_EN);
    assert_str("Ada@Example.org", draft->address);
    assert_str("Ada Lovelace", draft->name);
    assert_str("Ben <b@c> \"x\"", draft->who);
    assert_str("Größe € \\n", draft->what);
    assert_str("morgen", draft->date);
    assert_int_equal(draft->at_us, 77);
    assert_str("one\r\ntwo\n\nthree", draft->reason);
    assert_str("/konto?a=b", draft->path);
    assert_str("item-9", draft->thread);
    assert_int_equal(draft->line_count, 1);
    assert_str("\"Bank\" \\ Rathaus", draft->lines[0].what);
    assert_str("/ideen/1", draft->lines[0].path);
    assert_str("Zeile\nzwei", draft->lines[0].reason);
    assert_int_equal(draft->lines[0].more, 3);
}

static void lines_are_lines(void **state)
{
    static const Str EVIL[] = {S_INIT("a\r\nBcc: b@c"), S_INIT("a\nb"),   S_INIT("a\rb"),
                               S_INIT("a\0b"),          S_INIT("a\tb"),   S_INIT("\x7f"),
                               S_INIT("\xff"),          S_INIT("\x1b[0m")};
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    for (size_t i = 0; i < COUNT_OF(EVIL); i++) {
        MailDraft drafts[] = {{.name = EVIL[i]},
                              {.who = EVIL[i]},
                              {.what = EVIL[i]},
                              {.date = EVIL[i]},
                              {.thread = EVIL[i]}};
        for (size_t d = 0; d < COUNT_OF(drafts); d++) {
            drafts[d].kind = MAIL_TEST;
            drafts[d].address = S("eve@example.org");
            assert_err(cx, ERR_INVALID, "mail.text", mail_add(cx, &drafts[d]));
        }
    }
    static const Str ADDRESSES[] = {S_INIT("a@b\r\nRCPT TO:<c@d>"),
                                    S_INIT("a@b>,<c@d"),
                                    S_INIT("a b@c"),
                                    S_INIT("a@b\0c"),
                                    S_INIT(""),
                                    S_INIT("a")};
    for (size_t i = 0; i < COUNT_OF(ADDRESSES); i++)
        assert_err(cx, ERR_INVALID, "mail.address",
                   mail_add(cx, &(MailDraft){.kind = MAIL_TEST, .address = ADDRESSES[i]}));
    assert_err(
        cx, ERR_INVALID, "mail.text",
        mail_add(
            cx, &(MailDraft){.kind = MAIL_TEST, .address = S("a@b.example"), .reason = S("a\0b")}));
    assert_int_equal(take(f, mails), 0);
}

static void strangers_get_what_asks_for_a_confirmation_and_nothing_else(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    for (MailKind kind = 0; kind < MAIL_KIND_COUNT_; kind++) {
        assert_ok(cx, mail_add(cx, &(MailDraft){.kind = kind, .address = S("x@example.org")}));
        assert_int_equal(take(f, mails), MAILS[kind].to_unconfirmed ? 1 : 0);
    }
    assert_ok(cx, mail_confirm(cx, S("X@EXAMPLE.org")));
    for (MailKind kind = 0; kind < MAIL_KIND_COUNT_; kind++) {
        assert_ok(cx, mail_add(cx, &(MailDraft){.kind = kind, .address = S("x@example.org")}));
        assert_int_equal(take(f, mails), 1);
    }
}

static void an_address_that_was_refused_gets_mails_of_its_account_alone(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    MailAddress known;
    PersonId ada = add_person(f, S("ada@example.org"));
    assert_ok(cx, mail_bounced(cx, S("ADA@example.org"), S("550 5.1.1 no\r\nsuch user \xff")));
    assert_ok(cx, mail_address(cx, S("ada@example.org"), &known));
    assert_int_equal(known.bounced_us, cx_now_us(cx));
    assert_str("550 5.1.1 no  such user", known.bounce);
    for (MailKind kind = 0; kind < MAIL_KIND_COUNT_; kind++) {
        bool of_account = MAILS[kind].category == MAIL_CATEGORY_ACCOUNT;
        assert_ok(cx, mail_add(cx, &(MailDraft){.kind = kind, .person = ada}));
        assert_int_equal(take(f, mails), of_account ? 1 : 0);
    }
    /* Who follows a link from there shows that it works again. */
    assert_ok(cx, mail_confirm(cx, S("ada@example.org")));
    assert_ok(cx, mail_add(cx, &(MailDraft){.kind = kind_of(false, false), .person = ada}));
    assert_int_equal(take(f, mails), 1);
    assert_ok(cx, mail_forget(cx, S("ada@example.org")));
    assert_ok(cx, mail_address(cx, S("ada@example.org"), &known));
    assert_int_equal(known.confirmed_us, 0);
}

static void what_became_unwanted_is_told_before_it_is_sent(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    bool wanted = false;
    PersonId ada = add_person(f, S("ada@example.org"));
    assert_ok(cx, mail_add(cx, &(MailDraft){.kind = kind_of(false, false), .person = ada}));
    assert_int_equal(take(f, mails), 1);
    assert_ok(cx, mail_is_wanted(cx, &mails[0], &wanted));
    assert_true(wanted);
    assert_ok(cx, mail_bounced(cx, S("ada@example.org"), S("550")));
    assert_ok(cx, mail_is_wanted(cx, &mails[0], &wanted));
    assert_false(wanted);
}

static void what_is_no_mail_is_told(void **state)
{
    static const Str PAYLOADS[] = {S_INIT(""), S_INIT("{"), S_INIT("[]"), S_INIT("{}"),
                                   S_INIT("{\"kind\":\"nothing\",\"lang\":\"de\"}")};
    TestCore *f = *state;
    Mail mail;
    for (size_t i = 0; i < COUNT_OF(PAYLOADS); i++)
        assert_err(&f->t.cx, ERR_INTERNAL, "mail.payload",
                   mail_parse(&f->t.cx, 1, 1, PAYLOADS[i], &mail));
}

static void the_newest_kept_mails_stay(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    MailKept *list, one;
    size_t count;
    for (int64_t id = 1; id <= MAIL_KEPT_MAX + 3; id++)
        assert_ok(cx, mail_keep(cx, &(MailKept){.id = id,
                                                .at_us = id,
                                                .kind = S("test"),
                                                .address = S("a@b"),
                                                .subject = S("s"),
                                                .body = S("b"),
                                                .calendar = S("BEGIN:VCALENDAR"),
                                                .lang = LANG_EN}));
    assert_ok(cx, mail_list_kept(cx, 2, &list, &count));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].id, MAIL_KEPT_MAX + 3);
    assert_ok(cx, mail_get_kept(cx, 4, &one));
    assert_str("b", one.body);
    assert_str("BEGIN:VCALENDAR", one.calendar);
    assert_str("", list[0].calendar); /* a list is short */
    assert_int_equal(one.lang, LANG_EN);
    assert_err(cx, ERR_NOT_FOUND, "mail.unknown", mail_get_kept(cx, 3, &one));
    assert_err(cx, ERR_NOT_FOUND, "mail.unknown", mail_get_kept(cx, 0, &one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_a_key_of_its_own_and_is_explained),
        TEST_ON_BOTH(a_mail_comes_out_as_it_went_in, teardown),
        TEST_ON_BOTH(lines_are_lines, teardown),
        TEST_ON_BOTH(strangers_get_what_asks_for_a_confirmation_and_nothing_else, teardown),
        TEST_ON_BOTH(an_address_that_was_refused_gets_mails_of_its_account_alone, teardown),
        TEST_ON_BOTH(what_became_unwanted_is_told_before_it_is_sent, teardown),
        TEST_ON_BOTH(what_is_no_mail_is_told, teardown),
        TEST_ON_BOTH(the_newest_kept_mails_stay, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

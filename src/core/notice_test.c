/* Notices: who is told, when the mail goes out, and that each digest goes out once. */
#include "core/notice.h"

#include "base/str.h"
#include "core/outbox.h"
#include "core/setting.h"
#include "core/test_core.h"

static PersonId add(TestCore *f, const char *mail)
{
    PersonId id = {0};
    assert_ok(&f->t.cx, person_add(&f->t.cx, str_from(mail), S("Ada"), S("x"), LANG_DE, ROLE_MEMBER,
                                   &f->events, &id));
    return id;
}

static void tell(TestCore *f, PersonId id, NoticeKind kind, const char *what)
{
    assert_ok(&f->t.cx, notice_add(&f->t.cx, &(NoticeDraft){.kind = kind,
                                                            .person = id,
                                                            .who = S("Ben"),
                                                            .what = str_from(what),
                                                            .path = S("/ideen/1")}));
}

static size_t take(TestCore *f, Mail ret[20])
{
    OutboxRow *rows;
    size_t count = 0;
    assert_ok(&f->t.cx, outbox_take(&f->t.cx, S("mail"), 20, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        const OutboxRow *row = &rows[i];
        assert_ok(&f->t.cx, mail_parse(&f->t.cx, row->id, row->created_us, row->payload, &ret[i]));
        assert_ok(&f->t.cx, outbox_done(&f->t.cx, row->id));
    }
    return count;
}

static size_t send_digests(TestCore *f)
{
    size_t count = 99;
    assert_ok(&f->t.cx, notice_send_digests(&f->t.cx, &count));
    return count;
}

static void go_to(TestCore *f, const char *time)
{
    int64_t at_us = 0;
    assert_true(time_parse(str_from(time), &at_us));
    f->t.clock = clock_fixed(at_us);
}

static void every_row_has_a_key_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < NOTICE_KIND_COUNT_; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(NOTICES[i].key, NOTICES[k].key));
    for (NoticePace pace = 0; pace < NOTICE_PACE_COUNT_; pace++) {
        NoticePace read = NOTICE_PACE_COUNT_;
        assert_true(notice_pace_parse(notice_pace_name(pace), &read));
        assert_int_equal(read, pace);
    }
}

/* 2026-11-28 is a Saturday; Berlin is an hour ahead in winter, two in summer. */
static void digests_are_due_in_the_citys_morning(void **state)
{
    static const struct {
        const char *now, *daily, *weekly;
    } ROWS[] = {
        {"2026-11-28T05:59:59Z", "2026-11-28T06:00:00Z", "2026-11-30T06:00:00Z"},
        {"2026-11-28T06:00:00Z", "2026-11-29T06:00:00Z", "2026-11-30T06:00:00Z"},
        {"2026-11-30T05:00:00Z", "2026-11-30T06:00:00Z", "2026-11-30T06:00:00Z"},
        {"2026-11-30T06:00:00Z", "2026-12-01T06:00:00Z", "2026-12-07T06:00:00Z"},
        {"2026-12-31T12:00:00Z", "2027-01-01T06:00:00Z", "2027-01-04T06:00:00Z"},
        {"2027-03-27T12:00:00Z", "2027-03-28T05:00:00Z", "2027-03-29T05:00:00Z"}, /* to summer */
        {"2026-10-24T12:00:00Z", "2026-10-25T06:00:00Z", "2026-10-26T06:00:00Z"}, /* to winter */
        {"2026-11-28T23:30:00Z", "2026-11-29T06:00:00Z", "2026-11-30T06:00:00Z"}, /* Sunday there */
    };
    TestCore *f = *state;
    const Zone *zone;
    assert_ok(&f->t.cx, zone_load(&f->t.cx, S("Europe/Berlin"), &zone));
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        int64_t now_us = 0, daily_us = 0, weekly_us = 0;
        print_message("# %s\n", ROWS[i].now);
        assert_true(time_parse(str_from(ROWS[i].now), &now_us) &&
                    time_parse(str_from(ROWS[i].daily), &daily_us) &&
                    time_parse(str_from(ROWS[i].weekly), &weekly_us));
        assert_int_equal(notice_due_us(zone, NOTICE_PACE_DAILY, now_us), daily_us);
        assert_int_equal(notice_due_us(zone, NOTICE_PACE_WEEKLY, now_us), weekly_us);
        assert_int_equal(notice_due_us(zone, NOTICE_PACE_OFF, now_us), 0);
        assert_int_equal(notice_due_us(zone, NOTICE_PACE_ONCE, now_us), now_us);
    }
}

static void a_notice_stands_on_the_page_and_goes_out_as_it_is_wanted(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    Notice *list;
    size_t count;
    int64_t total, unread;
    PersonId ada = add(f, "ada@example.org"), eva = add(f, "eva@example.org");
    go_to(f, "2026-11-28T12:00:00Z");
    tell(f, ada, NOTICE_ANSWERED, "Bank am Rathaus");
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.kind, MAIL_NOTICE);
    assert_str("answered", mails[0].draft.lines[0].kind);
    assert_str("Bank am Rathaus", mails[0].draft.lines[0].what);
    tell(f, ada, NOTICE_POSTED, "Radweg"); /* daily, unless chosen otherwise */
    assert_int_equal(take(f, mails), 0);
    assert_ok(cx, notice_choose(cx, ada, NOTICE_CATEGORY_ME, NOTICE_PACE_OFF));
    tell(f, ada, NOTICE_ANSWERED, "third");
    assert_int_equal(take(f, mails), 0);
    assert_ok(cx, notice_list(cx, ada, 2, 0, &list, &count, &total));
    assert_int_equal(total, 3);
    assert_int_equal(count, 2);
    assert_str("third", list[0].what);
    assert_str("Radweg", list[1].what);
    assert_str("/ideen/1", list[1].path);
    assert_int_equal(list[1].at_us, cx_now_us(cx));
    /* Nobody reads somebody else's. */
    assert_ok(cx, notice_read(cx, eva, list[0].id));
    assert_ok(cx, notice_count_unread(cx, ada, &unread));
    assert_int_equal(unread, 3);
    assert_ok(cx, notice_read(cx, ada, list[0].id));
    assert_ok(cx, notice_count_unread(cx, ada, &unread));
    assert_int_equal(unread, 2);
    assert_ok(cx, notice_read(cx, ada, 0));
    assert_ok(cx, notice_count_unread(cx, ada, &unread));
    assert_int_equal(unread, 0);
}

static void nobody_is_told_of_their_own_acts_or_while_suspended(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    int64_t unread;
    PersonId ada = add(f, "ada@example.org"), eva = add(f, "eva@example.org");
    assert_ok(cx, person_set_state(cx, eva, PERSON_SUSPENDED, S("x"), &f->events));
    tell(f, eva, NOTICE_ANSWERED, "x");
    f->actor.person = ada;
    tell(f, ada, NOTICE_ANSWERED, "x");
    tell(f, (PersonId){0}, NOTICE_ANSWERED, "x");
    assert_int_equal(take(f, mails), 0);
    assert_ok(cx, notice_count_unread(cx, ada, &unread));
    assert_int_equal(unread, 0);
    assert_ok(cx, notice_count_unread(cx, eva, &unread));
    assert_int_equal(unread, 0);
}

static void each_digest_goes_out_once_with_what_is_unread(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    Notice *list;
    size_t count;
    int64_t total;
    PersonId ada = add(f, "ada@example.org"), eva = add(f, "eva@example.org");
    go_to(f, "2026-11-28T12:00:00Z");
    assert_ok(cx, notice_choose(cx, eva, NOTICE_CATEGORY_FOLLOWED, NOTICE_PACE_WEEKLY));
    tell(f, ada, NOTICE_POSTED, "first");
    tell(f, ada, NOTICE_CHANGED, "second");
    tell(f, ada, NOTICE_POSTED, "read meanwhile");
    tell(f, eva, NOTICE_POSTED, "weekly");
    assert_ok(cx, notice_list(cx, ada, 1, 0, &list, &count, &total));
    assert_ok(cx, notice_read(cx, ada, list[0].id));
    assert_int_equal(send_digests(f), 0);
    go_to(f, "2026-11-29T09:00:00Z"); /* the program was down at the hour */
    assert_int_equal(send_digests(f), 1);
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.kind, MAIL_DIGEST);
    assert_int_equal(mails[0].draft.person.v, ada.v);
    assert_int_equal(mails[0].draft.line_count, 2);
    assert_str("first", mails[0].draft.lines[0].what);
    assert_str("second", mails[0].draft.lines[1].what);
    assert_int_equal(send_digests(f), 0);
    go_to(f, "2026-11-30T06:00:00Z");
    assert_int_equal(send_digests(f), 1);
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.person.v, eva.v);
    go_to(f, "2026-12-07T06:00:00Z");
    assert_int_equal(send_digests(f), 0);
    /* Nothing new, no mail. */
    tell(f, ada, NOTICE_POSTED, "x");
    assert_ok(cx, notice_read(cx, ada, 0));
    go_to(f, "2026-12-09T06:00:00Z");
    assert_int_equal(send_digests(f), 0);
    assert_int_equal(take(f, mails), 0);
}

static void a_digest_names_so_many_and_counts_the_rest(void **state)
{
    TestCore *f = *state;
    Mail mails[20];
    PersonId ada = add(f, "ada@example.org");
    go_to(f, "2026-11-28T12:00:00Z");
    for (int i = 0; i < MAIL_LINES_MAX + 5; i++)
        tell(f, ada, NOTICE_POSTED, "x");
    go_to(f, "2026-11-29T12:00:00Z");
    assert_int_equal(send_digests(f), 1);
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.line_count, MAIL_LINES_MAX);
    assert_int_equal(mails[0].draft.line_total, MAIL_LINES_MAX + 5);
    assert_int_equal(send_digests(f), 0);
}

static void what_waits_goes_the_way_that_is_chosen_last(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    PersonId ada = add(f, "ada@example.org");
    go_to(f, "2026-11-28T12:00:00Z");
    tell(f, ada, NOTICE_POSTED, "x");
    assert_ok(cx, notice_choose(cx, ada, NOTICE_CATEGORY_FOLLOWED, NOTICE_PACE_WEEKLY));
    go_to(f, "2026-11-29T12:00:00Z");
    assert_int_equal(send_digests(f), 0);
    assert_ok(cx, notice_choose(cx, ada, NOTICE_CATEGORY_FOLLOWED, NOTICE_PACE_ONCE));
    assert_int_equal(send_digests(f), 1);
    assert_int_equal(take(f, mails), 1);
    assert_ok(cx, notice_choose(cx, ada, NOTICE_CATEGORY_FOLLOWED, NOTICE_PACE_DAILY));
    tell(f, ada, NOTICE_POSTED, "y");
    assert_ok(cx, notice_choose(cx, ada, NOTICE_CATEGORY_FOLLOWED, NOTICE_PACE_OFF));
    go_to(f, "2026-12-28T12:00:00Z");
    assert_int_equal(send_digests(f), 0);
}

static Str secret_of(Str path)
{
    return str_from_index(path, (size_t)(str_find_last_char(path, '/') + 1));
}

static void a_link_ends_what_it_names_for_whom_it_names_and_cannot_be_made_up(void **state)
{
    static const char KEY[] = "0123456789abcdef0123456789abcdef";
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[20];
    PersonId ada = add(f, "ada@example.org"), of;
    NoticePace paces[NOTICE_CATEGORY_COUNT_];
    uint32_t categories;
    Str path, other;
    tell(f, ada, NOTICE_ANSWERED, "x");
    assert_int_equal(take(f, mails), 1);
    assert_err(cx, ERR_INTERNAL, "notice.key", notice_unsubscribe_path(cx, &mails[0].draft, &path));
    assert_ok(cx, notice_keep_key(cx, (Str){KEY, NOTICE_KEY_BYTES}));
    assert_ok(cx, notice_unsubscribe_path(cx, &mails[0].draft, &path));
    /* A key that was made once stays: links in old mails work for years. */
    assert_ok(cx, notice_keep_key(cx, S("fedcba9876543210fedcba9876543210")));
    assert_ok(cx, notice_unsubscribe_path(cx, &mails[0].draft, &other));
    assert_str_equal(path, other);
    Str secret = secret_of(path);
    assert_ok(cx, notice_find_link(cx, secret, &of, &categories));
    assert_int_equal(of.v, ada.v);
    assert_int_equal(categories, 1u << NOTICE_CATEGORY_ME);
    char *changed = arena_cstr(cx->arena, secret);
    for (size_t i = 0; i < secret.n; i++) {
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_err(cx, ERR_NOT_FOUND, "notice.link",
                   notice_unsubscribe(cx, (Str){changed, secret.n}));
        changed[i] = secret.p[i];
    }
    assert_err(cx, ERR_NOT_FOUND, "notice.link", notice_unsubscribe(cx, S("")));
    assert_err(cx, ERR_NOT_FOUND, "notice.link",
               notice_unsubscribe(cx, str_slice(secret, 0, secret.n - 1)));
    assert_ok(cx, notice_choices(cx, ada, paces));
    assert_int_equal(paces[NOTICE_CATEGORY_ME], NOTICE_PACE_ONCE);
    assert_ok(cx, notice_unsubscribe(cx, secret));
    assert_ok(cx, notice_choices(cx, ada, paces));
    assert_int_equal(paces[NOTICE_CATEGORY_ME], NOTICE_PACE_OFF);
    assert_int_equal(paces[NOTICE_CATEGORY_WORK], NOTICE_PACE_ONCE);
    assert_ok(cx, notice_choose(cx, ada, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_WEEKLY));
    MailDraft digest = {.kind = MAIL_DIGEST, .person = ada};
    assert_ok(cx, notice_unsubscribe_path(cx, &digest, &path));
    assert_ok(cx, notice_unsubscribe(cx, secret_of(path)));
    assert_ok(cx, notice_choices(cx, ada, paces));
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++)
        assert_int_equal(paces[category],
                         NOTICE_CATEGORIES[category].alone ? NOTICE_PACE_WEEKLY : NOTICE_PACE_OFF);
    /* The week's mail is ended by itself, and ends nothing else. */
    assert_ok(cx, notice_choose(cx, ada, NOTICE_CATEGORY_ME, NOTICE_PACE_ONCE));
    MailDraft weekly = {.kind = MAIL_WEEKLY, .person = ada};
    assert_ok(cx, notice_unsubscribe_path(cx, &weekly, &path));
    assert_ok(cx, notice_unsubscribe(cx, secret_of(path)));
    assert_ok(cx, notice_choices(cx, ada, paces));
    assert_int_equal(paces[NOTICE_CATEGORY_WEEKLY], NOTICE_PACE_OFF);
    assert_int_equal(paces[NOTICE_CATEGORY_ME], NOTICE_PACE_ONCE);
}

static void who_is_forgotten_leaves_no_name(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Notice *list;
    size_t count;
    int64_t total;
    PersonId ada = add(f, "ada@example.org"), ben = add(f, "ben@example.org");
    f->actor.person = ben;
    tell(f, ada, NOTICE_POSTED, "x");
    f->actor.person = ada;
    tell(f, ben, NOTICE_POSTED, "y");
    f->actor.person = (PersonId){0};
    assert_ok(cx, notice_forget(cx, ben));
    assert_ok(cx, notice_list(cx, ada, 5, 0, &list, &count, &total));
    assert_int_equal(total, 1);
    assert_int_equal(list[0].who.n, 0);
    assert_str("x", list[0].what);
    assert_ok(cx, notice_list(cx, ben, 5, 0, &list, &count, &total));
    assert_int_equal(total, 0);
}

static void old_notices_go(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t unread;
    PersonId ada = add(f, "ada@example.org");
    go_to(f, "2026-01-01T12:00:00Z");
    tell(f, ada, NOTICE_POSTED, "old");
    tell(f, ada, NOTICE_POSTED, "the newest keeps its number");
    go_to(f, "2026-06-29T12:00:00Z");
    assert_ok(cx, notice_clean(cx));
    assert_ok(cx, notice_count_unread(cx, ada, &unread));
    assert_int_equal(unread, 2);
    go_to(f, "2026-07-01T12:00:00Z");
    assert_ok(cx, notice_clean(cx));
    assert_ok(cx, notice_count_unread(cx, ada, &unread));
    assert_int_equal(unread, 1);
}

/* What people write has what a mail refuses: nobody else's digest may wait for it. */
static void control_characters_stop_no_mail(void **state)
{
    TestCore *f = *state;
    Mail mails[20];
    PersonId once = add(f, "once@example.org"), daily = add(f, "daily@example.org");
    assert_ok(&f->t.cx, notice_choose(&f->t.cx, once, NOTICE_CATEGORY_WORK, NOTICE_PACE_ONCE));
    assert_ok(&f->t.cx, notice_choose(&f->t.cx, daily, NOTICE_CATEGORY_WORK, NOTICE_PACE_DAILY));
    for (int i = 0; i < 2; i++)
        assert_ok(&f->t.cx, notice_add(&f->t.cx, &(NoticeDraft){.kind = NOTICE_DECIDED,
                                                                .person = i ? once : daily,
                                                                .who = S("Be\x0bn"),
                                                                .what = S("An\nidea"),
                                                                .reason = S("No\x0b,\nsorry"),
                                                                .path = S("/ideen/1")}));
    assert_int_equal(take(f, mails), 1);
    assert_str("Be n", mails[0].draft.lines[0].who);
    assert_str("An idea", mails[0].draft.lines[0].what);
    assert_str("No,\nsorry", mails[0].draft.lines[0].reason);
    go_to(f, "2099-01-01T12:00:00Z");
    assert_int_equal(send_digests(f), 1);
    assert_int_equal(take(f, mails), 1);
    assert_str("No,\nsorry", mails[0].draft.lines[0].reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_a_key_of_its_own),
        TEST_ON_BOTH(digests_are_due_in_the_citys_morning, teardown),
        TEST_ON_BOTH(a_notice_stands_on_the_page_and_goes_out_as_it_is_wanted, teardown),
        TEST_ON_BOTH(nobody_is_told_of_their_own_acts_or_while_suspended, teardown),
        TEST_ON_BOTH(each_digest_goes_out_once_with_what_is_unread, teardown),
        TEST_ON_BOTH(a_digest_names_so_many_and_counts_the_rest, teardown),
        TEST_ON_BOTH(what_waits_goes_the_way_that_is_chosen_last, teardown),
        TEST_ON_BOTH(a_link_ends_what_it_names_for_whom_it_names_and_cannot_be_made_up, teardown),
        TEST_ON_BOTH(who_is_forgotten_leaves_no_name, teardown),
        TEST_ON_BOTH(old_notices_go, teardown),
        TEST_ON_BOTH(control_characters_stop_no_mail, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

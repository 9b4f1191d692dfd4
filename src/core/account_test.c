/* How one comes to be a person, gets back in, and what the office may do: rules, times, limits. */
#include "core/account.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/mail.h"
#include "core/outbox.h"
#include "core/setting.h"
#include "core/test_core.h"

static void later(TestCore *f, int64_t hours)
{
    f->t.clock = clock_fixed(cx_now_us(&f->t.cx) + hours * TIME_HOUR_US);
}

static SignUp sign_up_of(TestCore *f, const char *mail)
{
    return (SignUp){.mail = str_from(mail),
                    .name = S("Ada Lovelace"),
                    .password = S("hash of a password"),
                    .lang = LANG_EN,
                    .agrees = true,
                    .secret = auth_secret(f->t.cx.arena)};
}

static PersonId add(TestCore *f, const char *mail, uint32_t roles)
{
    PersonId id = {0};
    assert_ok(&f->t.cx, person_add(&f->t.cx, str_from(mail), S("Ben"), S("old hash"), LANG_DE,
                                   roles | ROLE_MEMBER, &f->events, &id));
    return id;
}

static void act_as(TestCore *f, PersonId id, uint32_t roles)
{
    f->actor.person = id;
    f->actor.roles = roles | ROLE_MEMBER | ROLE_ANYONE;
    f->actor.may = permissions_of_roles(f->actor.roles);
}

/* The mails that wait, the oldest first; they are taken. */
static size_t take(TestCore *f, Mail ret[50])
{
    OutboxRow *rows;
    size_t count = 0;
    assert_ok(&f->t.cx, outbox_take(&f->t.cx, S("mail"), 50, &rows, &count));
    for (size_t i = 0; i < count; i++)
        assert_ok(&f->t.cx,
                  mail_parse(&f->t.cx, rows[i].id, rows[i].created_us, rows[i].payload, &ret[i]));
    return count;
}

static void expect_mails(TestCore *f, const MailKind *kinds, size_t count)
{
    Mail mails[50];
    size_t got = take(f, mails);
    assert_int_equal(got, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(mails[i].draft.kind, kinds[i]);
}
#define EXPECT_MAILS(f, ...)                                                                       \
    expect_mails(f, (const MailKind[]){__VA_ARGS__},                                               \
                 sizeof((const MailKind[]){__VA_ARGS__}) / sizeof(MailKind))

static int64_t person_total(TestCore *f)
{
    int64_t count = -1;
    assert_ok(&f->t.cx, person_count(&f->t.cx, &count));
    return count;
}

/* ---- signing up ---- */

static void a_sign_up_becomes_a_person_by_its_link_once(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    SignUp own = sign_up_of(f, " Ada@Example.org "), found;
    Mail mails[50];
    PersonId id;
    Person person;
    Consent *consents;
    size_t count;
    assert_ok(cx, setting_set(cx, S("legal.terms"), S("Be kind."), &f->events));
    assert_ok(cx, account_sign_up(cx, &own));
    int64_t given_us = cx_now_us(cx);
    assert_int_equal(person_total(f), 0);
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.kind, MAIL_SIGN_UP);
    assert_str("Ada@Example.org", mails[0].draft.address);
    assert_true(str_ends(mails[0].draft.path, own.secret));
    later(f, 47);
    assert_ok(cx, account_find_sign_up(cx, own.secret, &found));
    assert_str("hash of a password", found.password);
    assert_ok(cx, account_confirm(cx, own.secret, &f->events, &id));
    assert_ok(cx, person_find_by_mail(cx, S("ada@example.org"), &person));
    assert_int_equal(person.id.v, id.v);
    assert_int_equal(person.state, PERSON_ACTIVE);
    assert_int_equal(person.lang, LANG_EN);
    assert_ok(cx, account_consents(cx, id, &consents, &count));
    assert_int_equal(count, 1);
    assert_str("terms", consents[0].text);
    assert_int_equal(consents[0].version.n, 16);
    assert_int_equal(consents[0].given_us, given_us);
    assert_int_equal(consents[0].confirmed_us, cx_now_us(cx));
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_confirm(cx, own.secret, &f->events, &id));
    assert_int_equal(person_total(f), 1);
}

static void a_link_that_is_two_days_old_is_worth_nothing(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    SignUp own = sign_up_of(f, "ada@example.org"), found;
    PersonId id;
    assert_ok(cx, account_sign_up(cx, &own));
    assert_err(cx, ERR_NOT_FOUND, "account.link",
               account_find_sign_up(cx, auth_secret(cx->arena), &found));
    later(f, ACCOUNT_SIGN_UP_H);
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_sign_up(cx, own.secret, &found));
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_confirm(cx, own.secret, &f->events, &id));
    assert_int_equal(person_total(f), 0);
    /* And it is gone. */
    assert_ok(cx, account_clean(cx));
    later(f, -ACCOUNT_SIGN_UP_H);
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_sign_up(cx, own.secret, &found));
}

static void a_known_address_is_told_and_nothing_waits_for_it(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    SignUp own = sign_up_of(f, "ben@example.org"), found;
    Mail mails[50];
    PersonId ben = add(f, "Ben@example.org", 0);
    assert_ok(cx, account_sign_up(cx, &own));
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.kind, MAIL_SIGN_UP_KNOWN);
    assert_int_equal(mails[0].draft.person.v, ben.v);
    assert_true(str_find(mails[0].draft.path, own.secret) < 0);
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_sign_up(cx, own.secret, &found));
}

static void a_mailbox_is_not_filled_and_each_link_asks_for_its_own_password(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    SignUp last = {0}, found, first = {0};
    Mail mails[50];
    PersonId id;
    for (int i = 0; i < 10; i++) {
        SignUp own = sign_up_of(f, "ada@example.org");
        own.password = arena_fmt(cx->arena, "hash %d", i);
        assert_ok(cx, account_sign_up(cx, &own));
        first = i == 0 ? own : first;
        last = own;
    }
    assert_int_equal(take(f, mails), ACCOUNT_SIGN_UPS_PER_ADDRESS);
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_sign_up(cx, last.secret, &found));
    assert_ok(cx, account_find_sign_up(cx, first.secret, &found));
    assert_str("hash 0", found.password);
    /* The others are gone with the first that is confirmed. */
    assert_ok(cx, account_confirm(cx, first.secret, &f->events, &id));
    assert_int_equal(person_total(f), 1);
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_sign_up(cx, first.secret, &found));
}

static void only_so_many_wait_and_room_comes_back(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    for (int i = 0; i < ACCOUNT_SIGN_UPS_MAX; i++) {
        SignUp own = sign_up_of(f, arena_fmt(cx->arena, "p%d@example.org", i).p);
        assert_ok(cx, account_sign_up(cx, &own));
    }
    SignUp one_more = sign_up_of(f, "ada@example.org");
    assert_err(cx, ERR_LIMIT, "account.full", account_sign_up(cx, &one_more));
    assert_err(cx, ERR_LIMIT, "account.full", account_check_room(cx));
    later(f, ACCOUNT_SIGN_UP_H);
    assert_ok(cx, account_sign_up(cx, &one_more));
}

static void what_is_wrong_is_said_all_at_once(void **state)
{
    static const char *const KEYS[] = {"account.mail", "person_mixed.name", "account.terms"};
    TestCore *f = *state;
    SignUp own = sign_up_of(f, "no address");
    own.name = S("P\xD0\xB0ul"); /* a Cyrillic a */
    own.agrees = false;
    assert_err(&f->t.cx, ERR_INVALID, "account.mail", account_sign_up(&f->t.cx, &own));
    const Flaw *flaw = f->t.cx.error->flaws;
    for (size_t i = 0; i < COUNT_OF(KEYS); i++, flaw = flaw->next)
        assert_string_equal(flaw->key, KEYS[i]);
    assert_null(flaw);
}

/* ---- names ---- */

static const struct {
    Str name;
    const char *key; /* NULL: fine */
} NAMES[] = {
    {S_INIT("Ada Lovelace"), NULL},
    {S_INIT("José Núñez-Šťastný"), NULL},
    {S_INIT("Ørsted, Æther & Łukasz"), NULL},
    {S_INIT("Анна Каренина"), NULL}, /* Cyrillic as a whole */
    {S_INIT("Ada Иванова"), NULL},   /* each word in one script */
    {S_INIT("Νίκος"), NULL},         /* Greek */
    {S_INIT("山田 太郎"), NULL},     /* other scripts look like none of ours */
    {S_INIT("Ada 山田"), NULL},
    {S_INIT("نی‌لوفر"), NULL}, /* Persian needs the zero width non-joiner */
    {S_INIT(""), "person.name"},
    {S_INIT(" "), "person.name"},
    {S_INIT("---"), "person.name"},
    {S_INIT("\xff"), "person.name"},
    {S_INIT("P\xD0\xB0ul"), "person_mixed.name"}, /* Cyrillic a */
    {{"\xCE\x91"
      "da",
      sizeof("\xCE\x91"
             "da") -
          1},
     "person_mixed.name"}, /* Greek capital alpha */
    {{"Büro-\xD0\x90"
      "dmin",
      sizeof("Büro-\xD0\x90"
             "dmin") -
          1},
     "person_mixed.name"},
    {S_INIT("a\xD5\xBD"), "person_mixed.name"},        /* Armenian */
    {S_INIT("Ada\xE2\x80\xAE"), "person_hidden.name"}, /* turns what follows */
    {{"A\xE2\x80\x8B"
      "da",
      sizeof("A\xE2\x80\x8B"
             "da") -
          1},
     "person_hidden.name"}, /* zero width space */
    {{"A\xE2\x80\x8D"
      "da",
      sizeof("A\xE2\x80\x8D"
             "da") -
          1},
     "person_hidden.name"}, /* joiner between Latin letters */
    {{"\xE2\x80\x8D"
      "Ada",
      sizeof("\xE2\x80\x8D"
             "Ada") -
          1},
     "person_hidden.name"},
    {{"A\xC2\xAD"
      "da",
      sizeof("A\xC2\xAD"
             "da") -
          1},
     "person_hidden.name"}, /* soft hyphen */
    {{"\xEF\xBB\xBF"
      "Ada",
      sizeof("\xEF\xBB\xBF"
             "Ada") -
          1},
     "person_hidden.name"},
    {S_INIT("A\nda"), "person_hidden.name"},
    {S_INIT("A\0da"), "person_hidden.name"},
    {S_INIT("A\xF3\xA0\x81\xA1"), "person_hidden.name"}, /* a tag */
};

static void names_show_what_they_are(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        print_message("# %.*s\n", SARG(NAMES[i].name));
        if (NAMES[i].key)
            assert_err(cx, ERR_INVALID, NAMES[i].key, person_check_name(cx, NAMES[i].name));
        else
            assert_ok(cx, person_check_name(cx, NAMES[i].name));
    }
    char longer[PERSON_NAME_BYTES_MAX + 1];
    memset(longer, 'a', sizeof longer);
    assert_ok(cx, person_check_name(cx, (Str){longer, PERSON_NAME_BYTES_MAX}));
    assert_err(cx, ERR_INVALID, "person.name", person_check_name(cx, (Str){longer, sizeof longer}));
}

/* ---- links to a mailbox ---- */

static void a_password_link_works_once_within_its_hour_and_ends_sessions(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId ben = add(f, "ben@example.org", 0);
    Str first = auth_secret(cx->arena), second = auth_secret(cx->arena);
    Person person;
    Session *sessions;
    size_t count;
    assert_ok(cx, session_open(cx, ben, auth_secret(cx->arena), S("x"), TIME_DAY_US, &f->events));
    assert_ok(cx, account_ask_password(cx, S("BEN@example.org"), first));
    assert_ok(cx, account_ask_password(cx, S("ben@example.org"), second));
    EXPECT_MAILS(f, MAIL_PASSWORD_LINK, MAIL_PASSWORD_LINK);
    /* A newer link takes the place of the older one. */
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_password(cx, first, &person));
    assert_ok(cx, account_find_password(cx, second, &person));
    assert_int_equal(person.id.v, ben.v);
    assert_ok(cx, account_reset_password(cx, second, S("new hash"), &f->events));
    EXPECT_MAILS(f, MAIL_PASSWORD_CHANGED);
    assert_ok(cx, person_get(cx, ben, &person));
    assert_str("new hash", person.password);
    assert_ok(cx, session_list(cx, ben, &sessions, &count));
    assert_int_equal(count, 0);
    assert_err(cx, ERR_NOT_FOUND, "account.link",
               account_reset_password(cx, second, S("again"), &f->events));
    assert_ok(cx, account_ask_password(cx, S("ben@example.org"), first));
    later(f, ACCOUNT_PASSWORD_LINK_H);
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_password(cx, first, &person));
}

static void who_has_no_account_gets_no_link(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[50];
    Str secret = auth_secret(cx->arena);
    Person person;
    SignUp own = sign_up_of(f, "ada@example.org");
    PersonId ben = add(f, "ben@example.org", 0), eva = add(f, "eva@example.org", ROLE_ADMIN);
    assert_ok(cx, account_sign_up(cx, &own));
    act_as(f, eva, ROLE_ADMIN);
    assert_ok(cx, account_suspend(cx, ben, S("Spam"), &f->events));
    take(f, mails);
    static const char *const ADDRESSES[] = {"nobody@example.org", "ada@example.org",
                                            "ben@example.org"};
    for (size_t i = 0; i < COUNT_OF(ADDRESSES); i++) {
        assert_ok(cx, account_ask_password(cx, str_from(ADDRESSES[i]), secret));
        assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_password(cx, secret, &person));
    }
    assert_int_equal(take(f, mails), 0);
    assert_err(cx, ERR_INVALID, "account.mail", account_ask_password(cx, S("x"), secret));
}

static void a_new_address_counts_when_it_is_confirmed_and_the_old_one_is_told(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Mail mails[50];
    Person person;
    Str secret = auth_secret(cx->arena), mail;
    PersonId ben = add(f, "ben@example.org", 0);
    add(f, "eva@example.org", 0);
    act_as(f, ben, 0);
    assert_ok(cx, account_ask_mail(cx, S("Ben@home.example"), secret));
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.kind, MAIL_ADDRESS_CONFIRM);
    assert_str("Ben@home.example", mails[0].draft.address);
    assert_ok(cx, account_find_mail(cx, secret, &mail));
    assert_str("Ben@home.example", mail);
    assert_ok(cx, person_get(cx, ben, &person));
    assert_str("ben@example.org", person.mail);
    assert_ok(cx, account_change_mail(cx, secret, &f->events));
    assert_ok(cx, person_find_by_mail(cx, S("ben@HOME.example"), &person));
    assert_int_equal(person.id.v, ben.v);
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.kind, MAIL_ADDRESS_CHANGED);
    assert_str("ben@example.org", mails[0].draft.address);
    bool wanted = false;
    assert_ok(cx, mail_is_wanted(cx, &mails[0], &wanted));
    assert_true(wanted);
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_change_mail(cx, secret, &f->events));
    /* Somebody else's address: the same answer, and no mail. */
    assert_ok(cx, account_ask_mail(cx, S("eva@example.org"), secret));
    assert_int_equal(take(f, mails), 0);
    assert_err(cx, ERR_NOT_FOUND, "account.link", account_find_mail(cx, secret, &mail));
    /* Taken between the mail and the click. */
    assert_ok(cx, account_ask_mail(cx, S("cem@example.org"), secret));
    add(f, "cem@example.org", 0);
    assert_err(cx, ERR_CONFLICT, "person.exists", account_change_mail(cx, secret, &f->events));
}

/* ---- the office ---- */

static void who_is_suspended_is_out_until_the_account_is_opened_again(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str secret = auth_secret(cx->arena), key = auth_secret(cx->arena);
    PersonId ben = add(f, "ben@example.org", ROLE_OPERATOR);
    PersonId eva = add(f, "eva@example.org", ROLE_OFFICE);
    Person person;
    AuthSnapshot *snapshot;
    Actor actor;
    int64_t token;
    assert_ok(cx, session_open(cx, ben, secret, S("x"), TIME_DAY_US, &f->events));
    assert_ok(cx, token_add(cx, ben, S("t"), S("entity:write"), key, 0, &f->events, &token));
    act_as(f, eva, ROLE_OFFICE);
    assert_err(cx, ERR_INVALID, "account.reason", account_suspend(cx, ben, S("  "), &f->events));
    assert_ok(cx, account_suspend(cx, ben, S("Werbung in zehn Beiträgen"), &f->events));
    assert_ok(cx, person_get(cx, ben, &person));
    assert_int_equal(person.state, PERSON_SUSPENDED);
    assert_str("Werbung in zehn Beiträgen", person.state_reason);
    assert_ok(cx, auth_read(cx, &snapshot));
    assert_false(auth_session(snapshot, secret, cx_now_us(cx), &actor));
    assert_false(auth_token(snapshot, key, cx_now_us(cx), &actor));
    auth_free(snapshot);
    assert_ok(cx, account_suspend(cx, ben, S("again"), &f->events));
    assert_ok(cx, account_reactivate(cx, ben, S("Irrtum"), &f->events));
    assert_ok(cx, account_reactivate(cx, ben, S("again"), &f->events));
    EXPECT_MAILS(f, MAIL_REACTIVATED);
    assert_ok(cx, auth_read(cx, &snapshot));
    assert_false(auth_session(snapshot, secret, cx_now_us(cx), &actor));
    assert_true(auth_token(snapshot, key, cx_now_us(cx), &actor));
    auth_free(snapshot);
}

static void each_gives_and_takes_what_is_theirs_to_give(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId ben = add(f, "ben@example.org", 0), eva = add(f, "eva@example.org", ROLE_OFFICE);
    PersonId ada = add(f, "ada@example.org", ROLE_ADMIN);
    uint32_t roles;
    act_as(f, ben, 0);
    assert_err(cx, ERR_DENIED, "auth.denied",
               account_grant(cx, eva, ROLE_EDITOR, true, &f->events));
    assert_err(cx, ERR_DENIED, "auth.denied", account_suspend(cx, eva, S("x"), &f->events));
    act_as(f, eva, ROLE_OFFICE);
    assert_ok(cx, account_grant(cx, ben, ROLE_EDITOR, true, &f->events));
    assert_ok(cx, account_grant(cx, ben, ROLE_OPERATOR, true, &f->events));
    assert_ok(cx, account_grant(cx, ben, ROLE_EDITOR, false, &f->events));
    assert_ok(cx, person_roles(cx, ben, &roles));
    assert_int_equal(roles & ~(uint32_t)ROLE_ANYONE, ROLE_MEMBER | ROLE_OPERATOR);
    static const uint32_t HIGH[] = {ROLE_OFFICE, ROLE_ADMIN, ROLE_MEMBER};
    for (size_t i = 0; i < COUNT_OF(HIGH); i++)
        assert_err(cx, ERR_DENIED, "account.role",
                   account_grant(cx, ben, HIGH[i], true, &f->events));
    assert_err(cx, ERR_DENIED, "account.own",
               account_grant(cx, eva, ROLE_EDITOR, true, &f->events));
    assert_err(cx, ERR_DENIED, "account.rank", account_suspend(cx, ada, S("x"), &f->events));
    act_as(f, ada, ROLE_ADMIN);
    assert_ok(cx, account_grant(cx, ben, ROLE_ADMIN, true, &f->events));
    assert_ok(cx, account_suspend(cx, eva, S("x"), &f->events));
    act_as(f, ben, ROLE_ADMIN);
    assert_ok(cx, account_suspend(cx, ada, S("x"), &f->events));
    /* Ben is the last one now; who still acts as Ada cannot take it. */
    act_as(f, ada, ROLE_ADMIN);
    assert_err(cx, ERR_CONFLICT, "account.last",
               account_grant(cx, ben, ROLE_ADMIN, false, &f->events));
    assert_err(cx, ERR_CONFLICT, "account.last", account_suspend(cx, ben, S("x"), &f->events));
}

static void persons_are_found_by_part_of_a_name_or_address(void **state)
{
    static const struct {
        Str text;
        int64_t total;
    } ROWS[] = {{S_INIT(""), 3},        {S_INIT("özil"), 1},   {S_INIT("OEZIL"), 1},
                {S_INIT("example"), 3}, {S_INIT("Ben@Ex"), 1}, {S_INIT("%"), 0},
                {S_INIT("_"), 1},       {S_INIT("nobody"), 0}};
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id;
    Person *list;
    size_t count;
    int64_t total;
    add(f, "ben@example.org", ROLE_EDITOR);
    assert_ok(cx, person_add(cx, S("a_b@example.org"), S("Özil"), S("x"), LANG_DE, ROLE_MEMBER,
                             &f->events, &id));
    assert_ok(cx, person_add(cx, S("z@example.org"), S("Zoe"), S("x"), LANG_DE, ROLE_MEMBER,
                             &f->events, &id));
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        PersonQuery query = {.text = ROWS[i].text, .limit = 10};
        assert_ok(cx, person_list(cx, &query, &list, &count, &total));
        assert_int_equal(total, ROWS[i].total);
        assert_int_equal(count, ROWS[i].total);
    }
    PersonQuery query = {.role = ROLE_EDITOR, .limit = 10};
    assert_ok(cx, person_list(cx, &query, &list, &count, &total));
    assert_int_equal(total, 1);
    assert_str("Ben", list[0].name);
    assert_int_equal(list[0].password.n, 0);
    query = (PersonQuery){.limit = 1, .offset = 1};
    assert_ok(cx, person_list(cx, &query, &list, &count, &total));
    assert_int_equal(total, 3);
    assert_str("Özil", list[0].name);
    query = (PersonQuery){.limit = 10, .only_suspended = true};
    assert_ok(cx, person_list(cx, &query, &list, &count, &total));
    assert_int_equal(total, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_sign_up_becomes_a_person_by_its_link_once, teardown),
        TEST_ON_BOTH(a_link_that_is_two_days_old_is_worth_nothing, teardown),
        TEST_ON_BOTH(a_known_address_is_told_and_nothing_waits_for_it, teardown),
        TEST_ON_BOTH(a_mailbox_is_not_filled_and_each_link_asks_for_its_own_password, teardown),
        TEST_ON_BOTH(only_so_many_wait_and_room_comes_back, teardown),
        TEST_ON_BOTH(what_is_wrong_is_said_all_at_once, teardown),
        TEST_ON_BOTH(names_show_what_they_are, teardown),
        TEST_ON_BOTH(a_password_link_works_once_within_its_hour_and_ends_sessions, teardown),
        TEST_ON_BOTH(who_has_no_account_gets_no_link, teardown),
        TEST_ON_BOTH(a_new_address_counts_when_it_is_confirmed_and_the_old_one_is_told, teardown),
        TEST_ON_BOTH(who_is_suspended_is_out_until_the_account_is_opened_again, teardown),
        TEST_ON_BOTH(each_gives_and_takes_what_is_theirs_to_give, teardown),
        TEST_ON_BOTH(persons_are_found_by_part_of_a_name_or_address, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

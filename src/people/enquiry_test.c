/* Enquiries and interests: numbers, answers in two steps, deadlines, what is erased when. */
#include "people/enquiry.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/mail.h"
#include "core/outbox.h"
#include "people/interest.h"
#include "people/test_people.h"

static EnquiryDraft draft_enquiry(const char *subject)
{
    return (EnquiryDraft){.kind = ENQUIRY_CONTACT,
                          .subject = str_from(subject),
                          .body = S("Wann kommt die Bank?"),
                          .name = S("Enna Harms"),
                          .mail = S("enna@example.org"),
                          .consent = true,
                          .doubts = S("")};
}

static int64_t add_office(TestCore *f, const char *name)
{
    int64_t id = add_person(f, name);
    assert_ok(&f->t.cx, person_grant(&f->t.cx, (PersonId){id}, ROLE_OFFICE, &f->events));
    return id;
}

/* All mails that wait in the outbox, as one text. */
static Str mails(TestCore *f, size_t *ret_count)
{
    static const Statement ALL = SQL("SELECT payload FROM outbox WHERE kind = 'mail' ORDER BY id");
    Cx *cx = &f->t.cx;
    DbRows rows;
    bool row;
    Buf text = buf_new(cx->arena, 1 << 20);
    *ret_count = 0;
    assert_ok(cx, db_start(cx, &ALL, DB_NO_ARGS, &rows));
    for (;;) {
        assert_ok(cx, db_next(cx, &rows, &row));
        if (!row)
            break;
        buf_put(&text, db_text(&rows, 0));
        buf_char(&text, '\n');
        ++*ret_count;
    }
    db_end(&rows);
    return text.n ? buf_str(&text) : S("");
}

static Str send(TestCore *f, const EnquiryDraft *draft)
{
    Str number;
    act_as(f, 0, 0);
    assert_ok(&f->t.cx, enquiry_send(&f->t.cx, draft, &number));
    return number;
}

static void each_has_a_number_of_its_year_and_a_receipt(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Enquiry e;
    size_t count;
    EnquiryDraft draft = draft_enquiry("Bank vor dem Rathaus");
    assert_str("2022-0001", send(f, &draft));
    assert_str("2022-0002", send(f, &draft));
    f->t.clock.fixed_us += 365 * TIME_DAY_US;
    draft.mail = S("");
    assert_str("2023-0001", send(f, &draft));
    Str sent = mails(f, &count);
    assert_int_equal(count, 2); /* nobody to tell of the third */
    assert_true(str_find(sent, S("2022-0002")) > 0);
    assert_true(str_find(sent, S("Bank")) < 0 && str_find(sent, S("Harms")) < 0);
    act_as(f, add_office(f, "office"), ROLE_OFFICE);
    assert_ok(cx, enquiry_get(cx, S("2023-0001"), &e));
    assert_int_equal(e.due_us, f->t.clock.fixed_us + 14 * TIME_DAY_US);
    assert_int_equal(e.delete_us, f->t.clock.fixed_us + 365 * TIME_DAY_US);
    static const char *const NONE[] = {"",          "2023", "2023-",      "-1",
                                       "2023-0009", "x-y",  "2023-0001-1"};
    for (size_t i = 0; i < COUNT_OF(NONE); i++)
        assert_err(cx, ERR_NOT_FOUND, "enquiry.unknown", enquiry_get(cx, str_from(NONE[i]), &e));
    act_as(f, 0, 0);
    assert_err(cx, ERR_DENIED, "auth.required", enquiry_get(cx, S("2023-0001"), &e));
}

static void what_is_missing_is_told_at_once(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str number;
    act_as(f, 0, 0);
    EnquiryDraft draft = {.kind = ENQUIRY_ILLEGAL,
                          .subject = S("a\r\nBcc: x"),
                          .name = S("b\nc"),
                          .mail = S("keine")};
    assert_err(cx, ERR_INVALID, "enquiry.subject", enquiry_send(cx, &draft, &number));
    size_t flaws = 0;
    for (const Flaw *one = cx->error->flaws; one; one = one->next)
        flaws++;
    assert_int_equal(flaws, 7);
}

static void an_answer_is_looked_at_before_it_is_sent(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Enquiry e, other;
    EnquiryNote *notes;
    size_t count, before;
    int64_t office = add_office(f, "office");
    EnquiryDraft draft = draft_enquiry("Bank");
    Str number = send(f, &draft);
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, enquiry_get(cx, number, &e));
    mails(f, &before);
    assert_err(cx, ERR_INVALID, "enquiry.answer", enquiry_answer(cx, &e, e.version));
    assert_ok(cx, enquiry_draft(cx, &e, e.version, S("Im Mai.")));
    assert_ok(cx, enquiry_draft(cx, &e, e.version, S("Im Juni.")));
    assert_ok(cx, enquiry_notes(cx, e.id, &notes, &count));
    assert_int_equal(count, 1); /* one draft, the newest */
    assert_str("Im Juni.", notes[0].body);
    mails(f, &count);
    assert_int_equal(count, before);
    assert_ok(cx, enquiry_get(cx, number, &other)); /* somebody else has the page open too */
    assert_ok(cx, enquiry_answer(cx, &e, e.version));
    assert_err(cx, ERR_CONFLICT, "item.version", enquiry_answer(cx, &other, other.version - 1));
    assert_err(cx, ERR_INVALID, "enquiry.answer", enquiry_answer(cx, &e, e.version));
    Str sent = mails(f, &count);
    assert_int_equal(count, before + 1);
    assert_true(str_find(sent, S("Im Juni.")) > 0);
    assert_int_equal(e.state, ENQUIRY_ANSWERED);
    assert_ok(cx, enquiry_reopen(cx, &e, e.version));
    assert_err(cx, ERR_INVALID, "verb.reason", enquiry_close(cx, &e, e.version, S(" ")));
    assert_ok(cx, enquiry_close(cx, &e, e.version, S("Erledigt")));
    assert_err(cx, ERR_CONFLICT, "enquiry.state", enquiry_draft(cx, &e, e.version, S("Noch")));
    assert_ok(cx, enquiry_get(cx, number, &e));
    assert_int_equal(e.state, ENQUIRY_CLOSED);
    assert_str("Erledigt", e.outcome);
}

static void it_waits_in_the_inbox_with_its_owner_and_day(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Enquiry e;
    Inbox inbox;
    int64_t office = add_office(f, "office");
    EnquiryDraft draft = draft_enquiry("Bank");
    draft.doubts = S("links");
    Str number = send(f, &draft);
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, inbox_read(cx, &(InboxQuery){.kind = S("enquiry")}, &inbox));
    assert_int_equal(inbox.count, 1);
    assert_str("2022-0001: Bank", inbox.entries[0].title);
    assert_str("/buero/anfragen/2022-0001", inbox.entries[0].path);
    assert_true(inbox.entries[0].doubtful);
    assert_ok(cx, enquiry_get(cx, number, &e));
    assert_ok(cx, enquiry_assign(cx, &e, (PersonId){office}));
    assert_int_equal(e.state, ENQUIRY_ASSIGNED);
    assert_ok(cx, inbox_read(cx, &(InboxQuery){.owner = {office}}, &inbox));
    assert_int_equal(inbox.count, 1);
    assert_ok(cx, enquiry_close(cx, &e, e.version, S("Kein Anliegen")));
    assert_ok(cx, inbox_read(cx, &(InboxQuery){0}, &inbox));
    assert_int_equal(inbox.count, 0);
}

static void overdue_ones_are_reminded_of_once_a_week(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Enquiry e;
    size_t count, before;
    int64_t one = add_office(f, "one"), two = add_office(f, "two");
    EnquiryDraft draft = draft_enquiry("Bank");
    Str number = send(f, &draft);
    send(f, &draft);
    act_as(f, one, ROLE_OFFICE);
    assert_ok(cx, enquiry_get(cx, number, &e));
    assert_ok(cx, enquiry_assign(cx, &e, (PersonId){two}));
    mails(f, &before);
    assert_ok(cx, enquiry_work(cx));
    mails(f, &count);
    assert_int_equal(count, before);
    f->t.clock.fixed_us += 14 * TIME_DAY_US + 1;
    assert_ok(cx, enquiry_work(cx));
    Str sent = mails(f, &count);
    assert_int_equal(count, before + 2);
    assert_true(str_find(sent, S("\"2022-0002\"")) > 0);        /* nobody's: to one */
    assert_true(str_find(sent, S("2022-0001, 2022-0002")) > 0); /* to two, whose the first is */
    assert_ok(cx, enquiry_work(cx));
    mails(f, &count);
    assert_int_equal(count, before + 2);
    f->t.clock.fixed_us += ENQUIRY_REMIND_DAYS * TIME_DAY_US + 1;
    assert_ok(cx, enquiry_work(cx));
    mails(f, &count);
    assert_int_equal(count, before + 4);
}

static bool store_has(TestCore *f, const char *word)
{
    static const Statement FIND =
        SQL("SELECT 1 FROM enquiry WHERE subject || body || place || name || mail || outcome"
            " LIKE ?1 UNION SELECT 1 FROM enquiry_note WHERE body LIKE ?1"
            " UNION SELECT 1 FROM mail_address WHERE folded LIKE ?1");
    Cx *cx = &f->t.cx;
    DbRows rows;
    bool row;
    Str like = arena_fmt(cx->arena, "%%%s%%", word);
    assert_ok(cx, db_start(cx, &FIND, DB_ARGS(V_TEXT(like)), &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    db_end(&rows);
    return row;
}

static void on_its_day_the_words_go_and_the_number_stays(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Enquiry e;
    EnquiryDraft draft = draft_enquiry("Geheimnis");
    Str number = send(f, &draft);
    act_as(f, add_office(f, "office"), ROLE_OFFICE);
    assert_ok(cx, mail_bounced(cx, S("enna@example.org"), S("550 no such user")));
    assert_ok(cx, enquiry_get(cx, number, &e));
    assert_ok(cx, enquiry_note(cx, &e, S("Geheimnis notiert")));
    assert_ok(cx, enquiry_close(cx, &e, e.version, S("Geheimnis gelüftet")));
    f->t.clock.fixed_us = e.delete_us - 1;
    assert_ok(cx, enquiry_work(cx));
    assert_true(store_has(f, "Geheimnis"));
    f->t.clock.fixed_us = e.delete_us;
    assert_ok(cx, enquiry_work(cx));
    assert_false(store_has(f, "Geheimnis"));
    assert_false(store_has(f, "enna"));
    assert_false(store_has(f, "Bank"));
    assert_ok(cx, enquiry_get(cx, number, &e));
    assert_int_equal(e.state, ENQUIRY_ERASED);
    assert_true(e.created_us && e.closed_us);
    assert_err(cx, ERR_CONFLICT, "enquiry.state", enquiry_note(cx, &e, S("x")));
    assert_str("2023-0001", send(f, &draft)); /* numbers go on */
}

static void who_is_interested_confirms_and_ends_with_one_click(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    size_t told, count, before;
    int64_t n, office = add_office(f, "office");
    act_as(f, 0, 0);
    assert_err(cx, ERR_INVALID, "interest.mail", interest_send(cx, S("x"), false, S("s0")));
    cx->error->flaws = NULL;
    assert_ok(cx, interest_send(cx, S("Enna@example.org"), true, S("s1")));
    assert_ok(cx, interest_send(cx, S("ole@example.org"), true, S("s2")));
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, interest_tell(cx, S("Neues"), S("Text"), &told));
    assert_int_equal(told, 0); /* nobody has confirmed yet */
    act_as(f, 0, 0);
    assert_ok(cx, interest_confirm(cx, S("s1")));
    assert_ok(cx, interest_confirm(cx, S("s1")));
    assert_err(cx, ERR_NOT_FOUND, "interest.unknown", interest_confirm(cx, S("s9")));
    mails(f, &before);
    assert_ok(cx, interest_send(cx, S("enna@EXAMPLE.org"), true, S("s3"))); /* is in already */
    mails(f, &count);
    assert_int_equal(count, before);
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, interest_count(cx, &n));
    assert_int_equal(n, 1);
    assert_ok(cx, interest_tell(cx, S("Neues"), S("Text"), &told));
    assert_int_equal(told, 1);
    Str sent = mails(f, &count);
    assert_int_equal(count, before + 1);
    assert_true(str_find(sent, S("/interessiert/beenden?code=s1")) > 0);
    act_as(f, 0, 0);
    assert_ok(cx, interest_end(cx, S("s1")));
    assert_ok(cx, interest_end(cx, S("s1")));
    assert_err(cx, ERR_NOT_FOUND, "interest.unknown", interest_confirm(cx, S("s1")));
    f->t.clock.fixed_us += (INTEREST_DAYS + 1) * TIME_DAY_US;
    assert_ok(cx, interest_clean(cx));
    assert_err(cx, ERR_NOT_FOUND, "interest.unknown", interest_confirm(cx, S("s2")));
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, interest_tell(cx, S("Neues"), S("Text"), &told));
    assert_int_equal(told, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(each_has_a_number_of_its_year_and_a_receipt, teardown),
        TEST_ON_BOTH(what_is_missing_is_told_at_once, teardown),
        TEST_ON_BOTH(an_answer_is_looked_at_before_it_is_sent, teardown),
        TEST_ON_BOTH(it_waits_in_the_inbox_with_its_owner_and_day, teardown),
        TEST_ON_BOTH(overdue_ones_are_reminded_of_once_a_week, teardown),
        TEST_ON_BOTH(on_its_day_the_words_go_and_the_number_stays, teardown),
        TEST_ON_BOTH(who_is_interested_confirms_and_ends_with_one_click, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

#include "people/enquiry.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/mail.h"
#include "core/setting.h"
#include "people/enquiry_store.h"
#include "people/verb.h"

static const struct {
    Str name;
    int64_t due_days;
} KINDS[ENQUIRY_KIND_COUNT_] = {
    [ENQUIRY_CONTACT] = {S_INIT("contact"), 14},
    [ENQUIRY_BARRIER] = {S_INIT("barrier"), 28}, /* within a month (BGG, 12b) */
    [ENQUIRY_ILLEGAL] = {S_INIT("illegal"), 7},
};

static const Str STATE_NAMES[ENQUIRY_STATE_COUNT_] = {
    [ENQUIRY_NEW] = S_INIT("new"),           [ENQUIRY_ASSIGNED] = S_INIT("assigned"),
    [ENQUIRY_ANSWERED] = S_INIT("answered"), [ENQUIRY_CLOSED] = S_INIT("closed"),
    [ENQUIRY_ERASED] = S_INIT("erased"),
};

Str enquiry_kind_name(EnquiryKind kind)
{
    return KINDS[kind].name;
}

Str enquiry_state_name(EnquiryState state)
{
    return STATE_NAMES[state];
}

bool enquiry_state_parse(Str name, EnquiryState *ret)
{
    for (size_t i = 0; i < ENQUIRY_STATE_COUNT_; i++)
        if (str_eq(name, STATE_NAMES[i])) {
            *ret = (EnquiryState)i;
            return true;
        }
    return false;
}

/* ---- sending one ---- */

static bool is_line(Str text, size_t least, size_t most)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    return text.n >= least && text.n <= most && str_is_utf8(text);
}

static bool is_text(Str text, size_t most)
{
    return text.n > 0 && text.n <= most && str_is_utf8(text) && !memchr(text.p, 0, text.n);
}

static Err check(Cx *cx, const EnquiryDraft *draft)
{
    if (!is_line(draft->subject, 1, ENQUIRY_SUBJECT_BYTES_MAX))
        flaw(cx, "enquiry.subject", "one line of 1 to %d bytes", ENQUIRY_SUBJECT_BYTES_MAX);
    if (!is_text(draft->body, ENQUIRY_BODY_BYTES_MAX))
        flaw(cx, "enquiry.message", "1 to %d bytes", ENQUIRY_BODY_BYTES_MAX);
    bool needs_place = draft->kind == ENQUIRY_ILLEGAL;
    if (!is_line(draft->place, needs_place, ENQUIRY_PLACE_BYTES_MAX))
        flaw(cx, "enquiry.place", "the address of the page, in one line");
    if (!is_line(draft->name, 0, PERSON_NAME_BYTES_MAX))
        flaw(cx, "enquiry.name", "one line of at most %d bytes", PERSON_NAME_BYTES_MAX);
    if (draft->mail.n && !person_is_mail(draft->mail))
        flaw(cx, "enquiry.mail", "\"%.*s\" is no mail address", SARG(draft->mail));
    if (draft->kind == ENQUIRY_ILLEGAL && !draft->honest)
        flaw(cx, "enquiry.honest", "the notice has to be made in good faith");
    if (!draft->consent)
        flaw(cx, "enquiry.consent", "without consent nothing can be kept");
    return flaws_end(cx);
}

static EnquiryDraft trimmed(const EnquiryDraft *draft)
{
    EnquiryDraft ret = *draft;
    ret.subject = str_trim(draft->subject);
    ret.body = str_trim(draft->body);
    ret.place = str_trim(draft->place);
    ret.name = str_trim(draft->name);
    ret.mail = str_trim(draft->mail);
    return ret;
}

/* It says the number and nothing that was typed: the address may be another person's. */
static Err send_receipt(Cx *cx, const Enquiry *enquiry)
{
    if (!enquiry->mail.n)
        return OK;
    return mail_add(cx, &(MailDraft){.kind = MAIL_ENQUIRY_RECEIPT,
                                     .address = enquiry->mail,
                                     .lang = enquiry->lang,
                                     .what = enquiry->number,
                                     .at_us = enquiry->due_us});
}

Err enquiry_send(Cx *cx, const EnquiryDraft *given, Str *ret_number)
{
    int64_t days, number, now_us = cx_now_us(cx);
    EnquiryDraft draft = trimmed(given);
    TRY(check(cx, &draft));
    TRY(setting_get_i64(cx, S("enquiry.days"), &days));
    Enquiry enquiry = {.kind = draft.kind,
                       .subject = draft.subject,
                       .body = draft.body,
                       .place = draft.place,
                       .name = draft.name,
                       .mail = draft.mail,
                       .lang = cx->actor->lang,
                       .person = cx->actor->person,
                       .doubts = draft.doubts,
                       .created_us = now_us,
                       .due_us = now_us + KINDS[draft.kind].due_days * TIME_DAY_US,
                       .delete_us = now_us + days * TIME_DAY_US};
    int64_t year = time_civil(now_us).year;
    TRY(enquiry_store_add(cx, &enquiry, year, &number));
    enquiry.number = arena_fmt(cx->arena, "%04lld-%04lld", (long long)year, (long long)number);
    TRY(audit_add(cx, S("enquiry.send"), S("enquiry"), enquiry.number,
                  enquiry_kind_name(draft.kind)));
    *ret_number = enquiry.number;
    return send_receipt(cx, &enquiry);
}

/* ---- the office's work ---- */

static bool read_number(Str text, int64_t *ret_year, int64_t *ret_number)
{
    Str year = str_cut(&text, '-');
    return text.p && str_to_i64(year, ret_year) && str_to_i64(text, ret_number);
}

Err enquiry_get(Cx *cx, Str number, Enquiry *ret)
{
    int64_t year, n;
    bool found = false;
    TRY(require(cx, MAY_OFFICE_WORK));
    if (read_number(number, &year, &n))
        TRY(enquiry_store_get(cx, year, n, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "enquiry.unknown", "there is no enquiry %.*s", SARG(number));
    return OK;
}

Err enquiry_list(Cx *cx, EnquiryState state, int64_t limit, int64_t offset, Enquiry **ret,
                 size_t *ret_count, int64_t *ret_total)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    if (limit < 1 || limit > ENQUIRY_LIST_MAX || offset < 0)
        return fail(cx, ERR_INVALID, "item.limit", "a list has 1 to %d enquiries",
                    ENQUIRY_LIST_MAX);
    TRY(enquiry_store_count(cx, state, ret_total));
    return enquiry_store_list(cx, state, limit, offset, ret, ret_count);
}

Err enquiry_notes(Cx *cx, int64_t id, EnquiryNote **ret, size_t *ret_count)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    return enquiry_store_notes(cx, id, ret, ret_count);
}

/* Who may, whether somebody else was faster (version 0: does not matter), whether it is open. */
static Err admit(Cx *cx, const Enquiry *enquiry, int64_t version)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    if (version && version != enquiry->version)
        return fail(cx, ERR_CONFLICT, "item.version", "somebody else changed it meanwhile");
    if (enquiry->state >= ENQUIRY_CLOSED)
        return fail(cx, ERR_CONFLICT, "enquiry.state", "it is closed");
    return OK;
}

static Err keep(Cx *cx, Enquiry *enquiry, Str verb)
{
    enquiry->version++;
    TRY(enquiry_store_set(cx, enquiry));
    return audit_add(cx, verb, S("enquiry"), enquiry->number, S(""));
}

Err enquiry_assign(Cx *cx, Enquiry *enquiry, PersonId owner)
{
    TRY(admit(cx, enquiry, 0));
    TRY(inbox_assign(cx, S("enquiry"), enquiry->id, owner));
    if (enquiry->state == ENQUIRY_NEW && owner.v)
        enquiry->state = ENQUIRY_ASSIGNED;
    else if (enquiry->state == ENQUIRY_ASSIGNED && !owner.v)
        enquiry->state = ENQUIRY_NEW;
    return keep(cx, enquiry, S("enquiry.assign"));
}

Err enquiry_note(Cx *cx, Enquiry *enquiry, Str body)
{
    body = str_trim(body);
    TRY(require(cx, MAY_OFFICE_WORK));
    if (enquiry->state == ENQUIRY_ERASED)
        return fail(cx, ERR_CONFLICT, "enquiry.state", "it is erased");
    if (!is_text(body, ENQUIRY_BODY_BYTES_MAX))
        return fail(cx, ERR_INVALID, "enquiry.note", "1 to %d bytes", ENQUIRY_BODY_BYTES_MAX);
    return enquiry_store_add_note(cx, enquiry->id, false, body);
}

Err enquiry_draft(Cx *cx, Enquiry *enquiry, int64_t version, Str body)
{
    body = str_trim(body);
    TRY(admit(cx, enquiry, version));
    if (body.n && !is_text(body, ENQUIRY_BODY_BYTES_MAX))
        return fail(cx, ERR_INVALID, "enquiry.answer", "at most %d bytes", ENQUIRY_BODY_BYTES_MAX);
    TRY(enquiry_store_drop_draft(cx, enquiry->id));
    if (body.n)
        TRY(enquiry_store_add_note(cx, enquiry->id, true, body));
    return keep(cx, enquiry, S("enquiry.draft"));
}

static Err find_draft(Cx *cx, int64_t id, const EnquiryNote **ret)
{
    EnquiryNote *notes;
    size_t count;
    *ret = NULL;
    TRY(enquiry_store_notes(cx, id, &notes, &count));
    for (size_t i = 0; i < count; i++)
        if (notes[i].answer && !notes[i].sent_us)
            *ret = &notes[i];
    return OK;
}

Err enquiry_answer(Cx *cx, Enquiry *enquiry, int64_t version)
{
    const EnquiryNote *draft;
    TRY(admit(cx, enquiry, version));
    TRY(find_draft(cx, enquiry->id, &draft));
    if (!draft || !enquiry->mail.n)
        return fail(cx, ERR_INVALID, "enquiry.answer", "there is no draft, or nowhere to send it");
    TRY(enquiry_store_sent(cx, draft->id));
    enquiry->state = ENQUIRY_ANSWERED;
    enquiry->answered_us = cx_now_us(cx);
    TRY(keep(cx, enquiry, S("enquiry.answer")));
    return mail_add(
        cx, &(MailDraft){.kind = MAIL_ENQUIRY_ANSWER,
                         .address = enquiry->mail,
                         .name = enquiry->name,
                         .lang = enquiry->lang,
                         .what = enquiry->number,
                         .reason = draft->body,
                         .thread = arena_fmt(cx->arena, "enquiry-%.*s", SARG(enquiry->number))});
}

Err enquiry_close(Cx *cx, Enquiry *enquiry, int64_t version, Str outcome)
{
    outcome = str_trim(outcome);
    TRY(admit(cx, enquiry, version));
    if (!outcome.n)
        return fail(cx, ERR_INVALID, "verb.reason", "say how it ended");
    TRY(reason_check(cx, outcome));
    enquiry->state = ENQUIRY_CLOSED;
    enquiry->outcome = outcome;
    enquiry->closed_us = cx_now_us(cx);
    return keep(cx, enquiry, S("enquiry.close"));
}

Err enquiry_reopen(Cx *cx, Enquiry *enquiry, int64_t version)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    if (version != enquiry->version)
        return fail(cx, ERR_CONFLICT, "item.version", "somebody else changed it meanwhile");
    if (enquiry->state != ENQUIRY_CLOSED && enquiry->state != ENQUIRY_ANSWERED)
        return fail(cx, ERR_CONFLICT, "enquiry.state", "it is not closed");
    enquiry->state = ENQUIRY_NEW;
    enquiry->closed_us = 0;
    return keep(cx, enquiry, S("enquiry.reopen"));
}

/* ---- waiting, overdue, erased ---- */

Err enquiry_put_waiting(Cx *cx, InboxList *list)
{
    Enquiry *waiting;
    size_t count;
    TRY(enquiry_store_waiting(cx, INBOX_MAX, &waiting, &count));
    for (size_t i = 0; i < count; i++)
        inbox_put(list,
                  (InboxEntry){
                      .id = waiting[i].id,
                      .title = arena_fmt(cx->arena, "%.*s: %.*s", SARG(waiting[i].number),
                                         SARG(waiting[i].subject)),
                      .detail = waiting[i].name,
                      .path = arena_fmt(cx->arena, "/buero/anfragen/%.*s", SARG(waiting[i].number)),
                      .since_us = waiting[i].created_us,
                      .due_us = waiting[i].due_us,
                      .doubtful = waiting[i].doubts.n > 0});
    return OK;
}

enum { WORK_MAX = 200 /* of one run */, NUMBERS_BYTES_MAX = 800 };

/* One mail for each of the office: the overdue ones that are theirs or nobody's. */
static Err remind(Cx *cx, const Enquiry *overdue, size_t count, PersonId person)
{
    Buf numbers = buf_new(cx->arena, NUMBERS_BYTES_MAX + 20);
    for (size_t i = 0; i < count && numbers.n < NUMBERS_BYTES_MAX; i++) {
        PersonId owner;
        TRY(inbox_owner(cx, S("enquiry"), overdue[i].id, &owner));
        if (!owner.v || owner.v == person.v)
            buf_fmt(&numbers, "%s%.*s", numbers.n ? ", " : "", SARG(overdue[i].number));
    }
    if (!numbers.n)
        return OK;
    return mail_add(cx, &(MailDraft){.kind = MAIL_ENQUIRY_OVERDUE,
                                     .person = person,
                                     .what = buf_str(&numbers),
                                     .path = S("/buero/eingang")});
}

static Err remind_all(Cx *cx)
{
    Enquiry *overdue;
    InboxStaff *staff;
    size_t count, staff_count;
    int64_t now_us = cx_now_us(cx);
    TRY(enquiry_store_overdue(cx, now_us, now_us - ENQUIRY_REMIND_DAYS * TIME_DAY_US, WORK_MAX,
                              &overdue, &count));
    if (!count)
        return OK;
    TRY(inbox_staff(cx, &staff, &staff_count));
    for (size_t i = 0; i < staff_count; i++)
        TRY(remind(cx, overdue, count, staff[i].person));
    for (size_t i = 0; i < count; i++)
        TRY(enquiry_store_reminded(cx, overdue[i].id));
    return OK;
}

/* What is known of the address goes too, unless something else here needs it. */
static Err forget_address(Cx *cx, Str mail)
{
    Person person;
    bool used, is_person;
    TRY(enquiry_store_mail_used(cx, mail, &used));
    TRY(person_try_mail(cx, mail, &is_person, &person));
    return used || is_person ? OK : mail_forget(cx, mail);
}

Err enquiry_forget(Cx *cx, PersonId person, Str mail_key)
{
    int64_t ids[WORK_MAX];
    size_t count = WORK_MAX;
    while (count == WORK_MAX) {
        TRY(enquiry_store_of_person(cx, person, mail_key, WORK_MAX, ids, &count));
        for (size_t i = 0; i < count; i++)
            TRY(enquiry_store_erase(cx, ids[i]));
    }
    return OK;
}

Err enquiry_work(Cx *cx)
{
    Enquiry *expired;
    size_t count;
    TRY(enquiry_store_expired(cx, WORK_MAX, &expired, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(enquiry_store_erase(cx, expired[i].id));
        if (expired[i].mail.n)
            TRY(forget_address(cx, expired[i].mail));
        TRY(audit_add(cx, S("enquiry.erase"), S("enquiry"), expired[i].number, S("")));
    }
    return remind_all(cx);
}

#include "core/mail.h"

#include "base/json.h"
#include "base/str.h"
#include "core/mail_store.h"
#include "core/outbox.h"

enum { BOUNCE_BYTES_MAX = 300 };

const MailRow MAILS[MAIL_KIND_COUNT_] = {
#define MAIL(code, key, to_unconfirmed, category, help)                                            \
    [MAIL_##code] = {S_INIT(#key), to_unconfirmed, MAIL_CATEGORY_##category, help},
#include "core/mail.def"
#undef MAIL
};

/* ---- what is added ---- */

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

static Str without_controls(Arena *arena, Str text, size_t max, bool one_line)
{
    Buf out = buf_new(arena, text.n + 1);
    size_t n = MIN(text.n, max);
    while (n < text.n && n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++) {
        char c = text.p[i];
        if (!is_control(c) || (!one_line && (c == '\n' || c == '\t')))
            buf_char(&out, c);
        else if (one_line)
            buf_char(&out, ' ');
    }
    return out.n ? buf_str(&out) : S("");
}

Str mail_one_line(Arena *arena, Str text, size_t max)
{
    return without_controls(arena, text, max, true);
}

Str mail_lines(Arena *arena, Str text, size_t max)
{
    return without_controls(arena, text, max, false);
}

static Err check_text(Cx *cx, const char *name, Str text, size_t max, bool one_line)
{
    bool fine = text.n <= max && str_is_utf8(text);
    for (size_t i = 0; fine && i < text.n; i++)
        fine = !is_control(text.p[i]) ||
               (!one_line && (text.p[i] == '\n' || text.p[i] == '\r' || text.p[i] == '\t'));
    if (!fine)
        return fail(cx, ERR_INVALID, "mail.text",
                    "the %s of a mail is %s of UTF-8 without control characters, of at most %zu "
                    "bytes",
                    name, one_line ? "one line" : "a text", max);
    return OK;
}

static Err check_draft(Cx *cx, const MailDraft *draft)
{
    ASSERT((size_t)draft->kind < MAIL_KIND_COUNT_);
    ASSERT(draft->line_count <= MAIL_LINES_MAX);
    ASSERT(!draft->path.n || draft->path.p[0] == '/');
    TRY(check_text(cx, "name", draft->name, PERSON_NAME_BYTES_MAX, true));
    TRY(check_text(cx, "who", draft->who, MAIL_TEXT_BYTES_MAX, true));
    TRY(check_text(cx, "what", draft->what, MAIL_TEXT_BYTES_MAX, true));
    TRY(check_text(cx, "date", draft->date, MAIL_TEXT_BYTES_MAX, true));
    TRY(check_text(cx, "thread", draft->thread, MAIL_TEXT_BYTES_MAX, true));
    TRY(check_text(cx, "path", draft->path, MAIL_PATH_BYTES_MAX, true));
    TRY(check_text(cx, "unsubscribe", draft->unsubscribe, MAIL_PATH_BYTES_MAX, true));
    for (size_t i = 0; i < draft->line_count; i++) {
        TRY(check_text(cx, "who", draft->lines[i].who, MAIL_TEXT_BYTES_MAX, true));
        TRY(check_text(cx, "what", draft->lines[i].what, MAIL_TEXT_BYTES_MAX, true));
        TRY(check_text(cx, "path", draft->lines[i].path, MAIL_PATH_BYTES_MAX, true));
        TRY(check_text(cx, "reason", draft->lines[i].reason, MAIL_REASON_BYTES_MAX, false));
    }
    return check_text(cx, "reason", draft->reason, MAIL_REASON_BYTES_MAX, false);
}

/* What ical_put leaves out or escapes may be in it; what the outbox could not keep may not. */
static Err check_appointment(Cx *cx, const IcalEvent *event)
{
    if (!event)
        return OK;
    ASSERT(event->uid.n && event->start_us > 0 && event->end_us > event->start_us);
    TRY(check_text(cx, "uid", event->uid, MAIL_TEXT_BYTES_MAX, true));
    TRY(check_text(cx, "summary", event->summary, MAIL_TEXT_BYTES_MAX, true));
    TRY(check_text(cx, "location", event->location, MAIL_TEXT_BYTES_MAX, true));
    return check_text(cx, "description", event->description, MAIL_REASON_BYTES_MAX, false);
}

static void put_member(JsonOut *out, Str name, Str value)
{
    if (!value.n)
        return;
    json_name(out, name);
    json_put_text(out, value);
}

static void put_number(JsonOut *out, Str name, int64_t value)
{
    if (!value)
        return;
    json_name(out, name);
    json_put_i64(out, value);
}

static void put_lines(JsonOut *out, const MailDraft *draft)
{
    if (!draft->line_count)
        return;
    json_name(out, S("lines"));
    json_begin(out, '[');
    for (size_t i = 0; i < draft->line_count; i++) {
        json_begin(out, '{');
        put_member(out, S("kind"), draft->lines[i].kind);
        put_member(out, S("who"), draft->lines[i].who);
        put_member(out, S("what"), draft->lines[i].what);
        put_member(out, S("reason"), draft->lines[i].reason);
        put_member(out, S("path"), draft->lines[i].path);
        put_number(out, S("more"), draft->lines[i].more);
        json_end(out, '}');
    }
    json_end(out, ']');
    put_number(out, S("line_total"), draft->line_total);
}

static void put_appointment(JsonOut *out, const IcalEvent *event)
{
    if (!event)
        return;
    json_name(out, S("appointment"));
    json_begin(out, '{');
    put_member(out, S("uid"), event->uid);
    put_number(out, S("sequence"), event->sequence);
    put_number(out, S("stamp_us"), event->stamp_us);
    put_number(out, S("start_us"), event->start_us);
    put_number(out, S("end_us"), event->end_us);
    put_member(out, S("summary"), event->summary);
    put_member(out, S("description"), event->description);
    put_member(out, S("location"), event->location);
    put_number(out, S("cancelled"), event->cancelled);
    json_end(out, '}');
}

static Str payload_of(Cx *cx, const MailDraft *draft)
{
    Buf buf = buf_new(cx->arena, (size_t)OUTBOX_PAYLOAD_BYTES_MAX + 1);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    put_member(&out, S("kind"), MAILS[draft->kind].key);
    put_number(&out, S("person"), draft->person.v);
    put_member(&out, S("address"), draft->address);
    put_member(&out, S("name"), draft->name);
    put_member(&out, S("lang"), lang_code(draft->lang));
    put_member(&out, S("who"), draft->who);
    put_member(&out, S("what"), draft->what);
    put_member(&out, S("date"), draft->date);
    put_number(&out, S("at_us"), draft->at_us);
    put_member(&out, S("reason"), draft->reason);
    put_member(&out, S("path"), draft->path);
    put_member(&out, S("thread"), draft->thread);
    put_member(&out, S("unsubscribe"), draft->unsubscribe);
    put_lines(&out, draft);
    put_appointment(&out, draft->appointment);
    json_end(&out, '}');
    return buf_str(&buf);
}

/* Whether the rules of mail.h let it go out. person is whom it is for, where it is for one. */
static Err may_go(Cx *cx, const MailDraft *draft, const Person *person, bool *ret)
{
    const MailRow *row = &MAILS[draft->kind];
    Person owner = {0};
    MailAddress known;
    if (person && person->state != PERSON_ACTIVE) {
        *ret = false;
        return OK;
    }
    TRY(mail_address(cx, draft->address, &known));
    bool confirmed = known.confirmed_us > 0;
    if (person && str_eq(person_mail_key(cx->arena, person->mail),
                         person_mail_key(cx->arena, draft->address)))
        confirmed = true;
    if (!person) {
        bool found;
        TRY(person_try_mail(cx, draft->address, &found, &owner));
        if (found && owner.state != PERSON_ACTIVE) {
            *ret = false;
            return OK;
        }
        confirmed |= found;
    }
    *ret = (confirmed || row->to_unconfirmed) &&
           (!known.bounced_us || row->category == MAIL_CATEGORY_ACCOUNT);
    return OK;
}

Err mail_add(Cx *cx, const MailDraft *draft)
{
    MailDraft whole = *draft;
    Person person;
    bool goes;
    int64_t id;
    if (whole.person.v) {
        TRY(person_get(cx, whole.person, &person));
        if (!whole.address.n)
            whole.address = person.mail;
        whole.name = person.name;
        whole.lang = person.lang;
    }
    TRY(check_draft(cx, &whole));
    TRY(check_appointment(cx, whole.appointment));
    /* Of a person that was erased nothing is left to write to. */
    if (whole.person.v && person.state == PERSON_ERASED)
        return OK;
    whole.address = str_trim(whole.address);
    if (!person_is_mail(whole.address))
        return fail(cx, ERR_INVALID, "mail.address", "\"%.*s\" is no mail address",
                    SARG(whole.address));
    TRY(may_go(cx, &whole, whole.person.v ? &person : NULL, &goes));
    return goes ? outbox_add(cx, S("mail"), payload_of(cx, &whole), 0, &id) : OK;
}

/* ---- what is sent ---- */

static Str text_member(Cx *cx, JsonValue object, Str name)
{
    JsonValue value;
    return json_find(object, name, &value) ? json_text(cx->arena, value) : S("");
}

static int64_t number_member(JsonValue object, Str name)
{
    JsonValue value;
    int64_t number = 0;
    return json_find(object, name, &value) && json_i64(value, &number) ? number : 0;
}

static bool kind_parse(Str key, MailKind *ret)
{
    for (MailKind kind = 0; kind < MAIL_KIND_COUNT_; kind++)
        if (str_eq(MAILS[kind].key, key)) {
            *ret = kind;
            return true;
        }
    return false;
}

static void read_lines(Cx *cx, JsonValue object, MailDraft *draft)
{
    JsonValue list;
    if (!json_find(object, S("lines"), &list))
        return;
    MailLine *lines = arena_array(cx->arena, MailLine, json_count(list));
    size_t count = 0;
    for (JsonIter it = json_iter(list); json_next(&it);)
        lines[count++] = (MailLine){.kind = text_member(cx, it.value, S("kind")),
                                    .who = text_member(cx, it.value, S("who")),
                                    .what = text_member(cx, it.value, S("what")),
                                    .reason = text_member(cx, it.value, S("reason")),
                                    .path = text_member(cx, it.value, S("path")),
                                    .more = number_member(it.value, S("more"))};
    draft->lines = lines;
    draft->line_count = count;
    draft->line_total = number_member(object, S("line_total"));
}

static void read_appointment(Cx *cx, JsonValue object, MailDraft *draft)
{
    JsonValue value;
    if (!json_find(object, S("appointment"), &value))
        return;
    IcalEvent *event = arena_new(cx->arena, IcalEvent);
    *event = (IcalEvent){.uid = text_member(cx, value, S("uid")),
                         .sequence = number_member(value, S("sequence")),
                         .stamp_us = number_member(value, S("stamp_us")),
                         .start_us = number_member(value, S("start_us")),
                         .end_us = number_member(value, S("end_us")),
                         .summary = text_member(cx, value, S("summary")),
                         .description = text_member(cx, value, S("description")),
                         .location = text_member(cx, value, S("location")),
                         .cancelled = number_member(value, S("cancelled")) != 0};
    draft->appointment = event;
}

Err mail_parse(Cx *cx, int64_t id, int64_t created_us, Str payload, Mail *ret)
{
    Json json;
    Mail mail = {.id = id, .created_us = created_us};
    MailDraft *draft = &mail.draft;
    Err err = json_parse(cx, payload, &json);
    JsonValue root = {0};
    if (err == OK)
        root = json_root(&json);
    if (err != OK || !kind_parse(text_member(cx, root, S("kind")), &draft->kind) ||
        !lang_parse(text_member(cx, root, S("lang")), &draft->lang))
        return fail(cx, ERR_INTERNAL, "mail.payload", "row %lld of the outbox is no mail",
                    (long long)id);
    draft->person.v = number_member(root, S("person"));
    draft->address = text_member(cx, root, S("address"));
    draft->name = text_member(cx, root, S("name"));
    draft->who = text_member(cx, root, S("who"));
    draft->what = text_member(cx, root, S("what"));
    draft->date = text_member(cx, root, S("date"));
    draft->at_us = number_member(root, S("at_us"));
    draft->reason = text_member(cx, root, S("reason"));
    draft->path = text_member(cx, root, S("path"));
    draft->thread = text_member(cx, root, S("thread"));
    draft->unsubscribe = text_member(cx, root, S("unsubscribe"));
    read_lines(cx, root, draft);
    read_appointment(cx, root, draft);
    *ret = mail;
    return OK;
}

Err mail_is_wanted(Cx *cx, const Mail *mail, bool *ret)
{
    Person person;
    if (mail->draft.person.v)
        TRY(person_get(cx, mail->draft.person, &person));
    return may_go(cx, &mail->draft, mail->draft.person.v ? &person : NULL, ret);
}

/* ---- addresses ---- */

Err mail_address(Cx *cx, Str address, MailAddress *ret)
{
    bool found;
    MailAddress known = {.bounce = S("")};
    TRY(mail_store_address(cx, person_mail_key(cx->arena, address), &found, &known));
    *ret = known;
    return OK;
}

Err mail_confirm(Cx *cx, Str address)
{
    MailAddress known = {.confirmed_us = cx_now_us(cx), .bounce = S("")};
    return mail_store_set_address(cx, person_mail_key(cx->arena, address), &known);
}

/* The beginning of what a server said: one line of UTF-8. */
static Str clean_words(Arena *arena, Str words)
{
    Buf buf = buf_new(arena, BOUNCE_BYTES_MAX + 8);
    for (size_t i = 0; i < words.n && buf.n < BOUNCE_BYTES_MAX;) {
        size_t length = str_utf8_length(str_from_index(words, i));
        if (length == 0 || is_control(words.p[i]))
            buf_char(&buf, ' ');
        else
            buf_put(&buf, str_slice(words, i, i + length));
        i += MAX(length, (size_t)1);
    }
    Str text = str_trim(buf_str(&buf));
    return text.n ? text : S("");
}

Err mail_bounced(Cx *cx, Str address, Str words)
{
    MailAddress known;
    TRY(mail_address(cx, address, &known));
    known.bounced_us = cx_now_us(cx);
    known.bounce = clean_words(cx->arena, words);
    return mail_store_set_address(cx, person_mail_key(cx->arena, address), &known);
}

Err mail_forget(Cx *cx, Str address)
{
    return mail_store_forget(cx, person_mail_key(cx->arena, address));
}

/* ---- kept ones ---- */

Err mail_keep(Cx *cx, const MailKept *mail)
{
    return mail_store_keep(cx, mail, MAIL_KEPT_MAX);
}

Err mail_list_kept(Cx *cx, size_t limit, MailKept **ret, size_t *ret_count)
{
    return mail_store_kept(cx, 0, limit, ret, ret_count);
}

Err mail_get_kept(Cx *cx, int64_t id, MailKept *ret)
{
    MailKept *list;
    size_t count = 0;
    if (id > 0)
        TRY(mail_store_kept(cx, id, 1, &list, &count));
    if (!count)
        return fail(cx, ERR_NOT_FOUND, "mail.unknown", "there is no mail %lld", (long long)id);
    *ret = list[0];
    return OK;
}

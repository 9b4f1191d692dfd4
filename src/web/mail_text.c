#include "web/mail_text.h"

#include "base/str.h"
#include "core/setting.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/html.h"
#include "web/notice_text.h"
#include "web/weekly_text.h"

enum { BODY_BYTES_MAX = 512 << 10 };

/* The texts of a row: "mail.%s.subject" and "mail.%s.body" with its key. */
typedef Str MailWords(Arena *arena, Lang lang, Str who, Str what, Str reason, Str date, Str link,
                      Str city);

static const struct {
    MailWords *subject, *body;
} WORDS[MAIL_KIND_COUNT_] = {
#define MAIL(code, key, to_unconfirmed, category, help)                                            \
    [MAIL_##code] = {text_mail_##key##_subject, text_mail_##key##_body},
#include "core/mail.def"
#undef MAIL
};

typedef struct Words {
    Arena *arena;
    Lang lang;
    Str base, city;
    const Zone *zone;
} Words;

static Str link_to(const Words *words, Str path)
{
    if (!path.n)
        return S("");
    Url page = url_requested(words->arena, words->lang, path);
    return arena_fmt(words->arena, "%.*s%.*s", SARG(words->base), SARG(page.s));
}

static Str marked(Arena *arena, Str reason)
{
    Buf out = buf_new(arena, BODY_BYTES_MAX);
    for (Str rest = reason; rest.n;) {
        Str line = str_cut(&rest, '\n');
        buf_fmt(&out, "%s> %.*s", out.n ? "\n" : "", SARG(line));
    }
    return out.n ? buf_str(&out) : S("");
}

/* What somebody else wrote is marked line by line, so that nobody takes it for the city's words;
 * what the office writes are the city's words. */
static Str reason_of(const Words *words, const MailDraft *draft)
{
    MailCategory category = MAILS[draft->kind].category;
    if (category == MAIL_CATEGORY_OFFICE || category == MAIL_CATEGORY_DIGEST)
        return draft->reason;
    Str reason = marked(words->arena, draft->reason);
    /* A notice has one or none, and the words around it are the same. */
    bool paragraph = draft->kind == MAIL_NOTICE && reason.n;
    return paragraph ? arena_fmt(words->arena, "%.*s\n\n", SARG(reason)) : reason;
}

/* The lines of a digest or of a weekly mail, each with its link. */
static Str list_of(const Words *words, const MailDraft *draft)
{
    Buf out = buf_new(words->arena, BODY_BYTES_MAX);
    int64_t more = draft->line_total - (int64_t)draft->line_count;
    for (size_t i = 0; i < draft->line_count; i++) {
        const MailLine *line = &draft->lines[i];
        Str says = draft->kind == MAIL_WEEKLY ? weekly_line_words(words->arena, words->lang, line)
                                              : notice_line_words(words->arena, words->lang, line);
        buf_fmt(&out, "%s%.*s", i ? "\n\n" : "", SARG(says));
        if (line->reason.n)
            buf_fmt(&out, "\n%.*s", SARG(marked(words->arena, line->reason)));
        if (line->path.n)
            buf_fmt(&out, "\n%.*s", SARG(link_to(words, line->path)));
    }
    if (more > 0)
        buf_fmt(&out, "\n\n%.*s", SARG(text_mail_more(words->arena, words->lang, more)));
    return buf_str(&out);
}

/* What stands in place of the draft's own words: the notice, or how many and which. */
static void put_notices(const Words *words, MailDraft *draft)
{
    int64_t total = MAX(draft->line_total, (int64_t)draft->line_count);
    if (draft->kind == MAIL_NOTICE && draft->line_count) {
        draft->what = notice_line_words(words->arena, words->lang, &draft->lines[0]);
        draft->reason = draft->lines[0].reason;
    }
    if (draft->kind == MAIL_DIGEST) {
        draft->what = text_mail_notices(words->arena, words->lang, total);
        draft->reason = list_of(words, draft);
    }
    if (draft->kind == MAIL_WEEKLY)
        draft->reason = list_of(words, draft);
}

static Str words_of(const Words *words, MailWords *get, const MailDraft *draft)
{
    enum { LONG_AGO = 0 }; /* a mail is read in any year, so it names its own */
    Str date = draft->at_us
                   ? format_moment(words->arena, words->lang, words->zone, draft->at_us, LONG_AGO)
                   : draft->date;
    return get(words->arena, words->lang, draft->who, draft->what, reason_of(words, draft), date,
               link_to(words, draft->path), words->city);
}

/* Strangers choose the name that stands in a sign-up: to an address that may be somebody else's
 * no word of theirs is sent. */
static Str greeting(const Words *words, const MailDraft *draft)
{
    bool named = draft->name.n && (draft->person.v || !MAILS[draft->kind].to_unconfirmed);
    return named ? text_mail_hello(words->arena, words->lang, draft->name)
                 : text_mail_hello_nobody(words->arena, words->lang);
}

/* What the reader's calendar program is to do, with what it needs for that. The organizer is the
 * city: its address is the sender's. */
static void put_appointment(const Words *words, const MailDraft *draft, Str zone, MailText *ret)
{
    if (!draft->appointment)
        return;
    IcalEvent *event = arena_new(words->arena, IcalEvent);
    *event = *draft->appointment;
    event->url = link_to(words, draft->path);
    event->organizer_name = words->city;
    event->attendee = draft->address;
    event->attendee_name = draft->name;
    ret->appointment = event;
    ret->calendar = (Ical){.name = S(""),
                           .zone_name = zone,
                           .zone = words->zone,
                           .method = event->cancelled ? ICAL_CANCEL : ICAL_REQUEST};
}

Err mail_text(Cx *cx, Str base, const Mail *mail, MailText *ret)
{
    Words words = {.arena = cx->arena, .lang = mail->draft.lang, .base = base};
    Str zone;
    MailDraft own = mail->draft;
    const MailDraft *draft = &own;
    TRY(setting_get(cx, S("city.name"), &words.city));
    TRY(setting_zone(cx, &zone, &words.zone));
    put_notices(&words, &own);
    if (own.person.v && MAILS[own.kind].category >= MAIL_CATEGORY_NOTICE)
        TRY(notice_unsubscribe_path(cx, &own, &own.unsubscribe));
    Buf body = buf_new(cx->arena, BODY_BYTES_MAX);
    buf_put(&body, greeting(&words, draft));
    buf_put(&body, S("\n\n"));
    buf_put(&body, str_trim(words_of(&words, WORDS[draft->kind].body, draft)));
    buf_put(&body, S("\n\n-- \n"));
    buf_put(&body, text_mail_end(cx->arena, words.lang, words.city, base));
    Str unsubscribe = link_to(&words, draft->unsubscribe);
    if (unsubscribe.n)
        buf_fmt(&body, "\n%.*s\n%.*s", SARG(text_mail_unsubscribe(cx->arena, words.lang)),
                SARG(unsubscribe));
    buf_char(&body, '\n');
    *ret = (MailText){.subject = words_of(&words, WORDS[draft->kind].subject, draft),
                      .body = buf_str(&body),
                      .from_name = words.city,
                      .unsubscribe = unsubscribe};
    put_appointment(&words, draft, zone, ret);
    return OK;
}

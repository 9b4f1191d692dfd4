#include "web/mail_text.h"

#include "base/str.h"
#include "core/setting.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/html.h"

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

/* What somebody else wrote is marked line by line, so that nobody takes it for the city's words;
 * what the office writes are the city's words. */
static Str reason_of(const Words *words, const MailDraft *draft)
{
    if (MAILS[draft->kind].category == MAIL_CATEGORY_OFFICE || !draft->reason.n)
        return draft->reason;
    Buf out = buf_new(words->arena, BODY_BYTES_MAX);
    for (Str rest = draft->reason; rest.p;) {
        Str line = str_cut(&rest, '\n');
        buf_fmt(&out, "%s> %.*s", out.n ? "\n" : "", SARG(line));
    }
    return buf_str(&out);
}

static Str words_of(const Words *words, MailWords *get, const MailDraft *draft)
{
    Str date = draft->at_us ? format_moment(words->arena, words->lang, words->zone, draft->at_us,
                                            draft->at_us)
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

Err mail_text(Cx *cx, Str base, const Mail *mail, MailText *ret)
{
    Words words = {.arena = cx->arena, .lang = mail->draft.lang, .base = base};
    Str zone;
    const MailDraft *draft = &mail->draft;
    TRY(setting_get(cx, S("city.name"), &words.city));
    TRY(setting_get(cx, S("city.zone"), &zone));
    if (zone_load(cx, zone, &words.zone) != OK)
        TRY(zone_load(cx, S("UTC"), &words.zone));
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
    return OK;
}

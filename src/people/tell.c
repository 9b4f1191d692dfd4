#include "people/tell.h"

#include "base/str.h"

/* As one line of a mail: what would break it is a space. */
static Str one_line(Arena *arena, Str text)
{
    Buf line = buf_new(arena, MAIL_TEXT_BYTES_MAX);
    for (size_t i = 0; i < MIN(text.n, (size_t)MAIL_TEXT_BYTES_MAX / 2); i++) {
        unsigned char c = (unsigned char)text.p[i];
        buf_char(&line, c < 0x20 || c == 0x7F ? ' ' : text.p[i]);
    }
    Str whole = buf_str(&line);
    while (whole.n && !str_is_utf8(whole))
        whole.n--;
    return whole;
}

/* As lines of a mail: other control characters, which no mail may have, are left out. */
static Str lines(Arena *arena, Str text)
{
    Buf out = buf_new(arena, MAIL_REASON_BYTES_MAX);
    for (size_t i = 0; i < MIN(text.n, (size_t)MAIL_REASON_BYTES_MAX); i++) {
        unsigned char c = (unsigned char)text.p[i];
        if ((c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t')
            buf_char(&out, text.p[i]);
    }
    return out.n ? buf_str(&out) : S("");
}

/* Fills in whom and what it is about; nothing for nobody, and for who does it. */
static Err send(Cx *cx, PersonId person, ItemId body, MailDraft draft)
{
    Item of;
    if (!person.v || person.v == cx->actor->person.v)
        return OK;
    TRY(item_get_unseen(cx, body, &of));
    draft.person = person;
    draft.who = one_line(cx->arena, of.text.title);
    draft.what = one_line(cx->arena, draft.what);
    draft.reason = lines(cx->arena, draft.reason);
    draft.thread = arena_fmt(cx->arena, "item-%lld", (long long)body.v);
    return mail_add(cx, &draft);
}

Err tell_of(Cx *cx, MailKind kind, PersonId person, ItemId body, Str what, Str path, int64_t at_us,
            Str reason)
{
    return send(
        cx, person, body,
        (MailDraft){.kind = kind, .what = what, .at_us = at_us, .reason = reason, .path = path});
}

Err tell(Cx *cx, MailKind kind, PersonId person, ItemId body, const Item *item, int64_t at_us,
         Str reason)
{
    return tell_of(cx, kind, person, body, item->text.title, item_path(cx->arena, item), at_us,
                   reason);
}

Err tell_appointment(Cx *cx, MailKind kind, PersonId person, const Item *item, Str reason,
                     const IcalEvent *appointment)
{
    IcalEvent event = *appointment;
    event.summary = one_line(cx->arena, event.summary);
    event.location = one_line(cx->arena, event.location);
    event.description = lines(cx->arena, event.description);
    return send(cx, person, item->body,
                (MailDraft){.kind = kind,
                            .what = item->text.title,
                            .at_us = event.start_us,
                            .reason = reason,
                            .path = item_path(cx->arena, item),
                            .appointment = &event});
}

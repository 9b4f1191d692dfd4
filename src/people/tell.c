#include "people/tell.h"

#include "base/str.h"

enum { LINE_BYTES_MAX = MAIL_TEXT_BYTES_MAX / 2 };

static Str one_line(Arena *arena, Str text)
{
    return mail_one_line(arena, text, LINE_BYTES_MAX);
}

static Str lines(Arena *arena, Str text)
{
    return mail_lines(arena, text, MAIL_REASON_BYTES_MAX);
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

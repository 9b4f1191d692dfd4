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

Err tell_of(Cx *cx, MailKind kind, PersonId person, ItemId body, Str what, Str path, int64_t at_us,
            Str reason)
{
    Item of;
    if (!person.v || person.v == cx->actor->person.v)
        return OK;
    TRY(item_get_unseen(cx, body, &of));
    return mail_add(cx,
                    &(MailDraft){.kind = kind,
                                 .person = person,
                                 .who = one_line(cx->arena, of.text.title),
                                 .what = one_line(cx->arena, what),
                                 .at_us = at_us,
                                 .reason = reason,
                                 .path = path,
                                 .thread = arena_fmt(cx->arena, "item-%lld", (long long)body.v)});
}

Err tell(Cx *cx, MailKind kind, PersonId person, ItemId body, const Item *item, int64_t at_us,
         Str reason)
{
    return tell_of(cx, kind, person, body, item->text.title, item_path(cx->arena, item), at_us,
                   reason);
}

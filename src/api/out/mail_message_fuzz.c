/* Mails of any bytes: addresses that are taken can stand in a header and on SMTP's line, and
 * whatever the texts are, a message has its own headers, parts and line ends and no other. The
 * fields of the input are parted by \1. */
#include "api/out/mail_message.h"

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIELDS = 7, LINE_BYTES_MAX = 998 };

/* RFC 5322, 2.1.1 and 2.3: no bare CR or LF, and no line that is too long. */
static size_t check_lines(Str message, Str mark)
{
    size_t marks = 0;
    while (message.n) {
        ptrdiff_t end = str_find(message, S("\r\n"));
        ASSERT(end >= 0 && end <= LINE_BYTES_MAX);
        Str line = str_slice(message, 0, (size_t)end);
        ASSERT(str_find_char(line, '\r') < 0 && str_find_char(line, '\n') < 0);
        ASSERT(str_find_char(line, 0) < 0);
        marks += mark.n && str_starts(line, mark);
        message = str_from_index(message, (size_t)end + 2);
    }
    return marks;
}

static size_t count_headers(Str message)
{
    size_t count = 0;
    for (Str rest = message; rest.p;) {
        Str line = str_cut(&rest, '\n');
        if (line.n <= 1)
            return count;
        count += line.p[0] != ' ';
    }
    ASSERT(false);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Str rest = {(const char *)data, size}, fields[FIELDS];
    for (size_t i = 0; i < FIELDS; i++)
        fields[i] = rest.p ? str_cut(&rest, 1) : S("");
    Str address = fields[0];
    if (!person_is_mail(address))
        address = S("ada@example.org");
    for (size_t i = 0; i < address.n; i++)
        ASSERT((unsigned char)address.p[i] > ' ' && !memchr("<>,\x7f", address.p[i], 4));
    arena_init(&arena, 0, 0);
    IcalEvent event = {.uid = S("1@x"),
                       .start_us = TIME_DAY_US,
                       .end_us = 2 * TIME_DAY_US,
                       .summary = fields[5],
                       .description = fields[6],
                       .attendee = address,
                       .attendee_name = fields[1]};
    bool attached = size % 2;
    Mail mail = {.id = 7,
                 .created_us = 8,
                 .draft = {.kind = MAIL_NOTICE,
                           .person = {1},
                           .address = address,
                           .name = fields[1],
                           .thread = fields[2]}};
    MailText text = {.subject = fields[3],
                     .body = fields[4],
                     .from_name = fields[2],
                     .appointment = attached ? &event : NULL,
                     .calendar = {.zone_name = S("UTC"), .method = ICAL_REQUEST}};
    Str message = mail_message(&arena, &mail, &text, S("a@b.example"), 0);
    size_t headers = 5 + (mail.draft.thread.n ? 2 : 0) + 3;
    ASSERT(count_headers(message) == headers + (attached ? 1 : 3));
    ASSERT(check_lines(message, attached ? S("--=_hanse.7.8") : S("")) == (attached ? 3 : 0));
    arena_done(&arena);
    return 0;
}

#include "api/out/mail_message.h"

#include "base/calendar.h"
#include "base/str.h"

enum {
    MESSAGE_BYTES_MAX = 2 << 20, /* quoted-printable may take three bytes for one */
    WORD_BYTES_MAX = 42,         /* in an encoded word: 56 as base64, 75 with its frame */
    LINE_BYTES_MAX = 76
};

static bool is_plain(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < ' ' || text.p[i] > '~')
            return false;
    return text.n <= 60 && str_find(text, S("=?")) < 0;
}

static void put_base64(Buf *out, Str bytes)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.n; i += 3) {
        uint32_t v = 0;
        size_t n = MIN(bytes.n - i, (size_t)3);
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (k < n ? (unsigned char)bytes.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_char(out, k <= n ? DIGITS[v >> (18 - 6 * k) & 63] : '=');
    }
}

/* Whole characters in each word; between two of them the line is folded. */
static void put_encoded(Buf *out, Str text)
{
    for (size_t at = 0; at < text.n;) {
        size_t end = at;
        while (end < text.n) {
            size_t length = MAX(str_utf8_length(str_from_index(text, end)), (size_t)1);
            if (end + length - at > WORD_BYTES_MAX)
                break;
            end += length;
        }
        buf_put(out, at ? S("\r\n =?utf-8?B?") : S("=?utf-8?B?"));
        put_base64(out, str_slice(text, at, end));
        buf_put(out, S("?="));
        at = end;
    }
}

void mail_put_words(Buf *out, Str text)
{
    if (is_plain(text))
        buf_put(out, text);
    else
        put_encoded(out, text);
}

static bool is_quoted(Str line, size_t i)
{
    unsigned char c = (unsigned char)line.p[i];
    bool last = i + 1 == line.n;
    if (c == ' ' || c == '\t')
        return last;
    /* "From " and "." at the beginning of a line mean something to old programs. */
    if (i == 0 && (c == '.' || c == 'F'))
        return true;
    return c < '!' || c > '~' || c == '=';
}

static void put_quoted_line(Buf *out, Str line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.n; i++) {
        size_t width = is_quoted(line, i) ? 3 : 1;
        if (column + width > LINE_BYTES_MAX - 1) {
            buf_put(out, S("=\r\n"));
            column = 0;
        }
        if (width == 3)
            buf_fmt(out, "=%02X", (unsigned char)line.p[i]);
        else
            buf_char(out, line.p[i]);
        column += width;
    }
    buf_put(out, S("\r\n"));
}

void mail_put_quoted(Buf *out, Str text)
{
    while (text.p) {
        Str line = str_cut(&text, '\n');
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        put_quoted_line(out, line);
    }
}

static void put_date(Buf *out, int64_t at_us)
{
    static const char *const DAYS[] = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const MONTHS[] = {"",    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    Civil c = time_civil(at_us);
    buf_fmt(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", DAYS[c.weekday], c.day,
            MONTHS[c.month], c.year, c.hour, c.minute, c.second);
}

static bool is_atoms(Str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != ' ')
            return false;
    }
    return name.n <= 60;
}

/* A name that is not plain letters is encoded, so that none of its characters means anything. */
static void put_name_and_address(Buf *out, const char *header, Str name, Str address)
{
    buf_fmt(out, "%s: ", header);
    if (name.n && is_atoms(name)) {
        buf_put(out, name);
        buf_char(out, ' ');
    } else if (name.n) {
        put_encoded(out, name);
        buf_put(out, S("\r\n "));
    }
    buf_fmt(out, "<%.*s>\r\n", SARG(address));
}

/* Of letters that may stand in a message id. */
static void put_id_part(Buf *out, Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        buf_char(out, plain ? c : '-');
    }
}

static void put_thread(Buf *out, Str thread, Str host)
{
    static const char *const HEADERS[] = {"In-Reply-To", "References"};
    for (size_t i = 0; thread.n && i < COUNT_OF(HEADERS); i++) {
        buf_fmt(out, "%s: <thread.", HEADERS[i]);
        put_id_part(out, thread);
        buf_fmt(out, "@%.*s>\r\n", SARG(host));
    }
}

/* ---- the appointment ---- */

Str mail_calendar(Arena *arena, const MailText *text, Str from)
{
    Buf out = buf_new(arena, ICAL_BYTES_MAX);
    if (!text->appointment)
        return S("");
    IcalEvent event = *text->appointment;
    event.organizer = from;
    ical_put(&out, &text->calendar, &event, 1);
    return buf_str(&out);
}

/* Lines of base64 keep every byte of a file, also its line ends. */
static void put_file(Buf *out, Str bytes)
{
    enum { LINE_INPUT_BYTES = LINE_BYTES_MAX / 4 * 3 };
    for (size_t at = 0; at < bytes.n; at += LINE_INPUT_BYTES) {
        put_base64(out, str_slice(bytes, at, MIN(at + LINE_INPUT_BYTES, bytes.n)));
        buf_put(out, S("\r\n"));
    }
}

static void put_text_part(Buf *out, const Mail *mail, const MailText *text)
{
    buf_fmt(out,
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\nContent-Language: %.*s\r\n\r\n",
            SARG(lang_code(mail->draft.lang)));
    mail_put_quoted(out, text->body);
}

/* "=_" stands in no line of quoted-printable or base64: no text can end its part. */
static void put_parts(Buf *out, const Mail *mail, const MailText *text, Str from)
{
    Str mark = arena_fmt(out->arena, "=_hanse.%lld.%lld", (long long)mail->id,
                         (long long)mail->created_us);
    Str method = ical_method_name(text->calendar.method);
    buf_fmt(out, "Content-Type: multipart/mixed; boundary=\"%.*s\"\r\n\r\n--%.*s\r\n", SARG(mark),
            SARG(mark));
    put_text_part(out, mail, text);
    buf_fmt(out,
            "--%.*s\r\nContent-Type: text/calendar; charset=utf-8; method=%.*s;\r\n"
            " name=\"" MAIL_CALENDAR_FILE "\"\r\n"
            "Content-Disposition: attachment; filename=\"" MAIL_CALENDAR_FILE "\"\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n",
            SARG(mark), SARG(method));
    put_file(out, mail_calendar(out->arena, text, from));
    buf_fmt(out, "--%.*s--\r\n", SARG(mark));
}

Str mail_message(Arena *arena, const Mail *mail, const MailText *text, Str from, int64_t at_us)
{
    Buf out = buf_new(arena, MESSAGE_BYTES_MAX);
    const MailRow *row = &MAILS[mail->draft.kind];
    Str host = str_from_index(from, (size_t)(str_find_last_char(from, '@') + 1));
    put_date(&out, at_us);
    put_name_and_address(&out, "From", text->from_name, from);
    put_name_and_address(&out, "To", row->to_unconfirmed ? S("") : mail->draft.name,
                         mail->draft.address);
    buf_put(&out, S("Subject: "));
    mail_put_words(&out, text->subject);
    buf_fmt(&out, "\r\nMessage-ID: <%lld.%lld@%.*s>\r\n", (long long)mail->id,
            (long long)mail->created_us, SARG(host));
    put_thread(&out, mail->draft.thread, host);
    buf_fmt(&out,
            "Auto-Submitted: auto-generated\r\nX-Hanse-Mail: %.*s\r\n"
            "MIME-Version: 1.0\r\n",
            SARG(row->key));
    if (text->unsubscribe.n)
        buf_fmt(&out,
                "List-Unsubscribe: <%.*s>\r\n"
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                SARG(text->unsubscribe));
    if (text->appointment)
        put_parts(&out, mail, text, from);
    else
        put_text_part(&out, mail, text);
    return buf_str(&out);
}

#include "smtp.h"

#include "base/str.h"
#include "client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SESSIONS_MAX = 16, TALK_BYTES_MAX = 1 << 20 };

/* One connection: what came and was not looked at yet, and where the talk stands. */
typedef struct Session {
    int fd; /* -1: free */
    char *in;
    size_t n;
    bool in_data;
    Str from, to;
} Session;

struct Smtp {
    int listener;
    uint16_t port;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    bool stopping;
    Arena arena;
    Session sessions[SESSIONS_MAX];
    SmtpMail mails[SMTP_MAILS_MAX];
    size_t count, refused;
    const char *word, *answer;
};

/* ---- what came ---- */

static Str header_value(Str head, const char *name)
{
    for (Str rest = head; rest.p;) {
        Str value = str_trim(str_cut(&rest, '\n'));
        if (str_eq_nocase(str_cut(&value, ':'), str_from(name)))
            return str_trim(value);
    }
    return S("");
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c - 'A' + 10;
}

/* Quoted-printable, RFC 2045, 6.7. */
static Str unquoted(Arena *arena, Str text)
{
    Buf out = buf_new(arena, TALK_BYTES_MAX);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\r')
            continue;
        if (text.p[i] != '=' || i + 2 >= text.n) {
            buf_char(&out, text.p[i]);
            continue;
        }
        if (text.p[i + 1] != '\r')
            buf_char(&out, (char)(hex(text.p[i + 1]) * 16 + hex(text.p[i + 2])));
        i += 2;
    }
    return out.n ? buf_str(&out) : S("");
}

static int sextet(char c)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(DIGITS, c) : NULL;
    return at ? (int)(at - DIGITS) : -1;
}

/* Base64, RFC 2045, 6.8. */
static Str unbase64(Arena *arena, Str text)
{
    Buf out = buf_new(arena, TALK_BYTES_MAX);
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < text.n; i++) {
        int value = sextet(text.p[i]);
        if (value < 0)
            continue;
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count >= 8)
            buf_char(&out, (char)(bits >> (count -= 8) & 255));
    }
    return out.n ? buf_str(&out) : S("");
}

/* A parameter of a header's value, quoted or not: boundary="x". */
static Str parameter(Arena *arena, Str value, const char *name)
{
    Str mark = arena_fmt(arena, "%s=", name);
    ptrdiff_t at = str_find(value, mark);
    if (at < 0)
        return S("");
    Str rest = str_from_index(value, (size_t)at + mark.n);
    if (!str_starts(rest, S("\"")))
        return str_trim(str_cut(&rest, ';'));
    rest = str_from_index(rest, 1);
    return str_cut(&rest, '"');
}

/* Folded header lines joined. */
static Str unfolded(Arena *arena, Str head)
{
    Buf out = buf_new(arena, TALK_BYTES_MAX);
    for (size_t i = 0; i < head.n; i++) {
        if (head.p[i] == '\r' && i + 2 < head.n && head.p[i + 1] == '\n' && head.p[i + 2] == ' ')
            i++;
        else
            buf_char(&out, head.p[i]);
    }
    return buf_str(&out);
}

static bool take_part(Smtp *smtp, SmtpMail *mail, Str part)
{
    ptrdiff_t end = str_find(part, S("\r\n\r\n"));
    if (end < 0)
        return false;
    Str head = unfolded(&smtp->arena, str_slice(part, 0, (size_t)end + 2));
    Str type = header_value(head, "Content-Type"), text = str_from_index(part, (size_t)end + 4);
    Str encoding = header_value(head, "Content-Transfer-Encoding");
    if (str_starts(type, S("text/plain;")) && str_eq(encoding, S("quoted-printable")))
        mail->body = unquoted(&smtp->arena, text);
    else if (str_starts(type, S("text/calendar;")) && str_eq(encoding, S("base64"))) {
        mail->calendar = unbase64(&smtp->arena, text);
        mail->method = parameter(&smtp->arena, type, "method");
    } else
        return false;
    return true;
}

/* Two parts, RFC 2046, 5.1: nothing before the first and behind the last. */
static bool take_parts(Smtp *smtp, SmtpMail *mail, Str type, Str text)
{
    Str mark = arena_fmt(&smtp->arena, "--%.*s", SARG(parameter(&smtp->arena, type, "boundary")));
    Str line = arena_fmt(&smtp->arena, "%.*s\r\n", SARG(mark));
    if (mark.n < 3 || !str_starts(text, line))
        return false;
    text = str_from_index(text, line.n);
    for (;;) {
        ptrdiff_t end = str_find(text, mark);
        if (end < 2 || !take_part(smtp, mail, str_slice(text, 0, (size_t)end - 2)))
            return false;
        text = str_from_index(text, (size_t)end + mark.n);
        if (str_eq(text, S("--\r\n")) || str_eq(text, S("--")))
            return mail->body.n && mail->calendar.n;
        if (!str_starts(text, S("\r\n")))
            return false;
        text = str_from_index(text, 2);
    }
}

static void take_mail(Smtp *smtp, const Session *session, Str text)
{
    ptrdiff_t end = str_find(text, S("\r\n\r\n"));
    ASSERT(end > 0 && smtp->count < SMTP_MAILS_MAX);
    text = arena_copy(&smtp->arena, text);
    Str head = str_slice(text, 0, (size_t)end + 2), rest = str_from_index(text, (size_t)end + 4);
    Str type = header_value(unfolded(&smtp->arena, head), "Content-Type");
    SmtpMail *mail = &smtp->mails[smtp->count++];
    *mail = (SmtpMail){.kind = header_value(head, "X-Hanse-Mail"),
                       .to = session->to,
                       .from = session->from,
                       .head = head,
                       .calendar = S(""),
                       .method = S("")};
    if (!str_starts(type, S("multipart/")))
        mail->body = unquoted(&smtp->arena, rest);
    else if (!take_parts(smtp, mail, type, rest)) {
        mail->body = S("(a mail of parts that is not well formed)");
        mail->calendar = mail->method = S("");
    }
}

/* ---- the talk ---- */

static void say(const Session *session, const char *line)
{
    char text[400];
    int n = snprintf(text, sizeof text, "%s\r\n", line);
    if (send(session->fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        print_message("# the mail server could not answer\n");
}

static Str between(Arena *arena, Str line)
{
    ptrdiff_t from = str_find_char(line, '<'), to = str_find_char(line, '>');
    return from >= 0 && to > from ? arena_copy(arena, str_slice(line, (size_t)from + 1, (size_t)to))
                                  : S("");
}

static void answer_recipient(Smtp *smtp, Session *session, Str line)
{
    session->to = between(&smtp->arena, line);
    if (smtp->answer && smtp->answer[0] && str_starts(session->to, str_from(smtp->word))) {
        smtp->refused++;
        say(session, smtp->answer);
        return;
    }
    say(session, "250 fine");
}

static void answer_line(Smtp *smtp, Session *session, Str line)
{
    Str verb = str_slice(line, 0, 4);
    if (str_eq_nocase(verb, S("EHLO"))) {
        say(session, "250-mail.example");
        say(session, "250 8BITMIME");
    } else if (str_eq_nocase(verb, S("MAIL"))) {
        session->from = between(&smtp->arena, line);
        say(session, "250 fine");
    } else if (str_eq_nocase(verb, S("RCPT"))) {
        answer_recipient(smtp, session, line);
    } else if (str_eq_nocase(verb, S("DATA"))) {
        session->in_data = true;
        say(session, "354 go on");
    } else if (str_eq_nocase(verb, S("QUIT"))) {
        say(session, "221 bye");
    } else {
        say(session, "250 fine");
    }
}

/* Lines that begin with a dot have one more on the wire. */
static Str unstuffed(Arena *arena, Str text)
{
    Buf out = buf_new(arena, TALK_BYTES_MAX);
    for (size_t i = 0; i < text.n; i++)
        if (!(text.p[i] == '.' && i > 0 && text.p[i - 1] == '\n'))
            buf_char(&out, text.p[i]);
    return buf_str(&out);
}

static void drop_in(Session *session, size_t n)
{
    memmove(session->in, session->in + n, session->n - n);
    session->n -= n;
}

static void look_at_in(Smtp *smtp, Session *session)
{
    for (;;) {
        Str in = {session->in, session->n};
        ptrdiff_t end = str_find(in, session->in_data ? S("\r\n.\r\n") : S("\r\n"));
        if (end < 0)
            return;
        if (session->in_data) {
            take_mail(smtp, session, unstuffed(&smtp->arena, str_slice(in, 0, (size_t)end + 2)));
            drop_in(session, (size_t)end + 5);
            session->in_data = false;
            say(session, "250 2.0.0 taken");
        } else {
            Str line = arena_copy(&smtp->arena, str_slice(in, 0, (size_t)end));
            drop_in(session, (size_t)end + 2);
            answer_line(smtp, session, line);
        }
    }
}

static void close_session(Session *session)
{
    close(session->fd);
    session->fd = -1;
    session->n = 0;
    session->in_data = false;
}

static void read_session(Smtp *smtp, Session *session)
{
    ssize_t got = read(session->fd, session->in + session->n, TALK_BYTES_MAX - session->n);
    if (got <= 0) {
        close_session(session);
        return;
    }
    session->n += (size_t)got;
    look_at_in(smtp, session);
}

static void accept_session(Smtp *smtp)
{
    int fd = accept(smtp->listener, NULL, NULL);
    for (size_t i = 0; fd >= 0 && i < SESSIONS_MAX; i++)
        if (smtp->sessions[i].fd < 0) {
            smtp->sessions[i].fd = fd;
            say(&smtp->sessions[i], "220 mail.example");
            return;
        }
    if (fd >= 0)
        close(fd);
}

static bool turn(Smtp *smtp)
{
    struct pollfd fds[SESSIONS_MAX + 1] = {{.fd = smtp->listener, .events = POLLIN}};
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        fds[i + 1] = (struct pollfd){.fd = smtp->sessions[i].fd, .events = POLLIN};
    poll(fds, SESSIONS_MAX + 1, 20);
    pthread_mutex_lock(&smtp->mutex);
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        if (fds[i + 1].fd >= 0 && fds[i + 1].revents)
            read_session(smtp, &smtp->sessions[i]);
    if (fds[0].revents)
        accept_session(smtp);
    bool on = !smtp->stopping;
    pthread_mutex_unlock(&smtp->mutex);
    return on;
}

static void *smtp_thread(void *user)
{
    while (turn(user)) {
    }
    return NULL;
}

/* ---- for the test ---- */

Smtp *smtp_start(void)
{
    Smtp *smtp = calloc(1, sizeof *smtp);
    ASSERT(smtp);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    arena_init(&smtp->arena, 1 << 20, 0);
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        smtp->sessions[i] =
            (Session){.fd = -1, .in = arena_alloc_raw(&smtp->arena, TALK_BYTES_MAX, 1)};
    smtp->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(smtp->listener >= 0);
    assert_int_equal(bind(smtp->listener, (void *)&at, sizeof at), 0);
    assert_int_equal(listen(smtp->listener, 16), 0);
    assert_int_equal(getsockname(smtp->listener, (void *)&at, &n), 0);
    smtp->port = ntohs(at.sin_port);
    pthread_mutex_init(&smtp->mutex, NULL);
    assert_int_equal(pthread_create(&smtp->thread, NULL, smtp_thread, smtp), 0);
    return smtp;
}

void smtp_stop(Smtp *smtp)
{
    pthread_mutex_lock(&smtp->mutex);
    smtp->stopping = true;
    pthread_mutex_unlock(&smtp->mutex);
    pthread_join(smtp->thread, NULL);
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        if (smtp->sessions[i].fd >= 0)
            close(smtp->sessions[i].fd);
    close(smtp->listener);
    pthread_mutex_destroy(&smtp->mutex);
    arena_done(&smtp->arena);
    free(smtp);
}

uint16_t smtp_port(const Smtp *smtp)
{
    return smtp->port;
}

void smtp_refuse(Smtp *smtp, const char *word, const char *answer)
{
    pthread_mutex_lock(&smtp->mutex);
    smtp->word = word;
    smtp->answer = answer;
    pthread_mutex_unlock(&smtp->mutex);
}

size_t smtp_refused(Smtp *smtp)
{
    pthread_mutex_lock(&smtp->mutex);
    size_t refused = smtp->refused;
    pthread_mutex_unlock(&smtp->mutex);
    return refused;
}

static bool is_of(const SmtpMail *mail, const char *kind, const char *to)
{
    return (!kind || str_eq(mail->kind, str_from(kind))) && (!to || str_eq(mail->to, str_from(to)));
}

size_t smtp_count_of(Smtp *smtp, const char *kind, const char *to)
{
    size_t count = 0;
    pthread_mutex_lock(&smtp->mutex);
    for (size_t i = 0; i < smtp->count; i++)
        count += is_of(&smtp->mails[i], kind, to);
    pthread_mutex_unlock(&smtp->mutex);
    return count;
}

size_t smtp_count(Smtp *smtp)
{
    return smtp_count_of(smtp, NULL, NULL);
}

void smtp_expect(Smtp *smtp, size_t count)
{
    for (int64_t until = now_ms() + CLIENT_WAIT_MS; smtp_count(smtp) < count && now_ms() < until;)
        sleep_ms(5);
    sleep_ms(700); /* the sender would have looked twice for more */
    size_t got = smtp_count(smtp);
    for (size_t i = 0; got != count && i < got; i++)
        print_message("# %.*s to %.*s\n", SARG(smtp_mail(smtp, i).kind),
                      SARG(smtp_mail(smtp, i).to));
    assert_int_equal(got, count);
}

SmtpMail smtp_mail(Smtp *smtp, size_t i)
{
    pthread_mutex_lock(&smtp->mutex);
    ASSERT(i < smtp->count);
    SmtpMail mail = smtp->mails[i];
    pthread_mutex_unlock(&smtp->mutex);
    return mail;
}

SmtpMail smtp_last(Smtp *smtp, const char *kind, const char *to)
{
    for (size_t i = smtp_count(smtp); i > 0; i--) {
        SmtpMail mail = smtp_mail(smtp, i - 1);
        if (is_of(&mail, kind, to))
            return mail;
    }
    print_message("# no mail %s to %s\n", kind, to);
    assert_true(false);
    return (SmtpMail){0};
}

Str smtp_link(const SmtpMail *mail)
{
    ptrdiff_t at = str_find(mail->body, S("http://"));
    assert_true(at >= 0);
    Str rest = str_from_index(mail->body, (size_t)at + 7);
    Str url = str_cut(&rest, '\n');
    ptrdiff_t path = str_find_char(url, '/');
    assert_true(path > 0);
    return str_from_index(url, (size_t)path);
}

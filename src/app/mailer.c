/* The sender of mails, and hanse mail. */
#include "app/mailer.h"

#include "app/command.h"
#include "base/str.h"
#include "web/mail_text.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PASSWORD_BYTES_LIMIT = 4096 };

static Err read_password(Cx *cx, Str file, Str *ret)
{
    char text[PASSWORD_BYTES_LIMIT];
    int fd = open(arena_cstr(cx->arena, file), O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (n < 0)
        return fail(cx, ERR_INVALID, "config.smtp", "cannot read the password in %.*s: %s",
                    SARG(file), strerror(why));
    Str line = {text, (size_t)n};
    *ret = arena_copy(cx->arena, str_trim(str_cut(&line, '\n')));
    return OK;
}

Str mailer_base(Arena *arena, const Config *config, uint16_t port)
{
    Str base = config->public_url;
    if (base.n) {
        while (base.n && base.p[base.n - 1] == '/')
            base.n--;
        return base;
    }
    ptrdiff_t colon = str_find_last_char(config->listen, ':');
    return arena_fmt(arena, "http%s://%.*s:%u", config->tls_cert.n ? "s" : "", (int)MAX(colon, 0),
                     config->listen.p, port);
}

/* "no-reply@" and the name of the site, where no address is given. */
static Str sender_of(Arena *arena, const Config *config, Str base)
{
    if (config->smtp_from.n)
        return config->smtp_from;
    Str host = str_from_index(base, (size_t)(str_find(base, S("://")) + 3));
    host = str_cut(&host, '/');
    host = str_cut(&host, ':');
    return arena_fmt(arena, "no-reply@%.*s", SARG(host));
}

Err mailer_options(Cx *cx, const Config *config, Str base, MailerOptions *ret)
{
    Str password = S("");
    if (str_find(base, S("://")) < 0)
        return fail(cx, ERR_INVALID, "config.value", "--public-url is https://NAME, not \"%.*s\"",
                    SARG(base));
    if (config->smtp_password_file.n)
        TRY(read_password(cx, config->smtp_password_file, &password));
    *ret = (MailerOptions){.url = config->smtp_url,
                           .user = config->smtp_user,
                           .password = password,
                           .ca_file = config->smtp_ca,
                           .from = sender_of(cx->arena, config, base),
                           .base = base,
                           .keep = config->keep_mails,
                           .clock = cx->clock,
                           .log = cx->log,
                           .text = mail_text};
    return OK;
}

/* ---- hanse mail ---- */

typedef struct Test {
    const Config *config;
    Str address;
    MailerOutcome outcome;
    Str words;
} Test;

static Err send_test(Cx *cx, void *user)
{
    Test *test = user;
    MailerOptions options;
    TRY(mailer_options(cx, test->config, mailer_base(cx->arena, test->config, 80), &options));
    Mail mail = {.created_us = cx_now_us(cx),
                 .draft = {.kind = MAIL_TEST, .address = test->address}};
    return mailer_send(cx, &options, &mail, &test->outcome, &test->words);
}

Err command_mail(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    TRY(config_read(cx, argc, argv, NULL, 0, &config, &words));
    if (words.count != 2 || !str_eq(words.at[0], S("test")) || !person_is_mail(words.at[1]))
        return fail(cx, ERR_INVALID, "command.usage", "usage: hanse mail test ADDRESS --data DIR");
    if (!config.smtp_url.n)
        return fail(cx, ERR_INVALID, "config.smtp", "no mail server is given: --smtp-url");
    Test test = {.config = &config, .address = words.at[1]};
    TRY(command_read(cx, &config, send_test, &test));
    if (test.outcome != MAILER_SENT)
        return fail(cx, ERR_UNAVAILABLE, "mail.refused", "the mail was not taken: %.*s",
                    SARG(test.words));
    printf("sent to %.*s: %.*s\n", SARG(test.address), SARG(test.words));
    return OK;
}

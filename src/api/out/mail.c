#include "api/out/mail.h"

#include "api/out/mail_message.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/str.h"
#include "core/outbox.h"

#include <curl/curl.h>
#include <stdlib.h>

enum { WORDS_BYTES_MAX = 400 };

struct Mailer {
    MailerOptions options;
    Db *db; /* a read connection */
    CURL *easy;
    pthread_t thread;
    Stop stop;
};

/* ---- one mail ---- */

/* What is read and heard while a mail is sent. */
typedef struct Talk {
    Str rest; /* of the message */
    Mailer *mailer;
    bool is_recipient;           /* the last command was RCPT TO */
    bool is_over;                /* QUIT was said: what follows is about nothing */
    char words[WORDS_BYTES_MAX]; /* the server's last line */
    size_t words_n;
} Talk;

static size_t on_read(char *to, size_t size, size_t count, void *user)
{
    Talk *talk = user;
    size_t n = MIN(size * count, talk->rest.n);
    if (n)
        memcpy(to, talk->rest.p, n);
    talk->rest = str_from_index(talk->rest, n);
    return n;
}

static size_t on_answer(char *line, size_t size, size_t count, void *user)
{
    Talk *talk = user;
    Str words = str_trim((Str){line, size * count});
    if (talk->is_over)
        return size * count;
    talk->words_n = MIN(words.n, sizeof talk->words);
    if (talk->words_n)
        memcpy(talk->words, words.p, talk->words_n);
    return size * count;
}

static int on_debug(CURL *easy, curl_infotype type, char *data, size_t n, void *user)
{
    Talk *talk = user;
    (void)easy;
    if (type != CURLINFO_HEADER_OUT)
        return 0;
    talk->is_over |= str_starts((Str){data, n}, S("QUIT"));
    if (!talk->is_over)
        talk->is_recipient = str_starts((Str){data, n}, S("RCPT"));
    return 0;
}

static int on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const Talk *talk = user;
    (void)a, (void)b, (void)c, (void)d;
    return talk->mailer && stop_is_asked(&talk->mailer->stop);
}

static bool is_loopback(Str url)
{
    ptrdiff_t at = str_find(url, S("://"));
    Str host = str_from_index(url, (size_t)(at + 3));
    return str_starts(host, S("127.")) || str_starts(host, S("[::1]")) ||
           str_starts(host, S("localhost:")) || str_eq(host, S("localhost"));
}

/* The name that the server is greeted with stands in the path. */
static const char *url_with_name(Arena *arena, const MailerOptions *options)
{
    Str host = str_from_index(options->from, (size_t)(str_find_last_char(options->from, '@') + 1));
    Str url = options->url;
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    return arena_fmt(arena, "%.*s/%.*s", SARG(url), SARG(host)).p;
}

static void set_server(CURL *easy, Arena *arena, const MailerOptions *options)
{
    curl_easy_setopt(easy, CURLOPT_URL, url_with_name(arena, options));
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     is_loopback(options->url) ? (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL);
    if (options->ca_file.n)
        curl_easy_setopt(easy, CURLOPT_CAINFO, arena_cstr(arena, options->ca_file));
    if (options->user.n) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, arena_cstr(arena, options->user));
        curl_easy_setopt(easy, CURLOPT_PASSWORD, arena_cstr(arena, options->password));
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)MAILER_CONNECT_TIMEOUT_S);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)MAILER_TIMEOUT_S);
}

static void set_talk(CURL *easy, Talk *talk)
{
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, talk);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_answer);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, talk);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L); /* else commands are not told */
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, talk);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, talk);
}

static bool is_refusal(const Talk *talk)
{
    return talk->words_n > 0 && (talk->words[0] == '4' || talk->words[0] == '5');
}

static MailerOutcome outcome_of(CURLcode code, const Talk *talk)
{
    if (code == CURLE_OK)
        return MAILER_SENT;
    if (!is_refusal(talk) || talk->words[0] == '4')
        return MAILER_LATER;
    if (talk->is_recipient)
        return MAILER_BOUNCED;
    /* 5xx before the text was sent: it is our own account at the server that is wrong. */
    return talk->rest.n ? MAILER_LATER : MAILER_REFUSED;
}

static Err send_by(Cx *cx, CURL *easy, Mailer *mailer, const MailerOptions *options,
                   const Mail *mail, MailerOutcome *ret, Str *ret_words)
{
    MailText text;
    char error[CURL_ERROR_SIZE] = "";
    TRY(options->text(cx, options->base, mail, &text));
    Talk talk = {.mailer = mailer,
                 .rest = mail_message(cx->arena, mail, &text, options->from, cx_now_us(cx))};
    curl_easy_reset(easy);
    set_server(easy, cx->arena, options);
    set_talk(easy, &talk);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM,
                     arena_fmt(cx->arena, "<%.*s>", SARG(options->from)).p);
    Str to = arena_fmt(cx->arena, "<%.*s>", SARG(mail->draft.address));
    struct curl_slist *recipients = curl_slist_append(NULL, to.p);
    if (!recipients)
        abort();
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    CURLcode code = curl_easy_perform(easy);
    curl_slist_free_all(recipients);
    *ret = outcome_of(code, &talk);
    Str said = arena_copy(cx->arena, (Str){talk.words, talk.words_n});
    *ret_words = is_refusal(&talk) || code == CURLE_OK ? said
                 : error[0]                            ? arena_copy(cx->arena, str_from(error))
                                                       : str_from(curl_easy_strerror(code));
    return OK;
}

Err mailer_send(Cx *cx, const MailerOptions *options, const Mail *mail, MailerOutcome *ret,
                Str *ret_words)
{
    CURL *easy = curl_easy_init();
    if (!easy)
        abort();
    Err err = send_by(cx, easy, NULL, options, mail, ret, ret_words);
    curl_easy_cleanup(easy);
    return err;
}

/* ---- the outbox ---- */

typedef struct Sent {
    const OutboxRow *row;
    MailerOutcome outcome;
    Str address; /* empty for what could not be read */
    Str words;
    const MailKept *kept; /* instead of sending */
} Sent;

typedef struct Batch {
    OutboxRow *rows;
    size_t count;
    Sent sent[MAILER_BATCH];
    size_t sent_count;
} Batch;

static Err take_apply(Unit *unit)
{
    Batch *batch = unit->user;
    return outbox_take(&unit->cx, S("mail"), MAILER_BATCH, &batch->rows, &batch->count);
}

static Err report_one(Cx *cx, const Sent *sent)
{
    switch (sent->outcome) {
    case MAILER_SENT:
        if (sent->kept)
            TRY(mail_keep(cx, sent->kept));
        return outbox_done(cx, sent->row->id);
    case MAILER_LATER:
        return outbox_failed(cx, sent->row, sent->words);
    case MAILER_BOUNCED:
        TRY(mail_bounced(cx, sent->address, sent->words));
        return outbox_give_up(cx, sent->row, sent->words);
    case MAILER_REFUSED:
        return outbox_give_up(cx, sent->row, sent->words);
    }
    return OK;
}

static Err report_apply(Unit *unit)
{
    const Batch *batch = unit->user;
    for (size_t i = 0; i < batch->sent_count; i++)
        TRY(report_one(&unit->cx, &batch->sent[i]));
    return OK;
}

static Err keep_one(Cx *cx, Mailer *mailer, const Mail *mail, Sent *sent)
{
    MailText text;
    TRY(mailer->options.text(cx, mailer->options.base, mail, &text));
    MailKept *kept = arena_new(cx->arena, MailKept);
    *kept = (MailKept){.id = mail->id,
                       .at_us = cx_now_us(cx),
                       .kind = MAILS[mail->draft.kind].key,
                       .lang = mail->draft.lang,
                       .address = mail->draft.address,
                       .subject = text.subject,
                       .body = text.body,
                       .calendar = mail_calendar(cx->arena, &text, mailer->options.from)};
    sent->kept = kept;
    return OK;
}

static void log_outcome(const Mailer *mailer, const Mail *mail, const Sent *sent)
{
    static const char *const NAMES[] = {"mail.sent", "mail.later", "mail.refused", "mail.bounced"};
    log_line(mailer->options.log, sent->outcome == MAILER_SENT ? LOG_INFO : LOG_WARN,
             NAMES[sent->outcome], LOG_I("id", mail->id),
             LOG_S("kind", MAILS[mail->draft.kind].key), LOG_S("words", sent->words));
}

/* An error of ours, such as a payload that is none, ends the row: trying again would not help. */
static Err send_row(Cx *cx, Mailer *mailer, const OutboxRow *row, Sent *sent)
{
    Mail mail;
    bool wanted;
    *sent = (Sent){.row = row, .outcome = MAILER_SENT, .words = S("")};
    TRY(mail_parse(cx, row->id, row->created_us, row->payload, &mail));
    sent->address = mail.draft.address;
    TRY(mail_is_wanted(cx, &mail, &wanted));
    if (!wanted)
        return OK;
    if (mailer->options.url.n)
        TRY(send_by(cx, mailer->easy, mailer, &mailer->options, &mail, &sent->outcome,
                    &sent->words));
    else
        TRY(keep_one(cx, mailer, &mail, sent));
    log_outcome(mailer, &mail, sent);
    return OK;
}

static void send_batch(Cx *cx, Mailer *mailer, Batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        Sent *sent = &batch->sent[batch->sent_count++];
        if (stop_is_asked(&mailer->stop)) {
            *sent = (Sent){&batch->rows[i], MAILER_LATER, .words = S("the program ended")};
            continue;
        }
        Err err = send_row(cx, mailer, &batch->rows[i], sent);
        if (err == OK)
            continue;
        log_line(mailer->options.log, LOG_ERROR, "mail.failed", LOG_I("id", batch->rows[i].id),
                 LOG_S("key", str_from(cx->error->key)), LOG_S("detail", cx->error->detail));
        sent->outcome = err == ERR_UNAVAILABLE ? MAILER_LATER : MAILER_REFUSED;
        sent->words = cx->error->detail;
    }
}

/* Returns whether there may be more at once. */
static bool work(Mailer *mailer)
{
    Arena arena;
    Error error = {0};
    Actor actor = {.tenant = TENANT_DEFAULT, .may = UINT32_MAX};
    bool due = false;
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena,
             .db = mailer->db,
             .actor = &actor,
             .clock = mailer->options.clock,
             .error = &error,
             .log = mailer->options.log};
    Batch batch = {0};
    Err err = outbox_is_due(&cx, S("mail"), &due);
    if (err == OK && due)
        err = writer_run(&cx, mailer->options.writer, take_apply, &batch);
    if (err == OK && batch.count) {
        send_batch(&cx, mailer, &batch);
        err = writer_run(&cx, mailer->options.writer, report_apply, &batch);
    }
    if (err != OK)
        log_line(mailer->options.log, LOG_WARN, "mail.outbox", LOG_S("key", str_from(error.key)),
                 LOG_S("detail", error.detail));
    arena_done(&arena);
    return err == OK && batch.count > 0;
}

static void *mailer_thread(void *user)
{
    Mailer *mailer = user;
    int64_t rest_us = 0;
    while (stop_rest(&mailer->stop, rest_us))
        rest_us = work(mailer) ? 0 : MAILER_LOOK_MS * INT64_C(1000);
    return NULL;
}

/* ---- open and close ---- */

static Err check_options(Cx *cx, const MailerOptions *options)
{
    if (!options->url.n)
        return OK;
    if (!str_starts(options->url, S("smtp://")) && !str_starts(options->url, S("smtps://")))
        return fail(cx, ERR_INVALID, "mail.url",
                    "--smtp-url is smtp://HOST:PORT or smtps://HOST:PORT, not \"%.*s\"",
                    SARG(options->url));
    if (!person_is_mail(options->from))
        return fail(cx, ERR_INVALID, "mail.from",
                    "--smtp-from is the address that mails come from, not \"%.*s\"",
                    SARG(options->from));
    return OK;
}

Err mailer_open(Cx *cx, const MailerOptions *options, Mailer **ret)
{
    Db *db;
    TRY(check_options(cx, options));
    TRY(db_open(cx, options->store, (DbOptions){.mode = DB_READ}, &db));
    Mailer *mailer = calloc(1, sizeof *mailer);
    if (!mailer)
        abort();
    *mailer = (Mailer){.options = *options, .db = db, .easy = curl_easy_init()};
    if (!mailer->easy)
        abort();
    stop_init(&mailer->stop);
    if (!options->url.n && !options->keep) {
        log_line(options->log, LOG_WARN, "mail.waits",
                 LOG_S("detail", S("no --smtp-url is given: mails wait in the outbox")));
        stop_ask(&mailer->stop);
    }
    if (pthread_create(&mailer->thread, NULL, mailer_thread, mailer) != 0)
        abort();
    *ret = mailer;
    return OK;
}

void mailer_close(Mailer *mailer)
{
    stop_ask(&mailer->stop);
    pthread_join(mailer->thread, NULL);
    stop_done(&mailer->stop);
    curl_easy_cleanup(mailer->easy);
    db_close(mailer->db);
    free(mailer);
}

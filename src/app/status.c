#include "app/status.h"

#include "app/app.h"
#include "app/jobs.h"
#include "app/ingest.h"
#include "base/str.h"
#include "core/outbox.h"
#include "core/progress.h"

#include <stdio.h>
#include <unistd.h>

/* Work that goes on in the background, where there is any. */
static void put_progress(Buf *out, Cx *cx)
{
    Progress *list;
    size_t count;
    if (progress_list_unfinished(cx, &list, &count) != OK || !count)
        return;
    buf_put(out, S(",\"progress\":{"));
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, "%s\"%.*s\":[%lld,%lld]", i ? "," : "", SARG(list[i].name),
                (long long)list[i].done, (long long)list[i].total);
    buf_char(out, '}');
}

/* Reads a little: the store answers. */
static Err ping(Cx *cx)
{
    Str name;
    return setting_get(cx, S("city.name"), &name);
}

Err health_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    App *app = (App *)(uintptr_t)call->services;
    bool draining = atomic_load(&app->draining);
    bool store = ping(cx) == OK;
    WriterStats stats = writer_stats(app->writer);
    bool fine = !draining && store;
    call->status = fine ? 200 : 503;
    call_set_header(call, S("Content-Type"), S("application/json"));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    const char *mail = app->config.smtp_url.n ? "sent" : app->config.keep_mails ? "kept" : "waits";
    buf_fmt(&call->body,
            "{\"status\":\"%s\",\"store\":%s,\"draining\":%s,\"queued\":%llu,\"mail\":\"%s\"",
            fine ? "ok" : "unavailable", store ? "true" : "false", draining ? "true" : "false",
            (unsigned long long)stats.queued, mail);
    if (store)
        put_progress(&call->body, cx);
    buf_put(&call->body, S("}\n"));
    return OK;
}

static void put_metric(Buf *out, const char *name, const char *type, const char *help,
                       uint64_t value)
{
    buf_fmt(out, "# HELP hanse_%s %s\n# TYPE hanse_%s %s\nhanse_%s %llu\n", name, help, name, type,
            name, (unsigned long long)value);
}

static uint64_t resident_bytes(void)
{
    unsigned long long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    if (fscanf(file, "%llu %llu", &size, &resident) != 2)
        resident = 0;
    fclose(file);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void put_answers(Buf *out, const App *app)
{
    uint64_t took_us = 0, bytes = 0, again = 0;
    buf_put(out, S("# HELP hanse_http_answers_total Answers by class of status.\n"
                   "# TYPE hanse_http_answers_total counter\n"));
    for (int class = 1; class <= 5; class ++) {
        uint64_t count = 0;
        for (size_t i = 0; i < app->loop_count; i++)
            count += atomic_load(&app->loops[i].metrics.answers[class]);
        buf_fmt(out, "hanse_http_answers_total{class=\"%dxx\"} %llu\n", class,
                (unsigned long long)count);
    }
    for (size_t i = 0; i < app->loop_count; i++) {
        took_us += atomic_load(&app->loops[i].metrics.took_us);
        bytes += atomic_load(&app->loops[i].metrics.bytes_out);
        again += atomic_load(&app->loops[i].metrics.again);
    }
    put_metric(out, "http_answers_again_total", "counter",
               "Answers to strangers that had been made a moment before.", again);
    put_metric(out, "http_microseconds_total", "counter", "Time from request to answer, summed.",
               took_us);
    put_metric(out, "http_body_bytes_total", "counter", "Bytes of answer bodies.", bytes);
}

static void put_live(Buf *out, const App *app)
{
    LiveStats sum = {0};
    for (size_t i = 0; i < app->loop_count; i++) {
        LiveStats stats = live_stats(app->loops[i].live);
        sum.clients += stats.clients;
        sum.sent += stats.sent;
        sum.dropped += stats.dropped;
    }
    put_metric(out, "live_clients", "gauge", "Open live pages.", sum.clients);
    put_metric(out, "live_events_total", "counter", "Values sent to live pages.", sum.sent);
    put_metric(out, "live_dropped_total", "counter", "Values that slow live pages did not get.",
               sum.dropped);
}

static void put_feeds(Buf *out, Arena *arena, const App *app)
{
    IngestStatus *feeds;
    size_t count = app->ingest ? ingest_status(app->ingest, arena, &feeds) : 0;
    if (!count)
        return;
    buf_put(out, S("# HELP hanse_feed_messages_total Messages of a feed, by what became of them.\n"
                   "# TYPE hanse_feed_messages_total counter\n"));
    for (size_t i = 0; i < count; i++) {
        const IngestStatus *feed = &feeds[i];
        const struct {
            const char *outcome;
            uint64_t n;
        } rows[] = {{"stored", feed->stored},
                    {"skipped", feed->skipped},
                    {"refused", feed->refused},
                    {"dropped", feed->dropped}};
        for (size_t r = 0; r < COUNT_OF(rows); r++)
            buf_fmt(out, "hanse_feed_messages_total{feed=\"%.*s\",outcome=\"%s\"} %llu\n",
                    SARG(feed->name), rows[r].outcome, (unsigned long long)rows[r].n);
    }
    buf_put(out, S("# HELP hanse_feed_connected Whether the feed's broker is connected.\n"
                   "# TYPE hanse_feed_connected gauge\n"));
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, "hanse_feed_connected{feed=\"%.*s\"} %d\n", SARG(feeds[i].name),
                feeds[i].connected);
}

static void put_notifications(Buf *out, const App *app)
{
    NotifyStats stats = notifier_stats(app->notifier);
    put_metric(out, "notifications_total", "counter", "Notifications that were taken.",
               stats.succeeded);
    put_metric(out, "notifications_failed_total", "counter",
               "Notifications that were not taken, or dropped.", stats.failed + stats.dropped);
    put_metric(out, "notifications_waiting", "gauge", "Notifications that wait now.",
               stats.waiting);
}

static void put_family(Buf *out, const char *name, const char *type, const char *help)
{
    buf_fmt(out, "# HELP hanse_%s %s\n# TYPE hanse_%s %s\n", name, help, name, type);
}

static void put_jobs(Buf *out, const App *app)
{
    JobState states[JOBS_MAX];
    size_t count = jobs_state(app->jobs, states, JOBS_MAX);
    put_family(out, "job_runs_total", "counter", "Runs of each job since the start.");
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, "hanse_job_runs_total{job=\"%s\"} %llu\n", states[i].name,
                (unsigned long long)states[i].runs);
    put_family(out, "job_failures_total", "counter", "Of them, those that failed.");
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, "hanse_job_failures_total{job=\"%s\"} %llu\n", states[i].name,
                (unsigned long long)states[i].failures);
    put_family(out, "job_took_microseconds", "gauge", "How long the last run took.");
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, "hanse_job_took_microseconds{job=\"%s\"} %lld\n", states[i].name,
                (long long)states[i].took_us);
    put_family(out, "job_last_run_seconds", "gauge",
               "When the last run began, in seconds since 1970; 0: not known.");
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, "hanse_job_last_run_seconds{job=\"%s\"} %lld\n", states[i].name,
                (long long)(states[i].ran_us / 1000000));
}

static Err put_outbox(Buf *out, Cx *cx)
{
    OutboxCounts counts;
    TRY(outbox_count(cx, &counts));
    put_family(out, "outbox_messages", "gauge",
               "Messages that wait to be sent, were sent, or were given up.");
    buf_fmt(out,
            "hanse_outbox_messages{state=\"waiting\"} %lld\n"
            "hanse_outbox_messages{state=\"done\"} %lld\n"
            "hanse_outbox_messages{state=\"dead\"} %lld\n",
            (long long)counts.waiting, (long long)counts.done, (long long)counts.dead);
    return OK;
}

Err metrics_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    const App *app = call->services;
    WriterStats stats = writer_stats(app->writer);
    Buf *out = &call->body;
    put_metric(out, "uptime_seconds", "gauge", "Seconds since the start.",
               (uint64_t)((clock_mono_us() - app->started_us) / 1000000));
    put_metric(out, "resident_bytes", "gauge", "Memory in use.", resident_bytes());
    put_answers(out, app);
    put_metric(out, "units_total", "counter", "Changes that were applied.", stats.units);
    put_metric(out, "units_failed_total", "counter", "Of them, those that were refused.",
               stats.failed);
    put_metric(out, "commits_total", "counter", "Commits, each of a group of changes.",
               stats.groups);
    put_metric(out, "commits_failed_total", "counter", "Groups that could not be stored.",
               stats.rolled_back_groups);
    put_metric(out, "units_slow_total", "counter", "Changes that took longer than 2 ms.",
               stats.slow_units);
    put_metric(out, "units_waiting", "gauge", "Changes that wait now.", stats.queued);
    put_metric(out, "writer_busy_microseconds_total", "counter", "Time the writer worked.",
               (uint64_t)stats.busy_us);
    put_live(out, app);
    put_jobs(out, app);
    TRY(put_outbox(out, cx));
    put_notifications(out, app);
    put_feeds(out, cx->arena, app);
    call_set_header(call, S("Content-Type"), S("text/plain; version=0.0.4; charset=utf-8"));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

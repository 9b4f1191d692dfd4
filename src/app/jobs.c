#include "app/jobs.h"

#include "app/erase.h"
#include "base/stop.h"
#include "base/str.h"
#include "core/account.h"
#include "core/audit.h"
#include "core/form.h"
#include "core/job.h"
#include "core/notice.h"
#include "core/outbox.h"
#include "people/report.h"
#include "people/attachment.h"
#include "people/relation.h"
#include "people/search.h"
#include "people/application.h"
#include "people/enquiry.h"
#include "people/interest.h"
#include "people/invitation.h"
#include "people/task.h"
#include "people/weekly.h"
#include "steering/indicator.h"
#include "systems/entity.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    EXPIRED_PER_RUN = 500, /* entities; more wait for the next run */
    SEARCHED_PER_RUN = 20  /* texts, some ms each: a person who saves waits for one run */
};

/* One run of a job. */
typedef struct Run {
    App *app;
    void *state; /* from prepare to apply */
    bool more;   /* set by prepare: as much again waits, so the job rests only a moment */
    /* Set by prepare where something has to be taken back when the run fails; or NULL. */
    Err (*failed)(Cx *cx, const struct Run *run);
} Run;

typedef Err JobPrepare(Cx *cx, Run *run);
typedef Err JobApply(Unit *unit);
static JobApply search_apply;
static JobPrepare indicators_prepare, files_prepare, search_prepare, erasures_prepare,
    weekly_prepare;
static JobApply indicators_apply, expiry_apply, sessions_apply, audit_apply, outbox_apply,
    forms_apply, accounts_apply, digests_apply, notices_apply, reports_apply, seats_apply,
    files_apply, erasures_apply, partners_apply, tasks_apply, enquiries_apply, weekly_apply;

typedef struct Job {
    const char *name;
    int64_t every_us;
    JobPrepare *prepare;
    JobApply *apply;
} Job;

static const Job JOBS[] = {
#define JOB(name, every_s, prepare, apply, help) {name, (every_s)*INT64_C(1000000), prepare, apply},
#include "app/jobs.def"
#undef JOB
};
enum {
    JOB_COUNT = COUNT_OF(JOBS),
    PREPARE_LIMIT_US = 20000000, /* of a job's reads: older ones would hold up the checkpoint */
    JOB_SHARE = 20               /* a job rests at least this many times as long as it took */
};
_Static_assert(COUNT_OF(JOBS) <= JOBS_MAX, "JOBS_MAX is the room that /metrics has");

struct Jobs {
    App *app;
    Db *db; /* a read connection, for prepare */
    pthread_t thread;
    Stop stop;
    int64_t due_us[JOB_COUNT]; /* monotonic; the thread's own */
    pthread_mutex_t mutex;     /* guards states */
    JobState states[JOB_COUNT];
};

/* Computing reads every source and a little of its history: not on the writer's thread. */
static Err indicators_prepare(Cx *cx, Run *run)
{
    IndicatorResult *results = arena_array(cx->arena, IndicatorResult, INDICATOR_COUNT);
    for (size_t i = 0; i < INDICATOR_COUNT; i++)
        TRY(indicator_compute(cx, &INDICATORS[i], &results[i]));
    run->state = results;
    return OK;
}

static Err indicators_apply(Unit *unit)
{
    const Run *run = unit->user;
    const IndicatorResult *results = run->state;
    const LdContext *core = context_core(run->app->contexts);
    for (size_t i = 0; i < INDICATOR_COUNT; i++) {
        bool changed;
        TRY(indicator_store(&unit->cx, &INDICATORS[i], &results[i], core, &unit->events, &changed));
    }
    return OK;
}

static Err expiry_apply(Unit *unit)
{
    size_t removed;
    return entity_remove_expired(&unit->cx, EXPIRED_PER_RUN, &unit->events, &removed);
}

static Err sessions_apply(Unit *unit)
{
    return session_clean(&unit->cx, &unit->events);
}

static Err audit_apply(Unit *unit)
{
    int64_t days, removed;
    TRY(setting_get_i64(&unit->cx, S("audit.days"), &days));
    return audit_clean(&unit->cx, cx_now_us(&unit->cx) - days * INT64_C(86400000000), &removed);
}

static Err outbox_apply(Unit *unit)
{
    return outbox_clean(&unit->cx);
}

static Err files_prepare(Cx *cx, Run *run)
{
    AttachmentSweep *sweep = arena_new(cx->arena, AttachmentSweep);
    run->state = sweep;
    return attachment_sweep_look(cx, run->app->files, sweep);
}

static Err search_prepare(Cx *cx, Run *run)
{
    SearchMissing *missing = arena_new(cx->arena, SearchMissing);
    run->state = missing;
    TRY(search_missing(cx, SEARCHED_PER_RUN, missing));
    run->more = missing->count >= SEARCHED_PER_RUN;
    return OK;
}

static Err search_apply(Unit *unit)
{
    const Run *run = unit->user;
    return search_fill(&unit->cx, run->state);
}

static Err files_apply(Unit *unit)
{
    const Run *run = unit->user;
    size_t removed;
    return attachment_sweep(&unit->cx, run->app->files, run->state, &removed);
}

static Err erasures_failed(Cx *cx, const Run *run)
{
    return erase_take_back(cx, run->state);
}

static Err erasures_prepare(Cx *cx, Run *run)
{
    EraseRun *erase = arena_new(cx->arena, EraseRun);
    erase->data = run->app->config.data;
    erase->files = run->app->files;
    run->state = erase;
    run->failed = erasures_failed;
    TRY(erase_prepare(cx, NULL, NULL, 0, erase));
    run->more = erase->found; /* the next one may be due, and the store waits to be written anew */
    return OK;
}

/* On the writer's thread, which nobody can use meanwhile: so accounts end at night. */
static void erasures_settle(Unit *unit)
{
    const Run *run = unit->user;
    if (erase_settle(&unit->cx, run->state) != OK)
        log_line(&run->app->log, LOG_WARN, "erasure.rest", LOG_S("detail", unit->cx.error->detail));
}

static Err erasures_apply(Unit *unit)
{
    const Run *run = unit->user;
    unit->settle = erasures_settle;
    return erase_apply(&unit->cx, run->state, &unit->events);
}

static Err digests_apply(Unit *unit)
{
    size_t count;
    return notice_send_digests(&unit->cx, &count);
}

static Err weekly_prepare(Cx *cx, Run *run)
{
    WeeklyRun *weekly = arena_new(cx->arena, WeeklyRun);
    run->state = weekly;
    TRY(weekly_gather(cx, weekly));
    run->more = weekly->more;
    return OK;
}

static Err weekly_apply(Unit *unit)
{
    const Run *run = unit->user;
    size_t count;
    return weekly_send(&unit->cx, run->state, &count);
}

static Err notices_apply(Unit *unit)
{
    return notice_clean(&unit->cx);
}

static Err accounts_apply(Unit *unit)
{
    return account_clean(&unit->cx);
}

static Err forms_apply(Unit *unit)
{
    return form_clean(&unit->cx);
}

static Err reports_apply(Unit *unit)
{
    int64_t reminded;
    return round_remind(&unit->cx, &reminded);
}

static Err seats_apply(Unit *unit)
{
    return relation_end_due(&unit->cx);
}

static Err partners_apply(Unit *unit)
{
    TRY(application_clean(&unit->cx));
    TRY(interest_clean(&unit->cx));
    return invitation_clean(&unit->cx);
}

static Err tasks_apply(Unit *unit)
{
    return task_remind(&unit->cx);
}

static Err enquiries_apply(Unit *unit)
{
    return enquiry_work(&unit->cx);
}

static void job_note(Jobs *jobs, size_t i, Err err, int64_t ran_us, int64_t took_us)
{
    pthread_mutex_lock(&jobs->mutex);
    jobs->states[i].runs++;
    jobs->states[i].failures += err != OK;
    jobs->states[i].took_us = took_us;
    jobs->states[i].ran_us = ran_us;
    pthread_mutex_unlock(&jobs->mutex);
}

/* What is kept of a run: its job, and what job_set is given. */
typedef struct Kept {
    Str name;
    JobRecord record;
} Kept;

static Err keep_apply(Unit *unit)
{
    const Kept *kept = unit->user;
    return job_set(&unit->cx, kept->name, &kept->record);
}

static bool is_kept(size_t i)
{
    return JOBS[i].every_us >= JOB_KEPT_S * INT64_C(1000000);
}

/* A record that cannot be stored costs one early run after a restart, and nothing else. */
static void job_keep(Cx *cx, App *app, size_t i, const JobRecord *record)
{
    Kept kept = {str_from(JOBS[i].name), *record};
    if (is_kept(i) && writer_run(cx, app->writer, keep_apply, &kept) != OK)
        log_line(&app->log, LOG_WARN, "job.record", LOG_S("job", kept.name),
                 LOG_S("detail", cx->error->detail));
}

/* Returns how long the job rests. */
static int64_t job_run(Jobs *jobs, size_t i)
{
    App *app = jobs->app;
    Arena arena;
    Error error = {0};
    Actor actor = {.tenant = TENANT_DEFAULT, .may = UINT32_MAX};
    arena_init(&arena, 64 << 10, 0);
    Cx cx = {
        .arena = &arena, .actor = &actor, .clock = &app->clock, .error = &error, .log = &app->log};
    int64_t from_us = clock_mono_us();
    JobRecord record = {.ran_us = cx_now_us(&cx), .error = S("")};
    Run run = {.app = app};
    Err err = OK;
    cx.db = jobs->db;
    db_budget(jobs->db, PREPARE_LIMIT_US);
    if (JOBS[i].prepare)
        err = JOBS[i].prepare(&cx, &run);
    if (err == OK)
        err = writer_run(&cx, app->writer, JOBS[i].apply, &run);
    record.took_us = clock_mono_us() - from_us;
    if (err != OK) {
        log_line(&app->log, LOG_WARN, "job.failed", LOG_S("job", str_from(JOBS[i].name)),
                 LOG_S("key", str_from(error.key)), LOG_S("detail", error.detail));
        record.error = arena_fmt(&arena, "%s: %.*s", error.key, SARG(error.detail));
        if (run.failed && run.failed(&cx, &run) != OK)
            log_line(&app->log, LOG_ERROR, "job.failed", LOG_S("job", str_from(JOBS[i].name)),
                     LOG_S("key", str_from(error.key)), LOG_S("detail", error.detail));
    }
    job_note(jobs, i, err, record.ran_us, record.took_us);
    job_keep(&cx, app, i, &record);
    int64_t rest_us = job_rest_us(&record, JOBS[i].every_us, cx_now_us(&cx));
    arena_done(&arena);
    if (err == OK && run.more)
        return record.took_us; /* half the time, until what is missing is there */
    return MAX(rest_us, record.took_us * JOB_SHARE);
}

static void *jobs_thread(void *arg)
{
    enum { REST_MIN_US = 10000 };
    Jobs *jobs = arg;
    int64_t next_us = 0;
    while (stop_rest(&jobs->stop, next_us ? MAX(next_us - clock_mono_us(), REST_MIN_US) : 0)) {
        next_us = INT64_MAX;
        for (size_t i = 0; i < JOB_COUNT && !stop_is_asked(&jobs->stop); i++) {
            if (clock_mono_us() >= jobs->due_us[i]) {
                int64_t rest_us = job_run(jobs, i);
                jobs->due_us[i] = clock_mono_us() + rest_us;
            }
            next_us = MIN(next_us, jobs->due_us[i]);
        }
    }
    return NULL;
}

/* When each job is due, by what the store knows of its last run. */
static Err jobs_remember(Cx *cx, Jobs *jobs)
{
    Actor actor = {.tenant = TENANT_DEFAULT};
    Cx own = *cx;
    own.db = jobs->db;
    own.actor = &actor;
    int64_t now_us = cx_now_us(&own), start_us = clock_mono_us();
    for (size_t i = 0; i < JOB_COUNT; i++) {
        JobRecord record;
        bool found = false;
        jobs->states[i].name = JOBS[i].name;
        if (is_kept(i))
            TRY(job_find(&own, str_from(JOBS[i].name), &found, &record));
        if (found)
            jobs->states[i].ran_us = record.ran_us;
        jobs->due_us[i] = start_us + job_rest_us(found ? &record : NULL, JOBS[i].every_us, now_us);
    }
    return OK;
}

Err jobs_open(Cx *cx, App *app, Jobs **ret)
{
    Jobs *jobs = calloc(1, sizeof *jobs);
    if (!jobs)
        abort();
    jobs->app = app;
    Err opened = db_open(cx, app->store, (DbOptions){.mode = DB_READ}, &jobs->db);
    if (opened == OK && (opened = jobs_remember(cx, jobs)) != OK)
        db_close(jobs->db);
    if (opened != OK) {
        free(jobs);
        return opened;
    }
    pthread_mutex_init(&jobs->mutex, NULL);
    stop_init(&jobs->stop);
    if (pthread_create(&jobs->thread, NULL, jobs_thread, jobs) != 0) {
        db_close(jobs->db);
        free(jobs);
        return fail(cx, ERR_UNAVAILABLE, "jobs.thread", "no thread for the jobs");
    }
    *ret = jobs;
    return OK;
}

void jobs_close(Jobs *jobs)
{
    stop_ask(&jobs->stop);
    pthread_join(jobs->thread, NULL);
    stop_done(&jobs->stop);
    pthread_mutex_destroy(&jobs->mutex);
    db_close(jobs->db);
    free(jobs);
}

size_t jobs_state(Jobs *jobs, JobState *ret, size_t max)
{
    size_t count = MIN(max, (size_t)JOB_COUNT);
    pthread_mutex_lock(&jobs->mutex);
    memcpy(ret, jobs->states, count * sizeof *ret);
    pthread_mutex_unlock(&jobs->mutex);
    return count;
}

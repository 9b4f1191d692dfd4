/* hanse demo: fills an empty data directory with a demo city, serves it, and keeps it moving. */
#include "app/command.h"
#include "app/dortmund.h"
#include "app/serve.h"
#include "base/str.h"
#include "core/person.h"
#include "core/setting.h"
#include "lindhafen.h"
#include "people.h"
#include "sensors.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Login {
    Str mail, name, role;
    uint32_t roles;
    Str password;
} Login;

/* The first ones are the cast's, in the order of CastRole. */
enum { LOGINS = CAST_ROLE_COUNT + 2 };

typedef struct Demo {
    bool dortmund;
    bool recent; /* without what was before its last days */
    bool fresh;  /* this start filled the directory */
    Login logins[LOGINS];
    Simulation *simulation;
} Demo;

/* On a loopback address the password may be a word that everybody knows; beyond it, never. */
static const Str LOOPBACK_PASSWORD = S_INIT("lindhafen");

static bool is_loopback(Str listen)
{
    return str_starts(listen, S("127.")) || str_starts(listen, S("[::1]:")) ||
           str_starts(listen, S("localhost:"));
}

static void choose_logins(Cx *cx, const Config *config, Demo *demo)
{
    static const Login LOGINS_ROWS[LOGINS] = {
        {S_INIT("mitglied@lindhafen.example"),
         S_INIT("Nele Ingwersen"),
         S_INIT("member"),
         ROLE_MEMBER,
         {0}},
        {S_INIT("partner@lindhafen.example"),
         S_INIT("Karim Yilmaz"),
         S_INIT("partner"),
         ROLE_MEMBER,
         {0}},
        {S_INIT("team@lindhafen.example"),
         S_INIT("Frauke Lorenzen"),
         S_INIT("lead"),
         ROLE_MEMBER,
         {0}},
        {S_INIT("redaktion@lindhafen.example"),
         S_INIT("Emil Sattler"),
         S_INIT("editor"),
         ROLE_MEMBER | ROLE_EDITOR,
         {0}},
        {S_INIT("buero@lindhafen.example"),
         S_INIT("Mirko Adler"),
         S_INIT("office"),
         ROLE_MEMBER | ROLE_OFFICE,
         {0}},
        {S_INIT("leitung@lindhafen.example"),
         S_INIT("Jana Thomsen"),
         S_INIT("operator"),
         ROLE_MEMBER | ROLE_OPERATOR,
         {0}},
        {S_INIT("verwaltung@lindhafen.example"),
         S_INIT("Sabine Arndt"),
         S_INIT("admin"),
         ROLE_MEMBER | ROLE_ADMIN,
         {0}},
    };
    for (size_t i = 0; i < LOGINS; i++) {
        demo->logins[i] = LOGINS_ROWS[i];
        demo->logins[i].password = is_loopback(config->listen)
                                       ? LOOPBACK_PASSWORD
                                       : str_slice(auth_secret(cx->arena), 0, 16);
    }
}

static void show_progress(size_t done, size_t total)
{
    if (isatty(2)) {
        fprintf(stderr, "\rfilling the demo city: %zu of %zu sensors%s", done, total,
                done == total ? "\n" : "");
        fflush(stderr);
    } else if (done == total || done % (total / 4) == 0) {
        fprintf(stderr, "filling the demo city: %zu of %zu sensors\n", done, total);
    }
}

static void show_part(const char *what)
{
    fprintf(stderr, "filling the demo city: %s\n", what);
}

static Err fill_lindhafen(Cx *cx, Events *events, void *user)
{
    Demo *demo = user;
    PersonId ids[LOGINS];
    for (size_t i = 0; i < LOGINS; i++) {
        const Login *login = &demo->logins[i];
        Str hash;
        TRY(password_hash(cx, login->password, &hash));
        TRY(person_add(cx, login->mail, login->name, hash, LANG_DE, login->roles, events, &ids[i]));
    }
    TRY(lindhafen_fill(cx, events, show_progress));
    return people_fill(cx, ids, show_part);
}

/* A real city carries no invented word: its name, whose pages these are, and the credits. */
static Err describe_dortmund(Cx *cx, Events *events, void *user)
{
    Buf credits = buf_new(cx->arena, 4096);
    (void)user;
    for (size_t i = 0; DORTMUND_CREDITS[i].p; i++) {
        if (i)
            buf_put(&credits, S(" · "));
        buf_put(&credits, DORTMUND_CREDITS[i]);
    }
    TRY(setting_set(cx, S("city.name"), S("Dortmund"), events));
    TRY(setting_set(cx, S("city.alliance"), S("Vorführung mit offenen Daten"), events));
    TRY(setting_set(cx, S("city.operator"),
                    S("Vorführung von hanse mit offenen Daten, kein Angebot der Stadt Dortmund"),
                    events));
    return setting_set(cx, S("city.credit"), buf_str(&credits), events);
}

static Err count_persons(Cx *cx, void *user)
{
    return person_count(cx, user);
}

/* The map lies in the data directory, where a real city puts its own. */
static Err write_map(Cx *cx, const Config *config)
{
    Str map = sensors_map();
    const char *name = arena_fmt(cx->arena, "%.*s/map.json", SARG(config->data)).p;
    FILE *file = fopen(name, "wb");
    bool written = file && fwrite(map.p, 1, map.n, file) == map.n;
    if (file && fclose(file) != 0)
        written = false;
    if (!written)
        return fail(cx, ERR_UNAVAILABLE, "demo.map", "cannot write %s", name);
    return OK;
}

static Err fill(Cx *cx, const Config *config, Demo *demo)
{
    int64_t persons = 0;
    TRY(command_read(cx, config, count_persons, &persons));
    demo->fresh = persons == 0;
    if (!demo->fresh)
        return OK;
    TRY(write_map(cx, config));
    return command_change(cx, config, fill_lindhafen, demo);
}

static void print_welcome(const App *app, const Demo *demo)
{
    bool loopback = is_loopback(app->config.listen);
    ptrdiff_t colon = str_find_last_char(app->config.listen, ':');
    printf("\n  http%s://%.*s:%u/\n\n", app->config.tls_cert.n ? "s" : "", (int)colon,
           app->config.listen.p, app->port);
    if (demo->dortmund) {
        fflush(stdout);
        return;
    }
    if (!demo->fresh && !loopback) {
        puts("  The demo logins were printed when the city was filled.\n");
    } else {
        puts("  demo logins:");
        for (size_t i = 0; i < LOGINS; i++)
            printf("    %-32.*s %-12.*s (%.*s)\n", SARG(demo->logins[i].mail),
                   SARG(demo->logins[i].password), SARG(demo->logins[i].role));
    }
    puts("\n  All figures are simulated. Ctrl-C ends the program.\n");
    fflush(stdout);
}

static Err started(Cx *cx, App *app, void *user)
{
    Demo *demo = user;
    if (!demo->dortmund)
        TRY(lindhafen_start(cx, app->writer, &app->clock, &app->log, !demo->recent,
                            &demo->simulation));
    print_welcome(app, demo);
    return OK;
}

static void stopping(App *app, void *user)
{
    Demo *demo = user;
    (void)app;
    if (demo->simulation)
        lindhafen_stop(demo->simulation);
}

Err command_demo(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    Demo demo = {0};
    Str parking = {0};
    ExtraOption extra[] = {{"parking", &parking, NULL}};
    TRY(config_read(cx, argc, argv, extra, COUNT_OF(extra), &config, &words));
    Str city = words.count ? words.at[0] : S("lindhafen");
    demo.recent = config.demo_recent;
    demo.dortmund = str_eq(city, S("dortmund"));
    if (words.count > 1 || (!demo.dortmund && !str_eq(city, S("lindhafen"))))
        return fail(cx, ERR_INVALID, "command.usage",
                    "usage: hanse demo [lindhafen|dortmund [--parking DIR]] [--data DIR]");
    if (config.data.n == 0)
        config.data = arena_fmt(cx->arena, "data-%.*s", SARG(city));
    if (!log_level_parse(config.log, &cx->log->level))
        return fail(cx, ERR_INVALID, "config.value", "--log is debug, info, warn or error");
    /* Elsewhere anyone who comes along could read the links that reset a password. */
    config.keep_mails |= is_loopback(config.listen) && !config.smtp_url.n;
    choose_logins(cx, &config, &demo);
    if (demo.dortmund)
        TRY(dortmund_fill(cx, &config, parking));
    if (demo.dortmund)
        TRY(command_change(cx, &config, describe_dortmund, NULL));
    else
        TRY(fill(cx, &config, &demo));
    DemoLogin known[LOGINS];
    for (size_t i = 0; i < LOGINS; i++)
        known[i] = (DemoLogin){demo.logins[i].mail, demo.logins[i].password, demo.logins[i].role};
    bool tells = !demo.dortmund && is_loopback(config.listen);
    return serve(cx, &config,
                 &(ServeHooks){.started = started,
                               .stopping = stopping,
                               .user = &demo,
                               .logins = tells ? known : NULL,
                               .login_count = tells ? LOGINS : 0});
}

#include "lindhafen.h"

#include "base/calendar.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/str.h"
#include "core/setting.h"
#include "past.h"

#include <stdlib.h>

static Err fill_settings(Cx *cx, Events *events)
{
    static const struct {
        Str name, value;
    } VALUES[] = {
        {S_INIT("city.name"), S_INIT("Lindhafen")},
        {S_INIT("city.alliance"), S_INIT("Allianz Smart City")},
        {S_INIT("city.simulated"), S_INIT("true")},
        {S_INIT("city.map"), S_INIT("map.json")},
        {S_INIT("city.credit"), S_INIT("Kartendaten: Stadt Lindhafen (erfunden)")},
        {S_INIT("partner.agreement"),
         S_INIT("Wir arbeiten an den Zielen der Strategie mit, teilen, was wir messen, und sagen "
                "offen, wenn etwas nicht geklappt hat.\n\nDie Mitarbeit kostet nichts, ist auf "
                "keine Zeit festgelegt und kann jederzeit enden.")},
        {S_INIT("partner.agreement_version"), S_INIT("2023-12")},
        {S_INIT("legal.contact"), S_INIT("projektbuero@lindhafen.example")},
        {S_INIT("legal.imprint"),
         S_INIT("Lindhafen ist eine erfundene Stadt. Diese Seiten zeigen, was hanse kann; "
                "alle Werte sind simuliert.\n\n**Stadt Lindhafen**  \nProjektbüro der Allianz  \n"
                "Am Hafen 1  \n00000 Lindhafen\n\nVertreten durch den Oberbürgermeister.")},
        {S_INIT("legal.terms"),
         S_INIT(
             "# Nutzungsbedingungen\n\nDies ist eine Vorführung mit erfundenen Daten. Schreiben "
             "Sie nichts, was jemanden verletzt, und keine Daten anderer Menschen. Was Sie "
             "schreiben, können alle lesen. Das Büro kann Beiträge verbergen und Konten sperren; "
             "beides begründet es.\n")},
        {S_INIT("legal.privacy"),
         S_INIT("Diese Vorführung läuft auf Ihrem eigenen Rechner. Es gibt keine Zählung von "
                "Besuchen, keine fremden Dienste und kein Cookie, solange sich niemand anmeldet."
                "\n\n## Anmeldung\n\nWer sich anmeldet, bekommt ein Cookie mit einem zufälligen "
                "Schlüssel. Es endet mit der Abmeldung, spätestens nach sieben Tagen.")},
        {S_INIT("legal.accessibility"),
         S_INIT("Diese Seiten sollen der EN 301 549 und den WCAG 2.2 auf Stufe AA entsprechen. "
                "Jede Seite wird bei jeder Änderung mit axe-core und dem Nu-Prüfer getestet.\n\n"
                "## Bekannte Lücken\n\nDie bewegliche Karte lässt sich nur zum Teil mit einem "
                "Vorleseprogramm bedienen; die Liste daneben enthält alles, was sie zeigt.\n\n"
                "## Durchsetzung\n\nIn Lindhafen gibt es keine Ombudsstelle, weil es Lindhafen "
                "nicht gibt. Eine Stadt trägt hier die Stelle ihres Landes ein.")},
    };
    for (size_t i = 0; i < COUNT_OF(VALUES); i++)
        TRY(setting_set(cx, VALUES[i].name, VALUES[i].value, events));
    return OK;
}

Err lindhafen_fill(Cx *cx, Events *events, void (*progress)(size_t done, size_t total))
{
    TRY(fill_settings(cx, events));
    return past_fill_recent(cx, progress);
}

/* ---- the present ---- */

struct Simulation {
    pthread_t thread;
    Stop stop;
    Writer *writer;
    const Clock *clock;
    struct Log *log;
    ContextStore *contexts;
    Arena arena; /* of the sensors */
    Sensors sensors;
    Past *past;
    int64_t at_us; /* of the tick that is being written */
};

static bool is_due(const Sensor *sensor, int64_t at_us)
{
    int64_t interval = sim_interval_s(sensor->sim.kind);
    return (at_us / TIME_SECOND_US + sensor->sim.number * 37) % interval == 0;
}

static Err write_reading(Cx *cx, const Simulation *simulation, const Sensor *sensor,
                         const SimReading *reading, Events *events)
{
    Buf buf = buf_new(cx->arena, 4 << 10);
    JsonOut out = json_out(&buf);
    EntityInput input;
    UpdateResult result;
    json_begin(&out, '{');
    sensor_put_reading(&out, sensor, reading, simulation->at_us);
    json_end(&out, '}');
    TRY(sensor_input(cx, context_core(simulation->contexts), buf_str(&buf), true, &input));
    return entity_append(cx, sensor->id, &input, true, events, &result);
}

static Err apply_tick(Unit *unit)
{
    const Simulation *simulation = unit->user;
    for (size_t i = 0; i < simulation->sensors.count; i++) {
        const Sensor *sensor = &simulation->sensors.list[i];
        SimReading reading;
        if (!is_due(sensor, simulation->at_us) ||
            !sim_read(&sensor->sim, simulation->at_us, &reading))
            continue;
        Err err = write_reading(&unit->cx, simulation, sensor, &reading, &unit->events);
        if (err == ERR_NOT_FOUND)
            continue; /* somebody removed that sensor: the others go on */
        TRY(err);
    }
    return OK;
}

static void tick(Simulation *simulation)
{
    Arena arena;
    Error error = {0};
    Actor actor = {.tenant = TENANT_DEFAULT, .may = UINT32_MAX};
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena,
             .actor = &actor,
             .clock = simulation->clock,
             .error = &error,
             .log = simulation->log};
    if (writer_run(&cx, simulation->writer, apply_tick, simulation) != OK)
        log_line(simulation->log, LOG_WARN, "simulation", LOG_S("detail", error.detail));
    arena_done(&arena);
}

static void *simulation_thread(void *arg)
{
    Simulation *simulation = arg;
    const Clock *clock = simulation->clock;
    int64_t second_us;
    do {
        second_us = clock->now_us(clock) / TIME_SECOND_US * TIME_SECOND_US;
        if (second_us > simulation->at_us) {
            simulation->at_us = second_us;
            tick(simulation);
        }
    } while (stop_rest(&simulation->stop, second_us + TIME_SECOND_US - clock->now_us(clock)));
    return NULL;
}

static Err apply_look(Unit *unit)
{
    return past_look(&unit->cx, unit->user);
}

Err lindhafen_start(Cx *cx, Writer *writer, const Clock *clock, struct Log *log, bool past,
                    Simulation **ret)
{
    Progress progress = {0};
    Actor actor = {.tenant = TENANT_DEFAULT, .may = UINT32_MAX};
    Cx asking = *cx;
    asking.actor = &actor;
    TRY(writer_run(&asking, writer, apply_look, &progress));
    Simulation *simulation = calloc(1, sizeof *simulation);
    Error error = {0};
    if (!simulation)
        abort();
    arena_init(&simulation->arena, 0, 0);
    simulation->writer = writer;
    simulation->clock = clock;
    simulation->log = log;
    simulation->contexts = context_store_new();
    Cx own = {.arena = &simulation->arena, .clock = clock, .error = &error, .log = log};
    Err err = sensors_read(&own, progress.since_us, &simulation->sensors);
    ASSERT(err == OK); /* the map is embedded */
    stop_init(&simulation->stop);
    if (pthread_create(&simulation->thread, NULL, simulation_thread, simulation) != 0)
        abort();
    simulation->past =
        past ? past_fill_start(writer, clock, log, &simulation->sensors, &progress) : NULL;
    *ret = simulation;
    return OK;
}

void lindhafen_stop(Simulation *simulation)
{
    if (simulation->past)
        past_fill_stop(simulation->past);
    stop_ask(&simulation->stop);
    pthread_join(simulation->thread, NULL);
    stop_done(&simulation->stop);
    context_store_free(simulation->contexts);
    arena_done(&simulation->arena);
    free(simulation);
}

#include "lindhafen.h"

#include "base/calendar.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "core/setting.h"
#include "simulate.h"
#include "systems/entity.h"
#include "steering/indicator.h"
#include "systems/history.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

extern const char LINDHAFEN_CITY[], LINDHAFEN_CITY_END[];

enum { SENSORS_MAX = 1000, CAR_PARKS = 17 };

#define SDM "https://smartdatamodels.org/dataModel."
#define OWN "https://uri.etsi.org/ngsi-ld/default-context/"

/* What the city's map calls a sensor, and what it is as an entity. */
typedef struct Kind {
    Str map_type; /* "typ" in the map */
    SimKind kind;
    const char *type; /* IRI */
    const char *short_type;
    const char *name; /* German; the district follows */
    const char *first, *first_unit;
    const char *second, *second_unit;
} Kind;

static const Kind KINDS[] = {
    {S_INIT("Parkfläche"), SIM_CAR_PARK, SDM "Parking/OffStreetParking", "OffStreetParking",
     "Parkhaus", SDM "Parking/availableSpotNumber", "", NULL, NULL},
    {S_INIT("Parkfläche"), SIM_STREET_PARK, SDM "Parking/OnStreetParking", "OnStreetParking",
     "Parkstreifen", SDM "Parking/availableSpotNumber", "", NULL, NULL},
    {S_INIT("Verkehrszähler"), SIM_TRAFFIC, SDM "Transportation/TrafficFlowObserved",
     "TrafficFlowObserved", "Zählstelle", SDM "Transportation/intensity", "",
     SDM "Transportation/averageVehicleSpeed", "KMH"},
    {S_INIT("Luftmessstation"), SIM_AIR, SDM "Environment/AirQualityObserved", "AirQualityObserved",
     "Luftmessstation", SDM "Environment/no2", "GQ", SDM "Environment/pm10", "GQ"},
    {S_INIT("Pegel"), SIM_WATER, SDM "Environment/WaterObserved", "WaterObserved", "Pegel",
     SDM "Environment/height", "MTR", NULL, NULL},
    {S_INIT("Wärmezähler"), SIM_HEAT, OWN "HeatMeter", "HeatMeter", "Wärmezähler",
     OWN "thermalPower", "KWT", NULL, NULL},
    {S_INIT("Straßenlaterne"), SIM_LAMP, SDM "Streetlighting/Streetlight", "Streetlight", "Leuchte",
     SDM "Streetlighting/activePower", "WTT", NULL, NULL},
    {S_INIT("Glascontainer"), SIM_CONTAINER, SDM "WasteManagement/WasteContainer", "WasteContainer",
     "Glascontainer", SDM "WasteManagement/fillingLevel", "C62", NULL, NULL},
};

typedef struct Sensor {
    SimSensor sim;
    const Kind *kind;
    Str id, name, district;
    double lon, lat;
} Sensor;

typedef struct City {
    Sensor *sensors;
    size_t count;
} City;

Str lindhafen_map(void)
{
    return (Str){LINDHAFEN_CITY, (size_t)(LINDHAFEN_CITY_END - LINDHAFEN_CITY)};
}

/* ---- the sensors of the map ---- */

static JsonValue member(JsonValue object, Str name)
{
    JsonValue value;
    bool found = json_find(object, name, &value);
    ASSERT(found); /* the map is ours and embedded */
    return value;
}

static void read_position(JsonValue point, double *lon, double *lat)
{
    double at[2] = {0};
    size_t n = 0;
    for (JsonIter it = json_iter(point); n < 2 && json_next(&it); n++)
        ASSERT(json_f64(it.value, &at[n]));
    *lon = at[0];
    *lat = at[1];
}

/* Even-odd rule; good enough for districts of an invented city. */
static bool ring_contains(JsonValue ring, double x, double y)
{
    double px = 0, py = 0, first_x = 0, first_y = 0;
    bool inside = false, started = false;
    for (JsonIter it = json_iter(ring); json_next(&it);) {
        double qx, qy;
        read_position(it.value, &qx, &qy);
        if (started && (qy > y) != (py > y) && x < (px - qx) * (y - qy) / (py - qy) + qx)
            inside = !inside;
        if (!started) {
            first_x = qx;
            first_y = qy;
        }
        started = true;
        px = qx;
        py = qy;
    }
    if (started && (first_y > y) != (py > y) &&
        x < (px - first_x) * (y - first_y) / (py - first_y) + first_x)
        inside = !inside;
    return inside;
}

static Str district_of(Arena *arena, JsonValue city, double lon, double lat)
{
    JsonValue features = member(member(city, S("districts")), S("features"));
    for (JsonIter it = json_iter(features); json_next(&it);) {
        JsonValue rings = member(member(it.value, S("geometry")), S("coordinates"));
        JsonIter ring = json_iter(rings);
        if (json_next(&ring) && ring_contains(ring.value, lon, lat))
            return json_text(arena, member(member(it.value, S("properties")), S("name")));
    }
    return S("Lindhafen");
}

static const Kind *kind_of(JsonValue type, size_t *car_parks)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        if (json_text_is(type, KINDS[i].map_type) &&
            (KINDS[i].kind != SIM_CAR_PARK || (*car_parks)++ < CAR_PARKS))
            return &KINDS[i];
    return NULL;
}

/* "Parkhaus Hafen", and "Parkhaus Hafen 2" for the next one there. */
static Str sensor_name(Arena *arena, const City *city, const Kind *kind, Str district)
{
    int same = 1;
    for (size_t i = 0; i < city->count; i++)
        same += city->sensors[i].kind == kind && str_eq(city->sensors[i].district, district);
    if (same == 1)
        return arena_fmt(arena, "%s %.*s", kind->name, SARG(district));
    return arena_fmt(arena, "%s %.*s %d", kind->name, SARG(district), same);
}

static void add_sensor(Arena *arena, City *city, JsonValue root, JsonValue feature,
                       size_t *car_parks)
{
    JsonValue properties = member(feature, S("properties"));
    const Kind *kind = kind_of(member(properties, S("typ")), car_parks);
    if (!kind)
        return;
    Str number_text = json_text(arena, member(properties, S("id")));
    int64_t number = 0;
    ASSERT(str_to_i64(str_from_index(number_text, 1), &number) && city->count < SENSORS_MAX);
    Sensor sensor = {.kind = kind,
                     .sim = {.number = (uint32_t)number,
                             .kind = kind->kind,
                             .capacity = sim_capacity((uint32_t)number, kind->kind)}};
    read_position(member(member(feature, S("geometry")), S("coordinates")), &sensor.lon,
                  &sensor.lat);
    sensor.district = district_of(arena, root, sensor.lon, sensor.lat);
    sensor.name = sensor_name(arena, city, kind, sensor.district);
    sensor.id =
        arena_fmt(arena, "urn:ngsi-ld:%s:lindhafen:%.*s", kind->short_type, SARG(number_text));
    city->sensors[city->count++] = sensor;
}

static Err city_read(Cx *cx, City *ret)
{
    Json doc;
    TRY(json_parse(cx, lindhafen_map(), &doc));
    JsonValue root = json_root(&doc);
    *ret = (City){.sensors = arena_array(cx->arena, Sensor, SENSORS_MAX)};
    size_t car_parks = 0;
    for (JsonIter it = json_iter(member(member(root, S("sensors")), S("features")));
         json_next(&it);)
        add_sensor(cx->arena, ret, root, it.value, &car_parks);
    return OK;
}

/* ---- entities ---- */

static void put_value(JsonOut *out, const char *attribute, double value, const char *unit,
                      int64_t at_us)
{
    json_name(out, str_from(attribute));
    json_begin(out, '{');
    json_name(out, S("type"));
    json_put_text(out, S("Property"));
    json_name(out, S("value"));
    json_put_f64(out, value);
    if (*unit) {
        json_name(out, S("unitCode"));
        json_put_text(out, str_from(unit));
    }
    json_name(out, S("observedAt"));
    Buf time = buf_new(out->buf->arena, 64);
    buf_time(&time, at_us);
    json_put_text(out, buf_str(&time));
    json_end(out, '}');
}

static void put_reading(JsonOut *out, const Sensor *sensor, const SimReading *reading,
                        int64_t at_us)
{
    const Kind *kind = sensor->kind;
    put_value(out, kind->first, reading->first, kind->first_unit, at_us);
    if (kind->second)
        put_value(out, kind->second, reading->second, kind->second_unit, at_us);
}

static void put_plain(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_begin(out, '{');
    json_name(out, S("type"));
    json_put_text(out, S("Property"));
    json_name(out, S("value"));
    json_put_text(out, text);
    json_end(out, '}');
}

static void put_place(JsonOut *out, const Sensor *sensor)
{
    json_name(out, S("location"));
    buf_fmt(out->buf,
            "{\"type\":\"GeoProperty\",\"value\":{\"type\":\"Point\",\"coordinates\":"
            "[%.5f,%.5f]}}",
            sensor->lon, sensor->lat);
    out->comma = true;
}

/* The sensor as an entity, with its last reading; one that never read anything has none. */
static Str entity_text(Arena *arena, const Sensor *sensor, const SimReading *reading, int64_t at_us)
{
    Buf buf = buf_new(arena, 16 << 10);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    json_name(&out, S("id"));
    json_put_text(&out, sensor->id);
    json_name(&out, S("type"));
    json_put_text(&out, str_from(sensor->kind->type));
    put_plain(&out, S("https://smartdatamodels.org/name"), sensor->name);
    put_plain(&out, S("https://smartdatamodels.org/district"), sensor->district);
    put_place(&out, sensor);
    if (sensor->sim.kind == SIM_CAR_PARK || sensor->sim.kind == SIM_STREET_PARK) {
        json_name(&out, S(SDM "Parking/totalSpotNumber"));
        buf_fmt(&buf, "{\"type\":\"Property\",\"value\":%.0f}", sensor->sim.capacity);
        out.comma = true;
    }
    if (reading)
        put_reading(&out, sensor, reading, at_us);
    json_end(&out, '}');
    ASSERT(!buf.overflow);
    return buf_str(&buf);
}

static Err read_input(Cx *cx, const LdContext *context, Str text, bool fragment, EntityInput *ret)
{
    Json doc;
    TRY(json_parse(cx, text, &doc));
    Json *kept = arena_new(cx->arena, Json);
    *kept = doc;
    return entity_input_read(cx, context, json_root(kept), (InputOptions){.fragment = fragment},
                             ret);
}

/* ---- the first start ---- */

typedef struct Past {
    HistoryPoint *first, *second;
    size_t count;
} Past;

static void past_add(Past *past, const Sensor *sensor, int64_t at_us)
{
    SimReading reading;
    if (!sim_read(&sensor->sim, at_us, &reading))
        return;
    past->first[past->count] = (HistoryPoint){.at_us = at_us, .num = reading.first};
    past->second[past->count] = (HistoryPoint){.at_us = at_us, .num = reading.second};
    past->count++;
}

static void past_make(const Sensor *sensor, int64_t now_us, Past *past)
{
    int64_t fine_us = now_us - LINDHAFEN_FINE_HOURS * TIME_HOUR_US;
    int64_t at_us = now_us - LINDHAFEN_PAST_DAYS * TIME_DAY_US;
    /* Each sensor has a second of its own, so that the city does not speak in chorus. */
    at_us = at_us / TIME_HOUR_US * TIME_HOUR_US + sensor->sim.number % 600 * TIME_SECOND_US;
    past->count = 0;
    for (; at_us < fine_us; at_us += TIME_HOUR_US)
        past_add(past, sensor, at_us);
    for (; at_us < now_us; at_us += 10 * TIME_MINUTE_US)
        past_add(past, sensor, at_us);
}

static Err fill_sensor(Cx *cx, const LdContext *context, const Sensor *sensor, int64_t now_us,
                       Past *past, Events *events)
{
    EntityInput input;
    Entity entity;
    past_make(sensor, now_us, past);
    SimReading last = {0};
    size_t n = past->count;
    if (n)
        last = (SimReading){past->first[n - 1].num, past->second[n - 1].num};
    Str text = entity_text(cx->arena, sensor, n ? &last : NULL, n ? past->first[n - 1].at_us : 0);
    TRY(read_input(cx, context, text, false, &input));
    TRY(entity_create(cx, &input, events));
    TRY(entity_get(cx, sensor->id, &entity));
    past->count = n ? n - 1 : 0; /* the last one went in with the entity */
    const Kind *kind = sensor->kind;
    HistorySeriesName name = {.tenant = cx->actor->tenant,
                              .id = sensor->id,
                              .key = entity.key,
                              .attribute = str_from(kind->first),
                              .sub = S(""),
                              .dataset = S("")};
    TRY(history_append(cx, &name, HISTORY_PROPERTY, str_from(kind->first_unit), past->first,
                       past->count));
    if (!kind->second)
        return OK;
    name.attribute = str_from(kind->second);
    return history_append(cx, &name, HISTORY_PROPERTY, str_from(kind->second_unit), past->second,
                          past->count);
}

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

/* What the indicators were, from what the sensors said. */
static Err fill_indicators(Cx *cx, const LdContext *context, int64_t now_us, Events *events)
{
    int64_t day_us = now_us - LINDHAFEN_PAST_DAYS * TIME_DAY_US;
    int64_t fine_us = now_us - LINDHAFEN_FINE_HOURS * TIME_HOUR_US;
    for (size_t i = 0; i < INDICATOR_COUNT; i++) {
        TRY(indicator_backfill(cx, &INDICATORS[i], day_us, fine_us, TIME_HOUR_US, context, events));
        TRY(indicator_backfill(cx, &INDICATORS[i], fine_us, now_us, 10 * TIME_MINUTE_US, context,
                               events));
    }
    return OK;
}

Err lindhafen_fill(Cx *cx, Events *events, void (*progress)(size_t done, size_t total))
{
    City city;
    ContextStore *contexts = context_store_new();
    const LdContext *context = context_core(contexts);
    size_t points = LINDHAFEN_PAST_DAYS * 24 + LINDHAFEN_FINE_HOURS * 6 + 16;
    Past past = {.first = arena_array(cx->arena, HistoryPoint, points),
                 .second = arena_array(cx->arena, HistoryPoint, points)};
    int64_t now_us = cx_now_us(cx) / TIME_SECOND_US * TIME_SECOND_US;
    Err err = fill_settings(cx, events);
    if (err == OK)
        err = city_read(cx, &city);
    for (size_t i = 0; err == OK && i < city.count; i++) {
        ArenaMark mark = arena_mark(cx->arena);
        Events own = {.arena = cx->arena}; /* nobody listens before the first start */
        err = fill_sensor(cx, context, &city.sensors[i], now_us, &past, &own);
        if (err == OK)
            arena_rewind(cx->arena, mark);
        if (progress)
            progress(i + 1, city.count);
    }
    if (err == OK)
        err = fill_indicators(cx, context, now_us, &(Events){.arena = cx->arena});
    context_store_free(contexts);
    return err;
}

/* ---- the present ---- */

struct Simulation {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stopping;
    Writer *writer;
    const Clock *clock;
    struct Log *log;
    ContextStore *contexts;
    Arena arena; /* of the city */
    City city;
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
    put_reading(&out, sensor, reading, simulation->at_us);
    json_end(&out, '}');
    TRY(read_input(cx, context_core(simulation->contexts), buf_str(&buf), true, &input));
    return entity_append(cx, sensor->id, &input, true, events, &result);
}

static Err apply_tick(Unit *unit)
{
    const Simulation *simulation = unit->user;
    for (size_t i = 0; i < simulation->city.count; i++) {
        const Sensor *sensor = &simulation->city.sensors[i];
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
    pthread_mutex_lock(&simulation->mutex);
    while (!simulation->stopping) {
        int64_t now_us = simulation->clock->now_us(simulation->clock);
        int64_t next_us = now_us / TIME_SECOND_US * TIME_SECOND_US;
        if (next_us > simulation->at_us) {
            simulation->at_us = next_us;
            pthread_mutex_unlock(&simulation->mutex);
            tick(simulation);
            pthread_mutex_lock(&simulation->mutex);
        }
        struct timespec until = {.tv_sec = (time_t)(next_us / TIME_SECOND_US) + 1};
        if (!simulation->stopping)
            pthread_cond_timedwait(&simulation->wake, &simulation->mutex, &until);
    }
    pthread_mutex_unlock(&simulation->mutex);
    return NULL;
}

Simulation *lindhafen_start(Writer *writer, const Clock *clock, struct Log *log)
{
    Simulation *simulation = calloc(1, sizeof *simulation);
    Error error = {0};
    if (!simulation)
        abort();
    arena_init(&simulation->arena, 0, 0);
    simulation->writer = writer;
    simulation->clock = clock;
    simulation->log = log;
    simulation->contexts = context_store_new();
    Cx cx = {.arena = &simulation->arena, .clock = clock, .error = &error, .log = log};
    Err err = city_read(&cx, &simulation->city);
    ASSERT(err == OK); /* the map is embedded */
    pthread_mutex_init(&simulation->mutex, NULL);
    pthread_cond_init(&simulation->wake, NULL);
    if (pthread_create(&simulation->thread, NULL, simulation_thread, simulation) != 0)
        abort();
    return simulation;
}

void lindhafen_stop(Simulation *simulation)
{
    pthread_mutex_lock(&simulation->mutex);
    simulation->stopping = true;
    pthread_cond_signal(&simulation->wake);
    pthread_mutex_unlock(&simulation->mutex);
    pthread_join(simulation->thread, NULL);
    pthread_cond_destroy(&simulation->wake);
    pthread_mutex_destroy(&simulation->mutex);
    context_store_free(simulation->contexts);
    arena_done(&simulation->arena);
    free(simulation);
}

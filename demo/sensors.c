#include "sensors.h"

#include "base/calendar.h"
#include "base/str.h"
#include "fault.h"
#include "invent.h"
#include "truth.h"

extern const char LINDHAFEN_CITY[], LINDHAFEN_CITY_END[];

enum { CAR_PARKS = 17 };

#define SDM "https://smartdatamodels.org/dataModel."
#define OWN "https://uri.etsi.org/ngsi-ld/default-context/"

static const SensorKind KINDS[] = {
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
    {S_INIT(""), SIM_WEATHER, SDM "Weather/WeatherObserved", "WeatherObserved", "Wetterstation",
     SDM "Weather/temperature", "CEL", SDM "Weather/precipitation", "MMT", 3, 4},
    {S_INIT(""), SIM_POWER, SDM "Energy/ACMeasurement", "ACMeasurement", "Schule",
     SDM "Energy/totalActivePower", "KWT", NULL, NULL, 24, 1},
    {S_INIT(""), SIM_BICYCLE, SDM "Transportation/ItemFlowObserved", "ItemFlowObserved",
     "Radzählstelle", SDM "Transportation/intensity", "", NULL, NULL, 10, 5},
    {S_INIT(""), SIM_PEOPLE, SDM "Transportation/CrowdFlowObserved", "CrowdFlowObserved",
     "Fußgängerzählung", SDM "Transportation/peopleCount", "", NULL, NULL, 6, 2},
    {S_INIT(""), SIM_NOISE, SDM "Environment/NoiseLevelObserved", "NoiseLevelObserved",
     "Lärmmessung", SDM "Environment/LAeq", "2N", NULL, NULL, 6, 7},
    {S_INIT(""), SIM_CHARGER, SDM "Transportation/EVChargingStation", "EVChargingStation",
     "Ladesäule", OWN "chargingPower", "KWT", NULL, NULL, 12, 1},
    {S_INIT(""), SIM_SOLAR, OWN "PhotovoltaicMeasurement", "PhotovoltaicMeasurement", "Solardach",
     OWN "activePower", "KWT", NULL, NULL, 8, 5},
    {S_INIT(""), SIM_MAIN, OWN "WaterZone", "WaterZone", "Wasserzone", OWN "inflow", "MQH",
     OWN "metered", "MQH", 12, 1},
    {S_INIT(""), SIM_SOIL, OWN "SoilMoisture", "SoilMoisture", "Baumstandort", OWN "soilMoisture",
     "P1", NULL, NULL, 12, 1},
    {S_INIT(""), SIM_STOP, SDM "Transportation/PublicTransportStop", "PublicTransportStop",
     "Haltestelle", OWN "boardings", "", OWN "onTimeShare", "C62", 12, 1},
    {S_INIT(""), SIM_OFFICE, OWN "CitizensOffice", "CitizensOffice", "Bürgerbüro",
     OWN "waitingTime", "MIN", OWN "served", "", 6, 10},
};

Str sensors_map(void)
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

static const SensorKind *kind_of(JsonValue type, size_t *car_parks)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        if (json_text_is(type, KINDS[i].map_type) &&
            (KINDS[i].kind != SIM_CAR_PARK || (*car_parks)++ < CAR_PARKS))
            return &KINDS[i];
    return NULL;
}

/* "Parkhaus Hafen", and "Parkhaus Hafen 2" for the next one there. */
static Str sensor_name(Arena *arena, const Sensors *sensors, const SensorKind *kind, Str district)
{
    int same = 1;
    for (size_t i = 0; i < sensors->count; i++)
        same += sensors->list[i].kind == kind && str_eq(sensors->list[i].district, district);
    if (same == 1)
        return arena_fmt(arena, "%s %.*s", kind->name, SARG(district));
    return arena_fmt(arena, "%s %.*s %d", kind->name, SARG(district), same);
}

/* When it was put up: the first half with the city's network, the others one by one. Weather is
 * needed for all that is measured. */
static int64_t installed_us(const SimSensor *sim, int64_t origin_us)
{
    double wave = sim_chance(sim->number, 42, 0), when = sim_chance(sim->number, 43, 0);
    bool first = sim->effect.any || sim->kind == SIM_WEATHER || wave < 0.5;
    int64_t days = first ? SENSORS_PAST_DAYS : 120 + (int64_t)(when * (SENSORS_PAST_DAYS - 120));
    return (origin_us / TIME_DAY_US - days) * TIME_DAY_US;
}

static void add_sensor(Arena *arena, Sensors *sensors, Sensor sensor, int64_t origin_us)
{
    ASSERT(sensors->count < SENSORS_MAX);
    const SensorKind *kind = sensor.kind;
    uint32_t number = sensor.sim.number;
    sensor.sim.kind = kind->kind;
    sensor.sim.capacity = sim_capacity(number, kind->kind);
    sensor.sim.origin_us = origin_us;
    sensor.sim.effect = truth_effect(kind->kind, sensor.district, origin_us);
    sensor.sim.installed_us = installed_us(&sensor.sim, origin_us);
    sensor.name = sensor_name(arena, sensors, kind, sensor.district);
    sensor.id = arena_fmt(arena, "urn:ngsi-ld:%s:lindhafen:S%u", kind->short_type, number);
    sensors->list[sensors->count++] = sensor;
}

static void add_mapped(Arena *arena, Sensors *sensors, JsonValue root, JsonValue feature,
                       size_t *car_parks, int64_t origin_us)
{
    JsonValue properties = member(feature, S("properties"));
    const SensorKind *kind = kind_of(member(properties, S("typ")), car_parks);
    if (!kind)
        return;
    Str number_text = json_text(arena, member(properties, S("id")));
    int64_t number = 0;
    ASSERT(str_to_i64(str_from_index(number_text, 1), &number));
    Sensor sensor = {.kind = kind, .sim.number = (uint32_t)number};
    read_position(member(member(feature, S("geometry")), S("coordinates")), &sensor.lon,
                  &sensor.lat);
    sensor.district = district_of(arena, root, sensor.lon, sensor.lat);
    add_sensor(arena, sensors, sensor, origin_us);
}

/* Numbers of the map's end below 2000; each kind has a hundred of its own above. */
static void add_in_districts(Arena *arena, Sensors *sensors, const SensorKind *kind,
                             int64_t origin_us)
{
    for (uint32_t i = 0; i < kind->count; i++) {
        const InventedDistrict *district = &INVENTED_DISTRICTS[i * kind->stride % DISTRICT_COUNT];
        uint32_t number = 2000 + 100 * (uint32_t)kind->kind + i;
        Sensor sensor = {.kind = kind,
                         .sim.number = number,
                         .district = str_from(district->name),
                         .lon = district->lon + (sim_chance(number, 44, 0) - 0.5) * 0.018,
                         .lat = district->lat + (sim_chance(number, 45, 0) - 0.5) * 0.011};
        add_sensor(arena, sensors, sensor, origin_us);
    }
}

Err sensors_read(Cx *cx, int64_t origin_us, Sensors *ret)
{
    Json doc;
    TRY(json_parse(cx, sensors_map(), &doc));
    JsonValue root = json_root(&doc);
    *ret = (Sensors){.list = arena_array(cx->arena, Sensor, SENSORS_MAX)};
    size_t car_parks = 0;
    for (JsonIter it = json_iter(member(member(root, S("sensors")), S("features")));
         json_next(&it);)
        add_mapped(cx->arena, ret, root, it.value, &car_parks, origin_us);
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        add_in_districts(cx->arena, ret, &KINDS[i], origin_us);
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

void sensor_put_reading(JsonOut *out, const Sensor *sensor, const SimReading *reading,
                        int64_t at_us)
{
    const SensorKind *kind = sensor->kind;
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

Str sensor_serial(Arena *arena, const Sensor *sensor, int64_t at_us)
{
    SimExchange exchange = fault_exchange(&sensor->sim);
    bool is_new = exchange.any && at_us >= exchange.at_us;
    return arena_fmt(arena, "\"LH-%u-%c\"", sensor->sim.number, is_new ? 'B' : 'A');
}

/* Since when this device hangs there is the time at which its number was observed. */
static void put_serial(JsonOut *out, const Sensor *sensor, int64_t at_us)
{
    SimExchange exchange = fault_exchange(&sensor->sim);
    bool is_new = exchange.any && at_us >= exchange.at_us;
    Buf time = buf_new(out->buf->arena, 64);
    buf_time(&time, is_new ? exchange.at_us : sensor->sim.installed_us);
    json_name(out, S(SENSORS_SERIAL_IRI));
    buf_fmt(out->buf, "{\"type\":\"Property\",\"value\":%s,\"observedAt\":\"%.*s\"}",
            sensor_serial(out->buf->arena, sensor, at_us).p, SARG(buf_str(&time)));
    out->comma = true;
}

Str sensor_entity(Arena *arena, const Sensor *sensor, const SimReading *reading, int64_t at_us)
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
    if (sensor->sim.kind == SIM_POWER || sensor->sim.kind == SIM_HEAT) {
        json_name(&out, S(OWN "floorArea"));
        buf_fmt(&buf, "{\"type\":\"Property\",\"value\":%.0f,\"unitCode\":\"MTK\"}",
                sim_floor_area(sensor->sim.number));
        out.comma = true;
    }
    put_serial(&out, sensor, at_us);
    if (reading)
        sensor_put_reading(&out, sensor, reading, at_us);
    json_end(&out, '}');
    ASSERT(!buf.overflow);
    return buf_str(&buf);
}

Err sensor_input(Cx *cx, const LdContext *context, Str text, bool fragment, EntityInput *ret)
{
    Json doc;
    TRY(json_parse(cx, text, &doc));
    Json *kept = arena_new(cx->arena, Json);
    *kept = doc;
    return entity_input_read(cx, context, json_root(kept), (InputOptions){.fragment = fragment},
                             ret);
}

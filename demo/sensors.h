/* The sensors of Lindhafen: those of its map, and those that stand in every so many districts; what
 * they are as entities. */
#ifndef HANSE_DEMO_SENSORS_H
#define HANSE_DEMO_SENSORS_H

#include "base/json.h"
#include "simulate.h"
#include "systems/entity.h"

enum {
    SENSORS_MAX = 1000,
    SENSORS_PAST_DAYS = 3 * 365 + 1 /* what the first ones have behind them at the first start */
};

#define SENSORS_SERIAL_IRI "https://smartdatamodels.org/dataModel.Device/serialNumber"

/* What the city's map calls a sensor, and what it is as an entity. */
typedef struct SensorKind {
    Str map_type; /* "typ" in the map; empty: it stands in districts */
    SimKind kind;
    const char *type; /* IRI */
    const char *short_type;
    const char *name; /* German; the district follows */
    const char *first, *first_unit;
    const char *second, *second_unit;
    uint32_t count, stride; /* of those in districts: how many, and how many districts further */
} SensorKind;

typedef struct Sensor {
    SimSensor sim;
    const SensorKind *kind;
    Str id, name, district;
    double lon, lat;
} Sensor;

typedef struct Sensors {
    Sensor *list;
    size_t count;
} Sensors;

/* The map's GeoJSON collections, as embedded. */
Str sensors_map(void);
/* All of them, as they are where the city's first start was at origin_us. */
MUST Err sensors_read(Cx *cx, int64_t origin_us, Sensors *ret);

/* Members with a reading, for an object that was begun. */
void sensor_put_reading(JsonOut *out, const Sensor *sensor, const SimReading *reading,
                        int64_t at_us);
/* The sensor as an entity at that moment, with its last reading; NULL: it never read anything. */
Str sensor_entity(Arena *arena, const Sensor *sensor, const SimReading *reading, int64_t at_us);
/* What stands on the device at that moment, as JSON. */
Str sensor_serial(Arena *arena, const Sensor *sensor, int64_t at_us);
MUST Err sensor_input(Cx *cx, const LdContext *context, Str text, bool fragment, EntityInput *ret);

#endif

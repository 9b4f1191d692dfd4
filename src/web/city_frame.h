/* What every page needs to know of its city, read once and replaced whole: settings, time zone,
 * the layers of the map. */
#ifndef HANSE_WEB_CITY_FRAME_H
#define HANSE_WEB_CITY_FRAME_H

#include "base/calendar.h"
#include "base/json.h"
#include "core/setting.h"
#include "web/svg.h"

enum { MAP_FILE_BYTES_MAX = 16 << 20 };

typedef struct CityFrame {
    Arena arena;
    SettingList *settings;
    const Zone *zone;
    bool has_layers;
    Json layers;             /* of the map, where has_layers */
    const MapLayers *ground; /* the same for drawings; NULL without a map */
    Str layers_text;         /* the collections that are drawn, for the movable map */
} CityFrame;

/* Reads settings from the store, and the map they name from data_dir. A map that is missing or
 * broken, and a zone that is unknown, are told in *ret_warning (p NULL: none): pages work without
 * a map, and in UTC. */
MUST Err city_frame_read(Cx *cx, Str data_dir, CityFrame **ret, Str *ret_warning);
void city_frame_free(CityFrame *frame);
Str city_setting(const CityFrame *frame, Str name);

#endif

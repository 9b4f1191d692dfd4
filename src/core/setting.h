/* Settings: what an administrator says about this city, kept in the store: its name, claim,
 * legal texts. They hold no secrets: each change stands in the audit. What concerns the machine
 * (addresses, files, limits) is configuration, in app/. */
#ifndef HANSE_CORE_SETTING_H
#define HANSE_CORE_SETTING_H

#include "base/calendar.h"
#include "core/actor.h"
#include "core/event.h"
#include "db/db.h"

enum { SETTING_BYTES_MAX = 64 << 10 };

extern const StatementTable SETTING_STATEMENTS;
extern const EventKind SETTING_CHANGED; /* no data */

/* A row of settings.def: name, whether it is one per language, default, help. */
typedef struct SettingRow {
    Str name;
    Str def;
    const char *help;
} SettingRow;
extern const SettingRow SETTINGS[];
extern const size_t SETTING_COUNT;

/* The value, or the table's default. INVALID "setting.unknown". */
MUST Err setting_get(Cx *cx, Str name, Str *ret);
/* The value of a setting that is a number: a row of NUMBERS in setting.c. */
MUST Err setting_get_i64(Cx *cx, Str name, int64_t *ret);
/* The zone of the city, and its name; UTC where the setting names none. */
MUST Err setting_zone(Cx *cx, Str *ret_name, const Zone **ret);
/* LIMIT "setting.large"; INVALID "setting.unknown", "setting.utf8", and "setting.number" outside
 * of the range. */
MUST Err setting_set(Cx *cx, Str name, Str value, Events *events);

/* All of them at once, for pages: by position in SETTINGS. */
typedef struct SettingList {
    Arena arena;
    Str *values;
} SettingList;
MUST Err setting_read(Cx *cx, SettingList **ret);
void setting_list_free(SettingList *list);
Str setting_of(const SettingList *list, Str name);

#endif

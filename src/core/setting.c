#include "core/setting.h"

#include "base/str.h"
#include "core/setting_store.h"

#include <stdlib.h>

const EventKind SETTING_CHANGED = {"setting.changed"};

const SettingRow SETTINGS[] = {
#define SETTING(name, def, help) {S_INIT(name), S_INIT(def), help},
#include "core/setting.def"
#undef SETTING
};
const size_t SETTING_COUNT = COUNT_OF(SETTINGS);

static ptrdiff_t setting_index(Str name)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (str_eq(SETTINGS[i].name, name))
            return (ptrdiff_t)i;
    return -1;
}

Err setting_read(Cx *cx, SettingList **ret)
{
    SettingList *list = calloc(1, sizeof *list);
    if (!list)
        abort();
    arena_init(&list->arena, 0, 0);
    list->values = arena_array(&list->arena, Str, SETTING_COUNT);
    for (size_t i = 0; i < SETTING_COUNT; i++)
        list->values[i] = SETTINGS[i].def;
    Err err = setting_store_each(cx, list);
    if (err != OK) {
        setting_list_free(list);
        return err;
    }
    *ret = list;
    return OK;
}

void setting_list_free(SettingList *list)
{
    if (!list)
        return;
    arena_done(&list->arena);
    free(list);
}

Str setting_of(const SettingList *list, Str name)
{
    ptrdiff_t i = setting_index(name);
    ASSERT(i >= 0);
    return list->values[i];
}

void setting_put(SettingList *list, Str name, Str value)
{
    ptrdiff_t i = setting_index(name);
    if (i >= 0)
        list->values[i] = arena_copy(&list->arena, value);
}

Err setting_get(Cx *cx, Str name, Str *ret)
{
    ptrdiff_t i = setting_index(name);
    if (i < 0)
        return fail(cx, ERR_INVALID, "setting.unknown", "there is no setting %.*s", SARG(name));
    bool found;
    Str value;
    TRY(setting_store_get(cx, name, &found, &value));
    *ret = found ? value : SETTINGS[i].def;
    return OK;
}

Err setting_set(Cx *cx, Str name, Str value, Events *events)
{
    if (setting_index(name) < 0)
        return fail(cx, ERR_INVALID, "setting.unknown", "there is no setting %.*s", SARG(name));
    if (value.n > SETTING_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "setting.large", "a setting has at most %d bytes",
                    SETTING_BYTES_MAX);
    if (!str_is_utf8(value))
        return fail(cx, ERR_INVALID, "setting.utf8", "%.*s is not UTF-8", SARG(name));
    TRY(setting_store_set(cx, name, value));
    event_add(events, &SETTING_CHANGED, NULL);
    return OK;
}

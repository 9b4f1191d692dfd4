#include "core/setting.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/setting_store.h"

#include <stdlib.h>

const EventKind SETTING_CHANGED = {"setting.changed"};

const SettingRow SETTINGS[] = {
#define SETTING(name, def, help) {S_INIT(name), S_INIT(def), help},
#include "core/setting.def"
#undef SETTING
};
const size_t SETTING_COUNT = COUNT_OF(SETTINGS);

enum { AUDIT_VALUE_BYTES = 200 /* of each value, in the audit: enough to know it by */ };

static const struct {
    Str name;
    int64_t min, max;
} NUMBERS[] = {{S_INIT("audit.days"), 1, 36500},
               {S_INIT("account.erase_days"), 0, 90},
               {S_INIT("enquiry.days"), 30, 3650},
               {S_INIT("project.stale_days"), 1, 3650},
               {S_INIT("files.total_mib"), 1, 1 << 30}};

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

static Err check_number(Cx *cx, Str name, Str value, int64_t *ret)
{
    for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
        int64_t number;
        if (!str_eq(NUMBERS[i].name, name))
            continue;
        if (!str_to_i64(value, &number) || number < NUMBERS[i].min || number > NUMBERS[i].max)
            return fail(cx, ERR_INVALID, "setting.number",
                        "%.*s is a number from %lld to %lld, not \"%.*s\"", SARG(name),
                        (long long)NUMBERS[i].min, (long long)NUMBERS[i].max,
                        SARG(str_slice(value, 0, AUDIT_VALUE_BYTES)));
        *ret = number;
    }
    return OK;
}

Err setting_get_i64(Cx *cx, Str name, int64_t *ret)
{
    Str value;
    int64_t number = INT64_MIN;
    TRY(setting_get(cx, name, &value));
    TRY(check_number(cx, name, value, &number));
    ASSERT(number != INT64_MIN);
    *ret = number;
    return OK;
}

Err setting_zone(Cx *cx, Str *ret_name, const Zone **ret)
{
    TRY(setting_get(cx, S("city.zone"), ret_name));
    if (zone_load(cx, *ret_name, ret) == OK)
        return OK;
    *ret_name = S("UTC");
    return zone_load(cx, *ret_name, ret);
}

static Str beginning(Str value)
{
    size_t n = MIN(value.n, (size_t)AUDIT_VALUE_BYTES);
    while (n < value.n && n > 0 && ((unsigned char)value.p[n] & 0xC0) == 0x80)
        n--;
    return str_slice(value, 0, n);
}

static Err audit_setting(Cx *cx, Str name, Str from, Str to)
{
    Buf detail = buf_new(cx->arena, AUDIT_DETAIL_BYTES_MAX * 2);
    buf_put(&detail, S("{\"from\":"));
    buf_json_string(&detail, beginning(from));
    buf_put(&detail, S(",\"to\":"));
    buf_json_string(&detail, beginning(to));
    buf_char(&detail, '}');
    return audit_add(cx, S("setting.set"), S("setting"), name, buf_str(&detail));
}

Err setting_set(Cx *cx, Str name, Str value, Events *events)
{
    Str before;
    int64_t number;
    TRY(setting_get(cx, name, &before));
    if (value.n > SETTING_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "setting.large", "a setting has at most %d bytes",
                    SETTING_BYTES_MAX);
    if (!str_is_utf8(value) || str_find_char(value, 0) >= 0)
        return fail(cx, ERR_INVALID, "setting.utf8", "%.*s is not UTF-8, or has a NUL", SARG(name));
    TRY(check_number(cx, name, value, &number));
    TRY(setting_store_set(cx, name, value));
    if (!str_eq(before, value))
        TRY(audit_setting(cx, name, before, value));
    event_add(events, &SETTING_CHANGED, NULL);
    return OK;
}

/* The SQL of settings; private to setting.c. */
#ifndef HANSE_CORE_SETTING_STORE_H
#define HANSE_CORE_SETTING_STORE_H

#include "core/setting.h"

MUST Err setting_store_get(Cx *cx, Str name, bool *ret_found, Str *ret);
MUST Err setting_store_set(Cx *cx, Str name, Str value);
/* Puts every stored value into the list by setting_put. */
MUST Err setting_store_each(Cx *cx, SettingList *list);
void setting_put(SettingList *list, Str name, Str value);

#endif

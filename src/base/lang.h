/* The languages that people are spoken to in. */
#ifndef HANSE_BASE_LANG_H
#define HANSE_BASE_LANG_H

#include "base/base.h"

typedef enum Lang { LANG_DE, LANG_EN, LANG_COUNT } Lang;

/* "de", "en" (BCP 47) */
static inline Str lang_code(Lang lang)
{
    return lang == LANG_EN ? S("en") : S("de");
}

#endif

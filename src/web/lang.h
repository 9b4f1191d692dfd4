/* The languages that pages are written in. A page's language comes from its URL alone. */
#ifndef HANSE_WEB_LANG_H
#define HANSE_WEB_LANG_H

#include "base/lang.h"
#include "base/str.h"

#endif

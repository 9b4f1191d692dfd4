/* JSON as a person reads it: lists for arrays, names and values for objects. */
#ifndef HANSE_WEB_JSON_VIEW_H
#define HANSE_WEB_JSON_VIEW_H

#include "base/json.h"
#include "web/page.h"

enum {
    JSON_VIEW_DEPTH_MAX = 4,  /* deeper parts are shown as they are written */
    JSON_VIEW_ITEMS_MAX = 50, /* of one list; how many more there are is said */
    JSON_VIEW_TEXT_MAX = 600  /* bytes of one text */
};

/* Names are translated where the texts have a word for them. Numbers are written in the page's
 * language, texts are cut at JSON_VIEW_TEXT_MAX. */
void json_view(Buf *out, Page *page, JsonValue value);

#endif

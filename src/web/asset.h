/* The files that pages load: styles, scripts, fonts. They are part of the program; their names
 * hold a hash of their content, so that a browser may keep them for ever
 * (Cache-Control: public, max-age=31536000, immutable). asset_gen.h has a constant for each URL. */
#ifndef HANSE_WEB_ASSET_H
#define HANSE_WEB_ASSET_H

#include "base/base.h"

typedef struct Asset {
    Str path; /* "/assets/hanse-0123456789.css" */
    Str type; /* Content-Type */
    Str etag; /* with its quotes */
    Str raw;
    Str gzip;       /* empty where it is not smaller than raw, as with fonts */
    Str brotli;     /* the same */
    bool immutable; /* the name holds a hash */
} Asset;

/* The asset of a path, or NULL. */
const Asset *asset_find(Str path);

extern const Asset ASSETS[]; /* sorted by path */
extern const size_t ASSET_COUNT;

#endif

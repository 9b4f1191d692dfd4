/* Finding an asset by its path. */
#include "web/asset.h"

#include "base/str.h"

const Asset *asset_find(Str path)
{
    size_t from = 0, to = ASSET_COUNT;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = str_cmp(path, ASSETS[middle].path);
        if (order == 0)
            return &ASSETS[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

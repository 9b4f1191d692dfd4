/* Files that are part of the program, and the few fixed addresses that browsers ask for. */
#include "web/pages.h"

#include "base/str.h"
#include "web/asset.h"

static bool accepts(const Call *call, Str coding)
{
    for (Str rest = call_header(call, S("accept-encoding")); rest.p;) {
        Str one = str_cut(&rest, ',');
        Str name = str_trim(str_cut(&one, ';'));
        if (str_eq_nocase(name, coding))
            return str_find(one, S("q=0")) < 0 || str_find(one, S("q=0.")) >= 0;
    }
    return false;
}

static Str encoded(Call *call, const Asset *asset)
{
    if (asset->brotli.n || asset->gzip.n)
        call_set_header(call, S("Vary"), S("Accept-Encoding"));
    if (asset->brotli.n && accepts(call, S("br"))) {
        call_set_header(call, S("Content-Encoding"), S("br"));
        return asset->brotli;
    }
    if (asset->gzip.n && accepts(call, S("gzip"))) {
        call_set_header(call, S("Content-Encoding"), S("gzip"));
        return asset->gzip;
    }
    return asset->raw;
}

static Err send_asset(Call *call, Str path)
{
    const Asset *asset = asset_find(path);
    if (!asset)
        return fail(call->cx, ERR_NOT_FOUND, "request.path", "there is no file %.*s", SARG(path));
    call_set_header(call, S("Content-Type"), asset->type);
    call_set_header(call, S("Cache-Control"),
                    asset->immutable ? S("public, max-age=31536000, immutable")
                                     : S("public, max-age=3600"));
    call_set_header(call, S("ETag"), asset->etag);
    if (str_eq(call_header(call, S("if-none-match")), asset->etag)) {
        call->status = 304;
        return OK;
    }
    /* Embedded bytes are not copied. */
    Str body = encoded(call, asset);
    call->body = (Buf){.p = (char *)(uintptr_t)body.p, .n = body.n, .cap = body.n, .max = body.n};
    return OK;
}

Err page_asset(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    return send_asset(call, arena_fmt(cx->arena, "/assets/%.*s", SARG(call->params[0])));
}

Err page_favicon(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    for (size_t i = 0; i < ASSET_COUNT; i++)
        if (str_starts(ASSETS[i].path, S("/assets/logo")))
            return send_asset(call, ASSETS[i].path);
    return fail(call->cx, ERR_NOT_FOUND, "request.path", "there is no icon");
}

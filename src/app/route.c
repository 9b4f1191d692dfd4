#include "app/app.h"

#include "base/str.h"
#include "base/uri.h"

/* Compares segment by segment. A parameter takes one segment that is not empty. */
static bool path_matches(Arena *arena, Str pattern, Str path, Str params[ROUTE_PARAMS_MAX],
                         size_t *count)
{
    *count = 0;
    while (pattern.p && path.p) {
        Str want = str_cut(&pattern, '/'), have = str_cut(&path, '/');
        if (want.n && want.p[0] == '{') {
            ASSERT(*count < ROUTE_PARAMS_MAX);
            if (have.n == 0 || !uri_decode(arena, have, false, &params[(*count)++]))
                return false;
        } else if (!str_eq(want, have)) {
            return false;
        }
    }
    return !pattern.p && !path.p;
}

/* Tells most rows apart before their segments are looked at. */
static bool differs_early(const char *pattern, Str path)
{
    size_t i = 0;
    while (i < path.n && pattern[i] && pattern[i] != '{' && pattern[i] == path.p[i])
        i++;
    return i < path.n && pattern[i] && pattern[i] != '{';
}

static Str without_slash(Str path)
{
    return path.n > 1 && path.p[path.n - 1] == '/' ? str_slice(path, 0, path.n - 1) : path;
}

static bool route_serves(const Route *route, Str method)
{
    Str own = str_from(route->method);
    return str_eq(own, method) || (str_eq(own, S("GET")) && str_eq(method, S("HEAD")));
}

RouteMatch route_find(Arena *arena, Str method, Str path, const Route **ret,
                      Str params[ROUTE_PARAMS_MAX], size_t *ret_param_count)
{
    RouteMatch match = ROUTE_NO_PATH;
    path = without_slash(path);
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (differs_early(ROUTES[i].path, path) ||
            (match == ROUTE_NO_METHOD && !route_serves(&ROUTES[i], method)))
            continue;
        if (!path_matches(arena, str_from(ROUTES[i].path), path, params, ret_param_count))
            continue;
        if (route_serves(&ROUTES[i], method)) {
            *ret = &ROUTES[i];
            return ROUTE_FOUND;
        }
        match = ROUTE_NO_METHOD;
    }
    return match;
}

Str route_allow(Arena *arena, Str path)
{
    Buf allow = buf_new(arena, 256);
    Str params[ROUTE_PARAMS_MAX];
    size_t count;
    path = without_slash(path);
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (!path_matches(arena, str_from(ROUTES[i].path), path, params, &count))
            continue;
        if (str_find(buf_str(&allow), str_from(ROUTES[i].method)) >= 0)
            continue;
        if (allow.n)
            buf_put(&allow, S(", "));
        buf_put(&allow, str_from(ROUTES[i].method));
        if (str_eq(str_from(ROUTES[i].method), S("GET")))
            buf_put(&allow, S(", HEAD"));
    }
    buf_put(&allow, allow.n ? S(", OPTIONS") : S("OPTIONS"));
    return buf_str(&allow);
}

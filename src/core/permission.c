#include "core/actor.h"

#include "base/str.h"

typedef struct PermissionRow {
    Str scope;
    uint32_t roles;
    bool open;
} PermissionRow;

static const PermissionRow PERMISSIONS[MAY_COUNT_] = {
#define PERMISSION(code, scope, roles, open, help) [MAY_##code] = {S_INIT(scope), roles, open},
#include "core/permission.def"
#undef PERMISSION
};
_Static_assert(MAY_COUNT_ <= 32, "a permission is a bit of 32");

bool actor_may(const Actor *actor, Permission permission)
{
    return actor && (actor->may >> permission & 1);
}

uint32_t permissions_of_roles(uint32_t roles)
{
    uint32_t may = 0;
    for (size_t i = 0; i < MAY_COUNT_; i++)
        if (PERMISSIONS[i].roles & (roles | ROLE_ANYONE))
            may |= 1u << i;
    return may;
}

uint32_t permissions_open(void)
{
    uint32_t may = 0;
    for (size_t i = 0; i < MAY_COUNT_; i++)
        if (PERMISSIONS[i].open)
            may |= 1u << i;
    return may;
}

bool permission_parse(Str scope, Permission *ret)
{
    for (size_t i = 0; i < MAY_COUNT_; i++)
        if (str_eq(scope, PERMISSIONS[i].scope)) {
            *ret = (Permission)i;
            return true;
        }
    return false;
}

Str permission_scope(Permission permission)
{
    return PERMISSIONS[permission].scope;
}

Err require(Cx *cx, Permission permission)
{
    if (actor_may(cx->actor, permission))
        return OK;
    Str scope = permission_scope(permission);
    if (!cx->actor || (cx->actor->person.v == 0 && cx->actor->token == 0))
        return fail(cx, ERR_DENIED, "auth.required",
                    "this needs a login, or a token with the scope %.*s", SARG(scope));
    return fail(cx, ERR_DENIED, "auth.denied", "this needs the permission %.*s", SARG(scope));
}

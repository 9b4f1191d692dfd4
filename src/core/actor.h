/* Who acts in a unit of work: a person by a session, a machine by a token, or a stranger.
 *
 * An actor is an immutable snapshot, made when the unit is admitted. */
#ifndef HANSE_CORE_ACTOR_H
#define HANSE_CORE_ACTOR_H

#include "base/err.h"
#include "base/lang.h"

typedef struct TenantId {
    int64_t v;
} TenantId;
typedef struct PersonId {
    int64_t v; /* 0: nobody */
} PersonId;

/* Roles are bits, so that a permission's row can name several. */
enum Role {
    ROLE_ANYONE = 1 << 0,
    ROLE_MEMBER = 1 << 1,
    ROLE_EDITOR = 1 << 2,
    ROLE_OPERATOR = 1 << 3,
    ROLE_OFFICE = 1 << 4,
    ROLE_ADMIN = 1 << 5,
    ROLE_ALLIANCE = 1 << 6 /* belongs to an accepted partner; follows from that, never granted */
};

typedef enum Permission {
#define PERMISSION(code, scope, roles, open, help) MAY_##code,
#include "core/permission.def"
#undef PERMISSION
    MAY_COUNT_
} Permission;

typedef struct Actor {
    TenantId tenant;
    PersonId person;
    int64_t session; /* row of the session, 0 without */
    int64_t token;   /* row of the API token, 0 without */
    Str name;        /* display name; empty for strangers */
    uint32_t roles;
    uint32_t may; /* bit per Permission */
    Lang lang;
} Actor;

/* The only tenant until there are more. */
static const TenantId TENANT_DEFAULT = {1};

bool actor_may(const Actor *actor, Permission permission);
/* The permissions that these roles carry. */
uint32_t permissions_of_roles(uint32_t roles);
/* The permissions that --open gives to everyone at the machine faces. */
uint32_t permissions_open(void);
/* "entity:write" to its permission; false when there is none of that name. */
bool permission_parse(Str scope, Permission *ret);
Str permission_scope(Permission permission);
/* ERR_DENIED "auth.required" for a stranger, "auth.denied" for a known actor. */
MUST Err require(Cx *cx, Permission permission);

#endif

/* The SQL of sessions and tokens; private to auth.c. */
#ifndef HANSE_CORE_AUTH_STORE_H
#define HANSE_CORE_AUTH_STORE_H

#include "core/auth.h"

/* A session or token with its person and what the person's grants say now. */
typedef struct AuthRow {
    unsigned char hash[AUTH_SECRET_BYTES];
    int64_t id;
    PersonId person;
    TenantId tenant;
    int64_t expires_us;
    Str name;   /* the person's */
    Str scopes; /* of a token */
    uint32_t roles;
    Lang lang;
} AuthRow;

MUST Err auth_store_add_session(Cx *cx, PersonId person, Str hash, Str agent, int64_t expires_us,
                                int64_t *ret);
MUST Err auth_store_trim_sessions(Cx *cx, PersonId person, int64_t keep_count);
MUST Err auth_store_end_session(Cx *cx, PersonId person, int64_t session, int64_t *ret_changed);
MUST Err auth_store_end_others(Cx *cx, PersonId person, int64_t keep, int64_t *ret_changed);
MUST Err auth_store_list_sessions(Cx *cx, PersonId person, Session **ret, size_t *ret_count);
/* Ends what has expired, and removes what has ended. */
MUST Err auth_store_clean(Cx *cx, int64_t *ret_changed);
MUST Err auth_store_add_token(Cx *cx, PersonId person, Str hash, Str name, Str scopes,
                              int64_t expires_us, int64_t *ret);
MUST Err auth_store_remove_token(Cx *cx, int64_t token, int64_t *ret_changed);
MUST Err auth_store_list_tokens(Cx *cx, Token **ret, size_t *ret_count);
/* All that are valid now, in no order. */
MUST Err auth_store_sessions(Cx *cx, AuthRow **ret, size_t *ret_count);
MUST Err auth_store_tokens(Cx *cx, AuthRow **ret, size_t *ret_count);

#endif

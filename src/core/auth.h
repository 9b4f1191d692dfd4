/* What lets a request in: sessions of persons and tokens of machines.
 *
 * Secrets are 32 random bytes and are stored as their BLAKE2b hash alone. Loops ask an immutable
 * snapshot, which is read again after every commit that changes grants, sessions or tokens: a
 * revoked session is out with the answer to its revocation. */
#ifndef HANSE_CORE_AUTH_H
#define HANSE_CORE_AUTH_H

#include "core/person.h"

#define AUTH_SECRET_BYTES 32
/* Of a secret as text: base64url without padding. */
#define AUTH_SECRET_TEXT 43

enum { AUTH_SESSIONS_PER_PERSON = 20 /* beyond, the oldest ends */ };

extern const StatementTable AUTH_STATEMENTS;

/* Makes a secret; to be called outside apply, which may run twice. */
Str auth_secret(Arena *arena);

/* What is kept of a secret. */
Str auth_secret_hash(Arena *arena, Str secret);

/* Opens a session for the secret; the person's oldest ends when there are too many. An account that
 * was to be erased later stays (person_stay). */
MUST Err session_open(Cx *cx, PersonId person, Str secret, Str agent, int64_t lifetime_us,
                      Events *events);
/* The same for who comes back, and may have asked before for the end of the account: *ret_stays
 * says that it was to be erased and is not any more. */
MUST Err session_log_in(Cx *cx, PersonId person, Str secret, Str agent, int64_t lifetime_us,
                        Events *events, bool *ret_stays);
/* Ends one session; the person's own only. NOT_FOUND "session.unknown". */
MUST Err session_close(Cx *cx, PersonId person, int64_t session, Events *events);
/* Ends all of a person's sessions but one (0: all). */
MUST Err session_close_others(Cx *cx, PersonId person, int64_t keep, Events *events);
/* Notes in the audit that a login failed: for a person, or with 0 for a name that nobody has (the
 * name is not kept, for people type passwords there), and the address that it came from. */
MUST Err session_refused(Cx *cx, PersonId person, Str from);
typedef struct Session {
    int64_t id; /* of this login alone: no other ever has it */
    int64_t created_us, expires_us;
    Str agent;
} Session;
MUST Err session_list(Cx *cx, PersonId person, Session **ret, size_t *ret_count);
/* Ends what has expired, and removes what has ended; a job. */
MUST Err session_clean(Cx *cx, Events *events);

/* A token for a machine. Scopes: permissions' names separated by spaces, INVALID "token.scope"
 * for an unknown one. expires_us 0: never. */
MUST Err token_add(Cx *cx, PersonId person, Str name, Str scopes, Str secret, int64_t expires_us,
                   Events *events, int64_t *ret);
MUST Err token_remove(Cx *cx, int64_t token, Events *events); /* NOT_FOUND "token.unknown" */
typedef struct Token {
    int64_t id;
    PersonId person;
    Str name, scopes;
    int64_t created_us, expires_us;
} Token;
MUST Err token_list(Cx *cx, Token **ret, size_t *ret_count);

typedef struct AuthSnapshot AuthSnapshot;
/* Reads the snapshot from the store; freed by auth_free when its last user let go. */
MUST Err auth_read(Cx *cx, AuthSnapshot **ret);
void auth_free(AuthSnapshot *snapshot);
/* Fills the actor from a session's or token's secret; false for an unknown or expired one.
 * Texts in the actor live as long as the snapshot: copy what is kept. */
bool auth_session(const AuthSnapshot *snapshot, Str secret, int64_t now_us, Actor *ret);
/* The same for a session that was let in before; an id that is not known any more has ended. */
bool auth_session_by_id(const AuthSnapshot *snapshot, TenantId tenant, int64_t session,
                        int64_t now_us, Actor *ret);
bool auth_token(const AuthSnapshot *snapshot, Str secret, int64_t now_us, Actor *ret);

/* The form token of a session, derived from its secret and masked anew each time: what a form of
 * this session must carry. */
Str auth_form_token(Arena *arena, Str secret);
bool auth_form_token_ok(Str secret, Str given);

#endif

#include "core/auth.h"

#include "base/str.h"
#include "core/audit.h"
#include "core/auth_store.h"

#include <sodium.h>
#include <stdlib.h>

enum { AGENT_BYTES_MAX = 200, TOKEN_NAME_BYTES_MAX = 200 };

Str auth_secret(Arena *arena)
{
    unsigned char bytes[AUTH_SECRET_BYTES];
    char text[64];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(text, sizeof text, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return arena_copy(arena, str_from(text));
}

static void hash_secret(Str secret, unsigned char hash[AUTH_SECRET_BYTES])
{
    crypto_generichash(hash, AUTH_SECRET_BYTES, (const unsigned char *)secret.p, secret.n, NULL, 0);
}

Str auth_secret_hash(Arena *arena, Str secret)
{
    unsigned char hash[AUTH_SECRET_BYTES];
    hash_secret(secret, hash);
    return arena_copy(arena, (Str){(const char *)hash, sizeof hash});
}

/* At most max bytes, cut between characters. */
static Str shortened(Str s, size_t max)
{
    size_t n = MIN(s.n, max);
    while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return str_slice(s, 0, n);
}

/* Who logs in is the one who acts, although the request came from a stranger; and stays. */
static Err note_session_open(Cx *cx, PersonId person, int64_t id, Str agent, bool *ret_stays)
{
    Actor actor = *cx->actor;
    Cx own = *cx;
    actor.person = person;
    own.actor = &actor;
    TRY(audit_add_number(&own, S("session.open"), S("session"), id, agent));
    return person_stay(&own, person, ret_stays);
}

Err session_log_in(Cx *cx, PersonId person, Str secret, Str agent, int64_t lifetime_us,
                   Events *events, bool *ret_stays)
{
    bool stays;
    agent = str_is_utf8(agent) ? shortened(agent, AGENT_BYTES_MAX) : S("");
    if (!agent.p)
        agent = S("");
    int64_t id;
    TRY(auth_store_add_session(cx, person, auth_secret_hash(cx->arena, secret), agent,
                               cx_now_us(cx) + lifetime_us, &id));
    TRY(note_session_open(cx, person, id, agent, &stays));
    TRY(auth_store_trim_sessions(cx, person, AUTH_SESSIONS_PER_PERSON));
    event_add(events, &AUTH_CHANGED, NULL);
    *ret_stays = stays;
    return OK;
}

Err session_open(Cx *cx, PersonId person, Str secret, Str agent, int64_t lifetime_us,
                 Events *events)
{
    bool stays;
    return session_log_in(cx, person, secret, agent, lifetime_us, events, &stays);
}

Err session_close(Cx *cx, PersonId person, int64_t session, Events *events)
{
    int64_t changed;
    TRY(auth_store_end_session(cx, person, session, &changed));
    if (!changed)
        return fail(cx, ERR_NOT_FOUND, "session.unknown", "there is no such session");
    TRY(audit_add_number(cx, S("session.close"), S("session"), session, S("")));
    event_add(events, &AUTH_CHANGED, NULL);
    return OK;
}

Err session_close_others(Cx *cx, PersonId person, int64_t keep, Events *events)
{
    int64_t ended;
    TRY(auth_store_end_others(cx, person, keep, &ended));
    if (!ended)
        return OK;
    Str detail = keep ? arena_fmt(cx->arena, "all but session %lld", (long long)keep) : S("all");
    TRY(audit_add_number(cx, S("session.close"), S("person"), person.v, detail));
    event_add(events, &AUTH_CHANGED, NULL);
    return OK;
}

Err session_refused(Cx *cx, PersonId person, Str from)
{
    if (!person.v)
        return audit_add(cx, S("login.failed"), S("person"), S(""), from);
    return audit_add_number(cx, S("login.failed"), S("person"), person.v, from);
}

Err session_list(Cx *cx, PersonId person, Session **ret, size_t *ret_count)
{
    return auth_store_list_sessions(cx, person, ret, ret_count);
}

Err session_clean(Cx *cx, Events *events)
{
    int64_t changed;
    TRY(auth_store_clean(cx, &changed));
    if (changed)
        event_add(events, &AUTH_CHANGED, NULL);
    return OK;
}

Err token_add(Cx *cx, PersonId person, Str name, Str scopes, Str secret, int64_t expires_us,
              Events *events, int64_t *ret)
{
    Permission permission;
    if (name.n == 0 || name.n > TOKEN_NAME_BYTES_MAX || !str_is_utf8(name))
        return fail(cx, ERR_INVALID, "token.name", "a token's name has 1 to %d bytes",
                    TOKEN_NAME_BYTES_MAX);
    size_t named = 0;
    for (Str rest = scopes; rest.p;) {
        Str scope = str_cut(&rest, ' ');
        if (scope.n == 0)
            continue;
        named++;
        if (!permission_parse(scope, &permission))
            return fail(cx, ERR_INVALID, "token.scope", "there is no scope %.*s", SARG(scope));
    }
    if (named == 0)
        return fail(cx, ERR_INVALID, "token.scope", "a token needs at least one scope");
    int64_t id;
    TRY(auth_store_add_token(cx, person, auth_secret_hash(cx->arena, secret), name, scopes,
                             expires_us, &id));
    Str detail = arena_fmt(cx->arena, "%.*s: %.*s", SARG(name), SARG(scopes));
    TRY(audit_add_number(cx, S("token.add"), S("token"), id, detail));
    event_add(events, &AUTH_CHANGED, NULL);
    *ret = id;
    return OK;
}

Err token_remove(Cx *cx, int64_t token, Events *events)
{
    int64_t changed;
    TRY(auth_store_remove_token(cx, token, &changed));
    if (!changed)
        return fail(cx, ERR_NOT_FOUND, "token.unknown", "there is no token %lld", (long long)token);
    TRY(audit_add_number(cx, S("token.remove"), S("token"), token, S("")));
    event_add(events, &AUTH_CHANGED, NULL);
    return OK;
}

Err token_list(Cx *cx, Token **ret, size_t *ret_count)
{
    return auth_store_list_tokens(cx, ret, ret_count);
}

struct AuthSnapshot {
    Arena arena;
    AuthRow *sessions, *tokens; /* ordered by hash */
    const AuthRow **by_id;      /* the sessions, ordered by tenant and id */
    size_t session_count, token_count;
};

static int by_hash(const void *a, const void *b)
{
    const AuthRow *left = a, *right = b;
    return memcmp(left->hash, right->hash, sizeof left->hash);
}

static int by_id(const void *a, const void *b)
{
    const AuthRow *left = *(const AuthRow *const *)a, *right = *(const AuthRow *const *)b;
    if (left->tenant.v != right->tenant.v)
        return left->tenant.v < right->tenant.v ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

static void put_in_order(AuthSnapshot *snapshot)
{
    size_t count = snapshot->session_count;
    if (snapshot->token_count)
        qsort(snapshot->tokens, snapshot->token_count, sizeof(AuthRow), by_hash);
    if (!count)
        return;
    qsort(snapshot->sessions, count, sizeof(AuthRow), by_hash);
    snapshot->by_id = arena_array(&snapshot->arena, const AuthRow *, count);
    for (size_t i = 0; i < count; i++)
        snapshot->by_id[i] = &snapshot->sessions[i];
    qsort(snapshot->by_id, count, sizeof *snapshot->by_id, by_id);
}

Err auth_read(Cx *cx, AuthSnapshot **ret)
{
    AuthSnapshot *snapshot = calloc(1, sizeof *snapshot);
    if (!snapshot)
        abort();
    arena_init(&snapshot->arena, 0, 0);
    Cx own = *cx;
    own.arena = &snapshot->arena;
    Err err = auth_store_sessions(&own, &snapshot->sessions, &snapshot->session_count);
    if (err == OK)
        err = auth_store_tokens(&own, &snapshot->tokens, &snapshot->token_count);
    if (err != OK) {
        cx->error->detail = arena_copy(cx->arena, cx->error->detail);
        auth_free(snapshot);
        return err;
    }
    put_in_order(snapshot);
    *ret = snapshot;
    return OK;
}

void auth_free(AuthSnapshot *snapshot)
{
    if (!snapshot)
        return;
    arena_done(&snapshot->arena);
    free(snapshot);
}

static const AuthRow *find(const AuthRow *rows, size_t count, Str secret, int64_t now_us)
{
    AuthRow wanted;
    if (secret.n != AUTH_SECRET_TEXT || count == 0)
        return NULL;
    hash_secret(secret, wanted.hash);
    const AuthRow *row = bsearch(&wanted, rows, count, sizeof *rows, by_hash);
    return row && (row->expires_us == 0 || row->expires_us > now_us) ? row : NULL;
}

static Actor actor_of_session(const AuthRow *row)
{
    return (Actor){.tenant = row->tenant,
                   .person = row->person,
                   .session = row->id,
                   .name = row->name,
                   .roles = row->roles,
                   .may = permissions_of_roles(row->roles),
                   .lang = row->lang};
}

bool auth_session(const AuthSnapshot *snapshot, Str secret, int64_t now_us, Actor *ret)
{
    const AuthRow *row = find(snapshot->sessions, snapshot->session_count, secret, now_us);
    if (row)
        *ret = actor_of_session(row);
    return row != NULL;
}

bool auth_session_by_id(const AuthSnapshot *snapshot, TenantId tenant, int64_t session,
                        int64_t now_us, Actor *ret)
{
    const AuthRow wanted = {.tenant = tenant, .id = session}, *key = &wanted;
    const AuthRow **found = snapshot->session_count
                                ? bsearch(&key, snapshot->by_id, snapshot->session_count,
                                          sizeof *snapshot->by_id, by_id)
                                : NULL;
    if (!found || (*found)->expires_us <= now_us)
        return false;
    *ret = actor_of_session(*found);
    return true;
}

/* What the scopes name, and no more than the owner has; a token without an owner was made on the
 * command line, by somebody who has the data directory. */
static uint32_t token_may(const AuthRow *row)
{
    uint32_t may = 0;
    Permission permission;
    for (Str rest = row->scopes; rest.p;)
        if (permission_parse(str_cut(&rest, ' '), &permission))
            may |= 1u << permission;
    if (row->person.v)
        may &= permissions_of_roles(row->roles);
    return may | permissions_of_roles(ROLE_ANYONE);
}

bool auth_token(const AuthSnapshot *snapshot, Str secret, int64_t now_us, Actor *ret)
{
    const AuthRow *row = find(snapshot->tokens, snapshot->token_count, secret, now_us);
    if (!row)
        return false;
    *ret = (Actor){.tenant = row->tenant,
                   .person = row->person,
                   .token = row->id,
                   .name = row->name,
                   .roles = row->roles,
                   .may = token_may(row),
                   .lang = row->lang};
    return true;
}

enum { MAC_BYTES = 32, MASKED_BYTES = 2 * MAC_BYTES };

static void form_mac(Str secret, unsigned char mac[MAC_BYTES])
{
    static const unsigned char PURPOSE[] = "hanse form token";
    crypto_generichash(mac, MAC_BYTES, (const unsigned char *)secret.p, secret.n, PURPOSE,
                       sizeof PURPOSE - 1);
}

/* Pages are compressed and show what was asked for: a token that is the same in every answer could
 * be guessed by its length (BREACH). So each answer masks it anew. */
Str auth_form_token(Arena *arena, Str secret)
{
    unsigned char masked[MASKED_BYTES], mac[MAC_BYTES];
    char text[128];
    form_mac(secret, mac);
    randombytes_buf(masked, MAC_BYTES);
    for (size_t i = 0; i < MAC_BYTES; i++)
        masked[MAC_BYTES + i] = masked[i] ^ mac[i];
    sodium_bin2base64(text, sizeof text, masked, sizeof masked,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return arena_copy(arena, str_from(text));
}

bool auth_form_token_ok(Str secret, Str given)
{
    unsigned char masked[MASKED_BYTES], mac[MAC_BYTES];
    size_t n = 0;
    if (!given.n ||
        sodium_base642bin(masked, sizeof masked, given.p, given.n, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof masked)
        return false;
    form_mac(secret, mac);
    for (size_t i = 0; i < MAC_BYTES; i++)
        masked[MAC_BYTES + i] ^= masked[i];
    return sodium_memcmp(masked + MAC_BYTES, mac, sizeof mac) == 0;
}

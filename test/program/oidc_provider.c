/* For tests only: an OpenID provider, a process of its own, which is right unless it is told to be
 * wrong.
 *
 *   oidc_provider     prints "port N" and serves http://127.0.0.1:N until it is killed
 *
 * POST /control with a form sets switches; an empty value takes one back:
 *
 *   redirect    the redirect URI that is registered            sub, email, verified, name
 *   alg         RS256, ES256, EdDSA                            claims, as texts
 *   rotate      1: a new key of that kind, the old one is gone
 *   kid         what the header says: missing, or a name       exp, iat, nbf: seconds from now
 *   iss, aud, nonce   other values than the right ones         at_hash: none, wrong
 *   forge       none, hs256 (with the public key), key (another one of the same name)
 *   slow, huge  an endpoint: metadata, keys, token             deny: 1
 *   auth        post: the client's secret stands in the form   send_iss: 1, or a wrong one
 *   issuer      what the metadata say
 *
 * GET /counts tells how often each endpoint was asked. */
#include "base/json.h"
#include "base/uri.h"
#include "core/test_jws.h"
#include "net/http.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>

enum { SWITCHES_MAX = 32, GRANTS_MAX = 256, HUGE_BYTES = 2 << 20 };

#define CLIENT_ID "hanse"
#define CLIENT_SECRET "geheim/&"

typedef struct Switch {
    Str name, value;
} Switch;

typedef struct Grant {
    Str code, redirect, nonce, challenge;
    bool used;
} Grant;

typedef struct Provider {
    Arena arena; /* of all that is kept; a test is short */
    Switch switches[SWITCHES_MAX];
    size_t switch_count;
    Grant grants[GRANTS_MAX];
    size_t grant_count;
    TestKey keys[3];
    int generation;
    int metadata_count, keys_count, token_count;
    uint16_t port;
} Provider;

typedef struct Ask {
    Provider *provider;
    HttpExchange *exchange;
    const HttpRequest *request;
    Arena *arena;
} Ask;

/* ---- switches ---- */

static Str switched(const Provider *p, Str name)
{
    for (size_t i = 0; i < p->switch_count; i++)
        if (str_eq(p->switches[i].name, name))
            return p->switches[i].value;
    return S("");
}

static bool is_switched(const Provider *p, Str name, Str value)
{
    return str_eq(switched(p, name), value);
}

static Str switched_or(const Provider *p, Str name, Str usual)
{
    Str value = switched(p, name);
    return value.n ? value : usual;
}

static void switch_set(Provider *p, Str name, Str value)
{
    for (size_t i = 0; i < p->switch_count; i++)
        if (str_eq(p->switches[i].name, name)) {
            p->switches[i].value = value;
            return;
        }
    ASSERT(p->switch_count < SWITCHES_MAX);
    p->switches[p->switch_count++] = (Switch){name, value};
}

static JwsAlgorithm algorithm_of(const Provider *p)
{
    return is_switched(p, S("alg"), S("ES256"))   ? JWS_ES256
           : is_switched(p, S("alg"), S("EdDSA")) ? JWS_EDDSA
                                                  : JWS_RS256;
}

static void new_key(Provider *p, JwsAlgorithm algorithm)
{
    Str kid = arena_fmt(&p->arena, "key-%d", p->generation++);
    p->keys[algorithm] = test_key_new(algorithm, kid.p);
}

/* The decoded value of a pair; empty where there is none. */
static Str pair(Arena *arena, Str pairs, Str wanted)
{
    Str name, value, decoded;
    while (uri_next_pair(&pairs, &name, &value))
        if (str_eq(name, wanted) && uri_decode(arena, value, true, &decoded))
            return decoded;
    return S("");
}

/* ---- answers ---- */

static void answer(const Ask *ask, int status, Str type, Str body)
{
    HttpHeader header = {S("Content-Type"), type};
    http_respond(
        ask->exchange,
        &(HttpResponse){.status = status, .headers = &header, .header_count = 1, .body = body});
}

static void answer_json(const Ask *ask, int status, Str body)
{
    answer(ask, status, S("application/json"), body);
}

static void answer_error(const Ask *ask, int status, const char *error)
{
    answer_json(ask, status, arena_fmt(ask->arena, "{\"error\":\"%s\"}", error));
}

/* True when the endpoint is told to be slow (it never answers) or huge. */
static bool misbehaves(const Ask *ask, Str endpoint)
{
    if (is_switched(ask->provider, S("slow"), endpoint))
        return true;
    if (!is_switched(ask->provider, S("huge"), endpoint))
        return false;
    char *body = arena_alloc_raw(ask->arena, HUGE_BYTES, 1);
    memset(body, ' ', HUGE_BYTES);
    answer_json(ask, 200, (Str){body, HUGE_BYTES});
    return true;
}

static Str issuer(const Ask *ask)
{
    return arena_fmt(ask->arena, "http://127.0.0.1:%u", ask->provider->port);
}

/* ---- endpoints ---- */

static void control(const Ask *ask)
{
    Provider *p = ask->provider;
    Str rest = ask->request->body, name, value, decoded;
    while (uri_next_pair(&rest, &name, &value)) {
        ASSERT(uri_decode(&p->arena, value, true, &decoded));
        if (str_eq(name, S("rotate")))
            new_key(p, algorithm_of(p));
        else
            switch_set(p, arena_copy(&p->arena, name), arena_copy(&p->arena, decoded));
    }
    answer(ask, 204, S("text/plain"), S(""));
}

static void counts(const Ask *ask)
{
    const Provider *p = ask->provider;
    answer_json(ask, 200,
                arena_fmt(ask->arena, "{\"metadata\":%d,\"keys\":%d,\"token\":%d}",
                          p->metadata_count, p->keys_count, p->token_count));
}

static void metadata(const Ask *ask)
{
    Provider *p = ask->provider;
    Str own = issuer(ask), said = switched_or(p, S("issuer"), own);
    p->metadata_count++;
    if (misbehaves(ask, S("metadata")))
        return;
    answer_json(
        ask, 200,
        arena_fmt(
            ask->arena,
            "{\"issuer\":\"%.*s\",\"authorization_endpoint\":\"%.*s/authorize\","
            "\"token_endpoint\":\"%.*s/token\",\"jwks_uri\":\"%.*s/keys\","
            "\"response_types_supported\":[\"code\"],\"token_endpoint_auth_methods_supported\""
            ":[\"client_secret_%s\"],\"authorization_response_iss_parameter_supported\":%s}",
            SARG(said), SARG(own), SARG(own), SARG(own),
            is_switched(p, S("auth"), S("post")) ? "post" : "basic",
            switched(p, S("send_iss")).n ? "true" : "false"));
}

static void keys(const Ask *ask)
{
    Provider *p = ask->provider;
    p->keys_count++;
    if (misbehaves(ask, S("keys")))
        return;
    Str rsa = test_key_jwk(ask->arena, &p->keys[JWS_RS256]);
    Str ec = test_key_jwk(ask->arena, &p->keys[JWS_ES256]);
    Str okp = test_key_jwk(ask->arena, &p->keys[JWS_EDDSA]);
    answer_json(
        ask, 200,
        arena_fmt(ask->arena, "{\"keys\":[%.*s,%.*s,%.*s]}", SARG(rsa), SARG(ec), SARG(okp)));
}

static void redirect(const Ask *ask, Str to, Str name, Str value, Str state)
{
    Buf url = buf_new(ask->arena, 8192);
    Str sent = switched(ask->provider, S("send_iss"));
    buf_fmt(&url, "%.*s?%.*s=", SARG(to), SARG(name));
    buf_uri_component(&url, value);
    buf_put(&url, S("&state="));
    buf_uri_component(&url, state);
    if (sent.n) {
        buf_put(&url, S("&iss="));
        buf_uri_component(&url, str_eq(sent, S("1")) ? issuer(ask) : sent);
    }
    HttpHeader header = {S("Location"), buf_str(&url)};
    http_respond(ask->exchange,
                 &(HttpResponse){.status = 302, .headers = &header, .header_count = 1});
}

/* There is nobody to ask: whoever comes is the one that the switches describe. */
static void authorize(const Ask *ask)
{
    Provider *p = ask->provider;
    Str query = ask->request->query;
    Str to = pair(ask->arena, query, S("redirect_uri")),
        state = pair(ask->arena, query, S("state"));
    Str scope = pair(ask->arena, query, S("scope"));
    if (!str_eq(to, switched(p, S("redirect"))) ||
        !str_eq(pair(ask->arena, query, S("client_id")), S(CLIENT_ID)) ||
        !str_eq(pair(ask->arena, query, S("response_type")), S("code")) ||
        !str_eq(pair(ask->arena, query, S("code_challenge_method")), S("S256")) || !state.n ||
        str_find(scope, S("openid")) < 0) {
        answer(ask, 400, S("text/plain"), S("this is not what is registered"));
        return;
    }
    if (switched(p, S("deny")).n) {
        redirect(ask, to, S("error"), S("access_denied"), state);
        return;
    }
    ASSERT(p->grant_count < GRANTS_MAX);
    Grant *grant = &p->grants[p->grant_count];
    *grant =
        (Grant){.code = arena_fmt(&p->arena, "code-%zu", p->grant_count++),
                .redirect = arena_copy(&p->arena, to),
                .nonce = arena_copy(&p->arena, pair(ask->arena, query, S("nonce"))),
                .challenge = arena_copy(&p->arena, pair(ask->arena, query, S("code_challenge")))};
    redirect(ask, to, S("code"), grant->code, state);
}

static bool is_client(const Ask *ask, Str form)
{
    unsigned char decoded[256];
    size_t n = 0;
    if (is_switched(ask->provider, S("auth"), S("post")))
        return str_eq(pair(ask->arena, form, S("client_id")), S(CLIENT_ID)) &&
               str_eq(pair(ask->arena, form, S("client_secret")), S(CLIENT_SECRET));
    Str given = http_header(ask->request, S("authorization"));
    if (!str_starts(given, S("Basic ")))
        return false;
    given = str_from_index(given, 6);
    return sodium_base642bin(decoded, sizeof decoded, given.p, given.n, NULL, &n, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           str_eq((Str){(const char *)decoded, n}, S(CLIENT_ID ":geheim%2F%26"));
}

static Grant *find_grant(const Ask *ask, Str form)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    Provider *p = ask->provider;
    Str code = pair(ask->arena, form, S("code"));
    Str verifier = pair(ask->arena, form, S("code_verifier"));
    crypto_hash_sha256(hash, (const unsigned char *)verifier.p, verifier.n);
    Str challenge = base64url_encode(ask->arena, (Str){(const char *)hash, sizeof hash});
    for (size_t i = 0; i < p->grant_count; i++) {
        Grant *grant = &p->grants[i];
        if (!grant->used && str_eq(grant->code, code) && verifier.n >= 43 &&
            str_eq(grant->challenge, challenge) &&
            str_eq(grant->redirect, pair(ask->arena, form, S("redirect_uri"))))
            return grant;
    }
    return NULL;
}

static Str half_hash(Arena *arena, JwsAlgorithm algorithm, Str text)
{
    unsigned char hash[crypto_hash_sha512_BYTES];
    if (algorithm == JWS_EDDSA)
        crypto_hash_sha512(hash, (const unsigned char *)text.p, text.n);
    else
        crypto_hash_sha256(hash, (const unsigned char *)text.p, text.n);
    return base64url_encode(arena, (Str){(const char *)hash, algorithm == JWS_EDDSA ? 32 : 16});
}

static int64_t moved(const Provider *p, Str name, int64_t usual)
{
    int64_t seconds;
    return (int64_t)time(NULL) + (str_to_i64(switched(p, name), &seconds) ? seconds : usual);
}

static void put_text(JsonOut *out, Str name, Str value)
{
    json_name(out, name);
    json_put_text(out, value);
}

static Str claims(const Ask *ask, const Grant *grant, Str access)
{
    const Provider *p = ask->provider;
    Buf buf = buf_new(ask->arena, 16 << 10);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    put_text(&out, S("iss"), switched_or(p, S("iss"), issuer(ask)));
    put_text(&out, S("sub"), switched_or(p, S("sub"), S("sub-1")));
    put_text(&out, S("aud"), switched_or(p, S("aud"), S(CLIENT_ID)));
    put_text(&out, S("nonce"), switched_or(p, S("nonce"), grant->nonce));
    json_name(&out, S("exp"));
    json_put_i64(&out, moved(p, S("exp"), 300));
    json_name(&out, S("iat"));
    json_put_i64(&out, moved(p, S("iat"), 0));
    if (switched(p, S("nbf")).n) {
        json_name(&out, S("nbf"));
        json_put_i64(&out, moved(p, S("nbf"), 0));
    }
    if (switched(p, S("email")).n)
        put_text(&out, S("email"), switched(p, S("email")));
    json_name(&out, S("email_verified"));
    json_put_bool(&out, is_switched(p, S("verified"), S("true")));
    put_text(&out, S("name"), switched_or(p, S("name"), S("Ada Lovelace")));
    if (!is_switched(p, S("at_hash"), S("none")))
        put_text(&out, S("at_hash"),
                 half_hash(ask->arena, algorithm_of(p),
                           is_switched(p, S("at_hash"), S("wrong")) ? S("?") : access));
    json_end(&out, '}');
    return buf_str(&buf);
}

static Str id_token(const Ask *ask, Str text)
{
    static const char *const NAMES[] = {
        [JWS_RS256] = "RS256", [JWS_ES256] = "ES256", [JWS_EDDSA] = "EdDSA"};
    const Provider *p = ask->provider;
    JwsAlgorithm algorithm = algorithm_of(p);
    const TestKey *key = &p->keys[algorithm];
    Str forge = switched(p, S("forge")), kid = switched_or(p, S("kid"), str_from(key->kid));
    const char *name = str_eq(forge, S("none"))    ? "none"
                       : str_eq(forge, S("hs256")) ? "HS256"
                                                   : NAMES[algorithm];
    Str header = str_eq(kid, S("missing"))
                     ? arena_fmt(ask->arena, "{\"alg\":\"%s\"}", name)
                     : arena_fmt(ask->arena, "{\"alg\":\"%s\",\"kid\":\"%.*s\"}", name, SARG(kid));
    if (str_eq(forge, S("none"))) {
        Str h = base64url_encode(ask->arena, header), c = base64url_encode(ask->arena, text);
        return arena_fmt(ask->arena, "%.*s.%.*s.", SARG(h), SARG(c));
    }
    if (str_eq(forge, S("hs256")))
        return test_jws_hmac(ask->arena, test_key_jwk(ask->arena, key), header, text);
    if (!str_eq(forge, S("key")))
        return test_jws_sign(ask->arena, key, header, text);
    TestKey other = test_key_new(algorithm, NULL);
    Str token = test_jws_sign(ask->arena, &other, header, text);
    test_key_free(&other);
    return token;
}

static void token(const Ask *ask)
{
    Provider *p = ask->provider;
    Str form = ask->request->body, access = S("access-token-of-the-test");
    p->token_count++;
    if (misbehaves(ask, S("token")))
        return;
    if (!is_client(ask, form)) {
        answer_error(ask, 401, "invalid_client");
        return;
    }
    Grant *grant = find_grant(ask, form);
    if (!grant || !str_eq(pair(ask->arena, form, S("grant_type")), S("authorization_code"))) {
        answer_error(ask, 400, "invalid_grant");
        return;
    }
    grant->used = true;
    Str id = id_token(ask, claims(ask, grant, access));
    answer_json(ask, 200,
                arena_fmt(ask->arena,
                          "{\"access_token\":\"%.*s\",\"token_type\":\"Bearer\",\"expires_in\":300,"
                          "\"id_token\":\"%.*s\"}",
                          SARG(access), SARG(id)));
}

static const struct {
    Str method, path;
    void (*run)(const Ask *ask);
} ENDPOINTS[] = {
    {S_INIT("GET"), S_INIT("/.well-known/openid-configuration"), metadata},
    {S_INIT("GET"), S_INIT("/keys"), keys},
    {S_INIT("GET"), S_INIT("/authorize"), authorize},
    {S_INIT("POST"), S_INIT("/token"), token},
    {S_INIT("POST"), S_INIT("/control"), control},
    {S_INIT("GET"), S_INIT("/counts"), counts},
};

static void on_request(void *user, HttpExchange *exchange)
{
    Ask ask = {user, exchange, http_request(exchange), http_arena(exchange)};
    for (size_t i = 0; i < COUNT_OF(ENDPOINTS); i++)
        if (str_eq(ENDPOINTS[i].method, ask.request->method) &&
            str_eq(ENDPOINTS[i].path, ask.request->path)) {
            ENDPOINTS[i].run(&ask);
            return;
        }
    answer(&ask, 404, S("text/plain"), S("there is nothing here"));
}

int main(void)
{
    static Provider provider;
    Arena arena;
    Error error = {0};
    Loop *loop;
    HttpServer *server;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    arena_init(&arena, 0, 0);
    arena_init(&provider.arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    HttpOptions options = http_options_default();
    HttpFace face = {.request = on_request, .user = &provider};
    if (sodium_init() < 0 || loop_open(&cx, &loop) != OK ||
        http_server_open(&cx, loop, S("127.0.0.1:0"), &options, &face, &server) != OK)
        return 1;
    for (JwsAlgorithm a = JWS_RS256; a <= JWS_EDDSA; a++)
        new_key(&provider, a);
    provider.port = http_server_port(server);
    printf("port %u\n", provider.port);
    fflush(stdout);
    loop_run(loop);
    return 0;
}

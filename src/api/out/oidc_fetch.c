#include "api/out/oidc_fetch.h"

#include "api/out/notify_part.h"
#include "base/log.h"
#include "base/str.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A text that is kept for a while. */
typedef struct Kept {
    char *text; /* NULL: never fetched */
    size_t n;
    int64_t at_us; /* monotonic */
} Kept;

typedef struct Provider {
    pthread_mutex_t mutex; /* one asks, the others wait for what comes */
    Kept metadata, keys;
    int64_t failed_us; /* monotonic; 0: the last answer was one */
} Provider;

struct OidcFetcher {
    const OidcProviders *providers;
    CidrList allow;
    atomic_bool stopped;
    Provider list[OIDC_PROVIDERS_MAX];
};

/* ---- one question ---- */

typedef struct Question {
    OidcFetcher *fetcher;
    const OidcProvider *provider;
    Str url;
    Str form;          /* empty: GET */
    Str authorization; /* may be empty */
    Buf answer;
    long status;
} Question;

static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    const OidcFetcher *fetcher = user;
    (void)purpose;
    if (!address_is_open(&fetcher->allow, &address->addr))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Less than what came tells libcurl to break off. */
static size_t on_bytes(char *data, size_t size, size_t count, void *user)
{
    Question *question = user;
    buf_put(&question->answer, (Str){data, size * count});
    return question->answer.overflow ? 0 : size * count;
}

static int on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const OidcFetcher *fetcher = user;
    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(&fetcher->stopped);
}

static void set_limits(CURL *easy, Arena *arena, Question *question)
{
    const OidcProvider *provider = question->provider;
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)OIDC_CONNECT_TIMEOUT_S);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)OIDC_TIMEOUT_S);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)OIDC_ANSWER_BYTES_MAX);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, question->fetcher);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, question->fetcher);
    if (provider->ca_file.n)
        curl_easy_setopt(easy, CURLOPT_CAINFO, arena_cstr(arena, provider->ca_file));
}

static struct curl_slist *set_headers(CURL *easy, Arena *arena, const Question *question)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    if (headers && question->authorization.n)
        headers = curl_slist_append(
            headers, arena_fmt(arena, "Authorization: %.*s", SARG(question->authorization)).p);
    if (!headers)
        abort();
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    return headers;
}

static Err ask(Cx *cx, Question *question)
{
    char error[CURL_ERROR_SIZE] = "";
    CURL *easy = curl_easy_init();
    if (!easy)
        abort();
    question->answer = buf_new(cx->arena, OIDC_ANSWER_BYTES_MAX);
    set_limits(easy, cx->arena, question);
    struct curl_slist *headers = set_headers(easy, cx->arena, question);
    curl_easy_setopt(easy, CURLOPT_URL, arena_cstr(cx->arena, question->url));
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, question);
    if (question->form.n) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, question->form.p);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)question->form.n);
    }
    CURLcode code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &question->status);
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    if (code == CURLE_OK)
        return OK;
    return fail(cx, ERR_UNAVAILABLE, "oidc.unreachable", "%.*s: %s", (int)MIN(question->url.n, 200),
                question->url.p,
                question->answer.overflow || code == CURLE_FILESIZE_EXCEEDED
                    ? "the answer is too large"
                : error[0] ? arena_cstr(cx->arena, str_from(error))
                           : curl_easy_strerror(code));
}

/* ---- what is kept ---- */

static Provider *state_of(OidcFetcher *fetcher, const OidcProvider *provider)
{
    return &fetcher->list[provider - fetcher->providers->list];
}

static bool is_fresh(const Kept *kept, int64_t seconds)
{
    return kept->text && clock_mono_us() - kept->at_us < seconds * INT64_C(1000000);
}

static void keep(Kept *kept, Str text)
{
    free(kept->text);
    kept->text = malloc(text.n + 1);
    if (!kept->text)
        abort();
    if (text.n)
        memcpy(kept->text, text.p, text.n);
    kept->n = text.n;
    kept->at_us = clock_mono_us();
}

/* With the mutex held. */
static Err get(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider, Str url, Kept *kept)
{
    Provider *state = state_of(fetcher, provider);
    Question question = {.fetcher = fetcher, .provider = provider, .url = url};
    if (state->failed_us && clock_mono_us() - state->failed_us < OIDC_RETRY_S * INT64_C(1000000))
        return fail(cx, ERR_UNAVAILABLE, "oidc.unreachable", "%.*s has just failed to answer",
                    SARG(provider->name));
    state->failed_us = clock_mono_us();
    TRY(ask(cx, &question));
    if (question.status != 200)
        return fail(cx, ERR_UNAVAILABLE, "oidc.unreachable", "%.*s answered with status %ld",
                    (int)MIN(url.n, 200), url.p, question.status);
    state->failed_us = 0;
    keep(kept, buf_str(&question.answer));
    return OK;
}

/* With the mutex held. What cannot be read is not kept. */
static Err metadata_locked(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider,
                           OidcMetadata *ret)
{
    Kept *kept = &state_of(fetcher, provider)->metadata;
    if (!is_fresh(kept, OIDC_CACHE_S))
        TRY(get(fetcher, cx, provider, oidc_discovery_url(cx->arena, provider), kept));
    Err err =
        oidc_metadata_parse(cx, provider, arena_copy(cx->arena, (Str){kept->text, kept->n}), ret);
    if (err != OK)
        kept->at_us = INT64_MIN / 2;
    return err;
}

static Err metadata(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider, OidcMetadata *ret)
{
    pthread_mutex_t *mutex = &state_of(fetcher, provider)->mutex;
    pthread_mutex_lock(mutex);
    Err err = metadata_locked(fetcher, cx, provider, ret);
    pthread_mutex_unlock(mutex);
    return err;
}

/* The keys, not older than max_s; *ret_at_us is when they came. */
static Err keys(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider, Str url, int64_t max_s,
                JwkSet *ret, int64_t *ret_at_us)
{
    Provider *state = state_of(fetcher, provider);
    pthread_mutex_lock(&state->mutex);
    Err err = is_fresh(&state->keys, max_s) ? OK : get(fetcher, cx, provider, url, &state->keys);
    Str text = {0};
    if (err == OK)
        text = arena_copy(cx->arena, (Str){state->keys.text, state->keys.n});
    if (err == OK)
        *ret_at_us = state->keys.at_us;
    pthread_mutex_unlock(&state->mutex);
    TRY(err);
    if (jwk_parse(cx, text, ret) != OK)
        return fail(cx, ERR_UNAVAILABLE, "oidc.metadata", "%.*s: its keys are not readable: %.*s",
                    SARG(provider->name), SARG(cx->error->detail));
    return OK;
}

/* ---- a login ---- */

static Err told(Cx *cx, const OidcProvider *provider, Err err)
{
    if (err != OK && cx->log)
        log_line(cx->log, LOG_WARN, "oidc.failed", LOG_S("provider", provider->name),
                 LOG_S("key", str_from(cx->error->key)), LOG_S("detail", cx->error->detail));
    return err;
}

Err oidc_fetch_start(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider,
                     const OidcAttempt *attempt, Str *ret_url)
{
    OidcMetadata facts;
    TRY(told(cx, provider, metadata(fetcher, cx, provider, &facts)));
    *ret_url = oidc_authorization_url(cx->arena, provider, &facts, attempt);
    return OK;
}

/* The error of a token endpoint (RFC 6749, 5.2). */
static Err refused(Cx *cx, const Question *question)
{
    Json doc;
    JsonValue code;
    Str why = S("");
    if (json_parse(cx, buf_str(&question->answer), &doc) == OK &&
        json_find(json_root(&doc), S("error"), &code) && json_is(code, JSON_STRING))
        why = json_text(cx->arena, code);
    if (str_eq(why, S("invalid_grant")))
        return fail(cx, ERR_DENIED, "oidc.grant", "the provider does not accept the code");
    return fail(cx, ERR_UNAVAILABLE, "oidc.client", "the token endpoint answered %ld %.*s",
                question->status, (int)MIN(why.n, 100), why.p);
}

static Err tokens_of(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider,
                     const OidcMetadata *facts, const OidcAttempt *attempt, Str code,
                     OidcTokens *ret)
{
    Question question = {.fetcher = fetcher,
                         .provider = provider,
                         .url = facts->token_endpoint,
                         .form = oidc_token_form(cx->arena, provider, facts, attempt, code),
                         .authorization = oidc_token_authorization(cx->arena, provider, facts)};
    TRY(ask(cx, &question));
    if (question.status != 200)
        return refused(cx, &question);
    return oidc_tokens_parse(cx, buf_str(&question.answer), ret);
}

static Err claims_of(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider,
                     const OidcAttempt *attempt, const OidcCallback *callback, OidcClaims *ret)
{
    OidcMetadata facts;
    OidcTokens tokens;
    JwkSet set;
    int64_t before_us, now_us;
    TRY(metadata(fetcher, cx, provider, &facts));
    if (facts.sends_issuer && !callback->issuer.p)
        return fail(cx, ERR_DENIED, "oidc.issuer", "the answer does not say whose it is");
    TRY(tokens_of(fetcher, cx, provider, &facts, attempt, callback->code, &tokens));
    TRY(keys(fetcher, cx, provider, facts.jwks_uri, OIDC_CACHE_S, &set, &before_us));
    Err err = oidc_verify(cx, provider, attempt, &set, &tokens, ret);
    if (err != ERR_NOT_FOUND)
        return err;
    TRY(keys(fetcher, cx, provider, facts.jwks_uri, OIDC_REFETCH_S, &set, &now_us));
    err = oidc_verify(cx, provider, attempt, &set, &tokens, ret);
    if (err == ERR_NOT_FOUND)
        return fail(cx, ERR_DENIED, "oidc.token", "the ID token names a key that the provider %s",
                    now_us == before_us ? "did not have a moment ago" : "does not have");
    return err;
}

Err oidc_fetch_claims(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider,
                      const OidcAttempt *attempt, const OidcCallback *callback, OidcClaims *ret)
{
    return told(cx, provider, claims_of(fetcher, cx, provider, attempt, callback, ret));
}

/* ---- its life ---- */

Err oidc_fetcher_open(Cx *cx, const OidcProviders *providers, Str allow, OidcFetcher **ret)
{
    CidrList list;
    TRY(cidr_list_parse(cx, allow, &list));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        return fail(cx, ERR_UNAVAILABLE, "oidc.open", "libcurl does not start");
    OidcFetcher *fetcher = calloc(1, sizeof *fetcher);
    if (!fetcher)
        abort();
    fetcher->providers = providers;
    fetcher->allow = list;
    for (size_t i = 0; i < OIDC_PROVIDERS_MAX; i++)
        pthread_mutex_init(&fetcher->list[i].mutex, NULL);
    *ret = fetcher;
    return OK;
}

void oidc_fetcher_stop(OidcFetcher *fetcher)
{
    atomic_store(&fetcher->stopped, true);
}

void oidc_fetcher_close(OidcFetcher *fetcher)
{
    for (size_t i = 0; i < OIDC_PROVIDERS_MAX; i++) {
        pthread_mutex_destroy(&fetcher->list[i].mutex);
        free(fetcher->list[i].metadata.text);
        free(fetcher->list[i].keys.text);
    }
    free(fetcher);
}

#include "app/oidc_config.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FILE_BYTES_LIMIT = 64 << 10 };

static Err read_file(Cx *cx, Str name, Str *ret)
{
    char *text = arena_alloc_bytes(cx->arena, FILE_BYTES_LIMIT, 1);
    size_t n = 0;
    ssize_t got = 0;
    int fd = open(arena_cstr(cx->arena, name), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(cx, ERR_INVALID, "config.oidc", "cannot read %.*s: %s", SARG(name),
                    strerror(errno));
    while (n < FILE_BYTES_LIMIT && (got = read(fd, text + n, FILE_BYTES_LIMIT - n)) > 0)
        n += (size_t)got;
    int why = errno;
    close(fd);
    if (got < 0)
        return fail(cx, ERR_INVALID, "config.oidc", "cannot read %.*s: %s", SARG(name),
                    strerror(why));
    if (n == FILE_BYTES_LIMIT)
        return fail(cx, ERR_LIMIT, "config.oidc", "%.*s is too large", SARG(name));
    *ret = (Str){text, n};
    return OK;
}

/* What is being read, for what is said about it. */
typedef struct Place {
    Str file;
    int line;
} Place;

static Err wrong(Cx *cx, const Place *place, const char *why)
{
    return fail(cx, ERR_INVALID, "config.oidc", "%.*s, line %d: %s", SARG(place->file), place->line,
                why);
}

static bool is_name(Str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!(name.p[i] >= 'a' && name.p[i] <= 'z') && !(name.p[i] >= '0' && name.p[i] <= '9') &&
            name.p[i] != '-')
            return false;
    return name.n > 0 && name.n <= OIDC_NAME_BYTES_MAX;
}

static Err begin(Cx *cx, const Place *place, Str line, OidcProviders *providers)
{
    Str name = str_slice(line, 1, line.n - 1);
    if (line.p[line.n - 1] != ']' || !is_name(name))
        return wrong(cx, place, "a provider begins with [name] of a-z, 0-9 and -");
    if (oidc_provider(providers, name))
        return wrong(cx, place, "this name stands twice");
    if (providers->count == OIDC_PROVIDERS_MAX)
        return wrong(cx, place, "too many providers");
    providers->list[providers->count++] =
        (OidcProvider){.name = name, .scopes = S("openid email profile"), .client_secret = S("")};
    return OK;
}

static Err set(Cx *cx, const Place *place, OidcProvider *provider, Str name, Str value)
{
    const struct {
        Str name;
        Str *to;
    } FIELDS[] = {
        {S("issuer"), &provider->issuer},           {S("client-id"), &provider->client_id},
        {S("label-de"), &provider->label[LANG_DE]}, {S("label-en"), &provider->label[LANG_EN]},
        {S("scopes"), &provider->scopes},           {S("ca"), &provider->ca_file}};
    if (!value.n)
        return wrong(cx, place, "a value is missing");
    if (str_eq(name, S("client-secret-file"))) {
        TRY(read_file(cx, value, &provider->client_secret));
        provider->client_secret = str_trim(provider->client_secret);
        return provider->client_secret.n ? OK
                                         : wrong(cx, place, "the file with the secret is empty");
    }
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        if (str_eq(name, FIELDS[i].name)) {
            *FIELDS[i].to = value;
            return OK;
        }
    return wrong(cx, place, arena_fmt(cx->arena, "\"%.*s\" is not known here", SARG(name)).p);
}

static bool has_word(Str list, Str word)
{
    while (list.p)
        if (str_eq(str_cut(&list, ' '), word))
            return true;
    return false;
}

static Err check(Cx *cx, Str file, const OidcProvider *provider)
{
    const char *why = !oidc_url_is_safe(provider->issuer) ? "issuer is an https address"
                      : !provider->client_id.n            ? "client-id is missing"
                      : !provider->label[LANG_DE].n || !provider->label[LANG_EN].n
                          ? "label-de and label-en say what it is called"
                      : !has_word(provider->scopes, S("openid")) ? "scopes begin with openid"
                                                                 : NULL;
    if (why)
        return fail(cx, ERR_INVALID, "config.oidc", "%.*s, [%.*s]: %s", SARG(file),
                    SARG(provider->name), why);
    return OK;
}

Err oidc_config_read(Cx *cx, const Config *config, Str base, OidcProviders **ret)
{
    OidcProviders *providers = arena_new(cx->arena, OidcProviders);
    Str rest = {0};
    Place place = {.file = config->oidc};
    if (config->oidc.n)
        TRY(read_file(cx, config->oidc, &rest));
    while (rest.p) {
        Str value = str_trim(str_cut(&rest, '\n'));
        place.line++;
        if (!value.n || value.p[0] == '#')
            continue;
        if (value.p[0] == '[') {
            TRY(begin(cx, &place, value, providers));
            continue;
        }
        Str name = str_trim(str_cut(&value, '='));
        if (!value.p || !providers->count)
            return wrong(cx, &place, "\"name = value\" is expected, behind a [provider]");
        TRY(set(cx, &place, &providers->list[providers->count - 1], name, str_trim(value)));
    }
    for (size_t i = 0; i < providers->count; i++) {
        OidcProvider *provider = &providers->list[i];
        TRY(check(cx, config->oidc, provider));
        provider->redirect_uri = arena_fmt(cx->arena, "%.*s/anmelden/oidc/%.*s/zurueck", SARG(base),
                                           SARG(provider->name));
    }
    *ret = providers;
    return OK;
}

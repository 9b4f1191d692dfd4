/* Logging in with an account elsewhere: the real program, a real provider beside it, and a browser
 * that goes from one to the other. */
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static const char PASSWORD[] = "correct horse battery staple";

#define BACK "/anmelden/oidc/stadt/zurueck"

typedef struct Rig {
    City *city;
    pid_t provider;
    uint16_t provider_port;
    uint8_t source; /* of the next browser: tries are counted by address */
} Rig;

/* What a browser keeps of hanse. */
typedef struct Browser {
    Rig *rig;
    Client client;
    Str session, attempt; /* "name=value"; empty: none */
} Browser;

/* ---- the provider ---- */

static void provider_start(Rig *rig)
{
    City *city = rig->city;
    const char *out = city_path(city, "provider");
    const char *binary = getenv("OIDC_PROVIDER");
    ASSERT(binary); /* set by meson.build */
    int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    fflush(NULL);
    rig->provider = fork();
    assert_true(rig->provider >= 0);
    if (rig->provider == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (dup2(fd, 1) >= 0)
            execl(binary, binary, (char *)NULL);
        _exit(127);
    }
    close(fd);
    for (int64_t until = now_ms() + CLIENT_WAIT_MS; now_ms() < until; sleep_ms(3)) {
        Str text = city_read_file(city, out);
        int64_t port;
        if (str_starts(text, S("port ")) && str_ends(text, S("\n")) &&
            str_to_i64(str_trim(str_from_index(text, 5)), &port)) {
            rig->provider_port = (uint16_t)port;
            return;
        }
    }
    assert_true(false);
}

static Answer ask_provider(Rig *rig, Request request)
{
    Client client;
    client_init(&client, &rig->city->arena, rig->provider_port);
    Answer answer = client_ask(&client, request);
    client_done(&client);
    return answer;
}

static void tell(Rig *rig, const char *form)
{
    Request request = {.path = S("/control"), .type = AS_FORM, .body = str_from(form)};
    assert_status(204, ask_provider(rig, request));
}

static int64_t count(Rig *rig, const char *name)
{
    int64_t n;
    Answer answer = ask_provider(rig, (Request){.path = S("/counts")});
    assert_true(json_i64(json_at(answer_json(&rig->city->arena, &answer), name), &n));
    return n;
}

/* ---- the rig ---- */

static void write_config(Rig *rig)
{
    City *city = rig->city;
    city_write_file(city, "secret", S("geheim/&\n"));
    city_write_file(
        city, "oidc.conf",
        str_fmt(city,
                "# providers\n[stadt]\nissuer = http://127.0.0.1:%u\nclient-id = hanse\n"
                "client-secret-file = %s\nlabel-de = Stadtkonto\n"
                "label-en = City account\n",
                rig->provider_port, city_path(city, "secret")));
}

static void register_here(Rig *rig)
{
    tell(rig, city_fmt(rig->city,
                       "redirect=http://127.0.0.1:%u" BACK "&email=ada@example.org&verified=true",
                       rig->city->port));
}

static Rig *rig_new(void **state)
{
    Rig *rig = calloc(1, sizeof *rig);
    ASSERT(rig);
    city_setup((void **)&rig->city);
    rig->source = 20;
    provider_start(rig);
    write_config(rig);
    *state = rig;
    return rig;
}

static int setup(void **state)
{
    Rig *rig = rig_new(state);
    city_add_person(rig->city, "ben@example.org", "member", PASSWORD);
    city_serve(rig->city, "--oidc", city_path(rig->city, "oidc.conf"), "--out-allow",
               "127.0.0.0/8");
    register_here(rig);
    return 0;
}

static int setup_closed(void **state)
{
    Rig *rig = rig_new(state);
    city_serve(rig->city, "--oidc", city_path(rig->city, "oidc.conf"));
    register_here(rig);
    return 0;
}

static int setup_without(void **state)
{
    Rig *rig = rig_new(state);
    city_serve(rig->city, NULL);
    return 0;
}

static int setup_stopped(void **state)
{
    rig_new(state);
    return 0;
}

static int teardown(void **state)
{
    Rig *rig = *state;
    kill(rig->provider, SIGKILL);
    waitpid(rig->provider, NULL, 0);
    int result = city_teardown((void **)&rig->city);
    free(rig);
    return result;
}

/* ---- the browser ---- */

static Browser browser_new(Rig *rig)
{
    Browser browser = {.rig = rig};
    client_init(&browser.client, &rig->city->arena, rig->city->port);
    browser.client.source = rig->source++;
    return browser;
}

static void take_cookie(Browser *browser, Str line)
{
    Str pair = str_cut(&line, ';');
    bool attempt = str_starts(pair, S("hanse-oidc="));
    Str *to = attempt ? &browser->attempt : &browser->session;
    assert_true(attempt || str_starts(pair, S("hanse=")));
    assert_true(str_find(line, S("; HttpOnly")) >= 0 || str_find(line, S(" HttpOnly")) >= 0);
    *to = str_find(line, S("Max-Age=0;")) >= 0 ? S("") : pair;
}

static Answer go_with(Browser *browser, Request request, Str headers)
{
    City *city = browser->rig->city;
    Str s = browser->session, a = browser->attempt;
    request.headers =
        str_fmt(city, "%s%.*s%s%.*s%s%.*s", s.n || a.n ? "Cookie: " : "", SARG(s),
                s.n && a.n ? "; " : "", SARG(a), s.n || a.n ? "\r\n" : "", SARG(headers));
    Answer answer = client_ask(&browser->client, request);
    for (Str rest = answer.head; rest.p;) {
        Str line = str_trim(str_cut(&rest, '\n'));
        if (str_starts(line, S("Set-Cookie: ")))
            take_cookie(browser, str_from_index(line, 12));
    }
    return answer;
}

static Answer go(Browser *browser, Str path)
{
    return go_with(browser, (Request){.path = path}, S(""));
}

/* A form of a page, with the token of the session. */
static Answer post(Browser *browser, const char *path, const char *fields)
{
    City *city = browser->rig->city;
    Str cookie = str_fmt(city, "Cookie: %.*s\r\n", SARG(browser->session));
    Str token = city_form_token(city, &browser->client, cookie);
    return go_with(browser,
                   (Request){.path = str_from(path),
                             .type = AS_FORM,
                             .body = str_fmt(city, "token=%.*s%s", SARG(token), fields)},
                   S(""));
}

/* The path and query of an absolute address of 127.0.0.1. */
static Str path_of(Str url, uint16_t port, City *city)
{
    Str before = str_fmt(city, "http://127.0.0.1:%u", port);
    assert_true(str_starts(url, before));
    return str_from_index(url, before.n);
}

/* From the start to the provider: the address there. */
static Str go_there(Browser *browser, Str start)
{
    Answer answer = go(browser, start);
    assert_status(303, answer);
    assert_true(browser->attempt.n > 0);
    return path_of(answer_header(&answer, S("Location")), browser->rig->provider_port,
                   browser->rig->city);
}

/* The provider lets them in at once: the path to come back to. */
static Str come_back(Browser *browser, Str there)
{
    Answer answer = ask_provider(browser->rig, (Request){.path = there});
    assert_status(302, answer);
    return path_of(answer_header(&answer, S("Location")), browser->rig->city->port,
                   browser->rig->city);
}

/* The whole way. */
static Answer log_in_at(Browser *browser, Str start)
{
    return go(browser, come_back(browser, go_there(browser, start)));
}

static Answer log_in(Browser *browser)
{
    return log_in_at(browser, S("/anmelden/oidc/stadt"));
}

/* A login of a new browser: where it ends. */
static Str ends_at(Rig *rig)
{
    Browser browser = browser_new(rig);
    Answer answer = log_in(&browser);
    assert_status(303, answer);
    Str location = answer_header(&answer, S("Location"));
    bool in = browser.session.n > 0;
    assert_int_equal(in, str_eq(location, S("/")));
    assert_int_equal(browser.attempt.n, 0);
    client_done(&browser.client);
    return location;
}

static void log_in_by_password(Browser *browser, const char *mail, Str next)
{
    City *city = browser->rig->city;
    Buf body = buf_new(&city->arena, 8192);
    buf_fmt(&body, "mail=%s&password=", mail);
    buf_uri_component(&body, str_from(PASSWORD));
    buf_put(&body, S("&weiter="));
    buf_uri_component(&body, next);
    Answer answer = go_with(
        browser, (Request){.path = S("/anmelden"), .type = AS_FORM, .body = buf_str(&body)}, S(""));
    assert_status(303, answer);
    if (next.n)
        assert_str_equal(next, answer_header(&answer, S("Location")));
}

static void assert_account_of(Browser *browser, Str name)
{
    Answer answer = go(browser, S("/konto"));
    assert_status(200, answer);
    if (!answer_has(&answer, name))
        print_message("# no %.*s in the account\n", SARG(name));
    assert_true(answer_has(&answer, name));
}

/* ---- the right way ---- */

static void a_stranger_logs_in_and_is_the_same_person_the_next_time(void **state)
{
    Rig *rig = *state;
    Browser one = browser_new(rig), two = browser_new(rig);
    Answer page = go(&one, S("/anmelden?weiter=%2Fideen"));
    assert_true(answer_has(&page, S("href=\"/anmelden/oidc/stadt?weiter=%2Fideen\"")));
    assert_true(answer_has(&page, S("Anmelden mit Stadtkonto")));
    Answer answer = log_in_at(&one, S("/anmelden/oidc/stadt?weiter=%2Fideen"));
    assert_status(303, answer);
    assert_str("/ideen", answer_header(&answer, S("Location")));
    assert_account_of(&one, S("Ada Lovelace"));
    assert_account_of(&one, S("Verknüpfte Anmeldungen"));
    /* A second browser, the address changed at the provider: the person stays. */
    tell(rig, "email=ada@elsewhere.example&verified=false");
    page = go(&two, S("/en/anmelden"));
    assert_true(answer_has(&page, S("Log in with City account")));
    answer = log_in_at(&two, S("/en/anmelden/oidc/stadt"));
    assert_status(303, answer);
    assert_str("/en", answer_header(&answer, S("Location")));
    assert_account_of(&two, S("ada@example.org"));
    /* Not the last way in. */
    page = go(&two, S("/konto"));
    assert_true(answer_has(&page, S("Ihre einzige Anmeldung")));
    answer = post(&two, "/konto/identitaet",
                  city_fmt(rig->city, "&issuer=http://127.0.0.1:%u&sub=sub-1", rig->provider_port));
    assert_status(409, answer);
    assert_true(answer_has(&answer, S("Geben Sie sich zuerst ein Passwort")));
    client_done(&one.client);
    client_done(&two.client);
}

static void who_comes_back_before_the_end_of_the_account_is_told_that_it_stays(void **state)
{
    Rig *rig = *state;
    Browser browser = browser_new(rig);
    assert_status(303, log_in(&browser));
    assert_status(303, post(&browser, "/konto/beenden", "&posts=keep&sure=1"));
    browser.session = S("");
    Answer answer = log_in_at(&browser, S("/en/anmelden/oidc/stadt?weiter=%2Fideen"));
    assert_status(303, answer);
    assert_str("/en/konto?bleibt=1", answer_header(&answer, S("Location")));
    answer = go(&browser, S("/konto?bleibt=1"));
    assert_true(answer_has(&answer, S("Ihr Konto wird nicht gelöscht")));
    browser.session = S("");
    answer = log_in(&browser);
    assert_str("/", answer_header(&answer, S("Location")));
    client_done(&browser.client);
}

static void the_secret_may_stand_in_the_form_too(void **state)
{
    Rig *rig = *state;
    tell(rig, "auth=post");
    assert_str("/", ends_at(rig));
}

static void keys_of_every_kind_are_taken_and_new_ones_found(void **state)
{
    Rig *rig = *state;
    static const char *const KINDS[] = {"alg=RS256", "alg=ES256", "alg=EdDSA"};
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        tell(rig, KINDS[i]);
        assert_str("/", ends_at(rig));
    }
    assert_int_equal(count(rig, "metadata"), 1);
    assert_int_equal(count(rig, "keys"), 1);
    /* Without a kid there is one key of that kind. */
    tell(rig, "kid=missing");
    assert_str("/", ends_at(rig));
    tell(rig, "kid=");
    /* A new key is asked for once; but not again at once, whatever tokens say. */
    sleep_ms(10100); /* OIDC_REFETCH_S */
    tell(rig, "rotate=1");
    assert_str("/", ends_at(rig));
    assert_int_equal(count(rig, "keys"), 2);
    tell(rig, "kid=nobody-knows-it");
    for (int i = 0; i < 5; i++)
        assert_str("/anmelden?hinweis=token", ends_at(rig));
    assert_int_equal(count(rig, "keys"), 2);
    tell(rig, "kid=");
    assert_str("/", ends_at(rig));
    assert_int_equal(count(rig, "metadata"), 1);
}

/* ---- wrong answers ---- */

static void wrong_tokens_let_nobody_in(void **state)
{
    Rig *rig = *state;
    static const struct {
        const char *wrong, *right;
    } CASES[] = {
        {"iss=https://evil.example", "iss="},
        {"aud=other", "aud="},
        {"nonce=other", "nonce="},
        {"forge=none", "forge="},
        {"forge=hs256", "forge="},
        {"forge=key", "forge="},
        {"at_hash=wrong", "at_hash="},
        {"exp=-70", "exp="},
        {"exp=-86400", "exp="},
        {"iat=75", "iat="},
        {"iat=86400", "iat="},
        {"nbf=75", "nbf="},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        print_message("# %s\n", CASES[i].wrong);
        tell(rig, CASES[i].wrong);
        assert_str("/anmelden?hinweis=token", ends_at(rig));
        tell(rig, CASES[i].right);
    }
    /* The reason stands in the log, for whoever runs this. */
    assert_true(str_find(city_log(rig->city), S("check both clocks")) > 0);
    Browser browser = browser_new(rig);
    Answer page = go(&browser, S("/anmelden?hinweis=token"));
    assert_true(answer_has(&page, S("ließ sich nicht prüfen")));
    client_done(&browser.client);
    assert_str("/", ends_at(rig));
}

static void clocks_may_differ_by_a_minute(void **state)
{
    Rig *rig = *state;
    static const struct {
        const char *off, *right;
    } CASES[] = {{"exp=-45", "exp="}, {"iat=45", "iat="}, {"nbf=45", "nbf="}, {"iat=-600", "iat="}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        print_message("# %s\n", CASES[i].off);
        tell(rig, CASES[i].off);
        assert_str("/", ends_at(rig));
        tell(rig, CASES[i].right);
    }
}

static void a_no_at_the_provider_is_told_kindly(void **state)
{
    Rig *rig = *state;
    tell(rig, "deny=1");
    assert_str("/anmelden?hinweis=refused", ends_at(rig));
    Browser browser = browser_new(rig);
    Answer page = go(&browser, S("/en/anmelden?hinweis=refused"));
    assert_true(answer_has(&page, S("cancelled at the provider")));
    page = go(&browser, S("/anmelden?hinweis=%3Cscript%3E"));
    assert_false(answer_has(&page, S("<script>alert")));
    assert_false(answer_has(&page, S("h-alert")));
    client_done(&browser.client);
}

static void metadata_of_another_issuer_are_not_believed(void **state)
{
    Rig *rig = *state;
    Browser browser = browser_new(rig);
    tell(rig, "issuer=https://evil.example");
    Answer answer = go(&browser, S("/anmelden/oidc/stadt?weiter=/ideen"));
    assert_str("/anmelden?hinweis=unreachable&weiter=%2Fideen",
               answer_header(&answer, S("Location")));
    assert_int_equal(browser.attempt.n, 0);
    client_done(&browser.client);
    tell(rig, "issuer=");
    assert_str("/", ends_at(rig));
}

static void answers_that_name_another_issuer_are_a_mix_up(void **state)
{
    Rig *rig = *state;
    tell(rig, "send_iss=1");
    assert_str("/", ends_at(rig));
    tell(rig, "send_iss=https://evil.example");
    assert_str("/anmelden?hinweis=token", ends_at(rig));
}

/* ---- slow and huge ---- */

static void a_slow_provider_holds_up_nobody_else(void **state)
{
    Rig *rig = *state;
    enum { WAITING = 4 };
    Browser waiting[WAITING];
    for (int i = 0; i < WAITING; i++) {
        waiting[i] = browser_new(rig);
        Str back = come_back(&waiting[i], go_there(&waiting[i], S("/anmelden/oidc/stadt")));
        if (i == 0)
            tell(rig, "slow=token");
        Str cookie = str_fmt(rig->city, "Cookie: %.*s\r\n", SARG(waiting[i].attempt));
        client_connect(&waiting[i].client);
        client_send(
            &waiting[i].client,
            client_request_text(&waiting[i].client, (Request){.path = back, .headers = cookie}));
    }
    int64_t began = now_ms();
    Browser other = browser_new(rig);
    assert_status(200, go(&other, S("/stadt")));
    log_in_by_password(&other, "ben@example.org", S(""));
    assert_true(now_ms() - began < 5000 || is_sanitized());
    for (int i = 0; i < WAITING; i++) {
        Answer answer = client_read_answer(&waiting[i].client, false);
        assert_status(303, answer);
        assert_str("/anmelden?hinweis=unreachable", answer_header(&answer, S("Location")));
        client_done(&waiting[i].client);
    }
    assert_true(now_ms() - began < 12000 || is_sanitized());
    client_done(&other.client);
    tell(rig, "slow=");
    assert_str("/", ends_at(rig));
}

static void a_huge_answer_is_cut_off(void **state)
{
    Rig *rig = *state;
    tell(rig, "huge=token");
    assert_str("/anmelden?hinweis=unreachable", ends_at(rig));
    tell(rig, "huge=keys");
    assert_str("/anmelden?hinweis=unreachable", ends_at(rig));
    assert_true(str_find(city_log(rig->city), S("the answer is too large")) > 0);
    tell(rig, "huge=");
    sleep_ms(3100); /* OIDC_RETRY_S */
    assert_str("/", ends_at(rig));
}

/* ---- whose login it is ---- */

static void a_callback_counts_in_the_browser_that_began_alone(void **state)
{
    Rig *rig = *state;
    Browser mallory = browser_new(rig), victim = browser_new(rig);
    Str back = come_back(&mallory, go_there(&mallory, S("/anmelden/oidc/stadt")));
    /* Without a cookie, and in the middle of a login of one's own. */
    Answer answer = go(&victim, back);
    assert_str("/anmelden?hinweis=state", answer_header(&answer, S("Location")));
    go_there(&victim, S("/anmelden/oidc/stadt"));
    answer = go(&victim, back);
    assert_str("/anmelden?hinweis=state", answer_header(&answer, S("Location")));
    assert_int_equal(victim.session.n, 0);
    assert_int_equal(count(rig, "token"), 0);
    /* Changed on the way: where it goes, the language, the provider, the time. */
    Str cookie = mallory.attempt;
    for (size_t i = 11; i < cookie.n; i++) {
        char *changed = city_fmt(rig->city, "%.*s", SARG(cookie));
        changed[i] = changed[i] == 'b' ? 'c' : 'b';
        Browser thief = browser_new(rig);
        thief.attempt = str_from(changed);
        answer = go(&thief, back);
        assert_str("/anmelden?hinweis=state", answer_header(&answer, S("Location")));
        client_done(&thief.client);
        rig->source--;
    }
    /* For its own browser it counts, once: also where the cookie was kept. */
    answer = go(&mallory, back);
    assert_str("/", answer_header(&answer, S("Location")));
    Browser again = browser_new(rig);
    again.attempt = cookie;
    answer = go(&again, back);
    assert_str("/anmelden?hinweis=token", answer_header(&answer, S("Location")));
    assert_int_equal(again.session.n, 0);
    client_done(&mallory.client);
    client_done(&victim.client);
    client_done(&again.client);
}

static void a_session_from_before_the_login_is_worth_nothing_after_it(void **state)
{
    Rig *rig = *state;
    Browser browser = browser_new(rig);
    Str planted = S("hanse=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    browser.session = planted;
    assert_status(303, log_in(&browser));
    assert_false(str_eq(browser.session, planted));
    assert_account_of(&browser, S("Ada Lovelace"));
    browser.session = planted;
    assert_status(303, go(&browser, S("/konto")));
    client_done(&browser.client);
}

static void another_site_cannot_begin_a_login(void **state)
{
    Rig *rig = *state;
    Browser browser = browser_new(rig);
    Request start = {.path = S("/anmelden/oidc/stadt")};
    Answer answer = go_with(&browser, start, S("Sec-Fetch-Site: cross-site\r\n"));
    assert_str("/anmelden?hinweis=state", answer_header(&answer, S("Location")));
    assert_int_equal(browser.attempt.n, 0);
    /* Nor does a login lead to another site. */
    static const char *const NEXT[] = {"https://evil.example/", "//evil.example/",
                                       "/\\evil.example", "javascript:alert(1)"};
    for (size_t i = 0; i < COUNT_OF(NEXT); i++) {
        Browser one = browser_new(rig);
        Buf path = buf_new(&rig->city->arena, 1000);
        buf_put(&path, S("/anmelden/oidc/stadt?weiter="));
        buf_uri_component(&path, str_from(NEXT[i]));
        answer = log_in_at(&one, buf_str(&path));
        assert_str("/", answer_header(&answer, S("Location")));
        client_done(&one.client);
    }
    client_done(&browser.client);
}

/* ---- people who have an account here ---- */

static void an_account_is_linked_by_its_owner_after_the_password(void **state)
{
    Rig *rig = *state;
    Browser browser = browser_new(rig), later = browser_new(rig);
    tell(rig, "email=BEN@example.org&sub=sub-ben&name=Ben");
    Answer answer = log_in_at(&browser, S("/anmelden/oidc/stadt?weiter=%2Fideen"));
    assert_status(303, answer);
    assert_str("/anmelden?hinweis=has-account&weiter=%2Fkonto%2Fverknuepfen%3Fmit%3Dstadt",
               answer_header(&answer, S("Location")));
    assert_int_equal(browser.session.n, 0);
    answer = go(&browser, answer_header(&answer, S("Location")));
    assert_true(answer_has(&answer, S("Zu Ihrer E-Mail-Adresse gibt es hier schon ein Konto")));
    log_in_by_password(&browser, "ben@example.org", S("/konto/verknuepfen?mit=stadt"));
    answer = go(&browser, S("/konto/verknuepfen?mit=stadt"));
    assert_true(answer_has(&answer, S("href=\"/anmelden/oidc/stadt\"")));
    /* Logged in, the question comes; nothing is linked before the answer. */
    answer = log_in(&browser);
    assert_str("/konto/verknuepfen", answer_header(&answer, S("Location")));
    answer = go(&browser, S("/konto/verknuepfen"));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("BEN@example.org")));
    answer = go(&browser, S("/konto"));
    assert_false(answer_has(&answer, S("Verknüpfte Anmeldungen")));
    /* Another session cannot say yes with this question, and no form without its token. */
    Browser other = browser_new(rig);
    log_in_by_password(&other, "ben@example.org", S(""));
    other.attempt = browser.attempt;
    assert_status(409, post(&other, "/konto/verknuepfen", ""));
    Request bare = {.path = S("/konto/verknuepfen"), .type = AS_FORM, .body = S("token=x")};
    answer = go_with(&browser, bare, S(""));
    assert_true(str_find(answer_header(&answer, S("Location")), S("?entwurf=")) > 0);
    answer = go(&browser, S("/konto"));
    assert_false(answer_has(&answer, S("Verknüpfte Anmeldungen")));
    answer = post(&browser, "/konto/verknuepfen", "");
    assert_status(303, answer);
    assert_str("/konto?hinweis=linked", answer_header(&answer, S("Location")));
    assert_account_of(&browser, S("Verknüpfte Anmeldungen"));
    answer = log_in(&later);
    assert_str("/", answer_header(&answer, S("Location")));
    assert_account_of(&later, S("ben@example.org"));
    /* And removed, since there is a password. */
    answer =
        post(&later, "/konto/identitaet",
             city_fmt(rig->city, "&issuer=http://127.0.0.1:%u&sub=sub-ben", rig->provider_port));
    assert_str("/konto?hinweis=removed", answer_header(&answer, S("Location")));
    assert_true(str_starts(ends_at(rig), S("/anmelden?hinweis=has-account")));
    client_done(&browser.client);
    client_done(&later.client);
    client_done(&other.client);
}

static void an_identity_of_somebody_else_is_not_taken_over(void **state)
{
    Rig *rig = *state;
    assert_str("/", ends_at(rig)); /* Ada */
    Browser ben = browser_new(rig);
    log_in_by_password(&ben, "ben@example.org", S(""));
    Str session = ben.session;
    Answer answer = log_in(&ben);
    assert_str("/konto?hinweis=taken", answer_header(&answer, S("Location")));
    assert_str_equal(session, ben.session);
    assert_account_of(&ben, S("ben@example.org"));
    client_done(&ben.client);
}

static void an_address_that_nobody_checked_makes_no_account(void **state)
{
    Rig *rig = *state;
    tell(rig, "verified=false");
    assert_str("/anmelden?hinweis=mail_unverified", ends_at(rig));
    tell(rig, "email=ben@example.org");
    assert_str("/anmelden?hinweis=mail_unverified", ends_at(rig)); /* and tells nothing of Ben */
    tell(rig, "email=&verified=true");
    assert_str("/anmelden?hinweis=mail_missing", ends_at(rig));
}

/* ---- without, and wrongly set up ---- */

static void without_a_provider_there_is_no_button(void **state)
{
    Rig *rig = *state;
    Browser browser = browser_new(rig);
    Answer page = go(&browser, S("/anmelden"));
    assert_status(200, page);
    assert_false(answer_has(&page, S("oidc")));
    assert_status(404, go(&browser, S("/anmelden/oidc/stadt")));
    assert_status(404, go(&browser, S(BACK)));
    client_done(&browser.client);
}

static void private_addresses_are_reached_where_they_are_allowed(void **state)
{
    Rig *rig = *state;
    Browser browser = browser_new(rig);
    Answer answer = go(&browser, S("/anmelden/oidc/stadt"));
    assert_str("/anmelden?hinweis=unreachable", answer_header(&answer, S("Location")));
    assert_int_equal(count(rig, "metadata"), 0);
    assert_status(404, go(&browser, S("/anmelden/oidc/land")));
    client_done(&browser.client);
}

static void a_wrong_configuration_says_where(void **state)
{
    static const struct {
        const char *text, *says;
    } CASES[] = {
        {"issuer = https://x.example\n", "line 1: \"name = value\" is expected"},
        {"[Stadt]\n", "line 1: a provider begins with"},
        {"[a]\n[a]\n", "line 2: this name stands twice"},
        {"[a]\ncolour = red\n", "line 2: \"colour\" is not known here"},
        {"[a]\nissuer = http://x.example\n", "[a]: issuer is an https address"},
        {"[a]\nissuer = https://x.example\n", "[a]: client-id is missing"},
        {"[a]\nissuer = https://x.example\nclient-id = c\n", "[a]: label-de and label-en"},
        {"[a]\nclient-secret-file = /nowhere/at/all\n", "cannot read /nowhere/at/all"},
    };
    Rig *rig = *state;
    City *city = rig->city;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        city_write_file(city, "wrong.conf", str_from(CASES[i].text));
        Ran ran = city_run(city, "serve", "--data", city->data, "--listen", "127.0.0.1:0", "--oidc",
                           city_path(city, "wrong.conf"));
        assert_ran(64, ran);
        if (str_find(ran.err, str_from(CASES[i].says)) < 0)
            print_message("# %.*s\n", SARG(ran.err));
        assert_true(str_find(ran.err, str_from(CASES[i].says)) >= 0);
    }
}

#define WITH(test, setup) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_stranger_logs_in_and_is_the_same_person_the_next_time, setup),
        WITH(who_comes_back_before_the_end_of_the_account_is_told_that_it_stays, setup),
        WITH(the_secret_may_stand_in_the_form_too, setup),
        WITH(keys_of_every_kind_are_taken_and_new_ones_found, setup),
        WITH(wrong_tokens_let_nobody_in, setup),
        WITH(clocks_may_differ_by_a_minute, setup),
        WITH(a_no_at_the_provider_is_told_kindly, setup),
        WITH(metadata_of_another_issuer_are_not_believed, setup),
        WITH(answers_that_name_another_issuer_are_a_mix_up, setup),
        WITH(a_slow_provider_holds_up_nobody_else, setup),
        WITH(a_huge_answer_is_cut_off, setup),
        WITH(a_callback_counts_in_the_browser_that_began_alone, setup),
        WITH(a_session_from_before_the_login_is_worth_nothing_after_it, setup),
        WITH(another_site_cannot_begin_a_login, setup),
        WITH(an_account_is_linked_by_its_owner_after_the_password, setup),
        WITH(an_identity_of_somebody_else_is_not_taken_over, setup),
        WITH(an_address_that_nobody_checked_makes_no_account, setup),
        WITH(without_a_provider_there_is_no_button, setup_without),
        WITH(private_addresses_are_reached_where_they_are_allowed, setup_closed),
        WITH(a_wrong_configuration_says_where, setup_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

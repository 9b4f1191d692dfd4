/* Persons, sessions, forms and tokens, seen from outside: what lets in, what ends, what is refused
 * (OWASP ASVS 4.0, chapters 2 and 3). */
#include "program.h"

static const char PASSWORD[] = "correct horse battery staple";

static Answer post_form(Client *client, Str path, Str headers, Str body)
{
    return ask(client, .method = "POST", .path = path, .headers = headers, .type = AS_FORM,
               .body = body);
}

static Answer login(City *city, Client *client, const char *mail, const char *password,
                    const char *next, Str headers)
{
    Buf body = buf_new(&city->arena, 8192);
    buf_put(&body, S("mail="));
    buf_uri_component(&body, str_from(mail));
    buf_put(&body, S("&password="));
    buf_uri_component(&body, str_from(password));
    buf_put(&body, S("&weiter="));
    buf_uri_component(&body, str_from(next));
    return post_form(client, S("/anmelden"), headers, buf_str(&body));
}

static bool is_logged_in(Client *client, Str cookie)
{
    Answer answer = ask(client, .path = S("/konto"), .headers = cookie);
    if (answer.status == 200)
        return true;
    assert_status(303, answer);
    assert_true(str_starts(answer_header(&answer, S("Location")), S("/anmelden?")));
    return false;
}

/* How many other sessions the account page offers to end. */
static size_t other_sessions(Client *client, Str cookie)
{
    Answer answer = ask(client, .path = S("/konto"), .headers = cookie);
    assert_status(200, answer);
    return str_count(answer.body, S("name=\"id\" value=\""));
}

static Str first_other_session(Client *client, Str cookie)
{
    Answer answer = ask(client, .path = S("/konto"), .headers = cookie);
    static const Str FIELD = S_INIT("name=\"id\" value=\"");
    ptrdiff_t at = str_find(answer.body, FIELD);
    assert_true(at >= 0);
    Str rest = str_from_index(answer.body, (size_t)at + FIELD.n);
    return str_cut(&rest, '"');
}

static int setup_persons(void **state)
{
    city_setup(state);
    City *city = *state;
    city_add_person(city, "ada@example.org", "member", PASSWORD);
    city_add_person(city, "ben@example.org", "member", "another good password");
    city_serve(city, "--trusted-proxy", "127.0.0.9");
    return 0;
}

/* ---- logging in ---- */

static void a_right_password_opens_a_session_with_a_guarded_cookie(void **state)
{
    City *city = *state;
    Answer answer = login(city, &city->client, "ada@example.org", PASSWORD, "", S(""));
    assert_status(303, answer);
    assert_str("/", answer_header(&answer, S("Location")));
    Str cookie = answer_header(&answer, S("Set-Cookie"));
    assert_true(str_starts(cookie, S("hanse=")));
    assert_true(str_find(cookie, S("; Path=/")) > 0);
    assert_true(str_find(cookie, S("; HttpOnly")) > 0);
    assert_true(str_find(cookie, S("; SameSite=Lax")) > 0);
    assert_true(str_find(cookie, S("; Max-Age=604800")) > 0);
    assert_true(str_find(cookie, S("Domain")) < 0);
    Str pair = str_cut(&cookie, ';');
    assert_int_equal(pair.n, 6 + 43);
    assert_true(is_logged_in(&city->client, str_fmt(city, "Cookie: %.*s\r\n", SARG(pair))));
    assert_false(is_logged_in(&city->client, S("")));
}

/* Behind a proxy that speaks https the cookie is bound to the host and to https. */
static void over_https_the_cookie_is_bound_to_host_and_transport(void **state)
{
    City *city = *state;
    Str https = S("X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.7\r\n");
    Client proxy;
    client_init(&proxy, &city->arena, city->port);
    proxy.source = 9;
    Answer answer = login(city, &proxy, "ada@example.org", PASSWORD, "", https);
    assert_status(303, answer);
    Str cookie = answer_header(&answer, S("Set-Cookie"));
    assert_true(str_starts(cookie, S("__Host-hanse=")));
    assert_true(str_find(cookie, S("; Secure")) > 0);
    client_done(&proxy);

    /* Nobody else is believed. */
    answer = login(city, &city->client, "ada@example.org", PASSWORD, "", https);
    assert_status(303, answer);
    assert_true(str_starts(answer_header(&answer, S("Set-Cookie")), S("hanse=")));
}

/* What the page says, aside from the address that was typed. */
static Str without(City *city, Str text, Str word)
{
    Buf buf = buf_new(&city->arena, 1 << 20);
    for (ptrdiff_t at; (at = str_find(text, word)) >= 0;) {
        buf_put(&buf, str_slice(text, 0, (size_t)at));
        text = str_from_index(text, (size_t)at + word.n);
    }
    buf_put(&buf, text);
    return buf_str(&buf);
}

static void a_wrong_password_and_an_unknown_person_look_the_same(void **state)
{
    City *city = *state;
    Answer wrong = login(city, &city->client, "ada@example.org", "wrong", "", S(""));
    Answer unknown = login(city, &city->client, "eve@example.org", "wrong", "", S(""));
    assert_status(422, wrong);
    assert_status(422, unknown);
    assert_null(answer_header(&wrong, S("Set-Cookie")).p);
    assert_str_equal(without(city, wrong.body, S("ada@example.org")),
                     without(city, unknown.body, S("eve@example.org")));
    assert_true(answer_has(&wrong, S("ada@example.org")));
    assert_false(answer_has(&wrong, S("\"wrong\"")));
    /* Nor does what is missing or far too long tell more. */
    assert_status(422, login(city, &city->client, "ada@example.org", "", "", S("")));
    assert_status(422, post_form(&city->client, S("/anmelden"), S(""), S("")));
}

static void ten_wrong_tries_close_the_door_for_address_and_name(void **state)
{
    City *city = *state;
    for (int i = 0; i < 10; i++)
        assert_status(422, login(city, &city->client, "ada@example.org", "wrong", "", S("")));
    Answer answer = login(city, &city->client, "ada@example.org", PASSWORD, "", S(""));
    assert_status(429, answer);
    assert_non_null(answer_header(&answer, S("Retry-After")).p);
    assert_null(answer_header(&answer, S("Set-Cookie")).p);
    /* Another name from this address, and this name from another address: closed too. */
    assert_status(
        429, login(city, &city->client, "ben@example.org", "another good password", "", S("")));
    Client other;
    client_init(&other, &city->arena, city->port);
    other.source = 3;
    assert_status(429, login(city, &other, "ada@example.org", PASSWORD, "", S("")));
    /* Everybody else comes in; pages are open to all. */
    assert_status(303, login(city, &other, "ben@example.org", "another good password", "", S("")));
    assert_status(200, ask(&city->client, .path = S("/stadt")));
    /* An address that is only claimed is not believed. */
    assert_status(429, login(city, &city->client, "ada@example.org", PASSWORD, "",
                             S("X-Forwarded-For: 192.0.2.7\r\n")));
    client_done(&other);
}

static void a_cookie_from_before_the_login_is_worth_nothing_after_it(void **state)
{
    City *city = *state;
    Str planted = S("Cookie: hanse=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n");
    Answer answer = login(city, &city->client, "ada@example.org", PASSWORD, "", planted);
    assert_status(303, answer);
    Str cookie = answer_header(&answer, S("Set-Cookie"));
    assert_true(str_find(cookie, S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")) < 0);
    assert_false(is_logged_in(&city->client, planted));
    /* Each login opens a session with a secret of its own. */
    Str one = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str two = city_login(city, &city->client, "ada@example.org", PASSWORD);
    assert_false(str_eq(one, two));
}

static void after_a_login_only_a_page_of_this_site_follows(void **state)
{
    static const char *const EVIL[] = {
        "//evil.example",   "https://evil.example/",     "http:evil.example",   "\\\\evil.example",
        "/\\evil.example",  "\\/evil.example",           " //evil.example",     "/\t/evil.example",
        "/\n/evil.example", "/stadt\r\nSet-Cookie: a=b", "javascript:alert(1)", "evil.example",
        "///evil.example"};
    City *city = *state;
    for (size_t i = 0; i < COUNT_OF(EVIL); i++) {
        Client client; /* of an address of its own: no throttle between */
        client_init(&client, &city->arena, city->port);
        client.source = (uint8_t)(20 + i);
        Answer answer = login(city, &client, "ada@example.org", PASSWORD, EVIL[i], S(""));
        assert_status(303, answer);
        assert_str("/", answer_header(&answer, S("Location")));
        Str set = answer_header(&answer, S("Set-Cookie"));
        Str pair = str_cut(&set, ';');
        Str cookie = str_fmt(city, "Cookie: %.*s\r\n", SARG(pair));
        Buf path = buf_new(&city->arena, 4096);
        buf_put(&path, S("/anmelden?weiter="));
        buf_uri_component(&path, str_from(EVIL[i]));
        answer = ask(&client, .path = buf_str(&path), .headers = cookie);
        assert_status(303, answer);
        assert_str("/konto", answer_header(&answer, S("Location")));
        /* Nor does the form carry it on. */
        answer = ask(&client, .path = buf_str(&path));
        assert_status(200, answer);
        assert_true(answer_has(&answer, S("name=\"weiter\" value=\"\"")));
        client_done(&client);
    }
    Answer answer =
        login(city, &city->client, "ada@example.org", PASSWORD, "/stadt/daten?type=A", S(""));
    assert_str("/stadt/daten?type=A", answer_header(&answer, S("Location")));
}

/* ---- logging out ---- */

static void open_stream(City *city, Client *client, Str headers)
{
    client_init(client, &city->arena, city->port);
    client_connect(client);
    client_send(client, client_request_text(
                            client, (Request){.path = S("/sse?all=true"), .headers = headers}));
    assert_status(200, client_read_head(client));
}

static void logging_out_ends_the_session_and_its_streams_at_once(void **state)
{
    City *city = *state;
    Client stream, phone, ben, stranger;
    Str cookie = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str token = city_form_token(city, &city->client, cookie);
    open_stream(city, &stream, cookie);
    open_stream(city, &phone, city_login(city, &city->client, "ada@example.org", PASSWORD));
    open_stream(city, &ben,
                city_login(city, &city->client, "ben@example.org", "another good password"));
    open_stream(city, &stranger, S(""));
    assert_false(client_stream_ends(&stream, 300)); /* others came in meanwhile */
    Answer answer =
        post_form(&city->client, S("/abmelden"), cookie, str_fmt(city, "token=%.*s", SARG(token)));
    assert_status(303, answer);
    Str gone = answer_header(&answer, S("Set-Cookie"));
    assert_true(str_starts(gone, S("hanse=;")));
    assert_true(str_find(gone, S("Max-Age=0")) > 0);
    assert_false(is_logged_in(&city->client, cookie));
    assert_true(client_stream_ends(&stream, 2000));
    Client *others[] = {&phone, &ben, &stranger};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(client_stream_ends(others[i], 300));
    client_done(&stream);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        client_done(others[i]);
}

/* One's other sessions can be ended; somebody else's cannot. */
static void a_session_is_ended_from_another_one_of_the_same_person_only(void **state)
{
    City *city = *state;
    Str desk = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str phone = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str ben = city_login(city, &city->client, "ben@example.org", "another good password");
    Str id = first_other_session(&city->client, desk);
    Str as_ben = str_fmt(city, "token=%.*s&id=%.*s",
                         SARG(city_form_token(city, &city->client, desk)), SARG(id));
    assert_status(403, post_form(&city->client, S("/konto/sitzung"), ben, as_ben));
    /* Ben's own form token is on no page while he has one session: the logout button has one. */
    Answer page = ask(&city->client, .path = S("/konto"), .headers = ben);
    assert_true(answer_has(&page, S("name=\"token\"")));
    as_ben = str_fmt(city, "token=%.*s&id=%.*s", SARG(city_form_token(city, &city->client, ben)),
                     SARG(id));
    assert_status(303, post_form(&city->client, S("/konto/sitzung"), ben, as_ben));
    assert_true(is_logged_in(&city->client, phone));
    Str body = str_fmt(city, "token=%.*s&id=%.*s", SARG(city_form_token(city, &city->client, desk)),
                       SARG(id));
    Client on_desk, on_phone;
    open_stream(city, &on_desk, desk);
    open_stream(city, &on_phone, phone);
    assert_status(303, post_form(&city->client, S("/konto/sitzung"), desk, body));
    assert_true(client_stream_ends(&on_phone, 2000));
    assert_false(client_stream_ends(&on_desk, 300));
    client_done(&on_desk);
    client_done(&on_phone);
    assert_false(is_logged_in(&city->client, phone));
    assert_true(is_logged_in(&city->client, desk));
}

/* ---- forms from elsewhere ---- */

static void a_form_from_elsewhere_changes_nothing(void **state)
{
    City *city = *state;
    Client *client = &city->client;
    Str victim = city_login(city, client, "ada@example.org", PASSWORD);
    Str phone = city_login(city, client, "ada@example.org", PASSWORD);
    Str ben = city_login(city, client, "ben@example.org", "another good password");
    Str own = city_form_token(city, client, victim);
    Str id = first_other_session(client, victim);
    Str bare = str_fmt(city, "id=%.*s", SARG(id));
    Str good = str_fmt(city, "token=%.*s&id=%.*s", SARG(own), SARG(id));
    Str other =
        str_fmt(city, "token=%.*s&id=%.*s", SARG(city_form_token(city, client, phone)), SARG(id));
    Str bens =
        str_fmt(city, "token=%.*s&id=%.*s", SARG(city_form_token(city, client, ben)), SARG(id));
    Str none = str_fmt(city, "token=&id=%.*s", SARG(id));
    const struct {
        Str headers, body;
    } TRIES[] = {{S(""), bare},
                 {S(""), none},
                 {S(""), other},
                 {S(""), bens},
                 {S("Origin: https://evil.example\r\n"), good},
                 {S("Origin: null\r\n"), good},
                 {S("Origin: http://127.0.0.1:1\r\n"), good},
                 {S("Sec-Fetch-Site: cross-site\r\n"), good},
                 {S("Sec-Fetch-Site: same-site\r\n"), good}};
    for (size_t i = 0; i < COUNT_OF(TRIES); i++) {
        Str headers = str_fmt(city, "%.*s%.*s", SARG(victim), SARG(TRIES[i].headers));
        print_message("# try %zu\n", i);
        assert_status(403, post_form(client, S("/konto/sitzung"), headers, TRIES[i].body));
        assert_status(403, post_form(client, S("/abmelden"), headers, TRIES[i].body));
        assert_int_equal(other_sessions(client, victim), 1);
    }
    Str same = str_fmt(city, "%.*sOrigin: http://127.0.0.1:%u\r\nSec-Fetch-Site: same-origin\r\n",
                       SARG(victim), city->port);
    assert_status(303, post_form(client, S("/konto/sitzung"), same, good));
    assert_int_equal(other_sessions(client, victim), 0);
}

/* Else an attacker could log somebody in as himself. */
static void a_login_sent_from_another_site_is_refused(void **state)
{
    City *city = *state;
    Answer answer = login(city, &city->client, "ada@example.org", PASSWORD, "",
                          S("Origin: https://evil.example\r\n"));
    assert_status(403, answer);
    assert_null(answer_header(&answer, S("Set-Cookie")).p);
    answer = login(city, &city->client, "ada@example.org", PASSWORD, "",
                   S("Sec-Fetch-Site: cross-site\r\n"));
    assert_status(403, answer);
    assert_null(answer_header(&answer, S("Set-Cookie")).p);
}

/* ---- tokens and persons, changed while the server runs ---- */

static Answer create(City *city, Str headers, const char *id)
{
    return ask(&city->client, .path = S(ENTITIES), .headers = headers, .type = AS_JSON,
               .body = str_fmt(city, "{\"id\":\"urn:ngsi-ld:Sample:%s\",\"type\":\"Sample\"}", id));
}

static void tokens_come_and_go_while_the_server_runs(void **state)
{
    City *city = *state;
    int64_t id;
    assert_status(401, create(city, S(""), "1"));
    Str bearer = city_bearer(city, city_add_token(city, "entity:write entity:read", &id));
    assert_true(city_wait_log(city, S("reloaded"), 5000));
    assert_status(201, create(city, bearer, "1"));
    Ran ran = city_run(city, "token", "list", "--data", city->data);
    assert_ran(0, ran);
    assert_true(str_find(ran.out, S("entity:write")) > 0);
    assert_true(str_find(ran.out, str_slice(bearer, 22, 60)) < 0);
    assert_ran(0, city_run(city, "token", "remove", city_fmt(city, "%lld", (long long)id), "--data",
                           city->data));
    Answer answer = create(city, bearer, "2");
    for (int i = 0; i < 500 && answer.status != 401; i++, sleep_ms(10))
        answer = create(city, bearer, city_fmt(city, "x%d", i));
    assert_status(401, answer);
    assert_true(str_starts(answer_header(&answer, S("WWW-Authenticate")), S("Bearer")));
    assert_ran(66, city_run(city, "token", "remove", city_fmt(city, "%lld", (long long)id),
                            "--data", city->data));
    assert_ran(
        64, city_run(city, "token", "add", "x", "--scopes", "entity:rite", "--data", city->data));
}

static void a_person_added_while_the_server_runs_can_log_in(void **state)
{
    City *city = *state;
    city_add_person(city, "cem@example.org", "operator", PASSWORD);
    city_login(city, &city->client, "cem@example.org", PASSWORD);
    Ran ran = city_run(city, "user", "add", "cem@example.org", "--password-file",
                       city_path(city, "password"), "--data", city->data);
    assert_ran(73, ran);
}

#define WITH_PERSONS(test) cmocka_unit_test_setup_teardown(test, setup_persons, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PERSONS(a_right_password_opens_a_session_with_a_guarded_cookie),
        WITH_PERSONS(over_https_the_cookie_is_bound_to_host_and_transport),
        WITH_PERSONS(a_wrong_password_and_an_unknown_person_look_the_same),
        WITH_PERSONS(ten_wrong_tries_close_the_door_for_address_and_name),
        WITH_PERSONS(a_cookie_from_before_the_login_is_worth_nothing_after_it),
        WITH_PERSONS(after_a_login_only_a_page_of_this_site_follows),
        WITH_PERSONS(logging_out_ends_the_session_and_its_streams_at_once),
        WITH_PERSONS(a_session_is_ended_from_another_one_of_the_same_person_only),
        WITH_PERSONS(a_form_from_elsewhere_changes_nothing),
        WITH_PERSONS(a_login_sent_from_another_site_is_refused),
        WITH_PERSONS(tokens_come_and_go_while_the_server_runs),
        WITH_PERSONS(a_person_added_while_the_server_runs_can_log_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Every route of the program, as everybody who may come: what the tables of routes and permissions
 * say is what the running program does. */
#include "program.h"

#undef ENTITIES
#undef OPERATIONS
#undef TEMPORAL
#include "core/actor.h"

typedef enum Face { FACE_NGSI_LD, FACE_JSON, FACE_PAGE, FACE_PLAIN } Face;
typedef enum Kind { KIND_READ, KIND_WRITE } Kind;

typedef struct RouteRow {
    const char *method, *path;
    Kind kind;
    Face face;
    Permission may;
    const char *help;
} RouteRow;

/* The same rows from which the program makes its own table. */
static const RouteRow ROUTES[] = {
#define ROUTE(method, path, kind, face, may, decode, apply, encode, body_max, help)                \
    {method, path, KIND_##kind, FACE_##face, MAY_##may, help},
#define PAGE(path, may, apply, help)                                                               \
    {"GET", path, KIND_READ, FACE_PAGE, MAY_##may, help},                                          \
        {"GET", "/en" path, KIND_READ, FACE_PAGE, MAY_##may, help},
#define FORM(path, may, decode, prepare, apply, encode, help)                                      \
    {"POST", path, KIND_WRITE, FACE_PAGE, MAY_##may, help},                                        \
        {"POST", "/en" path, KIND_WRITE, FACE_PAGE, MAY_##may, help},
#define UPLOAD FORM
#define DOWNLOAD(path, may, prepare, encode, help)                                                 \
    {"GET", path, KIND_READ, FACE_PAGE, MAY_##may, help},
#define OUTWARD(path, kind, may, decode, prepare, apply, encode, help)                             \
    {"GET", path, KIND_##kind, FACE_PAGE, MAY_##may, help},
#include "app/routes.def"
#undef ROUTE
#undef PAGE
#undef FORM
#undef UPLOAD
#undef DOWNLOAD
#undef OUTWARD
};

static const struct {
    const char *scope;
    uint32_t roles;
    bool open;
} PERMISSIONS[] = {
#define PERMISSION(code, scope, roles, open, help) {scope, roles, open},
#include "core/permission.def"
#undef PERMISSION
};

static const char PASSWORD[] = "a password for the test of routes";
static const char ID[] = "urn:ngsi-ld:Sample:1";

/* ---- requests that fit a route ---- */

/* Holes are filled with what exists for reads, and with what does not for writes. */
static const struct {
    const char *hole, *read, *write;
} SAMPLES[] = {{"{id}", "urn:ngsi-ld:Sample:1", "urn:ngsi-ld:Sample:none"},
               {"{slug}", "freie-stellplaetze", "none"},
               {"{type}", "Sample", "none"},
               {"{attr}", "level", "none"},
               {"{name}", "none", "none"}};

static Str path_filled(City *city, const RouteRow *route)
{
    Buf buf = buf_new(&city->arena, 4096);
    for (Str rest = str_from(route->path); rest.n;) {
        size_t used = 0;
        for (size_t i = 0; i < COUNT_OF(SAMPLES) && !used; i++)
            if (str_starts(rest, str_from(SAMPLES[i].hole))) {
                buf_put(&buf,
                        str_from(route->kind == KIND_READ ? SAMPLES[i].read : SAMPLES[i].write));
                used = strlen(SAMPLES[i].hole);
            }
        if (!used)
            buf_char(&buf, rest.p[0]);
        rest = str_from_index(rest, used ? used : 1);
    }
    return buf_str(&buf);
}

static bool is_stream(const RouteRow *route)
{
    return strcmp(route->path, "/sse") == 0;
}

static bool ends_session(const RouteRow *route)
{
    return str_ends(str_from(route->path), S("/abmelden"));
}

typedef struct Caller {
    const char *name;
    uint32_t roles; /* of the person logged in */
    Permission scope;
    bool by_token;
    const char *mail; /* NULL: nobody is logged in */
    Str headers;
    Str form_token;
    uint8_t source;
} Caller;

static Answer call_stream(City *city, Str path, Str headers)
{
    Client client;
    client_init(&client, &city->arena, city->port);
    client_connect(&client);
    client_send(&client, client_request_text(&client, (Request){.path = path, .headers = headers}));
    Answer answer = client_read_head(&client);
    client_done(&client);
    return answer;
}

static Answer call_as(City *city, Client *client, const RouteRow *route, const Caller *caller)
{
    Str path = path_filled(city, route);
    if (is_stream(route))
        return call_stream(city, str_fmt(city, "/sse?ids=%s", ID), caller->headers);
    Request request = {.method = route->method, .path = path, .headers = caller->headers};
    if (strcmp(route->method, "GET") != 0 && strcmp(route->method, "DELETE") != 0) {
        request.type = route->face == FACE_PAGE ? AS_FORM : AS_JSON;
        request.body = route->face == FACE_PAGE
                           ? str_fmt(city, "id=0&token=%.*s", SARG(caller->form_token))
                           : S("{}");
    }
    return client_ask(client, request);
}

/* ---- what must come ---- */

static bool is_machine(const RouteRow *route)
{
    return route->face != FACE_PAGE;
}

static bool roles_may(uint32_t roles, Permission permission)
{
    return (PERMISSIONS[permission].roles & (roles | ROLE_ANYONE)) != 0;
}

static bool is_known(const RouteRow *route, const Caller *caller)
{
    return caller->by_token ? is_machine(route) : caller->mail && !is_machine(route);
}

/* Machine faces see no cookie, pages see no token: there each is a stranger. */
static bool may_call(const RouteRow *route, const Caller *caller)
{
    if (!is_known(route, caller))
        return roles_may(ROLE_ANYONE, route->may);
    if (caller->by_token)
        return caller->scope == route->may || roles_may(ROLE_ANYONE, route->may);
    return roles_may(caller->roles, route->may);
}

static bool was_refused(const Answer *answer)
{
    Str location = answer_header(answer, S("Location"));
    return answer->status == 401 || answer->status == 403 ||
           (answer->status == 303 && str_find(location, S("/anmelden?weiter=")) >= 0);
}

static int refusal_of(const RouteRow *route, const Caller *caller)
{
    if (is_known(route, caller))
        return 403;
    return is_machine(route) || strcmp(route->method, "GET") != 0 ? 401 : 303;
}

/* What a stranger typed into a page's form is kept, and the way leads to the login. */
static bool keeps_draft(const RouteRow *route, const Caller *caller, const Answer *answer)
{
    return route->face == FACE_PAGE && route->kind == KIND_WRITE && !is_known(route, caller) &&
           answer->status == 303 && was_refused(answer);
}

static void assert_admitted_as_the_table_says(City *city, Client *client, const RouteRow *route,
                                              const Caller *caller)
{
    Answer answer = call_as(city, client, route, caller);
    bool expected = may_call(route, caller);
    bool right = expected ? !was_refused(&answer) && answer.status >= 200 && answer.status < 500
                          : answer.status == refusal_of(route, caller) ||
                                keeps_draft(route, caller, &answer);
    if (right)
        return;
    print_message("# %s %s as %s: %d, where %s was expected\n# %.*s\n", route->method, route->path,
                  caller->name, answer.status, expected ? "admission" : "a refusal",
                  SARG(str_slice(answer.body, 0, 300)));
    assert_true(false);
}

/* What every hole of a path can be filled with: an entity, and a source of an indicator. */
static void create_sample(City *city, Str headers)
{
#define PARKING "https://smartdatamodels.org/dataModel.Parking/"
    Str source = S("{\"id\":\"urn:ngsi-ld:OffStreetParking:1\",\"type\":\"" PARKING
                   "OffStreetParking\",\"" PARKING "availableSpotNumber\":{\"type\":\"Property\","
                   "\"value\":7},\"" PARKING "totalSpotNumber\":{\"type\":\"Property\","
                   "\"value\":20}}");
#undef PARKING
    assert_status(201, ask(&city->client, .path = S("/ngsi-ld/v1/entities"), .headers = headers,
                           .type = AS_JSON, .body = source));
    Str body = str_fmt(city,
                       "{\"id\":\"%s\",\"type\":\"Sample\",\"level\":{\"type\":\"Property\","
                       "\"value\":1,\"observedAt\":\"2026-01-01T00:00:00Z\"}}",
                       ID);
    assert_status(201, ask(&city->client, .path = S("/ngsi-ld/v1/entities"), .headers = headers,
                           .type = AS_JSON, .body = body));
}

static void walk(City *city, Caller *caller)
{
    Client client;
    client_init(&client, &city->arena, city->port);
    client.source = caller->source;
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
        if (caller->mail && ends_session(&ROUTES[i])) {
            Caller leaving = *caller;
            leaving.headers = city_login(city, &client, caller->mail, PASSWORD);
            leaving.form_token = city_form_token(city, &client, leaving.headers);
            assert_admitted_as_the_table_says(city, &client, &ROUTES[i], &leaving);
            continue;
        }
        assert_admitted_as_the_table_says(city, &client, &ROUTES[i], caller);
    }
    client_done(&client);
}

static void strangers_and_persons_reach_what_their_roles_carry(void **state)
{
    static const struct {
        const char *name;
        uint32_t roles;
    } ROLES[] = {{"member", ROLE_MEMBER},
                 {"editor", ROLE_MEMBER | ROLE_EDITOR},
                 {"operator", ROLE_MEMBER | ROLE_OPERATOR},
                 {"office", ROLE_MEMBER | ROLE_OFFICE},
                 {"admin", ROLE_MEMBER | ROLE_ADMIN}};
    City *city = *state;
    for (size_t i = 0; i < COUNT_OF(ROLES); i++)
        city_add_person(city, city_fmt(city, "%s@example.org", ROLES[i].name), ROLES[i].name,
                        PASSWORD);
    Str bearer = city_bearer(city, city_add_token(city, "entity:write", NULL));
    city_serve(city, NULL);
    create_sample(city, bearer);
    walk(city, &(Caller){.name = "stranger", .headers = S("")});
    for (size_t i = 0; i < COUNT_OF(ROLES); i++) {
        Caller caller = {.name = ROLES[i].name,
                         .roles = ROLES[i].roles,
                         .mail = city_fmt(city, "%s@example.org", ROLES[i].name),
                         .source = (uint8_t)(10 + i)};
        Client client;
        client_init(&client, &city->arena, city->port);
        client.source = caller.source;
        caller.headers = city_login(city, &client, caller.mail, PASSWORD);
        caller.form_token = city_form_token(city, &client, caller.headers);
        client_done(&client);
        walk(city, &caller);
    }
}

static void tokens_reach_what_their_scopes_name(void **state)
{
    City *city = *state;
    Caller callers[MAY_COUNT_];
    Str writer = {0};
    for (size_t i = 0; i < MAY_COUNT_; i++) {
        Str secret = city_add_token(city, PERMISSIONS[i].scope, NULL);
        callers[i] = (Caller){.name = PERMISSIONS[i].scope,
                              .by_token = true,
                              .scope = (Permission)i,
                              .headers = city_bearer(city, secret)};
        if (i == MAY_ENTITY_WRITE)
            writer = callers[i].headers;
    }
    city_serve(city, NULL);
    create_sample(city, writer);
    for (size_t i = 0; i < MAY_COUNT_; i++)
        walk(city, &callers[i]);
    Caller wrong = {.name = "an unknown token",
                    .by_token = true,
                    .headers = S("Authorization: Bearer "
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n")};
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
        if (!is_machine(&ROUTES[i]))
            continue;
        Answer answer = call_as(city, &city->client, &ROUTES[i], &wrong);
        assert_status(401, answer);
        assert_true(str_starts(answer_header(&answer, S("WWW-Authenticate")), S("Bearer")));
    }
}

static void an_open_server_gives_strangers_the_open_permissions_at_machine_faces(void **state)
{
    City *city = *state;
    create_sample(city, S(""));
    Caller stranger = {.name = "stranger at an open server", .headers = S("")};
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
        const RouteRow *route = &ROUTES[i];
        Answer answer = call_as(city, &city->client, route, &stranger);
        bool open = is_machine(route) && PERMISSIONS[route->may].open;
        if (open || roles_may(ROLE_ANYONE, route->may)) {
            if (was_refused(&answer))
                print_message("# %s %s\n", route->method, route->path);
            assert_false(was_refused(&answer));
        } else {
            if (!keeps_draft(route, &stranger, &answer))
                assert_status(refusal_of(route, &stranger), answer);
        }
        if (!open || route->kind == KIND_READ)
            continue;
        /* A page of another site, or another name of this machine, does not write. */
        Caller foreign = {.name = "", .headers = S("Origin: https://evil.example\r\n")};
        assert_status(401, call_as(city, &city->client, route, &foreign));
        foreign.headers = S("Sec-Fetch-Site: cross-site\r\n");
        assert_status(401, call_as(city, &city->client, route, &foreign));
        foreign.headers = S("Host: evil.example\r\n");
        assert_status(401, call_as(city, &city->client, route, &foreign));
    }
}

/* ---- the table itself ---- */

static void every_row_is_one_of_a_kind_and_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
        const RouteRow *route = &ROUTES[i];
        assert_true(route->may < MAY_COUNT_);
        assert_true(route->path[0] == '/' && strlen(route->help) > 3);
        if (route->kind == KIND_WRITE && route->may != MAY_LOGIN && is_machine(route))
            assert_false(PERMISSIONS[route->may].roles & ROLE_ANYONE);
        for (size_t j = 0; j < i; j++)
            assert_false(strcmp(route->path, ROUTES[j].path) == 0 &&
                         strcmp(route->method, ROUTES[j].method) == 0);
    }
}

/* ---- methods ---- */

static bool path_offers(const char *path, const char *method)
{
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++)
        if (strcmp(ROUTES[i].path, path) == 0 && strcmp(ROUTES[i].method, method) == 0)
            return true;
    return false;
}

static bool list_has(Str list, const char *word)
{
    while (list.p)
        if (str_eq(str_trim(str_cut(&list, ',')), str_from(word)))
            return true;
    return false;
}

static void assert_allow(const RouteRow *route, Str allow)
{
    static const char *const METHODS[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    for (size_t m = 0; m < COUNT_OF(METHODS); m++)
        if (list_has(allow, METHODS[m]) != path_offers(route->path, METHODS[m])) {
            print_message("# %s: Allow: %.*s\n", route->path, SARG(allow));
            assert_true(false);
        }
    assert_int_equal(list_has(allow, "HEAD"), path_offers(route->path, "GET"));
    assert_true(list_has(allow, "OPTIONS"));
}

static void paths_tell_their_methods_and_refuse_others(void **state)
{
    static const char *const METHODS[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    City *city = *state;
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
        Str path = path_filled(city, &ROUTES[i]);
        Answer answer = ask(&city->client, .method = "OPTIONS", .path = path);
        assert_status(204, answer);
        assert_allow(&ROUTES[i], answer_header(&answer, S("Allow")));
        for (size_t m = 0; m < COUNT_OF(METHODS); m++) {
            if (path_offers(ROUTES[i].path, METHODS[m]))
                continue;
            answer = ask(&city->client, .method = METHODS[m], .path = path);
            if (answer.status != 405)
                print_message("# %s %s\n", METHODS[m], ROUTES[i].path);
            assert_status(405, answer);
            assert_allow(&ROUTES[i], answer_header(&answer, S("Allow")));
        }
    }
}

static void head_is_get_without_a_body_and_a_slash_behind_does_not_matter(void **state)
{
    City *city = *state;
    create_sample(city, S(""));
    Caller stranger = {.name = "stranger", .headers = S("")};
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
        const RouteRow *route = &ROUTES[i];
        if (strcmp(route->method, "GET") != 0 || is_stream(route))
            continue;
        Str path = path_filled(city, route);
        Answer get = call_as(city, &city->client, route, &stranger);
        Answer head = ask(&city->client, .method = "HEAD", .path = path);
        assert_status(get.status, head);
        assert_str_equal(answer_header(&get, S("Content-Type")),
                         answer_header(&head, S("Content-Type")));
        if (path.p[path.n - 1] == '/')
            continue;
        Answer slash = ask(&city->client, .path = str_fmt(city, "%.*s/", SARG(path)));
        if (slash.status != get.status)
            print_message("# %.*s/\n", SARG(path));
        assert_status(get.status, slash);
    }
}

static void what_is_nowhere_is_said_in_the_language_of_its_face(void **state)
{
    City *city = *state;
    Answer answer = ask(&city->client, .path = S("/nirgends"));
    assert_status(404, answer);
    assert_true(answer_has(&answer, S("<html lang=\"de\"")));
    answer = ask(&city->client, .path = S("/en/nowhere"));
    assert_status(404, answer);
    assert_true(answer_has(&answer, S("<html lang=\"en\"")));
    answer = ask(&city->client, .path = S("/ngsi-ld/v1/nowhere"));
    assert_status(404, answer);
    assert_str("application/json", answer_header(&answer, S("Content-Type")));
    json_at(answer_json(&city->arena, &answer), "detail");
    assert_status(404, ask(&city->client, .path = S("//stadt")));
    assert_status(404, ask(&city->client, .path = S("/stadt/../stadt")));
    assert_status(404, ask(&city->client, .path = S("/assets/../../hanse.db")));
    assert_status(404, ask(&city->client, .path = S("/assets/%2e%2e%2f%2e%2e%2fhanse.db")));
    assert_status(404, ask(&city->client, .path = S("/enfoo")));
}

/* ---- pages ---- */

/* Things of people are looked at where there are some: by the crawl of a filled city. */
static bool is_of_people(const RouteRow *route)
{
    Str path = str_from(route->path);
    if (str_ends(path, S("/bericht"))) /* opened by the link of a mail alone */
        return true;
    return str_find(path, S("{")) >= 0 && str_find(path, S("/stadt/")) < 0;
}

static void assert_page(City *city, const RouteRow *route, Str headers)
{
    Str path = path_filled(city, route);
    bool english = str_eq(path, S("/en")) || str_starts(path, S("/en/"));
    Answer answer = ask(&city->client, .path = path, .headers = headers);
    /* An indicator is there when the job that computes it has run. */
    bool later = str_find(str_from(route->path), S("{slug}")) >= 0;
    for (int i = 0; later && answer.status == 404 && i < 300; i++, sleep_ms(100))
        answer = ask(&city->client, .path = path, .headers = headers);
    if (answer.status != 200)
        print_message("# %.*s\n", SARG(path));
    assert_status(200, answer);
    assert_str("nosniff", answer_header(&answer, S("X-Content-Type-Options")));
    assert_non_null(answer_header(&answer, S("Content-Security-Policy")).p);
    if (!str_starts(answer_header(&answer, S("Content-Type")), S("text/html")))
        return;
    assert_true(answer_has(&answer, english ? S("<html lang=\"en\"") : S("<html lang=\"de\"")));
    assert_false(answer_has(&answer, english ? S("<html lang=\"de\"") : S("<html lang=\"en\"")));
    assert_true(answer_has(&answer, S("<main")) && answer_has(&answer, S("</html>")));
    assert_true(answer_has(&answer, S("<title>")));
}

static void every_page_is_there_in_german_and_in_english(void **state)
{
    City *city = *state;
    city_add_person(city, "ada@example.org", "admin", PASSWORD);
    city_add_person(city, "ole@example.org", "office", PASSWORD);
    Str bearer = city_bearer(city, city_add_token(city, "entity:write", NULL));
    city_serve(city, "--keep-mails");
    create_sample(city, bearer);
    Str admin = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str office = city_login(city, &city->client, "ole@example.org", PASSWORD);
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
        const RouteRow *route = &ROUTES[i];
        if (route->face != FACE_PAGE || strcmp(route->method, "GET") != 0 || is_stream(route) ||
            is_of_people(route))
            continue;
        /* Who is logged in is sent on from the forms to log in and to sign up. */
        bool login = str_ends(str_from(route->path), S("/anmelden")) ||
                     str_ends(str_from(route->path), S("/registrieren"));
        Str cookie = roles_may(ROLE_MEMBER | ROLE_ADMIN, route->may) ? admin : office;
        assert_page(city, route, login ? S("") : cookie);
        count++;
    }
    assert_true(count >= 20);
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, city_setup, city_teardown)
#define IN_AN_OPEN_CITY(test) cmocka_unit_test_setup_teardown(test, city_setup_open, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_one_of_a_kind_and_explained),
        IN_A_CITY(strangers_and_persons_reach_what_their_roles_carry),
        IN_A_CITY(tokens_reach_what_their_scopes_name),
        IN_AN_OPEN_CITY(an_open_server_gives_strangers_the_open_permissions_at_machine_faces),
        IN_AN_OPEN_CITY(paths_tell_their_methods_and_refuse_others),
        IN_AN_OPEN_CITY(head_is_get_without_a_body_and_a_slash_behind_does_not_matter),
        IN_AN_OPEN_CITY(what_is_nowhere_is_said_in_the_language_of_its_face),
        IN_A_CITY(every_page_is_there_in_german_and_in_english),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Every change applied twice, the first time taken back, leaves the same store as applied once:
 * every route that writes, and every command. */
#include "program_fault.h"

#include <sqlite3.h>

typedef struct Script {
    const char *method, *path, *body;
    int status;
} Script;

#define PROPERTY(value) "{\"type\":\"Property\",\"value\":" value "}"
#define SUBSCRIPTIONS "/ngsi-ld/v1/subscriptions"
#define SUBSCRIPTION "urn:fault:twice:subscription"
#define E1 "urn:fault:twice:1"
#define E2 "urn:fault:twice:2"
#define E3 "urn:fault:twice:3"
#define E5 "urn:fault:twice:5"

/* Every route for machines that writes, creating, changing and failing. {instance} stands for the
 * id of the oldest instance of "n" in the entity's history. */
static const Script SCRIPT[] = {
    {"POST", ENTITIES,
     "{\"id\":\"" E1 "\",\"type\":\"Twice\",\"n\":" PROPERTY("1") ",\"m\":" PROPERTY("\"x\"") "}",
     201},
    {"POST", ENTITIES, "{\"id\":\"" E1 "\",\"type\":\"Twice\"}", 409},
    {"POST", ENTITIES,
     "{\"id\":\"" E2 "\",\"type\":[\"Twice\",\"Other\"],\"location\":{\"type\":\"GeoProperty\","
     "\"value\":{\"type\":\"Point\",\"coordinates\":[7.46,51.51]}}}",
     201},
    {"PATCH", ENTITIES "/" E1 "/attrs/n", PROPERTY("2"), 204},
    {"PATCH", ENTITIES "/" E1 "/attrs/none", PROPERTY("2"), 404},
    {"PATCH", ENTITIES "/" E1 "/attrs", "{\"n\":" PROPERTY("3") "}", 204},
    {"POST", ENTITIES "/" E1 "/attrs", "{\"added\":" PROPERTY("[1,2]") "}", 204},
    {"PUT", ENTITIES "/" E1 "/attrs/m", PROPERTY("{\"deep\":true}"), 204},
    {"PATCH", ENTITIES "/" E2,
     "{\"location\":{\"type\":\"GeoProperty\",\"value\":{\"type\":\"Point\","
     "\"coordinates\":[7.5,51.5]}}}",
     204},
    {"DELETE", ENTITIES "/" E1 "/attrs/added", NULL, 204},
    {"PUT", ENTITIES "/" E1, "{\"id\":\"" E1 "\",\"type\":\"Twice\",\"n\":" PROPERTY("4") "}", 204},
    {"POST", OPERATIONS "/create",
     "[{\"id\":\"" E3 "\",\"type\":\"Twice\",\"n\":" PROPERTY("1") "},"
                                                                   "{\"id\":\"" E1
                                                                   "\",\"type\":\"Twice\"}]",
     207},
    {"POST", OPERATIONS "/upsert",
     "[{\"id\":\"" E3 "\",\"type\":\"Twice\",\"n\":" PROPERTY(
         "2") "},"
              "{\"id\":\"urn:fault:twice:4\",\"type\":\"Twice\",\"n\":" PROPERTY("1") "}]",
     201},
    {"POST", OPERATIONS "/update",
     "[{\"id\":\"" E3 "\",\"type\":\"Twice\",\"n\":" PROPERTY("5") "}]", 204},
    {"POST", OPERATIONS "/merge",
     "[{\"id\":\"" E3 "\",\"type\":\"Twice\",\"o\":" PROPERTY("6") "}]", 204},
    {"POST", TEMPORAL,
     "{\"id\":\"" E5 "\",\"type\":\"Twice\",\"n\":[{\"type\":\"Property\",\"value\":1,"
     "\"observedAt\":\"2020-01-01T00:00:00Z\"},{\"type\":\"Property\",\"value\":2,"
     "\"observedAt\":\"2020-01-02T00:00:00Z\"}]}",
     201},
    {"POST", TEMPORAL "/" E5 "/attrs",
     "{\"n\":[{\"type\":\"Property\",\"value\":3,\"observedAt\":\"2020-01-03T00:00:00Z\"}]}", 204},
    {"PATCH", TEMPORAL "/" E5 "/attrs/n/{instance}",
     "{\"n\":[{\"type\":\"Property\",\"value\":4,\"observedAt\":\"2020-01-01T00:00:00Z\"}]}", 204},
    {"DELETE", TEMPORAL "/" E5 "/attrs/n/{instance}", NULL, 204},
    {"DELETE", TEMPORAL "/" E1 "/attrs/m", NULL, 204},
    {"DELETE", TEMPORAL "/" E3, NULL, 204},
    {"POST", SUBSCRIPTIONS,
     "{\"id\":\"" SUBSCRIPTION "\",\"type\":\"Subscription\",\"entities\":[{\"type\":\"None\"}],"
     "\"notification\":{\"endpoint\":{\"uri\":\"http://127.0.0.1:9/in\"}}}",
     201},
    {"PATCH", SUBSCRIPTIONS "/" SUBSCRIPTION, "{\"description\":\"changed\"}", 204},
    {"DELETE", SUBSCRIPTIONS "/" SUBSCRIPTION, NULL, 204},
    {"DELETE", SUBSCRIPTIONS "/" SUBSCRIPTION, NULL, 404},
    {"DELETE", ENTITIES "/" E2, NULL, 204},
    {"DELETE", ENTITIES "/" E2, NULL, 404},
    {"POST", OPERATIONS "/delete", "[\"urn:fault:twice:4\"]", 204},
};

static Str oldest_instance(City *city)
{
    Answer answer = ask(&city->client, .path = S(TEMPORAL "/" E5 "?attrs=n"));
    assert_status(200, answer);
    Str oldest = {0}, oldest_at = {0};
    JsonIter it = json_iter(json_at(answer_json(&city->arena, &answer), "n"));
    while (json_next(&it)) {
        Str at = json_raw(json_at(it.value, "observedAt"));
        if (!oldest.p || str_cmp(at, oldest_at) < 0) {
            oldest = json_raw(json_at(it.value, "instanceId"));
            oldest_at = at;
        }
    }
    assert_true(oldest.n > 0);
    return oldest;
}

static Str path_of(City *city, const Script *s)
{
    Str path = str_from(s->path);
    ptrdiff_t hole = str_find(path, S("{instance}"));
    return hole < 0 ? path
                    : str_fmt(city, "%.*s%.*s", (int)hole, path.p, SARG(oldest_instance(city)));
}

static void run_script(City *city)
{
    for (size_t i = 0; i < COUNT_OF(SCRIPT); i++) {
        const Script *s = &SCRIPT[i];
        Answer answer = ask(&city->client, .method = s->method, .path = path_of(city, s),
                            .type = s->body ? AS_JSON : (Str){0},
                            .body = s->body ? str_from(s->body) : (Str){0});
        if (answer.status != s->status)
            print_message("# %s %s\n", s->method, s->path);
        assert_status(s->status, answer);
    }
}

/* ---- forms ---- */

static const char MAIL[] = "ada@example.org";
static const char OLD[] = "correct horse battery staple";

/* The forms in the order in which post_forms sends them; the first is in city_login. */
static const Script FORMS[] = {
    {"POST", "/anmelden", "", 303},
    {"POST", "/konto/sitzung", "&id=2", 303},
    {"POST", "/konto/passwort",
     "&current=correct+horse+battery+staple&fresh=donkey+crossing+at+noon"
     "&again=donkey+crossing+at+noon",
     303},
    {"POST", "/abmelden", "", 303},
};

static void post_forms(City *city)
{
    Client *client = &city->client;
    Str cookie = city_login(city, client, MAIL, OLD);
    city_login(city, client, MAIL, OLD); /* the session that is ended from the first one */
    assert_status(422, ask(client, .path = S("/anmelden"), .type = AS_FORM,
                           .body = S("mail=ada@example.org&password=wrong")));
    for (size_t i = 1; i < COUNT_OF(FORMS); i++) {
        Str body = str_fmt(city, "token=%.*s%s", SARG(city_form_token(city, client, cookie)),
                           FORMS[i].body);
        assert_status(FORMS[i].status, ask(client, .path = str_from(FORMS[i].path), .type = AS_FORM,
                                           .headers = cookie, .body = body));
    }
}

/* ---- commands ---- */

static void run_commands(City *city)
{
    int64_t first, second;
    city_add_person(city, MAIL, "editor", OLD);
    city_add_token(city, "entity:read", &first);
    city_add_token(city, "entity:write", &second);
    assert_ran(0, city_run(city, "token", "remove", city_fmt(city, "%lld", (long long)first),
                           "--data", city->data));
    assert_ran(0, city_run(city, "setting", "set", "city.name", "Zweimal", "--data", city->data));
    city_write_file(
        city, "in.ndjson",
        S("{\"id\":\"urn:fault:twice:6\",\"type\":\"Twice\",\"n\":" PROPERTY("1") "}\n"));
    assert_ran(0, city_run(city, "import", city_path(city, "in.ndjson"), "--data", city->data));
}

/* ---- the store ---- */

/* Times and secrets differ from run to run. */
static bool differs_anyway(Str column)
{
    return str_ends(column, S("_us")) || str_eq(column, S("change_seq")) ||
           str_eq(column, S("hash")) || str_eq(column, S("password"));
}

/* The value without the times that documents carry. */
static void dump_value(Buf *ret, Str text)
{
    static const Str TIMES[] = {S_INIT("createdAt\":\""), S_INIT("modifiedAt\":\""),
                                S_INIT("\"at_us\":")};
    for (size_t i = 0; i < text.n; i++) {
        buf_char(ret, text.p[i]);
        for (size_t k = 0; k < COUNT_OF(TIMES); k++)
            if (str_ends(str_slice(text, 0, i + 1), TIMES[k]))
                while (i + 1 < text.n && text.p[i + 1] != '"' && text.p[i + 1] != ',')
                    i++;
    }
}

static void dump_rows(sqlite3 *db, const char *table, Buf *ret)
{
    bool secret = strcmp(table, "site_key") == 0;
    char sql[256];
    sqlite3_stmt *stmt;
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        buf_fmt(ret, "%s:", table);
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const char *text = (const char *)sqlite3_column_text(stmt, i);
            Str column = str_from(sqlite3_column_name(stmt, i));
            if (differs_anyway(column) || (secret && str_eq(column, S("value"))))
                continue;
            buf_fmt(ret, " %s=", sqlite3_column_name(stmt, i));
            dump_value(ret, text ? str_from(text) : S("NULL"));
        }
        buf_char(ret, '\n');
    }
    sqlite3_finalize(stmt);
}

static Str dump(City *city)
{
    static const char TABLES[] = "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                 " AND name NOT LIKE 'migration%' AND name <> 'job' ORDER BY name";
    sqlite3 *db;
    sqlite3_stmt *stmt;
    Buf buf = buf_new(&city->arena, 1 << 24);
    const char *path = city_fmt(city, "%s/hanse.db", city->data);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, TABLES, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        dump_rows(db, (const char *)sqlite3_column_text(stmt, 0), &buf);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return buf_str(&buf);
}

static Str store_after_all(City *city, bool once)
{
    city->once = once;
    run_commands(city);
    city_serve(city, "--open");
    run_script(city);
    post_forms(city);
    assert_int_equal(city_stop(city), 0);
    return dump(city);
}

static void each_change_may_run_twice(void **state)
{
    void *other;
    City *once = *state;
    city_setup(&other);
    Str expected = store_after_all(once, true), found = store_after_all(other, false);
    static const Str KNOWN[] = {S_INIT(E5), S_INIT("urn:fault:twice:6"), S_INIT("Zweimal"),
                                S_INIT("session.close"), S_INIT("login.failed")};
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++)
        assert_true(str_find(expected, KNOWN[i]) >= 0);
    assert_str_equal(expected, found);
    assert_int_equal(city_teardown(&other), 0);
}

/* ---- every route that writes is in a script ---- */

#undef ENTITIES
#undef OPERATIONS
#undef TEMPORAL
#undef SUBSCRIPTIONS
enum { READ, WRITE };
static const struct {
    int kind;
    const char *method, *path;
} ROUTES[] = {
#define ROUTE(method, path, kind, face, may, decode, apply, encode, body_max, help)                \
    {kind, method, path},
#define PAGE(path, may, apply, help)
#define FORM(path, may, decode, prepare, apply, encode, help) {WRITE, "POST", path},
#define UPLOAD FORM
#define DOWNLOAD(path, may, prepare, encode, help)
#define OUTWARD(path, kind, may, decode, prepare, apply, encode, help) {kind, "GET", path},
#include "app/routes.def"
#undef ROUTE
#undef PAGE
#undef FORM
#undef UPLOAD
#undef DOWNLOAD
#undef OUTWARD
};

static bool fits(Str pattern, Str path)
{
    while (pattern.p && path.p) {
        Str want = str_cut(&pattern, '/'), have = str_cut(&path, '/');
        if (!(want.n && want.p[0] == '{') && !str_eq(want, have))
            return false;
    }
    return !pattern.p && !path.p;
}

static bool is_run(const Script *script, size_t count, const char *method, const char *pattern)
{
    for (size_t i = 0; i < count; i++)
        if (script[i].status < 400 && strcmp(script[i].method, method) == 0 &&
            fits(str_from(pattern), str_from(script[i].path)))
            return true;
    return false;
}

/* Forms of people's nouns need a city with people: the tests of test/program fill in each of them,
 * and all of these run with every change applied twice (program.c). */
static bool is_of_people(const char *path)
{
    static const char *const OWN[] = {"/konto/sitzung", "/konto/passwort", "/anmelden",
                                      "/abmelden"};
    Str plain = str_from(path);
    if (str_starts(plain, S("/ngsi-ld/")))
        return false;
    if (str_starts(plain, S("/en/")))
        plain = str_from_index(plain, 3);
    for (size_t i = 0; i < COUNT_OF(OWN); i++)
        if (str_eq(plain, str_from(OWN[i])))
            return false;
    return true;
}

static void every_route_that_writes_is_run(void **state)
{
    (void)state;
    int missing = 0;
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++)
        if (ROUTES[i].kind == WRITE && !is_of_people(ROUTES[i].path) &&
            !is_run(SCRIPT, COUNT_OF(SCRIPT), ROUTES[i].method, ROUTES[i].path) &&
            !is_run(FORMS, COUNT_OF(FORMS), ROUTES[i].method, ROUTES[i].path)) {
            print_message("# add %s %s to the script\n", ROUTES[i].method, ROUTES[i].path);
            missing++;
        }
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_change_may_run_twice, city_setup, city_teardown),
        cmocka_unit_test(every_route_that_writes_is_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

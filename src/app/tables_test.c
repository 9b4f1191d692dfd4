/* Walks the tables that wire the program: every statement on both engines, every route. */
#include "app/app.h"
#include "core/test_core.h"

static void every_statement_prepares(void **state)
{
    TestCore *f = *state;
    for (size_t i = 0; i < STATEMENT_TABLE_COUNT; i++) {
        assert_true(STATEMENT_TABLES[i]->count > 0);
        assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, STATEMENT_TABLES[i]));
    }
}

static void every_statement_table_stands_there_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATEMENT_TABLE_COUNT; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(STATEMENT_TABLES[i]->name, STATEMENT_TABLES[j]->name);
}

/* Shows which row it is about before the test fails. */
static void expect(bool good, const Route *route, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "# %s %s: %s\n", route->method, route->path, what);
    assert_true(good);
}

static bool is_one_of(Str word, const Str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(word, words[i]))
            return true;
    return false;
}

static void every_route_says_who_may_and_what_it_does(void **state)
{
    static const Str METHODS[] = {S_INIT("GET"), S_INIT("POST"), S_INIT("PUT"), S_INIT("PATCH"),
                                  S_INIT("DELETE")};
    (void)state;
    assert_true(ROUTE_COUNT > 0);
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const Route *route = &ROUTES[i];
        Str method = str_from(route->method);
        expect(is_one_of(method, METHODS, COUNT_OF(METHODS)), route, "unknown method");
        expect(route->permission >= 0 && route->permission < MAY_COUNT_, route, "no permission");
        expect(route->help && route->help[0], route, "no help");
        expect(route->apply || route->encode, route, "does nothing");
    }
}

/* Strangers read, but what they may change is the login, and what they write to the office. */
static void no_stranger_writes(void **state)
{
    uint32_t anyone = permissions_of_roles(ROLE_ANYONE);
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        expect(ROUTES[i].kind == ROUTE_READ || ROUTES[i].permission == MAY_LOGIN ||
                   ROUTES[i].permission == MAY_WRITE_IN || !(anyone >> ROUTES[i].permission & 1),
               &ROUTES[i], "anyone may write");
}

/* Providers lead the browser back by GET (RFC 6749, 4.1.2); what they bring counts once, and in the
 * browser alone that holds the cookie of the attempt. */
static bool is_way_back(const Route *route)
{
    return route->outward && str_ends(str_from(route->path), S("/zurueck"));
}

static void every_write_has_an_apply_and_no_get_writes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const Route *route = &ROUTES[i];
        bool safe = str_eq(str_from(route->method), S("GET"));
        expect(route->kind != ROUTE_WRITE || route->apply, route, "a WRITE without an apply");
        expect(route->kind != ROUTE_WRITE || !safe || is_way_back(route), route,
               "a GET that writes");
        expect(safe || str_eq(str_from(route->method), S("POST")) || route->kind == ROUTE_WRITE,
               route, "a method that changes, and a READ");
    }
}

static void bodies_are_limited_and_read(void **state)
{
    enum { LARGEST = 256 << 20 /* of --body-max */ };
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const Route *route = &ROUTES[i];
        Str method = str_from(route->method);
        bool takes =
            str_eq(method, S("POST")) || str_eq(method, S("PUT")) || str_eq(method, S("PATCH"));
        expect(route->body_max <= LARGEST, route, "a body without a limit");
        expect(takes || route->body_max == 0, route, "a body that nobody reads");
        expect(!takes || route->body_max > 0, route, "no body is let in");
        bool uploads = str_find(str_from(route->path), S("/anhaenge/")) >= 0 ||
                       str_ends(str_from(route->path), S("/einlesen"));
        if (route->face == FACE_PAGE && !uploads)
            expect(route->body_max <= 1 << 20, route, "a form is no upload");
    }
}

/* "/a/{x}/b" and "/a/{y}/b" are the same path. */
static bool paths_meet(Str a, Str b)
{
    while (a.p && b.p) {
        Str left = str_cut(&a, '/'), right = str_cut(&b, '/');
        bool left_takes = left.n && left.p[0] == '{', right_takes = right.n && right.p[0] == '{';
        if (left_takes != right_takes || (!left_takes && !str_eq(left, right)))
            return false;
    }
    return !a.p && !b.p;
}

static void no_two_routes_are_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        for (size_t j = 0; j < i; j++)
            expect(strcmp(ROUTES[i].method, ROUTES[j].method) != 0 ||
                       !paths_meet(str_from(ROUTES[i].path), str_from(ROUTES[j].path)),
                   &ROUTES[i], "stands there twice");
}

static void paths_are_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const Route *route = &ROUTES[i];
        Str path = str_from(route->path);
        size_t params = 0;
        expect(path.n && path.p[0] == '/', route, "a path begins with /");
        expect(path.n == 1 || path.p[path.n - 1] != '/', route, "a path ends without /");
        for (Str rest = str_from_index(path, 1); rest.p && path.n > 1;) {
            Str part = str_cut(&rest, '/');
            bool takes = str_starts(part, S("{")) && str_ends(part, S("}")) && part.n > 2;
            expect(part.n > 0, route, "an empty segment");
            expect(takes || (str_find_char(part, '{') < 0 && str_find_char(part, '}') < 0), route,
                   "a parameter is a whole segment");
            params += takes;
        }
        expect(params <= ROUTE_PARAMS_MAX, route, "more than ROUTE_PARAMS_MAX parameters");
    }
}

/* A row is found by a path of its own form: none stands in the shadow of an earlier one. */
static void every_route_can_be_reached(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        Buf path = buf_new(cx->arena, 1024);
        Str params[ROUTE_PARAMS_MAX];
        size_t count = 0, given = 0;
        const Route *found = NULL;
        for (Str rest = str_from_index(str_from(ROUTES[i].path), 1); rest.p;) {
            Str part = str_cut(&rest, '/');
            bool takes = str_starts(part, S("{"));
            given += takes;
            buf_char(&path, '/');
            buf_put(&path, takes ? S("urn:x%3A%2F1") : part);
        }
        assert_int_equal(route_find(cx->arena, str_from(ROUTES[i].method), buf_str(&path), &found,
                                    params, &count),
                         ROUTE_FOUND);
        expect(found == &ROUTES[i], &ROUTES[i], "an earlier row takes its requests");
        assert_int_equal(count, given);
        for (size_t p = 0; p < count; p++)
            assert_str("urn:x:/1", params[p]);
    }
    test_cx_done(&t);
}

static void what_is_not_there_is_told_apart(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Str params[ROUTE_PARAMS_MAX];
    size_t count;
    const Route *found = NULL;
    (void)state;
    assert_int_equal(route_find(cx->arena, S("GET"), S("/nowhere"), &found, params, &count),
                     ROUTE_NO_PATH);
    assert_int_equal(route_find(cx->arena, S("DELETE"), S("/health"), &found, params, &count),
                     ROUTE_NO_METHOD);
    assert_int_equal(route_find(cx->arena, S("HEAD"), S("/health/"), &found, params, &count),
                     ROUTE_FOUND);
    assert_int_equal(route_find(cx->arena, S("GET"), S("/stadt/daten/%zz"), &found, params, &count),
                     ROUTE_NO_PATH);
    assert_str("GET, HEAD, OPTIONS", route_allow(cx->arena, S("/health")));
    assert_str("OPTIONS", route_allow(cx->arena, S("/nowhere")));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(every_statement_prepares, teardown),
        cmocka_unit_test(every_statement_table_stands_there_once),
        cmocka_unit_test(every_route_says_who_may_and_what_it_does),
        cmocka_unit_test(no_stranger_writes),
        cmocka_unit_test(every_write_has_an_apply_and_no_get_writes),
        cmocka_unit_test(bodies_are_limited_and_read),
        cmocka_unit_test(no_two_routes_are_the_same),
        cmocka_unit_test(paths_are_well_formed),
        cmocka_unit_test(every_route_can_be_reached),
        cmocka_unit_test(what_is_not_there_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

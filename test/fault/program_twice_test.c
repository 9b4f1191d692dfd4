/* Every change applied twice, the first time taken back, leaves the same store as applied once. */
#include "program_fault.h"

#include <sqlite3.h>

typedef struct Script {
    const char *method, *path, *body;
    int status;
} Script;

#define PROPERTY(value) "{\"type\":\"Property\",\"value\":" value "}"
#define E1 "urn:fault:twice:1"
#define E2 "urn:fault:twice:2"
#define E3 "urn:fault:twice:3"

/* Every route that writes entities or history, creating, changing and failing. */
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
     "{\"id\":\"urn:fault:twice:5\",\"type\":\"Twice\",\"n\":[{\"type\":\"Property\",\"value\":1,"
     "\"observedAt\":\"2020-01-01T00:00:00Z\"},{\"type\":\"Property\",\"value\":2,"
     "\"observedAt\":\"2020-01-02T00:00:00Z\"}]}",
     201},
    {"POST", TEMPORAL "/urn:fault:twice:5/attrs",
     "{\"n\":[{\"type\":\"Property\",\"value\":3,\"observedAt\":\"2020-01-03T00:00:00Z\"}]}", 204},
    {"DELETE", ENTITIES "/" E2, NULL, 204},
    {"DELETE", ENTITIES "/" E2, NULL, 404},
    {"POST", OPERATIONS "/delete", "[\"urn:fault:twice:4\"]", 204},
};

static void run_script(City *city)
{
    for (size_t i = 0; i < COUNT_OF(SCRIPT); i++) {
        const Script *s = &SCRIPT[i];
        Answer answer = ask(&city->client, .method = s->method, .path = str_from(s->path),
                            .type = s->body ? AS_JSON : (Str){0},
                            .body = s->body ? str_from(s->body) : (Str){0});
        if (answer.status != s->status)
            print_message("# %s %s\n", s->method, s->path);
        assert_status(s->status, answer);
    }
}

/* Times differ from run to run. */
static bool is_time(Str column)
{
    return str_ends(column, S("_us")) || str_eq(column, S("change_seq"));
}

/* The value without the times that documents carry. */
static void dump_value(Buf *ret, Str text)
{
    static const Str TIMES[] = {S_INIT("createdAt\":\""), S_INIT("modifiedAt\":\"")};
    for (size_t i = 0; i < text.n; i++) {
        buf_char(ret, text.p[i]);
        for (size_t k = 0; k < COUNT_OF(TIMES); k++)
            if (str_ends(str_slice(text, 0, i + 1), TIMES[k]))
                while (i + 1 < text.n && text.p[i + 1] != '"')
                    i++;
    }
}

static void dump_rows(sqlite3 *db, const char *table, Buf *ret)
{
    char sql[256];
    sqlite3_stmt *stmt;
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        buf_fmt(ret, "%s:", table);
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const char *text = (const char *)sqlite3_column_text(stmt, i);
            if (is_time(str_from(sqlite3_column_name(stmt, i))))
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

static Str store_after_script(City *city, const char *option)
{
    city_serve(city, "--open", option);
    run_script(city);
    assert_int_equal(city_stop(city), 0);
    return dump(city);
}

static void each_change_may_run_twice(void **state)
{
    void *other;
    City *once = *state;
    city_setup(&other);
    Str expected = store_after_script(once, NULL);
    Str found = store_after_script(other, "--test-apply-twice");
    assert_true(str_find(expected, S("urn:fault:twice:5")) >= 0);
    assert_str_equal(expected, found);
    assert_int_equal(city_teardown(&other), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_change_may_run_twice, city_setup, city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

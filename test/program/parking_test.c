/* Two and a half years of a city's car parks, real and with gaps, through `hanse import` and the
 * aggregates of the temporal face. The figures were computed from the files by other means. */
#include "program.h"

#include <math.h>
#include <stdlib.h>

static const char CONTEXT[] =
    "https://raw.githubusercontent.com/smart-data-models/dataModel.Parking/master/context.jsonld";

static char *mapping(City *city)
{
    return city_fmt(city, "%s/demo/dortmund/parking-series.json", getenv("HANSE_SOURCE"));
}

typedef struct Day {
    const char *place;
    int64_t count;
    double min, max, avg, twa;
} Day;

/* Of 2022-06-01 UTC. The time-weighted mean carries in the last reading before the day and holds
 * each value until the next reading or the day's end. */
static const Day DAYS[] = {{"Friedensplatz", 171, 0, 413, 178.865, 245.949},
                           {"Theater", 172, 135, 393, 251.488, 300.760},
                           {"Hauptbahnhof", 188, 3, 325, 151.144, 192.983}};

static Str link_header(City *city)
{
    return str_fmt(city,
                   "Link: <%s>; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                   "type=\"application/ld+json\"\r\n",
                   CONTEXT);
}

/* The one value of "method": [[value, from, to]]. */
static double one_value(JsonValue attribute, const char *method)
{
    double value;
    JsonValue periods = json_at(attribute, method);
    assert_int_equal(json_count(periods), 1);
    JsonValue period = json_at(periods, "0");
    assert_true(json_f64(json_at(period, "0"), &value));
    assert_str("2022-06-01T00:00:00Z", json_raw(json_at(period, "1")));
    assert_str("2022-06-02T00:00:00Z", json_raw(json_at(period, "2")));
    return value;
}

/* To three decimals. */
static void assert_near(double expected, double actual)
{
    if (fabs(expected - actual) <= 0.0005)
        return;
    print_message("# expected %.3f, got %.6f\n", expected, actual);
    assert_true(false);
}

static void assert_day(City *city, const Day *day)
{
    Str path = str_fmt(city,
                       TEMPORAL "/urn:ngsi-ld:OffStreetParking:dortmund:%s?timerel=between"
                                "&timeAt=2022-06-01T00:00:00Z&endTimeAt=2022-06-02T00:00:00Z"
                                "&format=aggregatedValues&aggrMethods=totalCount,min,max,avg,twa",
                       day->place);
    Answer answer = ask(&city->client, .path = path, .headers = link_header(city));
    assert_status(200, answer);
    JsonValue free = json_at(answer_json(&city->arena, &answer), "availableSpotNumber");
    assert_near((double)day->count, one_value(free, "totalCount"));
    assert_near(day->min, one_value(free, "min"));
    assert_near(day->max, one_value(free, "max"));
    assert_near(day->avg, one_value(free, "avg"));
    assert_near(day->twa, one_value(free, "twa"));
}

/* The number behind the words, as "626443 new". */
static int64_t number_before(Str out, const char *row, const char *word)
{
    ptrdiff_t at = str_find(out, str_from(row));
    assert_true(at >= 0);
    Str rest = str_from_index(out, (size_t)at + strlen(row));
    for (Str line = str_cut(&rest, '\n'); line.p;) {
        Str part = str_trim(str_cut(&line, ','));
        Str number = str_cut(&part, ' ');
        int64_t value;
        if (str_eq(part, str_from(word)) && str_to_i64(number, &value))
            return value;
    }
    print_message("# no \"%s\" behind \"%s\" in:\n# %.*s\n", word, row, SARG(out));
    assert_true(false);
    return 0;
}

static Ran import_all(City *city)
{
    char *files[5];
    static const char *const NAMES[] = {"2020-h1", "2020-h2", "2021-h1", "2021-h2", "2022-h1"};
    for (size_t i = 0; i < 5; i++)
        files[i] = shared_path(city, city_fmt(city, "data/city/dortmund-parking-%s.csv", NAMES[i]));
    return city_run(city, "import", files[0], files[1], files[2], files[3], files[4], "--map",
                    mapping(city), "--contexts", shared_path(city, "data/ngsi-ld"), "--data",
                    city->data);
}

static void assert_series_known(City *city)
{
    for (size_t i = 0; i < COUNT_OF(DAYS); i++)
        assert_day(city, &DAYS[i]);
}

static void five_files_in_one_command_give_the_known_figures_once_and_twice(void **state)
{
    City *city = *state;
    const char *contexts = shared_path(city, "data/ngsi-ld");
    if (!contexts || !shared_path(city, "data/city/dortmund-parking-2022-h1.csv"))
        skip();
    Ran first = import_all(city);
    assert_ran(0, first);
    int64_t rows = number_before(first.out, "rows ", "read");
    int64_t readings = number_before(first.out, "readings ", "new");
    assert_int_equal(number_before(first.out, "rows ", "refused"), 0);
    assert_int_equal(number_before(first.out, "readings ", "known already"), 0);
    assert_true(str_find(first.out, S("entities  17, of them 17 new")) >= 0);

    Ran second = import_all(city);
    assert_ran(0, second);
    assert_int_equal(number_before(second.out, "rows ", "read"), rows);
    assert_int_equal(number_before(second.out, "readings ", "new"), 0);
    assert_int_equal(number_before(second.out, "readings ", "known already"), readings);

    city_serve(city, "--contexts", contexts);
    assert_series_known(city);
}

static Str column_values(City *city, const char *column)
{
    Str path = str_fmt(city,
                       TEMPORAL "/urn:ngsi-ld:OffStreetParking:dortmund:%s"
                                "?format=temporalValues&timerel=after&timeAt=2000-01-01T00:00:00Z",
                       column);
    Answer answer = ask(&city->client, .path = path, .headers = link_header(city));
    assert_status(200, answer);
    JsonValue values = json_at(answer_json(&city->arena, &answer), "availableSpotNumber values");
    return json_span(values);
}

static void bad_rows_are_named_by_line_and_good_ones_go_in(void **state)
{
    City *city = *state;
    const char *contexts = shared_path(city, "data/ngsi-ld");
    if (!contexts)
        skip();
    city_write_file(city, "bad.csv",
                    S("timestamp,A,B\n"
                      "2022-01-01T00:00:00+00:00,1,2\n"
                      "yesterday,3,4\n"
                      "2022-01-01T00:10:00+00:00,x,5\n"
                      "2022-01-01T00:20:00+00:00,6,7,8\n"
                      "2022-01-01T00:30:00+00:00,,9\n"));
    char *file = city_path(city, "bad.csv"), *refused = city_path(city, "refused.csv");
    Ran ran = city_run(city, "import", file, "--map", mapping(city), "--contexts", contexts,
                       "--refused", refused, "--data", city->data);
    assert_ran(0, ran);
    assert_true(str_find(ran.err, str_fmt(city, "%s:3: ", file)) >= 0);
    assert_true(str_find(ran.err, str_fmt(city, "%s:4: A: \"x\"", file)) >= 0);
    assert_true(str_find(ran.err, str_fmt(city, "%s:5: ", file)) >= 0);
    assert_true(str_find(ran.err, str_fmt(city, "%s:2: ", file)) < 0);
    assert_true(str_find(ran.err, str_fmt(city, "%s:6: ", file)) < 0);
    assert_int_equal(number_before(ran.out, "rows ", "refused"), 2);
    assert_int_equal(number_before(ran.out, "readings ", "new"), 4);
    Str list = city_read_file(city, refused);
    assert_true(str_starts(list, S("file,line,field,value,reason\r\n")));
    assert_true(str_find(list, str_fmt(city, "%s,4,A,x,", file)) >= 0);

    city_serve(city, "--contexts", contexts);
    assert_str("[[1,\"2022-01-01T00:00:00Z\"]]", column_values(city, "A"));
    assert_str("[[2,\"2022-01-01T00:00:00Z\"],[5,\"2022-01-01T00:10:00Z\"],"
               "[9,\"2022-01-01T00:30:00Z\"]]",
               column_values(city, "B"));
}

static void a_file_of_bad_rows_alone_is_an_error(void **state)
{
    City *city = *state;
    const char *contexts = shared_path(city, "data/ngsi-ld");
    if (!contexts)
        skip();
    city_write_file(city, "bad.csv", S("timestamp,A\nyesterday,3\ntomorrow,4\n"));
    Ran ran = city_run(city, "import", city_path(city, "bad.csv"), "--map", mapping(city),
                       "--contexts", contexts, "--data", city->data);
    assert_ran(65, ran);
    assert_true(str_find(ran.err, S("every row was refused")) >= 0);
    ran = city_run(city, "import", city_path(city, "none.csv"), "--map", mapping(city),
                   "--contexts", contexts, "--data", city->data);
    assert_ran(66, ran);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bad_rows_are_named_by_line_and_good_ones_go_in, city_setup,
                                        city_teardown),
        cmocka_unit_test_setup_teardown(a_file_of_bad_rows_alone_is_an_error, city_setup,
                                        city_teardown),
        cmocka_unit_test_setup_teardown(
            five_files_in_one_command_give_the_known_figures_once_and_twice, city_setup,
            city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

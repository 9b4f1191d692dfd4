/* What the simulated past is: the same at every start, as dirty as real files, and with the effects
 * in it that effects.def declares. */
#include "base/calendar.h"
#include "base/str.h"
#include "base/test.h"
#include "fault.h"
#include "past.h"
#include "truth.h"
#include "workday.h"

#include <math.h>

/* 2026-11-28T12:00:00Z */
#define ORIGIN_US (INT64_C(1795867200) * TIME_SECOND_US)
static const uint64_t GOLDEN = UINT64_C(0xf737a065efad954f);

typedef struct Fixture {
    Arena arena;
    Error error;
    Cx cx;
    Sensors sensors;
} Fixture;

static int setup(void **state)
{
    static Fixture f;
    memset(&f, 0, sizeof f);
    arena_init(&f.arena, 0, 0);
    f.cx = (Cx){.arena = &f.arena, .error = &f.error};
    *state = &f;
    return sensors_read(&f.cx, ORIGIN_US, &f.sensors) == OK ? 0 : -1;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    arena_done(&f->arena);
    return 0;
}

static uint64_t hash_of(uint64_t hash, const PastPoints *points)
{
    for (size_t i = 0; i < points->count; i++) {
        int64_t values[3] = {points->first[i].at_us, llround(points->first[i].num * 100),
                             llround(points->second[i].num * 100)};
        for (size_t b = 0; b < sizeof values; b++)
            hash = (hash ^ ((const unsigned char *)values)[b]) * UINT64_C(1099511628211);
    }
    return hash;
}

/* Parts and sensors in whatever order give the same; so it is summed up, not chained. */
static uint64_t hash_of_parts(Fixture *f, bool backwards)
{
    PastPoints points = past_points_new(&f->arena);
    uint64_t sum = 0;
    for (size_t i = 0; i < f->sensors.count; i++) {
        size_t s = backwards ? f->sensors.count - 1 - i : i;
        past_part(&f->sensors.list[s], ORIGIN_US, (int64_t)(s % PAST_PARTS), &points);
        sum += hash_of(UINT64_C(14695981039346656037) + s, &points);
    }
    return sum;
}

static void the_same_seed_gives_the_same_series(void **state)
{
    Fixture *f = *state;
    uint64_t hash = hash_of_parts(f, false);
    print_message("# hash 0x%016llx\n", (unsigned long long)hash);
    assert_true(hash == hash_of_parts(f, true));
    assert_true(hash == GOLDEN);
}

static void parts_meet_without_overlap(void **state)
{
    Fixture *f = *state;
    PastPoints a = past_points_new(&f->arena), b = past_points_new(&f->arena);
    for (size_t i = 0; i < f->sensors.count; i += 7) {
        past_part(&f->sensors.list[i], ORIGIN_US, 3, &a);
        past_part(&f->sensors.list[i], ORIGIN_US, 4, &b);
        if (!a.count || !b.count)
            continue;
        assert_true(b.first[b.count - 1].at_us < past_part_from_us(ORIGIN_US, 3));
        assert_true(a.first[0].at_us >= past_part_from_us(ORIGIN_US, 3));
        assert_true(a.count <= PAST_PART_POINTS_MAX);
    }
}

/* Between two points that are further apart than a step there was nothing to read. */
static void expect_no_gap(const Sensor *sensor, int64_t from_us, int64_t to_us)
{
    SimReading reading;
    if (to_us - from_us > 10 * TIME_MINUTE_US)
        assert_false(sim_read(&sensor->sim, from_us + 10 * TIME_MINUTE_US, &reading));
}

static void the_last_days_are_told_whole(void **state)
{
    Fixture *f = *state;
    PastPoints points = past_points_new(&f->arena);
    size_t seen = 0;
    for (size_t i = 0; i < f->sensors.count; i++) {
        const Sensor *sensor = &f->sensors.list[i];
        int64_t last_us = 0;
        if (!sim_past_changes_only(sensor->sim.kind))
            continue;
        past_recent(sensor, ORIGIN_US, &points);
        for (size_t n = 0; n < points.count; n++) {
            int64_t at_us = points.first[n].at_us;
            if (last_us > ORIGIN_US - PAST_FINE_HOURS * TIME_HOUR_US)
                expect_no_gap(sensor, last_us, at_us);
            last_us = at_us;
        }
        if (last_us > ORIGIN_US - PAST_FINE_HOURS * TIME_HOUR_US)
            expect_no_gap(sensor, last_us, ORIGIN_US);
        seen += points.count > PAST_FINE_HOURS * 6;
    }
    assert_true(seen > 10);
}

typedef struct Shares {
    double hours, missing, stuck, dead;
} Shares;

static Shares shares_of(Fixture *f, SimKind kind)
{
    Shares n = {0};
    for (size_t i = 0; i < f->sensors.count; i++) {
        const SimSensor *sim = &f->sensors.list[i].sim;
        if (sim->kind != kind || sim->effect.any)
            continue;
        int64_t hours = (ORIGIN_US - sim->installed_us) / TIME_HOUR_US;
        bool any = false;
        Shares own = {0};
        for (int64_t h = 0; h < hours; h++) {
            SimFault fault = fault_at(sim, sim->installed_us + h * TIME_HOUR_US, NULL);
            own.hours++;
            own.missing += fault == SIM_SILENT || fault == SIM_GAP;
            own.stuck += fault == SIM_STUCK;
            own.dead += fault == SIM_DEAD;
            any = any || fault == SIM_FINE;
        }
        if (!any)
            continue; /* off altogether: no file has it */
        n.hours += own.hours;
        n.missing += own.missing;
        n.stuck += own.stuck;
        n.dead += own.dead;
    }
    return n;
}

static void assert_share(const char *what, double part, double all, double low, double high)
{
    print_message("# %s %.4f (%.3f to %.3f)\n", what, part / all, low, high);
    assert_true(part / all >= low && part / all <= high);
}

/* The bounds stand in README.md with the files that they come from. */
static void dirt_is_as_frequent_as_in_real_files(void **state)
{
    Fixture *f = *state;
    Shares parks = shares_of(f, SIM_CAR_PARK), air = shares_of(f, SIM_AIR);
    Shares traffic = shares_of(f, SIM_TRAFFIC), bicycles = shares_of(f, SIM_BICYCLE);
    assert_share("car parks stuck", parks.stuck, parks.hours, 0.063, 0.283);
    assert_share("air missing", air.missing, air.hours, 0.039, 0.180);
    assert_share("traffic missing", traffic.missing, traffic.hours, 0.045, 0.075);
    assert_share("bicycles missing", bicycles.missing, bicycles.hours, 0.0001, 0.037);
    assert_share("bicycles dead", bicycles.dead, bicycles.hours, 0.015, 0.060);
}

static void devices_are_exchanged_and_say_so(void **state)
{
    Fixture *f = *state;
    size_t exchanged = 0, may = 0;
    for (size_t i = 0; i < f->sensors.count; i++) {
        const Sensor *sensor = &f->sensors.list[i];
        SimExchange exchange = fault_exchange(&sensor->sim);
        may += sensor->sim.kind == SIM_HEAT || sensor->sim.kind == SIM_TRAFFIC;
        if (!exchange.any)
            continue;
        exchanged++;
        assert_true(exchange.at_us > sensor->sim.installed_us && exchange.at_us < ORIGIN_US);
        assert_true(fabs(exchange.factor - 1) >= 0.03 && fabs(exchange.factor - 1) <= 0.12);
        Str before = sensor_serial(&f->arena, sensor, exchange.at_us - 1);
        assert_false(str_eq(before, sensor_serial(&f->arena, sensor, exchange.at_us)));
        assert_int_equal(fault_at(&sensor->sim, exchange.at_us - TIME_HOUR_US, NULL), SIM_SILENT);
    }
    assert_true(may > 50 && exchanged > 15 && exchanged < f->sensors.count / 4);
}

/* What was read from the start on, as a share of what would have been without the project. */
static double measured_ratio(const Sensor *sensor, const Truth *truth, size_t *ret_count)
{
    double with = 0, without = 0;
    size_t count = 0;
    int64_t since_us = truth_since_us(truth, ORIGIN_US);
    for (int64_t at_us = since_us; at_us < ORIGIN_US; at_us += TIME_HOUR_US) {
        SimReading reading;
        if (fault_at(&sensor->sim, at_us, NULL) != SIM_FINE ||
            !sim_read(&sensor->sim, at_us, &reading))
            continue;
        SimReading clean = sim_read_clean(&sensor->sim, at_us);
        with += truth->attribute ? reading.second : reading.first;
        without += truth->attribute ? clean.second : clean.first;
        count++;
    }
    *ret_count = count;
    return without > 0 ? with / without : 1;
}

static void assert_effect(const Sensor *sensor, const Truth *truth)
{
    size_t count;
    double ratio = measured_ratio(sensor, truth, &count);
    double expected = 1 + truth->percent / 100;
    if (truth->what == TRUTH_NEW_DEVICE)
        expected *= fault_exchange(&sensor->sim).factor;
    if (truth->what == TRUTH_GAP)
        for (int64_t day = 0; day < 180; day++)
            assert_int_equal(
                fault_at(&sensor->sim, truth_since_us(truth, ORIGIN_US) + day * TIME_DAY_US, NULL),
                SIM_SILENT);
    print_message("# project %zu %.*s: %.3f, declared %.3f, %zu hours\n", truth->project,
                  SARG(sensor->name), ratio, expected, count);
    assert_true(count > 500);
    assert_true(fabs(ratio - expected) < 0.02);
    /* Before the start nothing differs. */
    SimReading reading;
    int64_t before_us = truth_since_us(truth, ORIGIN_US) - 60 * TIME_DAY_US;
    for (int64_t h = 0; h < 400; h++) {
        int64_t at_us = before_us + h * TIME_HOUR_US;
        if (fault_at(&sensor->sim, at_us, NULL) == SIM_FINE &&
            sim_read(&sensor->sim, at_us, &reading))
            assert_true(reading.first == sim_read_clean(&sensor->sim, at_us).first);
    }
}

static void declared_effects_are_in_the_series(void **state)
{
    Fixture *f = *state;
    for (size_t t = 0; t < TRUTH_COUNT; t++) {
        const Truth *truth = &TRUTHS[t];
        size_t sensors = 0;
        int64_t weeks = (truth_since_us(truth, ORIGIN_US) - ORIGIN_US) / (7 * TIME_DAY_US) * -1;
        assert_true(weeks >= 26 && weeks <= 52);
        for (size_t i = 0; i < f->sensors.count; i++) {
            const Sensor *sensor = &f->sensors.list[i];
            if (sensor->sim.kind != truth->kind || !str_eq(sensor->district, truth_district(truth)))
                continue;
            assert_effect(sensor, truth);
            sensors++;
        }
        assert_true(sensors > 0);
    }
}

static void holidays_are_those_of_the_calendar(void **state)
{
    (void)state;
    static const char *const FREE[] = {"2024-03-29T10:00:00Z", "2024-04-01T10:00:00Z",
                                       "2025-04-21T10:00:00Z", "2025-06-19T10:00:00Z",
                                       "2026-05-14T10:00:00Z", "2026-11-01T10:00:00Z"};
    int64_t at_us;
    for (size_t i = 0; i < COUNT_OF(FREE); i++) {
        assert_true(time_parse(str_from(FREE[i]), &at_us));
        assert_true(workday_is_holiday(at_us));
        assert_false(workday_is_holiday(at_us + 2 * TIME_DAY_US));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_series),
        cmocka_unit_test(parts_meet_without_overlap),
        cmocka_unit_test(the_last_days_are_told_whole),
        cmocka_unit_test(dirt_is_as_frequent_as_in_real_files),
        cmocka_unit_test(devices_are_exchanged_and_say_so),
        cmocka_unit_test(declared_effects_are_in_the_series),
        cmocka_unit_test(holidays_are_those_of_the_calendar),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

/* Values that are replaced whole while others read them. */
#include "core/snapshot.h"

#include "base/test.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_int freed;

static void free_value(void *value)
{
    atomic_fetch_add(&freed, 1);
    free(value);
}

/* Two numbers that belong together. */
typedef struct Pair {
    int left, right;
} Pair;

static Pair *pair_new(int number)
{
    Pair *pair = malloc(sizeof *pair);
    assert_non_null(pair);
    *pair = (Pair){number, number};
    return pair;
}

static int of(const SnapshotRef *ref)
{
    return ((const Pair *)ref->value)->left;
}

static void before_the_first_value_there_is_none(void **state)
{
    Snapshot snapshot;
    (void)state;
    snapshot_init(&snapshot);
    assert_null(snapshot_take(&snapshot));
    snapshot_release(&snapshot, NULL);
    snapshot_done(&snapshot);
}

static void a_value_lives_until_its_last_reader_lets_go(void **state)
{
    Snapshot snapshot;
    (void)state;
    atomic_store(&freed, 0);
    snapshot_init(&snapshot);
    snapshot_swap(&snapshot, pair_new(1), free_value);
    SnapshotRef *one = snapshot_take(&snapshot), *again = snapshot_take(&snapshot);
    snapshot_swap(&snapshot, pair_new(2), free_value);
    SnapshotRef *two = snapshot_take(&snapshot);
    assert_int_equal(of(one), 1);
    assert_int_equal(of(two), 2);
    snapshot_release(&snapshot, one);
    assert_int_equal(atomic_load(&freed), 0);
    assert_int_equal(of(again), 1);
    snapshot_release(&snapshot, again);
    assert_int_equal(atomic_load(&freed), 1);
    snapshot_release(&snapshot, two);
    assert_int_equal(atomic_load(&freed), 1); /* still the current one */
    snapshot_done(&snapshot);
    assert_int_equal(atomic_load(&freed), 2);
}

typedef struct Race {
    Snapshot snapshot;
    atomic_bool stop;
    atomic_int torn, backwards;
} Race;

static void *read_often(void *arg)
{
    Race *race = arg;
    int last = 0;
    while (!atomic_load(&race->stop)) {
        SnapshotRef *ref = snapshot_take(&race->snapshot);
        const Pair *pair = ref->value;
        atomic_fetch_add(&race->torn, pair->left != pair->right);
        atomic_fetch_add(&race->backwards, pair->left < last);
        last = pair->left;
        snapshot_release(&race->snapshot, ref);
    }
    return NULL;
}

static void readers_see_whole_values_in_order(void **state)
{
    enum { SWAPS = 5000 };
    static Race race;
    pthread_t threads[3];
    (void)state;
    atomic_store(&freed, 0);
    snapshot_init(&race.snapshot);
    snapshot_swap(&race.snapshot, pair_new(0), free_value);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &race), 0);
    for (int i = 1; i <= SWAPS; i++)
        snapshot_swap(&race.snapshot, pair_new(i), free_value);
    atomic_store(&race.stop, true);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    snapshot_done(&race.snapshot);
    assert_int_equal(atomic_load(&race.torn), 0);
    assert_int_equal(atomic_load(&race.backwards), 0);
    assert_int_equal(atomic_load(&freed), SWAPS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_the_first_value_there_is_none),
        cmocka_unit_test(a_value_lives_until_its_last_reader_lets_go),
        cmocka_unit_test(readers_see_whole_values_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

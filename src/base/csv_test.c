#include "base/csv.h"

#include "base/test.h"

typedef struct Memory {
    CsvSource source;
    Str rest;
    size_t step;     /* bytes per read at the most */
    uint64_t repeat; /* how many times more the text comes */
    Str whole;
} Memory;

static Err memory_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    (void)cx;
    Memory *memory = (Memory *)source;
    if (memory->rest.n == 0 && memory->repeat > 0) {
        memory->repeat--;
        memory->rest = memory->whole;
    }
    n = MIN(MIN(n, memory->step), memory->rest.n);
    if (n)
        memcpy(to, memory->rest.p, n);
    memory->rest = str_from_index(memory->rest, n);
    *ret_n = n;
    return OK;
}

/* "line:field|field" per record, "!key:detail" per error. */
static Str telling(Cx *cx, Str file, char separator, size_t step)
{
    Memory memory = {{memory_read}, file, step, 0, file};
    CsvReader *reader = csv_reader(cx, &memory.source, separator);
    Buf buf = buf_new(cx->arena, 1 << 24);
    for (int i = 0; i < 10000; i++) {
        CsvRecord record;
        bool more = true;
        if (csv_next(cx, reader, &record, &more) != OK) {
            buf_fmt(&buf, "!%s:%.*s\n", cx->error->key,
                    (int)str_cut(&(Str){cx->error->detail.p, cx->error->detail.n}, ':').n,
                    cx->error->detail.p);
            continue;
        }
        if (!more)
            return buf_str(&buf);
        buf_fmt(&buf, "%llu:", (unsigned long long)record.line);
        for (size_t k = 0; k < record.count; k++) {
            if (k > 0)
                buf_char(&buf, '|');
            buf_put(&buf, record.fields[k]);
        }
        buf_char(&buf, '\n');
    }
    _fail(__FILE__, __LINE__);
    return (Str){0};
}

typedef struct Case {
    Str file, told;
} Case;

static void expect(const Case *cases, size_t count, char separator)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t step = 1; step < 12; step++) {
            TestCx t;
            Cx *cx = test_cx_init(&t);
            assert_str_equal(cases[i].told, telling(cx, cases[i].file, separator, step));
            test_cx_done(&t);
        }
    }
}

static void records_are_read_however_the_bytes_arrive(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {S_INIT(""), S_INIT("")},
        {S_INIT("\xef\xbb\xbf"), S_INIT("")},
        {S_INIT("\n\r\n\n"), S_INIT("")},
        {S_INIT("a"), S_INIT("1:a\n")},
        {S_INIT("a,b\nc,d"), S_INIT("1:a|b\n2:c|d\n")},
        {S_INIT("a,b\r\nc,d\r\n"), S_INIT("1:a|b\n2:c|d\n")},
        {S_INIT("\xef\xbb\xbf"
                "a,b\n\n\r\nc"),
         S_INIT("1:a|b\n4:c\n")},
        {S_INIT(",\n,,\n"), S_INIT("1:|\n2:||\n")},
        {S_INIT("\"\"\n"), S_INIT("1:\n")},
        {S_INIT("a,\n"), S_INIT("1:a|\n")},
        {S_INIT("\"a\"\"b\",\"\"\"\"\n"), S_INIT("1:a\"b|\"\n")},
        {S_INIT("\"a\nb\r\nc\",d\ne"), S_INIT("1:a\nb\r\nc|d\n4:e\n")},
        {S_INIT("\"a,b\",c"), S_INIT("1:a,b|c\n")},
        {S_INIT(" a , b \n"), S_INIT("1: a | b \n")},
        {S_INIT("a\rb,c\r"), S_INIT("1:a\rb|c\n")},
        {S_INIT("\r\rb\n"), S_INIT("1:\r\rb\n")},
        {S_INIT("\"a\"\r"), S_INIT("1:a\n")},
        {S_INIT("\"a\"\r\nb"), S_INIT("1:a\n2:b\n")},
        {S_INIT("\xc3\xa4,\xe2\x82\xac\n"), S_INIT("1:\xc3\xa4|\xe2\x82\xac\n")},
        {S_INIT("\xef\xbb\xbf\"a\""), S_INIT("1:a\n")},
        {S_INIT("a;b"), S_INIT("1:a;b\n")},
    };
    static const Case SEMICOLONS[] = {
        {S_INIT("a;b,c;\"d;e\"\n"), S_INIT("1:a|b,c|d;e\n")},
    };
    expect(CASES, COUNT_OF(CASES), ',');
    expect(SEMICOLONS, COUNT_OF(SEMICOLONS), ';');
}

static void reading_goes_on_behind_a_bad_record(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {S_INIT("a\nb\"c,d\ne"), S_INIT("1:a\n!csv.quote:line 2\n3:e\n")},
        {S_INIT("\"a\"b,c\nd"), S_INIT("!csv.quote:line 1\n2:d\n")},
        {S_INIT("\"a\" ,b\nd"), S_INIT("!csv.quote:line 1\n2:d\n")},
        {S_INIT("\"a\nb\" x\nd"), S_INIT("!csv.quote:line 2\n3:d\n")},
        {S_INIT("\"a\"\rb\nd"), S_INIT("!csv.quote:line 1\n2:d\n")},
        {S_INIT("a\n\"b\nc\nd"), S_INIT("1:a\n!csv.quote:line 2\n")},
        {S_INIT("\""), S_INIT("!csv.quote:line 1\n")},
        {S_INIT("\"\"\""), S_INIT("!csv.quote:line 1\n")},
        {S_INIT("a\"b\"c"), S_INIT("!csv.quote:line 1\n")},
        {S_INIT("a\n\xff\nb"), S_INIT("1:a\n!csv.utf8:line 2\n3:b\n")},
        {S_INIT("a,\"\n\xe4\"\nb"), S_INIT("!csv.utf8:line 1\n3:b\n")},
        {S_INIT("a\x00\nb"), S_INIT("!csv.utf8:line 1\n2:b\n")},
        {S_INIT("\xc3,\xa4\nb"), S_INIT("!csv.utf8:line 1\n2:b\n")},
    };
    expect(CASES, COUNT_OF(CASES), ',');
}

static void records_end_at_their_limits(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Buf buf = buf_new(cx->arena, 1 << 24);
    for (int i = 0; i < CSV_RECORD_BYTES_MAX; i++)
        buf_char(&buf, 'a');
    Str longest = buf_str(&buf);
    Str told = telling(cx, longest, ',', SIZE_MAX);
    assert_int_equal(told.n, CSV_RECORD_BYTES_MAX + 3);
    assert_str("!csv.record:line 1\n2:c\n",
               telling(cx, arena_fmt(cx->arena, "%.*s,b\nc", SARG(longest)), ',', SIZE_MAX));
    assert_str("!csv.record:line 1\n3:c\n",
               telling(cx, arena_fmt(cx->arena, "%.*s,\"b\nb\"\nc", SARG(longest)), ',', 1000));
    buf_truncate(&buf, 0);
    for (int i = 1; i < CSV_FIELDS_MAX; i++)
        buf_char(&buf, ',');
    buf_put(&buf, S("\nc"));
    assert_true(str_starts(telling(cx, buf_str(&buf), ',', SIZE_MAX), S("1:|||")));
    assert_str("!csv.record:line 1\n2:c\n",
               telling(cx, arena_fmt(cx->arena, ",%.*s", SARG(buf_str(&buf))), ',', SIZE_MAX));
    test_cx_done(&t);
}

static void memory_stays_bounded_however_long_the_file_is(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Str text = S("urn:1;\"a \"\"quoted\"\" text\";3.25;2022-06-01T00:00:00Z\r\n");
    Memory memory = {{memory_read}, text, 1000, 200000, text};
    CsvReader *reader = csv_reader(cx, &memory.source, ';');
    size_t used_bytes = cx->arena->used_bytes, records = 0;
    for (;;) {
        CsvRecord record;
        bool more;
        assert_ok(cx, csv_next(cx, reader, &record, &more));
        if (!more)
            break;
        records++;
        assert_int_equal(record.count, 4);
        assert_int_equal(record.line, records);
        assert_str("a \"quoted\" text", record.fields[1]);
    }
    assert_int_equal(records, 200001);
    assert_int_equal(cx->arena->used_bytes, used_bytes);
    test_cx_done(&t);
}

/* The reader outlives the unit of work that a record is read in. */
static void records_may_be_read_with_another_cx(void **state)
{
    (void)state;
    TestCx t, u;
    Cx *cx = test_cx_init(&t), *unit = test_cx_init(&u);
    Buf buf = buf_new(cx->arena, 1 << 20);
    for (int i = 0; i < 100; i++)
        buf_fmt(&buf, "%*d,%*s\n", i * 50 + 1, i, i + 1, "x");
    Memory memory = {{memory_read}, buf_str(&buf), SIZE_MAX, 0, {0}};
    CsvReader *reader = csv_reader(cx, &memory.source, ',');
    for (int i = 0; i < 100; i++) {
        CsvRecord record;
        bool more = false;
        assert_ok(unit, csv_next(unit, reader, &record, &more));
        arena_reset(unit->arena);
        assert_true(more && record.count == 2);
        assert_int_equal(record.fields[0].n, i * 50 + 1 > 2 ? i * 50 + 1 : 1);
        assert_int_equal(record.fields[1].n, i + 1);
    }
    test_cx_done(&u);
    test_cx_done(&t);
}

static Err broken_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    (void)source, (void)to, (void)n, (void)ret_n;
    return fail(cx, ERR_UNAVAILABLE, "test.broken", "the line is down");
}

static void a_source_that_fails_is_heard(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    CsvSource source = {broken_read};
    CsvReader *reader = csv_reader(cx, &source, ',');
    CsvRecord record;
    bool more = true;
    assert_err(cx, ERR_UNAVAILABLE, "test.broken", csv_next(cx, reader, &record, &more));
    assert_true(more);
    test_cx_done(&t);
}

static void fields_are_written_quoted_and_defused(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {S_INIT(""), S_INIT("")},
        {S_INIT("a b"), S_INIT("a b")},
        {S_INIT("a;b"), S_INIT("\"a;b\"")},
        {S_INIT("a,b"), S_INIT("a,b")},
        {S_INIT("say \"hi\""), S_INIT("\"say \"\"hi\"\"\"")},
        {S_INIT("\""), S_INIT("\"\"\"\"")},
        {S_INIT("a\nb"), S_INIT("\"a\nb\"")},
        {S_INIT("a\rb"), S_INIT("\"a\rb\"")},
        {S_INIT("=1+1"), S_INIT("'=1+1")},
        {S_INIT("=\"x\";1"), S_INIT("\"'=\"\"x\"\";1\"")},
        {S_INIT("+49 40 123"), S_INIT("'+49 40 123")},
        {S_INIT("-a"), S_INIT("'-a")},
        {S_INIT("@SUM(A1)"), S_INIT("'@SUM(A1)")},
        {S_INIT("\tx"), S_INIT("'\tx")},
        {S_INIT("\rx"), S_INIT("\"'\rx\"")},
        {S_INIT("-5"), S_INIT("-5")},
        {S_INIT("-5.25e-3"), S_INIT("-5.25e-3")},
        {S_INIT("+5"), S_INIT("+5")},
        {S_INIT("+-5"), S_INIT("'+-5")},
        {S_INIT("-"), S_INIT("'-")},
        {S_INIT("-1+1"), S_INIT("'-1+1")},
        {S_INIT("a=b"), S_INIT("a=b")},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Buf buf = buf_new(cx->arena, 100);
        csv_put(&buf, CASES[i].file, ';');
        assert_str_equal(CASES[i].told, buf_str(&buf));
    }
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read_however_the_bytes_arrive),
        cmocka_unit_test(reading_goes_on_behind_a_bad_record),
        cmocka_unit_test(records_end_at_their_limits),
        cmocka_unit_test(memory_stays_bounded_however_long_the_file_is),
        cmocka_unit_test(records_may_be_read_with_another_cx),
        cmocka_unit_test(a_source_that_fails_is_heard),
        cmocka_unit_test(fields_are_written_quoted_and_defused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the rules of lint.h allow. An exception names its reason. */
#include "tools/lint.h"

const LintRule LINT_RULES[] = {
    {"layers", lint_layers},
    {"sql_stands_in_stores", lint_sql_place},
    {"statement_tables_are_walked", lint_statement_tables},
    {"banned_calls", lint_banned_calls},
    {"allocation", lint_allocation},
    {"layout", lint_layout},
    {"file_length", lint_file_length},
    {"function_length", lint_function_length},
    {"colours_are_tokens", lint_colours},
    {"no_inline_code_in_pages", lint_inline_code},
    {"words", lint_words},
    {"folders_have_a_readme", lint_readme},
    {"headers_begin_with_a_comment", lint_header_comment},
    {"lock_file_names_no_address", lint_lockfile},
    {"every_c_file_is_built", lint_built},
    {"shell_scripts_parse", lint_shell_syntax},
    {"clang_format", lint_clang_format},
};
const size_t LINT_RULE_COUNT = COUNT_OF(LINT_RULES);

/* The arrows. A layer may always include itself; doc/architecture.md has the picture. */
#define DOMAIN " base db core systems people steering "
const LintLayer LINT_LAYERS[] = {
    {"base", ""},
    {"db", " base "},
    {"net", " base "},
    {"core", " base db "},
    {"systems", " base db core "},
    {"people", " base db core "},
    {"steering", " base db core systems people "},
    {"api", DOMAIN "net "},
    {"web", DOMAIN "net "},
    {"app", DOMAIN "net api web demo "},
    {"demo", DOMAIN "net app "},
    {"tools", " base "},
};
const size_t LINT_LAYER_COUNT = COUNT_OF(LINT_LAYERS);

const LintBan LINT_BANS[] = {
    {"sprintf", "snprintf or buf_fmt"},
    {"vsprintf", "vsnprintf or buf_fmt"},
    {"strcpy", "arena_copy or memcpy with a length"},
    {"strncpy", "arena_copy or memcpy with a length"},
    {"stpcpy", "arena_copy or memcpy with a length"},
    {"strcat", "a Buf"},
    {"strncat", "a Buf"},
    {"strtok", "str_cut"},
    {"atoi", "str_to_i64"},
    {"atol", "str_to_i64"},
    {"atoll", "str_to_i64"},
    {"atof", "str_to_f64"},
    {"gets", "fgets or read"},
    {"localtime", "base/calendar.h"},
    {"gmtime", "base/calendar.h"},
    {"ctime", "base/calendar.h"},
    {"asctime", "base/calendar.h"},
    {"rand", "getrandom, or a generator with its seed as parameter", .tests_may = true},
    {"srand", "getrandom, or a generator with its seed as parameter", .tests_may = true},
    {"random", "getrandom, or a generator with its seed as parameter", .tests_may = true},
    {"alloca", "an arena"},
    {"system", "posix_spawn with an argument list", .tests_may = true},
    {"popen", "posix_spawn with an argument list", .tests_may = true},
    {"tmpnam", "mkstemp"},
    {"mktemp", "mkstemp"},
};
const size_t LINT_BAN_COUNT = COUNT_OF(LINT_BANS);

/* The tree speaks of the product alone: no unfinished work, no machine's folders, no service that
 * happened to be used while writing. Each word is in two pieces, so that this file passes too. */
const char *const LINT_WORDS[] = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "XX"
    "X",
    "/wo"
    "rk/",
    "cla"
    "ude",
    "anth"
    "ropic",
    "suba"
    "gent",
    "help"
    "er-",
    "chat"
    "gpt",
    "registry."
    "npmjs",
    "deb."
    "debian",
    "pypi"
    ".org",
    "proxy."
    "golang",
};
const size_t LINT_WORD_COUNT = COUNT_OF(LINT_WORDS);

/* Everything else takes memory from an arena. What is named here lives longer than any unit of
 * work, ends at a moment of its own, or is held by several threads. */
const LintException LINT_ALLOCATORS[] = {
    {"demo/lindhafen.c", NULL, "the simulator: opened and closed"},
    {"demo/past.c", NULL, "the simulator: opened and closed"},
    {"src/api/out/mail.c", NULL, "the sender: opened and closed"},
    {"src/api/out/notify.c", NULL, "queues of deliveries, which end when they are answered"},
    {"src/api/out/oidc_fetch.c", NULL, "what a provider said, until it is asked again"},
    {"src/app/compress.c", NULL, "a loop's compressor: opened and closed"},
    {"src/app/effects.c", NULL, "what a unit carries ends when the writer has applied it"},
    {"src/app/import_batch.c", NULL, "the set of ids seen grows with the file that is read"},
    {"src/app/ingest.c", NULL, "messages end when they are acknowledged"},
    {"src/app/jobs.c", NULL, "the jobs: opened and closed"},
    {"src/app/page_cache.c", NULL, "answers end when they are replaced"},
    {"src/base/arena.c", NULL, "the arenas themselves"},
    {"src/base/json.c", NULL, "a scratch table for objects of many members, freed before return"},
    {"src/base/str.c", NULL, "long numbers for strtod, freed before return; str has no arena"},
    {"src/core/auth.c", NULL, "a snapshot, dropped by the last thread that reads it"},
    {"src/core/setting.c", NULL, "a snapshot, dropped by the last thread that reads it"},
    {"src/core/snapshot.c", NULL, "counted references, dropped by the last thread"},
    {"src/core/unit.c", NULL, "the writer: opened and closed"},
    {"src/core/worker.c", NULL, "the pool: opened and closed"},
    {"src/db/memo.c", NULL, "what was kept goes when the store has changed"},
    {"src/db/postgres.c", NULL, "a connection: opened and closed"},
    {"src/db/sqlite.c", NULL, "a connection: opened and closed"},
    {"src/net/http_answer.c", NULL, "a stream outlives its request"},
    {"src/net/http_conn.c", NULL, "a connection ends when its peer does"},
    {"src/net/http_server.c", NULL, "connections end when their peers do"},
    {"src/net/http_tls.c", NULL, "a connection ends when its peer does"},
    {"src/net/http_wire.c", NULL, "buffers grow and shrink with a connection's traffic"},
    {"src/net/loop.c", NULL, "the loop: opened and closed; libuv frees in callbacks"},
    {"src/net/mqtt_client.c", NULL, "the client: opened and closed"},
    {"src/net/mqtt_link.c", NULL, "a connection ends when its peer does"},
    {"src/net/mqtt_session.c", NULL, "queued messages end when they are acknowledged"},
    {"src/systems/context.c", NULL, "the contexts: opened and closed"},
    {"src/systems/geo_match.c", NULL, "GEOS takes over what it is given; the matcher is closed"},
    {"src/systems/subscription_set.c", NULL, "a snapshot, dropped by the last thread"},
    {"src/web/city_frame.c", NULL, "shared by all loops: opened and closed"},
    {"src/web/live.c", NULL, "lists held by several loops, clients that end when their peers do"},
    {0}};
const LintException LINT_LONG_FILES[] = {{0}};
const LintException LINT_LONG_FUNCTIONS[] = {
    {"test/program/projects_test.c", "a_round_goes_from_the_mail_to_the_printed_report",
     "one walk from end to end, whose steps build on each other"},
    {"src/base/calendar_test.c", "instants_are_read_strictly", "a list of cases, one per line"},
    {"src/systems/feed_test.c", "a_wrong_mapping_is_refused_with_its_place", "a list of cases"},
    {"src/systems/feed_test.c", "json_records_become_readings", "a list of cases"},
    {0}};

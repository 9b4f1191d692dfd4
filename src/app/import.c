#include "app/import.h"

#include "app/import_source.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum {
    PEEK_BYTES = 64 << 10, /* looked at to find out what a file is */
    CONTEXTS_KEPT = 64,    /* compiled @contexts of entities, by their text */
    PAUSE_MAX_US = 50000
};

typedef struct KnownContext {
    Str text;
    const LdContext *context;
} KnownContext;

typedef struct Import {
    Cx *cx;   /* of the whole import */
    Cx *file; /* with memory for the file at hand: readers, buffers, the header */
    const ImportJob *job;
    ImportReport report;
    ImportBatches *batches;
    Str name; /* of the file at hand */
    KnownContext contexts[CONTEXTS_KEPT];
    size_t context_count;
} Import;

/* ---- rows that are none ---- */

/* "line 12: what is wrong" apart. */
static Str detail_cut(Str detail, uint64_t *line)
{
    Str rest = detail;
    int64_t number;
    if (!str_starts(detail, S("line ")))
        return detail;
    Str head = str_cut(&rest, ':');
    if (!rest.p || !str_to_i64(str_from_index(head, 5), &number) || number < 1)
        return detail;
    *line = (uint64_t)number;
    return str_trim(rest);
}

static void row_broken(Import *im, ImportSlot *slot, uint64_t line, Str reason)
{
    feed_refuse(&slot->cx, &slot->batch, slot->row_count, S(""), S(""), reason);
    import_batches_row(im->batches, slot,
                       (ImportRow){.file = im->name, .line = line, .outcome = FEED_REFUSED});
}

/* Whether an error concerns a row alone and the file goes on. */
static bool is_of_row(Err err)
{
    return err == ERR_INVALID || err == ERR_LIMIT;
}

/* ---- CSV ---- */

typedef struct CsvImport {
    Import *im;
    CsvReader *reader;
    FeedBinding binding;
    uint64_t line; /* of the last good record */
} CsvImport;

static Err csv_row(CsvImport *c, ImportSlot *slot, const CsvRecord *row)
{
    FeedRecord record = {.binding = &c->binding,
                         .fields = row->fields,
                         .field_count = row->count,
                         .received_us = INT64_MIN,
                         .row = slot->row_count};
    FeedOutcome outcome = feed_map(&slot->cx, c->im->job->feed, &record, &slot->batch);
    c->line = row->line;
    import_batches_row(c->im->batches, slot,
                       (ImportRow){.file = c->im->name, .line = row->line, .outcome = outcome});
    return OK;
}

static Err csv_rows(Cx *cx, CsvImport *c, const uint64_t *at)
{
    for (bool more = true; more;) {
        CsvRecord row;
        ImportSlot *slot;
        TRY(import_batches_slot(cx, c->im->batches, c->im->job->feed, &slot));
        Err err = csv_next(&slot->cx, c->reader, &row, &more);
        if (is_of_row(err)) {
            uint64_t line = c->line + 1;
            Str reason = detail_cut(slot->error.detail, &line);
            row_broken(c->im, slot, line, reason);
        } else if (err != OK) {
            return fail(cx, err, slot->error.key, "%.*s", SARG(slot->error.detail));
        } else if (more) {
            TRY(csv_row(c, slot, &row));
        }
        import_report_progress(&c->im->report, *at, import_batches_counts(c->im->batches)->rows);
    }
    return OK;
}

/* The sign that stands most often in the header, outside of quotes. */
static char separator_guess(Str head)
{
    static const char SIGNS[] = {',', ';', '\t', '|'};
    size_t counts[COUNT_OF(SIGNS)] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < head.n && (quoted || head.p[i] != '\n'); i++) {
        if (head.p[i] == '"')
            quoted = !quoted;
        for (size_t s = 0; s < COUNT_OF(SIGNS); s++)
            counts[s] += !quoted && head.p[i] == SIGNS[s];
    }
    for (size_t s = 1; s < COUNT_OF(SIGNS); s++)
        if (counts[s] > counts[best])
            best = s;
    return SIGNS[best];
}

static Err csv_import(Import *im, CsvSource *source, const uint64_t *at, Str head)
{
    Cx *cx = im->file;
    const Feed *feed = im->job->feed;
    CsvImport c = {.im = im, .line = 1};
    CsvRecord header;
    bool more;
    if (!feed)
        return fail(cx, ERR_INVALID, "import.map",
                    "%.*s is CSV: say with --map which mapping makes entities of its rows",
                    SARG(im->name));
    c.reader = csv_reader(cx, source, feed->separator ? feed->separator : separator_guess(head));
    Err err = csv_next(cx, c.reader, &header, &more);
    if (err == OK && more)
        err = feed_bind(cx, feed, header.fields, header.count, &c.binding);
    if (err != OK)
        return fail(cx, err, cx->error->key, "%.*s: %.*s", SARG(im->name), SARG(cx->error->detail));
    return more ? csv_rows(cx, &c, at) : OK;
}

/* ---- JSON ---- */

static Err context_get(Import *im, ImportSlot *slot, JsonValue value, const LdContext **ret)
{
    Str text = json_span(value);
    for (size_t i = 0; i < im->context_count; i++)
        if (str_eq(im->contexts[i].text, text)) {
            *ret = im->contexts[i].context;
            return OK;
        }
    /* Into the import's own memory, with its text, which the compiled form may point into; into
     * the unit's where there are so many that somebody must mean harm. */
    Cx *cx = im->context_count < CONTEXTS_KEPT ? im->cx : &slot->cx;
    Json *doc = arena_new(cx->arena, Json);
    Str kept = arena_copy(cx->arena, text);
    TRY(json_parse(cx, kept, doc));
    Err err = context_resolve(cx, im->job->contexts, json_root(doc), ret);
    if (err != OK) /* a missing @context costs its entities alone */
        return fail(&slot->cx, ERR_INVALID, cx->error->key, "%.*s", SARG(cx->error->detail));
    if (cx == im->cx)
        im->contexts[im->context_count++] = (KnownContext){kept, *ret};
    return OK;
}

/* {"source": ..., "entity": {...}}, as collections of examples have it. */
static JsonValue entity_of(JsonValue value)
{
    JsonValue id, entity;
    bool wrapped = json_is(value, JSON_OBJECT) && !json_find(value, S("id"), &id) &&
                   json_find(value, S("entity"), &entity) && json_is(entity, JSON_OBJECT);
    return wrapped ? entity : value;
}

static Err entity_read(Import *im, ImportSlot *slot, Str text, EntityInput **ret)
{
    Cx *cx = &slot->cx;
    Json *doc = arena_new(cx->arena, Json);
    EntityInput *input = arena_new(cx->arena, EntityInput);
    JsonValue context;
    const LdContext *compiled = context_core(im->job->contexts);
    TRY(json_parse(cx, arena_copy(cx->arena, text), doc));
    JsonValue entity = entity_of(json_root(doc));
    if (!json_is(entity, JSON_OBJECT))
        return fail(cx, ERR_INVALID, "entity.invalid", "an entity is an object");
    if (json_find(entity, S("@context"), &context))
        TRY(context_get(im, slot, context, &compiled));
    TRY(entity_input_read(cx, compiled, entity, (InputOptions){0}, input));
    *ret = input;
    return OK;
}

static void entity_row(Import *im, ImportSlot *slot, Str text, uint64_t line)
{
    EntityInput *input = NULL;
    Err err = entity_read(im, slot, text, &input);
    if (err != OK) {
        row_broken(im, slot, line, slot->error.detail);
        return;
    }
    import_batches_row(
        im->batches, slot,
        (ImportRow){.file = im->name, .line = line, .outcome = FEED_TAKEN, .entity = input});
}

static void mapped_row(Import *im, ImportSlot *slot, Str text, uint64_t line)
{
    Json doc;
    if (json_parse(&slot->cx, text, &doc) != OK) {
        row_broken(im, slot, line, slot->error.detail);
        return;
    }
    FeedRecord record = {.json = json_root(&doc), .received_us = INT64_MIN, .row = slot->row_count};
    FeedOutcome outcome = feed_map(&slot->cx, im->job->feed, &record, &slot->batch);
    import_batches_row(im->batches, slot,
                       (ImportRow){.file = im->name, .line = line, .outcome = outcome});
}

static Err json_import(Import *im, CsvSource *source, const uint64_t *at, JsonShape shape,
                       Str member)
{
    Cx *cx = im->file;
    JsonStream *stream = json_stream(cx, source, shape, member);
    for (bool more = true; more;) {
        Str text;
        uint64_t line = 1;
        ImportSlot *slot;
        TRY(import_batches_slot(cx, im->batches, im->job->feed, &slot));
        Err err = json_stream_next(&slot->cx, stream, &text, &line, &more);
        if (is_of_row(err)) {
            Str reason = detail_cut(slot->error.detail, &line);
            row_broken(im, slot, line, reason);
        } else if (err != OK) {
            return fail(cx, err, slot->error.key, "%.*s", SARG(slot->error.detail));
        } else if (more && im->job->feed) {
            mapped_row(im, slot, text, line);
        } else if (more) {
            entity_row(im, slot, text, line);
        }
        more |= err != OK;
        import_report_progress(&im->report, *at, import_batches_counts(im->batches)->rows);
    }
    return OK;
}

/* ---- what a file is ---- */

static bool has_extension(Str name, Str extension)
{
    return name.n > extension.n &&
           str_eq_nocase(str_from_index(name, name.n - extension.n), extension);
}

static bool is_csv(Str name, Str head)
{
    if (has_extension(name, S(".csv")) || has_extension(name, S(".tsv")))
        return true;
    if (str_starts(head, S("\xEF\xBB\xBF")))
        head = str_from_index(head, 3);
    head = str_trim(head);
    return head.n && head.p[0] != '{' && head.p[0] != '[';
}

/* Whether the first line is a whole object and more lines follow. */
static bool is_lines(Cx *cx, Str name, Str head)
{
    if (has_extension(name, S(".ndjson")) || has_extension(name, S(".jsonl")))
        return true;
    Str rest = head;
    Str line = str_cut(&rest, '\n');
    Json doc;
    return rest.p && str_trim(rest).n && line.n && line.p[0] == '{' &&
           json_parse(cx, line, &doc) == OK;
}

static Err input_import(Import *im, CsvSource *source, const uint64_t *at, Str head)
{
    const Feed *feed = im->job->feed;
    if (is_csv(im->name, head))
        return csv_import(im, source, at, head);
    if (feed && feed->records.p)
        return json_import(im, source, at, JSON_SHAPE_MEMBER, feed->records);
    if (has_extension(im->name, S(".geojson")) || str_find(head, S("\"FeatureCollection\"")) >= 0) {
        if (!feed)
            return fail(im->file, ERR_INVALID, "import.map",
                        "%.*s is GeoJSON: say with --map which mapping makes entities of its "
                        "features",
                        SARG(im->name));
        return json_import(im, source, at, JSON_SHAPE_MEMBER, S("features"));
    }
    JsonShape shape = is_lines(im->file, im->name, head) ? JSON_SHAPE_LINES : JSON_SHAPE_VALUES;
    return json_import(im, source, at, shape, (Str){0});
}

/* ---- inputs ---- */

typedef struct TextSource {
    CsvSource source; /* first */
    Str text;
    uint64_t at;
} TextSource;

static Err text_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    TextSource *t = (TextSource *)source;
    (void)cx;
    n = MIN(n, t->text.n - t->at);
    memcpy(to, t->text.p + t->at, n);
    t->at += n;
    *ret_n = n;
    return OK;
}

static Err text_import(Import *im, Str text)
{
    TextSource source = {.source = {text_read}, .text = text};
    TRY(input_import(im, &source.source, &source.at, str_slice(text, 0, PEEK_BYTES)));
    im->report.bytes_done += text.n;
    return OK;
}

static Err file_import(Import *im, Str name)
{
    ImportFile file;
    char *head = arena_alloc_raw(im->file->arena, PEEK_BYTES, 1);
    size_t n = 0;
    TRY(import_file_open(im->file, name, &file));
    Err err = import_file_peek(im->file, &file, head, PEEK_BYTES, &n);
    if (err == OK)
        err = input_import(im, &file.source, &file.at, (Str){head, n});
    im->report.bytes_done += file.size;
    import_file_close(&file);
    return err;
}

static Err input_take(Import *im, const ImportInput *input)
{
    Arena arena;
    arena_init(&arena, 0, 0);
    Cx file = *im->cx;
    file.arena = &arena;
    im->file = &file;
    im->name = input->name;
    Err err = input->text.p ? text_import(im, input->text) : file_import(im, input->name);
    if (err != OK) /* the error outlives the file */
        im->cx->error->detail = arena_copy(im->cx->arena, im->cx->error->detail);
    arena_done(&arena);
    return err;
}

static Err sizes_sum(Cx *cx, const ImportJob *job, uint64_t *ret)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < job->input_count; i++) {
        ImportFile file = {.size = job->inputs[i].text.n};
        if (!job->inputs[i].text.p) {
            TRY(import_file_open(cx, job->inputs[i].name, &file));
            import_file_close(&file);
        }
        sum += file.size;
    }
    *ret = sum;
    return OK;
}

static Err inputs_import(Import *im)
{
    for (size_t i = 0; i < im->job->input_count; i++)
        TRY(input_take(im, &im->job->inputs[i]));
    return import_batches_finish(im->cx, im->batches);
}

/* ---- beside others ---- */

/* Whether a server holds the directory, as far as the lock's file tells: a process that took its
 * number meanwhile only makes the import slower. Trying the lock itself could keep a server from
 * starting. */
static bool is_served(const char *lock_file)
{
    char text[32];
    int64_t pid;
    int fd = open(lock_file, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    if (n <= 0 || !str_to_i64(str_trim((Str){text, (size_t)n}), &pid) || pid < 2)
        return false;
    return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

/* Sleeps between commits, for whoever waits for SQLite's lock does so by asking again and again:
 * beside a server as long as the last commits took, so that it finds the store free half of the
 * time, else a quarter of that, for the small commands. */
typedef struct Pause {
    const char *lock_file;
    bool served;
    int64_t last_us, looked_us;
} Pause;

static void pause_after_commit(void *user, Unit *const *units, size_t count)
{
    Pause *pause = user;
    (void)units, (void)count;
    int64_t now_us = clock_mono_us(), took_us = now_us - pause->last_us;
    if (now_us - pause->looked_us > TIME_SECOND_US) {
        pause->served = is_served(pause->lock_file);
        pause->looked_us = now_us;
    }
    if (!pause->served)
        took_us /= 4;
    usleep((useconds_t)MIN(MAX(took_us, 0), PAUSE_MAX_US));
    pause->last_us = clock_mono_us();
}

/* ---- the run ---- */

static Err run_on(Cx *cx, const ImportJob *job, Writer *writer, ImportSummary *ret)
{
    Actor actor = {.tenant = TENANT_DEFAULT, .roles = ROLE_ADMIN, .may = UINT32_MAX};
    Import *im = arena_new(cx->arena, Import);
    *im = (Import){.cx = cx, .job = job, .report = {.out = job->out, .refused = job->refused}};
    uint64_t total = 0;
    TRY(sizes_sum(cx, job, &total));
    import_report_begin(&im->report, total);
    TRY(import_batches_open(cx, writer, &actor, &im->report, &im->batches));
    Err err = inputs_import(im);
    import_report_end(&im->report, err == OK, import_batches_counts(im->batches)->rows);
    *ret = (ImportSummary){.counts = *import_batches_counts(im->batches),
                           .took_us = clock_mono_us() - im->report.started_us};
    import_batches_close(im->batches);
    return err;
}

Err import_run(Cx *cx, const Config *config, Str store, const ImportJob *job, ImportSummary *ret)
{
    Writer *writer;
    const char *lock_file = arena_fmt(cx->arena, "%.*s/lock", SARG(config->data)).p;
    Pause pause = {lock_file, is_served(lock_file), clock_mono_us(), clock_mono_us()};
    Effect effect = {"pause", pause_after_commit, &pause};
    WriterOptions options = {.where = store,
                             .unsafe_no_sync = config->unsafe_no_sync,
                             .apply_twice = config->apply_twice,
                             .log = cx->log,
                             .effects = &effect,
                             .effect_count = 1};
    TRY(writer_open(cx, &options, &writer));
    Err err = run_on(cx, job, writer, ret);
    writer_close(writer);
    return err;
}

Err import_map_read(Cx *cx, const ContextStore *contexts, Str name, Feed **ret)
{
    ImportFile file;
    char *text = arena_alloc_raw(cx->arena, FEED_FILE_BYTES_MAX + 1, 1);
    size_t n = 0;
    TRY(import_file_open(cx, name, &file));
    Err err = import_file_peek(cx, &file, text, FEED_FILE_BYTES_MAX + 1, &n);
    import_file_close(&file);
    if (err == OK)
        err = feed_parse(cx, contexts, (Str){text, n}, ret);
    if (err != OK)
        return fail(cx, err, cx->error->key, "%.*s: %.*s", SARG(name), SARG(cx->error->detail));
    return OK;
}

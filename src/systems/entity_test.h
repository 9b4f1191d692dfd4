/* For tests only: entities on a real store, told in JSON with ' in place of ". */
#ifndef HANSE_SYSTEMS_ENTITY_TEST_H
#define HANSE_SYSTEMS_ENTITY_TEST_H

#include "systems/entity.h"

#include "db/test_db.h"
#include "systems/represent.h"

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
    ContextStore *store;
    const LdContext *core;
    Events events;
} Fixture;

static UNUSED int setup(void **state, DbEngine engine)
{
    Fixture *f = calloc(1, sizeof *f);
    f->cx = test_cx_init(&f->t);
    test_db_open_on(f->cx, engine, &f->db);
    f->store = context_store_new();
    f->core = context_core(f->store);
    f->events.arena = f->cx->arena;
    *state = f;
    return 0;
}

static UNUSED int setup_sqlite(void **state)
{
    return setup(state, DB_SQLITE);
}

static UNUSED int setup_postgres(void **state)
{
    return setup(state, DB_POSTGRES);
}

static UNUSED int teardown(void **state)
{
    Fixture *f = *state;
    test_db_done(&f->db);
    context_store_free(f->store);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static UNUSED JsonValue parsed(Cx *cx, Str text)
{
    Json *json = arena_new(cx->arena, Json);
    assert_ok(cx, json_parse(cx, text, json));
    return json_root(json);
}

/* Test texts are written with ' in place of ". */
static UNUSED Str quoted(Cx *cx, const char *text)
{
    char *copy = arena_cstr(cx->arena, str_from(text));
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return str_from(copy);
}

static UNUSED Err read_input(Fixture *f, const char *text, InputOptions options, EntityInput *ret)
{
    return entity_input_read(f->cx, f->core, parsed(f->cx, quoted(f->cx, text)), options, ret);
}

static UNUSED EntityInput input(Fixture *f, const char *text)
{
    EntityInput in = {0};
    assert_ok(f->cx, read_input(f, text, (InputOptions){0}, &in));
    return in;
}

static UNUSED EntityInput fragment(Fixture *f, const char *text, InputNulls nulls)
{
    EntityInput in = {0};
    assert_ok(f->cx, read_input(f, text, (InputOptions){.fragment = true, .nulls = nulls}, &in));
    return in;
}

static UNUSED EntityInput attribute(Fixture *f, const char *name, const char *text)
{
    EntityInput in = {0};
    InputOptions options = {.fragment = true, .nulls = NULLS_DELETE};
    assert_ok(f->cx, attribute_input_read(f->cx, f->core, str_from(name),
                                          parsed(f->cx, quoted(f->cx, text)), options, &in));
    return in;
}

static UNUSED void create(Fixture *f, const char *text)
{
    EntityInput in = input(f, text);
    assert_ok(f->cx, entity_create(f->cx, &in, &f->events));
}

static UNUSED Entity stored(Fixture *f, Str id)
{
    Entity entity = {0};
    assert_ok(f->cx, entity_get(f->cx, id, &entity));
    return entity;
}

static UNUSED Str shown(Fixture *f, const Entity *entity, Representation how)
{
    Buf buf = buf_new(f->cx->arena, (size_t)1 << 24);
    represent_entity(&buf, f->cx->arena, &how, entity);
    assert_false(buf.overflow);
    return buf_str(&buf);
}

static UNUSED const EntityChange *last_change(const Fixture *f)
{
    assert_non_null(f->events.last);
    assert_ptr_equal(f->events.last->kind, &ENTITY_CHANGED);
    return f->events.last->data;
}

#define ID "urn:ngsi-ld:Room:1"
#define IRI(name) S(LD_DEFAULT_PREFIX name)

#define assert_shown(f, expected)                                                                  \
    do {                                                                                           \
        Entity entity_ = stored(f, S(ID));                                                         \
        assert_str_equal(quoted((f)->cx, expected),                                                \
                         shown(f, &entity_, representation_default((f)->core)));                   \
    } while (0)

#define assert_invalid(f, word, text, ...)                                                         \
    do {                                                                                           \
        EntityInput in_;                                                                           \
        assert_err((f)->cx, ERR_INVALID, "entity.invalid",                                         \
                   read_input(f, text, (InputOptions){__VA_ARGS__}, &in_));                        \
        if (str_find((f)->cx->error->detail, S(word)) < 0)                                         \
            fprintf(stderr, "# detail: %.*s\n", SARG((f)->cx->error->detail));                     \
        assert_true(str_find((f)->cx->error->detail, S(word)) >= 0);                               \
    } while (0)

#endif

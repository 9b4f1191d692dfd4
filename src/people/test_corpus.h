/* For tests only: 249 real projects as items, read from HANSE_SHARED. */
#ifndef HANSE_PEOPLE_TEST_CORPUS_H
#define HANSE_PEOPLE_TEST_CORPUS_H

#include "base/json.h"
#include "people/search.h"
#include "people/test_people.h"

#include <stdlib.h>

enum { CORPUS_MAX = 300, CORPUS_FILE_BYTES_MAX = 8 << 20 };

typedef struct Corpus {
    Str paths[CORPUS_MAX]; /* "2014-06-25-badeseen-berlin" */
    Str titles[CORPUS_MAX], leads[CORPUS_MAX], bodies[CORPUS_MAX], districts[CORPUS_MAX];
    ItemId items[CORPUS_MAX];
    size_t count;
} Corpus;

/* A file below the source tree, or below HANSE_SHARED where shared; p NULL: it is not there. */
static inline UNUSED Str corpus_read(TestCore *f, const char *root, const char *below)
{
    const char *folder = getenv(root);
    FILE *file = folder ? fopen(arena_fmt(f->t.cx.arena, "%s/%s", folder, below).p, "rb") : NULL;
    if (!file)
        return (Str){0};
    char *text = arena_alloc_raw(f->t.cx.arena, CORPUS_FILE_BYTES_MAX, 1);
    size_t n = fread(text, 1, CORPUS_FILE_BYTES_MAX, file);
    fclose(file);
    return (Str){text, n};
}

static inline UNUSED Str corpus_file(TestCore *f, const char *below)
{
    Str text = corpus_read(f, "HANSE_SOURCE", below);
    assert_non_null(text.p);
    return text;
}

/* The value of "name: value" in the front matter, without quotes and remarks. */
static inline UNUSED Str corpus_field(Str front, Str name)
{
    while (front.p) {
        Str line = str_cut(&front, '\n');
        if (!str_starts(line, name) || line.n <= name.n || line.p[name.n] != ':')
            continue;
        Str value = str_from_index(line, name.n + 1);
        value = str_trim(str_cut(&value, '#'));
        while (value.n && memchr("\"'[]", value.p[0], 4))
            value = str_trim(str_from_index(value, 1));
        while (value.n && memchr("\"'[]", value.p[value.n - 1], 4))
            value = str_trim(str_slice(value, 0, value.n - 1));
        return value;
    }
    return S("");
}

/* The front matter of a file and what follows it. A few files begin with a mark. */
static inline UNUSED Str corpus_front(Str text, Str *ret_body)
{
    if (str_starts(text, S("\xef\xbb\xbf")))
        text = str_from_index(text, 3);
    ptrdiff_t end = str_find(str_from_index(text, 3), S("\n---"));
    if (!str_starts(text, S("---")) || end < 0) {
        *ret_body = text;
        return S("");
    }
    Str rest = str_from_index(text, (size_t)end + 3 + 4);
    str_cut(&rest, '\n');
    *ret_body = rest.p ? rest : S("");
    return str_slice(text, 3, (size_t)end + 3);
}

static inline UNUSED void corpus_add(TestCore *f, Corpus *corpus, Str path, Str text)
{
    Cx *cx = &f->t.cx;
    Str body, front = corpus_front(text, &body);
    Str title = corpus_field(front, S("title")), lead = corpus_field(front, S("excerpt"));
    ItemDraft draft = {.text = {.lang = LANG_DE,
                                .title = title.n ? str_slice(title, 0, 190) : S("?"),
                                .lead = str_slice(lead, 0, 900),
                                .body = body},
                       .district = corpus_field(front, S("lab"))};
    ItemId id;
    Events events = {.arena = cx->arena};
    assert_ok(cx, item_add(cx, NOUN_PROJECT, S("idea"), AUDIENCE_PUBLIC, &draft, &id));
    assert_ok(cx, item_record(cx, id, S("add"), S(""), S("{}"), &events));
    assert_ok(cx, search_project(NULL, cx, &events));
    size_t i = corpus->count++;
    corpus->items[i] = id;
    corpus->titles[i] = draft.text.title;
    corpus->leads[i] = draft.text.lead;
    corpus->bodies[i] = draft.text.body;
    corpus->districts[i] = draft.district;
    path = str_from_index(path, sizeof "content/projekte/" - 1);
    corpus->paths[i] = str_slice(path, 0, path.n - 3);
}

/* False where the data is not there. */
static inline UNUSED bool corpus_load(TestCore *f, Corpus *ret)
{
    Cx *cx = &f->t.cx;
    Str rest = corpus_read(f, "HANSE_SHARED", "data/people/codeforde-projects.ndjson");
    *ret = (Corpus){0};
    if (!rest.p)
        return false;
    act_as(f, add_person(f, "ada"), 0);
    assert_ok(cx, db_begin(cx));
    while (rest.p && ret->count < CORPUS_MAX) {
        Json json;
        JsonValue path, text;
        Str line = str_cut(&rest, '\n');
        if (!line.n)
            continue;
        assert_ok(cx, json_parse(cx, line, &json));
        assert_true(json_find(json_root(&json), S("path"), &path));
        assert_true(json_find(json_root(&json), S("text"), &text));
        corpus_add(f, ret, json_text(cx->arena, path), json_text(cx->arena, text));
    }
    assert_ok(cx, db_commit(cx));
    act_as(f, 0, 0);
    return true;
}

static inline UNUSED Str corpus_path(const Corpus *corpus, ItemId item)
{
    for (size_t i = 0; i < corpus->count; i++)
        if (corpus->items[i].v == item.v)
            return corpus->paths[i];
    return S("?");
}

#endif

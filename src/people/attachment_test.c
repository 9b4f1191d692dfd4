/* Files of items: who may, what is seen by whom, limits, versions, and the sweep. */
#include "people/attachment.h"

#include "base/json.h"
#include "core/blob.h"
#include "core/setting.h"
#include "people/test_file.h"
#include "people/test_people.h"

#include <fcntl.h>
#include <sys/stat.h>

static Str files_dir(const TestCore *f)
{
    return arena_fmt(f->t.cx.arena, "%s/files", f->db.dir);
}

typedef struct World {
    int64_t author, other, office;
    Item item; /* published by the author */
} World;

static World world(TestCore *f)
{
    World w = {.author = add_person(f, "ada"),
               .other = add_person(f, "ben"),
               .office = add_person(f, "cleo")};
    w.item = published_idea(f, w.author, "Ein Baum");
    return w;
}

static const AttachmentWords DESCRIBED = {
    .title = S_INIT("Der Baum"), .alt = S_INIT("Ein Baum"), .credit = S_INIT("Foto: Ada")};

static AttachmentFile take(TestCore *f, const char *name, Str bytes)
{
    AttachmentFile file = {0};
    assert_ok(&f->t.cx, attachment_take(&f->t.cx, files_dir(f), str_from(name), bytes, &file));
    return file;
}

static int64_t attach(TestCore *f, Item *item, const char *name, Str bytes, AttachmentWords words)
{
    int64_t id = 0;
    AttachmentFile file = take(f, name, bytes);
    assert_ok(&f->t.cx,
              attachment_add(&f->t.cx, item, files_dir(f), &file, &words, &f->events, &id));
    assert_ok(&f->t.cx, item_get_by_id(&f->t.cx, item->id, item));
    return id;
}

static size_t seen(TestCore *f, const Item *item)
{
    Attachment *list;
    size_t count;
    assert_ok(&f->t.cx, attachment_list(&f->t.cx, item, &list, &count));
    return count;
}

static void who_may_change_the_item_may_change_its_files(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    int64_t id = attach(f, &w.item, "a.png", png_of(cx->arena, 4, 3, true), DESCRIBED), other_id;
    AttachmentFile file = take(f, "b.txt", S("b"));
    for (int i = 0; i < 2; i++) {
        act_as(f, i ? w.other : 0, 0);
        assert_err(
            cx, ERR_DENIED, "attachment.denied",
            attachment_add(cx, &w.item, files_dir(f), &file, &DESCRIBED, &f->events, &other_id));
        assert_err(cx, ERR_DENIED, "attachment.denied",
                   attachment_change(cx, &w.item, id, &DESCRIBED, &f->events));
        assert_err(cx, ERR_DENIED, "attachment.denied",
                   attachment_move(cx, &w.item, id, 1, &f->events));
        assert_err(cx, ERR_DENIED, "attachment.denied",
                   attachment_remove(cx, &w.item, id, &f->events));
    }
    /* Nor does one's own item open those of others. */
    Item mine = published_idea(f, w.other, "Meine");
    assert_err(cx, ERR_NOT_FOUND, "attachment.unknown",
               attachment_change(cx, &mine, id, &DESCRIBED, &f->events));
    assert_err(cx, ERR_NOT_FOUND, "attachment.unknown",
               attachment_remove(cx, &mine, id, &f->events));
    Attachment one;
    Item of;
    act_as(f, 0, 0);
    assert_ok(cx, attachment_get(cx, id, &one, &of));
    assert_int_equal(of.id.v, w.item.id.v);
    assert_str("a.png", one.file.name);
    assert_int_equal(one.file.width, 4);
    assert_int_equal(one.file.height, 3);
    assert_str("Der Baum", one.words.title);
}

static void a_picture_is_seen_once_it_is_described(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    Attachment one;
    Item of;
    bool found;
    AttachmentWords words = {.role = ATTACHMENT_MAIN, .alt = S("Ein Baum")};
    int64_t id = attach(f, &w.item, "a.png", png_of(cx->arena, 4, 3, false), words);
    attach(f, &w.item, "b.pdf", S("%PDF-1.7"), (AttachmentWords){0});
    assert_int_equal(seen(f, &w.item), 2);
    assert_ok(cx, attachment_get(cx, id, &one, &of));
    assert_false(one.shown);
    act_as(f, w.other, 0);
    assert_int_equal(seen(f, &w.item), 1);
    assert_err(cx, ERR_NOT_FOUND, "attachment.unknown", attachment_get(cx, id, &one, &of));
    assert_ok(cx, attachment_find(cx, w.item.id, ATTACHMENT_MAIN, &found, &one));
    assert_false(found);
    act_as(f, w.author, 0);
    words.credit = S("Foto: Ada");
    assert_ok(cx, attachment_change(cx, &w.item, id, &words, &f->events));
    act_as(f, 0, 0);
    assert_int_equal(seen(f, &w.item), 2);
    assert_ok(cx, attachment_get(cx, id, &one, &of));
    assert_ok(cx, attachment_find(cx, w.item.id, ATTACHMENT_MAIN, &found, &one));
    assert_true(found && one.id == id);
}

static void files_are_read_by_the_rule_of_their_item(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    AttachmentWords words = DESCRIBED;
    words.role = ATTACHMENT_MAIN;
    int64_t id = attach(f, &w.item, "a.png", png_of(cx->arena, 4, 3, false), words);
    Attachment one, *list;
    Item of;
    size_t count;
    bool found;
    assert_ok(cx, attachment_list_role(cx, &w.item.id, 1, ATTACHMENT_MAIN, &list, &count));
    assert_int_equal(count, 1);
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &w.item, S("withdraw"), S("x"), &f->events));
    for (int i = 0; i < 3; i++) {
        act_as(f, i == 0 ? 0 : i == 1 ? w.other : w.office, i == 2 ? ROLE_OFFICE : 0u);
        bool reads = i == 2;
        Err err = attachment_get(cx, id, &one, &of);
        if (reads)
            assert_ok(cx, err);
        else
            assert_err(cx, ERR_NOT_FOUND, "attachment.unknown", err);
        assert_ok(cx, attachment_find(cx, w.item.id, ATTACHMENT_MAIN, &found, &one));
        assert_int_equal(found, reads);
        assert_ok(cx, attachment_list_role(cx, &w.item.id, 1, ATTACHMENT_MAIN, &list, &count));
        assert_int_equal(count, reads);
        assert_ok(cx, attachment_list_role(cx, &w.item.id, 1, ATTACHMENT_LOGO, &list, &count));
        assert_int_equal(count, 0);
    }
}

static void lists_ask_for_the_pictures_of_what_they_show(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    AttachmentWords words = DESCRIBED;
    Item others[] = {published_idea(f, w.author, "Eine Bank"),
                     published_idea(f, w.author, "Ein Teich")};
    Attachment *list;
    size_t count;
    words.role = ATTACHMENT_MAIN;
    attach(f, &others[1], "c.png", png_of(cx->arena, 4, 3, false), words);
    attach(f, &others[0], "b.png", png_of(cx->arena, 4, 3, false), words);
    attach(f, &w.item, "a.png", png_of(cx->arena, 4, 3, false), words);
    act_as(f, 0, 0);
    const ItemId shown[] = {others[1].id, w.item.id};
    assert_ok(cx, attachment_list_role(cx, shown, 2, ATTACHMENT_MAIN, &list, &count));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].item.v, w.item.id.v);
    assert_int_equal(list[1].item.v, others[1].id.v);
    assert_ok(cx, attachment_list_role(cx, shown, 0, ATTACHMENT_MAIN, &list, &count));
    assert_int_equal(count, 0);
}

static void order_and_roles_are_kept(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    Attachment *list;
    size_t count;
    int64_t ids[3];
    AttachmentWords words = DESCRIBED;
    words.role = ATTACHMENT_MAIN;
    for (int i = 0; i < 3; i++)
        ids[i] = attach(f, &w.item, "a.png", png_of(cx->arena, 4, 3 + (uint32_t)i, false), words);
    assert_ok(cx, attachment_move(cx, &w.item, ids[2], -1, &f->events));
    assert_ok(cx, attachment_move(cx, &w.item, ids[0], -1, &f->events)); /* stays */
    assert_ok(cx, attachment_move(cx, &w.item, ids[1], 1, &f->events));  /* stays */
    assert_ok(cx, attachment_move(cx, &w.item, ids[0], 1, &f->events));
    assert_ok(cx, attachment_list(cx, &w.item, &list, &count));
    assert_int_equal(count, 3);
    assert_true(list[0].id == ids[2] && list[1].id == ids[0] && list[2].id == ids[1]);
    assert_int_equal(list[0].words.role, ATTACHMENT_MAIN); /* the last one that asked for it */
    assert_int_equal(list[1].words.role, ATTACHMENT_FILE);
    assert_int_equal(list[2].words.role, ATTACHMENT_FILE);
    int64_t id;
    AttachmentFile text = take(f, "a.txt", S("a"));
    assert_err(cx, ERR_INVALID, "attachment.role",
               attachment_add(cx, &w.item, files_dir(f), &text, &words, &f->events, &id));
}

static void every_change_keeps_a_version_with_what_was_there(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    Str doc;
    int64_t before = w.item.version;
    int64_t id = attach(f, &w.item, "a.png", png_of(cx->arena, 4, 3, false), DESCRIBED);
    assert_int_equal(w.item.version, before + 1);
    assert_ok(cx, attachment_remove(cx, &w.item, id, &f->events));
    assert_err(cx, ERR_NOT_FOUND, "attachment.unknown",
               attachment_remove(cx, &w.item, id, &f->events));
    assert_int_equal(seen(f, &w.item), 0);
    assert_ok(cx, item_version_unseen(cx, w.item.id, before, &doc));
    assert_true(str_find(doc, S("\"attachments\":[]")) > 0);
    assert_ok(cx, item_version_unseen(cx, w.item.id, before + 1, &doc));
    assert_true(str_find(doc, S("\"name\":\"a.png\"")) > 0);
    assert_true(str_find(doc, S("\"credit\":\"Foto: Ada\"")) > 0);
    assert_ok(cx, item_version_unseen(cx, w.item.id, before + 2, &doc));
    assert_true(str_find(doc, S("\"attachments\":[]")) > 0);
    ItemVersion *versions;
    size_t count;
    assert_ok(cx, item_versions(cx, &w.item, &versions, &count));
    assert_str("detach", versions[0].verb);
    assert_str("attach", versions[1].verb);
    assert_str("a.png", versions[1].reason);
}

static void words_files_and_bytes_have_limits(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    int64_t id;
    AttachmentFile file = take(f, "a.txt", S("a")), large = file;
    AttachmentWords words = {.title = arena_fmt(cx->arena, "%0201d", 1),
                             .alt = arena_fmt(cx->arena, "%0601d", 1),
                             .credit = S("\xff")};
    assert_err(cx, ERR_INVALID, "attachment.title",
               attachment_add(cx, &w.item, files_dir(f), &file, &words, &f->events, &id));
    size_t flaws = 0;
    for (const Flaw *one = cx->error->flaws; one; one = one->next)
        flaws++;
    assert_int_equal(flaws, 3);
    *cx->error = (Error){0};
    large.bytes = ATTACHMENT_ITEM_BYTES_MAX + 1;
    assert_err(cx, ERR_LIMIT, "attachment.item.file",
               attachment_add(cx, &w.item, files_dir(f), &large, &DESCRIBED, &f->events, &id));
    assert_ok(cx, setting_set(cx, S("files.total_mib"), S("1"), &f->events));
    large.bytes = (1 << 20) + 1;
    assert_err(cx, ERR_LIMIT, "attachment.total.file",
               attachment_add(cx, &w.item, files_dir(f), &large, &DESCRIBED, &f->events, &id));
    for (int i = 0; i < ATTACHMENTS_MAX; i++)
        attach(f, &w.item, "a.txt", S("a"), (AttachmentWords){0});
    assert_err(cx, ERR_LIMIT, "attachment.many.file",
               attachment_add(cx, &w.item, files_dir(f), &file, &DESCRIBED, &f->events, &id));
    assert_err(cx, ERR_LIMIT, "attachment.many.file", attachment_admit(cx, &w.item, 1));
}

/* ---- the sweep ---- */

/* As if the bytes had been written so many hours before the test's clock. */
static void age(TestCore *f, Str hash, int hours)
{
    int64_t at_us = cx_now_us(&f->t.cx) - hours * INT64_C(3600000000);
    struct timespec times[2] = {{.tv_sec = at_us / 1000000}, {.tv_sec = at_us / 1000000}};
    Str dir = files_dir(f);
    const char *path = arena_fmt(f->t.cx.arena, "%.*s/%.2s/%.*s", SARG(dir), hash.p, SARG(hash)).p;
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static AttachmentSweep look(TestCore *f)
{
    AttachmentSweep sweep;
    assert_ok(&f->t.cx, attachment_sweep_look(&f->t.cx, files_dir(f), &sweep));
    return sweep;
}

static size_t swept(TestCore *f, AttachmentSweep sweep)
{
    size_t removed = 0;
    assert_ok(&f->t.cx, attachment_sweep(&f->t.cx, files_dir(f), &sweep, &removed));
    return removed;
}

static void bytes_go_a_day_after_nothing_names_them(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    AttachmentFile lost = take(f, "lost.txt", S("lost")), young = take(f, "y.txt", S("young"));
    AttachmentFile kept = take(f, "k.txt", S("kept"));
    int64_t id = attach(f, &w.item, "k.txt", S("kept"), (AttachmentWords){0});
    age(f, lost.hash, 25);
    age(f, young.hash, 23);
    age(f, kept.hash, 2500);
    assert_int_equal(swept(f, look(f)), 1);
    assert_false(blob_exists(cx, files_dir(f), lost.hash));
    assert_true(blob_exists(cx, files_dir(f), young.hash));
    assert_true(blob_exists(cx, files_dir(f), kept.hash));
    /* Removed, they stay for a day, since a backup may just have read the row. */
    assert_ok(cx, attachment_remove(cx, &w.item, id, &f->events));
    assert_int_equal(swept(f, look(f)), 0);
    f->t.clock = clock_fixed(cx_now_us(cx) + 25 * INT64_C(3600000000));
    age(f, young.hash, 1);
    assert_int_equal(swept(f, look(f)), 0); /* now the row goes */
    assert_int_equal(swept(f, look(f)), 1); /* and then the bytes */
    assert_false(blob_exists(cx, files_dir(f), kept.hash));
}

static void bytes_that_are_named_or_written_meanwhile_stay(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world(f);
    AttachmentFile file = take(f, "a.txt", S("again"));
    age(f, file.hash, 25);
    AttachmentSweep sweep = look(f);
    assert_int_equal(sweep.count, 1);
    take(f, "a.txt", S("again")); /* by somebody whose row is still to come */
    assert_int_equal(swept(f, sweep), 0);
    age(f, file.hash, 25);
    sweep = look(f);
    int64_t id;
    assert_ok(cx, attachment_add(cx, &w.item, files_dir(f), &file, &DESCRIBED, &f->events, &id));
    assert_int_equal(swept(f, sweep), 0);
    /* The other way round: what is gone is not named. */
    AttachmentFile gone = take(f, "b.txt", S("gone"));
    blob_remove(cx, files_dir(f), gone.hash);
    assert_err(cx, ERR_UNAVAILABLE, "attachment.gone",
               attachment_add(cx, &w.item, files_dir(f), &gone, &DESCRIBED, &f->events, &id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(who_may_change_the_item_may_change_its_files, teardown),
        TEST_ON_BOTH(a_picture_is_seen_once_it_is_described, teardown),
        TEST_ON_BOTH(files_are_read_by_the_rule_of_their_item, teardown),
        TEST_ON_BOTH(lists_ask_for_the_pictures_of_what_they_show, teardown),
        TEST_ON_BOTH(order_and_roles_are_kept, teardown),
        TEST_ON_BOTH(every_change_keeps_a_version_with_what_was_there, teardown),
        TEST_ON_BOTH(words_files_and_bytes_have_limits, teardown),
        TEST_ON_SQLITE(bytes_go_a_day_after_nothing_names_them, teardown),
        TEST_ON_SQLITE(bytes_that_are_named_or_written_meanwhile_stay, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}

#include "core/erasure_list.h"

#include "base/buf.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

static Err fail_file(Cx *cx, Str dir)
{
    return fail(cx, ERR_UNAVAILABLE, "erasure.list",
                "cannot read or write %.*s/" ERASURE_LIST_NAME ": %s", SARG(dir), strerror(errno));
}

static bool is_hex(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!((text.p[i] >= '0' && text.p[i] <= '9') || (text.p[i] >= 'a' && text.p[i] <= 'f')))
            return false;
    return text.n == ERASURE_HEX;
}

static bool parse_line(Str text, ErasureLine *ret)
{
    Str tenant = str_cut(&text, '\t'), person = str_cut(&text, '\t'), at = str_cut(&text, '\t');
    Str what = str_cut(&text, '\t');
    *ret = (ErasureLine){.posts = str_eq(what, S("posts")),
                         .stays = str_eq(what, S("stays")),
                         .salt = str_cut(&text, '\t')};
    ret->hash = text;
    return str_to_i64(tenant, &ret->tenant.v) && str_to_i64(person, &ret->person.v) &&
           str_to_i64(at, &ret->at_us) && is_hex(ret->salt) && is_hex(ret->hash);
}

void erasure_list_parse(Cx *cx, Str text, ErasureLine **ret, size_t *ret_count)
{
    size_t room = 1, count = 0;
    for (size_t i = 0; i < text.n; i++)
        room += text.p[i] == '\n';
    ErasureLine *lines = arena_array(cx->arena, ErasureLine, room);
    while (text.n)
        count += parse_line(str_cut(&text, '\n'), &lines[count]);
    *ret = lines;
    *ret_count = count;
}

/* p NULL where there is no such file. */
static Err read_text(Cx *cx, Str dir, Str *ret)
{
    struct stat info;
    size_t n = 0;
    *ret = (Str){0};
    int fd =
        open(arena_fmt(cx->arena, "%.*s/" ERASURE_LIST_NAME, SARG(dir)).p, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return OK;
    if (fd < 0 || fstat(fd, &info) != 0 || info.st_size > ERASURE_LIST_BYTES_MAX) {
        if (fd >= 0)
            close(fd);
        return fail_file(cx, dir);
    }
    char *text = arena_alloc_raw(cx->arena, (size_t)info.st_size + 1, 1);
    ssize_t got = 1;
    while (n < (size_t)info.st_size && got > 0 &&
           (got = read(fd, text + n, (size_t)info.st_size - n)) > 0)
        n += (size_t)got;
    Err err = got < 0 ? fail_file(cx, dir) : OK;
    close(fd);
    TRY(err);
    *ret = (Str){text, n};
    return OK;
}

static bool is_same(const ErasureLine *a, const ErasureLine *b)
{
    return str_eq(a->hash, b->hash) && str_eq(a->salt, b->salt);
}

static bool is_taken_back(const ErasureLine *line, const ErasureLine *backs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_same(&backs[i], line))
            return true;
    return false;
}

Err erasure_list_read(Cx *cx, Str dir, ErasureLine **ret, size_t *ret_count)
{
    Str text;
    ErasureLine *lines;
    size_t count, kept = 0, back_count = 0;
    TRY(read_text(cx, dir, &text));
    erasure_list_parse(cx, text, &lines, &count);
    ErasureLine *backs = arena_array(cx->arena, ErasureLine, count);
    for (size_t i = 0; i < count; i++)
        if (lines[i].stays)
            backs[back_count++] = lines[i];
    for (size_t i = 0; i < count; i++)
        if (!is_taken_back(&lines[i], backs, back_count))
            lines[kept++] = lines[i];
    *ret = lines;
    *ret_count = kept;
    return OK;
}

static void hash_mail(Str salt, Str mail_key, char ret[ERASURE_HEX + 1])
{
    unsigned char key[ERASURE_HEX / 2], hash[ERASURE_HEX / 2];
    size_t n;
    bool whole =
        sodium_hex2bin(key, sizeof key, salt.p, salt.n, NULL, &n, NULL) == 0 && n == sizeof key;
    ASSERT(whole);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)mail_key.p, mail_key.n, key,
                       sizeof key);
    sodium_bin2hex(ret, ERASURE_HEX + 1, hash, sizeof hash);
}

ErasureLine erasure_line(Cx *cx, PersonId person, bool posts, Str mail_key)
{
    unsigned char key[ERASURE_HEX / 2];
    char text[ERASURE_HEX + 1];
    ErasureLine line = {
        .tenant = cx->actor->tenant, .person = person, .at_us = cx_now_us(cx), .posts = posts};
    randombytes_buf(key, sizeof key);
    sodium_bin2hex(text, sizeof text, key, sizeof key);
    line.salt = arena_copy(cx->arena, str_from(text));
    hash_mail(line.salt, mail_key, text);
    line.hash = arena_copy(cx->arena, str_from(text));
    return line;
}

bool erasure_line_is(const ErasureLine *line, Str mail_key)
{
    char text[ERASURE_HEX + 1];
    hash_mail(line->salt, mail_key, text);
    return str_eq(line->hash, str_from(text));
}

static bool is_there(const ErasureLine *known, size_t count, const ErasureLine *line)
{
    for (size_t i = 0; i < count; i++)
        if (known[i].stays == line->stays && is_same(&known[i], line))
            return true;
    return false;
}

static bool append(int fd, Str text)
{
    size_t n = 0;
    for (ssize_t put; n < text.n && (put = write(fd, text.p + n, text.n - n)) > 0;)
        n += (size_t)put;
    return n == text.n && fsync(fd) == 0;
}

/* A new name in the folder has to reach the disk too. */
static bool sync_dir(Cx *cx, Str dir)
{
    int fd = open(arena_cstr(cx->arena, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced;
}

static const char *word_of(const ErasureLine *line)
{
    return line->stays ? "stays" : line->posts ? "posts" : "kept";
}

Err erasure_list_add(Cx *cx, Str dir, const ErasureLine *lines, size_t count)
{
    Str text;
    ErasureLine *known;
    size_t known_count;
    if (!count)
        return OK;
    TRY(read_text(cx, dir, &text));
    erasure_list_parse(cx, text, &known, &known_count);
    Buf out = buf_new(cx->arena, count * 256 + 2);
    if (text.n && text.p[text.n - 1] != '\n')
        buf_char(&out, '\n'); /* behind half a line */
    for (size_t i = 0; i < count; i++)
        if (!is_there(known, known_count, &lines[i]))
            buf_fmt(&out, "%lld\t%lld\t%lld\t%s\t%.*s\t%.*s\n", (long long)lines[i].tenant.v,
                    (long long)lines[i].person.v, (long long)lines[i].at_us, word_of(&lines[i]),
                    SARG(lines[i].salt), SARG(lines[i].hash));
    ASSERT(!out.overflow);
    int fd = open(arena_fmt(cx->arena, "%.*s/" ERASURE_LIST_NAME, SARG(dir)).p,
                  O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool written = fd >= 0 && append(fd, buf_str(&out));
    if (fd >= 0 && close(fd) != 0)
        written = false;
    return written && sync_dir(cx, dir) ? OK : fail_file(cx, dir);
}

Err erasure_list_take_back(Cx *cx, Str dir, const ErasureLine *lines, size_t count)
{
    ErasureLine *backs = arena_array(cx->arena, ErasureLine, count);
    for (size_t i = 0; i < count; i++) {
        backs[i] = lines[i];
        backs[i].stays = true;
    }
    return erasure_list_add(cx, dir, backs, count);
}

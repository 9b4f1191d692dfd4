/* The small commands, and how a command opens the store. */
#include "app/command.h"

#include "app/serve.h"
#include "base/str.h"
#include "core/auth.h"
#include "core/person.h"
#include "people/search.h"
#include "core/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { PASSWORD_FILE_BYTES_MAX = 4096 };

/* ---- the store from the command line ---- */

/* A server that holds the lock reads grants and settings again. */
static void tell_server(Cx *cx, Str data)
{
    char text[32] = {0};
    int fd = open(arena_fmt(cx->arena, "%.*s/lock", SARG(data)).p, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t n = read(fd, text, sizeof text - 1);
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    int64_t pid;
    if (held && n > 0 && str_to_i64(str_trim((Str){text, (size_t)n}), &pid) && pid > 1)
        kill((pid_t)pid, SIGHUP);
}

typedef Err Change(Cx *cx, Events *events, void *user);

/* For tests: once more after a rollback, as the writer does to its units. */
static Err apply_change(Cx *cx, bool twice, Change *change, void *user)
{
    Events events = {.arena = cx->arena};
    TRY(db_savepoint(cx));
    TRY(change(cx, &events, user));
    TRY(search_project(NULL, cx, &events));
    if (!twice)
        return db_release(cx);
    TRY(db_rollback_to(cx));
    TRY(db_savepoint(cx));
    events = (Events){.arena = cx->arena};
    TRY(change(cx, &events, user));
    TRY(search_project(NULL, cx, &events));
    return db_release(cx);
}

static Err run_change(Cx *cx, bool twice, Change *change, void *user)
{
    TRY(db_begin(cx));
    Err err = apply_change(cx, twice, change, user);
    if (err == OK)
        err = db_commit(cx);
    if (err != OK) {
        Error first = *cx->error;
        db_rollback(cx);
        *cx->error = first;
    }
    return err;
}

static Err open_store(Cx *cx, const Config *config, DbMode mode, Cx *own, Actor *actor)
{
    Str store;
    TRY(store_prepare(cx, config, &store));
    *own = *cx;
    *actor = (Actor){.tenant = TENANT_DEFAULT, .roles = ROLE_ADMIN, .may = UINT32_MAX};
    own->actor = actor;
    return db_open(cx, store, (DbOptions){.mode = mode}, &own->db);
}

Err command_change(Cx *cx, const Config *config, Err (*change)(Cx *cx, Events *events, void *user),
                   void *user)
{
    Cx own;
    Actor actor;
    TRY(open_store(cx, config, DB_WRITE, &own, &actor));
    Err err = run_change(&own, config->apply_twice, change, user);
    db_close(own.db);
    if (err == OK)
        tell_server(cx, config->data);
    return err;
}

Err command_read(Cx *cx, const Config *config, Err (*look)(Cx *cx, void *user), void *user)
{
    Cx own;
    Actor actor;
    TRY(open_store(cx, config, DB_READ, &own, &actor));
    Err err = look(&own, user);
    db_close(own.db);
    return err;
}

static Err usage(Cx *cx, const char *command)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(COMMANDS[i].name, command) == 0)
            return fail(cx, ERR_INVALID, "command.usage", "usage: hanse %s %s", command,
                        COMMANDS[i].arguments);
    return fail(cx, ERR_INVALID, "command.usage", "no such command");
}

/* ---- serve ---- */

Err command_serve(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    TRY(config_read(cx, argc, argv, NULL, 0, &config, &words));
    if (words.count)
        return usage(cx, "serve");
    if (!log_level_parse(config.log, &cx->log->level))
        return fail(cx, ERR_INVALID, "config.value", "--log is debug, info, warn or error");
    return serve(cx, &config, NULL);
}

/* ---- user ---- */

typedef struct NewPerson {
    Str mail, name, password, role;
    PersonId id;
} NewPerson;

static Err add_person(Cx *cx, Events *events, void *user)
{
    NewPerson *person = user;
    uint32_t role;
    if (!role_parse(person->role, &role))
        return fail(cx, ERR_INVALID, "person.role",
                    "there is no role %.*s: member, editor, operator, office, admin",
                    SARG(person->role));
    return person_add(cx, person->mail, person->name, person->password, LANG_DE, role | ROLE_MEMBER,
                      events, &person->id);
}

static Err read_small_file(Cx *cx, Str name, size_t max, Str *ret)
{
    int fd = open(arena_cstr(cx->arena, name), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(cx, ERR_NOT_FOUND, "file.open", "cannot read %.*s: %s", SARG(name),
                    strerror(errno));
    char *text = arena_alloc_bytes(cx->arena, max + 1, 1);
    size_t n = 0;
    for (ssize_t got; n <= max && (got = read(fd, text + n, max + 1 - n)) > 0;)
        n += (size_t)got;
    close(fd);
    if (n > max)
        return fail(cx, ERR_LIMIT, "file.large", "%.*s is larger than %zu bytes", SARG(name), max);
    *ret = (Str){text, n};
    return OK;
}

/* From a file, or made here and printed once. */
static Err choose_password(Cx *cx, Str file, Str *ret, bool *ret_made)
{
    *ret_made = file.n == 0;
    if (*ret_made) {
        *ret = str_slice(auth_secret(cx->arena), 0, 16);
        return OK;
    }
    Str text;
    TRY(read_small_file(cx, file, PASSWORD_FILE_BYTES_MAX, &text));
    *ret = str_cut(&text, '\n');
    return OK;
}

Err command_user(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    Str name = {0}, role = S("member"), password_file = {0}, password;
    bool made;
    ExtraOption extra[] = {
        {"name", &name, NULL}, {"role", &role, NULL}, {"password-file", &password_file, NULL}};
    TRY(config_read(cx, argc, argv, extra, COUNT_OF(extra), &config, &words));
    if (words.count != 2 || !str_eq(words.at[0], S("add")))
        return usage(cx, "user");
    NewPerson person = {.mail = words.at[1], .name = name.n ? name : words.at[1], .role = role};
    TRY(choose_password(cx, password_file, &password, &made));
    TRY(password_hash(cx, password, &person.password));
    TRY(command_change(cx, &config, add_person, &person));
    printf("added %.*s as %.*s\n", SARG(person.mail), SARG(role));
    if (made)
        printf("password: %.*s\n", SARG(password));
    return OK;
}

/* ---- token ---- */

typedef struct NewToken {
    Str name, scopes, secret;
    int64_t id;
} NewToken;

static Err add_token(Cx *cx, Events *events, void *user)
{
    NewToken *token = user;
    return token_add(cx, (PersonId){0}, token->name, token->scopes, token->secret, 0, events,
                     &token->id);
}

static Err remove_token(Cx *cx, Events *events, void *user)
{
    return token_remove(cx, ((NewToken *)user)->id, events);
}

static Err list_tokens(Cx *cx, void *user)
{
    (void)user;
    Token *tokens;
    size_t count;
    TRY(token_list(cx, &tokens, &count));
    for (size_t i = 0; i < count; i++)
        printf("%lld\t%.*s\t%.*s\n", (long long)tokens[i].id, SARG(tokens[i].name),
               SARG(tokens[i].scopes));
    return OK;
}

Err command_token(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    NewToken token = {.scopes = S("entity:read entity:write subscription")};
    ExtraOption extra[] = {{"scopes", &token.scopes, NULL}};
    TRY(config_read(cx, argc, argv, extra, COUNT_OF(extra), &config, &words));
    if (words.count == 2 && str_eq(words.at[0], S("add"))) {
        token.name = words.at[1];
        token.secret = auth_secret(cx->arena);
        TRY(command_change(cx, &config, add_token, &token));
        printf("%.*s\n", SARG(token.secret));
        fprintf(stderr, "token %lld, shown only now; send it as \"Authorization: Bearer ...\"\n",
                (long long)token.id);
        return OK;
    }
    if (words.count == 1 && str_eq(words.at[0], S("list")))
        return command_read(cx, &config, list_tokens, NULL);
    if (words.count == 2 && str_eq(words.at[0], S("remove")) && str_to_i64(words.at[1], &token.id))
        return command_change(cx, &config, remove_token, &token);
    return usage(cx, "token");
}

/* ---- setting ---- */

typedef struct SettingChange {
    Str name, value;
} SettingChange;

static Err set_setting(Cx *cx, Events *events, void *user)
{
    const SettingChange *change = user;
    return setting_set(cx, change->name, change->value, events);
}

static Err print_setting(Cx *cx, void *user)
{
    Str value;
    TRY(setting_get(cx, ((SettingChange *)user)->name, &value));
    printf("%.*s\n", SARG(value));
    return OK;
}

static Err print_settings(Cx *cx, void *user)
{
    (void)user;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        Str value;
        TRY(setting_get(cx, SETTINGS[i].name, &value));
        Str first = str_cut(&value, '\n');
        printf("%-20.*s %.*s%s\n    %s\n", SARG(SETTINGS[i].name), SARG(first),
               value.p ? " ..." : "", SETTINGS[i].help);
    }
    return OK;
}

Err command_setting(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    Str file = {0};
    ExtraOption extra[] = {{"file", &file, NULL}};
    TRY(config_read(cx, argc, argv, extra, COUNT_OF(extra), &config, &words));
    SettingChange change = {.name = words.count > 1 ? words.at[1] : S("")};
    if (words.count == 1 && str_eq(words.at[0], S("list")))
        return command_read(cx, &config, print_settings, NULL);
    if (words.count == 2 && str_eq(words.at[0], S("get")))
        return command_read(cx, &config, print_setting, &change);
    if (words.count < 2 || !str_eq(words.at[0], S("set")))
        return usage(cx, "setting");
    if (words.count == 3)
        change.value = words.at[2];
    else if (file.n)
        TRY(read_small_file(cx, file, SETTING_BYTES_MAX, &change.value));
    else
        return usage(cx, "setting");
    return command_change(cx, &config, set_setting, &change);
}

/* ---- help ---- */

Err command_version(Cx *cx, int argc, char **argv)
{
    (void)cx, (void)argc, (void)argv;
    puts("hanse " HANSE_VERSION);
    return OK;
}

static void print(const Buf *buf)
{
    fwrite(buf->p, 1, buf->n, stdout);
}

void command_explain(Cx *cx, const Command *command)
{
    Buf buf = buf_new(cx->arena, 64 << 10);
    buf_fmt(&buf, "usage: hanse %s %s\n\n%s\n\noptions:\n\n", command->name, command->arguments,
            command->help);
    config_help(&buf);
    print(&buf);
}

Err command_help(Cx *cx, int argc, char **argv)
{
    (void)argc, (void)argv;
    Buf buf = buf_new(cx->arena, 64 << 10);
    buf_put(&buf, S("hanse: an open urban platform\n\nusage: hanse COMMAND [ARGUMENTS]\n\n"));
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        buf_fmt(&buf, "  %s %s\n        %s\n", COMMANDS[i].name, COMMANDS[i].arguments,
                COMMANDS[i].help);
    buf_put(&buf, S("\noptions, also as lines \"name = value\" of DATA/hanse.conf and as "
                    "HANSE_NAME in the environment:\n\n"));
    config_help(&buf);
    print(&buf);
    return OK;
}

Err command_manual(Cx *cx, int argc, char **argv)
{
    (void)argc, (void)argv;
    Buf buf = buf_new(cx->arena, 64 << 10);
    buf_put(&buf, S(".TH HANSE 1 \"\" \"hanse " HANSE_VERSION "\"\n.SH NAME\nhanse \\- an open "
                    "urban platform\n.SH SYNOPSIS\n.B hanse\n.I COMMAND\n[ARGUMENTS]\n"
                    ".SH DESCRIPTION\nhanse networks a city's systems and its people and steers "
                    "the city by what both say: one program, one directory.\n.SH COMMANDS\n"));
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        buf_fmt(&buf, ".TP\n.B %s\n.I %s\n.br\n%s.\n", COMMANDS[i].name, COMMANDS[i].arguments,
                COMMANDS[i].help);
    buf_put(&buf, S(".SH OPTIONS\nEach is also a line \"name = value\" of DATA/hanse.conf and "
                    "HANSE_NAME in the environment; the command line wins.\n"));
    config_roff(&buf);
    buf_put(&buf, S(".SH SIGNALS\nSIGTERM and SIGINT drain and end the program; SIGHUP reads "
                    "grants and settings again.\n.SH EXIT STATUS\n0 on success; 64 for wrong "
                    "input, 66 for something not found, 69 when something is unavailable, 73 for "
                    "a conflict, 75 for a limit, 77 when denied, 70 for an internal error.\n"));
    print(&buf);
    return OK;
}

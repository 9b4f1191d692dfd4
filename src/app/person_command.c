/* hanse person: what is kept of somebody, and the end of an account. */
#include "app/command.h"
#include "app/erase.h"
#include "base/buf.h"
#include "base/str.h"
#include "people/own_data.h"

#include <stdio.h>

enum { EXPORT_BYTES_MAX = 1 << 30, ALSO_MAX = 8 };

typedef struct PersonOrder {
    const Config *config;
    Str who, reason;
    Str also[ALSO_MAX];
    size_t also_count;
    bool posts;
    Person person;
    EraseRun run;
} PersonOrder;

/* By number or by address. */
static Err find_person(Cx *cx, Str who, Person *ret)
{
    PersonId id;
    return str_to_i64(who, &id.v) ? person_get(cx, id, ret) : person_find_by_mail(cx, who, ret);
}

static Err print_own_data(Cx *cx, void *user)
{
    PersonOrder *order = user;
    Buf out = buf_new(cx->arena, EXPORT_BYTES_MAX);
    TRY(find_person(cx, order->who, &order->person));
    TRY(own_data_put(cx, order->person.id, &out));
    fwrite(out.p, 1, out.n, stdout);
    return OK;
}

static Err note_export(Cx *cx, Events *events, void *user)
{
    (void)events;
    return own_data_taken(cx, ((PersonOrder *)user)->person.id);
}

static Err order_erasure(Cx *cx, Events *events, void *user)
{
    PersonOrder *order = user;
    TRY(find_person(cx, order->who, &order->person));
    return erasure_order(cx, order->person.id, order->reason, order->posts, events);
}

static Err look(Cx *cx, void *user)
{
    PersonOrder *order = user;
    TRY(person_get(cx, order->person.id, &order->person));
    if (order->person.state == PERSON_ERASED)
        return OK; /* a server that runs was faster */
    return erase_prepare(cx, &order->person, order->also, order->also_count, &order->run);
}

static Err apply(Cx *cx, Events *events, void *user)
{
    return erase_apply(cx, &((PersonOrder *)user)->run, events);
}

static Err settle(Cx *cx, PersonOrder *order)
{
    Str store = order->config->store.n
                    ? order->config->store
                    : arena_fmt(cx->arena, "%.*s/hanse.db", SARG(order->config->data));
    Actor actor = {.tenant = TENANT_DEFAULT, .may = UINT32_MAX};
    Cx own = *cx;
    own.actor = &actor;
    TRY(db_open(cx, store, (DbOptions){.mode = DB_WRITE}, &own.db));
    Err err = erase_settle(&own, &order->run);
    db_close(own.db);
    return err;
}

static Err change(Cx *cx, PersonOrder *order)
{
    Err err = command_change(cx, order->config, apply, order);
    if (err == OK)
        return settle(cx, order);
    Error first = *cx->error;
    TRY(erase_take_back(cx, &order->run));
    *cx->error = first;
    return err;
}

/* Somebody may be needed, or have come back, since the order was given. */
static Err check_erased(Cx *cx, void *user)
{
    PersonOrder *order = user;
    TRY(person_get(cx, order->person.id, &order->person));
    if (order->person.state == PERSON_ERASED)
        return OK;
    return fail(cx, ERR_CONFLICT, "erasure.needed",
                "person %lld stays: somebody is needed, or came back; try again",
                (long long)order->person.id.v);
}

static Err erase_person(Cx *cx, PersonOrder *order)
{
    const Config *config = order->config;
    order->run.data = config->data;
    order->run.files = erase_files(cx->arena, config->data);
    TRY(command_change(cx, config, order_erasure, order));
    TRY(command_read(cx, config, look, order));
    TRY(change(cx, order));
    TRY(command_read(cx, config, check_erased, order));
    printf("person %lld was erased\n", (long long)order->person.id.v);
    return OK;
}

Err command_person(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    PersonOrder order = {.reason = S("by the command line")};
    Str also = {0};
    ExtraOption extra[] = {
        {"reason", &order.reason, NULL}, {"also", &also, NULL}, {"with-posts", NULL, &order.posts}};
    TRY(config_read(cx, argc, argv, extra, COUNT_OF(extra), &config, &words));
    order.config = &config;
    if (words.count == 2)
        order.who = words.at[1];
    while (also.n && order.also_count < ALSO_MAX)
        order.also[order.also_count++] = str_trim(str_cut(&also, ';'));
    if (also.n)
        return fail(cx, ERR_LIMIT, "command.also", "--also takes at most %d names", ALSO_MAX);
    if (words.count == 2 && str_eq(words.at[0], S("export"))) {
        TRY(command_read(cx, &config, print_own_data, &order));
        return command_change(cx, &config, note_export, &order);
    }
    if (words.count == 2 && str_eq(words.at[0], S("erase")))
        return erase_person(cx, &order);
    return fail(cx, ERR_INVALID, "command.usage",
                "usage: hanse person export WHO | erase WHO [--reason TEXT] [--with-posts]"
                " [--also \"NAME; NAME\"] --data DIR");
}

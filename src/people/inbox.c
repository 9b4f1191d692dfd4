#include "people/inbox.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/person.h"
#include "people/enquiry.h"
#include "people/inbox_store.h"
#include "people/organisation.h"

#include <stdlib.h>

struct InboxList {
    Arena *arena;
    InboxEntry *entries;
    size_t count, room;
    const InboxProvider *provider;
    const InboxOwner *owners;
    size_t owner_count;
    int64_t kinds; /* entries of this provider */
};

/* ---- what waits of each noun ---- */

static Err list_items(Cx *cx, InboxList *list, Noun noun, Str state)
{
    Item *items;
    size_t count;
    ItemQuery query = {
        .noun = noun, .state = state, .order = ITEM_CHANGED_LAST, .limit = ITEM_LIST_MAX};
    TRY(item_list(cx, &query, &items, &count, NULL));
    for (size_t i = count; i-- > 0;)
        inbox_put(list, (InboxEntry){.id = items[i].id.v,
                                     .title = items[i].text.title,
                                     .detail = items[i].text.lead,
                                     .path = item_path(cx->arena, &items[i]),
                                     .since_us = items[i].changed_us});
    return OK;
}

static Err list_partners(Cx *cx, InboxList *list)
{
    TRY(list_items(cx, list, NOUN_ORGANISATION, S("applied")));
    return list_items(cx, list, NOUN_ORGANISATION, S("review"));
}

static Err list_projects(Cx *cx, InboxList *list)
{
    return list_items(cx, list, NOUN_PROJECT, S("proposed"));
}

const InboxProvider INBOX_PROVIDERS[] = {
    {"enquiry", 14, enquiry_put_waiting},
    {"partner", 14, list_partners},
    {"project", 21, list_projects},
};
const size_t INBOX_PROVIDER_COUNT = COUNT_OF(INBOX_PROVIDERS);

/* ---- the list ---- */

static void find_owner(const InboxList *list, InboxEntry *entry)
{
    for (size_t i = 0; i < list->owner_count; i++)
        if (list->owners[i].id == entry->id) {
            entry->owner = list->owners[i].owner;
            entry->owner_name = list->owners[i].name;
            return;
        }
}

void inbox_put(InboxList *list, InboxEntry entry)
{
    list->kinds++;
    if (list->count == INBOX_MAX)
        return;
    if (list->count == list->room) {
        list->entries = arena_grow(list->arena, list->entries, list->room * sizeof *list->entries,
                                   2 * list->room * sizeof *list->entries, _Alignof(InboxEntry));
        list->room *= 2;
    }
    entry.kind = str_from(list->provider->kind);
    if (!entry.due_us)
        entry.due_us = entry.since_us + list->provider->due_days * TIME_DAY_US;
    find_owner(list, &entry);
    list->entries[list->count++] = entry;
}

static int by_age(const void *a, const void *b)
{
    const InboxEntry *left = a, *right = b;
    if (left->since_us != right->since_us)
        return left->since_us < right->since_us ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

static bool fits(const InboxQuery *query, const InboxEntry *entry)
{
    return (!query->kind.n || str_eq(query->kind, entry->kind)) &&
           (!query->owner.v || query->owner.v == entry->owner.v) &&
           (!query->unowned || !entry->owner.v);
}

static Err collect(Cx *cx, InboxList *list, Inbox *inbox)
{
    for (size_t i = 0; i < INBOX_PROVIDER_COUNT; i++) {
        InboxOwner *owners;
        list->provider = &INBOX_PROVIDERS[i];
        list->kinds = 0;
        TRY(inbox_store_owners(cx, str_from(list->provider->kind), &owners, &list->owner_count));
        list->owners = owners;
        TRY(list->provider->list(cx, list));
        inbox->by_kind[i] = list->kinds;
        inbox->total += list->kinds;
    }
    return OK;
}

Err inbox_read(Cx *cx, const InboxQuery *query, Inbox *ret)
{
    enum { ROOM = 64 };
    TRY(require(cx, MAY_OFFICE_WORK));
    Inbox inbox = {.by_kind = arena_array(cx->arena, int64_t, INBOX_PROVIDER_COUNT)};
    InboxList list = {
        .arena = cx->arena, .entries = arena_array(cx->arena, InboxEntry, ROOM), .room = ROOM};
    TRY(collect(cx, &list, &inbox));
    for (size_t i = 0; i < list.count; i++) {
        const InboxEntry *entry = &list.entries[i];
        inbox.overdue += entry->due_us < cx_now_us(cx);
        inbox.mine += entry->owner.v == cx->actor->person.v;
        inbox.unowned += !entry->owner.v;
        if (fits(query, entry))
            list.entries[inbox.count++] = *entry;
    }
    qsort(list.entries, inbox.count, sizeof *list.entries, by_age);
    inbox.entries = list.entries;
    *ret = inbox;
    return OK;
}

static bool is_kind(Str kind)
{
    for (size_t i = 0; i < INBOX_PROVIDER_COUNT; i++)
        if (str_eq(kind, str_from(INBOX_PROVIDERS[i].kind)))
            return true;
    return false;
}

Err inbox_assign(Cx *cx, Str kind, int64_t id, PersonId owner)
{
    uint32_t roles = 0;
    TRY(require(cx, MAY_OFFICE_WORK));
    if (!is_kind(kind))
        return fail(cx, ERR_INVALID, "inbox.kind", "nothing of the kind \"%.*s\" waits here",
                    SARG(kind));
    if (owner.v) {
        TRY(person_roles(cx, owner, &roles));
        if (!(roles & ROLE_OFFICE))
            return fail(cx, ERR_INVALID, "inbox.owner", "person %lld is not of the office",
                        (long long)owner.v);
    }
    TRY(inbox_store_set(cx, kind, id, owner));
    return audit_add_number(cx, S("inbox.assign"), kind, id,
                            arena_fmt(cx->arena, "person %lld", (long long)owner.v));
}

Err inbox_owner(Cx *cx, Str kind, int64_t id, PersonId *ret)
{
    return inbox_store_get(cx, kind, id, ret);
}

Err inbox_staff(Cx *cx, InboxStaff **ret, size_t *ret_count)
{
    return inbox_store_staff(cx, ret, ret_count);
}

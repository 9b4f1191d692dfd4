/* Item: what partners, bodies, ideas, projects, goals have in common, kept once.
 *
 * An item has a slug (old ones lead to it for ever), texts in one or more languages, a state, an
 * audience, a place, topics, links to other items, and every version that it ever had. Each noun
 * has a table of its own beside it, whose rows share the item's number.
 *
 * Who may read: item_read_rule is the only rule, put into the query of every list, count, search,
 * feed, export and page, so that what must not be read is not even counted. The audience follows
 * from the visibility that was asked for and from the state (verb.h), whichever is narrower.
 *
 * Versions: item_record is called once at the end of each change. It raises the version and keeps
 * all of the item as JSON: the common columns, texts, topics, links, and what the noun hands over
 * of its own, so that item_at can tell what stood there at any moment. A form carries the version
 * that it was made from; item_expect refuses it when somebody else was faster. */
#ifndef HANSE_PEOPLE_ITEM_H
#define HANSE_PEOPLE_ITEM_H

#include "base/json.h"
#include "core/actor.h"
#include "core/event.h"
#include "db/db.h"

typedef struct ItemId {
    int64_t v; /* 0: none */
} ItemId;

typedef enum Noun {
#define NOUN(code, name, path) NOUN_##code,
#include "people/noun.def"
#undef NOUN
    NOUN_COUNT_
} Noun;

/* From the widest to the narrowest. */
typedef enum Audience {
    AUDIENCE_PUBLIC,
    AUDIENCE_ALLIANCE, /* members of accepted partners, editors, office */
    AUDIENCE_TEAM,     /* who is related to the item or to its body, and the office */
    AUDIENCE_OFFICE,   /* the office, and who is related to the item itself */
    AUDIENCE_OWN,      /* who is related to the item itself: drafts */
    AUDIENCE_COUNT_
} Audience;

enum {
    ITEM_TITLE_BYTES_MAX = 200,
    ITEM_LEAD_BYTES_MAX = 1000,
    ITEM_BODY_BYTES_MAX = 64 << 10, /* what Markdown takes */
    ITEM_DISTRICT_BYTES_MAX = 100,
    ITEM_TOPICS_MAX = 8,
    ITEM_LINKS_MAX = 500,
    ITEM_LIST_MAX = 1000, /* of one answer; pages show far fewer */
    ITEM_VERSIONS_LIST_MAX = 500
};

extern const StatementTable ITEM_STATEMENTS;

typedef struct ItemText {
    Lang lang;
    Str title; /* 1 to ITEM_TITLE_BYTES_MAX bytes */
    Str lead;  /* may be empty */
    Str body;  /* Markdown; may be empty */
} ItemText;

typedef struct ItemPlace {
    bool known;
    double lon, lat; /* WGS 84 degrees */
} ItemPlace;

typedef struct Item {
    ItemId id;
    Noun noun;
    Str slug, state;
    Audience visibility, audience;
    PersonId author;
    Str author_name; /* "Gelöschtes Konto" is the page's word for an empty one */
    ItemId organisation, body;
    int64_t version;
    Lang lang; /* that it was written in first */
    ItemPlace place;
    Str district;
    int64_t created_us, changed_us, published_us;
    ItemText text; /* in the actor's language where there is one, else in the item's */
} Item;

/* What a form says of an item; what an add or a change writes. */
typedef struct ItemDraft {
    ItemText text; /* in one language; a change leaves the others alone */
    Audience visibility;
    ItemId organisation, body;
    ItemPlace place;
    Str district;
    const int64_t *topics;
    size_t topic_count;
} ItemDraft;

/* An item's version has just been kept; data is an ItemEvent. Indexes and followers listen. */
extern const EventKind ITEM_CHANGED;
typedef struct ItemEvent {
    ItemId id;
    Noun noun;
    Str verb, reason;
    Audience before, after; /* the audience before the change and now */
} ItemEvent;

Str noun_name(Noun noun);
Str noun_path(Noun noun); /* "/ideen" */
bool noun_parse(Str name, Noun *ret);
bool audience_parse(Str digits, Audience *ret);
/* "/ideen/{slug}", without the language. */
Str item_path(Arena *arena, const Item *item);

/* ---- reading ---- */

/* Appends " AND (...)": which rows of item, by the alias i, the actor may read. */
void item_read_rule(DbDynamic *query, const Cx *cx);
/* The same rule in two parts without a common row: what everybody may read who reads that far
 * (item_reads), which several readers can share, and what the actor may read beyond it. */
void item_read_rule_shared(DbDynamic *query, const Cx *cx);
void item_read_rule_own(DbDynamic *query, const Cx *cx);
Audience item_reads(const Actor *actor);
/* The same seen from the other side: which rows of person, by the alias p, may read the row of item
 * by the alias i. A test holds the two together. */
void item_readers_rule(DbDynamic *query, const Cx *cx);

/* NOT_FOUND "item.unknown" also for one that the actor may not read. With an old slug the item's
 * own one differs from what was asked: redirect. */
MUST Err item_get(Cx *cx, Noun noun, Str slug, Item *ret);
MUST Err item_get_by_id(Cx *cx, ItemId id, Item *ret);
/* The same for one that the actor may not read: for rules that must look, never for pages. */
MUST Err item_get_unseen(Cx *cx, ItemId id, Item *ret);

typedef enum ItemOrder { ITEM_NEWEST, ITEM_TITLE, ITEM_CHANGED_LAST, ITEM_OLDEST } ItemOrder;

typedef struct ItemQuery {
    Noun noun;
    Str state;     /* empty: any */
    int64_t topic; /* 0: any */
    Str district;  /* empty: any */
    Str words;     /* in the title or lead, folded by the database's LIKE; search.h finds better */
    PersonId author;
    ItemId organisation, body; /* 0: any */
    ItemId linked;   /* with linked_kind: targets of links from this item, or sources of */
    Str linked_kind; /* links to it where linked_back */
    bool linked_back;
    bool placed; /* only those with a place */
    ItemOrder order;
    int64_t limit, offset; /* limit 1 to ITEM_LIST_MAX */
    /* Pieces of the noun's own: appended after the rule, with t as the noun's table where join
     * names it (" JOIN idea t ON t.tenant = i.tenant AND t.id = i.id"). Literals only. */
    const char *join;
    const char *order_by; /* in the place of order */
    void (*where)(DbDynamic *query, const void *user);
    const void *user;
} ItemQuery;

/* A page of items, and how many there are in all (ret_total may be NULL). */
MUST Err item_list(Cx *cx, const ItemQuery *query, Item **ret, size_t *ret_count,
                   int64_t *ret_total);

/* How many there are, without reading them. */
MUST Err item_count(Cx *cx, const ItemQuery *query, int64_t *ret);

/* What everybody may read, whoever asks, by number: noun, slug and changed_us alone. */
MUST Err item_list_public(Cx *cx, int64_t limit, int64_t offset, Item **ret, size_t *ret_count);
MUST Err item_count_public(Cx *cx, int64_t *ret);

typedef struct ItemTexts {
    ItemText texts[LANG_COUNT];
    size_t count;
} ItemTexts;
MUST Err item_texts(Cx *cx, ItemId id, ItemTexts *ret);

typedef struct Topic {
    int64_t id;
    Str slug;
    Str name; /* in the actor's language */
    bool retired;
} Topic;
MUST Err topic_list(Cx *cx, Topic **ret, size_t *ret_count); /* without retired ones */
MUST Err item_topics(Cx *cx, ItemId id, Topic **ret, size_t *ret_count);
/* INVALID "topic.name"; CONFLICT "topic.exists". */
MUST Err topic_add(Cx *cx, Str de, Str en, int64_t *ret);
/* Retired topics stay where they are set, and are no longer offered. */
MUST Err topic_retire(Cx *cx, int64_t id, bool retired);

typedef struct ItemVersion {
    int64_t version, at_us;
    PersonId person;
    Str person_name; /* empty: erased, or the program itself */
    Str verb, reason;
    bool named; /* whether the actor is told who it was */
} ItemVersion;
/* The newest first: those that the actor might have read when they were made, for what was said
 * while an item was internal stays so after it went public. Who it was is told to the alliance, the
 * city's people, and those who belong to the item. */
MUST Err item_versions(Cx *cx, const Item *item, ItemVersion **ret, size_t *ret_count);
/* The item as it stood at that moment: the JSON that item_record kept. NOT_FOUND "item.then". It
 * asks for nobody's rights and has all that the item's own columns hold, also what its page shows
 * to some alone (risks, minutes, prepared answers): it is for rebuilding, not for showing. */
MUST Err item_at_unseen(Cx *cx, ItemId id, int64_t at_us, Str *ret_doc);
MUST Err item_version_unseen(Cx *cx, ItemId id, int64_t version, Str *ret_doc);

/* ---- changing ---- */

/* Collects what is wrong with a draft as flaws (err.h): "item.title", "item.lead", "item.body",
 * "item.district", "item.place", "item.topics". */
void item_check(Cx *cx, const ItemDraft *draft);
/* Adds an item in a state with the audience that verb.h computes for it; a slug is made from the
 * title. The caller adds its own row and then calls item_record. */
MUST Err item_add(Cx *cx, Noun noun, Str state, Audience audience, const ItemDraft *draft,
                  ItemId *ret);
/* CONFLICT "item.version" when the version is not the item's: somebody else changed it. */
MUST Err item_expect(Cx *cx, const Item *item, int64_t version);
/* Writes texts, visibility, place, district, topics; a new title gives a new slug. `floor` is the
 * narrowest audience that the item's state allows. *item is made to agree. */
MUST Err item_change(Cx *cx, Item *item, const ItemDraft *draft, Audience floor);
/* The text in one more language, or the one of that language anew; the caller has checked it. */
MUST Err item_add_text(Cx *cx, ItemId id, const ItemText *text);
/* Removes the text of a language that is not the item's first. */
MUST Err item_drop_text(Cx *cx, Item *item, Lang lang);
/* A new state; *item is made to agree, but for the version, which item_record raises. */
MUST Err item_set_state(Cx *cx, Item *item, Str state, Audience audience);
MUST Err item_set_body(Cx *cx, Item *item, ItemId body);
/* Keeps the version: once, at the end of every change. own is the noun's own as JSON ("{}"). */
MUST Err item_record(Cx *cx, ItemId id, Str verb, Str reason, Str own, Events *events);
/* The same for who has read the item in this unit and made all changes of it through *item, which
 * is made to agree. */
MUST Err item_record_read(Cx *cx, Item *item, Str verb, Str reason, Str own, Events *events);

/* LIMIT "item.links"; a link that is there keeps its note's new words. */
MUST Err item_link(Cx *cx, ItemId source, Str kind, ItemId target, Str note);
MUST Err item_unlink(Cx *cx, ItemId source, Str kind, ItemId target);

#endif

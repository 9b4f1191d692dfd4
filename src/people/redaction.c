#include "people/redaction.h"

#include "base/buf.h"
#include "base/fold.h"
#include "base/str.h"
#include "core/person.h"
#include "people/redaction_store.h"

const RedactionKeep REDACTION_KEEPS[] = {
#define KEEP_TEXT(table, column, why) {S_INIT(table), S_INIT(column), why},
#include "people/text.def"
#undef KEEP_TEXT
};
const size_t REDACTION_KEEP_COUNT = COUNT_OF(REDACTION_KEEPS);

enum { SEPARATORS_MAX = 4 /* between two words of a name */ };

bool redaction_keeps(Str table, Str column)
{
    for (size_t i = 0; i < REDACTION_KEEP_COUNT; i++) {
        const RedactionKeep *keep = &REDACTION_KEEPS[i];
        if (str_eq(keep->table, table) &&
            (str_eq(keep->column, S("*")) || str_eq(keep->column, column)))
            return true;
    }
    return false;
}

/* ---- what is looked for ---- */

Redaction redaction_new(void)
{
    return (Redaction){0};
}

/* Whether there may be one more. */
static bool is_short(Redaction *redaction, size_t count)
{
    redaction->overflow |= count >= REDACTION_NAMES_MAX;
    return count < REDACTION_NAMES_MAX;
}

static bool is_ascii_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Spaces and signs that stand in texts in several alphabets; every other character beyond ASCII is
 * taken for a letter. */
static bool is_word_char(uint32_t c)
{
    if (c < 0x80)
        return is_ascii_word((char)c);
    return c >= 0xC0 && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x303F) &&
           c != 0xFFFD;
}

static RedactionName split_name(Cx *cx, Str name)
{
    RedactionName ret = {.count = 0};
    for (size_t at = 0; at < name.n && ret.count < REDACTION_PARTS_MAX;) {
        size_t from = at, end = at;
        while (at < name.n && is_word_char(str_next_codepoint(name, &at)))
            end = at;
        Str part = fold_search(cx->arena, str_slice(name, from, end));
        if (part.n)
            ret.parts[ret.count++] = part;
    }
    return ret;
}

size_t redaction_parts(Cx *cx, Str name, Str ret[REDACTION_PARTS_MAX])
{
    size_t count = 0;
    RedactionName split = split_name(cx, name);
    for (size_t i = 0; i < split.count; i++)
        if (split.parts[i].n >= REDACTION_PART_BYTES_MIN)
            ret[count++] = split.parts[i];
    return count;
}

static bool same_name(const RedactionName *a, const RedactionName *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = str_eq(a->parts[i], b->parts[i]);
    return same;
}

static void add_parts(Cx *cx, Redaction *redaction, const RedactionName *name)
{
    size_t at = redaction->name_count;
    for (size_t i = 0; i < redaction->name_count; i++)
        if (same_name(&redaction->names[i], name))
            return;
    if (!name->count || !is_short(redaction, redaction->name_count))
        return;
    redaction->names = arena_room(cx->arena, redaction->names, redaction->name_count,
                                  &redaction->name_room, sizeof *name);
    for (; at > 0 && redaction->names[at - 1].count < name->count; at--)
        redaction->names[at] = redaction->names[at - 1];
    redaction->names[at] = *name;
    redaction->name_count++;
}

/* Also as lists have it: the family name first. */
void redaction_add_name(Cx *cx, Redaction *redaction, Str name)
{
    RedactionName split = split_name(cx, name), turned = split;
    add_parts(cx, redaction, &split);
    for (size_t i = 0; i < split.count; i++)
        turned.parts[(i + 1) % split.count] = split.parts[i];
    add_parts(cx, redaction, &turned);
}

void redaction_add_mail(Cx *cx, Redaction *redaction, Str mail)
{
    Str key = person_mail_key(cx->arena, mail);
    if (str_find_char(key, '@') < 1)
        return;
    for (size_t i = 0; i < redaction->mail_count; i++)
        if (str_eq(redaction->mails[i], key))
            return;
    if (!is_short(redaction, redaction->mail_count))
        return;
    redaction->mails = arena_room(cx->arena, redaction->mails, redaction->mail_count,
                                  &redaction->mail_room, sizeof key);
    redaction->mails[redaction->mail_count++] = key;
}

Err redaction_ready(Cx *cx, Redaction *redaction)
{
    if (redaction->overflow)
        return fail(cx, ERR_LIMIT, "erasure.many", "more than %d names, or addresses, to take out",
                    REDACTION_NAMES_MAX);
    for (size_t i = 0; i < redaction->name_count; i++)
        redaction->begins[(unsigned char)redaction->names[i].parts[0].p[0]] = true;
    for (size_t i = 0; i < redaction->mail_count; i++)
        redaction->begins[(unsigned char)redaction->mails[i].p[0]] = true;
    return OK;
}

/* ---- finding it ---- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Behind "\n" or "\u00a0" of JSON, and behind "%20" of an address, a word begins. */
static bool is_behind_escape(Str text, size_t at)
{
    const char *p = text.p + at;
    if (at >= 2 && p[-2] == '\\')
        return strchr("nrtbf", p[-1]) != NULL;
    if (at >= 3 && p[-3] == '%')
        return is_hex(p[-2]) && is_hex(p[-1]);
    return at >= 6 && p[-6] == '\\' && p[-5] == 'u' && is_hex(p[-4]) && is_hex(p[-3]) &&
           is_hex(p[-2]) && is_hex(p[-1]);
}

static bool word_begins(Str text, size_t at)
{
    if (at == 0)
        return true;
    size_t from = at - 1;
    if ((unsigned char)text.p[from] < 0x80)
        return !is_ascii_word(text.p[from]) || is_behind_escape(text, at);
    while (from > 0 && at - from < 4 && ((unsigned char)text.p[from] & 0xC0) == 0x80)
        from--;
    return !is_word_char(str_next_codepoint(text, &from)) || from != at;
}

/* What may stand between two words of a name; *ret_n bytes of it, or none. */
static size_t separators(Str text, size_t at)
{
    static const Str SIGNS[] = {S_INIT(" "),  S_INIT("-"),   S_INIT(","),        S_INIT("."),
                                S_INIT("_"),  S_INIT("+"),   S_INIT("\n"),       S_INIT("\r"),
                                S_INIT("\t"), S_INIT("%20"), S_INIT("\xc2\xa0"), S_INIT("\\n")};
    size_t from = at;
    for (int count = 0; count < SEPARATORS_MAX; count++) {
        size_t i = 0;
        while (i < COUNT_OF(SIGNS) && !str_starts(str_from_index(text, at), SIGNS[i]))
            i++;
        if (i == COUNT_OF(SIGNS))
            break;
        at += SIGNS[i].n;
    }
    return at - from;
}

/* Bytes of the name at that place; 0: it does not stand there. */
static size_t match_name(Str text, size_t at, const RedactionName *name)
{
    size_t from = at;
    for (size_t i = 0; i < name->count; i++) {
        if (i)
            at += separators(text, at);
        size_t n = fold_match(text, at, name->parts[i]);
        if (!n)
            return 0;
        at += n;
    }
    return at - from;
}

static bool is_mail_char(char c)
{
    return is_ascii_word(c) || strchr("._%+-", c) != NULL || (unsigned char)c >= 0x80;
}

static size_t match_mail(Str text, size_t at, Str mail)
{
    Str rest = str_from_index(text, at);
    if (rest.n < mail.n || !str_eq_nocase(str_slice(rest, 0, mail.n), mail))
        return 0;
    if (at > 0 && is_mail_char(text.p[at - 1]) && !is_behind_escape(text, at))
        return 0;
    /* "a@b.de" does not stand in "a@b.de.example", but it does at the end of a sentence. */
    Str behind = str_from_index(rest, mail.n);
    size_t dot = behind.n > 1 && behind.p[0] == '.';
    bool goes_on = behind.n > dot && (is_ascii_word(behind.p[dot]) || behind.p[dot] == '-');
    return goes_on ? 0 : mail.n;
}

size_t redaction_match(const Redaction *redaction, Str text, size_t at)
{
    unsigned char c = (unsigned char)text.p[at];
    if ((c & 0xC0) == 0x80)
        return 0;
    if (c < 0x80 && !redaction->begins[c >= 'A' && c <= 'Z' ? c + 32 : c])
        return 0;
    for (size_t i = 0; i < redaction->mail_count; i++) {
        size_t n = match_mail(text, at, redaction->mails[i]);
        if (n)
            return n;
    }
    if (!word_begins(text, at))
        return 0;
    for (size_t i = 0; i < redaction->name_count; i++) {
        size_t n = match_name(text, at, &redaction->names[i]);
        if (n)
            return n;
    }
    return 0;
}

bool redaction_finds(const Redaction *redaction, Str text)
{
    for (size_t at = 0; at < text.n; at++)
        if (redaction_match(redaction, text, at))
            return true;
    return false;
}

static bool is_mail_alone(const Redaction *redaction, Str text)
{
    for (size_t i = 0; i < redaction->mail_count; i++)
        if (str_eq_nocase(str_trim(text), redaction->mails[i]))
            return true;
    return false;
}

Str redaction_apply(Arena *arena, const Redaction *redaction, Str text)
{
    if (!redaction_finds(redaction, text))
        return (Str){0};
    if (is_mail_alone(redaction, text))
        return S("");
    Str mark = S(REDACTION_MARK);
    Buf out = buf_new(arena, arena_times(text.n, mark.n) + 1);
    size_t from = 0;
    for (size_t at = 0; at < text.n;) {
        size_t n = redaction_match(redaction, text, at);
        if (!n) {
            at++;
            continue;
        }
        buf_put(&out, str_slice(text, from, at));
        buf_put(&out, mark);
        from = at += n;
    }
    buf_put(&out, str_from_index(text, from));
    ASSERT(!out.overflow);
    return buf_str(&out);
}

/* ---- the pass ---- */

/* The columns of one table that are gone through, and those of its key. */
static void choose(const DbColumn *columns, size_t count, RedactionTable *ret)
{
    *ret = (RedactionTable){.name = columns[0].table};
    for (size_t i = 0; i < count; i++) {
        const DbColumn *one = &columns[i];
        ret->has_key |= one->key > 0;
        if (str_eq(one->name, S("tenant"))) {
            ret->has_tenant = true;
        } else if (one->key) {
            ASSERT(ret->key_count < REDACTION_KEYS_MAX);
            ret->key_kinds[ret->key_count] = one->is_text     ? DB_TEXT
                                             : one->is_number ? DB_I64
                                                              : DB_BLOB;
            ret->keys[ret->key_count++] = one->name;
        } else if (one->is_text && !redaction_keeps(one->table, one->name)) {
            ASSERT(ret->text_count < REDACTION_TEXTS_MAX);
            ret->texts[ret->text_count++] = one->name;
        }
    }
}

static Err redact_row(Cx *cx, const Redaction *redaction, const RedactionTable *table,
                      const RedactionRow *row, int64_t *ret_changed)
{
    for (size_t i = 0; i < table->text_count; i++) {
        Str fresh = redaction_apply(cx->arena, redaction, row->texts[i]);
        if (!fresh.p)
            continue;
        TRY(redaction_store_set(cx, table, row, table->texts[i], fresh));
        ++*ret_changed;
    }
    return OK;
}

static Err redact_table(Cx *cx, const Redaction *redaction, const RedactionTable *table,
                        int64_t *ret_changed)
{
    Arena pages[2]; /* the last row of a page is the place where the next one begins */
    RedactionRow *rows;
    const RedactionRow *last = NULL;
    size_t count = REDACTION_ROWS;
    Err err = OK;
    Cx own = *cx;
    arena_init(&pages[0], 0, 0);
    arena_init(&pages[1], 0, 0);
    for (size_t page = 0; err == OK && count == REDACTION_ROWS; page++) {
        own.arena = &pages[page % 2];
        arena_reset(own.arena);
        err = redaction_store_rows(&own, table, last, REDACTION_ROWS, &rows, &count);
        for (size_t i = 0; i < count && err == OK; i++)
            err = redact_row(&own, redaction, table, &rows[i], ret_changed);
        last = count && err == OK ? &rows[count - 1] : NULL;
    }
    arena_done(&pages[0]);
    arena_done(&pages[1]);
    return err;
}

Err redaction_pass(Cx *cx, const Redaction *redaction, int64_t *ret_changed)
{
    DbColumn *columns;
    size_t count, end;
    *ret_changed = 0;
    TRY(db_columns(cx, &columns, &count));
    for (size_t from = 0; from < count; from = end) {
        RedactionTable table;
        for (end = from; end < count && str_eq(columns[end].table, columns[from].table); end++)
            ;
        choose(&columns[from], end - from, &table);
        if (table.text_count && table.has_key)
            TRY(redact_table(cx, redaction, &table, ret_changed));
    }
    return OK;
}

/* List of erasures: which accounts were erased, in a file of its own beside the store, so that a
 * store that is restored from an older backup can be brought to erase them again. The file names
 * nobody: a line has tenant, number of the person, time, whether the posts went too, a salt, and
 * the address's BLAKE2b hash keyed with that salt. The hash tells a person from another one who got
 * the same number after a restore. Who has the file can try an address that they know of.
 *
 *   DIR/erasures        1 TAB 7 TAB 1790000000000000 TAB kept TAB SALT TAB HASH
 *
 * A person has one line for each address that the account ever had. The lines are there before the
 * store is changed. Where the account stayed after all, because somebody was needed meanwhile, or
 * came back, or the change failed, they are taken back: "stays" in place of posts or kept, with the
 * same salt and hash, wherever it stands. */
#ifndef HANSE_CORE_ERASURE_LIST_H
#define HANSE_CORE_ERASURE_LIST_H

#include "core/actor.h"

#define ERASURE_LIST_NAME "erasures"

enum {
    ERASURE_HEX = 64, /* of a salt, and of a hash */
    ERASURE_LIST_BYTES_MAX = 64 << 20
};

typedef struct ErasureLine {
    TenantId tenant;
    PersonId person;
    int64_t at_us;
    bool posts;
    bool stays; /* takes the line with the same salt and hash back */
    Str salt, hash;
} ErasureLine;

/* All lines of a file's text, also those that are taken back; a line that is none is left out,
 * since one at the end may be half a line after a power cut, whose erasure was not acknowledged. */
void erasure_list_parse(Cx *cx, Str text, ErasureLine **ret, size_t *ret_count);
/* Those that hold. None where there is no such file. UNAVAILABLE "erasure.list". */
MUST Err erasure_list_read(Cx *cx, Str dir, ErasureLine **ret, size_t *ret_count);
/* Makes the line of an address; at the door, since the salt is drawn. */
ErasureLine erasure_line(Cx *cx, PersonId person, bool posts, Str mail_key);
bool erasure_line_is(const ErasureLine *line, Str mail_key);
/* Adds what is not in the file yet; on disk when it comes back. UNAVAILABLE "erasure.list". */
MUST Err erasure_list_add(Cx *cx, Str dir, const ErasureLine *lines, size_t count);
/* The account stayed: the same for the lines that were added. */
MUST Err erasure_list_take_back(Cx *cx, Str dir, const ErasureLine *lines, size_t count);

#endif

/* A SQLite VFS that can lose power, for tests.
 *
 * What SQLite writes stays in this process's memory, seen by all its connections; the real file
 * gets it when SQLite syncs it, and so is at each moment what a disk would hold after a power cut.
 * At the cut the real files are left like that (or with some of the unsynced sectors too, as a
 * disk may have written them already), and from then on every call fails.
 *
 * Events are counted: each write, sync, truncation and deletion of a database, journal or WAL is
 * one. The same program with the same seed cuts at the same place, as long as one thread writes.
 *
 * Modelled: unsynced bytes, files whose directory entry was not synced (a new file vanishes, a
 * deleted one comes back), truncations, sectors that arrive in any order and pages that arrive in
 * part. Not modelled: a sector that holds an older unsynced version of itself; files that the
 * program writes without SQLite. Temporary files and shared memory are lost anyway. */
#ifndef HANSE_TEST_FAULT_CUT_VFS_H
#define HANSE_TEST_FAULT_CUT_VFS_H

#include <stdbool.h>
#include <stdint.h>

/* Registers the VFS "cut" and sets it up by cut_vfs_control. False when SQLite or the control text
 * refuses. */
bool cut_vfs_register(const char *control, bool make_default);

/* Starts anew: lets everything reach the disk unless there was a cut, forgets all files (none may
 * be open), counts from 0 and follows the text, a list of NAME=VALUE with commas between, which
 * may be empty:
 *   cut=N     the N-th event does not happen any more: the power is gone
 *   seed=N    with a seed above 0, chance decides what of the unsynced survives; else nothing
 *   exit=1    the process ends with status 137 at the cut
 *   fail=N    the N-th event fails once; fails=M: M events in a row from there
 *   code=full or code=io: how it fails (SQLITE_FULL, which a sync cannot; SQLITE_IOERR)
 *   log=FILE  a line for each sync and for the cut is added to the file
 * False when the text is something else. */
bool cut_vfs_control(const char *control);

/* Cuts now. Does nothing the second time. */
void cut_vfs_now(void);
bool cut_vfs_is_cut(void);
uint64_t cut_vfs_events(void);

#endif

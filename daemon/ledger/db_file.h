/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * db_file.h - may this path be our ledger, before SQLite touches it?
 *
 * A regular file (no symbolic link in the last component), owned by this process's user, closed to group and others. A
 * missing file is made, empty, and its directory synced; with must_exist it is ERR_NOT_FOUND.
 *
 * A file_id tells one file from another that has taken its place under the same name.
 */
#ifndef DUAAL_LEDGER_DB_FILE_H
#define DUAAL_LEDGER_DB_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct file_id {
	uint64_t device, inode; /* 0: no file */
};
struct file_id file_id_of(const char *path, const char *suffix); /* suffix is put behind the path */

MUST_USE int db_file_check(const char *path, bool must_exist, struct err *err);
/* The same for somebody who only reads it: root may read anybody's. */
MUST_USE int db_file_check_reading(const char *path, struct err *err);

/* One writer (I13): a duaal-ledger that outlived its planner, stopped or in a slow write, still has the head of the chain in its
 * memory, and would put its rows beside those of the next. Waits that long for another to go; ERR_UNAVAILABLE when it does not.
 * The descriptor is the lock. It is closed after SQLite's own: closing it gives up SQLite's locks on the same file. */
MUST_USE int db_file_lock(const char *path, unsigned wait_ms, int *ret_fd, struct err *err);

#endif

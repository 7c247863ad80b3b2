/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * db_file.h - may this path be our ledger, before SQLite touches it?
 *
 * A regular file (no symbolic link in the last component), owned by this process's user, closed to group and others. A
 * missing file is made, empty, and its directory synced; with must_exist it is ERR_NOT_FOUND.
 */
#ifndef DUAAL_LEDGER_DB_FILE_H
#define DUAAL_LEDGER_DB_FILE_H

#include <stdbool.h>

#include "base/err.h"

MUST_USE int db_file_check(const char *path, bool must_exist, struct err *err);

#endif

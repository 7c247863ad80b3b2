/* SPDX-License-Identifier: EUPL-1.2 */
/* confine_parts.h - what confine.c is made of. */
#ifndef DUAAL_HELPER_CONFINE_PARTS_H
#define DUAAL_HELPER_CONFINE_PARTS_H

#include <stdbool.h>

#include "base/err.h"

/* Calls that are not listed fail with EPERM; those that only an intruder makes end the process. */
MUST_USE int confine_calls(bool network, struct err *err);

/* Landlock: paths are named one by one, then nothing else is there. */
struct confine_files {
	int ruleset; /* -1: there is no Landlock here */
	int abi;
};
MUST_USE int confine_files_begin(struct confine_files *files, struct err *err);
/* A file, or a folder with all below it. What does not exist cannot be opened either way: no error. */
MUST_USE int confine_files_read(const struct confine_files *files, const char *path, struct err *err);
MUST_USE int confine_files_write(const struct confine_files *files, const char *path, struct err *err);
/* The folder that path is in, by confine_files_read or _write, and the one that it leads to by symbolic links; of one in the root folder the
 * file alone. "" or NULL: nothing. */
typedef int allow_fn(const struct confine_files *files, const char *path, struct err *err);
MUST_USE int confine_files_beside(const struct confine_files *files, const char *path, allow_fn *allow_it,
				  struct err *err);
/* Puts it in force when code, which it returns otherwise, is 0. Closes it in any case. */
MUST_USE int confine_files_end(struct confine_files *files, int code, struct err *err);

#endif

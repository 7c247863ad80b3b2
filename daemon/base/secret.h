/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * secret.h - a password in locked memory that fits no formatter (I16).
 *
 * Read from a file or from a systemd credential; held in sodium_malloc'ed pages (guarded, locked, not
 * dumped) and wiped on free. secret_use is the only way to see the bytes.
 */
#ifndef DUAAL_BASE_SECRET_H
#define DUAAL_BASE_SECRET_H

#include "base/err.h"
#include "base/text.h"

#define SECRET_MAX 1024

struct secret;

/* Reads a regular file that belongs to root or to this process's user and that group and others cannot
 * read or write (systemd's credential directory: also accepted as it is). O_NOFOLLOW for the file itself. One trailing
 * newline is removed. Refuses empty, longer than SECRET_MAX, holding NUL: ERR_DENIED for modes, ERR_INVALID for the
 * content, ERR_IO. The sentence names the file and what to do, never the content. */
MUST_USE int secret_read_file(const char *path, struct secret **ret, struct err *err);

/* The same from $CREDENTIALS_DIRECTORY/name. Without that variable: ERR_NOT_FOUND. */
MUST_USE int secret_read_credential(const char *name, struct secret **ret, struct err *err);

/* Checks a file as secret_read_file would, without keeping the content. */
MUST_USE int secret_check_file(const char *path, struct err *err);

struct text secret_use(const struct secret *secret);
struct secret *secret_free(struct secret *secret); /* NULL allowed; returns NULL */

#endif

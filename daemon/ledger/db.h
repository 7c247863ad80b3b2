/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * db.h - the ledger's file: opened only if it is ours, whole and of this instance.
 *
 * Order: db_open, then statements and transactions, db_close. Opening checks the file itself (regular, ours, private),
 * the application id, the schema version, the instance and "PRAGMA quick_check"; a new or older file is migrated
 * (schema.h). One process writes, which a lock sees to. Durability: WAL and synchronous=FULL, so that a COMMIT that returned has been through fsync. No sentence
 * of SQLite reaches the user alone: db_error says what it means and what to do. Knows no table but "ledger".
 */
#ifndef DUAAL_LEDGER_DB_H
#define DUAAL_LEDGER_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ledger/db_file.h"

/* A number macro within the text of a statement. */
#define SQL_TEXT(number)  #number
#define SQL_NUMBER(macro) SQL_TEXT(macro)

struct sqlite3;
struct sqlite3_stmt;

struct db {
	struct sqlite3 *handle;
	char *path;
	bool read_only, alone;    /* alone: a reader that found no writer */
	int lock_fd;              /* -1: of a reader */
	uint32_t deadline_s;      /* 0: none; a long check or migration moves the alarm on as long as it progresses */
	struct file_id file, log; /* what stood at the path when it was opened, and its write-ahead log */
};

struct db_settings {
	const char *path;
	const char *instance;
	bool read_only;  /* beside a writer; the file must exist and be of this version */
	bool must_exist; /* a missing file is not made */
	uint32_t deadline_s;
};

/* ERR_DENIED: file modes or owner. ERR_INVALID: another application's, newer, damaged or another instance's file; the
 * sentence says what to do. ERR_NOT_FOUND: read_only or must_exist, and no file. ERR_IO, ERR_NOMEM. */
MUST_USE int db_open(const struct db_settings *settings, struct db **ret, struct err *err);
struct db *db_close(struct db *db); /* an open transaction is rolled back; NULL allowed; returns NULL */

/* Is what is written still what the path names? SQLite goes on writing in a file that was removed, moved away or replaced
 * while it was open, and all of that is lost. ERR_CONFLICT, with a sentence that says what to do. */
MUST_USE int db_check_place(const struct db *db, struct err *err);

MUST_USE int db_exec(struct db *db, const char *sql, struct err *err);
MUST_USE int db_prepare(struct db *db, const char *sql, struct sqlite3_stmt **ret, struct err *err);
/* The first column of the first row as a number; ret is untouched when there is no row. */
MUST_USE int db_number(struct db *db, const char *sql, int64_t *ret, struct err *err);

/* What SQLite's last failure means to the person who has to mend it. Returns a negative code. */
int db_error(struct db *db, struct err *err);

MUST_USE int db_begin(struct db *db, struct err *err); /* nothing when a transaction is open */
MUST_USE int db_commit(struct db *db, struct err *err);
/* Ends a savepoint, also after a failure: code is returned, or what went wrong now. */
MUST_USE int db_release(struct db *db, const char *sql, int code, struct err *err);
void db_rollback(struct db *db);

#endif

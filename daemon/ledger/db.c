/* SPDX-License-Identifier: EUPL-1.2 */
/* db.c - see db.h. */
#include "ledger/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "ledger/db_file.h"
#include "ledger/schema.h"

#define APPLICATION_ID 1146437953 /* "DUAA" */
#define BUSY_MS        5000
#define PROGRESS_OPS   100000 /* virtual machine steps between two looks at the alarm */

static int damaged(const struct db *db, struct err *err, const char *how)
{
	return err_set(
		err, ERR_INVALID,
		"ledger %s is damaged (%s): move it aside together with its -wal and -shm files and start again; "
		"what is then found in the application's directory is adopted and nothing of it removed",
		db->path, how);
}

static int no_space(const struct db *db, struct err *err)
{
	return err_set(
		err, ERR_IO,
		"ledger %s: no space left for it; nothing is written to the application's directory until there is",
		db->path);
}

static bool is_no_space(int why)
{
	return why == ENOSPC || why == EDQUOT || why == EFBIG;
}

/* What the operating system said last about the file or its log; a failed COMMIT does not tell it otherwise. */
static int last_errno(const struct db *db)
{
	sqlite3_file *log = NULL;
	int file_errno = 0, log_errno = 0;
	(void)sqlite3_file_control(db->handle, NULL, SQLITE_FCNTL_LAST_ERRNO, &file_errno);
	if (sqlite3_file_control(db->handle, NULL, SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log != NULL &&
	    log->pMethods != NULL)
		(void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &log_errno);
	if (is_no_space(log_errno) || file_errno == 0)
		return log_errno != 0 ? log_errno : sqlite3_system_errno(db->handle);
	return file_errno;
}

/* SQLite knows ENOSPC itself; a quota, a limit of the process and a shared-memory file that cannot grow are the same to
 * whoever has to mend it. */
static int io_error(const struct db *db, const char *said, struct err *err)
{
	int why = last_errno(db);
	if (is_no_space(why))
		return no_space(db, err);
	return err_set(err, ERR_IO, "ledger %s: %s%s%s", db->path, said, why != 0 ? ": " : "",
		       why != 0 ? strerror(why) : "");
}

/* A file system that was made read-only shows itself here first: the log's index cannot be made, and then it is not
 * found, either. */
static int cannot_open(const struct db *db, const char *said, struct err *err)
{
	int why = sqlite3_system_errno(db->handle);
	if (access(db->path, W_OK) < 0)
		why = errno;
	if (is_no_space(why))
		return no_space(db, err);
	if (why == EROFS || why == EACCES || why == EPERM)
		return err_set(err, ERR_DENIED, "ledger %s cannot be written: %s", db->path, strerror(why));
	return err_set(err, ERR_IO, "ledger %s: %s%s%s", db->path, said, why != 0 ? ": " : "",
		       why != 0 ? strerror(why) : "");
}

int db_error(struct db *db, struct err *err)
{
	const char *said = sqlite3_errmsg(db->handle);
	switch (sqlite3_errcode(db->handle) & 0xff) {
	case SQLITE_NOMEM: return err_nomem(err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return damaged(db, err, said);
	case SQLITE_FULL: return no_space(db, err);
	case SQLITE_IOERR: return io_error(db, said, err);
	case SQLITE_CANTOPEN: return cannot_open(db, said, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ERR_UNAVAILABLE, "ledger %s: another process is writing in it", db->path);
	case SQLITE_READONLY:
	case SQLITE_PERM: return err_set(err, ERR_DENIED, "ledger %s cannot be written: %s", db->path, said);
	case SQLITE_CONSTRAINT:
		return err_set(err, ERR_PROTOCOL, "ledger %s: said twice or out of order: %s", db->path, said);
	default: return err_set(err, ERR_IO, "ledger %s: %s", db->path, said);
	}
}

int db_exec(struct db *db, const char *sql, struct err *err)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_error(db, err);
}

int db_prepare(struct db *db, const char *sql, struct sqlite3_stmt **ret, struct err *err)
{
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) != SQLITE_OK)
		return db_error(db, err);
	return 0;
}

int db_number(struct db *db, const char *sql, int64_t *ret, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int code = db_prepare(db, sql, &statement, err);
	if (code < 0)
		return code;
	int step = sqlite3_step(statement);
	if (step == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	else if (step != SQLITE_DONE)
		code = db_error(db, err);
	sqlite3_finalize(statement);
	return code;
}

int db_begin(struct db *db, struct err *err)
{
	return sqlite3_get_autocommit(db->handle) == 0 ? 0 : db_exec(db, "BEGIN IMMEDIATE", err);
}

int db_commit(struct db *db, struct err *err)
{
	return sqlite3_get_autocommit(db->handle) != 0 ? 0 : db_exec(db, "COMMIT", err);
}

int db_release(struct db *db, const char *sql, int code, struct err *err)
{
	int released = db_exec(db, sql, code == 0 ? err : NULL);
	return code < 0 ? code : released;
}

void db_rollback(struct db *db)
{
	if (sqlite3_get_autocommit(db->handle) == 0)
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

static int move_alarm(void *ctx)
{
	alarm(((struct db *)ctx)->deadline_s);
	return 0;
}

/* "file:/var/lib/...?immutable=1": nothing is written beside the file, not even a lock. */
static void put_immutable(struct buf *uri, const char *path)
{
	buf_add_string(uri, "file:");
	for (; *path != '\0'; path++)
		if (strchr("%?#", *path) != NULL)
			buf_format(uri, "%%%02X", (unsigned)(unsigned char)*path);
		else
			buf_add_char(uri, *path);
	buf_add_string(uri, "?immutable=1");
}

/* A reader that finds no log is alone: a writer has one. By itself SQLite would make one, and leave it there, maybe another user's. */
static int open_path(struct db *db, struct err *err)
{
	const int mode = db->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	const int flags = mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_URI;
	struct buf uri;
	buf_init(&uri);
	db->alone = db->read_only && file_id_of(db->path, "-wal").inode == 0;
	if (db->alone)
		put_immutable(&uri, db->path);
	else
		buf_add_string(&uri, db->path);
	int code = buf_failed(&uri) ? err_nomem(err) : 0;
	if (code == 0 && sqlite3_open_v2(buf_string(&uri), &db->handle, flags, NULL) != SQLITE_OK)
		code = db->handle != NULL ? db_error(db, err) : err_nomem(err);
	buf_done(&uri);
	return code;
}

static int open_handle(struct db *db, struct err *err)
{
	int code = open_path(db, err);
	if (code < 0)
		return code;
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (db->deadline_s > 0)
		sqlite3_progress_handler(db->handle, PROGRESS_OPS, move_alarm, db);
	return 0;
}

/* Whose file is this? Answers before anything is written to it. */
static int check_identity(struct db *db, int64_t *ret_version, struct err *err)
{
	int64_t application = 0, tables = 0;
	int code = db_number(db, "PRAGMA application_id", &application, err);
	if (code == 0)
		code = db_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
	if (code == 0)
		code = db_number(db, "PRAGMA user_version", ret_version, err);
	if (code < 0)
		return code;
	if (application != APPLICATION_ID && (application != 0 || tables != 0))
		return err_set(err, ERR_INVALID, "ledger %s: a database of another application; name another file",
			       db->path);
	if (*ret_version > SCHEMA_VERSION)
		return err_set(
			err, ERR_INVALID,
			"ledger %s was written by a newer duaalsync (version %lld, this one knows %d): install that "
			"release again, or move the file aside",
			db->path, (long long)*ret_version, SCHEMA_VERSION);
	if (db->read_only && *ret_version < SCHEMA_VERSION)
		return err_set(err, ERR_UNAVAILABLE, "ledger %s is of an older version until duaalsyncd has run",
			       db->path);
	return 0;
}

/* The text of the first row's first column; wanted when there is no row. */
static int text_or(struct db *db, const char *sql, const char *wanted, char *found, size_t size, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int code = db_prepare(db, sql, &statement, err);
	if (code < 0)
		return code;
	int step = sqlite3_step(statement);
	const char *text = step == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		code = db_error(db, err);
	snprintf(found, size, "%s", text != NULL ? text : wanted);
	sqlite3_finalize(statement);
	return code;
}

static int check_whole(struct db *db, struct err *err)
{
	char found[256];
	int code = text_or(db, "PRAGMA quick_check(1)", "ok", found, sizeof(found), err);
	return code == 0 && strcmp(found, "ok") != 0 ? damaged(db, err, found) : code;
}

static int check_instance(struct db *db, const char *instance, struct err *err)
{
	char found[256];
	int code = text_or(db, "SELECT instance FROM ledger", instance, found, sizeof(found), err);
	if (code == 0 && strcmp(found, instance) != 0)
		return err_set(err, ERR_INVALID, "ledger %s belongs to the instance \"%.64s\", not to \"%.64s\"",
			       db->path, found, instance);
	return code;
}

/* A first fill stores a few hundred thousand rows in random order: memory for them, and few checkpoints. */
static const char writing_pragmas[] =
	"PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768;"
	"PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864;"
	"PRAGMA secure_delete = ON"; /* a name that was deleted is not in the file any more */

static int prepare_writing(struct db *db, bool is_new, struct err *err)
{
	char mode[16];
	int code = text_or(db, "PRAGMA journal_mode = WAL", "wal", mode, sizeof(mode), err);
	if (code == 0 && strcmp(mode, "wal") != 0)
		code = err_set(err, ERR_IO, "ledger %s: its file system cannot hold a write-ahead log", db->path);
	if (code == 0)
		code = db_exec(db, writing_pragmas, err);
	if (code == 0 && is_new) /* before any table, so that a crash leaves a file that is known as ours */
		code = db_exec(db, "PRAGMA application_id = " SQL_NUMBER(APPLICATION_ID), err);
	return code;
}

static int write_identity(struct db *db, const char *instance, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int code = db_prepare(db, "INSERT OR IGNORE INTO ledger VALUES (1, ?1, 0, zeroblob(32))", &statement, err);
	if (code < 0)
		return code;
	sqlite3_bind_text(statement, 1, instance, -1, SQLITE_STATIC);
	if (sqlite3_step(statement) != SQLITE_DONE)
		code = db_error(db, err);
	sqlite3_finalize(statement);
	return code;
}

static int open_checked(struct db *db, const struct db_settings *settings, struct err *err)
{
	int64_t version = 0;
	int code = db->read_only ? db_file_check_reading(db->path, err)
				 : db_file_check(db->path, settings->must_exist, err);
	if (code == 0 && !db->read_only)
		code = db_file_lock(db->path, BUSY_MS, &db->lock_fd, err);
	if (code == 0)
		code = open_handle(db, err);
	if (code == 0)
		code = check_identity(db, &version, err);
	if (code == 0) /* what is sorted stays in memory: there is no place for temporary files that we may write to */
		code = db_exec(db, "PRAGMA temp_store = MEMORY", err);
	if (code == 0)
		code = check_whole(db, err);
	if (code == 0 && settings->must_exist && version == 0)
		code = damaged(db, err, "nothing is in it any more");
	if (code == 0 && version > 0)
		code = check_instance(db, settings->instance, err);
	if (code < 0 || db->read_only)
		return code;
	code = prepare_writing(db, version == 0, err);
	if (code == 0)
		code = schema_migrate(db, schema_migrations, SCHEMA_VERSION, err);
	return code < 0 ? code : write_identity(db, settings->instance, err);
}

static bool is_same(struct file_id then, struct file_id now)
{
	return then.device == now.device && then.inode == now.inode;
}

int db_check_place(const struct db *db, struct err *err)
{
	struct file_id file = file_id_of(db->path, ""), log = file_id_of(db->path, "-wal");
	if (db->alone && log.inode != 0)
		return err_set(err, ERR_CONFLICT, "ledger %s: duaalsyncd began to work with it meanwhile: try again",
			       db->path);
	if (is_same(db->file, file) && is_same(db->log, log))
		return 0;
	return err_set(
		err, ERR_CONFLICT,
		"ledger %s: the %s was removed, moved or replaced while it was in use: put back what was there, or "
		"start duaalsyncd anew; what is then found in the application's directory is adopted and nothing of "
		"it removed",
		db->path, is_same(db->file, file) ? "write-ahead log (-wal)" : "file");
}

int db_open(const struct db_settings *settings, struct db **ret, struct err *err)
{
	struct db *db = calloc(1, sizeof(*db));
	if (db == NULL)
		return err_nomem(err);
	db->read_only = settings->read_only;
	db->lock_fd = -1;
	db->deadline_s = settings->deadline_s;
	db->path = strdup(settings->path);
	int code = db->path == NULL ? err_nomem(err) : open_checked(db, settings, err);
	if (code == 0) {
		db->file = file_id_of(db->path, "");
		db->log = file_id_of(db->path, "-wal");
	} else {
		db_close(db);
		return code;
	}
	*ret = db;
	return 0;
}

struct db *db_close(struct db *db)
{
	if (db == NULL)
		return NULL;
	sqlite3_close_v2(db->handle);
	if (db->lock_fd >= 0)
		close(db->lock_fd);
	free(db->path);
	free(db);
	return NULL;
}

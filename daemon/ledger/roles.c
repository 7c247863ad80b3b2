/* SPDX-License-Identifier: EUPL-1.2 */
/* roles.c - see roles.h. */
#include "ledger/roles.h"

#include <sqlite3.h>

#include "ledger/statement.h"

/* The position of a word, or -1. */
static int find_word(struct db *db, const char *word, int64_t *ret, struct err *err)
{
	const struct cell cell = cell_text(text_of(word));
	struct sqlite3_stmt *row = NULL;
	*ret = -1;
	int code = db_prepare(db, "SELECT position FROM roles WHERE word = ?", &row, err);
	if (code == 0)
		code = statement_start(db, row, &cell, 1, err);
	if (code == 0)
		code = statement_next(db, row, err);
	if (code == 1)
		*ret = statement_number(row, 0);
	sqlite3_finalize(row);
	return code < 0 ? code : 0;
}

static int add_word(struct db *db, const char *word, struct err *err)
{
	const struct cell cell = cell_text(text_of(word));
	struct sqlite3_stmt *insert = NULL;
	int code =
		db_prepare(db, "INSERT INTO roles SELECT coalesce(max(position), -1) + 1, ? FROM roles", &insert, err);
	if (code == 0)
		code = statement_run(db, insert, &cell, 1, err);
	sqlite3_finalize(insert);
	return code;
}

static int match(struct roles *roles, struct db *db, const char *word, uint8_t configured, bool may_add,
		 struct err *err)
{
	int64_t position;
	int code = find_word(db, word, &position, err);
	if (code == 0 && position < 0 && may_add) {
		code = add_word(db, word, err);
		if (code == 0)
			code = find_word(db, word, &position, err);
	}
	if (code < 0 || position < 0)
		return code;
	if (position >= ROLES_NONE)
		return err_set(err, ERR_INVALID, "ledger %s has known %d roles and can keep no more apart", db->path,
			       ROLES_NONE);
	roles->stored[configured] = (uint8_t)position;
	roles->configured[position] = configured;
	return 0;
}

int roles_open(struct roles *roles, struct db *db, const struct ledger_settings *settings, struct err *err)
{
	const bool may_add = !settings->read_only;
	for (unsigned i = 0; i <= UINT8_MAX; i++)
		roles->stored[i] = roles->configured[i] = settings->role_count > 0 ? ROLES_NONE : (uint8_t)i;
	int code = may_add ? db_begin(db, err) : 0;
	for (uint32_t i = 0; code == 0 && i < settings->role_count; i++)
		code = match(roles, db, settings->roles[i], (uint8_t)i, may_add, err);
	if (code == 0 && may_add)
		code = db_commit(db, err);
	return code;
}

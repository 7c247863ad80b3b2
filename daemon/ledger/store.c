/* SPDX-License-Identifier: EUPL-1.2 */
/* store.c - opening, statements and commits; see store.h. */
#include "ledger/store.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "ledger/store_parts.h"

static const char *const texts[SQL_COUNT] = {
	[SQL_SET_STATE] = "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?)",
	[SQL_FORGET_REMOVALS] = "DELETE FROM removals WHERE at_s < ?",
	[SQL_PERSON] = "SELECT id, key, salt, name, source_uuid FROM people WHERE key = ?",
	[SQL_PERSON_ADD] = "INSERT INTO people (key, name, source_uuid, salt) VALUES (?, ?, ?, ?)",
	[SQL_PERSON_UPDATE] = "UPDATE people SET name = iif(?2 = '', name, ?2),"
			      " source_uuid = iif(?3 = zeroblob(16), source_uuid, ?3) WHERE id = ?1",
	[SQL_DETAIL] = "INSERT INTO details VALUES (?, ?, ?, ?, ?, ?, '')",
	[SQL_DETAIL_SAID] = "INSERT INTO details VALUES (?, ?, NULL, zeroblob(16), zeroblob(16), '', ?)"
			    " ON CONFLICT (cycle, n) DO UPDATE SET said = excluded.said",
	[SQL_CHANGE] = "SELECT c.kind, c.number, c.role, c.target_uuid, d.dn, p.salt FROM changes c"
		       " LEFT JOIN details d ON d.cycle = c.cycle AND d.n = c.n LEFT JOIN people p ON p.id = d.person"
		       " WHERE c.cycle = ? AND c.n = ?",
	/* before: the settled state that a refusal restores; 0: there was none. 1, 4 and 5 are HELD, ADOPTED and
	 * REMOVED, 3 is REMOVING. */
	[SQL_OWNED_INTEND] = "INSERT INTO owned VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET"
			     " before = CASE WHEN state IN (1, 4, 5) THEN state ELSE before END,"
			     " source_uuid = CASE excluded.state WHEN 3 THEN source_uuid ELSE excluded.source_uuid END,"
			     " state = excluded.state, cycle = excluded.cycle",
	[SQL_OWNED_SET] = "INSERT OR REPLACE INTO owned VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
	[SQL_OWNED_FORGET] = "DELETE FROM owned WHERE group_uuid = ? AND number = ? AND role = ? AND value = ?",
	[SQL_OWNED_SETTLE] = "UPDATE owned SET state = 1, before = 0"
			     " WHERE group_uuid = ? AND number = ? AND role = ? AND value = ?",
	[SQL_OWNED_REMOVED] = "UPDATE owned SET state = 5, before = 0"
			      " WHERE group_uuid = ? AND number = ? AND role = ? AND value = ?",
	[SQL_OWNED_FORGET_PERSON] = "DELETE FROM owned WHERE group_uuid = ? AND source_uuid = ?",
	[SQL_OWNED_DROP] =
		"DELETE FROM owned WHERE group_uuid = ? AND number = ? AND role = ? AND value = ? AND before = 0",
	[SQL_OWNED_RESTORE] = "UPDATE owned SET state = before, before = 0"
			      " WHERE group_uuid = ? AND number = ? AND role = ? AND value = ? AND before > 0",
	[SQL_OWNED_FORGET_GROUP] = "DELETE FROM owned WHERE group_uuid = ?",
	[SQL_GROUP_SET] = "INSERT OR REPLACE INTO role_groups VALUES (?, ?, ?, ?, ?, ?)",
	[SQL_GROUP_FORGET] = "DELETE FROM role_groups WHERE uuid = ?",
	[SQL_SEEN] = "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)",
	[SQL_REMOVAL] = "INSERT INTO removals VALUES (?, ?, ?)",
	[SQL_AMBIGUITY_SET] = "INSERT OR REPLACE INTO ambiguities VALUES (?, ?)",
	[SQL_AMBIGUITY_FORGET] = "DELETE FROM ambiguities WHERE first_uuid = ?",
	[SQL_GRANTOR] = "INSERT OR REPLACE INTO grantors VALUES (?, ?, ?, ?)",
};

int store_start(struct store *store, enum store_sql sql, const struct cell *cells, int count, struct sqlite3_stmt **ret,
		struct err *err)
{
	struct sqlite3_stmt **statement = &store->statements[sql];
	int code = db_begin(store->db, err);
	if (code == 0 && *statement == NULL)
		code = db_prepare(store->db, texts[sql], statement, err);
	*ret = *statement;
	return code < 0 ? code : statement_start(store->db, *statement, cells, count, err);
}

int store_run(struct store *store, enum store_sql sql, const struct cell *cells, int count, struct err *err)
{
	struct sqlite3_stmt *statement;
	int code = store_start(store, sql, cells, count, &statement, err);
	return code < 0 ? code : statement_next(store->db, statement, err);
}

int store_open(const struct ledger_settings *settings, struct store **ret, struct err *err)
{
	const struct db_settings set = {.path = settings->path,
					.instance = settings->instance,
					.read_only = settings->read_only,
					.deadline_s = settings->deadline_s};
	struct store *store = calloc(1, sizeof(*store));
	if (store == NULL)
		return err_nomem(err);
	buf_init(&store->scratch);
	int code = db_open(&set, &store->db, err);
	if (code == 0)
		code = chain_open(&store->chain, store->db, err);
	if (code < 0) {
		store_close(store);
		return code;
	}
	*ret = store;
	return 0;
}

struct store *store_close(struct store *store)
{
	if (store == NULL)
		return NULL;
	for (int sql = 0; sql < SQL_COUNT; sql++)
		sqlite3_finalize(store->statements[sql]);
	chain_done(&store->chain);
	if (store->db != NULL)
		db_rollback(store->db);
	db_close(store->db);
	buf_done(&store->scratch);
	free(store);
	return NULL;
}

struct db *store_db(struct store *store)
{
	return store->db;
}

int store_commit(struct store *store, struct err *err)
{
	int code = chain_save(&store->chain, err);
	return code < 0 ? code : db_commit(store->db, err);
}

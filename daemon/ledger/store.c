/* SPDX-License-Identifier: EUPL-1.2 */
/* store.c - opening, statements and commits; see store.h. */
#include "ledger/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/store_parts.h"

/* Does this column hold the vo-id ?1, or a DN that begins with an attribute of that value? */
#define IS_PERSON(column)                                                                                              \
	"(" column " = ?1 COLLATE NOCASE OR lower(substr(" column ", instr(" column ", '='), length(?1) + 2))"         \
	" = '=' || lower(?1) || ',')"
/* Does the vo-id ?1 stand anywhere in this text? One that is short stands everywhere. */
#define NAMES_PERSON(text) "(length(?1) >= 8 AND instr(lower(" text "), lower(?1)) > 0)"
#define SOURCE_OF_PERSON   "SELECT source_uuid FROM people WHERE key = ?1 AND source_uuid != zeroblob(16)"

static const char *const texts[SQL_COUNT] = {
	[SQL_SET_STATE] = "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?)",
	[SQL_POSITIONS_FORGET] = "DELETE FROM source_positions",
	[SQL_POSITION_SET] = "INSERT INTO source_positions VALUES (?, ?, ?, ?, ?)",
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
	[SQL_CHANGE_UNTOLD] =
		"SELECT c.n, d.dn FROM changes c JOIN details d ON d.cycle = c.cycle AND d.n = c.n"
		" WHERE c.cycle = ? AND c.kind = ? AND c.number = ? AND c.role = ? AND d.dn <> '' AND NOT EXISTS"
		" (SELECT 1 FROM outcomes o WHERE o.cycle = c.cycle AND o.n = c.n) ORDER BY c.n DESC",
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
	[SQL_OWNED_UNTOLD] =
		"SELECT value, cycle, state FROM owned"
		" WHERE group_uuid = ? AND number = ? AND role = ? AND source_uuid = ? AND state IN (2, 3)",
	[SQL_OWNED_FORGET_GROUP] = "DELETE FROM owned WHERE group_uuid = ?",
	[SQL_GROUP_SET] = "INSERT OR REPLACE INTO role_groups VALUES (?, ?, ?, ?, ?, ?)",
	[SQL_GROUP_FORGET] = "DELETE FROM role_groups WHERE uuid = ?",
	[SQL_SEEN] = "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_REMOVAL] = "INSERT INTO removals VALUES (?, ?, ?, ?)",
	[SQL_AMBIGUITY_SET] = "INSERT OR REPLACE INTO ambiguities VALUES (?, ?)",
	[SQL_AMBIGUITY_FORGET] = "DELETE FROM ambiguities WHERE first_uuid = ?",
	[SQL_CLOCK] = "INSERT OR REPLACE INTO clock VALUES (1, ?, ?, ?, ?)",
	[SQL_IDLE_SET] = "INSERT OR REPLACE INTO idle_people VALUES (?, ?)",
	[SQL_IDLE_FORGET] = "DELETE FROM idle_people WHERE entry_uuid = ?",
	[SQL_GRANTOR] = "INSERT OR REPLACE INTO grantors VALUES (?, ?, ?, ?)",
	[SQL_GRANT_SET] = "INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?)",
	[SQL_GRANT_FORGET] = "DELETE FROM grants WHERE entry_uuid = ? AND person_uuid = ? AND number = ? AND role = ?",
	[SQL_MARK] = "INSERT INTO marks VALUES (?, ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
	[SQL_HOLD_STATE] = "SELECT state FROM holds WHERE id = ?",
	[SQL_HOLD_ADD] =
		"INSERT INTO holds (state, expires_s, decided_s, decided_by, said, ended_s, id, rule, role, number,"
		" seen, allowed, opened_s, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_HOLD_OP] = "INSERT INTO hold_ops VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_HOLD_TURN] = "UPDATE holds SET state = ?, expires_s = ?, decided_s = ?, decided_by = ?, said = ?,"
			  " ended_s = iif(ended_s > 0, ended_s, ?6) WHERE id = ?",
	[SQL_HOLD_EVIDENCE] = "UPDATE hold_ops SET evidence = ? WHERE hold = ? AND n = ?",
	[SQL_FREEZE_SET] = "INSERT OR REPLACE INTO freezes VALUES (?, ?, ?, ?, ?, ?, ?)",
	[SQL_FREEZE_FORGET] = "DELETE FROM freezes WHERE id = ?",
	[SQL_PIN_SET] = "INSERT OR REPLACE INTO pins VALUES (?, ?, ?, ?, ?, ?)",
	[SQL_PIN_FORGET] = "DELETE FROM pins WHERE person_uuid = ? AND number = ? AND role = ?",
	[SQL_DIRECTIVE_SET] = "INSERT OR REPLACE INTO directives VALUES (?, ?, ?, ?, ?, ?, ?)",
	[SQL_DIRECTIVE_FORGET] = "DELETE FROM directives WHERE uuid = ?",
	[SQL_DRIFT_SET] = "INSERT OR REPLACE INTO drifts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_DRIFT_KEEP] = "INSERT INTO past_drifts SELECT reason, role, number, first_cycle, first_s,"
			   " (SELECT max(started_s) FROM cycles), person_uuid, value FROM drifts WHERE id = ?"
			   " AND EXISTS (SELECT 1 FROM cycles)",
	[SQL_DRIFT_FORGET] = "DELETE FROM drifts WHERE id = ?",
	[SQL_CYCLE_DETAIL] = "INSERT INTO cycle_details VALUES (?, ?, ?)",
	[SQL_DECISION_DETAIL] = "INSERT INTO decision_details VALUES (?, ?, ?, ?, ?, '')",
	[SQL_DECISION_SALT] = "SELECT salt FROM decision_details WHERE decision = ?",
	/* A person is named by the vo-id, or, where nobody knew it, by a DN whose first value it is. */
	/* clang-format off */
	[SQL_FORGET_DETAILS] = "DELETE FROM details WHERE person IN (SELECT id FROM people WHERE " IS_PERSON("key") ")"
			       " OR " NAMES_PERSON("said"),
	[SQL_FORGET_TOMBSTONES] = "DELETE FROM owned WHERE state = 5 AND (" IS_PERSON("value")
				  " OR source_uuid IN (" SOURCE_OF_PERSON "))",
	[SQL_FORGET_OPS] = "UPDATE hold_ops SET who = zeroblob(16) WHERE who IN (" SOURCE_OF_PERSON ")"
			   " AND hold IN (SELECT id FROM holds WHERE state IN (5, 6))",
	[SQL_FORGET_AUTHOR] = "UPDATE drifts SET author = '', author_s = 0 WHERE " IS_PERSON("author"),
	[SQL_FORGET_DRIFTS] = "DELETE FROM past_drifts WHERE " IS_PERSON("value")
			      " OR person_uuid IN (" SOURCE_OF_PERSON ")",
	[SQL_FORGET_ENDS] = "DELETE FROM cycle_details WHERE " NAMES_PERSON("said"),
	[SQL_FORGET_REASONS] = "UPDATE holds SET said = '' WHERE " NAMES_PERSON("said"),
	[SQL_FORGET_PEOPLE] = "DELETE FROM people WHERE " IS_PERSON("key"),
	[SQL_FORGET_ORDERS] = "DELETE FROM decision_details WHERE (person = ?1 OR "
			      NAMES_PERSON("entry || ' ' || said || ' ' || answer") ")"
			      " AND decision NOT IN (SELECT id FROM decisions WHERE order_kind = ?2)",
	[SQL_FORGET_FORGETTING] = "DELETE FROM decision_details WHERE person = ?1",
	/* clang-format on */
	/* The oldest cycles first, and only so many rows at a time. */
	[SQL_OLD_DETAILS] = "DELETE FROM details WHERE (cycle, n) IN (SELECT d.cycle, d.n FROM cycles c"
			    " CROSS JOIN details d ON d.cycle = c.id WHERE c.started_s < ?1 LIMIT ?2)",
	[SQL_OLD_PEOPLE] = "DELETE FROM people WHERE id IN (SELECT id FROM people p"
			   " WHERE NOT EXISTS (SELECT 1 FROM details d WHERE d.person = p.id) LIMIT ?2)",
	[SQL_OLD_TOMBSTONES] = "DELETE FROM owned WHERE (group_uuid, number, role, value) IN"
			       " (SELECT o.group_uuid, o.number, o.role, o.value FROM owned o"
			       " JOIN cycles c ON c.id = o.cycle WHERE o.state = 5 AND c.started_s < ?1 LIMIT ?2)",
	[SQL_OLD_DECISIONS] =
		"DELETE FROM decision_details WHERE decision IN (SELECT x.decision FROM decision_details x"
		" JOIN decisions d ON d.id = x.decision WHERE d.at_s < ?1 LIMIT ?2)",
	[SQL_OLD_DRIFTS] =
		"DELETE FROM past_drifts WHERE rowid IN (SELECT rowid FROM past_drifts WHERE ended_s < ?1 LIMIT ?2)",
	[SQL_OLD_ENDS] = "DELETE FROM cycle_details WHERE cycle IN (SELECT x.cycle FROM cycle_details x"
			 " JOIN cycles c ON c.id = x.cycle WHERE c.started_s < ?1 LIMIT ?2)",
	[SQL_OLD_OPS] = "DELETE FROM hold_ops WHERE hold IN (SELECT h.id FROM holds h WHERE h.state IN (5, 6)"
			" AND h.ended_s < ?1 AND EXISTS (SELECT 1 FROM hold_ops o WHERE o.hold = h.id) LIMIT ?2)",
	[SQL_OLD_REASONS] = "UPDATE holds SET said = '' WHERE id IN (SELECT id FROM holds"
			    " WHERE state IN (5, 6) AND ended_s < ?1 AND said != '' LIMIT ?2)",
	[SQL_PURGED] = "INSERT OR REPLACE INTO marks VALUES (?, ?)",
	[SQL_DECISION_ANSWER] = "UPDATE decision_details SET answer = ?2 WHERE decision = ?1",
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
					.must_exist = settings->must_exist,
					.deadline_s = settings->deadline_s};
	struct store *store = calloc(1, sizeof(*store));
	if (store == NULL)
		return err_nomem(err);
	buf_init(&store->scratch);
	store->retention_s = settings->retention_s;
	int code = db_open(&set, &store->db, err);
	if (code == 0)
		code = roles_open(&store->roles, store->db, settings, err);
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

const struct roles *store_roles(const struct store *store)
{
	return &store->roles;
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

void store_head(const struct store *store, struct ledger_head *ret)
{
	ret->seq = (uint64_t)store->chain.seq;
	memcpy(ret->hash, store->chain.hash, sizeof(ret->hash));
}

int store_mark(struct store *store, const char *name, int64_t value, struct err *err)
{
	const struct cell cells[] = {cell_text(text_of(name)), cell_number(value)};
	return store_run(store, SQL_MARK, cells, 2, err);
}

int store_marked(struct store *store, const char *name, int64_t *ret, struct err *err)
{
	char sql[96];
	sqlite3_snprintf(sizeof(sql), sql, "SELECT value FROM marks WHERE name = %Q", name);
	*ret = 0;
	return db_number(store->db, sql, ret, err);
}

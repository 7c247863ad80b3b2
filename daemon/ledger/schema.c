/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * schema.c - see schema.h.
 *
 * Chained tables (chain.h) begin with seq and hash and are only ever added to; they hold nothing that names a person.
 * people, details, decision_details, cycle_details and past_drifts are the side tables: their rows may go and the chain still holds. The
 * rest is state, changed in place. holds keeps a row of every hold there ever was; the list of one that is over goes after the
 * retention. marks remembers the highest numbers given out, so that none is used again, and when old names last went.
 */
#include "ledger/schema.h"

#include <stdio.h>

static const char version_1[] =
	"CREATE TABLE ledger (one INTEGER PRIMARY KEY CHECK (one = 1), instance TEXT NOT NULL,"
	" chain_seq INTEGER NOT NULL, chain_hash BLOB NOT NULL) STRICT;"

	"CREATE TABLE cycles (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, id INTEGER NOT NULL UNIQUE,"
	" started_s INTEGER NOT NULL, trigger TEXT NOT NULL, trigger_uid INTEGER NOT NULL) STRICT;"

	"CREATE TABLE cycle_ends (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL,"
	" cycle INTEGER NOT NULL UNIQUE REFERENCES cycles (id), ended_s INTEGER NOT NULL, result TEXT NOT NULL,"
	" detail TEXT NOT NULL, grants INTEGER NOT NULL, removals INTEGER NOT NULL, structure INTEGER NOT NULL,"
	" held INTEGER NOT NULL, failed INTEGER NOT NULL, refusals INTEGER NOT NULL, remarks INTEGER NOT NULL,"
	" source_people INTEGER NOT NULL, source_institutions INTEGER NOT NULL, memberships INTEGER NOT NULL,"
	" read_ms INTEGER NOT NULL, think_ms INTEGER NOT NULL, apply_ms INTEGER NOT NULL, plan_digest BLOB NOT NULL,"
	" generation INTEGER NOT NULL) STRICT;"

	"CREATE TABLE certificates (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL,"
	" cycle INTEGER NOT NULL REFERENCES cycles (id), side TEXT NOT NULL, missing TEXT NOT NULL,"
	" checks INTEGER NOT NULL, people INTEGER NOT NULL, institutions INTEGER NOT NULL, groups INTEGER NOT NULL,"
	" requests INTEGER NOT NULL, sync_entries INTEGER NOT NULL, foreign_entries INTEGER NOT NULL,"
	" absent INTEGER NOT NULL, canaries_seen INTEGER NOT NULL, canaries_expected INTEGER NOT NULL,"
	" search_references INTEGER NOT NULL, pages INTEGER NOT NULL, started_s INTEGER NOT NULL,"
	" ended_s INTEGER NOT NULL, started_boot_ms INTEGER NOT NULL, duration_ms INTEGER NOT NULL,"
	" position TEXT NOT NULL, server TEXT NOT NULL, identity TEXT NOT NULL, UNIQUE (cycle, side)) STRICT;"

	"CREATE TABLE changes (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL,"
	" cycle INTEGER NOT NULL REFERENCES cycles (id), n INTEGER NOT NULL, at_s INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, cause INTEGER NOT NULL, reason INTEGER NOT NULL, number INTEGER NOT NULL,"
	" role INTEGER NOT NULL, source_csn TEXT NOT NULL, target_uuid TEXT, dn TEXT, subject BLOB,"
	" UNIQUE (cycle, n)) STRICT;"

	"CREATE TABLE outcomes (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL,"
	" cycle INTEGER NOT NULL, n INTEGER NOT NULL, at_s INTEGER NOT NULL, result INTEGER NOT NULL, said BLOB,"
	" UNIQUE (cycle, n), FOREIGN KEY (cycle, n) REFERENCES changes (cycle, n)) STRICT;"

	"CREATE TABLE people (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,"
	" source_uuid BLOB NOT NULL, salt BLOB NOT NULL) STRICT;"
	"CREATE TABLE details (cycle INTEGER NOT NULL, n INTEGER NOT NULL, person INTEGER REFERENCES people (id),"
	" source_uuid BLOB NOT NULL, target_uuid BLOB NOT NULL, dn TEXT NOT NULL, said TEXT NOT NULL,"
	" PRIMARY KEY (cycle, n)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX details_person ON details (person);"

	"CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), first_contact INTEGER NOT NULL,"
	" generation INTEGER NOT NULL, position TEXT NOT NULL, source_people INTEGER NOT NULL,"
	" source_institutions INTEGER NOT NULL, released_members INTEGER NOT NULL) STRICT;"
	"CREATE TABLE owned (group_uuid BLOB NOT NULL, number INTEGER NOT NULL, role INTEGER NOT NULL,"
	" value TEXT NOT NULL, source_uuid BLOB NOT NULL, cycle INTEGER NOT NULL, state INTEGER NOT NULL,"
	" before INTEGER NOT NULL, PRIMARY KEY (group_uuid, number, role, value)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE role_groups (uuid BLOB PRIMARY KEY NOT NULL, csn_time INTEGER NOT NULL, csn_rest INTEGER NOT "
	"NULL,"
	" number INTEGER NOT NULL, role INTEGER NOT NULL, released INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE seen (uuid BLOB PRIMARY KEY NOT NULL, csn_time INTEGER NOT NULL, csn_rest INTEGER NOT NULL,"
	" end_day INTEGER NOT NULL, end_since_s INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE removals (at_s INTEGER NOT NULL, number INTEGER NOT NULL, role INTEGER NOT NULL) STRICT;"
	"CREATE INDEX removals_at ON removals (at_s);"
	"CREATE TABLE ambiguities (first_uuid BLOB PRIMARY KEY NOT NULL, since_s INTEGER NOT NULL) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE grantors (person_uuid BLOB NOT NULL, number INTEGER NOT NULL, role INTEGER NOT NULL,"
	" accepted INTEGER NOT NULL, PRIMARY KEY (person_uuid, number, role)) STRICT, WITHOUT ROWID;";

/* A ledger of version 1 never judged with a scope, knew no begin dates and counted every removal as an ordinary one. */
static const char version_2[] =
	"ALTER TABLE state ADD COLUMN scope BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';"
	"ALTER TABLE seen ADD COLUMN begin_day INTEGER NOT NULL DEFAULT -2147483648;" /* DAY_NONE */
	"ALTER TABLE seen ADD COLUMN begin_since_s INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE seen ADD COLUMN end_moved INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE removals ADD COLUMN sort INTEGER NOT NULL DEFAULT 1;" /* REMOVAL_ORDINARY */
	"CREATE INDEX changes_place ON changes (number) WHERE kind IN (1, 8);"

	"CREATE TABLE roles (position INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT;"

	"CREATE TABLE decisions (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, id INTEGER NOT NULL UNIQUE,"
	" at_s INTEGER NOT NULL, order_kind INTEGER NOT NULL, uid INTEGER NOT NULL, number INTEGER NOT NULL,"
	" role INTEGER NOT NULL, object INTEGER NOT NULL, until_s INTEGER NOT NULL, subject BLOB NOT NULL) STRICT;"
	"CREATE TABLE decision_ends (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL,"
	" decision INTEGER NOT NULL UNIQUE REFERENCES decisions (id), at_s INTEGER NOT NULL,"
	" result INTEGER NOT NULL, answer BLOB) STRICT;"
	"CREATE TABLE hold_events (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, hold INTEGER NOT NULL,"
	" at_s INTEGER NOT NULL, state INTEGER NOT NULL, rule INTEGER NOT NULL, number INTEGER NOT NULL,"
	" role INTEGER NOT NULL, seen INTEGER NOT NULL, allowed INTEGER NOT NULL, decided_by INTEGER NOT NULL,"
	" digest BLOB NOT NULL) STRICT;"

	"CREATE TABLE decision_details (decision INTEGER PRIMARY KEY, salt BLOB NOT NULL,"
	" person TEXT NOT NULL COLLATE NOCASE, entry TEXT NOT NULL, said TEXT NOT NULL, answer TEXT NOT NULL) STRICT;"
	"CREATE TABLE cycle_details (cycle INTEGER PRIMARY KEY, salt BLOB NOT NULL, said TEXT NOT NULL) STRICT;"
	"CREATE INDEX decision_details_person ON decision_details (person);"

	"CREATE TABLE holds (id INTEGER PRIMARY KEY, rule INTEGER NOT NULL, role INTEGER NOT NULL,"
	" state INTEGER NOT NULL, number INTEGER NOT NULL, seen INTEGER NOT NULL, allowed INTEGER NOT NULL,"
	" opened_s INTEGER NOT NULL, expires_s INTEGER NOT NULL, decided_s INTEGER NOT NULL,"
	" decided_by INTEGER NOT NULL, digest BLOB NOT NULL, said TEXT NOT NULL, ended_s INTEGER NOT NULL) STRICT;"
	"CREATE TABLE hold_ops (hold INTEGER NOT NULL REFERENCES holds (id), n INTEGER NOT NULL, id BLOB NOT NULL,"
	" evidence INTEGER NOT NULL, who BLOB NOT NULL, number INTEGER NOT NULL, cause INTEGER NOT NULL,"
	" reason INTEGER NOT NULL, kind INTEGER NOT NULL, role INTEGER NOT NULL,"
	" PRIMARY KEY (hold, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE freezes (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, pause INTEGER NOT NULL,"
	" by_uid INTEGER NOT NULL, since_s INTEGER NOT NULL, until_s INTEGER NOT NULL, said TEXT NOT NULL) STRICT;"
	"CREATE TABLE pins (person_uuid BLOB NOT NULL, number INTEGER NOT NULL, role INTEGER NOT NULL,"
	" cycle INTEGER NOT NULL, present INTEGER NOT NULL, until_s INTEGER NOT NULL,"
	" PRIMARY KEY (person_uuid, number, role)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE directives (uuid BLOB PRIMARY KEY NOT NULL, person_uuid BLOB NOT NULL, number INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, role INTEGER NOT NULL, until_s INTEGER NOT NULL, since_s INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE drifts (id INTEGER PRIMARY KEY, reason INTEGER NOT NULL, role INTEGER NOT NULL,"
	" decision INTEGER NOT NULL, number INTEGER NOT NULL, first_cycle INTEGER NOT NULL, first_s INTEGER NOT NULL,"
	" entry_uuid BLOB NOT NULL, person_uuid BLOB NOT NULL, value TEXT NOT NULL, author TEXT NOT NULL,"
	" author_s INTEGER NOT NULL) STRICT;"
	"CREATE TABLE marks (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

static const char version_3[] = "CREATE TABLE idle_people (entry_uuid BLOB PRIMARY KEY NOT NULL, since_s INTEGER NOT "
				"NULL) STRICT, WITHOUT ROWID;";

static const char version_4[] =
	"CREATE TABLE grants (entry_uuid BLOB NOT NULL, person_uuid BLOB NOT NULL, number INTEGER NOT NULL,"
	" role INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (entry_uuid, person_uuid, number, role))"
	" STRICT, WITHOUT ROWID;";

/* Until then there was one source, without a name. */
static const char version_5[] =
	"CREATE TABLE source_positions (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	" position TEXT NOT NULL) STRICT;"
	"INSERT INTO source_positions SELECT 0, 'source', position FROM state WHERE position <> '';"
	"ALTER TABLE state DROP COLUMN position;";

/* Hand edits that are over: from when they were seen until the cycle that saw them no more. */
static const char version_6[] =
	"CREATE TABLE past_drifts (reason INTEGER NOT NULL, role INTEGER NOT NULL, number INTEGER NOT NULL,"
	" first_cycle INTEGER NOT NULL, first_s INTEGER NOT NULL, ended_s INTEGER NOT NULL, person_uuid BLOB NOT NULL,"
	" value TEXT NOT NULL) STRICT;"
	"CREATE INDEX past_drifts_ended ON past_drifts (ended_s);";

/* What the next read of each source is compared with. */
static const char version_7[] = "ALTER TABLE source_positions ADD COLUMN people INTEGER NOT NULL DEFAULT 0;"
				"ALTER TABLE source_positions ADD COLUMN institutions INTEGER NOT NULL DEFAULT 0;";

/* The time that the planner went by last, how long its host had been up then, since which start, and how much further its clock might be. */
static const char version_8[] = "CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), wall_s INTEGER NOT NULL,"
				" up_s INTEGER NOT NULL, ahead_s INTEGER NOT NULL, boot BLOB NOT NULL) STRICT;";

const char *const schema_migrations[SCHEMA_VERSION] = {version_1, version_2, version_3, version_4,
						       version_5, version_6, version_7, version_8};

static int migrate_one(struct db *db, const char *migration, int version, struct err *err)
{
	char sql[48];
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
	int code = db_begin(db, err);
	if (code == 0)
		code = db_exec(db, migration, err);
	if (code == 0)
		code = db_exec(db, sql, err);
	if (code == 0)
		code = db_commit(db, err);
	if (code < 0) {
		db_rollback(db);
		err_prefix(err, "migration to version %d", version);
	}
	return code;
}

int schema_migrate(struct db *db, const char *const *migrations, int count, struct err *err)
{
	int64_t version = 0;
	int code = db_number(db, "PRAGMA user_version", &version, err);
	if (code == 0 && version < 0) /* no release ever wrote that */
		return err_set(err, ERR_INVALID, "version %lld: the ledger is damaged; move the file aside",
			       (long long)version);
	for (int next = (int)version; code == 0 && next < count; next++)
		code = migrate_one(db, migrations[next], next + 1, err);
	return code;
}

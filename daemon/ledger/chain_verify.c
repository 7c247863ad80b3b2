/* SPDX-License-Identifier: EUPL-1.2 */
/* chain_verify.c - walking the chain over its tables side by side; see chain.h. */
#include "ledger/chain.h"

#include <sqlite3.h>
#include <string.h>

#include "ledger/chain_table.h"

struct walk {
	struct db *db;
	const struct ledger_head *noted; /* or NULL */
	int64_t seq;                     /* of the last row that fits */
	uint8_t hash[CHAIN_HASH_SIZE];
	struct sqlite3_stmt *rows[CHAIN_TABLES];
	bool more[CHAIN_TABLES];
	struct buf scratch;
};

static int next_of(struct walk *walk, int table, struct err *err)
{
	int code = statement_next(walk->db, walk->rows[table], err);
	walk->more[table] = code == 1;
	return code < 0 ? code : 0;
}

static int begin(struct walk *walk, struct err *err)
{
	int code = 0;
	for (int table = 0; code == 0 && table < CHAIN_TABLES; table++) {
		char sql[64];
		sqlite3_snprintf(sizeof(sql), sql, "SELECT * FROM %s ORDER BY seq", chain_tables[table].name);
		code = db_prepare(walk->db, sql, &walk->rows[table], err);
		if (code == 0)
			code = next_of(walk, table, err);
	}
	return code;
}

/* The table whose row comes next, or CHAIN_TABLES at the end. */
static int nearest(const struct walk *walk)
{
	int found = CHAIN_TABLES;
	for (int table = 0; table < CHAIN_TABLES; table++)
		if (walk->more[table] && (found == CHAIN_TABLES || statement_number(walk->rows[table], 0) <
									   statement_number(walk->rows[found], 0)))
			found = table;
	return found;
}

/* The whole chain can be written anew, its head with it; what somebody else noted of it cannot. */
static int check_noted(const struct walk *walk, struct err *err)
{
	if (walk->noted == NULL || (int64_t)walk->noted->seq != walk->seq ||
	    memcmp(walk->noted->hash, walk->hash, CHAIN_HASH_SIZE) == 0)
		return 0;
	return err_set(err, ERR_INVALID, "the chain is broken: row %lld is another one than the daemon noted",
		       (long long)walk->seq);
}

static int check_row(struct walk *walk, int table, struct err *err)
{
	struct sqlite3_stmt *row = walk->rows[table];
	struct cell cells[CHAIN_CELLS_MAX];
	const char *name = chain_tables[table].name;
	if (statement_number(row, 0) != walk->seq + 1)
		return err_set(err, ERR_INVALID, "the chain is broken: row %lld is missing, before one of %s",
			       (long long)walk->seq + 1, name);
	walk->seq++;
	for (int i = 0; i < chain_tables[table].cells; i++)
		cells[i] = statement_cell(row, i + 2);
	int code = chain_hash(walk->hash, (enum chain_table)table, walk->seq, cells, &walk->scratch, err);
	if (code < 0)
		return code;
	struct text hash = statement_text(row, 1);
	if (hash.len != CHAIN_HASH_SIZE || memcmp(hash.at, walk->hash, CHAIN_HASH_SIZE) != 0)
		return err_set(err, ERR_INVALID, "the chain is broken: row %lld, of %s, was changed",
			       (long long)walk->seq, name);
	return check_noted(walk, err);
}

static int check_head(struct walk *walk, struct err *err)
{
	struct chain chain;
	int code = chain_open(&chain, walk->db, err);
	if (code < 0)
		return code;
	if (walk->noted != NULL && (int64_t)walk->noted->seq > walk->seq) {
		chain_done(&chain);
		return err_set(err, ERR_INVALID,
			       "the chain is broken: its last row is %lld, and the daemon noted one with number %llu",
			       (long long)walk->seq, (unsigned long long)walk->noted->seq);
	}
	bool fits = chain.seq == walk->seq && memcmp(chain.hash, walk->hash, CHAIN_HASH_SIZE) == 0;
	chain_done(&chain);
	return fits ? 0
		    : err_set(err, ERR_INVALID, "the chain is broken: its last row is %lld, not the one that was noted",
			      (long long)walk->seq);
}

static int walk_all(struct walk *walk, struct err *err)
{
	int code = begin(walk, err);
	while (code == 0) {
		int table = nearest(walk);
		if (table == CHAIN_TABLES)
			return check_head(walk, err);
		code = check_row(walk, table, err);
		if (code == 0)
			code = next_of(walk, table, err);
	}
	return code;
}

int chain_verify(struct db *db, const struct ledger_head *noted, int64_t *ret_rows, struct err *err)
{
	struct walk walk = {.db = db, .noted = noted};
	buf_init(&walk.scratch);
	int code = db_exec(db, "SAVEPOINT verify", err); /* one state of the file for all tables */
	if (code < 0)
		return code;
	code = walk_all(&walk, err);
	for (int table = 0; table < CHAIN_TABLES; table++)
		sqlite3_finalize(walk.rows[table]);
	buf_done(&walk.scratch);
	code = db_release(db, "RELEASE verify", code, err);
	if (code == 0)
		*ret_rows = walk.seq;
	return code;
}

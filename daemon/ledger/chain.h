/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chain.h - rows that cannot be changed, dropped or put in without it being seen (I19).
 *
 * Each row of a chained table has a number (seq, one series over all tables) and
 *   hash = BLAKE2b-256(hash of row seq - 1, table, seq, cells)
 * where the cells are written as kind, length, bytes. The first row stands on 32 zero bytes. The head (seq and hash of
 * the last row) is kept in the table "ledger". Whoever can write the file can forge a whole chain: the head that is
 * noted elsewhere from time to time shows that.
 */
#ifndef DUAAL_LEDGER_CHAIN_H
#define DUAAL_LEDGER_CHAIN_H

#include "base/buf.h"
#include "ledger/statement.h"
#include "wire/ledger_message.h"

#define CHAIN_HASH_SIZE 32

enum chain_table {
	CHAIN_CYCLES,
	CHAIN_CHANGES,
	CHAIN_OUTCOMES,
	CHAIN_CERTIFICATES,
	CHAIN_CYCLE_ENDS,
	CHAIN_DECISIONS,
	CHAIN_DECISION_ENDS,
	CHAIN_HOLD_EVENTS,
	CHAIN_TABLES
};

struct chain {
	struct db *db;
	int64_t seq; /* of the last row */
	uint8_t hash[CHAIN_HASH_SIZE];
	bool moved; /* since chain_save */
	struct sqlite3_stmt *insert[CHAIN_TABLES];
	struct sqlite3_stmt *save;
	struct buf scratch;
};

/* After an error and after a rollback the chain is only good for chain_done. */
MUST_USE int chain_open(struct chain *chain, struct db *db, struct err *err);
void chain_done(struct chain *chain);

/* Adds one row to the open transaction. cells: the columns behind seq and hash, all of them. */
MUST_USE int chain_add(struct chain *chain, enum chain_table table, const struct cell *cells, int count,
		       struct err *err);
/* Writes the head; before each commit. */
MUST_USE int chain_save(struct chain *chain, struct err *err);

/* Walks all rows. 0 and how many there are, or ERR_INVALID with a sentence that names the first row that does not fit.
 * noted: a head that was told before: that row must be there, and be that one; NULL or seq 0: none. O(rows). */
MUST_USE int chain_verify(struct db *db, const struct ledger_head *noted, int64_t *ret_rows, struct err *err);

#endif

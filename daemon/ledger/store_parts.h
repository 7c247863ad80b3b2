/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_parts.h - the inside of a store, for the store_*.c files: its statements and what they share.
 */
#ifndef DUAAL_LEDGER_STORE_PARTS_H
#define DUAAL_LEDGER_STORE_PARTS_H

#include "ledger/chain.h"
#include "ledger/store.h"

enum store_sql {
	SQL_SET_STATE,
	SQL_FORGET_REMOVALS,
	SQL_PERSON,
	SQL_PERSON_ADD,
	SQL_PERSON_UPDATE,
	SQL_DETAIL,
	SQL_DETAIL_SAID,
	SQL_CHANGE,
	SQL_OWNED_INTEND,
	SQL_OWNED_SET,
	SQL_OWNED_FORGET,
	SQL_OWNED_SETTLE,
	SQL_OWNED_REMOVED,
	SQL_OWNED_FORGET_PERSON,
	SQL_OWNED_DROP,
	SQL_OWNED_RESTORE,
	SQL_OWNED_FORGET_GROUP,
	SQL_GROUP_SET,
	SQL_GROUP_FORGET,
	SQL_SEEN,
	SQL_REMOVAL,
	SQL_AMBIGUITY_SET,
	SQL_AMBIGUITY_FORGET,
	SQL_GRANTOR,
	SQL_COUNT
};

struct store {
	struct db *db;
	struct chain chain;
	struct sqlite3_stmt *statements[SQL_COUNT];
	uint32_t cycle; /* open; 0: none */
	struct buf scratch;
};

/* The prepared statement, made when first used; bound, or run to its end. Each opens the transaction when none is. */
MUST_USE int store_start(struct store *store, enum store_sql sql, const struct cell *cells, int count,
			 struct sqlite3_stmt **ret, struct err *err);
MUST_USE int store_run(struct store *store, enum store_sql sql, const struct cell *cells, int count, struct err *err);

/* Ownership that follows intents and outcomes. value: any spelling. */
struct owned_place {
	struct uuid group; /* null: number and role say which */
	uint32_t number;
	uint8_t role;
	struct text value;
};
MUST_USE int store_owned_intend(struct store *store, const struct owned_place *place, const struct uuid *source,
				enum owned_state state, struct err *err);
MUST_USE int store_owned_settle(struct store *store, const struct owned_place *place, enum intent_kind kind, int result,
				struct err *err);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_parts.h - the inside of a store, for the store_*.c files: its statements and what they share.
 */
#ifndef DUAAL_LEDGER_STORE_PARTS_H
#define DUAAL_LEDGER_STORE_PARTS_H

#include "ledger/chain.h"
#include "ledger/roles.h"
#include "ledger/store.h"

enum store_sql {
	SQL_SET_STATE,
	SQL_POSITIONS_FORGET,
	SQL_POSITION_SET,
	SQL_FORGET_REMOVALS,
	SQL_PERSON,
	SQL_PERSON_ADD,
	SQL_PERSON_UPDATE,
	SQL_DETAIL,
	SQL_DETAIL_SAID,
	SQL_CHANGE_UNTOLD,
	SQL_CHANGE,
	SQL_OWNED_INTEND,
	SQL_OWNED_SET,
	SQL_OWNED_FORGET,
	SQL_OWNED_SETTLE,
	SQL_OWNED_REMOVED,
	SQL_OWNED_FORGET_PERSON,
	SQL_OWNED_DROP,
	SQL_OWNED_RESTORE,
	SQL_OWNED_UNTOLD,
	SQL_OWNED_FORGET_GROUP,
	SQL_GROUP_SET,
	SQL_GROUP_FORGET,
	SQL_SEEN,
	SQL_REMOVAL,
	SQL_AMBIGUITY_SET,
	SQL_AMBIGUITY_FORGET,
	SQL_CLOCK,
	SQL_IDLE_SET,
	SQL_IDLE_FORGET,
	SQL_GRANTOR,
	SQL_GRANT_SET,
	SQL_GRANT_FORGET,
	SQL_MARK,
	SQL_HOLD_STATE,
	SQL_HOLD_ADD,
	SQL_HOLD_OP,
	SQL_HOLD_TURN,
	SQL_HOLD_EVIDENCE,
	SQL_FREEZE_SET,
	SQL_FREEZE_FORGET,
	SQL_PIN_SET,
	SQL_PIN_FORGET,
	SQL_DIRECTIVE_SET,
	SQL_DIRECTIVE_FORGET,
	SQL_DRIFT_SET,
	SQL_DRIFT_KEEP,
	SQL_DRIFT_FORGET,
	SQL_CYCLE_DETAIL,
	SQL_DECISION_DETAIL,
	SQL_DECISION_SALT,
	SQL_DECISION_ANSWER,
	SQL_FORGET_DETAILS,
	SQL_FORGET_TOMBSTONES,
	SQL_FORGET_OPS,
	SQL_FORGET_AUTHOR,
	SQL_FORGET_DRIFTS,
	SQL_FORGET_PEOPLE,
	SQL_FORGET_ORDERS,
	SQL_FORGET_FORGETTING,
	SQL_FORGET_ENDS,
	SQL_FORGET_REASONS,
	SQL_OLD_DETAILS,
	SQL_OLD_PEOPLE,
	SQL_OLD_TOMBSTONES,
	SQL_OLD_DECISIONS,
	SQL_OLD_OPS,
	SQL_OLD_REASONS,
	SQL_OLD_ENDS,
	SQL_OLD_DRIFTS,
	SQL_PURGED,
	SQL_COUNT
};

struct store {
	struct db *db;
	struct chain chain;
	struct roles roles;
	struct sqlite3_stmt *statements[SQL_COUNT];
	uint32_t cycle;       /* open; 0: none */
	uint32_t retention_s; /* 0: for ever */
	struct buf scratch;
};

/* A role of the planner as the ledger keeps it (roles.h). */
static inline uint8_t store_role(const struct store *store, uint8_t role)
{
	return store->roles.stored[role];
}

/* The prepared statement, made when first used; bound, or run to its end. Each opens the transaction when none is. */
MUST_USE int store_start(struct store *store, enum store_sql sql, const struct cell *cells, int count,
			 struct sqlite3_stmt **ret, struct err *err);
MUST_USE int store_run(struct store *store, enum store_sql sql, const struct cell *cells, int count, struct err *err);

/* Remembers the highest number ever given out of a kind: numbers of what is gone are not used again. */
#define MARK_HOLD   "hold"
#define MARK_FREEZE "freeze"
#define MARK_DRIFT  "drift"
#define MARK_PURGED "purged" /* when old names last went: seconds since the epoch */
MUST_USE int store_mark(struct store *store, const char *name, int64_t value, struct err *err);
MUST_USE int store_marked(struct store *store, const char *name, int64_t *ret, struct err *err); /* 0: never */

/* In cycle_ends, in front of the commitment (hexadecimal) to the sentence that stands in cycle_details. Without it: the
 * sentence itself, as version 1 wrote it. 11 characters. */
#define CYCLE_COMMITMENT "commitment:"

/* What is older than the retention, at most once a day and so many rows a cycle; in the open transaction. now_s: the end
 * of this cycle. */
MUST_USE int store_purge(struct store *store, int64_t now_s, struct err *err);

/* Ownership that follows intents and outcomes. value: any spelling. */
struct owned_place {
	struct uuid group; /* null: number and role say which */
	uint32_t number;
	uint8_t role; /* as the ledger keeps it */
	struct text value;
};
MUST_USE int store_owned_intend(struct store *store, const struct owned_place *place, const struct uuid *source,
				enum owned_state state, struct err *err);
MUST_USE int store_owned_settle(struct store *store, const struct owned_place *place, enum intent_kind kind, int result,
				struct err *err);

#endif

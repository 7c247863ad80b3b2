/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * load_parts.h - the inside of store_load, for load.c and load_decided.c: rows of one table as records of one kind.
 */
#ifndef DUAAL_LEDGER_LOAD_PARTS_H
#define DUAAL_LEDGER_LOAD_PARTS_H

#include "ledger/store_parts.h"

struct loader {
	struct db *db;
	const struct roles *roles;
	load_sink *sink;
	void *ctx;
	struct buf body; /* of the next record */
};

struct load_part {
	uint16_t type;
	const char *sql;
	void (*put)(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out);
};

MUST_USE int load_part(struct loader *loader, const struct load_part *part, struct err *err);
MUST_USE int load_send(struct loader *loader, uint16_t type, struct err *err); /* hands body to the sink, clears it */
MUST_USE int load_decided(struct loader *loader, struct err *err);             /* PAST_HOLD to PAST_DRIFT */

static inline uint32_t u32_of(struct sqlite3_stmt *row, int column)
{
	return (uint32_t)statement_number(row, column);
}

static inline uint8_t u8_of(struct sqlite3_stmt *row, int column)
{
	return (uint8_t)statement_number(row, column);
}

/* A role of the ledger as the planner knows it (roles.h). */
static inline uint8_t role_of(const struct loader *loader, struct sqlite3_stmt *row, int column)
{
	return loader->roles->configured[u8_of(row, column)];
}

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * statement.h - values on their way into and out of a prepared statement.
 *
 * A row is an array of cells: the same array is bound to an INSERT and hashed for the chain, and a row read back gives
 * equal cells. Cells borrow their bytes. Order: statement_run for a statement without rows; statement_start, then
 * statement_next and statement_cell and so on for one with rows, statement_reset when its cells are no longer needed.
 */
#ifndef DUAAL_LEDGER_STATEMENT_H
#define DUAAL_LEDGER_STATEMENT_H

#include "base/uuid.h"
#include "ledger/db.h"
#include "model/csn.h"

enum cell_kind { CELL_NONE, CELL_NUMBER, CELL_TEXT, CELL_BYTES };

struct cell {
	enum cell_kind kind;
	int64_t number;
	struct text bytes; /* of a text or of bytes */
};

static inline struct cell cell_none(void)
{
	return (struct cell){.kind = CELL_NONE};
}

static inline struct cell cell_number(int64_t number)
{
	return (struct cell){.kind = CELL_NUMBER, .number = number};
}

static inline struct cell cell_text(struct text text)
{
	return (struct cell){.kind = CELL_TEXT, .bytes = text};
}

static inline struct cell cell_bytes(const void *at, size_t len)
{
	return (struct cell){.kind = CELL_BYTES, .bytes = text_make(at, len)};
}

static inline struct cell cell_uuid(const struct uuid *uuid) /* borrows it */
{
	return cell_bytes(uuid->bytes, sizeof(uuid->bytes));
}

MUST_USE int statement_run(struct db *db, struct sqlite3_stmt *statement, const struct cell *cells, int count,
			   struct err *err);
MUST_USE int statement_start(struct db *db, struct sqlite3_stmt *statement, const struct cell *cells, int count,
			     struct err *err);
/* 1: a row; 0: no more. */
MUST_USE int statement_next(struct db *db, struct sqlite3_stmt *statement, struct err *err);
struct cell statement_cell(struct sqlite3_stmt *statement, int column); /* valid until the next row or reset */
int64_t statement_number(struct sqlite3_stmt *statement, int column);   /* 0 for anything else */
struct text statement_text(struct sqlite3_stmt *statement, int column); /* text or bytes; empty for anything else */
void statement_uuid(struct sqlite3_stmt *statement, int column, struct uuid *ret); /* null for anything else */
void statement_reset(struct sqlite3_stmt *statement);

#endif

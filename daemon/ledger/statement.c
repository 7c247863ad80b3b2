/* SPDX-License-Identifier: EUPL-1.2 */
/* statement.c - see statement.h. */
#include "ledger/statement.h"

#include <sqlite3.h>

static int bind(struct sqlite3_stmt *statement, int at, const struct cell *cell)
{
	const char *bytes = cell->bytes.at != NULL ? cell->bytes.at : "";
	switch (cell->kind) {
	case CELL_NUMBER: return sqlite3_bind_int64(statement, at, cell->number);
	case CELL_TEXT: return sqlite3_bind_text64(statement, at, bytes, cell->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
	case CELL_BYTES: return sqlite3_bind_blob64(statement, at, bytes, cell->bytes.len, SQLITE_STATIC);
	case CELL_NONE: break;
	}
	return sqlite3_bind_null(statement, at);
}

int statement_start(struct db *db, struct sqlite3_stmt *statement, const struct cell *cells, int count, struct err *err)
{
	sqlite3_reset(statement);
	for (int i = 0; i < count; i++)
		if (bind(statement, i + 1, &cells[i]) != SQLITE_OK)
			return db_error(db, err);
	return 0;
}

int statement_next(struct db *db, struct sqlite3_stmt *statement, struct err *err)
{
	int step = sqlite3_step(statement);
	if (step == SQLITE_ROW)
		return 1;
	int code = step == SQLITE_DONE ? 0 : db_error(db, err);
	sqlite3_reset(statement);
	return code;
}

int statement_run(struct db *db, struct sqlite3_stmt *statement, const struct cell *cells, int count, struct err *err)
{
	int code = statement_start(db, statement, cells, count, err);
	return code < 0 ? code : statement_next(db, statement, err);
}

struct cell statement_cell(struct sqlite3_stmt *statement, int column)
{
	switch (sqlite3_column_type(statement, column)) {
	case SQLITE_INTEGER: return cell_number(sqlite3_column_int64(statement, column));
	case SQLITE_TEXT: return cell_text(statement_text(statement, column));
	case SQLITE_NULL: return cell_none();
	default: {
		struct text bytes = statement_text(statement, column);
		return cell_bytes(bytes.at, bytes.len);
	}
	}
}

int64_t statement_number(struct sqlite3_stmt *statement, int column)
{
	return sqlite3_column_type(statement, column) == SQLITE_INTEGER ? sqlite3_column_int64(statement, column) : 0;
}

struct text statement_text(struct sqlite3_stmt *statement, int column)
{
	int type = sqlite3_column_type(statement, column);
	const void *at = type == SQLITE_TEXT || type == SQLITE_BLOB ? sqlite3_column_blob(statement, column) : NULL;
	return at == NULL ? text_of(NULL) : text_make(at, (size_t)sqlite3_column_bytes(statement, column));
}

void statement_uuid(struct sqlite3_stmt *statement, int column, struct uuid *ret)
{
	struct text bytes = statement_text(statement, column);
	*ret = (struct uuid){0};
	if (bytes.len == sizeof(ret->bytes))
		memcpy(ret->bytes, bytes.at, bytes.len);
}

void statement_reset(struct sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
}

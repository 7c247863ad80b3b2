/* SPDX-License-Identifier: EUPL-1.2 */
/* export.c - the chain as lines of JSON, row by row over its tables side by side; see question.h. */
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ledger/chain_table.h"
#include "ledger/question.h"

struct export
{
	struct db *db;
	const struct question_words *words;
	load_sink *sink;
	void *ctx;
	struct sqlite3_stmt *rows[CHAIN_TABLES], *details[CHAIN_TABLES];
	bool more[CHAIN_TABLES];
	struct buf scratch;
};

/* What the side tables know of a row: bound to the row's own columns, which every chained table has in this order. */
static const struct {
	const char *sql;
	int columns; /* of the row behind seq and hash that are bound */
} side[CHAIN_TABLES] = {
	[CHAIN_CYCLE_ENDS] = {"SELECT said FROM cycle_details WHERE cycle = ?", 1},
	[CHAIN_CHANGES] = {"SELECT iif(p.key LIKE 'dn:%', '', p.key) AS person, p.name, d.source_uuid, d.target_uuid,"
			   " d.dn, p.salt FROM details d LEFT JOIN people p ON p.id = d.person"
			   " WHERE d.cycle = ? AND d.n = ? AND d.person IS NOT NULL",
			   2},
	[CHAIN_OUTCOMES] = {"SELECT said FROM details WHERE cycle = ? AND n = ? AND said != ''", 2},
	[CHAIN_DECISIONS] = {"SELECT d.person, p.name, d.entry, d.said, d.salt FROM decision_details d"
			     " LEFT JOIN people p ON p.key = d.person WHERE d.decision = ?",
			     1},
	[CHAIN_DECISION_ENDS] = {"SELECT answer FROM decision_details WHERE decision = ? AND answer != ''", 1},
};

/* ---- one value ------------------------------------------------------------------------------------- */

static json_t *hex(struct text bytes, struct buf *scratch)
{
	buf_clear(scratch);
	for (size_t i = 0; i < bytes.len; i++)
		buf_format(scratch, "%02x", (uint8_t)bytes.at[i]);
	return buf_failed(scratch) ? NULL : json_string(buf_string(scratch));
}

static json_t *uuid_json(struct text bytes)
{
	struct uuid uuid;
	char text[UUID_TEXT_SIZE];
	memcpy(uuid.bytes, bytes.at, sizeof(uuid.bytes));
	return json_string(uuid_format(&uuid, text));
}

/* A text that is no UTF-8 is given in hexadecimal digits, like bytes. */
static json_t *value_of(struct sqlite3_stmt *row, int column, const char *name, struct buf *scratch)
{
	struct text text = statement_text(row, column);
	json_t *value = NULL;
	switch (sqlite3_column_type(row, column)) {
	case SQLITE_INTEGER: return json_integer(statement_number(row, column));
	case SQLITE_TEXT: value = json_stringn(text.at != NULL ? text.at : "", text.len); break;
	case SQLITE_NULL: return json_null();
	default: break;
	}
	if (value == NULL && text.at == NULL)
		return json_string("");
	if (value == NULL && text.len == sizeof(struct uuid) && strstr(name, "uuid") != NULL)
		return uuid_json(text);
	return value != NULL ? value : hex(text, scratch);
}

static int put(json_t *object, const char *name, json_t *value)
{
	return json_object_set_new(object, name, value) == 0 ? 0 : ERR_NOMEM;
}

/* ---- one row --------------------------------------------------------------------------------------- */

/* Beside a number that means something: "reason": 17 and "reason_word": "no-request". */
static int put_word(const struct export *export, json_t *object, const char *name, int64_t number)
{
	static const char *const reasons[] = {"reason", "cause", "rule"};
	const unsigned code = number >= 0 && number <= UINT16_MAX ? (unsigned)number : UINT16_MAX;
	char word[32];
	snprintf(word, sizeof(word), "%s_word", name);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(name, reasons[i]) == 0)
			return put(object, word, json_string(export->words->reason(code)));
	if (strcmp(name, "kind") == 0)
		return put(object, word, json_string(export->words->kind(code)));
	if (strcmp(name, "order_kind") == 0)
		return put(object, "order", json_string(order_name((enum order_kind)code)));
	return 0;
}

static int put_time(json_t *object, const char *name, int64_t at_s)
{
	char text[CLOCK_TEXT_SIZE];
	if (strcmp(name, "at_s") != 0 && strcmp(name, "started_s") != 0 && strcmp(name, "ended_s") != 0)
		return 0;
	return put(object, "time", json_string(clock_format(at_s, text)));
}

static int put_column(struct export *export, json_t *object, struct sqlite3_stmt *row, int column)
{
	const char *name = sqlite3_column_name(row, column);
	if (name == NULL)
		return ERR_NOMEM;
	int code = put(object, name, value_of(row, column, name, &export->scratch));
	if (code < 0 || sqlite3_column_type(row, column) != SQLITE_INTEGER)
		return code;
	code = put_word(export, object, name, statement_number(row, column));
	return code < 0 ? code : put_time(object, name, statement_number(row, column));
}

static int put_columns(struct export *export, json_t *object, struct sqlite3_stmt *row)
{
	int code = 0;
	for (int column = 0; code == 0 && column < sqlite3_column_count(row); column++)
		code = put_column(export, object, row, column);
	return code;
}

static int put_details(struct export *export, int table, json_t *object, struct err *err)
{
	struct cell cells[2];
	struct sqlite3_stmt *row = export->details[table];
	if (row == NULL)
		return 0;
	for (int i = 0; i < side[table].columns; i++)
		cells[i] = statement_cell(export->rows[table], i + 2);
	int code = statement_start(export->db, row, cells, side[table].columns, err);
	if (code == 0)
		code = statement_next(export->db, row, err);
	if (code != 1)
		return code;
	json_t *details = json_object();
	code = put_columns(export, details, row);
	if (put(object, "details", details) < 0 || code < 0)
		code = err_nomem(err);
	statement_reset(row);
	return code;
}

static int send_line(struct export *export, const json_t *object, struct err *err)
{
	char *line = json_dumps(object, JSON_COMPACT);
	buf_clear(&export->scratch);
	buf_add_string(&export->scratch, line != NULL ? line : "");
	free(line);
	if (line == NULL || buf_failed(&export->scratch))
		return err_nomem(err);
	return export->sink(export->ctx, M_EXPORT_LINE, &export->scratch, err);
}

static int export_row(struct export *export, int table, struct err *err)
{
	json_t *object = json_object();
	int code = put(object, "table", json_string(chain_tables[table].name));
	if (code == 0)
		code = put_columns(export, object, export->rows[table]);
	code = code < 0 ? err_nomem(err) : put_details(export, table, object, err);
	if (code == 0)
		code = send_line(export, object, err);
	json_decref(object);
	return code;
}

/* ---- all of them ----------------------------------------------------------------------------------- */

static int next_of(struct export *export, int table, struct err *err)
{
	int code = statement_next(export->db, export->rows[table], err);
	export->more[table] = code == 1;
	return code < 0 ? code : 0;
}

static int begin(struct export *export, uint64_t from, struct err *err)
{
	const struct cell key = cell_number(from > INT64_MAX ? INT64_MAX : (int64_t)from);
	int code = 0;
	for (int table = 0; code == 0 && table < CHAIN_TABLES; table++) {
		char sql[80];
		sqlite3_snprintf(sizeof(sql), sql, "SELECT * FROM %s WHERE seq >= ? ORDER BY seq",
				 chain_tables[table].name);
		code = db_prepare(export->db, sql, &export->rows[table], err);
		if (code == 0 && side[table].sql != NULL)
			code = db_prepare(export->db, side[table].sql, &export->details[table], err);
		if (code == 0)
			code = statement_start(export->db, export->rows[table], &key, 1, err);
		if (code == 0)
			code = next_of(export, table, err);
	}
	return code;
}

static int64_t seq_of(const struct export *export, int table)
{
	return statement_number(export->rows[table], 0);
}

/* The table whose row comes next, or CHAIN_TABLES at the end. */
static int nearest(const struct export *export)
{
	int found = CHAIN_TABLES;
	for (int table = 0; table < CHAIN_TABLES; table++)
		if (export->more[table] && (found == CHAIN_TABLES || seq_of(export, table) < seq_of(export, found)))
			found = table;
	return found;
}

static int walk(struct export *export, uint64_t from, uint32_t limit, uint64_t *ret_next, struct err *err)
{
	int code = begin(export, from, err), table = CHAIN_TABLES;
	while (code == 0 && (table = nearest(export)) != CHAIN_TABLES && limit-- > 0) {
		code = export_row(export, table, err);
		if (code == 0)
			code = next_of(export, table, err);
	}
	*ret_next = code == 0 && table != CHAIN_TABLES ? (uint64_t)seq_of(export, table) : 0;
	return code;
}

int question_export(struct db *db, uint64_t from, uint32_t limit, const struct question_words *words, load_sink *sink,
		    void *ctx, uint64_t *ret_next, struct err *err)
{
	struct export export = {.db = db, .words = words, .sink = sink, .ctx = ctx};
	int code = db_exec(db, "SAVEPOINT question", err); /* one state of the file for all tables */
	if (code < 0)
		return code;
	buf_init(&export.scratch);
	if (limit == 0 || limit > QUESTION_ROWS_MAX)
		limit = QUESTION_ROWS_MAX;
	code = walk(&export, from, limit, ret_next, err);
	for (int table = 0; table < CHAIN_TABLES; table++) {
		sqlite3_finalize(export.rows[table]);
		sqlite3_finalize(export.details[table]);
	}
	buf_done(&export.scratch);
	return db_release(db, "RELEASE question", code, err);
}

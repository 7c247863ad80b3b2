/* SPDX-License-Identifier: EUPL-1.2 */
/* question.c - old changes, and whether the chain holds; see question.h. */
#include "ledger/question.h"

#include <sqlite3.h>

#include "ledger/chain.h"
#include "ledger/details_verify.h"
#include "ledger/load_parts.h"

/* ---- the chain ------------------------------------------------------------------------------------- */

static int read_head(struct db *db, struct ledger_head *ret, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int code = db_prepare(db, "SELECT chain_seq, chain_hash FROM ledger", &row, err);
	if (code == 0)
		code = statement_next(db, row, err);
	struct text hash = code == 1 ? statement_text(row, 1) : (struct text){0};
	if (code == 1 && hash.len == sizeof(ret->hash)) {
		ret->seq = (uint64_t)statement_number(row, 0);
		memcpy(ret->hash, hash.at, hash.len);
	} else if (code >= 0)
		code = err_set(err, ERR_INVALID, "ledger %s has lost the head of its chain", db->path);
	sqlite3_finalize(row);
	return code < 0 ? code : 0;
}

int question_verify(struct db *db, const struct ledger_head *noted, struct ledger_head *ret_head, struct err *err)
{
	int64_t rows = 0;
	int code = db_exec(db, "SAVEPOINT question", err);
	if (code < 0)
		return code;
	code = chain_verify(db, noted, &rows, err);
	if (code == 0)
		code = details_verify(db, err);
	if (code == 0)
		code = read_head(db, ret_head, err);
	return db_release(db, "RELEASE question", code, err);
}

/* ---- changes --------------------------------------------------------------------------------------- */

/* A key of "people" that is no vo-id. */
static struct text vo_id_of(struct text key)
{
	return key.len > 3 && memcmp(key.at, "dn:", 3) == 0 ? text_of(NULL) : key;
}

static void put_change(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	struct past_change change = {.cycle = u32_of(row, 0),
				     .number = u32_of(row, 1),
				     .at_s = statement_number(row, 2),
				     .kind = u8_of(row, 3),
				     .role = role_of(loader, row, 4),
				     .cause = (uint16_t)statement_number(row, 5),
				     .reason = (uint16_t)statement_number(row, 6),
				     .value = statement_text(row, 8),
				     .person = vo_id_of(statement_text(row, 9)),
				     .name = statement_text(row, 10)};
	statement_uuid(row, 7, &change.source);
	past_change_encode(out, &change);
}

/* 1 and 8 are INTENT_MEMBER_REMOVE and INTENT_MEMBER_ADD; so does the index changes_place. */
#define SELECT_CHANGES                                                                                                 \
	"SELECT c.cycle, c.number, c.at_s, c.kind, c.role, c.cause, c.reason, d.source_uuid, d.dn, p.key, p.name"      \
	" FROM changes c JOIN outcomes o ON o.cycle = c.cycle AND o.n = c.n AND o.result = 0"                          \
	" LEFT JOIN details d ON d.cycle = c.cycle AND d.n = c.n LEFT JOIN people p ON p.id = d.person"                \
	" WHERE c.kind IN (1, 8) AND "

static int tell_changes(struct db *db, const struct roles *roles, const char *sql, const struct cell *cells, int count,
			load_sink *sink, void *ctx, struct err *err)
{
	struct loader loader = {.db = db, .roles = roles, .sink = sink, .ctx = ctx};
	struct sqlite3_stmt *row = NULL;
	buf_init(&loader.body);
	int code = db_prepare(db, sql, &row, err);
	if (code == 0)
		code = statement_start(db, row, cells, count, err);
	while (code == 0 && (code = statement_next(db, row, err)) == 1) {
		put_change(&loader, row, &loader.body);
		code = load_send(&loader, M_PAST_CHANGE, err);
	}
	sqlite3_finalize(row); /* ends the read transaction */
	buf_done(&loader.body);
	return code;
}

int question_cycle(struct db *db, const struct roles *roles, uint32_t cycle, load_sink *sink, void *ctx,
		   struct err *err)
{
	const struct cell cells[] = {cell_number(cycle)};
	return tell_changes(db, roles, SELECT_CHANGES "c.cycle = ? ORDER BY c.n", cells, 1, sink, ctx, err);
}

int question_place(struct db *db, const struct roles *roles, uint32_t number, uint32_t limit, load_sink *sink,
		   void *ctx, struct err *err)
{
	if (limit == 0 || limit > QUESTION_ROWS_MAX)
		limit = QUESTION_ROWS_MAX;
	const struct cell cells[] = {cell_number(number), cell_number(limit)};
	return tell_changes(db, roles, SELECT_CHANGES "c.number = ? ORDER BY c.seq DESC LIMIT ?", cells, 2, sink, ctx,
			    err);
}

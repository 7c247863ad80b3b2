/* SPDX-License-Identifier: EUPL-1.2 */
/* question.c - does the chain hold? See question.h. */
#include "ledger/question.h"

#include <sqlite3.h>

#include "ledger/chain.h"
#include "ledger/details_verify.h"

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

/* SPDX-License-Identifier: EUPL-1.2 */
/* chain.c - see chain.h. */
#include "ledger/chain.h"

#include <assert.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

#include "ledger/chain_table.h"
#include "wire/record.h"

const struct chained_table chain_tables[CHAIN_TABLES] = {
	[CHAIN_CYCLES] = {"cycles", 4},
	[CHAIN_CHANGES] = {"changes", 12},
	[CHAIN_OUTCOMES] = {"outcomes", 5},
	[CHAIN_CERTIFICATES] = {"certificates", 22},
	[CHAIN_CYCLE_ENDS] = {"cycle_ends", 19},
	[CHAIN_DECISIONS] = {"decisions", 9},
	[CHAIN_DECISION_ENDS] = {"decision_ends", 4},
	[CHAIN_HOLD_EVENTS] = {"hold_events", 10},
};

static void put_cell(struct buf *out, const struct cell *cell)
{
	record_put_u8(out, (uint8_t)cell->kind);
	if (cell->kind == CELL_NUMBER)
		record_put_u64(out, (uint64_t)cell->number);
	else if (cell->kind != CELL_NONE)
		record_put_text(out, cell->bytes);
}

int chain_hash(uint8_t hash[CHAIN_HASH_SIZE], enum chain_table table, int64_t seq, const struct cell *cells,
	       struct buf *scratch, struct err *err)
{
	buf_clear(scratch);
	buf_add(scratch, hash, CHAIN_HASH_SIZE);
	record_put_string(scratch, chain_tables[table].name);
	record_put_u64(scratch, (uint64_t)seq);
	for (int i = 0; i < chain_tables[table].cells; i++)
		put_cell(scratch, &cells[i]);
	if (buf_failed(scratch))
		return err_nomem(err);
	crypto_generichash(hash, CHAIN_HASH_SIZE, (const uint8_t *)scratch->at, scratch->len, NULL, 0);
	return 0;
}

static int read_head(struct chain *chain, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int code = db_prepare(chain->db, "SELECT chain_seq, chain_hash FROM ledger", &statement, err);
	if (code < 0)
		return code;
	code = statement_next(chain->db, statement, err);
	struct text hash = code == 1 ? statement_text(statement, 1) : (struct text){0};
	if (code == 1 && hash.len == CHAIN_HASH_SIZE) {
		chain->seq = statement_number(statement, 0);
		memcpy(chain->hash, hash.at, CHAIN_HASH_SIZE);
	} else if (code >= 0)
		code = err_set(err, ERR_INVALID, "ledger %s has lost the head of its chain", chain->db->path);
	sqlite3_finalize(statement);
	return code < 0 ? code : 0;
}

static int prepare_insert(struct chain *chain, enum chain_table table, struct err *err)
{
	struct buf sql;
	buf_init(&sql);
	buf_format(&sql, "INSERT INTO %s VALUES (?, ?", chain_tables[table].name);
	for (int i = 0; i < chain_tables[table].cells; i++)
		buf_add_string(&sql, ", ?");
	buf_add_char(&sql, ')');
	int code = buf_failed(&sql) ? err_nomem(err) : db_prepare(chain->db, sql.at, &chain->insert[table], err);
	buf_done(&sql);
	return code;
}

int chain_open(struct chain *chain, struct db *db, struct err *err)
{
	*chain = (struct chain){.db = db};
	buf_init(&chain->scratch);
	int code = read_head(chain, err);
	for (int table = 0; code == 0 && table < CHAIN_TABLES; table++)
		code = prepare_insert(chain, (enum chain_table)table, err);
	if (code == 0)
		code = db_prepare(db, "UPDATE ledger SET chain_seq = ?1, chain_hash = ?2", &chain->save, err);
	if (code < 0)
		chain_done(chain);
	return code;
}

void chain_done(struct chain *chain)
{
	for (int table = 0; table < CHAIN_TABLES; table++)
		sqlite3_finalize(chain->insert[table]);
	sqlite3_finalize(chain->save);
	buf_done(&chain->scratch);
	*chain = (struct chain){0};
}

int chain_add(struct chain *chain, enum chain_table table, const struct cell *cells, int count, struct err *err)
{
	struct cell row[CHAIN_CELLS_MAX + 2];
	assert(count == chain_tables[table].cells && count <= CHAIN_CELLS_MAX);
	int code = chain_hash(chain->hash, table, ++chain->seq, cells, &chain->scratch, err);
	if (code < 0)
		return code;
	chain->moved = true;
	row[0] = cell_number(chain->seq);
	row[1] = cell_bytes(chain->hash, CHAIN_HASH_SIZE);
	memcpy(row + 2, cells, (size_t)count * sizeof(*cells));
	return statement_run(chain->db, chain->insert[table], row, count + 2, err);
}

int chain_save(struct chain *chain, struct err *err)
{
	if (!chain->moved)
		return 0;
	const struct cell head[] = {cell_number(chain->seq), cell_bytes(chain->hash, CHAIN_HASH_SIZE)};
	chain->moved = false;
	return statement_run(chain->db, chain->save, head, 2, err);
}

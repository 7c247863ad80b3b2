/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chain_table.h - the chained tables and the hash of one row, for chain.c and chain_verify.c.
 */
#ifndef DUAAL_LEDGER_CHAIN_TABLE_H
#define DUAAL_LEDGER_CHAIN_TABLE_H

#include "ledger/chain.h"

#define CHAIN_CELLS_MAX 24

extern const struct chained_table {
	const char *name;
	int cells; /* columns behind seq and hash */
} chain_tables[CHAIN_TABLES];

/* Replaces hash, that of the row before, by that of this row. scratch is cleared first. */
MUST_USE int chain_hash(uint8_t hash[CHAIN_HASH_SIZE], enum chain_table table, int64_t seq, const struct cell *cells,
			struct buf *scratch, struct err *err);

#endif

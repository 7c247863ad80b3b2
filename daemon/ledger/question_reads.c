/* SPDX-License-Identifier: EUPL-1.2 */
/* question_reads.c - the certificates of past reads; see question.h. */
#include <sqlite3.h>

#include "ledger/load_parts.h"
#include "ledger/question.h"

#define SELECT_READS                                                                                                   \
	"SELECT t.cycle, t.side, t.checks, t.missing, t.people, t.institutions, t.groups, t.requests,"                 \
	" t.absent, t.canaries_seen, t.canaries_expected, t.search_references, t.pages, t.started_s, t.ended_s,"       \
	" t.duration_ms, t.position, t.server, t.identity, e.result FROM certificates t"                               \
	" LEFT JOIN cycle_ends e ON e.cycle = t.cycle ORDER BY t.seq DESC LIMIT ?"

static void put_read(struct sqlite3_stmt *row, struct buf *out)
{
	const struct past_read read = {.cycle = u32_of(row, 0),
				       .side = statement_text(row, 1),
				       .checks = u32_of(row, 2),
				       .missing = statement_text(row, 3),
				       .people = u32_of(row, 4),
				       .institutions = u32_of(row, 5),
				       .groups = u32_of(row, 6),
				       .requests = u32_of(row, 7),
				       .absent = u32_of(row, 8),
				       .canaries_seen = u32_of(row, 9),
				       .canaries_expected = u32_of(row, 10),
				       .references = u32_of(row, 11),
				       .pages = u32_of(row, 12),
				       .started_s = statement_number(row, 13),
				       .ended_s = statement_number(row, 14),
				       .duration_ms = u32_of(row, 15),
				       .position = statement_text(row, 16),
				       .server = statement_text(row, 17),
				       .identity = statement_text(row, 18),
				       .result = statement_text(row, 19)};
	past_read_encode(out, &read);
}

int question_reads(struct db *db, uint32_t limit, load_sink *sink, void *ctx, bool *ret_more, struct err *err)
{
	struct loader loader = {.db = db, .sink = sink, .ctx = ctx};
	struct sqlite3_stmt *row = NULL;
	uint32_t told = 0, most = question_limit(limit);
	const struct cell cells[] = {cell_number((int64_t)most + 1)};
	buf_init(&loader.body);
	int code = db_prepare(db, SELECT_READS, &row, err);
	if (code == 0)
		code = statement_start(db, row, cells, 1, err);
	while (code == 0 && (code = statement_next(db, row, err)) == 1 && told < most) {
		put_read(row, &loader.body);
		code = load_send(&loader, M_PAST_READ, err);
		told++;
	}
	*ret_more = code == 1;
	sqlite3_finalize(row);
	buf_done(&loader.body);
	return code < 0 ? code : 0;
}

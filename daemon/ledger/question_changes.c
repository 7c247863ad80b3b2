/* SPDX-License-Identifier: EUPL-1.2 */
/* question_changes.c - what was granted and revoked; see question.h. */
#include <sqlite3.h>

#include "ledger/load_parts.h"
#include "ledger/question.h"

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

/* -1001 is WRITE_SEEN_DONE. 1 and 8 are INTENT_MEMBER_REMOVE and INTENT_MEMBER_ADD; so does the index changes_place. A name goes with the vo-id, and is not told of
 * whoever had that under another entryUUID. */
#define SELECT_CHANGES                                                                                                 \
	"SELECT c.cycle, c.number, c.at_s, c.kind, c.role, c.cause, c.reason, d.source_uuid, d.dn, p.key,"             \
	" iif(d.source_uuid <> p.source_uuid AND zeroblob(16) NOT IN (d.source_uuid, p.source_uuid), NULL, p.name)"    \
	" FROM changes c JOIN outcomes o ON o.cycle = c.cycle AND o.n = c.n AND o.result IN (0, -1001)"                \
	" LEFT JOIN details d ON d.cycle = c.cycle AND d.n = c.n LEFT JOIN people p ON p.id = d.person"                \
	" WHERE c.kind IN (1, 8) AND "

/* limit: what is behind so many rows is not told, only that there is something (*more). */
static int tell_changes(struct db *db, const struct roles *roles, const char *sql, const struct cell *cells, int count,
			load_sink *sink, void *ctx, uint32_t limit, bool *more, struct err *err)
{
	struct loader loader = {.db = db, .roles = roles, .sink = sink, .ctx = ctx};
	struct sqlite3_stmt *row = NULL;
	uint32_t told = 0;
	buf_init(&loader.body);
	int code = db_prepare(db, sql, &row, err);
	if (code == 0)
		code = statement_start(db, row, cells, count, err);
	while (code == 0 && (code = statement_next(db, row, err)) == 1 && told < limit) {
		put_change(&loader, row, &loader.body);
		code = load_send(&loader, M_PAST_CHANGE, err);
		told++;
	}
	*more = code == 1;
	sqlite3_finalize(row); /* ends the read transaction */
	buf_done(&loader.body);
	return code < 0 ? code : 0;
}

int question_cycle(struct db *db, const struct roles *roles, uint32_t cycle, load_sink *sink, void *ctx,
		   struct err *err)
{
	bool more;
	const struct cell cells[] = {cell_number(cycle)};
	return tell_changes(db, roles, SELECT_CHANGES "c.cycle = ? ORDER BY c.n", cells, 1, sink, ctx, UINT32_MAX,
			    &more, err);
}

uint32_t question_limit(uint32_t limit)
{
	return limit == 0 || limit > QUESTION_ROWS_MAX ? QUESTION_ROWS_MAX : limit;
}

int question_place(struct db *db, const struct roles *roles, uint32_t number, uint32_t limit, load_sink *sink,
		   void *ctx, struct err *err)
{
	bool more;
	const struct past_filter filter = {.number = number, .limit = limit, .role = PAST_ROLE_ANY};
	return question_changes(db, roles, &filter, sink, ctx, &more, err);
}

/* ---- by what was asked for --------------------------------------------------------------------------- */

#define PARTS_MAX 6

struct where {
	struct buf sql;
	struct cell cells[PARTS_MAX];
	int count;
};

/* One more condition, with its one value. */
static void narrow(struct where *where, const char *condition, struct cell cell)
{
	buf_format(&where->sql, " AND %s", condition);
	where->cells[where->count++] = cell;
}

static void narrow_all(struct where *where, const struct roles *roles, const struct past_filter *filter)
{
	if (filter->number != 0)
		narrow(where, "c.number = ?", cell_number(filter->number));
	if (filter->role != PAST_ROLE_ANY)
		narrow(where, "c.role = ?", cell_number(roles->stored[filter->role]));
	if (filter->since_s != 0)
		narrow(where, "c.at_s >= ?", cell_number(filter->since_s));
	if (filter->until_s != 0)
		narrow(where, "c.at_s <= ?", cell_number(filter->until_s));
	if (filter->reason != 0)
		narrow(where, "? IN (c.cause, c.reason)", cell_number(filter->reason));
	if (filter->person[0] != '\0')
		narrow(where, "c.seq IN " QUESTION_PERSON_ROWS, cell_text(text_of(filter->person)));
}

int question_changes(struct db *db, const struct roles *roles, const struct past_filter *filter, load_sink *sink,
		     void *ctx, bool *ret_more, struct err *err)
{
	struct where where = {.count = 0};
	buf_init(&where.sql);
	buf_add_string(&where.sql, SELECT_CHANGES "1");
	narrow_all(&where, roles, filter);
	buf_add_string(&where.sql, " ORDER BY c.seq DESC");
	int code = buf_failed(&where.sql) ? err_nomem(err)
					  : tell_changes(db, roles, buf_string(&where.sql), where.cells, where.count,
							 sink, ctx, question_limit(filter->limit), ret_more, err);
	buf_done(&where.sql);
	return code;
}

int question_knows(struct db *db, const char *person, bool *ret, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	const struct cell cell = cell_text(text_of(person));
	int code = db_prepare(db, "SELECT EXISTS " QUESTION_PERSON, &row, err);
	if (code == 0)
		code = statement_start(db, row, &cell, 1, err);
	if (code == 0)
		code = statement_next(db, row, err);
	*ret = code == 1 && statement_number(row, 0) != 0;
	sqlite3_finalize(row);
	return code < 0 ? code : 0;
}

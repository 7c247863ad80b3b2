/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_forget.c - names leave the side tables: of one person when asked, of everybody after the retention; see store.h.
 *
 * The chain holds commitments only, and stays. What was deleted is overwritten in the file (secure_delete); after a
 * person was forgotten the write-ahead log is emptied, too, as far as no reader stands in the way.
 */
#include <sqlite3.h>

#include "ledger/store.h"
#include "ledger/store_parts.h"

#define PURGE_ROWS    2000 /* of one kind in one cycle (of holds: with their whole lists): some tens of milliseconds */
#define PURGE_EVERY_S 86400

static int run_counting(struct store *store, enum store_sql sql, const struct cell *cells, int count, int64_t *rows,
			struct err *err)
{
	int code = store_run(store, sql, cells, count, err);
	if (code == 0)
		*rows += sqlite3_changes64(store->db->handle);
	return code;
}

/* ---- one person ------------------------------------------------------------------------------------ */

/* What depends on "people" comes before it. The order to forget names the person, too: it goes and does not count. */
static int forget(struct store *store, struct text vo_id, int64_t *rows, struct err *err)
{
	static const enum store_sql steps[] = {SQL_FORGET_DETAILS, SQL_FORGET_TOMBSTONES, SQL_FORGET_OPS,
					       SQL_FORGET_AUTHOR,  SQL_FORGET_DRIFTS,     SQL_FORGET_ENDS,
					       SQL_FORGET_REASONS, SQL_FORGET_PEOPLE};
	const struct cell cells[] = {cell_text(vo_id), cell_number(ORDER_FORGET)};
	int64_t uncounted = 0;
	int code = 0;
	for (size_t i = 0; code == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
		code = run_counting(store, steps[i], cells, 1, rows, err);
	if (code == 0)
		code = run_counting(store, SQL_FORGET_ORDERS, cells, 2, rows, err);
	return code < 0 ? code : run_counting(store, SQL_FORGET_FORGETTING, cells, 1, &uncounted, err);
}

/* A reader beside us keeps the log from being emptied; it goes with a later checkpoint. */
static void empty_log(struct store *store)
{
	(void)sqlite3_wal_checkpoint_v2(store->db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

int store_forget_person(struct store *store, struct text vo_id, uint32_t *ret_rows, struct err *err)
{
	int64_t rows = 0;
	if (store->cycle != 0)
		return err_set(err, ERR_PROTOCOL, "somebody is to be forgotten while cycle %u needs the names",
			       store->cycle);
	if (text_is_empty(vo_id))
		return err_set(err, ERR_PROTOCOL, "nobody is to be forgotten");
	int code = forget(store, vo_id, &rows, err);
	if (code == 0)
		code = store_commit(store, err);
	if (code < 0)
		return code;
	empty_log(store);
	*ret_rows = rows > UINT32_MAX ? UINT32_MAX : (uint32_t)rows;
	return 0;
}

/* ---- what is old ----------------------------------------------------------------------------------- */

static int purge(struct store *store, int64_t before_s, bool *more, struct err *err)
{
	static const enum store_sql steps[] = {SQL_OLD_DETAILS, SQL_OLD_PEOPLE,  SQL_OLD_TOMBSTONES, SQL_OLD_DECISIONS,
					       SQL_OLD_OPS,     SQL_OLD_REASONS, SQL_OLD_ENDS,       SQL_OLD_DRIFTS};
	const struct cell cells[] = {cell_number(before_s), cell_number(PURGE_ROWS)};
	int code = 0;
	*more = false;
	for (size_t i = 0; code == 0 && i < sizeof(steps) / sizeof(steps[0]); i++) {
		int64_t rows = 0;
		code = run_counting(store, steps[i], cells, 2, &rows, err);
		*more |= rows >= PURGE_ROWS;
	}
	return code;
}

static int set_purged(struct store *store, int64_t now_s, struct err *err)
{
	const struct cell cells[] = {cell_text(text_of(MARK_PURGED)), cell_number(now_s)};
	return store_run(store, SQL_PURGED, cells, 2, err);
}

int store_purge(struct store *store, int64_t now_s, struct err *err)
{
	int64_t last_s = 0;
	bool more = false;
	if (store->retention_s == 0)
		return 0;
	int code = store_marked(store, MARK_PURGED, &last_s, err);
	if (code < 0 ||
	    (now_s >= last_s && now_s - last_s < PURGE_EVERY_S)) /* a clock that was set back does not stop it */
		return code;
	code = purge(store, now_s - store->retention_s, &more, err);
	return code < 0 || more ? code : set_purged(store, now_s, err);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* question_weeks.c - what happened week by week; see question.h. */
#include <sqlite3.h>
#include <stdlib.h>

#include "base/vec.h"
#include "ledger/load_parts.h"
#include "ledger/question.h"

/* A cycle without an end is under way when it is the last one, and else it was broken off. */
#define SELECT_CYCLES                                                                                                  \
	"SELECT count(*), sum(iif(e.cycle IS NULL, c.id < (SELECT max(id) FROM cycles), e.result IN ('target-unread'," \
	" 'source-unread', 'failed', 'unfinished', 'ledger-failed'))), min(c.id), max(c.id) FROM cycles c"             \
	" LEFT JOIN cycle_ends e ON e.cycle = c.id WHERE c.started_s >= ? AND c.started_s < ?"

/* 1 is HOLD_OPEN, 2 to 4 are decisions, 5 is HOLD_EXPIRED. */
#define SELECT_HOLDS                                                                                                   \
	"SELECT sum(state = 1), sum(state IN (2, 3, 4)), sum(state = 5) FROM hold_events WHERE at_s >= ? AND at_s < ?"

#define SELECT_CHANGES                                                                                                 \
	"SELECT x.kind, iif(o.result = 0, o.at_s, x.at_s) - coalesce((SELECT min(t.started_s) FROM certificates t "    \
	"WHERE t.cycle = x.cycle"                                                                                      \
	" AND t.side <> 'target'), c.started_s) FROM changes x"                                                        \
	" JOIN outcomes o ON o.cycle = x.cycle AND o.n = x.n AND o.result IN (0, -1001) JOIN cycles c ON c.id = "      \
	"x.cycle"                                                                                                      \
	" WHERE x.kind IN (1, 8) AND x.cycle BETWEEN ? AND ?"

struct weighing {
	struct db *db;
	struct past_week week;
	uint32_t *delays; /* seconds, of this week */
	size_t count, capacity;
	int64_t first, last; /* cycles of this week; 0: none */
};

static int one_row(struct weighing *w, const char *sql, const struct cell *cells, struct sqlite3_stmt **ret,
		   struct err *err)
{
	int code = db_prepare(w->db, sql, ret, err);
	if (code == 0)
		code = statement_start(w->db, *ret, cells, 2, err);
	return code < 0 ? code : statement_next(w->db, *ret, err);
}

static int count_cycles(struct weighing *w, const struct cell *span, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int code = one_row(w, SELECT_CYCLES, span, &row, err);
	if (code == 1) {
		w->week.cycles = u32_of(row, 0);
		w->week.failed = u32_of(row, 1);
		w->first = statement_number(row, 2);
		w->last = statement_number(row, 3);
	}
	sqlite3_finalize(row);
	return code < 0 ? code : 0;
}

static int count_holds(struct weighing *w, const struct cell *span, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int code = one_row(w, SELECT_HOLDS, span, &row, err);
	if (code == 1) {
		w->week.holds = u32_of(row, 0);
		w->week.decided = u32_of(row, 1);
		w->week.expired = u32_of(row, 2);
	}
	sqlite3_finalize(row);
	return code < 0 ? code : 0;
}

/* A clock that was set back in between makes a delay of none, not a negative one. */
static int take_change(struct weighing *w, struct sqlite3_stmt *row, struct err *err)
{
	const int64_t delay_s = statement_number(row, 1);
	if (vec_reserve(&w->delays, &w->capacity, w->count + 1, sizeof(*w->delays)) < 0)
		return err_nomem(err);
	w->delays[w->count++] = delay_s > 0 ? (uint32_t)(delay_s < UINT32_MAX ? delay_s : UINT32_MAX) : 0;
	if (statement_number(row, 0) == INTENT_MEMBER_ADD)
		w->week.grants++;
	else
		w->week.removals++;
	return 0;
}

static int compare_delays(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return left < right ? -1 : left > right;
}

static int count_changes(struct weighing *w, struct err *err)
{
	const struct cell cycles[] = {cell_number(w->first), cell_number(w->last)};
	struct sqlite3_stmt *row = NULL;
	w->count = 0;
	int code = one_row(w, SELECT_CHANGES, cycles, &row, err);
	while (code == 1) {
		code = take_change(w, row, err);
		if (code == 0)
			code = statement_next(w->db, row, err);
	}
	sqlite3_finalize(row);
	if (code == 0 && w->count > 0) {
		qsort(w->delays, w->count, sizeof(*w->delays), compare_delays);
		w->week.median_s = w->delays[(w->count - 1) / 2];
		w->week.longest_s = w->delays[w->count - 1];
	}
	return code;
}

static int weigh(struct weighing *w, int64_t begins_s, int64_t ends_s, struct err *err)
{
	const struct cell span[] = {cell_number(begins_s), cell_number(ends_s)};
	w->week = (struct past_week){.begins_s = begins_s};
	int code = count_cycles(w, span, err);
	if (code == 0)
		code = count_holds(w, span, err);
	return code < 0 || w->week.cycles == 0 ? code : count_changes(w, err);
}

int question_weeks(struct db *db, const struct past_weeks *weeks, load_sink *sink, void *ctx, struct err *err)
{
	struct weighing w = {.db = db};
	struct loader loader = {.db = db, .sink = sink, .ctx = ctx};
	int code = db_exec(db, "SAVEPOINT weeks", err); /* one state of the file for all of them */
	if (code < 0)
		return code;
	buf_init(&loader.body);
	for (uint32_t i = 0; i < weeks->count && code == 0; i++) {
		code = weigh(&w, weeks->at_s[i], weeks->at_s[i + 1], err);
		if (code < 0)
			break;
		past_week_encode(&loader.body, &w.week);
		code = load_send(&loader, M_PAST_WEEK, err);
	}
	buf_done(&loader.body);
	free(w.delays);
	return db_release(db, "RELEASE weeks", code, err);
}

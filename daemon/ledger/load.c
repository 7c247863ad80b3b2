/* SPDX-License-Identifier: EUPL-1.2 */
/* load.c - store_load: what was remembered, row by row as records; see store.h. */
#include "ledger/store.h"

#include <sqlite3.h>

#include "ledger/load_parts.h"
#include "ledger/positions.h"

static struct csn csn_of(struct sqlite3_stmt *row, int column)
{
	return (struct csn){statement_number(row, column), (uint64_t)statement_number(row, column + 1)};
}

static void put_group(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	struct past_group group = {.csn = csn_of(row, 1),
				   .number = u32_of(row, 3),
				   .role = role_of(loader, row, 4),
				   .released = u32_of(row, 5)};
	statement_uuid(row, 0, &group.uuid);
	past_group_encode(out, &group);
}

static void put_owned(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	struct owned_record owned = {.number = u32_of(row, 1),
				     .role = role_of(loader, row, 2),
				     .value = statement_text(row, 3),
				     .cycle = u32_of(row, 5),
				     .state = u8_of(row, 6)};
	statement_uuid(row, 0, &owned.group);
	statement_uuid(row, 4, &owned.source);
	owned_encode(out, &owned);
}

static void put_seen(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	(void)loader;
	struct seen_entry seen = {.csn = csn_of(row, 1),
				  .end_day = (int32_t)statement_number(row, 3),
				  .end_since_s = statement_number(row, 4),
				  .begin_day = (int32_t)statement_number(row, 5),
				  .begin_since_s = statement_number(row, 6),
				  .end_moved = statement_number(row, 7) != 0};
	statement_uuid(row, 0, &seen.uuid);
	seen_encode(out, &seen);
}

static void put_removal(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	const struct past_removal removal = {.at_s = statement_number(row, 0),
					     .number = u32_of(row, 1),
					     .role = role_of(loader, row, 2),
					     .sort = u8_of(row, 3)};
	removal_encode(out, &removal);
}

static void put_ambiguity(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	(void)loader;
	struct past_ambiguity ambiguity = {.since_s = statement_number(row, 1)};
	statement_uuid(row, 0, &ambiguity.first);
	ambiguity_encode(out, &ambiguity);
}

static void put_idle(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	(void)loader;
	struct past_idle idle = {.since_s = statement_number(row, 1)};
	statement_uuid(row, 0, &idle.entry);
	idle_encode(out, &idle);
}

static void put_grantor(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	struct past_grantor grantor = {
		.number = u32_of(row, 1), .role = role_of(loader, row, 2), .accepted = statement_number(row, 3) != 0};
	statement_uuid(row, 0, &grantor.person);
	grantor_encode(out, &grantor);
}

static void put_grant(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	struct past_grant grant = {.number = u32_of(row, 2), .role = role_of(loader, row, 3), .kind = u8_of(row, 4)};
	statement_uuid(row, 0, &grant.entry);
	statement_uuid(row, 1, &grant.person);
	past_grant_encode(out, &grant);
}

static void string_of(struct sqlite3_stmt *row, int column, char *out, size_t size)
{
	struct text text = statement_text(row, column);
	size_t len = text.len < size ? text.len : size - 1;
	if (len > 0)
		memcpy(out, text.at, len);
	out[len] = '\0';
}

/* The columns of SELECT_CYCLES from the sixth on are empty for a cycle that never ended. */
static void put_cycle(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	(void)loader;
	struct cycle_summary cycle = {.id = u32_of(row, 0),
				      .started_s = statement_number(row, 1),
				      .trigger_uid = u32_of(row, 3),
				      .ended_s = statement_number(row, 4)};
	uint32_t *const counts[] = {&cycle.grants,      &cycle.removals,      &cycle.structure,
				    &cycle.held,        &cycle.failed,        &cycle.refusals,
				    &cycle.remarks,     &cycle.source_people, &cycle.source_institutions,
				    &cycle.memberships, &cycle.read_ms,       &cycle.think_ms,
				    &cycle.apply_ms};
	const int count = sizeof(counts) / sizeof(counts[0]);
	string_of(row, 2, cycle.trigger, sizeof(cycle.trigger));
	string_of(row, 5, cycle.result, sizeof(cycle.result));
	string_of(row, 6, cycle.detail, sizeof(cycle.detail));
	for (int i = 0; i < count; i++)
		*counts[i] = u32_of(row, 7 + i);
	struct text digest = statement_text(row, 7 + count);
	if (digest.len == sizeof(cycle.plan_digest))
		memcpy(cycle.plan_digest, digest.at, digest.len);
	cycle.generation = (uint64_t)statement_number(row, 8 + count);
	cycle_summary_encode(out, &cycle);
}

#define LAST_CYCLES SQL_NUMBER(LEDGER_CYCLES_TOLD)
#define SELECT_CYCLES                                                                                                  \
	"SELECT * FROM (SELECT c.id, c.started_s, c.trigger, c.trigger_uid, e.ended_s, e.result,"                      \
	" iif(substr(e.detail, 1, 11) = '" CYCLE_COMMITMENT "', x.said, e.detail), e.grants, e.removals, e.structure," \
	" e.held, e.failed, e.refusals, e.remarks, e.source_people, e.source_institutions, e.memberships, e.read_ms,"  \
	" e.think_ms, e.apply_ms, e.plan_digest, e.generation FROM cycles c LEFT JOIN cycle_ends e ON e.cycle = c.id"  \
	" LEFT JOIN cycle_details x ON x.cycle = c.id ORDER BY c.id DESC LIMIT " LAST_CYCLES ") ORDER BY id"

static const struct load_part parts[] = {
	{M_PAST_GROUP, "SELECT * FROM role_groups", put_group},
	{M_PAST_OWNED, "SELECT * FROM owned", put_owned},
	{M_PAST_SEEN, "SELECT * FROM seen", put_seen},
	{M_PAST_REMOVAL, "SELECT at_s, number, role, sort FROM removals ORDER BY at_s", put_removal},
	{M_PAST_AMBIGUITY, "SELECT * FROM ambiguities", put_ambiguity},
	{M_PAST_GRANTOR, "SELECT * FROM grantors", put_grantor},
	{M_PAST_IDLE, "SELECT * FROM idle_people", put_idle},
	{M_PAST_GRANT, "SELECT * FROM grants", put_grant},
};
static const struct load_part cycles = {M_CYCLE, SELECT_CYCLES, put_cycle};

int load_send(struct loader *loader, uint16_t type, struct err *err)
{
	int code = buf_failed(&loader->body) ? err_nomem(err) : loader->sink(loader->ctx, type, &loader->body, err);
	buf_clear(&loader->body);
	return code;
}

int load_part(struct loader *loader, const struct load_part *part, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int code = db_prepare(loader->db, part->sql, &row, err);
	while (code == 0 && (code = statement_next(loader->db, row, err)) == 1) {
		part->put(loader, row, &loader->body);
		code = load_send(loader, part->type, err);
		if (code < 0)
			break;
	}
	sqlite3_finalize(row);
	return code;
}

/* Numbers go on behind every one ever given out. */
static int read_next(struct db *db, struct past_meta *ret, struct err *err)
{
	const struct {
		const char *sql;
		uint32_t *next;
	} marks[] = {{"SELECT value FROM marks WHERE name = '" MARK_HOLD "'", &ret->next_hold},
		     {"SELECT value FROM marks WHERE name = '" MARK_DRIFT "'", &ret->next_drift},
		     {"SELECT value FROM marks WHERE name = '" MARK_FREEZE "'", &ret->next_freeze}};
	int code = 0;
	for (size_t i = 0; code == 0 && i < sizeof(marks) / sizeof(marks[0]); i++) {
		int64_t last = 0;
		code = db_number(db, marks[i].sql, &last, err);
		*marks[i].next = (uint32_t)last + 1;
	}
	return code;
}

static void take_state(struct sqlite3_stmt *row, struct past_meta *ret)
{
	struct text scope = statement_text(row, 6);
	ret->first_contact = statement_number(row, 1) != 0;
	ret->generation = (uint64_t)statement_number(row, 2);
	ret->source_people = u32_of(row, 3);
	ret->source_institutions = u32_of(row, 4);
	ret->released_members = u32_of(row, 5);
	if (scope.len == sizeof(ret->scope))
		memcpy(ret->scope, scope.at, sizeof(ret->scope));
}

static int read_positions(struct db *db, struct source_positions *ret, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int code = db_prepare(db, "SELECT name, position, people, institutions FROM source_positions ORDER BY n", &row,
			      err);
	while (code == 0 && (code = statement_next(db, row, err)) == 1) {
		struct source_position one = {.vector = {0}};
		string_of(row, 0, one.name, sizeof(one.name));
		code = positions_parse(statement_text(row, 1), &one.vector)
			       ? 0
			       : err_set(err, ERR_INVALID, "ledger %s: the position of source %s cannot be read",
					 db->path, one.name);
		if (code < 0)
			break;
		one.people = u32_of(row, 2);
		one.institutions = u32_of(row, 3);
		*source_position_keep(ret, one.name) = one;
	}
	sqlite3_finalize(row);
	return code;
}

/* Of a source that went back nothing was remembered, and after a failure nothing at all. */
#define LAST_COMPLETE                                                                                                  \
	"SELECT coalesce(max(cycle), 0) FROM cycle_ends WHERE result IN ('applied', 'in-step', 'held', 'refused')"

/* From the last complete cycle on. A cycle that ended otherwise, or not at all, may have read what nobody remembered. */
#define SINCE_COMPLETE                                                                                                 \
	"WITH since AS (SELECT c.id, e.ended_s, e.result, c.started_s - lag(e.ended_s) OVER (ORDER BY c.id) AS gap"    \
	" FROM cycles c LEFT JOIN cycle_ends e ON e.cycle = c.id WHERE c.id >= ?1)"                                    \
	" SELECT sum(id > ?1), coalesce(max(gap), 0), coalesce(min(gap), 0) < 0 OR sum(id > ?1 AND result"             \
	" IS NOT 'source-unread') > 0, (SELECT ended_s FROM since ORDER BY id DESC LIMIT 1) FROM since"

static int read_record(struct db *db, uint32_t last_complete, struct past_record *ret, struct err *err)
{
	const struct cell from = cell_number(last_complete);
	struct sqlite3_stmt *row = NULL;
	int code = db_prepare(db, SINCE_COMPLETE, &row, err);
	if (code == 0)
		code = statement_start(db, row, &from, 1, err);
	if (code == 0)
		code = statement_next(db, row, err);
	if (code == 1) {
		bool doubtful = statement_number(row, 2) != 0;
		*ret = (struct past_record){.unread_cycles = u32_of(row, 0),
					    .longest_gap_s = doubtful ? INT64_MAX : statement_number(row, 1),
					    .ended_s = statement_number(row, 3)};
		code = 0;
	}
	sqlite3_finalize(row);
	return code;
}

static int read_clock(struct db *db, struct past_clock *ret, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int code = db_prepare(db, "SELECT wall_s, up_s, ahead_s, boot FROM clock", &row, err);
	if (code == 0)
		code = statement_next(db, row, err);
	if (code == 1) {
		struct text boot = statement_text(row, 3);
		*ret = (struct past_clock){.wall_s = statement_number(row, 0),
					   .up_s = statement_number(row, 1),
					   .ahead_s = statement_number(row, 2)};
		if (boot.len == sizeof(ret->boot))
			memcpy(ret->boot, boot.at, sizeof(ret->boot));
		code = 0;
	}
	sqlite3_finalize(row);
	return code;
}

static int read_state(struct db *db, struct past_meta *ret, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int64_t last = 0;
	*ret = (struct past_meta){.first_contact = true};
	int code = db_number(db, "SELECT coalesce(max(id), 0) FROM cycles", &last, err);
	ret->last_cycle = (uint32_t)last;
	if (code == 0)
		code = db_number(db, LAST_COMPLETE, &last, err);
	ret->last_complete = (uint32_t)last;
	if (code == 0)
		code = read_record(db, ret->last_complete, &ret->record, err);
	if (code == 0)
		code = read_next(db, ret, err);
	if (code == 0)
		code = db_prepare(db, "SELECT * FROM state", &row, err);
	if (code == 0)
		code = statement_next(db, row, err);
	if (code == 1) {
		take_state(row, ret);
		code = 0;
	}
	sqlite3_finalize(row);
	if (code == 0)
		code = read_clock(db, &ret->clock, err);
	return code < 0 ? code : read_positions(db, &ret->positions, err);
}

static int load_all(struct loader *loader, struct err *err)
{
	struct past_meta meta;
	int code = read_state(loader->db, &meta, err);
	if (code < 0)
		return code;
	past_meta_encode(&loader->body, &meta);
	code = load_send(loader, M_PAST_META, err);
	for (size_t i = 0; code == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
		code = load_part(loader, &parts[i], err);
	if (code == 0)
		code = load_decided(loader, err);
	if (code == 0)
		code = load_part(loader, &cycles, err);
	if (code == 0 &&
	    loader->db->read_only) /* who read alone may have been joined by a writer in the middle of it */
		code = db_check_place(loader->db, err);
	return code < 0 ? code : load_send(loader, M_LEDGER_LOADED, err);
}

int store_load(struct store *store, load_sink *sink, void *ctx, struct err *err)
{
	struct loader loader = {.db = store->db, .roles = &store->roles, .sink = sink, .ctx = ctx};
	buf_init(&loader.body);
	int code = db_exec(store->db, "SAVEPOINT load", err); /* one state of the file for all tables */
	if (code < 0)
		return code;
	code = load_all(&loader, err);
	buf_done(&loader.body);
	return db_release(store->db, "RELEASE load", code, err);
}

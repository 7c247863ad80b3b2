/* SPDX-License-Identifier: EUPL-1.2 */
/* question_members.c - who had access at a moment, out of the tables; see question.h and members.h. */
#include <sqlite3.h>

#include "ledger/load_parts.h"
#include "ledger/members.h"
#include "ledger/question.h"
#include "wire/message.h"

#define RESULT_OTHER 80 /* the server failed, perhaps after it had written */

#define SELECT_EVENTS                                                                                                  \
	"SELECT c.number, c.role, c.kind, c.cycle, iif(o.result = -1001, c.at_s, coalesce(o.at_s, c.at_s)), c.cause, " \
	"c.reason, o.result, c.subject,"                                                                               \
	" d.person, d.source_uuid, d.dn, p.key, p.name, p.source_uuid FROM changes c"                                  \
	" LEFT JOIN outcomes o ON o.cycle = c.cycle AND o.n = c.n"                                                     \
	" LEFT JOIN details d ON d.cycle = c.cycle AND d.n = c.n LEFT JOIN people p ON p.id = d.person"                \
	" WHERE c.kind IN (1, 8)"

/* A group that is still to be made has no uuid: then the value says where it goes. 2, 3 and 5 are OWNED_INTENDED, OWNED_REMOVING and
 * OWNED_REMOVED. */
#define SELECT_OWNED                                                                                                   \
	"SELECT number, role, source_uuid, value, cycle, since_s, state IN (2, 3) FROM (SELECT iif(o.number > 0, "     \
	"o.number, g.number)"                                                                                          \
	" AS number, iif(o.number > 0, o.role, g.role) AS role, o.source_uuid, o.value, o.cycle, o.state,"             \
	" coalesce(c.started_s, 0) AS since_s FROM owned o LEFT JOIN role_groups g ON g.uuid = o.group_uuid"           \
	" LEFT JOIN cycles c ON c.id = o.cycle WHERE o.state <> 5) WHERE number IS NOT NULL"

#define SELECT_DRIFTS                                                                                                  \
	"SELECT number, role, person_uuid, value, first_cycle, first_s, reason FROM drifts WHERE reason IN (?, ?, ?)"

#define SELECT_STOOD                                                                                                   \
	"SELECT number, role, person_uuid, value, first_cycle, first_s, reason, ended_s FROM past_drifts"              \
	" WHERE reason IN (?, ?, ?) ORDER BY first_s, rowid"

/* Also what was given under another vo-id, and is known by the entryUUID that gave it. */
#define PERSON_ROWS                                                                                                    \
	"(SELECT * FROM " QUESTION_PERSON_ROWS " UNION SELECT x.seq FROM details y CROSS JOIN changes x"               \
	" ON x.cycle = y.cycle AND x.n = y.n WHERE y.source_uuid = ? AND y.source_uuid <> zeroblob(16))"

struct asking {
	struct db *db;
	const struct past_filter *filter;
	const struct roles *roles;
	const struct question_hand *hand;
	struct members *members;
};

static bool is_asked(const struct asking *asking, uint32_t number, uint8_t role)
{
	const struct past_filter *f = asking->filter;
	return (f->number == 0 || f->number == number) &&
	       (f->role == PAST_ROLE_ANY || asking->roles->stored[f->role] == role);
}

/* ---- rows ------------------------------------------------------------------------------------------- */

typedef int row_fn(struct asking *asking, struct sqlite3_stmt *row, struct err *err);

static int each_row(struct asking *asking, const char *sql, const struct cell *cells, int count, row_fn *take,
		    struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int code = db_prepare(asking->db, sql, &row, err);
	if (code == 0)
		code = statement_start(asking->db, row, cells, count, err);
	while (code == 0 && (code = statement_next(asking->db, row, err)) == 1)
		code = take(asking, row, err);
	sqlite3_finalize(row);
	return code;
}

/* What was refused never happened. What has no outcome, or one that says nothing, may have. */
static int take_event(struct asking *asking, struct sqlite3_stmt *row, struct err *err)
{
	const struct cell result = statement_cell(row, 7);
	const bool told = result.kind == CELL_NUMBER,
		   fine = told && (result.number == 0 || result.number == WRITE_SEEN_DONE);
	const bool refused = told && ((result.number > 0 && result.number != RESULT_OTHER) ||
				      result.number == WRITE_NOT_SENT || result.number == WRITE_SEEN_UNDONE);
	struct member_event event = {.number = u32_of(row, 0),
				     .role = u8_of(row, 1),
				     .adds = statement_number(row, 2) == INTENT_MEMBER_ADD,
				     .lost = !fine,
				     .turn = {.cycle = u32_of(row, 3),
					      .at_s = statement_number(row, 4),
					      .cause = (uint16_t)statement_number(row, 5),
					      .reason = (uint16_t)statement_number(row, 6)},
				     .person = statement_number(row, 9),
				     .value = statement_text(row, 11),
				     .vo_id = statement_text(row, 12),
				     .name = statement_text(row, 13)};
	const struct text subject = statement_text(row, 8);
	if (refused || !is_asked(asking, event.number, event.role))
		return 0;
	if (subject.len == sizeof(event.subject))
		memcpy(event.subject, subject.at, subject.len);
	statement_uuid(row, 10, &event.source);
	statement_uuid(row, 14, &event.named);
	if (event.vo_id.len > 3 && memcmp(event.vo_id.at, "dn:", 3) == 0)
		event.vo_id = text_of(NULL);
	return members_event(asking->members, &event, err);
}

static struct member_now now_of(struct sqlite3_stmt *row)
{
	struct member_now now = {.number = u32_of(row, 0),
				 .role = u8_of(row, 1),
				 .turn = {.cycle = u32_of(row, 4), .at_s = statement_number(row, 5)},
				 .value = statement_text(row, 3)};
	statement_uuid(row, 2, &now.source);
	return now;
}

/* Somebody who was asked for is known by what the changes named. */
static bool is_known(const struct asking *asking, const struct member_now *now)
{
	if (asking->filter->person[0] == '\0')
		return true;
	for (size_t i = 0; i < asking->members->count; i++) {
		const struct membership *m = &asking->members->at[i];
		if ((!uuid_is_null(&now->source) && uuid_equal(&m->told.source, &now->source)) ||
		    (!text_is_empty(m->canonical) && text_equal(m->canonical, now->value)))
			return true;
	}
	return uuid_equal(&asking->filter->source, &now->source) && !uuid_is_null(&now->source);
}

static int take_owned(struct asking *asking, struct sqlite3_stmt *row, struct err *err)
{
	struct member_now owned = now_of(row);
	owned.pending = statement_number(row, 6) != 0;
	if (!is_asked(asking, owned.number, owned.role) || !is_known(asking, &owned))
		return 0;
	return members_owned(asking->members, &owned, err);
}

static struct member_now drift_of(struct sqlite3_stmt *row)
{
	struct member_now drift = now_of(row);
	drift.turn.cause = drift.turn.reason = (uint16_t)statement_number(row, 6);
	return drift;
}

static int take_drift(struct asking *asking, struct sqlite3_stmt *row, struct err *err)
{
	const struct member_now drift = drift_of(row);
	if (drift.turn.reason == asking->hand->entry_gone) {
		members_gone(asking->members, &drift);
		return 0;
	}
	if (!is_asked(asking, drift.number, drift.role) || !is_known(asking, &drift))
		return 0;
	return members_drift(asking->members, &drift, drift.turn.reason == asking->hand->added, err);
}

static int take_stood(struct asking *asking, struct sqlite3_stmt *row, struct err *err)
{
	const struct member_now drift = drift_of(row);
	if (drift.turn.reason == asking->hand->entry_gone) {
		members_stood_gone(asking->members, &drift, statement_number(row, 7));
		return 0;
	}
	if (!is_asked(asking, drift.number, drift.role) || !is_known(asking, &drift))
		return 0;
	return members_stood(asking->members, &drift, statement_number(row, 7),
			     drift.turn.reason == asking->hand->added, err);
}

/* ---- the parts of the answer ------------------------------------------------------------------------- */

static int read_events(struct asking *asking, struct err *err)
{
	const struct past_filter *f = asking->filter;
	const struct cell number = cell_number(f->number);
	const struct cell person[] = {cell_text(text_of(f->person)), cell_uuid(&f->source)};
	if (f->person[0] != '\0')
		return each_row(asking, SELECT_EVENTS " AND c.seq IN " PERSON_ROWS " ORDER BY c.seq", person, 2,
				take_event, err);
	return each_row(asking, SELECT_EVENTS " AND c.number = ? ORDER BY c.seq", &number, 1, take_event, err);
}

static int read_all(struct asking *asking, int64_t ends_s, struct err *err)
{
	const struct cell reasons[] = {cell_number(asking->hand->added), cell_number(asking->hand->removed),
				       cell_number(asking->hand->entry_gone)};
	int code = read_events(asking, err);
	if (code == 0)
		code = each_row(asking, SELECT_OWNED, NULL, 0, take_owned, err);
	if (code == 0)
		code = each_row(asking, SELECT_DRIFTS, reasons, 3, take_drift, err);
	if (code == 0)
		code = each_row(asking, SELECT_STOOD, reasons, 3, take_stood, err);
	if (code == 0)
		members_settle(asking->members, ends_s);
	return code;
}

static int read_extent(const struct asking *asking, struct past_extent *ret, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	const struct cell cells[] = {cell_number(asking->filter->until_s), cell_number(asking->filter->number)};
	int code = db_prepare(asking->db,
			      "SELECT (SELECT coalesce(min(started_s), 0) FROM cycles),"
			      " (SELECT coalesce(max(ended_s), 0) FROM cycle_ends), count(*) FROM changes c"
			      " WHERE c.kind IN (1, 8) AND c.at_s <= ?1 AND (?2 = 0 OR c.number = ?2)"
			      " AND NOT EXISTS (SELECT 1 FROM details d WHERE d.cycle = c.cycle AND d.n = c.n"
			      " AND d.person IS NOT NULL)",
			      &row, err);
	if (code == 0)
		code = statement_start(asking->db, row, cells, 2, err);
	if (code == 0)
		code = statement_next(asking->db, row, err);
	if (code == 1)
		*ret = (struct past_extent){asking->filter->until_s, statement_number(row, 0), statement_number(row, 1),
					    u32_of(row, 2)};
	sqlite3_finalize(row);
	return code < 0 ? code : 0;
}

/* Whom nobody asked for and who was not there is of no interest. */
static bool is_told(const struct past_filter *filter, const struct past_member *member)
{
	return filter->person[0] != '\0' || member->state != PAST_ABSENT;
}

/* Whoever was asked for may be somebody else than the one who had the vo-id then, or may have been entered anew. */
static void doubt_another(const struct past_filter *filter, struct past_member *member)
{
	if (filter->person[0] == '\0' || uuid_is_null(&filter->source) || uuid_is_null(&member->source) ||
	    uuid_equal(&filter->source, &member->source) || member->state != PAST_PRESENT)
		return;
	member->state = PAST_UNSURE;
	member->doubt = PAST_OTHER_ENTRY;
}

static int tell_members(struct asking *asking, struct loader *loader, bool *more, struct err *err)
{
	uint32_t told = 0, most = question_limit(asking->filter->limit);
	int code = 0;
	*more = false;
	for (size_t i = 0; i < asking->members->count && code == 0 && !*more; i++) {
		struct past_member member = asking->members->at[i].told;
		if (!is_told(asking->filter, &member))
			continue;
		*more = told++ == most;
		if (*more)
			break;
		doubt_another(asking->filter, &member);
		member.role = asking->roles->configured[member.role];
		past_member_encode(&loader->body, &member);
		code = load_send(loader, M_PAST_MEMBER, err);
	}
	return code;
}

static int answer(struct asking *asking, struct loader *loader, bool *more, struct err *err)
{
	struct past_extent extent = {.begins_s = 0};
	int code = read_extent(asking, &extent, err);
	if (code < 0)
		return code;
	past_extent_encode(&loader->body, &extent);
	code = load_send(loader, M_PAST_EXTENT, err);
	if (code < 0 || extent.begins_s == 0 || asking->filter->until_s < extent.begins_s)
		return code;
	code = read_all(asking, extent.ends_s, err);
	return code < 0 ? code : tell_members(asking, loader, more, err);
}

int question_members(struct db *db, const struct roles *roles, const struct past_filter *filter,
		     const struct question_hand *hand, load_sink *sink, void *ctx, bool *ret_more, struct err *err)
{
	struct members members;
	struct loader loader = {.db = db, .roles = roles, .sink = sink, .ctx = ctx};
	struct asking asking = {.db = db, .filter = filter, .roles = roles, .members = &members, .hand = hand};
	*ret_more = false;
	int code = db_exec(db, "SAVEPOINT members", err); /* one state of the file for all tables */
	if (code < 0)
		return code;
	members_init(&members, filter->until_s);
	buf_init(&loader.body);
	code = answer(&asking, &loader, ret_more, err);
	buf_done(&loader.body);
	members_done(&members);
	return db_release(db, "RELEASE members", code, err);
}

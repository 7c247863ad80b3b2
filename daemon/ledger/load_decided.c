/* SPDX-License-Identifier: EUPL-1.2 */
/* load_decided.c - of a load: holds that stand, freezes, pins, directives and drift; see store.h. */
#include <sqlite3.h>
#include <stdlib.h>

#include "base/vec.h"
#include "ledger/load_parts.h"

/* A text column as a string that lives as long as the row; NULL when it is empty. */
static char *said_of(struct sqlite3_stmt *row, int column)
{
	char *said = (char *)sqlite3_column_text(row, column);
	return said == NULL || said[0] == '\0' ? NULL : said;
}

/* ---- holds: a row and its list --------------------------------------------------------------------- */

struct op_list {
	struct hold_op *items;
	size_t count, capacity;
};

static void get_op(const struct loader *loader, struct sqlite3_stmt *row, struct hold_op *ret)
{
	struct text id = statement_text(row, 0);
	*ret = (struct hold_op){.evidence = (uint64_t)statement_number(row, 1),
				.number = u32_of(row, 3),
				.cause = (uint16_t)statement_number(row, 4),
				.reason = (uint16_t)statement_number(row, 5),
				.kind = u8_of(row, 6),
				.role = role_of(loader, row, 7)};
	statement_uuid(row, 2, &ret->who);
	if (id.len == sizeof(ret->id.bytes))
		memcpy(ret->id.bytes, id.at, id.len);
}

static int read_ops(struct loader *loader, struct sqlite3_stmt *ops, uint32_t hold, struct op_list *list,
		    struct err *err)
{
	const struct cell key = cell_number(hold);
	list->count = 0;
	int code = statement_start(loader->db, ops, &key, 1, err);
	while (code == 0 && (code = statement_next(loader->db, ops, err)) == 1) {
		code = 0;
		if (vec_reserve(&list->items, &list->capacity, list->count + 1, sizeof(*list->items)) < 0)
			code = err_nomem(err);
		else
			get_op(loader, ops, &list->items[list->count++]);
	}
	return code;
}

static void put_hold(const struct loader *loader, struct sqlite3_stmt *row, const struct op_list *list, struct buf *out)
{
	struct past_hold hold = {.id = u32_of(row, 0),
				 .rule = (uint16_t)statement_number(row, 1),
				 .role = role_of(loader, row, 2),
				 .state = u8_of(row, 3),
				 .number = u32_of(row, 4),
				 .seen = u32_of(row, 5),
				 .allowed = u32_of(row, 6),
				 .opened_s = statement_number(row, 7),
				 .expires_s = statement_number(row, 8),
				 .decided_s = statement_number(row, 9),
				 .decided_by = u32_of(row, 10),
				 .said = said_of(row, 12),
				 .ops = list->items,
				 .op_count = (uint32_t)list->count};
	struct text digest = statement_text(row, 11);
	if (digest.len == sizeof(hold.digest))
		memcpy(hold.digest, digest.at, digest.len);
	hold_encode(out, &hold);
}

static int send_holds(struct loader *loader, struct sqlite3_stmt *holds, struct sqlite3_stmt *ops, struct op_list *list,
		      struct err *err)
{
	int code;
	while ((code = statement_next(loader->db, holds, err)) == 1) {
		code = read_ops(loader, ops, u32_of(holds, 0), list, err);
		if (code == 0) {
			put_hold(loader, holds, list, &loader->body);
			code = load_send(loader, M_PAST_HOLD, err);
		}
		if (code < 0)
			break;
	}
	return code;
}

/* 5 and 6 are EXPIRED and OVER: the ledger keeps them, the planner does not need them. */
#define SELECT_HOLDS "SELECT * FROM holds WHERE state NOT IN (5, 6) ORDER BY id"
#define SELECT_OPS   "SELECT id, evidence, who, number, cause, reason, kind, role FROM hold_ops WHERE hold = ? ORDER BY n"

static int load_holds(struct loader *loader, struct err *err)
{
	struct sqlite3_stmt *holds = NULL, *ops = NULL;
	struct op_list list = {0};
	int code = db_prepare(loader->db, SELECT_HOLDS, &holds, err);
	if (code == 0)
		code = db_prepare(loader->db, SELECT_OPS, &ops, err);
	if (code == 0)
		code = send_holds(loader, holds, ops, &list, err);
	sqlite3_finalize(holds);
	sqlite3_finalize(ops);
	free(list.items);
	return code;
}

/* ---- the others ------------------------------------------------------------------------------------ */

static void put_freeze(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	(void)loader;
	const struct past_freeze freeze = {.id = u32_of(row, 0),
					   .number = u32_of(row, 1),
					   .pause = statement_number(row, 2) != 0,
					   .by = u32_of(row, 3),
					   .since_s = statement_number(row, 4),
					   .until_s = statement_number(row, 5),
					   .said = said_of(row, 6)};
	freeze_encode(out, &freeze);
}

static void put_pin(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	struct past_pin pin = {.number = u32_of(row, 1),
			       .role = role_of(loader, row, 2),
			       .cycle = u32_of(row, 3),
			       .present = statement_number(row, 4) != 0,
			       .until_s = statement_number(row, 5)};
	statement_uuid(row, 0, &pin.person);
	pin_encode(out, &pin);
}

static void put_directive(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	struct past_directive directive = {.number = u32_of(row, 2),
					   .kind = u8_of(row, 3),
					   .role = role_of(loader, row, 4),
					   .until_s = statement_number(row, 5),
					   .since_s = statement_number(row, 6)};
	statement_uuid(row, 0, &directive.uuid);
	statement_uuid(row, 1, &directive.person);
	directive_encode(out, &directive);
}

static void put_drift(const struct loader *loader, struct sqlite3_stmt *row, struct buf *out)
{
	struct drift_record record = {.drift = {.id = u32_of(row, 0),
						.reason = (uint16_t)statement_number(row, 1),
						.role = role_of(loader, row, 2),
						.decision = u8_of(row, 3),
						.number = u32_of(row, 4),
						.first_cycle = u32_of(row, 5),
						.first_s = statement_number(row, 6),
						.author = said_of(row, 10),
						.author_s = statement_number(row, 11)},
				      .value = statement_text(row, 9)};
	statement_uuid(row, 7, &record.drift.entry);
	statement_uuid(row, 8, &record.drift.person);
	drift_encode(out, &record);
}

int load_decided(struct loader *loader, struct err *err)
{
	static const struct load_part parts[] = {
		{M_PAST_FREEZE, "SELECT * FROM freezes ORDER BY id", put_freeze},
		{M_PAST_PIN, "SELECT * FROM pins", put_pin},
		{M_PAST_DIRECTIVE, "SELECT * FROM directives", put_directive},
		{M_PAST_DRIFT, "SELECT * FROM drifts ORDER BY id", put_drift},
	};
	int code = load_holds(loader, err);
	for (size_t i = 0; code == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
		code = load_part(loader, &parts[i], err);
	return code;
}

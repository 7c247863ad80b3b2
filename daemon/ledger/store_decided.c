/* SPDX-License-Identifier: EUPL-1.2 */
/* store_decided.c - holds, freezes, pins, directives and drift; see store.h and model/past.h. */
#include "ledger/store.h"

#include "base/clock.h"
#include "ledger/store_parts.h"
#include "model/dn.h"

/* A text that may be missing. */
static struct cell cell_said(const char *said)
{
	return cell_text(said != NULL ? text_of(said) : (struct text){0});
}

/* ---- holds --------------------------------------------------------------------------------------- */

static int add_event(struct store *store, const struct past_hold *hold, struct err *err)
{
	const struct cell cells[] = {cell_number(hold->id),         cell_number(clock_wall_s()),
				     cell_number(hold->state),      cell_number(hold->rule),
				     cell_number(hold->number),     cell_number(store_role(store, hold->role)),
				     cell_number(hold->seen),       cell_number(hold->allowed),
				     cell_number(hold->decided_by), cell_bytes(hold->digest, sizeof(hold->digest))};
	int code = db_begin(store->db, err);
	return code < 0 ? code : chain_add(&store->chain, CHAIN_HOLD_EVENTS, cells, 10, err);
}

static int add_op(struct store *store, uint32_t hold, uint32_t n, const struct hold_op *op, struct err *err)
{
	const struct cell cells[] = {cell_number(hold),
				     cell_number(n),
				     cell_bytes(op->id.bytes, sizeof(op->id.bytes)),
				     cell_number((int64_t)op->evidence),
				     cell_uuid(&op->who),
				     cell_number(op->number),
				     cell_number(op->cause),
				     cell_number(op->reason),
				     cell_number(op->kind),
				     cell_number(store_role(store, op->role))};
	return store_run(store, SQL_HOLD_OP, cells, 10, err);
}

#define TURN_CELLS 6 /* what changes when a hold is decided or over: first in both statements */

static void put_turn(const struct past_hold *hold, struct cell cells[TURN_CELLS])
{
	const bool over = hold->state == HOLD_EXPIRED || hold->state == HOLD_OVER;
	cells[0] = cell_number(hold->state);
	cells[1] = cell_number(hold->expires_s);
	cells[2] = cell_number(hold->decided_s);
	cells[3] = cell_number(hold->decided_by);
	cells[4] = cell_said(hold->said);
	cells[5] = cell_number(over ? clock_wall_s() : 0);
}

static int add_hold(struct store *store, const struct past_hold *hold, struct err *err)
{
	struct cell cells[TURN_CELLS + 8];
	put_turn(hold, cells);
	cells[TURN_CELLS] = cell_number(hold->id);
	cells[TURN_CELLS + 1] = cell_number(hold->rule);
	cells[TURN_CELLS + 2] = cell_number(store_role(store, hold->role));
	cells[TURN_CELLS + 3] = cell_number(hold->number);
	cells[TURN_CELLS + 4] = cell_number(hold->seen);
	cells[TURN_CELLS + 5] = cell_number(hold->allowed);
	cells[TURN_CELLS + 6] = cell_number(hold->opened_s);
	cells[TURN_CELLS + 7] = cell_bytes(hold->digest, sizeof(hold->digest));
	int code = store_run(store, SQL_HOLD_ADD, cells, TURN_CELLS + 8, err);
	for (uint32_t n = 0; code == 0 && n < hold->op_count; n++)
		code = add_op(store, hold->id, n, &hold->ops[n], err);
	return code < 0 ? code : store_mark(store, MARK_HOLD, hold->id, err);
}

/* A rejection lasts as long as what the source says now, which need not be what it said when the hold opened. */
static int renew_evidence(struct store *store, const struct past_hold *hold, struct err *err)
{
	int code = 0;
	for (uint32_t n = 0; code == 0 && n < hold->op_count; n++) {
		const struct cell cells[] = {cell_number((int64_t)hold->ops[n].evidence), cell_number(hold->id),
					     cell_number(n)};
		code = store_run(store, SQL_HOLD_EVIDENCE, cells, 3, err);
	}
	return code;
}

static int turn_hold(struct store *store, const struct past_hold *hold, struct err *err)
{
	struct cell cells[TURN_CELLS + 1];
	put_turn(hold, cells);
	cells[TURN_CELLS] = cell_number(hold->id);
	int code = store_run(store, SQL_HOLD_TURN, cells, TURN_CELLS + 1, err);
	return code < 0 || hold->state != HOLD_REJECTED ? code : renew_evidence(store, hold, err);
}

/* The state that is stored; 0: the hold is new. */
static int find_state(struct store *store, uint32_t id, int64_t *ret, struct err *err)
{
	const struct cell key = cell_number(id);
	struct sqlite3_stmt *row;
	int code = store_start(store, SQL_HOLD_STATE, &key, 1, &row, err);
	if (code == 0)
		code = statement_next(store->db, row, err);
	*ret = code == 1 ? statement_number(row, 0) : 0;
	if (code == 1)
		statement_reset(row);
	return code < 0 ? code : 0;
}

int store_set_hold(struct store *store, const struct past_hold *hold, struct err *err)
{
	int64_t state = 0;
	if (hold->id == 0)
		return err_set(err, ERR_PROTOCOL, "a hold without a number");
	int code = find_state(store, hold->id, &state, err);
	if (code == 0)
		code = state == 0 ? add_hold(store, hold, err) : turn_hold(store, hold, err);
	return code < 0 || state == hold->state ? code : add_event(store, hold, err);
}

/* ---- freezes and pins ------------------------------------------------------------------------------ */

int store_set_freeze(struct store *store, const struct past_freeze *freeze, struct err *err)
{
	const struct cell cells[] = {cell_number(freeze->id),      cell_number(freeze->number),
				     cell_number(freeze->pause),   cell_number(freeze->by),
				     cell_number(freeze->since_s), cell_number(freeze->until_s),
				     cell_said(freeze->said)};
	if (freeze->id == 0)
		return err_set(err, ERR_PROTOCOL, "a freeze without a number");
	int code = store_run(store, SQL_FREEZE_SET, cells, 7, err);
	return code < 0 ? code : store_mark(store, MARK_FREEZE, freeze->id, err);
}

int store_forget_freeze(struct store *store, uint32_t id, struct err *err)
{
	const struct cell key = cell_number(id);
	return store_run(store, SQL_FREEZE_FORGET, &key, 1, err);
}

int store_set_pin(struct store *store, const struct past_pin *pin, struct err *err)
{
	const struct cell cells[] = {
		cell_uuid(&pin->person), cell_number(pin->number),  cell_number(store_role(store, pin->role)),
		cell_number(pin->cycle), cell_number(pin->present), cell_number(pin->until_s)};
	return store_run(store, SQL_PIN_SET, cells, 6, err);
}

int store_forget_pin(struct store *store, const struct past_pin *pin, struct err *err)
{
	const struct cell cells[] = {cell_uuid(&pin->person), cell_number(pin->number),
				     cell_number(store_role(store, pin->role))};
	return store_run(store, SQL_PIN_FORGET, cells, 3, err);
}

/* ---- directives and drift -------------------------------------------------------------------------- */

int store_set_directive(struct store *store, const struct past_directive *directive, struct err *err)
{
	const struct cell cells[] = {cell_uuid(&directive->uuid),
				     cell_uuid(&directive->person),
				     cell_number(directive->number),
				     cell_number(directive->kind),
				     cell_number(store_role(store, directive->role)),
				     cell_number(directive->until_s),
				     cell_number(directive->since_s)};
	return store_run(store, SQL_DIRECTIVE_SET, cells, 7, err);
}

int store_forget_directive(struct store *store, const struct uuid *uuid, struct err *err)
{
	const struct cell key = cell_uuid(uuid);
	return store_run(store, SQL_DIRECTIVE_FORGET, &key, 1, err);
}

/* In scratch. A value that is no DN is kept as it is: it is somebody's edit, not ours to refuse. */
static int put_value(struct store *store, struct text value, struct err *err)
{
	buf_clear(&store->scratch);
	if (!text_is_empty(value) && dn_canonical(value, &store->scratch, NULL) == 0)
		return 0;
	buf_clear(&store->scratch);
	buf_add_text(&store->scratch, value);
	return buf_failed(&store->scratch) ? err_nomem(err) : 0;
}

int store_set_drift(struct store *store, const struct drift_record *record, struct err *err)
{
	const struct past_drift *drift = &record->drift;
	if (drift->id == 0)
		return err_set(err, ERR_PROTOCOL, "a drift item without a number");
	int code = put_value(store, record->value, err);
	const struct cell cells[] = {cell_number(drift->id),
				     cell_number(drift->reason),
				     cell_number(store_role(store, drift->role)),
				     cell_number(drift->decision),
				     cell_number(drift->number),
				     cell_number(drift->first_cycle),
				     cell_number(drift->first_s),
				     cell_uuid(&drift->entry),
				     cell_uuid(&drift->person),
				     cell_text(buf_text(&store->scratch)),
				     cell_said(drift->author),
				     cell_number(drift->author_s)};
	if (code == 0)
		code = store_run(store, SQL_DRIFT_SET, cells, 12, err);
	return code < 0 ? code : store_mark(store, MARK_DRIFT, drift->id, err);
}

int store_forget_drift(struct store *store, uint32_t id, struct err *err)
{
	const struct cell key = cell_number(id);
	int code = store_run(store, SQL_DRIFT_KEEP, &key, 1, err);
	return code < 0 ? code : store_run(store, SQL_DRIFT_FORGET, &key, 1, err);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* store_change.c - intents and outcomes; see store.h. */
#include "ledger/store.h"

#include "base/clock.h"
#include "ledger/people.h"
#include "model/dn.h"
#include "wire/message.h"

#define RESULT_OTHER 80 /* RFC 4511: the server failed, perhaps after it had written */

static bool is_member_change(int64_t kind)
{
	return kind == INTENT_MEMBER_ADD || kind == INTENT_MEMBER_REMOVE;
}

static int check_intent(const struct store *store, const struct intent *intent, struct err *err)
{
	if (store->cycle == 0)
		return err_set(err, ERR_PROTOCOL, "an intent outside of a cycle");
	if (intent->change == 0 || text_is_empty(intent->dn) ||
	    is_member_change(intent->kind) == text_is_empty(intent->value))
		return err_set(err, ERR_PROTOCOL, "an intent that does not say what it changes");
	return 0;
}

static int add_change(struct store *store, const struct intent *intent, const struct subject *subject, struct err *err)
{
	char csn[CSN_TEXT_SIZE], uuid[UUID_TEXT_SIZE];
	const bool own_entry = subject->present && text_is_empty(intent->value);
	const bool no_uuid = own_entry || uuid_is_null(&intent->target_uuid);
	const struct cell cells[] = {
		cell_number(store->cycle),
		cell_number(intent->change),
		cell_number(clock_wall_s()),
		cell_number(intent->kind),
		cell_number(intent->cause),
		cell_number(intent->reason),
		cell_number(intent->number),
		cell_number(store_role(store, intent->role)),
		cell_text(text_of(csn_format(&intent->source_csn, csn))),
		no_uuid ? cell_none() : cell_text(text_of(uuid_format(&intent->target_uuid, uuid))),
		own_entry ? cell_none() : cell_text(intent->dn),
		subject->present ? cell_bytes(subject->commitment, COMMITMENT_SIZE) : cell_none(),
	};
	return chain_add(&store->chain, CHAIN_CHANGES, cells, sizeof(cells) / sizeof(cells[0]), err);
}

static int add_detail(struct store *store, uint32_t change, const struct subject *subject, struct err *err)
{
	if (!subject->present)
		return 0;
	const struct cell cells[] = {cell_number(store->cycle),    cell_number(change),
				     cell_number(subject->person), cell_uuid(&subject->source),
				     cell_uuid(&subject->target),  cell_text(subject->dn)};
	return store_run(store, SQL_DETAIL, cells, sizeof(cells) / sizeof(cells[0]), err);
}

static int intend_ownership(struct store *store, const struct intent *intent, struct err *err)
{
	const struct owned_place place = {intent->target_uuid, intent->number, store_role(store, intent->role),
					  intent->value};
	if (!is_member_change(intent->kind))
		return 0;
	return store_owned_intend(store, &place, &intent->source_uuid,
				  intent->kind == INTENT_MEMBER_ADD ? OWNED_INTENDED : OWNED_REMOVING, err);
}

int store_intent(struct store *store, const struct intent *intent, struct err *err)
{
	struct subject subject;
	int code = check_intent(store, intent, err);
	if (code == 0)
		code = people_subject(store, intent, &subject, err);
	if (code == 0)
		code = db_begin(store->db, err);
	if (code == 0)
		code = add_change(store, intent, &subject, err);
	if (code == 0)
		code = add_detail(store, intent->change, &subject, err);
	return code < 0 ? code : intend_ownership(store, intent, err);
}

static int add_outcome(struct store *store, uint32_t cycle, const struct change_outcome *outcome, const uint8_t *salt,
		       struct err *err)
{
	uint8_t said[COMMITMENT_SIZE];
	const bool silent = text_is_empty(outcome->text);
	if (!silent)
		people_commit_said(outcome->text, salt, said);
	const struct cell cells[] = {cell_number(cycle), cell_number(outcome->change), cell_number(clock_wall_s()),
				     cell_number(outcome->result),
				     silent ? cell_none() : cell_bytes(said, COMMITMENT_SIZE)};
	int code = chain_add(&store->chain, CHAIN_OUTCOMES, cells, sizeof(cells) / sizeof(cells[0]), err);
	if (code < 0 || silent)
		return code;
	const struct cell detail[] = {cell_number(cycle), cell_number(outcome->change), cell_text(outcome->text)};
	return store_run(store, SQL_DETAIL_SAID, detail, 3, err);
}

static bool is_unknown(int result)
{
	bool known = result == WRITE_NOT_SENT || result == WRITE_SEEN_DONE || result == WRITE_SEEN_UNDONE;
	return result == RESULT_OTHER || (result < 0 && !known);
}

/* What the change was, from its row: texts are borrowed from it. */
static int settle(struct store *store, struct sqlite3_stmt *row, uint32_t cycle, const struct change_outcome *outcome,
		  struct err *err)
{
	const int64_t kind = statement_number(row, 0);
	const struct text salt = statement_text(row, 5);
	struct owned_place place = {.number = (uint32_t)statement_number(row, 1),
				    .role = (uint8_t)statement_number(row, 2),
				    .value = statement_text(row, 4)};
	(void)uuid_parse(statement_text(row, 3), &place.group); /* none: it stays null */
	int code = add_outcome(store, cycle, outcome, salt.len == SALT_SIZE ? (const uint8_t *)salt.at : NULL, err);
	if (code < 0 || !is_member_change(kind))
		return code;
	if (is_unknown(outcome->result))
		return 0;
	const int result = outcome->result == WRITE_SEEN_DONE ? 0 : outcome->result;
	return store_owned_settle(store, &place, (enum intent_kind)kind, result, err);
}

static int record(struct store *store, uint32_t cycle, const struct change_outcome *outcome, struct err *err)
{
	const struct cell key[] = {cell_number(cycle), cell_number(outcome->change)};
	struct sqlite3_stmt *row;
	int code = store_start(store, SQL_CHANGE, key, 2, &row, err);
	if (code == 0)
		code = statement_next(store->db, row, err);
	if (code == 0)
		return err_set(err, ERR_PROTOCOL, "an outcome of change %u, which was not announced", outcome->change);
	if (code == 1)
		code = settle(store, row, cycle, outcome, err);
	statement_reset(row);
	return code;
}

int store_outcome(struct store *store, const struct change_outcome *outcome, struct err *err)
{
	return record(store, store->cycle, outcome, err);
}

/* ---- changes of which nobody told ------------------------------------------------------------------ */

struct untold {
	struct buf value; /* canonical */
	uint32_t cycle;
	bool adds;
	uint32_t values; /* of the person: one, or it is not clear which is meant */
};

static int find_value(struct store *store, const struct owned_record *seen, struct untold *ret, struct err *err)
{
	const bool waits = uuid_is_null(&seen->group);
	const struct cell cells[] = {cell_uuid(&seen->group), cell_number(waits ? seen->number : 0),
				     cell_number(waits ? store_role(store, seen->role) : 0), cell_uuid(&seen->source)};
	struct sqlite3_stmt *row;
	int code = store_start(store, SQL_OWNED_UNTOLD, cells, 4, &row, err);
	while (code == 0 && (code = statement_next(store->db, row, err)) == 1) {
		buf_clear(&ret->value);
		buf_add_text(&ret->value, statement_text(row, 0));
		ret->cycle = (uint32_t)statement_number(row, 1);
		ret->adds = statement_number(row, 2) == OWNED_INTENDED;
		ret->values++;
		code = 0;
	}
	statement_reset(row);
	return code == 0 && buf_failed(&ret->value) ? err_nomem(err) : code;
}

/* 1 and the change's number, or 0. */
static int find_change(struct store *store, const struct owned_record *seen, const struct untold *untold, uint32_t *ret,
		       struct err *err)
{
	const struct cell cells[] = {cell_number(untold->cycle),
				     cell_number(untold->adds ? INTENT_MEMBER_ADD : INTENT_MEMBER_REMOVE),
				     cell_number(seen->number), cell_number(store_role(store, seen->role))};
	struct sqlite3_stmt *row;
	bool found = false;
	int code = store_start(store, SQL_CHANGE_UNTOLD, cells, 4, &row, err);
	while (code == 0 && !found && (code = statement_next(store->db, row, err)) == 1) {
		buf_clear(&store->scratch);
		code = dn_canonical(statement_text(row, 1), &store->scratch, err);
		found = code == 0 && text_equal(buf_text(&store->scratch), buf_text(&untold->value));
		*ret = (uint32_t)statement_number(row, 0);
	}
	statement_reset(row);
	return code < 0 ? code : found;
}

int store_write_seen(struct store *store, const struct owned_record *seen, struct err *err)
{
	struct untold untold = {.values = 0};
	struct change_outcome outcome = {.text = text_of(NULL)};
	buf_init(&untold.value);
	int code = find_value(store, seen, &untold, err);
	if (code == 0 && untold.values == 1 && untold.cycle < store->cycle)
		code = find_change(store, seen, &untold, &outcome.change, err);
	buf_done(&untold.value);
	outcome.result = (seen->state == OWNED_HELD) == untold.adds ? WRITE_SEEN_DONE : WRITE_SEEN_UNDONE;
	return code <= 0 ? code : record(store, untold.cycle, &outcome, err);
}

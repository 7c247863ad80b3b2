/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_decision.c - what people ordered, on record before it takes effect (I19); see store.h.
 *
 * The chain holds who (uid), what and when; whom it is about, the entry and the reason given are in decision_details,
 * each with a salt of its own, and the chain holds a commitment to them.
 */
#include <sodium.h>

#include "base/clock.h"
#include "ledger/people.h"
#include "ledger/store.h"

static int add_decision(struct store *store, int64_t id, const struct decision *decision,
			const uint8_t commitment[COMMITMENT_SIZE], struct err *err)
{
	const struct cell cells[] = {cell_number(id),
				     cell_number(clock_wall_s()),
				     cell_number(decision->order),
				     cell_number(decision->uid),
				     cell_number(decision->number),
				     cell_number(store_role(store, decision->role)),
				     cell_number(decision->object),
				     cell_number(decision->until_s),
				     cell_bytes(commitment, COMMITMENT_SIZE)};
	return chain_add(&store->chain, CHAIN_DECISIONS, cells, 9, err);
}

static int add_details(struct store *store, int64_t id, const struct decision *decision, struct err *err)
{
	uint8_t salt[SALT_SIZE], commitment[COMMITMENT_SIZE];
	randombytes_buf(salt, sizeof(salt));
	const struct cell cells[] = {cell_number(id), cell_bytes(salt, sizeof(salt)), cell_text(decision->person),
				     cell_text(decision->entry), cell_text(decision->said)};
	int code = people_commit_decision(decision, salt, &store->scratch, commitment, err);
	if (code == 0)
		code = add_decision(store, id, decision, commitment, err);
	return code < 0 ? code : store_run(store, SQL_DECISION_DETAIL, cells, 5, err);
}

int store_decide(struct store *store, const struct decision *decision, uint32_t *ret_id, struct err *err)
{
	int64_t id = 0;
	int code = store->cycle == 0 ? db_check_place(store->db, err) : 0;
	if (code == 0)
		code = db_begin(store->db, err);
	if (code == 0)
		code = db_number(store->db, "SELECT coalesce(max(id), 0) + 1 FROM decisions", &id, err);
	if (code == 0)
		code = add_details(store, id, decision, err);
	if (code == 0)
		code = store_commit(store, err);
	if (code == 0)
		*ret_id = (uint32_t)id;
	return code;
}

/* 1: salt is that of the decision; 0: its details have gone (forgotten, or old). */
static int find_salt(struct store *store, uint32_t decision, uint8_t salt[SALT_SIZE], struct err *err)
{
	const struct cell key = cell_number(decision);
	struct sqlite3_stmt *row;
	int code = store_start(store, SQL_DECISION_SALT, &key, 1, &row, err);
	if (code == 0)
		code = statement_next(store->db, row, err);
	struct text found = code == 1 ? statement_text(row, 0) : (struct text){0};
	if (code == 1 && found.len == SALT_SIZE)
		memcpy(salt, found.at, SALT_SIZE);
	else if (code == 1)
		code = err_set(err, ERR_INVALID, "ledger %s: a decision without a salt", store->db->path);
	if (code == 1)
		statement_reset(row);
	return code;
}

/* What was answered may name somebody: without details of the decision it is not kept. */
static int add_answer(struct store *store, const struct decision_end *end, struct err *err)
{
	uint8_t salt[SALT_SIZE], said[COMMITMENT_SIZE];
	int kept = text_is_empty(end->text) ? 0 : find_salt(store, end->decision, salt, err);
	if (kept < 0)
		return kept;
	if (kept == 1)
		people_commit_said(end->text, salt, said);
	const struct cell cells[] = {cell_number(end->decision), cell_number(clock_wall_s()), cell_number(end->result),
				     kept == 1 ? cell_bytes(said, COMMITMENT_SIZE) : cell_none()};
	int code = chain_add(&store->chain, CHAIN_DECISION_ENDS, cells, 4, err);
	if (code < 0 || kept == 0)
		return code;
	const struct cell answer[] = {cell_number(end->decision), cell_text(end->text)};
	return store_run(store, SQL_DECISION_ANSWER, answer, 2, err);
}

int store_end_decision(struct store *store, const struct decision_end *end, struct err *err)
{
	int code = db_begin(store->db, err);
	if (code == 0)
		code = add_answer(store, end, err);
	return code < 0 || store->cycle != 0 ? code : store_commit(store, err);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/apply.h"

#include <stdlib.h>

#include "base/vec.h"
#include "run/apply_parts.h"
#include "wire/record.h"

#define CHUNK_CHANGES 2048      /* recorded with one fsync */
#define CHUNK_BYTES   (1 << 20) /* of writes: far below what a channel lets wait */

/* ---- begin and end ------------------------------------------------------------------------------- */

void apply_init(struct apply *a, struct client *target, struct ledger_client *ledger, struct past *past)
{
	*a = (struct apply){.target = target, .ledger = ledger, .past = past};
	apply_notes_init(a);
	for (size_t i = 0; i < 2; i++)
		buf_init(&a->chunks[i].records);
	a->sent = &a->chunks[0];
	a->next = &a->chunks[1];
}

static void clear_chunk(struct chunk *chunk)
{
	chunk->operation_count = 0;
	chunk->committed = false;
	buf_clear(&chunk->records);
}

static void end_round(struct apply *a)
{
	free(a->groups);
	a->groups = NULL;
	a->thought = NULL;
	a->writing = false;
	clear_chunk(a->sent);
	clear_chunk(a->next);
}

void apply_done(struct apply *a)
{
	end_round(a);
	apply_notes_done(a);
	unproven_done(&a->unproven);
	for (size_t i = 0; i < 2; i++) {
		buf_done(&a->chunks[i].records);
		free(a->chunks[i].operations);
		free(a->chunks[i].first_changes);
	}
}

void apply_begin_cycle(struct apply *a, uint32_t cycle)
{
	a->cycle = cycle;
	a->round = 0;
	apply_notes_begin(a);
	a->next_change = 1;
	a->counts = (struct apply_counts){0};
	a->refusal.code = 0;
	a->refused = REFUSED_NOTHING;
}

static void finish(struct apply *a, const struct err *why)
{
	struct err err = {0};
	apply_take_unknown(a);
	if (apply_take_unsent(a, &err) < 0 && why == NULL)
		why = &err;
	end_round(a);
	a->finished(a->ctx, why);
}

void apply_abort(struct apply *a)
{
	if (a->thought == NULL)
		return;
	client_restart(a->target); /* what was sent and not answered is settled by the next read */
	end_round(a);
}

/* ---- one chunk: recording ------------------------------------------------------------------------ */

/* A group of ours that the ledger does not know yet, at first contact: it must, before it can own values there. */
static int introduce_group(struct apply *a, const struct change *c, struct err *err)
{
	if ((c->kind != CHANGE_MEMBER_ADD && c->kind != CHANGE_MEMBER_REMOVE) || c->target == NONE)
		return 0;
	const struct target_group *g = &a->thought->plan_input.target->groups[c->target];
	const struct past_group group = {
		.uuid = g->entry->uuid, .csn = g->entry->csn, .number = g->number, .role = g->role};
	if (past_group(a->past, &group.uuid) != NULL)
		return 0;
	if (past_set_group(a->past, &group) < 0)
		return err_nomem(err);
	return ledger_client_group(a->ledger, &group, err);
}

/* What gives the membership is on record before the membership is: else a crash would leave one of which nobody knows why. */
static int introduce_grants(struct apply *a, const struct change *c, struct err *err)
{
	const struct desired *desired = a->thought->desired;
	if (c->kind != CHANGE_MEMBER_ADD || desired->grant_count == 0)
		return 0;
	const struct uuid *person = &a->thought->policy.source->people[c->person].entry->uuid;
	for (uint32_t i = desired_grant_find(desired, person, c->number, c->role); i < desired->grant_count; i++) {
		const struct past_grant *grant = &desired->grants[i];
		if (grant->number != c->number || grant->role != c->role || !uuid_equal(&grant->person, person))
			break;
		if (past_has_grant(a->past, grant))
			continue;
		int e = past_set_grant(a->past, grant) < 0 ? err_nomem(err)
							   : ledger_client_grant(a->ledger, grant, err);
		if (e < 0)
			return e;
	}
	return 0;
}

static int record_change(struct apply *a, uint32_t change, struct buf *scratch, struct err *err)
{
	struct intent intent;
	int e = introduce_group(a, &a->thought->plan->changes[change], err);
	if (e == 0)
		e = introduce_grants(a, &a->thought->plan->changes[change], err);
	if (e < 0)
		return e;
	compose_intent(a->thought, change, scratch, &intent);
	if (buf_failed(scratch))
		return err_nomem(err);
	intent.change = a->next_change++;
	return ledger_client_intent(a->ledger, &intent, err);
}

static int record_run(struct apply *a, uint32_t first, uint32_t count, uint32_t *recorded, struct err *err)
{
	struct buf scratch;
	int e = 0;
	buf_init(&scratch);
	for (uint32_t i = first; i < first + count && e == 0; i++) {
		if (!compose_takes(&a->compose, i))
			continue;
		e = record_change(a, i, &scratch, err);
		*recorded += 1;
	}
	buf_done(&scratch);
	return e;
}

static void set_busy(struct apply *a, const struct operation *op, bool busy)
{
	const struct change *c = &a->thought->plan->changes[op->first];
	if (c->target != NONE && (c->kind == CHANGE_MEMBER_ADD || c->kind == CHANGE_MEMBER_REMOVE))
		a->groups[c->target].busy = busy;
}

/* A group that goes with its last members: one change more, so that it is on record too. */
static int record_delete(struct apply *a, uint32_t change, uint32_t *recorded, struct err *err)
{
	struct intent intent;
	struct buf scratch;
	buf_init(&scratch);
	compose_delete_intent(a->thought, change, &scratch, &intent);
	intent.change = a->next_change++;
	int e = buf_failed(&scratch) ? err_nomem(err) : ledger_client_intent(a->ledger, &intent, err);
	buf_done(&scratch);
	*recorded += 1;
	return e;
}

static int record_operation(struct apply *a, const struct operation *op, uint32_t *recorded, struct err *err)
{
	int e = record_run(a, op->first, op->count, recorded, err);
	if (e == 0)
		e = record_run(a, op->first_grant, op->grant_count, recorded, err);
	return e == 0 && op->deletes ? record_delete(a, op->first, recorded, err) : e;
}

static int add_operation(struct apply *a, const struct operation *op, const struct buf *record, uint32_t *recorded,
			 struct err *err)
{
	struct chunk *chunk = a->next;
	size_t n = chunk->operation_count;
	if (vec_reserve(&chunk->operations, &chunk->operation_capacity, n + 1, sizeof *chunk->operations) < 0 ||
	    vec_reserve(&chunk->first_changes, &chunk->first_capacity, n + 1, sizeof *chunk->first_changes) < 0)
		return err_nomem(err);
	chunk->operations[n] = *op;
	chunk->first_changes[n] = a->next_change;
	chunk->operation_count++;
	set_busy(a, op, true);
	record_put_text(&chunk->records, buf_text(record));
	return record_operation(a, op, recorded, err);
}

/* Fills the next chunk from the present phase. Returns how many changes it holds, or an error. */
static int fill_chunk(struct apply *a, struct err *err)
{
	struct chunk *chunk = a->next;
	struct buf record;
	uint32_t recorded = 0;
	int r = 1;
	clear_chunk(chunk);
	buf_init(&record);
	while (r > 0 && recorded < CHUNK_CHANGES && chunk->records.len < CHUNK_BYTES &&
	       !ledger_client_is_full(a->ledger)) {
		struct operation op = {.id = chunk->operation_count};
		buf_clear(&record);
		r = compose_next(&a->compose, &op, &record, err);
		if (r > 0) {
			int e = add_operation(a, &op, &record, &recorded, err);
			r = e < 0 ? e : r;
		}
	}
	buf_done(&record);
	if (r >= 0 && buf_failed(&chunk->records))
		r = err_nomem(err);
	return r < 0 ? r : (int)recorded;
}

/* 1: the next chunk of this phase is recorded and waits for the ledger; 0: the phase has no more, or not now. */
static int record_chunk(struct apply *a, struct err *err)
{
	int n = fill_chunk(a, err);
	if (n < 0)
		clear_chunk(a->next); /* announced in part: never sent, so the next read finds nothing of it */
	if (n <= 0)
		return n;
	int e = ledger_client_commit(a->ledger, ++a->token, err);
	return e < 0 ? e : 1;
}

/* The next chunk that is not empty, over the phases. 1: recorded and waiting for the ledger; 0: nothing left. */
static int next_chunk(struct apply *a, struct err *err)
{
	while (!a->stopped && !a->halted) {
		int r = record_chunk(a, err);
		if (r != 0)
			return r;
		if (!compose_is_at_end(&a->compose) || ++a->phase == PHASES)
			return 0; /* the ledger has no room: the next round goes on, revocations first */
		compose_start(&a->compose, a->thought, a->phase);
	}
	return 0;
}

static void go_on(struct apply *a)
{
	struct err err = {0};
	int r = next_chunk(a, &err);
	if (r <= 0)
		finish(a, r < 0 ? &err : NULL);
}

/* ---- one chunk: sending and hearing ----------------------------------------------------------------------------- */

static void send_next(struct apply *a);

/* The sent chunk is answered. The next one goes out when the ledger has it; without one, the next phase begins. */
static void chunk_done(struct apply *a)
{
	a->writing = false;
	apply_take_unknown(a);
	for (uint32_t i = 0; i < a->sent->operation_count; i++)
		set_busy(a, &a->sent->operations[i], false);
	clear_chunk(a->sent);
	if (a->next->operation_count == 0)
		go_on(a);
	else if (a->next->committed)
		send_next(a);
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct apply *a = ctx;
	struct err err = {0};
	int e = 0;
	if (a->thought == NULL)
		return;
	if (type == M_OUTCOME) {
		e = apply_take_outcome(a, body, len, &err);
		a->progress(a->ctx);
	} else if (type == M_WRITE_DONE) {
		client_finish(a->target);
		chunk_done(a);
		return;
	} else if (type != M_PROGRESS)
		e = err_set(&err, ERR_PROTOCOL, "duaal-target sent a record of type %u in the middle of a write", type);
	if (e < 0) {
		client_restart(a->target);
		finish(a, &err);
	}
}

static void on_failed(void *ctx, const struct err *why)
{
	struct apply *a = ctx;
	if (a->thought != NULL)
		finish(a, why);
}

static int send_chunk(struct apply *a, const struct chunk *chunk, struct err *err)
{
	struct record_in in;
	struct buf body;
	int e = 0;
	record_read(&in, chunk->records.at, chunk->records.len);
	buf_init(&body);
	a->target->ctx = a;
	a->target->record = on_record;
	a->target->failed = on_failed;
	for (uint32_t i = 0; i < chunk->operation_count && e == 0; i++) {
		buf_clear(&body);
		buf_add_text(&body, record_get_text(&in));
		e = i == 0 ? client_request(a->target, M_WRITE, &body, err)
			   : client_put(a->target, M_WRITE, &body, err);
	}
	buf_done(&body);
	if (e == 0)
		e = client_put(a->target, M_WRITE_END, NULL, err);
	return e < 0 ? e : client_flush(a->target, err);
}

/* Nothing is being written and the next chunk is on record: it goes out, and the one behind it is recorded meanwhile. */
static void send_next(struct apply *a)
{
	struct chunk *chunk = a->next;
	struct err err = {0};
	if (a->stopped || a->halted) {
		finish(a, NULL);
		return;
	}
	a->next = a->sent;
	a->sent = chunk;
	a->writing = true;
	int e = send_chunk(a, chunk, &err);
	if (e == 0)
		e = record_chunk(a, &err);
	if (e < 0) {
		client_restart(a->target);
		finish(a, &err);
	}
}

void apply_committed(struct apply *a, uint32_t token)
{
	if (a->thought == NULL || token != a->token)
		return;
	a->next->committed = true;
	if (!a->writing)
		send_next(a);
}

static uint32_t count_expected(const struct compose *c)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->thought->plan->change_count; i++)
		n += compose_takes(c, i);
	return n;
}

/* Tells which of the two turns it is: everybody's, or that of the suspects. */
static int start_turn(struct apply *a, bool last, struct err *err)
{
	a->last_turn = last;
	a->phase = PHASE_REVOKE;
	compose_start(&a->compose, a->thought, PHASE_REVOKE);
	a->counts.expected = a->counts.done + count_expected(&a->compose);
	return next_chunk(a, err);
}

static int start_round(struct apply *a, const struct thought *thought, struct err *err)
{
	a->thought = thought;
	a->stopped = a->halted = a->learnt = false;
	a->round++;
	apply_notes_begin_round(a);
	a->groups = compose_groups(thought->plan_input.target);
	if (a->groups == NULL)
		return err_nomem(err);
	a->compose = (struct compose){.groups = a->groups, .skip = apply_leaves_alone, .most = apply_most, .ctx = a};
	return 0;
}

int apply_start(struct apply *a, const struct thought *thought, struct err *err)
{
	int r = start_round(a, thought, err);
	if (r == 0)
		r = start_turn(a, false, err);
	if (r == 0 && a->phase == PHASES && apply_has_suspects(a))
		r = start_turn(a, true, err);
	if (r <= 0)
		end_round(a);
	return r < 0 ? r : r == 0 ? err_set(err, ERR_NOT_FOUND, "nothing to write") : 0;
}

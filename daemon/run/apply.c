/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/apply.h"

#include <stdlib.h>

#include "base/vec.h"
#include "run/apply_parts.h"
#include "wire/record.h"

#define CHUNK_CHANGES 4096      /* recorded with one fsync */
#define CHUNK_BYTES   (2 << 20) /* of writes: far below what a channel lets wait */

/* ---- what did not go through --------------------------------------------------------------------- */

static uint64_t failed_hash(const void *items, uint32_t position)
{
	return ((const struct failed_change *)items)[position].identity;
}

static bool failed_equal(const void *items, uint32_t position, const void *key)
{
	return ((const struct failed_change *)items)[position].identity == *(const uint64_t *)key;
}

static bool has_failed(const struct apply *a, uint64_t identity, bool needed)
{
	uint32_t at = map_find(&a->failed, a->failed_items, identity, &identity);
	return at != MAP_NONE && (a->failed_items[at].round == 0 || (needed && a->failed_items[at].round == a->round));
}

static bool is_left_alone(void *ctx, uint32_t change)
{
	const struct apply *a = ctx;
	if (a->failed.count == 0)
		return false;
	return has_failed(a, compose_identity(a->thought, change), false) ||
	       has_failed(a, compose_needs(a->thought, change), true);
}

/* ---- begin and end ------------------------------------------------------------------------------- */

void apply_init(struct apply *a, struct client *target, struct ledger_client *ledger, struct past *past)
{
	*a = (struct apply){.target = target, .ledger = ledger, .past = past};
	map_init(&a->failed, failed_hash, failed_equal);
	buf_init(&a->records);
}

static void end_round(struct apply *a)
{
	free(a->group_csns);
	a->group_csns = NULL;
	a->thought = NULL;
	a->operation_count = 0;
	buf_clear(&a->records);
}

void apply_done(struct apply *a)
{
	end_round(a);
	map_done(&a->failed);
	buf_done(&a->records);
	free(a->failed_items);
	free(a->operations);
	free(a->first_changes);
}

void apply_begin_cycle(struct apply *a, uint32_t cycle)
{
	map_done(&a->failed);
	map_init(&a->failed, failed_hash, failed_equal);
	a->cycle = cycle;
	a->round = 0;
	a->next_change = 1;
	a->counts = (struct apply_counts){0};
	a->refusal.code = 0;
}

static void finish(struct apply *a, const struct err *why)
{
	apply_take_unknown(a);
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

static int record_change(struct apply *a, uint32_t change, struct buf *scratch, struct err *err)
{
	struct intent intent;
	int e = introduce_group(a, &a->thought->plan->changes[change], err);
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

static int add_operation(struct apply *a, const struct operation *op, const struct buf *record, uint32_t *recorded,
			 struct err *err)
{
	size_t n = a->operation_count;
	if (vec_reserve(&a->operations, &a->operation_capacity, n + 1, sizeof *a->operations) < 0 ||
	    vec_reserve(&a->first_changes, &a->first_capacity, n + 1, sizeof *a->first_changes) < 0)
		return err_nomem(err);
	a->operations[n] = *op;
	a->first_changes[n] = a->next_change;
	a->operation_count++;
	record_put_text(&a->records, buf_text(record));
	int e = record_run(a, op->first, op->count, recorded, err);
	return e < 0 ? e : record_run(a, op->first_grant, op->grant_count, recorded, err);
}

/* Fills the chunk from the present phase. Returns how many changes it holds, or an error. */
static int fill_chunk(struct apply *a, struct err *err)
{
	struct buf record;
	uint32_t recorded = 0;
	int r = 1;
	a->operation_count = 0;
	buf_clear(&a->records);
	buf_init(&record);
	while (r > 0 && recorded < CHUNK_CHANGES && a->records.len < CHUNK_BYTES && !ledger_client_is_full(a->ledger)) {
		struct operation op = {.id = a->operation_count};
		buf_clear(&record);
		r = compose_next(&a->compose, &op, &record, err);
		if (r > 0) {
			int e = add_operation(a, &op, &record, &recorded, err);
			r = e < 0 ? e : r;
		}
	}
	buf_done(&record);
	if (r >= 0 && buf_failed(&a->records))
		r = err_nomem(err);
	return r < 0 ? r : (int)recorded;
}

/* The next chunk that is not empty, over the phases. 1: recorded and waiting for the ledger; 0: nothing left. */
static int next_chunk(struct apply *a, struct err *err)
{
	while (!a->stopped) {
		int n = fill_chunk(a, err);
		if (n < 0)
			return n;
		if (n > 0) {
			int e = ledger_client_commit(a->ledger, ++a->token, err);
			return e < 0 ? e : 1;
		}
		if (++a->phase == PHASES)
			return 0;
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
		apply_take_unknown(a);
		go_on(a);
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

static int send_chunk(struct apply *a, struct err *err)
{
	struct record_in in;
	struct buf body;
	int e = 0;
	record_read(&in, a->records.at, a->records.len);
	buf_init(&body);
	a->target->ctx = a;
	a->target->record = on_record;
	a->target->failed = on_failed;
	for (uint32_t i = 0; i < a->operation_count && e == 0; i++) {
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

void apply_committed(struct apply *a, uint32_t token)
{
	struct err err = {0};
	if (a->thought == NULL || token != a->token)
		return;
	int e = a->stopped ? apply_take_unsent(a, &err) : send_chunk(a, &err);
	if (a->stopped)
		finish(a, e < 0 ? &err : NULL);
	else if (e < 0) {
		client_restart(a->target);
		finish(a, &err);
	}
}

static uint32_t count_expected(const struct compose *c)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->thought->plan->change_count; i++)
		n += compose_takes(c, i);
	return n;
}

int apply_start(struct apply *a, const struct thought *thought, struct err *err)
{
	const struct target_snapshot *s = thought->plan_input.target;
	a->thought = thought;
	a->stopped = false;
	a->round++;
	a->phase = PHASE_REVOKE;
	a->group_csns = calloc((size_t)s->group_count + 1, sizeof *a->group_csns);
	if (a->group_csns == NULL) {
		end_round(a);
		return err_nomem(err);
	}
	for (uint32_t i = 0; i < s->group_count; i++)
		a->group_csns[i] = s->groups[i].entry->csn;
	a->compose = (struct compose){.group_csns = a->group_csns, .skip = is_left_alone, .ctx = a};
	compose_start(&a->compose, thought, PHASE_REVOKE);
	a->counts.expected = a->counts.done + count_expected(&a->compose);
	int r = next_chunk(a, err);
	if (r <= 0)
		end_round(a);
	return r < 0 ? r : r == 0 ? err_set(err, ERR_NOT_FOUND, "nothing to write") : 0;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/apply.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/log.h"
#include "base/vec.h"
#include "model/dn.h"
#include "wire/record.h"

#define CHUNK_CHANGES 4096 /* recorded with one fsync */
#define LOGGED_SINGLY 200  /* grants and revocations of one cycle that get a line each; more are counted */

/* ---- what was refused in this cycle ------------------------------------------------------------- */

static uint64_t refused_hash(const void *items, uint32_t position)
{
	return ((const uint64_t *)items)[position];
}

static bool refused_equal(const void *items, uint32_t position, const void *key)
{
	return ((const uint64_t *)items)[position] == *(const uint64_t *)key;
}

static bool is_refused(void *ctx, uint32_t change)
{
	const struct apply *a = ctx;
	if (a->refused.count == 0)
		return false;
	uint64_t id = compose_identity(a->thought, change);
	return map_find(&a->refused, a->refused_items, id, &id) != MAP_NONE;
}

static void remember_refusal(struct apply *a, uint32_t change)
{
	uint64_t id = compose_identity(a->thought, change);
	if (map_find(&a->refused, a->refused_items, id, &id) != MAP_NONE)
		return;
	uint32_t n = a->refused.count;
	if (vec_reserve(&a->refused_items, &a->refused_capacity, n + 1u, sizeof id) < 0) {
		a->stopped = true; /* not remembering could mean trying for ever */
		return;
	}
	a->refused_items[n] = id;
	if (map_add(&a->refused, a->refused_items, id, n) < 0)
		a->stopped = true;
}

/* ---- begin and end ------------------------------------------------------------------------------- */

void apply_init(struct apply *a, struct client *target, struct ledger_client *ledger, struct past *past)
{
	*a = (struct apply){.target = target, .ledger = ledger, .past = past};
	map_init(&a->refused, refused_hash, refused_equal);
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
	map_done(&a->refused);
	buf_done(&a->records);
	free(a->refused_items);
	free(a->operations);
	free(a->first_changes);
}

void apply_begin_cycle(struct apply *a, uint32_t cycle)
{
	map_done(&a->refused);
	map_init(&a->refused, refused_hash, refused_equal);
	a->cycle = cycle;
	a->next_change = 1;
	a->counts = (struct apply_counts){0};
	a->refusal.code = 0;
}

static void finish(struct apply *a, const struct err *why)
{
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
	while (r > 0 && recorded < CHUNK_CHANGES) {
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

/* ---- one chunk: sending and hearing -------------------------------------------------------------- */

static void owned_set(struct apply *a, const struct change *c, uint8_t state)
{
	const struct target_snapshot *s = a->thought->plan_input.target;
	const struct source_snapshot *source = a->thought->policy.source;
	if (c->target == NONE)
		return; /* a new group: confirmed by the read that follows */
	struct owned_value value = {.cycle = a->cycle, .state = state};
	if (c->kind == CHANGE_MEMBER_REMOVE)
		value.key = s->members[c->member].key;
	else {
		struct text vo_id = entry_value(source->people[c->person].entry, FIELD_VO_ID);
		uint32_t person = target_person_by_vo_id(s, vo_id);
		struct buf dn;
		buf_init(&dn);
		if (person == NONE)
			target_names_person_dn(s->names, vo_id, &dn);
		value.key = person != NONE ? s->people[person].key : dn_key(buf_text(&dn));
		buf_done(&dn);
	}
	const struct uuid *group = &s->groups[c->target].entry->uuid;
	const struct owned_value *known = past_owned(a->past, group, value.key);
	if (known != NULL)
		value.source = known->source;
	if (c->person != NONE)
		value.source = source->people[c->person].entry->uuid;
	if (c->kind == CHANGE_MEMBER_REMOVE && state == OWNED_HELD)
		past_forget_owned(a->past, group, value.key);
	else if (past_set_owned(a->past, group, &value) < 0)
		a->stopped = true;
}

static void log_member(const struct apply *a, const struct change *c)
{
	struct intent intent;
	struct buf scratch;
	if (a->counts.granted + a->counts.revoked > LOGGED_SINGLY)
		return;
	buf_init(&scratch);
	compose_intent(a->thought, (uint32_t)(c - a->thought->plan->changes), &scratch, &intent);
	log_event(c->kind == CHANGE_MEMBER_ADD ? LOG_MEMBER_GRANTED_MESSAGE : LOG_MEMBER_REVOKED_MESSAGE,
		  "%s at institution %u: %.*s (%.*s), %s (%s)", a->thought->policy.settings->roles[c->role].name,
		  c->number, TEXT_ARG(intent.name), TEXT_ARG(intent.person), reason_code(c->cause),
		  reason_code(c->reason));
	buf_done(&scratch);
}

static int count_removal(struct apply *a, const struct change *c, struct err *err)
{
	const struct past_removal removal = {.at_s = clock_wall_s(), .number = c->number, .role = c->role};
	if (c->cause == R_CAUSE_SCHEDULED)
		return 0;
	if (past_add_removal(a->past, &removal) < 0)
		return err_nomem(err);
	return ledger_client_removal(a->ledger, &removal, err);
}

static int forget_group(struct apply *a, const struct change *c, struct err *err)
{
	const struct past_group gone = {.uuid = a->thought->plan_input.target->groups[c->target].entry->uuid,
					.role = UINT8_MAX};
	if (past_set_group(a->past, &gone) < 0)
		return err_nomem(err);
	return ledger_client_group(a->ledger, &gone, err);
}

static int change_done(struct apply *a, const struct change *c, struct err *err)
{
	a->counts.done++;
	if (c->kind != CHANGE_MEMBER_ADD && c->kind != CHANGE_MEMBER_REMOVE) {
		a->counts.structure++;
		return c->kind == CHANGE_GROUP_DELETE ? forget_group(a, c, err) : 0;
	}
	owned_set(a, c, OWNED_HELD);
	if (c->kind == CHANGE_MEMBER_ADD)
		a->counts.granted++;
	else
		a->counts.revoked++;
	log_member(a, c);
	if (c->kind == CHANGE_MEMBER_REMOVE && a->thought->plan_input.target->groups[c->target].member_count == 1)
		log_event(LOG_GROUP_EMPTIED_MESSAGE, "nobody is %s at institution %u any more",
			  a->thought->policy.settings->roles[c->role].name, c->number);
	return c->kind == CHANGE_MEMBER_REMOVE ? count_removal(a, c, err) : 0;
}

static int settle_run(struct apply *a, uint32_t first, uint32_t count, uint32_t *number, const struct outcome *outcome,
		      struct err *err)
{
	int e = 0;
	for (uint32_t i = first; i < first + count && e == 0; i++) {
		if (!compose_takes(&a->compose, i))
			continue;
		const struct change_outcome told = {
			.change = (*number)++, .result = outcome->result, .text = outcome->text};
		e = ledger_client_outcome(a->ledger, &told, err);
		if (e == 0 && outcome->result == 0)
			e = change_done(a, &a->thought->plan->changes[i], err);
	}
	return e;
}

static int settle(struct apply *a, const struct operation *op, const struct outcome *outcome, struct err *err)
{
	uint32_t number = a->first_changes[op - a->operations];
	int e = settle_run(a, op->first, op->count, &number, outcome, err);
	return e < 0 ? e : settle_run(a, op->first_grant, op->grant_count, &number, outcome, err);
}

static void take_refusal(struct apply *a, const struct operation *op, const struct outcome *outcome)
{
	struct intent intent;
	struct buf scratch;
	struct err why = {0};
	buf_init(&scratch);
	compose_intent(a->thought, op->first, &scratch, &intent);
	err_set(&why, ERR_DENIED, "%.*s: result %d%s%.*s: %s", TEXT_ARG(intent.dn), outcome->result,
		outcome->text.len > 0 ? ", " : "", TEXT_ARG(outcome->text), outcome_advice(outcome->result));
	buf_done(&scratch);
	log_event(LOG_TARGET_REFUSED_MESSAGE, "%s", why.text);
	if (a->refusal.code == 0)
		a->refusal = why;
	for (uint32_t i = op->first; i < op->first + op->count; i++)
		remember_refusal(a, i);
	for (uint32_t i = op->first_grant; i < op->first_grant + op->grant_count; i++)
		remember_refusal(a, i);
}

static void take_class(struct apply *a, const struct operation *op, const struct outcome *outcome)
{
	switch (outcome_classify(outcome->result)) {
	case OUTCOME_DONE: break;
	case OUTCOME_CONFLICT: a->counts.conflicts++; break;
	case OUTCOME_REFUSED:
		a->counts.refused++;
		take_refusal(a, op, outcome);
		break;
	case OUTCOME_STOP:
		if (!a->stopped)
			err_set(&a->refusal, ERR_UNAVAILABLE,
				"the application's directory takes no changes: result %d: %s", outcome->result,
				outcome_advice(outcome->result));
		a->stopped = true;
		a->counts.not_sent++;
		break;
	case OUTCOME_UNKNOWN: a->counts.unknown++; break;
	case OUTCOME_NOT_SENT: a->counts.not_sent++; break;
	}
}

static int take_outcome(struct apply *a, const void *body, size_t len, struct err *err)
{
	struct outcome outcome;
	int e = outcome_decode(body, len, &outcome, err);
	if (e < 0)
		return e;
	if (outcome.id >= a->operation_count)
		return err_set(err, ERR_PROTOCOL, "duaal-target answered a write that was not asked");
	const struct operation *op = &a->operations[outcome.id];
	const struct change *c = &a->thought->plan->changes[op->first];
	if (outcome.result == 0 && c->target != NONE && !csn_is_none(&outcome.csn) &&
	    (c->phase == PHASE_REVOKE || c->phase == PHASE_GROUP || c->phase == PHASE_GRANT))
		a->group_csns[c->target] = outcome.csn;
	e = settle(a, op, &outcome, err);
	take_class(a, op, &outcome);
	return e;
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct apply *a = ctx;
	struct err err = {0};
	int e = 0;
	if (a->thought == NULL)
		return;
	if (type == M_OUTCOME) {
		e = take_outcome(a, body, len, &err);
		a->progress(a->ctx);
	} else if (type == M_WRITE_DONE) {
		client_finish(a->target);
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

static void announce_owned(struct apply *a)
{
	const struct change *changes = a->thought->plan->changes;
	for (uint32_t k = 0; k < a->operation_count; k++) {
		const struct operation *op = &a->operations[k];
		for (uint32_t i = op->first; i < op->first + op->count; i++) {
			if (!compose_takes(&a->compose, i))
				continue;
			if (changes[i].kind == CHANGE_MEMBER_ADD)
				owned_set(a, &changes[i], OWNED_INTENDED);
			else if (changes[i].kind == CHANGE_MEMBER_REMOVE)
				owned_set(a, &changes[i], OWNED_REMOVING);
		}
	}
}

void apply_committed(struct apply *a, uint32_t token)
{
	struct err err = {0};
	if (a->thought == NULL || token != a->token)
		return;
	announce_owned(a);
	if (send_chunk(a, &err) < 0) {
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
	a->phase = PHASE_REVOKE;
	a->group_csns = calloc((size_t)s->group_count + 1, sizeof *a->group_csns);
	if (a->group_csns == NULL) {
		end_round(a);
		return err_nomem(err);
	}
	for (uint32_t i = 0; i < s->group_count; i++)
		a->group_csns[i] = s->groups[i].entry->csn;
	a->compose = (struct compose){.group_csns = a->group_csns, .skip = is_refused, .ctx = a};
	compose_start(&a->compose, thought, PHASE_REVOKE);
	a->counts.expected = a->counts.done + count_expected(&a->compose);
	int r = next_chunk(a, err);
	if (r <= 0)
		end_round(a);
	return r < 0 ? r : r == 0 ? err_set(err, ERR_NOT_FOUND, "nothing to write") : 0;
}

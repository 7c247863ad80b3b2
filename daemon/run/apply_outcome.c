/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply_outcome.c - what the target answered to one operation: told to the ledger change by change, kept in the past, counted, and
 * classified (outcome_class.h).
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"
#include "model/dn.h"
#include "run/apply_parts.h"

#define LOGGED_SINGLY 200 /* grants and revocations of one cycle that get a line each; more are counted */

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

void apply_set_owned(struct apply *a, const struct change *c, uint8_t state)
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
		value.state = OWNED_REMOVED;
	if (past_set_owned(a->past, group, &value) < 0)
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
	apply_set_owned(a, c, OWNED_HELD);
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

int apply_take_outcome(struct apply *a, const void *body, size_t len, struct err *err)
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

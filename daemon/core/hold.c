/* SPDX-License-Identifier: EUPL-1.2 */
/* hold.c - see hold.h: each change weighed against the hold that lists it, then the holds themselves. */
#include "core/hold.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "core/hold_parts.h"
#include "core/identity.h"

const char *hold_name(const struct past_hold *hold, char out[HOLD_NAME_SIZE])
{
	snprintf(out, HOLD_NAME_SIZE, "%u-%02x%02x%02x", hold->id, hold->digest[0], hold->digest[1], hold->digest[2]);
	return out;
}

/* ---- one change ----------------------------------------------------------------------------------- */

/* A hold on record, while the plan is gone through. */
struct roll {
	uint32_t changes; /* that it holds now */
	bool wanted;      /* it has a say in something that is in the plan */
	bool stalled;     /* nobody can be asked again about some of that now: a freeze, a source that went back */
};

struct match {
	struct plan *plan;
	const struct plan_input *in;
	const struct guard_settings *set;
	const struct past *past;
	const struct guard_past *about;
	int64_t now_s;
	struct arena *arena;
	struct guard_verdict *verdict;
	struct roll *rolls; /* one a hold on record */
	struct fresh *fresh;
	size_t fresh_count, fresh_capacity;
};

static int compare_places(const void *a, const void *b)
{
	const struct guard_hold *left = a, *right = b;
	if (left->rule != right->rule)
		return left->rule < right->rule ? -1 : 1;
	return left->number < right->number ? -1 : left->number > right->number;
}

/* What the guard said when it held this change: a rule holds under one number, the institution's or 0. */
static const struct guard_hold *finding_of(const struct match *m, const struct change *change)
{
	struct guard_hold wanted = {.rule = change->rule, .number = change->number};
	const struct guard_hold *found =
		bsearch(&wanted, m->verdict->holds, m->verdict->hold_count, sizeof(wanted), compare_places);
	wanted.number = 0;
	if (found == NULL)
		found = bsearch(&wanted, m->verdict->holds, m->verdict->hold_count, sizeof(wanted), compare_places);
	return found;
}

static int add_fresh(struct match *m, const struct fresh *fresh)
{
	if (vec_reserve(&m->fresh, &m->fresh_capacity, m->fresh_count + 1, sizeof(*fresh)) < 0)
		return ERR_NOMEM;
	m->fresh[m->fresh_count++] = *fresh;
	m->plan->changes[fresh->change].hold = 0;
	return 0;
}

/* As the guard judged it. */
static int ask(struct match *m, uint32_t at)
{
	const struct guard_hold *found = finding_of(m, &m->plan->changes[at]);
	struct fresh fresh = {.rule = m->plan->changes[at].rule, .role = UINT8_MAX, .change = at};
	if (found != NULL) {
		fresh.number = found->number;
		fresh.role = found->role;
		fresh.seen = found->seen;
		fresh.allowed = found->allowed;
	}
	return add_fresh(m, &fresh);
}

/* The same once more: nobody answered in time. */
static int ask_again(struct match *m, uint32_t at, const struct past_hold *hold)
{
	const struct fresh fresh = {.number = hold->number,
				    .rule = hold->rule,
				    .role = hold->role,
				    .seen = hold->seen,
				    .allowed = hold->allowed,
				    .change = at};
	m->plan->changes[at].verdict = VERDICT_HOLD;
	m->plan->changes[at].rule = hold->rule;
	return add_fresh(m, &fresh);
}

static int keep(struct match *m, uint32_t at, const struct past_hold *hold, enum reason rule)
{
	m->plan->changes[at].verdict = VERDICT_HOLD;
	m->plan->changes[at].rule = (uint16_t)rule;
	m->rolls[hold - m->past->holds].changes++;
	return 0;
}

/* Listed where somebody is, or was, asked. A rule that a person ends takes over from one that does not. */
static int weigh_asked(struct match *m, uint32_t at, const struct past_hold *hold, bool in_time)
{
	struct change *change = &m->plan->changes[at];
	bool held = change->verdict == VERDICT_HOLD, sticky = rule_is_sticky((enum reason)hold->rule);
	if (!held && !sticky) {
		change->hold = 0;
		return 0;
	}
	if (held && !sticky && (!in_time || rule_is_sticky((enum reason)change->rule)))
		return ask(m, at);
	return in_time ? keep(m, at, hold, (enum reason)hold->rule) : ask_again(m, at, hold);
}

/* Held by the guard, or let go by it. */
static int weigh_listed(struct match *m, uint32_t at, const struct past_hold *hold)
{
	struct change *change = &m->plan->changes[at];
	switch (hold_word(m->past, change, m->now_s)) {
	case WORD_APPROVED:
		change->verdict = VERDICT_GO;
		change->rule = R_RULE_APPROVED;
		return 0;
	case WORD_REJECTED: return keep(m, at, hold, R_RULE_REJECTED);
	case WORD_OPEN: return weigh_asked(m, at, hold, true);
	default: return weigh_asked(m, at, hold, false);
	}
}

/* What is no matter of decision stays as the guard said: refused; frozen, paused, in its grace, source unread or gone back; undone by an order. */
static bool is_settled(const struct change *change)
{
	if (change->verdict == VERDICT_HOLD)
		return !rule_is_decided((enum reason)change->rule);
	return change->verdict == VERDICT_REFUSE || change->rule == R_RULE_APPROVED;
}

/* A freeze ends some day. What the ledger or the scope made doubtful meanwhile is asked about, or it would go then. */
static int ask_meanwhile(struct match *m, uint32_t at)
{
	const struct change *change = &m->plan->changes[at];
	bool frozen =
		change->verdict == VERDICT_HOLD && (change->rule == R_RULE_FROZEN || change->rule == R_RULE_PAUSED);
	const struct fresh fresh = {.rule = (uint16_t)(frozen ? rule_covering(m->in, m->about, change) : R_RULE_NONE),
				    .role = UINT8_MAX,
				    .change = at};
	if (fresh.rule == R_RULE_NONE || change_waits(m->past, change, m->now_s) ||
	    hold_word(m->past, change, m->now_s) == WORD_APPROVED)
		return 0;
	return add_fresh(m, &fresh);
}

/* It waits because it is in doubt; what lists it for a clear cause stays until it is clear again. */
static void keep_on_record(struct match *m, const struct change *change)
{
	struct roll *roll = &m->rolls[change->kept - 1];
	roll->wanted = roll->stalled = true;
}

static int weigh(struct match *m, uint32_t at)
{
	struct change *change = &m->plan->changes[at];
	const struct past_hold *hold = change->hold != 0 ? past_hold(m->past, change->hold) : NULL;
	bool expired = !change->recast && hold_word(m->past, change, m->now_s) == WORD_EXPIRED,
	     settled = is_settled(change);
	int rc = 0;
	if (settled)
		rc = ask_meanwhile(m, at);
	else if (hold != NULL)
		rc = weigh_listed(m, at, hold);
	else if (change->verdict == VERDICT_HOLD)
		rc = ask(m, at);
	if (change->kept != 0)
		keep_on_record(m, change);
	if (hold == NULL)
		return rc;
	struct roll *roll = &m->rolls[hold - m->past->holds];
	roll->wanted |= change->hold != 0 || expired; /* else another one takes over */
	roll->stalled |= change->hold != 0 && settled && change->verdict == VERDICT_HOLD;
	return rc;
}

static int weigh_all(struct match *m)
{
	for (uint32_t i = 0; i < m->plan->change_count; i++)
		if (weigh(m, i) < 0)
			return ERR_NOMEM;
	return 0;
}

/* ---- the source went back ------------------------------------------------------------------------- */

static int ask_about_back(struct match *m)
{
	struct fresh fresh = {.rule = R_RULE_SOURCE_WENT_BACK, .role = UINT8_MAX, .seen = m->plan->change_count};
	for (uint32_t i = 0; i < m->plan->change_count; i++) {
		if (m->plan->changes[i].rule != R_RULE_SOURCE_WENT_BACK)
			continue;
		fresh.change = i;
		if (add_fresh(m, &fresh) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* Changes wait under the open hold; something more that is older, or no such hold, makes a new one. */
static int weigh_back(struct match *m)
{
	const struct past_hold *open = hold_back_open(m->in, m->now_s);
	size_t before = m->fresh_count;
	if (holds_find_back(m->in, m->now_s, &m->fresh, &m->fresh_count, &m->fresh_capacity) < 0)
		return ERR_NOMEM;
	if (open == NULL || m->fresh_count > before)
		return ask_about_back(m);
	for (uint32_t i = 0; i < m->plan->change_count; i++)
		if (m->plan->changes[i].rule == R_RULE_SOURCE_WENT_BACK) {
			m->plan->changes[i].hold = open->id;
			m->rolls[open - m->past->holds].changes++;
		}
	return 0;
}

/* ---- the holds on record -------------------------------------------------------------------------- */

/* HOLD_OVER, HOLD_EXPIRED, or its state as it is. */
static enum hold_state state_of_back(const struct match *m, const struct past_hold *hold, bool went_back)
{
	if (!hold_is_still_back(hold, m->in) || (hold->state != HOLD_ACCEPTED && !went_back))
		return HOLD_OVER;
	return hold->expires_s <= m->now_s ? HOLD_EXPIRED : (enum hold_state)hold->state;
}

/* A rejection stays for as long as what it rejects is wanted for the same reason. A source that is older than what was applied does
 * not say what is wanted, and a hold whose time is over while nobody can be asked again waits for that. */
static enum hold_state state_of(const struct match *m, size_t at)
{
	const struct past_hold *hold = &m->past->holds[at];
	if (m->about->source_went_back || (m->rolls[at].stalled && hold->state == HOLD_OPEN))
		return (enum hold_state)hold->state;
	bool expired = hold->state != HOLD_REJECTED && hold->expires_s <= m->now_s;
	if (expired && (m->rolls[at].wanted || hold->state == HOLD_APPROVED))
		return HOLD_EXPIRED;
	return m->rolls[at].wanted ? (enum hold_state)hold->state : HOLD_OVER;
}

static int end_holds(struct match *m, bool went_back)
{
	struct guard_verdict *verdict = m->verdict;
	verdict->ended = arena_array(m->arena, m->past->hold_count, sizeof(*verdict->ended));
	if (verdict->ended == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < m->past->hold_count; i++) {
		const struct past_hold *hold = &m->past->holds[i];
		enum hold_state state =
			hold->rule == R_RULE_SOURCE_WENT_BACK ? state_of_back(m, hold, went_back) : state_of(m, i);
		if (state != HOLD_OVER && state != HOLD_EXPIRED)
			continue;
		verdict->ended[verdict->ended_count] = *hold;
		verdict->ended[verdict->ended_count++].state = (uint8_t)state;
	}
	return 0;
}

/* ---- the list of holds ---------------------------------------------------------------------------- */

static void list_hold(struct guard_verdict *verdict, const struct past_hold *hold, uint32_t changes)
{
	verdict->holds[verdict->hold_count++] = (struct guard_hold){.rule = hold->rule,
								    .number = hold->number,
								    .role = hold->role,
								    .changes = changes,
								    .seen = hold->seen,
								    .allowed = hold->allowed,
								    .id = hold->id,
								    .state = hold->state,
								    .opened_s = hold->opened_s,
								    .expires_s = hold->expires_s};
}

static bool has_ended(const struct guard_verdict *verdict, uint32_t id)
{
	for (uint32_t i = 0; i < verdict->ended_count; i++)
		if (verdict->ended[i].id == id)
			return true;
	return false;
}

/* One that is open because the source went back is shown also when there is nothing to change. */
static bool is_shown(const struct match *m, size_t at)
{
	const struct past_hold *hold = &m->past->holds[at];
	if (has_ended(m->verdict, hold->id))
		return false;
	return m->rolls[at].changes > 0 || (hold->rule == R_RULE_SOURCE_WENT_BACK && hold->state == HOLD_OPEN);
}

static uint32_t count_changes(const struct past_hold *hold)
{
	uint32_t changes = 0;
	for (uint32_t i = 0; i < hold->op_count; i++)
		changes += hold->ops[i].kind != 0;
	return changes;
}

static int compare_holds(const void *a, const void *b)
{
	return guard_hold_compare(a, b);
}

static int list_holds(struct match *m, const struct guard_hold *judged, uint32_t judged_count)
{
	struct guard_verdict *verdict = m->verdict;
	verdict->hold_count = 0;
	verdict->holds = arena_array(m->arena, judged_count + m->past->hold_count + verdict->opened_count,
				     sizeof(*verdict->holds));
	if (verdict->holds == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < judged_count; i++)
		if (!rule_is_decided((enum reason)judged[i].rule) && judged[i].rule != R_RULE_SOURCE_WENT_BACK)
			verdict->holds[verdict->hold_count++] = judged[i];
	for (size_t i = 0; i < m->past->hold_count; i++)
		if (is_shown(m, i))
			list_hold(verdict, &m->past->holds[i], m->rolls[i].changes);
	for (uint32_t i = 0; i < verdict->opened_count; i++)
		list_hold(verdict, &verdict->opened[i], count_changes(&verdict->opened[i]));
	if (verdict->hold_count > 1)
		qsort(verdict->holds, verdict->hold_count, sizeof(*verdict->holds), compare_holds);
	return 0;
}

/* ---- when to look again --------------------------------------------------------------------------- */

static void wake(struct match *m, int64_t at_s)
{
	if (at_s > m->now_s && at_s < m->verdict->next_s)
		m->verdict->next_s = at_s;
}

static void find_next(struct match *m)
{
	const struct past *past = m->past;
	wake(m, m->plan->next_s);
	for (size_t i = 0; i < past->hold_count; i++) {
		const struct past_hold *hold = &past->holds[i];
		bool open = hold->state == HOLD_OPEN && !has_ended(m->verdict, hold->id);
		m->verdict->expiring += open && hold->expires_s - m->now_s <= HOLD_EXPIRES_SOON_S;
		if (hold->state != HOLD_REJECTED)
			wake(m, hold->expires_s);
	}
	for (uint32_t i = 0; i < m->verdict->opened_count; i++)
		wake(m, m->verdict->opened[i].expires_s);
	for (size_t i = 0; i < past->freeze_count; i++)
		wake(m, past->freezes[i].until_s);
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static int match_all(struct match *m, const struct guard_past *past)
{
	const struct guard_hold *judged = m->verdict->holds;
	uint32_t judged_count = m->verdict->hold_count;
	m->rolls = arena_array(m->arena, m->past->hold_count, sizeof(*m->rolls));
	if (m->rolls == NULL || weigh_all(m) < 0 || (past->source_went_back && weigh_back(m) < 0) ||
	    holds_open(m->fresh, m->fresh_count, m->in, m->plan, m->set, m->now_s, m->arena, m->verdict) < 0 ||
	    holds_follow_needs(m->plan, m->in) < 0 || end_holds(m, past->source_went_back) < 0)
		return ERR_NOMEM;
	return list_holds(m, judged, judged_count);
}

int holds_match(struct plan *plan, const struct plan_input *in, const struct guard_settings *set,
		const struct guard_past *past, int64_t now_s, struct arena *arena, struct guard_verdict *verdict,
		struct err *err)
{
	struct match m = {.plan = plan,
			  .in = in,
			  .set = set,
			  .past = past->past,
			  .about = past,
			  .now_s = now_s,
			  .arena = arena,
			  .verdict = verdict};
	verdict->opened_count = verdict->ended_count = verdict->expiring = 0;
	verdict->next_s = INT64_MAX;
	int rc = match_all(&m, past);
	free(m.fresh);
	if (rc < 0)
		return err_nomem(err);
	find_next(&m);
	verdict_count(plan, in, verdict);
	return 0;
}

int hold_renew_evidence(const struct plan *plan, const struct plan_input *in, struct past_hold *hold)
{
	struct change_id id;
	for (uint32_t i = 0; i < plan->change_count; i++) {
		if (plan->changes[i].hold != hold->id)
			continue;
		if (change_identify(in, &plan->changes[i], &id) < 0)
			return ERR_NOMEM;
		const struct hold_op *op = hold_op_find(hold, &id);
		if (op != NULL)
			hold->ops[op - hold->ops].evidence = change_evidence(in, &plan->changes[i]);
	}
	return 0;
}

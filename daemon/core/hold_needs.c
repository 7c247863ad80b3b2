/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hold_needs.c - entries that grants need: the person, the role group, the institution.
 *
 *   a grant that somebody approved lets its entries be made, whatever they wait for
 *   a grant whose entry waits all the same waits too
 *   an entry that only grants need which wait, waits with them
 *
 * A place in a flat group needs nobody's entry by itself: it follows the role groups (flat.h), and whether it goes is known after this.
 * Nobody asks for the entries alone. Institutions stand on their own: they are made without members too.
 */
#include "base/search.h"
#include "core/hold_parts.h"
#include "model/number.h"

struct needs {
	struct plan *plan;
	struct arena scratch;
	uint32_t *person_add; /* one a source person: position of the change that makes the entry, or NONE */
	uint32_t *going;      /* one a change: grants that need this entry and go */
	uint32_t *waiting;    /* one a change: 1 + one of the grants that need it and wait */
};

/* The entries that one grant needs and that are to be made: person, group, institution; NONE where there is no need. */
struct need {
	uint32_t at[3];
};

static uint32_t first_of(const struct plan *plan, enum phase phase)
{
	uint32_t first = 0;
	for (enum phase p = 0; p < phase; p++)
		first += plan->by_phase[p];
	return first;
}

/* Within a phase, changes ascend by number and role; a group that a grant needs is always among those that are made. */
static uint32_t find_add(const struct plan *plan, enum phase phase, enum change_kind kind, const struct change *grant)
{
	const struct change *c = plan->changes;
	uint32_t first = first_of(plan, phase), end = first + plan->by_phase[phase], at;
	bool by_role = phase == PHASE_GROUP;
	LOWER_BOUND(at, first, end,
		    c[at].number < grant->number ||
			    (c[at].number == grant->number && by_role && c[at].role < grant->role));
	for (; at < end && c[at].number == grant->number; at++)
		if (c[at].kind == kind)
			return at;
	return NONE;
}

static struct need need_of(const struct needs *n, const struct change *grant)
{
	bool new_group = grant->target == NONE;
	return (struct need){{n->person_add[grant->person],
			      new_group ? find_add(n->plan, PHASE_GROUP, CHANGE_GROUP_ADD, grant) : NONE,
			      new_group ? find_add(n->plan, PHASE_INSTITUTION, CHANGE_INSTITUTION_ADD, grant) : NONE}};
}

static bool may_follow(const struct change *entry)
{
	return entry->verdict == VERDICT_HOLD && rule_is_decided((enum reason)entry->rule);
}

/* The grants come last but for tidying: calls back for each. */
static void each_grant(struct needs *n, void (*each)(struct needs *, uint32_t at, const struct need *need))
{
	uint32_t first = first_of(n->plan, PHASE_GRANT);
	for (uint32_t i = first; i < first + n->plan->by_phase[PHASE_GRANT]; i++) {
		const struct need need = need_of(n, &n->plan->changes[i]);
		each(n, i, &need);
	}
}

static void release(struct needs *n, uint32_t at, const struct need *need)
{
	const struct change *grant = &n->plan->changes[at];
	if (grant->verdict != VERDICT_GO || grant->rule != R_RULE_APPROVED)
		return;
	for (size_t i = 0; i < 3; i++) {
		struct change *entry = need->at[i] != NONE ? &n->plan->changes[need->at[i]] : NULL;
		if (entry == NULL || !may_follow(entry))
			continue;
		entry->verdict = VERDICT_GO;
		entry->rule = R_RULE_APPROVED;
	}
}

static void wait_for(struct change *change, const struct change *other)
{
	change->verdict = other->verdict;
	change->rule = other->rule;
	change->hold = other->hold;
}

static void bind(struct needs *n, uint32_t at, const struct need *need)
{
	struct change *grant = &n->plan->changes[at];
	for (size_t i = 0; i < 3; i++)
		if (need->at[i] != NONE && grant->verdict == VERDICT_GO &&
		    n->plan->changes[need->at[i]].verdict != VERDICT_GO)
			wait_for(grant, &n->plan->changes[need->at[i]]);
	for (size_t i = grant->number == NUMBER_EVERYWHERE ? 1 : 0; i < 2; i++) {
		if (need->at[i] == NONE)
			continue;
		n->going[need->at[i]] += grant->verdict == VERDICT_GO;
		if (grant->verdict != VERDICT_GO)
			n->waiting[need->at[i]] = at + 1;
	}
}

/* An approved person's entry is made alone; a group comes with its first member, so alone it would be tried for ever. */
static void idle(struct needs *n)
{
	for (uint32_t i = 0; i < n->plan->change_count; i++) {
		struct change *entry = &n->plan->changes[i];
		bool approved = entry->rule != R_RULE_NONE && entry->kind != CHANGE_GROUP_ADD;
		if (entry->verdict == VERDICT_GO && !approved && n->going[i] == 0 && n->waiting[i] > 0)
			wait_for(entry, &n->plan->changes[n->waiting[i] - 1]);
	}
}

static int prepare(struct needs *n, uint32_t people)
{
	n->person_add = arena_array(&n->scratch, people, sizeof(*n->person_add));
	n->going = arena_array(&n->scratch, n->plan->change_count, sizeof(*n->going));
	n->waiting = arena_array(&n->scratch, n->plan->change_count, sizeof(*n->waiting));
	if (n->person_add == NULL || n->going == NULL || n->waiting == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < people; i++)
		n->person_add[i] = NONE;
	for (uint32_t i = 0; i < n->plan->change_count; i++)
		if (n->plan->changes[i].kind == CHANGE_PERSON_ADD)
			n->person_add[n->plan->changes[i].person] = i;
	return 0;
}

static bool holds_something(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->change_count; i++)
		if (plan->changes[i].verdict != VERDICT_GO && plan->changes[i].phase != PHASE_REVOKE)
			return true;
	return false;
}

int holds_follow_needs(struct plan *plan, const struct plan_input *in)
{
	struct needs n = {.plan = plan};
	if (!holds_something(plan))
		return 0;
	arena_init(&n.scratch, 0);
	int rc = prepare(&n, in->policy->source->people_count);
	if (rc == 0) {
		each_grant(&n, release);
		each_grant(&n, bind);
		idle(&n);
	}
	arena_done(&n.scratch);
	return rc;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* hold_list.c - see hold_parts.h: the lists of new holds, and their digests. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "core/hold_parts.h"
#include "core/identity.h"

/* ---- one line ------------------------------------------------------------------------------------- */

static int fill_op(struct fresh *fresh, const struct plan_input *in, const struct plan *plan)
{
	if (fresh->change == NONE)
		return 0;
	const struct change *change = &plan->changes[fresh->change];
	fresh->op = (struct hold_op){.evidence = change_evidence(in, change),
				     .who = change_who(in, change),
				     .number = change->number,
				     .cause = change->cause,
				     .reason = change->reason,
				     .kind = change->kind,
				     .role = change->role};
	return change_identify(in, change, &fresh->op.id);
}

static int compare_places(const struct fresh *a, const struct fresh *b)
{
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->role - b->role;
}

static int compare_fresh(const void *a, const void *b)
{
	const struct fresh *left = a, *right = b;
	int by_place = compare_places(left, right);
	return by_place != 0 ? by_place : change_id_compare(&left->op.id, &right->op.id);
}

/* ---- the holds ------------------------------------------------------------------------------------ */

static void take_line(struct past_hold *hold, const struct fresh *fresh)
{
	if (hold->seen < fresh->seen) {
		hold->seen = fresh->seen;
		hold->allowed = fresh->allowed;
	}
	bool known = hold->op_count > 0 && change_id_compare(&hold->ops[hold->op_count - 1].id, &fresh->op.id) == 0;
	if (!known)
		hold->ops[hold->op_count++] = fresh->op;
}

static int open_hold(const struct fresh *fresh, size_t count, struct arena *arena, struct past_hold *ret)
{
	ret->rule = fresh->rule;
	ret->number = fresh->number;
	ret->role = fresh->role;
	ret->state = HOLD_OPEN;
	ret->allowed = fresh->allowed;
	ret->ops = arena_array(arena, count, sizeof(*ret->ops));
	if (ret->ops == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++)
		take_line(ret, &fresh[i]);
	if (ret->seen == 0)
		ret->seen = ret->op_count;
	hold_digest(ret->ops, ret->op_count, ret->digest);
	return 0;
}

int holds_open(struct fresh *fresh, size_t count, const struct plan_input *in, const struct plan *plan,
	       const struct guard_settings *set, int64_t now_s, struct arena *arena, struct guard_verdict *verdict)
{
	for (size_t i = 0; i < count; i++)
		if (fill_op(&fresh[i], in, plan) < 0)
			return ERR_NOMEM;
	if (count > 1)
		qsort(fresh, count, sizeof(*fresh), compare_fresh);
	verdict->opened = arena_array(arena, count, sizeof(*verdict->opened));
	if (verdict->opened == NULL)
		return ERR_NOMEM;
	for (size_t first = 0, end; first < count; first = end) {
		struct past_hold *hold = &verdict->opened[verdict->opened_count++];
		for (end = first + 1; end < count && compare_places(&fresh[first], &fresh[end]) == 0; end++)
			;
		*hold = (struct past_hold){.opened_s = now_s, .expires_s = now_s + set->hold_s};
		if (open_hold(&fresh[first], end - first, arena, hold) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

void hold_digest(const struct hold_op *ops, uint32_t count, uint8_t ret[32])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, 32);
	for (uint32_t i = 0; i < count; i++)
		crypto_generichash_update(&state, ops[i].id.bytes, sizeof(ops[i].id.bytes));
	crypto_generichash_final(&state, ret, 32);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* unproven.c - see unproven.h. */
#include "run/unproven.h"

#include <stdlib.h>

#include "base/vec.h"
#include "model/number.h"
#include "run/facts_parts.h"

void unproven_done(struct unproven *u)
{
	free(u->items);
	*u = (struct unproven){.items = NULL};
}

int unproven_add(struct unproven *u, const struct unproven_removal *removal)
{
	if (vec_reserve(&u->items, &u->capacity, u->count + 1, sizeof *u->items) < 0)
		return ERR_NOMEM;
	u->items[u->count++] = *removal;
	return 0;
}

int unproven_load(struct unproven *u, const struct past *past, uint32_t cycle, int64_t now_s)
{
	int e = 0;
	unproven_done(u);
	for (size_t i = 0; i < past->owned_count && e == 0; i++) {
		const struct owned_value *owned = &past->owned[i];
		const struct past_group *group = &past->groups[owned->group];
		const struct unproven_removal announced = {
			.group = group->uuid,
			.key = owned->key,
			.removal = {
				.at_s = now_s, .number = group->number, .role = group->role, .sort = REMOVAL_ORDINARY}};
		if (owned->state == OWNED_REMOVING && owned->cycle == cycle && group->number != NUMBER_EVERYWHERE)
			e = unproven_add(u, &announced);
	}
	return e;
}

static bool is_there(const struct target_snapshot *target, const struct unproven_removal *u)
{
	uint32_t at = target_group_find(target, u->removal.number, u->removal.role);
	return at != NONE && uuid_equal(&target->groups[at].entry->uuid, &u->group) &&
	       facts_member_of(target, &target->groups[at], u->key) != NONE;
}

int unproven_settle(struct unproven *u, const struct target_snapshot *target, struct past *past,
		    struct ledger_client *ledger, struct err *err)
{
	for (; u->count > 0; u->count--) {
		const struct unproven_removal *last = &u->items[u->count - 1];
		if (is_there(target, last))
			continue;
		if (past_add_removal(past, &last->removal) < 0)
			return err_nomem(err);
		int e = ledger_client_removal(ledger, &last->removal, err);
		if (e < 0)
			return e;
	}
	return 0;
}

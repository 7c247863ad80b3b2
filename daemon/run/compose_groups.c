/* SPDX-License-Identifier: EUPL-1.2 */
/* compose_groups.c - the role groups as a round finds them, and as an operation leaves them. See compose.h. */
#include <stdlib.h>

#include "run/compose.h"

struct group_now *compose_groups(const struct target_snapshot *target)
{
	struct group_now *groups = calloc((size_t)target->group_count + 1, sizeof(*groups));
	for (uint32_t i = 0; groups != NULL && i < target->group_count; i++)
		groups[i] = (struct group_now){.csn = target->groups[i].entry->csn,
					       .members = target->groups[i].member_count,
					       .placeholder = !text_is_empty(target->groups[i].placeholder)};
	return groups;
}

void compose_move_on(const struct compose *c, struct group_now *groups, const struct operation *op)
{
	const struct change *change = &c->thought->plan->changes[op->first];
	bool of_group = change->phase == PHASE_REVOKE || change->phase == PHASE_GROUP || change->phase == PHASE_GRANT;
	if (change->target == NONE || !of_group)
		return;
	struct group_now *group = &groups[change->target];
	group->gone = op->deletes;
	group->members += change->kind == CHANGE_MEMBER_ADD ? op->taken : 0;
	group->members -= change->kind == CHANGE_MEMBER_REMOVE ? op->taken : 0;
	if (op->placeholder != PLACEHOLDER_STAYS)
		group->placeholder = op->placeholder == PLACEHOLDER_IN;
}

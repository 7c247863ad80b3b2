/* SPDX-License-Identifier: EUPL-1.2 */
/* diff_walk.c - pairs up the wanted role groups with those of the target; both ascend by number and role. */
#include "core/diff_group.h"

static uint32_t desired_key(const struct diff *diff, uint32_t at)
{
	if (at == diff->desired->membership_count)
		return UINT32_MAX;
	return diff->desired->memberships[at].number << 8 | diff->desired->memberships[at].role;
}

static uint32_t target_key(const struct diff *diff, uint32_t at)
{
	if (at == diff->target->group_count)
		return UINT32_MAX;
	return diff->target->groups[at].number << 8 | diff->target->groups[at].role;
}

static bool is_readable(const struct diff *diff, uint32_t key)
{
	return key >> 8 != 0 && (key & UINT8_MAX) < diff->names->role_count;
}

static int remark_changed(struct diff *diff, uint32_t at)
{
	const struct target_group *group = &diff->target->groups[at];
	const enum reason why = group->ours ? R_DRIFT_ENTRY_CHANGED : R_FOREIGN_ENTRY;
	const struct remark remark = {(uint16_t)why, group->role, group->number, NONE, at, NONE, group->entry, 0, 0};
	struct past_drift drift;
	if (group->protected)
		return 0;
	if (group->ours)
		return diff_drift(diff, &remark, 0, &drift);
	return is_readable(diff, target_key(diff, at)) ? diff_remark(diff, &remark) : 0;
}

/* A group of ours that does not say which one it is, or says what another one says already (ours stand first
 * among equals): its number or role was changed by hand. A stranger's that says so gives access all the same. */
static int skip_changed(struct diff *diff, uint32_t *at, uint32_t key)
{
	for (; *at < diff->target->group_count && target_key(diff, *at) == key; (*at)++)
		if (remark_changed(diff, *at) < 0)
			return ERR_NOMEM;
	return 0;
}

static int walk_key(struct diff *diff, uint32_t key, uint32_t *group, uint32_t *desired)
{
	struct pair pair = {.number = key >> 8,
			    .role = (uint8_t)(key & UINT8_MAX),
			    .group = NONE,
			    .former = NONE,
			    .first = *desired};
	while (desired_key(diff, *desired) == key)
		(*desired)++;
	pair.end = *desired;
	if (target_key(diff, *group) == key && is_readable(diff, key))
		pair.group = (*group)++;
	if (is_readable(diff, key) && diff_pair(diff, &pair) < 0)
		return ERR_NOMEM;
	return skip_changed(diff, group, key);
}

int diff_groups(struct diff *diff)
{
	uint32_t group = 0, desired = 0;
	while (group < diff->target->group_count || desired < diff->desired->membership_count) {
		uint32_t left = target_key(diff, group), right = desired_key(diff, desired);
		if (walk_key(diff, left < right ? left : right, &group, &desired) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

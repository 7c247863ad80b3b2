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

/* Both sides from where they stand to before the key of end. */
static int walk(struct diff *diff, uint32_t group, uint32_t end)
{
	uint32_t desired = 0;
	for (;;) {
		uint32_t left = target_key(diff, group), right = desired_key(diff, desired);
		uint32_t key = left < right ? left : right;
		if (key >= end)
			return 0;
		if (walk_key(diff, key, &group, &desired) < 0)
			return ERR_NOMEM;
	}
}

int diff_groups(struct diff *diff)
{
	return walk(diff, 0, NUMBER_EVERYWHERE << 8);
}

int diff_flat_groups(struct diff *diff)
{
	uint32_t group = diff->target->group_count;
	while (group > 0 && diff->target->groups[group - 1].number == NUMBER_EVERYWHERE)
		group--;
	return walk(diff, group, UINT32_MAX);
}

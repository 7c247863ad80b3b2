/* SPDX-License-Identifier: EUPL-1.2 */
/* past.c - see past.h: arrays with an index over each that is looked up by key. */
#include "model/past.h"

#include <stdlib.h>

#include "base/vec.h"

/* A value's key is a keyed hash already; the group keeps one person's values in different groups apart. */
static uint64_t value_hash(uint32_t group, uint64_t key)
{
	return key ^ (uint64_t)group * 0x9e3779b97f4a7c15u;
}

struct value_key {
	uint32_t group;
	uint64_t key;
};

static uint64_t owned_hash(const void *items, uint32_t at)
{
	const struct owned_value *value = &((const struct owned_value *)items)[at];
	return value_hash(value->group, value->key);
}

static bool owned_equal(const void *items, uint32_t at, const void *key)
{
	const struct owned_value *value = &((const struct owned_value *)items)[at];
	const struct value_key *wanted = key;
	return value->group == wanted->group && value->key == wanted->key;
}

static uint64_t uuid_hash(const struct uuid *uuid)
{
	return map_hash(uuid->bytes, sizeof(uuid->bytes));
}

static uint64_t group_hash(const void *items, uint32_t at)
{
	return uuid_hash(&((const struct past_group *)items)[at].uuid);
}

static bool group_equal(const void *items, uint32_t at, const void *key)
{
	return uuid_equal(&((const struct past_group *)items)[at].uuid, key);
}

static uint64_t ambiguity_hash(const void *items, uint32_t at)
{
	return uuid_hash(&((const struct past_ambiguity *)items)[at].first);
}

static bool ambiguity_equal(const void *items, uint32_t at, const void *key)
{
	return uuid_equal(&((const struct past_ambiguity *)items)[at].first, key);
}

static uint64_t idle_hash(const void *items, uint32_t at)
{
	return uuid_hash(&((const struct past_idle *)items)[at].entry);
}

static bool idle_equal(const void *items, uint32_t at, const void *key)
{
	return uuid_equal(&((const struct past_idle *)items)[at].entry, key);
}

static uint64_t grantor_key(const struct past_grantor *grantor)
{
	return uuid_hash(&grantor->person) ^ ((uint64_t)grantor->number << 8 | grantor->role) * 0x9e3779b97f4a7c15u;
}

static uint64_t grantor_hash(const void *items, uint32_t at)
{
	return grantor_key(&((const struct past_grantor *)items)[at]);
}

static bool grantor_equal(const void *items, uint32_t at, const void *key)
{
	const struct past_grantor *known = &((const struct past_grantor *)items)[at], *wanted = key;
	return known->number == wanted->number && known->role == wanted->role &&
	       uuid_equal(&known->person, &wanted->person);
}

void past_init(struct past *past)
{
	*past = (struct past){.first_contact = true, .next_hold = 1, .next_drift = 1, .next_freeze = 1};
	map_init(&past->owned_by_value, owned_hash, owned_equal);
	map_init(&past->groups_by_uuid, group_hash, group_equal);
	map_init(&past->grantors_by_key, grantor_hash, grantor_equal);
	map_init(&past->idles_by_entry, idle_hash, idle_equal);
	map_init(&past->ambiguities_by_first, ambiguity_hash, ambiguity_equal);
	past_seen_init(past);
	past_grants_init(past);
}

void past_done(struct past *past)
{
	free(past->owned);
	free(past->groups);
	free(past->removals);
	free(past->ambiguities);
	free(past->grantors);
	free(past->idles);
	past_decided_done(past);
	past_seen_done(past);
	past_grants_done(past);
	map_done(&past->owned_by_value);
	map_done(&past->groups_by_uuid);
	map_done(&past->grantors_by_key);
	map_done(&past->idles_by_entry);
	map_done(&past->ambiguities_by_first);
	past_init(past);
}

static uint32_t find_group(const struct past *past, const struct uuid *group)
{
	return map_find(&past->groups_by_uuid, past->groups, uuid_hash(group), group);
}

/* The slot of a value, also one that was forgotten and is free (state 0). */
static uint32_t find_owned(const struct past *past, uint32_t group, uint64_t key)
{
	struct value_key wanted = {group, key};
	if (group == MAP_NONE)
		return MAP_NONE;
	return map_find(&past->owned_by_value, past->owned, value_hash(group, key), &wanted);
}

const struct owned_value *past_owned(const struct past *past, const struct uuid *group, uint64_t key)
{
	uint32_t at = find_owned(past, find_group(past, group), key);
	return at == MAP_NONE || past->owned[at].state == 0 ? NULL : &past->owned[at];
}

const struct past_group *past_group(const struct past *past, const struct uuid *group)
{
	uint32_t at = find_group(past, group);
	return at == MAP_NONE ? NULL : &past->groups[at];
}

bool past_group_is_deleted(const struct past_group *group)
{
	return csn_compare(&group->csn, &CSN_NEVER) == 0;
}

static int make_room(void *items, size_t *capacity, size_t count, size_t size)
{
	return count >= MAP_NONE - 1 ? ERR_NOMEM : vec_reserve(items, capacity, count + 1, size);
}

int past_set_group(struct past *past, const struct past_group *group)
{
	uint32_t at = find_group(past, &group->uuid);
	if (at != MAP_NONE) {
		past->groups[at] = *group;
		return 0;
	}
	if (make_room(&past->groups, &past->group_capacity, past->group_count, sizeof(*group)) < 0)
		return ERR_NOMEM;
	past->groups[past->group_count] = *group;
	if (map_add(&past->groups_by_uuid, past->groups, uuid_hash(&group->uuid), (uint32_t)past->group_count) < 0)
		return ERR_NOMEM;
	past->group_count++;
	return 0;
}

int past_set_owned(struct past *past, const struct uuid *group, const struct owned_value *value)
{
	struct owned_value owned = *value;
	owned.group = find_group(past, group);
	if (owned.group == MAP_NONE)
		return ERR_NOT_FOUND;
	uint32_t at = find_owned(past, owned.group, owned.key);
	if (at != MAP_NONE) {
		past->owned[at] = owned;
		return 0;
	}
	if (make_room(&past->owned, &past->owned_capacity, past->owned_count, sizeof(owned)) < 0)
		return ERR_NOMEM;
	past->owned[past->owned_count] = owned;
	if (map_add(&past->owned_by_value, past->owned, value_hash(owned.group, owned.key),
		    (uint32_t)past->owned_count) < 0)
		return ERR_NOMEM;
	past->owned_count++;
	return 0;
}

/* The slot stays, free, for the day the same value comes back: indexes never lose a position. */
void past_forget_owned(struct past *past, const struct uuid *group, uint64_t key)
{
	uint32_t at = find_owned(past, find_group(past, group), key);
	if (at != MAP_NONE)
		past->owned[at].state = 0;
}

/* Kept ascending even when the wall clock was set back between two removals. */
int past_add_removal(struct past *past, const struct past_removal *removal)
{
	if (make_room(&past->removals, &past->removal_capacity, past->removal_count, sizeof(*removal)) < 0)
		return ERR_NOMEM;
	size_t at = past->removal_count++;
	for (; at > 0 && past->removals[at - 1].at_s > removal->at_s; at--)
		past->removals[at] = past->removals[at - 1];
	past->removals[at] = *removal;
	return 0;
}

void past_forget_removals_before(struct past *past, int64_t before_s)
{
	size_t old = 0;
	while (old < past->removal_count && past->removals[old].at_s < before_s)
		old++;
	if (old == 0)
		return;
	past->removal_count -= old;
	memmove(past->removals, past->removals + old, past->removal_count * sizeof(*past->removals));
}

static uint32_t find_ambiguity(const struct past *past, const struct uuid *first)
{
	return map_find(&past->ambiguities_by_first, past->ambiguities, uuid_hash(first), first);
}

/* A whole directory may be there twice: nobody is looked for among all of them. */
const struct past_ambiguity *past_ambiguity(const struct past *past, const struct uuid *first)
{
	uint32_t at = find_ambiguity(past, first);
	return at != MAP_NONE && past->ambiguities[at].since_s != 0 ? &past->ambiguities[at] : NULL;
}

int past_set_ambiguity(struct past *past, const struct uuid *first, int64_t since_s)
{
	uint32_t at = find_ambiguity(past, first);
	if (at != MAP_NONE || since_s == 0) {
		if (at != MAP_NONE)
			past->ambiguities[at].since_s = since_s;
		return 0;
	}
	if (make_room(&past->ambiguities, &past->ambiguity_capacity, past->ambiguity_count,
		      sizeof(*past->ambiguities)) < 0)
		return ERR_NOMEM;
	past->ambiguities[past->ambiguity_count] = (struct past_ambiguity){*first, since_s};
	if (map_add(&past->ambiguities_by_first, past->ambiguities, uuid_hash(first), (uint32_t)past->ambiguity_count) <
	    0)
		return ERR_NOMEM;
	past->ambiguity_count++;
	return 0;
}

static uint32_t find_grantor(const struct past *past, const struct past_grantor *wanted)
{
	return map_find(&past->grantors_by_key, past->grantors, grantor_key(wanted), wanted);
}

const struct past_grantor *past_grantor(const struct past *past, const struct uuid *person, uint32_t number,
					uint8_t role)
{
	const struct past_grantor wanted = {.person = *person, .number = number, .role = role};
	uint32_t at = find_grantor(past, &wanted);
	return at == MAP_NONE ? NULL : &past->grantors[at];
}

int past_set_grantor(struct past *past, const struct past_grantor *grantor)
{
	uint32_t at = find_grantor(past, grantor);
	if (at != MAP_NONE) {
		past->grantors[at] = *grantor;
		return 0;
	}
	if (make_room(&past->grantors, &past->grantor_capacity, past->grantor_count, sizeof(*grantor)) < 0)
		return ERR_NOMEM;
	past->grantors[past->grantor_count] = *grantor;
	if (map_add(&past->grantors_by_key, past->grantors, grantor_key(grantor), (uint32_t)past->grantor_count) < 0)
		return ERR_NOMEM;
	past->grantor_count++;
	return 0;
}

static uint32_t find_idle(const struct past *past, const struct uuid *entry)
{
	return map_find(&past->idles_by_entry, past->idles, uuid_hash(entry), entry);
}

const struct past_idle *past_idle(const struct past *past, const struct uuid *entry)
{
	uint32_t at = find_idle(past, entry);
	return at != MAP_NONE && past->idles[at].since_s != 0 ? &past->idles[at] : NULL;
}

int past_set_idle(struct past *past, const struct past_idle *idle)
{
	uint32_t at = find_idle(past, &idle->entry);
	if (at != MAP_NONE || idle->since_s == 0) {
		if (at != MAP_NONE)
			past->idles[at] = *idle;
		return 0;
	}
	if (make_room(&past->idles, &past->idle_capacity, past->idle_count, sizeof(*idle)) < 0)
		return ERR_NOMEM;
	past->idles[past->idle_count] = *idle;
	if (map_add(&past->idles_by_entry, past->idles, uuid_hash(&idle->entry), (uint32_t)past->idle_count) < 0)
		return ERR_NOMEM;
	past->idle_count++;
	return 0;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* policy_find.c - lookups in what the policy found; both lists are ascending. */
#include "core/judge.h"

#include "base/search.h"

uint32_t desired_institution_find(const struct desired *desired, uint32_t number)
{
	uint32_t at;
	LOWER_BOUND(at, 0, desired->institution_count, desired->institutions[at].number < number);
	return at < desired->institution_count && desired->institutions[at].number == number ? at : NONE;
}

const struct desired_institution *desired_institution_of(const struct desired *desired, uint32_t number)
{
	static const struct desired_institution none;
	uint32_t at = desired_institution_find(desired, number);
	return at != NONE ? &desired->institutions[at] : &none;
}

struct wanted_key {
	const struct source_snapshot *source;
	uint32_t number;
	uint8_t role;
	const struct uuid *person;
};

static int compare(const struct desired_membership *at, const struct wanted_key *key)
{
	if (at->number != key->number)
		return at->number < key->number ? -1 : 1;
	if (at->role != key->role)
		return at->role < key->role ? -1 : 1;
	return uuid_compare(&key->source->people[at->person].entry->uuid, key->person);
}

uint32_t desired_membership_find(const struct desired *desired, const struct source_snapshot *source, uint32_t number,
				 uint8_t role, const struct uuid *person)
{
	const struct wanted_key key = {source, number, role, person};
	const struct desired_membership *list = desired->memberships;
	uint32_t at;
	LOWER_BOUND(at, 0, desired->membership_count, compare(&list[at], &key) < 0);
	return at < desired->membership_count && compare(&list[at], &key) == 0 ? at : NONE;
}

static int compare_grant(const struct past_grant *at, const struct uuid *person, uint32_t number, uint8_t role)
{
	int order = uuid_compare(&at->person, person);
	if (order == 0 && at->number != number)
		order = at->number < number ? -1 : 1;
	return order != 0 ? order : at->role - role;
}

uint32_t desired_grant_find(const struct desired *desired, const struct uuid *person, uint32_t number, uint8_t role)
{
	uint32_t at;
	LOWER_BOUND(at, 0, desired->grant_count, compare_grant(&desired->grants[at], person, number, role) < 0);
	return at;
}

int grants_compare(const void *a, const void *b)
{
	const struct past_grant *left = a, *right = b;
	int order = compare_grant(left, &right->person, right->number, right->role);
	return order != 0 ? order : uuid_compare(&left->entry, &right->entry);
}

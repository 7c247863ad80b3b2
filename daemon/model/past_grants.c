/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * past_grants.c - see past.h: which source entries gave a membership. The index knows the first entry of each membership;
 * the others hang on it. Slots are never taken out, so that positions stay.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "model/past.h"

static uint64_t membership_key(const struct past_grant *grant)
{
	return map_hash(grant->person.bytes, sizeof(grant->person.bytes)) ^
	       ((uint64_t)grant->number << 8 | grant->role) * 0x9e3779b97f4a7c15u;
}

static uint64_t grant_hash(const void *items, uint32_t at)
{
	return membership_key(&((const struct past_grant *)items)[at]);
}

static bool grant_equal(const void *items, uint32_t at, const void *key)
{
	const struct past_grant *known = &((const struct past_grant *)items)[at], *wanted = key;
	return known->number == wanted->number && known->role == wanted->role &&
	       uuid_equal(&known->person, &wanted->person);
}

void past_grants_init(struct past *past)
{
	map_init(&past->grants_by_membership, grant_hash, grant_equal);
}

void past_grants_done(struct past *past)
{
	free(past->grants);
	map_done(&past->grants_by_membership);
}

static uint32_t find_membership(const struct past *past, const struct past_grant *wanted)
{
	return map_find(&past->grants_by_membership, past->grants, membership_key(wanted), wanted);
}

static uint32_t skip_gone(const struct past *past, uint32_t at)
{
	while (at != MAP_NONE && past->grants[at].gone)
		at = past->grants[at].next;
	return at;
}

uint32_t past_grant_first(const struct past *past, const struct uuid *person, uint32_t number, uint8_t role)
{
	const struct past_grant wanted = {.person = *person, .number = number, .role = role};
	return skip_gone(past, find_membership(past, &wanted));
}

uint32_t past_grant_next(const struct past *past, uint32_t at)
{
	return skip_gone(past, past->grants[at].next);
}

/* Its slot, also when it is gone. */
static uint32_t find_grant(const struct past *past, const struct past_grant *grant)
{
	uint32_t at = find_membership(past, grant);
	while (at != MAP_NONE && !uuid_equal(&past->grants[at].entry, &grant->entry))
		at = past->grants[at].next;
	return at;
}

bool past_has_grant(const struct past *past, const struct past_grant *grant)
{
	uint32_t at = find_grant(past, grant);
	return at != MAP_NONE && !past->grants[at].gone;
}

int past_set_grant(struct past *past, const struct past_grant *grant)
{
	uint32_t at = find_grant(past, grant), first = find_membership(past, grant);
	if (at != MAP_NONE) {
		past->grants[at].gone = false;
		past->grants[at].kind = grant->kind;
		return 0;
	}
	if (past->grant_count >= MAP_NONE - 1 ||
	    vec_reserve(&past->grants, &past->grant_capacity, past->grant_count + 1, sizeof(*grant)) < 0)
		return ERR_NOMEM;
	at = (uint32_t)past->grant_count;
	past->grants[at] = *grant;
	past->grants[at].gone = false;
	past->grants[at].next = first != MAP_NONE ? past->grants[first].next : MAP_NONE;
	if (first != MAP_NONE)
		past->grants[first].next = at;
	else if (map_add(&past->grants_by_membership, past->grants, membership_key(grant), at) < 0)
		return ERR_NOMEM;
	past->grant_count++;
	return 0;
}

void past_forget_grant(struct past *past, const struct past_grant *grant)
{
	uint32_t at = find_grant(past, grant);
	if (at != MAP_NONE)
		past->grants[at].gone = true;
}

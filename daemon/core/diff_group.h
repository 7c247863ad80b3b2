/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_group.h - one role group as both sides know it; between diff_walk.c, which finds the pairs, and
 * diff_group.c, which compares one. Seen by daemon/core only.
 */
#ifndef DUAAL_CORE_DIFF_GROUP_H
#define DUAAL_CORE_DIFF_GROUP_H

#include "core/diff.h"

struct keyed;

struct pair {
	uint32_t number;
	uint8_t role;
	uint32_t group;                              /* position in target groups, or NONE */
	uint32_t first, end;                         /* of desired memberships */
	const struct past_group *past;               /* NULL: not known to the ledger */
	uint32_t owned_first, owned_end, owned_next; /* in owned_order */
	struct keyed *keyed;                         /* wanted members without an entry, by key; made when needed */
	uint32_t keyed_count;
	uint32_t added; /* grants planned */
	bool restored;  /* the target's entry is older than the one last seen (58) */
};

MUST_USE int diff_pair(struct diff *diff, struct pair *pair);

#endif

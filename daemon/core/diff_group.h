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
	uint32_t
		former; /* past group of that number and role that is not there any more, NONE: the ledger knows this one */
	bool restored; /* the target's entry is older than the one last seen (58) */
	uint8_t gone;  /* it, or the institution above it, was deleted by hand: see by_hand_of */
};

MUST_USE int diff_pair(struct diff *diff, struct pair *pair);
MUST_USE int pair_remark(struct diff *diff, const struct pair *pair, enum reason reason, uint32_t person,
			 uint32_t member);
struct change pair_change(const struct pair *pair, enum change_kind kind, enum reason cause, enum reason reason);

/* ---- diff_member.c: the values of one group -------------------------------------------------------- */

/* Notes where the target's people are wanted in this group. */
void pair_mark_wanted(struct diff *diff, const struct pair *pair);
/* A group that is there: values in, out, confirmed, forgotten. */
MUST_USE int pair_walk_values(struct diff *diff, struct pair *pair);
MUST_USE int pair_remove_value(struct diff *diff, const struct pair *pair, uint32_t member,
			       const struct ending *ending);
/* Everybody wanted who is not there, also in a group that is to be made. */
MUST_USE int pair_walk_missing(struct diff *diff, struct pair *pair);

/* ---- diff_unknown.c: values that are there, not ours and not wanted ------------------------------- */

MUST_USE int pair_meet_unknown(struct diff *diff, struct pair *pair, uint32_t member, const struct owned_value *owned);

#endif

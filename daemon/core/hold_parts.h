/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hold_parts.h - what the holds on record say about the changes of a plan; between guard and hold, seen by daemon/core only.
 *
 * The newest hold that lists a change has the say. The guard asks before it counts, because what waits for a person, or was
 * rejected, does not happen and so uses up nothing; hold.c asks to write the verdict. A hold because the source went back
 * has no say about single changes: accept-source ends it as a whole.
 */
#ifndef DUAAL_CORE_HOLD_PARTS_H
#define DUAAL_CORE_HOLD_PARTS_H

#include "core/hold.h"

enum hold_say {
	WORD_NONE,
	WORD_OPEN, /* somebody is asked */
	WORD_EXPIRED, /* nobody answered in time, or it is not what it was any more (recast): asked again, in another hold */
	WORD_APPROVED, /* in time */
	WORD_REJECTED, /* and the evidence is as it was then */
};

/* Writes into each change the id of the hold that has a say in it, or 0. Nothing is looked at when there are no holds. ERR_NOMEM. */
MUST_USE int holds_find(struct plan *plan, const struct plan_input *in, int64_t now_s);
/* What that hold says. */
enum hold_say hold_word(const struct past *past, const struct change *change, int64_t now_s);

/* Does this change wait for a person, as the hold that lists it says, or did one reject it? Then it takes nothing from anybody's allowance. */
bool change_waits(const struct past *past, const struct change *change, int64_t now_s);
/* Named by an override: it passes nearly everything. */
bool change_is_exclude(const struct change *change);
/* The rule that waits for a decision about this change because the ledger is old or another scope counts; R_RULE_NONE: none. Taking
 * away is what they are about: members, what a group allows, whole entries. */
enum reason rule_covering(const struct plan_input *in, const struct guard_past *about, const struct change *change);

/* The verdict's counts, from the changes. */
void verdict_count(const struct plan *plan, const struct plan_input *in, struct guard_verdict *verdict);
/* Order of the verdict's holds: rule, number, role, id. */
int guard_hold_compare(const struct guard_hold *a, const struct guard_hold *b);

/* ---- hold_list.c: new holds ------------------------------------------------------------------------- */

/* Something that a new hold will list. */
struct fresh {
	uint32_t number; /* of the hold: institution, or 0 */
	uint16_t rule;
	uint8_t role;           /* of the hold */
	uint32_t seen, allowed; /* of the rule */
	uint32_t change;        /* position in the plan; NONE: op is filled in already, of kind 0 */
	struct hold_op op;
};

/* Makes a hold of each rule, number and role, its list ascending by id without doubles, in the arena. fresh is put in order. */
MUST_USE int holds_open(struct fresh *fresh, size_t count, const struct plan_input *in, const struct plan *plan,
			const struct guard_settings *set, int64_t now_s, struct arena *arena,
			struct guard_verdict *verdict);

/* ---- hold_back.c: because the source went back ----------------------------------------------------- */

/* Does anything that this hold lists as older still stand so? One that lists nothing of the kind: yes. */
bool hold_is_still_back(const struct past_hold *hold, const struct plan_input *in);
/* The newest open hold of this rule, or NULL. */
const struct past_hold *hold_back_open(const struct plan_input *in, int64_t now_s);
/* What is older and that neither an open nor an accepted hold lists, appended to fresh. ERR_NOMEM. */
MUST_USE int holds_find_back(const struct plan_input *in, int64_t now_s, struct fresh **fresh, size_t *count,
			     size_t *capacity);

/* ---- hold_needs.c ---------------------------------------------------------------------------------- */

/* Entries go with the grants that need them, and wait with them. ERR_NOMEM. */
MUST_USE int holds_follow_needs(struct plan *plan, const struct plan_input *in);

#endif

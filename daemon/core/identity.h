/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * identity.h - what makes a change the same change in the next cycle, and the evidence behind it.
 *
 * The id is BLAKE2b-128 over kind, institution number, role word, who (the person's source entryUUID; for a value of
 * nobody known its DN, canonical), cause and, for a grant, the reason; for a person's entry that goes, its
 * entryUUID. No position in a snapshot and no process key goes in, so
 * that it may be stored. The evidence covers what the source entries of the person and of the institution say, in whatever order; it
 * changes when either of them is changed. Pure.
 */
#ifndef DUAAL_CORE_IDENTITY_H
#define DUAAL_CORE_IDENTITY_H

#include "core/plan.h"

MUST_USE int change_identify(const struct plan_input *in, const struct change *change, struct change_id *ret);
uint64_t change_evidence(const struct plan_input *in, const struct change *change);
/* The person's source entryUUID; null when nobody known is concerned. For a removal: for whom the value was written. */
struct uuid change_who(const struct plan_input *in, const struct change *change);
/* Of something that is older at the source than what was applied (kind 0 of struct hold_op): an entry, or with who null a
 * server id of the source of this name (NULL: there is only one source). How old is not part of it. */
void back_identify(const struct uuid *who, const char *source, uint32_t sid, struct change_id *ret);
/* The line of a hold with this id, or NULL. O(log ops). */
const struct hold_op *hold_op_find(const struct past_hold *hold, const struct change_id *id);
int change_id_compare(const struct change_id *a, const struct change_id *b);

#endif

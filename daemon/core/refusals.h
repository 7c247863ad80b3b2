/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * refusals.h - everything that gives nobody access, one finding after the other, as policy_apply found it.
 *
 * Of a hundred thousand findings desired keeps the first POLICY_REFUSALS_KEPT and counts the rest. Whoever asks for all of them gets
 * them from here, worked out anew by the same judgements from what that thought was made of; nothing is stored. Pure.
 *
 * Order: refusals_begin, refusals_of for any place below refusals_places, refusals_end. Places are in the order of policy_apply:
 * institutions, people with all that is theirs, grants that are nobody's, right groups.
 */
#ifndef DUAAL_CORE_REFUSALS_H
#define DUAAL_CORE_REFUSALS_H

#include "core/policy.h"

struct refusals;

/* in and desired: of one thought, borrowed until refusals_end, as arena is. tell gets each finding, which it may not keep. ERR_NOMEM.
 * O(institutions). */
MUST_USE int refusals_begin(const struct policy_input *in, const struct desired *desired, struct arena *arena,
			    void (*tell)(void *ctx, const struct refusal *refusal), void *ctx, struct refusals **ret);
uint32_t refusals_places(const struct source_snapshot *source);
/* Tells what is found there, always in the same order. ERR_NOMEM. O(its values), and where the place is not behind the one before, O(words). */
MUST_USE int refusals_of(struct refusals *r, uint32_t place);
void refusals_end(struct refusals *r); /* NULL allowed */

/* What the finding is about, as the source has it: the date that cannot be read, the key that two claim, the value of the right, ... Empty
 * where the entry says nothing of that kind. Borrowed from the entry. */
struct text refusal_evidence(const struct policy_input *in, const struct refusal *refusal);

#endif

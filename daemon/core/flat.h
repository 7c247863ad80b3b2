/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * flat.h - flat role groups follow the role groups: what of their changes may go, once it is known what of the others may.
 *
 *   out   when no role group of that role has the person any more, as it will be after what may go
 *   in    when one of them has, or gets, the person in the same plan
 *
 * So a hold at one institution keeps somebody in the flat group who has the role nowhere else, and nobody gets into it by a grant that
 * waits. Who leaves a role group in this plan leaves the flat one in it too, whatever holds the rest of the run: an exclude or an end
 * date needs no source, and what follows from it needs none either. Only a pause stops it.
 *
 * The guard judges and counts the role groups only; a change here waits with a rule that ends by itself. Pure.
 */
#ifndef DUAAL_CORE_FLAT_H
#define DUAAL_CORE_FLAT_H

#include "core/guard.h"

/* After holds_match; rewrites verdicts and counts. ERR_NOMEM. O(members + changes). */
MUST_USE int flat_follow(struct plan *plan, const struct plan_input *in, struct guard_verdict *verdict,
			 struct err *err);

#endif

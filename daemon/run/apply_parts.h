/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply_parts.h - what the two files of apply share.
 */
#ifndef DUAAL_RUN_APPLY_PARTS_H
#define DUAAL_RUN_APPLY_PARTS_H

#include "run/apply.h"

/* Who owns the value of this change from now on: intended, being removed, or (OWNED_HELD) as the change wanted it. */
void apply_set_owned(struct apply *a, const struct change *c, uint8_t state);

/* One OUTCOME record. */
MUST_USE int apply_take_outcome(struct apply *a, const void *body, size_t len, struct err *err);

#endif

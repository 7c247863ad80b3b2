/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply_parts.h - what the two files of apply share.
 */
#ifndef DUAAL_RUN_APPLY_PARTS_H
#define DUAAL_RUN_APPLY_PARTS_H

#include "run/apply.h"

/* One OUTCOME record. */
MUST_USE int apply_take_outcome(struct apply *a, const void *body, size_t len, struct err *err);

/* Without an outcome: the next chunk was not sent, which the ledger is told; what is left of the sent one is unknown, which the
 * ledger knows by itself. */
MUST_USE int apply_take_unsent(struct apply *a, struct err *err);
void apply_take_unknown(struct apply *a);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * details_verify.h - do the texts in the side tables fit the commitments in the chain?
 *
 * The other half of chain_verify: a name, a reason or a list that was changed is noticed, one that went (forgotten, or
 * old) is not missed. What people decided and is in force (holds, freezes, undone cycles, hand edits) must have its
 * decision in the chain. Not covered: the display name in "people", which follows the directory, and the rest of the state.
 */
#ifndef DUAAL_LEDGER_DETAILS_VERIFY_H
#define DUAAL_LEDGER_DETAILS_VERIFY_H

#include "ledger/db.h"

/* 0, or ERR_INVALID with a sentence that names the first row that does not fit. O(rows of the side tables). */
MUST_USE int details_verify(struct db *db, struct err *err);

#endif

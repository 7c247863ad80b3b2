/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * look.h - one look, for duaalsyncd --plan: what the ledger remembers, a whole read of both directories, the second question, a thought.
 *
 * As a cycle does it up to where it would write; there is nothing here to write with. The ledger is opened for reading only, and where there
 * is none nothing is remembered; duaal-target is told that it may not write. Helpers are children of this process. Beside a daemon that
 * works with the same ledger it is another reader. An incomplete read is no plan.
 *
 * Order: look_new, then the loop; done is called once from there; look_free.
 */
#ifndef DUAAL_RUN_LOOK_H
#define DUAAL_RUN_LOOK_H

#include "run/run.h"

struct look;

struct look_result {
	const struct view *view; /* NULL: there is no plan, and err says why */
	struct err err;
	struct err question; /* code 0, or why single people could not be asked for: they are held as doubtful */
	bool no_ledger;      /* there is none: what is found is adopted, as at first contact */
	bool unsettled;      /* the last cycle on record has not ended: what became of its writes is not on record */
};

/* config: borrowed until look_free. result: valid during done. */
MUST_USE int look_new(sd_event *loop, const struct run_config *config,
		      void (*done)(void *ctx, const struct look_result *result), void *ctx, struct look **ret,
		      struct err *err);
struct look *look_free(struct look *look); /* NULL allowed; returns NULL */

#endif

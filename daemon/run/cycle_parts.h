/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_parts.h - what the files of one cycle share: its events and the steps between them. Private to cycle*.c.
 */
#ifndef DUAAL_RUN_CYCLE_PARTS_H
#define DUAAL_RUN_CYCLE_PARTS_H

#include "run/state.h"

#define CYCLE_ROUNDS_MAX 3 /* of conflicts: after that the next cycle goes on */

/* Whose a commit is. 0: the cycle's end; those of apply count from 1. */
#define TOKEN_AUTHORS 0x40000000u /* nobody waits for it */
#define TOKEN_ORDER   0x80000000u /* and the order's number */

/* cycle.c */
void cycle_set_phase(struct run *run, enum run_phase phase);
void cycle_fail(struct run *run, const struct err *why); /* the first failure is the cycle's */
void cycle_take_source(struct run *run);                 /* the newest snapshot becomes the run's */

void cycle_look(struct run *run,
		const struct err *why); /* the ledger failed before it gave the cycle a number: only looks */

/* cycle_turn.c */
void cycle_next(struct run *run, void (*step)(struct run *run)); /* after whoever asks meanwhile was answered */
void cycle_drop_next(struct run *run);

/* cycle_think.c */
void cycle_think(struct run *run);
void cycle_think_blind(struct run *run);

/* cycle_ask.c */
bool cycle_ask(struct run *run);                          /* true: an answer will come, and then cycle_think */
void cycle_asked(struct run *run, const struct err *why); /* the answer has come, or will not */

/* cycle_close.c */
void cycle_close(struct run *run);
void cycle_end(struct run *run);
/* Without a word of the ledger: it failed, or it was never asked. */
void cycle_give_up(struct run *run, const char *result, const struct err *why);
void cycle_committed(void *ctx, uint32_t token);
void cycle_ledger_failed(void *ctx, const struct err *why);
void cycle_ledger_drained(void *ctx);
void cycle_sync_written(void *ctx);
void cycle_authors_told(void *ctx, const struct err *why);

/* cycle_remember.c */
MUST_USE int cycle_remember(struct run *run, struct err *err); /* after the facts, before the cycle's end */
void cycle_head(void *ctx, const struct ledger_head *head);

#endif

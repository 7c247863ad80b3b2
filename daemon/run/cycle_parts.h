/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_parts.h - what the files of one cycle share: its events and the steps between them. Private to cycle*.c.
 */
#ifndef DUAAL_RUN_CYCLE_PARTS_H
#define DUAAL_RUN_CYCLE_PARTS_H

#include "run/state.h"

/* cycle.c */
void cycle_set_phase(struct run *run, enum run_phase phase);
void cycle_fail(struct run *run, const struct err *why); /* the first failure is the cycle's */
void cycle_take_source(struct run *run);                 /* the reader's new snapshot becomes the run's */
void cycle_think(struct run *run);

/* cycle_ask.c */
bool cycle_ask(struct run *run); /* true: an answer will come, and then cycle_think */
void cycle_second_read_ended(struct run *run, const struct err *why);

/* cycle_close.c */
void cycle_close(struct run *run);
void cycle_end(struct run *run);
/* Without a word of the ledger: it failed, or it was never asked. */
void cycle_give_up(struct run *run, const char *result, const struct err *why);
void cycle_committed(void *ctx, uint32_t token);
void cycle_ledger_failed(void *ctx, const struct err *why);
void cycle_ledger_drained(void *ctx);
void cycle_sync_written(void *ctx);

#endif

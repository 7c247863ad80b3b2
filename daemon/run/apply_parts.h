/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply_parts.h - what the files of apply share: apply.c sends, apply_outcome.c hears, apply_note.c remembers what did not go through.
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

/* ---- what did not go through (apply_note.c) ---- */

void apply_notes_init(struct apply *a);
void apply_notes_done(struct apply *a);
void apply_notes_begin(struct apply *a);       /* a cycle: of what was known, suspects remain */
void apply_notes_begin_round(struct apply *a); /* forgives, where there is a reason to */
bool apply_has_suspects(const struct apply *a);

/* For compose. What they say of a change that was composed stays so until its outcome is settled. */
bool apply_leaves_alone(void *ctx, uint32_t change);
uint32_t apply_most(void *ctx, uint32_t change);

/* Call these after the outcome was settled. Refused: true when it comes again in parts; false: it is left alone in this cycle.
 * Waits: what needs it is left alone in this round. Went through: no suspect any more. */
bool apply_note_refused(struct apply *a, const struct operation *op);
void apply_note_waits(struct apply *a, uint32_t change);
void apply_note_went_through(struct apply *a, uint32_t change);

#endif

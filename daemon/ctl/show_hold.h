/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * show_hold.h - one hold: in a few lines, or with everything that a decision is made from.
 */
#ifndef DUAAL_CTL_SHOW_HOLD_H
#define DUAAL_CTL_SHOW_HOLD_H

#include "ctl/command.h"

bool hold_is_open(const json_t *hold); /* it has an id, and nobody has decided it */
/* "12-3f9a2b"; "(no number yet)" where people decide it and it has none; "" where nobody does. */
const char *hold_label(const json_t *hold);

/* "12-3f9a2b  30569 Atheneum: SENTENCE (5 seen, 3 allowed)"; the numbers only where the rule allows any */
void show_hold_sentence(struct ctl *ctl, const json_t *hold);
/* By whom it was decided, when and why; nothing for an open one. */
void show_hold_decision(struct ctl *ctl, const json_t *hold, long long now);
/* The commands that decide it, with its whole id; look: also the one that shows its evidence. Nothing where there is nothing to decide. */
void show_hold_commands(struct ctl *ctl, const json_t *hold, bool look);

/* The reply of Hold. */
int show_hold_evidence(struct ctl *ctl, const struct invocation *in, const json_t *reply);

#endif

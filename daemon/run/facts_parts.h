/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * facts_parts.h - the stages of facts_tell that are in facts_decided.c, and what they share; private to run/.
 *
 * Each tells one fact, by its position in its stage. Those of drift and directives have one position more than there are items,
 * so that forgetting what is over has its turn when there are none.
 */
#ifndef DUAAL_RUN_FACTS_PARTS_H
#define DUAAL_RUN_FACTS_PARTS_H

#include "run/facts.h"

MUST_USE int facts_drift(struct facts *f, uint32_t i, struct err *err);
MUST_USE int facts_directive(struct facts *f, uint32_t i, struct err *err);
MUST_USE int facts_hold_ended(struct facts *f, uint32_t i, struct err *err);
MUST_USE int facts_hold_opened(struct facts *f, uint32_t i, struct err *err);

/* A hand edit into ledger and past, with the value that it is about. Only ledger, past and thought of f are used. */
MUST_USE int facts_set_drift(const struct facts *f, const struct past_drift *drift, struct err *err);
/* The value that a hand edit is about, as it stands in the group or as it would; nothing where it is about none. */
void facts_put_value(const struct thought *t, const struct past_drift *drift, struct buf *out);
/* The position in members of the value with this key in the group, or NONE. */
uint32_t facts_member_of(const struct target_snapshot *s, const struct target_group *group, uint64_t key);

#endif

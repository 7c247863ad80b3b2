/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hold.h - what people decided, laid over the guard's verdict: approved runs, rejected stays, new doubt forms a new hold.
 *
 * Called once after guard_judge with the same inputs; rewrites verdicts, counts and holds.
 *
 *   the change is listed in              guard said hold          guard said go
 *   an approved hold                     go (approved)            go
 *   a rejected one, evidence as then     hold (rejected)          hold (rejected)
 *   a rejected one, evidence changed     a new hold               a new hold, where its rule is one that a person ends
 *   an open one                          that hold                that hold, where its rule is one that a person ends
 *   none                                 a new hold               go
 *
 * A rule that a person ends: count, institution-count, group-emptied, group-halved, institution-lost, shrunken,
 * scope-changed, grants, dates-moved, ledger-old. The excess of a mass removal does not trickle away by itself on the
 * following days, nor when the hold expires: then it forms a new one. Never decided here: refused changes; frozen,
 * paused, grace and source-unread, which end by themselves; and approval does not lift source-went-back, which is ended by
 * accept-source. New holds: one for each rule and institution (0 for rules over the whole). Where several list a change, the
 * newest has the say. An exclude is not bound by what was listed before there was an exclude.
 *
 * A hold because the source went back also lists the entries and server ids that went back, with kind 0 (struct hold_op); while
 * one is open, changes that come along wait under it, and only something more that is older makes another one.
 * A hold is over when nothing that it lists, and that it still has a say in, is in the plan any more (or all of that goes by itself); an open, approved or
 * accepted one is also over when it expires, a rejected one lasts until the evidence behind what it lists has changed. While the
 * source is older than what was applied, none is over for what that source wants; and an open one does not expire while what it lists
 * is frozen or paused, since nobody is asked again then. What is frozen while the scope changes is asked about all the same.
 * A removal that an open or rejected hold of a sticky rule lists for another cause is not what was listed: it is asked about anew.
 *
 * Entries follow the grants that need them: approving a grant lets its person, group and institution be made, and what only
 * held grants need waits with them. Pure; O(changes log ops).
 */
#ifndef DUAAL_CORE_HOLD_H
#define DUAAL_CORE_HOLD_H

#include "core/guard.h"

MUST_USE int holds_match(struct plan *plan, const struct plan_input *in, const struct guard_settings *set,
			 const struct guard_past *past, int64_t now_s, struct arena *arena,
			 struct guard_verdict *verdict, struct err *err);

#define HOLD_EXPIRES_SOON_S 86400 /* an open hold is told once more so long before it expires */

bool rule_is_decided(enum reason rule); /* by approve and reject; not source-went-back: that is accept-source */
/* Are the memberships that stand now the state that later removals are measured against? Yes, unless the brake itself holds
 * something: what waits for long by its nature (hand edits, doubt about one person, a freeze, a rejection) is part of that
 * state, or one undecided hand edit would keep every baseline where it is. */
bool plan_is_released(const struct plan *plan, const struct past *past);
bool rule_is_sticky(enum reason rule); /* a rule that a person ends, see above */

/* For a rejection: the evidence behind what the hold lists as it is now, so that the rejection lasts from now on. plan as it
 * came from holds_match, hold a copy with a list of its own. ERR_NOMEM. */
MUST_USE int hold_renew_evidence(const struct plan *plan, const struct plan_input *in, struct past_hold *hold);

/* "12-3f9a2b": number and the first six digits of the digest. */
#define HOLD_NAME_SIZE 20
const char *hold_name(const struct past_hold *hold, char out[HOLD_NAME_SIZE]);
/* Digest of the list: ids in ascending order. */
void hold_digest(const struct hold_op *ops, uint32_t count, uint8_t ret[32]);

#endif

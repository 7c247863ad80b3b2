/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store.h - what the planner tells the ledger, stored; and told again after a start.
 *
 * Order: store_open; store_load any time; store_begin_cycle, then intents with a store_commit before their writes go,
 * outcomes and facts, store_end_cycle. Everything between two commits is one transaction. After any error the store is
 * only good for store_close, which keeps nothing of the open transaction. What intents and outcomes do to ownership:
 * wire/ledger_message.h.
 */
#ifndef DUAAL_LEDGER_STORE_H
#define DUAAL_LEDGER_STORE_H

#include "wire/ledger_message.h"

struct store;
struct db;
struct roles;

MUST_USE int store_open(const struct ledger_settings *settings, struct store **ret, struct err *err);
struct store *store_close(struct store *store);             /* NULL allowed; returns NULL */
const struct roles *store_roles(const struct store *store); /* borrowed */
struct db *store_db(struct store *store);                   /* borrowed */

/* Both commit. Beginning a cycle while one is open, or ending another one than the open one: ERR_PROTOCOL. */
MUST_USE int store_begin_cycle(struct store *store, const struct cycle_summary *cycle, uint32_t *ret_id,
			       struct err *err);
MUST_USE int store_end_cycle(struct store *store, const struct cycle_end *end, struct err *err);

/* Returns when everything so far is on disk (one fsync). */
MUST_USE int store_commit(struct store *store, struct err *err);

/* Within a cycle. */
MUST_USE int store_intent(struct store *store, const struct intent *intent, struct err *err);
MUST_USE int store_outcome(struct store *store, const struct change_outcome *outcome, struct err *err);
/* What became of a change of an earlier cycle, of which nobody told: group, number, role and source name it, state says what a read of the
 * target showed. Nothing where there is none, or more than one value of that person. */
MUST_USE int store_write_seen(struct store *store, const struct owned_record *seen, struct err *err);

MUST_USE int store_set_group(struct store *store, const struct past_group *group, struct err *err);
MUST_USE int store_set_owned(struct store *store, const struct owned_record *owned, struct err *err);
MUST_USE int store_forget_owned(struct store *store, const struct owned_record *owned, struct err *err);
MUST_USE int store_set_seen(struct store *store, const struct seen_entry *seen, struct err *err);
MUST_USE int store_add_removal(struct store *store, const struct past_removal *removal, struct err *err);
MUST_USE int store_set_ambiguity(struct store *store, const struct past_ambiguity *ambiguity, struct err *err);
MUST_USE int store_set_clock(struct store *store, const struct past_clock *clock, struct err *err);
MUST_USE int store_set_idle(struct store *store, const struct past_idle *idle, struct err *err);
MUST_USE int store_set_grant(struct store *store, const struct past_grant *grant, struct err *err);
MUST_USE int store_forget_grant(struct store *store, const struct past_grant *grant, struct err *err);
MUST_USE int store_set_grantor(struct store *store, const struct past_grantor *grantor, struct err *err);

/* What people decided; within a cycle or outside. store_set_hold stores the list of a hold that is new, later only its
 * state; each new state is a row of the chain. A pin is named by person, number and role. */
MUST_USE int store_set_hold(struct store *store, const struct past_hold *hold, struct err *err);
MUST_USE int store_set_freeze(struct store *store, const struct past_freeze *freeze, struct err *err);
MUST_USE int store_forget_freeze(struct store *store, uint32_t id, struct err *err);
MUST_USE int store_set_pin(struct store *store, const struct past_pin *pin, struct err *err);
MUST_USE int store_forget_pin(struct store *store, const struct past_pin *pin, struct err *err);
MUST_USE int store_set_directive(struct store *store, const struct past_directive *directive, struct err *err);
MUST_USE int store_forget_directive(struct store *store, const struct uuid *uuid, struct err *err);
MUST_USE int store_set_drift(struct store *store, const struct drift_record *drift, struct err *err);
MUST_USE int store_forget_drift(struct store *store, uint32_t id, struct err *err);

/* Commits, together with whatever was said before it (I19). The end of a decision commits outside of a cycle; of one
 * that was never recorded, or that has ended: ERR_PROTOCOL. */
MUST_USE int store_decide(struct store *store, const struct decision *decision, uint32_t *ret_id, struct err *err);
MUST_USE int store_end_decision(struct store *store, const struct decision_end *end, struct err *err);

/* Takes everything that names this person out of the side tables and commits; the chain stays as it is. What the person
 * has now stays known as ours. ret_rows: how many, 0 when nothing here named the person. ERR_PROTOCOL within a cycle,
 * whose outcomes need the names. O(everything). */
MUST_USE int store_forget_person(struct store *store, struct text vo_id, uint32_t *ret_rows, struct err *err);

/* The last row of the chain, also one that is not committed yet. */
void store_head(const struct store *store, struct ledger_head *ret);

/* Calls sink with each record of a LOAD's answer in its order, LEDGER_LOADED last. body is valid during the call; an
 * error of sink ends the load and is returned. O(everything). */
typedef int load_sink(void *ctx, uint16_t type, const struct buf *body, struct err *err);
MUST_USE int store_load(struct store *store, load_sink *sink, void *ctx, struct err *err);

#endif

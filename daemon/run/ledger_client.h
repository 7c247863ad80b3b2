/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ledger_client.h - the planner's side of the ledger: what was remembered comes in once, what happens goes out in order.
 *
 * Order: ledger_client_load; then cycles of begin, any number of (intent..., commit), outcomes and facts, end. If the ledger fails,
 * failed() is called once, nothing may be written to a directory, and the next ledger_client_load starts over with a new helper.
 *
 * duaal-ledger ends itself when it makes no progress. One that cannot even do that (stopped, or asleep in its disk) has failed, too,
 * when it owes an answer and says nothing for four times its deadline.
 */
#ifndef DUAAL_RUN_LEDGER_CLIENT_H
#define DUAAL_RUN_LEDGER_CLIENT_H

#include "model/past.h"
#include "run/client.h"
#include "run/pending.h"
#include "wire/ledger_message.h"

struct ledger_events {
	void *ctx;
	void (*loaded)(void *ctx);
	void (*cycle)(void *ctx, const struct cycle_summary *cycle); /* during a load, oldest first */
	void (*begun)(void *ctx, uint32_t cycle);
	void (*committed)(void *ctx, uint32_t token); /* 0: the cycle's end */
	void (*decided)(void *ctx, uint32_t decision);
	void (*forgotten)(void *ctx, uint32_t rows);             /* 0: nothing there named the person */
	void (*head)(void *ctx, const struct ledger_head *head); /* before committed(0); may be NULL */
	void (*failed)(void *ctx, const struct err *why);
};

struct ledger_client {
	struct client client;
	struct ledger_events events;
	struct past loading;    /* filled by a load; taken with ledger_client_take */
	struct pending pending; /* of the last load and of apply, until told */
	bool loaded;
	struct buf scratch;
	uint64_t told;          /* how often something was put: while it stands still, so does what the past knows */
	struct buf hello_again; /* after the first load: the file must be there, none is made in its place */
	uint32_t awaited;       /* answers */
	uint64_t heard, patience_us;
	uint64_t watched; /* heard, when the watch began its last round */
	sd_event_source *watch;
};

void ledger_client_init(struct ledger_client *l, sd_event *loop, const struct helper_place *place,
			const struct ledger_settings *set, const struct ledger_events *events);
void ledger_client_done(struct ledger_client *l);

MUST_USE int ledger_client_load(struct ledger_client *l, struct err *err);
void ledger_client_take(struct ledger_client *l, struct past *past); /* in loaded(): replaces what past held */
void ledger_client_drop(struct ledger_client *l);                    /* after an error from one of the calls below */
MUST_USE int ledger_client_begin(struct ledger_client *l, const struct cycle_summary *cycle, struct err *err);
MUST_USE int ledger_client_intent(struct ledger_client *l, const struct intent *intent, struct err *err);
MUST_USE int ledger_client_commit(struct ledger_client *l, uint32_t token, struct err *err);
MUST_USE int ledger_client_outcome(struct ledger_client *l, const struct change_outcome *outcome, struct err *err);
MUST_USE int ledger_client_end(struct ledger_client *l, const struct cycle_end *end, struct err *err);

/* Facts, in the open transaction. */
MUST_USE int ledger_client_group(struct ledger_client *l, const struct past_group *group, struct err *err);
MUST_USE int ledger_client_owned(struct ledger_client *l, const struct owned_record *owned, struct err *err);
/* What became of a write of which nobody told; see store_write_seen. */
MUST_USE int ledger_client_write_seen(struct ledger_client *l, const struct owned_record *seen, struct err *err);
MUST_USE int ledger_client_forget(struct ledger_client *l, const struct owned_record *owned, struct err *err);
MUST_USE int ledger_client_seen(struct ledger_client *l, const struct seen_entry *seen, struct err *err);
MUST_USE int ledger_client_removal(struct ledger_client *l, const struct past_removal *removal, struct err *err);
MUST_USE int ledger_client_clock(struct ledger_client *l, const struct past_clock *clock, struct err *err);
MUST_USE int ledger_client_idle(struct ledger_client *l, const struct past_idle *idle, struct err *err);
MUST_USE int ledger_client_ambiguity(struct ledger_client *l, const struct past_ambiguity *ambiguity, struct err *err);
MUST_USE int ledger_client_grant(struct ledger_client *l, const struct past_grant *grant, struct err *err);
MUST_USE int ledger_client_forget_grant(struct ledger_client *l, const struct past_grant *grant, struct err *err);
MUST_USE int ledger_client_grantor(struct ledger_client *l, const struct past_grantor *grantor, struct err *err);
MUST_USE int ledger_client_hold(struct ledger_client *l, const struct past_hold *hold, struct err *err);
MUST_USE int ledger_client_freeze(struct ledger_client *l, const struct past_freeze *freeze, struct err *err);
MUST_USE int ledger_client_thaw(struct ledger_client *l, uint32_t id, struct err *err);
MUST_USE int ledger_client_pin(struct ledger_client *l, const struct past_pin *pin, struct err *err);
MUST_USE int ledger_client_unpin(struct ledger_client *l, const struct past_pin *pin, struct err *err);
MUST_USE int ledger_client_directive(struct ledger_client *l, const struct past_directive *directive, struct err *err);
MUST_USE int ledger_client_forget_directive(struct ledger_client *l, const struct uuid *uuid, struct err *err);
MUST_USE int ledger_client_drift(struct ledger_client *l, const struct drift_record *drift, struct err *err);
MUST_USE int ledger_client_forget_drift(struct ledger_client *l, uint32_t id, struct err *err);

/* Orders: on record, and sent off at once. decided() or forgotten() answers, in order. Outside of a cycle what follows a decision
 * is committed with ledger_client_commit. */
MUST_USE int ledger_client_decide(struct ledger_client *l, const struct decision *decision, struct err *err);
MUST_USE int ledger_client_decision_end(struct ledger_client *l, const struct decision_end *end, struct err *err);
MUST_USE int ledger_client_forget_person(struct ledger_client *l, struct text vo_id, struct err *err);

/* Is so much waiting that the caller should go on at the client's drained()? */
bool ledger_client_is_full(const struct ledger_client *l);

#endif

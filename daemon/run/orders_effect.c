/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * orders_effect.c - what an order changes in what the past knows, and in the ledger's open transaction; and the sentence about it.
 * Everything was checked just before (orders_check.c). See orders_parts.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "run/facts_parts.h"
#include "run/host_clock.h"
#include "run/orders_parts.h"

/* ---- when ---------------------------------------------------------------------------------------- */

/* An exclude passes a freeze and an unread source. */
const char *order_waits(const struct run *run, uint32_t number, bool exclude)
{
	const struct past_freeze *freeze = past_frozen(&run->past, number, clock_wall_s());
	if (freeze != NULL && freeze->pause)
		return N_("as soon as the daemon is not paused any more");
	if (exclude)
		return NULL;
	if (freeze != NULL)
		return N_("as soon as the institution is not frozen any more");
	return run->thought.plan_input.source_stale ? N_("as soon as the source can be read") : NULL;
}

/* What was allowed goes now, unless it has to wait for something else. */
const char *order_goes(const struct run *run, uint32_t number)
{
	const char *waits = order_waits(run, number, false);
	return tr(waits != NULL ? waits : N_("now"));
}

/* ---- freezes ------------------------------------------------------------------------------------- */

/* A number that neither directory shows may be a slip of the finger: then what was meant to stand still does not. */
static const char *nobody_there(const struct run *run, uint32_t number)
{
	const struct thought *t = &run->thought;
	if (number == 0 || !thought_is_whole(t) || desired_institution_find(t->desired, number) != NONE ||
	    target_institution_by_number(run->target, number) != NONE)
		return "";
	return tr("; but neither directory shows it: is the number right?");
}

static const char *without_end(bool ends)
{
	return ends ? "" : tr(" until somebody ends it");
}

/* What goes on in a freeze does not in a pause. */
static const char *but_paused(const struct run *run)
{
	const struct past_freeze *first = past_frozen(&run->past, 0, clock_wall_s());
	return first != NULL && first->pause ? tr("; but until the daemon is resumed nothing changes at all, by end "
						  "dates and excludes neither")
					     : "";
}

static void say_frozen(const struct run *run, struct given *g, const struct past_freeze *old, bool ends)
{
	bool still = old != NULL;
	if (g->order.kind == ORDER_PAUSE)
		order_say(g,
			  still ? N_("the daemon is still paused: nobody's access changes%s")
				: N_("the daemon is paused: nobody's access changes%s"),
			  without_end(ends));
	else if (g->order.number == 0)
		order_say(g,
			  still ? N_("all institutions are still frozen%s%s") : N_("all institutions are frozen%s%s"),
			  without_end(ends), but_paused(run));
	else
		order_say(g, still ? N_("institution %u is still frozen%s%s%s") : N_("institution %u is frozen%s%s%s"),
			  g->order.number, without_end(ends), nobody_there(run, g->order.number), but_paused(run));
}

static int set_freeze(struct run *run, struct given *g, struct err *err)
{
	const struct past_freeze *old = order_freeze(run, g);
	bool pause = g->order.kind == ORDER_PAUSE;
	const struct past_freeze freeze = {.id = old != NULL ? old->id : run->past.next_freeze,
					   .number = pause ? 0 : g->order.number,
					   .pause = pause,
					   .by = (uint32_t)g->order.uid,
					   .since_s = clock_wall_s(),
					   .until_s = g->order.until_s != 0 ? g->order.until_s : INT64_MAX,
					   .said = (char *)g->order.reason};
	say_frozen(run, g, old, g->order.until_s != 0);
	g->result.until_s = g->order.until_s;
	if (past_set_freeze(&run->past, &freeze) < 0)
		return err_nomem(err);
	return ledger_client_freeze(&run->ledger, &freeze, err);
}

static uint32_t count_freezes(const struct past *past, bool pause)
{
	uint32_t n = 0;
	for (size_t i = 0; i < past->freeze_count; i++)
		n += past->freezes[i].pause == pause;
	return n;
}

static int end_freeze(struct run *run, struct given *g, struct err *err)
{
	uint32_t id = order_freeze(run, g)->id;
	past_forget_freeze(&run->past, id);
	const bool frozen = count_freezes(&run->past, false) > 0, paused = count_freezes(&run->past, true) > 0;
	if (g->order.kind == ORDER_RESUME)
		order_say(g, "the daemon works again%s",
			  frozen ? tr("; what is frozen stays so: duaalctl status lists it") : "");
	else if (g->order.number != 0)
		order_say(g, "institution %u is not frozen any more%s", g->order.number,
			  past_frozen(&run->past, g->order.number, clock_wall_s()) != NULL
				  ? tr(" by itself, but all of them are, or the daemon is paused")
				  : "");
	else
		order_say(g, "the freeze of all institutions has ended%s",
			  paused   ? tr(", but the daemon is paused: duaalctl resume ends that")
			  : frozen ? tr("; duaalctl status lists those that are frozen by themselves")
				   : "");
	return ledger_client_thaw(&run->ledger, id, err);
}

/* ---- the others ---------------------------------------------------------------------------------- */

static int undo_drift(struct run *run, struct given *g, struct err *err)
{
	const struct facts about = {.ledger = &run->ledger, .past = &run->past, .thought = &run->thought};
	struct past_drift drift = *past_drift(&run->past, g->order.id);
	drift.decision = DRIFT_UNDO;
	g->result.covered = 1;
	order_say(g, "hand edit %u is put right %s", drift.id, order_goes(run, drift.number));
	return facts_set_drift(&about, &drift, err);
}

static int set_pins(struct run *run, struct given *g, struct err *err)
{
	int e = 0;
	for (uint32_t i = 0; i < g->pin_count && e == 0; i++) {
		if (past_set_pin(&run->past, &g->pins[i]) < 0)
			return err_nomem(err);
		e = ledger_client_pin(&run->ledger, &g->pins[i], err);
	}
	return e;
}

static int undo(struct run *run, struct given *g, struct err *err)
{
	g->result.covered = g->pin_count;
	g->result.items = g->left;
	g->result.item_count = g->left_count;
	g->result.until_s = g->order.until_s;
	if (g->asked_count == 0)
		order_say(g,
			  "cycle %u is undone, through the guard; memberships that go back and stay so: %u; changed "
			  "since and left alone: %u",
			  g->order.id, g->pin_count, g->left_count);
	else
		order_say(g,
			  "cycle %u is undone, through the guard; memberships that go back and stay so: %u, of which "
			  "%u if the source, which is asked, still shows the person; changed since and left alone: %u",
			  g->order.id, g->pin_count, g->asked_count, g->left_count);
	return set_pins(run, g, err);
}

/* As if their time were over, whatever the clock does: the next cycle that knows what the source says takes them off the record. */
static int redo(struct run *run, struct given *g, struct err *err)
{
	const int64_t now_s = clock_wall_s();
	uint32_t ended = 0;
	int e = 0;
	for (size_t i = 0; i < run->past.pin_count && e == 0; i++) {
		struct past_pin *pin = &run->past.pins[i];
		if (pin->cycle != g->order.id || pin->until_s <= now_s)
			continue;
		pin->until_s = 0;
		ended++;
		e = ledger_client_pin(&run->ledger, pin, err);
	}
	order_say(g,
		  "the undo of cycle %u is over; memberships about which the source decides again, through the guard: "
		  "%u",
		  g->order.id, ended);
	return e;
}

/* An entry is not there any more: it is forgotten, so that nothing is held for it. */
static int forget_vanished(struct run *run, struct given *g, struct err *err)
{
	order_say(g, "the entry is gone already; it is forgotten, and what follows from that goes on");
	return order_forget_directives(run, g, err);
}

static int accept_clock(struct run *run, struct given *g, struct err *err)
{
	char time[CLOCK_TEXT_SIZE];
	order_say(g, "the clock of this machine is right: dates go by it again, from %s on",
		  clock_format(clock_host_s(), time));
	return host_clock_accept(run, err);
}

int order_take_effect(struct run *run, struct given *g, struct err *err)
{
	switch (g->order.kind) {
	case ORDER_APPROVE:
	case ORDER_REJECT:
	case ORDER_ACCEPT_SOURCE: return order_decide_hold(run, g, err);
	case ORDER_FREEZE:
	case ORDER_PAUSE: return set_freeze(run, g, err);
	case ORDER_THAW:
	case ORDER_RESUME: return end_freeze(run, g, err);
	case ORDER_ACCEPT_CLOCK: return accept_clock(run, g, err);
	case ORDER_DRIFT_UNDO: return undo_drift(run, g, err);
	case ORDER_UNDO: return undo(run, g, err);
	case ORDER_REDO: return redo(run, g, err);
	case ORDER_UNREQUEST:
	case ORDER_UNPIN: return forget_vanished(run, g, err);
	case ORDER_SYNC: order_say(g, "a cycle begins"); return 0;
	default: return err_set(err, ERR_INVALID, "order %d takes no effect in memory", (int)g->order.kind);
	}
}

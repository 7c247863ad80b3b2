/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * news.c - what happens in words, for whoever watches over the socket (control_tell). Each function is called when it has happened, and
 * costs a few formatted bytes where nobody watches.
 */
#include <stdio.h>

#include "base/language.h"
#include "core/hold.h"
#include "run/orders_parts.h"
#include "run/state.h"

static void tell(struct run *run, const struct control_event *event)
{
	if (run->control != NULL)
		control_tell(run->control, event);
}

/* ---- a cycle ------------------------------------------------------------------------------------- */

static const char *sentence_of_reading(const struct run *run)
{
	return run->cycle.rounds > 0 ? N_("the application's directory is read again: it proves what was written")
				     : N_("the directories are read");
}

static const char *sentence_of_phase(const struct run *run, enum run_phase phase)
{
	switch (phase) {
	case RUN_IDLE: return N_("nothing to do until the next cycle");
	case RUN_STARTING: return N_("the ledger is loaded");
	case RUN_READING: return sentence_of_reading(run);
	case RUN_ASKING: return N_("the source is asked about people whom it did not show");
	case RUN_THINKING: return N_("what should be is compared with what is");
	case RUN_RECORDING: return N_("what came of it goes on record");
	case RUN_APPLYING: return N_("changes are written, revocations first");
	case RUN_STOPPING: return N_("the daemon is stopping");
	}
	return "";
}

void news_phase(struct run *run)
{
	enum run_phase phase = run->stopping ? RUN_STOPPING : run->cycle.phase;
	const struct control_event event = {
		.type = EVENT_PHASE, .code = run_phase_name(phase), .sentence = sentence_of_phase(run, phase)};
	tell(run, &event);
}

void news_cycle_begun(struct run *run)
{
	const struct cycle_summary *c = &run->cycle.summary;
	struct saying sentence = {0};
	const struct control_event event = {
		.type = EVENT_CYCLE_BEGUN, .code = c->trigger, .saying = &sentence, .summary = c};
	if (c->id == 0)
		saying_put(&sentence, "a cycle begins that only looks, because the ledger failed (%s)", tr(c->trigger));
	else if (c->trigger_uid != UINT32_MAX)
		saying_put(&sentence, "cycle %u begins (%s, uid %u)", c->id, tr(c->trigger), c->trigger_uid);
	else
		saying_put(&sentence, "cycle %u begins (%s)", c->id, tr(c->trigger));
	tell(run, &event);
}

void news_cycle_ended(struct run *run, const struct saying *sentence)
{
	const struct cycle_summary *c = &run->cycle.summary;
	const struct control_event event = {
		.type = EVENT_CYCLE_ENDED, .code = c->result, .saying = sentence, .summary = c};
	tell(run, &event);
}

void news_delay(struct run *run, const struct between_kind *by)
{
	const struct control_event event = {.type = EVENT_DELAY,
					    .code = by != NULL ? by->name : "over",
					    .sentence = by != NULL ? by->delays
								   : N_("the cycle that was due waits no longer")};
	tell(run, &event);
}

/* ---- what people decide -------------------------------------------------------------------------- */

void news_hold(struct run *run, const char *code, const struct past_hold *hold, const struct saying *sentence)
{
	const struct control_event event = {.type = EVENT_HOLD, .code = code, .saying = sentence, .hold = hold};
	tell(run, &event);
}

/* The state that a decision about a hold gave it; NULL: no such decision. */
static const char *decided_as(const struct order *order, const struct order_result *result)
{
	if (result->code != ORDER_DONE)
		return NULL;
	switch (order->kind) {
	case ORDER_APPROVE: return "approved";
	case ORDER_REJECT: return "rejected";
	case ORDER_ACCEPT_SOURCE: return "accepted";
	default: return NULL;
	}
}

void news_order(struct run *run, const struct given *given)
{
	const struct order *order = &given->order;
	const char *decided = decided_as(order, &given->result);
	struct control_event event = {.type = EVENT_ORDER,
				      .code = order_name(order->kind),
				      .saying = &given->sentence,
				      .order = order,
				      .result = given->result.code};
	if (decided != NULL) {
		event.type = EVENT_HOLD;
		event.code = decided;
		event.hold = past_hold(&run->past, order->id);
	}
	if (order->kind != ORDER_SYNC) /* the cycle says who asked for it */
		tell(run, &event);
}

void news_configuration(struct run *run, const char *code, const struct saying *sentence)
{
	const struct control_event event = {.type = EVENT_CONFIGURATION, .code = code, .saying = sentence};
	tell(run, &event);
}

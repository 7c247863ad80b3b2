/* SPDX-License-Identifier: EUPL-1.2 */
/* orders_tell.c - the sentence about an order, its line in the log, and the answer. See orders_parts.h. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "run/orders_parts.h"

bool order_note_refusal(struct given *g, enum order_code code)
{
	g->result.code = code;
	g->failure = code == ORDER_NOT_FOUND ? ERR_NOT_FOUND : code == ORDER_REFUSED ? ERR_INVALID : ERR_UNAVAILABLE;
	return false;
}

static enum log_message message_of(enum order_kind kind)
{
	switch (kind) {
	case ORDER_FREEZE: return LOG_FROZEN_MESSAGE;
	case ORDER_THAW: return LOG_THAWED_MESSAGE;
	case ORDER_PAUSE: return LOG_PAUSED_MESSAGE;
	case ORDER_RESUME: return LOG_RESUMED_MESSAGE;
	case ORDER_UNDO:
	case ORDER_REDO: return LOG_UNDONE_MESSAGE;
	case ORDER_DRIFT_UNDO: return LOG_DRIFT_DECIDED_MESSAGE;
	case ORDER_FORGET: return LOG_FORGOTTEN_MESSAGE;
	case ORDER_ACCEPT_CLOCK: return LOG_CLOCK_RIGHT_MESSAGE;
	case ORDER_REQUEST:
	case ORDER_UNREQUEST:
	case ORDER_PIN:
	case ORDER_UNPIN:
	case ORDER_DRIFT_ADOPT: return LOG_DIRECTIVE_WRITTEN_MESSAGE;
	default: return LOG_DECIDED_MESSAGE;
	}
}

static void log_order(const struct given *g)
{
	unsigned uid = (unsigned)g->order.uid;
	char until[CLOCK_TEXT_SIZE] = "";
	const char *name = order_name(g->order.kind), *said = g->order.reason,
		   *sentence = g->sentence.in[LANGUAGE_ENGLISH];
	if (g->order.until_s != 0)
		clock_format(g->order.until_s, until);
	if (g->order.kind == ORDER_SYNC)
		return; /* the cycle says who asked for it */
	if (g->result.code == ORDER_DONE)
		log_event(message_of(g->order.kind), "uid %u: %s: %s%s%s%s%s", uid, name, sentence,
			  until[0] != '\0' ? "; until " : "", until,
			  said != NULL && said[0] != '\0' ? "; reason: " : "", said != NULL ? said : "");
	else
		log_event(order_is_directive(g->order.kind) ? LOG_DIRECTIVE_REFUSED_MESSAGE : LOG_ORDER_REFUSED_MESSAGE,
			  "uid %u: %s: %s", uid, name, sentence);
}

static void given_free(struct given *g)
{
	arena_done(&g->arena);
	free(g);
}

void order_tell(struct run *run, struct given *g)
{
	log_order(g);
	news_order(run, g);
	g->result.sentence = g->sentence.in[g->order.language];
	if (g->done != NULL)
		g->done(g->call, &g->result);
	given_free(g);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sync.c - the method Sync: asks the host for a cycle, and keeps calls that want to see its end.
 *
 * A waiter belongs to its call and goes with it. Progress is told when the phase moves, else at most every TELL_MS; a
 * client that has not read the last one is skipped.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/log.h"
#include "control/answers.h"
#include "control/control_parts.h"

#define TELL_MS 100

struct waiter {
	struct control *control;
	struct waiter *next;
	struct varlink_call *call;
	uint64_t ticket;
	enum run_phase phase;
	uint32_t cycle, done;
	int64_t told_ms; /* 0: never */
};

static void waiter_free(struct waiter *waiter)
{
	struct waiter **at = &waiter->control->waiters;
	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
	free(waiter);
}

static void on_gone(struct varlink_call *call, void *ctx)
{
	(void)call;
	waiter_free(ctx);
}

static bool is_news(const struct waiter *waiter, const struct view *view, int64_t now_ms)
{
	if (waiter->told_ms == 0 || waiter->phase != view->phase || waiter->cycle != view->cycle)
		return true;
	return waiter->done != view->done && now_ms - waiter->told_ms >= TELL_MS;
}

static void tell_progress(struct waiter *waiter, const struct view *view)
{
	int64_t now_ms = clock_boot_ms();
	if (!varlink_call_wants_more(waiter->call) || !is_news(waiter, view, now_ms))
		return;
	if (!varlink_call_notify(waiter->call, answer_progress(view, NULL)))
		return;
	waiter->phase = view->phase;
	waiter->cycle = view->cycle;
	waiter->done = view->done;
	waiter->told_ms = now_ms;
}

static void tell(struct waiter *waiter)
{
	const struct control_host *host = &waiter->control->host;
	const struct view *view = host->view(host->ctx);
	const struct cycle_summary *summary = NULL;
	struct varlink_call *call = waiter->call;
	if (host->ticket_done(host->ctx, waiter->ticket, &summary) == 0) {
		tell_progress(waiter, view);
		return;
	}
	const enum language before = language_use(varlink_call_language(call));
	json_t *answer = answer_progress(view, summary);
	language_use(before);
	waiter_free(waiter);
	varlink_call_reply(call, answer);
}

void sync_tell(struct control *control)
{
	for (struct waiter *waiter = control->waiters, *next; waiter != NULL; waiter = next) {
		next = waiter->next;
		tell(waiter);
	}
}

static void wait_for(struct control *control, struct varlink_call *call, uint64_t ticket)
{
	struct waiter *waiter = calloc(1, sizeof(*waiter));
	if (waiter == NULL) {
		varlink_call_reply(call, NULL);
		return;
	}
	*waiter = (struct waiter){.control = control, .next = control->waiters, .call = call, .ticket = ticket};
	control->waiters = waiter;
	varlink_call_keep(call, on_gone, waiter);
	tell(waiter);
}

void sync_method(struct varlink_call *call, void *ctx)
{
	struct control *control = ctx;
	uint64_t ticket = control->host.request_sync(control->host.ctx, varlink_call_uid(call));
	if (ticket != control->logged_ticket)
		log_event(LOG_CONTROL_REQUEST_MESSAGE, "uid %u asked for a sync", (unsigned)varlink_call_uid(call));
	control->logged_ticket = ticket;
	if (varlink_call_wants_more(call) || varlink_call_bool(call, "wait"))
		wait_for(control, call, ticket);
	else
		varlink_call_reply(call, answer_progress(control->host.view(control->host.ctx), NULL));
}

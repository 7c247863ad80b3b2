/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposal.c - Settings and PlanWith: what another policy would do with what is known now.
 *
 * Both need the right to operate: one costs as much thinking as a cycle, and the other tells of settings that the file may hide. The length of
 * a frame bounds what can be asked. While changes are being carried out a call waits, few of them at a time; those that waited are thought about
 * one in each turn of the loop, so that they keep nobody else waiting.
 */
#include <stdlib.h>

#include "base/language.h"
#include "control/answers.h"
#include "control/interface.h"
#include "control/parameters.h"

#define PROPOSALS_MAX 8

struct proposal {
	struct control *control;
	struct proposal *next; /* came later */
	struct varlink_call *call;
	uint32_t limit;
};

void settings_method(struct varlink_call *call, void *ctx)
{
	const struct control *control = ctx;
	json_t *answer = control->host.settings(control->host.ctx);
	if (json_object_set_new(answer, "request_max", json_integer(control->set.request_max)) < 0) {
		json_decref(answer);
		answer = NULL;
	}
	varlink_call_reply(call, answer);
}

/* ---- one thought ----------------------------------------------------------------------------------- */

struct asking {
	uint32_t limit;
	json_t *answer;
};

static void on_told(void *ctx, const struct proposal_told *told)
{
	struct asking *asking = ctx;
	asking->answer = answer_plan_with(told, asking->limit);
}

/* ERR_CONFLICT, ERR_UNAVAILABLE: not at this moment; the call is as it was. Else it was answered. */
static int ask(struct control *control, struct varlink_call *call, uint32_t limit)
{
	struct asking asking = {.limit = limit};
	struct err err = {0};
	const struct proposal_asked asked = {.settings = varlink_call_object(call, "settings"),
					     .rescoped = varlink_call_bool(call, "rescoped")};
	int r = control->host.propose(control->host.ctx, &asked, on_told, &asking, &err);
	if (r == ERR_CONFLICT || r == ERR_UNAVAILABLE)
		return r;
	if (r == 0 || r == ERR_NOMEM)
		varlink_call_reply(call, asking.answer);
	else
		refuse(call, ORDER_REFUSED, err.text);
	return 0;
}

/* ---- those that wait ------------------------------------------------------------------------------- */

static void drop(struct proposal *proposal)
{
	struct proposal **at = &proposal->control->proposals;
	while (*at != proposal)
		at = &(*at)->next;
	*at = proposal->next;
	free(proposal);
}

static void on_gone(struct varlink_call *call, void *ctx)
{
	(void)call;
	drop(ctx);
}

static void keep(struct control *control, struct varlink_call *call, uint32_t limit)
{
	uint32_t count = 0;
	struct proposal **at = &control->proposals;
	for (; *at != NULL; at = &(*at)->next)
		count++;
	if (count == PROPOSALS_MAX) {
		refuse(call, ORDER_REFUSED,
		       tr("changes are being carried out just now, and too many wait for the end of that already: ask "
			  "again"));
		return;
	}
	struct proposal *proposal = calloc(1, sizeof(*proposal));
	if (proposal == NULL) {
		varlink_call_reply(call, NULL);
		return;
	}
	*proposal = (struct proposal){.control = control, .call = call, .limit = limit};
	*at = proposal;
	varlink_call_keep(call, on_gone, proposal);
}

void proposals_tell(struct control *control)
{
	struct proposal *first = control->proposals;
	if (first == NULL)
		return;
	language_use(varlink_call_language(first->call));
	int r = ask(control, first->call, first->limit);
	language_use(LANGUAGE_ENGLISH);
	if (r < 0)
		return;
	drop(first);
	control_changed(control); /* the next one */
}

void plan_with_method(struct varlink_call *call, void *ctx)
{
	struct control *control = ctx;
	uint32_t limit;
	if (!take_limit(call, PLAN_MAX, PLAN_MAX, &limit) || ready_view(call, ctx) == NULL)
		return;
	if (ask(control, call, limit) < 0)
		keep(control, call, limit);
}

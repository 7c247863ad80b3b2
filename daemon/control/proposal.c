/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposal.c - Settings and PlanWith: what another policy would do with what is known now.
 *
 * Both need the right to operate: one costs as much thinking as a cycle, and the other tells of settings that the file may hide. The loop
 * thinks about one at a time, and the length of a frame bounds what can be asked.
 */
#include "control/answers.h"
#include "control/interface.h"
#include "control/parameters.h"

void settings_method(struct varlink_call *call, void *ctx)
{
	const struct control *control = ctx;
	varlink_call_reply(call, control->host.settings(control->host.ctx));
}

struct asking {
	uint32_t limit;
	json_t *answer;
};

static void on_told(void *ctx, const struct proposal_told *told)
{
	struct asking *asking = ctx;
	asking->answer = answer_plan_with(told, asking->limit);
}

void plan_with_method(struct varlink_call *call, void *ctx)
{
	const struct control *control = ctx;
	struct asking asking = {.answer = NULL};
	struct err err = {0};
	const struct proposal_asked asked = {.settings = varlink_call_object(call, "settings"),
					     .rescoped = varlink_call_bool(call, "rescoped")};
	if (!take_limit(call, PLAN_MAX, PLAN_MAX, &asking.limit) || ready_view(call, ctx) == NULL)
		return;
	int r = control->host.propose(control->host.ctx, &asked, on_told, &asking, &err);
	if (r == 0 || r == ERR_NOMEM)
		varlink_call_reply(call, asking.answer);
	else
		refuse(call, ORDER_REFUSED, err.text);
}

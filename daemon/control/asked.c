/* SPDX-License-Identifier: EUPL-1.2 */
/* asked.c - see asked.h. */
#include "control/asked.h"

#include <stdlib.h>

#include "base/language.h"
#include "control/parameters.h"

#define BUSY      N_("too much is being worked on already: try again in a moment")
#define NO_MEMORY N_("out of memory: nothing was done")

struct asked {
	struct control *control; /* NULL: it has gone */
	struct asked *next;
	struct varlink_call *call; /* NULL: the client has left */
	json_t *(*order_answer)(const struct view *view, const struct order_result *result);
	ledger_answer_fn ledger_answer;
	person_answer_fn person_answer;
	uint32_t subject;
};

static void on_gone(struct varlink_call *call, void *ctx)
{
	struct asked *asked = ctx;
	const struct control_host *host = &asked->control->host;
	(void)call;
	asked->call = NULL;
	host->left(host->ctx, asked); /* which may free it */
}

static uint32_t *counter(struct control *control, bool is_order)
{
	return is_order ? &control->orders : &control->questions;
}

/* NULL: too many wait, or no memory, as *why says. Then the call is as it was. */
static struct asked *asked_new(struct control *control, struct varlink_call *call, bool is_order, const char **why)
{
	uint32_t *count = counter(control, is_order), max = is_order ? ORDERS_MAX : QUESTIONS_MAX;
	struct asked *asked = *count < max ? calloc(1, sizeof(*asked)) : NULL;
	*why = *count < max ? NO_MEMORY : BUSY;
	if (asked == NULL)
		return NULL;
	*asked = (struct asked){.control = control, .next = control->asked, .call = call};
	control->asked = asked;
	(*count)++;
	varlink_call_keep(call, on_gone, asked);
	return asked;
}

/* A copy of what waited, which is freed. */
static struct asked asked_take(struct asked *asked)
{
	struct asked copy = *asked;
	if (asked->control != NULL) {
		struct asked **at = &asked->control->asked;
		while (*at != asked)
			at = &(*at)->next;
		*at = asked->next;
		(*counter(asked->control, asked->order_answer != NULL))--;
	}
	free(asked);
	return copy;
}

void asked_forget(struct control *control)
{
	for (struct asked *asked = control->asked; asked != NULL; asked = asked->next)
		asked->control = NULL;
	control->asked = NULL;
}

/* ---- orders ------------------------------------------------------------------------------------------- */

static void on_order_done(void *call, const struct order_result *result)
{
	struct asked asked = asked_take(call);
	if (asked.call == NULL)
		return;
	language_use(varlink_call_language(asked.call));
	if (result->code == ORDER_DONE)
		varlink_call_reply(asked.call, asked.order_answer(view_of(asked.control), result));
	else
		refuse(asked.call, result->code, result->sentence);
	language_use(LANGUAGE_ENGLISH);
}

void ask_order(struct control *control, struct varlink_call *call, const struct order *order,
	       json_t *(*answer)(const struct view *view, const struct order_result *result))
{
	const char *why;
	struct asked *asked = asked_new(control, call, true, &why);
	if (asked == NULL) {
		refuse(call, ORDER_FAILED, tr(why));
		return;
	}
	asked->order_answer = answer;
	language_use(LANGUAGE_ENGLISH); /* what the host does is for the log, too */
	control->host.give_order(control->host.ctx, order, on_order_done, asked);
}

/* ---- questions ---------------------------------------------------------------------------------------- */

static void on_ledger_done(void *call, const struct ledger_answer *answer)
{
	struct asked asked = asked_take(call);
	if (asked.call == NULL)
		return;
	language_use(varlink_call_language(asked.call));
	asked.ledger_answer(asked.call, view_of(asked.control), asked.subject, answer);
	language_use(LANGUAGE_ENGLISH);
}

void ask_ledger(struct control *control, struct varlink_call *call, const struct ledger_question *question,
		uint32_t subject, ledger_answer_fn answer)
{
	const char *why;
	struct asked *asked = asked_new(control, call, false, &why);
	if (asked == NULL) {
		answer(call, view_of(control), subject, &(struct ledger_answer){.trouble = why});
		return;
	}
	asked->ledger_answer = answer;
	asked->subject = subject;
	language_use(LANGUAGE_ENGLISH);
	control->host.ask_ledger(control->host.ctx, question, on_ledger_done, asked);
}

/* ---- searches ----------------------------------------------------------------------------------------- */

static void on_person_done(void *call, const struct people_found *found)
{
	struct asked asked = asked_take(call);
	if (asked.call == NULL)
		return;
	language_use(varlink_call_language(asked.call));
	asked.person_answer(asked.call, asked.control, found);
	language_use(LANGUAGE_ENGLISH);
}

void ask_person(struct control *control, struct varlink_call *call, const char *number, person_answer_fn answer)
{
	uid_t uid = varlink_call_uid(call);
	const char *why;
	struct asked *asked = asked_new(control, call, false, &why);
	if (asked == NULL) {
		answer(call, control, &(struct people_found){.code = ORDER_FAILED, .trouble = why});
		return;
	}
	asked->person_answer = answer;
	language_use(LANGUAGE_ENGLISH);
	control->host.find_person(control->host.ctx, number, uid, on_person_done, asked);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* monitor_json.c - the answers of Monitor: one event each, with the facts of its kind and null in place of the others. */
#include "base/clock.h"
#include "base/language.h"
#include "control/answers.h"
#include "control/hold_list.h"

static const char *type_name(enum event_type type)
{
	static const char *const names[] = {
		[EVENT_STATE] = "state",
		[EVENT_PROGRESS] = "progress",
		[EVENT_PART] = "part",
		[EVENT_CYCLE_BEGUN] = "cycle-begun",
		[EVENT_CYCLE_ENDED] = "cycle-ended",
		[EVENT_PHASE] = "phase",
		[EVENT_DELAY] = "delay",
		[EVENT_HOLD] = "hold",
		[EVENT_ORDER] = "order",
		[EVENT_CONFIGURATION] = "configuration",
	};
	return names[type];
}

static void answer_doing(struct answer *a, const struct view *view, enum event_type type)
{
	if (type == EVENT_STATE || type == EVENT_PHASE || type == EVENT_PROGRESS || type == EVENT_DELAY) {
		answer_word(a, "phase", run_phase_name(view->phase));
		answer_int(a, "done", view->done);
		answer_int_if(a, "expected", view->expected);
		answer_int_if(a, "next_run", view->next_run_s);
		answer_word(a, "delayed_by", view->delayed_by);
		answer_int_if(a, "delayed_until", view->delayed_until_s);
	} else {
		answer_null(a, "phase");
		answer_null(a, "done");
		answer_null(a, "expected");
		answer_null(a, "next_run");
		answer_null(a, "delayed_by");
		answer_null(a, "delayed_until");
	}
}

/* All of them in the state, and the one that changed. */
static void answer_some_parts(struct answer *a, const struct view *view, const struct control_event *event)
{
	struct answer list = answer_list();
	for (uint32_t i = 0; event->type == EVENT_STATE && i < view->part_count; i++)
		answer_add(&list, NULL, part_part(&view->parts[i]));
	if (event->part != NULL)
		answer_add(&list, NULL, part_part(event->part));
	answer_add(a, "parts", list);
	answer_word(a, "was", event->part != NULL ? part_state_name(event->was) : NULL);
}

static void answer_hold_of(struct answer *a, const struct view *view, const struct past_hold *hold)
{
	const struct hold_row row = {.record = hold};
	if (hold != NULL)
		answer_add(a, "hold", hold_part(view, &row));
	else
		answer_null(a, "hold");
}

static void answer_order(struct answer *a, const struct view *view, const struct control_event *event)
{
	const struct order *order = event->order;
	if (order == NULL) {
		answer_null(a, "order");
		return;
	}
	struct answer part = answer_object();
	answer_word(&part, "kind", order_name(order->kind));
	answer_int(&part, "by", order->uid);
	answer_word(&part, "result", order_code_name(event->result));
	answer_number_if(&part, "institution", order->number);
	answer_text_if(&part, "institution_name", institution_name(view, order->number));
	answer_role(&part, "role", view, order->role);
	answer_int_if(&part, "id", order->id);
	answer_int_if(&part, "until", order->until_s);
	answer_string(&part, "reason", order->reason);
	answer_add(a, "order", part);
}

static int64_t cycle_of(const struct view *view, const struct control_event *event)
{
	return event->summary != NULL && event->type != EVENT_STATE ? event->summary->id : view->cycle;
}

json_t *answer_event(const struct view *view, const struct control_event *event, uint64_t sequence)
{
	struct answer a = answer_object();
	answer_int(&a, "sequence", (int64_t)sequence);
	answer_int(&a, "time", clock_wall_s());
	answer_word(&a, "type", type_name(event->type));
	answer_string(&a, "code", event->code);
	answer_string(&a, "sentence", event->saying != NULL ? event->saying->in[language_used()] : tr(event->sentence));
	answer_int_if(&a, "cycle", cycle_of(view, event));
	answer_doing(&a, view, event->type);
	answer_some_parts(&a, view, event);
	if (event->summary != NULL)
		answer_add(&a, "summary", cycle_part(event->summary));
	else
		answer_null(&a, "summary");
	answer_hold_of(&a, view, event->hold);
	answer_order(&a, view, event);
	return answer_end(&a);
}

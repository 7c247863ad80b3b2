/* SPDX-License-Identifier: EUPL-1.2 */
/* freeze_json.c - what somebody ordered to stay as it is, who, why, until when, and what waits for it. */
#include "control/answers.h"

#include <stdlib.h>

/* Where several stop a change it waits for each of them: whoever ends one sees that the others still hold it. */
static void count_change(const struct view *view, const struct change *change, int64_t now_s, uint32_t *held)
{
	const bool unread = view->explain->plan_input->source_unread;
	for (size_t i = 0; i < view->past->freeze_count; i++) {
		const struct past_freeze *freeze = &view->past->freezes[i];
		held[i] += past_freeze_concerns(freeze, change->number, now_s) && freeze_holds(freeze, change, unread);
	}
}

/* How many changes each freeze that stands now holds by itself, by its position. O(held changes * freezes). */
static void count_held(const struct view *view, int64_t now_s, uint32_t *held)
{
	const struct plan *plan = view->explain != NULL ? view->explain->plan : NULL;
	for (uint32_t i = 0; plan != NULL && i < plan->change_count; i++) {
		const struct change *change = &plan->changes[i];
		if (change->rule == R_RULE_FROZEN || change->rule == R_RULE_PAUSED)
			count_change(view, change, now_s, held);
	}
}

static struct answer freeze_part(const struct view *view, const struct past_freeze *freeze, uint32_t held)
{
	struct answer a = answer_object();
	answer_number_if(&a, "institution", freeze->number);
	answer_text_if(&a, "institution_name", institution_name(view, freeze->number));
	answer_bool(&a, "pause", freeze->pause);
	answer_int(&a, "by", freeze->by);
	answer_int(&a, "since", freeze->since_s);
	answer_int_if(&a, "until", freeze->until_s == INT64_MAX ? 0 : freeze->until_s);
	answer_string(&a, "reason", freeze->said != NULL ? freeze->said : "");
	answer_int(&a, "held", held);
	return a;
}

/* Of this institution, or 0: all; how many there are. */
static uint32_t list_freezes(struct answer *a, const struct view *view, uint32_t number, int64_t now_s,
			     const uint32_t *held)
{
	struct answer list = answer_list();
	uint32_t count = 0;
	for (size_t i = 0; i < view->past->freeze_count; i++) {
		const struct past_freeze *freeze = &view->past->freezes[i];
		const bool concerns = number == 0 || freeze->number == 0 || freeze->number == number;
		if (concerns && freeze->until_s > now_s && count++ < FREEZES_MAX)
			answer_add(&list, NULL, freeze_part(view, freeze, held[i]));
	}
	answer_add(a, "freezes", list);
	return count;
}

/* NULL: a has failed. */
static uint32_t *held_by_freeze(struct answer *a, const struct view *view, int64_t now_s)
{
	uint32_t *held = calloc(view->past->freeze_count + 1, sizeof(*held));
	a->failed = a->failed || held == NULL;
	if (held != NULL)
		count_held(view, now_s, held);
	return held;
}

static void list_undone(struct answer *a, const struct view *view, int64_t now_s)
{
	struct past_undone undone[UNDONE_MAX];
	struct answer list = answer_list();
	const size_t count = past_undone(view->past, now_s, undone, UNDONE_MAX);
	for (size_t i = 0; i < count; i++) {
		struct answer part = answer_object();
		answer_int(&part, "cycle", undone[i].cycle);
		answer_int(&part, "memberships", undone[i].memberships);
		answer_int(&part, "until", undone[i].until_s);
		answer_add(&list, NULL, part);
	}
	answer_add(a, "undone", list);
}

static int64_t pins_now(const struct past *past, int64_t now_s)
{
	int64_t count = 0;
	for (size_t i = 0; i < past->pin_count; i++)
		count += past->pins[i].until_s > now_s;
	return count;
}

void answer_freezes(struct answer *a, const struct view *view, int64_t now_s)
{
	uint32_t *held = held_by_freeze(a, view, now_s);
	if (held == NULL)
		return;
	const uint32_t count = list_freezes(a, view, 0, now_s, held);
	answer_int(a, "freezes_omitted", count > FREEZES_MAX ? count - FREEZES_MAX : 0);
	list_undone(a, view, now_s);
	answer_int(a, "pins", pins_now(view->past, now_s));
	free(held);
}

/* A pause, a freeze of all and its own: never more than that. */
void answer_freezes_of(struct answer *a, const struct view *view, uint32_t number, int64_t now_s)
{
	uint32_t *held = held_by_freeze(a, view, now_s);
	if (held != NULL)
		(void)list_freezes(a, view, number, now_s, held);
	free(held);
}

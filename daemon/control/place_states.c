/* SPDX-License-Identifier: EUPL-1.2 */
/* place_states.c - see place_states.h. */
#include "control/place_states.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "control/answers.h"
#include "control/remarks.h"
#include "control/status_codes.h"
#include "core/hold.h"
#include "model/number.h"

struct making {
	struct place_states *states;
	bool failed;
	/* The institution that was noted last, and how it was then: thousands alike come one after the other. */
	uint32_t last;
	enum part_state last_state;
};

/* ---- the list --------------------------------------------------------------------------------------- */

static uint64_t hash_number(uint32_t number)
{
	return map_hash(&number, sizeof(number));
}

static uint64_t hash_of(const void *items, uint32_t position)
{
	return hash_number(((const struct place_state *)items)[position].number);
}

static bool is_number(const void *items, uint32_t position, const void *key)
{
	return ((const struct place_state *)items)[position].number == *(const uint32_t *)key;
}

static struct place_state *add(struct place_states *states, uint32_t number)
{
	if (vec_reserve(&states->at, &states->capacity, states->count + 1u, sizeof(*states->at)) < 0)
		return NULL;
	states->at[states->count] = (struct place_state){.number = number, .state = PART_OK};
	if (map_add(&states->by_number, states->at, hash_number(number), states->count) < 0)
		return NULL;
	return &states->at[states->count++];
}

/* The worst of what is noted counts, and of two alike the first. */
static void note(struct making *m, const struct place_state *what)
{
	struct place_states *states = m->states;
	m->last = what->number;
	m->last_state = what->state;
	if (m->failed || what->number == 0 || what->number == NUMBER_EVERYWHERE || what->state == PART_OK)
		return;
	uint32_t at = map_find(&states->by_number, states->at, hash_number(what->number), &what->number);
	struct place_state *place = at != MAP_NONE ? &states->at[at] : add(states, what->number);
	m->failed = place == NULL;
	if (place != NULL && what->state > place->state)
		*place = *what;
}

static void note_reason(struct making *m, uint32_t number, enum part_state state, enum reason reason, int64_t since_s)
{
	note(m,
	     &(struct place_state){.number = number, .state = state, .code = reason_code(reason), .since_s = since_s});
}

/* ---- what concerns one institution ------------------------------------------------------------------ */

enum part_state state_of_rule(enum reason rule)
{
	switch (rule) {
	case R_RULE_SHRUNKEN:
	case R_RULE_SOURCE_WENT_BACK:
	case R_RULE_LEDGER_OLD: return PART_CRITICAL;
	case R_RULE_FROZEN:
	case R_RULE_PAUSED:
	case R_RULE_GRACE:
	case R_RULE_REJECTED: return PART_NOTICE;
	default: return PART_WARNING;
	}
}

/* Whoever should have lost access and did not has it now. */
static void note_refused(struct making *m, const struct explain_input *explain)
{
	const struct plan *plan = explain->plan;
	for (uint32_t i = 0; explain->was_refused != NULL && i < plan->change_count; i++) {
		if (!explain->was_refused(explain->refusals, i))
			continue;
		const bool removal = plan->changes[i].kind == CHANGE_MEMBER_REMOVE;
		note(m, &(struct place_state){.number = plan->changes[i].number,
					      .state = removal ? PART_CRITICAL : PART_WARNING,
					      .code = removal ? PLACE_REMOVAL_REFUSED : PLACE_REFUSED});
	}
}

static void note_open_holds(struct making *m, const struct past *past, int64_t now_s)
{
	for (size_t i = 0; i < past->hold_count; i++) {
		const struct past_hold *hold = &past->holds[i];
		const bool soon = hold->expires_s - now_s <= HOLD_EXPIRES_SOON_S;
		if (hold->state == HOLD_OPEN)
			note(m, &(struct place_state){.number = hold->number,
						      .state = soon ? PART_CRITICAL
								    : state_of_rule((enum reason)hold->rule),
						      .code = reason_code((enum reason)hold->rule),
						      .since_s = hold->opened_s,
						      .hold = hold->id});
	}
}

static void note_held(struct making *m, const struct guard_verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->hold_count; i++) {
		const struct guard_hold *hold = &verdict->holds[i];
		enum reason rule = hold->state == HOLD_REJECTED ? R_RULE_REJECTED : (enum reason)hold->rule;
		if (hold->changes > 0)
			note_reason(m, hold->number, state_of_rule(rule), rule, hold->opened_s);
	}
}

/* A number that only a right or a directive names is no institution: the parts refusals and directives tell of it. */
static void note_known(struct making *m, const struct view *view, uint32_t number, enum part_state state,
		       enum reason reason, int64_t since_s)
{
	const bool said = number == m->last && state <= m->last_state;
	if (!said && institution_is_known(view, number))
		note_reason(m, number, state, reason, since_s);
}

static void note_desired(struct making *m, const struct view *view)
{
	const struct desired *desired = view->explain->plan_input->desired;
	for (uint32_t i = 0; i < desired->institution_count; i++)
		if (desired->institutions[i].ambiguous)
			note_reason(m, desired->institutions[i].number, PART_WARNING, R_INSTITUTION_AMBIGUOUS, 0);
	for (uint32_t i = 0; i < desired->refusals_kept; i++)
		if (reason_kind(desired->refusals[i].reason) == REASON_DOUBT)
			note_known(m, view, desired->refusals[i].number, PART_NOTICE,
				   (enum reason)desired->refusals[i].reason, 0);
}

/* A date of a remark is since when it is known, but of a directive when it lapses. */
static void note_remarks(struct making *m, const struct view *view)
{
	for (uint32_t i = 0, count = remarks_count(view); i < count; i++) {
		const struct remark remark = remark_at(view, i);
		const bool soon = remark.reason == R_DIRECTIVE_ENDS_SOON;
		note_known(m, view, remark.number, soon ? PART_NOTICE : PART_WARNING, (enum reason)remark.reason,
			   soon ? 0 : remark.at_s);
	}
}

static void note_freezes(struct making *m, const struct past *past, int64_t now_s)
{
	for (size_t i = 0; i < past->freeze_count; i++)
		if (past->freezes[i].until_s > now_s)
			note_reason(m, past->freezes[i].number, PART_NOTICE, R_RULE_FROZEN, past->freezes[i].since_s);
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
	const struct place_state *left = a, *right = b;
	return left->number < right->number ? -1 : left->number > right->number;
}

static int compare_states(const void *a, const void *b)
{
	const struct place_state *left = a, *right = b;
	if (left->state != right->state)
		return left->state > right->state ? -1 : 1;
	return compare_numbers(a, b);
}

static void sort(struct place_states *states, int (*compare)(const void *a, const void *b))
{
	if (states->count > 1)
		qsort(states->at, states->count, sizeof(*states->at), compare);
}

bool place_states_make(const struct view *view, int64_t now_s, struct place_states *ret)
{
	struct making m = {.states = ret};
	*ret = (struct place_states){0};
	map_init(&ret->by_number, hash_of, is_number);
	if (view->explain != NULL)
		note_refused(&m, view->explain);
	note_open_holds(&m, view->past, now_s);
	if (view->explain != NULL) {
		note_held(&m, view->explain->verdict);
		note_remarks(&m, view);
	}
	note_freezes(&m, view->past, now_s);
	if (view->explain != NULL)
		note_desired(&m, view);
	map_done(&ret->by_number);
	if (m.failed)
		place_states_done(ret);
	sort(ret, compare_numbers);
	return !m.failed;
}

void place_states_done(struct place_states *states)
{
	free(states->at);
	*states = (struct place_states){0};
}

const struct place_state *place_state_of(const struct place_states *states, uint32_t number)
{
	const struct place_state key = {.number = number};
	return states->count > 0 ? bsearch(&key, states->at, states->count, sizeof(key), compare_numbers) : NULL;
}

void place_states_worst_first(struct place_states *states)
{
	sort(states, compare_states);
}

/* ---- in words --------------------------------------------------------------------------------------- */

const char *place_sentence(const struct place_state *place)
{
	return status_code_meaning("institutions", place->code);
}

const char *place_next_step(const struct view *view, const struct place_state *place, char out[PLACE_STEP_SIZE])
{
	const struct past_hold *hold = place->hold != 0 ? past_hold(view->past, place->hold) : NULL;
	char name[HOLD_NAME_SIZE];
	if (hold != NULL)
		snprintf(out, PLACE_STEP_SIZE, "duaalctl holds %s", hold_name(hold, name));
	else
		snprintf(out, PLACE_STEP_SIZE, "duaalctl institution %u", place->number);
	return out;
}

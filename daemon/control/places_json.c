/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * places_json.c - the answer of Institutions: a line for each institution that either directory knows, a page at a time.
 *
 * Both snapshots have theirs ascending by number, so a page is a walk over the two side by side from the number behind the last page's end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/vec.h"
#include "control/answers.h"
#include "control/hold_list.h"
#include "control/place_states.h"

struct places {
	const struct view *view;
	const struct places_filter *filter;
	struct hold_list holds;
	struct place_states states;
	int64_t now_s;
	uint64_t *keys; /* of the members of one institution */
	size_t key_capacity;
	bool failed;
};

struct line {
	uint32_t number, groups, people, holds;
	const struct entry *source;                /* the first entry with this number, or NULL */
	const struct desired_institution *desired; /* or NULL */
	bool frozen;
};

/* ---- one line --------------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
	const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return left < right ? -1 : left > right;
}

/* Somebody with two roles is one person. */
static uint32_t count_distinct(uint64_t *keys, size_t count)
{
	uint32_t distinct = 0;
	if (count > 1)
		qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 0; i < count; i++)
		distinct += i == 0 || keys[i] != keys[i - 1];
	return distinct;
}

static void count_people(struct places *places, struct line *line)
{
	const struct target_snapshot *target = view_target(places->view);
	size_t count = 0;
	for (uint8_t role = 0; role < places->view->policy->role_count; role++) {
		const uint32_t at = target_group_find(target, line->number, role);
		if (at == NONE)
			continue;
		const struct target_group *group = &target->groups[at];
		line->groups++;
		if (vec_reserve(&places->keys, &places->key_capacity, count + group->member_count,
				sizeof(*places->keys)) < 0) {
			places->failed = true;
			return;
		}
		for (uint32_t i = 0; i < group->member_count; i++)
			places->keys[count++] = target->members[group->first_member + i].key;
	}
	line->people = count_distinct(places->keys, count);
}

static struct line line_of(struct places *places, uint32_t number)
{
	const struct view *view = places->view;
	const struct source_snapshot *source = view_source(view);
	const struct desired *desired = view->explain->plan_input->desired;
	struct line line = {.number = number, .frozen = past_frozen(view->past, number, places->now_s) != NULL};
	uint32_t at = source_institution_by_number(source, number);
	if (at != NONE)
		line.source = source->institutions[at].entry;
	at = desired_institution_find(desired, number);
	if (at != NONE)
		line.desired = &desired->institutions[at];
	for (uint32_t i = 0; i < places->holds.count; i++)
		line.holds += places->holds.rows[i].now != NULL && hold_row_number(&places->holds.rows[i]) == number;
	return line;
}

static bool is_wanted(const struct places_filter *filter, const struct line *line)
{
	const bool admitted = line->desired != NULL && line->desired->admitted;
	const struct text kind = line->source != NULL ? entry_value(line->source, FIELD_KIND) : text_of(NULL);
	if ((filter->admitted && !admitted) || (filter->not_admitted && admitted))
		return false;
	if (filter->held && line->holds == 0 && !line->frozen)
		return false;
	return filter->kind == NULL || text_equal_nocase(text_trim(kind), text_trim(text_of(filter->kind)));
}

static void answer_state(struct answer *a, const struct places *places, uint32_t number)
{
	const struct place_state *state = place_state_of(&places->states, number);
	char step[PLACE_STEP_SIZE] = "";
	answer_word(a, "state", part_state_name(state != NULL ? state->state : PART_OK));
	answer_word(a, "state_code", state != NULL ? state->code : "ok");
	answer_int_if(a, "since", state != NULL ? state->since_s : 0);
	answer_word(a, "next_step", state != NULL ? place_next_step(places->view, state, step) : "");
}

static struct answer line_part(const struct places *places, const struct line *line)
{
	const struct view *view = places->view;
	struct answer a = answer_object();
	answer_int(&a, "number", line->number);
	answer_text_if(&a, "name", institution_name(view, line->number));
	answer_text_if(&a, "kind", line->source != NULL ? entry_value(line->source, FIELD_KIND) : text_of(NULL));
	answer_bool(&a, "admitted", line->desired != NULL && line->desired->admitted);
	answer_bool(&a, "ambiguous", line->desired != NULL && line->desired->ambiguous);
	answer_reason(&a, line->desired != NULL ? line->desired->reason : R_INSTITUTION_UNKNOWN);
	answer_int(&a, "groups", line->groups);
	answer_int(&a, "people", line->people);
	answer_int(&a, "holds", line->holds);
	answer_bool(&a, "frozen", line->frozen);
	answer_state(&a, places, line->number);
	return a;
}

/* ---- the walk --------------------------------------------------------------------------------------- */

/* The lowest number behind after that either directory knows; 0: none. What has no readable number comes first, as 0, and is nobody's. */
static uint32_t next_number(const struct view *view, uint32_t after, uint32_t *source_at, uint32_t *target_at)
{
	const struct source_snapshot *source = view_source(view);
	const struct target_snapshot *target = view_target(view);
	while (*source_at < source->institution_count && source->institutions[*source_at].number <= after)
		++*source_at;
	while (*target_at < target->institution_count && target->institutions[*target_at].number <= after)
		++*target_at;
	const uint32_t here = *source_at < source->institution_count ? source->institutions[*source_at].number : 0;
	const uint32_t there = *target_at < target->institution_count ? target->institutions[*target_at].number : 0;
	if (here == 0 || there == 0)
		return here + there;
	return here < there ? here : there;
}

static uint32_t list_places(struct places *places, struct answer *list)
{
	uint32_t count = 0, source_at = 0, target_at = 0, last = places->filter->after;
	for (uint32_t number = last; !places->failed;) {
		number = next_number(places->view, number, &source_at, &target_at);
		if (number == 0)
			return 0;
		struct line line = line_of(places, number);
		if (!is_wanted(places->filter, &line))
			continue;
		if (count++ == places->filter->limit)
			return last;
		count_people(places, &line);
		answer_add(list, NULL, line_part(places, &line));
		last = number;
	}
	return 0;
}

/* One that the configuration names, as a word, is known before the first institution is of it. */
bool place_kind_is_known(const struct view *view, const char *kind)
{
	const struct source_snapshot *source = view_source(view);
	const struct text wanted = text_trim(text_of(kind));
	for (uint32_t i = 0; i < view->policy->kind_count; i++)
		if (strchr(view->policy->kinds[i].value, '*') == NULL &&
		    text_equal_nocase(text_of(view->policy->kinds[i].value), wanted))
			return true;
	for (uint32_t i = 0; i < source->institution_count; i++)
		if (text_equal_nocase(text_trim(entry_value(source->institutions[i].entry, FIELD_KIND)), wanted))
			return true;
	return false;
}

json_t *answer_institutions(const struct view *view, const struct places_filter *filter)
{
	struct places places = {.view = view, .filter = filter, .now_s = clock_wall_s()};
	struct answer a = answer_object(), list = answer_list();
	places.failed = !hold_list_make(view, &places.holds);
	places.failed = !place_states_make(view, places.now_s, &places.states) || places.failed;
	const uint32_t next = list_places(&places, &list);
	list.failed = list.failed || places.failed;
	answer_int(&a, "now", places.now_s);
	answer_trouble(&a, view);
	answer_add(&a, "institutions", list);
	answer_int_if(&a, "next", next);
	hold_list_done(&places.holds);
	place_states_done(&places.states);
	free(places.keys);
	return answer_end(&a);
}

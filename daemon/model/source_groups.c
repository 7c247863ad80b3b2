/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_groups.c - see source_parts.h: where right groups lead, through the groups within them.
 *
 *   members by key -> people, groups, or not read     once for each value
 *   each group that names an institution -> breadth first to everybody below it, each group and person once
 *
 * Breadth first, so that a group stands as near as it can and the bound on depth means what it says. A loop ends by
 * itself, because no group is entered twice; it is told, and changes nothing about who is in it. A member that was not
 * read makes everything round it open: then nobody is known to be outside (the policy takes nothing away for it).
 */
#include <stdlib.h>

#include "base/vec.h"
#include "model/dn.h"
#include "model/snapshot_parts.h"
#include "model/source_parts.h"

#define TIES_MAX  (1u << 24)
#define STEPS_MAX (1u << 22) /* groups in groups, over all that name an institution (I14) */
#define IS_GROUP  0x80000000u
#define UNREAD    UINT32_MAX
#define NO_PERSON (UINT32_MAX - 1) /* below the people, and not shown: nobody */

struct walk {
	const struct people_view *view;
	const struct grant_list *list;
	struct grant_index *out;
	struct names names;                  /* of all members */
	uint64_t *keys;                      /* dn_key of each member, 0: not a DN */
	uint32_t *edge_starts, *edges;       /* of each group: person, group | IS_GROUP, UNREAD or NO_PERSON */
	uint32_t *seen_groups, *seen_people; /* 1 + the group that was expanded last with it */
	uint32_t *depths;                    /* one a step of the expansion at hand */
	size_t tie_capacity, step_capacity, depth_capacity;
};

static void walk_done(struct walk *w)
{
	names_done(&w->names);
	free(w->keys);
	free(w->edge_starts);
	free(w->edges);
	free(w->seen_groups);
	free(w->seen_people);
	free(w->depths);
}

/* ---- members -------------------------------------------------------------------------------------- */

/* What the groups list, in one row, and what it is called by. */
static int read_members(struct walk *w)
{
	size_t count = 0, capacity = 0;
	w->edge_starts = calloc((size_t)w->list->count + 1, sizeof(*w->edge_starts));
	if (w->edge_starts == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < w->list->count; i++) {
		struct entry_cursor cursor = entry_values(w->list->at[i].entry);
		struct text member;
		w->edge_starts[i] = (uint32_t)count;
		while (entry_next_of(&cursor, FIELD_MEMBER, &member)) {
			if (count >= NO_PERSON || vec_reserve(&w->keys, &capacity, count + 1, sizeof(*w->keys)) < 0 ||
			    dn_key_of(member, &w->keys[count]) < 0 || names_want(&w->names, w->keys[count]) < 0)
				return ERR_NOMEM;
			count++;
		}
	}
	w->edge_starts[w->list->count] = (uint32_t)count;
	return 0;
}

/* Groups come with their whole DN. */
static int meet_groups(struct walk *w)
{
	for (uint32_t i = 0; i < w->list->count; i++) {
		uint64_t key;
		if (dn_key_of(entry_dn_part(w->list->at[i].entry), &key) < 0)
			return ERR_NOMEM;
		struct name *name = names_find(&w->names, key);
		if (name != NULL)
			name_meet(&name->group, i);
	}
	return 0;
}

static int resolve(const struct walk *w, struct text member, uint64_t key, uint32_t *ret)
{
	const struct source_bases *bases = w->view->bases;
	const struct name *name = names_find(&w->names, key);
	uint32_t group = name != NULL ? name_who(name->group) : NONE;
	uint32_t person = name != NULL ? name_who(name->person) : NONE;
	bool with_people, with_groups;
	if (group != NONE || person != NONE) {
		*ret = group != NONE ? group | IS_GROUP : person;
		return 0;
	}
	if (dn_is_below(member, text_of(bases->people), &with_people) < 0 ||
	    dn_is_below(member, text_of(bases->groups), &with_groups) < 0)
		return ERR_NOMEM;
	*ret = with_people && !with_groups ? NO_PERSON : UNREAD;
	return 0;
}

static int resolve_members(struct walk *w)
{
	uint32_t at = 0;
	w->edges = calloc((size_t)w->edge_starts[w->list->count] + 1, sizeof(*w->edges));
	if (w->edges == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < w->list->count; i++) {
		struct entry_cursor cursor = entry_values(w->list->at[i].entry);
		struct text member;
		for (; entry_next_of(&cursor, FIELD_MEMBER, &member); at++)
			if (resolve(w, member, w->keys[at], &w->edges[at]) < 0)
				return ERR_NOMEM;
	}
	return 0;
}

/* ---- loops ---------------------------------------------------------------------------------------- */

/* Depth first over all groups, without recursion: who leads back to one that is being walked contains itself. */
static int mark_loops(struct walk *w)
{
	uint32_t count = w->list->count, depth;
	uint32_t *stack = calloc((size_t)count + 1, sizeof(*stack)), *next = calloc((size_t)count + 1, sizeof(*next));
	uint8_t *state = calloc((size_t)count + 1, 1); /* 1: being walked, 2: done */
	bool enough = stack != NULL && next != NULL && state != NULL;
	for (uint32_t first = 0; enough && first < count; first++) {
		depth = 0;
		if (state[first] == 0)
			stack[depth++] = first;
		while (depth > 0) {
			uint32_t at = stack[depth - 1];
			if (state[at] == 0) {
				state[at] = 1;
				next[at] = w->edge_starts[at];
			}
			if (next[at] == w->edge_starts[at + 1]) {
				state[at] = 2;
				depth--;
				continue;
			}
			uint32_t to = w->edges[next[at]++];
			if (to >= NO_PERSON || (to & IS_GROUP) == 0)
				continue;
			to &= ~IS_GROUP;
			if (state[to] == 0)
				stack[depth++] = to;
			else if (state[to] == 1)
				w->out->groups[to].looped = true;
		}
	}
	free(stack);
	free(next);
	free(state);
	return enough ? 0 : ERR_NOMEM;
}

/* ---- expansion ------------------------------------------------------------------------------------ */

static int add_step(struct walk *w, uint32_t top, uint32_t group, uint32_t up, uint32_t depth)
{
	struct grant_index *out = w->out;
	if (w->seen_groups[group] == top + 1)
		return 0;
	if (depth > w->view->bases->group_depth || out->step_count == STEPS_MAX) {
		out->groups[top].cut = true;
		return 0;
	}
	if (vec_reserve(&out->steps, &w->step_capacity, (size_t)out->step_count + 1, sizeof(*out->steps)) < 0 ||
	    vec_reserve(&w->depths, &w->depth_capacity, (size_t)out->step_count + 1, sizeof(*w->depths)) < 0)
		return ERR_NOMEM;
	w->seen_groups[group] = top + 1;
	w->depths[out->step_count] = depth;
	out->steps[out->step_count++] = (struct source_step){group, up};
	return 0;
}

static int add_tie(struct walk *w, uint32_t top, uint32_t person, uint32_t step)
{
	struct grant_index *out = w->out;
	if (w->seen_people[person] == top + 1)
		return 0;
	if (out->tie_count == TIES_MAX) {
		out->groups[top].cut = true;
		return 0;
	}
	if (vec_reserve(&out->ties, &w->tie_capacity, (size_t)out->tie_count + 1, sizeof(*out->ties)) < 0)
		return ERR_NOMEM;
	w->seen_people[person] = top + 1;
	out->ties[out->tie_count++] = (struct source_tie){person, step};
	return 0;
}

static int walk_step(struct walk *w, uint32_t top, uint32_t step)
{
	uint32_t group = w->out->steps[step].group;
	int rc = 0;
	w->out->groups[top].looped |= w->out->groups[group].looped;
	for (uint32_t i = w->edge_starts[group]; rc == 0 && i < w->edge_starts[group + 1]; i++) {
		uint32_t to = w->edges[i];
		if (to == UNREAD)
			w->out->groups[top].open = true;
		else if (to != NO_PERSON && (to & IS_GROUP) != 0)
			rc = add_step(w, top, to & ~IS_GROUP, step, w->depths[step] + 1);
		else if (to != NO_PERSON)
			rc = add_tie(w, top, to, step);
	}
	return rc;
}

static int expand(struct walk *w, uint32_t top)
{
	uint32_t first = w->out->step_count;
	int rc = add_step(w, top, top, NONE, 0);
	for (uint32_t i = first; rc == 0 && i < w->out->step_count; i++)
		rc = walk_step(w, top, i);
	return rc;
}

static int expand_all(struct walk *w)
{
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < w->list->count; i++) {
		if (entry_has(w->out->groups[i].entry, FIELD_NUMBER))
			rc = expand(w, i);
		w->out->unclear_groups += w->out->groups[i].open || w->out->groups[i].cut;
	}
	return rc;
}

/* Each person's ties together, in the order of the groups. starts: of each person and one more, all 0. */
static void sort_ties(const struct grant_index *index, uint32_t people, uint32_t *starts, struct source_tie *ret)
{
	uint32_t *cursors = starts + 1;
	for (uint32_t i = 0; i < index->tie_count; i++)
		if (index->ties[i].person + 1 < people)
			cursors[index->ties[i].person + 1]++;
	for (uint32_t i = 1; i < people; i++)
		cursors[i] += cursors[i - 1];
	for (uint32_t i = 0; i < index->tie_count; i++)
		ret[cursors[index->ties[i].person]++] = index->ties[i];
}

int grant_index_order_ties(struct grant_index *index, uint32_t people)
{
	struct source_tie *ordered = calloc((size_t)index->tie_count + 1, sizeof(*ordered));
	uint32_t *starts = calloc((size_t)people + 2, sizeof(*starts));
	if (ordered == NULL || starts == NULL) {
		free(ordered);
		free(starts);
		return ERR_NOMEM;
	}
	sort_ties(index, people, starts, ordered);
	free(index->ties);
	index->ties = ordered;
	index->tie_starts = starts;
	return 0;
}

static int walk_all(struct walk *w)
{
	const struct people_view *view = w->view;
	if (vec_make(&w->seen_groups, w->list->count, sizeof(*w->seen_groups)) < 0 ||
	    vec_make(&w->seen_people, view->count, sizeof(*w->seen_people)) < 0 ||
	    vec_make(&w->out->groups, w->list->count, sizeof(*w->out->groups)) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < w->list->count; i++)
		w->out->groups[i].entry = w->list->at[i].entry;
	if (read_members(w) < 0 || names_meet_people(&w->names, view, PERSON_BY_DN) < 0 || meet_groups(w) < 0 ||
	    resolve_members(w) < 0 || mark_loops(w) < 0)
		return ERR_NOMEM;
	return expand_all(w);
}

int group_index_make(const struct people_view *view, const struct grant_list *groups, struct grant_index *ret)
{
	struct walk walk = {.view = view, .list = groups, .out = ret};
	if (groups->count == 0)
		return 0;
	names_init(&walk.names);
	int rc = walk_all(&walk);
	walk_done(&walk);
	return rc < 0 ? rc : grant_index_order_ties(ret, view->count);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* timeline.c - see timeline.h. */
#include "core/timeline.h"

#include "core/identity.h"

/* ---- who is older --------------------------------------------------------------------------------- */

/* A server id that is gone counts as older; another server's count is no server id, and says nothing. */
static bool is_back(const struct back *back, const struct csn_vector *now)
{
	if (!csn_is_none(&back->now))
		return csn_is_older(&back->now, &back->seen);
	return !csn_is_usn(&back->seen) && (now->count == 0 || !csn_is_usn(&now->at[0]));
}

struct walk { /* through one source */
	const struct past *past;
	const struct source_snapshot *source;
	uint32_t which;
	size_t next; /* of what the past has seen: entries come in nearly the same order each time */
	back_fn each;
	void *ctx;
};

static void each_position(const struct walk *walk)
{
	const char *name = source_bases_of(walk->source, walk->which)->name;
	const struct csn_vector *then = source_position(&walk->past->positions, name);
	const struct csn_vector *now = &source_certificate_of(walk->source, walk->which)->position;
	for (uint32_t i = 0, k = 0; i < then->count; i++) {
		struct back back = {.source = walk->source->sources != NULL ? name : NULL,
				    .which = walk->which,
				    .sid = csn_sid(&then->at[i]),
				    .seen = then->at[i]};
		while (k < now->count && csn_sid(&now->at[k]) < back.sid)
			k++;
		if (k < now->count && csn_sid(&now->at[k]) == back.sid)
			back.now = now->at[k];
		if (is_back(&back, now))
			walk->each(walk->ctx, &back);
	}
}

static void check_entry(struct walk *walk, const struct entry *entry)
{
	struct seen_entry row;
	const struct seen_entry *seen = past_seen_next(walk->past, &entry->uuid, &walk->next, &row);
	if (seen == NULL || !csn_is_older(&entry->csn, &seen->csn))
		return;
	const struct back back = {.who = entry->uuid, .which = walk->which, .seen = seen->csn, .now = entry->csn};
	walk->each(walk->ctx, &back);
}

static void each_entry(struct walk *walk)
{
	const struct source_snapshot *source = walk->source;
	const struct joined_source *joined = source->sources;
	const uint32_t which = walk->which;
	uint32_t grant = joined != NULL && which > 0 ? joined[which - 1].grant_end : 0;
	uint32_t group = joined != NULL && which > 0 ? joined[which - 1].group_end : 0;
	uint32_t grant_end = joined != NULL ? joined[which].grant_end : source->grant_count;
	uint32_t group_end = joined != NULL ? joined[which].group_end : source->group_count;
	for (uint32_t i = 0; i < source->institution_count; i++)
		if (source->institutions[i].source == which)
			check_entry(walk, source->institutions[i].entry);
	for (uint32_t i = 0; i < source->people_count; i++)
		if (source->people[i].source == which)
			check_entry(walk, source->people[i].entry);
	for (; grant < grant_end; grant++)
		check_entry(walk, source->grants[grant].entry);
	for (; group < group_end; group++)
		check_entry(walk, source->groups[group].entry);
}

void timeline_each(const struct past *past, const struct source_snapshot *source, back_fn each, void *ctx)
{
	for (uint32_t i = 0; i < source_number(source); i++) {
		struct walk walk = {.past = past, .source = source, .which = i, .each = each, .ctx = ctx};
		if (!source_bases_of(source, i)->timed)
			continue;
		each_position(&walk);
		each_entry(&walk);
	}
}

/* ---- what was accepted ---------------------------------------------------------------------------- */

bool hold_lists_back(const struct past_hold *hold, const struct back *back)
{
	struct change_id id;
	back_identify(&back->who, back->source, back->sid, &id);
	const struct hold_op *op = hold_op_find(hold, &id);
	return op != NULL && op->kind == 0 && (uint64_t)back->now.time_us >= op->evidence;
}

static bool is_accepted(const struct past *past, const struct back *back)
{
	for (size_t i = 0; i < past->hold_count; i++)
		if (past->holds[i].state == HOLD_ACCEPTED && hold_lists_back(&past->holds[i], back))
			return true;
	return false;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

struct check {
	const struct past *past;
	struct timeline *found;
};

static void take_back(void *ctx, const struct back *back)
{
	const struct check *check = ctx;
	struct timeline *found = check->found;
	if (is_accepted(check->past, back)) {
		found->accepted++;
		return;
	}
	found->back_sources |= 1u << back->which;
	if (uuid_is_null(&back->who))
		found->position_went_back = true;
	else if (found->entries_back++ == 0) {
		found->first = back->who;
		found->first_seen = back->seen;
		found->first_now = back->now;
	}
}

static bool is_other_server(const struct csn_vector *then, const struct csn_vector *now)
{
	return then->count > 0 && now->count > 0 && csn_is_usn(&then->at[0]) && csn_is_usn(&now->at[0]) &&
	       then->at[0].rest != now->at[0].rest;
}

void timeline_check(const struct past *past, const struct source_snapshot *source, struct timeline *ret)
{
	struct check check = {past, ret};
	*ret = (struct timeline){0};
	for (uint32_t i = 0; i < source_number(source); i++)
		if (source_bases_of(source, i)->timed &&
		    is_other_server(source_position(&past->positions, source_bases_of(source, i)->name),
				    &source_certificate_of(source, i)->position))
			ret->other_servers |= UINT32_C(1) << i;
	timeline_each(past, source, take_back, &check);
}

bool timeline_went_back(const struct timeline *timeline)
{
	return timeline->position_went_back || timeline->entries_back > 0;
}

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

static void each_position(const struct csn_vector *then, const struct csn_vector *now, const char *source, back_fn each,
			  void *ctx)
{
	for (uint32_t i = 0, k = 0; i < then->count; i++) {
		struct back back = {.source = source, .sid = csn_sid(&then->at[i]), .seen = then->at[i]};
		while (k < now->count && csn_sid(&now->at[k]) < back.sid)
			k++;
		if (k < now->count && csn_sid(&now->at[k]) == back.sid)
			back.now = now->at[k];
		if (is_back(&back, now))
			each(ctx, &back);
	}
}

static void check_entry(const struct past *past, const struct entry *entry, back_fn each, void *ctx)
{
	const struct seen_entry *seen = past_seen(past, &entry->uuid);
	if (seen == NULL || !csn_is_older(&entry->csn, &seen->csn))
		return;
	const struct back back = {.who = entry->uuid, .seen = seen->csn, .now = entry->csn};
	each(ctx, &back);
}

static void each_entry(const struct past *past, const struct source_snapshot *source, uint32_t which, back_fn each,
		       void *ctx)
{
	const struct joined_source *joined = source->sources;
	uint32_t grant = joined != NULL && which > 0 ? joined[which - 1].grant_end : 0;
	uint32_t group = joined != NULL && which > 0 ? joined[which - 1].group_end : 0;
	uint32_t grant_end = joined != NULL ? joined[which].grant_end : source->grant_count;
	uint32_t group_end = joined != NULL ? joined[which].group_end : source->group_count;
	for (uint32_t i = 0; i < source->institution_count; i++)
		if (source->institutions[i].source == which)
			check_entry(past, source->institutions[i].entry, each, ctx);
	for (uint32_t i = 0; i < source->people_count; i++)
		if (source->people[i].source == which)
			check_entry(past, source->people[i].entry, each, ctx);
	for (; grant < grant_end; grant++)
		check_entry(past, source->grants[grant].entry, each, ctx);
	for (; group < group_end; group++)
		check_entry(past, source->groups[group].entry, each, ctx);
}

void timeline_each(const struct past *past, const struct source_snapshot *source, back_fn each, void *ctx)
{
	for (uint32_t i = 0; i < source_number(source); i++) {
		const char *name = source_bases_of(source, i)->name;
		if (!source_bases_of(source, i)->timed)
			continue;
		each_position(source_position(&past->positions, name), &source_certificate_of(source, i)->position,
			      source->sources != NULL ? name : NULL, each, ctx);
		each_entry(past, source, i, each, ctx);
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
	if (is_accepted(check->past, back))
		found->accepted++;
	else if (uuid_is_null(&back->who))
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
		ret->other_server |=
			source_bases_of(source, i)->timed &&
			is_other_server(source_position(&past->positions, source_bases_of(source, i)->name),
					&source_certificate_of(source, i)->position);
	timeline_each(past, source, take_back, &check);
}

bool timeline_went_back(const struct timeline *timeline)
{
	return timeline->position_went_back || timeline->entries_back > 0;
}

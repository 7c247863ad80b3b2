/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hold_back.c - holds because the source went back: what is older is listed, so that accept-source covers exactly that.
 *
 * While one of them is open, changes that come along wait under it too: it is not about them. Only something more that is older,
 * or older than listed, makes another one.
 */
#include "base/vec.h"
#include "core/hold_parts.h"
#include "core/identity.h"
#include "core/timeline.h"

static bool is_about_this(const struct past_hold *hold)
{
	return hold->rule == R_RULE_SOURCE_WENT_BACK;
}

/* Nobody decides these but by accepting: a rejection changes nothing. */
static bool is_open(const struct past_hold *hold, int64_t now_s)
{
	return is_about_this(hold) && hold->state != HOLD_ACCEPTED && hold->expires_s > now_s;
}

const struct past_hold *hold_back_open(const struct plan_input *in, int64_t now_s)
{
	const struct past *past = in->policy->past;
	for (size_t i = past->hold_count; i-- > 0;)
		if (is_open(&past->holds[i], now_s) && hold_is_still_back(&past->holds[i], in))
			return &past->holds[i];
	return NULL;
}

/* ---- does it still stand so? ---------------------------------------------------------------------- */

struct look {
	const struct past_hold *hold;
	bool found;
};

static void look_at(void *ctx, const struct back *back)
{
	struct look *look = ctx;
	struct change_id id;
	back_identify(&back->who, back->source, back->sid, &id);
	look->found |= hold_op_find(look->hold, &id) != NULL;
}

bool hold_is_still_back(const struct past_hold *hold, const struct plan_input *in)
{
	struct look look = {hold, true};
	for (uint32_t i = 0; look.found && i < hold->op_count; i++)
		look.found = hold->ops[i].kind != 0;
	if (!look.found)
		timeline_each(in->policy->past, in->policy->source, look_at, &look);
	return look.found;
}

/* ---- what nobody was asked about yet -------------------------------------------------------------- */

struct search {
	const struct past *past;
	int64_t now_s;
	struct fresh **fresh;
	size_t *count, *capacity;
	bool no_memory;
};

static bool is_listed(const struct search *search, const struct back *back)
{
	const struct past *past = search->past;
	for (size_t i = 0; i < past->hold_count; i++) {
		const struct past_hold *hold = &past->holds[i];
		bool counts = is_open(hold, search->now_s) || (is_about_this(hold) && hold->state == HOLD_ACCEPTED);
		if (counts && hold_lists_back(hold, back))
			return true;
	}
	return false;
}

static void take(void *ctx, const struct back *back)
{
	struct search *search = ctx;
	struct fresh fresh = {.rule = R_RULE_SOURCE_WENT_BACK, .role = UINT8_MAX, .change = NONE};
	if (is_listed(search, back))
		return;
	if (vec_reserve(search->fresh, search->capacity, *search->count + 1, sizeof(fresh)) < 0) {
		search->no_memory = true;
		return;
	}
	fresh.op = (struct hold_op){.evidence = (uint64_t)back->now.time_us,
				    .who = back->who,
				    .number = back->sid,
				    .reason = R_RULE_SOURCE_WENT_BACK,
				    .role = UINT8_MAX};
	back_identify(&back->who, back->source, back->sid, &fresh.op.id);
	(*search->fresh)[(*search->count)++] = fresh;
}

int holds_find_back(const struct plan_input *in, int64_t now_s, struct fresh **fresh, size_t *count, size_t *capacity)
{
	struct search search = {in->policy->past, now_s, fresh, count, capacity, false};
	timeline_each(in->policy->past, in->policy->source, take, &search);
	return search.no_memory ? ERR_NOMEM : 0;
}

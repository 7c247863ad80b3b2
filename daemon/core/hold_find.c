/* SPDX-License-Identifier: EUPL-1.2 */
/* hold_find.c - see hold_parts.h: the changes of a plan looked up in the lists of the holds. */
#include <stdlib.h>

#include "base/search.h"
#include "core/hold_parts.h"
#include "core/identity.h"

bool change_is_exclude(const struct change *change)
{
	return change->kind == CHANGE_MEMBER_REMOVE && change->reason == R_EXCLUDED;
}

/* ---- the index ------------------------------------------------------------------------------------ */

struct listing {
	const struct hold_op *op;
	const struct past_hold *hold;
};

struct index {
	struct listing *at; /* ascending by id, the newest hold first */
	size_t count;
};

/* Over or without a say: approval that nobody used in time, and what accept-source is for. */
static bool has_say(const struct past_hold *hold, int64_t now_s)
{
	if (hold->rule == R_RULE_SOURCE_WENT_BACK || hold->state == HOLD_ACCEPTED)
		return false;
	return hold->state != HOLD_APPROVED || hold->expires_s > now_s;
}

static int compare_listings(const void *a, const void *b)
{
	const struct listing *left = a, *right = b;
	int by_id = change_id_compare(&left->op->id, &right->op->id);
	if (by_id != 0)
		return by_id;
	return (left->hold->id < right->hold->id) - (left->hold->id > right->hold->id);
}

static int make_index(const struct past *past, int64_t now_s, struct index *ret)
{
	size_t count = 0;
	for (size_t i = 0; i < past->hold_count; i++)
		count += past->holds[i].op_count;
	*ret = (struct index){.at = calloc(count + 1, sizeof(*ret->at))};
	if (ret->at == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < past->hold_count; i++) {
		const struct past_hold *hold = &past->holds[i];
		for (uint32_t k = 0; has_say(hold, now_s) && k < hold->op_count; k++)
			ret->at[ret->count++] = (struct listing){&hold->ops[k], hold};
	}
	if (ret->count > 1)
		qsort(ret->at, ret->count, sizeof(*ret->at), compare_listings);
	return 0;
}

static const struct listing *find_listing(const struct index *index, const struct change_id *id)
{
	size_t at;
	LOWER_BOUND(at, 0, index->count, change_id_compare(&index->at[at].op->id, id) < 0);
	return at < index->count && change_id_compare(&index->at[at].op->id, id) == 0 ? &index->at[at] : NULL;
}

/* ---- the say -------------------------------------------------------------------------------------- */

/* An override that came later names the person itself: what was listed without it is another thing. */
static bool concerns(const struct listing *listing, const struct change *change)
{
	return !change_is_exclude(change) || listing->op->reason == R_EXCLUDED;
}

/* A rejection is over as soon as its evidence is another one. */
static bool is_overtaken(const struct listing *listing, const struct plan_input *in, const struct change *change)
{
	return listing->hold->state == HOLD_REJECTED && listing->op->evidence != change_evidence(in, change);
}

static int find_as(const struct index *index, const struct plan_input *in, const struct change *change,
		   const struct listing **ret)
{
	struct change_id id;
	if (change_identify(in, change, &id) < 0)
		return ERR_NOMEM;
	*ret = find_listing(index, &id);
	return 0;
}

/* In doubt, because a question was not answered or a value cannot be read, it is still what somebody was asked about. What was
 * decided then is there again when the doubt is over, so the evidence is not looked at. */
static void keep_listed(const struct past *past, struct change *change, const struct listing *listing)
{
	if (change->kept == 0 || listing->hold->id > past->holds[change->kept - 1].id)
		change->kept = (uint32_t)(listing->hold - past->holds) + 1;
}

/* What waits for a person, or was rejected, does not go by itself because its cause is another one by now: an end date that is
 * long known meanwhile, an entry that is gone. It is no more what was listed either: people are asked again. unread: no source was
 * since the start, so that no doubt is over. */
static void recast(struct change *change, const struct listing *listing, bool unread)
{
	if (change->recast == (change->hold != 0) && listing->hold->id > change->hold &&
	    listing->hold->state != HOLD_APPROVED && (unread || rule_is_sticky((enum reason)listing->hold->rule))) {
		change->hold = listing->hold->id;
		change->recast = true;
	}
}

/* The same removal for another cause. */
static int find_others(const struct index *index, const struct plan_input *in, struct change *change)
{
	static const uint16_t causes[] = {R_CAUSE_EXPLICIT, R_CAUSE_ABSENT, R_CAUSE_SCHEDULED, R_CAUSE_DOUBTFUL};
	struct change as_if = *change;
	const struct listing *listing;
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		as_if.cause = causes[i];
		if (causes[i] == change->cause)
			continue;
		if (find_as(index, in, &as_if, &listing) < 0)
			return ERR_NOMEM;
		if (listing != NULL && change->cause == R_CAUSE_DOUBTFUL)
			keep_listed(in->policy->past, change, listing);
		else if (listing != NULL)
			recast(change, listing, in->source_unread);
	}
	return 0;
}

static int find_one(const struct index *index, const struct plan_input *in, struct change *change)
{
	const struct listing *listing;
	bool removal = change->kind == CHANGE_MEMBER_REMOVE && change->cause != R_CAUSE_DRIFT;
	if (find_as(index, in, change, &listing) < 0)
		return ERR_NOMEM;
	if (listing != NULL && concerns(listing, change)) {
		change->hold = listing->hold->id;
		change->recast = is_overtaken(listing, in, change);
	}
	return removal && !change_is_exclude(change) ? find_others(index, in, change) : 0;
}

static int find_all(struct plan *plan, const struct plan_input *in, const struct index *index)
{
	for (uint32_t i = 0; i < plan->change_count; i++)
		if (find_one(index, in, &plan->changes[i]) < 0)
			return ERR_NOMEM;
	return 0;
}

static void forget_say(struct change *change)
{
	change->hold = 0;
	change->kept = 0;
	change->recast = false;
}

int holds_find(struct plan *plan, const struct plan_input *in, int64_t now_s)
{
	struct index index;
	for (uint32_t i = 0; i < plan->change_count; i++)
		forget_say(&plan->changes[i]);
	if (in->policy->past->hold_count == 0)
		return 0;
	int rc = make_index(in->policy->past, now_s, &index);
	if (rc == 0 && index.count > 0)
		rc = find_all(plan, in, &index);
	free(index.at);
	return rc;
}

enum hold_say hold_word(const struct past *past, const struct change *change, int64_t now_s)
{
	const struct past_hold *hold = change->hold != 0 ? past_hold(past, change->hold) : NULL;
	if (hold == NULL)
		return WORD_NONE;
	if (change->recast)
		return WORD_EXPIRED;
	switch (hold->state) {
	case HOLD_APPROVED: return WORD_APPROVED;
	case HOLD_REJECTED: return WORD_REJECTED;
	default: return hold->expires_s > now_s ? WORD_OPEN : WORD_EXPIRED;
	}
}

bool change_waits(const struct past *past, const struct change *change, int64_t now_s)
{
	enum hold_say word = hold_word(past, change, now_s);
	if (word == WORD_OPEN || word == WORD_EXPIRED)
		return rule_is_sticky((enum reason)past_hold(past, change->hold)->rule);
	return word == WORD_REJECTED;
}

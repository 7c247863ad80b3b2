/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy_institution.c - is an institution admitted, and why (not)? (R1, R2, R3, R6, R8)
 *
 * Order: number, ambiguity, state, dates, audience, kind, and then what its kind asks for. The first
 * thing against it is the answer; doubt about its state or dates comes before any refusal of the same
 * step. Requests: directive.h.
 */
#include "core/judge.h"

#include <stdlib.h>

#include "base/search.h"

/* ---- requests (R2) ------------------------------------------------------------------------------- */

static int compare_requests(const void *a, const void *b)
{
	const struct request *left = a, *right = b;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return uuid_compare(&left->entry->uuid, &right->entry->uuid);
}

int judge_read_requests(struct judge *judge, struct arena *arena)
{
	const struct target_snapshot *target = judge->in->target;
	uint32_t count = target->request_count;
	struct request *requests = arena_array(arena, count, sizeof(*requests));
	if (requests == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		request_read(judge->in, target->requests[i], &requests[i]);
	if (count > 1)
		qsort(requests, count, sizeof(*requests), compare_requests);
	judge->requests = requests;
	judge->request_count = count;
	return 0;
}

static int request_rank(enum reason reason)
{
	return reason == R_ADMITTED_REQUEST    ? 3
	       : reason == R_REQUEST_MALFORMED ? 2
	       : reason == R_REQUEST_LAPSED    ? 1
					       : 0;
}

/* Of several requests for one number: one that admits, then one in doubt; the latest end, the lowest UUID. */
static void take_better(struct request *best, const struct request *other)
{
	int better = request_rank(other->reason) - request_rank(best->reason);
	if (better == 0)
		better = other->until_s != best->until_s ? (other->until_s > best->until_s ? 1 : -1)
							 : uuid_compare(&best->entry->uuid, &other->entry->uuid);
	if (better > 0)
		*best = *other;
}

static uint32_t first_request(const struct judge *judge, uint32_t number)
{
	uint32_t at;
	LOWER_BOUND(at, 0, judge->request_count, judge->requests[at].number < number);
	return at;
}

static struct request best_request(const struct judge *judge, uint32_t number)
{
	struct request best = {.number = number, .reason = R_NO_REQUEST, .until_s = INT64_MAX};
	for (uint32_t i = first_request(judge, number); i < judge->request_count && judge->requests[i].number == number;
	     i++)
		take_better(&best, &judge->requests[i]);
	return best;
}

/* ---- what the entry says ------------------------------------------------------------------------- */

static void read_entry(const struct judge *judge, const struct entry *entry, struct activity *activity,
		       struct period *period, bool *audience)
{
	const struct policy_settings *set = judge->in->settings;
	struct entry_cursor cursor = entry_values(entry);
	enum field field;
	struct text value, asked = text_of(set->audience);
	*audience = text_is_empty(asked);
	while (entry_next(&cursor, &field, &value)) {
		if (field == FIELD_STATE)
			activity_add(activity, set->institution_active, value);
		else if (field == FIELD_BEGIN || field == FIELD_END)
			period_add(period, judge, field, value, set->institution_dates);
		else if (field == FIELD_AUDIENCE)
			*audience |= text_equal_nocase(text_trim(value), asked);
	}
}

void policy_institution_dates(const struct policy_input *in, uint32_t institution, int32_t *ret_begin, int32_t *ret_end)
{
	struct judge judge;
	struct activity activity = {0};
	struct period period = {.begin = DAY_NONE, .end = DAY_NONE};
	bool audience;
	judge_init(&judge, in, NULL);
	read_entry(&judge, in->source->institutions[institution].entry, &activity, &period, &audience);
	*ret_begin = period.begin;
	*ret_end = period.end;
}

static bool any_value_matches(const struct entry *entry, enum field field, const char *pattern)
{
	struct entry_cursor cursor = entry_values(entry);
	struct text value;
	while (entry_next_of(&cursor, field, &value))
		if (text_matches(text_trim(value), text_of(pattern)))
			return true;
	return false;
}

static bool is_approved(const struct policy_settings *set, struct text programme)
{
	const char *const *pattern = set->programme_approved;
	for (; pattern != NULL && *pattern != NULL; pattern++)
		if (text_matches(text_trim(programme), text_of(*pattern)))
			return true;
	return false;
}

static uint32_t count_approved(const struct policy_settings *set, const struct entry *entry)
{
	uint32_t count = 0;
	struct entry_cursor cursor = entry_values(entry);
	struct text value;
	while (entry_next_of(&cursor, FIELD_PROGRAMME, &value))
		count += is_approved(set, value);
	return count;
}

/* The first that fits; NULL: the configuration does not know its kind. */
static const struct policy_kind *kind_of(const struct policy_settings *set, const struct entry *entry)
{
	for (uint32_t i = 0; i < set->kind_count; i++)
		if (any_value_matches(entry, FIELD_KIND, set->kinds[i].value))
			return &set->kinds[i];
	return NULL;
}

/* Does our own entry say that a programme admits it? */
static bool stands_by_programme(const struct target_snapshot *target, uint32_t number)
{
	const uint32_t at = number != 0 ? target_institution_by_number(target, number) : NONE;
	return at != NONE && target->institutions[at].ours &&
	       text_equal(entry_value(target->institutions[at].entry, FIELD_ADMISSION),
			  text_of(admission_word(R_ADMITTED_PROGRAMME)));
}

void institution_programmes(const struct judge *judge, uint32_t at, struct programmes *ret)
{
	const struct policy_settings *set = judge->in->settings;
	const struct source_institution *institution = &judge->in->source->institutions[at];
	const struct policy_kind *kind = kind_of(set, institution->entry);
	if (kind == NULL || kind->admission != ADMISSION_PROGRAMME)
		return;
	const uint32_t values = entry_count(institution->entry, FIELD_PROGRAMME);
	const uint32_t approved = count_approved(set, institution->entry);
	const bool lost = approved == 0 && stands_by_programme(judge->in->target, institution->number);
	ret->institutions++;
	ret->named += values > 0;
	ret->approved += approved > 0;
	ret->values += values;
	ret->values_approved += approved;
	ret->hidden += lost && values == 0;
	ret->withdrawn += lost && values > 0;
}

static enum reason judge_by_request(const struct judge *judge, uint32_t number, struct institution_facts *ret)
{
	struct request request = best_request(judge, number);
	ret->request = request.entry;
	ret->until_s = request.until_s;
	return request.reason;
}

static enum reason judge_kind(const struct judge *judge, const struct source_institution *institution,
			      struct institution_facts *ret)
{
	const struct policy_settings *set = judge->in->settings;
	const struct policy_kind *kind = kind_of(set, institution->entry);
	if (kind == NULL)
		return R_KIND_UNKNOWN;
	switch (kind->admission) {
	case ADMISSION_ALWAYS: return R_ADMITTED_ALWAYS;
	case ADMISSION_REQUEST: return judge_by_request(judge, institution->number, ret);
	case ADMISSION_PROGRAMME:
		return count_approved(set, institution->entry) > 0 ? R_ADMITTED_PROGRAMME : R_NO_PROGRAMME;
	default: return R_KIND_NEVER;
	}
}

static bool is_claimed_twice(const struct source_snapshot *source, uint32_t at)
{
	uint32_t number = source->institutions[at].number;
	return (at > 0 && source->institutions[at - 1].number == number) ||
	       (at + 1 < source->institution_count && source->institutions[at + 1].number == number);
}

void institution_judge(const struct judge *judge, uint32_t at, struct institution_facts *ret)
{
	const struct source_institution *institution = &judge->in->source->institutions[at];
	struct activity activity = {0};
	bool audience;
	*ret = (struct institution_facts){.period = {.begin = DAY_NONE, .end = DAY_NONE}, .until_s = INT64_MAX};
	read_entry(judge, institution->entry, &activity, &ret->period, &audience);
	enum reason active = activity_judge(&activity, judge->in->settings->institution_active, R_INSTITUTION_INACTIVE);
	enum reason dates = period_judge(&ret->period, judge->today, R_INSTITUTION_NOT_YET, R_INSTITUTION_ENDED);
	if (institution->number == 0)
		ret->reason = R_NUMBER_MALFORMED;
	else if (is_claimed_twice(judge->in->source, at))
		ret->reason = R_INSTITUTION_AMBIGUOUS;
	else if (active != R_GRANTED && !(active == R_INSTITUTION_INACTIVE && dates == R_DATE_MALFORMED))
		ret->reason = active;
	else if (dates != R_GRANTED)
		ret->reason = dates;
	else if (!audience)
		ret->reason = R_AUDIENCE_MISSING;
	else
		ret->reason = judge_kind(judge, institution, ret);
}

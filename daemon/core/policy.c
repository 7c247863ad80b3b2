/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy.c - policy_apply: the judgements of policy_*.c over everybody, once.
 *
 *   requests -> institutions, each judged once -> what people decided -> people -> their values -> grants
 *            -> memberships in order
 *
 * What grows while it runs stands on the heap and goes at the end; what is kept is in the caller's arena.
 */
#include "core/policy.h"

#include <stdlib.h>

#include "base/vec.h"
#include "core/policy_run.h"
#include "core/word.h"

#define BUCKET_BITS 4 /* so many numbers share a bucket: a look-up is one jump and a few steps */
#define BUCKETS     ((NUMBER_MAX >> BUCKET_BITS) + 2)

void run_done(struct run *run)
{
	free(run->raw);
	free(run->refusals);
	free(run->grantors);
	free(run->grants);
	free(run->group_readings);
}

static int keep(struct run *run, const struct refusal *refusal)
{
	struct desired *desired = run->desired;
	desired->by_reason[refusal->reason]++;
	if (desired->refusal_count++ >= POLICY_REFUSALS_KEPT)
		return 0;
	if (vec_reserve(&run->refusals, &run->refusal_capacity, (size_t)desired->refusals_kept + 1,
			sizeof(*run->refusals)) < 0)
		return ERR_NOMEM;
	run->refusals[desired->refusals_kept++] = *refusal;
	return 0;
}

int run_refuse(struct run *run, const struct refusal *refusal)
{
	struct refusal whole = *refusal;
	if (whole.entry == NULL)
		whole.entry = run->judge.in->source->people[whole.person].entry;
	if (run->tell == NULL)
		return keep(run, &whole);
	run->tell(run->ctx, &whole);
	return 0;
}

/* ---- requests and institutions ------------------------------------------------------------------- */

static int refuse_requests(struct run *run)
{
	for (uint32_t i = 0; i < run->judge.request_count; i++) {
		const struct request *request = &run->judge.requests[i];
		struct refusal refusal = {.person = NONE,
					  .number = request->number,
					  .reason = R_REQUEST_MALFORMED,
					  .role = ROLE_NONE,
					  .value = entry_dn_part(request->entry),
					  .entry = request->entry};
		if (request->reason == R_REQUEST_MALFORMED && run_refuse(run, &refusal) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

int run_refuse_institution(struct run *run, const struct source_institution *institution, enum reason reason)
{
	struct refusal refusal = {.person = NONE,
				  .number = institution->number,
				  .reason = (uint16_t)reason,
				  .role = ROLE_NONE,
				  .value = entry_value(institution->entry, FIELD_NUMBER),
				  .entry = institution->entry};
	return run_refuse(run, &refusal);
}

static int add_institution(struct run *run, uint32_t at, int32_t *ends)
{
	const struct source_institution *institution = &run->judge.in->source->institutions[at];
	struct desired *desired = run->desired;
	struct institution_facts facts;
	institution_judge(&run->judge, at, &facts);
	institution_programmes(&run->judge, at, &desired->programmes[institution->source]);
	bool admitted = reason_kind(facts.reason) == REASON_GRANTED;
	if (admitted)
		desired->by_reason[facts.reason]++;
	else if (reason_kind(facts.reason) == REASON_DOUBT &&
		 run_refuse_institution(run, institution, facts.reason) < 0)
		return ERR_NOMEM;
	if (institution->number == 0)
		return 0;
	period_next(&facts.period, run->judge.today, &run->next_day);
	if (facts.until_s > run->judge.in->now_s && facts.until_s < run->next_s)
		run->next_s = facts.until_s;
	uint32_t count = desired->institution_count;
	if (count > 0 && desired->institutions[count - 1].number == institution->number)
		return 0; /* the second claimant of an ambiguous number */
	ends[count] = facts.period.end;
	desired->institutions[desired->institution_count++] =
		(struct desired_institution){.number = institution->number,
					     .source = at,
					     .reason = facts.reason,
					     .request = facts.request,
					     .admitted = admitted,
					     .ambiguous = facts.reason == R_INSTITUTION_AMBIGUOUS};
	return 0;
}

static int add_institutions(struct run *run, struct arena *arena, struct arena *scratch)
{
	uint32_t count = run->judge.in->source->institution_count;
	int32_t *ends = arena_array(scratch, count, sizeof(*ends));
	run->desired->institutions = arena_array(arena, count, sizeof(*run->desired->institutions));
	run->ends = ends;
	if (ends == NULL || run->desired->institutions == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		if (add_institution(run, i, ends) < 0)
			return ERR_NOMEM;
	return 0;
}

int run_index_institutions(struct run *run, struct arena *scratch)
{
	const struct desired *desired = run->desired;
	run->starts = arena_array(scratch, BUCKETS, sizeof(*run->starts));
	if (run->starts == NULL)
		return ERR_NOMEM;
	for (uint32_t bucket = 0, at = 0; bucket < BUCKETS; bucket++) {
		while (at < desired->institution_count && desired->institutions[at].number >> BUCKET_BITS < bucket)
			at++;
		run->starts[bucket] = at;
	}
	return 0;
}

/* ---- people and their values --------------------------------------------------------------------- */

static uint32_t institution_of(const struct run *run, uint32_t number)
{
	const struct desired_institution *institutions = run->desired->institutions;
	uint32_t at = run->starts[number >> BUCKET_BITS], end = run->starts[(number >> BUCKET_BITS) + 1];
	for (; at < end; at++)
		if (institutions[at].number == number)
			return at;
	return NONE;
}

static int32_t earlier(int32_t a, int32_t b)
{
	if (a == DAY_NONE || b == DAY_NONE)
		return a == DAY_NONE ? b : a;
	return a < b ? a : b;
}

static int add_membership(struct run *run, const struct desired_membership *membership)
{
	if (vec_reserve(&run->raw, &run->raw_capacity, run->raw_count + 1, sizeof(*run->raw)) < 0)
		return ERR_NOMEM;
	run->raw[run->raw_count++] = *membership;
	return 0;
}

/* What people decided about the grant's membership, or NULL. */
static const struct word *word_of(const struct run *run, const struct grant *grant)
{
	for (uint32_t i = run->word; i < run->word_end; i++)
		if (run->desired->words[i].number == grant->number && run->desired->words[i].role == grant->role)
			return &run->desired->words[i];
	return NULL;
}

/* at: the position of its institution in desired, or NONE. */
static int remember_grantor(struct run *run, const struct grant *grant, uint32_t at)
{
	struct desired *desired = run->desired;
	struct past_grantor fresh;
	if (!grant_has_grantor(grant))
		return 0; /* so are nearly all, and this is for each of them */
	struct grant seen = *grant;
	if (at != NONE && desired->institutions[at].ambiguous)
		seen.institution = NONE;
	if (!grantor_is_new(&run->judge, &seen, &fresh))
		return 0;
	if (vec_reserve(&run->grantors, &run->grantor_capacity, (size_t)desired->grantor_count + 1, sizeof(fresh)) < 0)
		return ERR_NOMEM;
	run->grantors[desired->grantor_count++] = fresh;
	return 0;
}

/* What gives a membership has to be known when it is not shown one day. Once told, it costs a look-up. */
static int remember_entry(struct run *run, const struct grant *grant, const struct entry *entry)
{
	struct desired *desired = run->desired;
	const struct past_grant fresh = {.entry = entry->uuid,
					 .person = run->judge.in->source->people[grant->person].entry->uuid,
					 .number = grant->number,
					 .role = grant->role,
					 .kind = entry->kind};
	if (past_has_grant(run->judge.in->past, &fresh))
		return 0;
	if (vec_reserve(&run->grants, &run->grant_capacity, (size_t)desired->grant_count + 1, sizeof(fresh)) < 0)
		return ERR_NOMEM;
	run->grants[desired->grant_count++] = fresh;
	return 0;
}

/* The entry, or every group from the one that lists the person to the one that names the institution. */
static int remember_entries(struct run *run, const struct grant *grant)
{
	const struct source_snapshot *source = run->judge.in->source;
	if (grant->entry == NULL)
		return 0;
	if (grant->entry->kind == ENTRY_GRANT)
		return remember_entry(run, grant, grant->entry);
	for (uint32_t step = grant->step; step != NONE; step = source->steps[step].up)
		if (remember_entry(run, grant, source->groups[source->steps[step].group].entry) < 0)
			return ERR_NOMEM;
	return 0;
}

static int take_grant(struct run *run, const struct grant *grant, uint32_t institution, const struct word *word)
{
	const struct desired_membership membership = {.number = grant->number,
						      .person = grant->person,
						      .end_day = earlier(grant->end_day, run->ends[institution]),
						      .reason = (uint16_t)word_mark(word, R_GRANTED),
						      .role = grant->role,
						      .value = grant->value};
	return add_membership(run, &membership);
}

/* Finds the institution that the grant names: its position in desired, or NONE. */
static uint32_t place_grant(const struct run *run, struct grant *grant)
{
	const uint32_t at = institution_of(run, grant->number);
	grant->institution = at == NONE ? NONE : run->desired->institutions[at].source;
	return at;
}

int run_see_grant(struct run *run, struct grant *grant)
{
	const uint32_t at = place_grant(run, grant);
	return remember_grantor(run, grant, at);
}

int run_add_grant(struct run *run, struct grant *grant)
{
	const struct word *word = word_of(run, grant);
	const uint32_t at = place_grant(run, grant);
	const enum reason institution = at == NONE ? R_INSTITUTION_UNKNOWN : run->desired->institutions[at].reason;
	enum reason reason = grant_judge(&run->judge, grant, institution);
	if (remember_grantor(run, grant, at) < 0 || (reason == R_GRANTED && remember_entries(run, grant) < 0))
		return ERR_NOMEM;
	if (word != NULL && word_takes(word))
		reason = (enum reason)word->reason;
	else if (reason == R_GRANTED)
		return take_grant(run, grant, at, word);
	struct refusal refusal = {grant->person, grant->number, (uint16_t)reason,
				  grant->role,   grant->value,  grant->entry};
	return run_refuse(run, &refusal);
}

/* One organisation of a value against each of its contexts. */
static int add_organisation(struct run *run, const struct right *right, struct text org, struct grant *grant)
{
	struct refusal refusal = {grant->person, 0, R_NUMBER_MALFORMED, ROLE_NONE, grant->value, NULL};
	if (!number_parse(org, &grant->number))
		return run_refuse(run, &refusal);
	refusal.number = grant->number;
	refusal.reason = R_RIGHT_WITHOUT_ROLE;
	if (right->context_count == 0)
		return run_refuse(run, &refusal);
	refusal.reason = R_ROLE_UNKNOWN;
	for (uint32_t i = 0; i < right->context_count; i++) {
		grant->role = role_find(run->judge.in->settings, right->contexts[i]);
		if ((grant->role == ROLE_NONE ? run_refuse(run, &refusal) : run_add_grant(run, grant)) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

static int add_value(struct run *run, struct text value, struct grant *grant)
{
	enum right_form form = right_parse(value, text_of(run->judge.in->settings->right), &run->right, NULL);
	if (form == RIGHT_OTHER)
		return 0;
	grant->value = value;
	if (form == RIGHT_MALFORMED) {
		struct refusal refusal = {grant->person, 0, R_RIGHT_MALFORMED, ROLE_NONE, value, NULL};
		return run_refuse(run, &refusal);
	}
	for (uint32_t i = 0; i < run->right.org_count; i++)
		if (add_organisation(run, &run->right, run->right.orgs[i], grant) < 0)
			return ERR_NOMEM;
	return 0;
}

static int add_values(struct run *run, uint32_t person, struct person_facts *facts)
{
	struct grant grant = {.person = person, .begin_day = facts->period.begin, .end_day = facts->period.end};
	struct text value;
	enum reason reason = person_judge(&run->judge, person, facts);
	if (reason != R_GRANTED) {
		struct refusal refusal = {person, 0, (uint16_t)reason, ROLE_NONE, text_of(NULL), NULL};
		return run_refuse(run, &refusal) < 0 ? ERR_NOMEM : run_see_entries(run, person);
	}
	while (entry_next_of(&facts->rights, FIELD_RIGHT, &value))
		if (add_value(run, value, &grant) < 0)
			return ERR_NOMEM;
	return run_add_entries(run, person, facts);
}

/* The last whole day of it. */
static int32_t last_day(const struct run *run, int64_t until_s)
{
	return zone_day_of(run->judge.in->zone, until_s - 1);
}

/* What an include or an undo gives comes after the values: where both give it, the source's reason stays. */
static int add_given(struct run *run, const struct word *word)
{
	uint32_t institution = institution_of(run, word->number);
	int32_t closes = word->reason == R_INCLUDED ? run->ends[institution] : DAY_NONE;
	const struct desired_membership membership = {.number = word->number,
						      .person = word->person,
						      .end_day = earlier(last_day(run, word->until_s), closes),
						      .reason = (uint16_t)word_mark(word, (enum reason)word->reason),
						      .role = word->role};
	return add_membership(run, &membership);
}

/* Words and people ascend alike; a run may begin with anybody. */
static void find_words(struct run *run, uint32_t person)
{
	const struct desired *desired = run->desired;
	run->word = run->word_end;
	while (run->word < desired->word_count && desired->words[run->word].person < person)
		run->word++;
	run->word_end = run->word;
	while (run->word_end < desired->word_count && desired->words[run->word_end].person == person)
		run->word_end++;
}

int run_add_source(struct run *run, uint32_t person, struct person_facts *facts)
{
	person_read(&run->judge, run->judge.in->source->people[person].entry, facts);
	period_next(&facts->period, run->judge.today, &run->next_day);
	find_words(run, person);
	return add_values(run, person, facts);
}

static int add_person(struct run *run, uint32_t person)
{
	const struct policy_input *in = run->judge.in;
	struct person_facts facts;
	size_t before = run->raw_count;
	if (run_add_source(run, person, &facts) < 0)
		return ERR_NOMEM;
	for (uint32_t i = run->word; i < run->word_end; i++)
		if (word_gives(&run->desired->words[i]) && add_given(run, &run->desired->words[i]) < 0)
			return ERR_NOMEM;
	if (run->raw_count > before)
		run->desired->person_keys[person] = wanted_person_key(&facts, in->source->people[person].entry);
	return 0;
}

static int add_people(struct run *run, struct arena *arena)
{
	uint32_t count = run->judge.in->source->people_count;
	run->desired->person_keys = arena_array(arena, count, sizeof(*run->desired->person_keys));
	if (run->desired->person_keys == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		if (add_person(run, i) < 0)
			return ERR_NOMEM;
	return run_refuse_entries(run);
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static int64_t next_change(const struct run *run)
{
	if (run->next_day == INT32_MAX)
		return run->next_s;
	int64_t day_s = zone_day_start(run->judge.in->zone, run->next_day);
	return day_s < run->next_s ? day_s : run->next_s;
}

/* The ambiguous keep what they have for AMBIGUITY_S: its end is a change too. */
static void note_ambiguity_ends(struct run *run)
{
	const struct past *past = run->judge.in->past;
	for (size_t i = 0; i < past->ambiguity_count; i++) {
		int64_t end_s = past->ambiguities[i].since_s + AMBIGUITY_S + 1;
		if (end_s > run->judge.in->now_s && end_s < run->next_s)
			run->next_s = end_s;
	}
}

static void count_reasons(struct desired *desired)
{
	if (desired->word_count == 0)
		desired->by_reason[R_GRANTED] = desired->membership_count;
	for (uint32_t i = 0; desired->word_count > 0 && i < desired->membership_count; i++)
		desired->by_reason[desired->memberships[i].reason]++;
}

static int finish(struct run *run, struct arena *arena)
{
	struct desired *desired = run->desired;
	desired->refusals = arena_copy_array(arena, run->refusals, desired->refusals_kept, sizeof(*desired->refusals));
	desired->grantors = arena_copy_array(arena, run->grantors, desired->grantor_count, sizeof(*desired->grantors));
	desired->grants = arena_copy_array(arena, run->grants, desired->grant_count, sizeof(*desired->grants));
	if (desired->refusals == NULL || desired->grantors == NULL || desired->grants == NULL ||
	    memberships_order(run->judge.in->source, run->raw, (uint32_t)run->raw_count, arena, &desired->memberships,
			      &desired->membership_count) < 0)
		return ERR_NOMEM;
	if (desired->grant_count > 1)
		qsort(desired->grants, desired->grant_count, sizeof(*desired->grants), grants_compare);
	count_reasons(desired);
	words_settle(run->judge.in, desired);
	note_ambiguity_ends(run);
	desired->next_change_s = next_change(run);
	return 0;
}

int policy_apply(const struct policy_input *in, struct arena *arena, struct desired **ret, struct err *err)
{
	struct arena scratch;
	arena_init(&scratch, 0);
	struct run run = {.next_day = INT32_MAX, .next_s = INT64_MAX};
	judge_init(&run.judge, in, &run.no_memory);
	run.desired = arena_alloc(arena, sizeof(*run.desired));
	int rc = ERR_NOMEM;
	if (run.desired != NULL && judge_read_requests(&run.judge, &scratch) == 0 && refuse_requests(&run) == 0 &&
	    add_institutions(&run, arena, &scratch) == 0 && run_index_institutions(&run, &scratch) == 0 &&
	    words_hear(&run.judge, run.desired, arena, &run.next_s) == 0 && add_people(&run, arena) == 0)
		rc = finish(&run, arena);
	run_done(&run);
	arena_done(&scratch);
	if (rc < 0 || run.no_memory)
		return err_nomem(err);
	*ret = run.desired;
	return 0;
}

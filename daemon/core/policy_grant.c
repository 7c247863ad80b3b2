/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy_grant.c - one grant at a judged institution (R4, R5, R8), and why somebody lacks a membership.
 */
#include "core/judge.h"

#include <sodium.h>

#include "core/word.h"
#include "model/dn.h"

uint8_t role_find(const struct policy_settings *settings, struct text word)
{
	for (uint32_t i = 0; i < settings->role_count; i++)
		if (text_equal_nocase(word, text_of(settings->roles[i].name)))
			return (uint8_t)i;
	return ROLE_NONE;
}

/* ---- grantors (R4) ------------------------------------------------------------------------------- */

/* A grantor is written as a vo-id or as a DN, on both sides. The DN of one directory is nobody's, or somebody else's, in another. */
static bool is_same_grantor(const struct judge *judge, struct text a, struct text b, bool one_directory)
{
	uint64_t left, right;
	a = text_trim(a);
	b = text_trim(b);
	const bool equal = text_equal_nocase(a, b);
	if (equal && one_directory)
		return true;
	if (dn_key_of(a, &left) < 0 || dn_key_of(b, &right) < 0) {
		*judge->no_memory = true;
		return false;
	}
	return left != 0 ? one_directory && left == right : equal;
}

static bool is_board_grantor(const struct judge *judge, struct text grantor)
{
	const char *const *board = judge->in->settings->board_grantors;
	for (; board != NULL && *board != NULL; board++)
		if (is_same_grantor(judge, grantor, text_of(*board), true))
			return true;
	return false;
}

static bool administers(const struct judge *judge, const struct grant *grant, enum field field)
{
	const struct source_snapshot *source = judge->in->source;
	const struct source_institution *institution = &source->institutions[grant->institution];
	const bool one_directory = institution->source == source->people[grant->person].source;
	struct entry_cursor cursor = entry_values(institution->entry);
	struct text value;
	while (entry_next_of(&cursor, field, &value))
		if (is_same_grantor(judge, grant->grantor, value, one_directory))
			return true;
	return false;
}

/* Whose verdict it is: of the entry and whom it names, by a hash that is the same in every process. A refused grant says nothing
 * about another one that the same person gets later, from somebody who may. */
static struct uuid grantor_subject(const struct policy_input *in, const struct grant *grant)
{
	const struct uuid *person = &in->source->people[grant->person].entry->uuid;
	struct uuid both[2] = {grant->entry != NULL ? grant->entry->uuid : *person, *person}, subject = *person;
	if (grant->entry != NULL)
		crypto_generichash(subject.bytes, sizeof(subject.bytes), both[0].bytes, sizeof(both), NULL, 0);
	return subject;
}

static const struct past_grantor *remembered(const struct policy_input *in, const struct grant *grant)
{
	const struct uuid who = grantor_subject(in, grant);
	return past_grantor(in->past, &who, grant->number, grant->role);
}

/* What a source shows in its first read was there before: who may have granted it then, nobody can tell. */
static bool is_first_contact(const struct policy_input *in, const struct grant *grant)
{
	const struct source_snapshot *source = in->source;
	return in->past->first_contact ||
	       (source->sources != NULL &&
		source_position_of(&in->past->positions,
				   source_bases_of(source, source->people[grant->person].source)->name) == NULL);
}

static enum reason grantor_judge(const struct judge *judge, const struct grant *grant)
{
	const struct policy_input *in = judge->in;
	if (!grant_has_grantor(grant))
		return R_GRANTED;
	const struct past_grantor *known = remembered(in, grant);
	if (known != NULL)
		return known->accepted ? R_GRANTED : R_GRANTOR_REFUSED;
	if (is_first_contact(in, grant) || is_board_grantor(judge, grant->grantor))
		return R_GRANTED;
	if (grant->grantor_missing)
		return R_GRANTOR_MISSING;
	return administers(judge, grant, FIELD_HEAD_ADMIN) || administers(judge, grant, FIELD_LOCAL_ADMIN)
		       ? R_GRANTED
		       : R_GRANTOR_REFUSED;
}

bool grantor_is_new(const struct judge *judge, const struct grant *grant, struct past_grantor *ret)
{
	if (!grant_has_grantor(grant) || (grant->institution == NONE && !is_first_contact(judge->in, grant)) ||
	    remembered(judge->in, grant) != NULL)
		return false;
	const enum reason verdict = grantor_judge(judge, grant);
	if (verdict == R_GRANTOR_MISSING)
		return false;
	*ret = (struct past_grantor){.person = grantor_subject(judge->in, grant),
				     .number = grant->number,
				     .role = grant->role,
				     .accepted = verdict == R_GRANTED};
	return true;
}

/* ---- one grant ------------------------------------------------------------------------------------ */

enum reason grant_judge(const struct judge *judge, const struct grant *grant, enum reason institution)
{
	const struct period period = {.begin = grant->begin_day, .end = grant->end_day};
	if (grant->institution == NONE)
		return R_INSTITUTION_UNKNOWN;
	if (reason_kind(institution) != REASON_GRANTED)
		return institution;
	enum reason dates = period_judge(&period, judge->today, R_NOT_YET_VALID, R_ENDED);
	return dates != R_GRANTED ? dates : grantor_judge(judge, grant);
}

/* ---- why not? ------------------------------------------------------------------------------------ */

int reason_progress(enum reason reason)
{
	static const uint8_t progress[REASON_COUNT] = {
		[R_PERSON_UNKNOWN] = 0,
		[R_NO_RIGHT] = 1,
		[R_OTHER_INSTITUTION] = 2,
		[R_RIGHT_WITHOUT_ROLE] = 3,
		[R_ROLE_UNKNOWN] = 4,
		[R_INSTITUTION_UNKNOWN] = 5,
		[R_INSTITUTION_INACTIVE] = 6,
		[R_INSTITUTION_ENDED] = 6,
		[R_INSTITUTION_NOT_YET] = 6,
		[R_AUDIENCE_MISSING] = 7,
		[R_KIND_UNKNOWN] = 8,
		[R_KIND_NEVER] = 8,
		[R_NO_PROGRAMME] = 9,
		[R_NO_REQUEST] = 9,
		[R_REQUEST_LAPSED] = 10,
		[R_PERSON_INACTIVE] = 11,
		[R_GRANT_INACTIVE] = 11,
		[R_ENDED] = 12,
		[R_NOT_YET_VALID] = 12,
		[R_GRANTOR_REFUSED] = 13,
		[R_INCLUDE_LAPSED] = 14,
		[R_UNDONE_TAKEN] = 15,
		[R_EXCLUDED] = 15,
		[R_GRANTED] = UINT8_MAX,
		[R_INCLUDED] = UINT8_MAX,
		[R_UNDONE_GIVEN] = UINT8_MAX,
	};
	if (reason_kind(reason) == REASON_DOUBT)
		return UINT8_MAX - 1; /* what cannot be read may well be what is looked for */
	return progress[reason];
}

static void take_nearer(enum reason *best, struct text *best_value, enum reason reason, struct text value)
{
	if (reason_progress(reason) > reason_progress(*best)) {
		*best = reason;
		*best_value = value;
	}
}

struct question {
	const struct judge *judge;
	const struct desired *desired;
	uint32_t person, number;
	uint8_t role;
	struct period period;
};

static enum reason judge_at_institution(const struct question *q, struct grant *grant)
{
	uint32_t at = desired_institution_find(q->desired, q->number);
	grant->institution = at == NONE ? NONE : q->desired->institutions[at].source;
	return grant_judge(q->judge, grant, at == NONE ? R_INSTITUTION_UNKNOWN : q->desired->institutions[at].reason);
}

static enum reason judge_named(const struct question *q, struct text value)
{
	struct grant grant = {.person = q->person,
			      .number = q->number,
			      .role = q->role,
			      .begin_day = q->period.begin,
			      .end_day = q->period.end,
			      .value = value};
	return judge_at_institution(q, &grant);
}

/* As it was read from an entry or a group. What cannot be read of it may well be what is asked for. */
static enum reason judge_read(const struct question *q, struct grant *grant, enum reason reason)
{
	if (grant->number != 0 && grant->number != q->number)
		return R_OTHER_INSTITUTION;
	if (grant->role != ROLE_NONE && grant->role != q->role)
		return R_NO_RIGHT;
	if (reason != R_GRANTED)
		return reason;
	grant->person = q->person;
	grant_narrow(grant, &q->period);
	return judge_at_institution(q, grant);
}

static enum reason judge_entry(const struct question *q, const struct entry *entry, struct text *value)
{
	struct grant grant;
	enum reason reason = grant_read(q->judge, entry, &grant);
	*value = grant.value;
	return judge_read(q, &grant, reason);
}

static enum reason judge_tie(const struct question *q, const struct source_tie *tie, struct text *value)
{
	const struct source_snapshot *source = q->judge->in->source;
	struct grant grant;
	enum reason reason = group_read(q->judge, source->groups[tie_top(source, tie)].entry, &grant);
	*value = grant.value;
	return judge_read(q, &grant, reason);
}

static void judge_ties(const struct question *q, enum reason *best, struct text *best_value)
{
	const struct source_snapshot *source = q->judge->in->source;
	uint32_t at, end;
	source_ties_of(source, q->person, &at, &end);
	for (; at < end; at++) {
		struct text value;
		enum reason reason = judge_tie(q, &source->ties[at], &value);
		take_nearer(best, best_value, reason, value);
	}
}

static void judge_entries(const struct question *q, enum reason *best, struct text *best_value)
{
	const struct source_snapshot *source = q->judge->in->source;
	uint32_t at, end;
	source_grants_of(source, q->person, &at, &end);
	for (; at < end; at++) {
		struct text value;
		enum reason reason = judge_entry(q, source->grants[source->grant_order[at]].entry, &value);
		take_nearer(best, best_value, reason, value);
	}
}

static bool names_role(const struct question *q, const struct right *right, bool *unknown)
{
	bool named = false;
	for (uint32_t i = 0; i < right->context_count; i++) {
		uint8_t role = role_find(q->judge->in->settings, right->contexts[i]);
		named |= role == q->role;
		*unknown |= role == ROLE_NONE;
	}
	return named;
}

static enum reason judge_value(const struct question *q, struct text value)
{
	struct right right;
	enum right_form form = right_parse(value, text_of(q->judge->in->settings->right), &right, NULL);
	if (form != RIGHT_READ)
		return form == RIGHT_MALFORMED ? R_RIGHT_MALFORMED : R_NO_RIGHT;
	bool here = false, unreadable = false, unknown = false, role = names_role(q, &right, &unknown);
	for (uint32_t i = 0; i < right.org_count; i++) {
		uint32_t number;
		if (number_parse(right.orgs[i], &number))
			here |= number == q->number;
		else
			unreadable = true;
	}
	if (here && role)
		return judge_named(q, value);
	if (role && unreadable)
		return R_NUMBER_MALFORMED;
	if (!here)
		return R_OTHER_INSTITUTION;
	return right.context_count == 0 ? R_RIGHT_WITHOUT_ROLE : unknown ? R_ROLE_UNKNOWN : R_NO_RIGHT;
}

enum reason source_judge(const struct judge *judge, const struct desired *desired, uint32_t person, uint32_t number,
			 uint8_t role, struct text *ret_value)
{
	struct person_facts facts;
	struct text value;
	person_read(judge, judge->in->source->people[person].entry, &facts);
	const struct question q = {judge, desired, person, number, role, facts.period};
	enum reason whole = person_judge(judge, person, &facts), best = R_NO_RIGHT;
	*ret_value = text_of(NULL);
	if (whole != R_GRANTED)
		return whole;
	while (entry_next_of(&facts.rights, FIELD_RIGHT, &value))
		take_nearer(&best, ret_value, judge_value(&q, value), value);
	judge_entries(&q, &best, ret_value);
	judge_ties(&q, &best, ret_value);
	return best;
}

const struct entry *entry_ended(const struct judge *judge, uint32_t person, uint32_t number, uint8_t role,
				enum reason reason, int32_t *ret_end)
{
	const struct source_snapshot *source = judge->in->source;
	int32_t begin;
	if (reason == R_INSTITUTION_ENDED) {
		uint32_t at = source_institution_by_number(source, number);
		policy_institution_dates(judge->in, at, &begin, ret_end);
		return source->institutions[at].entry;
	}
	if (reason != R_ENDED)
		return NULL;
	if (policy_judge_person(judge->in, person, &begin, ret_end) == R_ENDED)
		return source->people[person].entry;
	return grant_ended(judge, person, number, role, ret_end);
}

bool finding_is_doubtful(const struct desired *desired, uint32_t number, enum reason finding)
{
	if (finding != R_NO_REQUEST)
		return reason_kind(finding) == REASON_DOUBT;
	return desired_institution_of(desired, number)->request_vanished;
}

bool membership_is_wanted(const struct policy_input *in, const struct desired *desired, uint32_t person,
			  uint32_t number, uint8_t role)
{
	const struct uuid *uuid = &in->source->people[person].entry->uuid;
	return desired_membership_find(desired, in->source, number, role, uuid) != NONE;
}

enum reason access_judge(const struct judge *judge, const struct desired *desired, uint32_t person, uint32_t number,
			 uint8_t role, struct text *ret_value)
{
	const struct word *word = word_find(desired, person, number, role);
	*ret_value = text_of(NULL);
	if (word_takes(word))
		return (enum reason)word->reason;
	enum reason by_source = source_judge(judge, desired, person, number, role, ret_value);
	if (by_source == R_GRANTED || word_gives(word))
		return word_mark(word, by_source == R_GRANTED ? R_GRANTED : (enum reason)word->reason);
	return word_explains(word, by_source, finding_is_doubtful(desired, number, by_source));
}

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy_person.c - the person as a whole: key, names, state, dates, ambiguity (R8, R9).
 *
 * Doubt is judged before refusal: somebody whose entry cannot be read surely gains nothing and loses
 * nothing, whatever else the entry says (I25).
 */
#include "core/judge.h"

void judge_init(struct judge *judge, const struct policy_input *in, bool *no_memory)
{
	*judge = (struct judge){.in = in, .no_memory = no_memory, .today = zone_day_of(in->zone, in->now_s)};
}

/* Printable ASCII without space, without ,+"\\<>;#= and without ()*, with which slapd's own overlays fail, and with them the whole group:
 * one bit each, 0x20 to 0x3f, 0x40 to 0x5f, 0x60 to 0x7f. */
bool vo_id_is_usable(struct text vo_id)
{
	static const uint32_t usable[8] = {0, 0x87ffe0f2, 0xefffffff, 0x7fffffff};
	if (vo_id.len == 0 || vo_id.len > VO_ID_MAX)
		return false;
	uint32_t all = 1;
	for (size_t i = 0; i < vo_id.len; i++) {
		uint8_t c = (uint8_t)vo_id.at[i];
		all &= usable[c >> 5] >> (c & 31);
	}
	return all != 0;
}

/* ---- dates (R8) ---------------------------------------------------------------------------------- */

void period_add(struct period *period, const struct judge *judge, enum field field, struct text value,
		enum date_kind kind)
{
	int32_t *day = field == FIELD_BEGIN ? &period->begin : &period->end;
	if (*day != DAY_NONE || !date_parse(value, kind, judge->in->zone, day))
		period->malformed = true;
}

enum reason period_judge(const struct period *period, int32_t today, enum reason not_yet, enum reason ended)
{
	if (period->malformed)
		return R_DATE_MALFORMED;
	if (period->end != DAY_NONE && period->end < today)
		return ended;
	if (period->begin != DAY_NONE && period->begin > today)
		return not_yet;
	return R_GRANTED;
}

void period_next(const struct period *period, int32_t today, int32_t *day)
{
	if (period->begin != DAY_NONE && period->begin > today && period->begin < *day)
		*day = period->begin;
	if (period->end != DAY_NONE && period->end >= today && period->end < *day - 1)
		*day = period->end + 1;
}

/* ---- state --------------------------------------------------------------------------------------- */

static bool is_one_of(const char *const *words, struct text value)
{
	for (; *words != NULL; words++)
		if (text_equal_nocase(value, text_of(*words)))
			return true;
	return false;
}

void activity_add(struct activity *activity, const char *const *active, struct text value)
{
	activity->seen = true;
	if (active != NULL && *active != NULL && !is_one_of(active, text_trim(value)))
		activity->other = true;
}

enum reason activity_judge(const struct activity *activity, const char *const *active, enum reason inactive)
{
	if (active == NULL || *active == NULL)
		return R_GRANTED;
	if (!activity->seen)
		return R_STATE_MISSING; /* hidden is not "none" (12) */
	return activity->other ? inactive : R_GRANTED;
}

/* ---- the person ---------------------------------------------------------------------------------- */

static void keep_first(struct text *at, struct text value)
{
	if (text_is_empty(*at))
		*at = value;
}

static void read_name(const struct judge *judge, struct person_facts *facts, struct text *at, struct text value)
{
	keep_first(at, value);
	facts->unclean |= judge != NULL && !text_is_clean(value);
}

static void read_standing(const struct judge *judge, struct person_facts *facts, enum field field, struct text value)
{
	const struct policy_settings *set = judge->in->settings;
	_Static_assert(FIELD_BEGIN > FIELD_STATE && FIELD_END == FIELD_BEGIN + 1 && FIELD_RIGHT == FIELD_END + 1,
		       "between the state and the rights stand the dates alone");
	if (field == FIELD_STATE)
		activity_add(&facts->activity, set->person_active, value);
	else
		period_add(&facts->period, judge, field, value, set->person_dates);
}

static void read_identity(const struct judge *judge, struct person_facts *facts, enum field field, struct text value)
{
	switch (field) {
	case FIELD_VO_ID:
		facts->vo_id = value;
		facts->vo_ids++;
		break;
	case FIELD_UID: keep_first(&facts->uid, value); break;
	case FIELD_CN: read_name(judge, facts, &facts->cn, value); break;
	case FIELD_SN: read_name(judge, facts, &facts->sn, value); break;
	case FIELD_GIVEN_NAME: read_name(judge, facts, &facts->given_name, value); break;
	default: keep_first(&facts->mail, value); break; /* FIELD_MAIL is what is left */
	}
}

void person_read(const struct judge *judge, const struct entry *entry, struct person_facts *ret)
{
	struct entry_cursor cursor = entry_values(entry);
	enum field field;
	struct text value;
	*ret = (struct person_facts){.period = {.begin = DAY_NONE, .end = DAY_NONE}};
	ret->rights = cursor;
	while (entry_next(&cursor, &field, &value) && field < FIELD_RIGHT) {
		if (field < FIELD_STATE)
			read_identity(judge, ret, field, value);
		else if (judge != NULL)
			read_standing(judge, ret, field, value);
		ret->rights = cursor;
	}
}

enum reason person_identify(const struct judge *judge, uint32_t person, const struct person_facts *facts)
{
	if (facts->vo_ids == 0)
		return R_PERSON_WITHOUT_KEY;
	if (facts->vo_ids > 1 || facts->unclean || !vo_id_is_usable(facts->vo_id))
		return R_PERSON_UNUSABLE;
	return judge->in->source->people[person].same_as != NONE ? R_PERSON_AMBIGUOUS : R_GRANTED;
}

enum reason person_judge(const struct judge *judge, uint32_t person, const struct person_facts *facts)
{
	enum reason who = person_identify(judge, person, facts);
	if (who != R_GRANTED)
		return who;
	const char *const *words = judge->in->settings->person_active;
	enum reason active = activity_judge(&facts->activity, words, R_PERSON_INACTIVE);
	if (active == R_STATE_MISSING || (active != R_GRANTED && !facts->period.malformed))
		return active;
	return period_judge(&facts->period, judge->today, R_NOT_YET_VALID, R_ENDED);
}

enum reason policy_judge_person(const struct policy_input *in, uint32_t person, int32_t *ret_begin, int32_t *ret_end)
{
	struct judge judge;
	struct person_facts facts;
	judge_init(&judge, in, NULL);
	person_read(&judge, in->source->people[person].entry, &facts);
	*ret_begin = facts.period.begin;
	*ret_end = facts.period.end;
	return person_judge(&judge, person, &facts);
}

/* All claimants of one key stand in a ring; the note may stand under any of them. */
int64_t person_ambiguous_since(const struct policy_input *in, uint32_t person)
{
	const struct source_person *people = in->source->people;
	uint32_t at = person;
	do {
		const struct past_ambiguity *noted = past_ambiguity(in->past, &people[at].entry->uuid);
		if (noted != NULL)
			return noted->since_s;
		at = people[at].same_as;
	} while (at != NONE && at != person);
	return in->now_s;
}

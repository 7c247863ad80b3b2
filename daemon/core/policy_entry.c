/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy_entry.c - a grant that is an entry of its own: person, right, role, institution, dates, state, grantor (R4, R8, R9);
 * and a right group, which gives its members a role at an institution.
 *
 * Whose it is was resolved when the snapshot was sealed. Doubt is judged before refusal, as for people: what cannot be
 * read gives nothing, and takes nothing away.
 */
#include "core/judge.h"

struct reading {
	struct text right, number, role, grantor;
	uint32_t rights, people, numbers, roles, grantors;
	bool ours, outside;
	struct activity activity;
	struct period period;
};

static void take(struct text *at, uint32_t *count, struct text value)
{
	*at = text_trim(value);
	(*count)++;
}

static void read_value(const struct judge *judge, enum field field, struct text value, struct reading *r)
{
	const struct policy_settings *set = judge->in->settings;
	switch (field) {
	case FIELD_STATE: activity_add(&r->activity, set->grant_active, value); break;
	case FIELD_BEGIN:
	case FIELD_END: period_add(&r->period, judge, field, value, set->grant_dates); break;
	case FIELD_RIGHT:
		take(&r->right, &r->rights, value);
		r->ours |= text_equal_nocase(r->right, text_of(set->right));
		break;
	case FIELD_NUMBER: take(&r->number, &r->numbers, value); break;
	case FIELD_ROLE: take(&r->role, &r->roles, value); break;
	case FIELD_GRANTOR: take(&r->grantor, &r->grantors, value); break;
	case FIELD_PERSON: r->people++; break;
	case FIELD_OUTSIDE: r->outside = true; break;
	default: break;
	}
}

static bool is_malformed(const struct policy_settings *set, const struct reading *r)
{
	return r->people != 1 || r->numbers != 1 || r->roles > 1 || r->grantors > 1 ||
	       (set->grants_name_right && r->rights == 0);
}

/* In this order: what cannot be read, what says plainly that it gives nothing, what remains unclear. */
static enum reason judge_reading(const struct policy_settings *set, const struct reading *r, const struct grant *grant)
{
	enum reason active = activity_judge(&r->activity, set->grant_active, R_GRANT_INACTIVE);
	if (is_malformed(set, r))
		return R_GRANT_MALFORMED;
	if (grant->number == 0)
		return R_NUMBER_MALFORMED;
	if (r->period.malformed)
		return R_DATE_MALFORMED;
	if (active == R_STATE_MISSING)
		return active;
	if (r->rights > 0 && !r->ours)
		return R_NO_RIGHT;
	if (active != R_GRANTED)
		return active;
	if (r->outside)
		return R_GRANT_UNCLEAR;
	if (r->roles == 0)
		return R_RIGHT_WITHOUT_ROLE;
	return grant->role == ROLE_NONE ? R_ROLE_UNKNOWN : R_GRANTED;
}

enum reason grant_read(const struct judge *judge, const struct entry *entry, struct grant *ret)
{
	const struct policy_settings *set = judge->in->settings;
	struct reading r = {.period = {.begin = DAY_NONE, .end = DAY_NONE}};
	struct entry_cursor cursor = entry_values(entry);
	enum field field;
	struct text value;
	while (entry_next(&cursor, &field, &value))
		read_value(judge, field, value, &r);
	*ret = (struct grant){.person = NONE,
			      .institution = NONE,
			      .role = r.roles == 1 ? role_find(set, r.role) : ROLE_NONE,
			      .begin_day = r.period.begin,
			      .end_day = r.period.end,
			      .value = entry_dn_part(entry),
			      .grantor = r.grantor,
			      .entry = entry,
			      .grantor_missing = set->grants_name_grantor && text_is_empty(r.grantor)};
	if (r.numbers != 1 || !number_parse(r.number, &ret->number))
		ret->number = 0;
	return judge_reading(set, &r, ret);
}

void grant_narrow(struct grant *grant, const struct period *person)
{
	if (grant->begin_day == DAY_NONE || (person->begin != DAY_NONE && person->begin > grant->begin_day))
		grant->begin_day = person->begin;
	if (grant->end_day == DAY_NONE || (person->end != DAY_NONE && person->end < grant->end_day))
		grant->end_day = person->end;
}

const struct entry *grant_ended(const struct judge *judge, uint32_t person, uint32_t number, uint8_t role,
				int32_t *ret_end)
{
	const struct source_snapshot *source = judge->in->source;
	const struct entry *last = NULL;
	uint32_t at, end;
	source_grants_of(source, person, &at, &end);
	for (; at < end; at++) {
		struct grant grant;
		const struct entry *entry = source->grants[source->grant_order[at]].entry;
		if (grant_read(judge, entry, &grant) != R_GRANTED || grant.number != number || grant.role != role ||
		    grant.end_day == DAY_NONE || grant.end_day >= judge->today ||
		    (last != NULL && grant.end_day <= *ret_end))
			continue;
		last = entry;
		*ret_end = grant.end_day;
	}
	return last;
}

void policy_grant_dates(const struct policy_input *in, uint32_t grant, int32_t *ret_begin, int32_t *ret_end)
{
	struct judge judge;
	struct grant read;
	judge_init(&judge, in, NULL);
	(void)grant_read(&judge, in->source->grants[grant].entry, &read);
	*ret_begin = read.begin_day;
	*ret_end = read.end_day;
}

/* ---- right groups -------------------------------------------------------------------------------- */

static enum reason judge_group(const struct policy_settings *set, const struct reading *r, const struct grant *grant)
{
	if (r->numbers != 1 || r->roles > 1 || (set->groups_name_right && r->rights == 0))
		return R_GRANT_MALFORMED;
	if (grant->number == 0)
		return R_NUMBER_MALFORMED;
	if (r->rights > 0 && !r->ours)
		return R_NO_RIGHT;
	if (r->outside)
		return R_GRANT_UNCLEAR;
	if (r->roles == 0 && text_is_empty(text_of(set->group_role)))
		return R_RIGHT_WITHOUT_ROLE;
	return grant->role == ROLE_NONE ? R_ROLE_UNKNOWN : R_GRANTED;
}

/* Members stand at the end of an entry and are passed over. */
enum reason group_read(const struct judge *judge, const struct entry *entry, struct grant *ret)
{
	const struct policy_settings *set = judge->in->settings;
	struct reading r = {.period = {.begin = DAY_NONE, .end = DAY_NONE}};
	struct entry_cursor cursor = entry_values(entry);
	enum field field;
	struct text value;
	while (entry_next(&cursor, &field, &value) && field < FIELD_MEMBER)
		read_value(judge, field, value, &r);
	r.outside = entry_has(entry, FIELD_OUTSIDE);
	struct text role = r.roles == 1 ? r.role : text_of(set->group_role);
	*ret = (struct grant){.person = NONE,
			      .institution = NONE,
			      .role = r.roles > 1 ? ROLE_NONE : role_find(set, role),
			      .begin_day = DAY_NONE,
			      .end_day = DAY_NONE,
			      .value = entry_dn_part(entry),
			      .entry = entry};
	if (r.numbers != 1 || !number_parse(r.number, &ret->number))
		ret->number = 0;
	return judge_group(set, &r, ret);
}

uint32_t tie_top(const struct source_snapshot *source, const struct source_tie *tie)
{
	uint32_t step = tie->step;
	while (source->steps[step].up != NONE)
		step = source->steps[step].up;
	return source->steps[step].group;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* policy_entries.c - see policy_run.h: a person's grants that are entries of their own, or membership of right groups. */
#include "core/policy_run.h"

#include <stdlib.h>

/* Each group is read once: to read it is to pass over all its members, and there is a tie for each of these. */
struct group_reading {
	struct grant grant;
	enum reason reason;
	bool done;
};

static const struct group_reading *read_group(struct run *run, uint32_t group)
{
	const struct source_snapshot *source = run->judge.in->source;
	if (run->group_readings == NULL)
		run->group_readings = calloc((size_t)source->group_count + 1, sizeof(*run->group_readings));
	if (run->group_readings == NULL)
		return NULL;
	struct group_reading *reading = &run->group_readings[group];
	if (!reading->done)
		reading->reason = group_read(&run->judge, source->groups[group].entry, &reading->grant);
	reading->done = true;
	return reading;
}

/* A grant that is an entry of its own. */
static int add_entry(struct run *run, uint32_t person, const struct entry *entry, const struct person_facts *facts)
{
	struct grant grant;
	enum reason reason = grant_read(&run->judge, entry, &grant);
	const struct period period = {.begin = grant.begin_day, .end = grant.end_day};
	const struct refusal refusal = {person, grant.number, (uint16_t)reason, grant.role, grant.value, entry};
	if (reason != R_GRANTED)
		return run_refuse(run, &refusal);
	period_next(&period, run->judge.today, &run->next_day);
	grant.person = person;
	grant_narrow(&grant, &facts->period);
	return run_add_grant(run, &grant);
}

/* In a right group, or in one within it. What is wrong with the group itself is told once, by refuse_groups. */
static int add_tie(struct run *run, const struct source_tie *tie, const struct person_facts *facts)
{
	const struct source_snapshot *source = run->judge.in->source;
	const struct group_reading *reading = read_group(run, tie_top(source, tie));
	if (reading == NULL)
		return ERR_NOMEM;
	if (reading->reason != R_GRANTED)
		return 0;
	struct grant grant = reading->grant;
	grant.person = tie->person;
	grant.step = tie->step;
	grant_narrow(&grant, &facts->period);
	return run_add_grant(run, &grant);
}

static int add_ties(struct run *run, uint32_t person, const struct person_facts *facts)
{
	const struct source_snapshot *source = run->judge.in->source;
	uint32_t at, end;
	source_ties_of(source, person, &at, &end);
	for (; at < end; at++)
		if (add_tie(run, &source->ties[at], facts) < 0)
			return ERR_NOMEM;
	return 0;
}

int run_see_entries(struct run *run, uint32_t person)
{
	const struct source_snapshot *source = run->judge.in->source;
	struct grant grant;
	uint32_t at, end;
	source_grants_of(source, person, &at, &end);
	for (; at < end; at++) {
		if (grant_read(&run->judge, source->grants[source->grant_order[at]].entry, &grant) != R_GRANTED)
			continue;
		grant.person = person;
		if (run_see_grant(run, &grant) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

int run_add_entries(struct run *run, uint32_t person, const struct person_facts *facts)
{
	const struct source_snapshot *source = run->judge.in->source;
	uint32_t at, end;
	source_grants_of(source, person, &at, &end);
	for (; at < end; at++)
		if (add_entry(run, person, source->grants[source->grant_order[at]].entry, facts) < 0)
			return ERR_NOMEM;
	return add_ties(run, person, facts);
}

static int refuse_group(struct run *run, const struct grant *grant, enum reason reason)
{
	const struct refusal refusal = {.person = NONE,
					.number = grant->number,
					.reason = (uint16_t)reason,
					.role = grant->role,
					.value = grant->value,
					.entry = grant->entry};
	return run_refuse(run, &refusal);
}

int run_refuse_group(struct run *run, uint32_t at)
{
	const struct source_right_group *group = &run->judge.in->source->groups[at];
	const struct group_reading *reading = read_group(run, at);
	if (reading == NULL)
		return ERR_NOMEM;
	const struct grant *grant = &reading->grant;
	if ((reading->reason != R_GRANTED && entry_has(group->entry, FIELD_NUMBER) &&
	     refuse_group(run, grant, reading->reason) < 0) ||
	    (group->looped && refuse_group(run, grant, R_GROUP_LOOP) < 0) ||
	    (group->open && refuse_group(run, grant, R_GROUP_UNREAD) < 0) ||
	    (group->cut && refuse_group(run, grant, R_GROUP_CUT) < 0))
		return ERR_NOMEM;
	return 0;
}

int run_refuse_grant(struct run *run, uint32_t at)
{
	const struct source_grant *source = &run->judge.in->source->grants[at];
	struct grant grant;
	if (source->person != NONE)
		return 0;
	enum reason reason = grant_read(&run->judge, source->entry, &grant);
	const struct refusal refusal = {.person = NONE,
					.number = grant.number,
					.reason = reason == R_GRANTED ? R_GRANT_PERSON_UNKNOWN : (uint16_t)reason,
					.role = grant.role,
					.value = grant.value,
					.entry = source->entry};
	return run_refuse(run, &refusal);
}

int run_refuse_entries(struct run *run)
{
	const struct source_snapshot *source = run->judge.in->source;
	for (uint32_t i = 0; i < source->grant_count; i++)
		if (run_refuse_grant(run, i) < 0)
			return ERR_NOMEM;
	for (uint32_t i = 0; i < source->group_count; i++)
		if (run_refuse_group(run, i) < 0)
			return ERR_NOMEM;
	return 0;
}

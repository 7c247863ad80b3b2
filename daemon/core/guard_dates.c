/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard_dates.c - many end dates of one day that were moved not long ago: whose removals by date are held.
 *
 * An end date that stood there when its entry was first seen is believed. One that came later, within a week before it, may
 * be one mistake made many times.
 */
#include <stdlib.h>

#include "base/search.h"
#include "core/guard_parts.h"
#include "core/identity.h"
#include "core/judge.h"

/* The entry whose end date this is: the person's, the grant's, or the institution's; where no source was read, the person's. */
static const struct seen_entry *seen_behind(const struct court *court, const struct change *change,
					    struct seen_entry *ret)
{
	struct judge judge;
	int32_t end;
	if (court->in->source_unread) {
		const struct uuid who = change_who(court->in, change);
		return past_seen(court->past, &who, ret);
	}
	judge_init(&judge, court->in->policy, NULL);
	const struct entry *entry =
		entry_ended(&judge, change->person, change->number, change->role, (enum reason)change->reason, &end);
	return entry != NULL ? past_seen(court->past, &entry->uuid, ret) : NULL;
}

/* Moves are looked for in the days before the end itself: what a pause put off is no older news for that. */
static int64_t counted_from(const struct court *court, int32_t end_day)
{
	int64_t over_s = zone_day_start(court->in->policy->zone, end_day + 1);
	return (over_s < court->now_s ? over_s : court->now_s) - court->set->dates_window_s;
}

/* The day of an end that was moved, or DAY_NONE. */
static int32_t moved_day(const struct court *court, const struct change *change)
{
	if (change->verdict != VERDICT_GO || !change_is_by_date(change))
		return DAY_NONE;
	struct seen_entry row;
	const struct seen_entry *seen = seen_behind(court, change, &row);
	bool moved = seen != NULL && seen->end_moved && seen->end_since_s > counted_from(court, seen->end_day);
	return moved ? seen->end_day : DAY_NONE;
}

static int compare_days(const void *a, const void *b)
{
	int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
	return left < right ? -1 : left > right;
}

static int read_days(struct court *court, int32_t **ret, uint32_t *ret_count)
{
	uint32_t removals = court->plan->by_phase[PHASE_REVOKE], count = 0;
	int32_t *days = arena_array(&court->scratch, removals, sizeof(*days));
	if (days == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < removals; i++) {
		days[count] = moved_day(court, &court->plan->changes[i]);
		count += days[count] != DAY_NONE;
	}
	if (count > 1)
		qsort(days, count, sizeof(*days), compare_days);
	*ret = days;
	*ret_count = count;
	return 0;
}

/* How many days stand before this one. */
static uint32_t days_before(const int32_t *days, uint32_t count, int32_t day)
{
	uint32_t at;
	LOWER_BOUND(at, 0, count, days[at] < day);
	return at;
}

static uint32_t count_day(const int32_t *days, uint32_t count, int32_t day)
{
	return days_before(days, count, day + 1) - days_before(days, count, day);
}

/* A share of all members, but no fewer than may leave one institution by an explicit word: a small site has people who leave. */
static uint32_t allowed_of_a_day(const struct court *court)
{
	uint64_t share = (uint64_t)court->in->target->member_count * court->set->dates_percent / 100;
	return share > court->set->institution_removals ? (uint32_t)share : court->set->institution_removals;
}

int judge_dates(struct court *court)
{
	uint32_t count;
	struct finding finding = {R_RULE_DATES, 0, ROLE_ALL, 0, allowed_of_a_day(court)};
	int32_t *days;
	if (read_days(court, &days, &count) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; count > 0 && i < court->plan->by_phase[PHASE_REVOKE]; i++) {
		int32_t day = moved_day(court, &court->plan->changes[i]);
		finding.seen = day != DAY_NONE ? count_day(days, count, day) : 0;
		if (finding.seen > finding.allowed && court_hold(court, &court->plan->changes[i], &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

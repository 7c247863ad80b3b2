/* SPDX-License-Identifier: EUPL-1.2 */
/* core_past.c - see core_world.h: freezes and dates that the ledger remembers, and what the source did. */
#include "core_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static int32_t day_of(const struct world *w, const char *text)
{
	int32_t day;
	assert_true(date_parse(text_of(text), DATE_DAY, &w->zone, &day));
	return day;
}

/* What is known of a source entry, or nothing yet. */
static struct seen_entry seen_of(const struct world *w, uint32_t number)
{
	const struct uuid uuid = world_uuid(number);
	struct seen_entry seen = {.uuid = uuid, .begin_day = DAY_NONE, .end_day = DAY_NONE};
	(void)past_seen(&w->past, &uuid, &seen);
	return seen;
}

/* began: UUID BEGIN-DAY SINCE-HOURS-AGO */
static void began_line(struct world *w, const char *value)
{
	unsigned number;
	char day[32];
	long hours;
	assert_int_equal(sscanf(value, "%u %31s %ld", &number, day, &hours), 3);
	struct seen_entry seen = seen_of(w, number);
	seen.begin_day = day_of(w, day);
	seen.begin_since_s = w->now_s - hours * 3600;
	assert_int_equal(past_set_seen(&w->past, &seen), 0);
}

/* moved: UUID - its end date replaced another one */
static void moved_line(struct world *w, const char *value)
{
	struct seen_entry seen = seen_of(w, (uint32_t)atol(value));
	seen.end_moved = true;
	assert_int_equal(past_set_seen(&w->past, &seen), 0);
}

/* freeze: NUMBER HOURS, 0 for all of them; pause: HOURS */
static void freeze_line(struct world *w, uint32_t number, bool pause, long hours)
{
	const struct past_freeze freeze = {.id = w->past.next_freeze,
					   .number = number,
					   .pause = pause,
					   .since_s = w->now_s,
					   .until_s = w->now_s + hours * 3600};
	assert_int_equal(past_set_freeze(&w->past, &freeze), 0);
}

/* approved: NUMBER ROLE HOURS-AGO, and excluded, drifted, ended: removals of that sort in the window */
static void removal_line(struct world *w, enum removal_sort sort, const char *value)
{
	struct past_removal removal = {.sort = (uint8_t)sort};
	char role[32];
	long hours;
	assert_int_equal(sscanf(value, "%u %31s %ld", &removal.number, role, &hours), 3);
	removal.role = strcmp(role, "trajectbegeleider") == 0 ? 0 : 1;
	removal.at_s = w->now_s - hours * 3600;
	assert_int_equal(past_add_removal(&w->past, &removal), 0);
}

bool world_past_decided(struct world *w, const char *key, const char *value)
{
	const char *second = strchr(value, ' ');
	if (strcmp(key, "began") == 0)
		began_line(w, value);
	else if (strcmp(key, "moved") == 0)
		moved_line(w, value);
	else if (strcmp(key, "freeze") == 0)
		freeze_line(w, (uint32_t)atol(value), false, second != NULL ? atol(second) : 24);
	else if (strcmp(key, "pause") == 0)
		freeze_line(w, 0, true, atol(value));
	else if (strcmp(key, "last-complete") == 0) {
		w->past.last_complete = (uint32_t)atol(value);
		w->past.source_on_record = second == NULL;
	} else if (strcmp(key, "approved") == 0)
		removal_line(w, REMOVAL_APPROVED, value);
	else if (strcmp(key, "excluded") == 0)
		removal_line(w, REMOVAL_EXCLUDED, value);
	else if (strcmp(key, "drifted") == 0)
		removal_line(w, REMOVAL_DRIFT, value);
	else if (strcmp(key, "ended") == 0)
		removal_line(w, REMOVAL_BY_DATE, value);
	else
		return false;
	return true;
}

bool world_settings_guard(struct world *w, const char *key, const char *value)
{
	if (strcmp(key, "scope") == 0)
		w->guard_past.scope_changed = strcmp(value, "changed") == 0;
	else if (strcmp(key, "ledger") == 0)
		w->guard_past.ledger_old = strcmp(value, "old") == 0;
	else if (strcmp(key, "source") == 0) {
		w->source_unread = strcmp(value, "never-read") == 0;
		w->source_stale = w->source_unread || strcmp(value, "unread") == 0;
	} else if (strcmp(key, "positions") == 0)
		w->positions = strcmp(value, "csn") == 0;
	else if (strcmp(key, "granted") == 0)
		w->guard_past.granted = (uint32_t)atol(value);
	else if (strcmp(key, "grants") == 0)
		w->guard.grants = (uint32_t)atol(value);
	else if (strcmp(key, "institution-removals") == 0)
		w->guard.institution_removals = (uint32_t)atol(value);
	else if (strcmp(key, "removals") == 0)
		w->guard.removals = (uint32_t)atol(value);
	else
		return false;
	return true;
}

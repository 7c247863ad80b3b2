/* SPDX-License-Identifier: EUPL-1.2 */
/* host_clock.c - see host_clock.h. */
#include "run/host_clock.h"

#include "base/log.h"
#include "model/civil.h"
#include "run/known_time.h"

static void tell_off(void)
{
	char sentence[KNOWN_TIME_SENTENCE_SIZE];
	log_event(LOG_CLOCK_OFF_MESSAGE, "%s", known_time_difference(sentence));
}

void host_clock_start(struct run *run)
{
	int64_t host_s = clock_wall_s();
	known_time_start(&run->past);
	publish_moved(&run->publisher, clock_wall_s() - host_s);
}

void host_clock_look(struct run *run)
{
	int64_t off_s;
	enum clock_stand stand;
	run->time_known = run->time_known || !run->past.first_contact;
	if (!run->time_known)
		known_time_first(0); /* whatever it showed before, nothing was decided by it */
	clock_keep();
	stand = clock_stand(&off_s);
	if (stand == run->clock_told)
		return;
	if (stand != CLOCK_AGREES)
		tell_off();
	else
		log_event(LOG_CLOCK_RIGHT_MESSAGE,
			  "the clock of this machine goes on as time passes again, and dates go by it");
	run->clock_told = stand;
}

int host_clock_allows(const struct run *run, struct err *err)
{
	char time[CLOCK_TEXT_SIZE];
	if (run->time_known || clock_agrees())
		return 0;
	if (clock_host_s() >= CLOCK_FIRST_S)
		return err_set(err, ERR_UNAVAILABLE,
			       "the clock of this machine was set while both directories were read: nothing is decided "
			       "for the first time before the next cycle");
	return err_set(err, ERR_UNAVAILABLE,
		       "the clock of this machine says %s, which is before this program existed: nothing is decided "
		       "for the first time until it is put right",
		       clock_format(clock_host_s(), time));
}

/* What was read just now stays so in the time that is gone by from here on. */
static void believe(struct run *run)
{
	int64_t off_s;
	(void)clock_stand(&off_s);
	if (run->publisher.last_read_s > 0)
		run->publisher.last_read_s += off_s;
	publish_moved(&run->publisher, off_s);
	clock_believe();
	run->clock_told = CLOCK_AGREES;
}

/* An entry without access that is due to go between both times; the schedule leaves these to whatever cycle comes. */
static bool is_somebody_idle_until_then(const struct run *run)
{
	const struct past *past = &run->past;
	const int64_t kept_s = run->thought.policy.settings->people_retention_s;
	for (size_t i = 0; kept_s > 0 && i < past->idle_count; i++) {
		int64_t due_s = past->idles[i].since_s + kept_s;
		if (past->idles[i].since_s != 0 && due_s > run->thought.policy.now_s && due_s <= clock_host_s())
			return true;
	}
	return false;
}

/* Whatever else changes by itself between both times would be found by the schedule. */
static bool is_without_consequence(const struct run *run)
{
	return thought_is_whole(&run->thought) && !run->thought.stale_source &&
	       schedule_next_date(&run->thought) > clock_host_s() && !is_somebody_idle_until_then(run);
}

void host_clock_thought(struct run *run)
{
	int64_t off_s;
	char from[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
	if (clock_stand(&off_s) != CLOCK_AHEAD || off_s > CLOCK_LEAP_S || !is_without_consequence(run))
		return;
	log_event(LOG_CLOCK_LEAP_MESSAGE, "no date lies between %s and %s: the clock of this machine is believed",
		  clock_format(clock_wall_s(), from), clock_format(clock_host_s(), until));
	believe(run);
}

/* By a clock that was ahead before: whoever is ambiguous would keep what they have for as much longer. */
static int begin_ambiguities(struct run *run, struct err *err)
{
	const struct past *past = &run->past;
	for (size_t i = 0; i < past->ambiguity_count; i++) {
		const struct past_ambiguity from_now = {.first = past->ambiguities[i].first, .since_s = clock_wall_s()};
		if (past->ambiguities[i].since_s <= from_now.since_s)
			continue;
		past->ambiguities[i].since_s = from_now.since_s;
		int e = ledger_client_ambiguity(&run->ledger, &from_now, err);
		if (e < 0)
			return e;
	}
	return 0;
}

int host_clock_accept(struct run *run, struct err *err)
{
	believe(run);
	int e = begin_ambiguities(run, err);
	if (e < 0)
		return e;
	const struct past_clock now = known_time_now();
	return ledger_client_clock(&run->ledger, &now, err);
}

uint32_t host_clock_day(const struct run *run)
{
	int64_t year;
	int month, day;
	civil_of_day(zone_day_of(run->config.zone, clock_host_s()), &year, &month, &day);
	return (uint32_t)(year * 10000 + month * 100 + day);
}

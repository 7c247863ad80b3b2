/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * schedule.c - when the next cycle begins: after the interval with jitter, sooner after a failure with a growing pause, and on
 * the minute when something ends or begins. Intervals run on CLOCK_BOOTTIME, dates on the wall clock (I20).
 */
#include <sodium.h>

#include "base/clock.h"
#include "run/state.h"

#define ACCURACY_US  (100 * 1000)
#define DATE_SLACK_S 1 /* just after the boundary, never before */

static int on_timer(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct run *run = ctx;
	bool asked = run->wanted > run->started;
	const char *trigger = asked               ? TRIGGER_OPERATOR
			      : run->started == 0 ? TRIGGER_START
			      : run->reload_due   ? TRIGGER_RELOAD
						  : TRIGGER_TIMER;
	(void)source;
	(void)usec;
	run->reload_due = false;
	cycle_start(run, trigger, asked ? run->wanted_by : (uid_t)-1);
	return 0;
}

static int on_date(sd_event_source *source, uint64_t usec, void *ctx)
{
	(void)source;
	(void)usec;
	cycle_start(ctx, TRIGGER_DATE, (uid_t)-1);
	return 0;
}

static void set_timer(struct run *run, uint64_t after_us)
{
	struct schedule *s = &run->schedule;
	s->timer = sd_event_source_disable_unref(s->timer);
	uint64_t accuracy_us = after_us == 0 ? 1 : ACCURACY_US; /* somebody waits for it */
	if (sd_event_add_time_relative(run->loop, &s->timer, CLOCK_BOOTTIME, after_us, accuracy_us, on_timer, run) < 0)
		sd_event_exit(run->loop, 1); /* no memory for a timer: better restarted than silent */
	s->next_run_s = clock_wall_s() + (int64_t)(after_us / 1000000u);
}

/* The first of several instants after what was thought about; INT64_MAX: none. */
static void take_sooner(const struct thought *t, int64_t at_s, int64_t *next_s)
{
	if (at_s > t->policy.now_s && at_s < *next_s)
		*next_s = at_s;
}

/* A begin or end date, the end of a directive or an undo; the end of a hold, a freeze or a grace. */
int64_t schedule_next_date(const struct thought *t)
{
	int64_t next_s = INT64_MAX;
	take_sooner(t, t->desired->next_change_s, &next_s);
	take_sooner(t, t->plan->next_s, &next_s);
	take_sooner(t, t->verdict.next_s, &next_s);
	return next_s;
}

/* A date that came while the cycle ran is due at once; after a failure it waits for the next try. */
static void set_date(struct run *run, bool failed)
{
	struct schedule *s = &run->schedule;
	s->date = sd_event_source_disable_unref(s->date);
	int64_t next_s = thought_is_whole(&run->thought) ? schedule_next_date(&run->thought) : INT64_MAX;
	if (next_s == INT64_MAX)
		return;
	int64_t at_s = next_s + DATE_SLACK_S;
	if (failed && at_s <= clock_wall_s())
		return;
	int64_t host_s = at_s + clock_host_s() - clock_wall_s(); /* what the host's clock will say then */
	if (sd_event_add_time(run->loop, &s->date, CLOCK_REALTIME, (uint64_t)host_s * 1000000u, ACCURACY_US, on_date,
			      run) < 0)
		sd_event_exit(run->loop, 1);
}

static uint64_t pause_after_failures(const struct run_settings *set, uint32_t failures)
{
	uint64_t pause = set->backoff_min_s;
	for (uint32_t i = 1; i < failures && pause < set->backoff_max_s; i++)
		pause *= 2;
	if (pause > set->backoff_max_s)
		pause = set->backoff_max_s;
	return pause < set->interval_s ? pause : set->interval_s;
}

void schedule_next(struct run *run, bool failed)
{
	const struct run_settings *set = run->config.run;
	struct schedule *s = &run->schedule;
	s->failures = failed ? s->failures + 1 : 0;
	uint64_t seconds = failed ? pause_after_failures(set, s->failures) : set->interval_s;
	uint64_t ms = seconds * 1000u, spread = ms * set->jitter_percent / 100u;
	if (spread > 0 && spread <= UINT32_MAX)
		ms = ms - spread / 2 + randombytes_uniform((uint32_t)spread);
	set_timer(run, ms * 1000u);
	set_date(run, failed);
}

void schedule_now(struct run *run)
{
	set_timer(run, 0);
}

void schedule_done(struct run *run)
{
	run->schedule.timer = sd_event_source_disable_unref(run->schedule.timer);
	run->schedule.date = sd_event_source_disable_unref(run->schedule.date);
}

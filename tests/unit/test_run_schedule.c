/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_schedule.c - when the next cycle begins, and what is told once. */
#include "unit.h"

#include "base/clock.h"
#include "core_stories.h"
#include "run/state.h"
#include "run_thought.h"

static const struct run_settings settings = {
	.interval_s = 900, .jitter_percent = 10, .backoff_min_s = 2, .backoff_max_s = 300};
static struct run run;
static struct world w;

static int setup(void **state)
{
	(void)state;
	run = (struct run){.config = {.run = &settings}};
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	return sd_event_new(&run.loop) < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	schedule_done(&run);
	sd_event_unref(run.loop);
	world_done(&w);
	return 0;
}

/* Seconds from now until the next run. */
static int64_t pause_s(bool failed)
{
	schedule_next(&run, failed);
	assert_non_null(run.schedule.timer);
	return run.schedule.next_run_s - clock_wall_s();
}

#define ASSERT_ABOUT(value, wanted)                                                                                    \
	do {                                                                                                           \
		int64_t is = (value);                                                                                  \
		assert_true(is >= (wanted) - (wanted) / 20 - 2 && is <= (wanted) + (wanted) / 20 + 1);                 \
	} while (0)

static void the_interval_has_jitter(void **state)
{
	int64_t least = INT64_MAX, most = 0;
	(void)state;
	for (int i = 0; i < 200; i++) {
		int64_t seen = pause_s(false);
		ASSERT_ABOUT(seen, 900);
		least = seen < least ? seen : least;
		most = seen > most ? seen : most;
	}
	assert_true(most - least > 20);
}

/* Failure after failure doubles the pause, up to the bound; one success forgets them all. */
static void the_pause_grows_and_is_forgotten(void **state)
{
	static const int64_t wanted[] = {2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			ASSERT_ABOUT(pause_s(true), wanted[i]);
		ASSERT_ABOUT(pause_s(false), 900);
	}
	run.schedule.failures = UINT32_MAX - 1;
	ASSERT_ABOUT(pause_s(true), 300);
}

static void a_pause_is_never_longer_than_the_interval(void **state)
{
	const struct run_settings often = {.interval_s = 5, .backoff_min_s = 2, .backoff_max_s = 300};
	(void)state;
	run.config.run = &often;
	for (int i = 0; i < 10; i++)
		assert_true(pause_s(true) <= 5);
}

static void set_next_change(int64_t now_s, int64_t next_s)
{
	run.thought.policy.now_s = now_s;
	run.thought.desired->next_change_s = next_s;
}

static uint64_t date_s(void)
{
	uint64_t usec = 0;
	assert_true(sd_event_source_get_time(run.schedule.date, &usec) >= 0);
	return usec / 1000000;
}

/* A date wakes on its own; one that came while the cycle ran is due at once, except after a failure, whose pause holds. */
static void dates_wake(void **state)
{
	int64_t now_s = clock_wall_s();
	(void)state;
	run.thought = thought_of(&w);
	set_next_change(now_s, INT64_MAX);
	schedule_next(&run, false);
	assert_null(run.schedule.date);
	set_next_change(now_s, now_s + 3600);
	schedule_next(&run, false);
	assert_true(date_s() > (uint64_t)now_s + 3600 && date_s() <= (uint64_t)now_s + 3605);
	schedule_next(&run, true);
	assert_non_null(run.schedule.date);
	set_next_change(now_s - 10, now_s - 5);
	schedule_next(&run, false);
	assert_non_null(run.schedule.date);
	schedule_next(&run, true);
	assert_null(run.schedule.date);
	set_next_change(now_s, now_s); /* never in a circle */
	schedule_next(&run, false);
	assert_null(run.schedule.date);
	schedule_done(&run);
	assert_null(run.schedule.timer);
}

/* ---- what is told once --------------------------------------------------------------------------- */

static void troubles_are_counted_as_they_are(void **state)
{
	struct drift_counts drift;
	struct report report = {.told = {0}};
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "x10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("carl", "13") OUR_GUIDES("10") "member: uid=carl\n");
	run.thought = thought_of(&w);
	drift_count(run.thought.plan, &drift);
	assert_int_equal(drift.by_hand, 1);
	assert_int_equal(drift.adopted + drift.foreign, 0);
	assert_int_equal(doubtful_count(run.thought.desired), 1);
	report_thought(&report, &run.thought);
	assert_int_equal(report.told[REPORT_DRIFT], 1);
	assert_int_equal(report.told[REPORT_REFUSED], 1);
	assert_int_equal(report.told[REPORT_SOURCE_READ], 2);
	assert_int_equal(report.told[REPORT_HELD], 1); /* in its grace */
	run.thought.plan->remark_count = 0;            /* over: the next one is news again */
	report_thought(&report, &run.thought);
	assert_int_equal(report.told[REPORT_DRIFT], 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_interval_has_jitter),
		TEST(the_pause_grows_and_is_forgotten),
		TEST(a_pause_is_never_longer_than_the_interval),
		TEST(dates_wake),
		TEST(troubles_are_counted_as_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

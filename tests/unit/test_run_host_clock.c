/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_host_clock.c - what a process knows of the time by the ledger, and when a leap of the host's clock is believed without a word. */
#include "unit.h"

#include <stdlib.h>
#include <systemd/sd-id128.h>

#include "base/clock.h"
#include "core_stories.h"
#include "run/host_clock.h"
#include "run/known_time.h"
#include "run_thought.h"

#define DAY_S 86400
#define BOOT  "0123456789abcdef0123456789abcdef"

static struct run run;
static struct world w;
static bool shown; /* /proc/sys is */

int __wrap_sd_id128_get_boot(sd_id128_t *ret);

int __wrap_sd_id128_get_boot(sd_id128_t *ret)
{
	if (!shown)
		return -2;
	return sd_id128_from_string(BOOT, ret);
}

static int setup(void **state)
{
	(void)state;
	run = (struct run){.ended = 0};
	shown = true;
	unsetenv("DUAALSYNC_BOOT_ID");
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	clock_forget();
	world_done(&w);
	return 0;
}

/* Where the host's clock stands for a process that begins with this on record. */
static enum clock_stand stand_of(const struct past_clock *known)
{
	int64_t off_s;
	const struct past past = {.clock = *known};
	clock_forget();
	known_time_start(&past);
	return clock_stand(&off_s);
}

/* As a process that goes by the host's clock would write it down. */
static struct past_clock right_now(void)
{
	clock_believe();
	return known_time_now();
}

/* ---- from one process to the next ------------------------------------------------------------------ */

static void without_a_record_the_host_is_believed(void **state)
{
	const struct past_clock none = {.wall_s = 0};
	(void)state;
	assert_int_equal(stand_of(&none), CLOCK_AGREES);
	assert_true(clock_is_known());
}

/* Where no cycle ended there is nothing to be kept, however the clock stood then. */
static void before_the_first_contact_nothing_is_known(void **state)
{
	struct past past = {
		.first_contact = true, .clock = right_now(), .record = {.ended_s = clock_host_s() + 100 * DAY_S}};
	(void)state;
	past.clock.wall_s += 100 * DAY_S;
	clock_forget();
	known_time_start(&past);
	assert_true(clock_agrees());
	clock_know(clock_host_s() - 100 * DAY_S, clock_up_s(), CLOCK_STEP_S);
	run.past.first_contact = true;
	host_clock_look(&run);
	assert_true(clock_agrees());
	assert_int_equal(host_clock_allows(&run, NULL), 0);
}

/* Somebody took the ledger away while the daemon ran: it goes on knowing what time it is. */
static void a_ledger_that_was_taken_away(void **state)
{
	(void)state;
	clock_know(clock_host_s() - 100 * DAY_S, clock_up_s(), CLOCK_STEP_S);
	run.past.first_contact = false;
	host_clock_look(&run);
	run.past.first_contact = true;
	host_clock_look(&run);
	assert_false(clock_agrees());
	assert_int_equal(host_clock_allows(&run, NULL), 0);
}

/* A ledger of a release that wrote no time down: it is not earlier than its last cycle ended, and may be any later time. */
static void a_ledger_without_a_time_has_cycles(void **state)
{
	struct past past = {.record = {.ended_s = clock_host_s() + 100 * DAY_S}};
	struct past_clock none = {.wall_s = 0};
	int64_t off_s;
	(void)state;
	clock_forget();
	known_time_start(&past);
	assert_int_equal(clock_stand(&off_s), CLOCK_BEHIND);
	assert_true(clock_wall_s() - past.record.ended_s < 60);
	past.clock = known_time_now(); /* and the host is started anew before anything put it right */
	past.clock.boot[0] ^= 1;
	past.clock.wall_s -= 200 * DAY_S;
	assert_int_equal(stand_of(&past.clock), CLOCK_AGREES);
	assert_int_equal(stand_of(&none), CLOCK_AGREES);
}

static void while_the_host_runs_time_is_known(void **state)
{
	struct past_clock now = right_now();
	(void)state;
	assert_int_equal(stand_of(&now), CLOCK_AGREES);
	now.wall_s -= CLOCK_OFF_S / 2; /* more than a step */
	assert_int_equal(stand_of(&now), CLOCK_AHEAD);
	now = right_now();
	now.wall_s -= 40 * DAY_S; /* the daemon was stopped for so long */
	now.up_s -= 40 * DAY_S;
	assert_int_equal(stand_of(&now), CLOCK_AGREES);
}

/* Started anew it may have been off for a day; what its clock shows cannot be earlier than what was. */
static void a_host_that_was_started_anew(void **state)
{
	struct past_clock now = right_now();
	(void)state;
	now.boot[0] ^= 1;
	now.wall_s -= CLOCK_OFF_S / 2;
	assert_int_equal(stand_of(&now), CLOCK_AGREES);
	now.wall_s -= CLOCK_OFF_S;
	assert_int_equal(stand_of(&now), CLOCK_AHEAD);
	now.wall_s += 3 * CLOCK_OFF_S;
	assert_int_equal(stand_of(&now), CLOCK_BEHIND);
}

/* Its battery was empty, and the daemon began again before anything put the clock right. */
static void that_it_may_have_been_off_is_kept(void **state)
{
	struct past_clock now = right_now();
	(void)state;
	now.boot[0] ^= 1;
	now.wall_s += 100 * DAY_S;
	assert_int_equal(stand_of(&now), CLOCK_BEHIND);
	now = known_time_now();
	now.wall_s -= 100 * DAY_S + CLOCK_OFF_S / 2;
	assert_int_equal(stand_of(&now), CLOCK_AGREES);
	now.ahead_s = CLOCK_STEP_S;
	assert_int_equal(stand_of(&now), CLOCK_AHEAD);
}

/* Up for a hundred days, it says nothing about a ledger that was brought there. */
static void another_host_proves_nothing(void **state)
{
	struct past_clock other = right_now();
	(void)state;
	other.up_s = clock_up_s() - 100 * DAY_S;
	other.boot[0] ^= 1;
	assert_int_equal(stand_of(&other), CLOCK_AGREES);
	other.boot[0] ^= 1;
	other.up_s = clock_up_s() + DAY_S; /* not of this start, whatever it says */
	assert_int_equal(stand_of(&other), CLOCK_AGREES);
}

static void the_unit_says_which_start_it_is(void **state)
{
	struct past_clock now;
	(void)state;
	shown = false;
	now = right_now();
	now.wall_s -= CLOCK_OFF_S / 2;
	assert_int_equal(stand_of(&now), CLOCK_AGREES); /* not known: it may have been off */
	setenv("DUAALSYNC_BOOT_ID", "nonsense", 1);
	assert_memory_equal(known_time_now().boot, now.boot, sizeof(now.boot));
	setenv("DUAALSYNC_BOOT_ID", BOOT, 1);
	now = right_now();
	now.wall_s -= CLOCK_OFF_S / 2;
	assert_int_equal(stand_of(&now), CLOCK_AHEAD);
}

static void what_is_known_stays(void **state)
{
	int64_t off_s;
	struct past old = {.clock = right_now()};
	(void)state;
	clock_believe();
	old.clock.wall_s -= 100 * DAY_S;
	known_time_start(&old); /* the ledger failed, and was loaded again */
	assert_int_equal(clock_stand(&off_s), CLOCK_AGREES);
}

/* ---- what is told, and what is believed ------------------------------------------------------------ */

static void leap(int64_t days, int64_t next_in_days)
{
	clock_know(clock_host_s() - days * DAY_S, clock_up_s(), CLOCK_STEP_S);
	host_clock_look(&run);
	run.thought = thought_of(&w);
	run.thought.policy.now_s = clock_wall_s();
	run.thought.desired->next_change_s = next_in_days == 0 ? INT64_MAX : clock_wall_s() + next_in_days * DAY_S;
}

static void a_leap_without_a_date(void **state)
{
	(void)state;
	leap(21, 22);
	assert_int_equal(run.clock_told, CLOCK_AHEAD);
	run.publisher.last_read_s = clock_wall_s() - 600;
	host_clock_thought(&run);
	int64_t age_s = clock_wall_s() - run.publisher.last_read_s;
	assert_true(age_s >= 600 && age_s < 660);
	assert_true(clock_agrees());
	assert_int_equal(run.clock_told, CLOCK_AGREES);
	leap(21, 0);
	host_clock_thought(&run);
	assert_true(clock_agrees());
}

static void no_other_leap(void **state)
{
	(void)state;
	leap(21, 20);
	host_clock_thought(&run);
	assert_false(clock_agrees());
	leap(40, 0);
	host_clock_thought(&run);
	assert_false(clock_agrees());
	leap(-21, 0);
	assert_int_equal(run.clock_told, CLOCK_BEHIND);
	host_clock_thought(&run);
	assert_false(clock_agrees());
}

/* Whose entry would go in that time, by a retention of 30 days. */
static void somebody_is_due_to_go_meanwhile(void **state)
{
	struct past_idle idle = {.entry = {{7}}, .since_s = clock_host_s() - 21 * DAY_S - 20 * DAY_S};
	(void)state;
	leap(21, 0);
	past_init(&run.past);
	run.past.first_contact = false;
	w.settings.people_retention_s = 30 * DAY_S;
	assert_int_equal(past_set_idle(&run.past, &idle), 0);
	host_clock_thought(&run);
	assert_false(clock_agrees());
	w.settings.people_retention_s = 0;
	host_clock_thought(&run);
	assert_true(clock_agrees());
	leap(21, 0);
	w.settings.people_retention_s = 60 * DAY_S;
	host_clock_thought(&run);
	assert_true(clock_agrees());
	past_done(&run.past);
}

/* Its dates may have been put off where it could not be read. */
static void a_source_that_was_not_read_proves_nothing(void **state)
{
	(void)state;
	leap(21, 0);
	run.thought.stale_source = true;
	host_clock_thought(&run);
	run.thought.stale_source = false;
	run.thought.unread_source = true;
	host_clock_thought(&run);
	run.thought.made = run.thought.unread_source = false;
	host_clock_thought(&run);
	assert_false(clock_agrees());
}

static void it_is_told_once_and_when_it_is_over(void **state)
{
	(void)state;
	host_clock_look(&run);
	assert_int_equal(run.clock_told, CLOCK_AGREES);
	leap(400, 0);
	host_clock_look(&run);
	assert_int_equal(run.clock_told, CLOCK_AHEAD);
	clock_believe();
	host_clock_look(&run);
	assert_int_equal(run.clock_told, CLOCK_AGREES);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_record_the_host_is_believed),
		TEST(before_the_first_contact_nothing_is_known),
		TEST(a_ledger_that_was_taken_away),
		TEST(a_ledger_without_a_time_has_cycles),
		TEST(while_the_host_runs_time_is_known),
		TEST(a_host_that_was_started_anew),
		TEST(that_it_may_have_been_off_is_kept),
		TEST(another_host_proves_nothing),
		TEST(the_unit_says_which_start_it_is),
		TEST(what_is_known_stays),
		TEST(a_leap_without_a_date),
		TEST(no_other_leap),
		TEST(somebody_is_due_to_go_meanwhile),
		TEST(a_source_that_was_not_read_proves_nothing),
		TEST(it_is_told_once_and_when_it_is_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

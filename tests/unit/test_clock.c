/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_clock.c - what time a process goes by, beside a clock of its host that stands elsewhere (98). The real one is put elsewhere by saying that
 * another time is known.
 */
#include "unit.h"

#include "base/clock.h"

#define MARGIN_S 60 /* a slow machine */
#define YEAR_S   (365 * 86400)

static int teardown(void **state)
{
	(void)state;
	clock_forget();
	return 0;
}

/* The host's clock is so far ahead of what is known. */
static enum clock_stand stand_at(int64_t off_s, int64_t ahead_s)
{
	int64_t seen_s;
	clock_know(clock_host_s() - off_s, clock_up_s(), ahead_s);
	enum clock_stand stand = clock_stand(&seen_s);
	assert_true(seen_s >= off_s - MARGIN_S && seen_s <= off_s + MARGIN_S);
	return stand;
}

static void assert_is_about(int64_t seen_s, int64_t wanted_s)
{
	assert_true(seen_s >= wanted_s - MARGIN_S && seen_s <= wanted_s + MARGIN_S);
}

static void nothing_is_known_at_first(void **state)
{
	int64_t off_s = 1;
	(void)state;
	assert_false(clock_is_known());
	assert_int_equal(clock_stand(&off_s), CLOCK_AGREES);
	assert_int_equal(off_s, 0);
	assert_is_about(clock_wall_s(), clock_host_s());
	clock_keep();
	assert_true(clock_is_known());
}

static void the_host_may_be_a_little_off(void **state)
{
	(void)state;
	assert_int_equal(stand_at(0, CLOCK_STEP_S), CLOCK_AGREES);
	assert_int_equal(stand_at(CLOCK_STEP_S - MARGIN_S, CLOCK_STEP_S), CLOCK_AGREES);
	assert_is_about(clock_wall_s(), clock_host_s());
	assert_int_equal(stand_at(CLOCK_STEP_S + MARGIN_S, CLOCK_STEP_S), CLOCK_AHEAD);
	assert_int_equal(stand_at(-CLOCK_STEP_S + MARGIN_S, CLOCK_STEP_S), CLOCK_AGREES);
	assert_is_about(clock_wall_s(), clock_host_s());
	assert_int_equal(stand_at(-CLOCK_STEP_S - MARGIN_S, CLOCK_STEP_S), CLOCK_BEHIND);
	assert_int_equal(stand_at(CLOCK_OFF_S - MARGIN_S, CLOCK_OFF_S), CLOCK_AGREES);
	assert_int_equal(stand_at(CLOCK_OFF_S + MARGIN_S, CLOCK_OFF_S), CLOCK_AHEAD);
	assert_int_equal(stand_at(-CLOCK_STEP_S - MARGIN_S, CLOCK_OFF_S), CLOCK_BEHIND);
}

static void a_year_off_counts_for_nothing(void **state)
{
	(void)state;
	assert_int_equal(stand_at(YEAR_S, CLOCK_OFF_S), CLOCK_AHEAD);
	assert_is_about(clock_wall_s(), clock_host_s() - YEAR_S);
	assert_int_equal(stand_at(-YEAR_S, CLOCK_OFF_S), CLOCK_BEHIND);
	assert_is_about(clock_wall_s(), clock_host_s() + YEAR_S);
}

/* What was known a while ago is as much further as the host has been up since. */
static void time_passes(void **state)
{
	int64_t off_s, host_s = clock_host_s();
	(void)state;
	clock_know(host_s - 30 * 86400, clock_up_s() - 30 * 86400, CLOCK_STEP_S);
	assert_int_equal(clock_stand(&off_s), CLOCK_AGREES);
	assert_is_about(off_s, 0);
	clock_know(host_s, clock_up_s() - 30 * 86400, CLOCK_STEP_S);
	assert_int_equal(clock_stand(&off_s), CLOCK_BEHIND);
	assert_is_about(clock_wall_s(), host_s + 30 * 86400);
}

static void only_a_clock_that_stands_right_moves_what_is_known(void **state)
{
	int64_t off_s;
	(void)state;
	assert_int_equal(stand_at(YEAR_S, CLOCK_STEP_S), CLOCK_AHEAD);
	clock_keep();
	assert_int_equal(clock_stand(&off_s), CLOCK_AHEAD);
	assert_is_about(off_s, YEAR_S);
	clock_believe();
	assert_int_equal(clock_stand(&off_s), CLOCK_AGREES);
	assert_is_about(off_s, 0);
	assert_int_equal(stand_at(CLOCK_OFF_S - MARGIN_S, CLOCK_OFF_S), CLOCK_AGREES);
	assert_int_equal(clock_ahead_s(), CLOCK_OFF_S);
	clock_keep(); /* from now on the host has not been off */
	assert_int_equal(clock_stand(&off_s), CLOCK_AGREES);
	assert_is_about(off_s, 0);
	assert_int_equal(clock_ahead_s(), CLOCK_STEP_S);
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_known_at_first),
		TEST(the_host_may_be_a_little_off),
		TEST(a_year_off_counts_for_nothing),
		TEST(time_passes),
		TEST(only_a_clock_that_stands_right_moves_what_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_last_word.c - when the ledger's record of the source may be gone by, and when something newer may have been said. */
#include "unit.h"

#include "run/last_word.h"
#include "run/state.h"

#define NOW 1800000000

static const struct run_settings settings = {.stale_warning_s = 3600};

static struct run_config config_of(uint32_t sources)
{
	return (struct run_config){.run = &settings, .source_count = sources, .scope = {1, 2}};
}

static struct past past_of(uint32_t unread, int64_t gap_s, int64_t ended_s)
{
	return (struct past){.last_complete = 7, .record = {unread, gap_s, ended_s}, .scope = {1, 2}};
}

static bool counts(uint32_t unread, int64_t gap_s, int64_t ended_s, uint32_t sources)
{
	const struct past past = past_of(unread, gap_s, ended_s);
	const struct run_config config = config_of(sources);
	return last_word_is_on_record(&past, &config, NOW);
}

static void nobody_was_away_for_long(void **state)
{
	(void)state;
	assert_true(counts(0, 0, NOW, 1));
	assert_true(counts(0, 0, NOW - 3600, 1));
	assert_false(counts(0, 0, NOW - 3601, 1));
	assert_true(counts(9, 3600, NOW, 1));
	assert_false(counts(9, 3601, NOW, 1));
	assert_false(counts(9, INT64_MAX, NOW, 1));
	assert_false(counts(0, 0, 0, 1));
}

/* Years ahead it looks like a long absence; behind what is on record it is no time at all. */
static void the_clock_has_to_stand_right(void **state)
{
	(void)state;
	assert_false(counts(0, 0, NOW - 3 * 365 * 86400, 1));
	assert_false(counts(0, 0, NOW + 1, 1));
}

/* Those of several that could be read in the meantime had their say, and nobody remembers it. */
static void of_several_none_was_read_alone(void **state)
{
	(void)state;
	assert_true(counts(0, 0, NOW, 2));
	assert_false(counts(1, 0, NOW, 2));
}

static void the_settings_are_the_same_and_something_is_on_record(void **state)
{
	(void)state;
	struct past past = past_of(0, 0, NOW);
	const struct run_config config = config_of(1);
	past.scope[0] = 9;
	assert_false(last_word_is_on_record(&past, &config, NOW));
	past = past_of(0, 0, NOW);
	past.last_complete = 0;
	assert_false(last_word_is_on_record(&past, &config, NOW));
}

/* A source that was read in a cycle that remembered nothing has said something newer. */
static void what_a_cycle_missed(void **state)
{
	(void)state;
	struct run run = {.past = {.source_on_record = true}, .cycle = {.source_err = {.code = ERR_UNAVAILABLE}}};
	last_word_missed(&run);
	assert_true(run.past.source_on_record && !run.word_missed);
	run.cycle.source_err.code = 0;
	last_word_missed(&run);
	assert_false(run.past.source_on_record);
	assert_true(run.word_missed); /* also when the ledger is loaded anew */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_was_away_for_long),
		cmocka_unit_test(the_clock_has_to_stand_right),
		cmocka_unit_test(of_several_none_was_read_alone),
		cmocka_unit_test(the_settings_are_the_same_and_something_is_on_record),
		cmocka_unit_test(what_a_cycle_missed),
	};
	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

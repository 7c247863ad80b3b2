/* SPDX-License-Identifier: EUPL-1.2 */
/* test_timeline.c - a source that went back in time is seen by either witness (I7; 22, 23). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core_stories.h"
#include "core_world.h"

static struct world w;
static struct timeline t;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_source(&w, SCHOOL("1", "10") "csn: 100\n" PERSON("11", "anna", RIGHT("beheerder", "10")) "csn: 200\n");
	world_past(&w, "seen: 1 - 1 100\nseen: 11 - 1 200\n");
	world_think(&w);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static void the_same_is_not_back(void **state)
{
	(void)state;
	timeline_check(&w.past, w.source_read, true, &t);
	assert_false(timeline_went_back(&t));
}

static void one_older_entry_is_enough(void **state)
{
	struct uuid anna = world_uuid(11);
	(void)state;
	world_past(&w, "seen: 11 - 1 201\n");
	timeline_check(&w.past, w.source_read, true, &t);
	assert_true(timeline_went_back(&t));
	assert_int_equal(t.entries_back, 1);
	assert_true(uuid_equal(&t.first, &anna));
	assert_int_equal(t.first_seen.time_us - t.first_now.time_us, 1000000);
	timeline_check(&w.past, w.source_read, false, &t);
	assert_false(timeline_went_back(&t));
}

static void institutions_are_witnesses_too(void **state)
{
	(void)state;
	world_past(&w, "seen: 1 - 1 101\nseen: 99 - 1 900\n");
	timeline_check(&w.past, w.source_read, true, &t);
	assert_int_equal(t.entries_back, 1);
}

static void an_older_position_is_enough(void **state)
{
	struct csn csn = {.time_us = 5000000, .rest = 1u << 24};
	(void)state;
	assert_true(csn_vector_merge(&w.past.position, &csn));
	timeline_check(&w.past, w.source_read, true, &t); /* the position is missing now */
	assert_true(t.position_went_back);
	assert_true(timeline_went_back(&t));
	assert_int_equal(t.entries_back, 0);
	assert_true(csn_vector_merge(&w.source_read->certificate.position, &csn));
	timeline_check(&w.past, w.source_read, true, &t);
	assert_false(timeline_went_back(&t));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_is_not_back),
		TEST(one_older_entry_is_enough),
		TEST(institutions_are_witnesses_too),
		TEST(an_older_position_is_enough),
	};
	return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}

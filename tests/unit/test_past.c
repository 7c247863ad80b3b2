/* SPDX-License-Identifier: EUPL-1.2 */
/* test_past.c - what the ledger remembers: set, found, forgotten. */
#include "unit.h"

#include "model/past.h"

static struct uuid id(uint32_t number)
{
	struct uuid uuid = {{1}};
	memcpy(uuid.bytes + 4, &number, sizeof(number));
	return uuid;
}

static void begins_with_nothing(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	struct uuid one = id(1);
	assert_true(past.first_contact);
	assert_null(past_owned(&past, &one, 5));
	assert_null(past_group(&past, &one));
	assert_null(past_seen(&past, &one));
	past_forget_owned(&past, &one, 5);
	past_forget_removals_before(&past, 100);
	past_done(&past);
	past_done(&past);
}

static void groups_and_values(void **state)
{
	(void)state;
	enum { GROUPS = 200, VALUES = 30 };
	struct past past;
	past_init(&past);
	struct owned_value value = {.state = OWNED_HELD};
	struct uuid nobody = id(9999);
	assert_int_equal(past_set_owned(&past, &nobody, &value), ERR_NOT_FOUND);
	for (uint32_t g = 0; g < GROUPS; g++) {
		struct past_group group = {.uuid = id(g), .number = g + 1, .role = 1};
		assert_int_equal(past_set_group(&past, &group), 0);
		group.released = 3;
		assert_int_equal(past_set_group(&past, &group), 0); /* again: replaces */
		for (uint32_t v = 1; v <= VALUES; v++) {
			value.key = v; /* the same people in every group */
			value.cycle = g;
			assert_int_equal(past_set_owned(&past, &group.uuid, &value), 0);
		}
	}
	assert_int_equal(past.group_count, GROUPS);
	assert_int_equal(past.owned_count, GROUPS * VALUES);
	for (uint32_t g = 0; g < GROUPS; g++) {
		struct uuid uuid = id(g);
		assert_int_equal(past_group(&past, &uuid)->released, 3);
		for (uint32_t v = 1; v <= VALUES; v++)
			assert_int_equal(past_owned(&past, &uuid, v)->cycle, g);
		assert_null(past_owned(&past, &uuid, VALUES + 1));
	}
	past_done(&past);
}

static void forgotten_values_can_come_back(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	struct past_group group = {.uuid = id(1), .number = 5};
	struct owned_value value = {.key = 77, .state = OWNED_ADOPTED};
	assert_int_equal(past_set_group(&past, &group), 0);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(past_set_owned(&past, &group.uuid, &value), 0);
		assert_int_equal(past_owned(&past, &group.uuid, 77)->state, OWNED_ADOPTED);
		past_forget_owned(&past, &group.uuid, 77);
		assert_null(past_owned(&past, &group.uuid, 77));
	}
	assert_int_equal(past.owned_count, 1); /* its slot is used again */
	past_done(&past);
}

static void seen_entries(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	for (uint32_t i = 0; i < 1000; i++) {
		struct seen_entry seen = {.uuid = id(i), .csn = {i, 1}, .end_day = INT32_MIN};
		assert_int_equal(past_set_seen(&past, &seen), 0);
		seen.csn.time_us++;
		assert_int_equal(past_set_seen(&past, &seen), 0);
	}
	assert_int_equal(past.seen_count, 1000);
	struct uuid some = id(500);
	assert_int_equal(past_seen(&past, &some)->csn.time_us, 501);
	past_done(&past);
}

static void add_removal(struct past *past, int64_t at_s, uint32_t number)
{
	struct past_removal removal = {.at_s = at_s, .number = number};
	assert_int_equal(past_add_removal(past, &removal), 0);
}

static void removals_in_a_window(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	add_removal(&past, 100, 1);
	add_removal(&past, 300, 2);
	add_removal(&past, 200, 1); /* the wall clock was set back */
	add_removal(&past, 300, 1);
	for (size_t i = 1; i < past.removal_count; i++)
		assert_true(past.removals[i - 1].at_s <= past.removals[i].at_s);
	assert_int_equal(past.removal_count, 4);
	past_forget_removals_before(&past, 200);
	assert_int_equal(past.removal_count, 3);
	assert_int_equal(past.removals[0].at_s, 200);
	past_forget_removals_before(&past, 1000);
	assert_int_equal(past.removal_count, 0);
	past_done(&past);
}

static void ambiguities_come_and_go(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	struct uuid a = id(1), b = id(2), c = id(3);
	assert_int_equal(past_set_ambiguity(&past, &a, 10), 0);
	assert_int_equal(past_set_ambiguity(&past, &b, 20), 0);
	assert_int_equal(past_set_ambiguity(&past, &a, 15), 0);
	assert_int_equal(past.ambiguity_count, 2);
	assert_int_equal(past.ambiguities[0].since_s, 15);
	assert_int_equal(past_set_ambiguity(&past, &c, 0), 0); /* was not there */
	assert_int_equal(past_set_ambiguity(&past, &a, 0), 0);
	assert_int_equal(past.ambiguity_count, 1);
	assert_true(uuid_equal(&past.ambiguities[0].first, &b));
	past_done(&past);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_with_nothing),
		cmocka_unit_test(groups_and_values),
		cmocka_unit_test(forgotten_values_can_come_back),
		cmocka_unit_test(seen_entries),
		cmocka_unit_test(removals_in_a_window),
		cmocka_unit_test(ambiguities_come_and_go),
	};
	return cmocka_run_group_tests_name("past", tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* test_past.c - what the ledger remembers: set, found, forgotten. */
#include "unit.h"

#include "model/date.h"
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
	assert_null(past_seen(&past, &one, &(struct seen_entry){0}));
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
	struct seen_entry seen;
	assert_int_equal(past_seen(&past, &some, &seen)->csn.time_us, 501);
	past_done(&past);
}

/* What is asked for is what was told: also dates that nobody will live to see, and as near as can be those that there are not. */
static void seen_dates(void **state)
{
	(void)state;
	static const struct {
		int32_t day, kept_day;
		int64_t since_s, kept_since_s;
	} dates[] = {
		{DAY_NONE, DAY_NONE, 0, 0},
		{0, 0, 1793869200, 1793869200},
		{-719528, -719528, 4102444800, 4102444800}, /* year 0; 2100 */
		{2932896, 2932896, 253402300799, 253402300799},
		{INT32_MAX, (1 << 23) - 1, INT64_MAX, (INT64_C(1) << 39) - 1},
		{INT32_MIN + 1, 1 - (1 << 23), -1, 0},
	};
	struct past past;
	struct seen_entry seen;
	const struct uuid uuid = id(1);
	past_init(&past);
	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates) * 4; i++) {
		const size_t begin = i / 4, end = (i + i / 4) % (sizeof(dates) / sizeof(*dates));
		const struct seen_entry told = {.uuid = uuid,
						.csn = {5, 6},
						.begin_day = dates[begin].day,
						.begin_since_s = dates[begin].since_s,
						.end_day = dates[end].day,
						.end_since_s = dates[end].since_s,
						.end_moved = i % 2};
		assert_int_equal(past_set_seen(&past, &told), 0);
		assert_non_null(past_seen(&past, &uuid, &seen));
		assert_true(uuid_equal(&seen.uuid, &uuid) && csn_compare(&seen.csn, &told.csn) == 0);
		assert_int_equal(seen.begin_day, dates[begin].kept_day);
		assert_int_equal(seen.begin_since_s, dates[begin].kept_since_s);
		assert_int_equal(seen.end_day, dates[end].kept_day);
		assert_int_equal(seen.end_since_s, dates[end].kept_since_s);
		assert_int_equal(seen.end_moved, i % 2);
	}
	assert_int_equal(past.seen_count, 1);
	past_done(&past);
}

/* Whatever the order in which they are asked for. */
static void seen_entries_one_after_the_other(void **state)
{
	static const uint32_t order[] = {0, 1, 2, 7, 8, 99, 3, 3, 98, 99, 100, 0, 1};
	(void)state;
	struct past past;
	size_t next = 0;
	past_init(&past);
	for (uint32_t i = 0; i < 100; i++) {
		const struct seen_entry seen = {.uuid = id(i), .csn = {i, 1}};
		assert_int_equal(past_set_seen(&past, &seen), 0);
	}
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		const struct uuid uuid = id(order[i]);
		struct seen_entry row, same;
		const struct seen_entry *seen = past_seen_next(&past, &uuid, &next, &row);
		assert_int_equal(seen != NULL, past_seen(&past, &uuid, &same) != NULL);
		assert_true(seen == NULL || (uuid_equal(&row.uuid, &uuid) && row.csn.time_us == same.csn.time_us));
		assert_int_equal(next, seen != NULL ? order[i] + 1 : 100);
	}
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
	assert_int_equal(past.ambiguity_count, 2);
	assert_null(past_ambiguity(&past, &a));
	assert_null(past_ambiguity(&past, &c));
	assert_int_equal(past_ambiguity(&past, &b)->since_s, 20);
	assert_int_equal(past_set_ambiguity(&past, &a, 30), 0); /* again */
	assert_int_equal(past_ambiguity(&past, &a)->since_s, 30);
	assert_int_equal(past.ambiguity_count, 2);
	past_done(&past);
}

static struct past_hold hold_of(uint32_t hold_id, enum hold_state state, struct hold_op *ops, uint32_t count)
{
	return (struct past_hold){
		.id = hold_id, .state = (uint8_t)state, .said = (char *)"why", .ops = ops, .op_count = count};
}

static void holds_come_turn_and_leave(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	struct hold_op ops[] = {{.id = {{1}}, .number = 5}, {.id = {{2}}, .number = 6}};
	struct past_hold open = hold_of(3, HOLD_OPEN, ops, 2), other = hold_of(7, HOLD_OPEN, NULL, 0);
	assert_int_equal(past_set_hold(&past, &open), 0);
	assert_int_equal(past_set_hold(&past, &other), 0);
	ops[0].number = 99; /* the list was copied */
	const struct past_hold *got = past_hold(&past, 3);
	assert_int_equal(got->op_count, 2);
	assert_int_equal(got->ops[0].number, 5);
	assert_string_equal(got->said, "why");
	assert_int_equal(past.next_hold, 8);
	struct past_hold approved = *got; /* set again from itself: its own list */
	approved.state = HOLD_APPROVED;
	assert_int_equal(past_set_hold(&past, &approved), 0);
	assert_int_equal(past_hold(&past, 3)->state, HOLD_APPROVED);
	assert_int_equal(past_hold(&past, 3)->ops[1].number, 6);
	assert_int_equal(past.hold_count, 2);
	struct past_hold over = hold_of(3, HOLD_OVER, NULL, 0), never = hold_of(50, HOLD_EXPIRED, NULL, 0);
	assert_int_equal(past_set_hold(&past, &over), 0);
	assert_null(past_hold(&past, 3));
	assert_non_null(past_hold(&past, 7));
	assert_int_equal(past_set_hold(&past, &never), 0);
	assert_int_equal(past.hold_count, 1);
	assert_int_equal(past.next_hold, 51); /* its number is taken all the same */
	past_done(&past);
	assert_int_equal(past.hold_count, 0);
}

static void freeze(struct past *past, uint32_t freeze_id, uint32_t number, bool pause, int64_t until_s)
{
	const struct past_freeze one = {
		.id = freeze_id, .number = number, .pause = pause, .until_s = until_s, .said = (char *)"drill"};
	assert_int_equal(past_set_freeze(past, &one), 0);
}

static void the_widest_freeze_counts(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	assert_null(past_frozen(&past, 5, 10));
	freeze(&past, 1, 5, false, 100);
	assert_int_equal(past_frozen(&past, 5, 10)->id, 1);
	assert_null(past_frozen(&past, 6, 10));
	assert_null(past_frozen(&past, 5, 100)); /* over */
	freeze(&past, 2, 0, false, 50);
	assert_int_equal(past_frozen(&past, 5, 10)->id, 2);
	assert_int_equal(past_frozen(&past, 6, 10)->id, 2);
	assert_int_equal(past_frozen(&past, 5, 60)->id, 1);
	freeze(&past, 3, 0, true, INT64_MAX);
	assert_int_equal(past_frozen(&past, 5, 10)->id, 3);
	freeze(&past, 3, 0, true, 20); /* again: shorter */
	assert_int_equal(past_frozen(&past, 5, 60)->id, 1);
	assert_int_equal(past.freeze_count, 3);
	assert_int_equal(past.next_freeze, 4);
	past_forget_freeze(&past, 2);
	past_forget_freeze(&past, 2);
	assert_int_equal(past.freeze_count, 2);
	past_done(&past);
}

static void pins_and_directives(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	struct past_pin pin = {.person = id(1), .number = 5, .role = 1, .cycle = 2, .present = true};
	struct past_directive directive = {.uuid = id(8), .kind = DIRECTIVE_INCLUDE, .until_s = 7};
	assert_int_equal(past_set_pin(&past, &pin), 0);
	pin.present = false;
	assert_int_equal(past_set_pin(&past, &pin), 0); /* again: replaces */
	pin.role = 0;
	assert_int_equal(past_set_pin(&past, &pin), 0);
	assert_int_equal(past.pin_count, 2);
	assert_false(past.pins[0].present);
	past_forget_pin(&past, &pin.person, 5, 1);
	past_forget_pin(&past, &pin.person, 6, 0);
	assert_int_equal(past.pin_count, 1);
	assert_int_equal(past.pins[0].role, 0);
	assert_int_equal(past_set_directive(&past, &directive), 0);
	directive.until_s = 9;
	assert_int_equal(past_set_directive(&past, &directive), 0);
	assert_int_equal(past.directive_count, 1);
	assert_int_equal(past_directive(&past, &directive.uuid)->until_s, 9);
	past_forget_directive(&past, &directive.uuid);
	assert_null(past_directive(&past, &directive.uuid));
	past_done(&past);
}

static void drift_comes_and_goes(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	struct past_drift drift = {.id = 4, .number = 5, .author = (char *)"cn=admin"};
	assert_int_equal(past_set_drift(&past, &drift), 0);
	struct past_drift again = *past_drift(&past, 4);
	again.decision = DRIFT_UNDO;
	assert_int_equal(past_set_drift(&past, &again), 0);
	assert_string_equal(past_drift(&past, 4)->author, "cn=admin");
	assert_int_equal(past_drift(&past, 4)->decision, DRIFT_UNDO);
	drift.id = 6;
	drift.author = NULL;
	assert_int_equal(past_set_drift(&past, &drift), 0);
	assert_int_equal(past.next_drift, 7);
	drift.id = 5; /* in whatever order they come */
	assert_int_equal(past_set_drift(&past, &drift), 0);
	assert_int_equal(past.drift_count, 3);
	for (size_t i = 1; i < past.drift_count; i++)
		assert_true(past.drifts[i - 1].id < past.drifts[i].id);
	past_forget_drift(&past, 4);
	past_forget_drift(&past, 4);
	assert_int_equal(past.drift_count, 2);
	assert_null(past_drift(&past, 4));
	assert_int_equal(past_drift(&past, 6)->id, 6);
	past_done(&past);
}

static void grantors_are_found(void **state)
{
	(void)state;
	struct past past;
	past_init(&past);
	for (uint32_t i = 0; i < 20000; i++) {
		struct past_grantor grantor = {.person = id(i), .number = i % 7, .role = i % 2, .accepted = true};
		assert_int_equal(past_set_grantor(&past, &grantor), 0);
		grantor.accepted = i % 3 == 0;
		assert_int_equal(past_set_grantor(&past, &grantor), 0);
	}
	assert_int_equal(past.grantor_count, 20000);
	for (uint32_t i = 0; i < 20000; i++) {
		struct uuid person = id(i);
		assert_int_equal(past_grantor(&past, &person, i % 7, i % 2)->accepted, i % 3 == 0);
		assert_null(past_grantor(&past, &person, i % 7, 1 - i % 2));
		assert_null(past_grantor(&past, &person, 8, i % 2));
	}
	past_done(&past);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_with_nothing),
		cmocka_unit_test(groups_and_values),
		cmocka_unit_test(forgotten_values_can_come_back),
		cmocka_unit_test(seen_entries),
		cmocka_unit_test(seen_dates),
		cmocka_unit_test(seen_entries_one_after_the_other),
		cmocka_unit_test(removals_in_a_window),
		cmocka_unit_test(ambiguities_come_and_go),
		cmocka_unit_test(holds_come_turn_and_leave),
		cmocka_unit_test(the_widest_freeze_counts),
		cmocka_unit_test(pins_and_directives),
		cmocka_unit_test(drift_comes_and_goes),
		cmocka_unit_test(grantors_are_found),
	};
	return cmocka_run_group_tests_name("past", tests, NULL, NULL);
}

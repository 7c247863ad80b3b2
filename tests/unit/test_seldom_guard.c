/* SPDX-License-Identifier: EUPL-1.2 */
/* test_seldom_guard.c - what is released, what is counted, and what waits under which word. */
#include "core/guard_parts.h"
#include "test_seldom.h"

/* ---- what is released, what is counted -------------------------------------------------------------- */

static void a_plan_is_released_unless_something_brakes_it(void **state)
{
	(void)state;
	make_anna();
	world_think(&w);
	assert_int_equal(w.verdict.go, 1);
	assert_true(plan_is_released(w.plan, &w.past));
	world_settings(&w, "source: unread");
	world_think(&w);
	assert_false(plan_is_released(w.plan, &w.past));
	world_settings(&w, "source: read\nwent-back: yes");
	world_think(&w);
	assert_false(plan_is_released(w.plan, &w.past));
}

static void a_first_fill_that_waits_is_not_released(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_settings(&w, "first-fill: hold");
	world_past(&w, "first-contact: yes");
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 1);
	assert_false(plan_is_released(w.plan, &w.past));
}

static void what_waits_for_a_number_is_counted_and_what_follows_is_not(void **state)
{
	(void)state;
	static const uint16_t rules[] = {R_RULE_GROUP_EMPTIED, R_RULE_GROUP_HALVED, R_RULE_INSTITUTION_COUNT,
					 R_RULE_COUNT};
	struct change change = {.kind = CHANGE_MEMBER_REMOVE, .cause = R_CAUSE_EXPLICIT, .reason = R_NO_RIGHT};
	change.verdict = VERDICT_HOLD;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		change.rule = rules[i];
		assert_true(change_is_counted(&change));
	}
	change.rule = R_RULE_FROZEN;
	assert_false(change_is_counted(&change));
	change.verdict = VERDICT_GO;
	change.reason = R_EXCLUDED;
	assert_false(change_is_counted(&change));
	assert_int_equal(change_removal_sort(&change), REMOVAL_EXCLUDED);
	change.cause = R_CAUSE_FOLLOWS;
	assert_int_equal(change_removal_sort(&change), 0);
	change.kind = CHANGE_MEMBER_ADD;
	assert_int_equal(change_removal_sort(&change), 0);
}

static void few_of_many_are_no_shrunken_source(void **state)
{
	(void)state;
	assert_false(source_is_shrunken(&w.guard, 100, 97)); /* as few as leave by themselves */
	assert_false(source_is_shrunken(&w.guard, 100, 95)); /* a small part of them */
	assert_false(source_is_shrunken(&w.guard, 100, 101));
	assert_true(source_is_shrunken(&w.guard, 100, 89));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plan_is_released_unless_something_brakes_it),
		TEST(a_first_fill_that_waits_is_not_released),
		TEST(what_waits_for_a_number_is_counted_and_what_follows_is_not),
		TEST(few_of_many_are_no_shrunken_source),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* test_seldom_guard.c - what is released, what is counted, and what waits under which word. */
#include "core/guard_parts.h"
#include "core/hold_parts.h"
#include "core/identity.h"
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
	change.verdict = VERDICT_REFUSE;
	assert_false(change_is_counted(&change));
	change.verdict = VERDICT_GO;
	change.reason = R_EXCLUDED;
	assert_false(change_is_counted(&change));
	assert_int_equal(change_removal_sort(&change), REMOVAL_EXCLUDED);
	change.cause = R_CAUSE_FOLLOWS;
	assert_int_equal(change_removal_sort(&change), 0);
	change.cause = R_CAUSE_EXPLICIT;
	change.reason = R_NO_RIGHT;
	change.kind = CHANGE_MEMBER_ADD;
	assert_false(change_is_counted(&change));
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

/* The guard does not take the plan's word for what it may touch; what is made touches nothing that is there. */
static void judge_again(void)
{
	struct err err;
	assert_int_equal(
		guard_judge(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena, &w.verdict, &err), 0);
	assert_int_equal(
		holds_match(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena, &w.verdict, &err), 0);
}

static void what_is_made_is_not_what_is_there(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_target(&w, "is: person\nvo-id: other\ncn: O\nsn: O\ndn: uid=other," WORLD_PEOPLE "\n");
	world_think(&w);
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		if (w.plan->changes[i].kind == CHANGE_PERSON_ADD)
			w.plan->changes[i].target = 0;
	judge_again();
	assert_int_equal(w.verdict.refused, 0);
}

static void nobody_is_asked_about_what_is_refused(void **state)
{
	(void)state;
	make_anna();
	world_think(&w);
	w.target_read->groups[0].protected = true;
	judge_again();
	assert_int_equal(w.plan->changes[0].verdict, VERDICT_REFUSE);
	assert_int_equal(w.plan->changes[0].rule, R_PROTECTED);
	assert_int_equal(w.verdict.refused, 1);
	assert_int_equal(w.verdict.opened_count, 0);
}

/* A begin that replaced another one says nothing of how long this one was known. */
static void a_begin_that_moved_is_no_announced_one(void **state)
{
	(void)state;
	world_settings(&w, "grants: 0");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")) "begin: 20261104\n");
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10"));
	world_past(&w, "began: 11 20261104 100");
	world_think(&w);
	assert_int_equal(w.verdict.held, 0);
	world_past(&w, "began: 11 20261103 100");
	world_think(&w);
	assert_int_equal(w.verdict.held, 1);
	assert_int_equal(w.plan->changes[0].rule, R_RULE_GRANTS);
}

/* ---- holds on record ------------------------------------------------------------------------------ */

static void record_hold(uint32_t id, enum reason cause, enum reason rule, enum hold_state hold_state)
{
	struct change as_if = w.plan->changes[0];
	struct hold_op op = {.kind = (uint8_t)as_if.kind, .reason = as_if.reason, .number = 10};
	as_if.cause = (uint16_t)cause;
	assert_int_equal(change_identify(&w.plan_input, &as_if, &op.id), 0);
	op.evidence = change_evidence(&w.plan_input, &as_if);
	const struct past_hold hold = {.id = id,
				       .rule = (uint16_t)rule,
				       .state = (uint8_t)hold_state,
				       .expires_s = w.now_s + 3600,
				       .ops = &op,
				       .op_count = 1};
	assert_int_equal(past_set_hold(&w.past, &hold), 0);
}

/* In doubt it is what the newest hold listed, whatever its cause was there. */
static void a_doubt_keeps_the_newest_of_several_holds(void **state)
{
	(void)state;
	make_anna();
	record_set(&w, world_find(&w, true, 11), FIELD_STATE, NULL);
	world_think(&w);
	assert_int_equal(w.plan->changes[0].cause, R_CAUSE_DOUBTFUL);
	record_hold(3, R_CAUSE_ABSENT, R_RULE_SCOPE, HOLD_OPEN);
	record_hold(5, R_CAUSE_EXPLICIT, R_RULE_SCOPE, HOLD_OPEN);
	world_think(&w);
	assert_int_equal(w.plan->changes[0].kept, 5);
}

/* Another cause than was asked about: the newest hold that a person ends and that nobody approved is what it waits for. */
static void another_cause_waits_for_the_newest_hold(void **state)
{
	static const struct {
		enum reason rule;
		enum hold_state state;
		uint32_t expected;
	} cases[] = {{R_RULE_SCOPE, HOLD_OPEN, 5}, {R_RULE_SCOPE, HOLD_APPROVED, 3}, {R_RULE_DOUBTFUL, HOLD_OPEN, 3}};
	(void)state;
	make_anna();
	world_think(&w);
	assert_int_equal(w.plan->changes[0].cause, R_CAUSE_EXPLICIT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		record_hold(3, R_CAUSE_SCHEDULED, R_RULE_SCOPE, HOLD_OPEN);
		record_hold(5, R_CAUSE_ABSENT, cases[i].rule, cases[i].state);
		assert_int_equal(holds_find(w.plan, &w.plan_input, w.now_s), 0);
		assert_int_equal(w.plan->changes[0].hold, cases[i].expected);
		assert_true(w.plan->changes[0].recast);
	}
}

/* Still older than what was applied, and no part of what makes the source old today. */
static void a_hold_about_an_older_source_is_over_when_the_source_is_not(void **state)
{
	(void)state;
	world_source(&w, PERSON("11", "anna", "AnderRecht:1") "csn: 100\n");
	world_past(&w, "seen: 11 - 1 201");
	struct hold_op op = {.evidence = 100 * 1000000, .who = world_uuid(11)};
	back_identify(&op.who, NULL, 0, &op.id);
	const struct past_hold hold = {.id = 4,
				       .rule = R_RULE_SOURCE_WENT_BACK,
				       .state = HOLD_OPEN,
				       .expires_s = w.now_s + 3600,
				       .ops = &op,
				       .op_count = 1};
	assert_int_equal(past_set_hold(&w.past, &hold), 0);
	world_settings(&w, "went-back: yes");
	world_think(&w);
	assert_int_equal(w.verdict.ended_count, 0);
	world_settings(&w, "went-back: no");
	world_think(&w);
	assert_int_equal(w.verdict.ended_count, 1);
	assert_int_equal(w.verdict.ended[0].state, HOLD_OVER);
}

/* What a freeze covers is asked about once, and not again when it was approved. */
static void what_a_freeze_covers_is_asked_about_once(void **state)
{
	(void)state;
	make_anna();
	world_settings(&w, "scope: changed");
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 1);
	world_past(&w, "freeze: 10 50");
	world_settings(&w, "scope: changed");
	world_think(&w);
	assert_int_equal(w.plan->changes[0].rule, R_RULE_FROZEN);
	assert_int_equal(w.verdict.opened_count, 0);
	world_decide(&w, w.past.holds[0].id, HOLD_APPROVED);
	world_think(&w);
	assert_int_equal(w.plan->changes[0].rule, R_RULE_FROZEN);
	assert_int_equal(w.verdict.opened_count, 0);
}

/* A line about a change is no line about an older source, whatever its id. */
static void a_change_is_no_older_entry(void **state)
{
	(void)state;
	struct hold_op op = {.evidence = 1, .kind = CHANGE_MEMBER_REMOVE};
	const struct back back = {.who = world_uuid(11), .now = {.time_us = 5}};
	const struct past_hold hold = {.id = 1, .ops = &op, .op_count = 1};
	back_identify(&back.who, NULL, back.sid, &op.id);
	assert_false(hold_lists_back(&hold, &back));
	op.kind = 0;
	assert_true(hold_lists_back(&hold, &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plan_is_released_unless_something_brakes_it),
		TEST(a_first_fill_that_waits_is_not_released),
		TEST(what_waits_for_a_number_is_counted_and_what_follows_is_not),
		TEST(few_of_many_are_no_shrunken_source),
		TEST(what_is_made_is_not_what_is_there),
		TEST(nobody_is_asked_about_what_is_refused),
		TEST(a_begin_that_moved_is_no_announced_one),
		TEST(a_doubt_keeps_the_newest_of_several_holds),
		TEST(another_cause_waits_for_the_newest_hold),
		TEST(a_hold_about_an_older_source_is_over_when_the_source_is_not),
		TEST(what_a_freeze_covers_is_asked_about_once),
		TEST(a_change_is_no_older_entry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

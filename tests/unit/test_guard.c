/* SPDX-License-Identifier: EUPL-1.2 */
/* test_guard.c - each rule of the guard: what it holds, what it lets go, and what it says about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core_stories.h"
#include "core_world.h"

static struct world w;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

/* A school with so many guides in step; the first few have lost the right. People are number * 100 + n. */
static void school(uint32_t number, uint32_t guides, uint32_t leaving)
{
	char text[1024];
	snprintf(text, sizeof(text),
		 "is: institution\nuuid: %u\nnumber: %u\nkind: syntra\nstate: actief\naudience: OV\n", number, number);
	world_source(&w, text);
	snprintf(text, sizeof(text),
		 "is: institution\nnumber: %u\nkind: syntra\nnumber-received: %u\nadmission: always\n"
		 "admitted-since: 20260101000000Z\n" OUR_MANAGERS("%u"),
		 number, number, number);
	world_target(&w, text);
	for (uint32_t i = 0; i < guides; i++) {
		uint32_t id = number * 100 + i;
		snprintf(text, sizeof(text),
			 "is: person\nuuid: %u\nvo-id: p%u\ncn: p%u\nsn: p%u\nstate: actief\nright: %s:%u\n", id, id,
			 id, id, i < leaving ? "AnderRecht" : "WerkplekDuaalGebruiker-beheerder", number);
		world_source(&w, text);
		snprintf(text, sizeof(text), OUR_PERSON("p%u", "%u"), id, id, id, id);
		world_target(&w, text);
	}
	/* The group's members go to its record, which stands before the people. */
	struct record *record = &w.target[w.target_count - guides - 1];
	char number_text[16];
	snprintf(number_text, sizeof(number_text), "%u", number);
	record_set(&w, record, FIELD_NUMBER, number_text);
	for (uint32_t i = 0; i < guides; i++) {
		record->at[record->count].field = FIELD_MEMBER;
		record->at[record->count++].value = arena_format(&w.texts, "uid=p%u," WORLD_PEOPLE, number * 100 + i);
		snprintf(text, sizeof(text), "owned: %u beheerder uid=p%u %u held\n", number, number * 100 + i,
			 number * 100 + i);
		world_past(&w, text);
	}
}

static void a_few_leave_every_day(void **state)
{
	(void)state;
	school(10, 10, 3);
	school(20, 10, 1);
	world_think(&w);
	assert_int_equal(w.verdict.go, 4);
	assert_int_equal(w.verdict.held, 0);
	assert_int_equal(w.verdict.hold_count, 0);
}

static void beyond_a_few_the_share_decides(void **state)
{
	(void)state;
	school(10, 12, 5);
	world_think(&w);
	assert_int_equal(w.verdict.go, 3);
	world_expect(&w, "hold rule-institution-count 10: 2 changes, seen 5, allowed 3");
	world_past(&w, "released: 100\n"); /* 5 % of 100: five in all */
	world_think(&w);
	assert_int_equal(w.verdict.go, 5);
	world_past(&w, "removed: 99 beheerder 1\n");
	world_think(&w);
	assert_int_equal(w.verdict.go, 4);
	world_expect(&w, "member-remove 10 beheerder uid=p1004: explicit, no-right: HOLD by rule-institution-count");
}

static void the_window_rolls(void **state)
{
	(void)state;
	school(10, 12, 2);
	world_past(&w, "removed: 10 trajectbegeleider 25\nremoved: 10 trajectbegeleider 23\nremoved: 10 "
		       "trajectbegeleider 1\n");
	world_think(&w);
	assert_int_equal(w.verdict.go, 1);
	world_expect(&w, "hold rule-institution-count 10: 1 changes, seen 4, allowed 3");
}

static void so_many_in_all(void **state)
{
	(void)state;
	for (uint32_t number = 10; number < 30; number++)
		school(number, 7, 3);
	world_past(&w, "released: 100000\n");
	world_think(&w);
	assert_int_equal(w.plan->removals, 60);
	assert_int_equal(w.verdict.go, 50);
	assert_int_equal(world_count(&w, "HOLD by rule-count"), 10);
}

static void a_group_of_two_is_not_emptied(void **state)
{
	(void)state;
	school(10, 2, 2);
	school(20, 9, 1);
	world_think(&w);
	world_expect(&w, "hold rule-group-emptied 10 beheerder: 2 changes, seen 2, allowed 1");
	assert_int_equal(w.verdict.go, 1);
}

static void a_group_is_not_halved(void **state)
{
	(void)state;
	school(10, 3, 2);
	school(20, 2, 1);
	world_think(&w);
	world_expect(&w, "hold rule-group-halved 10 beheerder: 2 changes, seen 2, allowed 1");
	assert_int_equal(w.verdict.go, 1);
	world_past(&w, "removed: 20 beheerder 5\n"); /* three this morning: two of them is too many */
	world_think(&w);
	assert_int_equal(w.verdict.go, 0);
}

static void emptied_in_two_steps_is_emptied(void **state)
{
	(void)state;
	school(10, 1, 1);
	world_past(&w, "removed: 10 beheerder 5\n");
	world_think(&w);
	assert_int_equal(w.verdict.go, 0);
	assert_int_equal(world_count(&w, "HOLD by rule-group-emptied"), 1);
}

static void the_only_member_goes_with_a_notice(void **state)
{
	(void)state;
	school(10, 1, 1);
	world_think(&w);
	assert_int_equal(w.verdict.go, 1);
	assert_int_equal(w.verdict.notices, 1);
	assert_int_equal(w.verdict.held, 0);
}

/* By date: not counted, not held, but the group feels it. */
static void scheduled_removals_go(void **state)
{
	char text[80];
	(void)state;
	school(10, 6, 0);
	for (uint32_t id = 1000; id < 1005; id++) {
		record_set(&w, world_find(&w, true, id), FIELD_END, "20261104");
		snprintf(text, sizeof(text), "seen: %u 2026-11-04 48 1\n", id);
		world_past(&w, text);
	}
	world_think(&w);
	assert_int_equal(world_count(&w, "scheduled, ended: go"), 5);
	record_set(&w, world_find(&w, true, 1005), FIELD_RIGHT, "AnderRecht:10");
	world_think(&w);
	assert_int_equal(world_count(&w, "scheduled, ended: go"), 5);
	assert_int_equal(world_count(&w, "explicit, no-right: HOLD by rule-group-emptied"), 1);
}

static void a_lost_institution_is_held(void **state)
{
	(void)state;
	school(10, 9, 0);
	school(20, 9, 1);
	record_set(&w, world_find(&w, true, 10), FIELD_KIND, "clb");
	world_think(&w);
	world_expect(&w, "hold rule-institution-lost 10: 9 changes, seen 9, allowed 0");
	assert_int_equal(w.verdict.go, 1);
	world_find(&w, true, 10)->gone = true; /* vanished: the right of one is gone, too */
	record_set(&w, world_find(&w, true, 1000), FIELD_RIGHT, "AnderRecht:10");
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-doubtful"), 8);
	assert_int_equal(world_count(&w, "HOLD by rule-institution-lost"), 1);
}

static void a_shrunken_source_removes_nobody(void **state)
{
	(void)state;
	school(10, 9, 1);
	school(20, 9, 0);
	record_set(&w, world_find(&w, true, 2000), FIELD_END, "20261104");
	world_past(&w, "source-people: 20\nsource-institutions: 2\nseen: 2000 2026-11-04 48 1\n");
	world_think(&w);
	assert_int_equal(w.verdict.held, 0); /* 10 % exactly */
	world_past(&w, "source-people: 21\n");
	world_think(&w);
	assert_int_equal(w.verdict.held, 0); /* more, but as few as may leave anyway */
	world_past(&w, "source-people: 22\n");
	world_think(&w);
	world_expect(&w, "hold rule-shrunken-source: 1 changes, seen 18, allowed 20");
	assert_int_equal(world_count(&w, "scheduled, ended: go"), 1);
	world_past(&w, "source-people: 18\nsource-institutions: 6\n");
	world_think(&w);
	world_expect(&w, "hold rule-shrunken-source: 1 changes, seen 2, allowed 6");
	char said[RULE_SENTENCE_SIZE];
	assert_ptr_equal(rule_sentence(R_RULE_SHRUNKEN, &w.guard, &w.past, w.policy_input.source, said),
			 reason_sentence(R_RULE_SHRUNKEN));
}

/* Of three schools the smallest, with its people, stands at a source of its own; half of its people are not there any more. */
static void a_shrunken_source_among_several_removes_nobody(void **state)
{
	(void)state;
	char said[RULE_SENTENCE_SIZE];
	school(10, 30, 0);
	school(20, 30, 0);
	school(30, 9, 1);
	world_find(&w, true, 30)->elsewhere = true;
	for (uint32_t i = 0; i < 9; i++)
		world_find(&w, true, 3000 + i)->elsewhere = true;
	for (uint32_t i = 4; i < 9; i++)
		world_find(&w, true, 3000 + i)->gone = true;
	world_past(&w, "source-people: 69\nsource-institutions: 3\n");
	source_position_keep(&w.past.positions, "source")->people = 60;
	world_think(&w);
	world_refuse(&w,
		     "rule-shrunken-source"); /* the whole is no much smaller, and nothing is known about the parts */
	source_position_keep(&w.past.positions, "elsewhere")->people = 9;
	world_think(&w);
	world_expect(&w, "hold rule-shrunken-source: 1 changes, seen 4, allowed 9");
	assert_int_equal(w.verdict.go, 0);
	source_position_keep(&w.past.positions, "elsewhere")->people = 4;
	source_position_keep(&w.past.positions, "elsewhere")->institutions = 5;
	world_think(&w);
	world_expect(&w, "hold rule-shrunken-source: 1 changes, seen 1, allowed 5");
	assert_string_equal(rule_sentence(R_RULE_SHRUNKEN, &w.guard, &w.past, w.policy_input.source, said),
			    "the source elsewhere is much smaller than the last one that was accepted");
	assert_ptr_equal(rule_sentence(R_RULE_COUNT, &w.guard, &w.past, w.policy_input.source, said),
			 reason_sentence(R_RULE_COUNT));
}

static void a_source_gone_back_changes_nothing(void **state)
{
	(void)state;
	school(10, 9, 1);
	world_source(&w, PERSON("77", "nieuw", RIGHT("trajectbegeleider", "10")));
	world_settings(&w, "went-back: yes\n");
	world_think(&w);
	assert_true(w.plan->grants > 0);
	assert_int_equal(w.verdict.go, 0);
	assert_int_equal(w.verdict.hold_count, 1);
	assert_int_equal(w.verdict.holds[0].rule, R_RULE_SOURCE_WENT_BACK);
}

static void the_first_fill_waits_for_a_word(void **state)
{
	(void)state;
	world_past(&w, "first-contact: yes\n");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("beheerder", "10")));
	world_settings(&w, "first-fill: hold\n");
	world_think(&w);
	assert_true(w.verdict.first_fill);
	assert_int_equal(w.verdict.go, 0);
	world_expect(&w, "hold rule-first-fill: 4 changes, seen 1, allowed 0");
	world_past(&w, "first-contact: no\n"); /* a held cycle is a finished one, and still nothing was filled */
	world_think(&w);
	assert_int_equal(w.verdict.go, 0);
	world_settings(&w, "first-fill: go\n");
	world_think(&w);
	assert_true(w.verdict.first_fill);
	assert_int_equal(w.verdict.held, 0);
}

static void grants_elsewhere_never_wait(void **state)
{
	(void)state;
	school(10, 2, 2);
	world_source(&w, PERSON("77", "nieuw", RIGHT("trajectbegeleider", "10")));
	world_think(&w);
	world_expect(&w, "member-add 10 trajectbegeleider nieuw: grant, granted: go");
	assert_int_equal(w.verdict.held, 2);
}

/* ---- overrides, freezes, and what the source did -------------------------------------------------- */

/* The same plan once more, after the test changed what it says. */
static void judge_again(void)
{
	struct err err;
	assert_int_equal(
		guard_judge(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena, &w.verdict, &err), 0);
	assert_int_equal(
		holds_match(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena, &w.verdict, &err), 0);
}

/* The first removals of the plan become other ones. */
static void make_removals(uint32_t count, enum reason cause, enum reason reason)
{
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(w.plan->changes[i].kind, CHANGE_MEMBER_REMOVE);
		w.plan->changes[i].cause = (uint16_t)cause;
		w.plan->changes[i].reason = (uint16_t)reason;
	}
	judge_again();
}

static void expect_passes(const char *settings)
{
	world_settings(&w, settings);
	world_think(&w);
	make_removals(1, R_CAUSE_EXPLICIT, R_EXCLUDED);
	assert_int_equal(w.plan->changes[0].verdict, VERDICT_GO);
	assert_int_equal(w.plan->changes[1].verdict, VERDICT_HOLD);
}

static void an_exclude_passes_what_holds_others(void **state)
{
	(void)state;
	school(10, 9, 2);
	expect_passes("scope: changed\n");
	expect_passes("scope: no\nledger: old\n");
	expect_passes("ledger: no\nwent-back: yes\n");
	expect_passes("went-back: no\nsource: unread\n");
	world_past(&w, "source-people: 40\n");
	expect_passes("source: read\n");
	world_past(&w, "source-people: 0\nfreeze: 10 5\n");
	expect_passes("first-fill: go\n");
	w.now_s += 6 * 3600;
	record_set(&w, world_find(&w, true, 10), FIELD_KIND, "clb");
	expect_passes("first-fill: go\n");
	world_past(&w, "pause: 5\n");
	world_think(&w);
	make_removals(1, R_CAUSE_EXPLICIT, R_EXCLUDED);
	assert_int_equal(w.plan->changes[0].rule, R_RULE_PAUSED);
}

static void excludes_are_counted_apart(void **state)
{
	(void)state;
	school(10, 9, 6);
	world_past(&w, "released: 1000\nexcluded: 99 beheerder 1\n");
	world_settings(&w, "removals: 3\n");
	world_think(&w);
	make_removals(4, R_CAUSE_EXPLICIT, R_EXCLUDED);
	assert_int_equal(w.plan->changes[1].verdict, VERDICT_GO);
	assert_int_equal(w.plan->changes[2].rule, R_RULE_COUNT);
	world_expect(&w, "hold rule-count: 2 changes, seen 5, allowed 3");
	assert_int_equal(w.plan->changes[4].rule, R_RULE_GROUP_HALVED); /* its group feels all of them */
}

static void the_total_is_one_hold(void **state)
{
	(void)state;
	for (uint32_t number = 10; number < 13; number++)
		school(number, 9, 2);
	world_settings(&w, "removals: 3\n");
	world_think(&w);
	world_expect(&w, "hold rule-count: 3 changes, seen 6, allowed 3");
}

static void what_was_approved_counts_for_its_place_only(void **state)
{
	(void)state;
	school(10, 9, 1);
	school(20, 9, 1);
	world_settings(&w, "removals: 3\n");
	world_past(&w, "approved: 10 trajectbegeleider 1\napproved: 10 trajectbegeleider 1\n"
		       "approved: 10 trajectbegeleider 1\n");
	world_think(&w);
	world_expect(&w, "hold rule-institution-count 10: 1 changes, seen 4, allowed 3");
	assert_int_equal(w.verdict.go, 1); /* not that of the other school: nothing counted in all */
	world_past(&w, "drifted: 99 beheerder 1\ndrifted: 99 beheerder 1\ndrifted: 99 beheerder 1\n");
	world_think(&w);
	assert_int_equal(w.verdict.go, 0);
}

static void what_was_added_by_hand_is_no_loss(void **state)
{
	(void)state;
	school(10, 9, 1);
	for (int i = 0; i < 9; i++)
		world_past(&w, "drifted: 10 beheerder 1\n");
	world_think(&w);
	assert_int_equal(w.verdict.go, 1);
}

/* What ended by date or was excluded makes its group smaller, and uses up nothing else. */
static void announced_losses_are_felt_by_their_group(void **state)
{
	(void)state;
	school(10, 9, 3);
	for (int i = 0; i < 3; i++)
		world_past(&w, "ended: 10 beheerder 1\nexcluded: 10 trajectbegeleider 1\n");
	world_settings(&w, "removals: 3\n");
	world_think(&w);
	assert_int_equal(w.verdict.go, 3); /* with the three that ended six of twelve */
	world_past(&w, "ended: 10 beheerder 1\n");
	world_think(&w);
	world_expect(&w, "hold rule-group-halved 10 beheerder: 3 changes, seen 7, allowed 6");
}

static void a_pause_beats_a_freeze(void **state)
{
	(void)state;
	school(10, 9, 1);
	school(20, 9, 1);
	world_past(&w, "freeze: 10 5\n");
	world_think(&w);
	world_expect(&w, "hold rule-frozen 10: 1 changes, seen 1, allowed 0");
	assert_int_equal(w.verdict.go, 1);
	assert_int_equal(w.verdict.next_s, w.now_s + 5 * 3600);
	assert_int_equal(w.verdict.opened_count, 0);
	world_past(&w, "freeze: 0 3\n");
	world_think(&w);
	world_expect(&w, "hold rule-frozen: 2 changes, seen 2, allowed 0");
	world_past(&w, "pause: 1\n");
	world_think(&w);
	world_expect(&w, "hold rule-paused: 2 changes, seen 2, allowed 0");
	assert_int_equal(w.verdict.next_s, w.now_s + 3600);
}

/* What a freeze holds leaves the allowance to others. */
static void frozen_removals_use_up_nothing(void **state)
{
	(void)state;
	school(10, 9, 2);
	school(20, 9, 2);
	world_settings(&w, "removals: 2\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-count"), 2);
	world_past(&w, "freeze: 10 5\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-count"), 0);
	assert_int_equal(w.verdict.go, 2);
}

/* ---- by hand -------------------------------------------------------------------------------------- */

static void a_value_added_by_hand_has_its_grace(void **state)
{
	(void)state;
	school(10, 9, 1);
	world_think(&w);
	w.plan->changes[0].in_grace = true;
	make_removals(1, R_CAUSE_DRIFT, R_DRIFT_ADDED);
	world_expect(&w, "hold rule-grace 10: 1 changes, seen 1, allowed 0");
	assert_int_equal(w.verdict.opened_count, 0);
	w.plan->changes[0].in_grace = false;
	judge_again();
	assert_int_equal(w.verdict.go, 1);
	w.drift.mode = DRIFT_HOLD;
	judge_again();
	world_expect(&w, "hold rule-by-hand 10: 1 changes, seen 1, allowed 0");
	assert_int_equal(w.verdict.opened_count, 1);
	w.plan->changes[0].drift_decision = DRIFT_UNDO;
	judge_again();
	world_expect(&w, "member-remove 10 beheerder uid=p1000: drift, added-by-hand: go by approved");
	w.guard_past.scope_changed = true; /* it is about this value, whatever else is */
	judge_again();
	world_expect(&w, "member-remove 10 beheerder uid=p1000: drift, added-by-hand: go by approved");
	w.guard_past.source_went_back = true;
	judge_again();
	assert_int_equal(w.verdict.go, 0);
}

/* They only count in all: not for the school, and not as a loss of the group. */
static void values_added_by_hand_count_in_all(void **state)
{
	(void)state;
	school(10, 9, 8);
	world_think(&w);
	make_removals(8, R_CAUSE_DRIFT, R_DRIFT_ADDED);
	assert_int_equal(w.verdict.go, 8);
	world_settings(&w, "removals: 5\n");
	judge_again();
	world_expect(&w, "hold rule-count: 3 changes, seen 8, allowed 5");
}

/* A group of two to which somebody added others is a group of two. */
static void hands_do_not_pad_a_group(void **state)
{
	(void)state;
	school(10, 6, 6);
	world_think(&w);
	make_removals(4, R_CAUSE_DRIFT, R_DRIFT_ADDED);
	assert_int_equal(world_count(&w, "drift, added-by-hand: go"), 4);
	world_expect(&w, "hold rule-group-emptied 10 beheerder: 2 changes, seen 2, allowed 1");
}

static void what_hands_took_out_waits(void **state)
{
	(void)state;
	school(10, 3, 0);
	world_source(&w, PERSON("77", "nieuw", RIGHT("beheerder", "10")));
	world_think(&w);
	assert_int_equal(w.plan->grants, 1);
	struct change *grant = &w.plan->changes[w.plan->change_count - 1];
	grant->reason = R_DRIFT_REMOVED;
	judge_again();
	world_expect(&w, "member-add 10 beheerder nieuw: grant, removed-by-hand: HOLD by rule-by-hand");
	world_expect(&w, "person-add nieuw: structure, granted: HOLD by rule-by-hand"); /* for nobody else */
	grant->drift_decision = DRIFT_UNDO;
	judge_again();
	assert_int_equal(w.verdict.held, 0);
	grant->drift_decision = DRIFT_UNDECIDED;
	grant->reason = R_DIRECTIVE_VANISHED;
	judge_again();
	world_expect(&w, "hold rule-directive-vanished 10: 1 changes, seen 1, allowed 0");
}

/* A deleted entry is not made again for somebody new. */
static void a_grant_waits_for_its_entry(void **state)
{
	(void)state;
	school(10, 3, 0);
	world_source(&w, PERSON("77", "nieuw", RIGHT("trajectbegeleider", "10")));
	world_think(&w);
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		if (w.plan->changes[i].kind == CHANGE_GROUP_ADD)
			w.plan->changes[i].reason = R_DRIFT_ENTRY_GONE;
	judge_again();
	world_expect(&w, "member-add 10 trajectbegeleider nieuw: grant, granted: HOLD by rule-by-hand");
	world_expect(&w, "person-add nieuw: structure, granted: HOLD by rule-by-hand");
	assert_int_equal(w.verdict.go, 0);
}

static void an_attribute_changed_by_hand_is_mended_or_asked(void **state)
{
	(void)state;
	school(10, 3, 0);
	record_set(&w, world_find(&w, true, 1000), FIELD_CN, "Anders");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 1);
	w.plan->changes[0].reason = R_DRIFT_ATTRIBUTE;
	judge_again();
	assert_int_equal(w.verdict.go, 1);
	w.drift.mode = DRIFT_HOLD;
	judge_again();
	world_expect(&w, "hold rule-by-hand: 1 changes, seen 1, allowed 0");
}

static void what_was_adopted_is_one_decision(void **state)
{
	(void)state;
	school(10, 9, 1);
	school(20, 9, 2);
	world_think(&w);
	make_removals(3, R_CAUSE_DOUBTFUL, R_DRIFT_ADOPTED);
	world_expect(&w, "hold rule-adopted: 3 changes, seen 3, allowed 0");
}

/* ---- grants and dates ----------------------------------------------------------------------------- */

/* So many new people at a school of its own. */
static void newcomers(uint32_t count)
{
	char text[256];
	world_source(&w, SCHOOL("1", "5"));
	for (uint32_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), PERSON("%u", "n%u", RIGHT("beheerder", "5")), 900 + i, 900 + i, 900 + i,
			 900 + i);
		world_source(&w, text);
	}
}

static void both_limits_of_grants_count(void **state)
{
	(void)state;
	school(10, 3, 0);
	newcomers(6);
	world_settings(&w, "grants: 4\n");
	world_think(&w);
	world_expect(&w, "hold rule-grants: 2 changes, seen 6, allowed 4");
	world_past(&w, "released: 30\n"); /* 20 %: six */
	world_think(&w);
	assert_int_equal(w.verdict.held, 0);
	world_settings(&w, "granted: 1\n"); /* in an earlier round of this cycle */
	world_think(&w);
	world_expect(&w, "hold rule-grants: 1 changes, seen 7, allowed 6");
}

static uint32_t grants_by_date(void)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		n += w.plan->changes[i].by_date;
	return n;
}

static void grants_by_date_and_first_fills_do_not_count(void **state)
{
	(void)state;
	newcomers(6);
	world_settings(&w, "grants: 4\n");
	world_think(&w);
	assert_int_equal(w.verdict.held, 0); /* the first fill may go */
	w.guard_past.first_fill = true;
	world_past(&w, "group: 99 beheerder 1\n"); /* a later round of the cycle that began it */
	world_think(&w);
	assert_int_equal(w.verdict.held, 0);
	w.guard_past.first_fill = false;
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-grants"), 4); /* two grants and the entries that they need */
	record_set(&w, world_find(&w, true, 900), FIELD_BEGIN, "20261103");
	record_set(&w, world_find(&w, true, 901), FIELD_BEGIN, "20261103");
	world_past(&w, "began: 900 2026-11-03 48\nbegan: 901 2026-11-03 48\n");
	world_think(&w);
	assert_int_equal(w.verdict.held, 0);
	assert_int_equal(grants_by_date(), 2);        /* apply does not count them either */
	world_past(&w, "began: 901 2026-11-03 23\n"); /* announced too late */
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-grants"), 2);
	record_set(&w, world_find(&w, true, 900), FIELD_BEGIN, "20261029"); /* seven days ago */
	world_past(&w, "began: 900 2026-10-29 300\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-grants"), 4);
}

static void ending(uint32_t id, const char *day, const char *past_day, bool moved)
{
	char text[80];
	record_set(&w, world_find(&w, true, id), FIELD_END, day);
	snprintf(text, sizeof(text), "seen: %u %s 48 1\n", id, past_day);
	world_past(&w, text);
	snprintf(text, sizeof(text), "moved: %u\n", id);
	if (moved)
		world_past(&w, text);
}

static void end_dates_of_one_day_are_counted_together(void **state)
{
	(void)state;
	school(10, 10, 0);
	w.guard.institution_removals = 2;
	for (uint32_t id = 1000; id < 1002; id++)
		ending(id, "20261104", "2026-11-04", true);
	world_think(&w);
	assert_int_equal(world_count(&w, "scheduled, ended: go"), 2); /* 20 % exactly */
	ending(1002, "20261103", "2026-11-03", true);                 /* another day */
	ending(1003, "20261104", "2026-11-04", false);                /* not moved */
	world_think(&w);
	assert_int_equal(world_count(&w, "scheduled, ended: go"), 4);
	ending(1004, "20261104", "2026-11-04", true);
	world_think(&w);
	world_expect(&w, "hold rule-dates-moved: 3 changes, seen 3, allowed 2");
	assert_int_equal(world_count(&w, "scheduled, ended: go"), 2);
	w.guard.institution_removals = 3; /* as many as may leave by an explicit word anyway */
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-dates"), 0);
	w.guard.institution_removals = 2;
	w.guard.dates_window_s = 37 * 3600; /* moved longer before the end of its day than that, 38 hours */
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-dates"), 0);
}

/* The guard does not take the plan's word for it. */
static void untouchable_targets_are_refused(void **state)
{
	(void)state;
	school(10, 9, 1);
	world_think(&w);
	w.target_read->groups[0].protected = true;
	struct err err;
	assert_int_equal(
		guard_judge(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena, &w.verdict, &err), 0);
	assert_int_equal(w.plan->changes[0].verdict, VERDICT_REFUSE);
	assert_int_equal(w.plan->changes[0].rule, R_PROTECTED);
	w.target_read->groups[0].protected = false;
	w.target_read->groups[0].ours = false;
	assert_int_equal(
		guard_judge(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena, &w.verdict, &err), 0);
	assert_int_equal(w.plan->changes[0].rule, R_FOREIGN_ENTRY);
	assert_int_equal(w.verdict.refused, 1);
}

static void no_memory_gives_no_verdict(void **state)
{
	(void)state;
	school(10, 9, 5);
	world_think(&w);
	struct guard_verdict verdict = {.go = 99};
	struct arena small;
	struct err err;
	arena_init(&small, 8);
	assert_int_equal(guard_judge(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &small, &verdict, &err),
			 ERR_NOMEM);
	assert_int_equal(verdict.go, 99);
	arena_done(&small);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_few_leave_every_day),
		TEST(beyond_a_few_the_share_decides),
		TEST(the_window_rolls),
		TEST(so_many_in_all),
		TEST(a_group_of_two_is_not_emptied),
		TEST(a_group_is_not_halved),
		TEST(emptied_in_two_steps_is_emptied),
		TEST(the_only_member_goes_with_a_notice),
		TEST(scheduled_removals_go),
		TEST(a_lost_institution_is_held),
		TEST(a_shrunken_source_removes_nobody),
		TEST(a_shrunken_source_among_several_removes_nobody),
		TEST(a_source_gone_back_changes_nothing),
		TEST(the_first_fill_waits_for_a_word),
		TEST(grants_elsewhere_never_wait),
		TEST(an_exclude_passes_what_holds_others),
		TEST(excludes_are_counted_apart),
		TEST(the_total_is_one_hold),
		TEST(what_was_approved_counts_for_its_place_only),
		TEST(what_was_added_by_hand_is_no_loss),
		TEST(announced_losses_are_felt_by_their_group),
		TEST(a_pause_beats_a_freeze),
		TEST(frozen_removals_use_up_nothing),
		TEST(a_value_added_by_hand_has_its_grace),
		TEST(values_added_by_hand_count_in_all),
		TEST(hands_do_not_pad_a_group),
		TEST(what_hands_took_out_waits),
		TEST(a_grant_waits_for_its_entry),
		TEST(an_attribute_changed_by_hand_is_mended_or_asked),
		TEST(what_was_adopted_is_one_decision),
		TEST(both_limits_of_grants_count),
		TEST(grants_by_date_and_first_fills_do_not_count),
		TEST(end_dates_of_one_day_are_counted_together),
		TEST(untouchable_targets_are_refused),
		TEST(no_memory_gives_no_verdict),
	};
	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* test_hold.c - holds from opening to end: what they list, what each decision does and does not do, and when they are over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/identity.h"
#include "core_stories.h"
#include "core_world.h"

static struct world w;

static void make_source(void)
{
	world_init(&w);
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10"))
				 PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_source(&w, SCHOOL("2", "20") PERSON("21", "dora", RIGHT("beheerder", "20"))
				 PERSON("22", "elke", RIGHT("beheerder", "20"))
					 PERSON("23", "fien", RIGHT("beheerder", "20")));
}

/* Two guides in step at a school of two, three managers at another one. */
static void make_world(void)
{
	make_source();
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_PERSON("bart", "12"));
	world_target(&w, OUR_GUIDES("10") "uuid: 510\nmember: uid=anna\nmember: uid=bart\n");
	world_target(&w, OUR_SCHOOL("20") OUR_PERSON("dora", "21") OUR_PERSON("elke", "22") OUR_PERSON("fien", "23"));
	world_target(&w, OUR_MANAGERS("20") "uuid: 520\nmember: uid=dora\nmember: uid=elke\nmember: uid=fien\n");
	world_past(&w, "first-contact: no\nreleased: 5\nowned: 10 trajectbegeleider uid=anna 11 held\n"
		       "owned: 10 trajectbegeleider uid=bart 12 held\nowned: 20 beheerder uid=dora 21 held\n"
		       "owned: 20 beheerder uid=elke 22 held\nowned: 20 beheerder uid=fien 23 held\n");
}

static int setup(void **state)
{
	(void)state;
	make_world();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static void lose(uint32_t person)
{
	record_set(&w, world_find(&w, true, person), FIELD_RIGHT, "AnderRecht:1");
}

static void gain(uint32_t person, const char *right)
{
	record_set(&w, world_find(&w, true, person), FIELD_RIGHT, right);
}

/* The target is empty, and its first fill waits for a word. */
static void hold_first_fill(void)
{
	world_done(&w);
	make_source();
	world_settings(&w, "first-fill: hold\n");
	world_cycle(&w);
	assert_int_equal(w.past.holds[0].rule, R_RULE_FIRST_FILL);
}

/* Both guides of school 10 leave: one hold, number 1, on record. */
static void hold_both(void)
{
	lose(11);
	lose(12);
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.past.holds[0].id, 1);
}

static const struct change *removal_of(const char *vo_id)
{
	for (uint32_t i = 0; i < w.plan->removals; i++) {
		const struct change *change = &w.plan->changes[i];
		if (change->person != NONE &&
		    text_equal(entry_value(w.source_read->people[change->person].entry, FIELD_VO_ID), text_of(vo_id)))
			return change;
	}
	fail_msg("no removal of %s", vo_id);
	return NULL;
}

static void expect(const char *vo_id, enum verdict verdict, enum reason rule)
{
	const struct change *change = removal_of(vo_id);
	assert_int_equal(change->verdict, verdict);
	assert_string_equal(reason_code((enum reason)change->rule), reason_code(rule));
}

/* ---- opening -------------------------------------------------------------------------------------- */

static void a_new_hold_says_what_it_is_about(void **state)
{
	uint8_t digest[32];
	char name[HOLD_NAME_SIZE], wanted[HOLD_NAME_SIZE];
	(void)state;
	hold_both();
	const struct past_hold *hold = &w.past.holds[0];
	assert_int_equal(hold->rule, R_RULE_GROUP_EMPTIED);
	assert_int_equal(hold->number, 10);
	assert_int_equal(hold->role, 0);
	assert_int_equal(hold->state, HOLD_OPEN);
	assert_int_equal(hold->seen, 2);
	assert_int_equal(hold->allowed, 1);
	assert_int_equal(hold->opened_s, w.now_s);
	assert_int_equal(hold->expires_s, w.now_s + 72 * 3600);
	assert_int_equal(hold->op_count, 2);
	assert_true(change_id_compare(&hold->ops[0].id, &hold->ops[1].id) < 0);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(hold->ops[i].kind, CHANGE_MEMBER_REMOVE);
		assert_int_equal(hold->ops[i].number, 10);
		assert_int_equal(hold->ops[i].role, 0);
		assert_int_equal(hold->ops[i].cause, R_CAUSE_EXPLICIT);
		assert_int_equal(hold->ops[i].reason, R_NO_RIGHT);
		assert_true(hold->ops[i].who.bytes[15] == 11 || hold->ops[i].who.bytes[15] == 12);
	}
	hold_digest(hold->ops, hold->op_count, digest);
	assert_memory_equal(hold->digest, digest, sizeof(digest));
	snprintf(wanted, sizeof(wanted), "1-%02x%02x%02x", digest[0], digest[1], digest[2]);
	assert_string_equal(hold_name(hold, name), wanted);
}

static void one_hold_for_each_rule_and_institution(void **state)
{
	(void)state;
	lose(11);
	lose(12);
	lose(21);
	lose(22);
	world_think(&w);
	assert_int_equal(w.verdict.opened_count, 2);
	assert_int_equal(w.verdict.opened[0].number, 10);
	assert_int_equal(w.verdict.opened[1].number, 20);
	assert_int_equal(w.verdict.opened[1].rule, R_RULE_GROUP_HALVED);
	assert_int_equal(removal_of("anna")->hold, 0);
	world_carry(&w);
	world_think(&w);
	assert_int_equal(w.verdict.opened_count, 0);
	assert_int_equal(w.verdict.ended_count, 0);
	assert_int_equal(removal_of("anna")->hold, 1);
	assert_int_equal(removal_of("elke")->hold, 2);
	assert_int_equal(w.verdict.hold_count, 2);
	assert_int_equal(w.verdict.holds[0].id, 1);
	assert_int_equal(w.verdict.holds[0].state, HOLD_OPEN);
	assert_int_equal(w.verdict.holds[1].expires_s, w.now_s + 72 * 3600);
}

/* Two values of one person in one group are one line: they are one decision. */
static void a_list_says_nothing_twice(void **state)
{
	(void)state;
	world_target(&w, "is: person\nvo-id: annaoud\ncn: anna\nsn: anna\nsource-uuid: 11\n");
	struct record *group = world_find(&w, false, 510);
	group->at[group->count].field = FIELD_MEMBER;
	group->at[group->count++].value = arena_copy(&w.texts, text_of("uid=annaoud," WORLD_PEOPLE));
	world_past(&w, "owned: 10 trajectbegeleider uid=annaoud 11 held\n");
	lose(11);
	lose(12);
	world_think(&w);
	assert_int_equal(w.verdict.held, 3);
	assert_int_equal(w.verdict.opened_count, 1);
	assert_int_equal(w.verdict.opened[0].op_count, 2);
}

/* What is held by rules that end by themselves opens nothing. */
static void nobody_is_asked_about_a_freeze(void **state)
{
	(void)state;
	lose(11);
	lose(12);
	world_past(&w, "freeze: 10 5\n");
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 0);
	world_settings(&w, "source: unread\n");
	w.now_s += 6 * 3600;
	world_think(&w);
	assert_int_equal(w.verdict.opened_count, 0);
	assert_int_equal(w.verdict.held, 2);
}

/* ---- deciding ------------------------------------------------------------------------------------- */

static void approval_covers_the_list_and_nothing_else(void **state)
{
	(void)state;
	hold_both();
	lose(21);
	lose(22);
	world_decide(&w, 1, HOLD_APPROVED);
	world_think(&w);
	expect("anna", VERDICT_GO, R_RULE_APPROVED);
	expect("bart", VERDICT_GO, R_RULE_APPROVED);
	expect("dora", VERDICT_HOLD, R_RULE_GROUP_HALVED);
	assert_int_equal(w.verdict.go, 2);
	assert_int_equal(w.verdict.opened_count, 1);
	world_apply(&w);
	assert_int_equal(w.past.removals[0].sort, REMOVAL_APPROVED);
	world_think(&w);
	assert_int_equal(w.verdict.ended_count, 1); /* all of it was done */
	assert_int_equal(w.verdict.ended[0].id, 1);
	assert_int_equal(w.verdict.ended[0].state, HOLD_OVER);
}

static void what_was_approved_may_come_and_go(void **state)
{
	(void)state;
	hold_both();
	world_decide(&w, 1, HOLD_APPROVED);
	gain(11, RIGHT("trajectbegeleider", "10"));
	world_cycle(&w); /* bart goes, anna fell away: the hold is over */
	assert_int_equal(w.past.hold_count, 0);
	lose(11);
	world_think(&w);
	expect("anna", VERDICT_HOLD, R_RULE_GROUP_EMPTIED); /* nobody approved that this time */
}

static void another_cause_is_another_change(void **state)
{
	(void)state;
	hold_both();
	world_decide(&w, 1, HOLD_APPROVED);
	gain(11, "WerkplekDuaalGebruiker-trajectbegeleider:1x");
	world_think(&w);
	expect("anna", VERDICT_HOLD, R_RULE_DOUBTFUL);
	expect("bart", VERDICT_GO, R_RULE_APPROVED);
}

static void an_approval_ends_after_its_time(void **state)
{
	(void)state;
	hold_both();
	world_decide(&w, 1, HOLD_APPROVED);
	world_past(&w, "freeze: 10 71\n"); /* so that it cannot be used */
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 1);
	w.now_s += 72 * 3600;
	world_think(&w);
	expect("anna", VERDICT_HOLD, R_RULE_GROUP_EMPTIED);
	assert_int_equal(w.verdict.ended[0].state, HOLD_EXPIRED);
	assert_int_equal(w.verdict.opened_count, 1);
}

static void a_freeze_stands_above_an_approval(void **state)
{
	(void)state;
	hold_both();
	world_decide(&w, 1, HOLD_APPROVED);
	world_past(&w, "freeze: 10 5\n");
	world_think(&w);
	expect("anna", VERDICT_HOLD, R_RULE_FROZEN);
	world_settings(&w, "went-back: yes\n");
	w.now_s += 6 * 3600;
	world_think(&w);
	expect("anna", VERDICT_HOLD, R_RULE_SOURCE_WENT_BACK);
	world_settings(&w, "went-back: no\n");
	world_think(&w);
	expect("anna", VERDICT_GO, R_RULE_APPROVED);
}

static void a_rejection_lasts_until_the_source_changes(void **state)
{
	(void)state;
	hold_both();
	world_decide(&w, 1, HOLD_REJECTED);
	w.now_s += 1000 * 3600;
	world_cycle(&w);
	expect("anna", VERDICT_HOLD, R_RULE_REJECTED);
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.verdict.holds[0].state, HOLD_REJECTED);
	record_set(&w, world_find(&w, true, 1), FIELD_NAME, "Andere naam"); /* the institution is evidence too */
	world_cycle(&w);
	expect("anna", VERDICT_HOLD, R_RULE_GROUP_EMPTIED);
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.past.holds[0].id, 2);
	lose(21);
	world_think(&w);
	expect("anna", VERDICT_HOLD, R_RULE_GROUP_EMPTIED);
	expect("dora", VERDICT_GO, R_RULE_NONE);
}

/* The guard would let it go by then; whoever said no is asked again. */
static void a_rejection_does_not_turn_into_a_removal_by_itself(void **state)
{
	(void)state;
	w.guard.institution_removals = w.guard.removals = 1;
	w.guard.halved_percent = 100;
	world_past(&w, "removed: 20 beheerder 1\n");
	lose(21);
	world_cycle(&w);
	expect("dora", VERDICT_HOLD, R_RULE_INSTITUTION_COUNT);
	world_decide(&w, 1, HOLD_REJECTED);
	w.now_s += 25 * 3600;
	record_set(&w, world_find(&w, true, 21), FIELD_MAIL, "dora@elders.example");
	world_cycle(&w);
	expect("dora", VERDICT_HOLD, R_RULE_INSTITUTION_COUNT);
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.past.holds[0].id, 2);
	world_decide(&w, 2, HOLD_APPROVED);
	world_think(&w);
	expect("dora", VERDICT_GO, R_RULE_APPROVED);
}

static bool is_released(void)
{
	world_think(&w);
	return plan_is_released(w.plan, &w.past);
}

static void the_brake_keeps_the_measure_and_nothing_else_does(void **state)
{
	(void)state;
	assert_true(is_released());
	hold_both();
	assert_false(is_released());
	world_decide(&w, 1, HOLD_REJECTED);
	assert_true(is_released()); /* decided: they are members */
	world_past(&w, "freeze: 20 5\n");
	lose(21);
	assert_true(is_released());
	expect("dora", VERDICT_HOLD, R_RULE_FROZEN);
	w.past.holds[0].rule = R_RULE_SHRUNKEN; /* whoever rejects that says that the source is wrong */
	assert_false(is_released());
}

/* What is rejected does not happen: it counts for nothing, neither for its group nor in all. */
static void what_was_rejected_is_in_nobodys_way(void **state)
{
	(void)state;
	lose(21);
	lose(22);
	world_cycle(&w);
	world_decide(&w, 1, HOLD_REJECTED);
	lose(23);
	world_think(&w);
	expect("dora", VERDICT_HOLD, R_RULE_REJECTED);
	expect("fien", VERDICT_GO, R_RULE_NONE);
}

/* Three managers leave one after the other; no more than one may go by itself, at the school and in all. */
static void leave_one_by_one(void)
{
	w.guard.institution_removals = w.guard.removals = 1;
	w.guard.halved_percent = 100;
	world_past(&w, "removed: 20 beheerder 1\n");
	lose(21);
	world_cycle(&w);
	expect("dora", VERDICT_HOLD, R_RULE_INSTITUTION_COUNT);
	w.now_s += 25 * 3600;
	lose(22);
}

/* The allowance of the next day is for others. */
static void what_waits_is_in_nobodys_way(void **state)
{
	(void)state;
	leave_one_by_one();
	world_think(&w);
	expect("dora", VERDICT_HOLD, R_RULE_INSTITUTION_COUNT);
	expect("elke", VERDICT_GO, R_RULE_NONE);
	world_decide(&w, 1, HOLD_REJECTED);
	world_think(&w);
	expect("elke", VERDICT_GO, R_RULE_NONE);
	world_decide(&w, 1, HOLD_APPROVED);
	w.guard.institution_removals = 2; /* of the school it is one, of all it is none */
	world_think(&w);
	expect("dora", VERDICT_GO, R_RULE_APPROVED);
	expect("elke", VERDICT_GO, R_RULE_NONE);
	w.guard.institution_removals = 1;
	world_think(&w);
	expect("elke", VERDICT_HOLD, R_RULE_INSTITUTION_COUNT);
}

static void grants_that_wait_are_in_nobodys_way(void **state)
{
	(void)state;
	world_settings(&w, "grants: 1\n");
	world_past(&w, "released: 1\n");
	world_source(&w, PERSON("31", "gust", RIGHT("beheerder", "20")) PERSON("32", "hans", RIGHT("beheerder", "20")));
	world_cycle(&w);
	assert_int_equal(w.past.holds[0].rule, R_RULE_GRANTS);
	world_source(&w, PERSON("33", "ilse", RIGHT("beheerder", "20")));
	for (int times = 0; times < 2; times++) {
		world_think(&w);
		world_expect(&w, "member-add 20 beheerder ilse: grant, granted: go");
		world_decide(&w, 1, times == 0 ? HOLD_REJECTED : HOLD_APPROVED);
	}
	world_think(&w);
	world_expect(&w, "member-add 20 beheerder ilse: grant, granted: go");
	world_expect(&w, "member-add 20 beheerder hans: grant, granted: go by approved");
}

/* Somebody who decides has seen what is so now, not what was so when the hold was opened. */
static void a_rejection_counts_from_when_it_is_made(void **state)
{
	(void)state;
	hold_both();
	record_set(&w, world_find(&w, true, 11), FIELD_MAIL, "anna@example.be");
	world_cycle(&w);
	struct hold_op ops[2];
	struct past_hold hold = w.past.holds[0];
	memcpy(ops, hold.ops, sizeof(ops));
	hold.ops = ops;
	hold.state = HOLD_REJECTED;
	assert_int_equal(hold_renew_evidence(w.plan, &w.plan_input, &hold), 0);
	assert_int_equal(past_set_hold(&w.past, &hold), 0);
	world_think(&w);
	expect("anna", VERDICT_HOLD, R_RULE_REJECTED);
	expect("bart", VERDICT_HOLD, R_RULE_REJECTED);
}

/* ---- rules that a person ends --------------------------------------------------------------------- */

static void nothing_trickles_away(void **state)
{
	(void)state;
	lose(21);
	lose(22);
	world_cycle(&w); /* two of three */
	gain(22, RIGHT("beheerder", "20"));
	world_think(&w); /* one of three would go by itself */
	expect("dora", VERDICT_HOLD, R_RULE_GROUP_HALVED);
	assert_int_equal(removal_of("dora")->hold, 1);
	w.now_s += 72 * 3600;
	world_cycle(&w);
	expect("dora", VERDICT_HOLD, R_RULE_GROUP_HALVED); /* nor when it expires */
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.past.holds[0].id, 2);
	assert_int_equal(w.past.holds[0].seen, 2);
	assert_int_equal(w.past.holds[0].op_count, 1);
}

/* ---- what must not be forgotten meanwhile ----------------------------------------------------------- */

/* They are asked for, and for once no answer comes: nobody knows, and what was said before is not over. */
static void a_doubt_of_one_cycle_forgets_no_decision(void **state)
{
	static const enum hold_state states[] = {HOLD_OPEN, HOLD_REJECTED};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		world_done(&w);
		make_world();
		hold_both();
		if (states[i] == HOLD_REJECTED)
			world_decide(&w, 1, HOLD_REJECTED);
		struct record *anna = world_find(&w, true, 11), *bart = world_find(&w, true, 12);
		anna->gone = bart->gone = true; /* asked for, and no answer came */
		world_cycle(&w);
		world_cycle(&w);
		assert_int_equal(world_count(&w, "HOLD by rule-doubtful"), 2);
		assert_int_equal(w.past.holds[0].id, 1);
		assert_int_equal(w.past.holds[0].state, states[i]);
		anna->gone = bart->gone = false;
		world_cycle(&w);
		expect("anna", VERDICT_HOLD, states[i] == HOLD_OPEN ? R_RULE_GROUP_EMPTIED : R_RULE_REJECTED);
		assert_int_equal(removal_of("anna")->hold, 1);
		assert_int_equal(w.past.hold_count, 1);
	}
}

/* In doubt when the scope changed, clear a cycle later: it is asked about for what it is. */
static void another_cause_goes_no_more_than_the_first(void **state)
{
	(void)state;
	lose(21);
	struct record *dora = world_find(&w, true, 21);
	dora->gone = true;
	world_settings(&w, "scope: changed\n");
	world_cycle(&w);
	assert_int_equal(w.past.holds[0].rule, R_RULE_SCOPE);
	assert_int_equal(w.past.holds[0].ops[0].cause, R_CAUSE_DOUBTFUL);
	dora->gone = false;
	world_cycle(&w);
	expect("dora", VERDICT_HOLD, R_RULE_SCOPE);
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.past.holds[0].id, 2);
	assert_int_equal(w.past.holds[0].ops[0].cause, R_CAUSE_EXPLICIT);
	world_think(&w);
	assert_int_equal(removal_of("dora")->hold, 2);
	assert_int_equal(w.verdict.opened_count + w.verdict.ended_count, 0);
}

static void a_scope_that_changes_during_a_freeze_is_asked_about(void **state)
{
	static const struct {
		const char *freeze, *change;
		enum reason frozen, rule;
	} cases[] = {{"freeze: 20 5\n", "scope: changed\n", R_RULE_FROZEN, R_RULE_SCOPE},
		     {"pause: 5\n", "scope: changed\n", R_RULE_PAUSED, R_RULE_SCOPE},
		     {"pause: 5\n", "ledger: old\n", R_RULE_PAUSED, R_RULE_LEDGER_OLD}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_done(&w);
		make_world();
		lose(21);
		world_past(&w, cases[i].freeze);
		world_settings(&w, cases[i].change);
		world_cycle(&w);
		expect("dora", VERDICT_HOLD, cases[i].frozen);
		assert_int_equal(w.past.hold_count, 1);
		assert_int_equal(w.past.holds[0].rule, cases[i].rule);
		assert_int_equal(w.past.holds[0].seen, 1);
		world_cycle(&w);
		assert_int_equal(w.past.hold_count, 1);
		w.now_s += 6 * 3600;
		world_cycle(&w);
		expect("dora", VERDICT_HOLD, cases[i].rule);
		assert_int_equal(removal_of("dora")->hold, 1);
	}
}

static void nothing_expires_while_nobody_can_be_asked_again(void **state)
{
	(void)state;
	lose(21);
	lose(22);
	world_cycle(&w);
	gain(22, RIGHT("beheerder", "20"));
	world_past(&w, "pause: 100\n");
	w.now_s += 80 * 3600;
	world_cycle(&w);
	expect("dora", VERDICT_HOLD, R_RULE_PAUSED);
	assert_int_equal(w.past.holds[0].id, 1);
	w.now_s += 80 * 3600;
	world_cycle(&w);
	expect("dora", VERDICT_HOLD, R_RULE_GROUP_HALVED);
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.past.holds[0].id, 2);
}

static void an_older_source_ends_nothing(void **state)
{
	(void)state;
	hold_both();
	world_decide(&w, 1, HOLD_REJECTED);
	gain(11, RIGHT("trajectbegeleider", "10"));
	gain(12, RIGHT("trajectbegeleider", "10"));
	world_settings(&w, "went-back: yes\n");
	world_cycle(&w);
	assert_int_equal(w.past.holds[0].state, HOLD_REJECTED);
	lose(11);
	lose(12);
	world_settings(&w, "went-back: no\n");
	world_cycle(&w);
	expect("anna", VERDICT_HOLD, R_RULE_REJECTED);
}

static void doubt_is_judged_anew(void **state)
{
	(void)state;
	hold_first_fill();
	world_settings(&w, "first-fill: go\n");
	world_think(&w);
	assert_int_equal(w.verdict.held, 0);
}

/* A rule that a person ends takes over from one that ends by itself. */
static void a_stronger_rule_takes_over(void **state)
{
	(void)state;
	hold_first_fill();
	world_settings(&w, "grants: 3\n");
	world_past(&w, "group: 99 beheerder 1\n");
	world_target(&w, OUR_MANAGERS("20") "uuid: 520\n");
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.past.holds[0].rule, R_RULE_GRANTS);
	world_settings(&w, "grants: 50\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "HOLD by rule-grants"), 4); /* two, with what they need */
}

static void a_new_exclude_is_not_bound_by_an_old_list(void **state)
{
	struct err err;
	(void)state;
	hold_both();
	world_think(&w);
	w.plan->changes[0].reason = R_EXCLUDED;
	for (int times = 0; times < 2; times++) {
		assert_int_equal(guard_judge(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena,
					     &w.verdict, &err),
				 0);
		assert_int_equal(holds_match(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena,
					     &w.verdict, &err),
				 0);
		assert_int_equal(w.plan->changes[0].verdict, VERDICT_GO);
		assert_int_equal(change_removal_sort(&w.plan->changes[0]), REMOVAL_EXCLUDED);
		assert_int_equal(w.plan->changes[1].verdict, VERDICT_HOLD);
		world_decide(&w, 1, HOLD_REJECTED);
	}
}

/* ---- entries -------------------------------------------------------------------------------------- */

static void an_approved_fill_makes_what_it_needs(void **state)
{
	(void)state;
	hold_first_fill();
	world_decide(&w, 1, HOLD_APPROVED);
	world_source(&w, PERSON("31", "gust", RIGHT("beheerder", "10"))); /* nobody was asked about him */
	world_think(&w);
	assert_int_equal(world_count(&w, "gust: structure, granted: HOLD by rule-first-fill"), 1);
	assert_int_equal(world_count(&w, "gust: grant, granted: HOLD by rule-first-fill"), 1);
	world_expect(&w, "group-add 10 beheerder: structure, granted: HOLD by rule-first-fill");
	assert_int_equal(w.verdict.held, 3);
	world_apply(&w);
	world_think(&w);
	assert_int_equal(world_count(&w, "trajectbegeleider"), 2); /* wanted, and there */
}

/* The person's entry waits in a hold of its own, and is not what matters. */
static void a_grant_that_was_approved_takes_its_person_along(void **state)
{
	struct err err;
	(void)state;
	world_source(&w, PERSON("31", "gust", RIGHT("beheerder", "20")));
	for (int times = 0; times < 2; times++) {
		world_think(&w);
		for (uint32_t i = 0; i < w.plan->change_count; i++)
			w.plan->changes[i].reason = R_DRIFT_ENTRY_GONE;
		assert_int_equal(guard_judge(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena,
					     &w.verdict, &err),
				 0);
		assert_int_equal(holds_match(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena,
					     &w.verdict, &err),
				 0);
		assert_int_equal(w.verdict.held, times == 0 ? 2 : 0);
		if (times > 0)
			break;
		world_carry(&w);
		assert_int_equal(w.past.hold_count, 2);
		assert_int_equal(w.past.holds[1].number, 20);
		world_decide(&w, 2, HOLD_APPROVED);
	}
}

/* ---- the source went back ------------------------------------------------------------------------- */

static void make_older(uint32_t person, int64_t seconds)
{
	world_find(&w, true, person)->csn.time_us = seconds * 1000000;
}

static void begin_positions(void)
{
	world_settings(&w, "positions: csn\n");
	make_older(11, 300);
	make_older(12, 300);
	world_cycle(&w);
}

/* There is something to accept even when nothing would change. */
static void a_source_gone_back_is_a_hold_by_itself(void **state)
{
	(void)state;
	begin_positions();
	make_older(11, 200);
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 1);
	assert_int_equal(w.past.holds[0].rule, R_RULE_SOURCE_WENT_BACK);
	assert_int_equal(w.past.holds[0].op_count, 1);
	assert_int_equal(w.past.holds[0].ops[0].kind, 0);
	assert_int_equal(w.past.holds[0].ops[0].who.bytes[15], 11);
	assert_int_equal(w.past.holds[0].ops[0].evidence, 200 * 1000000);
	world_think(&w);
	assert_int_equal(w.verdict.opened_count, 0);
	assert_int_equal(w.verdict.hold_count, 1);
	assert_int_equal(w.verdict.holds[0].changes, 0);
	lose(21);
	world_think(&w); /* what comes along waits under the same one */
	assert_int_equal(w.verdict.opened_count, 0);
	assert_int_equal(removal_of("dora")->hold, 1);
	make_older(11, 300);
	world_think(&w);
	assert_int_equal(w.verdict.ended[0].state, HOLD_OVER);
	expect("dora", VERDICT_GO, R_RULE_NONE);
}

static void acceptance_covers_what_is_listed_and_no_older(void **state)
{
	(void)state;
	begin_positions();
	lose(21);
	make_older(11, 200);
	world_cycle(&w);
	world_decide(&w, 1, HOLD_APPROVED); /* approval is not for this */
	world_think(&w);
	expect("dora", VERDICT_HOLD, R_RULE_SOURCE_WENT_BACK);
	world_decide(&w, 1, HOLD_ACCEPTED);
	world_think(&w);
	expect("dora", VERDICT_GO, R_RULE_NONE);
	make_older(12, 299); /* another one */
	world_think(&w);
	expect("dora", VERDICT_HOLD, R_RULE_SOURCE_WENT_BACK);
	assert_int_equal(w.verdict.opened_count, 1);
	assert_int_equal(w.verdict.opened[0].op_count, 2); /* bart's entry and the removal */
	make_older(12, 300);
	make_older(11, 199); /* older than accepted */
	world_think(&w);
	assert_int_equal(w.verdict.opened_count, 1);
	make_older(11, 250);
	world_cycle(&w); /* accepted, and remembered */
	assert_int_equal(w.past.holds[0].state, HOLD_ACCEPTED);
	world_think(&w);
	assert_int_equal(w.verdict.ended[0].state, HOLD_OVER);
}

static void more_that_is_older_is_asked_too(void **state)
{
	(void)state;
	begin_positions();
	make_older(11, 200);
	world_cycle(&w);
	make_older(12, 200);
	lose(21);
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 2);
	assert_int_equal(w.past.holds[1].op_count, 2); /* only what is more, and what it would change now */
	world_decide(&w, 2, HOLD_ACCEPTED);
	world_think(&w);
	assert_true(w.guard_past.source_went_back);
	assert_int_equal(removal_of("dora")->hold, 1);
	world_decide(&w, 1, HOLD_ACCEPTED);
	world_think(&w);
	assert_false(w.guard_past.source_went_back);
}

/* ---- time ----------------------------------------------------------------------------------------- */

static void it_says_when_to_look_again(void **state)
{
	(void)state;
	world_think(&w);
	assert_int_equal(w.verdict.next_s, INT64_MAX);
	hold_both();
	world_think(&w);
	assert_int_equal(w.verdict.next_s, w.now_s + 72 * 3600);
	assert_int_equal(w.verdict.expiring, 0);
	w.now_s += 48 * 3600;
	world_think(&w);
	assert_int_equal(w.verdict.expiring, 1);
	w.plan->next_s = w.now_s + 60;
	struct err err;
	assert_int_equal(
		holds_match(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &w.arena, &w.verdict, &err), 0);
	assert_int_equal(w.verdict.next_s, w.now_s + 60);
	world_decide(&w, 1, HOLD_REJECTED);
	world_think(&w);
	assert_int_equal(w.verdict.next_s, INT64_MAX);
	assert_int_equal(w.verdict.expiring, 0);
}

static void a_frozen_hold_stays_on_record(void **state)
{
	(void)state;
	hold_both();
	world_past(&w, "freeze: 10 5\n");
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 1);
	w.now_s += 6 * 3600;
	world_think(&w);
	expect("anna", VERDICT_HOLD, R_RULE_GROUP_EMPTIED);
	assert_int_equal(removal_of("anna")->hold, 1);
}

/* ---- identity ------------------------------------------------------------------------------------- */

static struct change_id id_of(const struct change *change)
{
	struct change_id id;
	assert_int_equal(change_identify(&w.plan_input, change, &id), 0);
	return id;
}

static void expect_other(struct change other)
{
	struct change_id a = id_of(&w.plan->changes[0]), b = id_of(&other);
	assert_int_not_equal(change_id_compare(&a, &b), 0);
}

static void everything_that_matters_is_in_the_id(void **state)
{
	(void)state;
	hold_both();
	world_think(&w);
	struct change change = w.plan->changes[0];
	change.reason = R_ENDED; /* not of a removal */
	change.target = w.plan->changes[1].target;
	struct change_id a = id_of(&w.plan->changes[0]), b = id_of(&change);
	assert_int_equal(change_id_compare(&a, &b), 0);
	expect_other(w.plan->changes[1]);
	change.cause = R_CAUSE_ABSENT;
	expect_other(change);
	change = w.plan->changes[0];
	change.number = 11;
	expect_other(change);
	change = w.plan->changes[0];
	change.role = 1;
	expect_other(change);
	change.role = w.plan->changes[0].role;
	change.kind = CHANGE_MEMBER_ADD;
	expect_other(change);
	struct change_id granted = id_of(&change);
	change.reason = R_INCLUDED; /* of a grant */
	b = id_of(&change);
	assert_int_not_equal(change_id_compare(&granted, &b), 0);
}

/* A value of nobody known goes by its DN, however it is spelt. */
static void a_stranger_is_his_dn(void **state)
{
	struct record *group = world_find(&w, false, 510);
	struct change_id ids[3];
	static const char *const spellings[] = {"cn=Door  de hand,dc=app", "CN=door de hand, DC=app",
						"cn=een ander,dc=app"};
	(void)state;
	for (int i = 0; i < 3; i++) {
		record_set(&w, group, FIELD_MEMBER, spellings[i]);
		world_think(&w);
		const struct target_group *there = &w.target_read->groups[0];
		const struct change change = {.kind = CHANGE_MEMBER_REMOVE,
					      .cause = R_CAUSE_DRIFT,
					      .number = 10,
					      .person = NONE,
					      .target = 0,
					      .member = there->first_member};
		ids[i] = id_of(&change);
	}
	assert_int_equal(change_id_compare(&ids[0], &ids[1]), 0);
	assert_int_not_equal(change_id_compare(&ids[0], &ids[2]), 0);
}

/* Another process has another key for its tables. */
static void ids_and_evidence_outlive_the_process(void **state)
{
	static const uint8_t keys[2][16] = {{1}, {2}};
	struct hold_op ops[2][2];
	(void)state;
	for (int i = 0; i < 2; i++) {
		world_done(&w);
		map_hash_seed(keys[i]);
		make_world();
		hold_both();
		memcpy(ops[i], w.past.holds[0].ops, sizeof(ops[i]));
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(change_id_compare(&ops[0][i].id, &ops[1][i].id), 0);
		assert_int_equal(ops[0][i].evidence, ops[1][i].evidence);
	}
}

static void the_order_of_values_is_no_evidence(void **state)
{
	struct record *anna = world_find(&w, true, 11);
	(void)state;
	hold_both();
	anna->at[anna->count].field = FIELD_RIGHT;
	anna->at[anna->count++].value = arena_copy(&w.texts, text_of("NogEenRecht:1"));
	world_think(&w);
	uint64_t before = change_evidence(&w.plan_input, removal_of("anna"));
	char *other = anna->at[anna->count - 1].value;
	anna->at[anna->count - 1].value = anna->at[anna->count - 2].value;
	anna->at[anna->count - 2].value = other;
	world_think(&w);
	assert_int_equal(change_evidence(&w.plan_input, removal_of("anna")), before);
	anna->csn.time_us++;
	world_think(&w);
	assert_int_not_equal(change_evidence(&w.plan_input, removal_of("anna")), before);
}

/* ---- memory --------------------------------------------------------------------------------------- */

static void no_memory_decides_nothing(void **state)
{
	struct guard_verdict verdict;
	struct arena small;
	struct err err;
	(void)state;
	hold_both();
	lose(21);
	lose(22);
	world_think(&w);
	for (size_t limit = 8; limit < 600; limit += 40) {
		arena_init(&small, limit);
		verdict = w.verdict;
		assert_int_equal(
			holds_match(w.plan, &w.plan_input, &w.guard, &w.guard_past, w.now_s, &small, &verdict, &err),
			ERR_NOMEM);
		arena_done(&small);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_hold_says_what_it_is_about),
		TEST(one_hold_for_each_rule_and_institution),
		TEST(a_list_says_nothing_twice),
		TEST(nobody_is_asked_about_a_freeze),
		TEST(approval_covers_the_list_and_nothing_else),
		TEST(what_was_approved_may_come_and_go),
		TEST(another_cause_is_another_change),
		TEST(an_approval_ends_after_its_time),
		TEST(a_freeze_stands_above_an_approval),
		TEST(a_rejection_lasts_until_the_source_changes),
		TEST(a_rejection_does_not_turn_into_a_removal_by_itself),
		TEST(the_brake_keeps_the_measure_and_nothing_else_does),
		TEST(what_was_rejected_is_in_nobodys_way),
		TEST(what_waits_is_in_nobodys_way),
		TEST(grants_that_wait_are_in_nobodys_way),
		TEST(a_rejection_counts_from_when_it_is_made),
		TEST(nothing_trickles_away),
		TEST(doubt_is_judged_anew),
		TEST(a_stronger_rule_takes_over),
		TEST(a_new_exclude_is_not_bound_by_an_old_list),
		TEST(an_approved_fill_makes_what_it_needs),
		TEST(a_grant_that_was_approved_takes_its_person_along),
		TEST(a_source_gone_back_is_a_hold_by_itself),
		TEST(acceptance_covers_what_is_listed_and_no_older),
		TEST(more_that_is_older_is_asked_too),
		TEST(it_says_when_to_look_again),
		TEST(a_frozen_hold_stays_on_record),
		TEST(a_doubt_of_one_cycle_forgets_no_decision),
		TEST(another_cause_goes_no_more_than_the_first),
		TEST(a_scope_that_changes_during_a_freeze_is_asked_about),
		TEST(nothing_expires_while_nobody_can_be_asked_again),
		TEST(an_older_source_ends_nothing),
		TEST(everything_that_matters_is_in_the_id),
		TEST(a_stranger_is_his_dn),
		TEST(ids_and_evidence_outlive_the_process),
		TEST(the_order_of_values_is_no_evidence),
		TEST(no_memory_decides_nothing),
	};
	return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* test_plan.c - differences, their causes, drift, ownership, names used again, tidying, order and digest. */
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

/* Anna is a guide at school 10, and everything says so. */
static void anna_in_step(void)
{
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") "member: uid=anna\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
}

static void in_step_is_an_empty_plan(void **state)
{
	(void)state;
	anna_in_step();
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(w.plan->remark_count + w.plan->confirmation_count + w.plan->ending_count, 0);
}

static void a_spelling_is_no_difference(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "010") PERSON("11", "Anna", RIGHT("TrajectBegeleider", "000010")));
	world_target(&w, OUR_SCHOOL("10") "is: person\nvo-id: anna\ncn: Anna\nsn: Anna\nsource-uuid: 11\n");
	world_target(&w, OUR_GUIDES("10") "member: UID=ANNA, OU=people,ou=werkplekduaal, dc=app\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	world_think(&w);
	assert_int_equal(w.plan->removals + w.plan->grants, 0);
	world_expect(&w, "institution-modify 10: attribute, admitted-programme: go"); /* name and number as received */
}

static void everything_is_made_in_order(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") SCHOOL("2", "20")
				 PERSON("11", "anna", RIGHT("beheerder,trajectbegeleider", "10")));
	world_think(&w);
	world_expect(&w, "institution-add 10: structure, admitted-programme: go");
	world_expect(&w, "institution-add 20: structure, admitted-programme: go");
	world_expect(&w, "person-add anna: structure, granted: go");
	world_expect(&w, "group-add 10 beheerder: structure, granted: go");
	world_expect(&w, "member-add 10 trajectbegeleider anna: grant, granted: go");
	world_refuse(&w, "group-add 20");
	for (uint32_t i = 1; i < w.plan->change_count; i++)
		assert_true(w.plan->changes[i - 1].phase <= w.plan->changes[i].phase);
	assert_int_equal(w.plan->by_phase[PHASE_GROUP], 2);
	assert_int_equal(w.plan->grants, 2);
}

static void causes_of_removals(void **state)
{
	static const struct {
		uint32_t record;
		enum field field;
		const char *value, *past, *line;
	} cases[] = {
		{11, FIELD_RIGHT, "AnderRecht:10", "", "explicit, no-right"},
		{11, FIELD_RIGHT, RIGHT("directeur", "10"), "", "explicit, role-unknown"},
		{11, FIELD_RIGHT, RIGHT("trajectbegeleider", "20"), "", "explicit, other-institution"},
		{11, FIELD_STATE, "uit dienst", "", "explicit, person-inactive"},
		{11, FIELD_END, "2026-11-04", "", "explicit, ended"},
		{11, FIELD_END, "2026-11-04", "seen: 11 2026-11-04 24 1\n", "scheduled, ended"},
		{11, FIELD_END, "2026-11-04", "seen: 11 2026-11-04 23 1\n", "explicit, ended"},
		{11, FIELD_END, "2026-11-04", "seen: 11 2026-11-03 99 1\n", "explicit, ended"},
		{11, FIELD_END, "31/12", "", "doubtful, date-malformed"},
		{11, FIELD_STATE, NULL, "", "doubtful, state-missing"},
		{11, FIELD_RIGHT, "WerkplekDuaalGebruiker trajectbegeleider 10", "", "doubtful, right-malformed"},
		{11, FIELD_RIGHT, RIGHT("trajectbegeleider", "1o"), "", "doubtful, number-malformed"},
		{11, FIELD_CN, "An\ana", "", "doubtful, person-unusable"},
		{11, FIELD_VO_ID, NULL, "", "doubtful, person-without-key"},
		{1, FIELD_PROGRAMME, "geweigerd", "", "explicit, no-programme"},
		{1, FIELD_STATE, "gesloten", "", "explicit, institution-inactive"},
		{1, FIELD_STATE, NULL, "", "doubtful, state-missing"},
		{1, FIELD_NUMBER, "11", "", "doubtful, institution-unknown"},
		{1, FIELD_KIND, "volwassenenonderwijs", "", "explicit, no-request"},
		{1, FIELD_KIND, "volwassenenonderwijs", "directive: 90 request 10 - 0 - 99\n", "doubtful, no-request"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[128];
		world_done(&w);
		setup(NULL);
		anna_in_step();
		record_set(&w, world_find(&w, true, cases[i].record), cases[i].field, cases[i].value);
		world_past(&w, cases[i].past);
		world_think(&w);
		snprintf(line, sizeof(line), "member-remove 10 trajectbegeleider uid=anna: %s", cases[i].line);
		if (world_count(&w, line) != 1)
			fail_msg("no \"%s\" in:\n%s", line, world_render(&w));
		assert_int_equal(w.plan->removals, 1);
		assert_int_equal(w.plan->question_count, 0);
	}
}

static void the_notice_is_a_setting(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 11), FIELD_END, "2026-11-04");
	world_past(&w, "seen: 11 2026-11-04 24 1\n");
	w.settings.scheduled_notice_s = 25 * 3600;
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, ended"), 1);
	w.settings.scheduled_notice_s = 24 * 3600;
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: scheduled, ended"), 1);
}

static void a_lapsed_request_is_explicit(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 1), FIELD_KIND, "volwassenenonderwijs");
	world_target(&w, "is: request\nuuid: 50\nnumber: 10\nvalid-until: 20261101000000Z\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, request-lapsed"), 1);
}

static void absence_is_asked_for_and_then_proven(void **state)
{
	(void)state;
	anna_in_step();
	world_find(&w, true, 11)->gone = true;
	world_think(&w);
	world_expect(&w,
		     "member-remove 10 trajectbegeleider uid=anna: doubtful, person-unknown: HOLD by rule-doubtful");
	world_expect(&w, "question 11");
	assert_int_equal(w.plan->question_count, 1);
	world_source(&w, "is: absent\nuuid: 11\n");
	world_think(&w);
	world_expect(&w, "member-remove 10 trajectbegeleider uid=anna: absent, person-unknown: go");
	assert_int_equal(w.plan->question_count, 0);
}

/* R9: for seven days both keep what they have. */
static void claimants_keep_for_a_while(void **state)
{
	(void)state;
	anna_in_step();
	world_source(&w, PERSON("12", "ANNA", RIGHT("trajectbegeleider", "10")));
	world_think(&w);
	assert_int_equal(world_count(&w, "doubtful, person-ambiguous: HOLD by rule-ambiguous"), 1);
	world_past(&w, "ambiguous: 12 7\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "doubtful, person-ambiguous"), 1);
	w.past.ambiguities[0].since_s--;
	world_think(&w);
	assert_int_equal(world_count(&w, "explicit, person-ambiguous: go"), 1);
}

/* The one change of this kind; there must be exactly one. */
static const struct change *the_change(enum change_kind kind)
{
	const struct change *found = NULL;
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		if (w.plan->changes[i].kind == kind) {
			assert_null(found);
			found = &w.plan->changes[i];
		}
	if (found == NULL)
		fail_msg("no %s in:\n%s", change_kind_name(kind), world_render(&w));
	return found;
}

static void expect_by_hand(enum change_kind kind, enum reason reason, enum drift_decision decision)
{
	const struct change *change = the_change(kind);
	assert_int_equal(change->cause, R_CAUSE_DRIFT);
	assert_int_equal(change->reason, reason);
	assert_int_equal(change->drift_decision, decision);
}

/* Anna is in the group and should not be: nobody knows by whom. */
static void anna_is_added_by_hand(void)
{
	anna_in_step();
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "AnderRecht:10");
	w.past.owned[0].state = 0;
}

static void what_is_found_first_is_adopted(void **state)
{
	(void)state;
	anna_is_added_by_hand();
	world_past(&w, "first-contact: yes\n");
	world_think(&w);
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: adopted");
	world_expect(&w, "confirm adopted 10 trajectbegeleider uid=anna");
	assert_int_equal(the_change(CHANGE_MEMBER_REMOVE)->cause, R_CAUSE_DOUBTFUL);
	assert_int_equal(the_change(CHANGE_MEMBER_REMOVE)->reason, R_DRIFT_ADOPTED);
	assert_int_equal(the_change(CHANGE_MEMBER_REMOVE)->verdict, VERDICT_HOLD);
	world_past(&w, "first-contact: no\nowned: 10 trajectbegeleider uid=anna 0 adopted\n");
	world_think(&w);
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: adopted");
	assert_int_equal(the_change(CHANGE_MEMBER_REMOVE)->reason, R_DRIFT_ADOPTED);
	assert_int_equal(w.plan->confirmation_count + w.plan->drift_count, 0);
}

/* 95: what the ledger does not know may be ours. What it knows is as it was. */
static void an_old_ledger_adopts(void **state)
{
	(void)state;
	anna_is_added_by_hand();
	world_settings(&w, "ledger: old\n");
	world_think(&w);
	world_expect(&w, "confirm adopted 10 trajectbegeleider uid=anna");
	assert_int_equal(the_change(CHANGE_MEMBER_REMOVE)->reason, R_DRIFT_ADOPTED);
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 removed\n");
	world_think(&w);
	world_expect(&w, "confirm adopted 10 trajectbegeleider uid=anna");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	world_think(&w);
	assert_int_equal(the_change(CHANGE_MEMBER_REMOVE)->cause, R_CAUSE_EXPLICIT);
}

/* Both the grace and a read of the source that began after it was seen; and never on old data. */
static void hand_added_values_go_after_a_grace(void **state)
{
	static const struct {
		const char *past, *settings;
		bool in_grace, next;
	} cases[] = {
		{"", "", true, true},
		{"drift: 3 added-by-hand 10 trajectbegeleider uid=anna 0 14 99 -\n", "", true, true},
		{"drift: 3 added-by-hand 10 trajectbegeleider uid=anna 0 15 99 -\n", "", false, false},
		{"drift: 3 added-by-hand 10 trajectbegeleider uid=anna 0 15 100 -\n", "", true, false},
		{"drift: 3 added-by-hand 10 trajectbegeleider uid=anna 0 900 99 -\n", "source: unread\n", true, false},
		{"drift: 3 added-by-hand 10 trajectbegeleider uid=bart 0 900 99 -\n", "", true, true},
		{"drift: 3 removed-by-hand 10 trajectbegeleider uid=anna 0 900 99 -\n", "", true, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_done(&w);
		setup(NULL);
		anna_is_added_by_hand();
		world_past(&w, cases[i].past);
		world_settings(&w, cases[i].settings);
		world_think(&w);
		expect_by_hand(CHANGE_MEMBER_REMOVE, R_DRIFT_ADDED, DRIFT_UNDECIDED);
		if (the_change(CHANGE_MEMBER_REMOVE)->in_grace != cases[i].in_grace ||
		    (w.plan->next_s != INT64_MAX) != cases[i].next)
			fail_msg("case %zu:\n%s", i, world_render(&w));
	}
	assert_int_equal(w.plan->next_s, w.now_s + 900);
	w.target[2].at[w.target[2].count].field = FIELD_MEMBER;
	w.target[2].at[w.target[2].count++].value = arena_copy(&w.texts, text_of("uid=zoe," WORLD_PEOPLE));
	world_past(&w, "drift: 4 added-by-hand 10 trajectbegeleider uid=anna 0 10 99 -\n");
	world_think(&w);
	assert_int_equal(w.plan->next_s, w.now_s + 300); /* the first of the two */
}

static void drift_is_on_record_since_it_was_seen(void **state)
{
	(void)state;
	anna_is_added_by_hand();
	world_think(&w);
	assert_int_equal(w.plan->drift_count, 1);
	const struct past_drift *drift = &w.plan->drifts[0];
	assert_int_equal(drift->id, 0);
	assert_int_equal(drift->first_s, w.now_s);
	assert_int_equal(drift->first_cycle, 100);
	assert_int_equal(drift->number, 10);
	assert_true(uuid_equal(&drift->entry, &w.target[2].uuid));
	assert_true(uuid_equal(&drift->person, &w.source[1].uuid)); /* as the person's entry there says */
	world_apply(&w);
	w.now_s += 600;
	w.cycle++;
	world_think(&w);
	drift = &w.plan->drifts[0];
	assert_int_equal(w.plan->drift_count, 1);
	assert_int_equal(drift->id, 1);
	assert_int_equal(drift->first_s, w.now_s - 600);
	assert_int_equal(drift->first_cycle, 100);
	assert_int_equal(w.plan->remarks[0].drift, 1);
	assert_int_equal(w.plan->remarks[0].at_s, w.now_s - 600);
	assert_int_equal(w.plan->next_s, w.now_s + 300);
}

/* Ascending by id, new ones behind; authors are the plan's own, for the past may let go of them. */
static void drift_stands_in_order(void **state)
{
	(void)state;
	anna_is_added_by_hand();
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	static const char *const members[] = {"uid=a," WORLD_PEOPLE, "uid=b," WORLD_PEOPLE, "uid=c," WORLD_PEOPLE};
	for (size_t i = 0; i < 3; i++) {
		w.target[2].at[w.target[2].count].field = FIELD_MEMBER;
		w.target[2].at[w.target[2].count++].value = arena_copy(&w.texts, text_of(members[i]));
	}
	world_past(&w, "drift: 7 added-by-hand 10 trajectbegeleider uid=c 0 900 99 -\n"
		       "drift: 9 added-by-hand 10 trajectbegeleider uid=b 0 900 99 undo\n");
	struct past_drift known = w.past.drifts[0];
	known.author = arena_copy(&w.texts, text_of("cn=piet,dc=app"));
	assert_int_equal(past_set_drift(&w.past, &known), 0);
	world_think(&w);
	assert_int_equal(w.plan->drift_count, 3);
	assert_int_equal(w.plan->drifts[0].id, 7);
	assert_int_equal(w.plan->drifts[1].id, 9);
	assert_int_equal(w.plan->drifts[2].id, 0);
	past_forget_drift(&w.past, 7);
	assert_string_equal(w.plan->drifts[0].author, "cn=piet,dc=app");
	assert_int_equal(w.plan->drifts[1].decision, DRIFT_UNDO);
}

static void added_values_in_other_modes(void **state)
{
	(void)state;
	anna_is_added_by_hand();
	world_settings(&w, "drift: report\n");
	world_past(&w, "drift: 3 added-by-hand 10 trajectbegeleider uid=anna 0 900 99 -\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: added-by-hand, drift 3");
	assert_int_equal(w.plan->drift_count, 1);
	world_settings(&w, "drift: hold\n");
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_REMOVE, R_DRIFT_ADDED, DRIFT_UNDECIDED);
	assert_false(the_change(CHANGE_MEMBER_REMOVE)->in_grace);
}

static void decided_is_done_in_every_mode(void **state)
{
	static const char *const modes[] = {"drift: repair\n", "drift: hold\n", "drift: report\n"};
	(void)state;
	anna_is_added_by_hand();
	world_past(&w, "drift: 3 added-by-hand 10 trajectbegeleider uid=anna 0 1 100 undo\n");
	for (size_t i = 0; i < 3; i++) {
		world_settings(&w, modes[i]);
		world_think(&w);
		expect_by_hand(CHANGE_MEMBER_REMOVE, R_DRIFT_ADDED, DRIFT_UNDO);
		assert_false(the_change(CHANGE_MEMBER_REMOVE)->in_grace);
	}
}

static void exclude(const char *vo_id)
{
	char text[128];
	snprintf(text, sizeof(text),
		 "is: override\nuuid: 90\nvo-id: %s\nnumber: 10\nrole: trajectbegeleider\nvalid-until: "
		 "20261201000000Z\n",
		 vo_id);
	world_target(&w, text);
	record_set(&w, world_find(&w, false, 90), FIELD_EFFECT, "exclude");
}

/* The directory's own administrators said no: that is no hand edit to be thought over, and no find to be kept. */
static void the_excluded_go_in_every_mode(void **state)
{
	static const char *const settings[] = {"drift: repair\n", "drift: hold\n", "drift: report\n", "ledger: old\n",
					       "source: unread\n"};
	(void)state;
	anna_is_added_by_hand();
	exclude("anna");
	for (int seen = 0; seen < 2; seen++) {
		for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
			world_settings(&w, settings[i]);
			world_think(&w);
			world_expect(&w, "member-remove 10 trajectbegeleider uid=anna: explicit, excluded: go");
			assert_int_equal(w.plan->drift_count + w.plan->confirmation_count, 0);
		}
		w.source[1].gone = true; /* the source does not even show her */
		world_settings(&w, "source: read\nledger: new\n");
	}
}

/* I25: as long as the source is not clear about them, whoever was put in by hand stays. */
static void added_values_of_the_unclear_stay(void **state)
{
	(void)state;
	anna_is_added_by_hand();
	world_past(&w, "drift: 3 added-by-hand 10 trajectbegeleider uid=anna 0 900 99 -\n");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "WerkplekDuaalGebruiker trajectbegeleider 10");
	world_think(&w);
	assert_true(the_change(CHANGE_MEMBER_REMOVE)->in_grace);
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, RIGHT("trajectbegeleider", "77"));
	world_think(&w);
	assert_false(the_change(CHANGE_MEMBER_REMOVE)->in_grace);
}

static void wanted_values_become_held(void **state)
{
	static const char *const states[] = {"intended", "removing", "adopted"};
	(void)state;
	anna_in_step();
	for (size_t i = 0; i < 3; i++) {
		char line[80];
		snprintf(line, sizeof(line), "owned: 10 trajectbegeleider uid=anna 11 %s\n", states[i]);
		world_past(&w, line);
		world_think(&w);
		assert_int_equal(w.plan->change_count, 0);
		world_expect(&w, "confirm held 10 trajectbegeleider uid=anna");
	}
}

static void hand_removed_values_wait_for_a_word(void **state)
{
	(void)state;
	anna_in_step();
	struct record *group = &w.target[2];
	record_set(&w, group, FIELD_MEMBER, NULL);
	world_think(&w);
	assert_int_equal(w.plan->change_count, 1);
	expect_by_hand(CHANGE_MEMBER_ADD, R_DRIFT_REMOVED, DRIFT_UNDECIDED);
	world_expect(&w, "remark 10 trajectbegeleider anna: removed-by-hand");
	world_settings(&w, "drift: hold\n");
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_ADD, R_DRIFT_REMOVED, DRIFT_UNDECIDED);
	world_settings(&w, "drift: report\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	world_expect(&w, "remark 10 trajectbegeleider anna: removed-by-hand");
	world_past(&w, "drift: 3 removed-by-hand 10 trajectbegeleider uid=anna 11 900 99 undo\n");
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_ADD, R_DRIFT_REMOVED, DRIFT_UNDO);
}

static void a_restored_target_gets_back_what_it_lost(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	world_past(&w, "group: 10 trajectbegeleider 2000\n");
	world_think(&w);
	world_expect(&w, "member-add 10 trajectbegeleider anna: restored, granted: go");
	/* ... but not what somebody had taken out before that */
	world_past(&w, "drift: 3 removed-by-hand 10 trajectbegeleider uid=anna 11 900 99 -\n");
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_ADD, R_DRIFT_REMOVED, DRIFT_UNDECIDED);
	world_past(&w, "group: 10 trajectbegeleider 500\nowned: 10 trajectbegeleider uid=anna 11 intended\n");
	past_forget_drift(&w.past, 3);
	world_think(&w);
	world_expect(&w, "member-add 10 trajectbegeleider anna: grant, granted: go");
}

/* The name changes, the person who was taken out does not. */
static void taken_out_under_a_former_name(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	world_past(&w, "drift: 1 removed-by-hand 10 trajectbegeleider uid=anna 11 900 99 -\n");
	record_set(&w, &w.target[1], FIELD_VO_ID, "annick");
	record_set(&w, world_find(&w, true, 11), FIELD_VO_ID, "annick");
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_ADD, R_DRIFT_REMOVED, DRIFT_UNDECIDED);
	assert_int_equal(w.plan->drifts[0].id, 1);
}

/* 58: what we took out comes back with a backup of the target, and goes again. */
static void restored_values_go_again(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "AnderRecht:10");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 removed\n");
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_REMOVE, R_DRIFT_ADDED,
		       DRIFT_UNDECIDED); /* the entry is not older: somebody put it in */
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: added-by-hand");
	world_past(&w, "group: 10 trajectbegeleider 2000\n");
	world_think(&w);
	world_expect(&w, "member-remove 10 trajectbegeleider uid=anna: explicit, no-right: go");
	assert_int_equal(w.plan->drift_count, 0);
	world_past(
		&w,
		"owned: 10 trajectbegeleider uid=anna 0 removed\n"); /* it was not ours either when it was taken out */
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_REMOVE, R_DRIFT_ADDED, DRIFT_UNDECIDED);
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 0 removing\n");
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_REMOVE, R_DRIFT_ADDED, DRIFT_UNDECIDED);
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 removed\n");
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	world_think(&w);
	assert_int_equal(w.plan->ending_count, 0); /* it must be known as long as a backup may come back */
}

static void what_ended_on_both_sides_is_forgotten(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "AnderRecht:10");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	world_expect(&w, "endings 1");
	assert_int_equal(w.plan->endings[0], 0);
}

/* Not while the source is in doubt: it would be put back by itself when the doubt is over. */
static void what_is_in_doubt_is_not_forgotten(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "WerkplekDuaalGebruiker trajectbegeleider 10");
	world_think(&w);
	assert_int_equal(w.plan->ending_count, 0);
}

static void a_removed_group_comes_back_as_one(void **state)
{
	(void)state;
	anna_in_step();
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_PERSON("bart", "12"));
	w.target[2].gone = true;
	world_think(&w);
	world_expect(&w, "remark 10 trajectbegeleider: entry-removed-by-hand");
	assert_int_equal(w.plan->remark_count, 1);
	assert_int_equal(w.plan->drift_count, 1);
	assert_true(uuid_is_null(&w.plan->drifts[0].entry));
	assert_int_equal(w.plan->ending_count, 0);
	expect_by_hand(CHANGE_GROUP_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDECIDED);
	assert_int_equal(world_count(&w, "member-add 10 trajectbegeleider"), 2); /* Bart too, who was never in it */
	assert_int_equal(world_count(&w, ": drift, entry-removed-by-hand"), 3);
	world_past(&w, "drift: 4 entry-removed-by-hand 10 trajectbegeleider - 0 900 99 undo\n");
	world_think(&w);
	expect_by_hand(CHANGE_GROUP_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDO);
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		assert_int_equal(w.plan->changes[i].drift_decision, DRIFT_UNDO);
	past_forget_drift(&w.past, 4);
	world_settings(&w, "drift: report\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	world_expect(&w, "remark 10 trajectbegeleider: entry-removed-by-hand");
	assert_int_equal(w.plan->remark_count, 1);
}

static void a_removed_institution_is_one_story(void **state)
{
	(void)state;
	anna_in_step();
	w.target[2].gone = true;
	w.target[0].gone = true;
	world_think(&w);
	world_expect(&w, "remark 10: entry-removed-by-hand");
	assert_int_equal(w.plan->remark_count, 1);
	expect_by_hand(CHANGE_INSTITUTION_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDECIDED);
	expect_by_hand(CHANGE_GROUP_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDECIDED);
	expect_by_hand(CHANGE_MEMBER_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDECIDED);
	world_past(&w, "drift: 4 entry-removed-by-hand 10 - - 0 900 99 undo\n");
	world_think(&w);
	expect_by_hand(CHANGE_MEMBER_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDO);
	past_forget_drift(&w.past, 4);
	world_settings(&w, "drift: report\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	w.past.owned[0].state = 0; /* we had taken out everything ourselves */
	world_think(&w);
	world_expect(&w, "group-add 10 trajectbegeleider: structure, granted: go");
	assert_int_equal(w.plan->remark_count, 0);
}

/* When nobody of those who were in it is wanted any more, it is a group like any other. */
static void a_removed_group_is_forgotten_with_its_members(void **state)
{
	(void)state;
	anna_in_step();
	w.target[2].gone = true;
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "AnderRecht:10");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	world_expect(&w, "endings 1");
	world_apply(&w);
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_think(&w);
	world_expect(&w, "group-add 10 trajectbegeleider: structure, granted: go");
	assert_int_equal(w.plan->ending_count, 0);
}

/* Somebody deleted the group and made it anew, without Anna: she was taken out, and stays so. */
static void a_group_made_anew_by_hand(void **state)
{
	(void)state;
	anna_in_step();
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_PERSON("bart", "12"));
	w.target[2].gone = true;
	world_target(&w, OUR_GUIDES("10") "uuid: 77\n");
	world_think(&w);
	world_expect(&w, "remark 10 trajectbegeleider anna: removed-by-hand");
	assert_int_equal(world_count(&w, "member-add 10 trajectbegeleider anna: drift, removed-by-hand"), 1);
	world_expect(&w, "member-add 10 trajectbegeleider bart: grant, granted: go");
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		w.plan->changes[i].verdict = VERDICT_HOLD;
	world_apply(&w); /* what was held under the former uuid is forgotten, the drift is on record */
	world_think(&w);
	assert_int_equal(world_count(&w, "member-add 10 trajectbegeleider anna: drift, removed-by-hand"), 1);
	world_expect(&w, "remark 10 trajectbegeleider anna: removed-by-hand, drift 1");
}

static void foreign_entries_stay_in_the_way(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") SCHOOL("2", "20") PERSON("11", "anna", RIGHT("beheerder", "10,20")));
	world_source(&w, PERSON("12", "bart", RIGHT("beheerder", "20")) PERSON("13", "carl", RIGHT("beheerder", "20")));
	world_target(&w, OUR_SCHOOL("10") "managed-by: somebody\n" OUR_SCHOOL("20"));
	world_target(&w, OUR_PERSON("bart", "12") "managed-by: somebody\n");
	world_target(&w, "is: foreign\ndn: uid=Carl," WORLD_PEOPLE "\n");
	world_think(&w);
	world_expect(&w, "remark 10: foreign-entry");
	world_expect(&w, "remark 20 beheerder bart: foreign-entry");
	world_expect(&w, "remark 20 beheerder carl: foreign-entry");
	world_expect(&w, "member-add 20 beheerder anna: grant, granted: go");
	assert_int_equal(w.plan->grants, 1);
	world_target(&w, OUR_MANAGERS("20") "managed-by: somebody\nmember: uid=x\n");
	world_think(&w);
	world_expect(&w, "remark 20 beheerder: foreign-entry");
	assert_int_equal(w.plan->change_count, 0);
}

static void protected_things_never_occur(void **state)
{
	(void)state;
	anna_in_step();
	world_settings(&w, "protected: uid=anna\n");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, RIGHT("beheerder", "10"));
	record_set(&w, world_find(&w, true, 11), FIELD_CN, "Anna Anders");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: protected");
	world_settings(
		&w, "protected: cn=beheerder-10,duaalInstitutionNumber=10,ou=institutions,ou=werkplekduaal,dc=app\n");
	w.names.protected_count = 2;
	w.protected[0] = w.protected[1];
	w.names.protected_count = 1;
	world_think(&w);
	world_expect(&w, "remark 10 beheerder: protected");
	assert_int_equal(w.plan->grants, 0);
}

static void people_may_be_looked_up(void **state)
{
	(void)state;
	world_settings(&w, "people: looked-up\n");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("beheerder", "10")));
	world_source(&w, PERSON("12", "bart", RIGHT("beheerder", "10")) PERSON("13", "carl", RIGHT("beheerder", "10")));
	world_target(&w, "is: person\nvo-id: ANNA\ncn: elders\nmanaged-by: hr\ndn: cn=Anna,ou=staff,dc=app\n");
	world_target(&w, "is: person\nvo-id: carl\nmanaged-by: hr\ndn: cn=Carl,ou=staff,dc=app\n");
	world_target(&w, "is: person\nvo-id: carl\nmanaged-by: hr\ndn: cn=Carl 2,ou=staff,dc=app\n");
	world_think(&w);
	world_expect(&w, "member-add 10 beheerder anna: grant, granted: go");
	world_expect(&w, "remark 10 beheerder bart: person-not-in-target");
	world_expect(&w, "remark 10 beheerder carl: person-twice-in-target");
	world_refuse(&w, "person-add");
	world_refuse(&w, "person-modify");
}

/* A value whose entry vanished, of somebody who is still granted: in doubt, not taken away. */
static void dangling_values_of_the_granted_stay(void **state)
{
	(void)state;
	anna_in_step();
	world_settings(&w, "people: looked-up\n");
	w.target[1].gone = true;
	world_think(&w);
	world_expect(
		&w,
		"member-remove 10 trajectbegeleider uid=anna: doubtful, person-not-in-target: HOLD by rule-doubtful");
}

/* I8 (41): first the former person's memberships go, then the entry changes hands, then grants. */
static void names_used_again(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("21", "anna", RIGHT("trajectbegeleider,beheerder", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11")
				 OUR_GUIDES("10") "member: uid=anna\n" OUR_MANAGERS("10"));
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	world_think(&w);
	world_expect(&w, "question 11");
	world_expect(&w, "member-remove 10 trajectbegeleider uid=anna: doubtful, name-reused: HOLD by rule-doubtful");
	assert_int_equal(w.plan->change_count, 1);
	world_source(&w, "is: absent\nuuid: 11\n");
	world_think(&w);
	world_expect(&w, "member-remove 10 trajectbegeleider uid=anna: explicit, name-reused: go");
	assert_int_equal(w.plan->change_count, 1);
	world_apply(&w);
	world_think(&w);
	world_expect(&w, "person-modify anna: attribute, granted: go");
	world_expect(&w, "member-add 10 trajectbegeleider anna: grant, granted: go");
	world_expect(&w, "member-add 10 beheerder anna: grant, granted: go");
	world_apply(&w);
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
}

/* R9: the former person merely lost the right, so that no filtered read shows the two claims. */
static void names_of_the_living_are_not_taken_over(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("21", "anna", RIGHT("trajectbegeleider,beheerder", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") OUR_MANAGERS("10"));
	world_think(&w);
	world_expect(&w, "question 11");
	assert_int_equal(w.plan->change_count, 0);
	world_source(&w, PERSON("11", "anna", ""));
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(w.desired->by_reason[R_PERSON_AMBIGUOUS], 2);
	world_find(&w, true, 11)->gone = true;
	world_source(&w, "is: absent\nuuid: 11\n");
	world_think(&w);
	world_expect(&w, "person-modify anna: attribute, granted: go");
	world_expect(&w, "member-add 10 beheerder anna: grant, granted: go");
}

/* One source entry stands in one entry of ours: the one under the former vo-id gives it up first. */
static void a_changed_key_takes_the_access_along(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 11), FIELD_VO_ID, "annick");
	world_think(&w);
	world_expect(&w, "member-remove 10 trajectbegeleider uid=anna: explicit, name-reused: go");
	world_expect(&w, "person-release annick: attribute, name-reused: go");
	assert_int_equal(w.plan->change_count, 2);
	world_apply(&w);
	assert_null(record_value(&w.target[1], FIELD_SOURCE_UUID));
	world_think(&w);
	world_expect(&w, "person-add annick: structure, granted: go");
	world_expect(&w, "member-add 10 trajectbegeleider annick: grant, granted: go");
	world_apply(&w);
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
}

static void swapped_keys_come_apart(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "bart", RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("12", "anna", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_PERSON("bart", "12") OUR_GUIDES("10"));
	world_think(&w);
	world_expect(&w, "person-release anna: attribute, name-reused: go");
	world_expect(&w, "person-release bart: attribute, name-reused: go");
	assert_int_equal(w.plan->change_count, 2);
	world_apply(&w);
	world_think(&w);
	world_expect(&w, "person-modify anna: attribute, granted: go");
	world_expect(&w, "member-add 10 trajectbegeleider bart: grant, granted: go");
	world_apply(&w);
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
}

/* With the values that lead to the entry, or, where the server keeps its references whole, without them: one story. */
static void a_removed_person_comes_back_as_one(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, RIGHT("trajectbegeleider,beheerder", "10"));
	w.target[1].gone = true;
	for (int whole = 0; whole < 2; whole++) {
		world_settings(&w, "drift: repair\n");
		world_think(&w);
		world_expect(&w, "remark anna: entry-removed-by-hand");
		assert_int_equal(w.plan->remark_count, 1);
		expect_by_hand(CHANGE_PERSON_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDECIDED);
		assert_int_equal(world_count(&w, "member-add"), (uint32_t)(1 + whole));
		assert_int_equal(world_count(&w, ": drift, entry-removed-by-hand"), (uint32_t)(2 + whole));
		world_settings(&w, "drift: report\n");
		world_think(&w);
		assert_int_equal(w.plan->change_count, 0);
		assert_int_equal(w.plan->remark_count, 1);
		record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	}
	world_past(&w, "drift: 4 entry-removed-by-hand 0 - anna 11 900 99 undo\n");
	world_think(&w);
	expect_by_hand(CHANGE_PERSON_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDO);
	assert_int_equal(w.plan->remark_count, 1);
	w.target[2].gone = true; /* nobody decided about the group yet, nor about who was in it */
	world_settings(&w, "drift: repair\n");
	world_think(&w);
	expect_by_hand(CHANGE_PERSON_ADD, R_DRIFT_ENTRY_GONE, DRIFT_UNDO);
	world_expect(&w, "group-add 10 beheerder: structure, granted: go");
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		assert_int_equal(w.plan->changes[i].drift_decision,
				 w.plan->changes[i].role == 0 || w.plan->changes[i].cause != R_CAUSE_DRIFT
					 ? DRIFT_UNDECIDED
					 : DRIFT_UNDO);
}

/* The entry under the former key was given up, and what leads to it waits: nobody deleted anything. */
static void a_new_key_is_no_removed_person(void **state)
{
	(void)state;
	anna_in_step();
	w.guard.institution_removals = 0;
	record_set(&w, world_find(&w, true, 11), FIELD_VO_ID, "annick");
	record_set(&w, &w.target[1], FIELD_SOURCE_UUID, NULL);
	world_think(&w);
	assert_int_equal(world_count(&w, "member-remove 10 trajectbegeleider uid=anna: explicit, name-reused: HOLD"),
			 1);
	world_expect(&w, "person-add annick: structure, granted: go");
	assert_int_equal(w.plan->remark_count, 0);
}

/* A backup from before the person's entry was made. */
static void a_restored_target_lacks_people_too(void **state)
{
	(void)state;
	anna_in_step();
	w.target[1].gone = true;
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	world_past(&w, "group: 10 trajectbegeleider 2000\n");
	world_think(&w);
	world_expect(&w, "person-add anna: structure, granted: go");
	world_expect(&w, "member-add 10 trajectbegeleider anna: restored, granted: go");
}

/* Put in by hand before the entry that it leads to: the entry is made. */
static void wanted_without_an_entry(void **state)
{
	(void)state;
	anna_in_step();
	w.target[1].gone = true;
	w.past.owned[0].state = 0;
	world_think(&w);
	world_expect(&w, "person-add anna: structure, granted: go");
	world_expect(&w, "confirm held 10 trajectbegeleider uid=anna");
	assert_int_equal(w.plan->remark_count, 0);
}

static void renamed_groups_are_kept_up_to_date(void **state)
{
	(void)state;
	anna_in_step();
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_PERSON("bart", "12"));
	w.target[2].dn = arena_copy(&w.texts, text_of("cn=guides,duaalInstitutionNumber=10,ou=institutions,"
						      "ou=werkplekduaal,dc=app"));
	world_think(&w);
	assert_int_equal(w.plan->change_count, 1);
	world_expect(&w, "member-add 10 trajectbegeleider bart: grant, granted: go");
	world_expect(&w, "remark 10 trajectbegeleider: renamed-by-hand");
	assert_int_equal(w.plan->drift_count, 1);
	w.target[2].dn =
		arena_copy(&w.texts, text_of("CN=Trajectbegeleider-10, duaalInstitutionNumber=10,ou=institutions,"
					     "ou=werkplekduaal,dc=app"));
	world_think(&w);
	assert_int_equal(w.plan->remark_count + w.plan->drift_count, 0); /* only spelt differently */
}

/* A stranger's group elsewhere gives access to whoever asks by number and role: it is reported, and keeps ours from nobody. */
static void a_foreign_group_elsewhere_is_not_in_the_way(void **state)
{
	(void)state;
	anna_in_step();
	world_target(&w, OUR_GUIDES("10") "managed-by: somebody\nuuid: 1\nmember: uid=x\n"
					  "dn: cn=guides,ou=institutions,ou=werkplekduaal,dc=app\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	world_expect(&w, "remark 10 trajectbegeleider: foreign-entry");
	world_done(&w);
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_GUIDES("10") "managed-by: somebody\nuuid: 1\n"
							   "dn: cn=guides,ou=institutions,ou=werkplekduaal,dc=app\n");
	world_think(&w);
	world_expect(&w, "remark 10 trajectbegeleider: foreign-entry");
	world_expect(&w, "group-add 10 trajectbegeleider: structure, granted: go");
	world_expect(&w, "member-add 10 trajectbegeleider anna: grant, granted: go");
}

/* By hand the group of the managers became a second one of the guides: nothing can be made in its place. */
static void a_group_that_says_another_role_is_in_the_way(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, RIGHT("trajectbegeleider,beheerder", "10"));
	world_target(&w, "is: group\nnumber: 10\nrole: trajectbegeleider\nuuid: 1\n"
			 "dn: cn=beheerder-10,duaalInstitutionNumber=10,ou=institutions,ou=werkplekduaal,dc=app\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(world_count(&w, "remark 10 trajectbegeleider: entry-changed-by-hand"), 1);
	assert_int_equal(world_count(&w, "remark 10 beheerder: entry-changed-by-hand"), 1);
}

static void attributes_are_mended(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, &w.target[0], FIELD_ADMISSION, "request");
	record_set(&w, &w.target[1], FIELD_CN, "ANNA");
	record_set(&w, &w.target[2], FIELD_ACTION, "overeenkomst-opmaken");
	world_think(&w);
	world_expect(&w, "institution-modify 10: attribute, admitted-programme: go");
	world_expect(&w, "person-modify anna: attribute, granted: go");
	world_expect(&w, "group-modify 10 trajectbegeleider: attribute, none: go");
	world_apply(&w);
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	assert_string_equal(record_value(&w.target[0], FIELD_ADMITTED_SINCE), "20260101000000Z");
}

static void spoil(const char *writer)
{
	record_set(&w, &w.target[0], FIELD_ADMISSION, "request");
	record_set(&w, &w.target[1], FIELD_CN, "ANNA");
	record_set(&w, &w.target[2], FIELD_ACTION, "overeenkomst-opmaken");
	for (size_t i = 0; i < 3; i++)
		record_set(&w, &w.target[i], FIELD_MODIFIERS_NAME, writer);
}

static void attributes_changed_by_hand(void **state)
{
	static const enum change_kind kinds[] = {CHANGE_INSTITUTION_MODIFY, CHANGE_PERSON_MODIFY, CHANGE_GROUP_MODIFY};
	(void)state;
	anna_in_step();
	spoil("cn=piet,dc=app");
	static const char *const modes[] = {"drift: repair\n", "drift: hold\n"};
	for (size_t mode = 0; mode < 2; mode++) {
		world_settings(&w, modes[mode]);
		world_think(&w);
		for (size_t i = 0; i < 3; i++)
			expect_by_hand(kinds[i], R_DRIFT_ATTRIBUTE, DRIFT_UNDECIDED);
		assert_int_equal(world_count(&w, "attribute-by-hand"), 6);
		assert_int_equal(w.plan->drift_count, 3);
	}
	world_settings(&w, "drift: report\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(w.plan->drift_count, 3);
	spoil("CN=Duaalsync, dc=APP"); /* that is us: the source changed */
	world_think(&w);
	assert_int_equal(w.plan->drift_count, 0);
	world_expect(&w, "person-modify anna: attribute, granted: go");
	assert_int_equal(w.plan->change_count, 3);
}

static void the_last_writer_alone_is_no_difference(void **state)
{
	(void)state;
	anna_in_step();
	for (size_t i = 0; i < 3; i++)
		record_set(&w, &w.target[i], FIELD_MODIFIERS_NAME, "cn=piet,dc=app");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(w.plan->remark_count, 0);
}

static void announced_ends_of_institutions_are_scheduled(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 1), FIELD_END, "2026-11-04");
	world_past(&w, "seen: 1 2026-11-04 23 1\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, institution-ended"), 1);
	world_past(&w, "seen: 1 2026-11-04 24 1\n");
	world_think(&w);
	world_expect(&w, "member-remove 10 trajectbegeleider uid=anna: scheduled, institution-ended: go");
	world_past(&w, "seen: 1 2026-11-03 24 1\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, institution-ended"), 1);
	world_past(&w, "seen: 1 2027-08-31 24 1\n"); /* it ends some day, but that is not why */
	record_set(&w, world_find(&w, true, 1), FIELD_END, "2027-08-31");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "AnderRecht:10");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, no-right"), 1);
}

static void changed_groups_are_reported(void **state)
{
	(void)state;
	anna_in_step();
	world_target(
		&w,
		"is: group\nnumber: 10\nrole: trajectbegeleider\ndn: cn=x,dc=app\nuuid: 100900\nmember: uid=anna\n");
	world_target(&w, "is: group\nnumber: 10\nrole: directeur\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(world_count(&w, "entry-changed-by-hand"), 2);
}

static void empty_groups_of_the_refused_are_tidied(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, "geweigerd");
	world_think(&w);
	world_refuse(&w, "delete"); /* still a member */
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	world_think(&w);
	world_expect(&w, "group-delete 10 trajectbegeleider: structure, no-programme: go");
	world_expect(&w, "institution-delete 10: structure, no-programme: go");
	world_target(
		&w, "is: foreign\ndn: cn=note\\,x,DUAALinstitutionNumber=10,ou=institutions,ou=werkplekduaal,dc=app\n");
	world_think(&w);
	world_expect(&w, "group-delete 10 trajectbegeleider: structure, no-programme: go");
	world_refuse(&w, "institution-delete");
	record_set(&w, world_find(&w, true, 1), FIELD_STATE, NULL);
	world_think(&w);
	world_refuse(&w, "delete"); /* in doubt */
	record_set(&w, world_find(&w, true, 1), FIELD_STATE, "actief");
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, "goedgekeurd");
	world_think(&w);
	world_refuse(&w, "delete"); /* admitted: an empty group stays */
}

static void people_with_bad_fields_can_be_made(void **state)
{
	(void)state;
	world_source(
		&w,
		SCHOOL("1", "10") "is: person\nuuid: 11\nvo-id: v-1\nuid: anna\nstate: actief\nmail: ann\xc3\xa9@x\n"
				  "right: " RIGHT("beheerder", "10"));
	world_think(&w);
	world_apply(&w);
	struct record *person = NULL;
	for (size_t i = 0; i < w.target_count; i++)
		if (w.target[i].kind == ENTRY_PERSON)
			person = &w.target[i];
	assert_non_null(person);
	assert_string_equal(record_value(person, FIELD_CN), "anna");
	assert_string_equal(record_value(person, FIELD_SN), "anna");
	assert_string_equal(record_value(person, FIELD_VO_ID), "v-1");
	assert_null(record_value(person, FIELD_MAIL));
}

static void the_digest_is_of_identities(void **state)
{
	uint8_t first[PLAN_DIGEST_SIZE];
	(void)state;
	anna_in_step();
	world_source(&w, PERSON("12", "bart", RIGHT("beheerder", "10")));
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, RIGHT("beheerder", "10"));
	world_think(&w);
	memcpy(first, w.plan->digest, sizeof(first));
	struct record swap = w.source[1];
	w.source[1] = w.source[2];
	w.source[2] = swap;
	world_think(&w);
	assert_memory_equal(first, w.plan->digest, sizeof(first));
	record_set(&w, world_find(&w, true, 11), FIELD_STATE, "uit dienst");
	world_think(&w);
	assert_memory_not_equal(first, w.plan->digest, sizeof(first));
}

/* ---- from cycle to cycle ---------------------------------------------------------------------------- */

static uint32_t members(void)
{
	return w.target_read->member_count;
}

static void a_hand_edit_from_beginning_to_end(void **state)
{
	(void)state;
	anna_in_step();
	world_target(&w, "is: person\nvo-id: zoe\ncn: Zoe\nsn: Zoe\nsource-uuid: 99\n");
	w.target[2].at[w.target[2].count].field = FIELD_MEMBER;
	w.target[2].at[w.target[2].count++].value = arena_copy(&w.texts, text_of("uid=zoe," WORLD_PEOPLE));
	world_cycle(&w);
	assert_int_equal(w.past.drift_count, 1);
	w.now_s += 600;
	world_cycle(&w);
	assert_int_equal(members(), 2);
	w.now_s += 600;
	w.source_stale = true;
	world_cycle(&w);
	assert_int_equal(members(), 2);
	assert_int_equal(w.past.drift_count, 1); /* nothing is learnt from old data */
	w.source_stale = false;
	world_cycle(&w);
	assert_int_equal(members(), 1);
	assert_int_equal(w.past.drift_count, 0);
	assert_int_equal(w.past.removals[0].sort, REMOVAL_DRIFT);
	assert_int_equal(w.plan->change_count, 0);
}

static void approved_it_comes_back(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 1);
	w.now_s += 3600;
	world_cycle(&w);
	assert_int_equal(members(), 0);
	world_decide(&w, 1, HOLD_APPROVED);
	world_cycle(&w);
	assert_int_equal(members(), 1);
	world_cycle(&w);
	assert_int_equal(w.past.drift_count + w.past.hold_count, 0);
	assert_int_equal(w.plan->change_count, 0);
}

static void an_approved_group_is_made_anew(void **state)
{
	(void)state;
	anna_in_step();
	w.target[2].gone = true;
	w.target[1].gone = true; /* and so is her entry */
	world_cycle(&w);
	assert_int_equal(w.past.drift_count, 2);
	assert_int_equal(w.plan->change_count, w.verdict.held);
	for (uint32_t id = 1; id < w.past.next_hold; id++)
		world_decide(&w, id, HOLD_APPROVED);
	world_cycle(&w);
	assert_int_equal(members(), 1);
	world_cycle(&w);
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(w.plan->remark_count + w.past.drift_count + w.past.hold_count, 0);
	const struct owned_value *former = &w.past.owned[0];
	assert_int_equal(former->state, 0);
}

static void adopted_until_decided(void **state)
{
	(void)state;
	for (int approved = 0; approved < 2; approved++) {
		world_done(&w);
		setup(NULL);
		anna_is_added_by_hand();
		world_past(&w, "first-contact: yes\n");
		world_cycle(&w);
		w.now_s += 3600;
		world_cycle(&w);
		assert_int_equal(w.past.hold_count, 1);
		assert_int_equal(w.past.holds[0].number, 0);
		assert_int_equal(w.past.holds[0].rule, R_RULE_ADOPTED);
		world_decide(&w, w.past.holds[0].id, approved ? HOLD_APPROVED : HOLD_REJECTED);
		w.now_s += 3600;
		world_cycle(&w);
		world_cycle(&w);
		assert_int_equal(members(), approved ? 0 : 1);
		world_think(&w);
		assert_int_equal(w.verdict.held, approved ? 0 : 1);
	}
}

/* Its only member waits: nothing would be sent for it, in any cycle. */
static void an_undone_group_waits_for_its_members(void **state)
{
	(void)state;
	anna_in_step();
	w.target[2].gone = true;
	w.target[1].gone = true;
	world_past(&w, "drift: 4 entry-removed-by-hand 10 trajectbegeleider - 0 900 99 undo\n");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 3);
	assert_int_equal(w.verdict.go, 0);
	world_past(&w, "drift: 5 entry-removed-by-hand 0 - anna 11 900 99 undo\n");
	world_think(&w);
	assert_int_equal(w.verdict.go, 3);
	past_forget_drift(&w.past, 4);
	world_think(&w);
	world_expect(&w, "person-add anna: drift, entry-removed-by-hand: go by approved");
	assert_int_equal(w.verdict.go, 1);
}

static void kinds_have_names(void **state)
{
	(void)state;
	for (enum change_kind kind = CHANGE_MEMBER_REMOVE; kind <= CHANGE_PERSON_DELETE; kind++)
		assert_string_not_equal(change_kind_name(kind), "unknown");
	assert_string_equal(change_kind_name((enum change_kind)99), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(in_step_is_an_empty_plan),
		TEST(a_spelling_is_no_difference),
		TEST(everything_is_made_in_order),
		TEST(causes_of_removals),
		TEST(the_notice_is_a_setting),
		TEST(a_lapsed_request_is_explicit),
		TEST(absence_is_asked_for_and_then_proven),
		TEST(claimants_keep_for_a_while),
		TEST(what_is_found_first_is_adopted),
		TEST(an_old_ledger_adopts),
		TEST(hand_added_values_go_after_a_grace),
		TEST(drift_is_on_record_since_it_was_seen),
		TEST(drift_stands_in_order),
		TEST(added_values_in_other_modes),
		TEST(decided_is_done_in_every_mode),
		TEST(the_excluded_go_in_every_mode),
		TEST(added_values_of_the_unclear_stay),
		TEST(wanted_values_become_held),
		TEST(hand_removed_values_wait_for_a_word),
		TEST(a_restored_target_gets_back_what_it_lost),
		TEST(taken_out_under_a_former_name),
		TEST(restored_values_go_again),
		TEST(what_ended_on_both_sides_is_forgotten),
		TEST(what_is_in_doubt_is_not_forgotten),
		TEST(a_removed_group_comes_back_as_one),
		TEST(a_removed_institution_is_one_story),
		TEST(a_removed_group_is_forgotten_with_its_members),
		TEST(a_group_made_anew_by_hand),
		TEST(foreign_entries_stay_in_the_way),
		TEST(protected_things_never_occur),
		TEST(people_may_be_looked_up),
		TEST(dangling_values_of_the_granted_stay),
		TEST(names_used_again),
		TEST(names_of_the_living_are_not_taken_over),
		TEST(a_changed_key_takes_the_access_along),
		TEST(swapped_keys_come_apart),
		TEST(a_removed_person_comes_back_as_one),
		TEST(a_new_key_is_no_removed_person),
		TEST(a_restored_target_lacks_people_too),
		TEST(wanted_without_an_entry),
		TEST(renamed_groups_are_kept_up_to_date),
		TEST(a_group_that_says_another_role_is_in_the_way),
		TEST(a_foreign_group_elsewhere_is_not_in_the_way),
		TEST(attributes_are_mended),
		TEST(attributes_changed_by_hand),
		TEST(the_last_writer_alone_is_no_difference),
		TEST(announced_ends_of_institutions_are_scheduled),
		TEST(changed_groups_are_reported),
		TEST(empty_groups_of_the_refused_are_tidied),
		TEST(people_with_bad_fields_can_be_made),
		TEST(the_digest_is_of_identities),
		TEST(a_hand_edit_from_beginning_to_end),
		TEST(approved_it_comes_back),
		TEST(an_approved_group_is_made_anew),
		TEST(adopted_until_decided),
		TEST(an_undone_group_waits_for_its_members),
		TEST(kinds_have_names),
	};
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}

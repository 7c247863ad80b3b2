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
	assert_true(plan_is_empty(w.plan));
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
		{1, FIELD_KIND, "volwassenenonderwijs", "", "doubtful, no-request"},
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

static void hand_added_values_stay(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "AnderRecht:10");
	w.past.owned[0].state = 0;
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: added-by-hand");
	world_past(&w, "first-contact: yes\n");
	world_think(&w);
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: adopted");
	world_expect(&w, "confirm adopted 10 trajectbegeleider uid=anna");
	world_past(&w, "first-contact: no\nowned: 10 trajectbegeleider uid=anna 0 adopted\n");
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: adopted");
	assert_int_equal(w.plan->confirmation_count, 0);
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
		assert_true(plan_is_empty(w.plan));
		world_expect(&w, "confirm held 10 trajectbegeleider uid=anna");
	}
}

static void hand_removed_values_are_not_put_back(void **state)
{
	(void)state;
	anna_in_step();
	struct record *group = &w.target[2];
	record_set(&w, group, FIELD_MEMBER, NULL);
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
	world_expect(&w, "remark 10 trajectbegeleider anna: removed-by-hand");
	world_past(&w, "group: 10 trajectbegeleider 2000\n");
	world_think(&w);
	world_expect(&w, "member-add 10 trajectbegeleider anna: restored, granted: go");
	world_past(&w, "group: 10 trajectbegeleider 500\nowned: 10 trajectbegeleider uid=anna 11 intended\n");
	world_think(&w);
	world_expect(&w, "member-add 10 trajectbegeleider anna: grant, granted: go");
}

/* 58: what we took out comes back with a backup of the target, and goes again. */
static void restored_values_go_again(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "AnderRecht:10");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 removed\n");
	world_think(&w);
	assert_true(plan_is_empty(w.plan)); /* the entry is not older: somebody put it in by hand */
	world_expect(&w, "remark 10 trajectbegeleider uid=anna: added-by-hand");
	world_past(&w, "group: 10 trajectbegeleider 2000\n");
	world_think(&w);
	world_expect(&w, "member-remove 10 trajectbegeleider uid=anna: explicit, no-right: go");
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
	assert_true(plan_is_empty(w.plan));
	world_expect(&w, "endings 1");
	assert_int_equal(w.plan->endings[0], 0);
}

static void removed_entries_are_not_put_back(void **state)
{
	(void)state;
	anna_in_step();
	w.target[2].gone = true;
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
	world_expect(&w, "remark 10 trajectbegeleider: entry-removed-by-hand");
	w.target[0].gone = true;
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
	world_expect(&w, "remark 10: entry-removed-by-hand");
	w.past.owned[0].state = 0; /* we had taken out everything ourselves */
	world_think(&w);
	world_expect(&w, "group-add 10 trajectbegeleider: structure, granted: go");
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
	assert_true(plan_is_empty(w.plan));
}

static void protected_things_never_occur(void **state)
{
	(void)state;
	anna_in_step();
	world_settings(&w, "protected: uid=anna\n");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, RIGHT("beheerder", "10"));
	record_set(&w, world_find(&w, true, 11), FIELD_CN, "Anna Anders");
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
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
	assert_true(plan_is_empty(w.plan));
}

/* R9: the former person merely lost the right, so that no filtered read shows the two claims. */
static void names_of_the_living_are_not_taken_over(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("21", "anna", RIGHT("trajectbegeleider,beheerder", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") OUR_MANAGERS("10"));
	world_think(&w);
	world_expect(&w, "question 11");
	assert_true(plan_is_empty(w.plan));
	world_source(&w, PERSON("11", "anna", ""));
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
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
	assert_true(plan_is_empty(w.plan));
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
	assert_true(plan_is_empty(w.plan));
}

static void a_removed_person_is_reported(void **state)
{
	(void)state;
	anna_in_step();
	w.target[1].gone = true;
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
	world_expect(&w, "remark 10 trajectbegeleider anna: entry-removed-by-hand");
	assert_int_equal(w.plan->remark_count, 1);
}

/* A stranger's group elsewhere gives access to whoever asks by number and role: it is reported, and keeps ours from nobody. */
static void a_foreign_group_elsewhere_is_not_in_the_way(void **state)
{
	(void)state;
	anna_in_step();
	world_target(&w, OUR_GUIDES("10") "managed-by: somebody\nuuid: 1\nmember: uid=x\n"
					  "dn: cn=guides,ou=institutions,ou=werkplekduaal,dc=app\n");
	world_think(&w);
	assert_true(plan_is_empty(w.plan));
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
	assert_true(plan_is_empty(w.plan));
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
	assert_true(plan_is_empty(w.plan));
	assert_string_equal(record_value(&w.target[0], FIELD_ADMITTED_SINCE), "20260101000000Z");
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
	assert_true(plan_is_empty(w.plan));
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

static void kinds_have_names(void **state)
{
	(void)state;
	for (enum change_kind kind = CHANGE_MEMBER_REMOVE; kind <= CHANGE_INSTITUTION_DELETE; kind++)
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
		TEST(hand_added_values_stay),
		TEST(wanted_values_become_held),
		TEST(hand_removed_values_are_not_put_back),
		TEST(restored_values_go_again),
		TEST(what_ended_on_both_sides_is_forgotten),
		TEST(removed_entries_are_not_put_back),
		TEST(foreign_entries_stay_in_the_way),
		TEST(protected_things_never_occur),
		TEST(people_may_be_looked_up),
		TEST(dangling_values_of_the_granted_stay),
		TEST(names_used_again),
		TEST(names_of_the_living_are_not_taken_over),
		TEST(a_changed_key_takes_the_access_along),
		TEST(swapped_keys_come_apart),
		TEST(a_removed_person_is_reported),
		TEST(a_group_that_says_another_role_is_in_the_way),
		TEST(a_foreign_group_elsewhere_is_not_in_the_way),
		TEST(attributes_are_mended),
		TEST(changed_groups_are_reported),
		TEST(empty_groups_of_the_refused_are_tidied),
		TEST(people_with_bad_fields_can_be_made),
		TEST(the_digest_is_of_identities),
		TEST(kinds_have_names),
	};
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}

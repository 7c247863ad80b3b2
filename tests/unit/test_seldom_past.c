/* SPDX-License-Identifier: EUPL-1.2 */
/* test_seldom_past.c - what the ledger remembers of an unlucky moment: a crash in a removal, groups without values, verdicts on grantors, ends
 * of doubt. */
#include <stdlib.h>

#include "core/judge.h"
#include "core/plan.h"
#include "test_seldom.h"

/* ---- values --------------------------------------------------------------------------------------- */

/* A crash in the middle of a removal: what was ours goes, what was not is a hand edit again. */
static void a_removal_without_an_outcome_is_carried_out(void **state)
{
	(void)state;
	make_anna();
	world_past(&w, "owned: 10 " TB " uid=anna 11 removing");
	world_think(&w);
	world_expect(&w, ANNA_GOES "explicit, no-right: go");
	assert_int_equal(w.plan->drift_count, 0);
	w.past.owned[0].source = (struct uuid){0};
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_EXPLICIT), 0);
	assert_int_equal(w.plan->drift_count, 1);
}

/* Only a group that held somebody was lost; what was announced, or taken out, is no loss. */
static void a_group_that_held_nobody_was_not_lost(void **state)
{
	static const struct {
		const char *owned;
		bool lost;
	} cases[] = {{"held", true}, {"adopted", true}, {"intended", false}, {"removing", false}, {"removed", false}};
	char line[64];
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		teardown(NULL);
		setup(NULL);
		world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
		world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11"));
		snprintf(line, sizeof(line), "owned: 10 " TB " uid=anna 11 %s", cases[i].owned);
		world_past(&w, line);
		world_think(&w);
		assert_int_equal(count_remarks(R_DRIFT_ENTRY_GONE), cases[i].lost);
		assert_int_equal(count_changes(CHANGE_GROUP_ADD, R_CAUSE_STRUCTURE), !cases[i].lost);
	}
}

/* ---- entries -------------------------------------------------------------------------------------- */

/* Not admitted is what the source says of it. One that it does not show, without a group, stays as it is. */
static void an_institution_that_is_not_shown_keeps_its_entry(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") SCHOOL("2", "20"));
	world_target(&w, OUR_SCHOOL("10") OUR_SCHOOL("20") OUR_SCHOOL("77"));
	record_set(&w, world_find(&w, true, 2), FIELD_PROGRAMME, "geweigerd");
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_INSTITUTION_DELETE, R_CAUSE_STRUCTURE), 1);
	world_refuse(&w, "77");
}

static void somebody_who_waits_is_named_once(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") SCHOOL("2", "20") PERSON("11", "anna", RIGHT(TB, "10,20")));
	world_target(&w,
		     OUR_SCHOOL("10") OUR_SCHOOL("20") OUR_GUIDES("10") "\n" OUR_GUIDES("20") "\n" OUR_PERSON(
			     "anna", "11") "\nis: person\nvo-id: anna\ncn: A\nsn: A\ndn: uid=anna2," WORLD_PEOPLE "\n");
	world_think(&w);
	assert_int_equal(w.desired->membership_count, 2);
	assert_int_equal(count_remarks(R_PERSON_TWICE_IN_TARGET), 1);
}

/* Two entries of nobody whom the source knows are two plans: who approved that one goes did not approve the other. */
static void the_digest_names_the_entry_that_goes(void **state)
{
	uint8_t first[PLAN_DIGEST_SIZE];
	(void)state;
	world_settings(&w, "people-retention: 1");
	world_target(&w, OUR_PERSON("anna", "11"));
	for (uint32_t i = 0; i < 2; i++) {
		const struct past_idle idle = {world_uuid(501 + i), w.now_s - 2 * 3600};
		w.target[0].uuid = idle.entry;
		assert_int_equal(past_set_idle(&w.past, &idle), 0);
		world_think(&w);
		assert_int_equal(count_changes(CHANGE_PERSON_DELETE, R_CAUSE_STRUCTURE), 1);
		if (i == 0)
			memcpy(first, w.plan->digest, sizeof(first));
	}
	assert_memory_not_equal(first, w.plan->digest, sizeof(first));
}

/* And so are two that wait for one decision. */
static void entries_that_go_are_held_by_name(void **state)
{
	(void)state;
	world_settings(&w, "people-retention: 1\nremovals: 1");
	world_target(&w, OUR_PERSON("anna", "11") "uuid: 501\n\n" OUR_PERSON("bart", "12") "uuid: 502\n");
	for (uint32_t i = 0; i < 2; i++) {
		const struct past_idle idle = {world_uuid(501 + i), w.now_s - 2 * 3600};
		assert_int_equal(past_set_idle(&w.past, &idle), 0);
	}
	world_think(&w);
	assert_int_equal(w.verdict.opened_count, 1);
	const struct past_hold *hold = &w.verdict.opened[0];
	const struct uuid anna = world_uuid(11), bart = world_uuid(12);
	assert_int_equal(hold->op_count, 2);
	assert_memory_not_equal(&hold->ops[0].id, &hold->ops[1].id, sizeof(hold->ops[0].id));
	assert_true(uuid_equal(&hold->ops[0].who, &anna) != uuid_equal(&hold->ops[1].who, &anna));
	assert_true(uuid_equal(&hold->ops[0].who, &bart) != uuid_equal(&hold->ops[1].who, &bart));
}

/* Whose access comes back in this very plan needs the entry, however long nobody did. */
static void an_entry_that_is_needed_again_stays(void **state)
{
	const struct past_idle idle = {world_uuid(501), w.now_s - 2 * 3600};
	(void)state;
	world_settings(&w, "people-retention: 1");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") "uuid: 501\n\n" OUR_GUIDES("10"));
	assert_int_equal(past_set_idle(&w.past, &idle), 0);
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 1);
	assert_int_equal(count_changes(CHANGE_PERSON_DELETE, R_CAUSE_STRUCTURE), 0);
}

/* That a role is wanted at a school keeps no group of another role there. */
static void an_empty_group_goes_whatever_is_wanted_beside_it(void **state)
{
	static const char *const beside[] = {"10", "20"};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		teardown(NULL);
		setup(NULL);
		world_settings(&w, "empty-group: delete");
		world_source(&w, SCHOOL("1", "10") SCHOOL("2", "20"));
		world_source(&w, i == 0 ? PERSON("11", "anna", RIGHT("beheerder", "10"))
					: PERSON("11", "anna", RIGHT(TB, "20")));
		world_target(&w, OUR_SCHOOL("10") OUR_SCHOOL("20") OUR_PERSON("anna", "11") OUR_GUIDES("10"));
		world_think(&w);
		assert_int_equal(w.desired->memberships[0].number, (uint32_t)atoi(beside[i]));
		assert_int_equal(count_changes(CHANGE_GROUP_DELETE, R_CAUSE_STRUCTURE), 1);
	}
}

/* ---- grantors ------------------------------------------------------------------------------------- */

/* What was judged is one entry: the same role at the same school, granted to the same person by somebody else, is another grant. */
static void a_verdict_on_a_grantor_is_about_one_entry(void **state)
{
	(void)state;
	world_settings(&w, "grantor: yes");
	world_source(&w, SCHOOL("1", "10") "head-admin: hoofd\n\n" PERSON("11", "anna", "AnderRecht:1") "\n" GRANT(
				 "31", AT_10 "grantor: hoofd"));
	world_cycle(&w);
	world_find(&w, true, 31)->gone = true;
	world_source(&w, GRANT("32", AT_10 "grantor: iemand"));
	world_think(&w);
	assert_int_equal(w.desired->membership_count, 0);
	world_expect(&w, "refused anna 10 " TB ": grantor-refused");
}

/* ---- directives ----------------------------------------------------------------------------------- */

/* The entry in the group is of the source entry that it names, whoever has that vo-id now. */
static void an_include_that_vanished_keeps_whom_it_was_about(void **state)
{
	static const char *const entries[] = {OUR_PERSON("anna", "11"), OUR_PERSON("anna", "99")};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		teardown(NULL);
		setup(NULL);
		world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"));
		world_target(&w, OUR_SCHOOL("10") OUR_GUIDES("10") "member: uid=anna\n\n");
		world_target(&w, entries[i]);
		world_past(&w, "directive: 70 include 10 " TB " 11 20261201000000Z 48");
		world_think(&w);
		assert_int_equal(world_count(&w, "remember include 10 " TB " anna"), i == 0);
	}
}

/* ---- when to look again --------------------------------------------------------------------------- */

/* Both keep what they have for seven days, and then something is to be done. */
static void the_end_of_an_ambiguity_is_a_change(void **state)
{
	struct uuid anna = world_uuid(11);
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")) PERSON("12", "anna", "AnderRecht:1"));
	assert_int_equal(past_set_ambiguity(&w.past, &anna, w.now_s - 86400), 0);
	world_think(&w);
	assert_int_equal(w.desired->next_change_s, w.now_s + 6 * 86400 + 1);
	assert_int_equal(past_set_ambiguity(&w.past, &anna, w.now_s - 7 * 86400 - 1), 0);
	world_think(&w);
	assert_int_equal(w.desired->next_change_s, INT64_MAX);
}

/* ---- main ----------------------------------------------------------------------------------------- */

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_removal_without_an_outcome_is_carried_out),
		TEST(a_group_that_held_nobody_was_not_lost),
		TEST(an_institution_that_is_not_shown_keeps_its_entry),
		TEST(somebody_who_waits_is_named_once),
		TEST(the_digest_names_the_entry_that_goes),
		TEST(entries_that_go_are_held_by_name),
		TEST(an_entry_that_is_needed_again_stays),
		TEST(an_empty_group_goes_whatever_is_wanted_beside_it),
		TEST(a_verdict_on_a_grantor_is_about_one_entry),
		TEST(an_include_that_vanished_keeps_whom_it_was_about),
		TEST(the_end_of_an_ambiguity_is_a_change),
	};
	return cmocka_run_group_tests_name("seldom_past", tests, NULL, NULL);
}

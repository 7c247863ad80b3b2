/* SPDX-License-Identifier: EUPL-1.2 */
/* test_seldom_hand.c - what hands did to people and groups, and what nobody can tell about it. */
#include "core/judge.h"
#include "core/plan.h"
#include "test_seldom.h"

/* Plans again as if the target did not say who we are. */
static void think_unknown(void)
{
	struct err err;
	w.target_read->certificate.identity[0] = '\0';
	assert_int_equal(plan_build(&w.plan_input, &w.arena, &w.plan, &err), 0);
}

static void without_knowing_who_we_are_nothing_is_by_hand(void **state)
{
	(void)state;
	world_settings(&w, "people-retention: 1");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_target(&w,
		     OUR_SCHOOL("10") OUR_PERSON("anna", "11") "given-name: X\nwriter: cn=admin,dc=app\n\n" OUR_GUIDES(
			     "10") "member: uid=anna\n\n" OUR_PERSON("bart", "12") "writer: cn=duaalsync,dc=app\n");
	world_past(&w, "owned: 10 " TB " uid=anna 11 held");
	world_think(&w);
	assert_int_equal(count_remarks(R_DRIFT_ATTRIBUTE), 1);
	assert_int_equal(w.plan->idle_count, 1);
	think_unknown();
	assert_int_equal(count_remarks(R_DRIFT_ATTRIBUTE), 0);
	assert_int_equal(count_changes(CHANGE_PERSON_MODIFY, R_CAUSE_ATTRIBUTE), 1);
	assert_int_equal(w.plan->idle_count, 0); /* it may be somebody's */
}

static void an_entry_whose_writer_cannot_be_read_is_not_idle(void **state)
{
	(void)state;
	world_settings(&w, "people-retention: 1");
	world_target(&w, OUR_PERSON("anna", "11") "writer: \n");
	world_think(&w);
	assert_int_equal(w.plan->idle_count, 0);
}

static void an_entry_whose_name_cannot_be_read_is_not_idle(void **state)
{
	(void)state;
	world_settings(&w, "people-retention: 1");
	world_target(&w, OUR_PERSON("anna", "11") "dn: uid\n\n" OUR_PERSON("bart", "12"));
	world_think(&w);
	assert_int_equal(w.plan->idle_count, 1);
}

/* A key in other letters is the same key. */
static void a_key_in_capitals_is_no_difference(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_target(
		&w,
		OUR_SCHOOL(
			"10") "is: person\nvo-id: ANNA\ncn: anna\nsn: anna\nsource-uuid: 11\ndn: uid=anna," WORLD_PEOPLE
			      "\n\n" OUR_GUIDES("10") "member: uid=anna\n");
	world_past(&w, "owned: 10 " TB " uid=anna 11 held");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
}

static void a_second_value_of_ours_is_put_right(void **state)
{
	(void)state;
	make_anna();
	gain(11, RIGHT(TB, "10"));
	for (size_t i = 0; i < w.target_count; i++)
		if (w.target[i].kind == ENTRY_PERSON) {
			w.target[i].at[w.target[i].count].field = FIELD_CN;
			w.target[i].at[w.target[i].count++].value = arena_copy(&w.texts, text_of("anna"));
		}
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_PERSON_MODIFY, R_CAUSE_ATTRIBUTE), 1);
}

static void an_address_with_a_space_is_left_out(void **state)
{
	(void)state;
	world_source(&w,
		     SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")) "mail: an na@school.example\n\n" PERSON(
			     "12", "bart", RIGHT(TB, "10")) "mail: bart@school.example\n");
	world_cycle(&w);
	for (size_t i = 0; i < w.target_count; i++) {
		const char *vo_id = record_value(&w.target[i], FIELD_VO_ID),
			   *mail = record_value(&w.target[i], FIELD_MAIL);
		if (vo_id != NULL && strcmp(vo_id, "anna") == 0)
			assert_null(mail);
		else if (vo_id != NULL)
			assert_string_equal(mail, "bart@school.example");
	}
}

/* Its number was changed by hand, and the configuration protects it: nothing is said about it. */
static void a_protected_group_that_says_ours_is_left_alone(void **state)
{
	(void)state;
	world_target(&w, "is: group\nnumber: x\nrole: " TB "\ndn: cn=weg,ou=werkplekduaal,dc=app\n");
	world_think(&w);
	assert_int_equal(w.plan->remark_count, 1);
	world_settings(&w, "protected: cn=weg,ou=werkplekduaal,dc=app");
	world_think(&w);
	assert_int_equal(w.plan->remark_count, 0);
}

static void a_value_of_nobody_known_is_of_no_former_person(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "99") OUR_GUIDES("10") "uuid: 510\nmember: uid=anna\n");
	const struct past_group group = {.uuid = world_uuid(510), .number = 10, .role = 0};
	const struct owned_value owned = {
		.cycle = 7, .key = dn_key(text_of("uid=anna," WORLD_PEOPLE)), .state = OWNED_HELD};
	assert_int_equal(past_set_group(&w.past, &group), 0);
	assert_int_equal(past_set_owned(&w.past, &group.uuid, &owned), 0);
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_EXPLICIT), 0);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_ABSENT), 0);
}

/* ---- grants --------------------------------------------------------------------------------------- */

static void what_a_grant_says_besides_changes_nothing(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna",
						  "AnderRecht:1") "\n" GRANT("31", AT_10 "cn: toelating\nmail: x@y"));
	world_think(&w);
	world_expect(&w, "wanted 10 " TB " anna");
}

static void without_boards_the_head_grants(void **state)
{
	(void)state;
	world_settings(&w, "grantor: yes");
	w.settings.board_grantors = NULL;
	world_source(&w,
		     SCHOOL("1", "10") "head-admin: hoofd\n\n" PERSON("11", "anna", "AnderRecht:1") "\n" GRANT(
			     "31", AT_10 "grantor: hoofd") GRANT("32", "number: 10\nrole: beheerder\ngrantor: koepel"));
	world_think(&w);
	world_expect(&w, "wanted 10 " TB " anna");
	world_refuse(&w, "wanted 10 beheerder anna");
}

/* What gave it is not on record: an include that lapsed as it had said ends it, all the same. */
static void an_include_that_lapsed_ends_what_no_grant_is_known_for(void **state)
{
	(void)state;
	world_settings(&w, "values: no");
	make_anna();
	world_past(&w, "directive: 71 include 10 " TB " 11 20261104090000Z 100");
	world_think(&w);
	world_expect(&w, ANNA_GOES "scheduled, include-lapsed: go");
}

/* The same include stands there as a new entry, and has lapsed as well. */
static void an_include_that_lapsed_as_another_entry_is_not_there_again(void **state)
{
	(void)state;
	make_anna();
	world_target(&w, "is: override\nuuid: 72\nvo-id: anna\nnumber: 10\nrole: " TB
			 "\neffect: include\nreason: x\nuntil: 20261104080000Z\nwritten: 20261001090000Z\n");
	world_past(&w, "directive: 72 include 10 " TB " 11 20261104080000Z 100\ndirective: 71 include 10 " TB
		       " 11 20261201090000Z 100");
	world_think(&w);
	world_expect(&w, ANNA_GOES "doubtful, directive-vanished: HOLD by rule-directive-vanished");
}

/* The sum over an entry's values only tells whom to visit: what is written follows from the values. */
static void a_sum_alone_writes_nothing(void **state)
{
	(void)state;
	struct err err;
	make_anna();
	gain(11, RIGHT(TB, "10"));
	world_think(&w);
	w.target_read->people[0].values_key ^= 1;
	assert_int_equal(plan_build(&w.plan_input, &w.arena, &w.plan, &err), 0);
	assert_int_equal(w.plan->change_count, 0);
}

static void two_institutions_of_one_number_take_nobody_out(void **state)
{
	(void)state;
	make_anna();
	gain(11, RIGHT(TB, "10"));
	world_source(&w, "\n" SCHOOL("2", "10"));
	world_think(&w);
	world_expect(&w, ANNA_GOES "doubtful, institution-ambiguous: HOLD by rule-ambiguous");
}

static void refuse_timestamp(void *ctx, enum field field, struct text value)
{
	(void)ctx;
	(void)value;
	assert_int_not_equal(field, FIELD_MODIFY_TIMESTAMP);
}

/* When an entry was written is no part of what is written. */
static void the_time_of_the_last_write_changes_no_plan(void **state)
{
	(void)state;
	uint8_t digest[sizeof(w.plan->digest)];
	world_source(&w, SCHOOL("1", "10") PERSON("11", "nieuw", RIGHT(TB, "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") "written: 20261001090000Z\n\n" OUR_GUIDES("10"));
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_PERSON_RELEASE, R_CAUSE_ATTRIBUTE), 1);
	memcpy(digest, w.plan->digest, sizeof(digest));
	for (size_t i = 0; i < w.target_count; i++)
		if (w.target[i].kind == ENTRY_PERSON)
			record_set(&w, &w.target[i], FIELD_MODIFY_TIMESTAMP, "20261101090000Z");
	world_think(&w);
	assert_memory_equal(digest, w.plan->digest, sizeof(digest));
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		if (w.plan->changes[i].kind == CHANGE_PERSON_RELEASE)
			wanted_released(&w.plan_input, w.plan->changes[i].target, refuse_timestamp, NULL);
}

static void who_is_alone_is_not_ambiguous_before_now(void **state)
{
	(void)state;
	make_anna();
	world_think(&w);
	assert_int_equal(person_ambiguous_since(&w.policy_input, 0), w.now_s);
}

/* Undone, with the removal waiting: out by hand is on record, whatever becomes of the undo. In a stranger's group nothing is. */
static void what_an_undo_keeps_out_and_somebody_took_out(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") "\n" PERSON("11", "anna", RIGHT(TB, "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10"));
	world_past(&w, "owned: 10 " TB " uid=anna 11 held\npin: 10 " TB " 11 absent 20261201090000Z\n");
	world_think(&w);
	assert_int_equal(w.plan->drift_count, 1);
	assert_int_equal(w.plan->drifts[0].reason, R_DRIFT_REMOVED);
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(w.plan->ending_count, 0);
	past_forget_pin(&w.past, &w.plan->drifts[0].person, 10, 0);
	world_think(&w);
	assert_int_equal(w.plan->drift_count, 1);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_DRIFT), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_knowing_who_we_are_nothing_is_by_hand),
		TEST(an_entry_whose_writer_cannot_be_read_is_not_idle),
		TEST(an_entry_whose_name_cannot_be_read_is_not_idle),
		TEST(a_key_in_capitals_is_no_difference),
		TEST(a_second_value_of_ours_is_put_right),
		TEST(an_address_with_a_space_is_left_out),
		TEST(a_protected_group_that_says_ours_is_left_alone),
		TEST(a_value_of_nobody_known_is_of_no_former_person),
		TEST(what_a_grant_says_besides_changes_nothing),
		TEST(without_boards_the_head_grants),
		TEST(an_include_that_lapsed_ends_what_no_grant_is_known_for),
		TEST(an_include_that_lapsed_as_another_entry_is_not_there_again),
		TEST(a_sum_alone_writes_nothing),
		TEST(two_institutions_of_one_number_take_nobody_out),
		TEST(the_time_of_the_last_write_changes_no_plan),
		TEST(who_is_alone_is_not_ambiguous_before_now),
		TEST(what_an_undo_keeps_out_and_somebody_took_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
